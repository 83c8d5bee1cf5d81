"""Rows set aside: a folder a delivery, with a table to mend and import again.

Holds only what a mapping asks for, under field keys: what could not enter the hospital's data
for being wrong is no way round the rule that persons' names stay out of it.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wardround.sources.gate import Aside
from wardround.store.house import House
from wardround.text import Fault, Lang

FOLDER = "feed/rejected"
PLACE, WHY = "#place", "#why"
"""Headings that say where a row stood and what is wrong with it; an import leaves them out."""
UNREADABLE = "unreadable"


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


def keep(
    house: House, origin: Origin, aside: Mapping[str, Sequence[Aside]], lang: Lang
) -> Path | None:
    """Write what a delivery set aside; the folder, or None if it is nothing."""
    if not any(aside.values()):
        return None
    place = house.data / FOLDER / origin.key
    new = place.with_name(place.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    counts = {register: len(rows) for register, rows in aside.items() if rows}
    for register in counts:
        _write(new / f"{register}.csv", aside[register], lang)
    told = {
        "title": origin.title, "kind": origin.kind, "by": origin.by,
        "at": origin.at.isoformat(), "files": counts,
    }  # fmt: skip
    (new / "told.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    shutil.rmtree(place, ignore_errors=True)
    new.replace(place)
    return place


def _write(file: Path, rows: Iterable[Aside], lang: Lang) -> None:
    listed = list(rows)
    keys = list(dict.fromkeys(k for one in listed for k in one.row.values))
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*keys, PLACE, WHY])
        for one in listed:
            why = " ".join(Fault(f.why, field=f.field).say(lang) for f in one.faults)
            writer.writerow([*(one.row.values.get(k, "") for k in keys), one.row.place, why])


def listed(house: House) -> list[Quarantined]:
    """Every delivery that had rows set aside, the latest first."""
    found = []
    for file in (house.data / FOLDER).glob("*/told.json"):
        told = json.loads(file.read_text("utf-8"))
        at = datetime.fromisoformat(told["at"])
        origin = Origin(file.parent.name, told["title"], told["kind"], told["by"], at)
        found.append(Quarantined(origin, told["files"]))
    return sorted(found, key=lambda one: one.origin.at, reverse=True)


def file_of(house: House, key: str, register: str) -> Path | None:
    """The table of a delivery's rejected rows of one register, if there is one."""
    found = next((q for q in listed(house) if q.origin.key == key and register in q.files), None)
    return house.data / FOLDER / found.origin.key / f"{register}.csv" if found else None
