"""Carries a mapping out: from columns as delivered to a row of words under field keys, in SQL.

Decides how `map`, `format`, `joined`, `times` … become one expression for DuckDB; whether the
words can be used is `gate`'s matter. What a path means is known by whoever read the source:
it comes as a function from a path to an SQL expression, None where the source has no such place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import duckdb

from wardround.catalogue.model import Register
from wardround.sources.mapping import Column, Rows
from wardround.text import Fault, Refused, Text

Resolve = Callable[[str], str | None]
"""From a path to an expression that gives a word without blanks around it, or null."""
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\ufeff"
"""What Python strips, and a byte-order mark."""
DEPARTMENTS = "departments_"
_STRIPPED = f"""create macro stripped_(x) as case
  when unicode(x) <= 32 or strlen(x) > length(x)
    or {" or ".join(f"ends_with(x, chr({ord(c)}))" for c in BLANKS if c.isascii())}
  then nullif(trim(x, '{BLANKS}'), '') else x end"""
"""To look at both ends is five times quicker than to trim; an empty word's code is below 33."""
_LAST = r"([^/|:#]+)(/_history/[^/]*)?$"
_REFERRED = f"""create macro referred_(x) as case
  when contains(x, ':') or contains(x, '|') or contains(x, '#') or contains(x, '/_history/')
  then nullif(regexp_extract(x, '{_LAST}', 1), '')
  when contains(x, '/') then nullif(split_part(x, '/', -1), '') else nullif(x, '') end"""


