"""The same plan in two languages: sentences paired by numbering and order, never by guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.catalogue.lexicon import load_lexicon
from wardround.demo.plan import write_plan
from wardround.reading.document import Document, read_document
from wardround.reading.plan import read_plan
from wardround.reading.statement import Plan
from wardround.reading.twin import twins

WORDS = load_lexicon()
ZH = """一、工作目标
1.病床使用率85%以上。
2.平均住院日不超过8天。
二、质量
（一）病历
1.甲级病案率95%以上。质控科每月抽查20份。
"""
EN = """1. Aims
(1) Bed occupancy at least 85%.
(2) A stay of no more than 8 days.
2. Quality
2.1 Charts
(1) At least 95% of charts are first class. The Quality office samples 20 charts every month.
"""
BOTH = "(1) Bed occupancy is at least 85%. The Medical affairs office reports it every month."


def read(text: str) -> Plan:
    return read_plan(Document("plan.txt", text), WORDS)


def paired(zh: str, en: str) -> dict[str, str]:
    """Sentence → its counterpart."""
    plan = read(zh)
    found = twins(plan, read(en), WORDS)
    return {s.text: found[s.start].text for s in plan.statements if s.start in found}


def test_items_answer_each_other_by_section_number_and_sentence() -> None:
    assert paired(ZH, EN) == {
        "1.病床使用率85%以上。": "(1) Bed occupancy at least 85%.",
        "2.平均住院日不超过8天。": "(2) A stay of no more than 8 days.",
        "1.甲级病案率95%以上。": "(1) At least 95% of charts are first class.",
        "质控科每月抽查20份。": "The Quality office samples 20 charts every month.",
    }


def test_a_twin_keeps_its_place_and_its_heading() -> None:
    found = twins(read(ZH), read(EN), WORDS)

    assert all(EN[t.start : t.end] == t.text for t in found.values())
    assert [t.section for t in found.values()] == ["1. Aims"] * 2 + ["2.1 Charts"] * 2


@pytest.mark.parametrize("en, why", [
    (EN.replace("(2) A stay of no more than 8 days.\n", ""), "an item less in the section"),
    (EN.replace("(2) A stay", "(3) A stay"), "another number"),
    (EN.replace("85%", "90%"), "the numbers contradict"),
    ("", "nothing at all"),
])  # fmt: skip
def test_what_does_not_answer_one_to_one_is_left_alone(en: str, why: str) -> None:
    assert "1.病床使用率85%以上。" not in paired(ZH, en), why


def test_one_sentence_may_be_several_in_the_other_language() -> None:
    en = EN.replace("(1) Bed occupancy at least 85%.", BOTH)

    assert paired(ZH, en)["1.病床使用率85%以上。"] == BOTH
    assert "1.病床使用率85%以上。" not in paired(en, ZH).values()


def test_the_demonstrations_two_plans_answer_each_other(tmp_path: Path) -> None:
    zh, en = (
        read_plan(read_document(write_plan(tmp_path / f"{x}.docx", x)), WORDS) for x in ("zh", "en")
    )
    found = twins(zh, en, WORDS)
    items = [s for s in zh.statements if s.kind in ("objective", "measure") and len(s.level) > 1]

    assert len(items) > 50 and [s.text for s in items if s.start not in found] == []


@given(st.text(alphabet="一二、（）1.2)( 8%。.\nab#|", max_size=80), st.text(max_size=60))
def test_no_text_is_too_odd(one: str, other: str) -> None:
    plan, second = read(one), read(other)
    found = twins(plan, second, WORDS)

    assert all(second.document.text[t.start : t.end] == t.text for t in found.values())
