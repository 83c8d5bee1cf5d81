"""Centre and limits of each kind of chart, segment by segment.

XmR as NHS England's Making Data Count has it; p, u, c, g and t charts as in Montgomery,
Introduction to Statistical Quality Control; p′ and u′ as in Laney, Quality Engineering 14 (2002).
Arithmetic only: which chart a series gets is `choice`'s matter, which points are special `rules`'.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

from wardround.figure import ChartKind
from wardround.indicator.spc.chart import ENOUGH, FEWEST, Chart, Flag, Line, Points
from wardround.indicator.spc.rules import flagged

_XMR, _MR, _D2 = 2.66, 3.267, 1.128
_ANY = (-math.inf, math.inf)
_T_POWER = 3.6


@dataclass(frozen=True, slots=True)
class _Lines:
    """A segment's lines, how many points they rest on, and the spread of its counts."""

    lines: Sequence[Line]
    based_on: int
    sigma_z: float | None = None


def _charted(
    kind: ChartKind,
    points: Points,
    lines: Callable[[int, int], _Lines],
    rebase: Sequence[int],
    bounds: tuple[float, float],
) -> Chart:
    """Segments put together: `lines(start, end)` gives each segment's."""
    steps = sorted({place for place in rebase if 0 < place < len(points)})
    made: list[Line] = []
    flags: list[Flag | None] = []
    found = _Lines([], 0)
    for start, end in pairwise([0, *steps, len(points)]):
        found = lines(start, end)
        made += found.lines
        limited = found.based_on >= FEWEST
        segment = points[start:end]
        flags += flagged(segment, found.lines) if limited else [None] * len(segment)
    limited = found.based_on >= FEWEST
    return Chart(
        kind, tuple(points), tuple(made), tuple(flags), limited and found.based_on < ENOUGH,
        limited, bounds, found.sigma_z, tuple(steps),
    )  # fmt: skip


def _lines_at(centre: float, sigma: float) -> Line:
    return Line(
        centre, centre - 3 * sigma, centre + 3 * sigma, centre - 2 * sigma, centre + 2 * sigma
    )


def _baseline_end(points: Points, baseline: int | None) -> int:
    """Index after the first `baseline` points that are there."""
    left = baseline
    for place, point in enumerate(points):
        if left == 0:
            return place
        if left is not None and point is not None:
            left -= 1
    return len(points)


# -- individual values -------------------------------------------------------------------------


def xmr(
    points: Points,
    *,
    baseline: int | None = None,
    rebase: Sequence[int] = (),
    screened: bool = False,
    bounds: tuple[float, float] = _ANY,
) -> Chart:
    """Individual values and moving ranges: mean ± 2.66 × mean moving range.

    `baseline`: limits from the first n points of each segment. `rebase`: indices at which a
    named person let a new segment begin. `screened`: moving ranges at or above 3.267 × their
    mean are left out once (the published NHS tool does not).
    """

    def lines(start: int, end: int) -> _Lines:
        segment = points[start:end]
        used = segment[: _baseline_end(segment, baseline)]
        present = [x for x in used if x is not None]
        ranges = [abs(b - a) for a, b in pairwise(used) if a is not None and b is not None]
        centre = fmean(present) if present else math.nan
        if not ranges or len(present) < FEWEST:
            return _Lines([Line(centre)] * len(segment), 0)
        spread = fmean(ranges)
        if screened:
            spread = fmean([r for r in ranges if r < _MR * spread] or [spread])
        line = _lines_at(centre, _XMR * spread / 3)
        return _Lines([line] * len(segment), len(present))

    return _charted("xmr", points, lines, rebase, bounds)


# -- counts against what they are counted from ---------------------------------------------------

Amounts = Sequence[float | None]


def proportions(
    numerators: Amounts, denominators: Amounts, *, times: float = 100, laney: bool = False,
    baseline: int | None = None, rebase: Sequence[int] = (),
) -> Chart:  # fmt: skip
    """p chart of numerator over denominator, times the unit; limits vary with the denominator.

    `laney`: limits widened by `sigma_z` (p′), for big denominators that scatter more than
    chance. A denominator of 0, or none, is a gap.
    """

    def sigma(centre: float, n: float) -> float:
        return math.sqrt(max(centre * (1 - centre), 0) / n)

    kind: ChartKind = "p'" if laney else "p"
    return _attribute(kind, numerators, denominators, sigma, times, (0, times), baseline, rebase)


