"""Figures that hospitals printed, from the inputs that they printed beside them, by our formulas.

Each fact: the rows that the inputs stand for, the indicator, the value as printed. A value that
was cut off instead of rounded agrees to the whole number below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from wardround.catalogue.load import load
from wardround.figure import Figure
from wardround.indicator import reference
from wardround.period import Period
from wardround.text import Text, same

CATALOGUE = load()
TREE = {"hospital": frozenset({"hospital"})}
MONTHS = Period.parse("2008-01..2008-05")
Row = dict[str, Any]


def row(register: str, **values: Any) -> Row:
    """A row of the register in the middle of the period."""
    feed = CATALOGUE.registers[register]
    day = datetime(2008, 3, 1, 8)
    placed: Row = {feed.day: day} if feed.day and feed.day != "day" else {}
    return {"department": "hospital", "day": day.date(), "row_id": "r", **placed, **values}


def charges(**amounts: float) -> list[Row]:
    return [row("charge", category=k, amount=v, setting="inpatient") for k, v in amounts.items()]


@dataclass(frozen=True)
class Fact:
    """An indicator, the rows of its registers, and what was printed."""

    indicator: str
    rows: dict[str, list[Row]]
    printed: str


ALIVE = {"born_alive": 1, "stillborn": 0, "died_7": 0}
BIRTHS = [row("delivery", mode="caesarean", live=True, **ALIVE)] * 13
BIRTHS += [row("delivery", mode="spontaneous", live=True, **ALIVE)] * 52
FACTS = {
    "occupancy above 100": Fact(
        "bed_occupancy", {"bed_day": [row("bed_day", open_beds=180 * 152, occupied=28072)]}, "103"
    ),
    "occupancy without the leap day": Fact(
        "bed_occupancy", {"bed_day": [row("bed_day", open_beds=180 * 151, occupied=28072)]}, "103"
    ),
    "caesareans": Fact("csection_rate", {"delivery": BIRTHS}, "20"),
    "vaginal and caesarean": Fact("deliveries", {"delivery": BIRTHS}, "65"),
    "every birth alive": Fact("live_births", {"delivery": BIRTHS}, "65"),
    "no perinatal death": Fact("perinatal_mort", {"delivery": BIRTHS}, "0"),
    "hand-foot-mouth, all cured": Fact(
        "cure_rate", {"admission": [row("admission", outcome="cured")] * 11}, "100"
    ),
    "four kinds of examination": Fact(
        "exam_volume",
        {"exam": [row("exam", modality=m) for m, n in (
            ("colour", 11459), ("black and white", 8048), ("ecg", 3452), ("infectious", 11539)
        ) for _ in range(n)]},
        "34498",
    ),
    "income of the four, cut to ten thousands": Fact(
        "income_medical", {"charge": charges(imaging=771304 + 207618 + 75915 + 524861)}, "158"
    ),
}  # fmt: skip


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_a_printed_value_follows_from_its_printed_inputs(fact: Fact) -> None:
    indicator = CATALOGUE.indicators[fact.indicator]

    found = reference.value(indicator, CATALOGUE, fact.rows, TREE, None, MONTHS)

    assert found.value is not None and f"{found.value:.0f}" == fact.printed


@pytest.mark.parametrize(
    ("value", "more", "printed"),
    [(789, 220, "39"), (352, 104, "42"), (433, 116, "37")],
    ids=["business income", "medical income", "drug income, printed as 36: cut off"],
)
def test_a_printed_growth_follows_from_value_and_increase(
    value: float, more: float, printed: str
) -> None:
    assert f"{100 * (_figure(value, value - more).growth or 0):.0f}" == printed


def test_a_printed_growth_of_occupancy_is_relative() -> None:
    """Bed-days up 15 % on the same beds, in a leap year: 14 % more occupied, not 14 points."""
    now, before = 28072 / (180 * 152), 28072 / 1.15 / (180 * 151)
    grown = _figure(100 * now, 100 * before)
    assert f"{100 * (grown.growth or 0):.0f}" == "14"
    assert f"{grown.change:.1f}" == "12.8"


def test_stay_and_turnover_printed_together_leave_one_number_of_discharges() -> None:
    """25.8 days a stay and 6.1 turns of a bed, both rounded, hold for 1089 and 1090 only."""
    fits = [n for n in range(1080, 1100) if _alos(n) == "25.8" and _turns(n) == "6.1"]
    assert fits == [1089, 1090]


def _alos(discharges: int) -> str:
    stays = [row("admission", days=28072)] + [row("admission")] * (discharges - 1)
    return _written("alos", {"admission": stays})


def _turns(discharges: int) -> str:
    """Turns in the five months: the indicator's are put as a year."""
    rows = {
        "admission": [row("admission")] * discharges,
        "bed_day": [row("bed_day", open_beds=180 * 365, occupied=28072)],
    }
    return _written("bed_turnover", rows)


def _written(key: str, rows: dict[str, list[Row]]) -> str:
    indicator = CATALOGUE.indicators[key]
    found = reference.value(indicator, CATALOGUE, rows, TREE, None, MONTHS)
    return CATALOGUE.units[indicator.unit].write(found.value or 0)


def _figure(value: float, last_year: float) -> Figure:
    return Figure(
        "income", "", Text("收入", "Income"), None, same("hospital"), MONTHS,
        datetime(2008, 6, 1), value, CATALOGUE.units["yuan"], value, None, "up",
        last_year=last_year,
    )  # fmt: skip
