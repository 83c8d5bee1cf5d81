"""The hospital's own systems as sources: FHIR and HL7 v2; whole, once, as of then."""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.conftest import at
from wardround.period import Period
from wardround.sources.mapping import load_mapping
from wardround.store import deliveries, mart, measuring
from wardround.store.deliveries import Imported, Kind
from wardround.store.house import House
from wardround.text import Refused

NOW = at("2026-04-01T08:00")
NAME = "Zhangsan"


def take(
    house: House, kind: Kind, name: str, content: str | bytes, hours: float = 0, **more: Any
) -> Imported:
    path = house.data / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    key = more.pop("key", None)
    who = house.viewer("quality_officer")
    return deliveries.take_in(house, kind, path, key, who, NOW + timedelta(hours=hours), **more)


def held(house: House, key: str, columns: str = "*") -> list[Any]:
    """A feed's rows as measuring sees them, sorted."""
    mart.refresh_feed(house, house.catalogue.registers[key])
    folder = house.data / "mart" / key
    if not any(folder.glob("*.parquet")):
        return []
    with mart.connect() as connection:
        return connection.execute(
            f"select {columns} from read_parquet('{folder}/*.parquet', union_by_name=true) "
            "order by all"
        ).fetchall()


# -- HL7 v2 -------------------------------------------------------------------------------------


def adt(kind: str, moment: str, stay: str, ward: str = "W1", **more: str) -> str:
    """One message; `number` is its MSH-10."""
    number = more.get("number", f"{kind}-{stay}-{moment}")
    patient = more.get("patient", f"P{stay}")
    return "\r".join((
        f"MSH|^~\\&|HIS|H|WR|H|{moment}||ADT^{kind}|{number}|P|2.5",
        f"EVN|{kind}|{moment}", f"PID|1||{patient}^^^^MR||{NAME}^San||19500101|M",
        f"PV1|1|I|{ward}^01|||||||||||||||{more.get('kind', '')}|{stay}" + "|" * 17
        + more.get("way", ""), "ZZZ|x", "",
    ))  # fmt: skip


# The worked census of five patients, 1 to 10 January: A from 28 December to the 4th, B in and out
# on the 1st, C 3 to 9, D from the 5th and still in, E 8 to 12.
WORKED = [
    adt("A01", "202512280900", "A"), adt("A03", "202601041000", "A"),
    adt("A01", "202601010900", "B"), adt("A03", "202601011500", "B"),
    adt("A01", "202601030900", "C"), adt("A03", "202601091000", "C"),
    adt("A01", "202601050900", "D"),
    adt("A01", "202601080900", "E"), adt("A03", "202601121000", "E"),
]  # fmt: skip
OCCUPIED = [2, 1, 2, 1, 2, 2, 2, 3, 2, 2]


def messages(house: House, several: Iterable[str], name: str = "adt.hl7", **more: Any) -> Imported:
    return take(house, "hl7", name, "".join(several), **more)


def first_ten(house: House) -> list[int]:
    rows = held(house, "bed_day", "day, occupied, census, admitted, discharged")
    return [int(row[1]) for row in rows if date(2026, 1, 1) <= row[0] <= date(2026, 1, 10)]


def test_admissions_and_the_census_follow_from_messages(feeding: House) -> None:
    done = messages(feeding, WORKED)

    assert (done.rows, done.new, done.rejected) == (9, 9, ())
    assert first_ten(feeding) == OCCUPIED
    stays = {
        row[0]: row[1:] for row in held(feeding, "admission", "admission_id, department, days")
    }
    assert stays == {
        "A": ("ward_1", 7), "B": ("ward_1", 1), "C": ("ward_1", 6), "D": ("ward_1", None),
        "E": ("ward_1", 4),
    }  # fmt: skip
    assert {row[0] for row in held(feeding, "bed_day", "open_beds")} == {4}


def test_order_repeats_and_pieces_make_no_difference(feeding: House) -> None:
    rng = random.Random(5)
    for number in range(3):
        piece = rng.sample(WORKED, 5)
        messages(feeding, piece, hours=number)
    done = messages(feeding, rng.sample(WORKED, len(WORKED)) * 2, hours=9)

    assert done.new + done.unchanged == 18 and first_ten(feeding) == OCCUPIED
    assert messages(feeding, WORKED, hours=10).new == 0
    for key in ("adt_event", "ward_stay", "bed_day", "admission"):
        ids = [row[0] for row in held(feeding, key, "row_id")]
        assert len(ids) == len(set(ids))


