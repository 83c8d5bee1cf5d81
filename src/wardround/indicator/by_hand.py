"""Totals entered by hand, for a hospital or a month that has no feed.

A line of the register `monthly_totals` says what an indicator's numerator and denominator came
to in one department and month. It counts for every indicator that has the same part, in months
of which the part's own register cannot speak: where rows have come, the rows count alone.
`engine` and `reference` read the lines in their own ways and add them up here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wardround.catalogue.columns import MONTHLY_TOTALS
from wardround.catalogue.model import Catalogue
from wardround.indicator.values import Part, Source, Span, parts, speaks
from wardround.period import Period

SOURCE = Source(MONTHLY_TOTALS)
EVER = Period(date.min, date.max, "ever")


@dataclass(frozen=True, slots=True)
class Line:
    """What one department's part of an indicator came to in one month, and where it stands."""

    row_id: str
    indicator: str
    department: str
    month: Period
    total: float


Stated = Mapping[Part, Sequence[Line]]
"""A numerator or denominator → the totals entered for it, one for each department and month."""


def stated(rows: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> Stated:
    """The totals that these rows of the register state.

    A row has row_id, department, day (in the month), indicator, numerator, denominator and
    recorded_at. Of several for one indicator, department and month the one recorded last counts;
    of indicators that share a part, the first by its key.
    """
    said = sorted(rows, key=lambda row: (row["indicator"], row["recorded_at"], row["row_id"]))
    latest = {(row["indicator"], row["department"], _month(row["day"])): row for row in said}
    found: dict[Part, dict[tuple[str, date], Line]] = {}
    for (key, department, month), row in latest.items():
        if indicator := catalogue.indicators.get(key):
            totals = row["numerator"], row["denominator"]
            for part, total in zip(parts(indicator, catalogue), totals, strict=True):
                if part and part.aggregate.additive and total is not None:
                    line = Line(row["row_id"], key, department, month, float(total))
                    found.setdefault(part, {}).setdefault((department, month.start), line)
    return {part: tuple(lines.values()) for part, lines in found.items()}


def _month(day: date | datetime) -> Period:
    return Period.of_month(day.date() if isinstance(day, datetime) else day)


def counting(
    part: Part | None, told: Stated, covered: Mapping[Source, Span | None],
    scope: frozenset[str] | None, period: Period,
) -> list[Line]:  # fmt: skip
    """The lines that count for a part: whole months of the period of which its register cannot
    speak (`covered`), of departments in scope (None is the hospital)."""
    return [
        line
        for line in (told.get(part, ()) if part else ())
        if period.start <= line.month.start
        and line.month.end <= period.end
        and (scope is None or line.department in scope)
        and part
        and not speaks(covered[part.source], line.month)
    ]


def added(measured: float | None, lines: Sequence[Line]) -> float | None:
    """What was measured and what was entered, together; None if neither."""
    return (measured or 0.0) + sum(line.total for line in lines) if lines else measured


def behind(above: Sequence[Line], below: Sequence[Line] | None) -> Iterator[dict[str, Any]]:
    """The lines as rows behind a figure, with what each adds; `below` None without denominator."""
    adds = {line.row_id: line.total for line in above}
    counts = {line.row_id: line.total for line in below or ()}
    lines = {line.row_id: line for line in (*above, *(below or ())) if line.total}
    for line in sorted(lines.values(), key=lambda one: (one.department, one.month.start)):
        yield {
            "register": MONTHLY_TOTALS, "row_id": line.row_id, "department": line.department,
            "day": line.month.start, "indicator": line.indicator,
            "numerator": adds.get(line.row_id, 0.0),
            "denominator": None if below is None else counts.get(line.row_id, 0.0),
        }  # fmt: skip
