"""Figures of a region: the marts of many hospitals, measured together by one query a source.

Decides where the hospitals' files lie and how their sums become figures: of each hospital as its
own engine would have it, of the region as ratio of sums over the hospitals that can speak about
the period. Which engine adds up is the caller's choice (`database`); the queries are `sql`'s.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from wardround.catalogue.columns import columns
from wardround.catalogue.model import Catalogue, Indicator
from wardround.indicator import by_hand, growth, sql
from wardround.indicator.cube import plan
from wardround.indicator.database import Database
from wardround.indicator.filled import Filled
from wardround.indicator.rowwise import work
from wardround.indicator.settling import Settling
from wardround.indicator.values import (
    Part,
    Source,
    Span,
    Value,
    begins_at_zero,
    covers,
    grown,
    named,
    parts,
    quotients,
    ranked,
)  # fmt: skip
from wardround.period import Period
from wardround.text import Text, refuse

REGION = ""
"""Where a hospital's name would stand: all of them together."""
_PLACE = f"{sql.HOSPITAL}, {sql.DEPARTMENT}, {sql.DAY}"
_NAME = re.compile(r"[A-Za-z0-9_-]+")

Totals = dict[Part, dict[str, float]]
"""Part → hospital → total."""
Groups = dict[tuple[Part, str], dict[str, dict[str, float]]]
"""Part and field → hospital → what the field says → total of the rows that say it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What measuring a region came to: measures kept, cells written, seconds taken."""

    measures: int
    cells: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Regional:
    """An indicator's value for the region and for each hospital that has a value."""

    region: Value
    hospitals: Mapping[str, Value]


OTHER_HOSPITALS = Value(
    None,
    why_none=Text(
        "两年报数的医院不同，不能相比",
        "Other hospitals gave numbers a year before, so the two cannot be compared",
    ),
)


