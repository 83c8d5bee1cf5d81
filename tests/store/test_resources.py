"""FHIR as servers really export it: histories in any order, deletions, other releases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.store.test_feeds import held, lines, take
from wardround.store.house import House


def encounter(version: int, status: str = "finished", **more: Any) -> dict[str, Any]:
    moment = f"2026-03-{version:02}T08:00:00Z"
    return {
        "resourceType": "Encounter", "id": "e1", "status": status, "class": {"code": "IMP"},
        "meta": {"versionId": str(version), "lastUpdated": moment},
        "period": {"start": "2026-03-01T08:00:00+08:00", "end": "2026-03-05T08:00:00+08:00"},
        "location": [{"location": {"reference": "Location/W1"}}], **more,
    }  # fmt: skip


def observation(key: str, *categories: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": key, "status": "final",
        "encounter": {"reference": "Encounter/e1"}, "issued": "2026-03-02T09:00:00+08:00",
        "category": [{"coding": [{"code": code}]} for code in categories],
        "code": {"coding": [{"code": "718-7"}]}, "valueQuantity": {"value": 9},
    }  # fmt: skip


MOVED = encounter(10, location=[{"location": {"reference": "Location/W2"}}])


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_history_the_last_version_tells_everything(feeding: House, order: int) -> None:
    history = [encounter(1, "in-progress"), encounter(9), MOVED]
    take(feeding, "fhir", "e.ndjson", lines([*history[::order], observation("o", "laboratory")]))
    assert held(feeding, "admission", "department, days") == [("ward_2", 4)], "days worked out"
    assert held(feeding, "lab", "department") == [("ward_2",)], "what asks it is told the same"


def test_categories_stand_in_any_place_and_another_release_is_told(feeding: House) -> None:
    results = [
        observation("a", "vital-signs", "laboratory"), observation("b", "vital-signs"),
        observation("c"),
    ]  # fmt: skip
    r5 = encounter(1) | {"id": "e5", "class": [{"coding": [{"code": "IMP"}]}]}
    done = take(feeding, "fhir", "o.ndjson", lines([encounter(1), *results, r5]))
    assert held(feeding, "lab", "result_id") == [("a",)] and done.left_out == {"Observation": 2}
    assert [(f.place, f.field) for f in done.rejected] == [("o.ndjson 第 5 行", "class.code")]
    assert "R4" in done.rejected[0].why.en


def deleted() -> str:
    entry = {
        "request": {"method": "DELETE", "url": "Encounter/e1"},
        "response": {"status": "204", "lastModified": "2026-03-20T08:00:00Z"},
    }
    return json.dumps({"resourceType": "Bundle", "type": "history", "entry": [entry]})


@pytest.mark.parametrize(
    ("gone", "first"),
    [(deleted(), True), (deleted() + "\n", False), (lines([encounter(11, "cancelled")]), True)],
)
def test_what_is_deleted_or_cancelled_is_gone_whichever_comes_first(
    feeding: House, gone: str, first: bool
) -> None:
    said = {"gone": gone, "there": lines([encounter(9)])}
    for hours, key in enumerate(sorted(said, reverse=not first)):
        name = "e.ndjson" if said[key].endswith("\n") else "e.json"
        take(feeding, "fhir", name, said[key], hours=hours)
    assert held(feeding, "admission") == [] and held(feeding, "ward_stay") == []
