"""FHIR as servers export it: lists in no order, stays in parts, persons under two numbers."""

from __future__ import annotations

from typing import Any

from tests.store.test_feeds import NAME, bundle, held, lines, take
from wardround.store.house import House


def encounter(key: str, start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    period = {"start": start} | ({"end": end} if end else {})
    return {
        "resourceType": "Encounter", "id": key, "status": "finished", "class": {"code": "IMP"},
        "identifier": [{"system": "urn:stay", "value": f"S-{key}"}], "period": period, **more,
    }  # fmt: skip


def lay(where: str, since: str, **more: Any) -> dict[str, Any]:
    return {"location": {"reference": where}, "period": {"start": since}, **more}


WARDS = [
    {"resourceType": "Location", "id": "w2", "identifier": [{"system": "urn:ward", "value": "W2"}]},
    {"resourceType": "Location", "id": "b7", "partOf": {"identifier": {"value": "W2"}}},
]
LIES = "admission_id, department, since::varchar, until::varchar, first, last, died"


def test_a_stay_is_put_in_order_whatever_the_order_of_its_places(feeding: House) -> None:
    """By time in any zone; what was only planned is no place, another bed no other ward."""
    died = {
        "dischargeDisposition": {
            "coding": [
                {"system": "x", "code": "9"},
                {
                    "system": "http://terminology.hl7.org/CodeSystem/discharge-disposition",
                    "code": "exp",
                },
            ]
        }
    }
    places = [
        lay("#bed", "2026-03-04T00:00:00Z"), lay("W1", "2026-03-09", status="planned"),
        lay("Location/b7", "2026-03-03T08:00:00+08:00"), lay("W1", "2026-03-01T08:00:00+08:00"),
    ]  # fmt: skip
    bed = {"resourceType": "Location", "id": "bed", "partOf": {"reference": "Location/w2"}}
    stay = encounter("e", "2026-03-01T08:00:00+08:00", "2026-03-06", location=places,
                     contained=[bed], hospitalization=died)  # fmt: skip
    take(feeding, "fhir", "one.ndjson", lines([stay, *WARDS]))

    first, second = "2026-03-01 08:00:00", "2026-03-03 08:00:00"
    assert held(feeding, "ward_stay", LIES) == [
        ("e", "ward_1", first, second, True, False, False),
        ("e", "ward_2", second, "2026-03-06 23:59:59", False, True, True),
    ]
    columns = "admit_department, department, way, days"
    assert held(feeding, "admission", columns) == [("ward_1", "ward_2", "death", 5)]


def test_the_parts_of_a_stay_are_one_stay(feeding: House) -> None:
    """Parts and charges may know it by its identifier alone, or by what a bundle calls it."""
    known = {"identifier": {"system": "urn:stay", "value": "S-e"}}
    whole = encounter("e", "2026-03", "2026-03-05T08:00:00+08:00")
    parts = [
        encounter("e-2", "2026-03-03T08:00:00+08:00", location=[lay("Location/w2", "2026-03-03")],
                  partOf=known),
        encounter("e-1", "2026-03-01T00:00:00+08:00", "2026-03-03T08:00:00+08:00",
                  location=[lay("W1", "2026-03-01")], partOf={"reference": "urn:uuid:e"}),
        encounter("e-3", "2026-03-03T08:00:00+08:00", partOf={"reference": "Encounter/e-2"},
                  location=[lay("b7", "2026-03-04")]),
        encounter("lost", "2026-03-01", partOf={"identifier": {"value": "S-nobody"}}),
    ]  # fmt: skip
    charges = [
        {"resourceType": "ChargeItem", "id": key, "status": status, "context": context,
         "occurrenceDateTime": "2026-03-02", "priceOverride": {"value": 7},
         "code": {"coding": [{"code": "bed"}]}}
        for key, status, context in (
            ("1", "billed", known), ("2", "billed", {"reference": "Encounter/e-2"}),
            ("3", "billed", {"reference": "Encounter?identifier=urn:stay%7CS-e"}),
            ("4", "planned", known),
        )
    ]  # fmt: skip
    done = take(feeding, "fhir", "all.json", bundle([*charges, *parts, *WARDS, whole]))

    assert ["S-nobody" in f.why.en for f in done.rejected] == [True]
    assert held(feeding, "admission", "admission_id, admit_department, department, days") == [
        ("e", "ward_1", "ward_2", 4)
    ]
    assert held(feeding, "ward_stay", "department, until::varchar, last") == [
        ("ward_1", "2026-03-03 00:00:00", False), ("ward_2", "2026-03-05 08:00:00", True)
    ]  # fmt: skip
    assert held(feeding, "charge", "encounter, department") == [
        ("e", "ward_1"), ("e", "ward_1"), ("e", "ward_2")
    ]  # fmt: skip


def test_a_person_under_two_numbers_is_one_also_if_that_is_told_later(feeding: House) -> None:
    def patient(key: str, **more: Any) -> dict[str, Any]:
        number = [{"system": "urn:mrn", "value": f"M{key}"}]
        return {"resourceType": "Patient", "id": key, "identifier": number,
                "name": [{"family": NAME}], **more}  # fmt: skip

    def visit(key: str, subject: dict[str, Any]) -> dict[str, Any]:
        one = encounter(key, "2026-03-01T08:00:00+08:00", subject=subject)
        return one | {"class": {"code": "AMB"}, "location": [lay("W1", "2026-03-01")]}

    def people() -> int:
        return len({number for (number,) in held(feeding, "visit", "patient_id")})

    visits = [
        visit("1", {"reference": "Patient/a"}), visit("2", {"reference": "Patient/b"}),
        visit("3", {"identifier": {"system": "urn:mrn", "value": "Mc"}}),
        visit("4", {"reference": "http://x/fhir/Patient/c"}),
    ]  # fmt: skip
    links = [
        {"other": {"reference": "Patient/a"}, "type": "seealso"},
        {"other": {"identifier": {"value": "Mc"}}, "type": "replaces"},
    ]
    take(feeding, "fhir", "1.ndjson", lines([*visits, *map(patient, "abc")]))
    assert people() == 3
    take(feeding, "fhir", "2.ndjson", lines([patient("b", link=links), patient("c")]), hours=1)
    assert people() == 1
    again = take(feeding, "fhir", "1.ndjson", lines([*visits, *map(patient, "abc")]), hours=2)
    assert (again.new, people()) == (0, 1)
