"""What hospital systems export, made up: FHIR files of one resource a line, and front pages.

The same on every run. Resources carry all that real ones do (texts, profiles, codings, names),
so that reading only what is asked for has something to leave out; one in a thousand has a date
that is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

WARDS = 40
"""Departments: W00, W01 … by their codes."""
BAD = 1000
"""One row in so many cannot be used."""
_FIRST = datetime(2025, 1, 1)
_TEXT = {
    "status": "generated",
    "div": '<div xmlns="http://www.w3.org/1999/xhtml">记录由系统生成，仅供核对。</div>',
}
_CHARGES = ("drug_western", "laboratory", "imaging", "treatment", "nursing", "bed", "material")
_SNOMED, _LOINC = "http://snomed.info/sct", "http://loinc.org"


def ward(number: int) -> str:
    """The code of a department."""
    return f"W{number % WARDS:02d}"


def _moment(number: int, minutes: int = 0) -> str:
    if number % BAD == BAD - 1:
        return "2025-02-30T08:00:00+08:00"
    when = _FIRST + timedelta(minutes=number * 7 % 525_000 + minutes)
    return when.isoformat() + "+08:00"


def _coded(system: str, code: str, said: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": said}], "text": said}


def _about(number: int) -> dict[str, Any]:
    return {
        "subject": {"reference": f"Patient/p{number // 3}", "display": "张三"},
        "encounter": {"reference": f"Encounter/e{number}"},
    }


def _encounter(number: int) -> dict[str, Any]:
    staying = number % 5 == 0
    begins = _moment(number)
    ends = _moment(number, 7200 if staying else 30)
    where = {"reference": f"Location/{ward(number)}", "display": f"病区 {ward(number)}"}
    return {
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                  "code": "IMP" if staying else "AMB"},
        "type": [_coded(_SNOMED, "185345009", "Encounter for symptom")],
        "subject": {"reference": f"Patient/p{number // 3}", "display": "张三"},
        "participant": [{"individual": {"reference": f"Practitioner/d{number % 300}",
                                        "display": "李医生"}, "period": {"start": begins}}],
        "period": {"start": begins, "end": ends},
        "location": [{"location": where, "period": {"start": begins, "end": ends}}],
        "hospitalization": {"dischargeDisposition": _coded("urn:x", "home", "Home")},
        "serviceProvider": {"reference": "Organization/o1", "display": "测试医院"},
    }  # fmt: skip


def _condition(number: int) -> dict[str, Any]:
    return {
        "clinicalStatus": _coded("urn:x", "active", "Active"),
        "category": [_coded("urn:x", "encounter-diagnosis", "Encounter diagnosis")],
        "code": {"coding": [
            {"system": _SNOMED, "code": "233604007", "display": "Pneumonia"},
            {"system": "http://hl7.org/fhir/sid/icd-10", "code": f"J{number % 90:02d}.9"}]},
        **_about(number), "recordedDate": _moment(number),
    }  # fmt: skip


def _observation(number: int) -> dict[str, Any]:
    unit = {"unit": "10*3/uL", "system": "http://unitsofmeasure.org", "code": "10*3/uL"}
    return {
        "status": "final",
        "category": [_coded("urn:x", "laboratory", "Laboratory")],
        "code": _coded(_LOINC, f"{6000 + number % 200}-2", "Leukocytes"),
        **_about(number // 8),
        "effectiveDateTime": _moment(number),
        "issued": _moment(number, 95),
        "valueQuantity": {"value": 4 + number % 90 / 10, **unit},
        "interpretation": [_coded("urn:x", "N" if number % 9 else "HH", "Normal")],
        "referenceRange": [{"low": {"value": 4, **unit}, "high": {"value": 11, **unit}}],
    }


def _request(number: int) -> dict[str, Any]:
    return {
        "status": "active", "intent": "order",
        "medicationCodeableConcept": _coded(_SNOMED, f"3081{number % 90}", "Amoxicillin 250 MG"),
        **_about(number // 2), "authoredOn": _moment(number, 10),
        "requester": {"reference": f"Practitioner/d{number % 300}", "display": "李医生"},
        "dosageInstruction": [{"sequence": 1, "text": "每日三次，饭后服用", "timing": {
            "repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}}],
    }  # fmt: skip


def _procedure(number: int) -> dict[str, Any]:
    return {
        "status": "completed", "category": _coded(_SNOMED, "387713003", "Surgical procedure"),
        "code": _coded(_SNOMED, "80146002", "Appendectomy"), **_about(number * 5),
        "performedPeriod": {"start": _moment(number, 60), "end": _moment(number, 150)},
        "location": {"reference": f"Location/{ward(number)}"},
    }  # fmt: skip


def _charge(number: int) -> dict[str, Any]:
    about = _about(number // 4)
    return {
        "status": "billed", "subject": about["subject"], "context": about["encounter"],
        "code": _coded("urn:wardround:charge-category", _CHARGES[number % 7], "收费"),
        "occurrenceDateTime": _moment(number, 20),
        "quantity": {"value": 1}, "priceOverride": {"value": 12.5 + number % 400,
                                                    "currency": "CNY"},
    }  # fmt: skip


KINDS: dict[str, tuple[int, Callable[[int], dict[str, Any]]]] = {
    "Encounter": (12, _encounter), "Condition": (10, _condition), "Observation": (40, _observation),
    "MedicationRequest": (14, _request), "Procedure": (4, _procedure), "ChargeItem": (20, _charge),
}  # fmt: skip
"""Resource type → how many in a hundred, and how one is made."""


def lay_resources(folder: Path, rows: int) -> int:
    """Write a file a type, `rows` resources in all; returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for kind, (share, make) in KINDS.items():
        with (folder / f"{kind}.ndjson").open("w", encoding="utf-8") as out:
            for number in range(rows * share // 100):
                head = {
                    "resourceType": kind, "id": f"{kind[0].lower()}{number}",
                    "meta": {"versionId": "1", "lastUpdated": "2025-12-31T08:00:00.000+08:00",
                             "profile": [f"http://hl7.org/fhir/StructureDefinition/{kind}"]},
                    "text": _TEXT,
                }  # fmt: skip
                out.write(json.dumps(head | make(number), ensure_ascii=False) + "\n")
                count += 1
    return count


def message(number: int) -> bytes:
    """An admission as HL7 v2 has it, of a patient and a stay of their own."""
    moment = f"{_FIRST + timedelta(minutes=number % 500_000):%Y%m%d%H%M%S}"
    return "\r".join((
        f"MSH|^~\\&|HIS|H1|WARDROUND|H1|{moment}||ADT^A01^ADT_A01|M{number:09d}|P|2.5|||||CHN|UTF-8",
        f"EVN|A01|{moment}",
        f"PID|1||{number:09d}^^^H1^MR||张^三||19500101|M|||长安街1号^^北京||01012345678",
        f"PV1|1|I|{ward(number)}^12^3|R" + "|" * 15 + f"V{number:09d}" + "|" * 25 + moment,
        "DG1|1||J18.900^肺炎^ICD-10|||A", "",
    )).encode()  # fmt: skip


_OPERATIONS = ("SSJCZBM{n}", "SSJCZMC{n}", "SSJCZRQ{n}", "SSJB{n}", "QKDJ{n}", "QKYHLB{n}")
_FRONT = (
    "USERNAME,YLFKFS,JKKH,ZYCS,BAH,XM,XB,CSRQ,NL,GJ,HY,ZY,RYTJ,RYSJ,RYSJS,RYKB,RYBF,ZKKB,CYSJ,"
    "CYSJS,CYKB,CYBF,SJZYTS,MZZD,JBBM,ZYZD,JBDM,RYBQ,CYQK,BLZD,YWGM,XX,RH,KZR,ZRYS,ZYYS,ZRHS,"
    "BAZL,QZRQ,RYYCY,QJCS,QJCGCS,LYFS,ZZYJH,SSLCLJ,WCLCLJ,KJYWSYQK,BWHBZ,ZQSS,ZFY,ZFJE"
).split(",")
_OTHERS = [f"{stem}{n}" for n in range(1, 9) for stem in ("JBDM", "QTZD")]
_FEES = [f"FY{n}" for n in range(1, 10)]


def front_header() -> list[str]:
    """The hundred columns of a front page, as the national interface names them."""
    operations = [word.format(n=n) for n in range(1, 5) for word in _OPERATIONS]
    return [*_FRONT, *_OTHERS, *operations, *_FEES]


def lay_front_pages(file: Path, rows: int) -> int:
    """Write a CSV of discharges; returns how many there are."""
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(front_header()) + "\n")
        for number in range(rows):
            out.write(",".join(_front_page(number)) + "\n")
    return rows


