"""`measure`, `figure` and `score`: numbers that say what they count and open on their rows."""

from __future__ import annotations

import pytest

from tests.commands.terminal import Terminal

FIGURE = {
    "indicator", "version", "name", "department", "department_name", "period", "as_of", "value",
    "written", "unit", "multiplier", "numerator", "denominator", "direction", "target",
    "last_year", "of_year", "verdict", "provisional", "why_none", "ranking", "query",
}  # fmt: skip


def test_measuring_twice_measures_nothing_anew(terminal: Terminal) -> None:
    told = terminal.program("measure")

    assert set(told) == {"measures", "days_recomputed", "seconds"}
    assert told["measures"] > 100 and told["days_recomputed"] == 0


def test_a_figure_is_the_whole_object(terminal: Terminal) -> None:
    figure = terminal.program("figure", "appoint_rate", "--period", "2026H1")

    assert set(figure) == FIGURE
    assert (figure["numerator"], figure["denominator"]) == (44, 89)
    assert figure["value"] == pytest.approx(100 * 44 / 89) and figure["written"] == "49.4"
    assert figure["department"] is None and figure["period"] == "2026H1"
    assert figure["query"].startswith("/figures/appoint_rate?period=2026H1&as_of=2026-07-06T09:")


@pytest.mark.parametrize(
    ("key", "department", "period"),
    [
        ("appoint_rate", None, "2026H1"), ("appoint_rate", "ward_1", "2026Q2"),
        ("appoint_rate", "clinic", "2026-05"), ("op_visits", None, "2026-04..2026-05"),
        ("fridge_ok", None, "2026-06"), ("duty_completion", "clinic", "2026-06"),
    ],
)  # fmt: skip
def test_the_rows_add_up_to_the_figure(
    terminal: Terminal, key: str, department: str | None, period: str
) -> None:
    where = ("--department", department) if department else ()
    told = terminal.program("figure", key, "--period", period, *where, "--rows")
    top = sum(row["numerator"] for row in told["rows"])
    bottom = sum(row["denominator"] or 0 for row in told["rows"])

    assert {*FIGURE, "rows"} == set(told)
    assert told["value"] is not None and top == told["numerator"]
    assert bottom == (told["denominator"] or 0)
    assert top / (bottom or 1) * told["multiplier"] == pytest.approx(told["value"])
    for row in told["rows"]:
        assert row["row_id"] and row["register"]
        assert department in (None, row["department"])


def test_a_median_lists_the_rows_that_it_was_taken_from(terminal: Terminal) -> None:
    told = terminal.program("figure", "wait_median", "--period", "2026-06", "--rows")
    looked_at = sorted(row["looked_at"] for row in told["rows"])
    half = len(looked_at) // 2

    assert len(looked_at) == 30
    assert (looked_at[half - 1] + looked_at[half]) / 2 == told["value"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_measured_says_why(terminal: Terminal, lang: str) -> None:
    figure = terminal.program("figure", "alos", "--period", "2026H1")
    assert figure["value"] is None and figure["written"] == "–"
    assert figure["why_none"]["zh"] and figure["why_none"]["en"]

    people = terminal("figure", "alos", "--period", "2026H1", lang=lang)
    assert people.status == 0 and figure["why_none"][lang] in people.out


def test_people_are_told_value_sides_target_and_rows(terminal: Terminal) -> None:
    said = terminal("figure", "fridge_ok", "--period", "2026-06", "--rows")

    assert "95.0 % = 19 / 20" in said.out and "Target ≥ 100 %: missed" in said.out
    assert said.out.count("temperature=") == 20


def test_a_figure_as_of_a_moment_leaves_out_what_came_later(terminal: Terminal) -> None:
    """The feed was imported just after the clock was set."""
    words = ("figure", "op_visits", "--period", "2026H1", "--as-of")

    assert terminal.program(*words, "2026-07-06T09:40")["value"] is None
    assert terminal.program(*words, "2026-07-06T23:00")["value"] == 89


def test_scores_give_each_point_its_reason_and_figure(terminal: Terminal) -> None:
    told = terminal.program("score", "--period", "2026-06")

    assert "clinic" in {d["department"] for d in told}
    for department in told:
        lines = department["lines"]
        assert department["points"] is not None
        assert 1 <= department["rank"][0] <= department["rank"][1] <= len(told)
        assert all(line["reason"]["zh"] and line["reason"]["en"] for line in lines)
        assert any(line["figure"] and line["figure"]["query"] for line in lines)
    assert [d["points"] for d in told] == sorted((d["points"] for d in told), reverse=True)


def test_people_see_the_scores_by_name(terminal: Terminal) -> None:
    assert "预防接种门诊" in terminal("score", "--period", "2026-06", lang="zh").out
    assert "Immunisation clinic" in terminal("score", "--period", "2026-06").out