def test_transfers_deaths_and_balances(feeding: House) -> None:
    story = [
        adt("A01", "202601010900", "A"), adt("A02", "202601030900", "A", "W2"),
        adt("A03", "202601051000", "A", "W2", way="20"),
    ]  # fmt: skip
    messages(feeding, story)

    assert held(feeding, "ward_stay", "department, first, last, died") == [
        ("ward_1", True, False, False), ("ward_2", False, True, True)
    ]  # fmt: skip
    columns = "department, day, census, admitted, discharged, transferred_in, transferred_out, died"
    before: dict[str, float] = {}
    for ward, _, census, came, went, moved_in, moved_out, _ in held(feeding, "bed_day", columns):
        assert census == before.get(ward, 0) + came + moved_in - went - moved_out
        before[ward] = census
    assert held(feeding, "admission", "department, admit_department, way") == [
        ("ward_2", "ward_1", "death")
    ]


def test_a_cancelled_admission_is_gone_and_was_there_before(feeding: House) -> None:
    messages(feeding, WORKED)
    cancel = adt("A11", "202601080930", "E", number="X1")
    messages(feeding, [cancel], "cancel.hl7", hours=24)

    assert "E" not in {row[0] for row in held(feeding, "admission", "admission_id")}
    assert first_ten(feeding) == [2, 1, 2, 1, 2, 2, 2, 2, 1]
    january = Period.parse("2026-01")
    then = measuring.measuring(feeding, NOW + timedelta(hours=1))
    assert then.figure("admissions", None, january).value == 4
    now = measuring.measuring(feeding)
    assert now.figure("admissions", None, january).value == 3
    unsaid = now.figure("readmit_31", None, january)
    assert unsaid.value is None and unsaid.why_none
    assert "never says" in unsaid.why_none.en, "messages do not tell returns: that is not 0 %"


def test_an_unknown_ward_is_set_aside_until_it_is_known(feeding: House, tmp_path: Path) -> None:
    strange = adt("A01", "202601010900", "S", "ICU")
    done = messages(
        feeding, [*WORKED, strange, "MSH|^~\\&|HIS\r", "MSH|^~\\&|A||||1||BAR^P01|9|P|2\r"]
    )

    assert (done.new, len(done.rejected), done.left_out) == (9, 2, {"BAR^P01": 1})
    assert 'there is no "ICU"' in " ".join(f.why.en for f in done.rejected)
    own = tmp_path / "own.toml"
    own.write_text('[department]\nICU = "ward_2"\n')
    mapping = load_mapping(own, feeding.catalogue)
    assert messages(feeding, [*WORKED, strange], source=mapping, hours=1).new == 1


def test_an_event_of_no_stay_is_told_and_a_merge_needs_none(feeding: House) -> None:
    merge = adt("A40", "202601051000", "").replace("ZZZ|x", "MRG|PA^^^^MR")
    done = messages(
        feeding, [adt("A01", "202601050900", ""), merge, adt("A28", "202601050900", "")]
    )
    assert [f.field for f in done.rejected] == ["admission_id"]
    assert (done.feeds, done.left_out) == ({"adt_event": 1}, {"ADT^A28": 1})
    unclear = adt("A01", "202601050900", "F").replace("PV1|1|I|", "PV1|1|X|")
    assert [f.field for f in messages(feeding, [unclear], hours=1).rejected] == ["PV1-2.1"]


def test_a_reported_census_is_never_overruled(feeding: House) -> None:
    messages(feeding, WORKED)
    reported = "bed_day_id,department,day,open_beds,census,occupied\nr1,ward_1,2026-01-01,4,4,4\n"
    take(feeding, "csv", "beds.csv", reported, key="bed_day", hours=1)
    assert first_ten(feeding) == [4, *OCCUPIED[1:]]
    messages(feeding, [adt("A01", "202601020900", "F", number="F1")], "more.hl7", hours=2)
    assert first_ten(feeding)[0] == 4 and first_ten(feeding)[1] == OCCUPIED[1] + 1


