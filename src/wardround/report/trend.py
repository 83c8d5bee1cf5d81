"""What the months behind a figure show: whether it changed, and whether its target will be met.

`indicator.spc` chooses the chart and detects, `indicator.judge` judges; here is decided only what
its months are, where a declared new baseline begins, and that nobody speaks of a change before
limits are more than trial limits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wardround.figure import Charting, Figure, Target
from wardround.indicator.judge import Assurance, Change, assurance, variation
from wardround.indicator.spc import Chart, Flag, Line, charted

__all__ = ["Assurance", "Change", "Trend", "chart_of", "trend"]


@dataclass(frozen=True, slots=True)
class Trend:
    """`line` holds the last month's mean and limits as they are drawn, None where there are none;
    `chart` all months'. `marks` says of each month whether it is a special cause, `flag` why the
    last one is."""

    change: Change = "none"
    assurance: Assurance | None = None
    flag: Flag | None = None
    line: Line | None = None
    marks: tuple[bool, ...] = ()
    chart: Chart | None = None

    @property
    def special(self) -> bool:
        """True if the months show a change."""
        return self.change in ("improving", "concerning", "neutral")


def chart_of(months: Sequence[Figure]) -> Chart:
    """The control chart of monthly figures, oldest first; a month without a value is a gap."""
    if not months:
        return charted(months, Charting())
    unit, how = months[-1].unit, months[-1].charting
    starts = [month.period.start for month in months]
    rebase = [sum(start < step.from_ for start in starts) for step in how.rebase]
    most = unit.times if unit.symbol.en in ("%", "‰") else math.inf
    return charted(months, how, times=unit.times, most=most, rebase=rebase)


def trend(months: Sequence[Figure], target: Target | None) -> Trend:
    """Judge monthly figures, oldest first; nothing is said on trial limits."""
    if not months:
        return Trend()
    chart, direction = chart_of(months), months[-1].direction
    marks = tuple(flag is not None for flag in chart.flags)
    line = chart.drawn[-1] if chart.limited else None
    if chart.trial or not chart.limited:
        return Trend(line=line, marks=marks, chart=chart)
    state = variation(chart, direction)
    sure = assurance(chart, target, direction)
    return Trend(state.change, sure, state.flag, line, marks, chart)
