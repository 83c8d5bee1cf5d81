"""Rows set aside: a folder a delivery, with a table to mend and import again.

Holds only what a mapping asks for, under field keys: what could not enter the hospital's data
for being wrong is no way round the rule that persons' names stay out of it. A row leaves when it
is delivered again, mended or not, or when somebody says that it is no row.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from pathlib import Path

from wardround.catalogue.model import Register
from wardround.sources.gate import Aside
from wardround.sources.table import SourceRow
from wardround.store.house import House
from wardround.text import Fault, Lang, Text, same

FOLDER = "feed/rejected"
PLACE, WHY, FROM = "#place", "#why", "#from"
"""Headings that say where a row stood, what is wrong with it, and in which delivery; an import
takes no values from them."""
UNREADABLE = "unreadable"
_DROPPED = "dropped.jsonl"


@dataclass(frozen=True, slots=True)
class Origin:
    """The delivery that rows were set aside from."""

    key: str
    title: str
    kind: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One delivery's rejected rows: `files` by register, and how many rows each holds."""

    origin: Origin
    files: dict[str, int]
    lang: Lang = "zh"


@dataclass
class Brought:
    """What a delivery brings of what waited: `ids` (by register) that are good now, `named` the
    (delivery, place) of each row in a mended table, by register; `good` rows without an id."""

    ids: dict[str, set[str]] = made(default_factory=dict)
    named: dict[str, set[tuple[str, str]]] = made(default_factory=dict)
    good: dict[str, set[str]] = made(default_factory=dict)


def keep(
    house: House, origin: Origin, aside: Mapping[str, Sequence[Aside]], lang: Lang
) -> Path | None:
    """Write what a delivery set aside; the folder, or None if it is nothing."""
    place = house.data / FOLDER / origin.key
    if not any(aside.values()):
        shutil.rmtree(place, ignore_errors=True)
        return None
    new = place.with_name(place.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    counts = {register: len(rows) for register, rows in aside.items() if rows}
    for register in counts:
        _write(new / f"{register}.csv", aside[register], lang, origin.key)
        _tell(new / f"{register}.jsonl", aside[register])
    told = {
        "title": origin.title, "kind": origin.kind, "by": origin.by,
        "at": origin.at.isoformat(), "files": counts, "lang": lang,
    }  # fmt: skip
    (new / "told.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    shutil.rmtree(place, ignore_errors=True)
    new.replace(place)
    return place


def _write(file: Path, rows: Iterable[Aside], lang: Lang, key: str) -> None:
    listed = list(rows)
    keys = list(dict.fromkeys(k for one in listed for k in one.row.values))
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*keys, PLACE, WHY, FROM])
        for one in listed:
            why = " ".join(Fault(f.why, field=f.field).say(lang) for f in one.faults)
            values = (one.row.values.get(k, "") for k in keys)
            writer.writerow([*values, one.row.place, why, key])


def _tell(file: Path, rows: Iterable[Aside]) -> None:
    """The same for pages: reasons in both languages, field by field."""
    with file.open("w", encoding="utf-8") as out:
        for one in rows:
            told = {"place": one.row.place, "values": one.row.values,
                    "faults": [f.as_json() for f in one.faults]}  # fmt: skip
            out.write(json.dumps(told, ensure_ascii=False) + "\n")


def listed(house: House) -> list[Quarantined]:
    """Every delivery that has rows set aside, the latest first."""
    found = []
    for file in (house.data / FOLDER).glob("*/told.json"):
        if file.parent.suffix == ".new":
            continue
        told = json.loads(file.read_text("utf-8"))
        at = datetime.fromisoformat(told["at"])
        origin = Origin(file.parent.name, told["title"], told["kind"], told["by"], at)
        found.append(Quarantined(origin, told["files"], told.get("lang", "zh")))
    return sorted(found, key=lambda one: one.origin.at, reverse=True)


def file_of(house: House, key: str, register: str) -> Path | None:
    """The table of a delivery's rejected rows of one register, if there is one."""
    found = next((q for q in listed(house) if q.origin.key == key and register in q.files), None)
    return house.data / FOLDER / found.origin.key / f"{register}.csv" if found else None


