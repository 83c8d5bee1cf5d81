"""Word files as lines of text: paragraphs with their automatic numbers, table rows, text boxes.

Decides on the order in which the parts of a .docx are read and how list numbers are written out.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

Styles = dict[str | None, Any]
COLUMNS_MAX = 64
"""A merged cell spans at most so many columns."""
_HAN = "〇一二三四五六七八九"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), _FALLBACK})
_BROKEN = (
    PackageNotFoundError, zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError,
    SyntaxError, AttributeError, AssertionError, RuntimeError, EOFError, OverflowError,
)  # fmt: skip
"""What the libraries underneath raise over a damaged file."""
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)


class NotWord(Exception):
    """The file is no Word document that can be opened."""


@dataclass(slots=True)
class _Level:
    """How one level of a Word list writes its numbers."""

    form: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(slots=True)
class _Numbering:
    """The lists of a document and how far each has counted."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)

    def next(self, number_id: str, depth: int) -> str:
        """The mark of the next paragraph of a list, or ''."""
        level = self.levels.get(number_id, {}).get(depth)
        if level is None:
            return ""
        counts = self.counts.setdefault(self.shared.get(number_id, number_id), {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        if level.form == "bullet":
            return "• "
        if level.form == "none":
            return ""

        def value(place: re.Match[str]) -> str:
            at = int(place.group(1)) - 1
            other = self.levels[number_id].get(at, _Level())
            return number_text(counts.get(at, other.start), other.form)

        mark = re.sub(r"%(\d)", value, level.text)
        return mark + (" " if mark[-1:].isascii() else "")


def number_text(number: int, form: str) -> str:
    """A list number in one of Word's formats.

    >>> number_text(12, "chineseCountingThousand"), number_text(4, "lowerRoman")
    ('十二', 'iv')
    """
    if form.startswith(("chinese", "ideograph", "japanese", "taiwanese")) and 0 < number < 100:
        tens, ones = divmod(number, 10)
        head = "" if tens == 0 else "十" if tens == 1 else _HAN[tens] + "十"
        return head + (_HAN[ones] if ones else "")
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x245F + number)
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if form == "upperRoman" else roman.lower()
    if form in ("upperLetter", "lowerLetter") and 0 < number <= 26:
        return chr((64 if form == "upperLetter" else 96) + number)
    return str(number)


def _roman(number: int) -> str:
    pairs = (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    out = ""
    for value, letters in pairs:
        while number >= value:
            out, number = out + letters, number - value
    return out


def word_text(path: Path) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The lines of a .docx and its declared headings as pairs of offset and level.

    Raises `NotWord` where the file cannot be opened as a Word document.
    """
    try:
        document = docx.Document(str(path))
        return _lines(document)
    except _BROKEN as error:
        raise NotWord(str(error)) from error


def _lines(document: Any) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text of an opened document and its headings."""
    lists = _numbering(document)
    styles = {s.get(qn("w:styleId")): s for s in document.styles.element.findall(qn("w:style"))}
    headings: list[tuple[int, int]] = []
    out: list[str] = []
    at = 0
    for line, level in _body(document.element.body, styles, lists):
        if level and line.strip():
            headings.append((at + len(line) - len(line.lstrip()), level))
        out.append(line)
        at += len(line) + 1
    return "\n".join(out), tuple(headings)


def _numbering(document: Any) -> _Numbering:
    """The lists that the document's numbering part defines."""
    lists = _Numbering()
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return lists
    abstract = {
        node.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"), "0")): _level(level) for level in node.findall(qn("w:lvl"))
        }
        for node in root.findall(qn("w:abstractNum"))
    }
    for node in root.findall(qn("w:num")):
        link = node.find(qn("w:abstractNumId"))
        if link is not None:
            number_id = node.get(qn("w:numId"))
            lists.levels[number_id] = dict(abstract.get(link.get(qn("w:val")), {}))
            own = node.findall(qn("w:lvlOverride"))
            if not own:
                lists.shared[number_id] = f"abstract {link.get(qn('w:val'))}"
            lists.levels[number_id] |= dict(_overridden(own, lists.levels[number_id]))
    return lists


def _overridden(own: list[Any], levels: dict[int, _Level]) -> Iterator[tuple[int, _Level]]:
    """The levels that a list of its own writes otherwise or starts afresh."""
    for node in own:
        depth = int(node.get(qn("w:ilvl"), "0"))
        whole, start = node.find(qn("w:lvl")), node.find(qn("w:startOverride"))
        level = _level(whole) if whole is not None else levels.get(depth, _Level())
        if start is not None and start.get(qn("w:val"), "").isdigit():
            level = replace(level, start=int(start.get(qn("w:val"))))
        yield depth, level


def _level(node: Any) -> _Level:
    def value(name: str, default: str) -> str:
        found = node.find(qn(name))
        return str(found.get(qn("w:val"), default)) if found is not None else default

    start = value("w:start", "1")
    return _Level(
        value("w:numFmt", "decimal"),
        value("w:lvlText", "%1."),
        int(start) if start.isdigit() else 1,
    )


def _body(parent: Any, styles: Styles, lists: _Numbering) -> Iterator[tuple[str, int]]:
    """The lines under a node in reading order, each with its heading level or 0."""
    for node in parent.iterchildren():
        if node.tag == qn("w:p"):
            yield from _paragraph(node, styles, lists)
        elif node.tag == qn("w:tbl"):
            yield from ((line, 0) for line in _rows(node))
        elif node.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag")):
            yield from _body(node, styles, lists)


def _paragraph(node: Any, styles: Styles, lists: _Numbering) -> Iterator[tuple[str, int]]:
    words = "".join(_words(node))
    if words.strip():
        number_id, depth = _list_place(node, styles)
        mark = lists.next(number_id, depth) if number_id and number_id != "0" else ""
        yield mark + words.lstrip() if mark else words, _heading_level(node, styles)
    else:
        yield words, 0
    for box in node.iter(qn("w:txbxContent")):
        if not any(a.tag in _SKIPPED for a in box.iterancestors()):
            yield from _body(box, styles, lists)


def _words(node: Any) -> Iterator[str]:
    """The text of a paragraph, without deleted words and text boxes."""
    for child in node.iterchildren():
        if child.tag in _SKIPPED or child.find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            yield " "
        elif child.tag in (qn("w:br"), qn("w:cr")):
            yield "\n"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag != qn("w:pPr"):
            yield from _words(child)


def _styles(node: Any, styles: Styles) -> Iterator[Any]:
    """The paragraph's style and those it is based on."""
    link = node.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = link.get(qn("w:val")) if link is not None else None
    for _ in range(9):
        style = styles.get(name)
        if style is None:
            return
        yield style
        base = style.find(qn("w:basedOn"))
        name = base.get(qn("w:val")) if base is not None else None


def _list_place(node: Any, styles: Styles) -> tuple[str, int]:
    """The list and depth of a paragraph, its own or its style's; '' if it is in none."""
    for holder in (node, *_styles(node, styles)):
        place = holder.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if place is None:
            continue
        number, depth = place.find(qn("w:numId")), place.find(qn("w:ilvl"))
        at = depth.get(qn("w:val"), "0") if depth is not None else "0"
        if number is not None:
            return str(number.get(qn("w:val"))), int(at) if at.isdigit() else 0
    return "", 0


def _heading_level(node: Any, styles: Styles) -> int:
    for style in _styles(node, styles):
        name = style.find(qn("w:name"))
        label = name.get(qn("w:val"), "") if name is not None else ""
        if label.lower() in ("title", "标题"):
            return 1
        match = _HEADING.fullmatch(label.strip())
        if match:
            return int(match.group(1))
    return 0


def _rows(table: Any) -> Iterator[str]:
    """A table's rows as `| cell | cell |`.

    Merged cells are repeated downwards, and sideways in the first row, which names the columns.
    """
    above: dict[int, str] = {}
    first = True
    for row in table.iter(qn("w:tr")):
        deleted = row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None
        if deleted or next(row.iterancestors(qn("w:tbl"))) is not table:
            continue
        cells: list[str] = []
        column = 0
        for cell in row.findall(qn("w:tc")):
            words = " ".join(
                " ".join("".join(_words(p)).split()) for p in cell.iter(qn("w:p"))
            ).strip()
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            if merge is not None and merge.get(qn("w:val")) != "restart":
                words = above.get(column, "")
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            above[column] = words
            width = int(span.get(qn("w:val"), "1")) if span is not None else 1
            column += width
            cells.append(words.replace("|", "/"))
            cells += [cells[-1] if first else ""] * (min(width, COLUMNS_MAX) - 1)
        if any(cells):
            first = False
            yield "| " + " | ".join(cells) + " |"