def rates(
    numerators: Amounts, denominators: Amounts, *, times: float = 1000, laney: bool = False,
    baseline: int | None = None, rebase: Sequence[int] = (),
) -> Chart:  # fmt: skip
    """u chart of events per exposure, times the unit (1000: per thousand bed-days)."""
    kind: ChartKind = "u'" if laney else "u"
    bounds = (0, math.inf)
    return _attribute(kind, numerators, denominators, _poisson, times, bounds, baseline, rebase)


def counts(numbers: Amounts, *, baseline: int | None = None, rebase: Sequence[int] = ()) -> Chart:
    """c chart: events a period, every period the same chance of them; mean ± 3√mean."""
    one = [None if n is None else 1.0 for n in numbers]
    return _attribute("c", numbers, one, _poisson, 1, (0, math.inf), baseline, rebase)


def _poisson(centre: float, exposure: float) -> float:
    return math.sqrt(max(centre, 0) / exposure)


def _attribute(
    kind: ChartKind,
    numerators: Amounts,
    denominators: Amounts,
    sigma: Callable[[float, float], float],
    times: float,
    bounds: tuple[float, float],
    baseline: int | None,
    rebase: Sequence[int],
) -> Chart:
    pairs = [
        (d, n) if d is not None and n else None
        for d, n in zip(numerators, denominators, strict=True)
    ]
    points = [None if pair is None else pair[0] / pair[1] * times for pair in pairs]

    def lines(start: int, end: int) -> _Lines:
        used = pairs[start : start + _baseline_end(points[start:end], baseline)]
        present = [pair for pair in used if pair]
        total = math.fsum(n for _, n in present)
        centre = math.fsum(d for d, _ in present) / total if total else math.nan
        if len(present) < FEWEST:
            return _Lines([Line(centre * times)] * (end - start), 0)
        over = spread(present, centre, sigma)
        wider = (over or 1.0) if kind.endswith("'") else 1.0
        sigmas = [sigma(centre, pair[1]) if pair else 0.0 for pair in pairs[start:end]]
        return _Lines(
            [_lines_at(centre * times, s * wider * times) for s in sigmas], len(present), over
        )

    return _charted(kind, points, lines, rebase, bounds)


def spread(
    pairs: Sequence[tuple[float, float]], centre: float, sigma: Callable[[float, float], float]
) -> float | None:
    """σ_z: how much standardised counts move from point to point, 1 if by chance alone."""
    steps = [(d / n - centre) / sigma(centre, n) for d, n in pairs if sigma(centre, n)]
    return fmean([abs(b - a) for a, b in pairwise(steps)]) / _D2 if len(steps) > 1 else None


# -- stretches between rare events ---------------------------------------------------------------


def between_events(
    numbers: Sequence[float], *, baseline: int | None = None, rebase: Sequence[int] = ()
) -> Chart:
    """g chart: opportunities between rare events. High means rarer; there is no lower limit.

    The centre line is the median, as the distribution is skewed; limits are about the mean.
    """

    def lines(start: int, end: int) -> _Lines:
        used = numbers[start:end][:baseline]
        if len(used) < FEWEST:
            return _Lines([Line(median(used) if used else math.nan)] * (end - start), 0)
        mean = fmean(used)
        sigma = math.sqrt(mean * (mean + 1))
        line = Line(median(used), None, mean + 3 * sigma, None, mean + 2 * sigma)
        return _Lines([line] * (end - start), len(used))

    chart = _charted("g", numbers, lines, rebase, (0, math.inf))
    return replace(chart, turned=True)


def time_between(
    times: Sequence[float], *, baseline: int | None = None, rebase: Sequence[int] = ()
) -> Chart:
    """t chart: time between rare events, each above 0. XmR of the 3.6th root, turned back."""
    roots = xmr([y ** (1 / _T_POWER) for y in times], baseline=baseline, rebase=rebase)

    def back(x: float | None) -> float | None:
        return None if x is None else max(x, 0.0) ** _T_POWER

    lines = tuple(
        Line(back(line.centre) or 0.0, back(line.lower), back(line.upper), back(line.near_lower),
             back(line.near_upper))
        for line in roots.lines
    )  # fmt: skip
    return replace(
        roots, kind="t", points=tuple(times), lines=lines, bounds=(0, math.inf), turned=True
    )
