"""Who may do what: one who may, one who may only look, one for whom it is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.work.town import CATALOGUE, EVERYTHING, HOSPITAL, LETTER, ORDER, PEOPLE, ROUND
from wardround.catalogue.model import Register
from wardround.catalogue.organisation import Thing
from wardround.text import same
from wardround.work import authority
from wardround.work.authority import Viewer

LOG = replace(EVERYTHING, key="log", subject=None, owner="infection_office")
STOCK = replace(LOG, key="stock", keeper="pharmacy", owner="quality_office")
ANYBODYS = replace(LOG, key="anybodys", keeper=None, owner=None)
FEED = replace(LOG, key="visit", feed=True)


def who(key: str) -> Viewer:
    return authority.viewer(HOSPITAL.person[key], HOSPITAL, CATALOGUE)


def those(rule: str, *rest: object) -> set[str]:
    """Everybody for whom a rule says yes."""
    return {key for key in PEOPLE if getattr(authority, rule)(who(key), *rest)}


EVERYWHERE = {"chief", "auditor", "quality", "clerk"}
WARD = {"alice", "hanna"}
"""Ward 1's own people; Bob works in its bay, Charlie in ward 2."""


@pytest.mark.parametrize(
    ("register", "department", "seen_by"),
    [
        (LOG, "ward_1", WARD | {"vice", "inspector"}),
        (LOG, "bay", WARD | {"bob", "vice", "inspector"}),
        (LOG, "ward_2", {"charlie", "carol", "inspector"}),
        (STOCK, "ward_1", WARD | {"vice", "pharmacist"}),
        (ANYBODYS, "ward_1", WARD | {"vice"}),
        (LETTER, "ward_1", WARD | {"vice"}),
        (None, "centre", {"partner"}),
    ],
)
def test_a_departments_entries_exist_for_its_people_and_its_offices(
    register: Register | None, department: str, seen_by: set[str]
) -> None:
    assert those("may_see", register, department) == seen_by | EVERYWHERE


@pytest.mark.parametrize(
    ("register", "department", "kept_by"),
    [
        (LOG, "ward_1", WARD | {"vice", "inspector"}),
        (LOG, "bay", WARD | {"bob", "vice", "inspector"}),
        (STOCK, "ward_1", WARD | {"vice", "pharmacist", "quality"}),
        (ROUND, "ward_1", {"inspector"}),
        (ANYBODYS, "ward_1", WARD | {"vice"}),
        (FEED, "ward_1", set()),
        (
            replace(LOG, keeper="hospital_office"),
            "ward_1",
            WARD | {"vice", "chief", "inspector", "clerk"},
        ),
    ],
)
def test_entries_are_made_by_those_who_keep_the_register(
    register: Register, department: str, kept_by: set[str]
) -> None:
    found = those("may_record", register, department, {department})
    assert found == kept_by
    assert found <= those("may_see", register, department), "nobody records what they cannot see"


def test_a_register_for_heads_is_kept_by_heads() -> None:
    appeal = replace(LOG, keeper="ward", owner="quality_office", role="head")
    assert those("may_record", appeal, "ward_1", {"ward_1"}) == {"hanna", "quality"}


def test_an_entry_is_corrected_by_who_made_it_their_head_or_the_office() -> None:
    assert those("may_correct", LOG, "ward_1", "alice") == {"alice", "hanna", "inspector"}
    assert those("may_correct", LOG, "bay", "bob") == {"bob", "hanna", "inspector"}
    assert those("may_correct", LOG, "ward_1", "auditor") == {"hanna", "inspector"}


