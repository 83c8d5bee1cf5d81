"""The cube: every additive measure of the catalogue, at department × day, in Parquet files.

Decides which files are out of date and brings them up to date, one scan a source. A cube file
belongs to one mart file and holds what its rows add to the measures, so that a new entry costs
one month of one register. Files never change: new content has a new name, and `cube.json` says
which are in force, so that whoever is reading goes on reading one truth. Beside each cube file
stays the very mart file that it was made from. What is asked is `engine`'s matter.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from wardround.catalogue.columns import MONTHLY_TOTALS, columns
from wardround.catalogue.model import Catalogue
from wardround.formula import Atom
from wardround.indicator import sql
from wardround.indicator.database import Database
from wardround.indicator.pieces import (
    Piece,
    State,
    alike,
    batches,
    digest,
    over_all,
    rolled_up,
    span_of,
    together,
    written,
)
from wardround.indicator.values import Part, Source, Span, parts
from wardround.period import Period

_LAYOUT = 8
"""Goes up when cube files are written otherwise than before; old ones are then made anew."""
_GENERATIONS = 3
"""How many changes ago a file may have been left behind and still be there."""
_TOGETHER = 2
"""So many sources are measured at once: each plans and writes for itself, the scans share."""
_SMALL = 1 << 20
"""A file so small is not worth looking at before it is measured."""
_MUCH = 4 << 20
"""A file so large, made alone, has a second thread: a third more work, in a quarter less time."""
_DESCRIBED = 5000
"""How many lists of files have their columns remembered."""
_QUICK = "parquet_version v2, dictionary_size_limit 1"
"""Sums hardly repeat; looking for a dictionary of them costs more than it saves."""
_ROLLED = "row_group_size 8192"
"""A roll-up is in order of measure, so that small groups of lines can be left out; that of one
month has few lines, and sorting them would cost more."""
_COUNT = Atom("count", None, None)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a refresh did: measures kept, days whose cells were made anew, seconds taken."""

    measures: int
    days_recomputed: int
    seconds: float


def plan(catalogue: Catalogue) -> dict[Source, dict[str, Atom]]:
    """Source → column → measure: the distinct additive measures of all indicators.

    Every source also counts its rows, so that its days are known.
    """
    found: dict[Source, dict[str, Atom]] = defaultdict(lambda: {_COUNT.key: _COUNT})
    if MONTHLY_TOTALS in catalogue.registers:
        found[Source(MONTHLY_TOTALS)][_COUNT.key] = _COUNT
    for indicator in catalogue.indicators.values():
        for part in parts(indicator, catalogue):
            if part:
                atoms = [atom for atom in part.aggregate.atoms if atom.additive]
                found[part.source].update({atom.key: atom for atom in atoms})
    return {
        source: {f"m{i}": atoms[key] for i, key in enumerate(sorted(atoms))}
        for source, atoms in sorted(found.items())
    }


_Planned = tuple[dict[Source, dict[str, Atom]], dict[Source, str]]
_planned: list[tuple[Catalogue, _Planned]] = []


def _plan_once(catalogue: Catalogue) -> _Planned:
    """The plan of a catalogue and what its sets are called; the last one's is remembered."""
    if not _planned or _planned[0][0] is not catalogue:
        planned = plan(catalogue)
        sets = {source: _set(catalogue, source, atoms) for source, atoms in planned.items()}
        _planned[:] = [(catalogue, (planned, sets))]
    return _planned[0][1]


