"""A sheet's rows by a mapping: each line as the words of one or several registers' rows.

Decides what stands in which field for CSV and Excel alike, the front page of discharges (病案首页)
included; numbered columns (SSJCZBM1, SSJCZBM2 …) make a row each.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from wardround.catalogue.model import Catalogue
from wardround.sources import stage
from wardround.sources.delivered import Delivered, Part, staged
from wardround.sources.gate import Aside
from wardround.sources.mapping import Rows
from wardround.sources.sheet import Sheet
from wardround.sources.table import SourceRow


def read_table(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet, rows: tuple[Rows, ...],
    catalogue: Catalogue, secret: str, empty: tuple[str, ...] = (),
) -> Delivered:  # fmt: skip
    """The rows of a sheet; `empty` words say nothing. Raises `Refused` if a column that they
    need is missing."""
    for one in rows:
        register = catalogue.registers[one.feed]
        if one.each is None:
            stage.columns(one, register, sheet.resolve(), secret)
    whole = sheet.load(connection, rows, empty)
    parts = [part for one in rows for part in _parts(whole, one, catalogue, secret)]
    broken = [
        Aside(SourceRow(fault.place, {}), (fault,)) for fault in whole.faults
    ]  # fmt: skip
    return Delivered(staged(catalogue, parts), whole.place, broken)


def _parts(sheet: Sheet, rows: Rows, catalogue: Catalogue, secret: str) -> Iterator[Part]:
    register = catalogue.registers[rows.feed]
    for number in sheet.numbers(rows):
        resolve = sheet.resolve(number)
        met = stage.condition(rows.when, resolve)
        if rows.each is not None:
            met = f"{resolve(rows.each) or 'null'} is not null and {met}"
        else:
            paths = (p for column in rows.column.values() for p in column.from_)
            cells = [c for c in map(resolve, paths) if c]
            met = f"coalesce({', '.join(cells)}) is not null and {met}" if cells else met
        said, joins = stage.columns(rows, register, resolve, secret)
        for table, at in sheet.tables():
            yield Part(rows.feed, said, table + joins, met, at, beside=table)
