"""Writes what the demonstration hospital's information system would hand over: nine feeds.

Decides nothing about the hospital's story: `calendar` says how busy each day is, `inpatients`
plays the wards, the SQL beside this module draws visits, drugs and money from hashes, and all
of it is the same on every run. The files are what `store` would receive from a real hospital.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from wardround.catalogue.organisation import Hospital
from wardround.demo.calendar import (
    FIRST,
    LAST,
    checkups,
    days,
    emergencies,
    is_open,
    outpatients,
    trend,
    winter,
)
from wardround.demo.inpatients import WARDS, Inpatients, Row, play

_SQL = Path(__file__).parent / "sql"
_OF_VISITS, _OF_WARDS = ("visits", "prescriptions"), ("wards", "bills", "feeds")
"""The scripts that need no inpatients, and those that do, in order."""
_MEMORY = "200MB"
_TABLES = {"admission": "told_admission", "visit": "told_visit"}
_FEEDS: dict[str, str] = {
    "visit": "visit_id", "admission": "admission_id", "bed_day": "bed_day_id",
    "charge": "charge_id", "prescription": "rx_id", "drug_item": "item_id",
    "surgery": "op_id", "delivery": "delivery_id", "staff_month": "staff_id",
}  # fmt: skip

_MOMENTS = {"charge", "prescription", "drug_item", "surgery", "delivery"}
"""Feeds whose time is called `at`, a word that SQL keeps for itself: `moment` until written."""

# Doctors, nurses, technicians and others of each department.
_STAFF: dict[str, tuple[int, int, int, int]] = {
    "internal_1": (10, 17, 0, 1), "internal_2": (9, 16, 0, 1), "surgery_1": (9, 15, 0, 1),
    "surgery_2": (8, 14, 0, 1), "maternity": (9, 16, 0, 1), "paediatrics": (7, 12, 0, 1),
    "rehabilitation": (6, 8, 5, 1), "icu": (5, 15, 0, 1), "emergency": (9, 16, 0, 4),
    "outpatient": (6, 9, 0, 2), "immunisation_clinic": (2, 5, 0, 1), "theatre": (6, 11, 0, 1),
    "laboratory": (1, 0, 13, 1), "imaging": (7, 2, 9, 1), "sterile_supply": (0, 6, 0, 3),
    "dispensary": (0, 0, 17, 1), "medical_records": (0, 1, 3, 1),
}  # fmt: skip

_ADMISSION = (
    "admission_id VARCHAR, patient_id VARCHAR, department VARCHAR, admit_department VARCHAR,"
    " admitted_at TIMESTAMP, discharged_at TIMESTAMP, nights INTEGER, way VARCHAR,"
    " outcome VARCHAR, severity VARCHAR, days INTEGER, diagnosed_on DATE, diagnosis_code VARCHAR,"
    " diagnosis_agrees BOOLEAN, rescues INTEGER, rescues_ok INTEGER, pathway BOOLEAN,"
    " pathway_done BOOLEAN, readmission_unplanned BOOLEAN, antibiotic BOOLEAN, ddds DOUBLE,"
    " operated BOOLEAN, culture_before BOOLEAN, planned_cost DOUBLE, drug_share DOUBLE,"
    " chart_received_on DATE"
)
_WARD_STAY = (
    "admission_id VARCHAR, department VARCHAR, first DATE, last DATE, arrived VARCHAR,"
    " departed VARCHAR, died BOOLEAN"
)
_SURGERY = (
    "op_id VARCHAR, admission_id VARCHAR, department VARCHAR, moment TIMESTAMP, level INTEGER,"
    " elective BOOLEAN, minimally_invasive BOOLEAN, day_case BOOLEAN, wound_class VARCHAR,"
    " healing VARCHAR, prophylaxis BOOLEAN, prophylaxis_in_hour BOOLEAN,"
    " unplanned_return BOOLEAN, safety_checked BOOLEAN"
)
_DELIVERY = (
    "delivery_id VARCHAR, admission_id VARCHAR, department VARCHAR, moment TIMESTAMP, mode VARCHAR,"
    " live BOOLEAN, weight_g INTEGER, blood_loss_ml INTEGER, breastfed BOOLEAN"
)
_VOLUME = "day DATE, kind VARCHAR, patients INTEGER, winter DOUBLE, trend DOUBLE, weekday INTEGER"
_WARD_PLAN = "department VARCHAR, beds INTEGER, day DATE, is_open BOOLEAN"
_STAFF_COLUMNS = (
    "department VARCHAR, doctors INTEGER, nurses INTEGER, technicians INTEGER, others INTEGER"
)


def write_feed(folder: Path, hospital: Hospital) -> dict[str, int]:
    """Write `<folder>/<register>.parquet` for every feed; register → number of rows.

    The days are `calendar.FIRST` to `calendar.LAST`; times are local wall time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beds = {ward: hospital.department[ward].beds for ward in WARDS}
    with (
        ThreadPoolExecutor(1) as beside,
        tempfile.TemporaryDirectory(dir=folder) as scratch,
        duckdb.connect() as db,
    ):
        played = beside.submit(play, beds)  # in Python, while the database draws visits
        db.execute(f"SET memory_limit = '{_MEMORY}'; SET threads = 2")
        db.execute("SET preserve_insertion_order = false")
        db.execute("SET temp_directory = ?", [scratch])
        db.execute("SET VARIABLE first_day = ?::DATE", [FIRST])
        db.execute("SET VARIABLE last_day = ?::DATE", [LAST])
        _load(db, Path(scratch), _calendars(beds))
        _run(db, _OF_VISITS)
        _load(db, Path(scratch), _stays(played.result()))
        _run(db, _OF_WARDS)
        return {feed: _write(db, feed, folder) for feed in _FEEDS}


