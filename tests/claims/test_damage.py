"""Numbers that came to harm, and text that a page broke: told, and never a false accusation."""

from __future__ import annotations

import pytest

from tests.claims.judging import differing, judged, verdict
from tests.claims.summaries import ZH, ZH_ERRORS


@pytest.mark.parametrize("text, damaged, read", [
    ("门诊3 775 1人次。", "3 775 1", "37751"),
    ("收到锦旗4 8面。", "4 8", "48"),
    ("发放叶酸17,8O8瓶。", "17,8O8", "17808"),
    ("收到锦旗l2面。", "l2", "12"),
    ("1,874 reviews were done, 9I.2% of those due.", "9I.2", "91.2"),
    ("抢救成功率98。5%。", "98。5", "98.5"),
    ("门急诊14，690人次。", "14，690", "14690"),
    ("总收入1,234,56万元。", "1,234,56", "123456"),
    ("平均住院日7..8天。", "7..8", None),
    ("人均费用123.45.6元。", "123.45.6", None),
])  # fmt: skip
def test_a_number_that_came_to_harm_is_said_to_be_so(
    text: str, damaged: str, read: str | None
) -> None:
    told = [(c.text, c.rule, c.verdict, c.expected) for c in judged(text)]
    assert (damaged, "damage", "cannot", read) in told
    assert differing(text) == []


def test_what_a_harmed_number_may_be_serves_the_others_and_accuses_none() -> None:
    text = "门急诊14，690人次，其中门诊１２345人次、急诊2,345人次，门诊占8O.0%。"
    assert differing(text) == []
    wrong = "归档病历3 150份，其中甲级3,074份、乙级86份、其他84份。"
    assert differing(wrong) == [] and verdict(wrong, "3 150") == "cannot"


def test_digits_moved_by_tens_are_a_slip() -> None:
    assert [c.text for c in differing("患者满意度达985%。")] == ["985%"]
    text = "Income was £512.6m. Expenditure reached £518.9m, leaving a deficit of {}."
    assert [c.text for c in differing(text.format("£63m"))] == ["£63m"]
    assert verdict(text.format("£6.3m"), "£6.3m") == "agrees"
    assert [c.text for c in differing("互认检查18,642项，节省费用2143800万元，项均115元。")] == [
        "115元"
    ]


def test_lines_that_a_page_broke_are_read_as_one() -> None:
    """Each claim stands where its figure stands in the document that was read."""
    wrong = ZH
    for right, error, _ in ZH_ERRORS:
        wrong = wrong.replace(right, error)
    broken = "\n".join(line.replace("，", "，\n") if len(line) > 40 else line
                       for line in wrong.split("\n"))  # fmt: skip
    for claim in judged(broken):
        assert broken[claim.start : claim.end] == claim.text
        assert broken.count("\n", 0, claim.start) + 1 == claim.line
    told = {(c.rule, c.text) for c in differing(wrong) if c.rule != "announced"}
    assert told <= {(c.rule, c.text.replace("\n", "")) for c in differing(broken)}
