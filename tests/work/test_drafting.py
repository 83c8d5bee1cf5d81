"""Items of a draft are cut and joined: nothing of what the plan says is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.work.drafting import cuts, halves, joined, parted


@pytest.mark.parametrize("text, parts", [
    ("甲类每日清点，乙类每周盘点。", [("甲类每日清点，", "乙类每周盘点。")]),
    ("每日查房；每周讲评一次。", [("每日查房；", "每周讲评一次。")]),
    ("Count stock daily, and review it weekly.", [
        ("Count stock daily,", "and review it weekly."),
        ("Count stock daily, and", "review it weekly."),
    ]),
    ("住院日8.5天以内。（责任科室：医务科，质控科）", []), ("收入1,200万元。", []), ("好。", []),
])  # fmt: skip
def test_a_sentence_is_cut_between_its_clauses(text: str, parts: list[tuple[str, str]]) -> None:
    assert [halves(text, at) for at in cuts(text)] == parts


def test_it_is_cut_nowhere_else() -> None:
    with pytest.raises(ValueError):
        halves("甲类每日清点，乙类每周盘点。", 3)


@given(st.text(alphabet="甲乙，；。(（）), and1.", max_size=40))
def test_a_cut_loses_nothing_but_spaces(text: str) -> None:
    for at in cuts(text):
        assert "".join(halves(text, at)).replace(" ", "") == text.replace(" ", "")


def test_two_items_joined_keep_everybody_and_everything_each_once() -> None:
    first = {"number": "1", "text": "每日清点，", "start": 0, "end": 5, "cadence": "FREQ=DAILY",
             "owners": [{"department": "a"}], "duties": [{"duty": "count"}]}  # fmt: skip
    second = {"number": "2", "text": "2.月底盘点。", "start": 5, "end": 10, "deadline": "月底",
              "owners": [{"department": x} for x in "ab"], "targets": [{"words": "x"}]}  # fmt: skip
    one = joined(first, second)

    assert (one["number"], one["text"]) == ("1", "每日清点，月底盘点。")
    assert (one["start"], one["end"]) == (0, 10)
    assert one["owners"] == [{"department": "a"}, {"department": "b"}]
    assert (one["cadence"], one["deadline"]) == ("FREQ=DAILY", "月底")
    assert one["duties"] == [{"duty": "count"}] and one["targets"] == [{"words": "x"}]


def test_a_twin_is_kept_only_if_both_have_one() -> None:
    row = {"lang": "en", "text": "Count daily.", "start": 0, "end": 12}
    one = {"text": "甲。", "twin": [row]}

    assert joined(one, {"text": "乙。"})["twin"] == []
    both = joined(one, {"text": "乙。", "twin": [{**row, "text": "Review.", "end": 20}]})
    assert both["twin"] == [{**row, "text": "Count daily. Review.", "end": 20}]


def test_parts_take_numbers_that_are_free() -> None:
    assert parted("5", frozenset({"5", "6"})) == ("5.1", "5.2")
    assert parted("5", frozenset({"5.1"})) == ("5.2", "5.3")
