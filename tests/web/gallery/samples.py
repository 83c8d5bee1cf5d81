"""What the gallery's pages show: plain values, as a view would hand them to the templates."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from wardround.text import Text

SHANGHAI = timezone(timedelta(hours=8))
NOW = datetime(2026, 7, 6, 9, 41, tzinfo=SHANGHAI)
WAVE = [89.2, 90.1, 88.7, 91.0, 89.8, 92.3, 90.4, 89.1, 91.2, 90.6, 91.9, 92.4, 93.0, 94.1, 95.2]
NAV = (
    ("today", Text("今日", "Today"), 2),
    ("plan", Text("计划", "Plans"), 9),
    ("registers", Text("登记", "Registers"), 0),
    ("inspections", Text("检查", "Inspections"), 0),
    ("cases", Text("整改", "Cases"), 6),
    ("indicators", Text("指标", "Indicators"), 0),
    ("scores", Text("考核", "Scores"), 0),
    ("reports", Text("总结", "Summaries"), 2),
    ("catalogue", Text("制度目录", "Catalogue"), 0),
    ("me", Text("我", "Me"), 0),
)
CURRENT = {
    "today": "today",
    "reading": "registers",
    "inspection": "inspections",
    "case": "cases",
    "scorecard": "indicators",
    "indicator": "indicators",
    "scores": "scores",
    "president": "today",
    "plan": "plan",
}


def task(state: str, zh: str, en: str, facts: list[Text], when: Text, rest: Text | None = None):
    return {
        "url": "#",
        "state": state,
        "name": Text(zh, en),
        "facts": facts,
        "when": when,
        "rest": rest,
    }


def clock(state: str, left: int, limit: int, **more: Any) -> dict[str, Any]:
    return {
        "state": state,
        "left": timedelta(seconds=left),
        "limit": timedelta(seconds=limit),
        "deadline": NOW + timedelta(seconds=left),
        "until": f"{NOW + timedelta(seconds=left):%H:%M}",
        "name": Text("危急值：血钾 6.8 mmol/L", "Critical value: K⁺ 6.8 mmol/L"),
        "url": "#",
        "where": Text("12 床", "Bed 12"),
        "said": Text(
            "09:32 已接收并复述，待记录处置", "Received and read back 09:32; not acted on"
        ),
    } | more


def field(key: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": Text(zh, en)} | more


def frame(page: str) -> dict[str, Any]:
    return {
        "nav": [
            {
                "key": key,
                "url": "#",
                "label": label,
                "count": count,
                "alarm": key in ("cases", "today"),
                "current": key == CURRENT.get(page),
            }
            for key, label, count in NAV
        ],
        "as_of": NOW,
        "person": {"name": Text("李婷", "Li Ting"), "post": Text("护士", "Nurse"), "url": "#"},
        "hospital": Text("云岭县人民医院", "Yunling County People’s Hospital"),
    }


def today() -> dict[str, Any]:
    fridge, last = Text("冰箱 F1", "Fridge F1"), Text("上次 4.6 °C", "last 4.6 °C")
    return {
        "clock": clock("running", 1241, 1800),
        "overdue": [
            task(
                "overdue",
                "急救车每周清点",
                "Weekly crash-cart count",
                [Text("1 号急救车", "Cart 1"), Text("上周日 24:00 前", "by Sunday 24:00")],
                Text("逾期 9 小时", "9 h overdue"),
            ),
            task(
                "overdue",
                "出院 3 日内回访",
                "Call within 3 days of discharge",
                [Text("2 位患者", "2 patients"), Text("7月3日出院", "discharged 3 July")],
                Text("逾期 1 天", "1 day overdue"),
            ),
        ],
        "due": [
            task(
                "near",
                "药品冰箱测温",
                "Read the drug fridge",
                [fridge, last],
                Text("10:00 止", "by 10:00"),
                Text("余 19 分", "19 min left"),
            ),
            task(
                "due",
                "医疗废物交接",
                "Hand over medical waste",
                [Text("感染性、损伤性", "Infectious, sharps")],
                Text("11:00", "11:00"),
                Text("今日第 1 次", "1st of 2 today"),
            ),
            task(
                "due",
                "整改回复：利器盒超过四分之三",
                "Answer: sharps box over three-quarters",
                [
                    Text("院感科 7月3日检查", "Infection control, 3 July"),
                    Text("需照片", "photo needed"),
                ],
                Text("今天", "today"),
                Text("第 3 日 / 3 日", "day 3 of 3"),
            ),
        ],
        "later": [
            task("later", "药品冰箱测温", "Read the drug fridge", [fridge], Text("15:00", "15:00"))
        ],
    }


def reading() -> dict[str, Any]:
    return {
        "temperature": field(
            "temperature",
            "温度",
            "Temperature",
            unit="°C",
            lower=2,
            upper=8,
            decimals=1,
            step=0.1,
            usual=["4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9"],
            recent=[4.4, 4.5, 4.6, 4.8],
            last=Text("4.6 °C，昨 15:04", "4.6 °C, yesterday 15:04"),
            required=True,
        ),
        "handled": field(
            "handled",
            "已做的处置",
            "Done about it",
            required=True,
            value=[],
            shown_when='{"field": "temperature", "above": 8}',
            choices=[
                ("moved", Text("药品移至 F2", "Drugs moved to F2")),
                ("door", Text("关紧门，15 分钟后复测", "Door shut, read again in 15 min")),
                ("set", Text("调温", "Thermostat set")),
                ("repair", Text("报修", "Repair called")),
            ],
        ),
        "defrosted": field("defrosted", "本次除霜", "Defrosted now", value=""),
    }


def inspection() -> dict[str, Any]:
    return {
        "answers": ["yes", "no", "yes", ""],
        "items": [
            {
                "key": "i4",
                "number": 4,
                "text": Text("一针一管一用一消毒", "One needle, one syringe, one use"),
                "score": "10 / 10",
                "answer": "yes",
            },
            {
                "key": "i5",
                "number": 5,
                "text": Text(
                    "利器盒不超过四分之三，及时封口", "Sharps boxes under three-quarters, sealed"
                ),
                "basis": Text("WS/T 311", "WS/T 311"),
                "score": "4 / 8",
                "answer": "no",
                "finding": "治疗室利器盒装至约五分之四，未封口。",
                "due": "3",
                "owner": Text("护士长 陈静", "head nurse Chen Jing"),
                "due_choices": [
                    ("0", Text("今天", "today")),
                    ("3", Text("3 日，周四", "3 days, Thu")),
                    ("7", Text("7 日", "7 days")),
                ],
                "repeat_tag": Text("第 2 次", "2nd time"),
                "repeat": Text(
                    "4月9日同项不合格。若复查仍未整改，开启问责。",
                    "Failed on 9 April too. If the re-check fails, an accountability case opens.",
                ),
            },
            {
                "key": "i6",
                "number": 6,
                "text": Text(
                    "紫外线灯使用有登记、有累计时间", "UV lamp hours recorded and added up"
                ),
                "score": "8 / 8",
                "answer": "yes",
            },
            {
                "key": "i7",
                "number": 7,
                "text": Text("手卫生观察（10 次机会，≥ 7 次正确）", "Hand hygiene: 7 of 10 right"),
                "score": "– / 8",
                "answer": "",
            },
        ],
    }


def events() -> list[dict[str, Any]]:
    return [
        {
            "state": "running",
            "now": True,
            "what": Text("处置中：调解室谈话", "Being settled in the mediation room"),
            "at": "09:52",
            "who": Text("赵刚", "Zhao Gang"),
            "detail": Text("记录 20 431", "entry 20 431"),
        },
        {
            "state": "late",
            "what": Text("保安到场（超时 14 秒）", "Guard on the scene (14 s late)"),
            "at": "09:40:26",
            "who": Text("赵刚", "Zhao Gang"),
            "detail": Text("扫急诊大厅巡更点确认", "Patrol point scanned"),
        },
        {
            "state": "done",
            "what": Text("一键报警", "Alarm button"),
            "at": "09:38:12",
            "who": Text("王莉", "Wang Li"),
            "detail": Text("急诊分诊台按钮", "Triage desk"),
        },
    ]


def case() -> dict[str, Any]:
    limit = Text("限 2 分", "limit 2 min")
    return {
        "clock": clock(
            "near",
            29,
            120,
            name=Text("到场时限，还剩", "To be on the scene within"),
            passed=Text("过时限即报：保卫科长", "When it passes: head of security is told"),
        ),
        "stages": [
            {"name": Text("发现", "Found"), "state": "done", "time": "09:38:12"},
            {
                "name": Text("通知", "Notified"),
                "state": "done",
                "time": Text("18 秒", "18 s"),
                "facts": [Text("限 30 秒", "limit 30 s")],
            },
            {
                "name": Text("到场", "On the scene"),
                "state": "overdue",
                "late": True,
                "time": Text("2 分 14 秒", "2 min 14 s"),
                "facts": [limit, Text("超 14 秒", "14 s late")],
            },
            {
                "name": Text("处置", "Rectify"),
                "state": "running",
                "current": True,
                "time": Text("余 2 天 23 小时", "2 d 23 h left"),
                "facts": [Text("限 3 日", "limit 3 days")],
            },
            {
                "name": Text("复查", "Re-check"),
                "state": "later",
                "time": Text("7月13日前", "by 13 July"),
            },
            {"name": Text("结案", "Close"), "state": "later"},
        ],
        "events": events(),
        "facts_list": [
            (Text("类别", "Kind"), Text("安全报警，医患纠纷", "Security alarm, dispute")),
            (Text("地点", "Place"), Text("急诊大厅分诊台前", "Emergency hall, triage desk")),
            (Text("责任部门", "Answers"), Text("保卫科，科长 孙伟", "Security, head Sun Wei")),
        ],
    }


def row(zh: str, en: str, value: str, unit: str, signal: str, change: float, **more: Any):
    return {
        "name": Text(zh, en),
        "value": value,
        "unit": unit,
        "signal": signal,
        "change": change,
        "values": WAVE,
        "lower": 88,
        "upper": 93,
        "aim": 92,
        "target": "≥ 95",
        "assurance": "hit-or-miss",
    } | more


def scorecard() -> dict[str, Any]:
    period = [("2026-06", Text("2026年6月", "June 2026"))]
    return {
        "filters": [
            {
                "name": "period",
                "label": Text("期间", "Period"),
                "value": "2026-06",
                "choices": period,
            },
            {
                "name": "department",
                "label": Text("科室", "Department"),
                "value": "",
                "choices": [("", Text("全院", "Whole hospital"))],
            },
        ],
        "segments": segments(),
        "groups": [
            {
                "name": Text("医疗质量", "Clinical quality"),
                "rows": [
                    row("平均住院日", "Average stay", "8.9", "d", "improving-low", -0.9),
                    row("甲级病案率", "Grade-A charts", "95.8", "%", "common", -0.4),
                    row(
                        "危急值 30 分钟内处置率",
                        "Critical values acted on in 30 min",
                        "97.2",
                        "%",
                        "common",
                        0.2,
                        missed=True,
                        assurance="failing",
                    ),
                ],
            },
            {
                "name": Text("运行与费用", "Running and cost"),
                "rows": [
                    row("床位使用率", "Bed occupancy", "97.9", "%", "neutral-up", 7.8)
                    | {"missed": True, "chosen": True, "aim": (89, 94)},
                    row(
                        "抗菌药物使用强度", "Antibiotic use", "41.8", "DDDs", "concerning-high", 3.6
                    )
                    | {"provisional": True},
                    row("处方合格率", "Prescriptions passed", "97.4", "%", "improving-high", 0.1)
                    | {"assurance": "assured"},
                ],
            },
        ],
    }


def segments() -> list[dict[str, Any]]:
    return [
        {"url": "#", "label": Text("全部", "All"), "count": 15, "current": True},
        {"url": "#", "label": Text("真正变了", "Really changed"), "count": 7},
        {"url": "#", "label": Text("未达标", "Not met"), "count": 7},
    ]


def indicator() -> dict[str, Any]:
    return {
        "days": [date(2026, 6, 30), date(2026, 6, 29), date(2026, 6, 28)],
        "how": Text("怎么算", "How it is counted"),
        "definition": [
            (
                Text("不计", "Left out"),
                Text("观察床、产房、日间病床", "Observation, delivery, day beds"),
            ),
            (Text("汇总", "Roll-up"), Text("和除以和，不平均百分数", "Sum over sum")),
        ],
    }


PAGES = {
    "today": today,
    "reading": reading,
    "inspection": inspection,
    "case": case,
    "scorecard": scorecard,
    "indicator": indicator,
}
