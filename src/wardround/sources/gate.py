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
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from wardround.catalogue.columns import condition
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
_CHUNK, _MANY = 2000, 1000
"""So many rows are fetched at once; so many in doubt are worth a look at their words first."""
_SORTED = ("twice", "ranked", "kept")
"""Tables of rows under one id, a register each: registers are checked side by side."""
_TIME = r"([01]\d|2[0-3]):\d\d(:\d\d(\.\d{3}|\.\d{6})?)?(Z|[+-]\d\d:\d\d)?"
_MOMENT = rf"\d{{4}}-\d\d-\d\d([ T]{_TIME})?"


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that cannot be used, as it was said, and why."""

    row: SourceRow
    faults: tuple[Fault, ...]


@dataclass
class Passed:
    """What went through: `tables` hold the good rows (columns of `spoken`, and sent_)."""

    register: Register
    tables: list[str]
    spoken: tuple[str, ...]
    good: int = 0
    twice: int = 0
    aside: list[Aside] = made(default_factory=list)

    @property
    def table(self) -> str:
        """Where all of them can be asked for."""
        if len(self.tables) == 1:
            return name(self.tables[0])
        return f"({' union all '.join(f'select * from {name(one)}' for one in self.tables)})"

    def drop(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Give their room back."""
        for one in self.tables:
            connection.execute(f"drop table {name(one)}")


def sql_type(field: Field) -> str:
    """The type under which a field's values are kept."""
    return _TYPES.get(field.type, "VARCHAR")


def check(
    connection: duckdb.DuckDBPyConnection, query: str, number: int, register: Register,
    spoken: Sequence[str], known: Known, zone: ZoneInfo, place: Callable[[Any], str], work: Path,
) -> Passed:  # fmt: skip
    """Check the rows of a register that the query gives, which is one (by `number`) of several
    that together have them all: at_, sent_, and a word a spoken field.

    `place` turns what stands in `at_` into words for a person. Times become local times of
    `zone`. Scratch files go to `work`.
    """
    done = Passed(register, [f"good_{register.key}_{number}"], tuple(spoken))
    moment = f"timezone({quoted(str(zone))}, try_cast(sent_ as timestamptz))"
    sent = (
        "case when sent_ like '____-%T%' or sent_ like '____-% %' "
        f"then coalesce({_moment('sent_', zone, 'try_cast(sent_ as timestamp)')}, {moment}) end"
    )
    said = f"[{', '.join(map(name, spoken))}]"  # a row of nulls has no room for their words
    checked = _checked(done, query, known, zone, sent, said)
    connection.execute(f"create or replace table {done.table} as {checked}")
    if _count(connection, f"select count(*) from {done.table} where not plain_") >= _MANY:
        _word_by_word(connection, done, known, zone, work)
    unfit = _unfit(register, spoken)
    _one_by_one(connection, done, f"not plain_ or {unfit}", known, zone, place, work)
    return done


def together(
    connection: duckdb.DuckDBPyConnection, parts: Sequence[Passed], place: Callable[[Any], str]
) -> Passed:
    """All checked rows of a register, one under each id."""
    done = Passed(parts[0].register, [one.tables[0] for one in parts], parts[0].spoken)
    done.aside = [aside for one in parts for aside in one.aside]
    _one_of_each(connection, done, place)
    done.good = _count(connection, f"select count(*) from {done.table}")
    return done


