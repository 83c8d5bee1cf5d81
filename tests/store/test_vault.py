"""Persons: sealed in the entry, masked in lists, in clear for those who need it, erasable."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from tests.store.conftest import at
from wardround.catalogue.model import Register
from wardround.store import vault
from wardround.store.house import House
from wardround.store.ledger import Proposal, append, verify
from wardround.store.models import Access, Entry, Secret

NAME = "王小明"


@pytest.fixture
def house(house: House) -> House:
    """The hospital with an infection card that is about a patient."""
    registers = house.catalogue.registers
    card = replace(registers["hai_case"], subject="patient")
    catalogue = replace(house.catalogue, registers={**registers, "hai_case": card})
    return replace(house, catalogue=catalogue)


def register(house: House) -> Register:
    return house.catalogue.registers["hai_case"]


def infected(house: House, patient: str = "P-1", hour: str = "08:00") -> Entry:
    """The nurse of ward 1 records an infection of a patient who has a name."""
    plain = {"date": "2026-03-01", "datetime": f"2026-03-02T{hour}", "integer": 1, "flag": True}
    fields = register(house).field.values()
    values: dict[str, Any] = {
        f.key: next(iter(f.choices), None) or plain.get(f.type, "x") for f in fields if f.required
    }
    values |= {f.key: NAME for f in fields if f.personal}
    proposal = Proposal("hai_case", values, "ward_1", patient, at(f"2026-03-02T{hour}"))
    return append(house, proposal, house.viewer("nurse"), at(f"2026-03-02T{hour}")).entry


def erase(house: House, patient: str) -> int | None:
    return vault.erase(patient, "president", "本人要求", at("2026-03-03T08:00"), house.data)


def everything_kept() -> str:
    """Every table's every cell but the keys, as one text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select * from "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_no_table_holds_a_name_in_clear(house: House) -> None:
    entry = infected(house)

    kept = everything_kept() + json.dumps(entry.values, ensure_ascii=False)
    assert NAME not in kept and json.dumps(NAME)[1:-1] not in kept
    assert verify(house) == []


def test_what_is_sealed_is_masked(house: House) -> None:
    entry = infected(house)
    shown = vault.masked(register(house), entry)

    personal = {k for k, f in register(house).field.items() if f.personal}
    assert {k for k, v in shown.items() if v == vault.MASK} == personal
    assert {k: v for k, v in shown.items() if k not in personal} == {
        k: v for k, v in entry.values.items() if k not in personal
    }


def test_reading_in_clear_is_logged(house: House) -> None:
    entry = infected(house)
    clear = vault.unseal(register(house), entry, "head", at("2026-03-02T09:00"))

    assert NAME in clear.values()
    looked = Access.objects.get()
    assert (looked.person, looked.owner, looked.register) == ("head", "P-1", "hai_case")
    assert looked.at == at("2026-03-02T09:00")


def test_the_same_name_is_sealed_differently_each_time(house: House) -> None:
    first, second = infected(house), infected(house, hour="09:00")
    sealed = [[v for v in e.values.values() if vault.is_sealed(v)] for e in (first, second)]

    assert sealed[0] and sealed[0] != sealed[1]
    assert Secret.objects.count() == 1, "one key a patient"


def test_where_no_patient_is_named_an_entry_has_a_key_of_its_own(house: House) -> None:
    plain = replace(register(house), subject=None)

    assert vault.owner_of(plain, None, "E-1") == "E-1"
    assert vault.owner_of(register(house), "P-1", "E-1") == "P-1"


def test_erasing_a_person_leaves_chain_counts_and_others_whole(house: House) -> None:
    gone, other = infected(house), infected(house, "P-2", "09:00")

    assert erase(house, "P-1") == 1
    assert erase(house, "P-1") is None, "there is nothing left to destroy"
    for entry, readable in ((gone, False), (other, True)):
        again = Entry.objects.get(pk=entry.pk)
        shown = vault.unseal(register(house), again, "head", at("2026-03-03T09:00"))
        assert (NAME in shown.values()) == readable
        assert (vault.ERASED in shown.values()) != readable
    assert verify(house) == [] and Entry.objects.count() == 2


def test_an_erased_person_who_comes_again_has_a_new_key(house: House) -> None:
    old = infected(house)
    erase(house, "P-1")
    new = infected(house, hour="10:00")

    shown = [vault.unseal(register(house), e, "head", at("2026-03-03T09:00")) for e in (old, new)]
    assert [NAME in s.values() for s in shown] == [False, True]


def test_a_sealed_value_moved_to_another_person_does_not_open(house: House) -> None:
    mine, theirs = infected(house), infected(house, "P-2", "09:00")
    stolen = Entry(root=theirs.root, subject="P-2", values=mine.values)

    assert (
        NAME not in vault.unseal(register(house), stolen, "head", at("2026-03-02T10:00")).values()
    )
