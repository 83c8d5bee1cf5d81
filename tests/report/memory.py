"""Facts held in memory: numbers made from a rule, so that a document can be composed anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from zlib import crc32

from wardround.catalogue.model import Catalogue
from wardround.catalogue.organisation import Hospital
from wardround.figure import Figure, Target
from wardround.period import Period
from wardround.report.facts import CaseLine, InspectionLine, PlanLine, ScoreLine, Signed
from wardround.text import Text

AT = datetime(2026, 7, 6, 9, 41, tzinfo=timezone(timedelta(hours=8)))


def _noise(*words: object) -> float:
    """Between −1 and 1, always the same for the same words."""
    return (crc32("/".join(map(str, words)).encode()) % 2001) / 1000 - 1


@dataclass
class MemoryFacts:
    """The `Facts` of tests. `moved` names indicators that rose in the last half-year by a share;
    `none` those without any data, `lacks` those that one department lacks."""

    hospital: Hospital
    catalogue: Catalogue
    period: Period = field(default_factory=lambda: Period.parse("2026H1"))
    at: datetime = AT
    department: str | None = None
    chain_head: str = "8f3a61c20b7d" + "0" * 52
    signed: Mapping[str, Signed] = field(default_factory=dict)
    agreed: frozenset[str] = frozenset()
    moved: Mapping[str, float] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    lacks: frozenset[tuple[str, str]] = frozenset()
    plan: Sequence[PlanLine] = ()
    seen: Sequence[InspectionLine] = ()
    opened: Mapping[str, Sequence[CaseLine]] = field(default_factory=dict)
    owed: Sequence[str] = ()
    points: Sequence[ScoreLine] = ()

    def _value(
        self, key: str, period: Period, department: str | None
    ) -> tuple[float, float, float]:
        """Numerator, denominator and value of a period, in the unit."""
        indicator = self.catalogue.indicators[key]
        unit = self.catalogue.units[indicator.unit]
        share = 1.0 if department is None else 0.05 + 0.05 * (1 + _noise(key, department))
        top = bottom = 0.0
        for month in period.months():
            rise = self.moved.get(key, 0) if month.start >= date(2026, 1, 1) else 0
            wave = 1 + rise + 0.03 * _noise(key, month.key)
            goal = indicator.target
            if indicator.denominator or "median" in indicator.numerator:
                aim = (goal.low + goal.high) / 2 if goal else 20.0 * (1.5 + _noise(key))
                off = {"up": 1.02, "down": 0.9}.get(indicator.direction, 1.0)
                level = aim * off * wave / unit.times
                if unit.symbol.zh == "%":
                    level = min(level, 1.0)
                weight = round(share * (1200 + 300 * _noise(key, "n")))
                if unit.decimals == 0:
                    level = max(level, 0)
                top, bottom = top + round(level * weight), bottom + weight
            else:
                count = share * 900 * (1.2 + _noise(key)) * wave / unit.times
                top += math.floor(count)
        return (top, bottom, top / bottom * unit.times if bottom else top * unit.times)

    def promised(self, report: str) -> Mapping[str, Target]:
        return {k: Target.parse(">= 100") for k in self.agreed}

    def figure(
        self, indicator: str, department: str | None = None, period: Period | None = None
    ) -> Figure:
        declared = self.catalogue.indicators[indicator]
        period = period or self.period
        place = self.hospital.department.get(department or "")
        lacking = (indicator, department or self.department or "") in self.lacks
        none = lacking or indicator in self.none or bool(declared.ranking)
        top, bottom, value = (0.0, 0.0, 0.0) if none else self._value(indicator, period, department)
        last = None if none else self._value(indicator, period.year_before(), department)[2]
        ranked = tuple((f"药品{n:02}", 9000.0 - 700 * n) for n in range(10))
        return Figure(
            indicator=indicator, version="1", name=declared.name, department=department,
            department_name=place.name if place else self.hospital.name, period=period,
            as_of=self.at, value=None if none else value,
            unit=self.catalogue.units[declared.unit], numerator=None if none else top,
            denominator=bottom if declared.denominator and not none else None,
            direction=declared.direction, target=declared.target, last_year=last,
            why_none=Text("期内没有接口数据", "no feed covers the period") if none else None,
            ranking=ranked if declared.ranking and indicator not in self.none else (),
        )  # fmt: skip

    def across(self, indicator: str, departments: Sequence[str]) -> Sequence[Figure]:
        return [self.figure(indicator, place) for place in departments]

    def series(
        self, indicator: str, department: str | None = None, months: int = 13
    ) -> Sequence[Figure]:
        last = self.period.months()[-1].start
        found: list[Figure] = []
        for back in range(months - 1, -1, -1):
            year, month = divmod(last.year * 12 + last.month - 1 - back, 12)
            found.append(self.figure(indicator, department, Period.parse(f"{year}-{month + 1:02}")))
        return found

    def plan_items(self) -> Sequence[PlanLine]:
        return self.plan

    def inspections(self) -> Sequence[InspectionLine]:
        return self.seen

    def cases(self, register: str) -> Sequence[CaseLine]:
        return self.opened.get(register, ())

    def duties(self) -> Sequence[Figure]:
        found = [self.figure(key) for key in self.owed]
        return sorted(found, key=lambda f: (f.value is None, f.value or 0))

    def scores(self, scheme: str) -> Sequence[ScoreLine]:
        return self.points
