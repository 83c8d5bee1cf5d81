"""FHIR R4 as rows: resources are read in SQL, only the parts that a mapping asks for.

Which resource becomes which rows is declared in fhir.toml (and a hospital's own file over it).
Here it is decided how resources are found in files, how one asks another (`through`, `lookup`),
and where a resource stood. Names, addresses and numbers of persons are never read.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as made
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import duckdb

from wardround.catalogue.model import Catalogue
from wardround.sources import fhir_files, stage
from wardround.sources.delivered import Delivered, Part, staged
from wardround.sources.gate import Aside
from wardround.sources.json_path import Node, expression, read_for
from wardround.sources.mapping import Column, Lookup, Rows, Source
from wardround.sources.stage import Resolve, name, quoted
from wardround.sources.table import SourceRow, place
from wardround.text import Fault, Lang, Text, refuse

_SENT, _VERSION = "meta.lastUpdated", "meta.versionId"
_RESOURCE_BITS = 44
_NUMBERS = {
    "#one": "'1'", "#n": "cast(r.n_ as varchar)", "#first": "cast(r.n_ = 1 as varchar)",
    "#last": "cast(r.n_ = r.of_ and r.period.\"end\" is not null as varchar)",
}  # fmt: skip
_LARGE, _LARGEST = 1 << 24, 1 << 26
"""Bytes. Few resources are larger; room for twice as many is taken for every file at once."""
_TYPE_ONLY = {"resourceType": "varchar"}
Held = Callable[[str, Mapping[str, str]], str | None]
"""Register, lookup column → its column: the query of what is held of it (key_ and columns)."""


@dataclass
class _Raw:
    """The table of one resource type, and which rows came from which file."""

    type: str
    node: Node
    number: int
    files: list[Path] = made(default_factory=list)
    begins: list[int] = made(default_factory=list)
    cut: int | None = None
    """The first row that was cut out of a bundle: from there on each says where it stood."""

    @property
    def table(self) -> str:
        return name(f"raw_{self.type}")


@dataclass
class Resources:
    """The resources of a delivery, read into tables of a connection."""

    connection: duckdb.DuckDBPyConnection
    lang: Lang
    raw: dict[str, _Raw] = made(default_factory=dict)
    left_out: dict[str, int] = made(default_factory=dict)
    aside: list[Aside] = made(default_factory=list)

    def place(self, at: int) -> str:
        """The file and line (or number of the entry) of a row's resource."""
        kind = next(r for r in self.raw.values() if r.number == at >> _RESOURCE_BITS)
        row = at & ((1 << _RESOURCE_BITS) - 1)
        if kind.cut is not None and row >= kind.cut:
            asked = self.connection.cursor()
            found = asked.execute(f"select _place from {kind.table} where rowid = {row}").fetchone()
            return str(found[0]) if found else ""
        which = bisect_right(kind.begins, row) - 1
        file = kind.files[which]
        return f"{file.name} {place(_line(file, row - kind.begins[which]), self.lang)}"


@lru_cache(4)
def _empty_lines(path: Path, _changed: int) -> array[int]:
    """How many resources stand before each empty line: empty lines are no resources."""
    found, seen = array("q"), 0
    with fhir_files.opened(path) as file, suppress(EOFError):  # what was packed may break off
        for text in file:
            if text.isspace():
                found.append(seen)
            else:
                seen += 1
    return found


def _line(path: Path, number: int) -> int:
    """The line of the resource of that number (0 = the first)."""
    return number + 1 + bisect_right(_empty_lines(path, path.stat().st_mtime_ns), number)


def read_fhir(
    connection: duckdb.DuckDBPyConnection, path: Path, source: Source, catalogue: Catalogue,
    held: Held, secret: str, work: Path, say: Callable[[Text], None], lang: Lang = "zh",
) -> Delivered:  # fmt: skip
    """Read a file or folder of FHIR resources by a mapping. Raises `Refused` if there are none.

    `held` tells what lookups may take from registers, `secret` makes patients' numbers opaque.
    """
    found = Resources(connection, lang)
    for number, (kind, node) in enumerate(sorted(_asked(source).items())):
        found.raw[kind] = _Raw(kind, node, number)
        connection.execute(f"create or replace table {name(f'raw_{kind}')} ({_columns(node)})")
    _load(found, fhir_files.files(path), work, say)
    for raw in found.raw.values():
        _only_latest(found, raw)
    for lookup in source.lookup.values():
        _look_up(connection, found, lookup, source, held, secret)
    parts = [
        _part(found.raw[rows.resource], rows, source, catalogue, secret)
        for rows in source.all_rows() if rows.resource and found.raw[rows.resource].files
    ]  # fmt: skip
    withdrawn = [
        (catalogue.registers[rows.feed], _withdrawn(found.raw[rows.resource], rows, source))
        for rows in source.all_rows()
        if rows.withdraw and rows.resource and found.raw[rows.resource].files
    ]  # fmt: skip
    for raw in found.raw.values():
        _count_unasked(found, raw, source)
    return Delivered(staged(catalogue, parts), found.place, found.aside, found.left_out, withdrawn)


