"""The rules of the labelling guide, one example each."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import wardround.reading
from wardround.reading.plan import read


@pytest.mark.parametrize(
    "module", [m.name for m in pkgutil.iter_modules(wardround.reading.__path__)]
)
def test_the_examples_in_the_steps_are_true(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"wardround.reading.{module}"))
    assert result.failed == 0


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("四、车辆：每日出车前检查。", ["四、车辆：每日出车前检查。"]),
        ("（一）规范收费。财务科每月抽查。", ["（一）规范收费。", "财务科每月抽查。"]),
        ("2、人才。⑴做好引进；⑵健全档案。", ["2、人才。", "⑴做好引进；", "⑵健全档案。"]),
        ("一是抓培训。二是抓考核。", ["一是抓培训。", "二是抓考核。"]),
        ("一是抓培训；二是抓考核。", ["一是抓培训；二是抓考核。"]),
        ("1.合格率1.5%以内。", ["1.合格率1.5%以内。"]),
        ("Follow No. 36 and buy beds, desks, etc. through bids.", None),
        ("加强检查。\n（责任科室：护理部）", ["加强检查。\n（责任科室：护理部）"]),
        (
            "By the plan: First, the goal\n\n1. Do it.",
            ["By the plan:", "First, the goal", "1. Do it."],
        ),
        ("care and\n\n7\n\nsupport for all.", ["care and\n\n7\n\nsupport for all."]),
        (
            "1.甲率92%;2.乙率96%;33.丙率98%;5.丁率95%",
            ["1.甲率92%;", "2.乙率96%;", "33.丙率98%;", "5.丁率95%"],
        ),
        # a line that a page broke goes on in a shorter one that ends
        (
            "1. 对重症监护室和透析室每月进行一次环境监测，供应室每周抽\n检，24小时内反馈。",
            ["1. 对重症监护室和透析室每月进行一次环境监测，供应室每周抽\n检，24小时内反馈。"],
        ),
    ],
)
def test_where_statements_begin_and_end(text: str, statements: list[str] | None) -> None:
    assert [s.text for s in read(text)] == (statements or [text])


@pytest.mark.parametrize(
    ("text", "cadence"),
    [
        ("每季度召开会议，每半年报告。", "FREQ=MONTHLY;INTERVAL=3 | FREQ=MONTHLY;INTERVAL=6"),
        ("每旬检查。", "FREQ=DAILY;INTERVAL=10"),
        ("每月5日前汇总。", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("每年演练3次。", "FREQ=YEARLY;X-TIMES=3"),
        ("年内演练1次。", "FREQ=YEARLY"),
        ("每月查房2-3次。", "FREQ=MONTHLY;X-TIMES=2-3"),
        ("每班交接清点。", None),
        ("不定期抽查。", None),
        ("Patrol every month and quarter.", "FREQ=MONTHLY | FREQ=MONTHLY;INTERVAL=3"),
        ("Audit notes every two weeks.", "FREQ=WEEKLY;INTERVAL=2"),
        ("Lead a round twice a year.", "FREQ=YEARLY;X-TIMES=2"),
        ("Hold ten interviews a week.", "FREQ=WEEKLY"),
        ("实行“日核查、周小结、月通报”。", "FREQ=DAILY | FREQ=WEEKLY | FREQ=MONTHLY"),
        ("6月检查，7月通报。", None),
        ("周五例会上集中学习院感知识。", "FREQ=WEEKLY;BYDAY=FR"),
        ("每学期组织急救演练。", "FREQ=MONTHLY;INTERVAL=6"),
    ],
)
def test_cadences(text: str, cadence: str | None) -> None:
    assert read(text)[0].cadence == cadence


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("12月15日前完成自评。", "12月15日"),
        ("2025年6月30日前完成安装。", "2025-06-30"),
        ("发现隐患2小时内处理。", "PT2H"),
        ("两周内整改。", "P2W"),
        ("立即报告。", "立即"),
        ("及时处理。", None),
        ("平均候诊时间控制在25分钟以内。", None),
        ("Finish by end of May 2026.", "2026-05-31"),
        ("Reach bronze by March 2026.", "2026-03"),
        ("Problems are solved within three days.", "P3D"),
        ("Finish by the end of Q1.", "end of Q1"),
        ("Report as soon as possible.", None),
        ("元月底前签订责任书。", "元月底"),
        ("（二）自查自纠（5月1日至31日）。", "5月1日至31日"),
        ("4-9月：按计划开展监测。", "4-9月"),
        ("一般故障30分钟响应。", "PT30M"),
    ],
)
def test_deadlines(text: str, deadline: str | None) -> None:
    assert read(text)[0].deadline == deadline


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("合格率不低于95%，差错率低于1%。", [(">=", "95", "%"), ("<", "1", "%")]),
        (
            "门诊量增长10%以上，上转率下降5个百分点。",
            [("increase", "10", "%"), ("decrease", "5", "个百分点")],
        ),
        ("力求门诊xx人次。", [("=", "xx", "人次")]),
        ("进修时间3—6个月。", [("range", "3-6", "个月")]),
        ("演练不少于6次。", [(">=", "6", "次")]),
        ("每月抽查病历40份。", [("=", "40", "份")]),
        ("业务收入达到20.5万元。", [(">=", "20.5", "万元")]),
        ("杜绝医疗事故。", [("=", "0", "")]),
        ("Utilisation rises from 76% to at least 85%.", [(">=", "85", "%")]),
        (
            "Save £11.2m; turnover between 9% and 11%.",
            [("=", "11.2", "£m"), ("range", "9-11", "%")],
        ),
        ("Fewer than 12 cases in all wards.", [("<", "12", "cases")]),
        ("床护比提高到1：0.45，CMI值不低于0.95。", [(">=", "1:0.45", ""), (">=", "0.95", "")]),
        ("感染率控制在0. 5%以内，漏报率≤lO%。", [("<=", "0.5", "%"), ("<=", "10", "%")]),
        ("抢救反应时间控制在5分钟内。", [("<=", "5", "分钟")]),
        ("Cut the drug ratio by a margin of 3 points.", [("decrease", "3", "points")]),
        ("The rate is less than or equal to 8%.", [("<=", "8", "%")]),
        ("The accident rate is zero.", [("=", "0", "")]),
        ("Staff with more than two errors will be retrained.", []),
        ("血压、血糖控制率分别达到62%和60%。", [(">=", "62", "%"), (">=", "60", "%")]),
        ("简报不少于每周1期。", [(">=", "1", "期")]),
        ("感染率≤1.O%，住院日≤8．5天。", [("<=", "1.0", "%"), ("<=", "8.5", "天")]),
        ("合格率达98,5%。", [(">=", "98,5", "%")]),
        ("醫務科確保甲級病歷率不低於95%。", [(">=", "95", "%")]),
        ("优化流程，缩短病人等候时间。", [("decrease", None, "")]),
        ("着力减少和化解医疗纠纷。", []),
        ("Sort waste according to three categories.", []),
        ("购置一批设备。", []),
        ("手术监测不少于6OO例。", [(">=", "600", "例")]),
        ("得分低于85分的科室限期整改。", []),
        ("Keep the did-not-attend rate under 5%.", [("<", "5", "%")]),
    ],
)
def test_targets(text: str, targets: list[tuple[str, str | None, str]]) -> None:
    assert [(t.op, t.value, t.unit) for t in read(text)[0].targets] == targets


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("收到报告87例，同比增加19例。", [("87", "例", "+19例")]),
        ("平均住院日由9.6天缩短至8.9天，共收治3例。", [("8.9", "天", None), ("3", "例", None)]),
        ("上半年收入65438+0,750元，已完成。", [("1750", "元", None)]),
        ("已完成4 2.6%，持平。", [("42.6", "%", "0")]),
        ("Appraisals stood at 81.5%, up 6 points.", [("81.5", "%", "+6 points")]),
        ("上半年建成了1200m2的康复厅。", [("1200", "m2", None)]),
        (
            "It was checked, 2 14378 yuan in all, without errors.",
            [("214378", "yuan", None), ("0", "", None)],
        ),
        ("上半年没有一起纠纷。", [("0", "起", None)]),
        ("上半年选出三名护士长，六位一体的服务开展了二个多月。", [("3", "名", None)]),
        ("上半年共投入了近百万元，学习了《十一种错误》。", [("100", "万元", None)]),
    ],
)
def test_figures(text: str, figures: list[tuple[str, str, str | None]]) -> None:
    statements = read(f"一、完成情况\n1.{text}")
    assert [(f.value, f.unit, f.change) for f in statements[1].figures] == figures


def test_a_repaired_number_is_marked_as_damaged() -> None:
    statement = read("一、完成情况\n1.合格率9O%，已完成。")[1]
    assert statement.as_json("a.txt")["damaged"] is True
    assert "damaged" not in read("每月检查1次。")[0].as_json("a.txt")


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("医务科、护理部每月检查。", ("医务科", "护理部")),
        ("由科教科统筹，带教科室负责考核。", ("科教科", "带教科室")),
        ("经质量与安全管理委员会审议后执行。", ("质量与安全管理委员会",)),
        ("我院每月召开会议。", ()),
        ("加强急诊科建设。", ()),
        ("派驻医师3人（医务科负责）。", ("医务科",)),
        ("Ward managers must complete the checklist.", ("Ward managers",)),
        ("The plan is reviewed by the Executive Team every month.", ("Executive Team",)),
        (
            "Buy beds. (Supervision Department, Finance Section)",
            ("Supervision Department", "Finance Section"),
        ),
        ("Our hospital will train nurses.", ()),
        ("医务科、护理部：每月抽查病历10份。", ("医务科", "护理部")),
        ("Infection control team: hand hygiene at least 80%.", ("Infection control team",)),
        ("成立领导小组：组长由院长担任。", ("院长",)),
        ("办公室：设在医务科。", ()),
        ("五是各科室要主动作为。", ("各科室",)),
        ("三级医师查房质量不高。", ()),
        ("责任部门：医务科、护理部", ("医务科", "护理部")),
        (
            "Responsible: nursing department, cooperate: HR office.",
            ("nursing department", "HR office"),
        ),
        ("Clean key areas, such as the ICU and supply room, every day.", ()),
        ("Doctors should round twice a day, heads once a week.", ("Doctors", "heads")),
        ("Hold a symposium once a month by the head nurse.", ("head nurse",)),
        ("Divisional directors own validation of their lists.", ("Divisional directors",)),
        ("The project was well received by doctors.", ()),
        ("Clause 41-58: nursing department, blood bank.", ("nursing department", "blood bank")),
        (
            "Falls are audited (nursing department, quality office).",
            ("nursing department", "quality office"),
        ),
        ("Rely on the quality committee, which meets monthly.", ("quality committee",)),
        ("Review team must report every month.", ("Review team",)),
        ("Mattresses are checked by an external agency.", ("external agency",)),
        ("The ward round takes place at nine.", ()),
        ("The pharmacy shall be inspected monthly.", ()),
        ("Ward staff will be trained in first aid.", ()),
        ("Link lecturers coach every student.", ("Link lecturers",)),
        ("The site team, which covers two wards, meets daily.", ("site team",)),
        ("Gaps go to the rota team, who will review them.", ("rota team",)),
        ("Tissue Viability will train the wards.", ("Tissue Viability",)),
        ("It is rewritten under the direction of the Medical Director.", ("Medical Director",)),
        ("We have asked the ambulance service to help.", ("ambulance service",)),
        (
            "The lab is responsible for tests, the finance section for payment.",
            ("lab", "finance section"),
        ),
        ("重大事项报党委会审定。", ()),
        ("N3级以上护士承担带教任务。", ("N3级以上护士",)),
        ("科护士长每半月、病区护士长每周自查。", ("科护士长", "病区护士长")),
        ("重点科室（手术室、ICU）每季度演练1次。", ()),
        ("微生物室检出后2小时内通知临床。", ("微生物室",)),
        ("醫務科每月檢查病歷。", ("醫務科",)),
        ("许多护士长梳理了交接流程。", ("护士长",)),
        ("成立以分管院长为核心的防治小组。", ("分管院长",)),
        ("今年，市委、市政府下达任务书。", ("市委", "市政府")),
        ("全院职工思想发生了变化。", ()),
        ("骨科——清河卫生院", ("骨科",)),
        ("Internal Medicine - Clearwater Health Center", ("Internal Medicine",)),
        (
            "The Audit Committee of this hospital and the Group of the Water Bureau sign the pact.",
            ("Audit Committee", "Group of the Water Bureau"),
        ),
        ("卫生局召开了“以安全为主题，以质量为核心”的会议。", ("卫生局",)),
        ("团委围绕医院的中心工作组织竞赛。", ("团委",)),
        ("主诊医师负责制打破了原有模式。", ()),
        ("每月抽检。（责任科室：感染管理科  检验科）", ("感染管理科", "检验科")),
        ("护理部牵头、后勤部配合，开展专项行动。", ("护理部", "后勤部")),
        ("由质量管理委员会组织验收。", ("质量管理委员会",)),
        ("各临床科室要于每月最后一周召开例会。", ("各临床科室",)),
    ],
)
def test_owners(text: str, owners: tuple[str, ...]) -> None:
    assert read(text)[0].owners == owners


def test_a_tag_speaks_for_every_sentence_of_its_item() -> None:
    assert [s.owners for s in read("1.每月检查。每季通报。（医务科）\n2.开展培训。")] == [
        ("医务科",),
        ("医务科",),
        (),
    ]


@pytest.mark.parametrize(
    ("text", "blanks"),
    [
        ("20xx年完成xx项、×例、***%。", ("20xx", "xx", "×", "***")),
        ("拍摄X线片，检查CT。", ()),
        ("Hold clinics [location to be confirmed]; lead TBD.", ("to be confirmed", "TBD")),
        ("7×24小时值班。", ()),
        ("**编制：信息科**", ()),
    ],
)
def test_blanks(text: str, blanks: tuple[str, ...]) -> None:
    assert read(text)[0].blanks == blanks


def test_rows_of_a_table_take_owner_and_deadline_from_their_columns() -> None:
    head, row = read(
        "| 项目 | 指标 | 责任部门 | 时限 |\n| 候诊 | 候诊时间≤25分钟 | 门诊办 | 10月底 |"
    )
    assert (head.kind, row.kind) == ("background", "objective")
    assert (row.owners, row.deadline) == (("门诊办",), "10月底")


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("缩短候诊 | 候诊时间≤25分钟", "objective"),
        ("消防演练 | 参与人数不少于80人", "measure"),
        ("严禁统方 | 统方事件0起", "requirement"),
    ],
)
def test_what_a_row_is_stands_in_its_first_words(row: str, kind: str) -> None:
    read_rows = read(
        f"序号 | 工作内容 | 预期目标 | 牵头责任部门 | 完成节点 |\n1 | {row} | 院办 | 6月 |"
    )
    assert (read_rows[1].kind, read_rows[1].owners) == (kind, ("院办",))


@pytest.mark.parametrize("mark", ["1.", "3.", ""])
def test_a_number_lost_or_begun_again_leaves_the_item_under_its_heading(mark: str) -> None:
    above = "一、质量\n1.医务科每月检查。\n2.质控科每季通报。\n"
    text = f"{above}{mark}护理部每周查房。\n三、安全\n1.保卫科巡查。"
    read_lines = read(text)
    assert [s.level for s in read_lines] == [
        (), ("一、质量",), ("一、质量",), ("一、质量",), (), ("三、安全",),
    ]  # fmt: skip
    assert read_lines[3].owners == ("护理部",)


def test_a_heading_glued_to_the_sentence_before_it_is_one_all_the_same() -> None:
    kinds = [s.kind for s in read("医务科每月检查病历。二、护理管理\n护理部每周查房。")]
    assert kinds == ["measure", "heading", "measure"]


def test_levels_follow_the_numbering() -> None:
    text = (
        "医院工作计划\n一、措施\n（一）规范收费。每月抽查。\n1.公开价格。\n"
        "二、要求\n1.各科室必须自查。"
    )
    assert [(s.depth, len(s.level)) for s in read(text)] == [
        (1, 0), (2, 1), (3, 2), (None, 3), (None, 3), (2, 1), (None, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        # a lead-in that names a section rules all that stands below it
        (
            "3. Work objectives and key requirements\nKey requirements:\n"
            "1. Answer for drugs.\nSort the cupboard and count the stock.",
            ["heading", "background", "heading", "requirement"],
        ),
        # what was done counts beside what is thought of it
        (
            "上半年工作总结\n医院先后在两个病区推行了床旁结算，受到患者好评。",
            ["heading", "measure"],
        ),
        (
            "上半年工作总结\n随着就医需求越来越高，床位日益紧张。",
            ["heading", "background"],
        ),
        # in a summary 需 and 处罚 lay down no rule, 严禁 does
        (
            "上半年工作总结\n科室组织学习了规定，并制定相应的处罚办法。\n严禁外借钥匙。",
            ["heading", "measure", "requirement"],
        ),
        # what stands under the first number is no longer a plan's preface
        (
            "下半年工作计划\n一、门诊\n1.分诊\n积极引导患者错峰就诊。",
            ["heading", "heading", "heading", "measure"],
        ),
        # a purpose with the act it led to, whoever did it
        (
            "Summary of the year\n1. Drugs\nIn order to save, drugs were purchased jointly.",
            ["heading", "heading", "measure"],
        ),
        # a sentence that says only that something follows
        ("Work plan\nWe will carry out the following work.", ["heading", "background"]),
        # a verb that only names something is no act where the rest judges
        ("上半年工作总结\n人才培养,在医院管理中占有重要地位。", ["heading", "background"]),
        ("工作计划\n科室成立以科主任为负责人的质控小组。", ["heading", "organisation"]),
        # a title that tells of one quarter and plans the next
        (
            "医院二季度质控通报暨第三季度工作计划\n一、运行指标\n床位使用率91%，同比持平。\n"
            "二、第三季度重点工作\n1、平均住院日控制在7.8天以内，药占比不超过26%。",
            ["heading", "heading", "figure", "heading", "objective"],
        ),
        # the name of one of a lettered set, between the rows of a table
        (
            "Objectives 2026/27\n\n| Ref | Aim | Lead |\nStrategic aim A: Timely care\n"
            "| A1 | At least 80% seen within four hours | ED |",
            ["heading", "background", "heading", "objective"],
        ),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert [s.kind for s in read(text)] == kinds
