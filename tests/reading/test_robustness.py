"""Whatever the text: no crash, spans that hold and do not overlap, time that grows in line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.reading.plan import read

WORDS = st.sampled_from(
    (
        "一、 （一） 1. 1、 (1) ⑴ • | \n 。 ； ， : 每月 每周 2次 不少于 5% xx *** 65438+0 "
        "6月30日前 医务科 负责 （护理部） First, must by June every two weeks 12 cases between "
        "and 9% “ ” ( ) ** o 第 3—6个月 无事故 提高到 同比增长 within 三日内 # 2025年 . etc. "
        "No. 目标 要求 阶段 组长： £11.2m TBC"
    ).split(" ")
)


@settings(max_examples=120, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=200))
def test_spans_hold_whatever_the_text(text: str) -> None:
    end = 0
    for statement in read(text):
        assert text[statement.start : statement.end] == statement.text
        assert statement.text == statement.text.strip() != ""
        assert statement.start >= end
        end = statement.end


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=30).map("".join))
def test_nothing_but_white_space_is_left_out(text: str) -> None:
    said = "".join(statement.text for statement in read(text))
    assert "".join(said.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "unit", ["1.每月检查病历5份，合格率≥95%。\n", "The team will audit 10% of notes each month. "]
)
def test_time_grows_with_length_alone(unit: str) -> None:
    read(unit)
    spent = []
    for size in (4_000, 16_000):
        text = unit * (size // len(unit))
        start = time.process_time()
        read(text)
        spent.append(time.process_time() - start)
    assert spent[1] < 10 * spent[0] + 0.5


def test_a_row_of_nouns_is_read_in_a_moment() -> None:
    """Words that may each begin a clause must not be tried in every order."""
    assert [s.kind for s in read("医院中心科室院长主任" * 8 + "甲。")] == ["background"]
