"""Totals of additive measures: whole months from the cube's roll-ups, other days from its cells.

One query answers for the whole months of all sources, so that a scorecard of every indicator
costs little more than one figure. What totals mean is `engine`'s matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from wardround.indicator import sql
from wardround.indicator.cube import Cube
from wardround.indicator.pieces import over_all
from wardround.indicator.values import Part, Source, Span
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
        sums: dict[tuple[int, str], float] = defaultdict(float)
        for some, whole, rest in self._split(wanted, periods):
            if paths := list(self._months(some, whole)):
                query = sql.by_span(sql.alike(paths), self._measures(some), scope, whole)
                for number, measure, total in self._ask(query):
                    sums[number, measure] += total
            days = [period for _, period in rest]
            for source, of in _sources(some).items():
                if paths := self._cube.cells(source, days):
                    columns = self._columns(of)
                    query = sql.by_period(sql.files(paths), columns, scope, days)
                    for at, *found in self._ask(query):
                        for column, total in zip(columns, found, strict=True):
                            sums[rest[at][0], self._cube.measure(source, column)] += total
        came_to = {}
        for part in wanted:
            terms = self._terms(part)
            came_to[part] = {
                number: sum(factor * sums[number, measure] for factor, measure in terms)
                for number in range(len(periods))
            }
        return came_to

    def by_place(
        self, wanted: Sequence[Part], periods: Sequence[Period]
    ) -> dict[Part, list[dict[str | None, float]]]:
        """Part → for each period: department → its own total, without those below it."""
        sums: dict[tuple[int, str], dict[str | None, float]] = defaultdict(
            lambda: defaultdict(float)
        )
        for some, whole, rest in self._split(wanted, periods):
            if paths := self._months(some, whole):
                inside, across = _apart(paths, whole)
                query = sql.by_place(inside, across, self._measures(some), whole)
                for number, place, measure, total in self._ask(query):
                    sums[number, measure][place] += total
            days = [period for _, period in rest]
            for source, of in _sources(some).items():
                if found := self._cube.cells(source, days):
                    columns = self._columns(of)
                    query = sql.by_department(sql.files(found), columns, days)
                    for at, place, *totals in self._ask(query):
                        for column, total in zip(columns, totals, strict=True):
                            sums[rest[at][0], self._cube.measure(source, column)][place] += total
        return {
            part: [self._places(part, number, sums) for number in range(len(periods))]
            for part in wanted
        }

    def _split(
        self, wanted: Sequence[Part], periods: Sequence[Period]
    ) -> Iterator[tuple[list[Part], Mapping[int, Period], list[tuple[int, Period]]]]:
        """Parts together with the whole months and the other days that they are asked for.

        A period that holds the first or last days of a source holds all that the source has of
        their months.
        """
        ragged = any(period.start.day != 1 or period.end.day != 1 for period in periods)
        found: dict[tuple[Period, ...], list[Part]] = defaultdict(list)
        for source, some in _sources(wanted).items():
            span = self._cube.span(source) if ragged else None
            found[tuple(_widened(p, span) if span else p for p in periods)] += some
        for asked, some in found.items():
            yield some, *split(asked)

    def _months(self, wanted: Sequence[Part], whole: Mapping[int, Period]) -> dict[Path, Span]:
        """The roll-ups by month that may hold totals of these periods, and the days of each."""
        spans = list(whole.values())
        found: dict[Path, Span] = {}
        for source in _sources(wanted):
            found |= self._cube.months(source, spans)
        return found

    def _places(
        self, part: Part, number: int, sums: Mapping[tuple[int, str], Mapping[str | None, float]]
    ) -> dict[str | None, float]:
        found: dict[str | None, float] = defaultdict(float)
        for factor, measure in self._terms(part):
            for place, total in sums.get((number, measure), {}).items():
                found[place] += factor * total
        return found

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


def _sources(wanted: Sequence[Part]) -> dict[Source, list[Part]]:
    found: dict[Source, list[Part]] = defaultdict(list)
    for part in wanted:
        found[part.source].append(part)
    return found


def _apart(
    paths: Mapping[Path, Span], whole: Mapping[int, Period]
) -> tuple[dict[int, list[Path]], list[Path]]:
    """Number of the period → totals over files that lie in it, none of them partly in another;
    and the other files."""
    inside, across = defaultdict[int, list[Path]](list), list[Path]()
    for path, (first, last) in paths.items():
        met = {n: p for n, p in whole.items() if p.start <= last and first < p.end}
        if all(p.start <= first and last < p.end for p in met.values()):
            for number in met:
                inside[number].append(over_all(path))
        else:
            across.append(path)
    return inside, across


def _widened(period: Period, span: Span) -> Period:
    """The period to the ends of the months in which it goes beyond all that there is."""
    start, end = period.start, period.end
    if start <= span[0]:
        start = start.replace(day=1)
    if end > span[1] and end.day > 1:
        end = (end.replace(day=1) + _MONTH).replace(day=1)
    return (
        period
        if (start, end) == (period.start, period.end)
        else replace(period, start=start, end=end)
    )


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