def quoted(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """An SQL name."""
    return '"' + text.replace('"', '""') + '"'


def connect(work: str) -> duckdb.DuckDBPyConnection:
    """A DuckDB that keeps the order of lines, and what does not fit into memory in `work`."""
    connection = duckdb.connect(":memory:")
    connection.execute("set autoinstall_known_extensions=false")
    connection.execute("set autoload_known_extensions=false")
    connection.execute(f"set temp_directory={quoted(work)}")
    # One thread a query: to keep the order of lines, two put everything together twice. Registers
    # and the halves of a table are worked side by side instead, each by a cursor.
    connection.execute("set memory_limit='384MB'; set threads=1; set enable_progress_bar=false")
    # What is joined is always smaller than what it is joined to, and lines stay in order.
    connection.execute("set disabled_optimizers='build_side_probe_side'")
    connection.execute(_STRIPPED)
    connection.execute(_REFERRED)
    return connection


def know_departments(connection: duckdb.DuckDBPyConnection, words: Mapping[str, str]) -> None:
    """Put the words for departments where expressions find them."""
    connection.execute(f"create or replace table {DEPARTMENTS} (word varchar, key varchar)")
    pairs = _pairs(words)
    values = ", ".join(f"({quoted(w)}, {quoted(k)})" for w, k in sorted(pairs.items()))
    if values:
        connection.execute(f"insert into {DEPARTMENTS} values {values}")


def department_macro(connection: duckdb.DuckDBPyConnection, words: Mapping[str, str]) -> str:
    """The name of a macro from a word to a department's key: quicker than a join for one row."""
    pairs = ", ".join(f"{quoted(w)}: {quoted(k)}" for w, k in sorted(_pairs(words).items()))
    connection.execute(
        f"create or replace macro department_(x) as map {{{pairs}}}[lower(x)]"
        if pairs
        else "create or replace macro department_(x) as null"
    )
    return "department_"


def _pairs(words: Mapping[str, str]) -> dict[str, str]:
    return {word.strip().lower(): key for word, key in words.items()}


def stripped(expression: str) -> str:
    """The word without blanks around it; nothing, if it is empty."""
    return f"stripped_({expression})"


def referred(expression: str) -> str:
    """The id at the end of a reference."""
    return f"referred_({expression})"


def word(
    column: Column, resolve: Resolve, secret: str, departments: list[str] | str | None = None
) -> str | None:
    """The expression of one field, None if the source has none of its places.

    A field that names a department gets `departments`: what it asks for by name is added there,
    and joined by `joins`; or it gets the macro that finds a department's key, for single rows.
    """
    found = [e for e in map(resolve, column.from_) if e is not None]
    if not found:
        return quoted(column.constant) if column.constant is not None else None
    if departments is not None:
        return _department(column, found, departments)
    said = _first(found) if column.joined is None else _together(column.joined, found)
    if column.only:
        said = f"case when regexp_full_match({said}, {quoted(column.only)}) then {said} end"
    said = _dated(column, _mapped(column.map, said))
    if column.times is not None or column.quantity or column.minus:
        said = f"coalesce(cast({_reckoned(column, resolve, said)} as varchar), {said})"
    if column.pseudonym:
        said = f"'p' || left(sha256({quoted(secret)} || {said}), 20)"
    return f"coalesce({said}, {quoted(column.constant)})" if column.constant else said


def _reckoned(column: Column, resolve: Resolve, said: str) -> str:
    """The number that a word comes to: by its factor, as often as it counts, below zero."""
    number = f"try_cast(replace({said}, ',', '') as double)"
    if column.minus:
        number = f"-abs({number})"
    if column.times is not None:
        number += f" * {column.times!r}"
    many = [e for e in map(resolve, column.quantity) if e is not None]
    return f"{number} * coalesce(try_cast({_first(many)} as double), 1)" if many else number


def _first(found: Iterable[str]) -> str:
    listed = list(found)
    return listed[0] if len(listed) == 1 else f"coalesce({', '.join(listed)})"


def _together(between: str, found: list[str]) -> str:
    """All parts; nothing, if the first says nothing."""
    parts = f"concat_ws({quoted(between)}, {', '.join(found)})"
    return f"case when {found[0]} is not null then {parts} end"


def _department(column: Column, found: list[str], departments: list[str] | str) -> str:
    """The first place that names a department we know; else what was said, to be told."""
    if isinstance(departments, str):
        known = [f"{departments}({e})" for e in found]
    else:
        departments += [e for e in found if e not in departments]
        known = [f"dep_{departments.index(e)}.key" for e in found]
    given = [f"{quoted(column.constant)}"] if column.constant else []
    return f"coalesce({', '.join([*known, *given, *found])})"


def joins(departments: Iterable[str]) -> str:
    """The joins that find departments by what they are called."""
    return "".join(
        f" left join {DEPARTMENTS} dep_{number} on dep_{number}.word = lower({said})"
        for number, said in enumerate(departments)
    )


def _mapped(words: Mapping[str, Any], said: str) -> str:
    if not words:
        return said
    cases = " ".join(
        f"when {quoted(sent)} then {quoted(_plain(ours))}"
        for sent, ours in words.items() if sent != "*"
    )  # fmt: skip
    other = said
    if "*" in words:
        other = f"case when {said} is not null then {quoted(_plain(words['*']))} end"
    return f"nullif(case {said} {cases} else {other} end, '')" if cases else f"nullif({other}, '')"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dated(column: Column, said: str) -> str:
    """Written as ISO where one of the formats fits; else as it was, to be told.

    A format that does not fit costs much: only those are tried that have the fifth character.
    """
    formats = [f for f in column.format if "%" in f]
    if not formats:
        return said
    by_mark: dict[str, list[str]] = {"-": [], "/": [], "": []}
    for one in formats:
        mark = one[2] if one.startswith("%Y") and one[2:3] in by_mark else ""
        for group in [mark] if one.startswith("%Y") else by_mark:
            by_mark[group].append(one)
    cases = "".join(
        f"when {said} like '____{mark}%' then {_read_as(found, said)} "
        for mark, found in by_mark.items() if mark
    )  # fmt: skip
    return f"coalesce(case {cases}else {_read_as(by_mark[''], said)} end, {said})"


def _read_as(formats: list[str], said: str) -> str:
    listed = ", ".join(map(quoted, formats))
    return f"cast(try_strptime({said}, [{listed}]) as varchar)" if formats else "null"


def condition(when: Mapping[str, Any], resolve: Resolve) -> str:
    """Whether a thing makes a row: every path of `when` says one of its words
    (`"*"`: anything, an empty word: nothing). Of a path to several words (`a[].b`), any does."""
    parts = []
    for path, words in when.items():
        place = resolve(path)
        listed = [words] if isinstance(words, str) else list(words)
        given = [quoted(str(w)) for w in listed if w not in ("", "*")]
        met = [f"{place} in ({', '.join(given)})"] if place and given else []
        if met and "[]." in path:
            met = [f"coalesce(list_has_any({place}, [{', '.join(given)}]), false)"]
        if "*" in listed and place:
            met.append(f"{place} is not null")
        if "" in listed:
            met.append(f"{place} is null" if place else "true")
        parts.append(f"({' or '.join(met)})" if met else "false")
    return " and ".join(parts) or "true"


def columns(
    rows: Rows, register: Register, resolve: Resolve, secret: str, macro: str | None = None
) -> tuple[dict[str, str], str]:
    """Field key → expression for all that the source can say, and the joins they need.

    Raises `Refused` if a place that no row can do without is not in the source.
    """
    found: dict[str, str] = {}
    asked: list[str] = []
    for key, column in rows.column.items():
        field = register.field.get(key)
        is_department = key == "department" or bool(field and field.type == "department")
        said = word(column, resolve, secret, (macro or asked) if is_department else None)
        if said is not None:
            found[key] = said
    needed = [f.key for f in register.field.values() if f.required and not f.shown_when]
    needed += [k for k in (register.id,) if register.feed and k and k not in needed]
    absent = [key for key in needed if key not in found]
    if absent:
        raise Refused(*(_absent(register, rows, key) for key in absent))
    return found, joins(asked)


def _absent(register: Register, rows: Rows, key: str) -> Fault:
    places = ", ".join(rows.column[key].from_) if key in rows.column else ""
    wanted = register.field[key].name
    said = Text(f"（{places}）", f" ({places})") if places else Text("", "")
    return Fault(
        Text(f"缺少“{wanted.zh}”的来源{said.zh}。",
             f'Nothing in the source says "{wanted.en}"{said.en}.'), field=key
    )  # fmt: skip
