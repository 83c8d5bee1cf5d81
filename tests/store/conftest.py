"""A small hospital with two wards, an immunisation clinic and the offices that watch them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wardround.catalogue.load import load
from wardround.catalogue.model import Catalogue
from wardround.catalogue.organisation import About, Department, Hospital, Person, Thing
from wardround.store.house import House
from wardround.text import Text, same

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A moment in the hospital's own time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def _department(key: str, *functions: str) -> Department:
    return Department(key, same(key), functions)


def _person(key: str, department: str, role: str, leads: tuple[str, ...] = ()) -> Person:
    return Person(key, same(key), department, role, same(role), leads)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture
def house(db: None, tmp_path: Path, catalogue: Catalogue) -> House:
    departments = [
        _department("ward_1", "ward", "clinical", "every_department"),
        _department("ward_2", "ward", "clinical", "every_department"),
        _department("clinic", "immunisation_clinic", "clinical", "every_department"),
        _department("prevention", "public_health_office"),
        _department("quality", "quality_office"),
        _department("infection", "infection_office"),
        _department("office", "hospital_office"),
        _department("supervision", "supervision_office"),
        _department("leadership", "president", "vice_president"),
    ]
    people = [
        _person("nurse", "ward_1", "staff"),
        _person("head", "ward_1", "head"),
        _person("other", "ward_2", "staff"),
        _person("vaccinator", "clinic", "staff"),
        _person("clinic_head", "clinic", "head"),
        _person("prevention_officer", "prevention", "officer"),
        _person("quality_officer", "quality", "officer"),
        _person("infection_officer", "infection", "officer"),
        _person("clerk", "office", "officer"),
        _person("supervisor", "supervision", "officer"),
        _person("auditor", "leadership", "auditor"),
        _person("president", "leadership", "president"),
    ]
    fridges = {k: Thing(k, Text(f"{k} 冰箱", f"Fridge {k}"), "clinic") for k in ("F1", "F2")}
    hospital = Hospital(
        About("test", Text("测试医院", "Test Hospital"), "Asia/Shanghai", 40, date(2026, 3, 1)),
        {d.key: d for d in departments},
        {p.key: p for p in people},
        subject={"fridge": fridges},
    )
    return House(tmp_path, catalogue, hospital)


@pytest.fixture
def feeding(house: House) -> House:
    """The small hospital with beds, whose systems have codes for the wards."""
    wards = {
        key: replace(house.hospital.department[key], beds=4, codes=(code,))
        for key, code in (("ward_1", "W1"), ("ward_2", "W2"))
    }
    hospital = replace(house.hospital, department={**house.hospital.department, **wards})
    return House(house.data, house.catalogue, hospital)
