"""Whether a change is good, whether a target will be met, and how much may be said of it.

`spc` finds what is special; here the indicator's direction makes it better or worse. The
sentence never claims more than the rule found: within the limits nothing has changed, and one
good month is not "the target is met".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from wardround.figure import Direction, Target
from wardround.indicator.spc import ENOUGH, FEWEST, RUN, Chart, Flag, Rule, Side
from wardround.text import Text

Change = Literal["common", "improving", "concerning", "neutral", "none"]
Assurance = Literal["P", "F", "?"]

CHANGES: dict[Change, Text] = {
    "common": Text("普通波动", "Common-cause variation"),
    "improving": Text("特殊原因变化·改善", "Special cause: improving"),
    "concerning": Text("特殊原因变化·恶化", "Special cause: concerning"),
    "neutral": Text("特殊原因变化", "Special cause"),
    "none": Text("暂不判断", "No judgement yet"),
}
ASSURANCES: dict[Assurance, Text] = {
    "P": Text("稳定达标", "Target met reliably"),
    "F": Text("稳定未达标", "Target missed reliably"),
    "?": Text("时达时不达", "Hit or miss"),
}


@dataclass(frozen=True, slots=True)
class Variation:
    """The state of the last point: what kind of change, and by which rule and side."""

    change: Change
    flag: Flag | None = None

    @property
    def letter(self) -> str:
        """H or L for a special cause, so that a colour never stands alone."""
        return "" if self.flag is None else self.flag.side[0].upper()


def change(flag: Flag | None, direction: Direction) -> Change:
    """What a flag means for an indicator that should go up, or down, or neither."""
    if flag is None:
        return "common"
    if direction not in ("up", "down"):
        return "neutral"
    return "improving" if (flag.side == "high") == (direction == "up") else "concerning"


def variation(chart: Chart, direction: Direction) -> Variation:
    """The state of the chart's last point; none without limits or without that point."""
    if not chart.limited or chart.points[-1] is None:
        return Variation("none")
    return Variation(change(chart.flags[-1], direction), chart.flags[-1])


def assurance(chart: Chart, target: Target | None, direction: Direction) -> Assurance | None:
    """Whether the target will be met, by the last segment's limits. None: nothing to say.

    A target at the edge of what is possible (100 %, 0) that none of the last 12 points met is
    F, although the limits reach it.
    """
    if target is None or not chart.limited:
        return None
    line = chart.lines[-1]
    lower = -math.inf if line.lower is None else line.lower
    upper = math.inf if line.upper is None else line.upper
    low, high = _wanted(target, direction)
    if lower >= low and upper <= high:
        return "P"
    if upper < low or lower > high:
        return "F"
    known = [x for x in chart.points if x is not None][-ENOUGH:]
    at_edge = low >= chart.bounds[1] or high <= chart.bounds[0]
    return "F" if at_edge and not any(target.met_by(x) for x in known) else "?"


def _wanted(target: Target, direction: Direction) -> tuple[float, float]:
    """The band of values that a target asks for; `= 100` for an upward indicator is `>= 100`."""
    if target.op in (">=", ">") or (target.op == "=" and direction == "up"):
        return target.low, math.inf
    if target.op in ("<=", "<") or (target.op == "=" and direction == "down"):
        return -math.inf, target.high
    return target.low, target.high


_FOUND: dict[Rule, Text] = {
    "outside": Text(
        "最近一期{beyond}控制{limit}限", "the latest value is {beyond} the {limit} limit"
    ),
    "trend": Text("最近 {run} 期逐期{moves}", "the last {run} values {moves} without a break"),
    "two_of_three": Text(
        "最近 3 期中至少 2 期接近控制{limit}限",
        "at least 2 of the last 3 values are near the {limit} limit",
    ),
    "shift": Text(
        "最近 {run} 期都{beyond}中心线", "the last {run} values are all {beyond} the centre"
    ),
}
_SIDES: dict[Side, dict[str, Text]] = {
    "high": {
        "beyond": Text("高于", "above"), "limit": Text("上", "upper"), "moves": Text("上升", "rise")
    },
    "low": {
        "beyond": Text("低于", "below"), "limit": Text("下", "lower"), "moves": Text("下降", "fall")
    },
}  # fmt: skip
_CHANGED: dict[Change, Text] = {
    "improving": Text("{name}有改善：{found}", "{name} is improving: {found}"),
    "concerning": Text("{name}有恶化：{found}", "{name} is getting worse: {found}"),
    "neutral": Text("{name}有变化：{found}", "{name} has changed: {found}"),
    "common": Text("{name}无显著变化，在普通波动范围内", "{name} shows no significant change"),
}
_ASSURED: dict[Assurance, Text] = {
    "P": Text("照此可稳定达到目标 {target}", "it will keep meeting the target {target}"),
    "F": Text("照此达不到目标 {target}", "it will not meet the target {target} as things are"),
    "?": Text("目标 {target} 时达时不达", "the target {target} is hit or miss"),
}
_TRIAL = Text("（试用界限，仅 {n} 期）", " (trial limits, {n} points only)")
_TOO_FEW = Text(
    "{name}只有 {n} 期数据，不足 {fewest} 期，不作判断",
    "{name} has {n} points, fewer than {fewest}: no judgement yet",
)
_GAP = Text("{name}最近一期没有数据，不作判断", "{name} has no value for the latest period")


def sentence(
    name: Text, chart: Chart, direction: Direction, target: Target | None, unit: Text | None = None
) -> Text:
    """One sentence about a series: whether it changed, by which rule, and the target's chance.

    `unit` is the symbol to write behind the target.
    """
    known = sum(x is not None for x in chart.points)
    if not chart.points or chart.points[-1] is None:
        return _ended(_GAP.format(name=name))
    if not chart.limited:
        return _ended(_TOO_FEW.format(name=name, n=known, fewest=FEWEST))
    state = variation(chart, direction)
    said = _CHANGED[state.change].format(name=name, found=_found(state.flag))
    sure = assurance(chart, target, direction)
    if sure:
        more = _ASSURED[sure].format(target=_with(str(target), unit))
        said = Text(f"{said.zh}；{more.zh}", f"{said.en}; {more.en}")
    if chart.trial:
        trial = _TRIAL.format(n=known)
        said = Text(said.zh + trial.zh, said.en + trial.en)
    return _ended(said)


def _found(flag: Flag | None) -> Text:
    return _FOUND[flag.rule].format(run=RUN, **_SIDES[flag.side]) if flag else Text("", "")


def _with(words: str, unit: Text | None) -> Text:
    """A number with its unit; a space before words, none before % and ‰."""
    symbol = unit or Text("", "")
    gap = "" if symbol.en in ("", "%", "‰") else " "
    return Text(f"{words}{gap}{symbol.zh}", f"{words}{gap}{symbol.en}")


def _ended(said: Text) -> Text:
    return Text(f"{said.zh}。", f"{said.en[0].upper()}{said.en[1:]}.")
