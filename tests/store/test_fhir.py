"""FHIR resources that complete each other, and bad ones however many there are."""

from __future__ import annotations

from typing import Any

from tests.store.test_feeds import bundle, held, lines, resources, take
from wardround.store.house import House


def test_orders_claims_and_settlements_complete_each_other(feeding: House) -> None:
    """An order says when it was given; what an insurer settled is no second charge."""
    stay = {"reference": "urn:uuid:e2"}

    def item(amount: float | None) -> dict[str, Any]:
        net = {} if amount is None else {"net": {"value": amount, "currency": "CNY"}}
        return {"encounter": [stay], "servicedDate": "2026-03-02", **net}

    def settled(key: str, claim: str | None, amount: float) -> dict[str, Any]:
        said = {"claim": {"reference": f"urn:uuid:{claim}"}} if claim else {}
        return {"resourceType": "ExplanationOfBenefit", "id": key, "status": "active",
                "item": [item(None), item(amount)], **said}  # fmt: skip

    order = {"resourceType": "ServiceRequest", "id": "r1", "status": "completed",
             "intent": "order", "authoredOn": "2026-03-01T09:00:00+08:00"}  # fmt: skip
    based = {"encounter": stay, "basedOn": [{"reference": "ServiceRequest/r1"}]}
    study = {"resourceType": "ImagingStudy", "id": "i1", "status": "available", **based,
             "modality": [{"code": "CT"}], "started": "2026-03-01T11:00:00+08:00"}  # fmt: skip
    report = {"resourceType": "DiagnosticReport", "id": "d1", "status": "final", **based,
              "category": [{"coding": [{"code": "RAD"}]}], "issued": "2026-03-01T12:00:00+08:00",
              "effectiveDateTime": "2026-03-01T11:05:00+08:00"}  # fmt: skip
    told = {**report, "id": "d2", "imagingStudy": [{"reference": "ImagingStudy/i1"}]}
    claim = {"resourceType": "Claim", "id": "k1", "status": "active", "item": [item(None), item(7)]}
    more = [order, study, report, told, claim, settled("b1", "k1", 6.5), settled("b2", "k2", 30),
            settled("b3", None, 4)]  # fmt: skip
    done = take(feeding, "fhir", "more.json", bundle([*resources(), *more]))

    assert done.rejected == () and done.left_out == {"Patient": 1}
    moments = "exam_id, modality, hour(ordered_at), hour(done_at), hour(reported_at)"
    assert held(feeding, "exam", moments) == [("d1", "RAD", 9, 11, 12), ("i1", "CT", 9, 11, 12)]
    assert held(feeding, "charge", "charge_id, amount, department") == [
        ("b3:2", 4.0, "ward_1"), ("k1:2", 7.0, "ward_1"), ("k2:2", 30.0, "ward_1"),
        ("x1", 1200.5, "ward_1"),
    ]  # fmt: skip


def test_every_bad_resource_is_set_aside_however_many_there_are(feeding: House) -> None:
    bad = [
        {"resourceType": "ChargeItem", "id": f"b{n}", "status": "billed",
         "occurrenceDateTime": "2026-13-40", "priceOverride": {"value": n}}
        for n in range(2100)
    ]  # fmt: skip
    done = take(feeding, "fhir", "bad.ndjson", lines(bad))
    assert (done.rows, done.new, done.aside) == (2100, 0, {"charge": 2100})
