"""Delivered tables: any common encoding and separator, bilingual headings, clear refusals."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from wardround.catalogue.load import load
from wardround.catalogue.model import Field, Register
from wardround.catalogue.values import Known
from wardround.sources import feed, gate, proposed, stage
from wardround.sources.delivered import Delivered
from wardround.sources.from_csv import open_csv
from wardround.sources.from_excel import open_excel
from wardround.sources.from_table import read_table
from wardround.sources.sheet import Sheet, by_heading
from wardround.sources.table import SourceRow, known_columns
from wardround.text import Fault, Refused, Text, same

WAYS = {"home": Text("医嘱离院", "Home on order"), "death": Text("死亡", "Died")}
STAYS = Register(
    "stay",
    Text("住院", "Stay"),
    "event",
    feed=True,
    id="stay_id",
    day="left_at",
    department="ward",
    field={
        f.key: f
        for f in (
            Field("stay_id", Text("住院号", "Stay number"), "text"),
            Field("ward", Text("病区", "Ward"), "department", required=True),
            Field("came_at", Text("入院时间", "Admitted at"), "datetime", required=True),
            Field("left_at", Text("出院时间", "Discharged at"), "datetime", not_before="came_at"),
            Field("way", Text("离院方式", "Way of leaving"), "choice", choices=WAYS),
            Field("days", Text("住院天数", "Days"), "integer", possible=(1, 9999)),
            Field("bags", Text("输液袋数", "Bags"), "integer"),
            Field("amount", Text("金额", "Amount"), "decimal", unit="元"),
            Field("born", Text("出生日期", "Born"), "date"),
            Field("pathway", Text("入径", "Pathway"), "flag"),
        )
    },
)
UTC = ZoneInfo("UTC")
KNOWN = Known(frozenset({"ward_1", "ward_2"}), frozenset())
HEAD = "stay_id,ward,came_at,left_at"
GOOD = "A1,ward_1,2026-03-02 08:00,2026-03-05 10:00"


def file(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "delivered.csv"
    path.write_bytes(text.encode(encoding))
    return path


def source(
    path: Path, register: Register = STAYS, mapping: dict[str, str] | None = None, lang: Any = "zh"
) -> tuple[Any, Delivered, tuple[str, ...]]:
    """A connection, what the file delivers over it, and the headings left out."""
    work = path.parent / "work"
    work.mkdir(exist_ok=True)
    if path.suffix == ".xlsx":
        sheet: Sheet = open_excel(path, work, lang)
    else:
        sheet = open_csv(path, {*known_columns(register), *(mapping or {})}, work, lang)
    given, ignored = by_heading(sheet.header, register, mapping)
    connection = stage.connect(str(work))
    stage.know_departments(connection, {"ward_1": "ward_1", "ward_2": "ward_2"})
    catalogue: Any = type("Only", (), {"registers": {register.key: register}})
    read = read_table(connection, sheet, given.all_rows(), catalogue, "secret")
    return connection, read, ignored


def delivered(path: Path, register: Register = STAYS, **more: Any) -> list[SourceRow]:
    connection, read, _ = source(path, register, **more)
    (only,) = read.staged
    rows = connection.execute(f"from ({only.query}) order by at_").fetchall()
    return [
        SourceRow(read.place(at), {k: v for k, v in zip(only.spoken, said, strict=True) if v})
        for at, _, *said in rows
    ]


def passed(
    path: Path, register: Register = STAYS, known: Known = KNOWN, **more: Any
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The good rows, typed, and the faults of the others."""
    connection, read, _ = source(path, register, **more)
    (only,) = read.staged
    parts = [
        gate.check(connection, query, n, register, only.spoken, known, UTC, read.place, path.parent)
        for n, query in enumerate(only.queries)
    ]
    done = gate.together(connection, parts, read.place)
    found = connection.execute(f"select * from {done.table} order by at_")
    names = [column[0] for column in found.description]
    good = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    faults = [f for aside in [*read.aside, *done.aside] for f in aside.faults]
    return [{k: row[k] for k in only.spoken} for row in good], faults


