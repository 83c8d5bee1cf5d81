"""Keeping what was recorded: verify, rebuild, back up, restore; and forgetting a person."""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from wardround.commands.people import acting
from wardround.outcome import FOUND, Outcome
from wardround.store import definitions, ledger, measuring, projection, vault
from wardround.store.house import house
from wardround.store.models import Entry
from wardround.text import Text, refuse
from wardround.work import authority

_DATABASE = "wardround.sqlite3"
_KEPT = ("hospital.toml", "secret.key", "demo.json", definitions.FILE, vault.LIST)
_FOLDERS = ("catalogue", "mappings", "feed", "attachments", "plans", "checks", "issued")


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
    """Work projections, mart and cube anew, and erase again whom the list of the erased names."""
    at_hand = house()
    again = vault.erase_again(at_hand.data)
    rows = projection.rebuild(at_hand, at_hand.now())
    measured = measuring.refresh(at_hand)
    data = {**rows, "days_recomputed": measured.days_recomputed, "erased_again": again}
    return Outcome(data, [f"{name}: {n}" for name, n in data.items()])


def backup(words: argparse.Namespace) -> Outcome:
    """One zip of database, hospital, own declarations, feeds, attachments, plans as they were
    handed in, checked summaries and issued reports.

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
    """Unpack a backup into an empty data folder and work everything anew.

    Whoever was erased after the backup is erased again: by the list of the erased that was left
    in the folder, or that `--erased` names.
    """
    data, source = Path(settings.DATA), Path(words.file)
    # The settings have put a key there already if the folder stood empty; the backup's replaces it.
    left = {"secret.key", vault.LIST}
    if data.exists() and any(file.name not in left for file in data.iterdir()):
        raise refuse(f"{data} 不是空的，没有恢复。", f"{data} is not empty; nothing was restored.")
    if not zipfile.is_zipfile(source):
        raise refuse(f"{source} 不是备份文件。", f"{source} is not a backup.")
    with zipfile.ZipFile(source) as archive:
        names = archive.namelist()
        if _DATABASE not in names or any(n.startswith(("/", "..")) or ".." in n for n in names):
            raise refuse(f"{source} 不是督行的备份。", f"{source} is not a backup of Wardround.")
        lists = [data / vault.LIST, *([Path(words.erased)] if words.erased else [])]
        later = [line for file in lists for line in vault.listed(file)]
        data.mkdir(parents=True, exist_ok=True)
        archive.extractall(data)
    connection.close()
    at_hand = house()
    again = _forgotten(data / vault.LIST, later)
    faults = ledger.verify(at_hand)
    measuring.refresh(at_hand)
    count = Entry.objects.count()
    said = Text(
        f"恢复了 {count} 条记录，按名单再删除 {again} 人。",
        f"{count} entries restored; {again} persons erased again by the list.",
    )
    return Outcome(
        {"entries": count, "intact": not faults, "erased_again": again}, [said[words.lang]],
        FOUND if faults else 0,
    )  # fmt: skip


def _forgotten(file: Path, later: list[dict[str, str]]) -> int:
    """Put the later lines into the restored list, and erase again by it."""
    known = vault.listed(file)
    with file.open("a", encoding="utf-8") as out:
        for line in later:
            if line not in known:
                known.append(line)
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return vault.erase_again(file.parent)


def erase(words: argparse.Namespace) -> Outcome:
    """Destroy what opens a person: by opaque id, record number, or the entry that is about them."""
    at_hand = house()
    who = acting(at_hand, words.by)
    if not authority.may_erase(who):
        raise refuse(
            "只有院长和院办公室可以删除个人信息。",
            "Only the president and the hospital office may erase a person.",
        )
    if not words.reason.strip():
        raise refuse("请写明删除原因。", "Say why.", field="reason")
    whose, at = vault.find(words.subject) or words.subject, at_hand.now()
    count = vault.erase(whose, who.key, words.reason.strip(), at, at_hand.data)
    if count is None:
        raise refuse(
            f"没有“{words.subject}”的个人信息，或已经删除。",
            f'Nothing personal is kept of "{words.subject}", or it is erased already.',
        )
    said = Text(
        f"已删除。{count} 条记录和所有数字不变。", f"Erased. {count} entries and all figures stand."
    )
    data = {"subject": whose, "entries": count, "erased_at": at.isoformat()}
    return Outcome(data, [said[words.lang]])
