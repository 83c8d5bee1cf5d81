"""The cube: every additive measure of the catalogue, at department × day, in Parquet files.

Decides which files are out of date and brings them up to date, one scan a source. A cube file
belongs to one mart file and holds what its rows add to the measures, so that a new entry costs
one month of one register. What is asked of the cube is `engine`'s matter.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import RLock

import duckdb

from wardround.catalogue.columns import columns
from wardround.catalogue.model import Catalogue
from wardround.formula import Atom
from wardround.indicator import sql
from wardround.indicator.values import Part, Source, Span, parts
from wardround.period import Period

_LAYOUT = 2
"""Goes up when cube files are written otherwise than before; old ones are then made anew."""
_COUNT = Atom("count", None, None)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a refresh did: measures kept, days whose cells were made anew, seconds taken."""

    measures: int
    days_recomputed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Piece:
    """What is known of one cube file: what its mart file was, and the days that it spans.

    The stamp tells quickly that a file is the same; the digest, that one written anew is.
    """

    stamp: tuple[int, int]
    digest: str
    days: int = 0
    first: str = ""
    last: str = ""

    def meets(self, periods: Iterable[Period]) -> bool:
        """Whether the piece may hold cells of some period."""
        return any(
            self.days and self.first < p.end.isoformat() and self.last >= p.start.isoformat()
            for p in periods
        )


@dataclass(frozen=True, slots=True)
class State:
    """The small JSON beside a source's cube files; `measures` is column → measure."""

    set: str = ""
    measures: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, Piece] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> State:
        """The state in a file; an empty one, so that all is made anew, if it cannot be read."""
        try:
            found = json.loads(file.read_bytes())
            pieces = {
                key: Piece(**{**piece, "stamp": tuple(piece["stamp"])})
                for key, piece in found["pieces"].items()
            }
            return cls(found["set"], found["measures"], pieces)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, file: Path) -> None:
        """Replace the file in one step."""
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")
        os.replace(beside, file)

    @property
    def span(self) -> Span | None:
        """First and last day of any row."""
        known = [piece for piece in self.pieces.values() if piece.days]
        if not known:
            return None
        first, last = min(p.first for p in known), max(p.last for p in known)
        return date.fromisoformat(first), date.fromisoformat(last)


def plan(catalogue: Catalogue) -> dict[Source, dict[str, Atom]]:
    """Source → column → measure: the distinct additive measures of all indicators.

    Every source also counts its rows, so that its days are known.
    """
    found: dict[Source, dict[str, Atom]] = defaultdict(lambda: {_COUNT.key: _COUNT})
    for indicator in catalogue.indicators.values():
        for part in parts(indicator, catalogue):
            if part:
                atoms = [atom for atom in part.aggregate.atoms if atom.additive]
                found[part.source].update({atom.key: atom for atom in atoms})
    return {
        source: {f"m{i}": atoms[key] for i, key in enumerate(sorted(atoms))}
        for source, atoms in sorted(found.items())
    }


