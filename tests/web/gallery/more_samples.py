"""The gallery's larger pages: scores, president, plan, all components, wall, sign-in."""

from __future__ import annotations

from typing import Any

from tests.web.gallery.samples import WAVE, clock, field, scorecard, segments, today
from wardround.text import Text
from wardround.web.templatetags.charts import Dot
from wardround.web.templatetags.words import SIGNALS, STATES

CHOICES = [("a", Text("感染性", "Infectious")), ("b", Text("损伤性", "Sharps"))]
SCORE, RESULT = Text("分数", "Score"), Text("结果", "Result")


def scores() -> dict[str, Any]:
    names = [
        ("妇产科", "Obstetrics", 96.8, 0.9, "above"),
        ("内一科", "Medicine 1", 95.9, 0.9, "above"),
        ("骨科", "Orthopaedics", 95.0, 1.1, None),
        ("内二科", "Medicine 2", 94.1, 1.0, None),
        ("药械科", "Pharmacy", 92.4, 1.2, None),
        ("急诊科", "Emergency", 87.3, 1.1, "below"),
    ]
    return {
        "ranks": [
            {
                "rank": f"{i + 1}–{i + 7}",
                "name": Text(zh, en),
                "score": f"{v:.1f}",
                "v": v,
                "low": v - margin,
                "high": v + margin,
                "signal": signal,
                "chosen": zh == "内二科",
            }
            for i, (zh, en, v, margin, signal) in enumerate(names)
        ],
        "funnel_title": Text("手卫生依从率漏斗图", "Hand hygiene funnel"),
        "sentence": Text("两个科室在灰区之外。", "Two departments lie outside the grey."),
        "funnel_axis": Text("观察机会数", "opportunities observed"),
        "limits": [(n, 76.4 - 128 / n**0.5, 76.4 + 128 / n**0.5) for n in range(40, 460, 20)],
        "dots": [
            Dot(66, 68),
            Dot(84, 75),
            Dot(96, 80),
            Dot(150, 71),
            Dot(190, 80.3),
            Dot(108, 92.5, Text("妇产科", "Obstetrics"), "improving-high"),
            Dot(300, 62.7, Text("急诊科", "Emergency"), "concerning-low"),
            Dot(320, 82.4, Text("内二科", "Medicine 2"), mine=True),
        ],
    }


def changed() -> list[dict[str, Any]]:
    return [
        {"signal": s, "name": n, "why": w, "value": v, "values": WAVE}
        for s, n, w, v in (
            (
                "neutral-up",
                Text("床位使用率", "Bed occupancy"),
                Text("9 个月高于均值", "9 months above mean"),
                "97.9",
            ),
            (
                "concerning-low",
                Text("整改按期完成率", "Rectified on time"),
                Text("整改越来越拖", "Slipping"),
                "88.4",
            ),
            (
                "improving-high",
                Text("手卫生依从率", "Hand hygiene"),
                Text("一个月的跃升", "One month’s jump"),
                "88.9",
            ),
        )
    ]


def president() -> dict[str, Any]:
    words = {
        "done": Text("已完成", "done"),
        "running": Text("进行中", "under way"),
        "later": Text("未开始", "not begun"),
        "ask": Text("无证据", "no evidence"),
        "overdue": Text("逾期", "overdue"),
    }

    def parts(*counts: int) -> list[tuple[str, int, Text]]:
        return [(s, n, w) for (s, w), n in zip(words.items(), counts, strict=True)]

    return {
        "decisions": [
            (
                Text("批准重设床位：外二科 12 张停用 8 个月", "Approve: 12 Surgery 2 beds closed"),
                Text("使用率 97.9 %，内二科已加床", "Occupancy 97.9 %; Medicine 2 has extra beds"),
                Text("医务科 7月2日报", "Medical affairs, 2 July"),
            ),
            (
                Text("问责：急诊科利器盒两次检查未整改", "Accountability: sharps boxes, Emergency"),
                Text("责任人 急诊科主任 何涛", "Answers: He Tao, head of Emergency"),
                Text("院感科 7月3日报", "Infection control, 3 July"),
            ),
        ],
        "changed": changed(),
        "whose": [
            (
                Text("CT 年度计量检定", "CT annual calibration"),
                Text("设备科", "Equipment"),
                Text("吴磊", "Wu Lei"),
                21,
            ),
            (
                Text("利器盒整改", "Sharps boxes"),
                Text("急诊科", "Emergency"),
                Text("何涛", "He Tao"),
                9,
            ),
        ],
        "totals": parts(41, 12, 3, 4, 4),
        "progress": [
            {
                "name": Text("高原，医疗、质量", "Gao Yuan, clinical"),
                "count": 22,
                "parts": parts(14, 4, 1, 2, 1),
            },
            {
                "name": Text("林芳，护理、院感", "Lin Fang, nursing"),
                "count": 14,
                "parts": parts(9, 3, 0, 1, 1),
            },
        ],
    }


