"""Scored checklists: points earned of points possible, to 100; a failed veto item scores 0."""

from __future__ import annotations

import pytest

from tests.work.town import ROUND
from wardround.work import inspection


@pytest.mark.parametrize(
    ("hands", "waste", "record", "score", "points", "out_of"),
    [
        ("yes", "yes", "yes", 100, 10, 10),
        ("yes", "no", "yes", 70, 7, 10),
        ("yes", "na", "yes", 100, 7, 7),
        ("no", "na", "yes", pytest.approx(14.285714), 1, 7),
        ("yes", "yes", "no", 0, 9, 10),
        ("na", "na", "na", None, 0, 0),
        (None, "yes", None, 100, 3, 3),
    ],
)
def test_points_of_the_items_that_apply(
    hands: str | None,
    waste: str,
    record: str | None,
    score: float | None,
    points: float,
    out_of: float,
) -> None:
    answers = {"hands": {"answer": hands}, "waste": {"answer": waste}, "record": {"answer": record}}
    found = inspection.score(ROUND, answers)

    assert (found.score, found.points, found.out_of) == (score, points, out_of)
    assert [f.item for f in found.failures] == [
        k for k, a in answers.items() if a["answer"] == "no"
    ]
    columns = inspection.columns(ROUND, answers)
    assert columns["items_failed"] == len(found.failures)
    assert columns["items_checked"] == sum(a["answer"] in ("yes", "no") for a in answers.values())
    assert columns["waste"] == waste


def test_a_failure_carries_what_was_found_and_by_when() -> None:
    answers = {"waste": {"answer": "no", "finding": "未分类", "due": "2026-03-05"}}
    (failure,) = inspection.score(ROUND, answers).failures

    assert (failure.item, failure.finding, failure.due) == ("waste", "未分类", "2026-03-05")
