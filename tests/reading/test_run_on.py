"""Documents whose layout was lost on the way: numbers that run on, tables of results, odd stops."""

from __future__ import annotations

import pytest

from wardround.reading.plan import read


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1.好转率≥90% 2.确诊率≥95%3.平均住院日≤9天", 3),
        ("2.质量指标：2.1.住院病历甲级率≥92% 2.2.处方合格率≥98%", 3),
        ("二、整改措施1. 更换旧线路，包括：(1)更换电缆；(2)更换插座。", 4),
        ("第二章设备管理第六条设备科每月清点一次。", 2),
        ("1、对2、3病区每月抽查一次。", 1),
        ("附件：1.任务分解表", 1),
    ],
)
def test_numbers_that_go_on_open_items(text: str, parts: int) -> None:
    assert len(read(f"质控工作计划\n{text}")) == parts + 1


def test_a_table_of_results_is_figures_with_their_change() -> None:
    head = "全年工作总结\n一、完成情况\n| 指标 | 上年 | 本年 | 增减 |\n"
    row = read(head + "| 平均住院日 | 7.4天 | 6.9天 | -6.8% |")[-1]
    assert row.kind == "figure"
    assert [(f.value, f.unit, f.change) for f in row.figures] == [
        ("7.4", "天", None),
        ("6.9", "天", "-6.8%"),
    ]


def test_a_stop_inside_a_number_is_a_decimal_point() -> None:
    said = read("上半年工作总结\n参保率97。6%，支出318。25万元。")
    assert [(f.value, f.unit) for f in said[-1].figures] == [("97.6", "%"), ("318.25", "万元")]
    assert len(said) == 2


def test_where_a_goal_starts_from_is_no_goal() -> None:
    goal = read("感控工作计划\n导管感染率≤0.9‰（2025年基线1.2‰），考核合格率≥95%（目标值92分）。")[
        -1
    ]
    assert [(t.op, t.value, t.unit) for t in goal.targets] == [
        ("<=", "0.9", "‰"),
        (">=", "95", "%"),
        ("=", "92", "分"),
    ]


@pytest.mark.parametrize("days", ["每周一至周四", "周一至周四", "星期一到星期四"])
def test_a_span_of_days_is_each_of_them(days: str) -> None:
    said = read(f"门诊部{days}上午开设专病门诊。")[0]
    assert said.cadence is not None
    assert [rule[-2:] for rule in said.cadence.split(" | ")] == ["MO", "TU", "WE", "TH"]


def test_a_year_to_get_to_is_a_deadline_and_a_name_is_none() -> None:
    assert read("到2027年，四级手术占比达到18%以上。")[0].deadline == "2027年"
    assert read("2027年中医院护理工作要点")[0].deadline is None
