"""What a chart lets one say: better or worse, target or not, and nothing beyond the rule."""

from __future__ import annotations

import pytest

from tests.indicator.test_spc import OCCUPANCY, SATISFACTION, STAY
from wardround.figure import Direction, Target
from wardround.indicator import judge, spc
from wardround.indicator.spc import Flag
from wardround.text import Text

NAME = Text("平均住院日", "Average stay")
STEADY = [95.0, 96, 95, 96, 95, 96, 95, 96, 95, 96, 95, 96]  # 95.5 ± 2.66


@pytest.mark.parametrize(
    ("side", "direction", "change"),
    [
        ("high", "up", "improving"), ("low", "up", "concerning"), ("high", "down", "concerning"),
        ("low", "down", "improving"), ("high", "range", "neutral"), ("low", "none", "neutral"),
    ],
)  # fmt: skip
def test_direction_makes_a_change_good_or_bad(
    side: spc.Side, direction: Direction, change: str
) -> None:
    assert judge.change(Flag("shift", side), direction) == change


def test_the_last_point_is_the_state() -> None:
    better = judge.variation(spc.xmr(STAY), "down")
    assert (better.change, better.letter) == ("improving", "L")
    worse = judge.variation(spc.xmr(OCCUPANCY), "none")
    assert (worse.change, worse.letter) == ("neutral", "H")
    calm = judge.variation(spc.xmr(SATISFACTION), "up")
    assert (calm.change, calm.letter) == ("common", "")
    assert judge.variation(spc.xmr(STAY[:4]), "down").change == "none"
    assert judge.variation(spc.xmr([*STAY, None]), "down").change == "none"


@pytest.mark.parametrize(
    ("target", "direction", "found"),
    [
        (">= 92", "up", "P"), (">= 95", "up", "?"), (">= 99", "up", "F"),
        ("<= 92", "down", "F"), ("<= 96", "down", "?"), ("<= 99", "down", "P"),
        ("92..99", "range", "P"), ("95..99", "range", "?"), ("99..100", "range", "F"),
        ("85..90", "range", "F"), ("= 99", "up", "F"), ("= 92", "down", "F"), ("= 95", "none", "?"),
    ],
)  # fmt: skip
def test_assurance_by_the_limits(target: str, direction: Direction, found: str) -> None:
    assert judge.assurance(spc.xmr(STEADY), Target.parse(target), direction) == found


def test_assurance_on_the_worked_examples() -> None:
    assert judge.assurance(spc.xmr(OCCUPANCY), Target.parse("85..93"), "range") == "?"
    first = spc.xmr(OCCUPANCY, baseline=12)
    assert judge.assurance(first, Target.parse("85..93"), "range") == "?"
    assert judge.assurance(spc.xmr(STAY), Target.parse("<= 9"), "down") == "?"
    assert judge.assurance(spc.xmr(SATISFACTION), Target.parse(">= 95"), "up") == "?"


def test_a_target_at_the_edge_that_is_never_met_is_missed() -> None:
    target = Target.parse(">= 100")
    points = [98.0, 99, 97, 99, 98, 99.5, 97, 99, 98, 99, 97, 99.5]
    assert judge.assurance(spc.xmr(points, bounds=(0, 100)), target, "up") == "F"
    once = [*points[:-1], 100.0]
    assert judge.assurance(spc.xmr(once, bounds=(0, 100)), target, "up") == "?"
    assert judge.assurance(spc.xmr([100.0] * 12, bounds=(0, 100)), target, "up") == "P"


def test_without_target_or_limits_nothing_is_assured() -> None:
    assert judge.assurance(spc.xmr(STAY), None, "down") is None
    assert judge.assurance(spc.xmr(STAY[:4]), Target.parse("<= 9"), "down") is None


def test_the_last_segment_decides() -> None:
    points = [*[10.0, 11] * 3, *[50.0, 51] * 3]
    target = Target.parse(">= 40")
    assert judge.assurance(spc.xmr(points, rebase=[6]), target, "up") == "P"
    assert judge.assurance(spc.xmr(points[:6]), target, "up") == "F"


@pytest.mark.parametrize(
    ("points", "direction", "target", "zh", "en"),
    [
        (
            STAY, "down", "<= 9",
            "平均住院日有改善：最近一期低于控制下限；目标 ≤ 9 天 时达时不达。",
            "Average stay is improving: the latest value is below the lower limit;"
            " the target ≤ 9 days is hit or miss.",
        ),
        (
            [5, 1, 5, 1, 5, 1, 5, 1, 4.9, 4.5, 4.2, 3.9, 3.5, 3.1, 2.2], "down", None,
            "平均住院日有改善：最近 7 期逐期下降。",
            "Average stay is improving: the last 7 values fall without a break.",
        ),
        (
            [0, 4, 0, 4, 0, 4, 0, 4, 0, 3, 3.2, 3, 3.2, 3, 3.2, 3], "none", None,
            "平均住院日有变化：最近 7 期都高于中心线。",
            "Average stay has changed: the last 7 values are all above the centre.",
        ),
        (
            [9.0, 9.4, 9.0, 9.4, 9.0, 9.4, 9.0, 9.4, 9.0, 9.4, 9.0, 9.4, 10.2, 10.2], "down", None,
            "平均住院日有恶化：最近 3 期中至少 2 期接近控制上限。",
            "Average stay is getting worse: at least 2 of the last 3 values are near the upper"
            " limit.",
        ),
        (
            SATISFACTION, "up", ">= 90",
            "平均住院日无显著变化，在普通波动范围内；照此可稳定达到目标 ≥ 90 天。",
            "Average stay shows no significant change; it will keep meeting the target ≥ 90 days.",
        ),
        (
            SATISFACTION[:8], "up", ">= 99",
            "平均住院日无显著变化，在普通波动范围内；照此达不到目标 ≥ 99 天（试用界限，仅 8 期）。",
            "Average stay shows no significant change; it will not meet the target ≥ 99 days as"
            " things are (trial limits, 8 points only).",
        ),
        (
            STAY[:4], "down", "<= 9",
            "平均住院日只有 4 期数据，不足 5 期，不作判断。",
            "Average stay has 4 points, fewer than 5: no judgement yet.",
        ),
        (
            [*STAY, None], "down", "<= 9",
            "平均住院日最近一期没有数据，不作判断。",
            "Average stay has no value for the latest period.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_what_the_rule_found(
    points: list[float], direction: Direction, target: str | None, zh: str, en: str
) -> None:
    aim = Target.parse(target) if target else None
    said = judge.sentence(NAME, spc.xmr(points), direction, aim, Text("天", "days"))
    assert said == Text(zh, en)


def test_a_percentage_keeps_its_sign_close() -> None:
    said = judge.sentence(NAME, spc.xmr(STEADY), "up", Target.parse(">= 92"), Text("%", "%"))
    assert "目标 ≥ 92%。" in said.zh
    assert said.en.endswith("≥ 92%.")
