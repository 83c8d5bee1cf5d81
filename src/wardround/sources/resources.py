"""The resources of a delivery as tables of DuckDB, one a type: only the parts that are asked for.

Decides how files get there and where each resource stood. What they are to one another is
`related`'s matter, what rows they make `from_fhir`'s.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as made
from functools import lru_cache
from pathlib import Path
from typing import TextIO

import duckdb

from wardround.sources import fhir_files, packed
from wardround.sources.gate import Aside
from wardround.sources.json_path import MACROS, Node, expression
from wardround.sources.stage import name, quoted
from wardround.sources.table import SourceRow, place
from wardround.text import Fault, Lang, Text, refuse

STANDING = (
    "id", "resourceType", "_place", fhir_files.KNOWN_AS, "contained", "meta.lastUpdated",
    "meta.versionId",
)  # fmt: skip
NAMED = ("identifier[].system", "identifier[].value")
"""What is read of every resource; and of those that others may refer to."""
SENT = (
    f"coalesce({expression('meta.lastUpdated')}, strftime(make_timestamp(1000000 * cast(try_cast("
    f"{expression('meta.versionId')} as uinteger) as bigint)), '%Y-%m-%dT%H:%M:%SZ'))"
)
"""When a version was said. Of versions that have only numbers, a higher one is later."""
ROW_BITS = 44
_LARGE, _LARGEST = 1 << 24, 1 << 26
"""Bytes. Few resources are larger; room for twice as many is taken for every file at once."""
_TYPE_ONLY = {"resourceType": "varchar"}
_NO_RESOURCE = Text(
    "这一行不是完整的 FHIR 资源（文件可能被截断）。请重新导出。",
    "This is no whole FHIR resource (the file may be cut off). Export it again.",
)


@dataclass
class Raw:
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

    @property
    def aliases(self) -> str:
        """The table of other names (alias_) of its resources (id)."""
        return name(f"alias_{self.type}")


@dataclass
class Resources:
    """The resources of a delivery, read into tables of a connection."""

    connection: duckdb.DuckDBPyConnection
    lang: Lang
    raw: dict[str, Raw] = made(default_factory=dict)
    left_out: dict[str, int] = made(default_factory=dict)
    aside: list[Aside] = made(default_factory=list)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        counted = self.connection.execute(f"select count(*) from {table}").fetchone()
        return int(counted[0]) if counted else 0

    def place(self, at: int) -> str:
        """The file and line (or number of the entry) of a row's resource."""
        kind = next(r for r in self.raw.values() if r.number == at >> ROW_BITS)
        row = at & ((1 << ROW_BITS) - 1)
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
    with packed.opened(path) as file, suppress(EOFError):  # what was packed may break off
        for text in file:
            if text.isspace():
                found.append(seen)
            else:
                seen += 1
    return found


def _line(path: Path, number: int) -> int:
    """The line of the resource of that number (0 = the first)."""
    return number + 1 + bisect_right(_empty_lines(path, path.stat().st_mtime_ns), number)


def read(
    connection: duckdb.DuckDBPyConnection, path: Path, nodes: Mapping[str, Node], work: Path,
    say: Callable[[Text], None], lang: Lang,
) -> Resources:  # fmt: skip
    """The resources of a file or folder: of each type what its node asks for."""
    found = Resources(connection, lang)
    for macro in MACROS:
        connection.execute(macro)
    for number, (kind, node) in enumerate(sorted(nodes.items())):
        found.raw[kind] = Raw(kind, node, number)
        columns = ", ".join(f"{name(k)} {n.sql_type()}" for k, n in node.below.items())
        connection.execute(f"create or replace table {found.raw[kind].table} ({columns})")
    cut = _Cut(found, work)
    for file in packed.files(path, fhir_files.NAMES, work):
        first = fhir_files.first_type(file)
        if first is None:
            cut.add(file)
        else:
            _load_lines(found, file, first, cut)
        say(Text(f"已读 {file.name}", f"read {file.name}"))
    for kind, lines in cut.close().items():
        found.raw[kind].cut = _read(found, found.raw[kind], lines, lines)
    return found


def _load_lines(found: Resources, path: Path, first: str, cut: _Cut) -> None:
    """A file with a resource a line: mostly of one type; other types are read in turn, and what
    is in bundles is cut out of them."""
    file = packed.unmarked(path, cut.work)
    seen = set[str | None]()
    waiting: list[str] = [first]
    counted = False
    while waiting:
        kind = waiting.pop()
        seen.add(kind)
        if kind in found.raw:
            begin = _read(found, found.raw[kind], path, file)
            query = (
                f"select resourceType, count(*) from {found.raw[kind].table} where rowid >= {begin}"
            )
        elif not counted:
            query = f"select resourceType, count(*) from {_source(file, _TYPE_ONLY)}"
        else:
            continue
        if counted:
            continue
        counted = True
        for other, count in found.connection.execute(query + " group by all").fetchall():
            if other is None:
                _broken(found, path, file)
            elif other == "Bundle":
                for text in fhir_files.bundles(path):
                    cut.put(path, fhir_files.unbundled(text))
            elif other not in found.raw:
                found.left_out[other] = found.left_out.get(other, 0) + count
            elif other not in seen:
                waiting.append(other)


def _source(path: Path, columns: Mapping[str, str], most: int = _LARGE) -> str:
    listed = ", ".join(f"{name(k)}: {quoted(t)}" for k, t in columns.items())
    how = ", compression='gzip'" if packed.gzipped(path) else ""
    return (
        f"read_json({quoted(str(path))}, format='newline_delimited', ignore_errors=true, "
        f"maximum_object_size={most}, columns={{{listed}}}{how})"
    )


def _read(found: Resources, raw: Raw, path: Path, file: Path) -> int:
    """Append what `file` holds, told as standing in `path`, to the table of a type; returns the
    number of its first row."""
    begin = found.count(raw.table)
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


def _broken(found: Resources, path: Path, file: Path) -> None:
    """Set aside the lines that are no resources."""
    query = f"select resourceType from {_source(file, _TYPE_ONLY)}"
    types = found.connection.execute(query).fetchall()
    bad = [number for number, (kind,) in enumerate(types) if kind is None]
    for number in bad:
        where = f"{path.name} {place(_line(path, number), found.lang)}"
        found.aside.append(Aside(SourceRow(where, {}), (Fault(_NO_RESOURCE, where),)))


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
