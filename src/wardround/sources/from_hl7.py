"""HL7 v2 as rows: what hl7.toml (and a hospital's own file over it) asks of each message.

Decides which messages make rows for which register and takes the words out of them. Only the
places that a mapping names are taken: names of persons never leave the message.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import duckdb

from wardround.catalogue.model import Catalogue, Register
from wardround.sources import hl7, packed, stage
from wardround.sources.delivered import Delivered, Part, staged
from wardround.sources.gate import Aside
from wardround.sources.mapping import Codes, Rows, Source
from wardround.sources.stage import Resolve, name, quoted
from wardround.sources.table import SourceRow, place
from wardround.text import Fault, Lang, Refused, Text, refuse

_STEP = 5000
_NAMES = (".hl7", ".txt", ".dat", ".msg", ".er7")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one message says for one kind of rows: the words at that kind's places, in order."""

    rows: str
    sent: str
    words: tuple[str, ...]


def identity(message: hl7.Message) -> str:
    """Who sent which message when: the same again is the same message. A sender whose numbers
    begin anew each day sends others."""
    parts = [message.value("MSH-3.1"), message.value("MSH-4.1"), message.kind, message.number,
             message.value("MSH-7")]  # fmt: skip
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


@cache
def asked(rows: Rows) -> tuple[str, ...]:
    """The places that a kind of rows asks for, in a fixed order."""
    places = (p for column in rows.column.values() for p in column.places)
    return tuple(dict.fromkeys([*rows.when, *rows.withdraw, *places]))


@cache
def _spelt(rows: Rows) -> Mapping[str, Mapping[str, str]]:
    """Place → a code in small letters → as the mapping spells it: senders do as they like."""
    codes: dict[str, dict[str, str]] = defaultdict(dict)
    for column in rows.column.values():
        for path in column.from_:
            codes[path] |= {word.lower(): word for word in column.map}
    for path, wanted in (*rows.when.items(), *rows.withdraw.items()):
        codes[path] |= {word.lower(): word for word in _listed(wanted)}
    for one in rows.codes.values():
        codes[one.at] |= one.code_of()
    return {path: words for path, words in codes.items() if words}


def _strange(rows: Rows, path: str, word: str) -> Codes | None:
    """The codes that may stand at a place, if a word stands there that is none of them."""
    codes = next((one for one in rows.codes.values() if one.at == path), None)
    return codes if codes and word and word.lower() not in _spelt(rows)[path] else None


def _listed(wanted: Any) -> list[str]:
    return [wanted] if isinstance(wanted, str) else [str(word) for word in wanted]


def takes(rows: Rows, kind: str) -> bool:
    """Whether messages of that kind make these rows; a star ends a prefix."""
    return any(kind == m or (m.endswith("*") and kind.startswith(m[:-1])) for m in rows.messages)


def take(message: hl7.Message, source: Source) -> list[Taken]:
    """All that a message says for any register; nothing if nobody asks for such a message.
    Raises `Refused` if it says codes that nobody has declared."""
    found, kind = list[Taken](), message.kind
    sent = hl7.moment(message.value("MSH-7"))
    for rows in source.all_rows():
        if not takes(rows, kind):
            continue
        around: Iterable[int | None] = message.each(rows.each) if rows.each else [None]
        seen: Counter[tuple[str, ...]] = Counter()
        for number, segment in enumerate(around, 1):
            said = _said(message, rows, segment, number)
            if not (_met(rows.when, said) or (rows.withdraw and _met(rows.withdraw, said))):
                continue
            if "#again" in said:
                same = tuple(said[p] for p in rows.column[_own(rows)].from_)
                said["#again"] = str(seen[same] + 1) if seen[same] else ""
                seen[same] += 1
            found.append(Taken(rows.key, sent, tuple(said.values())))
    return found


def _own(rows: Rows) -> str:
    """The column that says which row it is: the one that asks which of several alike it is."""
    return next(key for key, column in rows.column.items() if "#again" in column.from_)


def _met(wanted: Mapping[str, Any], said: Mapping[str, str]) -> bool:
    """Whether a message says all that is wanted."""
    for path, words in wanted.items():
        listed = _listed(words)
        if said[path] not in listed and not (said[path] and "*" in listed):
            return False
    return True


def _said(message: hl7.Message, rows: Rows, segment: int | None, number: int) -> dict[str, str]:
    """Place → the word that stands there."""
    dated, spelt = _dated(rows), _spelt(rows)
    said = dict[str, str]()
    for path in asked(rows):
        word = _word(message, rows, path, segment, number)
        if codes := _strange(rows, path, word):
            raise Refused(Fault(codes.not_among(word), field=path))
        word = spelt[path].get(word.lower(), word) if path in spelt else word
        said[path] = hl7.moment(word) if path in dated else word
    return said


def _word(message: hl7.Message, rows: Rows, path: str, segment: int | None, number: int) -> str:
    """What stands at a place, or at the first of several (`A|B`) where all parts (`A+B`) do; not
    if it is only what stands at another (`A!B`)."""
    for parts in _ways(path):
        words = [
            _told(message, rows, part, number) if part[0] == "#" else message.value(part, segment)
            for part, _ in parts
        ]
        if any(other and message.value(other, segment) in words for _, other in parts):
            continue
        if all(words):
            return "/".join(words)
    return ""