def rows(house: House, key: str, register: str) -> Iterator[Aside]:
    """A delivery's rejected rows of one register, each with its reasons."""
    file = house.data / FOLDER / key / f"{register}.jsonl"
    if not file.exists():
        yield from _rows_of_table(file.with_suffix(".csv"))
        return
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            faults = [
                Fault(Text(**f["why"]), f["place"], f["field"]) for f in told["faults"]
            ]  # fmt: skip
            yield Aside(SourceRow(told["place"], told["values"]), tuple(faults))


def _rows_of_table(file: Path) -> Iterator[Aside]:
    """As a table says it: the reason in one language, of no particular field."""
    if not file.exists():
        return
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            values = {k: v for k, v in row.items() if v and not k.startswith("#")}
            why = same(row.get(WHY) or "")
            yield Aside(SourceRow(row.get(PLACE) or "", values), (Fault(why),))


# -- leaving ------------------------------------------------------------------------------------


def waiting(house: House, register: Register) -> set[str]:
    """The ids under which rows of a register wait to be mended."""
    found = (
        one.row.values.get(register.id or "")
        for q in listed(house) if register.key in q.files
        for one in rows(house, q.origin.key, register.key)
    )  # fmt: skip
    return {word for word in found if word}


def identity(row: SourceRow) -> str:
    """What makes a row without an id the same row: all that it says."""
    return json.dumps(row.values, sort_keys=True, ensure_ascii=False)


def settle(
    house: House, origin: Origin, aside: Mapping[str, Sequence[Aside]], brought: Brought
) -> None:
    """Take out of earlier deliveries what this one brought again, well or badly."""
    for one in listed(house):
        if one.origin.key == origin.key or one.origin.at > origin.at:
            continue
        for key in one.files:
            if key == UNREADABLE:
                if one.origin.title == origin.title:
                    _without(house, one, key, lambda _: True)
                continue
            register = house.catalogue.registers.get(key)
            if register is not None:
                again = _again(one.origin.key, register, aside.get(key, ()), brought)
                _without(house, one, key, again)


def _again(
    delivery: str, register: Register, aside: Sequence[Aside], brought: Brought
) -> Callable[[Aside], bool]:
    named = brought.named.get(register.key, set())
    badly = {_id(register, one.row) for one in aside}
    well, good = brought.ids.get(register.key, set()), brought.good.get(register.key, set())

    def again(one: Aside) -> bool:
        word = one.row.values.get(register.id or "")
        return (
            (delivery, one.row.place) in named or _id(register, one.row) in badly
            or (word in well if word else identity(one.row) in good)
        )  # fmt: skip

    return again


def _id(register: Register, row: SourceRow) -> str:
    return row.values.get(register.id or "") or identity(row)


def _without(house: House, one: Quarantined, register: str, gone: Callable[[Aside], bool]) -> int:
    """Write a delivery's rejected rows anew without those that are gone; how many went."""
    held = list(rows(house, one.origin.key, register))
    left = [row for row in held if not gone(row)]
    if len(left) < len(held):
        now = next((q for q in listed(house) if q.origin.key == one.origin.key), one)
        others = {k: list(rows(house, one.origin.key, k)) for k in now.files if k != register}
        keep(house, one.origin, {register: left, **others}, one.lang)
    return len(held) - len(left)


def drop(
    house: House, key: str, register: str, why: str, by: str, at: datetime
) -> int:  # fmt: skip
    """Say that what was set aside is not to be imported at all, and keep the reason."""
    one = next((q for q in listed(house) if q.origin.key == key and register in q.files), None)
    if one is None:
        return 0
    told = {"delivery": key, "register": register, "rows": one.files[register], "why": why,
            "by": by, "at": at.isoformat()}  # fmt: skip
    with (house.data / FOLDER / _DROPPED).open("a", encoding="utf-8") as out:
        out.write(json.dumps(told, ensure_ascii=False) + "\n")
    return _without(house, one, register, lambda _: True)


def dropped(house: House, key: str) -> list[dict[str, str]]:
    """What of a delivery was dropped: register, rows, why, by whom, when."""
    file = house.data / FOLDER / _DROPPED
    if not file.exists():
        return []
    told = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [one for one in told if one["delivery"] == key]
