"""The resources of a delivery as tables of DuckDB, one a type: only the parts that are asked for.

Decides how files get there, which of several versions of a resource counts, where each stood, and
under what other names it is known. What rows resources make is `from_fhir`'s matter.
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
from wardround.sources.json_path import MACROS, Node, expression, key_of
from wardround.sources.mapping import Codes, Parts, Sorted, Source
from wardround.sources.stage import name, quoted
from wardround.sources.table import SourceRow, place
from wardround.text import Fault, Lang, Text, refuse

STANDING = (
    "id", "resourceType", "_place", fhir_files.KNOWN_AS, "contained", "meta.lastUpdated",
    "meta.versionId", "identifier[].system", "identifier[].value",
)  # fmt: skip
"""What is read of every resource."""
SENT = (
    f"coalesce({expression('meta.lastUpdated')}, strftime(make_timestamp(1000000 * cast(try_cast("
    f"{expression('meta.versionId')} as uinteger) as bigint)), '%Y-%m-%dT%H:%M:%SZ'))"
)
"""When a version was said. Of versions that have only numbers, a higher one is later."""
WITHIN = "#"
"""Marks the type of what only another resource contains: it makes no rows of its own."""
ROW_BITS = 44
_EARLIER, _ASIDE = "an earlier version", "set aside"
_LARGE, _LARGEST = 1 << 24, 1 << 26
"""Bytes. Few resources are larger; room for twice as many is taken for every file at once."""
_DEEPEST = 4
"""So many parts lie within one another at most."""
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
    connection: duckdb.DuckDBPyConnection, path: Path, nodes: Mapping[str, Node], source: Source,
    work: Path, say: Callable[[Text], None], lang: Lang,
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
    for raw in found.raw.values():
        _only_latest(found, raw)
        for codes in source.codes.values():
            _spell(found, raw, codes)
        _unpack(found, raw, {lookup.resource for lookup in source.lookup.values()})
    for kind in {lookup.resource for lookup in source.lookup.values()}:
        _name(found, found.raw[kind])
    for kind, parts in source.parts.items():
        if kind in found.raw:
            _put_together(found, found.raw[kind], parts)
    for key, lists in source.sorted.items():
        _sort(found, key, lists)
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
    begin = _count(found, raw.table)
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


def _count(found: Resources, table: str) -> int:
    counted = found.connection.execute(f"select count(*) from {table}").fetchone()
    return int(counted[0]) if counted else 0


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


# -- which resources there are ------------------------------------------------------------------


def _only_latest(found: Resources, raw: Raw) -> None:
    """Pass over the earlier versions of a resource, of which a history has several."""
    of_type = f"resourceType = {quoted(raw.type)}"
    twice = f"select id from {raw.table} where {of_type} group by id having count(*) > 1"
    ranked = (
        f"select r.rowid as row_, rank() over (partition by r.id order by "
        f"try_cast({SENT} as timestamptz) desc nulls last, "
        f"try_cast({expression('meta.versionId')} as bigint) desc nulls last) as age "
        f"from {raw.table} r where r.{of_type} and r.id in ({twice})"
    )
    found.connection.execute(
        f"update {raw.table} set resourceType = {quoted(_EARLIER)} "
        f"where rowid in (select row_ from ({ranked}) where age > 1)"
    )


def _unpack(found: Resources, raw: Raw, kinds: Iterable[str]) -> None:
    """What resources contain becomes resources for others to ask, known as OWNER#ID."""
    if not _count(found, f"{raw.table} where contained is not null"):
        return
    for kind in kinds:
        inner = found.raw[kind]
        columns = [k for k in inner.node.below if k not in ("id", "resourceType")]
        shape = json.dumps([inner.node.shape()])
        found.connection.execute(
            f"insert into {inner.table} by name select own_ || '#' || c_.id as id, "
            f"{quoted(WITHIN + kind)} as resourceType"
            + "".join(f", c_.{name(k)} as {name(k)}" for k in columns)
            + f" from (select id as own_, unnest(from_json(contained, {quoted(shape)})) as c_ "
            f"from {raw.table} where contains(contained, {quoted(json.dumps(kind))})) "
            f"where c_.resourceType = {quoted(kind)}"
        )


def of_kind(kind: str) -> str:
    """Whether a row of the table `r` is such a resource, be it contained in another."""
    return f"r.resourceType in ({quoted(kind)}, {quoted(WITHIN + kind)})"


def _name(found: Resources, raw: Raw) -> None:
    """The other names of resources, as `json_path.key_of` says them; none that means two."""
    known_as = name(fhir_files.KNOWN_AS)
    found.connection.execute(
        f"create or replace table {raw.aliases} as select any_value(id) as id, alias_ from ("
        "select id, unnest(list_append(flatten(list_transform(coalesce(identifier, []), lambda i: "
        "[i.system || '|' || i.value, '|' || i.value])), "
        f"{known_as})) as alias_ from {raw.table} r where {of_kind(raw.type)}) "
        "where alias_ is not null and id is not null group by alias_ having count(distinct id) = 1"
    )


