"""Every story that the catalogue tells comes true, by the rules that hold for everyone."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardround.catalogue.load import load
from wardround.store.play import play

CATALOGUE = load()
STORIES = [
    pytest.param(system, number, id=f"{system.key}-{number}")
    for system in CATALOGUE.systems.values()
    for number in range(len(system.scenario))
]


@pytest.mark.django_db
@pytest.mark.parametrize(("system", "number"), STORIES)
def test_the_story_comes_true(system, number, tmp_path: Path) -> None:
    key = f"scenario-{system.key}-{number}"
    faults = play(CATALOGUE, system, system.scenario[number], tmp_path, key)
    assert [f.say("en") for f in faults] == []
