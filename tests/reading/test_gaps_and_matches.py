"""What a person must fill, and what a sentence may mean."""

from __future__ import annotations

import pytest

from wardround.catalogue.lexicon import load_lexicon
from wardround.catalogue.load import load
from wardround.reading.declared import KINDS, Kind
from wardround.reading.gaps import gaps
from wardround.reading.match import Matcher
from wardround.reading.plan import read


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("护理部每月检查病房。", ()),
        ("定期组织培训。", ("owner", "cadence")),
        ("加强医德医风建设。", ("owner", "cadence", "deadline")),
        ("各科室必须建立台账xx本，6月30日前完成。", ("blank",)),
        ("力争创建省级重点专科。", ("owner", "deadline", "target")),
        ("病床使用率控制在85%—93%。（责任科室：医务科）", ()),
        ("现将工作情况总结如下：", ()),
    ],
)
def test_gaps(text: str, missing: tuple[str, ...]) -> None:
    assert gaps(read(text)[0]) == missing


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(load(), load_lexicon())


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("预防接种门诊每日登记疫苗冰箱温度。", "duty", "read_vaccine_fridges"),
        ("Improve compliance with hand hygiene to 90%.", "indicator", "hand_hygiene"),
        ("医疗废物每日交接，双方签字。", "system", "medical_waste"),
    ],
)
def test_the_likeliest_comes_first_and_says_why(
    matcher: Matcher, text: str, kind: Kind, key: str
) -> None:
    best = matcher.match(text, kinds=(kind,))[0]
    assert (best.kind, best.key) == (kind, key) and 0 < best.score <= 1
    assert best.why.zh and best.why.en


def test_nothing_is_proposed_where_nothing_is_in_common(matcher: Matcher) -> None:
    assert matcher.match("") == matcher.match("xyzzy, 42.") == []


def test_at_most_three_of_each_kind_are_proposed(matcher: Matcher) -> None:
    found = matcher.match("每月开展病历质量检查。")
    assert {len([m for m in found if m.kind == kind]) for kind in KINDS} <= {0, 1, 2, 3}
    assert [m.kind for m in found] == sorted((m.kind for m in found), key=KINDS.index)