def _put_together(found: Resources, raw: Raw, parts: Parts) -> None:
    """Let each part refer to the outermost resource that it is one with, or to none; what is not
    in this delivery is taken to be that."""
    whole = name(parts.of.removesuffix(".reference"))
    if not _count(found, f"{raw.table} where {whole} is not null"):
        return
    lists = enumerate(parts.same)
    kinds = " ".join(f"when kind_ in ({', '.join(map(quoted, one))}) then {n}" for n, one in lists)
    found.connection.execute(
        "create or replace table parts_ as select r.id, coalesce(a.id, r.up_) as up_, "
        f"case {kinds} end as like_ from (select id, {key_of(parts.of)} as up_, "
        f"{expression(parts.kind)} as kind_ from {raw.table} r "
        f"where r.resourceType = {quoted(raw.type)}) r "
        f"left join {raw.aliases} a on a.alias_ = r.up_; "
        "update parts_ p set up_ = null from parts_ u "
        "where u.id = p.up_ and (u.id = p.id or u.like_ is distinct from p.like_)"
    )
    for _ in range(_DEEPEST):
        found.connection.execute(
            "update parts_ p set up_ = u.up_ from parts_ u where u.id = p.up_ and u.up_ is not null"
        )
    _part_of_nothing(found, raw)
    found.connection.execute(
        f"update {raw.table} r set {whole} = case when p.up_ is not null then "
        "struct_pack(reference := p.up_, identifier := null) end "
        f"from parts_ p where p.id = r.id and r.{whole} is not null"
    )


def _part_of_nothing(found: Resources, raw: Raw) -> None:
    """Set aside parts that only tell the identifier of what they belong to, if that is unknown."""
    lost = found.connection.execute(
        f"select r.rowid, p.up_ from {raw.table} r join parts_ p on p.id = r.id "
        f"where r.resourceType = {quoted(raw.type)} and contains(p.up_, '|') order by 1"
    ).fetchall()
    for row, up in lost:
        _set_aside(found, raw, row, "partOf", Text(
            f"它属于 {up}，这一批里没有。请把那一条一起导入。",
            f"It is part of {up}, which is not here. Import that with it.",
        ))  # fmt: skip


def _spell(found: Resources, raw: Raw, codes: Codes) -> None:
    """Put the standard's codes in place of what senders write; set aside what nobody knows."""
    kind, _, path = codes.at.partition(".")
    if kind != raw.type:
        return
    whole, _, last = path.rpartition(".")
    said, code_of = f"lower({expression(path)})", codes.code_of()
    pairs = ", ".join(f"{quoted(word)}: {quoted(code)}" for word, code in code_of.items())
    found.connection.execute(
        f"update {raw.table} r set {name(whole)} = struct_update(r.{name(whole)}, {name(last)} := "
        f"map {{{pairs}}}[{said}]) where {said} in ({', '.join(map(quoted, code_of))}) "
        f"and {expression(path)} not in ({', '.join(map(quoted, codes.words))})"
    )
    strange = found.connection.execute(
        f"select r.rowid, {expression(path)} from {raw.table} r where resourceType = "
        f"{quoted(kind)} and {said} not in ({', '.join(map(quoted, code_of))}) order by 1"
    ).fetchall()
    for row, word in strange:
        _set_aside(found, raw, row, codes.at, codes.not_among(word))


def _set_aside(found: Resources, raw: Raw, row: int, field: str, why: Text) -> None:
    """Let a resource make no rows, and say why."""
    where = found.place(row + (raw.number << ROW_BITS))
    found.aside.append(Aside(SourceRow(where, {}), (Fault(why, where, field),)))
    found.connection.execute(
        f"update {raw.table} set resourceType = {quoted(_ASIDE)} where rowid = {row}"
    )


def _sort(found: Resources, key: str, listed: Sorted) -> None:
    """Put a list of each resource in order of time, without what is not to count."""
    raw = found.raw.get(listed.resource)
    if raw is None or not raw.files:
        return
    begin, end = (
        f"coalesce(try_cast({expression(f'{listed.by}.{part}', 'x_')} as timestamptz), '{none}')"
        for part, none in (("start", "-infinity"), ("end", "infinity"))
    )
    kept = [f"coalesce({expression(path, 'x_')} not in ({', '.join(map(quoted, words))}), true)"
            for path, words in listed.without.items()]  # fmt: skip
    held = f"list_filter({name(key)}, lambda x_: {' and '.join(['true', *kept])})"
    keyed = f"lambda x_, i_: struct_pack(b := {begin}, e := {end}, i := i_, x := x_)"
    found.connection.execute(
        f"update {raw.table} set {name(key)} = list_transform(list_sort(list_transform({held}, "
        f"{keyed})), lambda s_: s_.x) where len({name(key)}) > 1"
    )
