"""Each rule as a specification: a sentence, a figure in it, the verdict."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.claims.judging import differing, judged, verdict
from wardround.claims.hospital import Known
from wardround.claims.periods import period_of
from wardround.claims.printed import Printed, Span
from wardround.period import Period
from wardround.text import Text


@pytest.mark.parametrize("text, figure, expected", [
    ("业务收入789万元，比去年同期增收220万元，增加39%。", "39%", "agrees"),
    ("药品收入433万元，比去年同期增收116万元，增加36%。", "36%", "rounding"),
    ("药品收入433万元，比去年同期增收116万元，增加46%。", "46%", "differs"),
    ("门诊人次由3201人次增至3585人次，增长12%。", "12%", "agrees"),
    ("门诊人次由3201人次增至3585人次，下降12%。", "12%", "differs"),
    ("门诊8991人次，同比增长4%。", "4%", "cannot"),
    ("住院手术2,145台次，比上年同期1,980台次多165台次，上升8.3%。", "8.3%", "agrees"),
    ("药占比27.4%，同比下降1.2个百分点（去年28.6%）。", "1.2个百分点", "agrees"),
    ("药占比27.4%，同比下降2.2个百分点（去年28.6%）。", "2.2个百分点", "differs"),
    ("处方合格率98.2%，比去年同期提高0.8个百分点。", "0.8个百分点", "cannot"),
    ("完成检测3.2万人次，同比减少1.1万人次，下降25.6%。", "25.6%", "agrees"),
    ("Outpatient visits were up 12%, from 3,201 to 3,585.", "12%", "agrees"),
    ("Outpatient visits were up 21%, from 3,201 to 3,585.", "21%", "differs"),
    ("Complaints fell 25% from 12 to 9.", "25%", "agrees"),
    ("There were 3,585 visits, 12% more than last year's 3,201.", "12%", "agrees"),
    ("Admissions increased by 305 (6.2%), from 4,905 to 5,210.", "6.2%", "agrees"),
    ("Admissions increased by 305 (6.2%), from 4,905 to 5,210.", "305", "agrees"),
    ("Hand hygiene rose by 3.2 percentage points to 91.4%, from 88.2%.",
     "3.2 percentage points", "agrees"),
    ("出院12,345人次，增幅达8.9%（2025年：11,336人次）。", "8.9%", "agrees"),
    ("Operations: 3,120 (2,985 last year, up 5.4%).", "5.4%", "differs"),
    ("There were 5,210 admissions, up 4%.", "4%", "cannot"),
])  # fmt: skip
def test_growth_follows_from_value_and_increment(text: str, figure: str, expected: str) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, figure, expected", [
    ("体检12,680人次，其中职工3,240人次、社会9,440人次。", "12,680人次", "agrees"),
    ("业务收入789万元，其中医疗收入352万元，药品收入433万元。", "789万元", "cannot"),
    ("业务收入789万元，其中医疗收入352万元，药品收入453万元。", "789万元", "differs"),
    ("门急诊12,000人次，其中门诊9,000人次、急诊2,500人次。", "12,000人次", "differs"),
    ("门诊收入3,120万元，住院收入5,530万元，合计8,650万元。", "8,650万元", "agrees"),
    ("门诊收入3,120万元，住院收入5,530万元，合计8,560万元。", "8,560万元", "differs"),
    ("检查34498人次，收入约158万元。其中，甲项771304元；乙项808394元。", "158万元", "rounding"),
    ("选派进修18名（内科7名、外科6名、医技5名）。", "18名", "agrees"),
    ("选派进修18名（内科7名、外科6名、医技6名）。", "18名", "differs"),
    ("The hospital has 640 staff, comprising 182 doctors, 298 nurses and 160 others.",
     "640 staff", "agrees"),
    ("The hospital has 640 staff, comprising 182 doctors, 289 nurses and 160 others.",
     "640 staff", "differs"),
])  # fmt: skip
def test_parts_make_the_whole(text: str, figure: str, expected: str) -> None:
    assert verdict(text, figure) == expected


@pytest.mark.parametrize("text, figure, expected", [
    ("抽查处方2,400张，合格2,352张，合格率98%。", "98%", "agrees"),
    ("抽查处方2,400张，合格2,352张，合格率89%。", "89%", "differs"),
    ("处方合格率98%。", "98%", "cannot"),
    ("合格率102.5%。", "102.5%", "differs"),
    ("三四级手术1,340台，占手术总台数2,145台的62.5%。", "62.5%", "agrees"),
    ("医务人员412人，其中医师138人，占33.5%；护士274人，占66.5%。", "66.5%", "agrees"),
    ("医务人员412人，其中医师138人，占35.3%；护士274人，占66.5%。", "35.3%", "differs"),
    ("培训36次，共2,160人次，平均每次60人次。", "60人次", "agrees"),
    ("There were 65 deliveries, of which 13 (20%) were caesareans.", "20%", "agrees"),
    ("There were 65 deliveries, of which 13 (25%) were caesareans.", "25%", "differs"),
    ("分娩65人，剖宫产13例，剖宫产率20%。", "20%", "agrees"),
    ("分娩65人，剖宫产13例，剖宫产率25%。", "25%", "differs"),
    ("感染率1%。", "1%", "cannot"),
])  # fmt: skip
def test_a_share_is_the_part_over_the_whole(text: str, figure: str, expected: str) -> None:
    assert verdict(text, figure) == expected


BEDS = "1—5月实际占用床日28072日，床位使用率{use}（按180张床位计算），平均住院日{stay}天{more}。"


@pytest.mark.parametrize("values, figure, expected", [
    ({"use": "103%", "stay": "25.8", "more": ""}, "103%", "agrees"),
    ({"use": "93%", "stay": "25.8", "more": ""}, "93%", "differs"),
    ({"use": "103%", "stay": "25.8", "more": ""}, "25.8天", "cannot"),
    ({"use": "103%", "stay": "25.8", "more": "，出院1089人"}, "25.8天", "agrees"),
    ({"use": "103%", "stay": "22.8", "more": "，出院1089人"}, "22.8天", "differs"),
    ({"use": "103%", "stay": "25.8", "more": "，出院1089人，病床周转6.1次"}, "6.1次", "agrees"),
    ({"use": "103%", "stay": "25.8", "more": "，出院1089人，病床周转9.1次"}, "9.1次", "differs"),
])  # fmt: skip
def test_bed_arithmetic_is_one_system(values: dict[str, str], figure: str, expected: str) -> None:
    assert verdict(BEDS.format(**values), figure) == expected


def test_changes_of_the_bed_figures_must_fit_one_another() -> None:
    text = (
        "1—5月收住病人1142人次，比去年同期增长23%；实际占用床日28072日，增长15%；床位使用率103%，"
        "增长14%（按照180张床位计算）；每病床周转6.1次，比去年提高{};平均住院日25.8天，和去年基本持平。"
    )
    assert [c.text for c in differing(text.format("2.2次"))] == ["2.2次"]
    assert differing(text.format("0.9次")) == []


@pytest.mark.parametrize("text, rule", [
    ("本科门诊3800人次，住院病人9988例。", "plausible"),
    ("五是加强管理。\n采取三项措施：一是甲；二是乙。", "announced"),
    ("实行“三优先”（设备优先、人才优先）。", "announced"),
    ("Four wards (A, B and C) were opened.", "announced"),
    ("一、质量\n做好质量。\n二、安全\n做好安全。\n四、服务\n做好服务。", "numbering"),
    ("完成以下工作。1.整章建制；2.查漏补缺；4.总结提高。", "numbering"),
    ("会议于2月30日召开。", "dates"),
    ("动员阶段（3月1日—3月31日）\n实施阶段（3月15日—9月30日）\n总结阶段（10月1日—31日）", "dates"),
    ("2026年上半年工作总结\n2025年上半年，全院完成门诊1200人次。", "dates"),
    ("At present there are 65,438 people in the party.", "damage"),
])  # fmt: skip
def test_structure_dates_and_damage_are_accused(text: str, rule: str) -> None:
    assert {c.rule for c in differing(text)} == {rule}


@pytest.mark.parametrize("text", [
    "The annual volume was 3775 1, up by 3 1.5% year-on-year.",
    "满意率9O%。",
    "1-6月监测住院病人X人次，感染X例，感染率1%。",
    "开展培训5次（急救、院感防控等）。",
    "三基三严（基本理论、基本知识、基本技能，严格要求、严谨态度、严肃作风）培训2次。",
    "首先抓好教育。二是完善机制。三是落实责任。四是加强考核。",
    "在编职工520人，其中医师180人，护士240人。",
    "门诊12000人次，住院3000人次，分别增加500人次、200人次。",
    "职工860人，其中卫生技术人员712人，高级职称126人，中级职称258人，硕士以上98人。",
    "业务收入1.86亿元，其中门诊收入6,210万元，住院收入1.21亿元。",
    "Operations numbered 1,069 against 999 a year earlier, cured or improved 95.1 %.",
    "| 科室 | 床位使用率（%） | 整改完成率（%） |\n|---|---|---|\n| 内一科 | 91.2 | 100.0 |\n"
    "| 内二科 | 88.5 | 100.0 |\n| 外科 | 86.0 | 100.0 |\n| 儿科 | 89.8 | 66.7 |\n",
])  # fmt: skip
def test_doubt_accuses_nobody_and_agrees_with_nobody(text: str) -> None:
    assert {c.verdict for c in judged(text)} <= {"cannot"}


def test_those_listed_and_those_paired_are_the_same() -> None:
    listed = "对口帮扶四家乡镇卫生院：东山卫生院、西河卫生院、南桥中心卫生院、北岭卫生院。\n"
    pairs = "内科——东山卫生院\n外科——西河卫生院\n儿科——南桥卫生院\n妇产科——{}卫生院\n"
    assert [c.rule for c in differing(listed + pairs.format("中湖"))] == ["roster"]
    assert differing(listed + pairs.format("北岭")) == []


def test_a_printed_number_is_an_interval() -> None:
    assert Printed(Fraction(259, 10), Fraction(1, 10)).span == Span(
        Fraction(2585, 100), Fraction(2595, 100)
    )
    assert Printed(Fraction(1142), Fraction(1), exact=True).span == Span(
        Fraction(1142), Fraction(1142)
    )
    assert Printed(Fraction(800000), Fraction(10000), "+").judge(Fraction(850000)) == "rounding"


@pytest.mark.parametrize("known, expected", [(3585, "agrees"), (3580, "differs")])
def test_the_hospitals_own_data_are_asked_where_the_period_is_named(
    known: int, expected: str
) -> None:
    asked: list[tuple[str, str]] = []

    def ask(label: str, unit: str, kind: str, period: Period) -> Known | None:
        asked.append((label, period.key))
        written = Text(f"{known}人次", f"{known} visits")
        return Known("visits", Text("门诊人次", "Visits"), Fraction(known), written)

    text = "门诊人次3,585人次。"
    found = [c for c in judged("2026年上半年工作总结\n" + text, ask) if c.rule == "hospital"]
    assert [c.verdict for c in found] == [expected] and asked == [("门诊人次", "2026H1")]
    assert not [c for c in judged(text, ask) if c.rule == "hospital"]


@pytest.mark.parametrize("title, key", [
    ("2026年度工作总结", "2026"), ("2026年第一季度总结", "2026Q1"), ("工作总结", None),
    ("2026年1—5月经济分析", "2026-01..2026-05"), ("2026年5月工作总结", "2026-05"),
    ("Report, 3 May 2026", None), ("Performance report, May 2026", "2026-05"),
    ("Review of the second half of 2025", "2025H2"),
])  # fmt: skip
def test_the_period_is_read_from_the_title(title: str, key: str | None) -> None:
    found = period_of(title)
    assert (found.key if found else None) == key