def _checked(
    done: Passed, words: str, known: Known, zone: ZoneInfo, sent: str, said: str
) -> str:  # fmt: skip
    """The query of typed rows from one of words; `said` gives the words of a row that is in
    doubt. Each step is a query of its own, so that no value is worked out twice."""
    fields = [done.register.field[key] for key in done.spoken]
    read = "".join(
        f", try_cast(s_.{name(f.key)} as {_TYPES[f.type]}) as {name(f'r_{f.key}')}"
        for f in fields if f.type in ("date", "datetime")
    )  # fmt: skip
    typed = {f.key: _typed(f, f"s_.{name(f.key)}", known, zone) for f in fields}
    values = ", ".join(f"{value} as {name(f'v_{key}')}" for key, (value, _) in typed.items())
    plain = " and ".join(["true", *(sure for _, sure in typed.values())])
    needed = " and ".join(["true", *_needed(done.register, done.spoken)])
    kept = ", ".join(f"{name(f'v_{key}')} as {name(key)}" for key in done.spoken)
    return (
        f"select at_, sent_, {kept}, plain_, case when not plain_ then {said} end as said_, "
        "null::BOOLEAN as deleted_ from ("
        f"select *, coalesce({plain} and {needed}, false) as plain_ from ("
        f"select *, {values} from ("
        f"select s_.* replace ({sent} as sent_){read} from ({words}) s_) s_) s_) s_"
    )


def _word_by_word(
    connection: duckdb.DuckDBPyConnection, done: Passed, known: Known, zone: ZoneInfo, work: Path
) -> None:
    """Check doubtful rows again with their words written plainly: a table whose dates are all
    written in one odd way has many such rows and few such words."""
    told, joined = [], ""
    for number, key in enumerate(done.spoken, 1):
        word = f"said_[{number}]"
        asked = connection.cursor()
        asked.execute(
            f"select distinct {word} from {done.table} "
            f"where not plain_ and {name(key)} is null and {word} is not null"
        )
        file, field = work / f"{done.tables[0]}.words.json", done.register.field[key]
        with file.open("w", encoding="utf-8") as out:
            while chunk := asked.fetchmany(_CHUNK):
                for (odd,) in chunk:
                    plainly = feed.plainly(field, odd, known, zone)
                    if plainly is not None:
                        out.write(json.dumps({"word": odd, "plainly": plainly}) + "\n")
        told.append(word)
        if file.stat().st_size:
            table = name(f"words_{done.tables[0]}_{key}")
            connection.execute(
                f"create or replace table {table} as select * from read_json({quoted(str(file))}, "
                "format='newline_delimited', columns={word: 'VARCHAR', plainly: 'VARCHAR'})"
            )
            joined += f" left join {table} on {table}.word = {word}"
            told[-1] = f"coalesce({table}.plainly, {word})"
    if joined:
        words = ", ".join(f"{t} as {name(k)}" for t, k in zip(told, done.spoken, strict=True))
        query = f"select at_, sent_, said_, {words} from {done.table}{joined} where not plain_"
        again = name(f"again_{done.tables[0]}")
        connection.execute(
            f"create or replace table {again} as "
            + _checked(done, query, known, zone, "sent_", "s_.said_")
        )
        connection.execute(f"delete from {done.table} where not plain_")
        connection.execute(f"insert into {done.table} from {again}; drop table {again}")


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def _typed(field: Field, word: str, known: Known, zone: ZoneInfo) -> tuple[str, str]:
    """A word's value, and whether it is certainly right: of the word and of that value, which
    by then stands in a column; as does what a cast reads in a day or time."""
    kind = field.type
    right, read = "s_." + name(f"v_{field.key}"), "s_." + name(f"r_{field.key}")
    if kind in ("integer", "decimal"):
        sure = f"abs({right}) < {_EXACT} and not contains({word}, '_')"
        if kind == "integer":
            sure += f" and {right} = floor({right})"
            sure += f" and {right} >= 0" if field.possible is None else ""
        if field.possible:
            sure += f" and {right} between {field.possible[0]!r} and {field.possible[1]!r}"
        return f"try_cast({word} as double)", f"({word} is null or coalesce({sure}, false))"
    if kind == "text":
        return word, "true"
    among = {
        "department": known.departments, "person": known.people,
        "subject": known.subjects.get(field.of or "", frozenset()),
    }.get(kind)  # fmt: skip
    if among is not None:
        listed = ", ".join(map(quoted, sorted(among))) or "''"
        return word, f"({word} is null or {word} in ({listed}))"
    value = f"cast(null as {sql_type(field)})"
    sure = f"{right} is not null"
    if kind == "flag":
        words = [f"when {quoted(w)} then true" for w in sorted(YES_WORDS)]
        words += [f"when {quoted(w)} then false" for w in sorted(NO_WORDS)]
        value = f"case lower({word}) {' '.join(words)} end"
    elif kind == "choice":
        cases = " ".join(
            f"when {quoted(w)} then {quoted(key)}"
            for key, label in field.choices.items()
            for w in dict.fromkeys((key, label.zh, label.en))
        )  # fmt: skip
        value = f"case {word} {cases} end"
    elif kind == "date":
        value = (
            f"case when cast({read} as varchar) = {word} then {read} "
            f"when regexp_full_match({word}, '{_DAY}') then try_cast(left({word}, 10) as date)"
            f" when regexp_full_match({word}, '{_MONTH}') then try_cast({word} || '-01' as date)"
            " end"
        )
        sure = f"{right} between DATE '1901-01-01' and DATE '2198-12-31'"
    elif kind == "datetime":
        value = _moment(word, zone, read)
        sure = f"{right} >= TIMESTAMP '1901-01-01' and {right} < TIMESTAMP '2199-01-01'"
    return value, f"({word} is null or coalesce({sure}, false))"


