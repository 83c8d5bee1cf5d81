"""Patients: known by number, shown by a hint, read in clear with a trace, erased in one row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.conftest import at
from tests.store.test_vault import everything_kept
from wardround.store import measuring, vault
from wardround.store.house import House
from wardround.store.ledger import Proposal, Receipt, append, verify
from wardround.store.models import Access, DutyWindow, Entry, Secret
from wardround.store.vault import Person
from wardround.text import Refused

WANG = {"number": "B100", "name": "王小明", "phone": "13000000001"}
VALUES: dict[str, Any] = {
    "admission_id": "Z1", "place": "bed", "risk_before": "low", "injury": "minor",
    "measures": "查体无伤", "family_told": True,
}  # fmt: skip


def fell(house: House, patient: dict[str, str] | None, hour: str = "08:00", **more: Any) -> Receipt:
    moment = at(f"2026-03-02T{hour}")
    proposal = Proposal("fall", VALUES | more, "ward_1", occurred_at=moment, patient=patient)
    return append(house, proposal, house.viewer("nurse"), moment)


def faults(house: House, patient: dict[str, str] | None, **more: Any) -> dict[str | None, str]:
    with pytest.raises(Refused) as refused:
        fell(house, patient, **more)
    return {f.field: f.why.en for f in refused.value.faults}


def test_an_entry_names_a_patient_by_an_id_that_says_nothing(house: House) -> None:
    entry = fell(house, WANG).entry

    assert entry.subject and entry.subject != "B100"
    assert vault.person(entry.subject) == Person(**WANG)
    for word in WANG.values():
        assert word not in everything_kept()


def test_the_number_is_enough_for_who_is_known(house: House) -> None:
    first = fell(house, WANG).entry
    again = fell(house, {"number": " b100 "}, "09:00").entry

    assert again.subject == first.subject and Secret.objects.count() == 1


def test_a_wrong_name_for_a_number_is_refused_without_telling_the_right_one(house: House) -> None:
    fell(house, WANG)
    told = faults(house, WANG | {"name": "李四"})

    assert set(told) == {"patient_name"} and "王＊＊" in told["patient_name"]
    assert "王小明" not in told["patient_name"]


def test_a_new_telephone_replaces_the_old_one(house: House) -> None:
    subject = fell(house, WANG).entry.subject
    fell(house, WANG | {"phone": "13000000002"}, "09:00")

    known = vault.person(subject)
    assert known and known.phone == "13000000002"


def test_who_is_missing_is_told_together_with_what_else_is_missing(house: House) -> None:
    assert set(faults(house, {"number": ""}, injury="")) == {"patient_number", "injury"}
    assert set(faults(house, {"number": "B1"})) == {"patient_name"}
    assert Secret.objects.count() == 0, "nobody is enrolled by what was refused"


def test_a_name_is_no_id(house: House) -> None:
    with pytest.raises(Refused):
        append(house, Proposal("fall", VALUES, "ward_1", "王小明"), house.viewer("nurse"))


def test_lists_show_a_hint_of_the_name(house: House) -> None:
    entry = fell(house, WANG).entry

    assert entry.subject and vault.called(entry.subject).zh == "患者 王＊＊"
    assert vault.called("P200943").en == "Patient …200943", "an id of the hospital's own system"


def test_erasing_leaves_chain_and_figures_and_says_who_did_it(house: House) -> None:
    entry = fell(house, WANG).entry
    other = fell(house, WANG | {"number": "B200", "name": "李四"}, "09:00").entry
    assert entry.subject and other.subject
    moment = at("2026-03-03T08:00")
    measuring.refresh(house, moment)

    assert vault.erase(entry.subject, "president", "本人要求", moment, house.data) == 1

    assert vault.person(entry.subject) is None and vault.find("B100") is None
    assert vault.called(entry.subject).en == "(erased)"
    assert vault.person(other.subject) is not None
    assert verify(house) == [] and Entry.objects.filter(register="fall").count() == 2
    told = Access.objects.get(act="erase")
    assert (told.person, told.owner, told.reason, told.at) == (
        "president", entry.subject, "本人要求", moment,
    )  # fmt: skip


def test_an_erased_patient_who_comes_again_is_somebody_new(house: House) -> None:
    old = fell(house, WANG).entry
    assert old.subject
    vault.erase(old.subject, "president", "本人要求", at("2026-03-03T08:00"), house.data)
    new = fell(house, WANG, "09:00").entry

    assert new.subject != old.subject and vault.called(str(new.subject)).zh == "患者 王＊＊"


def test_what_is_restored_is_erased_again_and_only_once(house: House) -> None:
    subject = str(fell(house, WANG).entry.subject)
    kept = Secret.objects.get(owner=subject)
    vault.erase(subject, "president", "本人要求", at("2026-03-03T08:00"), house.data)
    Access.objects.all().delete()
    Secret.objects.filter(owner=subject).delete()
    kept.save(force_insert=True)
    assert vault.person(subject) == Person(**WANG), "an older backup knows them"

    assert (vault.erase_again(house.data), vault.erase_again(house.data)) == (1, 0)
    assert vault.person(subject) is None
    assert Access.objects.get(act="erase").person == "president"


def test_many_are_enrolled_at_once_and_keep_their_keys(house: House) -> None:
    sealed = vault.seal(house.catalogue.registers["hai_case"].field, "P-1", {"patient_name": "王"})
    vault.enrol({"P-1": Person("B1", "王一"), "P-2": Person("B2", "李二")})

    assert vault.find("B1") == "P-1" and vault.person("P-2") == Person("B2", "李二")
    assert vault.seal({}, "P-1", {}) == {} and sealed["patient_name"] != "王"
    assert Secret.objects.count() == 2


def test_what_is_owed_after_a_fall_does_not_take_its_patient(house: House) -> None:
    """The review of a fall is about the fall: its register has no subject."""
    fell(house, WANG)
    review = {"admission_id": "Z1", "causes": ["care"], "improvement": "加床栏", "reassessed": True}
    append(house, Proposal("fall_review", review, "ward_1"), house.viewer("head"),
           at("2026-03-03T08:00"))  # fmt: skip

    window = DutyWindow.objects.get(duty="review_fall")
    assert window.done == 1
