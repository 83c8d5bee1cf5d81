"""A partner centre meets its own support, and nothing of the others, in pages, API and files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from wardround.catalogue.model import Catalogue
from wardround.catalogue.organisation import load_hospital
from wardround.store import house as at_hand
from wardround.store import ledger
from wardround.store.house import House
from wardround.store.ledger import Proposal
from wardround.store.models import Case, Entry
from wardround.text import Refused

SignedIn = Callable[..., Client]
CENTRES = """
[department.community]
name = { zh = "社区科", en = "Community office" }
functions = ["community_office"]
[person.officer]
name = { zh = "干事", en = "Officer" }
department = "community"
role = "officer"
post = { zh = "干事", en = "Officer" }
"""
CENTRE = """
[department.centre_{key}]
name = {{ zh = "{key}卫生院", en = "{key} health centre" }}
functions = ["partner_centre"]
[person.doctor_{key}]
name = {{ zh = "{key}院长", en = "Director of {key}" }}
department = "centre_{key}"
role = "partner"
post = {{ zh = "院长", en = "Director" }}
[subject.partner.{key}]
name = {{ zh = "{key}卫生院", en = "{key} health centre" }}
department = "community"
staffed_by = "centre_{key}"
"""


@pytest.fixture
def house(house: House, catalogue: Catalogue) -> House:
    """The small hospital with two health centres that it supports."""
    file = house.data / "hospital.toml"
    more = CENTRES + CENTRE.format(key="east") + CENTRE.format(key="west")
    file.write_text(file.read_text() + more)
    at_hand.forget()
    found = at_hand.house()
    User.objects.bulk_create(User(username=k) for k in ("officer", "doctor_east", "doctor_west"))
    return found


@pytest.fixture
def visits(house: House) -> dict[str, Entry]:
    """One visit to each centre; each has a problem, so that a case opens."""
    return {key: visit(house, key) for key in ("east", "west")}


def visit(house: House, partner: str) -> Entry:
    values = {
        "sent_from": "ward_1", "experts": [{"name": "甲"}], "kind": "lecture", "days": 1,
        "people": 20, "problem": f"{partner} 缺耗材",
    }  # fmt: skip
    proposal = Proposal("support", values, "community", partner)
    return ledger.append(house, proposal, house.viewer("officer")).entry


def case_of(partner: str) -> Case:
    return Case.objects.get(register="support_problem", subject=partner)


def test_pages_show_a_guest_what_is_about_their_centre(
    house: House, signed_in: SignedIn, visits: dict[str, Entry]
) -> None:
    guest = signed_in("doctor_east")
    own, other = (
        [f"/registers/entries/{visits[k].root}", f"/cases/{case_of(k).pk}",
         f"/cases/{case_of(k).pk}/notice"]
        for k in ("east", "west")
    )  # fmt: skip
    lists = [guest.get(p).content.decode() for p in ("/", "/cases/", "/registers/support")]
    file = guest.get("/registers/support?as=csv").content.decode("utf-8-sig")

    assert [guest.get(p).status_code for p in own] == [200, 200, 200]
    assert [guest.get(p).status_code for p in other] == [404, 404, 404]
    for seen in (*lists, file):
        assert str(visits["west"].root) not in seen and "west" not in seen
    assert str(visits["east"].root) in lists[2] and "east" in file


def test_the_api_gives_a_guest_what_is_about_their_centre(
    house: House, signed_in: SignedIn, visits: dict[str, Entry]
) -> None:
    guest = signed_in("doctor_east")

    def got(address: str) -> Any:
        return guest.get(f"/api{address}").json()

    assert [e["subject"] for e in got("/registers/support/entries")["rows"]] == ["east"]
    assert [c["subject"] for c in got("/cases")["rows"]] == ["east"]
    for key, status in (("east", 200), ("west", 404)):
        assert guest.get(f"/api/entries/{visits[key].root}").status_code == status
        assert guest.get(f"/api/cases/{case_of(key).pk}").status_code == status
    assert got("/registers/support/entries?subject=west")["total"] == 0


def test_the_rows_behind_a_figure_are_a_guests_own(
    house: House, signed_in: SignedIn, visits: dict[str, Entry]
) -> None:
    guest = signed_in("doctor_east")
    told = guest.get("/api/figures/support_times?period=2026-07&rows=true").json()

    assert told["value"] == 2, "the hospital's figures are everybody's"
    assert [r["row_id"] for r in told["rows"]] == [str(visits["east"].root)]
    assert guest.get("/api/figures/support_times?period=2026-07&department=ward_1").status_code == (
        404
    )


def test_a_guest_signs_for_their_own_centre_only(house: House, visits: dict[str, Entry]) -> None:
    guest = house.viewer("doctor_east")
    signing = {"step": "partner_centre"}

    with pytest.raises(Refused):
        ledger.append(house, Proposal("support", signing, about=str(visits["west"].root)), guest)
    kept = ledger.append(house, Proposal("support", signing, about=str(visits["east"].root)), guest)
    assert kept.entry.subject == "east"


def test_the_office_that_supports_sees_every_centre(
    house: House, signed_in: SignedIn, visits: dict[str, Entry]
) -> None:
    told = signed_in("officer").get("/api/registers/support/entries").json()

    assert {e["subject"] for e in told["rows"]} == {"east", "west"}


def test_a_partner_whose_centre_is_not_said_is_refused(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    furnished = (Path(__file__).parent.parent / "hospital.toml").read_text()
    file = tmp_path / "hospital.toml"
    file.write_text(furnished + CENTRES + CENTRE.format(key="east").replace("staffed_by", "#"))

    with pytest.raises(Refused) as refused:
        load_hospital(file, catalogue)
    assert [f.field for f in refused.value.faults] == ["person.doctor_east"]