def _set(catalogue: Catalogue, source: Source, atoms: Mapping[str, Atom]) -> str:
    """A name for the measures of a source: another if any of them changes."""
    kinds = columns(catalogue.registers[source.register])
    used = {word: kinds[word].kind for atom in atoms.values() for word in atom.names}
    said = [_LAYOUT, sorted((a.key, column) for column, a in atoms.items()), sorted(used.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class Cube:
    """The cube's files under `folder`, made from the mart's: what is much with the connection
    `db`, what is little with `single`, which has one thread."""

    def __init__(
        self, db: duckdb.DuckDBPyConnection, single: duckdb.DuckDBPyConnection,
        catalogue: Catalogue, mart: Path, folder: Path,
    ) -> None:  # fmt: skip
        self._db, self._single = db, single
        self._catalogue, self._mart, self._folder = catalogue, mart, folder
        self.plan, self._sets = _plan_once(catalogue)
        self._columns = {
            source: {atom.key: column for column, atom in atoms.items()}
            for source, atoms in self.plan.items()
        }
        self._terms: dict[Part, tuple[tuple[float, str], ...]] = {}
        self._read: dict[Source, tuple[int, State, Span | None]] = {}
        self._files = {source: str(folder / source.key / "cube.json") for source in self.plan}
        self._crowds: dict[Source, float] = {}
        self._queries: dict[tuple[Source, str, float], str] = {}
        self._present: dict[tuple[Path, ...], frozenset[str]] = {}

    # -- asking ------------------------------------------------------------------------------

    def terms(self, part: Part) -> tuple[tuple[float, str], ...]:
        """Factors and cube columns that add up to an additive part."""
        if part not in self._terms:
            columns = self._columns[part.source]
            terms = part.aggregate.terms
            self._terms[part] = tuple((factor, columns[atom.key]) for factor, atom in terms)
        return self._terms[part]

    def span(self, source: Source) -> Span | None:
        """The days that a source spans, if it has any row."""
        self.state(source)
        return self._read[source][2]

    def spans(self) -> dict[Source, Span]:
        """The days that each source with any row spans."""
        return {source: span for source in self.plan if (span := self.span(source))}

    def cells(self, source: Source, periods: Sequence[Period]) -> list[Path]:
        """The cube files that may hold cells of these periods."""
        return self._meeting(source, periods, "cells")

    def months(self, source: Source, periods: Sequence[Period]) -> dict[Path, Span]:
        """The roll-ups by month that may hold totals of these periods, and the days of each."""
        state, spans = self.state(source), written(periods)
        return {
            self._path(source, state.years[key], "months"): span
            for key, pieces in together(state.pieces).items()
            if any(piece.meets(spans) for piece in pieces) and (span := span_of(pieces))
        }

    def measure(self, source: Source, column: str) -> str:
        """What the roll-ups by month call a measure, over all sources."""
        return f"{source.key} {column}"

    def version(self, source: Source) -> int:
        """Another number whenever the source's rows have changed."""
        self.state(source)
        return self._read[source][0]

    def rows(self, source: Source, periods: Sequence[Period]) -> list[Path]:
        """The mart files, as they were measured, that may hold rows of these periods."""
        return self._meeting(source, periods, "rows")

    def _meeting(self, source: Source, periods: Sequence[Period], what: str) -> list[Path]:
        pieces = sorted(self.state(source).pieces.items())
        spans = written(periods)
        return [self._path(source, p.name, what) for _, p in pieces if p.meets(spans)]

    def _path(self, source: Source, name: str, what: str) -> Path:
        return self._folder / source.key / f"{name}.{what}.parquet"

    def state(self, source: Source) -> State:
        """What the cube holds of a source; made first if other formulas made it."""
        try:
            stamp = os.stat(self._files[source]).st_mtime_ns
        except FileNotFoundError:
            stamp = 0
        known = self._read.get(source)
        if known and known[0] == stamp:
            return known[1]
        state = State.read(self._file(source))
        if state.set != self._sets[source] and self._any(source):
            self._bring(source)
            return self.state(source)
        self._read[source] = stamp, state, span_of(state.pieces.values())
        return state

    def _any(self, source: Source) -> bool:
        """Whether there is, or was, anything to measure."""
        return (self._mart / source.register).exists() or self._file(source).exists()

    def _file(self, source: Source) -> Path:
        return Path(self._files[source])

    # -- making ------------------------------------------------------------------------------

    def refresh(
        self, changed: Collection[str] | None = None, database: Database | None = None
    ) -> Measured:
        """Bring the cube up to date; `changed` are the registers to look at, None is all.

        `database` adds the rows up in place of this process; the files come out the same.
        """
        began = time.perf_counter()
        asked = [
            source
            for source in self.plan
            if (changed is None or source.register in changed) and self._any(source)
        ]
        only = len(asked) == 1
        with ThreadPoolExecutor(1 if database else _TOGETHER) as pool:
            days = sum(pool.map(lambda source: self._bring(source, database, only), asked))
        measures = sum(map(len, self.plan.values()))
        return Measured(measures, days, time.perf_counter() - began)

    def _bring(self, source: Source, database: Database | None = None, only: bool = True) -> int:
        """Make the cube files anew whose mart files say something else now; days made.

        `only`: no other source is made meanwhile.
        """
        with self._alone(source):
            state = State.read(self._file(source))
            known = state.pieces if state.set == self._sets[source] else {}
            held = self._held(source, known)
            stale = {k: p for k, p in held.items() if k not in known or p.name != known[k].name}
            for some in batches(stale):
                held |= self._make(source, some, database, only)
            if held != known or state.set != self._sets[source]:
                self._keep(source, state, held, self._years(source, held))
            return sum(held[key].days for key in stale)

    def _keep(
        self, source: Source, state: State, held: dict[str, Piece], years: dict[str, str]
    ) -> None:
        """Put the pieces in force; drop the files that nobody can be reading any more."""
        names = {piece.name for piece in held.values()} | set(years.values())
        before = [*(piece.name for piece in state.pieces.values()), *state.years.values()]
        left = [name for name in before if name not in names]
        generations = [*state.superseded, left] if left else state.superseded
        measures = {column: atom.key for column, atom in self.plan[source].items()}
        kept = generations[-_GENERATIONS:]
        State(self._sets[source], measures, held, years, kept).write(self._file(source))
        for name in {n for old in generations for n in old} - names - {n for g in kept for n in g}:
            for what in ("cells", "rows", "months", "all"):
                self._path(source, name, what).unlink(missing_ok=True)

    def _held(self, source: Source, known: Mapping[str, Piece]) -> dict[str, Piece]:
        """The mart's files that can hold rows of a source, as they are now."""
        found = {}
        for path in sorted((self._mart / source.register).glob("*.parquet")):
            if re.fullmatch(r"\d{4}-\d\d", path.stem) or (path.stem == "undated" and source.day):
                with suppress(FileNotFoundError):  # gone since it was listed
                    found[path.stem] = self._seen(source, path, known.get(path.stem))
        return found

    def _seen(self, source: Source, path: Path, known: Piece | None) -> Piece:
        """A mart file as it is now, kept under a name of its own if it says something new."""
        seen = path.stat()
        if known and known.stamp == (seen.st_mtime_ns, seen.st_size):
            return known
        linked = self._folder / source.key / "linked.new"
        linked.unlink(missing_ok=True)
        try:
            linked.hardlink_to(path)
        except OSError:  # another file system
            shutil.copy2(path, linked)
        seen = linked.stat()
        stamp = seen.st_mtime_ns, seen.st_size
        if known and alike(linked, self._path(source, known.name, "rows")):
            linked.unlink()
            return replace(known, stamp=stamp)
        # No other file has this number while the link stands, so no name means two contents.
        name = f"{path.stem}.{digest(self._sets[source], *stamp, seen.st_ino)}"
        os.replace(linked, self._path(source, name, "rows"))
        linked.unlink(missing_ok=True)  # still there if both were one file already
        return Piece(stamp, name)

    @contextmanager
    def _alone(self, source: Source) -> Iterator[None]:
        """One thread of one process at a time makes a source's files."""
        folder = self._folder / source.key
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(
        self, source: Source, stale: Mapping[str, Piece], database: Database | None, only: bool
    ) -> dict[str, Piece]:
        """Write the cube files of these mart files, each replaced in one step."""
        if len(stale) == 1 and database is None:  # no need to part the cells by file
            ((key, piece),) = stale.items()
            path = self._path(source, piece.name, "cells")
            adding = self._adding(source, stale, sql.PLACE)
            self._write(adding, path, much=only and piece.stamp[1] >= _MUCH)
            return self._spanned(stale, {key: path})
        filled = {}
        keys, beside = list(stale), self._folder / source.key / "made.new"
        shutil.rmtree(beside, ignore_errors=True)
        self._add_up(source, stale, beside, database)
        for folder in beside.glob("*=*"):
            key = keys[int(folder.name.rpartition("=")[2])]
            filled[key] = self._path(source, stale[key].name, "cells")
            files = sorted(folder.glob("*.parquet"))
            if len(files) == 1:
                os.replace(files[0], filled[key])
            else:
                self._write(f"select * from {sql.alike(files)}", filled[key])
        shutil.rmtree(beside, ignore_errors=True)
        return self._spanned(stale, filled)

    def _add_up(
        self, source: Source, stale: Mapping[str, Piece], beside: Path, database: Database | None
    ) -> None:
        """Write the cells of these mart files, in a folder for each by its number."""
        if database:
            paths, wanted = self._behind(source, stale)
            rows = self.placed(source, wanted, paths, sql.numbered_files(paths))
            database.write(sql.branched(rows, self.plan[source]), beside, sql.PART)
        else:
            self._db.cursor().execute(
                f"copy ({self._adding(source, stale, sql.CELL)}) to {sql.text(beside)} "
                f"(format parquet, partition_by ({sql.PART}), {_QUICK})"
            )

    def _behind(self, source: Source, stale: Mapping[str, Piece]) -> tuple[list[Path], set[str]]:
        """The mart files of these pieces, and the columns that measures look at."""
        wanted = {word for atom in self.plan[source].values() for word in atom.names}
        return [self._path(source, piece.name, "rows") for piece in stale.values()], wanted

    def _adding(self, source: Source, stale: Mapping[str, Piece], place: str) -> str:
        """The query of the cells of these mart files, by `place`; written once a source."""
        paths, wanted = self._behind(source, stale)
        extra = f"file_index as {sql.PART}, " if sql.PART in place else ""
        rows = self.placed(source, wanted, paths, extra)
        known = source, place, self._crowd(source, stale)
        if known not in self._queries:
            kinds = columns(self._catalogue.registers[source.register])
            atoms, crowd = self.plan[source], known[2]
            self._queries[known] = sql.cells(sql.ROWS, atoms, kinds, crowd, place)
        return self._queries[known].replace(sql.ROWS, rows)

    def _write(self, query: str, path: Path, how: str = _QUICK, much: bool = False) -> None:
        """The lines of a query as a Parquet file, put in place in one step."""
        beside, db = path.with_suffix(".new"), self._db if much else self._single
        db.cursor().execute(f"copy ({query}) to {sql.text(beside)} (format parquet, {how})")
        os.replace(beside, path)

    def _crowd(self, source: Source, stale: Mapping[str, Piece]) -> float:
        """How many rows a department has on a day, by the greatest of the first large files."""
        piece = max(stale.values(), key=lambda piece: piece.stamp[1])
        if piece.stamp[1] < _SMALL or source in self._crowds:
            return self._crowds.get(source, 0.0)
        path = self._path(source, piece.name, "rows")
        rows = self.placed(source, (), [path])
        found = self._db.cursor().execute(
            f"select sum(n) / count(*) from (select count(*) as n from ({rows}) "
            f"group by {sql.DEPARTMENT}, {sql.DAY})"
        )
        self._crowds[source] = float(found.fetchall()[0][0] or 0)
        return self._crowds[source]

    def _spanned(self, made: Mapping[str, Piece], cells: Mapping[str, Path]) -> dict[str, Piece]:
        """The pieces with the days that their cube files have, the first and the last."""
        days = defaultdict[str, list[str]](list)
        if cells:
            keys = list(cells)
            query = sql.days(sql.alike(cells.values()))
            for at, day in self._single.cursor().execute(query).fetchall():
                days[keys[at]].append(str(day))
        spans = {key: (len(found), min(found), max(found)) for key, found in days.items()}
        return {key: Piece(p.stamp, p.name, *spans.get(key, ())) for key, p in made.items()}

    def _years(self, source: Source, held: Mapping[str, Piece]) -> dict[str, str]:
        """Year, or last month → the name of the roll-up of its cells, made if need be."""
        years = together(held)
        names = {year: rolled_up(year, found) for year, found in years.items()}
        for year, name in names.items():
            path = self._path(source, name, "months")
            if not path.exists():
                cells = [self._path(source, piece.name, "cells") for piece in years[year]]
                rolled = sql.months(sql.alike(cells), list(self.plan[source]), f"{source.key} ")
                order = f" order by {sql.MEASURE}, {sql.MONTH}" if len(cells) > 1 else ""
                self._write(rolled + order, path, _ROLLED)
            if not over_all(path).exists():
                self._write(sql.over_months(path), over_all(path), _ROLLED)
        return names

    def placed(
        self,
        source: Source,
        wanted: Collection[str],
        paths: Sequence[Path],
        extra: str = "",
        **options: str,
    ) -> str:
        """The SQL of a source's rows in these mart files (at least one)."""
        table = sql.files(paths, **options)
        key = tuple(paths)
        if key not in self._present:
            if len(self._present) > _DESCRIBED:
                self._present.clear()
            described = self._single.cursor().execute(f"describe select * from {table}").fetchall()
            self._present[key] = frozenset(line[0] for line in described)
        present = self._present[key]
        register = self._catalogue.registers[source.register]
        return sql.placed(source, register, wanted, present, table, extra)
