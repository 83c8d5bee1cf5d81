"""The gate for delivered rows: plain ones are checked and typed in SQL, the rest one by one.

A row passes in SQL only if every word is written as plainly as a machine writes it; what is
left goes through `feed.check`, whose answer is the rule. Both give the same values: a test
compares them. Of rows under one id the latest version counts; if nobody can say which that is,
all of them are set aside, so that the order of a file never decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from wardround.catalogue.model import Field, Register
from wardround.catalogue.values import NO_WORDS, YES_WORDS, Known
from wardround.sources import feed
from wardround.sources.stage import name, quoted
from wardround.sources.table import SourceRow
from wardround.text import Fault

_TYPES = {
    "integer": "DOUBLE", "decimal": "DOUBLE", "flag": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP", "multi": "VARCHAR[]",
}  # fmt: skip
_EXACT = 2**53
_DAY, _MONTH = r"\d{4}-\d\d-\d\d([ T].*)?", r"\d{4}-\d\d"
_CHUNK = 2000
_LOCAL = r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{3}|\.\d{6})?)?)?"
_ZONED = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{3}|\.\d{6})?)?(Z|[+-]\d\d:\d\d)"


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that cannot be used, as it was said, and why."""

    row: SourceRow
    faults: tuple[Fault, ...]


@dataclass
class Passed:
    """What went through: `table` holds the good rows (columns of `spoken`, and sent_)."""

    register: Register
    table: str
    spoken: tuple[str, ...]
    good: int = 0
    twice: int = 0
    aside: list[Aside] = made(default_factory=list)


def sql_type(field: Field) -> str:
    """The type under which a field's values are kept."""
    return _TYPES.get(field.type, "VARCHAR")


def pass_rows(
    connection: duckdb.DuckDBPyConnection, staged: str, register: Register, spoken: Sequence[str],
    known: Known, zone: ZoneInfo, place: Callable[[Any], str], work: Path,
) -> Passed:  # fmt: skip
    """Check the rows that the query `staged` gives: at_, sent_, and a word a spoken field.

    `place` turns what stands in `at_` into words for a person. Times become local times of
    `zone`. Scratch files go to `work`.
    """
    done = Passed(register, name(f"good_{register.key}"), tuple(spoken))
    fields = [register.field[key] for key in spoken]
    both = {f.key: _typed(f, f"s_.{name(f.key)}", known, zone) for f in fields}
    values = ", ".join(f"{value} as {name(key)}" for key, (value, _) in both.items())
    plain = " and ".join(["true", *(sure for _, sure in both.values()), *_needed(register, spoken)])
    kept = ", ".join(f"v_.{name(key)}" for key in spoken)
    said = ", ".join(f"{name(key)} := v_.{name(f'w_{key}')}" for key in spoken)
    words = ", ".join(f"s_.{name(key)} as {name(f'w_{key}')}" for key in spoken)
    connection.execute(
        f"create or replace table {done.table} as select at_, sent_, {kept}, plain_, "
        f"case when not plain_ then struct_pack({said}) end as said_, "
        "row_number() over () as line_, null::BOOLEAN as deleted_ from ("
        f"select at_, case when sent_ like '%T%' or sent_ like '% %' then timezone("
        f"{quoted(str(zone))}, try_cast(sent_ as timestamptz)) end as sent_, {values}, {words}, "
        f"coalesce({plain}, false) as plain_ from ({staged}) s_) v_"
    )
    unordered = _out_of_order(register, spoken)
    _one_by_one(connection, done, f"not plain_ or {unordered}", known, zone, place, work)
    _one_of_each(connection, done, place)
    done.good = _count(connection, f"select count(*) from {done.table}")
    return done


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def _typed(field: Field, word: str, known: Known, zone: ZoneInfo) -> tuple[str, str]:
    """A word's value, and whether it is certainly right (null where nothing is said)."""
    kind, none = field.type, f"{word} is null"
    if kind in ("integer", "decimal"):
        value = f"try_cast({word} as double)"
        sure = f"abs({value}) < {_EXACT} and not contains({word}, '_')"
        if kind == "integer":
            sure += f" and {value} = floor({value})"
            sure += f" and {value} >= 0" if field.possible is None else ""
        if field.possible:
            sure += f" and {value} between {field.possible[0]!r} and {field.possible[1]!r}"
        return value, f"({none} or coalesce({sure}, false))"
    if kind == "flag":
        words = [f"when {quoted(w)} then true" for w in sorted(YES_WORDS)]
        words += [f"when {quoted(w)} then false" for w in sorted(NO_WORDS)]
        value = f"case lower({word}) {' '.join(words)} end"
        return value, f"({none} or {value} is not null)"
    if kind == "choice":
        cases = " ".join(
            f"when {quoted(w)} then {quoted(key)}"
            for key, label in field.choices.items()
            for w in dict.fromkeys((key, label.zh, label.en))
        )  # fmt: skip
        value = f"case {word} {cases} end"
        return value, f"({none} or {value} is not null)"
    if kind == "date":
        month = f"regexp_full_match({word}, '{_MONTH}')"
        value = (
            f"try_cast(case when {month} then {word} || '-01' else left({word}, 10) end as date)"
        )
        sure = f"({month} or regexp_full_match({word}, '{_DAY}'))"
        return value, f"({none} or coalesce({sure} and {_lifetime(value)}, false))"
    if kind == "datetime":
        return _moment(word, zone)
    among = {
        "department": known.departments, "person": known.people,
        "subject": known.subjects.get(field.of or "", frozenset()),
    }.get(kind)  # fmt: skip
    if among is not None:
        listed = ", ".join(map(quoted, sorted(among))) or "''"
        return word, f"({none} or {word} in ({listed}))"
    if kind == "text":
        return word, "true"
    return f"cast(null as {sql_type(field)})", f"({none})"


