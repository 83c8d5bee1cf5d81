"""Control charts: what a series does by itself, and which points that does not explain.

Decides limits and the four special-cause rules: XmR as NHS England's Making Data Count has it;
p, u, g and t charts as in Montgomery, Introduction to Statistical Quality Control. A chart is
arithmetic only; whether a change is good or bad is `judge`'s matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median
from typing import Literal

Kind = Literal["xmr", "p", "u", "g", "t"]
Rule = Literal["outside", "trend", "two_of_three", "shift"]
Side = Literal["high", "low"]
Points = Sequence[float | None]

RUN = 7
"""Points in a trend or a shift."""
FEWEST, ENOUGH = 5, 12
"""Points from which limits are drawn, and from which they are more than trial limits."""
_XMR, _MR, _D2 = 2.66, 3.267, 1.128


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a point is special, and on which side (for a trend: where it goes)."""

    rule: Rule
    side: Side


@dataclass(frozen=True, slots=True)
class Line:
    """Centre and limits at one point; None where the chart has none. Never clipped."""

    centre: float
    lower: float | None = None
    upper: float | None = None
    near_lower: float | None = None
    near_upper: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A series with its lines and flags, point by point; a None point is a gap.

    `trial`: the last segment's limits rest on fewer than 12 points. `limited`: it has limits
    at all. `bounds`: what values can be, for drawing (`drawn`). `sigma_z`: the spread of p and
    u points against what chance alone gives, 1 if that is all there is.
    """

    kind: Kind
    points: tuple[float | None, ...]
    lines: tuple[Line, ...]
    flags: tuple[Flag | None, ...]
    trial: bool
    limited: bool
    bounds: tuple[float, float] = (-math.inf, math.inf)
    sigma_z: float | None = None

    @property
    def drawn(self) -> tuple[Line, ...]:
        """The lines as they are drawn: limits kept within what values can be."""
        return tuple(_clipped(line, *self.bounds) for line in self.lines)


def _clipped(line: Line, least: float, most: float) -> Line:
    def clip(limit: float | None) -> float | None:
        return None if limit is None else min(max(limit, least), most)

    return Line(
        line.centre, clip(line.lower), clip(line.upper), clip(line.near_lower),
        clip(line.near_upper),
    )  # fmt: skip


# -- charts ----------------------------------------------------------------------------------


def xmr(
    points: Points,
    *,
    baseline: int | None = None,
    rebase: Sequence[int] = (),
    screened: bool = False,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Chart:
    """Individual values and moving ranges: mean ± 2.66 × mean moving range.

    `baseline`: limits from the first n points of each segment. `rebase`: indices at which a
    named person let a new segment begin. `screened`: moving ranges at or above 3.267 × their
    mean are left out once (the published NHS tool does not).
    """
    segments = [
        _xmr_segment(points[start:end], baseline, screened)
        for start, end in pairwise([0, *sorted(rebase), len(points)])
    ]
    chart = _joined("xmr", segments)
    return replace(chart, bounds=bounds)


def _xmr_segment(points: Points, baseline: int | None, screened: bool) -> Chart:
    used = points[: _baseline_end(points, baseline)]
    present = [x for x in used if x is not None]
    ranges = [abs(b - a) for a, b in pairwise(used) if a is not None and b is not None]
    if not present or not ranges or len(present) < FEWEST:
        return _unlimited("xmr", points, fmean(present) if present else math.nan)
    centre, spread = fmean(present), fmean(ranges)
    if screened:
        kept = [r for r in ranges if r < _MR * spread]
        spread = fmean(kept) if kept else spread
    line = _lines_at(centre, _XMR * spread / 3)
    return _flagged("xmr", points, [line] * len(points), len(present))


def _baseline_end(points: Points, baseline: int | None) -> int:
    """Index after the first `baseline` points that are there."""
    left = baseline
    for place, point in enumerate(points):
        if left == 0:
            return place
        if left is not None and point is not None:
            left -= 1
    return len(points)


def proportions(
    numerators: Sequence[float], denominators: Sequence[float], *, times: float = 100,
    laney: bool = False,
) -> Chart:  # fmt: skip
    """p chart of numerator over denominator, times the unit; limits vary with the denominator.

    `laney`: limits widened by `sigma_z` (p′), for big denominators that scatter more than
    chance. A denominator of 0 is a gap.
    """

    def sigma(centre: float, n: float) -> float:
        return math.sqrt(max(centre * (1 - centre), 0) / n)

    return _attribute("p", numerators, denominators, sigma, times, (0, times), laney)


def rates(
    numerators: Sequence[float], denominators: Sequence[float], *, times: float = 1000,
    laney: bool = False,
) -> Chart:  # fmt: skip
    """u chart of events per exposure, times the unit (1000: per thousand bed-days)."""

    def sigma(centre: float, n: float) -> float:
        return math.sqrt(max(centre, 0) / n)

    return _attribute("u", numerators, denominators, sigma, times, (0, math.inf), laney)


def _attribute(
    kind: Kind,
    numerators: Sequence[float],
    denominators: Sequence[float],
    sigma: Callable[[float, float], float],
    times: float,
    bounds: tuple[float, float],
    laney: bool,
) -> Chart:
    pairs = list(zip(numerators, denominators, strict=True))
    points = [d / n * times if n else None for d, n in pairs]
    total = math.fsum(n for _, n in pairs)
    centre = math.fsum(d for d, n in pairs if n) / total if total else math.nan
    present = [(d, n) for d, n in pairs if n]
    if len(present) < FEWEST:
        return replace(_unlimited(kind, points, centre * times), bounds=bounds)
    sigmas = [sigma(centre, n) if n else 0.0 for _, n in pairs]
    steps = [(d / n - centre) / sigma(centre, n) for d, n in present if sigma(centre, n)]
    over = fmean([abs(b - a) for a, b in pairwise(steps)]) / _D2 if len(steps) > 1 else None
    wider = over if laney and over else 1.0
    lines = [_lines_at(centre * times, s * wider * times) for s in sigmas]
    return replace(_flagged(kind, points, lines, len(present)), bounds=bounds, sigma_z=over)


def between_events(counts: Sequence[float], *, baseline: int | None = None) -> Chart:
    """g chart: opportunities between rare events. High is good; there is no lower limit.

    The centre line is the median, as the distribution is skewed; limits are about the mean.
    """
    used = counts[:baseline]
    if len(used) < FEWEST:
        return _unlimited("g", counts, median(used) if used else math.nan)
    mean = fmean(used)
    sigma = math.sqrt(mean * (mean + 1))
    line = Line(median(used), None, mean + 3 * sigma, None, mean + 2 * sigma)
    chart = _flagged("g", counts, [line] * len(counts), len(used))
    return replace(chart, bounds=(0, math.inf))


_T_POWER = 3.6


def time_between(times: Sequence[float]) -> Chart:
    """t chart: time between rare events, each above 0. XmR of the 3.6th root, turned back."""
    roots = xmr([y ** (1 / _T_POWER) for y in times])

    def back(x: float | None) -> float | None:
        return None if x is None else max(x, 0.0) ** _T_POWER

    lines = tuple(
        Line(back(line.centre) or 0.0, back(line.lower), back(line.upper), back(line.near_lower),
             back(line.near_upper))
        for line in roots.lines
    )  # fmt: skip
    return replace(roots, kind="t", points=tuple(times), lines=lines, bounds=(0, math.inf))


def choose(numerators: Sequence[float], denominators: Sequence[float]) -> Kind:
    """The chart for a proportion: p where both outcomes are expected 5 times a period or more."""
    pairs = [(d, n) for d, n in zip(numerators, denominators, strict=True) if n]
    if not pairs or any(not 0 <= d <= n for d, n in pairs):
        return "xmr"
    share = math.fsum(d for d, _ in pairs) / math.fsum(n for _, n in pairs)
    least = min(n for _, n in pairs)
    return "p" if least * share >= 5 and least * (1 - share) >= 5 else "xmr"


# -- rules -----------------------------------------------------------------------------------


def _lines_at(centre: float, sigma: float) -> Line:
    return Line(
        centre, centre - 3 * sigma, centre + 3 * sigma, centre - 2 * sigma, centre + 2 * sigma
    )


def _unlimited(kind: Kind, points: Points, centre: float) -> Chart:
    none = (None,) * len(points)
    return Chart(kind, tuple(points), (Line(centre),) * len(points), none, False, False)


def _joined(kind: Kind, segments: Sequence[Chart]) -> Chart:
    last = segments[-1]
    return Chart(
        kind,
        tuple(x for s in segments for x in s.points),
        tuple(x for s in segments for x in s.lines),
        tuple(x for s in segments for x in s.flags),
        last.trial,
        last.limited,
    )


def _flagged(kind: Kind, points: Points, lines: Sequence[Line], based_on: int) -> Chart:
    """The rules in their order; the first that a point meets names it."""
    flags: list[Flag | None] = [None] * len(points)
    for rule in (_outside, _trend, _two_of_three, _shift):
        for place, flag in rule(points, lines):
            flags[place] = flags[place] or flag
    trial = based_on < ENOUGH
    return Chart(kind, tuple(points), tuple(lines), tuple(flags), trial, True)


Found = list[tuple[int, Flag]]


def _above(x: float, limit: float) -> bool:
    """Strictly, beyond what floating point can blur."""
    return x - limit > 1e-9 * max(1.0, abs(limit))


def _side(point: float, line: Line) -> Side | None:
    if _above(point, line.centre):
        return "high"
    return "low" if _above(line.centre, point) else None


def _outside(points: Points, lines: Sequence[Line]) -> Found:
    found: Found = []
    for place, (x, line) in enumerate(zip(points, lines, strict=True)):
        if x is not None and line.upper is not None and _above(x, line.upper):
            found.append((place, Flag("outside", "high")))
        if x is not None and line.lower is not None and _above(line.lower, x):
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


def _trend(points: Points, _: Sequence[Line]) -> Found:
    found: Found = []
    for places, stretch in _windows(points, RUN):
        if all(_above(b, a) for a, b in pairwise(stretch)):
            found += [(place, Flag("trend", "high")) for place in places]
        if all(_above(a, b) for a, b in pairwise(stretch)):
            found += [(place, Flag("trend", "low")) for place in places]
    return found


def _two_of_three(points: Points, lines: Sequence[Line]) -> Found:
    found: Found = []
    for places, stretch in _windows(points, 3):
        sides = {_side(x, lines[place]) for x, place in zip(stretch, places, strict=True)}
        near = [
            place for x, place in zip(stretch, places, strict=True) if _is_near(x, lines[place])
        ]
        if len(sides) == 1 and len(near) >= 2:
            side: Side = "high" if "high" in sides else "low"
            found += [(place, Flag("two_of_three", side)) for place in near]
    return found


def _is_near(x: float, line: Line) -> bool:
    """Between the near limit and the limit, on either side."""
    high = line.near_upper is not None and line.upper is not None and (
        _above(x, line.near_upper) and not _above(x, line.upper)
    )  # fmt: skip
    low = line.near_lower is not None and line.lower is not None and (
        _above(line.near_lower, x) and not _above(line.lower, x)
    )  # fmt: skip
    return high or low


def _shift(points: Points, lines: Sequence[Line]) -> Found:
    found: Found = []
    for places, stretch in _windows(points, RUN):
        sides = {_side(x, lines[place]) for x, place in zip(stretch, places, strict=True)}
        if len(sides) == 1 and None not in sides:
            side: Side = "high" if "high" in sides else "low"
            found += [(place, Flag("shift", side)) for place in places]
    return found


# -- other questions -------------------------------------------------------------------------


def runs_signal(points: Points) -> bool:
    """Anhøj's rules about the median: a run too long, or crossings too few (binomial, 5 %)."""
    present = [x for x in points if x is not None]
    if not present:
        return False
    middle = median(present)
    sides = [x > middle for x in present if abs(x - middle) > 1e-9 * max(1.0, abs(middle))]
    n = len(sides)
    if n < 2:
        return False
    crossings = sum(a is not b for a, b in pairwise(sides))
    longest = run = 1
    for a, b in pairwise(sides):
        run = run + 1 if a is b else 1
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