def test_charges_and_results_come_too(feeding: House) -> None:
    charge = (
        "MSH|^~\\&|HIS|H|||20260105||DFT^P03|C1|P|2.5\rPID|1||P1\rPV1|1|I|W1||||||||||||||||V1\r"
        "FT1|1|T1||20260105|20260105|CG|X1||||12.50||W1\rFT1|2|T2||20260105|20260105|CG|X2||||3\r"
    )
    result = (
        "MSH|^~\\&|LIS|H|||20260105||ORU^R01|R1|P|2.5\rPID|1||P1\rPV1|1|I|W1||||||||||||||||V1\r"
        "OBR|1||L1|CBC||||||||||202601050800\r"
        "OBX|1|NM|WBC||9.1|10^9/L||HH|||F|||202601050830\rOBX|2|NM|RBC||4.0|x||N|||P\r"
    )
    messages(feeding, [charge, result])

    assert held(feeding, "charge", "charge_id, amount, department, setting") == [
        ("T1", 12.5, "ward_1", "inpatient"), ("T2", 3.0, "ward_1", "inpatient")
    ]  # fmt: skip
    assert held(feeding, "lab", "item, value, critical, final") == [
        ("RBC", 4.0, False, False), ("WBC", 9.1, True, True)
    ]  # fmt: skip


def test_foreign_messages_are_taken_or_told(feeding: House, shared: Path) -> None:
    who = feeding.viewer("quality_officer")
    folder = shared / "data" / "hl7v2"
    done = deliveries.take_in(feeding, "hl7", folder, None, who, NOW)
    assert done.new and all(f.place and f.why.en for f in done.rejected)
    again = deliveries.take_in(feeding, "hl7", folder, None, who, NOW + timedelta(hours=1))
    assert (again.new, again.unchanged) == (0, done.new + done.unchanged)


# -- FHIR ---------------------------------------------------------------------------------------


def resources() -> list[dict[str, Any]]:
    """A patient's year in the shape that synthetic records have."""
    ref = {"reference": "urn:uuid:p1", "display": NAME}
    clinic = {"reference": "Organization?identifier=x|clinic", "display": "Clinic"}

    def encounter(key: str, kind: str, start: str, end: str, **more: Any) -> dict[str, Any]:
        return {
            "resourceType": "Encounter", "id": key, "status": "finished", "class": {"code": kind},
            "subject": ref, "period": {"start": start, "end": end}, **more,
        }  # fmt: skip

    def visit(key: str) -> dict[str, Any]:
        return {"reference": f"urn:uuid:{key}"}

    wards = [
        {"location": {"reference": "Location/W1"},
         "period": {"start": "2026-03-01T08:00:00+08:00", "end": "2026-03-03T08:00:00+08:00"}},
        {"location": {"reference": "Location/9", "display": "W2"},
         "period": {"start": "2026-03-03T08:00:00+08:00", "end": "2026-03-05T08:00:00+08:00"}},
    ]  # fmt: skip
    drug = {"text": "Amoxicillin 250 MG", "coding": [{"code": "308182"}]}
    icd = {"system": "http://hl7.org/fhir/sid/icd-10", "code": "J18.9"}
    return [
        {"resourceType": "Patient", "id": "p1", "name": [{"family": NAME}], "gender": "female"},
        encounter("e1", "AMB", "2026-03-10T09:00:00+08:00", "2026-03-10T09:20:00+08:00",
                  serviceProvider=clinic),
        encounter("e2", "IMP", "2026-03-01T08:00:00+08:00", "2026-03-05T08:00:00+08:00",
                  location=wards),
        {"resourceType": "Condition", "id": "c1", "encounter": visit("e2"),
         "code": {"coding": [{"system": "http://snomed.info/sct", "code": "1"}, icd]}},
        {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
         "medicationCodeableConcept": drug, "encounter": visit("e1"),
         "authoredOn": "2026-03-10T09:10:00+08:00"},
        {"resourceType": "Observation", "id": "o1", "status": "final",
         "encounter": visit("e2"),
         "category": [{"coding": [{"code": "laboratory"}]}],
         "code": {"coding": [{"code": "6690-2"}]},
         "effectiveDateTime": "2026-03-02T07:00:00+08:00",
         "issued": "2026-03-02T09:00:00.123+08:00",
         "valueQuantity": {"value": 9.5, "unit": "10*3/uL"}},
        {"resourceType": "ChargeItem", "id": "x1", "status": "billed", "context": visit("e2"),
         "code": {"coding": [{"code": "surgery"}]}, "occurrenceDateTime": "2026-03-02",
         "priceOverride": {"value": 1200.5}},
    ]  # fmt: skip


FEEDS = ("visit", "admission", "ward_stay", "bed_day", "charge", "prescription", "med_order", "lab")


def bundle(several: list[dict[str, Any]]) -> str:
    entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in several]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}, indent=1)


def lines(several: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(r) + "\n" for r in several)


def in_line(several: list[dict[str, Any]]) -> str:
    """A bundle in one line, which says last what it is."""
    entries = [{"resource": r} for r in several]
    return json.dumps({"entry": entries, "type": "batch", "resourceType": "Bundle"})


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("export/all.ndjson", text)
    return packed.getvalue()


