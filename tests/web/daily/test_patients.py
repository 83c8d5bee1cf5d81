"""A patient in the form, in lists, on the entry's page and in the API; and erased."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from wardround.store import ledger
from wardround.store.house import House
from wardround.store.ledger import new_id
from wardround.store.models import Access, Entry

SignedIn = Callable[..., Client]
FORM = {
    "admission_id": "Z1", "place": "bed", "risk_before": "low", "injury": "minor",
    "measures": "查体无伤", "family_told": "yes", "department": "ward_2",
    "patient_number": "B100", "patient_name": "王小明", "patient_phone": "13012340001",
}  # fmt: skip
PAGE = "/registers/fall/record"


@pytest.fixture
def nurse(signed_in: SignedIn) -> Client:
    return signed_in("li_ting")


@pytest.fixture
def fall(nurse: Client) -> Entry:
    assert nurse.post(PAGE, FORM | {"id": new_id()}).status_code == 302
    return Entry.objects.get(register="fall")


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_form_asks_for_the_patient_and_keeps_what_was_typed(nurse: Client) -> None:
    assert 'name="patient_number"' in read(nurse, PAGE)
    answer = nurse.post(PAGE, FORM | {"patient_name": "", "id": new_id()})

    said = answer.content.decode()
    assert answer.status_code == 422 and "没有这个病案号" in said
    assert 'value="B100"' in said and 'value="13012340001"' in said


def test_sent_twice_it_is_kept_once(nurse: Client) -> None:
    form = FORM | {"id": new_id()}
    for _ in range(2):
        assert nurse.post(PAGE, form).status_code == 302
    assert Entry.objects.filter(register="fall").count() == 1


def test_a_known_number_answers_with_a_hint_and_the_look_is_logged(
    nurse: Client, fall: Entry
) -> None:
    said = read(nurse, "/registers/fall/patient?patient_number=B100")

    assert "王＊＊" in said and "0001" in said and "王小明" not in said
    assert Access.objects.get(act="find").owner == fall.subject
    assert "没有这个病案号" in read(nurse, "/registers/fall/patient?patient_number=B999")


def test_in_clear_for_the_ward_a_hint_for_the_rest(
    nurse: Client, signed_in: SignedIn, fall: Entry
) -> None:
    page = f"/registers/entries/{fall.root}"

    assert all(word in read(nurse, page) for word in ("王小明", "13012340001", "B100"))
    assert Access.objects.filter(act="read", person="li_ting", owner=fall.subject).exists()
    auditor = read(signed_in("feng_shen"), page)
    assert "王小明" not in auditor and "王＊＊" in auditor
    listed = read(nurse, "/registers/fall")
    assert "王小明" not in listed and "王＊＊" in listed


def test_the_api_finds_and_enrols(nurse: Client, house: House) -> None:
    def send(**patient: str) -> Any:
        values = {k: v for k, v in FORM.items() if not k.startswith(("patient", "department"))}
        body = {"register": "fall", "values": values, "patient": patient, "department": "ward_2"}
        return nurse.post("/api/entries", body, content_type="application/json")

    assert send(number="B7").status_code == 422
    assert send(number="B7", name="赵六").status_code == 201
    found = nurse.get("/api/registers/fall/patient?number=B7").json()
    assert found["name"] == "赵＊＊"
    assert found["subject"] == Entry.objects.get(register="fall").subject
    assert nurse.get("/api/registers/fall/patient?number=B8").status_code == 404
    assert nurse.get("/api/registers/fee_list/patient?number=B7").status_code == 404


def test_the_hospital_office_erases_and_everybody_reads_that(
    nurse: Client, signed_in: SignedIn, house: House, fall: Entry
) -> None:
    office, page = signed_in("zhou_min"), f"/registers/entries/{fall.root}"
    erase = f"{page}/erase"

    assert erase in read(office, page) and erase not in read(nurse, page)
    assert nurse.post(erase, {"reason": "x"}).status_code == 422
    assert office.post(erase, {"reason": ""}).status_code == 422
    assert "李婷" in read(office, erase), "who has looked"
    assert office.post(erase, {"reason": "本人要求"}).status_code == 302

    for seen in (read(nurse, page), read(nurse, "/registers/fall"), read(office, page)):
        assert "王" not in seen and "（已删除）" in seen
    assert office.get(erase).status_code == 404, "nobody is left behind it"
    assert ledger.verify(house) == []
    assert Access.objects.get(act="erase").reason == "本人要求"