class Region:
    """The hospitals in `folder`: their marts in `mart/HOSPITAL/REGISTER/MONTH.parquet`.

    `measure` writes `cube/SOURCE/`, a line for each hospital, department and day; `cube` names
    another folder for it.
    """

    def __init__(
        self, catalogue: Catalogue, folder: Path, database: Database, cube: str = "cube"
    ) -> None:
        self._catalogue, self._database = catalogue, database
        self._folder, self._into = folder.resolve(), cube
        self._present: dict[str, frozenset[str]] = {}
        self.hospitals = _hospitals(self._folder / "mart")
        self._filled = {h: Filled(catalogue, self._folder / "mart" / h) for h in self.hospitals}
        self.plan = {
            source: atoms for source, atoms in plan(catalogue).items() if self._rows(source)
        }

    # -- measuring ---------------------------------------------------------------------------

    def measure(self) -> Counted:
        """Write every source's cells anew, each replaced when it is whole."""
        began = time.perf_counter()
        self._present.clear()
        for source, atoms in self.plan.items():
            wanted = {word for atom in atoms.values() for word in atom.names}
            rows = self._placed(source, wanted)
            kinds = columns(self._catalogue.registers[source.register])
            query = (
                sql.branched(rows, atoms, _PLACE)
                if self._database.branches
                else sql.cells(rows, atoms, kinds, place=_PLACE)
            )
            new, whole = (self._cube(source, end) for end in (".new", ""))
            whole.parent.mkdir(exist_ok=True)
            shutil.rmtree(new, ignore_errors=True)
            self._database.write(query, new)
            shutil.rmtree(whole, ignore_errors=True)
            os.replace(new, whole)
        self.__dict__.pop("_spans", None)
        cells = sum(count for found in self._spans.values() for _, count in found.values())
        return Counted(sum(map(len, self.plan.values())), cells, time.perf_counter() - began)

    def _cube(self, source: Source, end: str = "") -> Path:
        return self._folder / self._into / (source.key + end)

    def cells(self, source: Source) -> str:
        """The SQL of a source's cells, as measured."""
        return sql.files([self._cube(source) / "*.parquet"])

    def _rows(self, source: Source) -> list[Path]:
        """The mart files that can hold rows of a source, with wild cards, if there are such."""
        names = ["????-??.parquet", *(["undated.parquet"] if source.day else [])]
        mart = self._folder / "mart"
        found = [f"*/{source.register}/{name}" for name in names]
        return [mart / pattern for pattern in found if any(mart.glob(pattern))]

    def _placed(self, source: Source, wanted: set[str], extra: str = "") -> str:
        table = sql.files(self._rows(source))
        register = self._catalogue.registers[source.register]
        if table not in self._present:
            self._present[table] = self._database.columns(table)
        present = self._present[table]
        return sql.placed(source, register, wanted, present, table, extra + sql.hospital())

    # -- asking ------------------------------------------------------------------------------

    def figures(self, period: Period) -> dict[str, Regional]:
        """Indicator → what it comes to in a period, for all that are measured here."""
        plain, rates = growth.apart(self._catalogue.indicators.values())
        found = self._figures(plain, period)
        rates = [rate for rate in rates if rate.growth_of in found]
        past = self._figures(growth.growing(rates, self._catalogue), period.year_before())
        for rate in rates:
            unit, of = self._catalogue.units[rate.unit], rate.growth_of or ""
            now, before = found[of], past[of]
            hospitals = {
                name: grown(unit, value, before.hospitals[name])
                for name, value in now.hospitals.items()
                if name in before.hospitals
            }
            same = now.hospitals.keys() == before.hospitals.keys()
            region = grown(unit, now.region, before.region) if same else OTHER_HOSPITALS
            found[rate.key] = Regional(region, hospitals)
        return found

    def _figures(self, indicators: Sequence[Indicator], period: Period) -> dict[str, Regional]:
        every = {i.key: parts(i, self._catalogue) for i in indicators}
        pairs = {
            key: pair
            for key, pair in every.items()
            if all(part is None or part.source in self.plan for part in pair)
        }
        needed = dict.fromkeys(part for pair in pairs.values() for part in pair if part)
        totals = self._totals([part for part in needed if part.aggregate.additive], period)
        totals |= self._worked([part for part in needed if not part.aggregate.additive], period)
        groups = self._grouped(pairs, period)
        return {
            key: self._regional(self._catalogue.indicators[key], pair, totals, groups, period)
            for key, pair in pairs.items()
        }

    @cached_property
    def _spans(self) -> dict[Source, dict[str, tuple[Span, int]]]:
        """Source → hospital → first and last day of its rows, and how many cells they have."""
        found: dict[Source, dict[str, tuple[Span, int]]] = {source: {} for source in self.plan}
        by_key = {source.key: source for source in self.plan}
        query = " union all ".join(
            f"select {sql.text(source.key)}, {sql.HOSPITAL}, min({sql.DAY}), max({sql.DAY}), "
            f"count(*) from {self.cells(source)} group by {sql.HOSPITAL}"
            for source in self.plan
        )
        for key, hospital, first, last, count in self._database.ask(query):
            found[by_key[key]][hospital] = (first, last), count
        return found

    @cached_property
    def _covered(self) -> dict[str, dict[Source, Span | None]]:
        """Hospital → the days about which each of its sources can speak."""
        known: dict[str, dict[Source, Span]] = {hospital: {} for hospital in self.hospitals}
        for source, found in self._spans.items():
            for hospital, (span, _) in found.items():
                known[hospital][source] = span
        return {
            hospital: {source: covers(source, spans, self._catalogue) for source in self.plan}
            for hospital, spans in known.items()
        }

    @cached_property
    def _told(self) -> dict[str, by_hand.Stated]:
        """Hospital → the totals entered by hand."""
        if by_hand.SOURCE not in self.plan:
            return {}
        wanted = ["denominator", "indicator", "numerator", "recorded_at"]
        names = ("row_id", "hospital", "day", "department", "moment", *wanted)
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in self._database.ask(self._placed(by_hand.SOURCE, set(wanted), "row_id, ")):
            row = dict(zip(names, line, strict=True))
            rows[row["hospital"]].append(row)
        return {name: by_hand.stated(some, self._catalogue) for name, some in rows.items()}

    def _totals(self, some: Sequence[Part], period: Period) -> Totals:
        """Totals of additive parts, from the cells: one query for all sources."""
        found: Totals = {part: {} for part in some}
        sources = _by_source(some)
        column = {
            source: {atom.key: name for name, atom in self.plan[source].items()}
            for source in sources
        }
        wanted = {
            source: sorted(
                {column[source][atom.key] for part in of for atom in part.aggregate.atoms}
            )
            for source, of in sources.items()
        }
        by_key = {source.key: source for source in sources}
        query = " union all ".join(
            f"select {sql.text(source.key)}, {sql.HOSPITAL}, "
            f"[{', '.join(f'sum({sql.name(name)})' for name in names)}] "
            f"from {self.cells(source)} where {sql.within(None, period)} group by {sql.HOSPITAL}"
            for source, names in wanted.items()
        )
        for key, hospital, sums in self._database.ask(query) if query else ():
            source = by_key[key]
            said = dict(zip(wanted[source], sums, strict=True))
            for part in sources[source]:
                terms = part.aggregate.terms
                found[part][hospital] = sum(f * said[column[source][a.key]] for f, a in terms)
        return found

    def _worked(self, some: Sequence[Part], period: Period) -> Totals:
        """Totals of parts that do not add up, from the rows; the region's under `REGION`.

        Of a hospital's own words, such as record numbers, each hospital's are other ones.
        """
        found: Totals = {part: {} for part in some}
        for source, of in _by_source(some).items():
            for part, (hospital,), total in self._asked(of, self._of(source, of, period)):
                found[part][hospital] = total
        for part, totals in found.items():
            if self._own(part) and totals.pop(REGION, None) is not None:
                totals[REGION] = sum(totals.values())
        return found

    def _grouped(self, pairs: Mapping[str, tuple[Part, Part | None]], period: Period) -> Groups:
        """What every ranking goes by, asked once for all that go by one field."""
        asked: dict[tuple[Source, str], dict[Part, None]] = defaultdict(dict)
        for key, pair in pairs.items():
            if ranking := self._catalogue.indicators[key].ranking:
                asked[pair[0].source, ranking.by] |= dict.fromkeys(p for p in pair if p)
        found: Groups = defaultdict(lambda: defaultdict(dict))
        for (source, by), some in asked.items():
            kinds = columns(self._catalogue.registers[source.register])
            rows = self._of(source, list(some), period, [by])
            said = sql.grouped(rows, by, kinds[by].kind == "list")
            for part, (hospital, word), total in self._asked(list(some), said, sql.SAID):
                found[part, by][hospital][named(word)] = total
        return found

    def _asked(
        self, some: Sequence[Part], rows: str, more: str = ""
    ) -> Iterator[tuple[Part, tuple[Any, ...], float]]:
        """Each part's total of the region, under `REGION`, and of each hospital; `more` is a
        column to part them by."""
        # What rows are grouped by, and whose word is the last.
        for group, whose in (
            (sql.NUMBER, f"{sql.HOSPITAL}, {sql.DEPARTMENT}"),
            (sql.HOSPITAL, sql.DEPARTMENT),
        ):
            place = f"{group}, {more}" if more else group
            yield from work(self._database.ask, self._catalogue, some, rows, place, whose)

    def _own(self, part: Part) -> bool:
        """Whether a part counts distinct words that every hospital gives for itself."""
        atom = part.aggregate.atoms[0]
        kinds = columns(self._catalogue.registers[part.source.register])
        said = [kinds[name] for name in atom.value.names] if atom.value else []
        texts = [name for name in said if name.kind == "text" and name.choices is None]
        return atom.function == "distinct" and bool(texts)

    def _of(
        self, source: Source, some: Sequence[Part], period: Period, more: Sequence[str] = ()
    ) -> str:
        """The rows of a period, with all that the parts look at; `REGION` is a column of them."""
        wanted = {*more, *(name for part in some for name in part.aggregate.names)}
        if "subject" in columns(self._catalogue.registers[source.register]):
            wanted.add("subject")
        placed = self._placed(source, wanted)
        region = f"{sql.text(REGION)} as {sql.NUMBER}"
        return f"select *, {region} from ({placed}) where {sql.within(None, period)}"

    # -- what it means -----------------------------------------------------------------------

    def _regional(
        self, indicator: Indicator, pair: tuple[Part, Part | None], totals: Totals,
        ranked_by: Groups, period: Period,
    ) -> Regional:  # fmt: skip
        speaking: dict[str, list[float | None]] = {}
        hospitals = {}
        for hospital in self.hospitals:
            told, covered = self._told.get(hospital, {}), self._covered[hospital]
            settling = Settling(self._catalogue, indicator, pair, period, covered, told)
            own = [totals[part].get(hospital) if part else None for part in pair]
            if not isinstance(filled := settling.filled(own, None), Part):
                value = settling.settled(filled)
                hospitals[hospital] = self._filled[hospital].said(indicator, pair[0], value)
                if hospitals[hospital] is value:  # others count nothing, and are counted nowhere
                    speaking[hospital] = filled
        whole = [
            sum(filled[at] or 0.0 for filled in speaking.values())
            if part.aggregate.additive
            else totals[part].get(REGION, 0.0 if begins_at_zero(part) else None)
            for at, part in enumerate(pair)
            if part
        ]
        region = settling.settled(whole if speaking else pair[0])
        if not speaking and hospitals:
            region = next(iter(hospitals.values()))
        if indicator.ranking and speaking:
            unit = self._catalogue.units[indicator.unit]
            by = indicator.ranking.by
            groups = dict(ranked_by[pair[0], by])
            if pair[1]:
                over = ranked_by[pair[1], by]
                groups = {name: quotients(g, over.get(name, {})) for name, g in groups.items()}
            top = indicator.ranking.top
            region = replace(region, ranking=ranked(groups.pop(REGION, {}), top, unit))
            hospitals = {
                name: replace(value, ranking=ranked(groups.get(name, {}), top, unit))
                for name, value in hospitals.items()
            }
        return Regional(region, hospitals)


def _by_source(some: Sequence[Part]) -> dict[Source, list[Part]]:
    found: dict[Source, list[Part]] = defaultdict(list)
    for part in some:
        found[part.source].append(part)
    return found


def _hospitals(mart: Path) -> list[str]:
    found = sorted(folder.name for folder in mart.glob("*") if folder.is_dir())
    if not found:
        raise refuse(
            f"{mart} 里没有医院；请把每所医院的 mart 文件夹放成 mart/医院代码/。",
            f"There is no hospital in {mart}; put each hospital's mart folder there as mart/KEY/.",
        )
    if wrong := [name for name in found if not _NAME.fullmatch(name)]:
        raise refuse(
            f"{mart} 里的文件夹名只能用字母、数字、_ 和 -：{'、'.join(wrong)}。",
            f"Folders in {mart} are named with letters, digits, _ and - only: {', '.join(wrong)}.",
        )
    return found