def _only_latest(found: Resources, raw: _Raw) -> None:
    """Pass over the earlier versions of a resource, of which a history has several."""
    of_type = f"resourceType = {quoted(raw.type)}"
    twice = f"select id from {raw.table} where {of_type} group by id having count(*) > 1"
    sent, version = (expression(path) for path in (_SENT, _VERSION))
    ranked = (
        f"select r.rowid as row_, rank() over (partition by r.id order by "
        f"try_cast({sent} as timestamptz) desc nulls last, "
        f"try_cast({version} as bigint) desc nulls last) as age "
        f"from {raw.table} r where r.{of_type} and r.id in ({twice})"
    )
    found.connection.execute(
        f"update {raw.table} set resourceType = {quoted(_EARLIER)} "
        f"where rowid in (select row_ from ({ranked}) where age > 1)"
    )


_EARLIER = "an earlier version"


def _count_unasked(found: Resources, raw: _Raw, source: Source) -> None:
    """Count the resources of a type that no rows ask for: planned, or of another kind; set aside
    those that do not say what resources of R4 must."""
    rows = [one for one in source.all_rows() if one.resource == raw.type]
    if not rows or not raw.files:
        return
    resolve = _resolver(rows[0], None, source)
    met = {stage.condition(_at_once(one), resolve) for one in rows}
    met |= {stage.condition(one.withdraw, resolve) for one in rows if one.withdraw}
    unasked = (
        f"from {raw.table} r where r.resourceType = {quoted(raw.type)} "
        f"and not coalesce({' or '.join(f'({m})' for m in sorted(met))}, false)"
    )
    for path in source.must.get(raw.type, ()):
        bad = found.connection.execute(
            f"select r.rowid {unasked} and {expression(path)} is null"
        ).fetchall()
        unasked += f" and {expression(path)} is not null"
        for (row,) in bad:
            where = found.place(row + (raw.number << _RESOURCE_BITS))
            why = _not_r4(raw.type, path)
            found.aside.append(Aside(SourceRow(where, {}), (Fault(why, where, path),)))
    counted = found.connection.execute(f"select count(*) {unasked}").fetchone()
    if counted and counted[0]:
        found.left_out[raw.type] = found.left_out.get(raw.type, 0) + int(counted[0])


def _not_r4(kind: str, path: str) -> Text:
    return Text(
        f"{kind} 没有按 FHIR R4 写明 {path}（R5 和早期版本写法不同）。请按 R4 导出。",
        f"{kind} does not say {path} as FHIR R4 has it (R5 and early releases write it "
        "otherwise). Export it as R4.",
    )


def _asked(source: Source) -> dict[str, Node]:
    """Resource type → what must be read of it."""
    paths: dict[str, set[str]] = {}
    for rows in source.all_rows():
        if rows.resource:
            asked = paths.setdefault(
                rows.resource, {"id", "resourceType", "_place", _SENT, _VERSION}
            )
            asked |= {_whole(p, rows.each) for p in _paths(rows.column.values(), rows.through)}
            asked |= {_whole(p, rows.each) for p in [*rows.when, *rows.withdraw]}
            asked |= {f"{rows.each}[]"} if rows.each else set()
    for kind, musts in source.must.items():
        paths.setdefault(kind, set()).update(musts)
    for lookup in source.lookup.values():
        asked = paths.setdefault(lookup.resource, {"id", "resourceType", "_place", _SENT, _VERSION})
        asked |= {*lookup.by, *_paths(lookup.column.values(), lookup.through)}
    return {k: read_for(p for p in paths[k] if p and p[0] not in "@#") for k in paths}


def _paths(columns: Iterable[Column], through: Mapping[str, object]) -> Iterator[str]:
    for column in columns:
        yield from column.from_
    for paths in through.values():
        yield from [paths] if isinstance(paths, str) else list(paths)  # type: ignore[call-overload]


def _whole(path: str, each: str | None) -> str:
    return f"{each}[]{path}" if path.startswith(".") else path


def _columns(node: Node) -> str:
    return ", ".join(f"{name(k)} {n.sql_type()}" for k, n in node.below.items())


