"""Entries over the API: the same gate, the same reasons, as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import READING, post
from wardround.store import ledger
from wardround.store.house import House
from wardround.store.models import Access, Case, Entry

SignedIn = Callable[..., Client]


def faults(answer: Any) -> dict[str, str]:
    """Field → why, of an answer that refuses."""
    return {f["field"]: f["why"]["zh"] for f in answer.json()["faults"]}


def test_nine_degrees_without_an_action_is_refused_at_the_field(vaccinator: Client) -> None:
    answer = post(vaccinator, "/api/entries", READING | {"values": {"temperature": 9.0}})

    assert answer.status_code == 422
    assert "9 °C，高于上限 8 °C" in faults(answer)["action"]
    assert Entry.objects.count() == 0


def test_nine_degrees_with_an_action_is_kept_and_opens_a_case(vaccinator: Client) -> None:
    answer = post(vaccinator, "/api/entries", READING)
    kept = answer.json()

    assert answer.status_code == 201
    assert kept["hash"] == Entry.objects.get(pk=kept["id"]).hash
    assert [o["register"] for o in kept["opened"]] == ["cold_chain_excursion"]
    assert str(Case.objects.get().pk) == kept["opened"][0]["id"]


def test_a_resend_is_answered_with_what_was_kept(vaccinator: Client) -> None:
    sent = READING | {"id": ledger.new_id()}
    first, second = (post(vaccinator, "/api/entries", sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["hash"] == second.json()["hash"]
    assert Entry.objects.filter(register="cold_chain").count() == 1


def test_the_same_thing_under_another_id_is_refused(house: House, vaccinator: Client) -> None:
    sent = READING | {"occurred_at": "2026-07-06T08:00:00"}
    post(vaccinator, "/api/entries", sent)
    again = post(vaccinator, "/api/entries", sent)

    assert again.status_code == 422 and "已经登记过" in faults(again)[""]


def test_a_time_without_a_zone_is_the_hospitals_own(vaccinator: Client) -> None:
    post(vaccinator, "/api/entries", READING | {"occurred_at": "2026-07-06T08:00:00"})

    found = vaccinator.get("/api/registers/cold_chain/entries").json()["rows"]
    assert [row["occurred_at"] for row in found] == ["2026-07-06T08:00:00+08:00"]


def test_the_department_is_ones_own_unless_named(vaccinator: Client) -> None:
    sent = {k: v for k, v in READING.items() if k != "department"}

    assert post(vaccinator, "/api/entries", sent).status_code == 201
    assert Entry.objects.get(register="cold_chain").department == "clinic"


def test_a_correction_needs_a_reason_and_keeps_the_old_value(
    vaccinator: Client, reading: Entry
) -> None:
    wrong = {
        "register": "cold_chain",
        "values": {"temperature": 4.0},
        "supersedes": str(reading.pk),
    }
    silent = post(vaccinator, "/api/entries", wrong)
    said = post(vaccinator, "/api/entries", wrong | {"reason": "看错小数点"})

    assert silent.status_code == 422 and "reason" in faults(silent)
    assert said.status_code == 201
    latest = vaccinator.get(f"/api/entries/{reading.pk}").json()
    assert latest["values"] == {"temperature": 4.0}
    assert latest["supersedes"] == str(reading.pk) and latest["kind"] == "correction"


def test_a_case_is_moved_and_shows_its_steps(vaccinator: Client, reading: Entry) -> None:
    case = Case.objects.get()
    step = {"register": "cold_chain_excursion", "about": str(case.pk)}
    answer = post(vaccinator, "/api/entries", step | {"values": {"step": "notified"}})

    assert answer.status_code == 201
    shown = vaccinator.get(f"/api/cases/{case.pk}").json()
    assert shown["stage"] == "notified"
    assert [s["values"]["step"] for s in shown["steps"]] == ["notified"]


def test_entries_are_filtered_by_what_the_address_asks(vaccinator: Client, reading: Entry) -> None:
    def total(**asked: str) -> int:
        found: int = vaccinator.get("/api/registers/cold_chain/entries", asked).json()["total"]
        return found

    assert total() == total(subject="F1") == total(since="2026-07-06") == 1
    assert total(subject="F2") == total(until="2026-07-06") == 0
    assert vaccinator.get("/api/registers/cold_chain/entries?page=2").json()["rows"] == []


def test_an_unreadable_question_is_refused_in_words(vaccinator: Client) -> None:
    for asked in ("since=yesterday", "page=0", "since=0001-01-01", "page=x"):
        answer = vaccinator.get(f"/api/registers/cold_chain/entries?{asked}")
        assert answer.status_code == 422 and asked.split("=")[0] in faults(answer), asked


PATIENT = "P-001"


def fall(signed_in: SignedIn, house: House) -> str:
    """A nurse of ward 2 records a patient's complaint; its id."""
    register = next(
        r for r in house.catalogue.registers.values()
        if not r.feed and r.shape == "event" and any(f.personal for f in r.field.values())
        and r.keeper in (None, "ward", "clinical", "every_department")
    )  # fmt: skip
    values = {f.key: _fitting(f) for f in register.field.values() if f.required}
    values |= {f.key: "王小明" for f in register.field.values() if f.personal}
    body = {"register": register.key, "values": values}
    if register.subject == "patient":
        body["subject"] = PATIENT
    answer = post(signed_in("li_ting"), "/api/entries", body)
    assert answer.status_code == 201, answer.content.decode()
    return str(answer.json()["id"])


