"""Keeping what was recorded: verify, rebuild, back up, restore."""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from wardround.outcome import FOUND, Outcome
from wardround.store import ledger, measuring, projection
from wardround.store.house import house
from wardround.store.models import Entry
from wardround.text import Text, refuse

_DATABASE = "wardround.sqlite3"
_KEPT = ("hospital.toml", "secret.key", "demo.json")
_FOLDERS = ("catalogue", "feed", "attachments", "reports")


def verify(words: argparse.Namespace) -> Outcome:
    """Walk the chain; status 1 if it does not hold."""
    faults = ledger.verify(house())
    count = Entry.objects.count()
    data = {"entries": count, "intact": not faults, "faults": [f.as_json() for f in faults]}
    if not faults:
        said = Text(f"{count} 条记录，链完好。", f"{count} entries; the chain is intact.")
        return Outcome(data, [said[words.lang]])
    return Outcome(data, [f.why[words.lang] for f in faults], FOUND)


def rebuild(words: argparse.Namespace) -> Outcome:
    """Work projections, mart and cube anew."""
    at_hand = house()
    rows = projection.rebuild(at_hand, at_hand.now())
    measured = measuring.refresh(at_hand)
    data = {**rows, "days_recomputed": measured.days_recomputed}
    return Outcome(data, [f"{name}: {n}" for name, n in data.items()])


def backup(words: argparse.Namespace) -> Outcome:
    """One zip of database, hospital, own declarations, feeds, attachments and reports.

    What is worked from these (mart, cube) is left out; `restore` works it anew.
    """
    data, target = Path(settings.DATA), Path(words.file)
    if connection.vendor != "sqlite":
        raise refuse(
            "PostgreSQL 请用 pg_dump 备份，并另存数据文件夹。",
            "Back PostgreSQL up with pg_dump, and keep the data folder beside it.",
        )
    house()
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / _DATABASE
        source = sqlite3.connect(data / _DATABASE)
        with sqlite3.connect(copy) as into:
            source.backup(into)
        source.close()
        new = target.with_name(target.name + ".new")
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, _DATABASE)
            for name in _KEPT:
                if (data / name).exists():
                    archive.write(data / name, name)
            for folder in _FOLDERS:
                for file in sorted((data / folder).rglob("*")):
                    if file.is_file():
                        archive.write(file, file.relative_to(data))
        new.replace(target)
    size = target.stat().st_size
    said = Text(f"已备份到 {target}（{size:,} 字节）。", f"Backed up to {target} ({size:,} bytes).")
    return Outcome({"file": str(target), "bytes": size}, [said[words.lang]])


def restore(words: argparse.Namespace) -> Outcome:
    """Unpack a backup into an empty data folder and work everything anew."""
    data, source = Path(settings.DATA), Path(words.file)
    # The settings have put a key there already if the folder stood empty; the backup's replaces it.
    if data.exists() and any(file.name != "secret.key" for file in data.iterdir()):
        raise refuse(f"{data} 不是空的，没有恢复。", f"{data} is not empty; nothing was restored.")
    if not zipfile.is_zipfile(source):
        raise refuse(f"{source} 不是备份文件。", f"{source} is not a backup.")
    with zipfile.ZipFile(source) as archive:
        names = archive.namelist()
        if _DATABASE not in names or any(n.startswith(("/", "..")) or ".." in n for n in names):
            raise refuse(f"{source} 不是督行的备份。", f"{source} is not a backup of Wardround.")
        data.mkdir(parents=True, exist_ok=True)
        archive.extractall(data)
    connection.close()
    at_hand = house()
    faults = ledger.verify(at_hand)
    measuring.refresh(at_hand)
    count = Entry.objects.count()
    said = Text(f"恢复了 {count} 条记录。", f"{count} entries restored.")
    return Outcome(
        {"entries": count, "intact": not faults}, [said[words.lang]], FOUND if faults else 0
    )