def checked(*lines: str, head: str = HEAD) -> tuple[list[dict[str, Any]], list[Fault]]:
    with TemporaryDirectory() as folder:
        return passed(file(Path(folder), "\n".join((head, *lines))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_found_out(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = "住院号,病区,入院时间,出院时间\r\nA1,ward_1,2026-03-02 08:00,2026-03-05\r\n"
    rows = delivered(file(tmp_path, text.replace(",", separator), encoding))
    assert rows == [
        SourceRow("第 2 行", {"stay_id": "A1", "ward": "ward_1", "came_at": "2026-03-02 08:00",
                            "left_at": "2026-03-05"})
    ]  # fmt: skip


def test_headings_may_be_keys_or_either_name_and_carry_a_unit(tmp_path: Path) -> None:
    text = "ID, 科室 ,Admitted At,出院时间,金额（元）\nA1,ward_1,2026-03-02,2026-03-05,12.5"
    (row,) = delivered(file(tmp_path, text), lang="en")
    assert list(row.values) == ["stay_id", "ward", "came_at", "left_at", "amount"]
    assert row.place == "row 2"


def test_a_few_hanzi_are_not_taken_for_another_script(tmp_path: Path) -> None:
    rows = delivered(file(tmp_path, f"{HEAD}\n联通,ward_1,2026-03-02,\n", "gb18030"))
    assert rows[0].values["stay_id"] == "联通"


def refused(tmp_path: Path, text: str, **more: Any) -> list[Fault]:
    with pytest.raises(Refused) as caught:
        delivered(file(tmp_path, text), **more)
    return list(caught.value.faults)


def test_an_unknown_column_is_refused_with_the_list_of_known_ones(tmp_path: Path) -> None:
    faults = refused(tmp_path, f"{HEAD},天气\n")
    assert [f.field for f in faults] == ["天气"]
    assert "came_at" in faults[0].why.en and "入院时间" in faults[0].why.zh


def test_with_a_mapping_unknown_columns_are_ignored_and_named(tmp_path: Path) -> None:
    mapping = {"zyh": "stay_id", "bq": "ward", "rysj": "came_at", "cysj": "left_at"}
    path = file(tmp_path, f"zyh,bq,rysj,cysj,tq\n{GOOD},晴\n")
    assert source(path, mapping=mapping)[2] == ("tq",)
    assert delivered(path, mapping=mapping)[0].values["stay_id"] == "A1"


def test_a_mapping_to_nowhere_is_refused(tmp_path: Path) -> None:
    faults = refused(tmp_path, f"{HEAD}\n", mapping={"zyh": "nothing"})
    assert {f.field for f in faults} == {"nothing", "zyh"}


def test_everything_wrong_with_a_header_is_said_at_once(tmp_path: Path) -> None:
    faults = refused(tmp_path, "stay_id,住院号,ward,天气\n")
    assert {f.field for f in faults} == {"天气", "stay_id", "came_at", "left_at"}


def test_ragged_rows_are_set_aside_and_the_rest_is_read(tmp_path: Path) -> None:
    text = f"{HEAD}\n{GOOD}\nA2,ward_1\n\n{GOOD},,\n{GOOD},x\n"
    path = file(tmp_path, text)
    assert [row.place for row in delivered(path)] == ["第 2 行", "第 5 行"]
    assert [a.row.place for a in source(path)[1].aside] == ["第 3 行", "第 6 行"]


@pytest.mark.parametrize("text", ["", "\n\n", " , ,\n"])
def test_an_empty_file_is_called_empty(tmp_path: Path, text: str) -> None:
    assert "empty" in refused(tmp_path, text)[0].why.en


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"PK\x03\x04..", "Excel"), (b"a\x00b", "not text"), (b"\xff\xff", "encod")],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "delivered.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match=said):
        delivered(path)


def test_a_register_that_people_keep_needs_its_subject_and_time(tmp_path: Path) -> None:
    cold_chain = load().registers["cold_chain"]
    good = file(tmp_path, "对象,时间,温度(°C),今日除霜\nF1,2026-03-02 08:05,4.5,否\n")
    assert delivered(good, cold_chain)[0].values == {
        "subject": "F1", "occurred_at": "2026-03-02 08:05", "temperature": "4.5", "defrosted": "否"
    }  # fmt: skip
    with pytest.raises(Refused) as caught:
        delivered(file(tmp_path, "温度\n4.5\n"), cold_chain)
    assert {f.field for f in caught.value.faults} == {"subject", "occurred_at"}


# -- feed rows ----------------------------------------------------------------------------------


def test_good_rows_come_out_typed() -> None:
    good, bad = checked(
        "A1,ward_1,2026/3/2 8:00:00,,医嘱离院,3,-12.50,2026-03,是",
        head=f"{HEAD},way,days,amount,born,pathway",
    )
    assert bad == []
    assert good[0] == {
        "stay_id": "A1", "ward": "ward_1", "came_at": datetime(2026, 3, 2, 8),
        "left_at": None, "way": "home", "days": 3, "amount": -12.5,
        "born": date(2026, 3, 1), "pathway": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "field", "said"),
    [
        (",ward_1,2026-03-02,", "stay_id", "required"),
        ("A2,ward_9,2026-03-02,", "ward", "ward_9"),
        ("A2,,2026-03-02,", "ward", "required"),
        ("A2,ward_1,yesterday,", "came_at", "unreadable"),
        ("A2,ward_1,0001-01-01,", "came_at", "year"),
        ("A2,ward_1,2026-03-02 09:00,2026-03-02 08:00", "left_at", "before"),
    ],
)
def test_a_bad_row_is_set_aside_with_place_field_and_remedy(
    line: str, field: str, said: str
) -> None:
    good, bad = checked(GOOD, line, GOOD.replace("A1", "A3"))
    assert [row["stay_id"] for row in good] == ["A1", "A3"]
    assert [(f.place, f.field) for f in bad] == [("第 3 行", field)]
    assert said in bad[0].why.en and bad[0].why.zh.endswith("。")


