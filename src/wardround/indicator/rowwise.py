"""What measures that do not add up come to, worked on the rows and remembered.

Medians, distinct counts, last values and rankings. One query answers for all such measures of a
source; an answer holds as long as the source's rows are the same. What it means is `engine`'s
matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import duckdb

from wardround.catalogue.columns import columns
from wardround.catalogue.model import Catalogue, Indicator
from wardround.indicator import sql
from wardround.indicator.cube import Cube
from wardround.indicator.values import Part, Ranking, Source, named, quotients, ranked
from wardround.period import Period

Tree = Mapping[str, frozenset[str]]
"""Department → itself and all below it."""
_RECALLED = 50_000
"""So many answers are remembered."""
_EACH = "each"
"""Stands for every department of the tree where a scope would."""


class Rowwise:
    """Asks the mart's files, as they were measured, with the connection `db`."""

    def __init__(self, db: duckdb.DuckDBPyConnection, cube: Cube, catalogue: Catalogue) -> None:
        self._db, self._cube, self._catalogue = db, cube, catalogue
        self._recalled: dict[tuple[object, ...], Any] = {}

    def recall(
        self, source: Source, some: Sequence[Part], by: str, scope: frozenset[str] | None,
        periods: Sequence[Period],
    ) -> dict[Part, dict[int, Any]]:  # fmt: skip
        """What is worked on a source's rows, remembered as long as the rows are the same."""
        return self._remembered(
            some, (by, scope, self._cube.version(source)), periods,
            lambda parts, asked: self._groups(parts[0], by, scope, asked)
            if by
            else self._worked(parts, scope, asked),
        )  # fmt: skip

    def by_unit(
        self, source: Source, some: Sequence[Part], by: str, periods: Sequence[Period], tree: Tree
    ) -> dict[Part, dict[int, dict[str, Any]]]:
        """`recall` for each department of the tree at once, with all below it; `tree` is the
        same on every call."""
        return self._remembered(
            some, (by, _EACH, self._cube.version(source)), periods,
            lambda parts, asked: self._units(parts, by, tree, asked),
        )  # fmt: skip

    def rankings(
        self, indicator: Indicator, pair: tuple[Part, Part | None], scope: frozenset[str] | None,
        periods: Sequence[Period],
    ) -> dict[int, Ranking]:  # fmt: skip
        """Number of the period → what an indicator ranks; `pair` is its parts."""
        by, top = _by(indicator), pair[0]

        def work(_: Sequence[Part], asked: Sequence[Period]) -> dict[Part, dict[int, Ranking]]:
            said, *over = (
                self.recall(part.source, [part], by, scope, asked)[part] for part in pair if part
            )
            return {
                top: {n: self._ranked(indicator, g, *(o.get(n, {}) for o in over))
                      for n, g in said.items()}
            }  # fmt: skip

        of = indicator.ranking, indicator.unit, scope, self._cube.version(top.source)
        return self._remembered([top], of, periods, work)[top]

    def rankings_by_unit(
        self, indicator: Indicator, pair: tuple[Part, Part | None], periods: Sequence[Period],
        tree: Tree,
    ) -> dict[int, dict[str, Ranking]]:  # fmt: skip
        """`rankings` for each department of the tree at once."""
        by, top = _by(indicator), pair[0]

        def work(
            _: Sequence[Part], asked: Sequence[Period]
        ) -> dict[Part, dict[int, dict[str, Ranking]]]:
            parts = [part for part in pair if part]
            found = self.by_unit(top.source, parts, by, asked, tree)
            said, *over = (found[part] for part in parts)
            return {
                top: {n: {d: self._ranked(indicator, g, *(o[n].get(d, {}) for o in over))
                          for d, g in units.items()}
                      for n, units in said.items()}
            }  # fmt: skip

        of = indicator.ranking, indicator.unit, _EACH, self._cube.version(top.source)
        return self._remembered([top], of, periods, work)[top]

    def _ranked(
        self, indicator: Indicator, groups: Mapping[str, float], *over: Mapping[str, float]
    ) -> Ranking:
        assert indicator.ranking is not None
        unit = self._catalogue.units[indicator.unit]
        return ranked(quotients(groups, *over) if over else groups, indicator.ranking.top, unit)

    def _remembered(
        self, some: Sequence[Part], of: tuple[object, ...], periods: Sequence[Period],
        work: Callable[[Sequence[Part], Sequence[Period]], Mapping[Part, Mapping[int, Any]]],
    ) -> dict[Part, dict[int, Any]]:  # fmt: skip
        """Part → number of the period → what `work` said of it when last the rows changed."""
        if len(self._recalled) > _RECALLED:
            self._recalled.clear()
        keys = {
            (part, number): (part, *of, period.start, period.end)
            for part, (number, period) in product(some, enumerate(periods))
        }
        lacking = {where for where, key in keys.items() if key not in self._recalled}
        if new := sorted({number for _, number in lacking}):
            parts = [part for part in some if any(part is one for one, _ in lacking)]
            worked = work(parts, [periods[number] for number in new])
            for (at, number), part in product(enumerate(new), parts):
                self._recalled[keys[part, number]] = worked.get(part, {}).get(at)
        found: dict[Part, dict[int, Any]] = {part: {} for part in some}
        for (part, number), key in keys.items():
            if (value := self._recalled.get(key)) is not None:
                found[part][number] = value
        return found

    def _worked(
        self, some: Sequence[Part], scope: frozenset[str] | None, periods: Sequence[Period]
    ) -> dict[Part, dict[int, Any]]:
        """Part → number of the period → total; the parts are of one source."""
        found: dict[Part, dict[int, Any]] = defaultdict(dict)
        if rows := self._rows(some, periods, sql.within(scope)):
            joined = f"select * from ({rows}) join {sql.spans(periods)}"
            for part, (number,), total in self._work(some, joined, sql.NUMBER):
                found[part][number] = total
        return found

    def _units(
        self, some: Sequence[Part], by: str, tree: Tree, periods: Sequence[Period]
    ) -> dict[Part, dict[int, dict[str, Any]]]:
        """Part → number of the period → department → total of all rows below it; with `by`,
        what the field says → total."""
        found: dict[Part, dict[int, dict[str, Any]]] = {
            part: {number: {} for number in range(len(periods))} for part in some
        }
        rows = self._rows(some, periods, sql.within(None), [by] if by else [])
        if rows is None or not tree:
            return found
        joined = f"select * from ({rows}) join {sql.spans(periods)} join {sql.units(tree)}"
        group = f"{sql.NUMBER}, {sql.TOP}"
        if not by:
            for part, (number, top), total in self._work(some, joined, group):
                found[part][number][top] = total
            return found
        grouped = self._said(some[0], joined, by)
        for part, (number, top, said), total in self._work(some, grouped, f"{group}, {sql.SAID}"):
            found[part][number].setdefault(top, {})[named(said)] = total
        return found

    def _said(self, part: Part, rows: str, by: str) -> str:
        """The rows with what the field says."""
        kinds = columns(self._catalogue.registers[part.source.register])
        return sql.grouped(rows, by, kinds[by].kind == "list")

    def _groups(
        self, part: Part, by: str, scope: frozenset[str] | None, periods: Sequence[Period]
    ) -> dict[Part, dict[int, Any]]:
        """Number of the period → what a field says → the aggregate over the rows that say it."""
        found: dict[int, dict[str, float]] = defaultdict(dict)
        if rows := self._rows([part], periods, sql.within(scope), [by]):
            joined = f"select * from ({rows}) join {sql.spans(periods)}"
            grouped, group = self._said(part, joined, by), f"{sql.NUMBER}, {sql.SAID}"
            for _, (number, said), total in self._work([part], grouped, group):
                found[number][named(said)] = total
        return {part: found}

    def _work(
        self, some: Sequence[Part], rows: str, group: str
    ) -> Iterator[tuple[Part, tuple[Any, ...], float]]:
        return work(self._ask, self._catalogue, some, rows, group)

    def _rows(
        self, some: Sequence[Part], periods: Sequence[Period], where: str, more: Sequence[str] = ()
    ) -> str | None:
        """The SQL of a source's rows with the columns that the parts look at; None without."""
        source = some[0].source
        paths = self._cube.rows(source, periods)
        if not paths:
            return None
        wanted = {*more, *(name for part in some for name in part.aggregate.names)}
        if "subject" in columns(self._catalogue.registers[source.register]):
            wanted.add("subject")
        rows = self._cube.placed(source, wanted, paths)
        return f"select * from ({rows}) where {where}"

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return self._db.cursor().execute(query).fetchall()


