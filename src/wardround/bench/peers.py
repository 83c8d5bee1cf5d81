"""What others would do for the same figures, and the least that anyone must do.

Each way reads the same Parquet files and says, for every indicator, numerator and denominator at
department × day. None of them is a dependency of Wardround; one that is not installed is named
as absent. `answers` tells of each way what its figures come to, for comparison.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from wardround.bench.timing import Contender
from wardround.bench.workload import Workload
from wardround.formula import Aggregate, Atom
from wardround.indicator.cube import plan
from wardround.indicator.values import Source, parts
from wardround.text import Text

POLARS, PANDAS = "Polars, by hand", "pandas, a mask and a group-by a measure"
EACH, FUSED = "DuckDB, one query an indicator", "DuckDB, one query a register, FILTER"
IN_MEMORY = "plain sums in memory"
Answers = dict[str, tuple[float, ...]]
"""Indicator → sums of numerator and denominator over all cells, plain and weighed by the cell."""
WEIGHT = "((1 + ascii(right(department, 1)) % 7) * (1 + day % 11))"
DAY_NUMBER = "date_diff('day', date '2000-01-01', cast(day as date))"


@dataclass(frozen=True, slots=True)
class Way:
    """A contender and what its last run said."""

    contender: Contender
    answers: Callable[[], Answers]


@dataclass(frozen=True, slots=True)
class Absent:
    """A way that could not be taken, and why."""

    name: str
    why: Text


NOT_INSTALLED = Text("没有安装", "not installed")


def sources(workload: Workload) -> dict[Source, dict[str, Atom]]:
    """The distinct sums and counts of the workload, by source."""
    return plan(workload.catalogue)


def files(mart: Path, source: Source) -> str:
    return str(mart / source.register / "*.parquet")


def filtered(aggregate: Aggregate, dialect: str = "duckdb") -> str:
    """A part as an analyst writes it, with FILTER."""

    def one(atom: Atom) -> str:
        taken = f"sum({atom.value.sql(dialect)})" if atom.value else "count(*)"
        return taken + (f" filter (where {atom.condition.sql(dialect)})" if atom.condition else "")

    return " + ".join(f"{factor!r} * coalesce({one(atom)}, 0)" for factor, atom in aggregate.terms)


def open_database() -> duckdb.DuckDBPyConnection:
    """DuckDB as a careful analyst sets it up."""
    db = duckdb.connect()
    db.execute("set threads = 2; set memory_limit = '4GB'; set preserve_insertion_order = false")
    return db


def each(workload: Workload) -> Iterator[tuple[str, Source, Aggregate, Aggregate | None]]:
    """Key, source, numerator and denominator of each ratio over one register."""
    for key, indicator in workload.catalogue.indicators.items():
        above, below = parts(indicator, workload.catalogue)
        if not indicator.ranking and above.aggregate.additive:
            below_same = below if below and below.source == above.source else None
            if below is None or (below_same and below_same.aggregate.additive):
                yield key, above.source, above.aggregate, below.aggregate if below else None


# -- DuckDB ------------------------------------------------------------------------------------


def one_query_each(workload: Workload, mart: Path) -> Way:
    """DuckDB, one query an indicator."""
    db = open_database()

    def run() -> int:
        rows = 0
        for key, source, above, below in each(workload):
            said = f"select {_place(source)}, {filtered(above)} as n, "
            said += f"{filtered(below) if below else '0'} as d "
            db.execute(
                f"create or replace temp table {key}_cells as {said}"
                f"from read_parquet('{files(mart, source)}') group by 1, 2"
            )
            rows += _count(db, f"{key}_cells")
        return rows

    def answers() -> Answers:
        keys = [key for key, *_ in each(workload)]
        return {key: _weighed(db, f"{key}_cells", ["n", "d"]) for key in keys}

    return Way(Contender(EACH, "peer", run), answers)


def _place(source: Source) -> str:
    day, where = source.day or "day", source.department or "department"
    return f'cast("{day}" as date) as day, "{where}" as department'


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    found = db.execute(f"select count(*) from {table}").fetchone()
    return int(found[0]) if found else 0


def fused(workload: Workload, mart: Path) -> Way:
    """DuckDB, all the measures of a register in one query, with FILTER."""
    db = open_database()

    def run() -> int:
        rows = 0
        for at, (source, atoms) in enumerate(sources(workload).items()):
            sums = ", ".join(
                f"{filtered(Aggregate('', ((1.0, atom),)))} as {column}"
                for column, atom in atoms.items()
            )
            db.execute(
                f"create or replace temp table cells_{at} as select {_place(source)}, {sums} "
                f"from read_parquet('{files(mart, source)}') group by 1, 2"
            )
            rows += _count(db, f"cells_{at}")
        return rows

    tables = [f"cells_{at}" for at in range(len(sources(workload)))]
    return Way(
        Contender(FUSED, "peer", run),
        lambda: of_measures(workload, db, tables),
    )


# -- what figures come to ----------------------------------------------------------------------


def of_measures(workload: Workload, db: duckdb.DuckDBPyConnection, tables: list[str]) -> Answers:
    """The answers of a way that has a table of measures for each source, in their order."""
    found: dict[tuple[Source, str], tuple[float, ...]] = {}
    for (source, atoms), table in zip(sources(workload).items(), tables, strict=True):
        sums = _weighed(db, table, list(atoms))
        for at, atom in enumerate(atoms.values()):
            found[source, atom.key] = sums[2 * at], sums[2 * at + 1]
    answers = {}
    for key, source, *pair in each(workload):
        said: list[float] = []
        for part in pair:
            terms = part.terms if part else ()
            for turn in (0, 1):
                said.append(sum(f * found[source, atom.key][turn] for f, atom in terms))
        answers[key] = tuple(said)
    return answers


def _weighed(db: duckdb.DuckDBPyConnection, table: str, names: list[str]) -> tuple[float, ...]:
    """Each column's sum, and its sum weighed by a number of the cell's own."""
    listed = ", ".join(f"sum({n}), sum({n} * {WEIGHT})" for n in names)
    kept = ", ".join(names)
    line = db.execute(
        f"select {listed} from (select department, {DAY_NUMBER} as day, {kept} from {table} "
        "where day is not null)"
    ).fetchone()
    return tuple(float(value or 0) for value in line or ())


# -- Polars and pandas -------------------------------------------------------------------------


def polars(workload: Workload, mart: Path) -> Way | Absent:
    """Polars, written by hand: one lazy scan a register, all the measures in one group-by."""
    if not importlib.util.find_spec("polars"):
        return Absent("Polars", NOT_INSTALLED)
    pl = importlib.import_module("polars")
    kept: list[Any] = []

    def expression(atom: Atom) -> Any:
        met = value = None
        if atom.condition:
            met = pl.sql_expr(atom.condition.sql()).fill_null(False).cast(pl.Float64)
        if atom.value:
            value = pl.sql_expr(atom.value.sql()).cast(pl.Float64).fill_null(0.0)
        if met is None:
            return pl.len().cast(pl.Float64) if value is None else value.sum()
        return (met if value is None else value * met).sum()

    def run() -> int:
        kept.clear()
        for source, atoms in sources(workload).items():
            sums = [expression(atom).alias(column) for column, atom in atoms.items()]
            scan = pl.scan_parquet(files(mart, source))
            kept.append(scan.group_by("department", "day").agg(*sums).collect(engine="streaming"))
        return sum(len(frame) for frame in kept)

    return Way(
        Contender(POLARS, "peer", run),
        lambda: _of_frames(workload, [frame.to_arrow() for frame in kept]),
    )


def _of_frames(workload: Workload, frames: list[Any]) -> Answers:
    db = open_database()
    for at, frame in enumerate(frames):
        db.register(f"frame_{at}", frame)
    return of_measures(workload, db, [f"frame_{at}" for at in range(len(frames))])


def pandas(workload: Workload, mart: Path) -> Way | Absent:
    """pandas, a mask and a group-by a measure; the groups are found once a register."""
    if not (importlib.util.find_spec("pandas") and importlib.util.find_spec("pyarrow")):
        return Absent("pandas", NOT_INSTALLED)
    pd = importlib.import_module("pandas")
    kept: list[Any] = []

    def run() -> int:
        kept.clear()
        for source, atoms in sources(workload).items():
            wanted = {"department", "day"} | {name for a in atoms.values() for name in a.names}
            frame = pd.read_parquet(mart / source.register, columns=sorted(wanted))
            group = frame.groupby(["department", "day"], sort=False)
            number = group.ngroup()
            sums = {c: _summed(frame, atom, number) for c, atom in atoms.items()}
            places = group[["department", "day"]].first().reset_index(drop=True)
            kept.append(pd.concat([places, pd.DataFrame(sums)], axis=1))
        return sum(len(frame) for frame in kept)

    return Way(
        Contender(PANDAS, "peer", run),
        lambda: _of_frames(workload, kept),
    )


def _summed(frame: Any, atom: Atom, number: Any) -> Any:
    value = frame[atom.value.text].fillna(0.0) if atom.value else None
    if atom.condition is None:
        return number.groupby(number).size() if value is None else value.groupby(number).sum()
    met = frame.eval(re.sub(r"(?<![<>!])=", "==", atom.condition.text.replace(" AND ", " and ")))
    return (met if value is None else value * met).groupby(number).sum()


# -- the floor ---------------------------------------------------------------------------------


def floors(workload: Workload, mart: Path) -> list[Contender]:
    """Plain sums of the same columns: in memory, and read from the files."""
    db = open_database()
    loaded: set[str] = set()

    def sums(source: Source, atoms: Mapping[str, Atom], table: str) -> int:
        kinds = {
            line[0]: line[1] for line in db.execute(f"describe select * from {table}").fetchall()
        }
        wanted = sorted({name for atom in atoms.values() for name in atom.names} & kinds.keys())
        listed = [
            f'sum("{w}")' if kinds[w] == "DOUBLE" else
            f'count_if("{w}")' if kinds[w] == "BOOLEAN" else f'count("{w}")'
            for w in wanted
        ]  # fmt: skip
        db.execute(f"select {', '.join([*listed, 'count(*)'])} from {table}").fetchall()
        return 1

    def in_memory() -> int:
        for at, (source, atoms) in enumerate(sources(workload).items()):
            table = f"held_{at}"
            if table not in loaded:
                db.execute(f"create table {table} as from read_parquet('{files(mart, source)}')")
                loaded.add(table)
            sums(source, atoms, table)
        return len(loaded)

    def from_files() -> int:
        of = sources(workload).items()
        return sum(sums(s, atoms, f"read_parquet('{files(mart, s)}')") for s, atoms in of)

    return [
        Contender(IN_MEMORY, "floor", in_memory),
        Contender("plain sums of the files", "floor", from_files),
    ]
