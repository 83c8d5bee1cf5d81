"""The chart by which an indicator's own page judges it, and the words beside that chart.

Months are the rule. Where they hold less than one event on average, the stretches between events
are asked of the rows: that costs a query, so only a single indicator's page does it. A month with
a burst of such events is a signal all the same, and comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta

from wardround.figure import Rebase, Unit
from wardround.indicator import judge, spc
from wardround.indicator.spc import Chart
from wardround.period import Period
from wardround.report.control import PAGE, PAPER, Drawing, Palette, specification
from wardround.store.measuring import Measuring
from wardround.text import Text
from wardround.web.standing import Standing, named

YEARS = 5
"""Years of rare events that a chart looks back on."""
_PAGE_HEIGHT = 250
_UNITS = {
    "g": Unit(Text("例次", "opportunities")), "t": Unit(Text("天", "days"), decimals=1),
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """An indicator with its chart: a day for each point, and the newest rare event if any."""

    stood: Standing
    chart: Chart
    days: tuple[date, ...]
    unit: Unit
    last: date | None = None

    @property
    def drawable(self) -> bool:
        """Whether there is a line to draw."""
        return self.chart.known >= 2

    @cached_property
    def _telling(self) -> Chart:
        """The chart whose last point is the state: the months' if the last one had a burst."""
        flags = self.stood.chart.flags
        return self.stood.chart if flags and flags[-1] else self.chart

    @property
    def signal(self) -> str:
        """The sprite's name of the signal; "" where nothing can be said yet."""
        chart, direction = self._telling, self.stood.figure.direction
        if chart.trial or not chart.limited or chart.points[-1] is None:
            return ""
        return named(chart.flags[-1], judge.facing(chart, direction)) or "common"

    @property
    def assurance(self) -> str:
        return self.stood.assurance

    @property
    def sentence(self) -> Text:
        """What the chart shows, in one sentence."""
        f = self.stood.figure
        return judge.sentence(f.name, self._telling, f.direction, f.of_month, f.unit.symbol)

    @property
    def marked(self) -> list[tuple[str, Text]]:
        """The kinds of change that the chart marks, with their words, for its legend."""
        facing = judge.facing(self.chart, self.stood.figure.direction)
        kinds = {judge.change(flag, facing) for flag in self.chart.flags if flag}
        return [(kind, words) for kind, words in judge.CHANGES.items() if kind in kinds]

    @property
    def chosen(self) -> Text:
        """Which chart it is, and why."""
        return judge.chosen(self.chart, self.stood.figure.charting)

    @property
    def proposed(self) -> Text | None:
        """A new baseline that a person might declare; None if nothing asks for one."""
        found = spc.proposal(self.chart)
        if found is None:
            return None
        since = self.days[found.place]
        if self.chart.gaps:
            return judge.proposed(found, Text(f"{since:%Y-%m-%d}", f"{since:%Y-%m-%d}"))
        return judge.proposed(found, Period.of_month(since).name())

    @property
    def rebased(self) -> tuple[Rebase, ...]:
        """The new baselines that were declared and fall within the chart."""
        first = self.days[0] if self.days else date.max
        return tuple(r for r in self.stood.figure.charting.rebase if r.from_ > first)

    def drawing(self, lang: str) -> Drawing:
        f = self.stood.figure
        return Drawing(self.chart, self.days, self.unit, f.direction, f.of_month, lang)

    def for_page(self, lang: str) -> dict[str, Any]:
        """The specification as a page draws it: as wide as its place, in the page's colours."""
        return self.specified(lang, PAGE, "container")

    def specified(
        self, lang: str, palette: Palette = PAPER, width: float | str = 720
    ) -> dict[str, Any]:
        return specification(self.drawing(lang), palette, width=width, height=_PAGE_HEIGHT)


def judged(figures: Measuring, stood: Standing) -> Judged:
    """The chart of an indicator's months, or of the stretches between its rare events."""
    chart, figure = stood.chart, stood.figure
    months = tuple(m.period.start for m in stood.months)
    by_months = Judged(stood, chart, months, figure.unit)
    if chart.rare is None:
        return by_months
    end = min(figure.period.end, figures.at.date() + relativedelta(days=1))
    begin = end - relativedelta(years=YEARS)
    span = Period(begin, end, f"{begin}..{end - relativedelta(days=1)}")
    found = figures.engine.happenings(stood.indicator, figure.department, span, chart.complement)
    rebase = [datetime.combine(step.from_, time()) for step in figure.charting.rebase]
    gaps = spc.gaps(found, chart.rare, complement=chart.complement, rebase=rebase)
    if not gaps.chart.limited:
        return by_months
    days = tuple(end.date() for end in gaps.ends)
    return Judged(stood, gaps.chart, days, _UNITS[chart.rare], gaps.ends[-1].date())
