"""How what others send becomes rows of our registers: declared, never programmed.

Decides which tables a mapping file may hold and whether they fit the registers. A new profile,
message or heading is a new table in TOML. How a mapping is carried out is `stage`'s matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from functools import cache
from pathlib import Path
from typing import Any

from wardround.catalogue.load import read_table
from wardround.catalogue.model import Catalogue
from wardround.sources.table import bare
from wardround.text import Fault, Refused, Text, refuse

SHIPPED = Path(__file__).parent
"""Where the mappings that come with Wardround lie: fhir.toml, hl7.toml, front_page.toml."""


@dataclass(frozen=True, slots=True)
class Column:
    """How one field is filled.

    `from` names columns, JSON paths or HL7 places: the first that says something counts, or with
    `joined` all of them with that between. `map` turns words as sent into ours (`"*"`: any other
    word; an empty word: nothing). `format` lists date formats (strptime), `times` is a factor for
    units, `quantity` names places that say how many times it counts (where they say nothing,
    once), `minus` counts it below zero, whatever sign it has. `constant` stands when nothing is
    said. `pseudonym` puts an opaque number in place of a person's; `only` lets pass what matches
    this regular expression whole.
    """

    key: str
    from_: tuple[str, ...] = ()
    joined: str | None = None
    map: dict[str, Any] = made(default_factory=dict)
    format: tuple[str, ...] = ()
    times: float | None = None
    quantity: tuple[str, ...] = ()
    minus: bool = False
    constant: str | None = None
    pseudonym: bool = False
    only: str | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Every place that it asks."""
        return (*self.from_, *self.quantity)


