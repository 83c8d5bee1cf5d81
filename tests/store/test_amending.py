"""Correcting an inspection: its cases follow, and nothing of their history is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.conftest import at
from wardround.store import mart, projection
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.ledger import Proposal, Receipt, append, verify
from wardround.store.models import Case, Entry, Told

ITEMS = (
    "on_post", "ethics", "core_systems", "medical", "nursing", "charts", "safety", "order",
    "last_time",
)  # fmt: skip


def answers(**failed: str) -> dict[str, Any]:
    items = {
        k: {"answer": "no", "finding": failed[k]} if k in failed else {"answer": "yes"}
        for k in ITEMS
    }
    return {"kind": "random", "items": items}


def inspected(house: House, hour: str = "2026-03-02T09:00", **failed: str) -> Entry:
    proposal = Proposal("office_round", answers(**failed), "ward_1", occurred_at=at(hour))
    return append(house, proposal, house.viewer("quality_officer"), at(hour)).entry


def corrected(house: House, inspection: Entry, hour: str, **failed: str) -> Receipt:
    old = Entry.objects.filter(root=inspection.root).order_by("-seq")[0]
    return append(house, Proposal(
        "office_round", answers(**failed), supersedes=str(old.pk), reason="查的是别的科",
    ), house.viewer("quality_officer"), at(f"2026-03-02T{hour}"))  # fmt: skip


def cases(register: str = "rectification") -> dict[str, Case]:
    return {c.values["item"].partition(".")[2]: c for c in Case.objects.filter(register=register)}


def counted(house: House, register: str = "rectification") -> int:
    kind = house.catalogue.registers[register]
    return len(list(mart.kept_rows(house, kind, at("2026-04-01T08:00"))))


def test_a_finding_withdrawn_closes_its_case_and_a_new_one_opens(house: House) -> None:
    inspection = inspected(house, charts="缺签名", order="杂乱")
    receipt = corrected(house, inspection, "10:00", order="杂乱", safety="通道堵")

    found = cases()
    assert [e.register for e in receipt.opened] == ["rectification"]
    assert {k for k, c in found.items() if c.closed_at} == {"charts"}
    assert set(found) == {"charts", "order", "safety"} and counted(house) == 2
    told = Entry.objects.get(about=found["charts"].pk)
    assert told.values == {"step": "withdrawn", "note": "查的是别的科"}
    assert told.recorded_by == "system" and verify(house) == []


def test_a_withdrawn_case_is_nobodys_delay(house: House) -> None:
    inspection = inspected(house, charts="缺签名")
    corrected(house, inspection, "10:00")

    projection.escalate(house, at("2026-04-01T08:00"))
    assert Told.objects.count() == 0 and not Case.objects.get().ever_late


def test_a_finding_put_differently_is_put_so_in_its_case(house: House) -> None:
    inspection = inspected(house, charts="缺签名")
    corrected(house, inspection, "10:00", charts="三份缺签名")

    case = cases()["charts"]
    assert case.values["finding"] == "三份缺签名" and case.closed_at is None
    versions = Entry.objects.filter(root=case.pk).order_by("seq")
    assert [v.kind for v in versions] == ["record", "correction"]
    assert versions[1].reason == "查的是别的科"


def test_a_finding_that_comes_back_reinstates_its_case(house: House) -> None:
    inspection = inspected(house, charts="缺签名")
    corrected(house, inspection, "10:00")
    corrected(house, inspection, "11:00", charts="缺签名")

    case = Case.objects.get()
    assert case.closed_at is None and counted(house) == 1
    steps = current().filter(about=case.pk).order_by("seq")
    assert [s.values["step"] for s in steps] == ["withdrawn", "reinstated"]


def test_what_had_followed_from_a_withdrawn_finding_goes_with_it(house: House) -> None:
    inspected(house, "2026-03-01T09:00", charts="缺签名")
    again = inspected(house, charts="又缺签名")
    assert Case.objects.filter(register="accountability", closed_at=None).count() == 1

    corrected(house, again, "10:00")

    assert Case.objects.filter(register="accountability", closed_at=None).count() == 0
    assert (counted(house), counted(house, "accountability")) == (1, 0)


def test_what_was_a_repeat_only_of_a_withdrawn_finding_is_none(house: House) -> None:
    first = inspected(house, "2026-03-01T09:00", charts="缺签名")
    inspected(house, charts="又缺签名")
    assert Case.objects.filter(register="accountability", closed_at=None).count() == 1

    corrected(house, first, "10:00")
    assert Case.objects.filter(register="accountability", closed_at=None).count() == 0

    corrected(house, first, "11:00", charts="缺签名")
    assert Case.objects.filter(register="accountability", closed_at=None).count() == 1
    assert counted(house, "accountability") == 1 and verify(house) == []


def test_a_third_time_is_still_a_repeat_of_the_second(house: House) -> None:
    first = inspected(house, "2026-03-01T09:00", charts="缺签名")
    inspected(house, "2026-03-01T15:00", charts="缺签名")
    inspected(house, charts="缺签名")
    assert Case.objects.filter(register="accountability", closed_at=None).count() == 2

    corrected(house, first, "10:00")
    assert Case.objects.filter(register="accountability", closed_at=None).count() == 1


def test_what_was_withdrawn_is_no_first_time(house: House) -> None:
    first = inspected(house, charts="缺签名")
    corrected(house, first, "10:00")
    inspected(house, "2026-03-02T12:00", charts="缺签名")

    assert not Case.objects.filter(register="accountability").exists()


@pytest.mark.parametrize("kind", ["correction", "void"])
def test_a_reading_corrected_or_voided_takes_its_case_with_it(house: House, kind: str) -> None:
    who, moment = house.viewer("vaccinator"), at("2026-03-02T09:00")
    values = {"temperature": 9.0, "action": "移至 F2"}
    entry = append(house, Proposal("cold_chain", values, "clinic", "F1"), who, moment).entry
    assert Case.objects.get().closed_at is None

    append(house, Proposal(
        "cold_chain", {"temperature": 5.0} if kind == "correction" else {},
        supersedes=str(entry.pk), void=kind == "void", reason="看错了",
    ), who, at("2026-03-02T09:30"))  # fmt: skip

    assert Case.objects.get().closed_at is not None
    assert counted(house, "cold_chain_excursion") == 0


def test_rebuilding_reaches_the_same_state(house: House) -> None:
    inspection = inspected(house, charts="缺签名", order="杂乱")
    corrected(house, inspection, "10:00", safety="通道堵")

    def state() -> list[Any]:
        return list(Case.objects.order_by("pk").values())

    before, moment = state(), at("2026-03-02T10:00")
    projection.rebuild(house, moment)
    assert state() == before
