"""What Chinese sentences are and who acts in them, a rule at a time."""

from __future__ import annotations

import pytest

from wardround.reading.plan import read


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("夜班护士要两人核对输血单。", "requirement"),
        ("麻醉药品须双人双锁。", "requirement"),
        ("来访投诉应登记在册。", "requirement"),
        ("库房的主要药品分区存放，优化取药路线。", "measure"),
        ("在广泛听取意见的基础上，修订查房流程。", "measure"),
        ("对漏报的科室下发整改通知。", "measure"),
        ("规范交接班，是减少差错的重要途径之一。", "background"),
        ("康复中心的目标是缩短住院，改善功能。", "objective"),
        ("首先要理顺药库盘点流程，更新货架。", "measure"),
        ("要求全体收费员使用文明用语。", "requirement"),
        ("一要盯住夜间转运。", "requirement"),
        ("加强输液巡视，及时处理渗漏，力争患者少痛苦。", "measure"),
        ("随着检验技术的快速发展，老旧设备越来越难以满足需要。", "background"),
        ("通过一系列义诊活动，进一步增强了职工的凝聚力。", "background"),
        ("夜间影像报告的时效与临床期望还有较大差距。", "background"),
        ("梳理院感隐患，完善预案，成立由分管院长牵头的防控小组，配齐物资。", "measure"),
        ("为加强管理，成立输血管理委员会。", "organisation"),
    ],
)
def test_orders_acts_and_what_things_mean(said: str, kind: str) -> None:
    assert read(said)[-1].kind == kind


def test_the_first_sentence_of_a_plan_says_what_it_goes_by() -> None:
    plan = read("急诊科2026年工作计划\n2026年，急诊科围绕救治提速，全面推进各项工作。\n完善分诊。")
    assert [s.kind for s in plan] == ["heading", "background", "measure"]


@pytest.mark.parametrize(
    ("note", "kind"),
    [("（2026年1月8日院务会讨论通过）", "background"), ("（2026年3月底前完成修订）", "measure")],
)
def test_who_passed_a_plan_is_no_work_of_it(note: str, kind: str) -> None:
    assert read(f"医院工作计划\n{note}\n修订值班制度。")[1].kind == kind


@pytest.mark.parametrize("days", ["5月1日至31日", "5月6日-20日", "6月1日至6月30日"])
@pytest.mark.parametrize("said", ["3、{}开展岗位练兵。", "3、{}完成搬迁。", "3、计划{}组织义诊。"])
def test_what_is_done_within_days_of_a_month_is_due_at_their_end(days: str, said: str) -> None:
    plan = read(f"护理工作计划\n一、护理质量\n{said.format(days)}")[-1]
    assert (plan.kind, plan.deadline) == ("measure", days)


def test_a_rulebook_forbids_and_sets_no_aims() -> None:
    rules = read("标本保存制度\n1.血清保存不得超过7天。\n-巡视冰箱，记录温度。")
    assert [s.kind for s in rules] == ["heading", "requirement", "measure"]


def test_an_ordinal_heads_what_stands_below_it_not_what_stands_beside_it() -> None:
    told = read("工作总结\n第二，精心维护设备。\n全年更换滤网。\n第三，节水。第四，节电。")
    assert [s.depth for s in told] == [1, 2, None, None, None]


@pytest.mark.parametrize(
    ("said", "headings"),
    [
        (
            "总结\n一、理顺流程，优化服务，改进陪检方式，为急危重症患者开通全程绿色转运通道。\n接诊更快。",
            1,
        ),
        ("总结\n一是理顺陪检流程。护工每日交接两次。对转运中的患者逐一核对。", 1),
        ("总结\n改善陪检服务：\n护工每日交接两次。", 1),
        ("总结\n我们做了以下几点：\n护工每日交接两次。", 0),
        ("总结\n下半年工作安排：\n1、更换转运床。", 1),
        ("总结\n今年先理顺流程。一是交接更细。二是转运更快。", 0),
    ],
)
def test_what_stands_apart_and_says_what_follows_is_a_heading(said: str, headings: int) -> None:
    assert sum(s.kind == "heading" for s in read(said)[1:]) == headings


def test_a_number_is_named_by_what_follows_where_a_verb_stands_before_it() -> None:
    told = read("保健科上半年总结\n完成了860人次的入托体检，添置了3台身高仪。")[-1]
    assert [f.label for f in told.figures] == ["入托体检", "身高仪"]


def test_every_part_under_goals_sets_goals() -> None:
    plan = read(
        "防跌倒工作方案\n二、工作目标\n（一）病区层面\n1、警示标识齐全。\n三、措施\n1、加强巡视。"
    )
    assert [s.kind for s in plan if "标识" in s.text] == ["objective"]


def test_later_sentences_of_a_stage_are_measures() -> None:
    plan = read("降噪方案\n四、实施步骤\n第一阶段：摸底（5月）\n各病区开展自测。6月底前完成改造。")
    assert [s.kind for s in plan][2:] == ["phase", "measure", "measure"]


