"""Declarations are read strictly: every mistake is told, with file, line, key and a way out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from wardround.catalogue.load import SHIPPED, load
from wardround.catalogue.model import Catalogue
from wardround.catalogue.validate import validate
from wardround.text import Fault, Refused

TODAY = date(2026, 7, 6)
SOUND = (SHIPPED / "systems/immunisation/vaccine_cold_chain.toml").read_text("utf-8")


def folder(at: Path, **systems: str) -> Path:
    """A folder of declarations beside the shipped shared lists."""
    place = at / "systems" / "immunisation"
    place.mkdir(parents=True)
    for name, text in systems.items():
        (place / f"{name}.toml").write_text(text, "utf-8")
    for shared in ("functions", "subjects", "units", "groups"):
        (at / f"{shared}.toml").write_bytes((SHIPPED / f"{shared}.toml").read_bytes())
    return at


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) >= 1, old
    return SOUND.replace(old, new, 1)


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def faults(at: Path, **systems: str) -> list[Fault]:
    """What loading refuses, or else what validation finds."""
    try:
        return validate(load(folder(at, **systems)), TODAY)
    except Refused as refused:
        return list(refused.faults)


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    catalogue = load(folder(tmp_path, cold_chain=SOUND))

    assert validate(catalogue, TODAY) == []
    assert catalogue.registers["cold_chain"].field["temperature"].inside == (2, 8)
    assert "read_vaccine_fridges_done" in catalogue.indicators
    assert catalogue.system_of("indicator", "fridge_ok").area == "immunisation"


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("keeper  =", "keper  =", "keper  =", 'Did you mean "keeper"?'),
        (', en = "Vaccine cold chain"', "", "name   =", '"en" is missing'),
        ("effective_from = 2018-01-01", 'effective_from = "2018"', "effective_from", "type date"),
        ("possible = [-40, 60]", "possible = [-40]", "temperature = {", "2 entries"),
        ("possible = [-40, 60]", 'possible = ["low", 60]', "temperature = {", "type float"),
        ('shape   = "measurement"', 'shape   = "reading"', 'shape   = "reading"', "is not one of"),
        ('grace    = "PT2H"', 'grace    = "2 hours"', "grace", "2 hours"),
        ('every    = "FREQ=DAILY', 'every    = "FREQ=NEVER', "every", "NEVER"),
        ('target      = ">= 100"', 'target      = "all"', "target", "is not a target"),
        (
            'name     = { zh = "疫苗冰箱测温"',
            'name     = { zh = ""',
            "name     = { zh",
            "may not be empty",
        ),
        (
            "start = 2026-03-02T08:00:00+08:00",
            "start = 2026-03-02T08:00:00",
            "start =",
            "needs its zone",
        ),
        ('covers = ["S4-036"]', 'covers = "S4-036"', "covers", "A list is expected"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(
    tmp_path: Path, old: str, new: str, at: str, says: str
) -> None:
    text = changed(old, new)
    (fault,) = faults(tmp_path, cold_chain=text)

    assert fault.place == f"immunisation/cold_chain.toml:{line_of(text, at)}"
    assert says in fault.why.en and fault.why.zh


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        (
            '"count_if(temperature between 2 and 8)"',
            '"count_if(temprature > 2)"',
            "indicator.fridge_ok",
            "temprature",
        ),
        ('broken   = "temperature < 2', 'broken   = "temperature < ', "check.fridge_out", ""),
        (
            'broken   = "temperature < 2',
            'broken   = "sqrt(temperature) < 2',
            "check.fridge_out",
            "SQRT",
        ),
        (
            'opens    = "cold_chain_excursion"',
            'opens    = "cold_chain"',
            "check.fridge_out",
            'no case register "cold_chain"',
        ),
        (
            'owner  = "public_health_office"',
            'owner  = "health_office"',
            "owner",
            'no function "health_office"',
        ),
        (
            'register = "cold_chain"\nfor_each',
            'register = "cold"\nfor_each',
            "duty.read_vaccine",
            '"cold"',
        ),
        ('for_each = "fridge"', 'for_each = "freezer"', "duty.read_vaccine", '"freezer"'),
        ('unit        = "%"', 'unit        = "percent"', "indicator.fridge_ok", '"percent"'),
        (
            'title   = "{temperature} °C"',
            'title   = "{warmth} °C"',
            "register.cold_chain.title",
            "warmth",
        ),
        ("review_by      = 2027-12-31", "review_by      = 2026-06-30", "review_by", "2026-06-30"),
        ('covers = ["S4-036"]', 'covers = ["36"]', "covers", "inventory"),
        (
            'carry    = { temperature = "temperature"',
            'carry    = { temperature = "warmth"',
            "check.fridge",
            "warmth",
        ),
    ],
)
def test_what_leads_nowhere_is_told_with_its_key(
    tmp_path: Path, old: str, new: str, key: str, says: str
) -> None:
    found = faults(tmp_path, cold_chain=changed(old, new))

    assert found and all(f.place == "immunisation/cold_chain.toml" for f in found)
    assert any(f.field.startswith(key) and says in f.why.en for f in found), found


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    text = changed('unit        = "%"', 'unit        = "%')
    (fault,) = faults(tmp_path, cold_chain=text)

    assert fault.place == f"immunisation/cold_chain.toml:{line_of(text, 'unit        =')}"
    assert "not valid TOML" in fault.why.en


def test_the_same_key_in_two_systems_is_refused(tmp_path: Path) -> None:
    found = faults(tmp_path, cold_chain=SOUND, cold_store=SOUND)

    assert {f.field for f in found} >= {"register.cold_chain", "indicator.fridge_ok"}
    assert all("already declared in immunisation/cold_chain.toml" in f.why.en for f in found)


def test_all_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        one=changed("keeper  =", "keper  =").replace("owner  =", "ownr  =", 1),
        two=changed(', en = "Vaccine cold chain"', ""),
        three="[system",
    )

    assert {f.place.split(":")[0] for f in found} == {
        f"immunisation/{name}.toml" for name in ("one", "two", "three")
    }
    assert len(found) >= 4


def test_a_hospitals_own_file_replaces_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    own = folder(
        tmp_path, vaccine_cold_chain=changed('target      = ">= 100"', 'target      = ">= 99"')
    )
    shipped, laid_over = load(), load(SHIPPED, own)

    assert str(shipped.indicators["fridge_ok"].target) == "≥ 100"
    assert str(laid_over.indicators["fridge_ok"].target) == "≥ 99"
    assert laid_over.registers.keys() == shipped.registers.keys()


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load()


def test_the_shipped_catalogue_is_sound(shipped: Catalogue) -> None:
    assert [f.say("en") for f in validate(shipped, TODAY)] == []


def test_every_shipped_system_says_why_and_on_whose_authority(shipped: Catalogue) -> None:
    assert len(shipped.systems) > 40
    bare = [s.file for s in shipped.systems.values() if len(s.why.zh) < 8 or len(s.why.en) < 20]
    assert bare == []
