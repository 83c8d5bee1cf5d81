"""Delivered tables in CSV and its relatives, in the encodings that Chinese systems write.

Decides encoding and separator, and which lines are rows at all. A tidy file is read as it
stands; any other is written anew, line by line, and what is no row is set aside with its line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wardround.sources.sheet import Sheet, rewritten
from wardround.sources.stage import BLANKS
from wardround.text import Lang, refuse

SEPARATORS = ",;\t|"
_BLOCK = 1 << 22
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OTHERS = {b"PK\x03\x04": "Excel (.xlsx)", b"\xd0\xcf\x11\xe0": "Excel (.xls)", b"%PDF": "PDF"}
_STRANGE, _FAR = re.compile("[Ā-\u036fЀ-\u07ff]"), re.compile("[\u0800-\U0010ffff]")
_BLANKS = {
    lead: [b for b in (c.encode() for c in BLANKS if c not in "\r\n") if b[:1] == lead]
    for lead in {blank.encode()[:1] for blank in BLANKS}
}
"""By their first byte, which few texts have."""


@dataclass(slots=True)
class _Look:
    """What one pass over a text shows: lines, quotation marks, blanks, letters of which scripts.

    `uneven`: lines that are empty, or that do not all end alike.
    """

    breaks: int = 0
    quotes: bool = False
    blanks: bool = False
    uneven: bool = False
    strange: bool = False
    far: bool = False
    last: bytes = b"\n"

    def over(self, text: str, block: bytes) -> None:
        """Look at a part, also as UTF-8."""
        if not self.far and not text.isascii():
            self.strange = self.strange or bool(_STRANGE.search(text))
            self.far = bool(_FAR.search(text))
        self.blanks = self.blanks or any(
            any(blank in block for blank in some) for lead, some in _BLANKS.items() if lead in block
        )
        self.quotes = self.quotes or b'"' in block
        breaks = block.count(b"\n")
        if b"\r" in block:
            self.uneven |= block.count(b"\r") != breaks or b"\n\r" in block
        self.uneven = self.uneven or b"\n\n" in block or self.last + block[:1] == b"\n\n"
        self.breaks += breaks
        self.last = block[-1:] or self.last

    @property
    def lines(self) -> int:
        return self.breaks + (self.last != b"\n")


def open_csv(path: Path, known: Iterable[str], work: Path, lang: Lang = "zh") -> Sheet:
    """A delivered table, its rows not yet read; scratch files go to the folder `work`.

    Encodings: UTF-8 with or without mark, UTF-16 with mark, GB 18030. Separators: , ; tab |,
    told by the headings that are `known`. Raises `Refused` for what is no such table.
    """
    encoding, look = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(_BLOCK)
        separator = _separator(first if first.strip() else _next_line(file), set(known))
    header = next(csv.reader([first], delimiter=separator), []) if first.count('"') % 2 == 0 else []
    if not any(cell.strip() for cell in header):
        return rewritten(_cells(path, encoding, separator), work, lang)
    plain = path if encoding.startswith("utf-8") else _as_utf8(path, encoding, work)
    return Sheet(
        plain, header, separator, look.quotes, look.blanks, lang,
        look.lines, not look.quotes and not look.uneven,
        anew=lambda: rewritten(_cells(path, encoding, separator), work, lang),
    )  # fmt: skip


def _next_line(file: io.TextIOBase) -> str:
    return next((line for line in iter(lambda: file.readline(_BLOCK), "") if line.strip()), "")


def _encoding(path: Path) -> tuple[str, _Look]:
    """The encoding that the whole file bears; raises `Refused` if it is no text."""
    try:
        with path.open("rb") as file:
            head = file.read(_BLOCK)
    except OSError as error:
        raise refuse("打不开这个文件。", "The file cannot be opened.", path.name) from error
    for magic, kind in _OTHERS.items():
        if head.startswith(magic):
            raise refuse(f"这是 {kind} 文件，不是 CSV。", f"This is {kind}, not CSV.", path.name)
    marked = next((e for mark, e in _MARKS.items() if head.startswith(mark)), None)
    if marked is None and b"\x00" in head:
        raise refuse(
            "这不是文本文件。请导出为 CSV。", "This is not text. Export it as CSV.", path.name
        )
    if marked and (look := _looked(path, marked)):
        return marked, look
    # A few Hanzi in GB 18030 have the bytes of Greek, Hebrew or Cyrillic letters in UTF-8
    # (the notorious 联通): such letters without any Hanzi are not believed.
    look = None if marked else _looked(path, "utf-8")
    if look and (look.far or not look.strange):
        return "utf-8", look
    if not marked and (look := _looked(path, "gb18030")):
        return "gb18030", look
    raise refuse(
        "看不懂文件的编码。请存为 UTF-8 或 GB18030。",
        "The encoding cannot be told. Save the file as UTF-8 or GB 18030.", path.name,
    )  # fmt: skip


def _looked(path: Path, encoding: str) -> _Look | None:
    """A look over the file, None if it is not in this encoding."""
    decoder, look = codecs.getincrementaldecoder(encoding)(), _Look()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                text = decoder.decode(block)
                look.over(text, block if encoding == "utf-8" else text.encode())
        text = decoder.decode(b"", final=True)
        look.over(text, text.encode())
    except UnicodeError:
        return None
    return look


def _as_utf8(path: Path, encoding: str, work: Path) -> Path:
    plain = work / "utf8.csv"
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file, plain.open("wb") as out:
        while block := file.read(_BLOCK):
            out.write(decoder.decode(block).encode())
    return plain


def _cells(path: Path, encoding: str, separator: str) -> Iterator[Sequence[str]]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator)
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise refuse(
                    f"第 {reader.line_num} 行读不了：引号没有配对，或一格太长。",
                    f"Line {reader.line_num} cannot be read: a quotation mark is left open,"
                    " or a cell is too long.", path.name,
                ) from error  # fmt: skip


def _separator(first: str, known: set[str]) -> str:
    """The separator under which most headings are known; of equals, the one with most cells."""

    def recognised(separator: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader(io.StringIO(first), delimiter=separator), [])
        except csv.Error:
            return (0, 0)
        return sum(cell.strip().lower() in known for cell in cells), len(cells)

    return max(SEPARATORS, key=recognised)
