"""Formulas that change: what was told before stays what it was, and says what it was made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.store.conftest import at
from tests.store.test_deliveries import NOW, take_in
from wardround.period import Period
from wardround.store import definitions, measuring
from wardround.store.house import House
from wardround.web import since

MARCH = Period.parse("2026-03")
THEN, LATER = at("2026-04-10T08:00"), at("2026-04-20T08:00")
STAYS = """admission_id,department,admit_department,admitted_at,discharged_at,days
A,ward_1,ward_1,2026-03-02T08:00,2026-03-09T08:00,7
B,ward_1,ward_1,2026-03-02T08:00,2026-03-05T08:00,3
"""


@pytest.fixture
def changed(house: House) -> House:
    """The hospital in which long stays no longer count towards the average, from 15 April."""
    take_in(house, STAYS, "admission", "quality_officer")
    measuring.refresh(house, NOW)
    alos = replace(
        house.catalogue.indicators["alos"], numerator="sum_if(days, days < 5)",
        denominator="count_if(days < 5)", effective_from=date(2026, 4, 15),
    )  # fmt: skip
    indicators = house.catalogue.indicators | {"alos": alos}
    other = House(house.data, replace(house.catalogue, indicators=indicators), house.hospital)
    measuring.refresh(other, LATER)
    return other


def test_a_figure_of_then_is_worked_by_the_formula_of_then(changed: House) -> None:
    now = measuring.measuring(changed).figure("alos", None, MARCH)
    assert (now.value, now.version) == (3, "2026-04-15")

    figures = measuring.measuring(changed, THEN)
    then = figures.figure("alos", None, MARCH)
    assert (then.numerator, then.denominator, then.version) == (10, 2, "2020-01-01")
    behind = list(figures.rows("alos", None, MARCH))
    assert sum(row["numerator"] for row in behind) == 10
    beside = since.changed(then, measuring.measuring(changed), figures)
    assert beside and (beside.now.value, beside.formula) == (3, True)
    assert measuring.measuring(changed, LATER).figure("alos", None, MARCH).value == 3


def test_only_changes_are_kept_and_a_torn_line_is_said_again(changed: House) -> None:
    file = changed.data / definitions.FILE
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) == len(changed.catalogue.indicators) + 1 and '"key": "alos"' in lines[-1]

    file.write_text("\n".join([*lines[:-1], lines[-1][:40]]) + "\n", "utf-8")
    again = House(changed.data, replace(changed.catalogue), changed.hospital)
    definitions.note(again, LATER)
    before = definitions.as_of(again, THEN).catalogue.indicators["alos"]
    assert before.denominator == "count(*)" and definitions.as_of(again, LATER) is again