def _moment(word: str, zone: ZoneInfo, clock: str) -> str:
    """The local time that a word says, null unless it is written as ISO 8601 has it; `clock` is
    the word cast to TIMESTAMP.

    What is written as DuckDB writes it itself needs no look at its shape. A cast to TIMESTAMP
    takes the clock time and passes over what zone it is said in: right for our own offset, and
    ten times quicker than to ask a calendar.
    """
    usual = (
        f"when strlen({word}) in (10, 19) and starts_with(cast({clock} as varchar), {word}) "
        f"then {clock}"
    )
    cases = [usual, f"when not regexp_full_match({word}, '{_MOMENT}') then null"]
    steady = _steady(zone)
    if steady:
        since, offset = steady
        minutes = int(offset.total_seconds()) // 60
        own = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
        cases += [
            f"when {word} >= '{since}' and ends_with({word}, '{own}') then {clock}",
            f"when {word} >= '{since}' and ends_with({word}, 'Z') "
            f"then {clock} + interval {minutes} minute",
        ]
    zoned = f"contains({word}, 'Z') or contains({word}, '+') or {word} like '%-__:__'"
    asked = f"timezone({quoted(str(zone))}, try_cast({word} as timestamptz))"
    return f"case {' '.join(cases)} when {zoned} then {asked} else {clock} end"


@cache
def _steady(zone: ZoneInfo) -> tuple[int, timedelta] | None:
    """The year since which a zone has kept one offset, and that; None if it still changes."""
    offsets = {
        year: {datetime(year, month, day, tzinfo=zone).utcoffset()
               for month in range(1, 13) for day in (1, 15)}
        for year in range(1950, 2199)
    }  # fmt: skip
    (last, *more) = offsets[2198]
    if more or last is None:
        return None
    return max((y for y, found in offsets.items() if found != {last}), default=1949) + 2, last


def _needed(register: Register, spoken: Sequence[str]) -> list[str]:
    keys = [f.key for f in register.field.values() if f.required or f.key == register.id]
    return [f"s_.{name(key)} is not null" if key in spoken else "false" for key in keys]


def _unfit(register: Register, spoken: Sequence[str]) -> str:
    """Whether typed values do not fit together: a date or time lies before the one it may not
    precede, or a field is empty that the others call for."""
    parts = []
    for field in register.field.values():
        earlier = register.field.get(field.not_before or "")
        if earlier and {field.key, earlier.key} <= set(spoken):
            late, early = name(field.key), name(earlier.key)
            if field.type != earlier.type:
                late, early = f"cast({late} as date)", f"cast({early} as date)"
            parts.append(f"coalesce({late} < {early}, false)")
        called_for = condition(field.required_when, register) if field.required_when else None
        if called_for and called_for.names <= set(spoken):
            empty = f"{name(field.key)} is null" if field.key in spoken else "true"
            parts.append(f"coalesce({empty} and ({called_for.sql()}), false)")
    return " or ".join(parts) or "false"