@dataclass(frozen=True, slots=True)
class Codes:
    """What may stand at a place: each of the standard's codes, and how senders write it."""

    at: str
    words: dict[str, tuple[str, ...]] = made(default_factory=dict)

    def code_of(self) -> dict[str, str]:
        """What is written, in small letters → the code."""
        return {word.lower(): code for code, words in self.words.items() for word in words}

    def not_among(self, word: str) -> Text:
        """Why what is written there cannot be used."""
        return Text(
            f"{self.at} 写着“{word}”，不知道是什么。请在对照文件 [codes] 里写明是哪个标准代码。",
            f'{self.at} says "{word}", and nobody has said what that is. Write the standard code '
            "it stands for into [codes] of a mapping file.",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows for one register: from each `resource` (FHIR), each of the `messages` (HL7 v2, such
    as ADT^A01; a star ends a prefix) or each line of a table.

    `each` makes several: an array's path, a segment, or the numbers of columns such as SSJCZBM{n}.
    `when` holds path → words, all of which must be met; where those of `withdraw` are met, the
    rows made before are withdrawn (FHIR, HL7). `through` names lookups and
    the path of the reference that leads there; columns then read `@lookup.column`.
    What it does not say itself is as in the table of the same file that it is `like`. `codes` are
    as in the whole file.
    """

    key: str
    feed: str
    column: dict[str, Column] = made(default_factory=dict)
    like: str | None = None
    resource: str | None = None
    messages: tuple[str, ...] = ()
    each: str | None = None
    when: dict[str, Any] = made(default_factory=dict)
    withdraw: dict[str, Any] = made(default_factory=dict)
    through: dict[str, Any] = made(default_factory=dict)
    codes: dict[str, Codes] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What other rows may ask of a resource: found `by` its id (or another path).

    Of several under one key the one with the latest (`last`) or earliest (`first`) time at that
    path counts. `through` leads to lookups declared before; only resources that meet `when` are
    found. `held` asks registers for what this delivery does not bring: register → lookup column →
    the register's column, `by` being its id.
    """

    key: str
    resource: str
    column: dict[str, Column]
    by: tuple[str, ...] = ("id",)
    first: str | None = None
    last: str | None = None
    when: dict[str, Any] = made(default_factory=dict)
    through: dict[str, Any] = made(default_factory=dict)
    held: dict[str, Any] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sorted:
    """A list of a resource that senders write in any order, sorted by the period at `by`; what
    says at a path of `without` one of its words does not count."""

    resource: str
    by: str = "period"
    without: dict[str, Any] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parts:
    """Resources of a type that may be part of others: of the one that the reference at `of` leads
    to. Both count as one if the words at `kind` are in the same list of `same`."""

    of: str
    kind: str
    same: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One mapping file. A table's mapping may say `feed` and `column` without `rows`.

    `known_by` are headings by which a table is recognised without being told. `department`
    holds departments as sent → key, beside what hospital.toml says. `empty` are words that say
    nothing, wherever they stand in a table. `must` holds resource type →
    paths that such a resource has to say (FHIR). `codes` tells what may stand at some
    places; what else stands there is told.
    """

    name: Text | None = None
    known_by: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    feed: str | None = None
    column: dict[str, Column] = made(default_factory=dict)
    rows: dict[str, Rows] = made(default_factory=dict)
    lookup: dict[str, Lookup] = made(default_factory=dict)
    department: dict[str, Any] = made(default_factory=dict)
    must: dict[str, Any] = made(default_factory=dict)
    sorted: dict[str, Sorted] = made(default_factory=dict)
    parts: dict[str, Parts] = made(default_factory=dict)
    codes: dict[str, Codes] = made(default_factory=dict)

    def all_rows(self, feed: str | None = None) -> tuple[Rows, ...]:
        """Every declared kind of rows; `feed` is the register where the file names none."""
        target = self.feed or feed
        short = (Rows(target, target, self.column),) if self.column and target else ()
        return (*short, *self.rows.values())

    def headings(self) -> set[str]:
        """Every heading that it asks for, in small letters."""
        columns = [
            *self.column.values(),
            *(c for r in self.rows.values() for c in r.column.values()),
        ]
        return {path.lower() for column in columns for path in column.places}


def load_mapping(file: Path, catalogue: Catalogue, feed: str | None = None) -> Source:
    """Read and check a mapping file; raises `Refused` with every fault."""
    source = _read(file)
    faults = list(_misfits(source.all_rows(feed), source.lookup, catalogue, file.name))
    if source.column and not (source.feed or feed):
        faults.append(
            Fault(Text("请写明 feed。", 'Say which "feed" the columns are of.'), file.name)
        )
    if not (source.column or source.rows or source.lookup or source.department or source.codes):
        faults.append(Fault(Text("没有对应任何栏目。", "It maps no columns."), file.name))
    if faults:
        raise Refused(*faults)
    return source


def _read(file: Path) -> Source:
    source, faults = read_table(Source, file)
    if source is None:
        raise Refused(*faults)
    strange = [
        Fault(Text(f"没有“{r.like}”这张表。", f'There is no table "{r.like}".'), file.name, key)
        for key, r in source.rows.items() if r.like and r.like not in source.rows
    ]  # fmt: skip
    if strange:
        raise Refused(*strange)
    return replace(source, rows={k: _whole(r, source.rows) for k, r in source.rows.items()})


def _whole(one: Rows, tables: Mapping[str, Rows]) -> Rows:
    """With what it takes over from the table that it is like."""
    if one.like is None:
        return one
    first = tables[one.like]
    return replace(
        one, column=first.column | one.column, resource=one.resource or first.resource,
        messages=one.messages or first.messages, each=one.each or first.each,
        when=one.when or first.when, withdraw=one.withdraw or first.withdraw,
        through=first.through | one.through,
    )  # fmt: skip


@cache
def _read_shipped(name: str) -> Source:
    return _read(SHIPPED / f"{name}.toml")


def shipped(name: str, catalogue: Catalogue) -> Source:
    """A mapping that comes with Wardround; rows whose register this hospital lacks are left out."""
    source = _read_shipped(name)
    kept = {k: r for k, r in source.rows.items() if r.feed in catalogue.registers}
    return _coded(replace(source, rows=kept))


def _coded(source: Source) -> Source:
    """With the codes of the whole file in each of its tables."""
    rows = {k: replace(r, codes=source.codes) for k, r in source.rows.items()}
    return replace(source, rows=rows)


def laid_over(first: Source, then: Source) -> Source:
    """A hospital's own mapping over the shipped one: its tables replace those of the same key."""
    whole = replace(
        first, rows=first.rows | then.rows, lookup=first.lookup | then.lookup,
        department=first.department | then.department, must=first.must | then.must,
        sorted=first.sorted | then.sorted, parts=first.parts | then.parts,
        codes=first.codes
        | {key: _both(first.codes.get(key, said), said) for key, said in then.codes.items()},
    )  # fmt: skip
    return _coded(whole)


def _both(first: Codes, then: Codes) -> Codes:
    """The words of two files for one place."""
    words = {c: (*first.words.get(c, ()), *then.words.get(c, ()))
             for c in {**first.words, **then.words}}  # fmt: skip
    return replace(then, words=words)


def front_page_headings() -> set[str]:
    """What a table that nobody named may have for headings."""
    return _read_shipped("front_page").headings()


def recognised(header: Iterable[str], catalogue: Catalogue) -> Source | None:
    """The shipped mapping of a table that has these headings, if there is one."""
    names = {bare(name).upper() for name in header}
    source = shipped("front_page", catalogue)
    return source if names.issuperset(source.known_by) else None


def _misfits(
    rows: Iterable[Rows], lookups: Mapping[str, Lookup], catalogue: Catalogue, file: str
) -> Iterator[Fault]:
    for one in rows:
        register = catalogue.registers.get(one.feed)
        if register is None:
            yield Fault(
                Text(f"没有“{one.feed}”这个登记本。", f'There is no register "{one.feed}".'),
                file,
                one.key,
            )
            continue
        standing = () if register.feed else ("id", "department", "subject", "occurred_at")
        for key in one.column:
            if key not in register.field and key not in standing:
                yield Fault(
                    Text(f"{register.name.zh}没有“{key}”这一栏。",
                         f'{register.name.en} has no field "{key}".'), file, f"{one.key}.{key}",
                )  # fmt: skip
        for name in one.through:
            if name not in lookups:
                yield Fault(
                    Text(f"没有“{name}”这个 lookup。", f'There is no lookup "{name}".'),
                    file,
                    one.key,
                )


def departments(
    words: Iterable[tuple[str, str]], source: Source, known: Iterable[str]
) -> dict[str, str]:
    """Every word for a department → its key: the hospital's, then the mapping's own.

    Raises `Refused` if the mapping names a department that does not exist.
    """
    keys = frozenset(known)
    strange = sorted({str(key) for key in source.department.values()} - keys)
    if strange:
        zh, en = "、".join(strange), ", ".join(strange)
        raise refuse(f"科室对照里有不存在的科室：{zh}。",
                     f"The mapping names departments that do not exist: {en}.",
                     field="department")  # fmt: skip
    return dict(words) | {word: str(key) for word, key in source.department.items()}