@pytest.mark.parametrize(
    ("said", "owners"),
    [
        ("成立用血督查小组，负责每周点评。", ("用血督查小组",)),
        ("配备专职导诊员2名，负责分流。", ("专职导诊员",)),
        ("设立值守点，由后勤统一调度。", ("后勤",)),
        (
            "每月由医院临床用血质量安全管理领导小组办公室通报。",
            ("医院临床用血质量安全管理领导小组办公室",),
        ),
        ("保安员、患者及家属不得在机房逗留。", ("保安员",)),
        ("药剂科（以下简称甲方）、输血科每周对账。", ("药剂科", "输血科")),
        ("坚持“病区自查，科室互查，院部抽查”的做法。", ()),
        ("各支部各科室认真整改。", ("各支部", "各科室")),
        ("护理部与各病区签订责任书。", ("护理部",)),
        ("全程督办各工作组的进度，统筹各组物资。", ()),
        ("新增2个专科（康复科、疼痛科）。", ()),
        ("除值班护士长带班外，轮椅由病区备足。", ("值班护士长", "病区")),
        ("设备科，每半年召开一次协调会。", ("设备科",)),
        ("分诊护士核对腕带，发放候诊号。", ("分诊护士",)),
        ("参与转运的护工，必须在30分钟内复位。", ("参与转运的护工",)),
        ("调配组职责包括：清点氧气瓶。", ("调配组",)),
        ("轮转医师入科后，带教老师讲解流程。", ("带教老师",)),
        ("督导组由病案室、信息科组成，指定质控员登记。", ("质控员",)),
        ("医务人员主动服务意识进一步增强。", ()),
        ("副总指挥：李某甲（总务科长）", ("李某甲",)),
    ],
)
def test_who_acts(said: str, owners: tuple[str, ...]) -> None:
    assert read(said)[0].owners == owners


def test_leaders_of_a_headquarters_are_named_by_their_posts() -> None:
    led = read("成立以院长为总指挥、分管后勤的副院长为副总指挥的抢修指挥部。")[0]
    assert (led.kind, led.owners) == ("organisation", ("院长", "副院长"))


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("围绕18项核心制度，每周开展案例讨论。", []),
        ("健康管理覆盖率达90%，人均寿命超80岁。", ["90", "80"]),
        ("无菌器械包装破损率<0.2%。", ["0.2"]),
        ("可避免的跌倒死亡为0。", ["0"]),
        ("在第二医院XX人民路院区设站。", []),
    ],
)
def test_numbers_that_are_goals(said: str, values: list[str]) -> None:
    assert [t.value for t in read(said)[0].targets] == values


def test_how_things_stand_is_told_in_a_plan_too() -> None:
    beds = read(
        "乡镇卫生院工作计划\n一、基本情况\n开放床位60张，医师12人。\n二、措施\n1.增设床位20张。"
    )
    assert [len(s.figures) for s in beds] == [0, 0, 2, 0, 0]


def test_taking_in_hand_is_not_yet_to_come() -> None:
    told = read("清廉医院建设工作总结\n将9条任务细化成21条清单，发布通报3期。")[-1]
    assert [f.value for f in told.figures] == ["9", "21", "3"]
    met = read("输血科上半年总结\n全科共召开三次质控会，仅用时两个月完成改造。")[-1]
    assert ([f.value for f in met.figures], met.deadline) == (["3"], None)


@pytest.mark.parametrize(
    ("said", "kind", "owners"),
    [
        ("通过扫码系统核对标本，及时追踪去向。", "measure", ()),
        ("印章管理：负责登记用印，定期清查。", "measure", ()),
        ("各科值班人员要留守岗位。", "requirement", ("各科值班人员",)),
        ("病区护士、工会代表40余人参加演练。", "measure", ("病区护士", "工会代表")),
        ("xx科要在年内理顺会诊流程。", "requirement", ("xx科",)),
    ],
)
def test_means_labels_and_many_who_act(said: str, kind: str, owners: tuple[str, ...]) -> None:
    told = read(said)[0]
    assert (told.kind, told.owners) == (kind, owners)


@pytest.mark.parametrize(
    ("said", "owners"),
    [
        ("信息科第二季度完成接口改造。", ("信息科",)),
        ("设备科从三月份开始把巡检改成扫码。", ("设备科",)),
        ("导诊台、收费处分口整改。", ("导诊台", "收费处")),
        ("转运前病区护士双人核对腕带。", ("病区护士",)),
        ("严禁收费人员代签。", ("收费人员",)),
        ("标本接收由护士站挪到检验窗口。", ()),
        ("改造配电间。〔责任部门：总务科、保卫科〕", ("总务科", "保卫科")),
        ("更换输液泵。（责任科室：设备科；协助科室：护理部）", ("设备科", "护理部")),
    ],
)
def test_who_acts_at_which_time_and_in_which_part(said: str, owners: tuple[str, ...]) -> None:
    assert read(said)[0].owners == owners