def _load(found: Resources, paths: list[Path], work: Path, say: Callable[[Text], None]) -> None:
    """Every file into the tables of the types that are asked for."""
    cut = _Cut(found, work)
    for path in paths:
        first = fhir_files.first_type(path)
        if first is None:
            cut.add(path)
        else:
            _load_lines(found, path, first, cut)
        say(Text(f"已读 {path.name}", f"read {path.name}"))
    for kind, file in cut.close().items():
        found.raw[kind].cut = _read(found, found.raw[kind], file, file)


def _load_lines(found: Resources, path: Path, first: str, cut: _Cut) -> None:
    """A file with a resource a line: mostly of one type; other types are read in turn, and what
    is in bundles is cut out of them."""
    seen = set[str | None]()
    waiting: list[str] = [first]
    counted = False
    while waiting:
        kind = waiting.pop()
        seen.add(kind)
        if kind in found.raw:
            begin = _read(found, found.raw[kind], path, path)
            query = (
                f"select resourceType, count(*) from {found.raw[kind].table} where rowid >= {begin}"
            )
        elif not counted:
            query = f"select resourceType, count(*) from {_source(path, _TYPE_ONLY)}"
        else:
            continue
        if counted:
            continue
        counted = True
        for other, count in found.connection.execute(query + " group by all").fetchall():
            if other is None:
                _broken(found, path)
            elif other == "Bundle":
                for text in fhir_files.bundles(path):
                    cut.put(path, fhir_files.unbundled(text))
            elif other not in found.raw:
                found.left_out[other] = found.left_out.get(other, 0) + count
            elif other not in seen:
                waiting.append(other)


def _source(path: Path, columns: Mapping[str, str], most: int = _LARGE) -> str:
    listed = ", ".join(f"{name(k)}: {quoted(t)}" for k, t in columns.items())
    how = ", compression='gzip'" if fhir_files.packed(path) else ""
    return (
        f"read_json({quoted(str(path))}, format='newline_delimited', ignore_errors=true, "
        f"maximum_object_size={most}, columns={{{listed}}}{how})"
    )


def _read(found: Resources, raw: _Raw, path: Path, file: Path) -> int:
    """Append a file's resources to the table of a type; returns the number of its first row."""
    counted = found.connection.execute(f"select count(*) from {raw.table}").fetchone()
    begin = int(counted[0]) if counted else 0
    raw.files.append(path)
    raw.begins.append(begin)
    types = {k: n.sql_type() for k, n in raw.node.below.items()}
    for most in (_LARGE, _LARGEST):
        query = f"insert into {raw.table} select * from {_source(file, types, most)}"
        try:
            found.connection.execute(query)
        except duckdb.InvalidInputException as error:
            if most == _LARGEST:
                raise refuse(
                    "有一条资源太大，读不了。", "A resource in it is too large.", path.name
                ) from error
        else:
            break
    return begin


def _broken(found: Resources, path: Path) -> None:
    """Set aside the lines that are no resources."""
    query = f"select resourceType from {_source(path, _TYPE_ONLY)}"
    types = found.connection.execute(query).fetchall()
    bad = [number for number, (kind,) in enumerate(types) if kind is None]
    for number in bad:
        where = f"{path.name} {place(_line(path, number), found.lang)}"
        found.aside.append(Aside(SourceRow(where, {}), (Fault(_NO_RESOURCE, where),)))


_NO_RESOURCE = Text(
    "这一行不是完整的 FHIR 资源（文件可能被截断）。请重新导出。",
    "This is no whole FHIR resource (the file may be cut off). Export it again.",
)


class _Cut:
    """Bundles cut into lines, a file a type; each line says where it stood."""

    def __init__(self, found: Resources, work: Path) -> None:
        self.found, self.work = found, work
        self.out: dict[str, TextIO] = {}
        self.counts: dict[Path, int] = {}

    def add(self, path: Path) -> None:
        """Cut one file; what breaks off is set aside."""
        for text in fhir_files.lines(path):
            if text and fhir_files.type_of(text) == "Bundle":
                self.put(path, fhir_files.unbundled(text))
            else:
                self.put(path, [text])

    def put(self, path: Path, resources: Iterable[str | None]) -> None:
        """The resources of a file one after the other."""
        for text in resources:
            number = self.counts[path] = self.counts.get(path, 0) + 1
            where = f"{path.name} {Text(f'第 {number} 项', f'entry {number}')[self.found.lang]}"
            kind = fhir_files.type_of(text) if text else None
            if text is None or kind is None:
                self.found.aside.append(Aside(SourceRow(where, {}), (Fault(_NO_RESOURCE, where),)))
            elif kind not in self.found.raw:
                self.found.left_out[kind] = self.found.left_out.get(kind, 0) + 1
            else:
                if kind not in self.out:
                    self.out[kind] = (self.work / f"cut-{kind}.ndjson").open("w", encoding="utf-8")
                told = json.dumps(where, ensure_ascii=False)
                self.out[kind].write(f'{{"_place": {told}, {text.lstrip()[1:]}\n')

    def close(self) -> dict[str, Path]:
        """The files, by type."""
        for file in self.out.values():
            file.close()
        return {kind: self.work / f"cut-{kind}.ndjson" for kind in self.out}