@pytest.mark.parametrize(
    ("register", "source", "step", "taken_by"),
    [
        (ORDER, None, "notified", WARD | {"vice", "inspector"}),
        (ORDER, None, "rectified", WARD | {"vice", "inspector"}),
        (ORDER, None, "rechecked", {"vice", "chief", "inspector"}),
        (ORDER, None, "closed", {"vice", "chief", "inspector"}),
        (replace(ORDER, owner=None), None, "rechecked", {"vice", "chief", "hanna"}),
        (
            replace(ORDER, owner="quality_office"),
            ROUND,
            "rechecked",
            {"vice", "chief", "quality", "inspector"},
        ),
    ],
)
def test_a_case_is_moved_by_the_department_and_closed_by_the_office(
    register: Register, source: Register | None, step: str, taken_by: set[str]
) -> None:
    assert those("may_step", register, "ward_1", step, source) == taken_by
    assert taken_by <= those("may_see_case", register, "ward_1", source)


def test_a_case_exists_for_the_office_whose_inspection_found_it() -> None:
    other = replace(ORDER, owner="quality_office")
    assert "inspector" not in those("may_see_case", other, "ward_1", None)
    assert "inspector" in those("may_see_case", other, "ward_1", ROUND)
    assert not {"charlie", "carol", "partner"} & those("may_see_case", other, "ward_1", ROUND)


@pytest.mark.parametrize(
    ("signature", "signed_by"),
    [
        ("head", {"hanna"}),
        ("president", {"chief"}),
        ("leader", {"vice"}),
        ("infection_office", {"inspector"}),
        ("hospital_office", {"clerk"}),
    ],
)
def test_a_document_is_signed_by_the_one_it_names(signature: str, signed_by: set[str]) -> None:
    assert those("may_sign", signature, "ward_1") == signed_by


def test_what_concerns_the_whole_hospital() -> None:
    assert those("may_plan") == {"clerk", "chief"}
    assert those("may_score") == EVERYWHERE
    assert those("may_verify") == {"chief", "auditor"}


def test_a_guest_sees_of_a_register_about_partners_what_is_about_their_own() -> None:
    things = {k: Thing(k, same(k), "office", staffed_by=s) for k, s in
              (("east", "centre"), ("west", None))}  # fmt: skip
    hospital = replace(HOSPITAL, subject={"partner": things})
    guest = authority.viewer(HOSPITAL.person["partner"], hospital, CATALOGUE)
    support = replace(LETTER, subject="partner", signatures=("health_centre",))
    reach = authority.reach(guest, support)

    assert (reach.departments, reach.subjects) == (None, {"east"})
    assert authority.may_see(guest, support, "office", "east")
    assert not authority.may_see(guest, support, "office", "west")
    assert not authority.may_see(guest, support, "centre", None), "about nobody: nobody's"
    assert authority.reach(guest, LOG).departments == {"centre"}
    assert authority.reach(guest, replace(LETTER, signatures=("health_centre",))).departments == {
        "centre"
    }, "what is not about partners stays with the department"


def test_ones_own_department_keeps_only_what_is_kept_there() -> None:
    places = {d.key for d in authority.kept_in(STOCK, HOSPITAL, CATALOGUE)}
    assert places == {"pharmacy"}
    assert those("may_record", STOCK, "ward_1", places) == {"pharmacist", "quality"}
    assert len(authority.kept_in(ANYBODYS, HOSPITAL, CATALOGUE)) == len(HOSPITAL.department)


def test_personal_fields_are_shown_to_those_who_need_them() -> None:
    assert those("may_unmask", LOG, "ward_1") == WARD | {"inspector"}


def test_the_auditor_changes_nothing() -> None:
    for register in (LOG, STOCK, ANYBODYS, ROUND, LETTER):
        for department in HOSPITAL.department:
            assert not authority.may_record(who("auditor"), register, department, {department})
            for step in ("notified", "rectified", "rechecked", "closed"):
                assert not authority.may_step(who("auditor"), register, department, step)
    assert not {"auditor"} & those("may_sign", "infection_office", "infection")


def test_staff_of_an_office_do_not_speak_for_it() -> None:
    assert not authority.owns(who("novice"), LOG) and authority.owns(who("inspector"), LOG)
    assert "novice" not in those("may_record", ROUND, "ward_1", {"ward_1"})
