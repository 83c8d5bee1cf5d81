"""Totals of additive measures: whole months from the cube's roll-ups, other days from its cells.

One query answers for the whole months of all sources, so that a scorecard of every indicator
costs little more than one figure. What totals mean is `engine`'s matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import duckdb

from wardround.indicator import sql
from wardround.indicator.cube import Cube
from wardround.indicator.values import Part, Source
from wardround.period import Period

_MONTH = timedelta(days=32)
"""More than any month has."""


class Rollup:
    """Asks the cube's files with the connection `db`; every part is an additive one."""

    def __init__(self, db: duckdb.DuckDBPyConnection, cube: Cube) -> None:
        self._db, self._cube = db, cube

    def totals(
        self, wanted: Sequence[Part], scope: frozenset[str] | None, periods: Sequence[Period]
    ) -> dict[Part, dict[int, float]]:
        """Part → number of the period → total; `scope` None is the whole hospital."""
        sources: dict[Source, list[Part]] = defaultdict(list)
        for part in wanted:
            sources[part.source].append(part)
        whole, rest = split(periods)
        sums: dict[tuple[int, str], float] = defaultdict(float)
        spans = list(whole.values())
        if paths := [path for source in sources for path in self._cube.months(source, spans)]:
            query = sql.by_span(sql.files(paths), self._measures(wanted), scope, whole)
            for number, measure, total in self._ask(query):
                sums[number, measure] += total
        for source, some in sources.items():
            days = [period for _, period in rest]
            if paths := self._cube.cells(source, days):
                columns = self._columns(some)
                query = sql.by_period(sql.files(paths), columns, scope, days)
                for at, *found in self._ask(query):
                    for column, total in zip(columns, found, strict=True):
                        sums[rest[at][0], self._cube.measure(source, column)] += total
        return {
            part: {
                number: sum(factor * sums[number, measure] for factor, measure in self._terms(part))
                for number in range(len(periods))
            }
            for part in wanted
        }

    def by_place(self, part: Part, period: Period) -> dict[str | None, float]:
        """Department → its own total, without those below it."""
        sums: dict[tuple[str | None, str], float] = defaultdict(float)
        whole, rest = split([period])
        places: set[str | None] = set()
        for span in whole.values():
            if paths := self._cube.months(part.source, [span]):
                query = sql.by_place(sql.files(paths), self._measures([part]), span)
                for place, measure, total in self._ask(query):
                    places.add(place)
                    sums[place, measure] += total
        columns = self._columns([part])
        for _, span in rest:
            if paths := self._cube.cells(part.source, [span]):
                for place, *found in self._ask(sql.by_department(sql.files(paths), columns, span)):
                    places.add(place)
                    for column, total in zip(columns, found, strict=True):
                        sums[place, self._cube.measure(part.source, column)] += total
        terms = self._terms(part)
        return {place: sum(factor * sums[place, m] for factor, m in terms) for place in places}

    def _terms(self, part: Part) -> list[tuple[float, str]]:
        """Factors and measures that add up to a part."""
        terms = self._cube.terms(part)
        return [(factor, self._cube.measure(part.source, column)) for factor, column in terms]

    def _measures(self, wanted: Sequence[Part]) -> list[str]:
        return sorted({measure for part in wanted for _, measure in self._terms(part)})

    def _columns(self, wanted: Sequence[Part]) -> list[str]:
        """The cube columns that these parts of one source need, each once."""
        return sorted({column for part in wanted for _, column in self._cube.terms(part)})

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return self._db.cursor().execute(query).fetchall()


def split(periods: Sequence[Period]) -> tuple[Mapping[int, Period], list[tuple[int, Period]]]:
    """The whole months of each period under its number, and the days before and after them."""
    whole: dict[int, Period] = {}
    rest: list[tuple[int, Period]] = []
    for number, period in enumerate(periods):
        start, after = period.start, period.end.replace(day=1)
        first = start if start.day == 1 else (start.replace(day=1) + _MONTH).replace(day=1)
        if first >= after:
            rest.append((number, period))
            continue
        whole[number] = replace(period, start=first, end=after)
        if start < first:
            rest.append((number, replace(period, end=first)))
        if after < period.end:
            rest.append((number, replace(period, start=after)))
    return whole, rest