@pytest.mark.parametrize(("field", "value"), [("days", "0"), ("bags", "-1"), ("way", "walked")])
def test_impossible_values_are_set_aside(field: str, value: str) -> None:
    good, bad = checked(f"{GOOD},{value}", head=f"{HEAD},{field}")
    assert (good, [f.field for f in bad]) == ([], [field])


def test_the_same_row_twice_is_one_and_rows_that_differ_are_all_set_aside() -> None:
    """The order of a file decides nothing."""
    other = GOOD.replace("ward_1", "ward_2")
    good, bad = checked(GOOD, GOOD, GOOD.replace("A1", "A2"), other.replace("A1", "A2"))
    assert [row["stay_id"] for row in good] == ["A1"]
    assert [(f.place, f.field) for f in bad] == [("第 4 行", "stay_id"), ("第 5 行", "stay_id")]


def test_times_are_told_in_the_hospitals_zone() -> None:
    good, _ = checked("A1,ward_1,2026-03-02T08:00:00+08:00,")
    assert good[0]["came_at"].isoformat() == "2026-03-02T00:00:00"


# -- Excel ----------------------------------------------------------------------------------------


def workbook(path: Path, *lines: list[Any], sheet: str = "数据") -> Path:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = sheet
    for line in lines:
        first.append(line)
    book.create_sheet("别的").append(["天气"])
    book.save(path)
    return path


def test_a_workbook_is_read_as_values(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "d.xlsx",
        ["住院号", "病区", "入院时间", "出院时间", "住院天数", "出生日期", "入径", "金额"],
        [1001, "ward_1", datetime(2026, 3, 2, 8), None, 3.0, date(1950, 1, 2), True, 12.5],
        [None] * 8,
        [1002, "ward_2", datetime(2026, 3, 3, 8)],
    )
    good, bad = passed(path, lang="en")
    assert bad == []
    assert [row["stay_id"] for row in good] == ["1001", "1002"]
    assert good[0]["came_at"] == datetime(2026, 3, 2, 8)
    assert (good[0]["days"], good[0]["born"]) == (3, date(1950, 1, 2))
    assert (good[0]["pathway"], good[0]["amount"]) == (True, 12.5)


def test_a_sheet_may_be_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "d.xlsx", HEAD.split(","), GOOD.split(","))
    assert open_excel(path, tmp_path, sheet="数据").places.tolist() == [2]
    with pytest.raises(Refused, match="天气"):
        by_heading(open_excel(path, tmp_path, sheet="别的").header, STAYS, None)
    with pytest.raises(Refused, match="no sheet"):
        open_excel(path, tmp_path, sheet="没有")


@given(st.binary(max_size=200), st.integers(0, 8000))
@settings(max_examples=15)
def test_a_damaged_workbook_is_refused_and_never_crashes(noise: bytes, at: int) -> None:
    with TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "d.xlsx", HEAD.split(","), GOOD.split(","))
        content = path.read_bytes()
        path.write_bytes(
            content[: at % len(content)] + noise + content[at % len(content) :][len(noise) :]
        )
        try:
            passed(path)
        except Refused as refusal:
            assert refusal.faults


