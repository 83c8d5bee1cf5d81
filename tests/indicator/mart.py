"""Small catalogues and marts for the tests of measuring, made of plain values."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from wardround.catalogue.columns import columns
from wardround.catalogue.model import Catalogue, Field, Indicator, Register
from wardround.figure import Unit
from wardround.indicator.sql import TYPES
from wardround.text import Text, same

UNITS = {
    "%": Unit(same("%"), 100, 1),
    "times": Unit(Text("次", "times")),
    "per_1000": Unit(Text("每千床日", "per 1,000 bed-days"), 1000, 2),
}
TREE = {
    "ward_a": frozenset({"ward_a"}),
    "ward_b": frozenset({"ward_b"}),
    "clinic": frozenset({"clinic"}),
    "medicine": frozenset({"medicine", "ward_a", "ward_b"}),
    "all": frozenset({"all", "medicine", "ward_a", "ward_b", "clinic"}),
}


def field(key: str, type_: str, **more: Any) -> Field:
    return Field(key, same(key), type_, **more)  # type: ignore[arg-type]


def choices(*words: str) -> dict[str, Text]:
    return {word: same(word) for word in words}


def register(key: str, *fields: Field, **more: Any) -> Register:
    given = {"shape": "event", **more}
    return Register(key=key, name=same(key), field={f.key: f for f in fields}, **given)


def indicator(key: str, register: str, numerator: str = "", **more: Any) -> Indicator:
    given = {"unit": "times", "direction": "none", **more}
    return Indicator(
        key=key, name=same(key), register=register, numerator=numerator, describe=same(key), **given
    )


def catalogue(registers: Iterable[Register], indicators: Iterable[Indicator]) -> Catalogue:
    return Catalogue(
        systems={}, functions={}, subjects={}, units=UNITS, groups={},
        registers={r.key: r for r in registers}, indicators={i.key: i for i in indicators},
    )  # fmt: skip


def literal(value: Any) -> str:
    if value is None or isinstance(value, bool | int | float):
        return "null" if value is None else str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return "'" + str(value).replace("'", "''") + "'"


def write(
    folder: Path,
    register: Register,
    rows: Sequence[Mapping[str, Any]],
    without: Sequence[str] = (),
) -> None:
    """Lay rows down as the mart does: a file a month, `undated` where there is no day.

    The columns in `without` are left out of the files, as if they were declared later.
    """
    kinds = {"row_id": "VARCHAR", "department": "VARCHAR", "day": "DATE"}
    kinds |= {key: TYPES[name.kind] for key, name in columns(register).items() if key != "day"}
    months: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        day: date | datetime | None = row["day"]
        line = [
            f'cast({literal(row.get(key))} as {kind}) as "{key}"'
            for key, kind in kinds.items()
            if key not in without
        ]
        months[f"{day:%Y-%m}" if day else "undated"].append(f"select {', '.join(line)}")
    for month, lines in months.items():
        target = folder / register.key / f"{month}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(".new")
        duckdb.sql(f"copy ({' union all '.join(lines)}) to '{beside}' (format parquet)")
        os.replace(beside, target)
