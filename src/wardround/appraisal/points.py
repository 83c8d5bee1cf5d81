"""Points lost, earned and added by the rules of a line, with the reason in words.

Decides how an amount becomes points; what the amount is, is `line`'s matter. Nothing is rounded
but what is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from wardround.catalogue.scheme import Line, Points
from wardround.text import Text

HAIR = 1e-9
"""What floating point may be out by."""
Amount = Callable[[Points, bool], float]
"""How much counts for these points; True asks for what is good, False for what is bad."""
_LOST, _EARNED, _ADDED = Text("扣", "lost"), Text("得", "earned"), Text("加", "added")


class Came(NamedTuple):
    """Points of the weight, points beside it, and the reasons."""

    points: float
    beside: float
    why: tuple[Text, ...]


def by_points(line: Line, amount: Amount) -> Came:
    """Deductions from the weight (or from the total), points earned, bonuses beside."""
    lost, why_lost = _moved(line.deduct, amount, False, line.cumulative, _LOST)
    gained, why_gained = _moved(line.earn, amount, True, True, _EARNED)
    extra, why_extra = _moved(line.bonus, amount, True, True, _ADDED)
    why = (*why_lost, *why_gained, *why_extra)
    if not line.weight:
        return Came(0.0, extra - lost, why)
    if line.earn:
        return Came(min(line.weight, gained), extra, why)
    if lost > line.weight:
        why += (Text("扣完为止。", "Nothing is left of the line."),)
    return Came(max(0.0, line.weight - lost), extra, why)


def _moved(
    rules: Sequence[Points], amount: Amount, good: bool, cumulative: bool, verb: Text
) -> tuple[float, tuple[Text, ...]]:
    """Points moved by several causes: all of them, or the largest alone."""
    moved: list[float] = []
    said: list[Text] = []
    for rule in rules:
        much = amount(rule, good)
        points = _steps(rule, much) * rule.points
        capped = points if rule.at_most is None else min(points, rule.at_most)
        moved.append(capped)
        if not points:
            continue
        most = told(capped)
        cap = (f"（最多 {most}）", f" (at most {most})") if capped < points else ("", "")
        said.append(Text(
            f"{told(much)}，每 {told(rule.each)} {verb.zh} {told(rule.points)} 分，"
            f"{verb.zh} {most} 分{cap[0]}。",
            f"{told(much)}, {told(rule.points)} for each {told(rule.each)}: "
            f"{most} {verb.en}{cap[1]}.",
        ))  # fmt: skip
    if cumulative or len(moved) < 2:
        return sum(moved), tuple(said)
    only = Text("不累计，只计最大的一项。", "These do not add up: the largest alone counts.")
    return max(moved), (*said, only) if len(said) > 1 else tuple(said)


def _steps(rule: Points, amount: float) -> float:
    count = amount / rule.each
    if rule.steps == "part":
        return count
    return float(math.floor(count + HAIR) if rule.steps == "whole" else math.ceil(count - HAIR))


def rounded(points: float) -> float:
    """Half up to two decimals; a hair's breadth of floating point is forgiven."""
    return math.floor(points * 100 + 0.5 + 1e-7) / 100


def told(number: float) -> str:
    """A number as people write it: at most two decimals, no zeros at the end."""
    return f"{rounded(number):.2f}".rstrip("0").rstrip(".")


def join(parts: Sequence[Text]) -> Text:
    """Sentences one after the other."""
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))