def _told(message: hl7.Message, rows: Rows, part: str, number: int) -> str:
    """What no place says: of the message itself, and which of its segments this is."""
    if part in ("#id", "#message"):
        return identity(message) + (f":{number}" if rows.each and part == "#id" else "")
    return {"#kind": message.kind, "#n": str(number)}.get(part, "")


@cache
def _ways(path: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The ways that a path says: of each, its parts and what they may not be."""
    return tuple(
        tuple((part, other) for part, _, other in (one.partition("!") for one in way.split("+")))
        for way in path.split("|")
    )


@cache
def _dated(rows: Rows) -> frozenset[str]:
    """The places where times stand."""
    return frozenset(p for c in rows.column.values() if "hl7" in c.format for p in c.from_)


@dataclass
class Collected:
    """Words taken from messages, on their way to the tables: a scratch file a kind of rows."""

    source: Source
    work: Path
    places: list[str] = made(default_factory=list)
    out: dict[str, TextIO] = made(default_factory=dict)
    withdrawn: list[tuple[Register, str]] = made(default_factory=list)

    def add(self, at: int, taken: Iterable[Taken]) -> None:
        """Keep what a message says; `at` is its number."""
        for one in taken:
            if one.rows not in self.out:
                self.out[one.rows] = (self.work / f"hl7-{one.rows}.json").open(
                    "w", encoding="utf-8"
                )
            told = {"at_": at, "sent_": one.sent, "v": one.words}
            self.out[one.rows].write(json.dumps(told, ensure_ascii=False) + "\n")

    def parts(
        self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, secret: str
    ) -> Iterator[Part]:
        """The rows, to be staged."""
        for rows in self.source.all_rows():
            if rows.key not in self.out:
                continue
            self.out[rows.key].close()
            table = name(f"hl7_{rows.key}")
            connection.execute(
                f"create or replace table {table} as select * from read_json("
                f"{quoted(str(self.work / f'hl7-{rows.key}.json'))}, format='newline_delimited', "
                "maximum_object_size=16777216, "
                "columns={at_: 'BIGINT', sent_: 'VARCHAR', v: 'VARCHAR[]'})"
            )
            resolve = resolver(rows)
            said, joins = stage.columns(rows, catalogue.registers[rows.feed], resolve, secret)
            where = "true"
            if rows.withdraw:
                register = catalogue.registers[rows.feed]
                gone = f"coalesce({stage.condition(rows.withdraw, resolve)}, false)"
                query = f"select {said[register.id or '']} as id_, sent_ from {table} where {gone}"
                self.withdrawn.append((register, query))
                where = f"not {gone}"
            yield Part(rows.feed, said, table + joins, where, "at_", "sent_")


def resolver(rows: Rows) -> Resolve:
    """From a place to its word among those that were taken, in the list `v`."""
    numbers = {path: number for number, path in enumerate(asked(rows), 1)}
    return lambda path: f"nullif(v[{numbers[path]}], '')" if path in numbers else None


def read_hl7(
    connection: duckdb.DuckDBPyConnection, path: Path, source: Source, catalogue: Catalogue,
    secret: str, work: Path, say: Callable[[Text], None], lang: Lang = "zh",
) -> Delivered:  # fmt: skip
    """Read a file or folder of messages by a mapping. Raises `Refused` if there is none."""
    paths = packed.files(path, _NAMES, work)
    collected, aside, left_out = Collected(source, work), list[Aside](), dict[str, int]()
    file_of, line_of = array("i"), array("q")

    def where(at: int) -> str:
        return f"{paths[file_of[at]].name} {place(line_of[at], lang)}"

    for number, file in enumerate(paths):
        for line, raw in hl7.messages(file):
            file_of.append(number)
            line_of.append(line)
            at = len(line_of) - 1
            try:
                message = hl7.parse(raw)
                taken = take(message, source)
            except Refused as refused:
                faults = tuple(Fault(f.why, where(at), f.field) for f in refused.faults)
                aside.append(Aside(SourceRow(where(at), {}), faults))
                continue
            if taken:
                collected.add(at, taken)
            else:
                left_out[message.kind] = left_out.get(message.kind, 0) + 1
            if len(line_of) % _STEP == 0:
                say(Text(f"{len(line_of)} 条消息", f"{len(line_of)} messages"))
    if not line_of:
        raise refuse("里面没有 HL7 消息。", "It holds no HL7 messages.", path.name)
    parts = list(collected.parts(connection, catalogue, secret))
    return Delivered(staged(catalogue, parts), where, aside, left_out, collected.withdrawn)


def from_taken(
    connection: duckdb.DuckDBPyConnection, taken: Iterable[tuple[str, list[Taken]]],
    source: Source, catalogue: Catalogue, secret: str, work: Path,
) -> Delivered:  # fmt: skip
    """The same from words taken before, with the number of each message as its place."""
    collected, places = Collected(source, work), list[str]()
    for number, several in taken:
        collected.add(len(places), several)
        places.append(number)
    parts = list(collected.parts(connection, catalogue, secret))
    return Delivered(
        staged(catalogue, parts), lambda at: places[at], withdrawn=collected.withdrawn
    )  # fmt: skip
