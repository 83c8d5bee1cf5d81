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
