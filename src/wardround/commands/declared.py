"""The catalogue: check it, list it, measure it against an inventory, play its stories."""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from wardround.catalogue.load import SHIPPED, lined, load
from wardround.catalogue.model import KINDS, Catalogue, System
from wardround.catalogue.validate import validate
from wardround.outcome import FOUND, Outcome
from wardround.store.play import play
from wardround.text import Refused, Text, refuse


def catalogue(words: argparse.Namespace) -> Outcome:
    return {"check": check, "list": listing, "coverage": coverage, "play": stories}[words.act](
        words
    )


def _loaded() -> Catalogue:
    return load(*_folders())


def _folders() -> list[Path]:
    own = Path(settings.DATA) / "catalogue"
    return [SHIPPED, own] if own.exists() else [SHIPPED]


def check(words: argparse.Namespace) -> Outcome:
    """Every fault, each with file, line and key."""
    try:
        found = _loaded()
        faults = lined(validate(found, date.today()), *_folders())
    except Refused as refused:
        faults = list(refused.faults)
    if not faults:
        said = Text("目录没有问题。", "The catalogue is sound.")
        return Outcome([], [said[words.lang]])
    return Outcome([f.as_json() for f in faults], [f.say(words.lang) for f in faults], FOUND)


def listing(words: argparse.Namespace) -> Outcome:
    """Every declaration: kind, key, name, file, covers."""
    if words.kind and words.kind not in (*KINDS, "system"):
        kinds = ", ".join((*KINDS, "system"))
        raise refuse(f"种类有：{kinds}。", f"The kinds are: {kinds}.")
    found = [one for s in _loaded().systems.values() for one in _declarations(s)]
    found = [one for one in found if words.kind in (None, one["kind"])]
    lines = [f"{o['kind']:<10} {o['key']:<32} {o['name'][words.lang]}" for o in found]
    return Outcome(found, lines)


def _declarations(system: System) -> Iterator[dict[str, Any]]:
    covers = list(system.covers)
    yield {"kind": "system", "key": system.key, "name": system.name.as_json(),
           "file": system.file, "covers": covers}  # fmt: skip
    for kind in KINDS:
        for key, one in getattr(system, kind).items():
            yield {"kind": kind, "key": key, "name": one.name.as_json(), "file": system.file,
                   "covers": covers}  # fmt: skip


def coverage(words: argparse.Namespace) -> Outcome:
    """How much of an inventory the catalogue puts to work.

    A row is played when a system that covers it has a scenario that records something; a
    system without one only declares it.
    """
    if not words.inventory:
        raise refuse("请用 --inventory 指明清单。", "Name the inventory with --inventory.")
    rows = _inventory(Path(words.inventory))
    found = _loaded()
    played = {row for s in found.systems.values() if _is_played(s) for row in s.covers}
    declared = {row for s in found.systems.values() for row in s.covers}
    data = {
        "rows": len(rows), "played": len(rows.keys() & played),
        "declared_only": len(rows.keys() & declared - played),
        "missing": len(rows.keys() - declared),
    }  # fmt: skip
    areas = Counter(rows[r] for r in rows.keys() & played)
    lines = [f"{k}: {v}" for k, v in data.items()]
    lines += [f"  {area}: {n}" for area, n in areas.most_common()]
    unknown = sorted(declared - rows.keys())
    return Outcome(data | {"unknown": unknown}, lines, FOUND if unknown else 0)


def _is_played(system: System) -> bool:
    return any(step.records or step.feeds or step.step for s in system.scenario for step in s.story)


def _inventory(file: Path) -> dict[str, str]:
    """id → area; raises `Refused` if it is no inventory."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            return {row["id"]: row["area"] for row in table}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise refuse(
            f"{file} 不是清单：要有 id 和 area 两列，用制表符分隔。",
            f"{file} is not an inventory: it needs tab-separated columns id and area.",
        ) from error


def stories(words: argparse.Namespace) -> Outcome:
    """Play every scenario in a hospital of its own; nothing of it is kept."""
    found = _loaded()
    asked = words.system or list(found.systems)
    for key in asked:
        if key not in found.systems:
            raise refuse(f"没有“{key}”这个系统。", f'There is no system "{key}".')
    faults = []
    count = 0
    with _database():
        for system in (found.systems[key] for key in asked):
            for number, scenario in enumerate(system.scenario):
                count += 1
                with tempfile.TemporaryDirectory() as folder, transaction.atomic():
                    key = f"scenario-{system.key}-{number}"
                    faults += play(found, system, scenario, Path(folder), key)
                    transaction.set_rollback(True)
    said = Text(
        f"演了 {count} 个情景，{len(faults)} 处不符。", f"{count} scenarios, {len(faults)} faults."
    )
    data = {"scenarios": count, "faults": [f.as_json() for f in faults]}
    lines = [said[words.lang], *(f.say(words.lang) for f in faults)]
    return Outcome(data, lines, FOUND if faults else 0)


@contextmanager
def _database() -> Iterator[None]:
    """An empty database beside the hospital's, which is neither read nor locked meanwhile."""
    own = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)