def _by(indicator: Indicator) -> str:
    assert indicator.ranking is not None
    return indicator.ranking.by


def work(
    ask: Callable[[str], list[tuple[Any, ...]]],
    catalogue: Catalogue,
    some: Sequence[Part],
    rows: str,
    group: str,
    whose: str = sql.DEPARTMENT,
) -> Iterator[tuple[Part, tuple[Any, ...], float]]:
    """Each part's groups and the totals of their rows; those without a value are left out.

    The parts are of one source; `whose` are the columns that tell apart who says what is last.
    """
    subject = "subject" in columns(catalogue.registers[some[0].source.register])
    atoms = list({a.key: a for part in some for a in part.aggregate.atoms}.values())
    atoms.sort(key=lambda atom: atom.function != "last")
    lasts = sum(atom.function == "last" for atom in atoms)
    halves = [half for half in (atoms[:lasts], atoms[lasts:]) if half]
    for half, query in zip(halves, sql.worked(rows, atoms, group, subject, whose), strict=True):
        keys = [atom.key for atom in half]
        for line in ask(query):
            place, totals = line[: -len(keys)], dict(zip(keys, line[-len(keys) :], strict=True))
            for part in some:
                said = [(f, totals.get(atom.key)) for f, atom in part.aggregate.terms]
                if any(total is not None for _, total in said):
                    yield part, place, sum(factor * (total or 0) for factor, total in said)
