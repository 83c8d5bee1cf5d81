"""`import`: good rows kept once, bad rows told with place, field and reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.commands.conftest import readings, table, visits
from tests.commands.terminal import Terminal


def test_the_same_file_again_changes_nothing(copy: Terminal, tables: Path) -> None:
    again = copy.program("import", "csv", tables / "visits.csv", "--feed", "visit")

    assert again == {"batch": None, "rows": 90, "new": 0, "unchanged": 90, "rejected": []}


def test_only_the_rows_that_say_something_new_are_kept(copy: Terminal, tmp_path: Path) -> None:
    rows = [*visits(), {**next(iter(visits())), "visit_id": "V90"}]
    rows[1] = {**rows[1], "booked": "no"}

    told = copy.program("import", "csv", table(tmp_path / "v.csv", rows), "--feed", "visit")

    assert (told["rows"], told["new"], told["unchanged"]) == (91, 2, 89)
    figure = copy.program("figure", "appoint_rate", "--period", "2026H1")
    assert (figure["numerator"], figure["denominator"]) == (43, 90)


def test_broken_rows_are_told_and_the_others_kept(copy: Terminal, tmp_path: Path) -> None:
    good = {**next(iter(visits())), "visit_id": "W1"}
    broken = [
        {**good, "visit_id": "W2", "department": "ward_9"},
        {**good, "visit_id": "W3", "registered_at": "sometime"},
        {**good, "visit_id": "W4", "kind": "walk-in"},
        {**good, "visit_id": "W5", "seen_at": "2026-04-01 08:00"},
        {**good, "visit_id": ""},
        {**good, "visit_id": "W6", "doctor": "A"},
        {**good, "visit_id": "W6", "doctor": "B"},
    ]
    heads = dict.fromkeys([*good, "doctor"], "")
    file = table(tmp_path / "v.csv", [{**heads, **row} for row in (good, *broken)])

    said = copy("import", "csv", file, "--feed", "visit", "--json")

    told = said.json
    assert said.status == 1 and (told["rows"], told["new"]) == (8, 1)
    assert [(r["place"], r["field"]) for r in told["rejected"]] == [
        ("row 3", "department"), ("row 4", "registered_at"), ("row 5", "kind"),
        ("row 6", "seen_at"), ("row 7", "visit_id"), ("row 8", "visit_id"), ("row 9", "visit_id"),
    ]  # fmt: skip
    assert all(r["why"]["zh"] and r["why"]["en"] for r in told["rejected"])
    assert "第 3 行" in copy("import", "csv", file, "--feed", "visit", lang="zh").out


@pytest.mark.parametrize(
    ("content", "en"),
    [
        (b"", "empty"), (b"visit_id,colour\nV1,red\n", "colour"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ""),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_refused_whole(
    copy: Terminal, tmp_path: Path, content: bytes, en: str
) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(content)

    said = copy("import", "csv", file, "--feed", "visit")

    assert (said.status, said.out) == (2, "")
    assert en in said.err and "Traceback" not in said.err
    assert copy.program("figure", "op_visits", "--period", "2026H1")["value"] == 89


def test_a_mapping_names_the_columns_of_another_system(copy: Terminal, tmp_path: Path) -> None:
    rows = [{"就诊流水": "X1", "类别": "outpatient", "科": "clinic", "挂号": "2026-06-30 10:00"}]
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '"就诊流水" = "visit_id"\n"类别" = "kind"\n"科" = "department"\n"挂号" = "registered_at"\n',
        "utf-8",
    )
    file = table(tmp_path / "v.csv", rows)

    told = copy.program("import", "csv", file, "--feed", "visit", "--mapping", mapping)

    assert told["new"] == 1
    assert copy.program("figure", "op_visits", "--period", "2026H1")["value"] == 90


def test_kept_registers_take_tables_by_the_same_gate_as_forms(
    copy: Terminal, tables: Path, tmp_path: Path
) -> None:
    words = ("--feed", "cold_chain", "--by", "wang_fang")
    again = copy.program("import", "csv", tables / "readings.csv", *words)
    assert (again["batch"], again["new"], again["unchanged"]) == (None, 0, 20)

    warm = {**next(iter(readings())), "occurred_at": "2026-06-20 08:00", "temperature": 9.5}
    book = Workbook()
    book.active.append(list(warm))
    book.active.append([None if v == "" else v for v in warm.values()])
    book.save(tmp_path / "r.xlsx")
    said = copy("import", "excel", tmp_path / "r.xlsx", *words, "--json")

    assert said.status == 1
    assert [(r["place"], r["field"]) for r in said.json["rejected"]] == [("row 2", "action")]


def test_who_may_not_record_may_not_import(copy: Terminal, tables: Path) -> None:
    refused = copy("import", "csv", tables / "visits.csv", "--feed", "visit", "--by", "li_ting")
    assert refused.status == 2 and "Functional offices" in refused.err

    words = ("--feed", "cold_chain", "--by", "li_ting", "--json")
    file = table(copy.data / "r.csv", [{**next(iter(readings())), "department": "clinic"}])
    rejected = copy("import", "csv", file, *words)
    assert rejected.status == 1 and rejected.json["new"] == 0
