"""Answers: the value of an indicator for a department in a period, and the rows behind it.

Decides how a question becomes roll-ups of the cube, or work on the rows where a measure does
not add up. `values` says what a value is; `sql` how it is asked; `reference` is the same in
plain Python. Every call has its own cursor, so threads may ask at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import duckdb

from wardround.catalogue.model import Catalogue, Indicator
from wardround.figure import Charting, Figure, Target
from wardround.indicator import by_hand, growth, sql
from wardround.indicator.cube import Cube, Measured
from wardround.indicator.database import Database
from wardround.indicator.filled import Filled
from wardround.indicator.rollup import Rollup
from wardround.indicator.rowwise import Rowwise, Tree
from wardround.indicator.settling import Settling
from wardround.indicator.spc import Happening, charting
from wardround.indicator.values import (
    HOSPITAL_ONLY,
    Part,
    Ranking,
    Source,
    Span,
    Value,
    covers,
    parts,
)  # fmt: skip
from wardround.period import Period
from wardround.text import Text


def connect(*folders: Path, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that can reach these folders and nothing else."""
    db = duckdb.connect()
    for setting in (
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "memory_limit = '512MB'",
        f"threads = {threads}",
        "preserve_insertion_order = false",
        f"temp_directory = {sql.text(folders[-1] / '.spill')}",
        f"allowed_directories = [{', '.join(sql.text(folder) for folder in folders)}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        db.execute(f"set {setting}")
    return db


class Engine:
    """Measures a catalogue's indicators over the mart's files, with a cube beside them."""

    def __init__(self, catalogue: Catalogue, mart: Path, cube: Path, tree: Tree) -> None:
        self._catalogue, self._tree = catalogue, tree
        mart, cube = mart.resolve(), cube.resolve()
        self._filled = Filled(catalogue, mart)
        cube.mkdir(parents=True, exist_ok=True)
        # Where there is little to add up, two threads cost more than they save.
        self._db, single = connect(cube), connect(cube, threads=1)
        self._cube = Cube(self._db, single, catalogue, mart, cube)
        self._rollup = Rollup(single, self._cube)
        self._rowwise = Rowwise(self._db, self._cube, catalogue)
        self._charting: dict[str, Charting] = {}
        self._entered: tuple[list[Path], by_hand.Stated] = [], {}
        self._parts: dict[str, tuple[Indicator, tuple[Part, Part | None]]] = {}
        self._covers: tuple[dict[Source, Span], dict[Source, Span | None]] = {}, {}

    def refresh(
        self,
        changed: Mapping[str, Collection[str]] | None = None,
        database: Database | None = None,
    ) -> Measured:
        """Bring the cube up to date with the mart; `database` adds up in place of this process.

        `changed`: the registers that have new files, with their months, such as "2026-03"; None
        looks at all. Files that say what they said before cost nothing but their reading.
        """
        return self._cube.refresh(changed, database)

    # -- values ------------------------------------------------------------------------------

    def value(self, indicator: Indicator, department: str | None, period: Period) -> Value:
        """One value; `department` None is the whole hospital."""
        return self.series(indicator, department, [period])[0]

    def series(
        self, indicator: Indicator, department: str | None, periods: Sequence[Period]
    ) -> list[Value]:
        """One value a period, in order; the periods may overlap."""
        return self.series_many([indicator], department, periods)[indicator.key]

    def series_many(
        self, indicators: Sequence[Indicator], department: str | None, periods: Sequence[Period]
    ) -> dict[str, list[Value]]:
        """Indicator key → one value a period. The cube is read once a source."""
        plain, rates = growth.apart(indicators)
        found = self._series_many(plain, department, periods)
        if rates:
            of = growth.growing(rates, self._catalogue)
            told = self._series_many(of, department, growth.beside(periods))
            found |= growth.growths(rates, told, self._catalogue)
        return found

    def _series_many(
        self, indicators: Sequence[Indicator], department: str | None, periods: Sequence[Period]
    ) -> dict[str, list[Value]]:
        scope = self._scope(department)
        asked = [i for i in indicators if department is None or not i.hospital_only]
        pairs = {i.key: self._pair(i) for i in asked}
        needed = [part for pair in pairs.values() for part in pair if part]
        totalled = self._totals(needed, scope, periods)
        covered, told = self._covered(), self._told()
        rankings = {
            i.key: self._rowwise.rankings(i, pairs[i.key], scope, periods)
            for i in asked
            if i.ranking
        }
        refused = Value(None, why_none=HOSPITAL_ONLY)
        found = {i.key: [] if i in asked else [refused] * len(periods) for i in indicators}
        for indicator in asked:
            pair, ranking = pairs[indicator.key], rankings.get(indicator.key, {})
            for number, period in enumerate(periods):
                totals = [totalled[part].get(number) if part else None for part in pair]
                settling = Settling(self._catalogue, indicator, pair, period, covered, told)
                value = settling.value(totals, scope)
                found[indicator.key].append(_with(value, ranking.get(number, ())))
        return found

    def by_department(self, indicator: Indicator, period: Period) -> dict[str, Value]:
        """Department → value, for every department of the tree (each with all below it)."""
        return {
            d: found[0] for d, found in self.levels([indicator], [period])[indicator.key].items()
        }

    def levels(
        self, indicators: Sequence[Indicator], periods: Sequence[Period]
    ) -> dict[str, dict[str, list[Value]]]:
        """Indicator key → department of the tree → one value a period."""
        plain, rates = growth.apart(indicators)
        found = self._levels(plain, periods)
        if rates:
            told = self._levels(growth.growing(rates, self._catalogue), growth.beside(periods))
            found |= {i.key: {} for i in rates}
            for d in self._tree:
                of = {key: values[d] for key, values in told.items()}
                for key, values in growth.growths(rates, of, self._catalogue).items():
                    found[key][d] = values
        return found

    def _levels(
        self, indicators: Sequence[Indicator], periods: Sequence[Period]
    ) -> dict[str, dict[str, list[Value]]]:
        refused = Value(None, why_none=HOSPITAL_ONLY)
        found = {
            i.key: {d: [refused] * len(periods) if i.hospital_only else [] for d in self._tree}
            for i in indicators
        }
        asked, covered = [i for i in indicators if not i.hospital_only], self._covered()
        pairs, told = {i.key: self._pair(i) for i in asked}, self._told()
        needed = dict.fromkeys(part for pair in pairs.values() for part in pair if part)
        totals = self._by_unit(list(needed), periods)
        for indicator in asked:
            pair, rankings = pairs[indicator.key], dict[int, dict[str, Ranking]]()
            if indicator.ranking:
                rankings = self._rowwise.rankings_by_unit(indicator, pair, periods, self._tree)
            for n, period in enumerate(periods):
                settling = Settling(self._catalogue, indicator, pair, period, covered, told)
                known = [totals[part][n] if part else {} for part in pair]
                ranking = rankings.get(n, {})
                for d, below in self._tree.items():
                    value = settling.value([own.get(d) for own in known], below)
                    found[indicator.key][d].append(_with(value, ranking.get(d, ())))
        return found

    def figure(
        self,
        indicator_key: str,
        department: str | None,
        period: Period,
        *,
        at: datetime,
        target: Target | None,
        department_name: Text,
    ) -> Figure:
        """The value with its target, last year's value and standing, as of `at`.

        No target means the indicator's own. Provisional until the period and then the
        indicator's lag have passed. Raises KeyError for an unknown indicator.
        """
        indicator = self._catalogue.indicators[indicator_key]
        now, before = self.series(indicator, department, [period, period.year_before()])
        return self.as_figure(
            indicator, department, period, now, before,
            at=at, target=target, department_name=department_name,
        )  # fmt: skip

    def as_figure(
        self,
        indicator: Indicator,
        department: str | None,
        period: Period,
        now: Value,
        before: Value,
        *,
        at: datetime,
        target: Target | None,
        department_name: Text,
    ) -> Figure:
        """A figure of values that were asked for together with others (`series_many`)."""
        numerator = self._pair(indicator)[0]
        now = self._filled.said(indicator, numerator, now)
        before = self._filled.said(indicator, numerator, before)
        end = datetime.combine(period.end, time(), at.tzinfo)
        settled = indicator.lag.after(end) if indicator.lag else end
        return Figure(
            indicator=indicator.key,
            version=self._version(indicator),
            name=indicator.name,
            department=department,
            department_name=department_name,
            period=period,
            as_of=at,
            value=now.value,
            unit=self._catalogue.units[indicator.unit],
            numerator=now.numerator,
            denominator=now.denominator,
            direction=indicator.direction,
            target=target or indicator.target,
            last_year=before.value,
            provisional=settled > at,
            why_none=now.why_none,
            ranking=now.ranking,
            charting=self.charting(indicator),
            summed=_summed(indicator, self._pair(indicator)),
        )

    def charting(self, indicator: Indicator) -> Charting:
        """How the indicator's series makes a control chart; worked out once."""
        if indicator.key not in self._charting:
            self._charting[indicator.key] = charting(indicator, self._catalogue)
        return self._charting[indicator.key]

    def _version(self, indicator: Indicator) -> str:
        """Since when the definition holds: the indicator's date, or its system's."""
        if indicator.effective_from:
            return indicator.effective_from.isoformat()
        key = indicator.key.removesuffix("_done")
        for system in self._catalogue.systems.values():
            if indicator.key in system.indicator or key in system.duty:
                return system.effective_from.isoformat()
        return ""

    def _scope(self, department: str | None) -> frozenset[str] | None:
        if department is None:
            return None
        return self._tree.get(department, frozenset({department}))

    def _pair(self, indicator: Indicator) -> tuple[Part, Part | None]:
        """Numerator and denominator; worked out once."""
        known = self._parts.get(indicator.key)
        if known is None or known[0] is not indicator:
            known = self._parts[indicator.key] = indicator, parts(indicator, self._catalogue)
        return known[1]

    def _covered(self) -> dict[Source, Span | None]:
        """The days about which each source can speak; worked out anew when rows have come."""
        spans = self._cube.spans()
        if not self._covers[1] or self._covers[0] != spans:
            found = {s: covers(s, spans, self._catalogue) for s in self._cube.plan}
            self._covers = spans, found
        return self._covers[1]

    def _told(self) -> by_hand.Stated:
        """The totals entered by hand; read anew when entries have come."""
        if by_hand.SOURCE in self._cube.plan:
            paths = self._cube.rows(by_hand.SOURCE, [by_hand.EVER])
            if self._entered[0] != paths:
                self._entered = paths, by_hand.stated(self._entries(paths), self._catalogue)
        return self._entered[1]

    def _entries(self, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
        if paths:
            wanted = ("denominator", "indicator", "numerator", "recorded_at")
            placed = self._cube.placed(by_hand.SOURCE, wanted, paths, "row_id, ")
            names = ("row_id", "day", "department", "moment", *wanted)
            yield from (dict(zip(names, row, strict=True)) for row in self._ask(placed))

    # -- totals ------------------------------------------------------------------------------

    def _totals(
        self, needed: Sequence[Part], scope: frozenset[str] | None, periods: Sequence[Period]
    ) -> dict[Part, dict[int, float]]:
        """Part → number of the period → total; nothing where there are no cells or rows."""
        additive, apart = _parted(needed)
        found = self._rollup.totals(additive, scope, periods)
        for source, some in apart.items():
            found |= self._rowwise.recall(source, some, "", scope, periods)
        return found

    def _by_unit(
        self, needed: Sequence[Part], periods: Sequence[Period]
    ) -> dict[Part, list[dict[str, float]]]:
        """Part → for each period: department → total with all below it."""
        additive, apart = _parted(needed)
        found = {
            part: [self._raised(own) for own in totals]
            for part, totals in self._rollup.by_place(additive, periods).items()
        }
        for source, some in apart.items():
            worked = self._rowwise.by_unit(source, some, "", periods, self._tree)
            found |= {part: [of[n] for n in range(len(periods))] for part, of in worked.items()}
        return found

    def _raised(self, own: Mapping[str | None, float]) -> dict[str, float]:
        """Each department's total with all below it; those with none are left out."""
        found = {}
        for top, under in self._tree.items():
            if len(under) > 1:
                if totals := [own[d] for d in sorted(under & own.keys())]:
                    found[top] = sum(totals)
            elif (total := own.get(top)) is not None:
                found[top] = total
        return found

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return self._db.cursor().execute(query).fetchall()

    # -- the rows behind a figure ------------------------------------------------------------

    def rows(
        self, indicator: Indicator, department: str | None, period: Period
    ) -> Iterator[dict[str, Any]]:
        """The rows that count, with what each adds, by department and day; streamed.

        Each has register, row_id, department, day, the columns that the formulas look at, and
        `numerator` and `denominator` (None if the indicator has none), whose sums give the value
        again. Of a measure that does not add up they are 1 for each row looked at, and
        `looked_at` is what was seen there. Of a growth, the rows behind what grows, in the period
        and then the year before, each with its `period`.
        """
        if indicator.growth_of:
            of = self._catalogue.indicators[indicator.growth_of]
            for span in growth.beside([period]):
                yield from (row | {"period": span.key} for row in self.rows(of, department, span))
            return
        numerator, denominator = self._pair(indicator)
        if indicator.hospital_only and department is not None:
            return
        together = denominator is not None and denominator.source == numerator.source
        halves: list[tuple[Part | None, Part | None]] = [(numerator, denominator)]
        if denominator is not None and not together:
            halves = [(numerator, None), (None, denominator)]
        extra = [indicator.ranking.by] if indicator.ranking else []
        for one, other in halves:
            yield from self._behind(
                one, other, self._scope(department), period, extra, denominator is not None
            )
        told, covered, scope = self._told(), self._covered(), self._scope(department)
        above, below = (
            by_hand.counting(part, told, covered, scope, period)
            for part in (numerator, denominator)
        )
        yield from by_hand.behind(above, below if denominator else None)

    def happenings(
        self, indicator: Indicator, department: str | None, period: Period, complement: bool
    ) -> list[Happening]:
        """The moments of a period at which an event happened, for a chart of rare events; one
        query over the rows. `complement`: the event is what the numerator does not count."""
        numerator, denominator = self._pair(indicator)
        if denominator and denominator.source != numerator.source:
            denominator = None
        present = [part for part in (numerator, denominator) if part]
        paths = self._cube.rows(numerator.source, [period])
        if not paths or (complement and not denominator):
            return []
        wanted = {name for part in present for name in part.aggregate.names}
        placed = self._cube.placed(numerator.source, wanted, paths)
        rows = f"select * from ({placed}) where {sql.within(self._scope(department), period)}"
        found = self._ask(sql.happened(rows, numerator, denominator, complement))
        return [Happening(at, events, chances, before) for at, events, chances, before in found]

    def _behind(
        self,
        above: Part | None,
        below: Part | None,
        scope: frozenset[str] | None,
        period: Period,
        extra: Sequence[str],
        ratio: bool,
    ) -> Iterator[dict[str, Any]]:
        present = [part for part in (above, below) if part]
        source = present[0].source
        paths = self._cube.rows(source, [period])
        if not paths:
            return
        wanted = sorted({*extra, *(w for part in present for w in part.aggregate.names)})
        placed = self._cube.placed(source, wanted, paths, "row_id, ")
        rows = f"select * from ({placed}) where {sql.within(scope, period)}"
        cursor = self._db.cursor().execute(sql.behind(rows, wanted, above, below))
        while lines := cursor.fetchmany(500):
            for row_id, department, day, adds, counts, seen, *rest in lines:
                row = dict(zip(wanted, rest, strict=True)) | {
                    "register": source.register, "row_id": row_id, "department": department,
                    "day": day, "numerator": adds, "denominator": counts if ratio else None,
                }  # fmt: skip
                if above and not above.aggregate.additive:
                    row["looked_at"] = seen
                yield row


def _parted(needed: Sequence[Part]) -> tuple[list[Part], dict[Source, list[Part]]]:
    """The parts that add up, and the others by source; each once."""
    additive, apart = list[Part](), defaultdict[Source, list[Part]](list)
    for part in dict.fromkeys(needed):
        (additive if part.aggregate.additive else apart[part.source]).append(part)
    return additive, apart


def _with(value: Value, ranking: Ranking) -> Value:
    """The value with its ranking, if it has one."""
    return replace(value, ranking=ranking) if ranking and value.value is not None else value


def _summed(indicator: Indicator, pair: tuple[Part, Part | None]) -> bool:
    """Whether the values of parts of a year add up to the year's."""
    return not indicator.ratio and not indicator.ranking and pair[0].aggregate.additive
