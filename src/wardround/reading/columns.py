"""Pages of a PDF as they read: two columns one after the other, tables row by row, notes apart.

Decides from the places of the runs of text whether a page is set in columns. A table without lines
also has gutters: its cells seldom fill their columns, and often there are more than two. Tables
that are drawn with lines are read in `ruled`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2

from wardround.reading.ruled import Line, ruled_tables

PAIRS_MIN = 5
"""So many lines must stand beside another before a page is in two columns."""
GAP_MIN = 8.0
"""The space between the columns, in points, is at least this wide."""
FILLED = 0.6
"""How much of its column the usual line of prose fills."""
NOTE_RULE = (0.1, 0.5)
"""The line above footnotes is so long, as shares of the width of the page."""
SMALLER = 0.93
"""Footnotes are set at most so large, beside the text."""
RAISED = 0.8
"""The mark of a footnote is at most so high, beside the words before it."""
SAME_LINE = 4.0
"""Runs whose feet differ by less than so many points stand on one line."""


class Run(NamedTuple):
    """A run of text on one line: left, foot, right and head, in points."""

    left: float
    foot: float
    right: float
    head: float


def page_text(page: pypdfium2.PdfPage) -> tuple[str, str]:
    """The text of a page as it reads, columns one after the other, and its footnotes."""
    words = page.get_textpage()
    tables, rules = ruled_tables(page, words)
    runs = [Run(*words.get_rect(n)) for n in range(words.count_rects())]
    width, head = page.get_size()
    foot = _notes_below(rules, runs, width)
    parts: list[str] = []
    for table in (*tables, None):
        low = table.head if table else foot
        parts.append(_running(words, [r for r in runs if low <= r.foot < head], low, head, width))
        if table:
            parts += table.rows
            head = table.foot
    notes = words.get_text_bounded(0, 0, width, foot) if foot else ""
    return "\n".join(part for part in parts if part.strip()), notes


def _running(
    words: pypdfium2.PdfTextPage, runs: list[Run], foot: float, head: float, width: float
) -> str:
    """The text of a stretch of a page without tables, the marks of footnotes left out."""
    gutter = find_gutter(runs)
    if gutter is not None:
        said = "\n".join(words.get_text_bounded(*run).strip() for run in in_columns(runs, gutter))
    else:
        said = words.get_text_bounded(0, foot, width, head)
    for before, mark in _raised(words, runs):
        marked = re.search(re.escape(before + mark) + r"(?:\s+(?= ))?", said)
        if marked:
            said = said[: marked.start() + len(before)] + said[marked.end() :]
    return said


def _notes_below(rules: list[Line], runs: list[Run], width: float) -> float:
    """How high the footnotes reach: the short line over small print at the foot, or 0."""
    for rule in rules:
        above = [run.head - run.foot for run in runs if run.foot > rule.at]
        below = [run.head - run.foot for run in runs if run.head < rule.at]
        short = NOTE_RULE[0] * width < rule.end - rule.start < NOTE_RULE[1] * width
        if short and above and below and median(below) < SMALLER * median(above):
            return rule.at
    return 0.0


def _raised(words: pypdfium2.PdfTextPage, runs: list[Run]) -> Iterator[tuple[str, str]]:
    """Marks of footnotes: small raised numbers, each with the words right before it."""
    for before, mark in pairwise(runs):
        small = mark.head - mark.foot < RAISED * (before.head - before.foot)
        raised = mark.foot > before.foot + 2 and mark.head >= before.head - 2
        if small and raised and abs(mark.left - before.right) < GAP_MIN:
            number = words.get_text_bounded(*mark).strip()
            if re.fullmatch(r"\d{1,2}|[①-⑳*†]", number):
                yield words.get_text_bounded(*before).strip()[-6:], number


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
