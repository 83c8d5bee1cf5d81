"""The ledger: one way in, nothing changed, everything chained."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError

from tests.store.conftest import at
from wardround.store import ledger, vault
from wardround.store.house import House
from wardround.store.ledger import Proposal, Receipt, append, verify
from wardround.store.models import Case, Entry, Ledger
from wardround.text import Refused


def read(house: House, temperature: float, when: str = "2026-03-02T08:05", **more: Any) -> Receipt:
    """Somebody in the clinic reads a fridge."""
    values = {"temperature": temperature}
    if "action" in more:
        values["action"] = more.pop("action")
    proposal = Proposal("cold_chain", values, "clinic", more.pop("subject", "F1"), at(when), **more)
    return append(house, proposal, house.viewer("vaccinator"), at(when))


def test_an_entry_is_kept_and_chained(house: House) -> None:
    first = read(house, 4.5).entry
    second = read(house, 4.6, "2026-03-02T15:05").entry
    assert (first.seq, second.seq) == (1, 2)
    assert second.previous == first.hash
    assert Ledger.objects.get().head == second.hash
    assert verify(house) == []


def test_a_resend_is_harmless(house: House) -> None:
    key = ledger.new_id()
    assert not read(house, 4.5, id=key).repeated
    assert read(house, 4.5, id=key).repeated
    assert Entry.objects.count() == 1


def test_the_same_thing_twice_is_refused(house: House) -> None:
    read(house, 4.5)
    with pytest.raises(Refused, match="recorded already"):
        read(house, 4.5)
    assert Entry.objects.count() == 1


def test_nine_degrees_needs_an_action(house: House) -> None:
    with pytest.raises(Refused) as refused:
        read(house, 9.0)
    fault = refused.value.faults[0]
    assert fault.field == "action"
    assert "9 °C，高于上限 8 °C" in fault.why.zh
    assert Entry.objects.count() == 0


def test_nine_degrees_opens_a_case(house: House) -> None:
    receipt = read(house, 9.0, action="移至 F2")
    assert [e.register for e in receipt.opened] == ["cold_chain_excursion"]
    case = Case.objects.get()
    assert (case.department, case.subject, case.stage) == ("clinic", "F1", "opened")
    assert case.deadline == at("2026-03-02T08:20")
    assert case.values == {"temperature": 9.0, "action": "移至 F2"}


def test_an_impossible_reading_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="cannot be"):
        read(house, 900)


def test_the_future_is_refused(house: House) -> None:
    proposal = Proposal("cold_chain", {"temperature": 4}, "clinic", "F1", at("2026-03-02T09:00"))
    with pytest.raises(Refused, match="has not come"):
        append(house, proposal, house.viewer("vaccinator"), at("2026-03-02T08:00"))


def test_a_correction_keeps_the_old_value(house: House) -> None:
    wrong = read(house, 45, subject="F2", action="看错小数点").entry
    right = append(
        house,
        Proposal("cold_chain", {"temperature": 4.5}, supersedes=str(wrong.pk), reason="小数点"),
        house.viewer("vaccinator"),
        at("2026-03-02T08:10"),
    ).entry
    assert (right.kind, right.root, right.supersedes) == ("correction", wrong.pk, wrong.pk)
    assert (right.subject, right.occurred_at) == ("F2", wrong.occurred_at)
    assert Entry.objects.get(pk=wrong.pk).values["temperature"] == 45


def test_a_correction_says_why(house: House) -> None:
    wrong = read(house, 4.5).entry
    proposal = Proposal("cold_chain", {"temperature": 4.4}, supersedes=str(wrong.pk))
    with pytest.raises(Refused) as refused:
        append(house, proposal, house.viewer("vaccinator"), at("2026-03-02T08:10"))
    assert refused.value.faults[0].field == "reason"


def test_an_entry_is_corrected_once(house: House) -> None:
    wrong = read(house, 4.5).entry
    for value, fine in ((4.4, True), (4.3, False)):
        proposal = Proposal(
            "cold_chain", {"temperature": value}, supersedes=str(wrong.pk), reason="重看"
        )
        if fine:
            append(house, proposal, house.viewer("vaccinator"), at("2026-03-02T08:10"))
        else:
            with pytest.raises(Refused, match="latest version"):
                append(house, proposal, house.viewer("vaccinator"), at("2026-03-02T08:11"))


@pytest.mark.parametrize("person", ["nurse", "auditor"])
def test_others_may_not_record(house: House, person: str) -> None:
    proposal = Proposal("cold_chain", {"temperature": 4}, "clinic", "F1", at("2026-03-02T08:00"))
    with pytest.raises(Refused):
        append(house, proposal, house.viewer(person), at("2026-03-02T08:00"))


def test_the_case_of_another_department_does_not_exist(house: House) -> None:
    opened = read(house, 9.0, action="移至 F2").opened[0]
    proposal = Proposal("cold_chain_excursion", {"step": "notified"}, about=str(opened.pk))
    with pytest.raises(Refused, match="not found"):
        append(house, proposal, house.viewer("nurse"), at("2026-03-02T08:06"))


def test_all_or_nothing(house: House) -> None:
    good = Proposal("cold_chain", {"temperature": 4}, "clinic", "F1", at("2026-03-02T08:00"))
    bad = Proposal("cold_chain", {"temperature": "warm"}, "clinic", "F2", at("2026-03-02T08:00"))
    with pytest.raises(Refused):
        ledger.append_all(house, [good, bad], house.viewer("vaccinator"), at("2026-03-02T08:00"))
    assert Entry.objects.count() == 0
    assert not Ledger.objects.filter(length__gt=0).exists()


@pytest.mark.parametrize(
    "act", ["update store_entry set department='x'", "delete from store_entry"]
)
def test_the_database_refuses_change(house: House, act: str) -> None:
    read(house, 4.5)
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        connection.cursor().execute(act)
    assert Entry.objects.get().department == "clinic"


def tamper(statement: str) -> None:
    """Change the table behind the triggers, as somebody with the file could."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("drop trigger entry_never_changed")
            cursor.execute("drop trigger entry_never_deleted")
        else:
            cursor.execute("alter table store_entry disable trigger all")
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("""update store_entry set "values"='{"temperature": 4.9}' where seq=2""", 2),
        ("delete from store_entry where seq=2", 3),
        ("delete from store_entry where seq=3", 2),
        ("update store_entry set recorded_by='somebody' where seq=1", 1),
    ],
)
def test_verify_finds_what_was_changed(house: House, statement: str, seq: int) -> None:
    for hour in ("08", "15", "16"):
        read(house, 4.5, f"2026-03-02T{hour}:05")
    tamper(statement)
    assert seq in [fault.seq for fault in verify(house)]