def everything(house: House) -> dict[str, list[Any]]:
    return {key: held(house, key) for key in FEEDS}


def test_a_bundle_fills_the_feeds_and_names_nobody(feeding: House) -> None:
    done = take(feeding, "fhir", "one.json", bundle(resources()))

    assert done.rejected == () and done.left_out == {"Patient": 1}
    counted = {key: len(rows) for key, rows in everything(feeding).items()}
    assert counted == {
        "visit": 1, "admission": 1, "ward_stay": 2, "bed_day": 8, "charge": 1, "prescription": 1,
        "med_order": 1, "lab": 1,
    }  # fmt: skip
    stay = held(feeding, "admission", "department, admit_department, diagnosis_code")
    assert stay == [("ward_2", "ward_1", "J18.9")]
    assert held(feeding, "charge", "department, setting, category") == [
        ("ward_1", "inpatient", "surgery")
    ]
    shutil.rmtree(feeding.data / "in")
    kept = b"".join(p.read_bytes() for p in feeding.data.rglob("*") if p.is_file())
    assert NAME.encode() not in kept
    assert "'p1'" not in str(held(feeding, "visit")), "only a name that the vault gave"


@pytest.mark.parametrize(
    "form",
    [
        lambda r: ("all.ndjson.gz", gzip.compress(b"\xef\xbb\xbf" + lines(r).encode())),
        lambda r: ("all.zip", zipped(lines(r).replace("\n", "\r\n\r\n"))),
        lambda r: ("one.json", bundle(r).encode()),
        lambda r: ("mixed.ndjson", (lines(r[:3]) + in_line(r[3:])).encode()),
        lambda r: (
            "list.json",
            f"[{in_line(r[:3])},{in_line([json.loads(bundle(r[3:]))])}]".encode(),
        ),
    ],
)
def test_form_order_and_repeats_make_no_difference(
    feeding: House, form: Callable[[list[dict[str, Any]]], tuple[str, bytes]]
) -> None:
    mixed = resources() + resources()[1:3]
    random.Random(3).shuffle(mixed)
    name, content = form(mixed)
    take(feeding, "fhir", name, content)
    first = everything(feeding)

    assert take(feeding, "fhir", "again.json", bundle(resources()), hours=1).new == 0
    assert everything(feeding) == first
    assert [len(rows) for rows in first.values()] == [1, 1, 2, 8, 1, 1, 1, 1]


def test_beds_contained_things_and_resources_without_an_id(feeding: House) -> None:
    """As servers and transactions send them; what makes no row is counted."""
    ward = {"resourceType": "Location", "id": "l1", "identifier": [{"value": "W1"}]}
    bed = {"resourceType": "Location", "id": "b1", "partOf": {"reference": "Location/l1"}}
    stay = {
        "resourceType": "Encounter", "status": "in-progress", "class": {"code": "inpatient"},
        "period": {"start": "2026-03-01T08:00:00Z"},
        "location": [{"location": {"reference": "http://x/fhir/Location/b1/_history/2"}}],
    }  # fmt: skip
    drug = {"resourceType": "Medication", "id": "1", "code": {"text": "Amoxicillin"}}
    order = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "contained": [drug], "medicationReference": {"reference": "#1"},
        "encounter": {"reference": "urn:uuid:e9"}, "authoredOn": "2026-03-02",
    }  # fmt: skip
    planned = {
        "resourceType": "Encounter", "id": "e8", "status": "planned", "class": {"code": "I"},
    }  # fmt: skip
    strange = {**planned, "id": "e7", "class": {"code": "bed"}}
    several = {"l1": ward, "b1": bed, "e9": stay, "m9": order, "e8": planned, "e7": strange}
    entries = [{"resource": r, "fullUrl": f"urn:uuid:{key}"} for key, r in several.items()]
    for wrapped in (json.dumps({"resourceType": "Bundle", "entry": entries}, indent=1),
                    json.dumps([{"entry": entries, "resourceType": "Bundle"}])):  # fmt: skip
        done = take(feeding, "fhir", "post.json", wrapped)
        assert [f.field for f in done.rejected] == ["Encounter.class.code"]
        assert done.left_out == {"Encounter": 1}
        assert held(feeding, "admission", "admission_id, department") == [("e9", "ward_1")]
        assert held(feeding, "med_order", "order_id, drug") == [("m9", "Amoxicillin")]


