"""Points for departments, by a declared scheme, every step kept and said in words.

Decides how the lines' points become a total, a coefficient and a place, and which differences
between departments are more than chance. Posting, appeal and pay are the store's matter. Nothing
is rounded before the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wardround.appraisal.facts import DepartmentFacts, LineScore, Registers
from wardround.appraisal.line import line_score
from wardround.appraisal.points import HAIR, rounded, told
from wardround.catalogue.scheme import Scheme
from wardround.text import Text

Differs = Literal["above", "below"] | None


@dataclass(frozen=True, slots=True)
class Score:
    """A department's points, 0 to `full` + the cap of bonuses; None if no line applies.

    `low` and `high` are its margin; `steps` say how the total was worked, in order.
    """

    department: str
    points: float | None
    lines: tuple[LineScore, ...]
    vetoed: Text | None
    not_applicable: tuple[LineScore, ...]
    coefficient: float | None
    full: float
    low: float
    high: float
    steps: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A department's place as a range: `rank_low` is the best that chance allows.

    `differs` only where the whole margin lies above or below the mean of the departments.
    """

    department: str
    score: Score
    points: float
    low: float
    high: float
    rank_low: int
    rank_high: int
    differs: Differs


def score(scheme: Scheme, facts: DepartmentFacts, registers: Registers) -> Score:
    """Score one department.

    Order: value → rule of the line → its cap → sum → rescaling for lines that do not apply →
    bonuses (capped) and deductions beside the weights → veto → coefficient.
    """
    lines: list[LineScore] = []
    absent: list[LineScore] = []
    for number, line in enumerate(scheme.line):
        found, applies = line_score(number, line, facts, registers)
        (lines if applies else absent).append(found)
    named = [found.name for found in lines if found.vetoed]
    veto = Text(f"{named[0].zh}：一票否决。", f"{named[0].en}: veto.") if named else None
    points: float | None = None
    coefficient: float | None = None
    low = high = 0.0
    steps = [Text("没有一行可以计分。", "No line could be scored.")]
    if weight := sum(found.weight for found in lines):
        points, steps = _total(scheme, lines, weight)
        low, high = _margin(scheme, lines, weight, points)
    if veto:
        points = coefficient = low = high = 0.0
        steps.append(Text(f"{veto.zh}总分记 0。", f"{veto.en} The total is 0."))
    elif points is not None and scheme.band:
        coefficient, why = _coefficient(scheme, rounded(points))
        steps.append(why)
    points = None if points is None else rounded(points)
    return Score(facts.department, points, tuple(lines), veto, tuple(absent), coefficient,
                 scheme.full, rounded(low), rounded(high), tuple(steps))  # fmt: skip


def rank(scores: Sequence[Score]) -> list[Ranked]:
    """Departments, best first, each with the range of its place. Unscored ones are left out.

    Vetoed departments stand last and take no part in the mean.
    """
    scored = [(s, s.points) for s in scores if s.points is not None]
    free = [points for s, points in scored if not s.vetoed]
    mean = sum(free) / len(free) if free else 0.0
    found = []
    for s, points in sorted(scored, key=lambda pair: (-pair[1], pair[0].department)):
        better = sum(other.low > s.high for other, _ in scored)
        worse = sum(other.high < s.low for other, _ in scored)
        above: Literal["above"] | None = "above" if s.low > mean else None
        differs: Differs = "below" if s.high < mean else above
        found.append(Ranked(s.department, s, points, s.low, s.high, better + 1,
                            len(scored) - worse, differs))  # fmt: skip
    return found


def _total(scheme: Scheme, lines: Sequence[LineScore], weight: float) -> tuple[float, list[Text]]:
    """The points before a veto, unrounded, and how they were worked."""
    total = earned = sum(found.points for found in lines)
    steps = [Text(f"各行合计 {told(earned)} 分。", f"The lines add up to {told(earned)}.")]
    if abs(weight - scheme.full) > HAIR:
        total = earned / weight * scheme.full
        apply, full, shown = told(weight), told(scheme.full), told(total)
        steps.append(Text(f"适用的各行共 {apply} 分，折算为 {full} 分制：{shown} 分。",
                          f"{apply} points apply; out of {full} that is {shown}."))  # fmt: skip
    back = sum(x.beside for x in lines if scheme.line[x.number].cases == (scheme.appeals or ""))
    won = sum(found.beside for found in lines if found.beside > 0) - back
    lost = -sum(found.beside for found in lines if found.beside < 0)
    bonus = min(won, most := scheme.bonus_at_most)
    if won:
        steps.append(Text(
            f"加分 {told(won)}，计 {told(bonus)}（最多 {told(most)}）。",
            f"Bonuses {told(won)}: {told(bonus)} count, {told(most)} at most.",
        ))  # fmt: skip
    for zh, en, points in (("申诉加回", "Given back on appeal", back), ("另扣", "Taken off", lost)):
        steps += [Text(f"{zh} {told(points)} 分。", f"{en}: {told(points)}.")] if points else []
    return _clamped(scheme, total + bonus + back - lost), steps


def _clamped(scheme: Scheme, points: float) -> float:
    return min(max(points, 0.0), scheme.full + scheme.bonus_at_most)


def _margin(
    scheme: Scheme, lines: Sequence[LineScore], weight: float, points: float
) -> tuple[float, float]:
    """Low and high end of the total: the lines' margins together, as independent errors."""
    stretch = scheme.full / weight
    down = up = 0.0
    for found in lines:
        factor, middle = stretch if found.weight else 1.0, found.points + found.beside
        down += (factor * (middle - found.low)) ** 2
        up += (factor * (found.high - middle)) ** 2
    return _clamped(scheme, points - math.sqrt(down)), _clamped(scheme, points + math.sqrt(up))


def _coefficient(scheme: Scheme, points: float) -> tuple[float, Text]:
    """By the ladder of bands, or on the line between them; below the lowest, the lowest."""
    at = max((i for i, band in enumerate(scheme.band) if band.score <= points), default=0)
    band, after = scheme.band[at], scheme.band[min(at + 1, len(scheme.band) - 1)]
    if not scheme.ladder and band is not after and points > band.score:
        part = (points - band.score) / (after.score - band.score)
        value = band.coefficient + part * (after.coefficient - band.coefficient)
        return value, Text(f"系数 {value:.4g}。", f"Coefficient {value:.4g}.")
    zh, en = f"系数 {band.coefficient:g}", f"Coefficient {band.coefficient:g}"
    if band is after:
        return band.coefficient, Text(f"{zh}。", f"{en}.")
    left = told(after.score - points)
    return band.coefficient, Text(
        f"{zh}；距 {told(after.score)} 分一档（{after.coefficient:g}）差 {left} 分。",
        f"{en}; {left} short of the band from {told(after.score)} ({after.coefficient:g}).",
    )