def _moment(word: str, zone: ZoneInfo) -> tuple[str, str]:
    zoned = f"regexp_full_match({word}, '{_ZONED}')"
    value = (
        f"case when {zoned} then timezone({quoted(str(zone))}, try_cast({word} as timestamptz)) "
        f"when regexp_full_match({word}, '{_LOCAL}') then try_cast({word} as timestamp) end"
    )
    sure = f"{_lifetime(value)} and (length({word}) < 13 or substr({word}, 12, 2) < '24')"
    return value, f"({word} is null or coalesce({sure}, false))"


def _lifetime(value: str) -> str:
    return f"year({value}) between 1901 and 2198"


def _needed(register: Register, spoken: Sequence[str]) -> list[str]:
    keys = [f.key for f in register.field.values() if f.required or f.key == register.id]
    return [f"s_.{name(key)} is not null" if key in spoken else "false" for key in keys]


def _out_of_order(register: Register, spoken: Sequence[str]) -> str:
    """Whether a date or time lies before the one it may not precede."""
    parts = []
    for field in (register.field[key] for key in spoken):
        earlier = register.field.get(field.not_before or "")
        if earlier and earlier.key in spoken:
            late, early = name(field.key), name(earlier.key)
            if field.type != earlier.type:
                late, early = f"cast({late} as date)", f"cast({early} as date)"
            parts.append(f"coalesce({late} < {early}, false)")
    return " or ".join(parts) or "false"


def _one_by_one(
    connection: duckdb.DuckDBPyConnection, done: Passed, doubtful: str, known: Known,
    zone: ZoneInfo, place: Callable[[Any], str], work: Path,
) -> None:  # fmt: skip
    """Ask `feed.check` about every row that SQL is not sure of."""
    asked = connection.execute(
        f"select line_, at_, cast(sent_ as varchar), said_, {_as_words(done)} from {done.table} "
        f"where {doubtful} order by at_, line_"
    )
    file = work / f"{done.register.key}.mended.json"
    mended = 0
    with file.open("w", encoding="utf-8") as out:
        while chunk := asked.fetchmany(_CHUNK):
            for line, at, sent, said, *values in chunk:
                words = said or dict(zip(done.spoken, values, strict=True))
                row = SourceRow(place(at), {k: w for k, w in words.items() if w is not None})
                good, faults = feed.check(done.register, row, known, zone)
                if faults:
                    done.aside.append(
                        Aside(row, tuple(Fault(f.why, row.place, f.field) for f in faults))
                    )
                    continue
                mended += 1
                told = {k: plain(good.get(k)) for k in done.spoken}
                out.write(json.dumps({"line_": line, "at_": at, "sent_": sent, **told}) + "\n")
    connection.execute(f"delete from {done.table} where {doubtful}")
    if mended:
        types = {k: sql_type(done.register.field[k]) for k in done.spoken}
        listed = ", ".join(f"{name(k)}: '{t}'" for k, t in types.items())
        own = "line_: 'BIGINT', at_: 'BIGINT', sent_: 'TIMESTAMP'"
        connection.execute(
            f"insert into {done.table} by name select * from read_json({quoted(str(file))}, format="
            f"'newline_delimited', columns={{{own}, {listed}}})"
        )


def _as_words(done: Passed) -> str:
    return ", ".join(f"cast({name(key)} as varchar)" for key in done.spoken)


def plain(value: Any) -> Any:
    """As DuckDB reads it from JSON; times as local wall time."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def _one_of_each(
    connection: duckdb.DuckDBPyConnection, done: Passed, place: Callable[[Any], str]
) -> None:
    """Of rows under one id keep the version sent last; set aside what contradicts itself."""
    key = name(done.register.id or "")
    connection.execute(
        f"create or replace table twice_ as select {key} as id from {done.table} "
        "group by all having count(*) > 1"
    )
    if not _count(connection, "select count(*) from twice_"):
        return
    content = ", ".join(name(k) for k in done.spoken)
    connection.execute(
        f"create or replace table ranked_ as select line_, {key} as id, "
        f"dense_rank() over (partition by {key} order by sent_ desc nulls last) as version_, "
        f"md5(cast(row({content}) as varchar)) as content_ "
        f"from {done.table} where {key} in (from twice_)"
    )
    connection.execute(
        "create or replace table kept_ as select id, min(line_) as line_, "
        "count(distinct content_) > 1 as split_ from ranked_ where version_ = 1 group by id"
    )
    clash = connection.execute(
        f"select at_, {_as_words(done)} from {done.table} where line_ in (select r.line_ from "
        "ranked_ r join kept_ using (id) where version_ = 1 and split_) order by at_, line_"
    ).fetchall()
    for at, *values in clash:
        words = {k: v for k, v in zip(done.spoken, values, strict=True) if v is not None}
        row = SourceRow(place(at), words)
        fault = feed.twice(done.register, words[done.register.id or ""])
        done.aside.append(Aside(row, (Fault(fault.why, row.place, fault.field),)))
    before = _count(connection, f"select count(*) from {done.table}")
    connection.execute(
        f"delete from {done.table} where {key} in (from twice_) and line_ not in "
        "(select line_ from kept_ where not split_)"
    )
    left = _count(connection, f"select count(*) from {done.table}")
    done.twice = before - left - len(clash)


def as_words(values: Mapping[str, Any]) -> dict[str, str]:
    """Values in words again, for a file that a person mends."""
    return {k: str(v) for k, v in values.items() if v is not None}
