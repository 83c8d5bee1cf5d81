"""English as trusts and translators write it: tables of goals, lead-ins, spans, blanks."""

from __future__ import annotations

from wardround.reading.plan import read


def test_a_table_of_goals_has_numbers_before_its_first_head() -> None:
    rows = read(
        "\tIndicator\tExecutive lead\tForum\n"
        "1\tKeep vacancies below 12%\tChief Nurse\tQuality Committee\n"
    )
    assert rows[1].owners == ("Chief Nurse",)


def test_what_was_delivered_is_told_under_its_lead_in() -> None:
    told = read("What we’ve delivered:\n£3m saved on energy bills\nMeters fitted at 235 sites\n")
    assert [f.value for s in told for f in s.figures] == ["3", "235"]


def test_a_goal_named_by_its_word_is_an_objective() -> None:
    (goal,) = read("Our goal: reach net zero by 2040.")
    assert (goal.kind, goal.deadline) == ("objective", "2040")


def test_a_span_or_date_that_says_which_is_meant_is_no_deadline() -> None:
    said = read(
        "Cut readmissions within 30 days of discharge by 10%. "
        "Staff discuss the report published on 3 March 2017."
    )
    assert [s.deadline for s in said] == [None, None]


def test_whoever_it_is_submitted_to_for_approval_acts() -> None:
    (said,) = read("The plan is submitted to the Medical Department for review.")
    assert said.owners == ("Medical Department",)


def test_long_and_starred_blanks_are_blanks() -> None:
    (said,) = read("In 201X there were XXXXXXX visits and income of ** million yuan.")
    assert said.blanks == ("201X", "XXXXXXX", "**")


def test_a_numbered_title_that_runs_on_into_its_text_is_a_heading() -> None:
    title, lead = read("Nursing work plan 1 In the new year, the plan is as follows:")
    assert (title.kind, lead.kind) == ("heading", "background")


def test_a_baseline_column_gives_no_target() -> None:
    _, row = read(
        "| Measure | Baseline (2025) | Target (2026) | Owner |\n"
        "| Waits over 18 weeks | 412 | 150 | Chief Operating Officer |\n"
    )
    assert [(t.op, t.value, t.base) for t in row.targets] == [("=", "150", "412")]


def test_a_number_that_something_fell_to_keeps_the_one_it_fell_from() -> None:
    (told,) = read("The number of long waits has fallen from 165,885 in May 2021 to 95,001.")
    assert [(f.value, f.base) for f in told.figures] == [("95001", "165,885")]


def test_who_is_only_enabled_and_what_is_only_to_be_so_is_no_owner() -> None:
    said = read("Hold drills so that every nurse can use the hoses. Each ward should be clean.")
    assert [s.owners for s in said] == [(), ()]


def test_a_threshold_in_a_penalty_is_no_target() -> None:
    (rule,) = read("Every decline of 1 point is punished, with 2 points deducted.")
    assert [t.value for t in rule.targets] == ["2"]