def _run(db: duckdb.DuckDBPyConnection, scripts: Iterable[str]) -> None:
    for script in scripts:
        db.execute((_SQL / f"{script}.sql").read_text(encoding="utf-8"))


Table = tuple[str, str, Iterable[Sequence[object]]]
"""Name, columns and rows of a table that Python makes."""


def _calendars(beds: dict[str, int]) -> tuple[Table, ...]:
    return (
        ("volume", _VOLUME, _volume()),
        ("ward_plan", _WARD_PLAN, _ward_plan(beds)),
        ("staff", _STAFF_COLUMNS, ((key, *numbers) for key, numbers in _STAFF.items())),
    )


def _stays(wards: Inpatients) -> tuple[Table, ...]:
    return (
        ("admission", _ADMISSION, _in_order(_ADMISSION, wards.admission)),
        ("ward_stay", _WARD_STAY, _in_order(_WARD_STAY, wards.ward_stay)),
        ("surgery", _SURGERY, _in_order(_SURGERY, wards.surgery)),
        ("delivery", _DELIVERY, _in_order(_DELIVERY, wards.delivery)),
    )


def _load(db: duckdb.DuckDBPyConnection, scratch: Path, tables: Iterable[Table]) -> None:
    for name, columns, rows in tables:
        file = scratch / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
        db.execute(f"CREATE TABLE {name} ({columns})")
        db.execute(f"COPY {name} FROM '{file}' (FORMAT csv, HEADER false)")


def _in_order(columns: str, rows: list[Row]) -> Iterable[Sequence[object]]:
    names = [column.split()[0] for column in columns.split(", ")]
    return ([row[name] for name in names] for row in rows)


def _volume() -> Iterable[Sequence[object]]:
    """Patients a day and kind: what the calendar expects, unevenly but the same each time."""
    kinds = {"outpatient": outpatients, "emergency": emergencies, "checkup": checkups}
    for n, day in enumerate(days()):
        for salt, (kind, expect) in enumerate(kinds.items()):
            uneven = 0.93 + 0.14 * ((n * 0.7548776662 + salt * 0.31) % 1)
            yield (
                day, kind, round(expect(day) * uneven), round(winter(day), 4),
                round(trend(day), 4), day.weekday(),
            )  # fmt: skip


def _ward_plan(beds: dict[str, int]) -> Iterable[Sequence[object]]:
    return ((ward, beds[ward], day, is_open(ward, day)) for ward in beds for day in days())


def _write(db: duckdb.DuckDBPyConnection, feed: str, folder: Path) -> int:
    """One feed as Parquet, in the order of its rows' own numbers."""
    table, file = _TABLES.get(feed, feed), folder / f"{feed}.parquet"
    moment = ' RENAME (moment AS "at")' if feed in _MOMENTS else ""
    counted = db.execute(
        f"COPY (SELECT *{moment} FROM {table} ORDER BY {_FEEDS[feed]}) TO '{file}' (FORMAT parquet)"
    ).fetchone()
    return int(counted[0]) if counted else 0
