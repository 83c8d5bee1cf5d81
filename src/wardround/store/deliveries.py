"""What comes in bulk: feed rows into batches, entries through the ledger.

`sources` reads and checks; here a delivery is kept. Good rows are kept whole or not at all, bad
ones are set aside with their place and reason, in a table to mend and import again. The same
again changes nothing; a delivery that was cut off is simply made once more.
"""

from __future__ import annotations

import csv
import hmac
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as made
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import duckdb
import rfc8785
from django.conf import settings

from wardround.catalogue.model import Register
from wardround.sources import feed, gate, mapping, stage
from wardround.sources.at_once import AtOnce
from wardround.sources.delivered import Delivered, Staged
from wardround.sources.from_csv import open_csv
from wardround.sources.from_excel import open_excel
from wardround.sources.from_fhir import read_fhir
from wardround.sources.from_hl7 import Taken, from_taken, read_hl7
from wardround.sources.from_table import read_table
from wardround.sources.gate import Aside, Passed
from wardround.sources.mapping import Source
from wardround.sources.sheet import Sheet, by_heading
from wardround.sources.table import SourceRow, known_columns
from wardround.store import derived, ledger, quarantine, received
from wardround.store.batches import Keeping, Pending, keep_batch
from wardround.store.house import House
from wardround.text import Fault, Lang, Refused, Text, refuse
from wardround.work.authority import Viewer
from wardround.work.follow import derived_id

Kind = Literal["csv", "excel", "fhir", "hl7"]
Say = Callable[[Text], None]
_PLACES = ("department", "subject", "occurred_at", "id")
_STEP = 1000