def test_files_of_an_export_may_come_one_after_the_other(feeding: House) -> None:
    for number, one in enumerate(r for r in resources() if r["resourceType"] != "Patient"):
        take(feeding, "fhir", f"{number}.ndjson", lines([one]), hours=number)
    apart = everything(feeding)
    assert [len(rows) for rows in apart.values()] == [1, 1, 2, 8, 1, 1, 1, 1]


def test_a_cut_line_is_set_aside_with_its_number(feeding: House) -> None:
    cut = lines(resources())[:-60]
    done = take(feeding, "fhir", "cut.ndjson", cut)

    assert [f.place for f in done.rejected] == ["cut.ndjson 第 7 行"]
    assert done.feeds["visit"] == 1 and "charge" not in done.feeds
    half = take(feeding, "fhir", "cut.json", bundle(resources())[:-90], hours=1)
    assert len(half.rejected) == 1 and half.new == 0


def test_a_later_version_counts_in_whatever_order_they_come(feeding: House) -> None:
    old, new = resources()[1:3], resources()[1:3]
    old[0]["meta"] = {"lastUpdated": "2026-03-11T00:00:00Z"}
    new[0]["meta"], new[0]["class"] = {"lastUpdated": "2026-03-12T00:00:00Z"}, {"code": "EMER"}
    old[1]["meta"], new[1]["meta"] = {"versionId": "9"}, {"versionId": "10"}
    del new[1]["location"][0]
    take(feeding, "fhir", "new.ndjson", lines(new))
    assert "visit" not in take(feeding, "fhir", "old.ndjson", lines(old), hours=1).feeds
    assert held(feeding, "visit", "kind") == [("emergency",)]
    assert held(feeding, "ward_stay", "department") == [("ward_2",)]


def test_what_was_entered_in_error_is_withdrawn_and_was_there_before(feeding: House) -> None:
    take(feeding, "fhir", "all.ndjson", lines(resources()))
    wrong = [dict(r, status="entered-in-error") for r in resources() if r["id"] in ("e2", "o1")]
    done = take(feeding, "fhir", "wrong.ndjson", lines(wrong), hours=1)

    assert (done.feeds["lab"], done.feeds["admission"], done.feeds["ward_stay"]) == (1, 1, 2)
    assert [held(feeding, k) for k in ("lab", "admission", "ward_stay", "bed_day")] == [[]] * 4
    assert len(held(feeding, "visit")) == 1
    before = feeding.data / "before"
    mart.refresh_feed(feeding, feeding.catalogue.registers["lab"], NOW, before)
    assert any(before.glob("*.parquet"))
    assert take(feeding, "fhir", "wrong.ndjson", lines(wrong), hours=2).new == 0


def test_an_older_version_does_not_undo_a_withdrawal(feeding: House) -> None:
    old = dict(resources()[1], meta={"lastUpdated": "2026-03-11T00:00:00Z"})
    wrong = dict(old, status="entered-in-error", meta={"lastUpdated": "2026-03-12T00:00:00Z"})
    take(feeding, "fhir", "both.ndjson", lines([wrong, old]))
    assert held(feeding, "visit") == []
    assert take(feeding, "fhir", "old.ndjson", lines([old]), hours=1).new == 0
    again = dict(old, meta={"lastUpdated": "2026-03-13T00:00:00Z"})
    assert take(feeding, "fhir", "again.ndjson", lines([again]), hours=2).feeds == {"visit": 1}
    assert len(held(feeding, "visit")) == 1
    other = again | {"class": {"code": "IMP"}, "meta": {"lastUpdated": "2026-03-14T00:00:00Z"}}
    take(feeding, "fhir", "other.ndjson", lines([other]), hours=3)
    assert (len(held(feeding, "visit")), len(held(feeding, "admission"))) == (0, 1)


def test_a_new_profile_is_a_table(feeding: House, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[rows.visit]\nfeed = "visit"\nresource = "Appointment"\n[rows.visit.column]\n'
        'visit_id = { from = ["id"] }\nkind = { constant = "outpatient" }\n'
        'department = { from = ["where"] }\nregistered_at = { from = ["start"] }\n'
    )
    one = {
        "resourceType": "Appointment",
        "id": "a1",
        "where": "W1",
        "start": "2026-03-02T08:00:00Z",
    }
    mapping = load_mapping(own, feeding.catalogue)
    assert take(feeding, "fhir", "a.ndjson", lines([one]), source=mapping).feeds == {"visit": 1}
    own.write_text('[rows.visit]\nfeed = "nothing"\n[rows.visit.column]\n')
    with pytest.raises(Refused, match="no register"):
        load_mapping(own, feeding.catalogue)