@dataclass(frozen=True, slots=True)
class Peer:
    """One department in a funnel: its value, its own limits, and on which side it is outside."""

    department: str
    value: float
    denominator: float
    lower: float
    upper: float
    outside: Side | None


def funnel(
    found: dict[str, tuple[float, float]], *, kind: Literal["p", "u"] = "p", times: float = 100
) -> tuple[float, list[Peer]]:
    """The pooled value, and each department within limits at its own denominator.

    `found`: department → (numerator, denominator). To rank departments inside their limits is
    to rank noise.
    """
    sums = {key: pair for key, pair in found.items() if pair[1]}
    total = math.fsum(n for _, n in sums.values())
    if not total:
        return math.nan, []
    centre = math.fsum(d for d, _ in sums.values()) / total
    most = 1.0 if kind == "p" else math.inf
    peers = []
    for key, (d, n) in sums.items():
        sigma = math.sqrt(max(centre * (1 - centre) if kind == "p" else centre, 0.0) / n)
        lower, upper = centre - 3 * sigma, centre + 3 * sigma
        value = d / n
        outside: Side | None = None
        if _above(value, upper) or _above(lower, value):
            outside = "high" if value > upper else "low"
        limits = max(lower, 0.0) * times, min(upper, most) * times
        peers.append(Peer(key, value * times, n, *limits, outside))
    return centre * times, peers