def _one_by_one(
    connection: duckdb.DuckDBPyConnection, done: Passed, doubtful: str, known: Known,
    zone: ZoneInfo, place: Callable[[Any], str], work: Path,
) -> None:  # fmt: skip
    """Ask `feed.check` about every row that SQL is not sure of."""
    asked = connection.cursor()  # its own: whoever tells a place may ask this connection too
    asked.execute(
        f"select at_, cast(sent_ as varchar), said_, {_as_words(done)} from {done.table} "
        f"where {doubtful} order by at_, rowid"
    )
    file = work / f"{done.tables[0]}.mended.json"
    mended = 0
    with file.open("w", encoding="utf-8") as out:
        while chunk := asked.fetchmany(_CHUNK):
            for at, sent, said, *values in chunk:
                words = zip(done.spoken, said or values, strict=True)
                row = SourceRow(place(at), {k: w for k, w in words if w is not None})
                good, faults = feed.check(done.register, row, known, zone)
                if faults:
                    done.aside.append(
                        Aside(row, tuple(Fault(f.why, row.place, f.field) for f in faults))
                    )
                    continue
                mended += 1
                told = {k: plain(good.get(k)) for k in done.spoken}
                out.write(json.dumps({"at_": at, "sent_": sent, **told}) + "\n")
    connection.execute(f"delete from {done.table} where {doubtful}")
    if mended:
        types = {k: sql_type(done.register.field[k]) for k in done.spoken}
        listed = ", ".join(f"{name(k)}: '{t}'" for k, t in types.items())
        own = "at_: 'BIGINT', sent_: 'TIMESTAMP'"
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
    twice, ranked, kept = (name(f"{kind}_{done.register.key}") for kind in _SORTED)
    connection.execute(
        f"create or replace table {twice} as select {key} as id from {done.table} "
        "group by all having count(*) > 1"
    )
    if not _count(connection, f"select count(*) from {twice}"):
        return
    if len(done.tables) > 1:  # from here on each row has a number of its own
        whole = f"good_{done.register.key}"
        connection.execute(f"create or replace table {name(whole)} as select * from {done.table}")
        done.drop(connection)
        done.tables = [whole]
    content = ", ".join(name(k) for k in done.spoken)
    connection.execute(
        f"create or replace table {ranked} as select rowid as line_, {key} as id, "
        f"dense_rank() over (partition by {key} order by sent_ desc nulls last) as version_, "
        f"md5(cast(row({content}) as varchar)) as content_ "
        f"from {done.table} where {key} in (from {twice})"
    )
    connection.execute(
        f"create or replace table {kept} as select id, min(line_) as line_, "
        f"count(distinct content_) > 1 as split_ from {ranked} where version_ = 1 group by id"
    )
    clash = connection.execute(
        f"select at_, {_as_words(done)} from {done.table} where rowid in (select r.line_ from "
        f"{ranked} r join {kept} using (id) where version_ = 1 and split_) order by at_, rowid"
    ).fetchall()
    for at, *values in clash:
        words = {k: v for k, v in zip(done.spoken, values, strict=True) if v is not None}
        row = SourceRow(place(at), words)
        fault = feed.twice(done.register, words[done.register.id or ""])
        done.aside.append(Aside(row, (Fault(fault.why, row.place, fault.field),)))
    before = _count(connection, f"select count(*) from {done.table}")
    connection.execute(
        f"delete from {done.table} where {key} in (from {twice}) and rowid not in "
        f"(select line_ from {kept} where not split_)"
    )
    left = _count(connection, f"select count(*) from {done.table}")
    done.twice = before - left - len(clash)


def as_words(values: Mapping[str, Any]) -> dict[str, str]:
    """Values in words again, for a file that a person mends."""
    return {k: str(v) for k, v in values.items() if v is not None}