# -- whatever comes -----------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.binary(max_size=300) | WORDS.map(lambda w: w.encode()))
def test_no_file_crashes_the_reader(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "delivered.csv"
        path.write_bytes(content)
        try:
            passed(path)
        except Refused as refusal:
            assert refusal.faults


TRICKY = st.sampled_from(
    "|2026-03-02|2026-3-2 8:05|2026-03-02T08:00:00+08:00|2026-03-02 24:00|2026-02-30|0001-01-01|"
    "2199-12-31 23:59:59|2026-03|2026年3月2日|20260302|1e3|-0|1_000|1,234.5|inf|nan|0x10|"
    "9007199254740993|１２|3.0|-4|是|NO|√|Yes|home|医嘱离院|Died|ward_1|ward_9|Ⅰ|2026-03-02T08:00Z|"
    "2026-03-02 08:00:60".split("|")
)


@given(st.lists(st.lists(TRICKY | WORDS, min_size=10, max_size=10), min_size=10, max_size=40))
@settings(max_examples=5)
@pytest.mark.parametrize("many", [1, 1000])
def test_the_quick_gate_and_the_rule_agree(many: int, lines: list[list[str]]) -> None:
    """What SQL lets pass has the values that the rule gives; what the rule refuses is set aside."""
    said = [
        {k: w.strip() for k, w in zip(STAYS.field, (f"A{i}", *line[1:]), strict=True) if w.strip()}
        for i, line in enumerate(lines)
    ]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(gate, "_MANY", many)
        connection = stage.connect(folder)
        columns = ", ".join(f'"{k}" varchar' for k in STAYS.field)
        connection.execute(f"create table words (at_ bigint, sent_ varchar, {columns})")
        marks = ", ".join(["?"] * (len(STAYS.field) + 2))
        connection.executemany(
            f"insert into words values ({marks})",
            [[i, None, *(one.get(k) for k in STAYS.field)] for i, one in enumerate(said)],
        )
        part = gate.check(
            connection, "from words", 0, STAYS, tuple(STAYS.field), KNOWN, UTC, str, Path(folder)
        )
        done = gate.together(connection, [part], str)
        listed = ", ".join(f'"{k}"' for k in STAYS.field)
        found = connection.execute(f"select {listed} from {done.table} order by at_").fetchall()
    good, refused = [], set()
    for i, one in enumerate(said):
        values, faults = feed.check(STAYS, SourceRow(str(i), one), KNOWN, UTC)
        if faults:
            refused.add(str(i))
        else:
            good.append(tuple(gate.plain(values[k]) for k in STAYS.field))
    assert [tuple(map(gate.plain, row)) for row in found] == good
    assert {aside.row.place for aside in done.aside} == refused


STAY = st.fixed_dictionaries({
    "ward": st.sampled_from(("ward_1", "ward_2")),
    "came_at": st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(
        lambda t: t.replace(microsecond=0)
    ),
    "way": st.none() | st.sampled_from(tuple(WAYS)),
    "days": st.none() | st.integers(1, 9999),
    "amount": st.none() | st.floats(-1e6, 1e6).map(lambda x: round(x, 2)),
    "born": st.none() | st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    "pathway": st.none() | st.booleans(),
})  # fmt: skip


@given(
    st.lists(STAY, max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16")),
)
@settings(max_examples=12)
def test_what_is_written_is_read_again(
    stays: list[dict[str, Any]], separator: str, encoding: str
) -> None:
    rows = [{"stay_id": f"住{i}", "left_at": None, "bags": None} | s for i, s in enumerate(stays)]
    text = io.StringIO()
    table = csv.DictWriter(text, list(STAYS.field), delimiter=separator)
    table.writeheader()
    table.writerows(rows)
    with TemporaryDirectory() as folder:
        path = file(Path(folder), text.getvalue(), encoding)
        good, bad = passed(path)
    assert bad == []
    assert good == [{key: row[key] for key in STAYS.field} for row in rows]


# -- a table that nobody here wrote ---------------------------------------------------------------

AE = Register(
    "ae_month",
    Text("急诊月表", "A&E month"),
    "event",
    feed=True,
    id="row_key",
    day="month",
    department="trust",
    field={
        "row_key": Field("row_key", same("Row"), "text"),
        "month": Field("month", Text("月份", "Month"), "date", required=True),
        "trust": Field("trust", Text("机构", "Organisation"), "department", required=True),
        "type": Field("type", Text("类型", "Type"), "text"),
        "attendances": Field("attendances", Text("就诊", "Attendances"), "integer"),
        "breaches": Field("breaches", Text("超时", "Breaches"), "integer"),
        "admissions": Field("admissions", Text("收住", "Admissions"), "integer"),
    },
)


def test_a_national_table_is_read_row_by_row(shared: Path, tmp_path: Path) -> None:
    national = shared / "data" / "nhs_ae" / "ae_attendances.csv"
    with national.open(encoding="utf-8", newline="") as file_:
        plain = list(csv.DictReader(file_))
    path = tmp_path / "ae.csv"
    with path.open("w", encoding="gb18030", newline="") as out:
        writer = csv.DictWriter(out, ["row", *plain[0]])
        writer.writeheader()
        writer.writerows({"row": f"{i}", **line} for i, line in enumerate(plain))
    trusts = frozenset(line["org_code"] for line in plain)
    good, bad = passed(path, AE, Known(trusts, frozenset()), mapping={"org_code": "trust"})
    assert (bad, len(good)) == ([], len(plain))
    assert sum(row["attendances"] for row in good) == sum(int(p["attendances"]) for p in plain)
    assert good[0]["month"] == date.fromisoformat(plain[0]["month"] + "-01")


# -- as people and their systems write tables ---------------------------------------------------


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("20260305083000", "2026-03-05 08:30:00"), ("2026/3/5 8:5", "2026-03-05 08:05:00"),
        ("2026年3月5日 8时30分", "2026-03-05 08:30:00"), ("46086.5", "2026-03-05 12:00:00"),
        ("2026-03-05 24:00", "2026-03-06 00:00:00"), ("46086T9", "2026-03-05 09:00:00"),
        ("2026/3/5 下午 3:05", "2026-03-05 15:05:00"), ("20260305T24", "2026-03-06 00:00:00"),
        ("2026-03-05 12:05 AM", "2026-03-05 00:05:00"),
        ("２０２６０３０５T９", "2026-03-05 09:00:00"),
        ("2026-03-05T08:30:15.5+08:00", "2026-03-05 08:30:15.5+08:00"),
        ("2026-02-30 08:00", "2026-02-30 08:00"), ("5/3/2026", "5/3/2026"),
        ("2026-03-05 08.30", "2026-03-05 08.30"), ("2026-03-05 25:00", "2026-03-05 25:00"),
        ("2026-03-05 08:30:00T8", "2026-03-05 08:30:00"),
        ("2026/3/5 0:00T8", "2026-03-05 08:00:00"),
        ("2026-03-15", "2026-03-15"), ("2026/3/23", "2026/3/23"),
        ("2026-03-15T9", "2026-03-15 09:00:00"),
    ],
)  # fmt: skip
def test_a_moment_is_read_as_people_write_it_or_left_alone(written: str, iso: str) -> None:
    assert feed.moment(written) == iso


