"""Owners come from what is written, never from what the work is about.

Every plan is read twice: as it stands, and with its owners changing places. The second reading
must name, sentence by sentence, whoever now stands there.
"""

from __future__ import annotations

import re

import pytest

from wardround.reading.plan import read

PLANS = {
    "tags": (
        "一、重点任务\n1.抗菌药物使用强度≤40DDDs，每月点评处方。（药学部）\n"
        "2.基础护理合格率≥95%。（责任科室：护理部）\n3.7月底前完成消防演练。（保卫处）\n"
        "4.收入增长8%。（财务处）\n"
    ),
    "agents": (
        "护理部每周检查病区。药学部负责处方点评，财务处于6月底前完成预算分析。\n"
        "由保卫处组织消防培训，护理部配合。\n"
    ),
    "table": (
        "| 工作 | 目标 | 责任科室 | 完成时限 |\n| --- | --- | --- | --- |\n"
        "| 手卫生 | 依从率≥90% | 护理部 | 9月底 |\n| 处方点评 | 每月100张 | 药学部 | 长期 |\n"
        "| 消防 | 隐患整改率100% | 保卫处 | 6月 |\n| 预算 | 执行率95% | 财务处 | 12月 |\n"
    ),
}
OWNERS = {"护理部": "财务处", "财务处": "保卫处", "保卫处": "药学部", "药学部": "护理部"}


@pytest.mark.parametrize("plan", PLANS)
def test_swapped_owners_are_read_as_swapped(plan: str) -> None:
    names = re.compile("|".join(OWNERS))
    swapped = names.sub(lambda name: OWNERS[name.group()], PLANS[plan])
    before = [s.owners for s in read(PLANS[plan])]
    after = [s.owners for s in read(swapped)]
    assert {name for owners in before for name in owners} == set(OWNERS)
    assert after == [tuple(OWNERS[name] for name in owners) for owners in before]


def test_swapped_owners_in_english() -> None:
    text = (
        "1. {} will audit prescriptions weekly.\n2. {} checks falls each month.\n3. Cut waste. ({})"
    )
    names = ("The Pharmacy Team", "The Nursing Directorate", "Finance Department")
    for turn in range(3):
        now = names[turn:] + names[:turn]
        assert [s.owners for s in read(text.format(*now))] == [
            (name.removeprefix("The "),) for name in now
        ]
