"""`read` and `adopt`: a document's statements with their places, then the plan's items."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal
from tests.conftest import ROOT
from wardround.reading.document import read_document

DEMO = ROOT / "src/wardround/demo"
ALWAYS = {"doc", "lang", "start", "end", "text", "level", "kind", "owners", "targets", "cadence",
          "deadline", "blanks", "figures"}  # fmt: skip
SOMETIMES = {"depth", "damaged"}


@pytest.mark.parametrize("name", ["plan.zh.txt", "plan.en.txt"])
def test_each_line_is_a_statement_in_its_place(empty: Terminal, name: str) -> None:
    file = DEMO / name
    said = empty("read", file, "--jsonl")
    lines = [json.loads(line) for line in said.out.splitlines()]
    text = read_document(file).text

    assert said.status == 0 and len(lines) > 50
    for line in lines:
        assert ALWAYS <= set(line) <= ALWAYS | SOMETIMES
        assert line["doc"] == str(file)
        assert line["text"] == text[line["start"] : line["end"]] != ""
        assert ("depth" in line) == (line["kind"] == "heading")
    assert [x["start"] for x in lines] == sorted(x["start"] for x in lines)
    assert {"heading", "objective", "measure"} <= {x["kind"] for x in lines}
    assert any(t["op"] == ">=" for x in lines for t in x["targets"])


def test_json_holds_the_same_as_the_lines(empty: Terminal) -> None:
    file = DEMO / "plan.zh.txt"
    lines = [json.loads(line) for line in empty("read", file, "--jsonl").out.splitlines()]

    assert empty.program("read", file) == lines


def test_a_repaired_number_is_called_damaged(empty: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "summary.txt"
    said = (
        "2025年上半年工作总结\n门诊65438+0,750人次，同比增长5%。\n住院患者680人次，同比下降2%。\n"
    )
    file.write_text(said, "utf-8")

    _, first, second = empty.program("read", file)

    assert first["damaged"] is True and first["figures"][0]["value"] == "1750"
    assert "65438+0,750" in first["text"]
    assert "damaged" not in second and second["figures"][0]["value"] == "680"


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("empty.txt", b"", "空的", "empty"),
        ("blank.docx", b"   ", "Word", "Word"),
        ("scan.pdf", b"%PDF-1.4\n", "PDF", "PDF"),
        ("plan.xlsx", b"PK", ".xlsx", ".xlsx"),
        ("spaces.txt", b" \n\n ", "没有文字", "no text"),
        ("noise.txt", b"\x89PNG\r\n" + bytes(range(256)), "文本", "text"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_told(
    empty: Terminal, tmp_path: Path, name: str, content: bytes, zh: str, en: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    for lang, words in (("zh", zh), ("en", en)):
        said = empty("read", file, lang=lang)
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith(name) and words in said.err and said.err.count("\n") == 1


def test_adopting_asks_for_what_the_plan_leaves_out(copy: Terminal, tables: Path) -> None:
    told = copy.program("adopt", tables / "计划.txt")

    assert [i["number"] for i in told["items"]] == ["1", "2", "3", "4", "5"]
    assert {g["number"]: g["asks"] for g in told["gaps"]} == {
        "1": ["owner"], "2": ["owner"], "4": ["owner", "cadence", "blank"],
    }  # fmt: skip
    rate, cold, fridges = told["items"][:3]
    assert rate["targets"][0] == {
        "indicator": "appoint_rate", "target": ">= 60", "words": "门诊预约诊疗率 >= 60 %",
    }  # fmt: skip
    assert cold["year"] == 2026 and "owners" not in cold
    assert fridges["owners"] == [{"department": "clinic"}]
    assert fridges["duties"] == [{"duty": "read_vaccine_fridges"}]


def test_adopting_from_the_terminal_says_that_nobody_has_looked(
    copy: Terminal, tables: Path
) -> None:
    for lang, words in (("zh", "还没有人逐条看过"), ("en", "nobody has looked at them yet")):
        said = copy("adopt", tables / "计划.txt", lang=lang)
        assert words in said.out and "/plans/" in said.out
    items = copy.program("adopt", tables / "计划.txt")["items"]
    assert all("unseen" in item["asks"] for item in items)


def test_adopting_the_same_plan_again_records_nothing(copy: Terminal, tables: Path) -> None:
    before = copy.program("verify")["entries"]
    copy.program("adopt", tables / "计划.txt")

    assert copy.program("verify")["entries"] == before


def test_the_plan_sets_the_target_that_figures_are_held_to(terminal: Terminal) -> None:
    figure = terminal.program("figure", "appoint_rate", "--period", "2026H1")

    assert (figure["target"], figure["verdict"]) == (">= 60", "missed")


def test_what_holds_no_plan_is_not_adopted(copy: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "poem.txt"
    file.write_text("床前明月光，疑是地上霜。\n", "utf-8")
    before = copy.program("verify")["entries"]

    said = copy("adopt", file, "--json", lang="zh")

    assert said.status == 2 and "没有读出一条计划条目" in said.err
    assert copy.program("verify")["entries"] == before


def test_only_the_hospital_office_adopts(copy: Terminal, tables: Path) -> None:
    said = copy("adopt", tables / "计划.txt", "--by", "li_ting")

    assert said.status == 2 and "The hospital office" in said.err


def test_a_twin_gives_items_both_sentences_and_names_those_left_alone(
    copy: Terminal, tmp_path: Path
) -> None:
    zh, en = tmp_path / "2027.zh.txt", tmp_path / "2027.en.txt"
    zh.write_text("2027年工作计划\n一、目标\n1.病床使用率85%以上。\n二、措施\n1.护理部每月检查。\n"
                  "2.质控科每季检查。", encoding="utf-8")  # fmt: skip
    en.write_text("Work Plan 2027\n1. Aims\n(1) Bed occupancy at least 85%.\n2. Action\n"
                  "(1) The Nursing office inspects every month.", encoding="utf-8")  # fmt: skip
    told = copy.program("adopt", zh, "--twin", en)

    assert told["twin"] == "2027.en.txt" and told["alone"] == ["2", "3"]
    [row] = told["items"][0]["twin"]
    assert (row["lang"], row["text"]) == ("en", "(1) Bed occupancy at least 85%.")
    assert row["section"] == "1. Aims"
