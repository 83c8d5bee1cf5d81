"""How indicators stand in a period, as the pages show it: figure, months, variation, assurance.

Decides which months stand behind a figure and what its signal is called. What is measured is
`indicator.engine`'s matter, what the months show `report.trend`'s, so that pages and documents
say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta

from wardround.catalogue.columns import DUTY_WINDOWS, PLAN_PROGRESS
from wardround.catalogue.model import Catalogue, Indicator, Register
from wardround.figure import Direction, Figure, Target
from wardround.indicator import judge
from wardround.indicator.spc import RUN, Chart, Flag, Rule, Side
from wardround.indicator.values import Value
from wardround.period import Period
from wardround.report.blocks import changed, verdict, written
from wardround.report.trend import Trend, chart_of, trend
from wardround.store.measuring import Measuring
from wardround.text import LANGS, Text
from wardround.work import authority
from wardround.work.authority import Viewer

MONTHS = 24
"""Months behind a figure, as in the reports."""
WHY: dict[tuple[Rule, Side], Text] = {
    ("outside", "high"): Text("升到控制上限之外", "above the upper limit"),
    ("outside", "low"): Text("降到控制下限之外", "below the lower limit"),
    ("trend", "high"): Text(f"连续 {RUN} 个月上升", f"rising {RUN} months running"),
    ("trend", "low"): Text(f"连续 {RUN} 个月下降", f"falling {RUN} months running"),
    ("two_of_three", "high"): Text("3 个月里 2 个月逼近上限", "2 of 3 months near the upper limit"),
    ("two_of_three", "low"): Text("3 个月里 2 个月逼近下限", "2 of 3 months near the lower limit"),
    ("shift", "high"): Text(f"连续 {RUN} 个月高于均值", f"{RUN} months running above the mean"),
    ("shift", "low"): Text(f"连续 {RUN} 个月低于均值", f"{RUN} months running below the mean"),
}
"""What a special cause looks like, short enough for a line of a list."""
ASSURED = {"P": "assured", "F": "failing", "?": "hit-or-miss"}


@dataclass(frozen=True)
class Standing:
    """One figure with the complete months behind it, oldest first."""

    indicator: Indicator
    figure: Figure
    months: tuple[Figure, ...]

    @property
    def url(self) -> str:
        f = self.figure
        return address(f.indicator, f.period, f.department)

    @cached_property
    def trend(self) -> Trend:
        return trend(self.months, self.figure.of_month)

    @cached_property
    def chart(self) -> Chart:
        return chart_of(self.months)

    @property
    def signal(self) -> str:
        """The sprite's name of the signal; "" where nothing can be said yet."""
        if self.trend.change == "none":
            return ""
        return named(self.trend.flag, self.figure.direction) or "common"

    @property
    def assurance(self) -> str:
        return ASSURED.get(self.trend.assurance or "", "")

    @property
    def really(self) -> bool:
        """True if the months show a change."""
        return self.trend.special

    @property
    def missed(self) -> bool:
        return self.figure.verdict == "missed"

    @property
    def verdict(self) -> Text:
        """Whether the target was met, or how much of the year's it is so far; 无目标."""
        return verdict(self.figure)

    @property
    def silent(self) -> bool:
        """Whether there is nothing to show, neither now nor a year ago."""
        return self.figure.value is None and self.figure.last_year is None

    @property
    def values(self) -> list[float | None]:
        return [m.value for m in self.months]

    @property
    def target(self) -> Any:
        """The target as a chart draws it: None, a number, or both ends."""
        t = self.figure.of_month
        return None if t is None else (t.low, t.high) if t.op == "range" else t.low

    @property
    def sentence(self) -> Text:
        """What the months show, in one sentence."""
        f = self.figure
        return judge.sentence(f.name, self.chart, f.direction, f.of_month)

    @property
    def why(self) -> Text:
        """The finding alone, without the indicator's name."""
        flag = self.trend.flag
        return WHY[flag.rule, flag.side] if flag else judge.CHANGES[self.trend.change]

    @property
    def fraction(self) -> str:
        """`9,163 / 9,360`, or "" where the figure is no ratio."""
        f = self.figure
        if f.value is None or f.denominator is None:
            return ""
        return f"{written(f, 'numerator', 'en')} / {written(f, 'denominator', 'en')}"

    @property
    def difference(self) -> Text | None:
        """Against the same period last year; None without last year."""
        if self.figure.change is None:
            return None
        zh, en = (written(self.figure, "difference", lang) for lang in LANGS)
        return Text(zh, en)

    @property
    def level(self) -> bool:
        """True if the difference is inside common cause, or rounds to nothing."""
        return not self.really or not changed(self.figure)


