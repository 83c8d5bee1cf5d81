"""Growths on the year before, and rankings by quotients; asked of the engine, the reference and a
region."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.indicator.mart import TREE, catalogue, indicator, register, write
from tests.indicator.mart import field as column
from wardround.catalogue.model import Indicator, Ranking
from wardround.indicator import reference
from wardround.indicator.database import Embedded
from wardround.indicator.engine import Engine, connect
from wardround.indicator.region import OTHER_HOSPITALS, Region
from wardround.indicator.values import Value
from wardround.period import Period
from wardround.text import Text

HAND = register("hand", column("washed", "integer"), column("chances", "integer"),
                column("what", "text"))  # fmt: skip
WASHING = indicator("washing", "hand", "sum(washed)", denominator="sum(chances)", unit="%")
GROWTH = replace(WASHING, key="growth", growth_of="washing")
BY_KIND = indicator("by_kind", "hand", unit="%",
                    ranking=Ranking("what", "sum(washed)", over="sum(chances)"))  # fmt: skip
DECLARED = catalogue([HAND], [WASHING, GROWTH, BY_KIND])
ROWS = [
    {"row_id": f"{day} {place}", "day": Period.parse(day).start, "department": place,
     "occurred_at": None, "washed": washed, "chances": chances, "what": what}
    for day, place, washed, chances, what in [
        ("2025-01-05", "ward_a", 3, 10, "before"), ("2025-01-06", "ward_b", 20, 30, "after"),
        ("2025-02-06", "ward_b", 0, 30, "after"), ("2026-01-05", "ward_a", 9, 10, "before"),
        ("2026-01-06", "ward_b", 10, 30, "after"), ("2026-02-03", "ward_a", 5, 10, "before"),
    ]
]  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    write(tmp_path / "mart", HAND, ROWS)
    return Engine(DECLARED, tmp_path / "mart", tmp_path / "cube", TREE)


def both(engine: Engine, one: Indicator, period: str, department: str | None) -> Value:
    """The value that the engine, its departments all at once and the reference agree on."""
    asked = Period.parse(period)
    found = engine.value(one, department, asked)
    assert found == reference.value(one, DECLARED, {"hand": ROWS}, TREE, department, asked)
    if department:
        assert found == engine.by_department(one, asked)[department]
    return found


def test_a_growth_is_worked_from_both_periods_of_whatever_it_is_asked_for(engine: Engine) -> None:
    assert both(engine, GROWTH, "2026-01", "ward_a") == Value(200, 60, 30)
    assert both(engine, GROWTH, "2026-01", None).numerator == pytest.approx(47.5 - 57.5)
    assert both(engine, GROWTH, "2026-01", "all").denominator == 57.5


@pytest.mark.parametrize(
    ("period", "department", "zh", "en"),
    [
        ("2026-01", "clinic", "分母为 0", "The denominator is 0"),
        ("2025-01", "ward_a", "上年同期：“hand”在本期没有数据",
         'A year before: "hand" holds no data for the period'),
        ("2026-02", "medicine", "上年同期为 0 或负数", "A year before it was 0 or less"),
    ],
)  # fmt: skip
def test_without_both_values_nothing_has_grown(
    engine: Engine, period: str, department: str, zh: str, en: str
) -> None:
    found = both(engine, GROWTH, period, department)
    assert (found.value, found.why_none) == (None, Text(zh, en))


def test_behind_a_growth_stand_the_rows_of_both_periods(engine: Engine) -> None:
    found = list(engine.rows(GROWTH, "ward_a", Period.parse("2026-01")))
    assert [(r["period"], r["numerator"], r["denominator"]) for r in found] == [
        ("2026-01", 9, 10), ("2025-01", 3, 10),
    ]  # fmt: skip


def test_a_region_has_grown_by_its_sums_where_the_same_hospitals_speak(tmp_path: Path) -> None:
    east = [row for row in ROWS if row["department"] == "ward_a"]
    west = [row for row in ROWS if row["department"] == "ward_b"]
    for name, rows in (("east", east), ("west", west)):
        write(tmp_path / "mart" / name, HAND, rows)
    region = Region(DECLARED, tmp_path, Embedded(connect(tmp_path)))
    region.measure()

    found = region.figures(Period.parse("2026-01"))["growth"]
    assert found.region.denominator == 57.5
    assert found.region.value == pytest.approx(-10 / 57.5 * 100)
    assert found.hospitals["east"] == Value(200, 60, 30)
    assert found.hospitals["west"].value == pytest.approx(-50)

    other = region.figures(Period.parse("2026-02"))["growth"]  # the west has fallen silent
    assert other.region == OTHER_HOSPITALS
    assert {name: value.value for name, value in other.hospitals.items()} == {"east": None}


def test_a_ranking_may_go_by_quotients(engine: Engine) -> None:
    found = both(engine, BY_KIND, "2026", None)
    assert found.value == pytest.approx(48)
    assert found.ranking[0] == ("before", 70)
    assert [name for name, _ in both(engine, BY_KIND, "2026", "ward_b").ranking] == ["after"]
