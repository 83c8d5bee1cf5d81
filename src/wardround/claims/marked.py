"""A marked-up Word copy of a checked summary: the document itself, or its text as a Word file.

Decides how verdicts look: what differs is highlighted with a comment, what agrees or cannot be
checked is only highlighted. Nothing of the text is changed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_COLOR_INDEX as COLOUR
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from wardround.claims.claim import RULES, VERDICTS, Claim, tally
from wardround.reading.document import Document
from wardround.text import Text

AUTHOR = Text("督行核对", "Wardround check")
_COLOURS = {"differs": COLOUR.PINK, "rounding": COLOUR.TURQUOISE, "agrees": COLOUR.BRIGHT_GREEN,
            "cannot": COLOUR.GRAY_25}  # fmt: skip
_LEGEND = {"differs": Text("粉红", "pink"), "rounding": Text("青", "turquoise"),
           "agrees": Text("绿", "green"), "cannot": Text("灰", "grey")}  # fmt: skip
_TOLD = frozenset({"damage", "blank", "sum", "announced"})
_GRAVITY = tuple(VERDICTS)


@dataclass(frozen=True, slots=True)
class _Place:
    """A paragraph of the Word file and where its text stands in the checked document."""

    paragraph: Paragraph
    start: int
    skipped: int
    length: int


def marked(document: Document, claims: Sequence[Claim], source: Path | None, lang: str) -> bytes:
    """The Word file's bytes: `source` with marks if it is a .docx, else the text with marks.

    Comments and the closing note are in `lang`.
    """
    if source is not None and source.suffix.lower() == ".docx":
        file = docx.Document(str(source))
        places = list(_places(file, document.text))
    else:
        file = docx.Document()
        places = list(_written(file, document.text))
    for place in places:
        inside = [c for c in claims if _within(c, place)]
        if inside:
            _mark(file, place, inside, lang)
    _note(file, claims, lang)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _within(claim: Claim, place: _Place) -> bool:
    return place.start <= claim.start < place.start + place.length


def _written(file: Any, text: str) -> Iterator[_Place]:
    """A paragraph a line."""
    at = 0
    for line in text.split("\n"):
        clean = "".join(c if c >= " " or c == "\t" else " " for c in line)
        if clean.strip():
            yield _Place(file.add_paragraph(clean), at, 0, len(line))
        at += len(line) + 1


def _places(file: Any, text: str) -> Iterator[_Place]:
    """The paragraphs of a Word file with their place in the text that was read from it."""
    at = 0
    for paragraph in _paragraphs(file):
        words = "".join(run.text for run in paragraph.runs)
        bare = words.strip()
        found = text.find(bare.replace("\t", " "), at) if bare else -1
        if found >= 0:
            yield _Place(paragraph, found, len(words) - len(words.lstrip()), len(bare))
            at = found + len(bare)


def _paragraphs(holder: Any) -> Iterator[Paragraph]:
    for item in holder.iter_inner_content():
        if isinstance(item, Table):
            seen: set[Any] = set()
            for row in item.rows:
                for cell in row.cells:
                    if cell._tc not in seen:
                        seen.add(cell._tc)
                        yield from _paragraphs(cell)
        else:
            yield item


def _mark(file: Any, place: _Place, claims: Iterable[Claim], lang: str) -> None:
    spans: dict[tuple[int, int], list[Claim]] = {}
    for claim in claims:
        start = claim.start - place.start + place.skipped
        end = min(claim.end - place.start, place.length) + place.skipped
        if end > start:
            spans.setdefault((start, end), []).append(claim)
    edges = sorted({edge for span in spans for edge in span})
    pieces = _cut(place.paragraph, edges)
    for (start, end), told in sorted(spans.items(), key=lambda x: -_rank(x[1])):
        runs = [run for a, b, run in pieces if start <= a and b <= end and a < b]
        for run in runs:
            run.font.highlight_color = _COLOURS[_gravest(told).verdict]
        grave = [c for c in told if c.verdict in ("differs", "rounding") or _open(c)]
        if runs and grave:
            _comment(file, runs, grave, lang)


def _open(claim: Claim) -> bool:
    """Whether a figure that cannot be checked wants a person's eye."""
    return claim.verdict == "cannot" and claim.rule in _TOLD


def _rank(claims: Sequence[Claim]) -> int:
    return _GRAVITY.index(_gravest(claims).verdict)


def _gravest(claims: Sequence[Claim]) -> Claim:
    return min(claims, key=lambda c: _GRAVITY.index(c.verdict))


def _cut(paragraph: Paragraph, edges: Sequence[int]) -> list[tuple[int, int, Run]]:
    """The paragraph's runs, cut at the edges, with their offsets in its text."""
    pieces: list[tuple[int, int, Run]] = []
    at = 0
    for run in paragraph.runs:
        words, first = run.text, at
        at += len(words)
        cuts = [e - first for e in edges if first < e < at]
        plain = all(child.tag in (qn("w:t"), qn("w:rPr")) for child in run._r)
        if not cuts or not plain:
            pieces.append((first, at, run))
            continue
        parts = [words[a:b] for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)]
        last = run
        for number, part in enumerate(parts):
            if number:
                twin = copy.deepcopy(run._r)
                last._r.addnext(twin)
                last = Run(twin, paragraph)
            pieces.append((first, first + len(part), last))
            first += len(part)
        for (_, _, made), part in zip(pieces[-len(parts) :], parts, strict=True):
            made.text = part
    return pieces


def _comment(file: Any, runs: Sequence[Run], claims: Iterable[Claim], lang: str) -> None:
    words = "\n".join(
        f"{VERDICTS[c.verdict][lang]} · {RULES[c.rule][lang]}: {c.why[lang]}" for c in claims
    )
    comment = file.add_comment(runs=[runs[0], runs[-1]], text=words, author=AUTHOR[lang],
                               initials="督" if lang == "zh" else "W")  # fmt: skip
    comment._comment_elm.attrib.pop(qn("w:date"), None)


def _note(file: Any, claims: Sequence[Claim], lang: str) -> None:
    """One closing paragraph: how many of each verdict, and what the colours say."""
    counts = tally(claims)
    parts = [f"{VERDICTS[v][lang]} {n} ({_LEGEND[v][lang]})" for v, n in counts.items()]
    head = Text("核对说明", "Note on this check")[lang]
    file.add_paragraph(f"{head}: {', '.join(parts)}")
