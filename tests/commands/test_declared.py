"""`catalogue`: every declaration listed, every mistake told, every story played."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal, process
from wardround.catalogue.load import load
from wardround.catalogue.validate import validate


def test_the_shipped_catalogue_is_sound(empty: Terminal) -> None:
    """Sound today: a review date that has passed is the one thing a calendar may add."""
    faults = [f.as_json() for f in validate(load(), date.today())]
    said = empty("catalogue", "check", "--json")

    assert said.json == faults and said.status == (1 if faults else 0)
    assert all(f["field"] == "system.review_by" for f in faults)


def test_a_hospitals_own_file_is_checked_with_file_and_line(copy: Terminal) -> None:
    own = copy.data / "catalogue/systems/own"
    own.mkdir(parents=True)
    shutil.copy(SHIPPED_FILE, own / "cold_rooms.toml")
    text = (own / "cold_rooms.toml").read_text("utf-8")
    (own / "cold_rooms.toml").write_text(text.replace("keeper  =", "keper  =", 1), "utf-8")

    said = copy("catalogue", "check", "--json")

    assert said.status == 1
    assert any("cold_rooms.toml" in f["place"] and ":" in f["place"] for f in said.json)
    assert any("keper" in f["why"]["en"] for f in said.json)


SHIPPED_FILE = (
    Path(load.__code__.co_filename).parent / "systems/immunisation/vaccine_cold_chain.toml"
)


def test_everything_declared_is_listed(empty: Terminal) -> None:
    listed = empty.program("catalogue", "list")
    catalogue = load()

    assert all(set(one) == {"kind", "key", "name", "file", "covers"} for one in listed)
    found = {(one["kind"], one["key"]) for one in listed}
    assert {("system", key) for key in catalogue.systems} <= found
    assert ("register", "cold_chain") in found and ("scheme", "department_month") in found
    only = empty.program("catalogue", "list", "--kind", "report")
    assert {one["kind"] for one in only} == {"report"} and only


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    covered = sorted({row for s in load().systems.values() for row in s.covers})
    lines = [f"{row}\tcare" for row in [*covered, "S9-999"]]
    file = tmp_path / "inventory.tsv"
    file.write_text("\n".join(["id\tarea", *lines]) + "\n", "utf-8")
    return file


def test_coverage_counts_each_row_once(empty: Terminal, inventory: Path) -> None:
    told = empty.program("catalogue", "coverage", "--inventory", inventory)

    assert told["missing"] == 1 and told["unknown"] == []
    assert told["played"] + told["declared_only"] + told["missing"] == told["rows"]


def test_a_row_that_no_inventory_has_is_told(empty: Terminal, inventory: Path) -> None:
    rows = inventory.read_text("utf-8").splitlines()
    inventory.write_text("\n".join([rows[0], *rows[2:]]) + "\n", "utf-8")

    said = empty("catalogue", "coverage", "--inventory", inventory, "--json")

    assert said.status == 1 and said.json["unknown"] == [rows[1].split("\t")[0]]


def test_stories_are_played_beside_the_hospital(tmp_path: Path) -> None:
    data = tmp_path / "data"
    said = process("catalogue", "play", "--system", "vaccine_cold_chain", "--data", data, "--json")

    assert said.status == 0, said
    assert said.json["faults"] == [] and said.json["scenarios"] >= 1
    assert not data.exists()