def test_titles_packing_and_damage_cost_only_the_rows_they_touch(tmp_path: Path) -> None:
    head, row = "stay_id,ward,came_at", "S{},病区,2026-03-0{}"
    plain = "\n".join(["三月明细表", head, row.format(1, 1), row.format(2, 2), "合计,2"])
    file = tmp_path / "table.csv"
    known = {"stay_id", "ward", "came_at"}
    for content in (plain.encode(), plain.encode("gb18030"), gzip.compress(plain.encode())):
        file.write_bytes(content)
        sheet = open_csv(file, known, tmp_path)
        assert list(sheet.header) == head.split(",")
        assert [sheet.place(n) for n in range(2)] == ["第 3 行", "第 4 行"]
        assert [fault.place for fault in sheet.faults] == ["第 5 行"]
    file.write_bytes("\n".join([head, row.format(1, 1), "S2,病区"]).encode()[:-1])
    sheet = open_csv(file, known, tmp_path)
    assert len(sheet.places) == 1 and "cut off" in sheet.faults[0].why.en
    file.write_bytes(gzip.compress(plain.encode() * 99)[:-30])
    with pytest.raises(Refused, match="whole"):
        open_csv(file, known, tmp_path)
    file.write_text(f'{head}\n="007",病区,2026-03-01\n')
    assert b'"007"' in open_csv(file, known, tmp_path).file.read_bytes()


def test_what_a_column_holds_bounds_what_it_is_proposed_for() -> None:
    """Dates are no place and no word; another's number is not the row's own."""
    header, samples = ["病人编号", "入院", "科别"], [["P1"], ["2026-03-01 08:00"], ["内科"]]
    assert proposed.columns(header, samples, STAYS, KNOWN, {}) == ["", "came_at", "ward"]
