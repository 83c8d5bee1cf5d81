"""A plan's sentence in a table: short, in the reader's language, and never with a blank."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.memory import MemoryFacts
from wardround.figure import Target
from wardround.report.blocks import FigureRun, text_of
from wardround.report.facts import PlanLine
from wardround.report.planned import sentence_of
from wardround.text import Text

OWNERS = Text("质控科、院办公室", "Quality office and Hospital office")


def line(zh: str, en: str = "") -> PlanLine:
    return PlanLine("1", Text(zh, en or zh), "measure", OWNERS, None, "under_way")


@pytest.mark.parametrize(
    ("adopted", "shown"),
    [
        ("3.质控科每月检查病历。（责任科室：质控科）", "质控科每月检查病历"),
        ("（2）急救物品完好率100%", "急救物品完好率100%"),
        ("| 降低剖宫产率 | 剖宫产率≤40% | 妇产科、医务科 | 12月底 |", "降低剖宫产率：剖宫产率≤40%"),
        ("| 互联互通测评 | / | / | 11月底 |", "互联互通测评：11月底"),
        ("5.全年帮助受援单位开展新技术xx项。", "全年帮助受援单位开展新技术（未填目标）"),
        ("力争引进研究生__名，影像专业优先。", "力争引进研究生（未填目标），影像专业优先"),
        ("门诊量达到**人次", "门诊量达到（未填目标）"),
    ],
)  # fmt: skip
def test_numbers_owners_and_blanks_are_left_out(adopted: str, shown: str) -> None:
    assert text_of(sentence_of(line(adopted), "zh")) == shown


@pytest.mark.parametrize(
    ("adopted", "shown"),
    [
        ("3. The charts are checked monthly (Quality office, wards).",
         "The charts are checked monthly"),
        ("Falls are reported (within 24 hours).", "Falls are reported (within 24 hours)"),
        ("We start XX new techniques in the year.",
         "We start (target not set) new techniques in the year"),
        ("X-ray and MRI XXL scanners stay as they are", "X-ray and MRI XXL scanners stay as they"
         " are"),
    ],
)  # fmt: skip
def test_the_english_twin_is_shown_alike(adopted: str, shown: str) -> None:
    assert text_of(sentence_of(line("原文", adopted), "en")) == shown


def test_a_target_filled_since_stands_in_the_blank(facts: MemoryFacts) -> None:
    filled = replace(facts.figure("visits"), target=Target.parse(">= 3"))
    item = replace(line("开展新技术xx项。"), figures=(filled,))
    runs = sentence_of(item, "zh")
    assert text_of(runs) == "开展新技术≥3人次"
    assert isinstance(runs[-1], FigureRun) and runs[-1].form == "target"


def test_a_long_sentence_ends_after_a_clause() -> None:
    clause = "各病区严格执行三级查房制度并按规定记录"
    said = text_of(sentence_of(line(f"{clause}，{clause}，{clause}。"), "zh"))
    assert said == f"{clause}，{clause}……"
    words = text_of(sentence_of(line("", "Every ward holds its rounds " * 8), "en"))
    assert len(words) < 145 and words.endswith(
        ("ward …", "holds …", "its …", "rounds …", "Every …")
    )
