"""`verify`, `rebuild`, `backup`, `restore`, `tick`, `doctor`: what was recorded stays."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal

ENTRIES = 26
"""Twenty readings, the case that one of them opened, five items of the plan."""
FIGURES = (("fridge_ok", "2026-06"), ("appoint_rate", "2026H1"), ("duty_completion", "2026-06"))


def tampered(terminal: Terminal, statement: str) -> Terminal:
    """Change the database behind Wardround's back, past its triggers."""
    db = sqlite3.connect(terminal.data / "wardround.sqlite3")
    for (name,) in db.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        db.execute(f'drop trigger "{name}"')
    assert db.execute(statement).rowcount == 1
    db.commit()
    db.close()
    return terminal


def values(terminal: Terminal) -> list[object]:
    return [terminal.program("figure", k, "--period", p)["value"] for k, p in FIGURES]


def test_an_untouched_chain_is_intact(terminal: Terminal) -> None:
    assert terminal.program("verify") == {"entries": ENTRIES, "intact": True, "faults": []}
    assert "链完好" in terminal("verify", lang="zh").out


@pytest.mark.parametrize(
    ("statement", "seq", "zh", "en"),
    [
        ("update store_entry set \"values\" = replace(\"values\", '4.5', '5.5') where seq = 3",
         3, "内容被改动过", "its content was changed"),
        ("update store_entry set recorded_by = 'feng_shen' where seq = 5", 5, "第 5 条", "entry 5"),
        ("delete from store_entry where seq = 4", 5, "缺少第 4 条", "entry 4 is missing"),
        (f"delete from store_entry where seq = {ENTRIES}", ENTRIES - 1, "链尾不符", "end differs"),
    ],
)  # fmt: skip
def test_what_was_changed_behind_the_ledger_is_found(
    copy: Terminal, statement: str, seq: int, zh: str, en: str
) -> None:
    tampered(copy, statement)

    said = copy("verify", "--json")

    assert said.status == 1 and said.json["intact"] is False
    assert said.json["faults"][0]["seq"] == seq
    assert any(en in f["why"]["en"] and zh in f["why"]["zh"] for f in said.json["faults"])
    assert en in copy("verify").out
    assert copy("doctor").status == 1


def test_entries_cannot_be_changed_through_the_database(copy: Terminal) -> None:
    db = sqlite3.connect(copy.data / "wardround.sqlite3")
    for statement in ("update store_entry set subject = 'F9'", "delete from store_entry"):
        with pytest.raises(sqlite3.DatabaseError):
            db.execute(statement)
    db.close()
    assert copy.program("verify")["intact"]


def test_rebuilding_reaches_the_same_state(copy: Terminal) -> None:
    before, tables = values(copy), state(copy)
    for name in ("mart", "cube"):
        folder = copy.data / name
        for file in [f for f in folder.rglob("*") if f.is_file()]:
            file.unlink()

    told = copy.program("rebuild")

    assert told["Case"] == 1 and told["DutyWindow"] > 1000 and told["days_recomputed"] > 0
    assert values(copy) == before and state(copy) == tables


def state(terminal: Terminal) -> dict[str, list[tuple[object, ...]]]:
    """What is worked from entries, without the moments at which it was worked."""
    asked = {
        "store_case": "*",
        "store_dutywindow": "duty, department, subject, match, opens, due, wanted, done, done_at",
        "store_told": '"case", stage, level, function, department, at',
    }
    db = sqlite3.connect(terminal.data / "wardround.sqlite3")
    found = {t: sorted(db.execute(f"select {c} from {t}"), key=str) for t, c in asked.items()}
    db.close()
    return found


def test_a_backup_brings_everything_back(copy: Terminal, tmp_path: Path) -> None:
    before = values(copy)
    kept = ("feed", "attachments", "mappings", "plans/1", "checks/1", "issued")
    for folder in kept:
        (copy.data / folder).mkdir(parents=True, exist_ok=True)
        (copy.data / folder / "kept.file").write_text(folder)
    file = tmp_path / "backup.zip"
    assert copy.program("backup", file) == {"file": str(file), "bytes": file.stat().st_size}

    other = Terminal(tmp_path / "other", copy.unblocked)
    assert other.program("restore", file) == {
        "entries": ENTRIES, "intact": True, "erased_again": 0,
    }  # fmt: skip

    assert values(other) == before
    assert [(other.data / f / "kept.file").read_text() for f in kept] == list(kept)
    again = other("restore", file)
    assert again.status == 2 and "not empty" in again.err


def keys(terminal: Terminal) -> dict[str, bool]:
    """Whose personal fields can still be opened."""
    with sqlite3.connect(terminal.data / "wardround.sqlite3") as db:
        return {o: k is not None for o, k in db.execute("select owner, key from store_secret")}


def test_an_erased_person_stays_erased_when_an_older_backup_is_restored(
    copy: Terminal, tmp_path: Path
) -> None:
    with sqlite3.connect(copy.data / "wardround.sqlite3") as db:
        db.executemany("insert into store_secret (owner, key) values (?, ?)",
                       [("P-1", b"k" * 32), ("P-2", b"k" * 32)])  # fmt: skip
    before = tmp_path / "before.zip"
    assert copy("backup", before).status == 0

    told = copy.program("erase", "P-1", "--reason", "本人要求")

    assert (told["subject"], told["entries"]) == ("P-1", 0)
    assert keys(copy) == {"P-1": False, "P-2": True}
    assert copy("verify").status == 0
    again = copy("erase", "P-1", "--reason", "本人要求")
    assert again.status == 2 and "erased already" in again.err
    other = Terminal(tmp_path / "other", copy.unblocked)
    told = other.program("restore", before, "--erased", copy.data / "erased.jsonl")
    assert told["erased_again"] == 1 and keys(other) == {"P-1": False, "P-2": True}
    after = tmp_path / "after.zip"
    assert other("backup", after).status == 0
    assert "erased.jsonl" in zipfile.ZipFile(after).namelist()


def test_who_may_not_erase_erases_nothing(copy: Terminal) -> None:
    said = copy("erase", "P-1", "--reason", "x", "--by", "wang_fang")

    assert said.status == 2 and "president" in said.err


def test_a_backup_that_was_altered_is_told(copy: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    tampered(copy, "update store_entry set subject = 'F2' where seq = 1")
    assert copy("backup", file).status == 0

    said = Terminal(tmp_path / "other", copy.unblocked)("restore", file, "--json")

    assert (said.status, said.json["intact"]) == (1, False)


@pytest.mark.parametrize("name", ["../outside", "other.txt"])
def test_what_is_no_backup_restores_nothing(empty: Terminal, tmp_path: Path, name: str) -> None:
    file = tmp_path / "backup.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    other = Terminal(tmp_path / "other", empty.unblocked)

    said = other("restore", file)

    assert said.status == 2 and said.err.count("\n") == 1 and not other.data.exists()


def test_two_ticks_act_once(copy: Terminal) -> None:
    told = copy.program("tick")

    assert (told["opened"], told["told"]) == (0, 0)


def test_the_doctor_names_what_nobody_does(terminal: Terminal) -> None:
    said = terminal("doctor", lang="zh")

    assert said.status == 1 and "没有科室承担" in said.out and "医务科" in said.out
    assert "、" not in terminal("doctor").out