def test_ids_are_time_ordered_uuid7() -> None:
    made = [uuid.UUID(ledger.new_id()) for _ in range(50)]
    assert all(key.version == 7 for key in made)
    assert [k.int >> 80 for k in made] == sorted(k.int >> 80 for k in made)


def test_what_follows_from_an_anonymous_report_is_nobodys_either(house: House) -> None:
    values = {"category": "medical", "grade": "i", "found_at": "2026-03-02T08:00",
              "finding": "用药错误"}  # fmt: skip
    proposal = Proposal("adverse_event", values, "ward_1", occurred_at=at("2026-03-02T08:00"),
                        anonymous=True)  # fmt: skip
    receipt = append(house, proposal, house.viewer("nurse"), at("2026-03-02T08:10"))

    assert {e.recorded_by for e in (receipt.entry, *receipt.opened)} == {"anonymous"}
    assert [e.register for e in receipt.opened] == ["serious_event"]


def test_what_a_stage_asks_for_is_kept_and_sealed_with_the_case(house: House) -> None:
    fact = {"number": "1", "channel": "phone", "kind": "fee", "fact": "重复收费", "phone": "130"}
    office = house.viewer("supervisor")
    case = append(house, Proposal("complaint", fact, "ward_1"), office, at("2026-03-02T08:00"))
    root = str(case.entry.root)
    registers = house.catalogue.registers
    asked = registers["complaint"].step
    hidden = {k: replace(f, personal=True) for k, f in asked["rectified"].field.items()}
    kind = replace(registers["complaint"], step={
        **asked, "rectified": replace(asked["rectified"], field=hidden)
    })  # fmt: skip
    there = replace(house, catalogue=replace(
        house.catalogue, registers={**registers, "complaint": kind}
    ))  # fmt: skip

    step = append(there, Proposal("complaint", {"step": "rectified", "result": "退费"}, about=root),
                  house.viewer("head"), at("2026-03-02T09:00")).entry  # fmt: skip

    assert vault.is_sealed(step.values["result"])
    assert vault.owner(kind, step) == root
    assert vault.unseal(kind, step, "head", at("2026-03-02T10:00"))["result"] == "退费"
    assert vault.erase(root, "president", "本人要求", at("2026-03-03T08:00"), house.data) == 2
    assert vault.masked(kind, step)["result"] == vault.ERASED
    assert verify(house) == []