def _resolver(rows: Rows | Lookup, each: str | None, source: Source) -> Resolve:
    """From a path, or @lookup.column, to its expression."""

    def resolve(path: str) -> str | None:
        if path.startswith("@"):
            lookup, _, column = path[1:].partition(".")
            known = source.lookup.get(lookup)
            return f"look_{lookup}.{name(column)}" if known and column in known.column else None
        if path.startswith("#"):
            return _NUMBERS.get(path) if each or path == "#one" else None
        if path.startswith("."):
            return expression(path[1:], "r.e_") if each else None
        return expression(path)

    return resolve


def _joined(origin: str, rows: Rows | Lookup, resolve: Resolve) -> str:
    """The origin with the lookups that these rows go through beside it."""
    for lookup, paths in rows.through.items():
        listed = [paths] if isinstance(paths, str) else list(paths)
        keys = [e for e in map(resolve, listed) if e]
        origin += (
            f" left join look_{lookup} on look_{lookup}.key_ = coalesce({', '.join(keys)}, '')"
        )
    return origin


def _at_once(rows: Rows) -> dict[str, Any]:
    """The conditions that a resource meets by itself."""
    return {p: w for p, w in rows.when.items() if p[0] not in ".@#"}


def _part(raw: _Raw, rows: Rows, source: Source, catalogue: Catalogue, secret: str) -> Part:
    """The rows that resources of one type make."""
    resolve = _resolver(rows, rows.each, source)
    at_once = _at_once(rows)
    taken = ""
    if rows.each:
        listed = expression(f"{rows.each}[]")
        taken = (
            f", unnest({listed}) as e_, generate_subscripts({listed}, 1) as n_, "
            f"len({listed}) as of_"
        )
    inner = (
        f"(select r.*, r.rowid as r_{taken} from {raw.table} r "
        f"where r.resourceType = {quoted(raw.type)} and {stage.condition(at_once, resolve)}) r"
    )
    said, joins = stage.columns(rows, catalogue.registers[rows.feed], resolve, secret)
    origin = _joined(inner, rows, resolve) + joins
    met = stage.condition({p: w for p, w in rows.when.items() if p not in at_once}, resolve)
    at = f"r.r_ + {raw.number << _RESOURCE_BITS}"
    return Part(rows.feed, said, origin, met, at, expression(_SENT))


def _withdrawn(raw: _Raw, rows: Rows, source: Source) -> str:
    """The resources whose rows are withdrawn."""
    met = stage.condition(rows.withdraw, _resolver(rows, None, source))
    return (
        f"select r.id as id_, cast({expression(_SENT)} as varchar) as sent_ from {raw.table} r "
        f"where r.resourceType = {quoted(raw.type)} and {met}"
    )


def _look_up(
    connection: duckdb.DuckDBPyConnection, found: Resources, lookup: Lookup, source: Source,
    held: Held, secret: str,
) -> None:  # fmt: skip
    """The table of a lookup: from this delivery's resources, then from what is held."""
    raw = found.raw[lookup.resource]
    resolve = _resolver(lookup, None, source)
    asked: list[str] = []
    said = {
        key: stage.word(column, resolve, secret, asked if key == "department" else None) or "null"
        for key, column in lookup.column.items()
    }
    by = [e for e in map(resolve, lookup.by) if e]
    columns = ", ".join(f"any_value({e}) as {name(k)}" for k, e in said.items())
    origin = _joined(f"{raw.table} r", lookup, resolve) + stage.joins(asked)
    connection.execute(
        f"create or replace table look_{lookup.key} as select coalesce({', '.join(by)}) as key_, "
        f"{columns} from {origin} where r.resourceType = {quoted(raw.type)} group by 1"
    )
    for register, names in lookup.held.items():
        query = held(register, names)
        if query:
            connection.execute(
                f"insert into look_{lookup.key} by name select * from ({query}) h_ where "
                f"not exists (select 1 from look_{lookup.key} l_ where l_.key_ = h_.key_)"
            )
