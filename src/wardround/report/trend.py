"""What the months behind a figure show: whether it changed, and whether its target will be met.

`indicator.spc` detects and `indicator.judge` judges; here is decided only that a document draws
individual values (XmR) and speaks of no change before limits are more than trial limits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wardround.figure import Figure, Target
from wardround.indicator.judge import Assurance, Change, assurance, variation
from wardround.indicator.spc import Chart, Flag, Line, xmr

__all__ = ["Assurance", "Change", "Trend", "chart_of", "trend"]


@dataclass(frozen=True, slots=True)
class Trend:
    """`line` holds mean and limits as they are drawn, None where there are too few months;
    `marks` says of each month whether it is a special cause, `flag` why the last one is."""

    change: Change = "none"
    assurance: Assurance | None = None
    flag: Flag | None = None
    line: Line | None = None
    marks: tuple[bool, ...] = ()

    @property
    def special(self) -> bool:
        """True if the months show a change."""
        return self.change in ("improving", "concerning", "neutral")


def chart_of(months: Sequence[Figure]) -> Chart:
    """The control chart of monthly figures, oldest first; a month without a value is a gap."""
    values = [figure.value for figure in months]
    known = [value for value in values if value is not None]
    share = bool(months) and months[-1].unit.symbol.en == "%" and max(known, default=0) <= 100
    least = 0.0 if min(known, default=0) >= 0 else -math.inf
    return xmr(values, bounds=(least, 100.0 if share else math.inf))


def trend(months: Sequence[Figure], target: Target | None) -> Trend:
    """Judge monthly figures, oldest first; nothing is said on trial limits."""
    if not months:
        return Trend()
    chart, direction = chart_of(months), months[-1].direction
    marks = tuple(flag is not None for flag in chart.flags)
    line = chart.drawn[-1] if chart.limited else None
    if chart.trial or not chart.limited:
        return Trend(line=line, marks=marks)
    state = variation(chart, direction)
    return Trend(state.change, assurance(chart, target, direction), state.flag, line, marks)
