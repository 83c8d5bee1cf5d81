"""The demonstration's entries: valid, in order, of every register, with cases that move."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from wardround.catalogue.load import load
from wardround.catalogue.model import Catalogue
from wardround.catalogue.organisation import Hospital, load_hospital
from wardround.demo import feed
from wardround.demo.entries import entries
from wardround.text import Refused
from wardround.work import record

UNTIL = datetime(2025, 2, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="module")
def hospital(catalogue: Catalogue) -> Hospital:
    return load_hospital(Path(feed.__file__).parent / "hospital.toml", catalogue)


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory, hospital: Hospital) -> Path:
    folder = tmp_path_factory.mktemp("feed")
    feed.write_feed(folder, hospital)
    return folder


@pytest.fixture(scope="module")
def told(hospital: Hospital, catalogue: Catalogue, fed: Path) -> list[dict[str, Any]]:
    return list(entries(hospital, catalogue, UNTIL, lambda: fed))


def test_every_entry_passes_the_gate(
    told: list[dict[str, Any]], hospital: Hospital, catalogue: Catalogue
) -> None:
    known = record.Known(
        frozenset(hospital.department), frozenset(hospital.person),
        {kind: frozenset(things) for kind, things in hospital.subject.items()},
    )  # fmt: skip
    refused = []
    for entry in told:
        if entry["about"]:
            continue
        try:
            record.clean(
                catalogue.registers[entry["register"]], entry["values"], known=known,
                subject=entry["subject"], occurred_at=entry["occurred_at"],
                at=entry["recorded_at"],
            )  # fmt: skip
        except Refused as fault:
            refused.append((entry["key"], fault.say("en")))
    assert refused == []


def test_entries_come_in_the_order_of_recording_and_once(told: list[dict[str, Any]]) -> None:
    moments = [entry["recorded_at"] for entry in told]
    assert moments == sorted(moments) and moments[-1] <= UNTIL
    assert len({entry["id"] for entry in told}) == len(told)


def test_what_is_owed_daily_is_mostly_done(told: list[dict[str, Any]], hospital: Hospital) -> None:
    """Two vaccine fridges, twice a day, for fifty days: a few readings are missed."""
    readings = [entry for entry in told if entry["register"] == "cold_chain"]
    assert 0.9 * 200 < len(readings) < 202
    assert {entry["subject"] for entry in readings} == {"IM1", "IM2"}


def test_every_register_that_somebody_must_keep_is_kept(
    told: list[dict[str, Any]], catalogue: Catalogue
) -> None:
    kept = {entry["register"] for entry in told}
    owed = {d.register for d in catalogue.duties.values()
            if d.every and d.every.freq in ("DAILY", "WEEKLY")}  # fmt: skip
    assert owed <= kept


def test_cases_move_through_their_stages_in_order(
    told: list[dict[str, Any]], catalogue: Catalogue
) -> None:
    moves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in told:
        if entry["about"]:
            moves[entry["about"]].append(entry)
    assert moves
    for steps in moves.values():
        register = catalogue.registers[steps[0]["register"]]
        order = list(register.signatures) or ["notified", "arrived", "rectified", "rechecked"]
        assert [s["occurred_at"] for s in steps] == sorted(s["occurred_at"] for s in steps)
        places = [order.index(s["step"]) for s in steps]
        failed = any(s["values"].get("passed") is False for s in steps)
        assert failed or places == sorted(set(places))


def test_calls_after_discharge_name_real_stays(told: list[dict[str, Any]], fed: Path) -> None:
    called = {entry["values"]["admission_id"] for entry in told
                    if entry["register"] == "followup"}  # fmt: skip
    with feed.duckdb.connect() as db:
        rows = db.execute(
            f"SELECT admission_id FROM '{fed}/admission.parquet' WHERE way = 'home'"
        ).fetchall()
    assert len(called) > 500 and called <= {key for (key,) in rows}


def test_the_same_entries_are_told_every_time(
    told: list[dict[str, Any]], hospital: Hospital, catalogue: Catalogue, fed: Path
) -> None:
    week = datetime(2025, 1, 8, tzinfo=UNTIL.tzinfo)
    again = list(entries(hospital, catalogue, week, lambda: fed))
    first = [e for e in told if e["recorded_at"] <= week and not e["about"]]
    assert [e for e in again if not e["about"]] == first
