"""Front pages and other tables as sources: known by their headings, mapped, mended, cut off."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.store.test_feeds import (
    NAME,
    WORKED,
    bundle,
    everything,
    held,
    messages,
    resources,
    take,
)  # fmt: skip
from wardround.sources.mapping import load_mapping
from wardround.store import derived, quarantine
from wardround.store.house import House
from wardround.store.models import FeedBatch
from wardround.text import Text

FRONT = (
    "BAH,ZYCS,XM,RYSJ,RYSJS,RYKB,CYSJ,CYSJS,CYKB,SJZYTS,LYFS,ZFY,JBDM,SSJCZBM1,SSJCZRQ1,SSJB1,"
    "SSJCZBM2,SSJCZRQ2,SSJB2\n"
    f"100,1,{NAME}三,20260301,9,W1,20260305,10,W2,4,1,1234.50,J18.900,17.1,20260302,2,,,\n"
    f"101,1,{NAME}四,2026-03-02 08:00,,W1,2026-03-06 09:30,,W1,4,5,99,I10.x00,,,,,,\n"
    f"102,1,{NAME}五,20260302,8,W1,20260301,9,W1,1,1,10,I10.x00,,,,,,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_front_page_is_known_by_its_headings(feeding: House, encoding: str) -> None:
    done = take(feeding, "csv", "front.csv", FRONT.encode(encoding))

    assert (done.feeds, [f.field for f in done.rejected]) == (
        {"admission": 2, "surgery": 1}, ["discharged_at"]
    )  # fmt: skip
    assert held(feeding, "admission", "admission_id, department, way, total_charge") == [
        ("100-1", "ward_2", "home", 1234.5), ("101-1", "ward_1", "death", 99.0)
    ]  # fmt: skip
    assert held(feeding, "surgery", "op_id, level, department") == [("100-1-1", 2.0, "ward_2")]
    assert take(feeding, "csv", "again.csv", FRONT, hours=1).new == 0


def test_what_says_nothing_is_nothing_and_an_archive_is_opened(feeding: House) -> None:
    head, line = FRONT.splitlines()[:2]
    said = dict(zip(head.split(","), line.split(","), strict=True))
    said |= dict.fromkeys(("RYSJS", "SJZYTS", "LYFS", "JBDM", "SSJCZBM1", "SSJCZRQ1"), "-")
    said |= {"CYSJ": "2026-03-15", "CYSJS": "—", "ZFY": "1,234.50", "SSJB1": "NULL"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        row = ",".join(f'"{word}"' for word in said.values())
        archive.writestr("front.csv", f"{head}\n{row}\n".encode("gb18030"))

    done = take(feeding, "csv", "front.zip", packed.getvalue())
    assert (done.new, done.rejected, held(feeding, "surgery")) == (1, (), [])
    columns = "discharged_at::varchar, days, way, diagnosis_code, total_charge"
    assert held(feeding, "admission", columns) == [
        ("2026-03-15 00:00:00", 14, None, None, 1234.5)
    ]  # fmt: skip


def test_a_front_page_may_be_exported_in_many_ways(feeding: House) -> None:
    """Full times beside hours, remarks behind the names, a workbook with a title and a preface."""
    take(feeding, "csv", "front.csv", FRONT)
    first = held(feeding, "admission"), held(feeding, "surgery")
    book = Workbook()
    book.active.append(["说明", "本表由病案系统导出"])
    sheet = book.create_sheet("首页")
    sheet.append(["2026年3月病案首页"])
    for number, line in enumerate(csv.reader(FRONT.splitlines())):
        if number == 0:
            line = [f"{word}（首页）" for word in line]
        elif len(line[3]) == 8:
            line[3], line[6] = (f"{w[:4]}/{w[4:6]}/{w[6:]} 0:00:00" for w in (line[3], line[6]))
        sheet.append(line)
    book.save(feeding.data / "front.xlsx")
    content = (feeding.data / "front.xlsx").read_bytes()
    done = take(feeding, "excel", "front.xlsx", content, hours=1)
    assert (done.new, done.unchanged, len(done.rejected)) == (0, 3, 1)
    assert (held(feeding, "admission"), held(feeding, "surgery")) == first


def test_what_messages_say_and_what_the_front_page_adds_stand_together(feeding: House) -> None:
    charge = "admission_id,department,admit_department,admitted_at,discharged_at,total_charge\n"
    page = charge + "A,ward_1,ward_1,2025-12-28 09:00,2026-01-04 10:00,500\n"
    take(feeding, "csv", "page.csv", page, key="admission")
    messages(feeding, WORKED, hours=1)
    assert held(feeding, "admission", "admission_id, total_charge, days")[0] == ("A", 500.0, 7.0)


def test_rejected_rows_are_mended_and_imported_again(feeding: House) -> None:
    done = take(feeding, "csv", "front.csv", FRONT)
    (listed,) = quarantine.listed(feeding)
    file = quarantine.file_of(feeding, listed.origin.key, "admission")
    assert file and done.rejected_in == file.parent and listed.files == {"admission": 1}
    text = file.read_text("utf-8-sig")
    assert NAME not in text and "#why" in text
    mended = text.replace("2026-03-01 09:00:00", "2026-03-04 09:00:00")
    assert take(feeding, "csv", "mended.csv", mended, key="admission", hours=1).new == 1
    assert len(held(feeding, "admission")) == 3


def test_a_declared_mapping_makes_any_table_a_register(feeding: House, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'feed = "charge"\n[department]\n"内科" = "ward_1"\n[column]\n'
        'charge_id = { from = ["no"] }\nsetting = { constant = "inpatient" }\n'
        'department = { from = ["科别"] }\n'
        'at = { from = ["日", "时"], joined = "T", format = ["%d/%m/%YT%H:%M"] }\n'
        'category = { from = ["类"], map = { "床位" = "bed", "*" = "other" } }\n'
        'amount = { from = ["分"], times = 0.01 }\n'
    )
    mapping = load_mapping(own, feeding.catalogue)
    table = "no,科别,日,时,类,分,姓名\n"
    table += "1,内科,02/03/2026,08:30,床位,1250,甲\n2,外科,02/03/2026,9:00,x,1,乙\n"
    done = take(feeding, "csv", "t.csv", table, source=mapping)

    assert [f.field for f in done.rejected] == ["department"]
    assert held(feeding, "charge", "department, category, amount, strftime(day, '%m-%d')") == [
        ("ward_1", "bed", 12.5, "03-02")
    ]


def test_a_delivery_that_is_cut_off_has_left_nothing(feeding: House) -> None:
    def cut(said: Text) -> None:
        if "Laboratory" in said.en:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(feeding, "fhir", "one.json", bundle(resources()), say=cut)
    assert not FeedBatch.objects.exists() and not any(feeding.data.glob("delivery-*"))
    take(feeding, "fhir", "one.json", bundle(resources()))
    assert [len(rows) for rows in everything(feeding).values()] == [1, 1, 2, 8, 1, 1, 1, 1]


def test_a_value_that_comes_back_counts_again(feeding: House) -> None:
    head = "visit_id,kind,department,registered_at\n"
    for hours, kind in enumerate(("outpatient", "emergency", "outpatient")):
        row = f"V1,{kind},ward_1,2026-03-02 08:00\n"
        assert take(feeding, "csv", "v.csv", head + row, key="visit", hours=hours).new == 1
    assert held(feeding, "visit", "kind") == [("outpatient",)]


def test_what_is_derived_is_declared(house: House) -> None:
    names = {derived.EVENTS, derived.STAYS, derived.LYING, derived.CENSUS}
    assert names <= house.catalogue.registers.keys()
