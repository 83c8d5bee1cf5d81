"""Trial summaries with errors planted: they are found, and nothing right is accused."""

from __future__ import annotations

from functools import cache

import pytest

from tests.claims.judging import differing, verdict
from tests.claims.marking import Outcome, names, outcome

UNFINDABLE = {("zh2", "34")}
"""Two parts that need not be the whole: the text does not say that the list is closed."""

once = cache(outcome)


@pytest.mark.parametrize("name", names())
def test_nothing_right_is_accused(name: str) -> None:
    assert once(name).false == []


@pytest.mark.parametrize("name", names())
def test_every_planted_error_is_found_by_its_rule(name: str) -> None:
    assert {m.text for m in once(name).missed} <= {text for n, text in UNFINDABLE if n == name}


def test_most_of_what_can_be_checked_is_said_to_agree() -> None:
    every: list[Outcome] = [once(name) for name in names()]
    right = sum(len(o.right) for o in every)
    assert right >= 400
    assert sum(len(o.unjudged) for o in every) * 20 <= right


@pytest.mark.parametrize("text, figure, expected", [
    ("门急诊900人次，其中急诊200人次，比去年同期（800人次）增加100人次。", "100人次", "agrees"),
    ("总收入8,742万元，完成预算17,200万元的50.8%，比上年同期8,317万元增长5.1%。", "5.1%", "agrees"),
    ("发放问卷500份，收回487份，满意率95.5%。", "95.5%", "cannot"),
    ("There were 1,240 rescues, with a success rate of 93.5%.", "93.5%", "cannot"),
    ("Of 64 incidents reviewed, 22 were errors, 19 falls and 23 others.", "64 incidents", "agrees"),
    ("Of 64 incidents reviewed, 22 were errors, 19 falls, 26 others.", "64 incidents", "differs"),
    ("Absence was 9.8% against 11.2% last year, an improvement of 1.4 percentage points.",
     "1.4 percentage points", "agrees"),
    ("Income was £48.6m against a plan of £47.2m, 3.0% above plan.", "3.0%", "agrees"),
    ("There were 41 falls over 51,643 occupied bed days, or 0.79 per 1,000 bed days.",
     "0.79 per 1,000 bed days", "agrees"),
    ("开放床位54张，护士28人，床护比1:0.52。", "0.52", "agrees"),
    ("开放床位54张，护士28人，床护比1:0.72。", "0.72", "differs"),
])  # fmt: skip
def test_a_figure_is_judged_by_the_inputs_that_its_words_state(
    text: str, figure: str, expected: str
) -> None:
    assert verdict(text, figure) == expected


def test_another_year_named_to_compare_is_no_error_of_dates() -> None:
    title = "Summary of the first half of 2025\n"
    text = title + "Visits were 840, up 5% on 800 in the first half of 2024."
    assert differing(text) == []
