"""A document's own text as a page shows it: paragraphs, headings and tables, sentences marked.

Nothing in the text is changed; the marks are where the items say that they begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wardround.store.models import PlanDocument
from wardround.store.plans import Item

Extent = tuple[int, int]
"""Where some words begin and end in the text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a paragraph; with `item` they belong to it, and `last` ends its mark."""

    words: str
    item: Item | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of the source, a heading, or a table: its rows of cells."""

    heading: bool
    pieces: tuple[Piece, ...]
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()


def laid_out(text: str) -> Iterator[tuple[tuple[Extent, ...], ...]]:
    """Paragraph by paragraph, as one row of one cell; lines that are rows of a table one after
    another (`| a | b |`) together. Empty lines are left out."""
    table: list[tuple[Extent, ...]] = []
    start = 0
    for line in text.split("\n"):
        cells = _cells(line, start)
        if table and not cells:
            yield tuple(table)
            table = []
        if cells:
            table += [cells] if any(re.search(r"[^\s:-]", text[a:b]) for a, b in cells) else []
        elif line.strip():
            yield (((start, start + len(line)),),)
        start += len(line) + 1
    if table:
        yield tuple(table)


def _cells(line: str, start: int) -> tuple[Extent, ...]:
    """The cells of a table's row, none if the line is no such row."""
    if not re.match(r"\s*\|.*\|.*\|\s*$", line):
        return ()
    bars = [start + bar.start() for bar in re.finditer(r"\|", line)]
    return tuple((a + 1, b) for a, b in pairwise(bars))


def passages(
    text: str, statements: Sequence[Mapping[str, Any]], items: Sequence[Item]
) -> list[Passage]:
    """The text as it is laid out, with its items marked; a heading without the signs of one."""
    heads = [(s["start"], s["end"]) for s in statements if s["kind"] == "heading"]
    marked = sorted((i for i in items if i.values.get("end")), key=lambda i: i.values["start"])
    found = []
    for rows in laid_out(text):
        if len(rows[0]) > 1:
            cells = (tuple(tuple(_pieces(text, *c, marked)) for c in row) for row in rows)
            found.append(Passage(False, (), tuple(cells)))
            continue
        ((start, end),) = rows[0]
        heading = any(a < end and b > start for a, b in heads)
        if heading:
            start = end - len(text[start:end].lstrip("# "))
        found.append(Passage(heading, tuple(_pieces(text, start, end, marked))))
    return found


def _pieces(text: str, start: int, end: int, marked: Sequence[Item]) -> Iterator[Piece]:
    at = start
    for item in marked:
        first, last = int(item.values["start"]), int(item.values["end"])
        if last <= at or first >= end:
            continue
        if first > at:
            yield Piece(text[at:first])
        ends = not text[end:last].strip("| ")
        yield Piece(text[max(at, first) : min(last, end)].strip(), item, ends)
        at = min(last, end)
    if at < end:
        yield Piece(text[at:end])


def chinese(kept: PlanDocument) -> bool:
    """Whether the plan is written in Chinese."""
    return not kept.statements or kept.statements[0].get("lang") != "en"


def shown(kept: PlanDocument, items: Sequence[Item], lang: str) -> dict[str, Any]:
    """The plan's text in a language if it was handed in in it, with its items marked; else in its
    own. `langs` are those in which it can be read."""
    twin = PlanDocument.objects.filter(digest=kept.twin).first() if kept.twin else None
    known = {"zh" if chinese(d) else "en": d for d in (twin, kept) if d}
    lang = lang if lang in known else ("zh" if chinese(kept) else "en")
    document = known[lang]
    if document.pk != kept.pk:
        items = [found for item in items if (found := _there(item, document))]
    return {
        "passages": passages(document.text, document.statements, items), "zh": lang == "zh",
        "name": document.name, "lang": lang, "langs": sorted(known, reverse=True),
    }  # fmt: skip


def _there(item: Item, document: PlanDocument) -> Item | None:
    """The item with its place in its twin's document; None if it has none there."""
    rows = item.values.get("twin") or ()
    row = next((r for r in rows if document.digest.startswith(r.get("document") or " ")), None)
    if row is None or row.get("end") is None:
        return None
    return Item(item.entry, {**item.values, "start": row["start"], "end": row["end"]})
