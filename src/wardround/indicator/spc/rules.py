"""Which points chance does not explain: the four special-cause rules, and Anhøj's about runs.

As NHS England's Making Data Count has them; evaluated in their order, the first that a point
meets names it. No window crosses a gap, and none is asked to cross a new segment.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from wardround.indicator.spc.chart import RUN, Chart, Flag, Line, Points, Side

Found = list[tuple[int, Flag]]
SHIFTED = 8
"""Points in an unbroken shift, up to the newest, from which a new baseline is proposed."""
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Scale:
    """Compares numbers of one series, beyond what floating point can blur at its size."""

    slack: float

    @classmethod
    def of(cls, points: Points) -> Scale:
        """The size of a series: that of its greatest point."""
        return cls(_SLACK * max((abs(x) for x in points if x is not None), default=0.0))

    def above(self, x: float, limit: float) -> bool:
        """Strictly above."""
        return x - limit > self.slack

    def side(self, point: float, line: Line) -> Side | None:
        """Above or below the centre; None on it."""
        if self.above(point, line.centre):
            return "high"
        return "low" if self.above(line.centre, point) else None


def flagged(points: Points, lines: Sequence[Line]) -> tuple[Flag | None, ...]:
    """The rules in their order; the first that a point meets names it."""
    flags: list[Flag | None] = [None] * len(points)
    scale = Scale.of(points)
    for rule in (_outside, _trend, _two_of_three, _shift):
        for place, flag in rule(points, lines, scale):
            flags[place] = flags[place] or flag
    return tuple(flags)


def _outside(points: Points, lines: Sequence[Line], scale: Scale) -> Found:
    found: Found = []
    for place, (x, line) in enumerate(zip(points, lines, strict=True)):
        if x is not None and line.upper is not None and scale.above(x, line.upper):
            found.append((place, Flag("outside", "high")))
        if x is not None and line.lower is not None and scale.above(line.lower, x):
            found.append((place, Flag("outside", "low")))
    return found


def _windows(points: Points, length: int) -> list[tuple[range, list[float]]]:
    """Every stretch of consecutive points without a gap."""
    found = []
    for start in range(len(points) - length + 1):
        stretch = [x for x in points[start : start + length] if x is not None]
        if len(stretch) == length:
            found.append((range(start, start + length), stretch))
    return found


def _trend(points: Points, _: Sequence[Line], scale: Scale) -> Found:
    found: Found = []
    for places, stretch in _windows(points, RUN):
        if all(scale.above(b, a) for a, b in pairwise(stretch)):
            found += [(place, Flag("trend", "high")) for place in places]
        if all(scale.above(a, b) for a, b in pairwise(stretch)):
            found += [(place, Flag("trend", "low")) for place in places]
    return found


def _two_of_three(points: Points, lines: Sequence[Line], scale: Scale) -> Found:
    found: Found = []
    for places, stretch in _windows(points, 3):
        pairs = [(place, x) for place, x in zip(places, stretch, strict=True)]
        sides = {scale.side(x, lines[place]) for place, x in pairs}
        near = [place for place, x in pairs if _is_near(x, lines[place], scale)]
        if len(sides) == 1 and len(near) >= 2:
            side: Side = "high" if "high" in sides else "low"
            found += [(place, Flag("two_of_three", side)) for place in near]
    return found


def _is_near(x: float, line: Line, scale: Scale) -> bool:
    """Between the near limit and the limit, on either side."""
    high = line.near_upper is not None and line.upper is not None and (
        scale.above(x, line.near_upper) and not scale.above(x, line.upper)
    )  # fmt: skip
    low = line.near_lower is not None and line.lower is not None and (
        scale.above(line.near_lower, x) and not scale.above(line.lower, x)
    )  # fmt: skip
    return high or low


def _shift(points: Points, lines: Sequence[Line], scale: Scale) -> Found:
    found: Found = []
    for places, stretch in _windows(points, RUN):
        sides = {scale.side(x, lines[place]) for x, place in zip(stretch, places, strict=True)}
        if len(sides) == 1 and None not in sides:
            side: Side = "high" if "high" in sides else "low"
            found += [(place, Flag("shift", side)) for place in places]
    return found


# -- a new baseline ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a new segment might begin: its first point, how many there are, on which side."""

    place: int
    points: int
    side: Side


def proposal(chart: Chart) -> Proposal | None:
    """A new baseline worth a person's thought; never one to set by itself.

    The newest 8 points or more lie on one side of the centre without a break. None on trial
    limits, and where the segment holds nothing but this run.
    """
    if chart.trial or not chart.limited:
        return None
    start, scale = chart.steps[-1] if chart.steps else 0, Scale.of(chart.points)
    place, last = len(chart.points), None
    for n in range(len(chart.points) - 1, start - 1, -1):
        point = chart.points[n]
        side = None if point is None else scale.side(point, chart.lines[n])
        if side is None or (last and side != last):
            break
        place, last = n, side
    points = len(chart.points) - place
    if last is None or points < SHIFTED or place == start:
        return None
    return Proposal(place, points, last)


# -- runs --------------------------------------------------------------------------------------


def runs_signal(points: Points) -> bool:
    """Anhøj's rules about the median: a run too long, or crossings too few (binomial, 5 %)."""
    present = [x for x in points if x is not None]
    if not present:
        return False
    middle, scale = Line(median(present)), Scale.of(present)
    sides = [side for x in present if (side := scale.side(x, middle))]
    n = len(sides)
    if n < 2:
        return False
    crossings = sum(a != b for a, b in pairwise(sides))
    longest = run = 1
    for a, b in pairwise(sides):
        run = run + 1 if a == b else 1
        longest = max(longest, run)
    return longest > longest_run(n) or crossings < fewest_crossings(n)


def longest_run(n: int) -> int:
    """The longest run that chance allows among n points off the median."""
    return round(math.log2(n)) + 3


def fewest_crossings(n: int) -> int:
    """The 5 % quantile of Binomial(n − 1, ½)."""
    share = 0.0
    for k in range(n):
        share += math.comb(n - 1, k) / 2 ** (n - 1)
        if share >= 0.05:
            return k
    return n
