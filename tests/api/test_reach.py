"""Every address of the API, for whom it exists; signing in; what is public."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
from axes.utils import reset
from django.test import Client

from tests.api.conftest import READING, post
from tests.web.daily.town import PASSWORD
from wardround.api.urls import api
from wardround.store.house import House
from wardround.store.models import Case, Entry

SignedIn = Callable[..., Client]

OPEN_TO_ALL = (
    "/api/registers",
    "/api/cases",
    "/api/indicators",
    "/api/figures/fridge_ok?period=2026-07",
    "/api/figures/fridge_ok?period=2026-07&rows=true",
    "/api/figures/fridge_ok?period=2026-07&as_of=2026-07-06T09:00:00",
    "/api/fhir/metadata",
    "/api/fhir/Measure/fridge_ok",
    "/api/fhir/MeasureReport?measure=fridge_ok&period=2026-07",
    "/api/fhir/Measure/fridge_ok/$evaluate-measure?periodStart=2026-07-01&periodEnd=2026-07-06",
    "/api/openapi.json",
)
WITHIN_REACH = (
    "/api/registers/cold_chain",
    "/api/registers/cold_chain/entries",
    "/api/registers/cold_chain/entries?department=clinic",
    "/api/registers/cold_chain_excursion",
    "/api/entries/{entry}",
    "/api/cases/{case}",
    "/api/figures/fridge_ok?period=2026-07&department=clinic",
    "/api/fhir/MeasureReport?measure=fridge_ok&period=2026-07&subject=Organization/clinic",
    "/api/fhir/Questionnaire/cold_chain",
)
NOWHERE = (
    "/api/nothing",
    "/api/registers/nothing",
    "/api/registers/duty_window",
    "/api/entries/00000000-0000-7000-8000-000000000000",
    "/api/cases/00000000-0000-7000-8000-000000000000",
    "/api/figures/nothing",
    "/api/figures/fridge_ok?department=nothing",
    "/api/fhir/Measure/nothing",
    "/api/fhir/MeasureReport?measure=nothing",
    "/api/fhir/Questionnaire/nothing",
    "/api/fhir/Patient/1",
)


def addresses(entry: Entry, pages: tuple[str, ...] = WITHIN_REACH) -> list[str]:
    case = Case.objects.get()
    return [p.format(entry=entry.pk, case=case.pk) for p in pages]


def statuses(client: Client, pages: list[str] | tuple[str, ...]) -> dict[str, int]:
    return {page: client.get(page).status_code for page in pages}


def test_each_address_exists_for_those_who_may_see_it(signed_in: SignedIn, reading: Entry) -> None:
    """Keeper, head, owning office, president and auditor see all; other departments nothing."""
    for person in ("wang_fang", "he_ping", "xu_lan", "wu_jun", "feng_shen"):
        found = statuses(signed_in(person), [*OPEN_TO_ALL, *addresses(reading)])
        assert {p: s for p, s in found.items() if s != 200} == {}, person
    for person in ("li_ting", "zhao_gang", "qian_yi"):
        client = signed_in(person)
        assert set(statuses(client, OPEN_TO_ALL).values()) == {200}, person
        found = statuses(client, addresses(reading))
        assert {p: s for p, s in found.items() if s != 404} == {}, person
        assert client.get("/api/cases").json()["total"] == 0
        assert "cold_chain" not in {r["key"] for r in client.get("/api/registers").json()}
        behind = client.get("/api/figures/fridge_ok?period=2026-07&rows=true").json()
        assert behind["rows"] == [] and behind["denominator"] == 1


def test_what_is_not_there_is_said_in_json(signed_in: SignedIn, house: House) -> None:
    president = signed_in("wu_jun")
    for page in NOWHERE:
        answer = president.get(page)
        assert answer.status_code == 404, page
        told = answer.json()
        assert told.get("faults") or told["resourceType"] == "OperationOutcome", page


def test_nobody_is_answered_without_signing_in(reading: Entry) -> None:
    stranger = Client()
    for page in [*OPEN_TO_ALL, *addresses(reading), *NOWHERE, "/api/verify"]:
        answer = stranger.get(page)
        assert answer.status_code == 401, page
        assert answer["WWW-Authenticate"].startswith("xBasic "), "or a browser keeps passwords"
    assert post(stranger, "/api/entries", READING).status_code == 401
    assert post(stranger, "/api/fhir/QuestionnaireResponse", {}).status_code == 401


def test_health_is_public_and_says_nothing(db: None, house: House) -> None:
    assert Client().get("/health").json() == {"status": "ok"}


def test_another_departments_register_takes_nothing(signed_in: SignedIn, house: House) -> None:
    assert post(signed_in("li_ting"), "/api/entries", READING).status_code == 404
    assert post(signed_in("feng_shen"), "/api/entries", READING).status_code == 422
    assert Entry.objects.count() == 0


def test_the_chain_is_verified_by_president_and_auditor(
    signed_in: SignedIn, reading: Entry
) -> None:
    for person in ("wu_jun", "feng_shen"):
        told = signed_in(person).get("/api/verify").json()
        assert told["intact"] and told["entries"] == Entry.objects.count() == 2
    answer = signed_in("wang_fang").get("/api/verify")
    assert answer.status_code == 403 and "审计" in answer.json()["faults"][0]["why"]["zh"]


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def test_a_program_signs_in_with_staff_number_and_password(house: House) -> None:
    program = Client(enforce_csrf_checks=True)

    assert (
        post(program, "/api/entries", READING, headers=basic("wang_fang", PASSWORD)).status_code
        == 201
    )
    for wrong in (
        basic("wang_fang", "guess"),
        basic("nobody", PASSWORD),
        {"Authorization": "Basic ?"},
    ):
        assert program.get("/api/registers", headers=wrong).status_code == 401


@pytest.mark.django_db
def test_ten_wrong_passwords_lock_the_right_one_out(house: House) -> None:
    program = Client()
    try:
        tries = [
            program.get("/api/registers", headers=basic("wang_fang", "guess")).status_code
            for _ in range(10)
        ]
        locked = program.get("/api/registers", headers=basic("wang_fang", PASSWORD))
    finally:
        reset()
    assert tries[0] == 401 and locked.status_code == 429
    assert "15 分钟" in locked.json()["faults"][0]["why"]["zh"]


def test_a_session_writes_only_with_the_pages_token(house: House) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign-in")
    token = browser.cookies["csrftoken"].value
    entered = {"username": "wang_fang", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post("/sign-in", entered).status_code == 302
    token = browser.cookies["csrftoken"].value

    forged = post(browser, "/api/entries", READING)
    assert forged.status_code == 403 and "X-CSRFToken" in forged.json()["faults"][0]["why"]["zh"]
    assert post(browser, "/api/entries", READING, headers={"X-CSRFToken": token}).status_code == 201
    assert browser.get("/api/registers").status_code == 200


def test_every_operation_declares_how_it_refuses(db: None) -> None:
    operations = [
        (path, method, told["responses"])
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, told in methods.items()
    ]
    assert len(operations) > 12
    for path, method, responses in operations:
        assert {"401", "403", "404", "422"} <= {str(code) for code in responses}, (path, method)


def test_a_register_tells_fields_limits_and_choices(vaccinator: Client) -> None:
    told = vaccinator.get("/api/registers/cold_chain").json()
    fields = {f["key"]: f for f in told["fields"]}

    assert told["may_record"] and told["subject"] == "fridge"
    assert fields["temperature"]["inside"] == [2, 8] and fields["temperature"]["unit"] == "°C"
    assert fields["action"]["required_when"] == "temperature < 2 or temperature > 8"
