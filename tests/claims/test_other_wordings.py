"""Wordings of other styles: means over months, lists counted off, steps in order, names by kind."""

from __future__ import annotations

import pytest

from tests.claims.judging import differing, judged, verdict


@pytest.mark.parametrize("text, figure, expected", [
    ("全年开展护理查房48次，平均每月4次。", "4次", "agrees"),
    ("全年开展护理查房48次，平均每月6次。", "6次", "differs"),
    ("全年开展培训24次，每月考核1次。", "1次", "cannot"),
    ("投资1650万元，建筑面积5500平方米，每平方米造价3500元。", "3500元", "differs"),
    ("During the full year 1,342 of 1,388 nurses passed; average score 86.4.", "86.4", "cannot"),
    ("Line days 9,124, CLABSI 9, or 0.99 per 1,000 line days.", "0.99 per 1,000", "agrees"),
    ("Line days 9,124, CLABSI 9, or 1.29 per 1,000 line days.", "1.29 per 1,000", "differs"),
])  # fmt: skip
def test_a_mean_is_of_the_total_over_the_period_or_what_it_names(
    text: str, figure: str, expected: str
) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, figure, expected", [
    ("课题14项：省级3项、市级6项、县级5项。", "14项", "agrees"),
    ("课题15项：省级3项、市级6项、县级5项。", "15项", "differs"),
    ("12 people studied outside, including 8 doctors and 5 nurses.", "12 people", "differs"),
    ("There are 486 people. By title: 62 seniors, 174 middle and 250 juniors.", "486 people",
     "agrees"),
    ("There are 486 people. By title: 62 seniors, 147 middle and 250 juniors.", "486 people",
     "differs"),
    ("药品收入120万元。\n材料收入80万元。\n上述两项合计210万元。", "210万元", "differs"),
    ("实习生46人、规培生9人、进修生5人，共60人。", "60人", "agrees"),
    ("手术100台，其中一级20台、二级40台、三级30台、四级10台；三、四级手术占40%。", "40%",
     "agrees"),
    ("手术100台，其中一级20台、二级40台、三级30台、四级10台；三、四级手术占45%。", "45%",
     "differs"),
    ("新招聘22人，离职7人，净增16人。", "16人", "differs"),
    ("职工34人，招聘11人（医师5人、护士6人），离职4人，净增7人。", "7人", "agrees"),
])  # fmt: skip
def test_parts_are_told_in_many_ways(text: str, figure: str, expected: str) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, figure, expected", [
    ("门诊48312人次，环比增长3.6%（4月46633人次），同比增长9.5%（去年5月44120人次）。", "9.5%",
     "agrees"),
    ("门诊12.6万人次，较2021年11.2万人次增长12.5%。", "12.5%", "agrees"),
    ("出院8240人次，增加677人次，增长8.95%。", "677人次", "rounding"),
    ("收回468份，满意率95.5%（满意447份）。", "95.5%", "agrees"),
    ("收回468份，满意率98.5%（满意447份）。", "98.5%", "differs"),
    ("药占比25%（药品收入1071.6万元），总收入4286.4万元，耗占比24%。", "24%", "cannot"),
    ("急诊22918人次、门诊158204人次，门诊收入3105.2万元，门急诊次均费用171.44元。", "171.44元",
     "agrees"),
])  # fmt: skip
def test_brackets_and_names_say_what_a_figure_is_of(text: str, figure: str, expected: str) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, wrong", [
    ("Three tasks: (1) to move; (2) to pass the review; (3) to train.", []),
    ("Four tasks: (1) to move; (2) to pass the review; (3) to train.", ["Four tasks"]),
    ("今年完成五件实事：①改造门诊；②新建车场；③购置CT；④增设中心。", ["五件实事"]),
    ("新楼2021年10月8日开工，2021年6月20日封顶，2022年竣工。", ["2021年6月20日"]),
    ("门诊楼2021年10月开工，医技楼2020年6月竣工。", []),
    ("The block started on May 5, 2021 and was topped out on May 2, 2020.", ["May 2, 2020"]),
    ("季度\t出院\t手术\n一季度\t20\t8\n二季度\t30\t7\n全年\t60\t15", ["60"]),
])  # fmt: skip
def test_lists_counted_off_and_steps_in_order(text: str, wrong: list[str]) -> None:
    assert [c.text for c in differing(text)] == wrong


def test_arithmetic_many_times_off_is_of_something_else() -> None:
    text = "出院者占用床日155,472日，出院病人155,472人次，床位720张，病床周转26.3次。"
    assert differing(text) == []
    assert any(c.text == "26.3次" for c in judged(text))
