"""Figures: targets, how values are written, and what a figure says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.figure import Figure, Target, Unit
from wardround.period import Period
from wardround.text import Refused, Text, same

PERCENT = Unit(same("%"), 100, 1)
FIGURE = Figure(
    indicator="washing", version="2024-01-01", name=Text("手卫生", "Hand hygiene"),
    department="ward_a", department_name=same("A"), period=Period.parse("2026H1"),
    as_of=datetime(2026, 7, 1, 8, 30, tzinfo=UTC), value=94.5, unit=PERCENT, numerator=189,
    denominator=200, direction="up", target=Target.parse(">= 95"), last_year=90.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "meets", "misses", "shown"),
    [
        (">= 95", [95, 96], [94.9], "≥ 95"),
        ("≥95", [95], [94.99], "≥ 95"),
        ("<= 9", [9, 0], [9.01], "≤ 9"),
        ("≤ 9.5", [9.5], [10], "≤ 9.5"),
        ("> 0", [0.1], [0], "> 0"),
        ("< 30", [29.9], [30], "< 30"),
        ("= 0", [0], [1], "= 0"),
        ("85..93", [85, 90, 93], [84.9, 93.1], "85–93"),
        (">= -5", [-5], [-6], "≥ -5"),
    ],
)
def test_a_target_is_read_and_met(
    words: str, meets: list[float], misses: list[float], shown: str
) -> None:
    target = Target.parse(words)
    assert all(target.met_by(value) for value in meets)
    assert not any(target.met_by(value) for value in misses)
    assert str(target) == shown
    assert Target.parse(target.as_words()) == target


def test_a_hair_s_breadth_is_forgiven() -> None:
    assert Target.parse("<= 0.3").met_by(0.1 + 0.2)
    assert not Target.parse("> 0.3").met_by(0.1 + 0.2)


@pytest.mark.parametrize(
    "words", ["", "95", "about 95", "93..85", ">= ", "=> 5", "1.2.3..4", "..5"]
)
def test_another_target_is_refused(words: str) -> None:
    with pytest.raises(Refused) as refused:
        Target.parse(words)
    assert "85..93" in refused.value.say("zh")


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (97.94, 1, "97.9"), (97.95, 1, "98.0"), (2.5, 0, "3"), (-2.5, 0, "−3"), (-0.04, 1, "0.0"),
        (1579698, 0, "1,579,698"), (0.285, 2, "0.29"), (1234.5, 2, "1,234.50"),
    ],
)  # fmt: skip
def test_a_value_is_written_rounded_half_away_from_nought(
    value: float, decimals: int, written: str
) -> None:
    assert Unit(same(""), 1, decimals).write(value) == written


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_what_is_written_is_within_half_a_digit(value: float, decimals: int) -> None:
    written = Unit(same(""), 1, decimals).write(value)
    read = float(written.replace(",", "").replace("−", "-"))
    assert abs(read - value) <= 0.5 / 10**decimals + 1e-6


def test_a_figure_knows_its_verdict_and_change() -> None:
    assert (FIGURE.verdict, FIGURE.written(), FIGURE.change) == ("missed", "94.5", 4.5)
    assert FIGURE.growth == pytest.approx(0.05)
    assert FIGURE.against(Target.parse(">= 90")).verdict == "met"
    assert FIGURE.against(None).verdict == "none"


def test_without_a_value_nothing_is_invented() -> None:
    none = replace(FIGURE, value=None, why_none=Text("分母为 0", "The denominator is 0"))
    assert (none.verdict, none.written(), none.change, none.growth) == ("none", "–", None, None)
    assert none.as_json()["why_none"] == {"zh": "分母为 0", "en": "The denominator is 0"}
    assert replace(FIGURE, last_year=0.0).growth is None
    assert replace(FIGURE, last_year=None).change is None


def test_a_figure_says_where_its_rows_are() -> None:
    address = urlsplit(replace(FIGURE, period=Period.parse("2026-01..2026-05")).query)
    assert address.path == "/figures/washing"
    assert parse_qs(address.query) == {
        "period": ["2026-01..2026-05"],
        "department": ["ward_a"],
        "as_of": ["2026-07-01T08:30:00.000000+00:00"],
    }
    assert "department" not in replace(FIGURE, department=None).query


def test_a_figure_as_json_has_everything() -> None:
    found = FIGURE.as_json()
    assert found["name"] == {"zh": "手卫生", "en": "Hand hygiene"}
    assert (found["written"], found["target"], found["verdict"]) == ("94.5", ">= 95", "missed")
    assert (found["numerator"], found["denominator"], found["multiplier"]) == (189, 200, 100)
    assert found["period"] == "2026H1"


def test_a_sum_says_how_much_of_the_year_s_target_it_is() -> None:
    visits = replace(
        FIGURE, value=18_550, unit=Unit(same("visits")), denominator=None, summed=True,
        target=Target.parse(">= 35000"),
    )  # fmt: skip
    assert visits.of_year == (0.53, 181 / 365)
    assert visits.as_json()["of_year"] == {"share": 0.53, "elapsed": 181 / 365}
    assert (visits.verdict, visits.of_month) == ("none", None)
    year = replace(visits, period=Period.parse("2026"))
    assert year.of_year == visits.of_year and year.verdict == "none", "the year still runs"
    over = replace(year, as_of=datetime(2027, 1, 1, tzinfo=UTC))
    assert (over.of_year, over.verdict) == (None, "missed")
    assert replace(visits, value=36_000).verdict == "met"
    for other in (
        {"summed": False}, {"value": None}, {"target": None},
        {"target": Target.parse("<= 3")}, {"target": Target.parse(">= 0")},
    ):  # fmt: skip
        assert replace(visits, **other).of_year is None  # type: ignore[arg-type]
