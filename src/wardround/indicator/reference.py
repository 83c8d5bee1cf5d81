"""Measuring, the obvious way: plain Python over lists of rows.

Slow on purpose, and right by reading. `engine` must find the same; tests hold the two together.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from wardround.catalogue.model import Catalogue, Indicator, Register
from wardround.formula import Aggregate, Atom
from wardround.indicator import by_hand
from wardround.indicator.values import (
    HOSPITAL_ONLY,
    Part,
    Source,
    Span,
    Value,
    covers,
    grown,
    named,
    parts,
    quotients,
    ranked,
    settle,
    speaks,
)  # fmt: skip
from wardround.period import Period

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Register → its rows, each as the mart holds it: row_id, department, day and the columns."""


def value(
    indicator: Indicator,
    catalogue: Catalogue,
    rows: Rows,
    tree: Mapping[str, frozenset[str]],
    department: str | None,
    period: Period,
) -> Value:
    """The indicator's value for a department (None: the hospital) in a period."""
    if indicator.growth_of:
        of = catalogue.indicators[indicator.growth_of]
        now, before = (
            value(of, catalogue, rows, tree, department, one)
            for one in (period, period.year_before())
        )
        return grown(catalogue.units[indicator.unit], now, before)
    if indicator.hospital_only and department is not None:
        return Value(None, why_none=HOSPITAL_ONLY)
    unit = catalogue.units[indicator.unit]
    numerator, denominator = parts(indicator, catalogue)
    known = _spans(catalogue, rows)
    present = [part for part in (numerator, denominator) if part]
    covered = {part.source: covers(part.source, known, catalogue) for part in present}
    told = by_hand.stated(rows.get(by_hand.SOURCE.register, ()), catalogue)
    scope = tree.get(department, frozenset({department})) if department else None

    def entered(part: Part) -> list[by_hand.Line]:
        return by_hand.counting(part, told, covered, scope, period)

    for part in present:
        if not speaks(covered[part.source], period) and not entered(part):
            silent = catalogue.registers[part.source.register]
            return settle(unit, None, None, denominator is not None, silent)

    def counted(part: Part) -> list[Mapping[str, Any]]:
        return [
            row
            for row in rows.get(part.source.register, ())
            if _stands(row, part.source, period, department, tree)
        ]

    def total(part: Part, of: list[Mapping[str, Any]]) -> float | None:
        register = catalogue.registers[part.source.register]
        return by_hand.added(_total(part.aggregate, of, part.source, register), entered(part))

    above = counted(numerator)
    below = total(denominator, counted(denominator)) if denominator else None
    found = settle(unit, total(numerator, above), below, denominator is not None)
    if indicator.ranking and found.value is not None:
        groups = _grouped(above, indicator.ranking.by)
        totals = {name: total(numerator, those) or 0.0 for name, those in groups.items()}
        if denominator:
            below_each = {name: total(denominator, those) or 0.0 for name, those in groups.items()}
            totals = quotients(totals, below_each)
        return replace(found, ranking=ranked(totals, indicator.ranking.top, unit))
    return found


def _day(row: Mapping[str, Any], source: Source) -> date | None:
    found = row.get(source.day or "day")
    return found.date() if isinstance(found, datetime) else found


def _spans(catalogue: Catalogue, rows: Rows) -> dict[Source, Span]:
    found: dict[Source, Span] = {}
    for indicator in catalogue.indicators.values():
        for part in parts(indicator, catalogue):
            if part:
                register = rows.get(part.source.register, ())
                days = [day for row in register if (day := _day(row, part.source))]
                if days:
                    found[part.source] = min(days), max(days)
    return found


def _stands(
    row: Mapping[str, Any],
    source: Source,
    period: Period,
    department: str | None,
    tree: Mapping[str, frozenset[str]],
) -> bool:
    day = _day(row, source)
    if day is None or day not in period:
        return False
    if department is None:
        return True
    return row.get(source.department or "department") in tree.get(department, {department})


def _total(
    aggregate: Aggregate, rows: list[Mapping[str, Any]], source: Source, register: Register
) -> float | None:
    if aggregate.additive:
        return float(sum(aggregate.contribution(row) for row in rows))
    atom = aggregate.atoms[0]
    assert atom.value is not None
    taken = [row for row in rows if atom.takes(row)]
    seen = [atom.value.evaluate(row) for row in taken]
    if atom.function == "distinct":
        return float(len(set(seen)))
    if not taken:
        return None
    if atom.function == "last":
        return _last(atom, taken, source, register)
    if atom.function == "median":
        return float(statistics.median(seen))
    return float(min(seen) if atom.function == "min" else max(seen))


def _last(
    atom: Atom, rows: list[Mapping[str, Any]], source: Source, register: Register
) -> float | None:
    """For each department and subject, what its latest moment says; summed."""
    held: dict[tuple[Any, Any], list[tuple[datetime, float]]] = defaultdict(list)
    for row in rows:
        whose = row.get(source.department or "department"), row.get("subject")
        assert atom.value is not None
        held[whose].append((_moment(row, source, register), float(atom.value.evaluate(row))))
    total = 0.0
    for said in held.values():
        latest = max(moment for moment, _ in said)
        total += sum(value for moment, value in said if moment == latest)
    return total


def _moment(row: Mapping[str, Any], source: Source, register: Register) -> datetime:
    usual = register.day or ("day" if register.feed else "occurred_at")
    found = row.get(source.day or usual) or row["day"]
    return found if isinstance(found, datetime) else datetime.combine(found, time())


def _grouped(rows: Iterable[Mapping[str, Any]], by: str) -> dict[str, list[Mapping[str, Any]]]:
    """Rows by what a field says; a row with several choices stands under each."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        said = row.get(by)
        for one in said if isinstance(said, list) else [said]:
            if one is not None:
                groups[named(one)].append(row)
    return groups