class Cube:
    """The cube's files under `folder`, made from the mart's with the connection `db`."""

    def __init__(
        self, db: duckdb.DuckDBPyConnection, catalogue: Catalogue, mart: Path, folder: Path
    ) -> None:
        self._db, self._catalogue, self._mart, self._folder = db, catalogue, mart, folder
        self.plan = plan(catalogue)
        self._columns = {
            source: {atom.key: column for column, atom in atoms.items()}
            for source, atoms in self.plan.items()
        }
        self._sets = {source: self._set(source) for source in self.plan}
        self._terms: dict[Part, tuple[tuple[float, str], ...]] = {}
        self._read: dict[Source, tuple[int, State]] = {}
        self._lock = RLock()

    def _set(self, source: Source) -> str:
        kinds = columns(self._catalogue.registers[source.register])
        atoms = self.plan[source]
        used = sorted({word for atom in atoms.values() for word in atom.names})
        said = [_LAYOUT, sorted(self._columns[source].items()), [(w, kinds[w].kind) for w in used]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    # -- asking ------------------------------------------------------------------------------

    def terms(self, part: Part) -> tuple[tuple[float, str], ...]:
        """Factors and cube columns that add up to an additive part."""
        if part not in self._terms:
            columns = self._columns[part.source]
            terms = part.aggregate.terms
            self._terms[part] = tuple((factor, columns[atom.key]) for factor, atom in terms)
        return self._terms[part]

    def spans(self) -> dict[Source, Span]:
        """The days that each source with any row spans."""
        return {source: span for source in self.plan if (span := self.state(source).span)}

    def cells(self, source: Source, periods: Sequence[Period]) -> list[Path]:
        """The cube files that may hold cells of these periods."""
        folder = self._folder / source.key
        return [folder / f"{key}.parquet" for key in self._meeting(source, periods)]

    def rows(self, source: Source, periods: Sequence[Period]) -> list[Path]:
        """The mart files that may hold rows of these periods."""
        folder = self._mart / source.register
        return [
            path
            for key in self._meeting(source, periods)
            if (path := folder / f"{key}.parquet").exists()
        ]

    def _meeting(self, source: Source, periods: Sequence[Period]) -> list[str]:
        pieces = self.state(source).pieces
        return [key for key, piece in sorted(pieces.items()) if piece.meets(periods)]

    def state(self, source: Source) -> State:
        """What the cube holds of a source; made first if other formulas made it."""
        file = self._file(source)
        try:
            stamp = file.stat().st_mtime_ns
        except FileNotFoundError:
            stamp = 0
        known = self._read.get(source)
        if known and known[0] == stamp:
            return known[1]
        state = State.read(file)
        if state.set != self._sets[source]:
            self._bring(source)
            return self.state(source)
        self._read[source] = stamp, state
        return state

    def _file(self, source: Source) -> Path:
        return self._folder / source.key / "cube.json"

    # -- making ------------------------------------------------------------------------------

    def refresh(self, changed: Collection[str] | None = None) -> Measured:
        """Bring the cube up to date; `changed` are the registers to look at, None is all."""
        began = time.perf_counter()
        days = sum(
            self._bring(source)
            for source in self.plan
            if changed is None or source.register in changed
        )
        measures = sum(map(len, self.plan.values()))
        return Measured(measures, days, time.perf_counter() - began)

    def _bring(self, source: Source) -> int:
        """Make the cube files anew whose mart files say something else now; days made."""
        with self._lock, self._alone(source):
            state = State.read(self._file(source))
            known = state.pieces if state.set == self._sets[source] else {}
            held = {path.stem: self._seen(path, known) for path in self._held(source)}
            stale = {key: piece for key, piece in held.items() if key not in known
                     or piece.digest != known[key].digest}  # fmt: skip
            for year in sorted({key[:4] for key in stale}):
                held |= self._make(source, {k: p for k, p in stale.items() if k[:4] == year})
            if held != known or state.set != self._sets[source]:
                names = {column: atom.key for column, atom in self.plan[source].items()}
                State(self._sets[source], names, held).write(self._file(source))
            for key in known.keys() - held.keys():
                (self._folder / source.key / f"{key}.parquet").unlink(missing_ok=True)
            return sum(held[key].days for key in stale)

    def _held(self, source: Source) -> list[Path]:
        """The mart's files that can hold rows of a source."""
        return [
            path
            for path in sorted((self._mart / source.register).glob("*.parquet"))
            if re.fullmatch(r"\d{4}-\d\d", path.stem) or (path.stem == "undated" and source.day)
        ]

    @staticmethod
    def _seen(path: Path, known: Mapping[str, Piece]) -> Piece:
        """What is known of a mart file, with the stamp and digest that it has now."""
        stat, piece = path.stat(), known.get(path.stem, Piece((0, 0), ""))
        stamp = (stat.st_mtime_ns, stat.st_size)
        if piece.stamp == stamp:
            return piece
        with path.open("rb") as file:
            return replace(
                piece, stamp=stamp, digest=hashlib.file_digest(file, "blake2b").hexdigest()
            )

    @contextmanager
    def _alone(self, source: Source) -> Iterator[None]:
        """One process at a time makes a source's files."""
        folder = self._folder / source.key
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self, source: Source, stale: Mapping[str, Piece]) -> dict[str, Piece]:
        """Write the cube files of these mart files, each replaced in one step."""
        folder, db = self._folder / source.key, self._db.cursor()
        paths = [self._mart / source.register / f"{key}.parquet" for key in stale]
        part = f"parse_filename(filename, true) as {sql.PART}, "
        atoms = self.plan[source]
        wanted = {word for atom in atoms.values() for word in atom.names}
        rows = self.placed(source, wanted, paths, part, filename="true")
        table = sql.name(f"cells of {source.key}")
        db.execute(f"create or replace temp table {table} as {sql.cells(rows, atoms)}")
        days = db.execute(
            f"select {sql.PART}, count(distinct {sql.DAY}), min({sql.DAY}), max({sql.DAY}) "
            f"from {table} group by all"
        ).fetchall()
        for key, *_ in days:
            beside = folder / f"{key}.new"
            db.execute(
                f"copy (select * exclude ({sql.PART}) from {table} where {sql.PART} = "
                f"{sql.text(key)} order by {sql.DEPARTMENT}, {sql.DAY}) to {sql.text(beside)} "
                "(format parquet)"
            )
            os.replace(beside, folder / f"{key}.parquet")
        db.execute(f"drop table {table}")
        spans = {key: (n, str(first), str(last)) for key, n, first, last in days}
        return {
            key: Piece(piece.stamp, piece.digest, *spans.get(key, ()))
            for key, piece in stale.items()
        }

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
        described = self._db.cursor().execute(f"describe select * from {table}").fetchall()
        present = {line[0] for line in described}
        register = self._catalogue.registers[source.register]
        return sql.placed(source, register, wanted, present, table, extra)
