"""What a person must fill, and what a sentence may mean."""

from __future__ import annotations

import pytest

from wardround.reading.gaps import gaps
from wardround.reading.match import Candidate, match
from wardround.reading.plan import read


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("护理部每月检查病房。", ()),
        ("定期组织培训。", ("owner", "cadence")),
        ("加强医德医风建设。", ("owner", "cadence", "deadline")),
        ("各科室必须建立台账xx本，6月30日前完成。", ("blank",)),
        ("力争创建省级重点专科。", ("owner", "deadline", "target")),
        ("现将工作情况总结如下：", ()),
    ],
)
def test_gaps(text: str, missing: tuple[str, ...]) -> None:
    assert gaps(read(text)[0]) == missing


POOL = [
    Candidate("fridge", "register", ("冰箱温度登记本", "fridge temperature log")),
    Candidate("waste", "duty", ("医疗废物交接登记", "medical waste hand-over")),
    Candidate("hand", "indicator", ("手卫生依从率", "hand hygiene compliance")),
    Candidate("rounds", "duty", ("院长行政查房", "president's ward round")),
]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("药剂科每日登记疫苗冰箱温度。", "fridge"),
        ("Improve compliance with hand hygiene to 90%.", "hand"),
        ("医疗废物每日交接，双方签字。", "waste"),
    ],
)
def test_the_likeliest_comes_first_and_says_why(text: str, key: str) -> None:
    best = match(text, POOL)[0]
    assert best.key == key and 0 < best.score <= 1
    assert best.why.zh and best.why.en


def test_nothing_is_proposed_where_nothing_fits() -> None:
    assert (
        match("召开职工代表大会。", POOL) == [] and match("", POOL) == [] and match("x", []) == []
    )


def test_at_most_three_are_proposed() -> None:
    many = [Candidate(f"k{i}", "duty", (f"病历质量检查{i}",)) for i in range(9)]
    assert [m.key for m in match("每月开展病历质量检查。", many)] == ["k0", "k1", "k2"]