__all__ = ["Imported", "at_once", "keep_batch", "take_in", "take_messages"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a delivery came to. `batch` is a feed batch's number, None where none was made;
    `feeds` has the count of new rows by register, `rejected_in` the folder of rejected rows,
    `aside` how many those are by register; `key` is what `received` knows it by."""

    batch: int | None
    rows: int
    new: int
    unchanged: int
    rejected: tuple[Fault, ...]
    feeds: Mapping[str, int] = made(default_factory=dict)
    left_out: Mapping[str, int] = made(default_factory=dict)
    rejected_in: Path | None = None
    aside: Mapping[str, int] = made(default_factory=dict)
    key: str = ""

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {
            "batch": self.batch, "rows": self.rows, "new": self.new,
            "unchanged": self.unchanged, "rejected": [f.as_json() for f in self.rejected],
        }  # fmt: skip
        if len(self.feeds) > 1:
            told["feeds"] = dict(self.feeds)
        if self.left_out:
            told["left_out"] = dict(self.left_out)
        if self.rejected_in:
            told["rejected_in"] = str(self.rejected_in)
        return told


@dataclass(frozen=True)
class _Order:
    """Who imports what, when, and in which language places are told."""

    house: House
    kind: str
    title: str
    who: Viewer
    at: datetime
    lang: Lang
    check: str | None = None
    """The name of a delivery that is only checked."""
    brought: quarantine.Brought = made(default_factory=quarantine.Brought)

    @property
    def key(self) -> str:
        """The name of the delivery, and of what it sets aside."""
        if self.check is not None:
            return f"{self.check}-{self.kind}"
        return received.key(self.house, self.at, self.kind)


def _quiet(_said: Text) -> None:
    """Progress that nobody follows."""


def take_in(
    house: House, kind: Kind, path: Path, key: str | None, who: Viewer, at: datetime,
    source: Source | Mapping[str, str] | None = None, lang: Lang = "zh", say: Say = _quiet,
) -> Imported:  # fmt: skip
    """Import a file (FHIR and HL7: also a folder). Raises `Refused` if it is no such thing.

    A table goes into the register `key` by its headings, by headings → fields, or by a declared
    mapping; FHIR and HL7 by the shipped mappings, a hospital's own laid over them.
    """
    if key is not None and key not in house.catalogue.registers:
        raise refuse(f"没有“{key}”这个登记本。", f'There is no register "{key}".')
    if not (path.is_file() or (kind in ("fhir", "hl7") and path.is_dir())):
        raise refuse(f"没有找到文件 {path}。", f"There is no file {path}.")
    order = _Order(house, kind, path.name, who, at, lang)
    with _desk(house, at) as keeping:
        if kind in ("csv", "excel"):
            return _table(order, keeping, path, key, source, say)
        _may_feed(who)
        given = mapping.shipped(kind, house.catalogue)
        if isinstance(source, Source):
            given = mapping.laid_over(given, source)
        _know_departments(keeping, given)
        if kind == "fhir":
            found = read_fhir(
                keeping.connection, path, given, house.catalogue, _held(keeping), _secret(),
                keeping.work, say, lang,
            )  # fmt: skip
        else:
            found = read_hl7(
                keeping.connection, path, given, house.catalogue, _secret(), keeping.work, say, lang
            )
        return _feed(order, keeping, _only(found, key), say)


def take_messages(
    house: House, taken: list[tuple[str, list[Taken]]], who: Viewer, at: datetime,
    source: Source, check: str | None = None,
) -> Imported:  # fmt: skip
    """Take in what was taken out of messages before, each under its number. With `check` only
    say what is wrong with them; what is set aside is then kept under that name."""
    order = _Order(house, "mllp", "MLLP", who, at, "zh", check)
    _may_feed(who)
    with _desk(house, at) as keeping:
        _know_departments(keeping, source)
        found = from_taken(
            keeping.connection, taken, source, house.catalogue, _secret(), keeping.work
        )
        return _feed(order, keeping, found, _quiet)


def at_once(house: House, source: Source, who: Viewer) -> AtOnce:
    """Ready to tell of one message at a time whether it can be used."""
    _may_feed(who)
    return AtOnce(
        source, house.catalogue, _departments(house, source), house.known, house.zone, _secret(),
        str(house.data),
    )  # fmt: skip


@contextmanager
def _desk(house: House, at: datetime) -> Iterator[Keeping]:
    """Scratch space in the data folder; what a process that was cut off left is cleared away."""
    for old in house.data.glob("delivery-*-*"):
        owner = old.name.split("-")[1]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(old, ignore_errors=True)
    prefix = f"delivery-{os.getpid()}-"
    with tempfile.TemporaryDirectory(dir=house.data, prefix=prefix) as work:
        connection = stage.connect(work)
        try:
            yield Keeping(house, connection, Path(work), at)
        finally:
            connection.close()


def _secret() -> str:
    """Under which numbers of patients become opaque; as in `vault`, keyed by the installation."""
    return hmac.new(settings.SECRET_KEY.encode(), b"numbers in feeds", "sha256").hexdigest()


def _may_feed(who: Viewer) -> None:
    if who.person.role == "auditor" or not (who.everywhere or who.functions):
        raise refuse("接口数据由职能科室导入。", "Functional offices import feeds.")


def _know_departments(keeping: Keeping, source: Source) -> None:
    stage.know_departments(keeping.connection, _departments(keeping.house, source))


def _departments(house: House, source: Source) -> dict[str, str]:
    """Every word for a department → its key."""
    hospital = house.hospital
    words = [
        (word, d.key) for d in hospital.department.values()
        for word in (*d.words, *d.codes, d.name.zh, d.name.en, d.key)
    ]  # fmt: skip
    return mapping.departments(words, source, hospital.department)


def _held(keeping: Keeping) -> Callable[[str, Mapping[str, str]], str | None]:
    """What a lookup may take from a register: the query of its columns under their new names."""

    def query(key: str, names: Mapping[str, str]) -> str | None:
        register = keeping.house.catalogue.registers.get(key)
        held = keeping.held(register) if register else None
        if register is None or held is None:
            return None
        columns = ", ".join(
            f"cast({stage.name(own)} as varchar) as {stage.name(word)}"
            for word, own in names.items()
        )
        return f"select {stage.name(register.id or '')} as key_, {columns} from ({held})"

    return query


def _only(found: Delivered, key: str | None) -> Delivered:
    """With a register named, only its rows."""
    if key is not None:
        found.staged = [s for s in found.staged if s.register.key == key]
        found.withdrawn = [w for w in found.withdrawn if w[0].key == key]
    return found


def _table(
    order: _Order, keeping: Keeping, path: Path, key: str | None,
    source: Source | Mapping[str, str] | None, say: Say,
) -> Imported:  # fmt: skip
    """A CSV or Excel file, by its headings or by a mapping."""
    catalogue = order.house.catalogue
    register = catalogue.registers[key] if key else None
    words = set(known_columns(register)) if register else mapping.front_page_headings()
    if isinstance(source, Mapping):
        words |= {word.lower() for word in source}
    elif source is not None:
        words |= source.headings()
    if order.kind == "csv":
        sheet = open_csv(path, words, keeping.work, order.lang)
    else:
        sheet = open_excel(path, keeping.work, order.lang, known=words)
    given = source if isinstance(source, Source) else _by_itself(order, sheet, register, source)
    rows = tuple(r for r in given.all_rows(key) if register is None or r.feed == key)
    registers = [catalogue.registers[r.feed] for r in rows]
    if any(r.feed for r in registers):
        _may_feed(order.who)
    _know_departments(keeping, given)
    say(Text(f"读 {path.name}", f"reading {path.name}"))
    if register is not None:
        order.brought.named[register.key] = _named(sheet)
    found = read_table(keeping.connection, sheet, rows, catalogue, _secret(), given.empty)
    if registers and not registers[0].feed:
        return _entries(order, keeping, registers[0], found, say)
    return _feed(order, keeping, found, say)


def _named(sheet: Sheet) -> set[tuple[str, str]]:
    """The (delivery, place) of each row, in a table of rejected rows that somebody mended."""
    names = sheet.plain()
    if quarantine.FROM not in names or quarantine.PLACE not in names:
        return set()
    delivery, place = names.index(quarantine.FROM), names.index(quarantine.PLACE)
    with sheet.file.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, delimiter=sheet.separator)
        return {
            (line[delivery].strip(), line[place].strip())
            for line in lines if len(line) > max(delivery, place)
        }  # fmt: skip


def _by_itself(
    order: _Order, sheet: Sheet, register: Register | None, words: Mapping[str, str] | None
) -> Source:
    """The mapping that a table's own headings say."""
    known = mapping.recognised(sheet.header, order.house.catalogue)
    if known and words is None and (register is None or register.key == "admission"):
        return known
    if register is None:
        raise refuse("请用 --feed 写明导入哪个登记本，或用 --mapping 给出对照。",
                     "Say with --feed which register it is for, or give a mapping.")  # fmt: skip
    return by_heading(sheet.header, register, words)[0]


def _feed(order: _Order, keeping: Keeping, found: Delivered, say: Say) -> Imported:
    """Check all rows, work out what follows from them, keep everything at once."""
    aside, feeds = dict[str, list[Aside]](), dict[str, int]()
    rows = unchanged = 0
    if found.aside:
        aside[quarantine.UNREADABLE] = found.aside
        rows += len(found.aside)
    for passed, written in _side_by_side(order, keeping, found):
        register = passed.register
        if passed.aside:
            aside[register.key] = passed.aside
        fresh = keeping.count(written) if written else passed.good
        feeds[register.key] = fresh
        rows += passed.good + passed.twice + len(passed.aside)
        unchanged += passed.good + passed.twice - fresh
        say(Text(f"{register.name.zh}：新 {fresh}，退回 {len(passed.aside)}",
                 f"{register.name.en}: {fresh} new, {len(passed.aside)} rejected"))  # fmt: skip
    if order.check is None:
        for register, query in found.withdrawn:
            count = keeping.withdraw(register, query)
            feeds[register.key] = feeds.get(register.key, 0) + count
            rows += count
    new = sum(feeds.values())
    if order.check is None:
        follows = derived.derive(keeping, [key for key, count in feeds.items() if count])
        feeds |= follows.rows
        order.brought.ids.setdefault(derived.STAYS, set()).update(follows.stays)
        if follows.contradictory:
            aside.setdefault(derived.STAYS, []).extend(follows.contradictory)
    faults = {key: [f for one in several for f in one.faults] for key, several in aside.items()}
    told = tuple(f for several in faults.values() for f in several)
    place = _set_aside(order, aside)
    done = Imported(
        None, rows, new, unchanged, told, feeds, found.left_out, place, _counts(aside), order.key
    )
    if order.check is not None:
        return done
    kept = keeping.keep(order.title, order.who.key, faults)
    first = next((kept[s.register.key] for s in found.staged if s.register.key in kept), None)
    _settle(order, aside, done)
    return replace(
        done, batch=first.pk if first else None, feeds={k: n for k, n in feeds.items() if n}
    )


def _side_by_side(
    order: _Order, keeping: Keeping, found: Delivered
) -> Iterator[tuple[Passed, Pending | None]]:
    """Each register's rows checked and, unless they only are to be, written; two queries at a
    time: one rarely keeps two processors busy. Whoever checked the last of a register writes."""
    house = order.house
    checked: dict[str, dict[int, Passed]] = defaultdict(dict)
    lock = Lock()

    def one(task: tuple[Staged, int]) -> tuple[Passed, Pending | None] | None:
        staged, number = task
        with keeping.connection.cursor() as own:
            part = gate.check(
                own, staged.queries[number], number, staged.register, staged.spoken, house.known,
                house.zone, found.place, keeping.work,
            )  # fmt: skip
            with lock:
                parts = checked[staged.register.key]
                parts[number] = part
                if len(parts) < len(staged.queries):
                    return None
            passed = gate.together(own, [parts[n] for n in sorted(parts)], found.place)
            order.brought.ids[staged.register.key] = _mended(order, own, passed)
            written = None
            if order.check is None:
                written = keeping.write(staged.register, passed.table, staged.spoken, own)
            passed.drop(own)
        return passed, written

    for staged in found.staged:
        keeping.files(staged.register)
    tasks = [(staged, n) for staged in found.staged for n in range(len(staged.queries))]
    with ThreadPoolExecutor(2) as pool:
        yield from filter(None, pool.map(one, tasks))


def _mended(order: _Order, connection: duckdb.DuckDBPyConnection, passed: Passed) -> set[str]:
    """The ids under which rows waited to be mended, and now are good."""
    waiting = quarantine.waiting(order.house, passed.register) if order.check is None else set()
    if not waiting:
        return set()
    key = stage.name(passed.register.id or "")
    found = connection.execute(
        f"select cast({key} as varchar) from {passed.table} "
        f"where list_contains(?, cast({key} as varchar))", [sorted(waiting)],
    ).fetchall()  # fmt: skip
    return {word for (word,) in found}


def _origin(order: _Order) -> quarantine.Origin:
    return quarantine.Origin(order.key, order.title, order.kind, order.who.key, order.at)


def _set_aside(order: _Order, aside: Mapping[str, list[Aside]]) -> Path | None:
    return quarantine.keep(order.house, _origin(order), aside, order.lang)


def _counts(aside: Mapping[str, list[Aside]]) -> dict[str, int]:
    return {register: len(rows) for register, rows in aside.items() if rows}


def _settle(order: _Order, aside: Mapping[str, list[Aside]], done: Imported) -> None:
    """After everything is kept: earlier rejected rows that came again leave, and the delivery
    is noted. Messages come all day long and are told by their batches."""
    quarantine.settle(order.house, _origin(order), aside, order.brought)
    if order.kind != "mllp":
        received.note(order.house, received.Received(
            order.key, order.title, order.kind, order.who.key, order.at, done.rows, done.new,
            done.unchanged, dict(done.feeds), dict(done.aside),
        ))  # fmt: skip


def _entries(
    order: _Order, keeping: Keeping, register: Register, found: Delivered, say: Say
) -> Imported:
    """Each row is an entry of its own, by the same gate as a form; a bad one is told."""
    new = unchanged = rows = 0
    aside: dict[str, list[Aside]] = defaultdict(list)
    good = order.brought.good.setdefault(register.key, set())
    waits = any(register.key in one.files for one in quarantine.listed(order.house))
    if found.aside:
        aside[quarantine.UNREADABLE] = found.aside
    for one in found.staged:
        for row in _words(keeping, one, found):
            rows += 1
            try:
                proposal = _proposal(order, register, row)
                receipt = ledger.append(order.house, proposal, order.who, order.at)
            except Refused as refused:
                faults = tuple(Fault(f.why, row.place, f.field) for f in refused.faults)
                aside[register.key].append(Aside(row, faults))
                continue
            new, unchanged = new + (not receipt.repeated), unchanged + receipt.repeated
            if waits:
                good.add(quarantine.identity(row))
            if rows % _STEP == 0:
                say(Text(f"{rows} 行", f"{rows} rows"))
    place = _set_aside(order, aside)
    told = tuple(f for several in aside.values() for one in several for f in one.faults)
    total = rows + len(found.aside)
    done = Imported(
        None, total, new, unchanged, told, {register.key: new}, {}, place, _counts(aside), order.key
    )
    _settle(order, aside, done)
    return done


def _words(keeping: Keeping, staged: Staged, found: Delivered) -> Iterator[SourceRow]:
    cursor = keeping.connection.cursor()
    cursor.execute(f"select * from ({staged.query}) order by at_")
    while chunk := cursor.fetchmany(_STEP):
        for at, _sent, *values in chunk:
            said = {k: v for k, v in zip(staged.spoken, values, strict=True) if v is not None}
            if said:
                yield SourceRow(found.place(at), said)


def _proposal(order: _Order, register: Register, row: SourceRow) -> ledger.Proposal:
    values: dict[str, Any] = {k: v for k, v in row.values.items() if k not in _PLACES}
    said = row.values.get("occurred_at")
    content = rfc8785.dumps({"register": register.key, **row.values}).decode()
    return ledger.Proposal(
        register.key, values, row.values.get("department") or order.who.person.department,
        _thing(order.house, register, row.values.get("subject")),
        _moment(order.house, said) if said else order.at,
        row.values.get("id") or derived_id(content, register.key),
    )  # fmt: skip


def _thing(house: House, register: Register, word: str | None) -> str | None:
    """The key of what a row is about, where it is told by its name, as our own tables tell it."""
    named = (t.key for t in house.hospital.things(register.subject or "")
             if word in (t.name.zh, t.name.en))  # fmt: skip
    return next(named, word)


def _moment(house: House, word: str) -> datetime:
    try:
        moment = datetime.fromisoformat(feed.moment(word).replace("/", "-"))
    except ValueError as error:
        raise refuse(
            f"时间“{word}”看不懂，请写成 2026-03-02 08:30。",
            f'The time "{word}" is unreadable; write 2026-03-02 08:30.',
            field="occurred_at",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=house.zone)
