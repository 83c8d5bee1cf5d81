"""By which day a deadline's words are due."""

from __future__ import annotations

from datetime import date

import pytest

from wardround.work.plan import deadline_day


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-05", (5, 31)),
        ("6月30日", (6, 30)),
        ("10月底", (10, 31)),
        ("5月1日至31日", (5, 31)),
        ("4-9月", (9, 30)),
        ("2026年1月至3月", (3, 31)),
        ("May 6 to May 25", (5, 25)),
        ("June 3-17, XX", (6, 17)),
        ("January 20xx to December 20xx", (12, 31)),
        ("March 15", (3, 15)),
        ("end of June", (6, 30)),
        ("mid-year", (6, 30)),
        ("Q3", (9, 30)),
    ],
)
def test_a_deadline_is_due_on_its_last_day(words: str, day: tuple[int, int]) -> None:
    assert deadline_day(words, 2026) == date(2026, *day)


def test_words_that_name_no_day_are_due_on_none() -> None:
    assert deadline_day("immediately", 2026) is None
