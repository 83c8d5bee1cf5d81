"""Duties, cases and who is told: worked from entries, and worked again to the same state."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.store.conftest import at
from tests.store.test_ledger import read
from wardround.store import projection
from wardround.store.house import House
from wardround.store.ledger import Proposal, append
from wardround.store.models import Case, DutyWindow, Told
from wardround.text import Refused
from wardround.work.schedule import Window, state


def windows(house: House, day: str, when: str) -> dict[tuple[str, str], str]:
    """(subject, opening hour) → state of the fridge readings that open on a day."""
    found = {}
    for w in DutyWindow.objects.filter(duty="read_vaccine_fridges"):
        opens = house.local(w.opens)
        if opens.date().isoformat() == day:
            said = state(Window(w.opens, w.due), w.done, w.wanted, w.done_at, at(when))[0]
            found[w.subject, f"{opens:%H}"] = said
    return found


def test_every_fridge_owes_two_readings_a_day(house: House) -> None:
    projection.owe(house, at("2026-03-03T00:00"))
    assert windows(house, "2026-03-02", "2026-03-02T08:30") == {
        ("F1", "07"): "due", ("F1", "14"): "later", ("F2", "07"): "due", ("F2", "14"): "later",
    }  # fmt: skip


def test_opening_windows_twice_opens_them_once(house: House) -> None:
    projection.owe(house, at("2026-03-03T00:00"))
    fridges = DutyWindow.objects.filter(duty="read_vaccine_fridges")
    before = fridges.count()
    projection.owe(house, at("2026-03-03T00:00"))
    projection.owe(house, at("2026-03-04T00:00"))
    assert fridges.count() == before + 4


def test_a_reading_answers_its_window(house: House) -> None:
    projection.owe(house, at("2026-03-03T00:00"))
    read(house, 4.5, "2026-03-02T08:05")
    read(house, 4.5, "2026-03-02T17:30")
    assert windows(house, "2026-03-02", "2026-03-02T18:00") == {
        ("F1", "07"): "done", ("F1", "14"): "late", ("F2", "07"): "overdue",
        ("F2", "14"): "overdue",
    }  # fmt: skip


def test_voiding_a_reading_opens_its_window_again(house: House) -> None:
    projection.owe(house, at("2026-03-03T00:00"))
    entry = read(house, 4.5, "2026-03-02T08:05").entry
    append(
        house,
        Proposal("cold_chain", {}, supersedes=str(entry.pk), void=True, reason="记错冰箱"),
        house.viewer("vaccinator"),
        at("2026-03-02T08:30"),
    )
    assert windows(house, "2026-03-02", "2026-03-02T08:40")["F1", "07"] == "due"


def test_a_limit_that_passes_is_told_upwards_once(house: House) -> None:
    read(house, 9.0, "2026-03-02T08:00", action="移至 F2")
    assert projection.escalate(house, at("2026-03-02T08:10")) == 0
    assert projection.escalate(house, at("2026-03-02T08:16")) == 2
    assert projection.escalate(house, at("2026-03-02T08:16")) == 0
    told = Told.objects.values_list("level", "function").order_by("level")
    assert list(told) == [(0, None), (1, "public_health_office")]


def move(house: House, person: str, when: str, **values: Any) -> None:
    case = Case.objects.get()
    append(
        house, Proposal(case.register, values, about=str(case.pk), occurred_at=at(when)),
        house.viewer(person), at(when),
    )  # fmt: skip


def test_a_case_runs_to_its_close(house: House) -> None:
    read(house, 9.0, "2026-03-02T08:00", action="移至 F2")
    move(house, "vaccinator", "2026-03-02T08:05", step="notified")
    move(house, "vaccinator", "2026-03-02T09:00", step="rectified", note="更换温控器")
    assert Case.objects.get().stage == "rectified"
    move(house, "prevention_officer", "2026-03-02T16:00", step="rechecked", passed=True)
    case = Case.objects.get()
    assert (case.stage, case.closed_at, case.ever_late) == ("closed", at("2026-03-02T16:00"), False)


def test_those_inspected_do_not_recheck_themselves(house: House) -> None:
    read(house, 9.0, "2026-03-02T08:00", action="移至 F2")
    move(house, "vaccinator", "2026-03-02T09:00", step="rectified")
    try:
        move(house, "clinic_head", "2026-03-02T10:00", step="rechecked", passed=True)
    except Refused as refused:
        assert "Public health office".lower() in refused.say("en").lower()
    assert Case.objects.get().stage == "rectified"


def test_a_failed_recheck_sends_it_back(house: House) -> None:
    read(house, 9.0, "2026-03-02T08:00", action="移至 F2")
    move(house, "vaccinator", "2026-03-02T09:00", step="rectified")
    move(
        house, "prevention_officer", "2026-03-02T10:00", step="rechecked", passed=False, note="仍高"
    )
    case = Case.objects.get()
    assert (case.stage, case.closed_at) == ("notified", None)
    assert case.deadline == at("2026-03-02T12:00")


def everything() -> list[Any]:
    return [
        list(Case.objects.order_by("id").values()),
        list(Told.objects.order_by("case", "stage", "level", "at").values_list(
            "case", "stage", "level", "function", "department", "at")),
        list(DutyWindow.objects.order_by("duty", "department", "subject", "opens").values_list(
            "duty", "department", "subject", "match", "opens", "due", "wanted", "done", "done_at",
            "entry")),
    ]  # fmt: skip


acts = st.lists(
    st.tuples(
        st.sampled_from(["read", "warm", "notified", "rectified", "passed", "failed", "void"]),
        st.sampled_from(["F1", "F2"]),
        st.integers(1, 400),
    ),
    max_size=14,
)


@settings(
    max_examples=12,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=acts)
def test_rebuilding_reaches_the_same_state(house: House, story: list[Any]) -> None:
    start = transaction.savepoint()
    end, minute = at("2026-03-08T00:00"), 0
    projection.owe(house, end + projection.AHEAD)
    for act, fridge, wait in story:
        minute += wait
        when = f"2026-03-0{2 + minute // 1440}T{minute % 1440 // 60:02}:{minute % 60:02}"
        with suppress(Refused):
            _act(house, act, fridge, when)
    projection.escalate(house, end)
    lived = everything()
    projection.rebuild(house, end)
    worked = everything()
    transaction.savepoint_rollback(start)
    assert worked == lived


def _act(house: House, act: str, fridge: str, when: str) -> None:
    if act == "read":
        read(house, 4.0, when, subject=fridge)
    elif act == "warm":
        read(house, 9.0, when, subject=fridge, action="x")
    elif act == "void":
        _void(house, when)
    elif case := Case.objects.filter(closed_at=None).order_by("id").first():
        values: dict[str, Any] = {"step": act}
        if act in ("passed", "failed"):
            values = {"step": "rechecked", "passed": act == "passed", "note": "x"}
        person = "prevention_officer" if values["step"] == "rechecked" else "vaccinator"
        append(
            house, Proposal(case.register, values, about=str(case.pk), occurred_at=at(when)),
            house.viewer(person), at(when),
        )  # fmt: skip


def _void(house: House, when: str) -> None:
    last = projection.current().filter(register="cold_chain").order_by("-seq").first()
    if last:
        append(
            house,
            Proposal("cold_chain", {}, supersedes=str(last.pk), void=True, reason="x"),
            house.viewer("vaccinator"), at(when),
        )  # fmt: skip