def plan() -> dict[str, Any]:
    return {
        "segments": segments(),
        "owner": Text("责任部门", "owner"),
        "deadline": Text("期限", "deadline"),
    }


def fields() -> dict[str, Any]:
    return {
        "text": field("note", "说明", "Note", value="", hint=Text("写事实", "Facts only")),
        "date": field("on", "日期", "Date", value="2026-07-06"),
        "time": field(
            "arrived",
            "到场",
            "Arrived",
            value="09:31",
            error=Text(
                "到场 09:31 早于报警 09:38。请改到场时间。", "Arrival 09:31 is before 09:38."
            ),
        ),
        "datetime": field("at", "发生时间", "Happened at", value="2026-07-06T09:31"),
        "select": field("who", "交接人", "Handed over by", choices=CHOICES, required=True),
        "choice": field("kind", "类别", "Kind", choices=CHOICES, value="b", required=True),
        "multi": field("kinds", "种类", "Kinds", choices=CHOICES, value=["a"]),
        "flag": field("sealed", "已封口", "Sealed", value="yes"),
        "file": field("photo", "照片", "Photo", accept="image/*", capture=True),
        "amount": field("weight", "重量", "Weight", unit="kg", plain=True, value="3.2"),
        "rows": field(
            "people",
            "参加人员",
            "Who took part",
            columns=[{"label": SCORE, "kind": "number"}, {"label": RESULT, "kind": "choice"}],
            rows=[
                {
                    "name": name,
                    "note": Text("护士", "Nurse"),
                    "cells": [
                        {"name": f"people-{i}-0", "label": SCORE, "kind": "number"},
                        {
                            "name": f"people-{i}-1",
                            "label": RESULT,
                            "kind": "choice",
                            "choices": CHOICES,
                        },
                    ],
                }
                for i, name in enumerate((Text("李婷", "Li Ting"), Text("陈静", "Chen Jing")))
            ],
            adding=Text("加一人", "Add a person"),
        ),
    }


def components() -> dict[str, Any]:
    return {
        "states": list(STATES),
        "signal_names": list(SIGNALS),
        "clocks": [
            clock("running", 1241, 1800),
            clock("near", 31, 120),
            clock("overdue", -14, 120),
        ],
        "why": Text("去年没有登记", "not recorded last year"),
        "clash": Text("没有保存：到场时间早于报警时间", "Not saved: arrival is before the alarm"),
        "clash_words": Text("报警 09:38:12，填的是 09:31。", "Alarm 09:38:12, arrival 09:31."),
        "nothing": Text("今天没有要做的了", "Nothing left to do today"),
        "next": Text("下一项：明天 08:00 药品冰箱测温", "Next: tomorrow 08:00, read the fridge"),
        "errors": [
            {
                "field": "arrived",
                "why": Text("到场 09:31 早于报警 09:38", "Arrival 09:31, alarm 09:38"),
            }
        ],
        "fields": fields(),
        "segments": segments(),
        "filters": scorecard()["filters"],
    }


def wall() -> dict[str, Any]:
    return {
        "clocks": [
            clock("near", 200, 900),
            clock("running", 372, 600),
            clock("running", 1241, 1800),
        ],
        "overdue": today()["overdue"],
        "theme": "dark",
    }


def sign_in() -> dict[str, Any]:
    return {
        "nav": [],
        "person": None,
        "as_of": None,
        "username": "20137",
        "error": {
            "title": Text("工号或密码不对", "Wrong staff number or password"),
            "words": Text(
                "还可再试 3 次，之后锁定 15 分钟。", "3 more tries, then locked for 15 min."
            ),
        },
        "links": [{"url": "#", "label": Text("查价格", "Look up a price")}],
    }


PAGES = {
    "scores": scores,
    "president": president,
    "plan": plan,
    "components": components,
    "wall": wall,
    "sign_in": sign_in,
}
