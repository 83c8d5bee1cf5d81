"""A small hospital with four indicators, one of which truly changed and one without data."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.report.memory import AT, MemoryFacts
from wardround.catalogue.load import load
from wardround.catalogue.model import Report
from wardround.catalogue.organisation import load_hospital
from wardround.report.facts import CaseLine, InspectionLine, PlanLine
from wardround.text import Text, same

SMALL = Path(__file__).parent / "small"


@pytest.fixture(scope="session")
def facts() -> MemoryFacts:
    catalogue = load(SMALL)
    hospital = load_hospital(SMALL / "hospital.toml", catalogue)
    found = MemoryFacts(
        hospital, catalogue, moved={"stay": -0.15}, none=frozenset({"pain"}),
        owed=["ward_round_done"],
    )  # fmt: skip
    ward = hospital.department["ward_2"].name
    nobody = Text("", "")
    found.plan = [
        PlanLine("1", Text("1.平均住院日控制在9天以内。（责任科室：内二科）",
                           "1. A mean stay of no more than 9 days (Medical ward 2)."),
                 "target", ward, None, "under_way",
                 figures=(found.figure("stay"),), section=Text("一、提高质量", "1. Quality")),
        PlanLine("2", Text(*("制定疼痛评估制度",) * 2), "policy", nobody, None, "overdue",
                 deadline=date(2026, 5, 31), section=Text("一、提高质量", "1. Quality"),
                 asks=(Text("责任科室", "Owner"),)),
        PlanLine("3", Text("更换呼叫系统xx套", "Replace XX call systems"), "project", ward, None,
                 "under_way", deadline=date(2026, 9, 30),
                 section=Text("二、改善服务", "2. Service"), query="/plans/abc/?item=3"),
    ]  # fmt: skip
    found.seen = [
        InspectionLine(Text("院感督查", "Infection round"), ward, date(2026, 5, 6), 92.0, 2,
                       same("利器盒未封口"), "/entries/7"),
    ]  # fmt: skip
    found.opened = {
        "rectification": [
            CaseLine(Text("整改", "Rectification"), same("利器盒未封口"), ward,
                     datetime(2026, 5, 6, 9, tzinfo=AT.tzinfo), Text("通知", "Notified"), None,
                     True, Text("陈静", "Chen Jing"), "/cases/7"),
        ],
    }  # fmt: skip
    return found


@pytest.fixture(scope="session")
def report(facts: MemoryFacts) -> Report:
    return facts.catalogue.reports["summary"]
