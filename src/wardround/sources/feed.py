"""The rule for a row that the hospital's information system delivers.

Decides whether one row of a feed can be used, and says field and remedy if not. A feed row
stands for itself: it has no author and no time of recording. Whole tables go through `gate`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from typing import Any

from wardround.catalogue.model import Field, Register
from wardround.catalogue.values import Known, missing, out_of_order, parse, typed
from wardround.sources.table import SourceRow
from wardround.text import Fault, Text

_YEARS = (1900, 2199)
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")


def check(
    register: Register, row: SourceRow, known: Known, zone: tzinfo
) -> tuple[dict[str, Any], list[Fault]]:
    """A row's values, typed (times in `zone`), and what is wrong with it."""
    faults: list[Fault] = []
    fields = register.field
    raw = {key: _whole_month(fields.get(key), word) for key, word in row.values.items()}
    kept = parse(fields, raw, zone, known, faults)
    told = {fault.field for fault in faults}
    for field in fields.values():
        if field.key not in kept and field.key not in told:
            if field.required or field.key == register.id:
                faults.append(missing(field))
        elif _negative(field, kept.get(field.key)):
            faults.append(Fault(
                Text(f"{field.name.zh} {kept[field.key]} 不会是负数。请核对。",
                     f"{field.name.en} {kept[field.key]} cannot be negative. Check it."),
                field=field.key,
            ))  # fmt: skip
    values = typed(register, kept)
    for key, value in values.items():
        if isinstance(value, date) and not _YEARS[0] <= value.year <= _YEARS[1]:
            faults.append(_no_such_year(fields[key], value.year))
        elif isinstance(value, datetime):
            values[key] = value.astimezone(zone)
    return values, faults + out_of_order(fields, values)


def _no_such_year(field: Field, year: int) -> Fault:
    return Fault(
        Text(f"{field.name.zh}：{year} 年不可能。没有日期就留空。",
             f"{field.name.en}: the year {year} cannot be. Leave it empty if there is no date."),
        field=field.key,
    )  # fmt: skip


def _negative(field: Field, value: Any) -> bool:
    """Counts are never negative; amounts may be (a refund) unless `possible` says otherwise."""
    return field.type == "integer" and field.possible is None and value is not None and value < 0


def _whole_month(field: Field | None, word: str) -> str:
    """Monthly tables write `2026-03` for a date; the month is known by its first day."""
    match = _MONTH.fullmatch(word) if field and field.type == "date" else None
    return f"{match[1]}-{match[2]:0>2}-01" if match else word


def twice(register: Register, key: str) -> Fault:
    """The fault of rows under one number that contradict each other."""
    return Fault(
        Text(f"“{key}”有几行，内容不同。只留对的一行。",
             f'There are several rows "{key}" that differ. Keep the right one.'),
        field=register.id or "",
    )  # fmt: skip