def _fitting(field: Any) -> Any:
    if field.choices:
        return next(iter(field.choices))
    plain = {
        "integer": 1, "decimal": 1.0, "flag": True, "date": "2026-07-05",
        "datetime": "2026-07-06T08:00", "time": "08:00", "department": "ward_2",
        "person": "li_ting",
    }  # fmt: skip
    return plain.get(field.type, "如上")


def test_personal_fields_are_masked_and_reading_them_is_logged(
    house: House, signed_in: SignedIn
) -> None:
    key = fall(signed_in, house)
    nurse, auditor = signed_in("li_ting"), signed_in("feng_shen")

    assert "王小明" not in nurse.get(f"/api/entries/{key}").content.decode()
    assert "＊＊＊" in nurse.get(f"/api/entries/{key}").json()["values"].values()
    assert Access.objects.count() == 0
    assert "王小明" in nurse.get(f"/api/entries/{key}?personal=true").content.decode()
    assert Access.objects.get().person == "li_ting"
    assert "王小明" not in auditor.get(f"/api/entries/{key}?personal=true").content.decode()


def test_a_body_that_is_no_entry_is_refused_in_words(vaccinator: Client) -> None:
    for body in ("", "{", "[", "null", "[]", '"x"', "{}", "\x00", "1e999", "[" * 9999):
        answer = vaccinator.post("/api/entries", body, content_type="application/json")
        assert answer.status_code in (400, 422), body
        assert answer.json()["faults"] and "Traceback" not in answer.content.decode()


UNKEEPABLE: tuple[dict[str, Any], ...] = (
    {"values": {"temperature": 9, "action": "a\ud800b"}},
    {"values": {"temperature": 9, "action": "a\x00b"}},
    {"values": {"temperature": 10**400}},
    {"values": {"temperature": 4, "\ud800": 1}},
    {"reason": "\ud800"},
    {"subject": "F" * 65},
    {"subject": "\x00"},
    {"department": "\x00"},
    {"department": "\ud800"},
    {"occurred_at": "0001-01-01T00:00:00+14:00"},
    {"occurred_at": "9999-12-31T23:59:59-14:00"},
    {"occurred_at": 10**30},
)


def test_what_no_database_could_hold_is_refused(vaccinator: Client) -> None:
    for more in UNKEEPABLE:
        answer = post(vaccinator, "/api/entries", READING | more)
        assert answer.status_code in (400, 422), (more, answer.content)
        assert all(f["why"]["zh"] and f["why"]["en"] for f in answer.json()["faults"])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
WORDS = ("temperature", "action", "defrosted", "step", "items")
PROPOSED = st.fixed_dictionaries(
    {
        "register": st.sampled_from(["cold_chain", "cold_chain_excursion", "nonsense"]) | ANYTHING,
        "values": st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), ANYTHING)
        | ANYTHING,
    },
    optional={
        "department": st.sampled_from(["clinic", "ward_2"]) | ANYTHING,
        "subject": st.sampled_from(["F1", "F2"]) | ANYTHING,
        "occurred_at": st.datetimes().map(str) | ANYTHING,
        "id": st.uuids().map(str) | ANYTHING,
        "about": st.uuids().map(str) | ANYTHING,
        "supersedes": st.uuids().map(str) | ANYTHING,
        "void": st.booleans(),
        "reason": st.text(max_size=5),
    },
)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=PROPOSED | ANYTHING)
def test_whatever_is_sent_is_answered(vaccinator: Client, body: Any) -> None:
    answer = post(vaccinator, "/api/entries", body)

    assert answer.status_code in (200, 201, 400, 404, 422), (body, answer.content)
    if answer.status_code > 201:
        assert all(f["why"]["zh"] and f["why"]["en"] for f in answer.json()["faults"])