def named(flag: Flag | None, direction: Direction) -> str:
    """The sprite's name for a special point; "" for a common one."""
    if flag is None:
        return ""
    change = judge.change(flag, direction)
    if change == "neutral":
        return "neutral-up" if flag.side == "high" else "neutral-down"
    return f"{change}-{flag.side}"


def address(
    key: str, period: Period, department: str | None = None, as_of: datetime | None = None
) -> str:
    """The page of a figure; without `as_of` as it is known when it opens."""
    asked = {"period": period.key}
    if department:
        asked["department"] = department
    if as_of:
        asked["as_of"] = as_of.isoformat()
    return f"/figures/{key}?{urlencode(asked)}"


def complete_months(period: Period, at: datetime, count: int = MONTHS) -> list[Period]:
    """The last months up to the period's end that are over: a part of a month is no point."""
    first = min(period.end, at.date().replace(day=1))
    last = first.replace(day=1)
    return [Period.of_month(last - relativedelta(months=n)) for n in range(count, 0, -1)]


def last_month(at: datetime) -> Period:
    """The newest month that is over."""
    return complete_months(Period.of_day(at.date()), at, 1)[0]


def standings(
    measuring: Measuring,
    indicators: Sequence[Indicator],
    department: str | None,
    period: Period,
) -> tuple[Standing, ...]:
    """Many indicators at once, in the order asked: the cube is read once a source. Until figures
    are measured again, whoever asks the same is answered from memory."""
    return _stood(_Question(
        measuring.house.data, measuring.at, tuple(i.key for i in indicators), department, period,
        measuring,
    ))  # fmt: skip


@dataclass(frozen=True)
class _Question:
    """What is asked of one measuring, which its moment names."""

    data: Path
    at: datetime
    keys: tuple[str, ...]
    department: str | None
    period: Period
    measuring: Measuring = field(compare=False)


@lru_cache(maxsize=6)
def _stood(asked: _Question) -> tuple[Standing, ...]:
    measuring, department, period = asked.measuring, asked.department, asked.period
    indicators = [measuring.house.catalogue.indicators[key] for key in asked.keys]
    engine, at = measuring.engine, measuring.at
    spans = [period, period.year_before(), *complete_months(period, at)]
    values = engine.series_many(indicators, department, spans)
    place = measuring.place_name(department)

    def figure(
        indicator: Indicator, span: Period, now: Value, before: Value, aim: Target | None
    ) -> Figure:
        return engine.as_figure(
            indicator, department, span, now, before, at=at, target=aim, department_name=place
        )

    found = []
    for indicator in indicators:
        series = values[indicator.key]
        aim = measuring.target(indicator, department, period)
        months = zip(spans[2:], series[2:], strict=True)
        found.append(Standing(
            indicator,
            figure(indicator, period, series[0], series[1], aim),
            _begun(figure(indicator, span, value, value, aim) for span, value in months),
        ))  # fmt: skip
    return tuple(found)


def _begun(months: Iterable[Figure]) -> tuple[Figure, ...]:
    """The months from the first that has a value."""
    listed = list(months)
    first = next((n for n, m in enumerate(listed) if m.value is not None), len(listed))
    return tuple(listed[first:])


def register_of(catalogue: Catalogue, indicator: Indicator) -> Register | None:
    """The register whose reach decides who sees the indicator of a department."""
    if indicator.register == DUTY_WINDOWS.key:
        duty = catalogue.duties.get(indicator.key.removesuffix("_done"))
        return catalogue.registers[duty.register] if duty else None
    if indicator.register == PLAN_PROGRESS.key:
        return catalogue.registers["plan_item"]
    return catalogue.registers[indicator.register]


def may_see(
    who: Viewer, catalogue: Catalogue, indicator: Indicator, department: str | None
) -> bool:
    """The hospital's figures are everybody's; a department's belong to those who see it."""
    if department is None:
        return True
    allowed = authority.reach(who, register_of(catalogue, indicator))
    return allowed.subjects is None and allowed.holds(department, None)
