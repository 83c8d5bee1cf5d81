"""What a control chart is: points, lines, flags. How they come about is decided beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wardround.figure import ChartKind

Rule = Literal["outside", "trend", "two_of_three", "shift"]
Side = Literal["high", "low"]
Points = Sequence[float | None]

RUN = 7
"""Points in a trend or a shift."""
FEWEST, ENOUGH = 5, 12
"""Points from which limits are drawn, and from which they are more than trial limits."""


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
    at all. `bounds`: what values can be, for drawing (`drawn`). `sigma_z`: the spread of counts
    against what chance alone gives, 1 if that is all there is. `steps`: where a segment begins
    after the first. `rare`: the points are periods that hold less than one event on average, and
    this kind would say more; `complement`: the event is what the numerator does not count.
    `turned`: a high point means fewer of what the indicator counts.
    """

    kind: ChartKind
    points: tuple[float | None, ...]
    lines: tuple[Line, ...]
    flags: tuple[Flag | None, ...]
    trial: bool
    limited: bool
    bounds: tuple[float, float] = (-math.inf, math.inf)
    sigma_z: float | None = None
    steps: tuple[int, ...] = ()
    rare: ChartKind | None = None
    complement: bool = False
    turned: bool = False

    @property
    def drawn(self) -> tuple[Line, ...]:
        """The lines as they are drawn: limits kept within what values can be."""
        return tuple(_clipped(line, *self.bounds) for line in self.lines)

    @property
    def known(self) -> int:
        """How many points are there."""
        return sum(point is not None for point in self.points)

    @property
    def gaps(self) -> bool:
        """True if the points are stretches between events, not periods."""
        return self.kind in ("g", "t")


def _clipped(line: Line, least: float, most: float) -> Line:
    def clip(limit: float | None) -> float | None:
        return None if limit is None else min(max(limit, least), most)

    return Line(
        line.centre, clip(line.lower), clip(line.upper), clip(line.near_lower),
        clip(line.near_upper),
    )  # fmt: skip
