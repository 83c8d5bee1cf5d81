"""Pages of a PDF in two columns whose text layer runs across both: read one column, then the other.

Decides from the places of the runs of text alone whether a page is set so. A table also has
gutters: its cells seldom fill their columns, and often there are more than two.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2

PAIRS_MIN = 5
"""So many lines must stand beside another before a page is in two columns."""
GAP_MIN = 8.0
"""The space between the columns, in points, is at least this wide."""
FILLED = 0.6
"""How much of its column the usual line of prose fills."""
SAME_LINE = 4.0
"""Runs whose feet differ by less than so many points stand on one line."""


class Run(NamedTuple):
    """A run of text on one line: left, foot, right and head, in points."""

    left: float
    foot: float
    right: float
    head: float


def page_text(page: pypdfium2.PdfTextPage) -> str:
    """The text of a page as it reads, columns one after the other."""
    runs = [Run(*page.get_rect(n)) for n in range(page.count_rects())]
    gutter = find_gutter(runs)
    if gutter is None:
        return str(page.get_text_bounded())
    return "\n".join(page.get_text_bounded(*run).strip() for run in in_columns(runs, gutter))


def find_gutter(runs: list[Run]) -> float | None:
    """Where the space between two columns lies, if the runs change sides line by line.

    >>> lines = [(Run(50, y, 280, y + 9), Run(310, y, 540, y + 9)) for y in range(700, 600, -14)]
    >>> find_gutter([run for line in lines for run in line])
    295.0
    >>> find_gutter([line[0] for line in lines]) is None
    True
    """
    beside = [
        (a, b)
        for a, b in pairwise(runs)
        if abs(a.foot - b.foot) < SAME_LINE and b.left - a.right >= GAP_MIN
    ]
    if len(beside) < PAIRS_MIN:
        return None
    first, last = max(a.right for a, _ in beside), min(b.left for _, b in beside)
    if last - first < GAP_MIN:
        return None
    left = min(a.left for a, _ in beside)
    right = max(b.right for _, b in beside)
    filled = median(a.right - a.left for a, _ in beside) >= FILLED * (first - left)
    also = median(b.right - b.left for _, b in beside) >= FILLED * (right - last)
    return (first + last) / 2 if filled and also else None


def in_columns(runs: list[Run], gutter: float) -> list[Run]:
    """The runs in reading order; what crosses the gutter parts what is above from what is below."""
    ordered: list[Run] = []
    aside: list[Run] = []
    for run in runs:
        if run.left < gutter < run.right:
            ordered += aside
            aside = []
            ordered.append(run)
        elif run.left >= gutter:
            aside.append(run)
        else:
            ordered.append(run)
    return ordered + aside
