"""Duties: how a window stands and when that changes, and which entry answers which window."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.work.town import CATALOGUE, EVERYTHING, HOSPITAL, at
from wardround.catalogue.model import Duty, Sample
from wardround.period import Cadence, Limit, Window
from wardround.text import same
from wardround.work import schedule
from wardround.work.schedule import NEVER, Answer

MORNING = Window(at("07:00"), at("11:00"))


@pytest.mark.parametrize(
    ("moment", "done", "done_at", "state", "changes"),
    [
        ("06:00", 0, None, "later", "07:00"),
        ("07:00", 0, None, "due", "10:00"),
        ("10:00", 0, None, "near", "11:00"),
        ("11:00", 0, None, "near", "11:00"),
        ("11:01", 0, None, "overdue", None),
        ("12:00", 1, "09:00", "done", None),
        ("12:00", 1, "11:00", "done", None),
        ("12:00", 1, "11:01", "late", None),
    ],
)
def test_a_window_stands_so_and_changes_then(
    moment: str, done: int, done_at: str | None, state: str, changes: str | None
) -> None:
    found = schedule.state(MORNING, done, 1, at(done_at) if done_at else None, at(moment))

    assert found == (state, at(changes) if changes else NEVER)


def test_a_window_of_which_nothing_is_wanted_is_done() -> None:
    assert schedule.state(MORNING, 0, 0, None, at("12:00"))[0] == "done"


@given(st.integers(0, 600), st.integers(0, 2))
def test_nothing_changes_before_it_is_said_to(minutes: int, done: int) -> None:
    """Asked at any moment before the next change, a window stands as it stood."""
    moment = at("05:00") + timedelta(minutes=minutes)
    state, changes = schedule.state(MORNING, done, 2, None, moment)
    if changes != NEVER:
        between = moment + (changes - moment) * 0.99
        assert schedule.state(MORNING, done, 2, None, between)[0] == state


@pytest.mark.parametrize(
    ("entries", "answers"),
    [
        ([], [(0, None), (0, None)]),
        (["06:59"], [(0, None), (0, None)]),
        (["07:00"], [(1, "07:00"), (0, None)]),
        (["13:59", "14:00"], [(1, "13:59"), (1, None)]),
        (["14:00", "14:10", "14:20"], [(0, None), (3, "14:10")]),
    ],
)
def test_an_entry_answers_the_window_that_opened_last(
    entries: list[str], answers: list[tuple[int, str | None]]
) -> None:
    """Two windows, at 7:00 and 14:00, that want one entry and two."""
    given_ = [(at(e), e) for e in entries]
    found = schedule.allot([at("07:00"), at("14:00")], [1, 2], given_)

    assert found == [Answer(n, at(e) if e else None, e) for n, e in answers]


@given(
    st.lists(st.integers(0, 500), unique=True, max_size=8).map(sorted),
    st.lists(st.integers(0, 500), max_size=12).map(sorted),
)
def test_every_entry_answers_one_window_at_most(opens: list[int], entries: list[int]) -> None:
    def moment(minutes: int) -> datetime:
        return at("00:00") + timedelta(minutes=minutes)

    found = schedule.allot(
        [moment(m) for m in opens], [1] * len(opens), [(moment(m), str(m)) for m in entries]
    )
    late = sum(bool(opens) and e >= opens[0] for e in entries)
    assert sum(answer.done for answer in found) == late


@pytest.mark.parametrize(
    ("share", "least", "rows", "wanted"),
    [
        (0.001, 100, 50_000, 100),
        (0.001, 100, 200_000, 200),
        (0.001, 100, 40, 40),
        (0.1, 1, 0, 0),
        (0.1, 1, 11, 2),
        (0.1, 1, 10, 1),
    ],
)
def test_a_sample_is_a_share_and_at_least_so_many(
    share: float, least: int, rows: int, wanted: int
) -> None:
    sample = Sample("prescription", share, least)
    assert schedule.sample_size(sample, rows) == wanted
    duty = Duty("review", same("review"), "r", every=Cadence.parse("FREQ=MONTHLY"), sample=sample)
    assert schedule.needed(duty, rows) == wanted


def test_a_duty_is_owed_on_its_cadence_or_after_an_event() -> None:
    read = Duty(
        "read",
        same("read"),
        "r",
        every=Cadence.parse("FREQ=DAILY;BYHOUR=8,15"),
        grace=Limit.parse("PT2H"),
    )
    twice = Duty("round", same("round"), "r", every=Cadence.parse("FREQ=WEEKLY;X-TIMES=2"))
    call = Duty("call", same("call"), "r", within=Limit.parse("PT10M"))

    found = schedule.windows(read, at("00:00"), at("2026-03-03T00:00"))
    assert [(w.opens, w.due) for w in found] == [
        (at("07:00"), at("10:00")),
        (at("14:00"), at("17:00")),
    ]
    assert (schedule.needed(read), schedule.needed(twice)) == (1, 2)
    assert schedule.windows(call, at("00:00"), at("12:00")) == []
    assert schedule.window_after(call, at("08:00")) == Window(at("08:00"), at("08:10"))


@pytest.mark.parametrize(
    ("keeper", "owing"), [(None, "ward_1"), ("ward", "ward_1"), ("infection_office", "infection")]
)
def test_what_follows_an_event_is_owed_by_those_who_keep_the_answer(
    keeper: str | None, owing: str
) -> None:
    catalogue = replace(CATALOGUE, registers={"r": replace(EVERYTHING, keeper=keeper)})
    report = Duty("report", same("report"), "r", within=Limit.parse("PT2H"))
    assert schedule.owed_by(report, "ward_1", catalogue, HOSPITAL) == owing
