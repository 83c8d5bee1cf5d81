"""What the resources of a delivery are to one another, before rows are made of them.

Decides which of several versions of a resource counts, under what other names it is known, what it
contains and what it is part of, and in what order its lists stand; codes are put into the
standard's words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from wardround.sources import fhir_files
from wardround.sources.gate import Aside
from wardround.sources.json_path import expression, key_of
from wardround.sources.mapping import Codes, Parts, Sorted, Source
from wardround.sources.resources import ROW_BITS, SENT, Raw, Resources
from wardround.sources.stage import name, quoted
from wardround.sources.table import SourceRow
from wardround.text import Fault, Text

WITHIN = "#"
"""Marks the type of what only another resource contains: it makes no rows of its own."""
_EARLIER, _ASIDE = "an earlier version", "set aside"
_DEEPEST = 4
"""So many parts lie within one another at most."""


def relate(found: Resources, source: Source) -> None:
    """Settle all this, as a mapping says it."""
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
    if not found.count(f"{raw.table} where contained is not null"):
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
    if not found.count(f"{raw.table} where {whole} is not null"):
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