def _front_page(number: int) -> Iterator[str]:
    came = _FIRST + timedelta(hours=number % 8000)
    left = came + timedelta(days=1 + number % 9)
    if number % BAD == BAD - 1:
        came, left = left, came
    where = ward(number)
    yield from (
        "H001", "1", f"KH{number:09d}", "1", f"{number:09d}", "张三", "1", "19500101", "75", "中国",
        "2", "职员", "1", f"{came:%Y-%m-%d}", f"{came:%H}", where, "1", "", f"{left:%Y-%m-%d}",
        f"{left:%H}", where, "1", str((left - came).days), "肺炎", "J18.900", "肺炎",
        f"J{number % 90:02d}.900", "2", "1", "", "1", "A", "1", "王主任", "李医师", "赵医师",
        "钱护士",
        "1", f"{came:%Y-%m-%d}", "1", "0", "0", str(1 + number % 3), "2", str(1 + number % 2),
        "1", "1", "3", "1", f"{1000 + number % 9000}.50", "200.00",
    )  # fmt: skip
    for n in range(1, 9):
        yield from (f"I1{n}.x00", "高血压") if n <= number % 5 else ("", "")
    for n in range(1, 5):
        done = n <= number % 3
        yield from (
            (f"47.0{n}", "阑尾切除术", f"{came:%Y-%m-%d}", "3", "1", "1") if done else [""] * 6
        )
    yield from (f"{number % 900}.00" for _ in _FEES)


def lay(folder: str, rows: str) -> None:
    """All files; in a process apart, so that its memory is nobody's."""
    place = Path(folder)
    print(lay_resources(place / "fhir", int(rows)))
    lay_front_pages(place / "front.csv", int(rows) // 2)
