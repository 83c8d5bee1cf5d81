"""Tables of a PDF that are drawn with lines: rows as `| cell | cell |`, as Word files give them.

Decides from the lines of a page alone which stretch of it is a table and where its cells are; the
meaning of the columns is left to `outline`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from wardround.reading.breaks import one_line

THIN = 3.0
"""A line is at most so thick, and lines no further apart than this are one, in points."""
SHORT = 6.0
"""What is no longer than this is no line of a table."""
LINES_MAX = 4000
"""A page with more lines than this is a drawing."""
_DEPTH = 3


class Line(NamedTuple):
    """A straight line: where it stands across its direction, and from where to where it runs."""

    at: float
    start: float
    end: float


class Table(NamedTuple):
    """A table's foot and head on its page, in points, and its rows."""

    foot: float
    head: float
    rows: list[str]


def ruled_tables(
    page: pypdfium2.PdfPage, words: pypdfium2.PdfTextPage
) -> tuple[list[Table], list[Line]]:
    """The tables of a page from its head to its foot, and the level lines outside them."""
    across, down = _lines(page)
    tables = []
    for foot, head in _stretches(down):
        inside = [line for line in across if foot - THIN <= line.at <= head + THIN]
        uprights = [line for line in down if line.start >= foot - THIN and line.end <= head + THIN]
        rows = list(_rows(inside, uprights, words))
        if rows:
            tables.append(Table(foot, head, rows))
            across = [line for line in across if line not in inside]
    return sorted(tables, key=lambda table: -table.head), across


def _lines(page: pypdfium2.PdfPage) -> tuple[list[Line], list[Line]]:
    """The level and the upright lines of a page; a box gives its four sides."""
    across: list[Line] = []
    down: list[Line] = []
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=_DEPTH):
        left, foot, right, head = drawn.get_bounds()
        wide, high = right - left, head - foot
        if high < THIN:
            across += [Line((foot + head) / 2, left, right)] if wide > SHORT else []
        elif wide < THIN:
            down += [Line((left + right) / 2, foot, head)] if high > SHORT else []
        elif wide > SHORT and high > SHORT:
            across += [Line(foot, left, right), Line(head, left, right)]
            down += [Line(left, foot, head), Line(right, foot, head)]
        if len(across) + len(down) > LINES_MAX:
            return [], []
    return across, down


def _stretches(down: Iterable[Line]) -> Iterator[tuple[float, float]]:
    """The stretches of a page that upright lines run through, each a table or a box."""
    foot = head = None
    for line in sorted(down, key=lambda line: line.start):
        if foot is None or head is None or line.start > head + THIN:
            if foot is not None and head is not None:
                yield foot, head
            foot, head = line.start, line.end
        head = max(head, line.end)
    if foot is not None and head is not None:
        yield foot, head


def _places(found: Iterable[float]) -> list[float]:
    """Numbers in order, those that lie together made one.

    >>> _places([300.0, 84.0, 85.5, 300.4])
    [84.0, 300.0]
    """
    places: list[float] = []
    for one in sorted(found):
        if not places or one - places[-1] > THIN:
            places.append(one)
    return places


def _rows(across: list[Line], down: list[Line], words: pypdfium2.PdfTextPage) -> Iterator[str]:
    """The rows between level lines, from the head down; none in a box, or in a row of two cells."""
    levels = _places(line.at for line in across)[::-1]
    ends = [end for line in across for end in (line.start, line.end)]
    grid = _places([*(line.at for line in down), min(ends, default=0), max(ends, default=0)])
    if len(levels) < 2 or len(grid) < 3 or len(levels) + len(grid) < 6:
        return
    above: dict[tuple[float, float], str] = {}
    for number, (head, foot) in enumerate(pairwise(levels)):
        middle = (head + foot) / 2
        edges = [x for x in grid if x in (grid[0], grid[-1]) or _crosses(down, x, middle)]
        cells: list[str] = []
        beside: dict[tuple[float, float], str] = {}
        for left, right in pairwise(edges):
            low = _bottom(across, levels[number + 1 :], (left + right) / 2)
            said = _words(words, left, low, right, head)
            if not (number == 0 or _crosses(across, head, (left + right) / 2)):
                said = above.get((left, right), said)
            beside[left, right] = said
            spanned = sum(1 for x in grid if left < x < right)
            cells += [said, *([said if number == 0 else ""] * spanned)]
        above = beside
        if any(cells):
            yield "| " + " | ".join(cells) + " |"


def _crosses(lines: Iterable[Line], at: float, middle: float) -> bool:
    """Whether a line at this place runs past the middle of a side."""
    return any(abs(line.at - at) <= THIN and line.start <= middle <= line.end for line in lines)


def _bottom(across: list[Line], levels: list[float], middle: float) -> float:
    """Where a cell ends that reaches over several rows."""
    return next((level for level in levels if _crosses(across, level, middle)), levels[-1])


def _words(
    words: pypdfium2.PdfTextPage, left: float, foot: float, right: float, head: float
) -> str:
    """What stands in a cell, its lines made one."""
    lines = words.get_text_bounded(left + 1, foot + 1, right - 1, head - 1).splitlines()
    return one_line(*lines).replace("|", "/")