def test_last_year_in_a_plan_is_told_not_promised() -> None:
    plan = read(
        "急诊科2026年工作计划\n一、去年的底子\n接诊8.1万人次，同比增长3%。\n二、打算\n"
        "1.去年抢救危重病人412人次，今年要再提高5%，9月开展一次演练。\n"
        "2.2025年平均候诊时间28分钟。"
    )
    held = [([f.value for f in s.figures], [t.value for t in s.targets]) for s in plan[2:]]
    assert held == [(["8.1"], []), ([], []), (["412"], ["5"]), (["28"], [])]
    assert [s.deadline for s in plan][4] == "9月"


@pytest.mark.parametrize(
    ("said", "targets"),
    [
        ("建卡率、随访率均达到95%。", [("建卡率", "95", "%"), ("随访率", "95", "%")]),
        ("手消用量不低于15ml/床日。", [("手消用量", "15", "ml/床日")]),
        ("坠床事件为0。", [("坠床事件", "0", "")]),
        ("杜绝给药差错、医疗事故。", [("给药差错", "0", ""), ("医疗事故", "0", "")]),
    ],
)
def test_what_is_told_of_several_and_by_what(said: str, targets: list[tuple[str, ...]]) -> None:
    assert [(t.metric, t.value, t.unit) for t in read(said)[0].targets] == targets


def test_the_year_before_in_brackets_or_beside_is_what_it_is_measured_against() -> None:
    told = read("上半年工作总结\n住院收入1.3亿元，去年同期为1.2亿元，增长8.3%。")[-1]
    assert [(f.value, f.change) for f in told.figures] == [("1.3", "+8.3%")]
    told = read("Annual report\nPay cost £9m (£8m in 2023/24).")[-1]
    assert [(f.value, f.unit, f.period) for f in told.figures] == [("9", "£m", None)]


@pytest.mark.parametrize(
    ("said", "cadence"),
    [
        ("冷链温度每日早晚各记录一次。", "FREQ=DAILY;X-TIMES=2"),
        ("水质每天早中晚各查一次。", "FREQ=DAILY;X-TIMES=3"),
        ("半年总结\n锅炉每月保养，抢修112次。", "FREQ=MONTHLY"),
    ],
)
def test_how_often_in_a_day_and_what_is_only_counted(said: str, cadence: str) -> None:
    assert read(said)[-1].cadence == cadence


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("考核低于70分的暂停评优，扣绩效200元。", ["200"]),
        ("单价8万元以上的设备集体论证。", []),
        ("床旁交接合格率达不到85%的限期整改。", []),
        ("85%以上的出院病人得到回访。", ["85"]),
    ],
)
def test_a_threshold_that_says_which_are_meant_is_no_target(said: str, values: list[str]) -> None:
    assert [t.value for t in read(said)[0].targets] == values


def test_who_is_rewarded_does_not_act() -> None:
    assert read("连续三年达标的，护士长、质控员各奖励800元。")[0].owners == ()


def test_a_tag_on_a_heading_speaks_for_all_that_stands_under_it() -> None:
    plan = read(
        "总务科计划\n二、节能改造（责任部门：总务科、动力中心）\n1.更换水泵。\n"
        "2.院办核对用量。（院办）\n三、绿化\n补种苗木。"
    )
    assert [s.owners for s in plan] == [
        (), ("总务科", "动力中心"), ("总务科", "动力中心"), ("院办",), (), ()
    ]  # fmt: skip


def test_how_far_a_figure_lies_from_another_is_its_change() -> None:
    told = read("上半年工作总结\n基层就诊率62.5%，比县里定的指标高出2.5个百分点，补考5人。")[-1]
    assert [(f.value, f.change) for f in told.figures] == [("62.5", "+2.5个百分点"), ("5", None)]


@pytest.mark.parametrize(
    ("said", "owners"),
    [
        ("每周四下午分管院长带药剂科查房。", ("分管院长",)),
        ("三月起病案室抽查首页。", ("病案室",)),
        ("导出异常日志，交监察室核查。", ("监察室",)),
        ("与病案室、信息科一道核对首页。", ("病案室", "信息科")),
        ("更换雾化器。【牵头：设备科；配合：院感科】", ("设备科", "院感科")),
    ],
)
def test_who_acts_behind_days_and_by_whom_a_thing_is_handed_on(
    said: str, owners: tuple[str, ...]
) -> None:
    assert read(said)[0].owners == owners


def test_a_numbered_line_that_ends_on_a_tag_is_a_heading() -> None:
    plan = read("总务科计划\n三、院前急救（责任科室：急诊科）\n去年出车4 120次。\n1）更换担架。")
    assert [s.kind for s in plan] == ["heading", "heading", "figure", "measure"]
    assert [s.owners for s in plan[1:]] == [("急诊科",)] * 3
