"""Whether a change is good, whether a target will be met, and how much may be said of it.

`spc` finds what is special; here the indicator's direction makes it better or worse. The
sentence never claims more than the rule found: within the limits nothing has changed, and one
good month is not "the target is met".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wardround.figure import Charting, ChartKind, Direction, Target
from wardround.indicator import spc
from wardround.indicator.spc import (
    ENOUGH,
    FEWEST,
    RUN,
    SPREAD,
    Chart,
    Flag,
    Peer,
    Proposal,
    Rule,
    Side,
)
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


def facing(chart: Chart, direction: Direction) -> Direction:
    """Where the chart's points should go: longer stretches between what should fall are good."""
    turned: dict[Direction, Direction] = {"up": "down", "down": "up"}
    return turned.get(direction, direction) if chart.turned else direction


def variation(chart: Chart, direction: Direction) -> Variation:
    """The state of the chart's last point; none without limits or without that point."""
    if not chart.limited or chart.points[-1] is None:
        return Variation("none")
    return Variation(change(chart.flags[-1], facing(chart, direction)), chart.flags[-1])


def assurance(chart: Chart, target: Target | None, direction: Direction) -> Assurance | None:
    """Whether the target will be met, by the last point's limits. None: nothing to say, and
    nothing where points are stretches between events, which no target speaks of.

    A target at the edge of what is possible (100 %, 0) that none of the last 12 points met is
    F, although the limits reach it.
    """
    if target is None or not chart.limited or chart.gaps:
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
_FOUND_GAPS: dict[Rule, Text] = {
    "outside": Text(
        "最近一次间隔{beyond}控制{limit}限", "the latest gap is {beyond} the {limit} limit"
    ),
    "trend": Text(
        "最近 {run} 次间隔一次比一次{length}", "the last {run} gaps get {longer} each time"
    ),
    "two_of_three": Text(
        "最近 3 次间隔中至少 2 次接近控制{limit}限",
        "at least 2 of the last 3 gaps are near the {limit} limit",
    ),
    "shift": Text(
        "最近 {run} 次间隔都{beyond}中心线", "the last {run} gaps are all {beyond} the centre"
    ),
}
_SIDES: dict[Side, dict[str, Text]] = {
    "high": {
        "beyond": Text("高于", "above"), "limit": Text("上", "upper"),
        "moves": Text("上升", "rise"), "length": Text("长", "long"),
        "longer": Text("长", "longer"),
    },
    "low": {
        "beyond": Text("低于", "below"), "limit": Text("下", "lower"),
        "moves": Text("下降", "fall"), "length": Text("短", "short"),
        "longer": Text("短", "shorter"),
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
_TOO_FEW_GAPS = Text(
    "{name}只有 {n} 次间隔，不足 {fewest} 次，不作判断",
    "{name} has {n} gaps between events, fewer than {fewest}: no judgement yet",
)
_RARE = Text(
    "{name}平均每月不足一例，没有哪个月突然增多；变多变少要看两例之间的间隔",
    "{name} counts less than one event a month, and no month had a burst; whether they become more"
    " or fewer shows in the gaps between them",
)
_GAP = Text("{name}最近一期没有数据，不作判断", "{name} has no value for the latest period")


def sentence(
    name: Text, chart: Chart, direction: Direction, target: Target | None, unit: Text | None = None
) -> Text:
    """One sentence about a series: whether it changed, by which rule, and the target's chance.

    `unit` is the symbol to write behind the target.
    """
    if not chart.limited and chart.gaps:
        return _ended(_TOO_FEW_GAPS.format(name=name, n=chart.known, fewest=FEWEST))
    if not chart.points or chart.points[-1] is None:
        return _ended(_GAP.format(name=name))
    if not chart.limited:
        return _ended(_TOO_FEW.format(name=name, n=chart.known, fewest=FEWEST))
    state = variation(chart, direction)
    found = _FOUND_GAPS if chart.gaps else _FOUND
    words = _RARE if chart.rare and state.flag is None else _CHANGED[state.change]
    said = words.format(name=name, found=_found(found, state.flag))
    sure = assurance(chart, target, direction)
    if sure:
        more = _ASSURED[sure].format(target=_with(str(target), unit))
        said = Text(f"{said.zh}；{more.zh}", f"{said.en}; {more.en}")
    if chart.trial:
        trial = _TRIAL.format(n=chart.known)
        said = Text(said.zh + trial.zh, said.en + trial.en)
    return _ended(said)


def _found(words: dict[Rule, Text], flag: Flag | None) -> Text:
    return words[flag.rule].format(run=RUN, **_SIDES[flag.side]) if flag else Text("", "")


def _with(words: str, unit: Text | None) -> Text:
    """A number with its unit; a space before words, none before % and ‰."""
    symbol = unit or Text("", "")
    gap = "" if symbol.en in ("", "%", "‰") else " "
    return Text(f"{words}{gap}{symbol.zh}", f"{words}{gap}{symbol.en}")


def _ended(said: Text) -> Text:
    return Text(f"{said.zh}。", f"{said.en[0].upper()}{said.en[1:]}.")


# -- what is said beside a chart -----------------------------------------------------------------

KINDS: dict[ChartKind, Text] = {
    "xmr": Text("XmR 图（单值与移动极差）", "XmR chart (individual values)"),
    "p": Text("p 图（比例）", "p chart (proportion)"),
    "p'": Text("p′ 图（比例，已按离散放宽）", "p′ chart (proportion, widened)"),
    "u": Text("u 图（发生率）", "u chart (rate)"),
    "u'": Text("u′ 图（发生率，已按离散放宽）", "u′ chart (rate, widened)"),
    "c": Text("c 图（件数）", "c chart (count)"),
    "g": Text("g 图（两例之间隔了多少例次）", "g chart (opportunities between events)"),
    "t": Text("t 图（两例之间隔了多久）", "t chart (time between events)"),
}
_BECAUSE: dict[ChartKind, Text] = {
    "xmr": Text(
        "金额、平均数、分数、时点数这类数值没有已知的抽样误差，界限由相邻各期的差别定出",
        "an amount, a mean, a score or a level has no known size of chance: the limits come from"
        " how it moves month to month",
    ),
    "p": Text(
        "分子是分母中的一部分，界限随每期分母的大小而变",
        "the numerator is part of the denominator: the limits follow each month's denominator",
    ),
    "p'": Text(
        "分子是分母中的一部分，但各期差别是抽样误差的 {spread} 倍，界限按此放宽",
        "the numerator is part of the denominator, but months differ {spread} times as much as"
        " chance makes them, so the limits are wider by that",
    ),
    "u": Text(
        "数的是事件，分母是发生事件的机会或时间，界限随每期分母而变",
        "it counts events against exposure: the limits follow each month's exposure",
    ),
    "u'": Text(
        "数的是事件，但各期差别是偶然误差的 {spread} 倍，界限按此放宽",
        "it counts events against exposure, but months differ {spread} times as much as chance"
        " makes them, so the limits are wider by that",
    ),
    "c": Text("数的是每期发生多少件", "it counts what happens in a month"),
    "g": Text(
        "平均每月不足一例，逐月看不出变化；看每两例之间隔了多少例次，间隔越长越少发生",
        "less than one event a month, so months show nothing; it counts the opportunities from one"
        " event to the next: the longer, the rarer",
    ),
    "t": Text(
        "平均每月不足一例，逐月看不出变化；看每两例之间隔了多少天，间隔越长越少发生",
        "less than one event a month, so months show nothing; it counts the days from one event to"
        " the next: the longer, the rarer",
    ),
}
_SCATTERED = Text(
    "数的是每期发生多少件，但各期差别是偶然误差的 {spread} 倍，界限改由相邻各期的差别定出",
    "it counts what happens in a month, but months differ {spread} times as much as chance makes"
    " them, so the limits come from how it moves month to month",
)
_BURSTS = Text(
    "；平均每月不足一例，只看有没有哪个月突然增多",
    "; with less than one event a month it shows bursts and nothing else",
)
_DECLARED = Text("（由指标声明指定）", " (named by the declaration)")


def chosen(chart: Chart, how: Charting) -> Text:
    """Which chart it is, and why it is that one."""
    counted = chart.kind == "xmr" and (chart.sigma_z or 0) > SPREAD
    because = _SCATTERED if counted else _BECAUSE[chart.kind]
    spread = f"{chart.sigma_z or 1:.1f}"
    why = Text(because.zh.format(spread=spread), because.en.format(spread=spread))
    more = [_DECLARED] * how.declared + [_BURSTS] * (chart.rare is not None)
    kind, zh, en = KINDS[chart.kind], "".join(t.zh for t in more), "".join(t.en for t in more)
    return Text(f"{kind.zh}：{why.zh}{zh}。", f"{kind.en}: {why.en}{en}.")


_PROPOSED = Text(
    "自{since}起连续 {n} 期都{side}中心线，原来的界限可能已不适用。如果知道当时改变了什么，"
    "可由负责人在指标声明里写明日期和原因，重设基线；系统不会自行重设。",
    "Since {since} all {n} values lie {side} the centre; the old limits may no longer fit. If it is"
    " known what changed then, the person responsible may declare a new baseline with its date and"
    " reason; it is never set by itself.",
)


def proposed(found: Proposal, since: Text) -> Text:
    """A new baseline as it is put to a person, `since` a month or day in words."""
    side = _SIDES[found.side]["beyond"]
    return _PROPOSED.format(since=since, n=found.points, side=side)


def places(peers: Sequence[Peer], direction: Direction) -> dict[str, tuple[int, int]]:
    """Department → its best and worst place among its peers; none where no end is the good one."""
    if direction not in ("up", "down"):
        return {}
    return spc.places(peers, "high" if direction == "up" else "low")
