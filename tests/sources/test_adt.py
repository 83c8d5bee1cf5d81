"""Stays from events: in any order, however often, with what was cancelled taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wardround.sources.adt import Event, Stay, fold, survivors


def day(number: int, hour: int = 8) -> datetime:
    return datetime(2026, 3, number, hour)


STORY = [
    Event("1", "admit", day(1), "w1", "p"),
    Event("2", "transfer", day(3), "w2", "p"),
    Event("3", "transfer", day(4), "w3", "p"),
    Event("4", "cancel_transfer", day(4, 9), "w2", "p"),
    Event("5", "discharge", day(6), "w2", "p"),
    Event("6", "cancel_discharge", day(6, 10), "w2", "p"),
    Event("7", "discharge", day(9), "w2", "p", died=True),
]


def told(stay: Stay | None) -> list[tuple[str, int, int | None]]:
    assert stay is not None
    return [(p.department, p.since.day, p.until.day if p.until else None) for p in stay.lying]


@given(st.permutations(STORY))
def test_a_stay_is_the_same_in_whatever_order_its_events_came(order: list[Event]) -> None:
    stay = fold(order)
    assert told(stay) == [("w1", 1, 3), ("w2", 3, 9)]
    assert stay and stay.days == 8 and stay.died and stay.patient_id == "p"


def test_a_stay_goes_on_until_somebody_says_it_ended() -> None:
    assert told(fold(STORY[:2])) == [("w1", 1, 3), ("w2", 3, None)]
    assert told(fold(STORY[:6])) == [("w1", 1, 3), ("w2", 3, None)]


def test_a_cancelled_admission_is_no_stay_until_it_is_admitted_again() -> None:
    cancel = Event("8", "cancel_admit", day(1, 9), "w1")
    assert fold([STORY[0], cancel]) is None and fold([cancel]) is None
    assert told(fold([STORY[0], cancel, Event("9", "admit", day(2), "w2")])) == [("w2", 2, None)]


def test_a_discharge_recorded_anew_stands_even_if_it_was_earlier() -> None:
    def left(number: str, on: int, said: int, kind: str = "discharge", **more: Any) -> Event:
        return Event(number, kind, day(on), "w1", recorded_at=day(said), **more)

    again = [left("1", 6, 6), left("2", 7, 7, "cancel_discharge"), left("3", 5, 8, died=True)]
    later = left("4", 9, 9, "update", discharged_at=day(4), died=False)
    told = [fold([STORY[0], *several]) for several in (again, [*again, later], again[:2])]
    assert [(s and s.days, s and s.died) for s in told] == [(4, True), (3, False), (None, None)]


def test_a_cancel_that_names_its_moment_takes_that_transfer_back() -> None:
    cancel = Event("x", "cancel_transfer", day(3), "w1", recorded_at=day(5))
    assert told(fold([*STORY[:3], cancel])) == [("w1", 1, 4), ("w3", 4, None)]


def test_a_transfer_without_an_admission_begins_when_the_message_says() -> None:
    late = Event("2", "transfer", day(3), "w2", admitted_at=day(1))
    assert told(fold([late])) == [("w2", 1, None)]


def test_the_same_day_counts_one() -> None:
    stay = fold([STORY[0], Event("2", "discharge", day(1, 20), "w1")])
    assert stay and stay.days == 1


def test_merges_are_followed_to_the_number_that_is_left() -> None:
    assert survivors([(day(2), "b", "c"), (day(1), "a", "b")]) == {"a": "c", "b": "c"}
    assert survivors([(day(1), "a", "b"), (day(2), "b", "a")]) == {"b": "a"}, "one is left"
