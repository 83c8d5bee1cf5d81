"""Who sees which page: outside one's reach nothing exists, and nobody sees a page unsigned."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from wardround.store import ledger
from wardround.store.house import House
from wardround.store.ledger import Proposal
from wardround.store.models import Case, Entry

SignedIn = Callable[..., Client]
PAGES = (
    "/?list", "/registers/", "/registers/cold_chain", "/registers/cold_chain/record",
    "/inspections/", "/cases/", "/me/", "/me/password", "/cases/{case}", "/cases/{case}/notice",
    "/registers/entries/{entry}", "/registers/entries/{entry}/correct",
    "/registers/entries/{entry}/void",
)  # fmt: skip
OPEN_TO_ALL = {"/?list", "/registers/", "/inspections/", "/cases/", "/me/", "/me/password"}
KEEPERS = {"wang_fang", "he_ping"}
READERS = {"wu_jun", "feng_shen", "sun_min"}


@pytest.fixture
def entry(house: House) -> Entry:
    values = {"temperature": 9.0, "action": "移至 F2"}
    proposal = Proposal("cold_chain", values, "clinic", "F1")
    return ledger.append(house, proposal, house.viewer("wang_fang")).entry


def addresses(entry: Entry) -> list[str]:
    case = Case.objects.get()
    return [p.format(case=case.pk, entry=entry.root) for p in PAGES]


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_keeper_sees_all_of_it(
    house: House, signed_in: SignedIn, entry: Entry, lang: str
) -> None:
    nurse = signed_in("wang_fang", lang)

    assert [p for p in addresses(entry) if nurse.get(p).status_code != 200] == []


@pytest.mark.parametrize("person", ["he_ping", "xu_lan"])
def test_head_and_office_see_all_of_it(
    house: House, signed_in: SignedIn, entry: Entry, person: str
) -> None:
    client = signed_in(person)

    assert [p for p in addresses(entry) if client.get(p).status_code != 200] == []


@pytest.mark.parametrize("person", ["li_ting", "zhao_gang", "qian_yi"])
def test_for_another_department_it_does_not_exist(
    house: House, signed_in: SignedIn, entry: Entry, person: str
) -> None:
    client = signed_in(person)
    found = {p: client.get(p).status_code for p in addresses(entry)}

    assert {p for p, status in found.items() if status == 200} == OPEN_TO_ALL
    assert {status for p, status in found.items() if p not in OPEN_TO_ALL} == {404}
    assert "冷藏温度记录" not in client.get("/registers/").content.decode()


def test_who_sees_everything_changes_nothing(
    house: House, signed_in: SignedIn, entry: Entry
) -> None:
    auditor = signed_in("feng_shen")
    found = {p: auditor.get(p).status_code for p in addresses(entry)}

    refused = {p for p, status in found.items() if status == 422}
    assert refused == {p for p in found if p.endswith(("record", "correct", "void"))}
    assert {s for p, s in found.items() if p not in refused} == {200}


def test_nobody_sees_a_page_without_signing_in(house: House, entry: Entry) -> None:
    for page in addresses(entry):
        answer = Client().get(page)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in"), page


def test_what_is_not_there_is_said_in_words(house: House, signed_in: SignedIn) -> None:
    answer = signed_in("li_ting").get("/registers/no_such_book")

    assert answer.status_code == 404 and "没有这一页" in answer.content.decode()


def test_every_register_has_a_form_that_opens(house: House, signed_in: SignedIn) -> None:
    nurse, opened = signed_in("chen_jing"), set()
    for register in house.catalogue.registers.values():
        status = nurse.get(f"/registers/{register.key}/record").status_code
        assert status in (200, 302, 404, 422), register.key
        opened |= {register.key} if status == 200 else set()
    assert len(opened) > 20


def test_an_empty_form_of_any_register_is_answered_in_words(
    house: House, signed_in: SignedIn
) -> None:
    client = signed_in("li_ting")
    for register in house.catalogue.registers.values():
        answer = client.post(f"/registers/{register.key}/record", {})
        assert answer.status_code in (302, 404, 422), register.key


def test_me_keeps_how_pages_look(house: House, signed_in: SignedIn) -> None:
    client = signed_in("li_ting")
    client.post("/me/look", {"theme": "dark", "density": "comfortable"})

    assert '<html lang="zh-Hans" data-theme="dark" data-density="comfortable">' in (
        client.get("/me/").content.decode()
    )


def test_a_password_is_changed_only_with_the_old_one(house: House, signed_in: SignedIn) -> None:
    client = signed_in("li_ting")
    new = {"new": "another-word-7", "again": "another-word-7"}

    assert client.post("/me/password", {"old": "guess", **new}).status_code == 422
    assert client.post("/me/password", {"old": "ward-round-2026", **new}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_today_is_empty_in_words(house: House, signed_in: SignedIn) -> None:
    page = signed_in("xu_lan").get("/").content.decode()

    assert "现在没有要做的" in page or "现在该做" in page
