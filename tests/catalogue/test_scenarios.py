"""Every story that the catalogue tells comes true, by the rules that hold for everyone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.terminal import process
from wardround.catalogue.load import load
from wardround.catalogue.model import System
from wardround.catalogue.scenario import Scenario
from wardround.store.play import play

CATALOGUE = load()
STORIES = [
    pytest.param(system, scenario, id=f"{system.key}-{number}")
    for system in CATALOGUE.systems.values()
    for number, scenario in enumerate(system.scenario)
]
"""Each scenario under the name of its system."""
A_FEW = (
    "chart_quality", "department_month", "fire_drill", "medical_waste", "satisfaction",
    "vaccine_stock",
)  # fmt: skip
"""One of each kind, told again on PostgreSQL: checklist, scores, drill, waste, survey, stock."""


@pytest.mark.django_db
@pytest.mark.parametrize(("system", "scenario"), STORIES)
def test_the_story_comes_true(system: System, scenario: Scenario, tmp_path: Path) -> None:
    faults = play(CATALOGUE, system, scenario, tmp_path, "stage")

    assert [f.say("en") for f in faults] == []


def test_every_area_tells_stories() -> None:
    """Feeds bring rows and reports show them; every other area is something that people do."""
    told = {system.area for system in CATALOGUE.systems.values() if system.scenario}

    assert {s.area for s in CATALOGUE.systems.values()} - told <= {"feeds", "reports"}


@pytest.mark.postgres
def test_stories_come_true_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    words = [word for key in A_FEW for word in ("--system", key)]
    own = postgres_url.replace("///postgres", "///stories")

    said = process(
        "catalogue", "play", *words, "--data", tmp_path / "data", "--json", DATABASE_URL=own
    )

    assert (said.status, said.err) == (0, "")
    assert said.json == {"scenarios": sum(len(CATALOGUE.systems[k].scenario) for k in A_FEW),
                         "faults": []}  # fmt: skip
