"""The writer's desk: the facts, the language, and what was asked so far, asked only once."""

from __future__ import annotations

from collections.abc import Iterable

from dateutil.relativedelta import relativedelta

from wardround.catalogue.model import Report
from wardround.catalogue.organisation import Department
from wardround.period import Period
from wardround.report.facts import Facts
from wardround.report.sentences import Told, inside
from wardround.report.trend import trend
from wardround.text import Text

MONTHS = 24
"""Months behind a figure: this period, its like last year, and enough for limits."""


class Desk:
    """Facts in one language, for one report."""

    def __init__(self, report: Report, facts: Facts, lang: str) -> None:
        self.report, self.facts, self.lang = report, facts, lang
        self._told: dict[tuple[str, str | None], Told] = {}

    def say(self, zh: str, en: str) -> str:
        """The side of the document's language."""
        return zh if self.lang == "zh" else en

    def told(self, indicator: str, department: str | None = None) -> Told:
        """A figure of this period with its trend; default: for whom the report is."""
        place = department or self.facts.department
        key = (indicator, place)
        if key not in self._told:
            figure = self.facts.figure(indicator, place)
            months = self.facts.series(indicator, place, MONTHS) if not figure.ranking else ()
            self._told[key] = Told(figure, trend(months, figure.of_month))
        return self._told[key]

    def tolds(self, indicators: Iterable[str]) -> list[Told]:
        """Several figures, in the order asked."""
        return [self.told(key) for key in indicators]

    def missing(self) -> tuple[str, ...]:
        """Indicators without a value, among all that were asked for."""
        return tuple(sorted({t.figure.indicator for t in self._told.values()
                             if t.figure.value is None and not t.figure.ranking}))  # fmt: skip

    def indicators(self) -> list[str]:
        """Every indicator that the report tells in words or tables, once, in their order.

        The counts of a plan's items are left out: the items speak for themselves."""
        told = (s for s in self.report.section if {"sentences", "table", "targets"} & {*s.show})
        return list(dict.fromkeys(key for s in told for key in s.indicators))

    def office(self, function: str) -> Text:
        """Who performs a function, with the head's post and name."""
        places = self.facts.hospital.performing(function)
        if not places:
            return self.facts.catalogue.functions[function].name
        return self.head(places[0])

    def head(self, place: Department) -> Text:
        """医务科（主任 陈静） / Medical affairs office (Chen Jing, head)."""
        head = self.facts.hospital.head_of(place.key)
        if head is None:
            return place.name
        post = head.post.zh.removeprefix(place.name.zh) or head.post.zh
        return Text(
            f"{place.name.zh}（{post} {head.name.zh}）",
            f"{place.name.en} ({head.name.en}, {inside(head.post, 'en')})",
        )


def next_period(period: Period) -> Period:
    """The period of the same length that follows: 2026H1 → 2026H2, 2026-06 → 2026-07."""
    months, start = len(period.months()), period.end
    if months == 12 and start.month == 1:
        return Period.of_year(start)
    if months == 6 and start.month in (1, 7):
        return Period.parse(f"{start.year}H{1 + (start.month > 6)}")
    if months == 3 and start.month % 3 == 1:
        return Period.parse(f"{start.year}Q{(start.month + 2) // 3}")
    if months == 1:
        return Period.of_month(start)
    last = start + relativedelta(months=months - 1)
    return Period.parse(f"{start:%Y-%m}..{last:%Y-%m}")
