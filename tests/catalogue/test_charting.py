"""An indicator declares its chart, its baselines and what stands beside its number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.catalogue.test_load import changed, faults, folder
from wardround.catalogue.load import load
from wardround.catalogue.validate import validate

HEAD = "[indicator.fridge_ok]\n"
BESIDE = """reviewed = 2026-06-30
chart    = "g"
"""
REBASE = """
[[indicator.fridge_ok.rebase]]
from = 2026-01-01
by   = "公卫科 王芳"
why  = { zh = "换了冰箱", en = "New fridges" }
"""


def test_what_stands_beside_a_number_is_declared(tmp_path: Path) -> None:
    text = changed(HEAD, HEAD + BESIDE) + REBASE
    found = load(folder(tmp_path, cold_chain=text))
    fridge = found.indicators["fridge_ok"]

    assert validate(found, date(2026, 7, 6)) == []
    assert fridge.why and fridge.excludes and fridge.reviewed == date(2026, 6, 30)
    assert fridge.chart == "g"
    assert [(r.from_, r.by, r.why.en) for r in fridge.rebase] == [
        (date(2026, 1, 1), "公卫科 王芳", "New fridges")
    ]


@pytest.mark.parametrize(
    ("beside", "after", "says"),
    [
        ('chart = "pie"\n', "", "is not one of"),
        ('chart = "c"\n', "", "plain counts"),
        ("reviewed = 2030-01-01\n", "", "has not come"),
        ("", REBASE.replace('by   = "公卫科 王芳"\n', ""), '"by" is missing'),
        ("", REBASE + REBASE, "each once"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, beside: str, after: str, says: str) -> None:
    told = faults(tmp_path, cold_chain=changed(HEAD, HEAD + beside) + after)
    assert any(says in fault.why.en for fault in told), told


def test_a_chart_that_needs_a_denominator_has_one(tmp_path: Path) -> None:
    count = """
[indicator.readings]
name      = { zh = "测温次数", en = "Readings" }
describe  = { zh = "测了几次", en = "How many readings" }
register  = "cold_chain"
numerator = "count(*)"
unit      = "times"
direction = "none"
chart     = "u"
"""
    told = faults(tmp_path, cold_chain=changed(HEAD, HEAD) + count)
    assert [fault.why.en for fault in told] == ["A u chart needs a denominator."]
