"""FHIR R4 as rows: resources are read in SQL, only the parts that a mapping asks for.

Which resource becomes which rows is declared in fhir.toml (and a hospital's own file over it).
Here it is decided how one asks another (`through`, `lookup`), and who is the same person. Names,
addresses and numbers of persons are never read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from wardround.catalogue.model import Catalogue
from wardround.sources import adt, resources, stage
from wardround.sources.delivered import Delivered, Part, staged
from wardround.sources.gate import Aside
from wardround.sources.json_path import Node, expression, key_of, read_for
from wardround.sources.mapping import Column, Lookup, Rows, Source
from wardround.sources.related import of_kind, relate
from wardround.sources.resources import SENT, Raw, Resources
from wardround.sources.stage import Resolve, name, quoted
from wardround.sources.table import SourceRow
from wardround.sources.turns import LYING, in_turn, no_longer
from wardround.text import Fault, Lang, Text

_NUMBERS = {"#one": "'1'", "#n": "cast(r.n_ as varchar)"}
_MERGES = "adt_event"
Held = Callable[[str, Mapping[str, str]], str | None]
"""Register, lookup column → its column: the query of what is held of it (key_ and columns)."""


def read_fhir(
    connection: duckdb.DuckDBPyConnection, path: Path, source: Source, catalogue: Catalogue,
    held: Held, secret: str, work: Path, say: Callable[[Text], None], lang: Lang = "zh",
) -> Delivered:  # fmt: skip
    """Read a file or folder of FHIR resources by a mapping. Raises `Refused` if there are none.

    `held` tells what lookups may take from registers, `secret` makes patients' numbers opaque.
    """
    found = resources.read(connection, path, _asked(source), work, say, lang)
    relate(found, source)
    for lookup in source.lookup.values():
        _look_up(connection, found, lookup, source, held, secret)
    asking = [r for r in source.all_rows() if r.resource and found.raw[r.resource].files]
    made = [r for r in asking if _any(found, r, source)]
    parts = [_part(found.raw[r.resource or ""], r, source, catalogue, secret) for r in made]
    whole = staged(catalogue, _one_person(connection, parts, catalogue, held))
    whole = [in_turn(connection, one) if one.register.key == LYING else one for one in whole]
    withdrawn = [
        (catalogue.registers[feed], query)
        for feed, kind in dict.fromkeys((r.feed, r.resource or "") for r in asking)
        for query in _withdrawn(
            found.raw[kind], [r for r in asking if (r.feed, r.resource) == (feed, kind)], source,
            held(feed, {"same_": catalogue.registers[feed].id or ""}),
        )
    ]  # fmt: skip
    withdrawn += [gone for one in whole if (gone := no_longer(one, held))]
    for raw in found.raw.values():
        _count_unasked(found, raw, source)
    return Delivered(whole, found.place, found.aside, found.left_out, withdrawn)


def _one_person(
    connection: duckdb.DuckDBPyConnection, parts: list[Part], catalogue: Catalogue, held: Held
) -> list[Part]:
    """The parts with one number for each person, who may have been known by several: as this
    delivery says, and as is held."""
    said = [one.query for one in staged(catalogue, (p for p in parts if p.register == _MERGES))]
    known = held(_MERGES, {c: c for c in ("at", "merged", "patient_id")})
    told = [f'select epoch(try_cast("at" as timestamptz)), merged, patient_id from ({q}) '
            "where merged is not null" for q in (*said, known) if q]  # fmt: skip
    merges = connection.execute(" union ".join(told)).fetchall() if told else []
    into = adt.survivors(merges)
    if not into:
        return parts
    connection.execute("create or replace table survivors_ (old varchar, new varchar)")
    connection.executemany("insert into survivors_ values (?, ?)", list(into.items()))
    return [_with_survivor(part) for part in parts]


def _with_survivor(part: Part) -> Part:
    number = part.said.get("patient_id")
    if number is None or part.register == _MERGES:
        return part
    origin = f"{part.origin} left join survivors_ on survivors_.old = {number}"
    said = {**part.said, "patient_id": f"coalesce(survivors_.new, {number})"}
    return replace(part, said=said, origin=origin)


def _count_unasked(found: Resources, raw: Raw, source: Source) -> None:
    """Count the resources of a type that no rows ask for: planned, or of another kind; set aside
    those that do not say what resources of R4 must."""
    rows = [one for one in source.all_rows() if one.resource == raw.type]
    if not rows or not raw.files:
        return
    resolve = _resolver(source)
    met = {_met(one, source) for one in rows}
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
            where = found.place(row + (raw.number << resources.ROW_BITS))
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
            asked = paths.setdefault(rows.resource, set(resources.STANDING))
            asked |= {_whole(p, rows.each) for p in _paths(rows.column.values(), rows.through)}
            asked |= {_whole(p, rows.each) for p in [*rows.when, *rows.withdraw]}
            asked |= {f"{rows.each}[]"} if rows.each else set()
    for lookup in source.lookup.values():
        asked = paths.setdefault(lookup.resource, set(resources.STANDING))
        asked |= {*lookup.by, *_paths(lookup.column.values(), lookup.through), *lookup.when}
        asked |= set(resources.NAMED)
        asked |= {path for path in (lookup.first, lookup.last) if path}
    for kind, musts in source.must.items():
        paths.setdefault(kind, set(resources.STANDING)).update(musts)
    for key, listed in source.sorted.items():
        below = ("period.start", "period.end", *listed.without)
        paths.get(listed.resource, set()).update(f"{key}[].{path}" for path in below)
    for kind, parts in source.parts.items():
        paths.get(kind, set()).update((parts.of, parts.kind))
    for codes in source.codes.values():
        kind, _, path = codes.at.partition(".")
        paths.get(kind, set()).add(path)
    return {k: read_for(p for p in paths[k] if p and p[0] not in "@#") for k in paths}


def _paths(columns: Iterable[Column], through: Mapping[str, Any]) -> Iterator[str]:
    for column in columns:
        yield from column.from_
    for paths in through.values():
        yield from _listed(paths)


def _listed(paths: str | Sequence[str]) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths)


def _whole(path: str, each: str | None) -> str:
    return f"{each}[]{path}" if path.startswith(".") else path


def _resolver(
    source: Source, each: str | None = None, find: Callable[..., str] = expression
) -> Resolve:
    """From a path, or @lookup.column, to its expression; `find` makes that of a path."""

    def resolve(path: str) -> str | None:
        if path.startswith("@"):
            lookup, _, column = path[1:].partition(".")
            known = source.lookup.get(lookup)
            return f"look_{lookup}.{name(column)}" if known and column in known.column else None
        if path.startswith("#"):
            return _NUMBERS.get(path) if each or path == "#one" else None
        if path.startswith("."):
            return find(path[1:], "r.e_") if each else None
        return find(path)

    return resolve


def _joined(
    origin: str, through: Mapping[str, Any], source: Source, each: str | None = None
) -> str:
    """The origin with the lookups that rows go through beside it."""
    resolve = _resolver(source, each, key_of)
    for lookup, paths in through.items():
        keys = [e for e in map(resolve, _listed(paths)) if e]
        origin += (
            f" left join look_{lookup} on look_{lookup}.key_ = coalesce({', '.join(keys)}, '')"
        )
    return origin


def _at_once(rows: Rows) -> dict[str, Any]:
    """The conditions that a resource meets by itself."""
    return {p: w for p, w in rows.when.items() if p[0] not in ".@#"}


def _met(rows: Rows, source: Source) -> str:
    """Whether a resource can make such rows, as far as it tells by itself."""
    met = stage.condition(_at_once(rows), _resolver(source))
    return f"{met} and len({expression(f'{rows.each}[]')}) > 0" if rows.each else met


def _any(found: Resources, rows: Rows, source: Source) -> bool:
    """Whether any resource makes such rows: to ask costs less than to plan a query in vain."""
    raw = found.raw[rows.resource or ""]
    which = f"resourceType = {quoted(raw.type)} and {_met(rows, source)}"
    return found.count(f"(from {raw.table} r where {which} limit 1)") > 0


def _part(raw: Raw, rows: Rows, source: Source, catalogue: Catalogue, secret: str) -> Part:
    """The rows that resources of one type make."""
    resolve = _resolver(source, rows.each)
    at_once = _at_once(rows)
    taken = ""
    if rows.each:
        listed = expression(f"{rows.each}[]")
        taken = f", unnest({listed}) as e_, generate_subscripts({listed}, 1) as n_"
    inner = (
        f"(select r.*, r.rowid as r_{taken} from {raw.table} r "
        f"where r.resourceType = {quoted(raw.type)} and {stage.condition(at_once, resolve)}) r"
    )
    said, joins = stage.columns(rows, catalogue.registers[rows.feed], resolve, secret)
    origin = _joined(inner, rows.through, source, rows.each) + joins
    met = stage.condition({p: w for p, w in rows.when.items() if p not in at_once}, resolve)
    at = f"r.r_ + {raw.number << resources.ROW_BITS}"
    return Part(rows.feed, said, origin, met, at, SENT)


def _withdrawn(raw: Raw, several: list[Rows], source: Source, held: str | None) -> Iterator[str]:
    """The queries of resources whose rows in one register are withdrawn: for what they say, or
    because a row that is held was made of what they were before."""
    resolve = _resolver(source)
    origin = (
        f"select r.id as id_, cast({SENT} as varchar) as sent_ from {raw.table} r "
        f"where r.resourceType = {quoted(raw.type)} and "
    )
    told = sorted({stage.condition(one.withdraw, resolve) for one in several if one.withdraw})
    if told:
        yield f"{origin} ({' or '.join(told)})"
    if held:
        made = sorted({stage.condition(_at_once(one), resolve) for one in several})
        yield (
            f"{origin} not coalesce({' or '.join(f'({one})' for one in [*made, *told])}, false) "
            f"and r.id in (select split_part(key_, ':', 1) from ({held}))"
        )


def _look_up(
    connection: duckdb.DuckDBPyConnection, found: Resources, lookup: Lookup, source: Source,
    held: Held, secret: str,
) -> None:  # fmt: skip
    """The table of a lookup: from this delivery's resources under all their names, then from
    what is held."""
    raw = found.raw[lookup.resource]
    resolve = _resolver(source)
    asked: list[str] = []
    said = {
        key: stage.word(column, resolve, secret, asked if key == "department" else None) or "null"
        for key, column in lookup.column.items()
    }
    by = [e for e in map(_resolver(source, find=key_of), lookup.by) if e]
    columns = ", ".join(f"{_chosen(lookup, e)} as {name(k)}" for k, e in said.items())
    origin = _joined(f"{raw.table} r", lookup.through, source) + stage.joins(asked)
    table, met = f"look_{lookup.key}", stage.condition(lookup.when, resolve)
    query = (
        f"select coalesce({', '.join(by)}) as key_, {columns} from {origin} "
        f"where {of_kind(raw.type)} and {met} group by 1"
    )
    if not found.count(f"(from {raw.table} r where {of_kind(raw.type)} and {met} limit 1)"):
        none = ", ".join(f"null::varchar as {name(k)}" for k in said)
        query = f"select null::varchar as key_, {none} where false"
    connection.execute(f"create or replace table {table} as {query}")
    if lookup.by == ("id",):
        connection.execute(
            f"insert into {table} select a.alias_, l_.* exclude (key_) from {raw.aliases} a "
            f"join {table} l_ on l_.key_ = a.id"
        )
    for register, names in lookup.held.items():
        if known := held(register, names):
            connection.execute(
                f"insert into {table} by name select * from ({known}) h_ where "
                f"not exists (select 1 from {table} l_ where l_.key_ = h_.key_)"
            )


def _chosen(lookup: Lookup, said: str) -> str:
    """Of several resources under one key what counts, whatever their order."""
    path = lookup.last or lookup.first
    if path is None:
        return f"min({said})"
    when = f"coalesce(try_cast({expression(path)} as timestamptz), '-infinity')"
    return f"arg_{'max' if lookup.last else 'min'}({said}, {when})"
