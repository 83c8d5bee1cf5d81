"""Points for departments, by a declared scheme, every step kept and said in words.

Decides what a measured figure or a list of counted rows is worth, and which differences between
departments are more than chance. What was measured is handed in; posting, appeal and pay are
the store's matter. Nothing is rounded before the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from wardround.catalogue.columns import ANONYMOUS, condition
from wardround.catalogue.model import Register
from wardround.catalogue.scheme import Line, Points, Scheme
from wardround.figure import Figure, Target
from wardround.text import Text

Z = 1.96
"""Standard errors on each side of a value: 19 times in 20 the truth lies between."""
FEW = 30
"""Below so many in the denominator, the reader is told."""
PEERS = 5
"""Fewer departments than this are not ranked on a line."""
_HAIR = 1e-9

Registers = Mapping[str, Register]
"""The catalogue's registers, for the conditions on rows."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A row that a line may count: its id, and its columns as formulas see them."""

    id: str
    values: Mapping[str, Any]


Differs = Literal["above", "below"] | None
Measured = Figure | Sequence[Counted]


@dataclass(frozen=True, slots=True)
class DepartmentFacts:
    """What is known of a department, by the number of the scheme's line, from 0.

    `measured` holds the figure of a `figure` line, and for the others the register's rows of
    the department in the period (the line's own `where` is applied here). A line that is not
    there does not apply. `sides` are the figures of `only_if`; `peers` the values of all
    departments, for `spread`; `functions` what the department performs, for `applies_to`.
    """

    department: str
    measured: Mapping[int, Measured]
    functions: frozenset[str] = frozenset()
    sides: Mapping[int, Figure] = field(default_factory=dict)
    peers: Mapping[int, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineScore:
    """What one line came to, and why.

    `points` is what is kept or earned of the weight; `beside` what the line adds to the total
    (or takes from it) beside its weight. `low` and `high` say how far `points + beside` may go
    by chance. `rows` are the ids of the rows that counted; `measured` is their number.
    """

    number: int
    name: Text
    weight: float
    measured: Figure | int | None
    target: Target | None
    points: float
    beside: float
    reason: Text
    rows: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    vetoed: bool = False

    @property
    def points_moved(self) -> float:
        """Points lost (negative) or won against the line's weight."""
        return self.points - self.weight + self.beside


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


class _Came(NamedTuple):
    points: float
    beside: float
    why: tuple[Text, ...]


Amount = Callable[[Points, bool], float]
"""How much counts for these points; True asks for what is good, False for what is bad."""


def score(scheme: Scheme, facts: DepartmentFacts, registers: Registers) -> Score:
    """Score one department.

    Order: value → rule of the line → its cap → sum → rescaling for lines that do not apply →
    bonuses (capped) and deductions beside the weights → veto → coefficient.
    """
    lines: list[LineScore] = []
    absent: list[LineScore] = []
    for number, line in enumerate(scheme.line):
        found, applies = _line(number, line, facts, registers)
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
        coefficient, why = _coefficient(scheme, _rounded(points))
        steps.append(why)
    points = None if points is None else _rounded(points)
    return Score(facts.department, points, tuple(lines), veto, tuple(absent), coefficient,
                 scheme.full, _rounded(low), _rounded(high), tuple(steps))  # fmt: skip


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


def _line(
    number: int, line: Line, facts: DepartmentFacts, registers: Registers
) -> tuple[LineScore, bool]:
    """The line's score, and whether the line applies at all."""
    measured = facts.measured.get(number)
    target = line.target or (measured.target if isinstance(measured, Figure) else None)
    why_not = _why_not(number, line, measured, target, facts)
    if measured is None or why_not:
        why_not = why_not or Text("没有数据，本行不计。", "Nothing was measured; left out.")
        shown = measured if isinstance(measured, Figure) else None
        return LineScore(number, line.name, line.weight, shown, target, 0.0, 0.0, why_not), False
    if isinstance(measured, Figure):
        shown = measured.against(target)
        came, low, high = _scored_figure(number, line, shown, facts)
        return LineScore(number, line.name, line.weight, shown, target, came.points, came.beside,
                         _join(came.why), (), low, high), True  # fmt: skip
    register = registers[line.cases or line.entries or ""]
    where = condition(line.where, register) if line.where else None
    named = [row for row in measured if row.values.get("recorded_by") != ANONYMOUS]
    kept = [row for row in named if where is None or where.holds(row.values)]
    veto = condition(line.veto, register) if line.veto else None
    vetoed = veto is not None and any(veto.holds(row.values) for row in kept)
    came, low, high = _scored_rows(line, kept, register)
    ids = tuple(row.id for row in kept)
    return LineScore(number, line.name, line.weight, len(kept), None, came.points, came.beside,
                     _join(came.why), ids, low, high, vetoed), True  # fmt: skip


def _why_not(
    number: int,
    line: Line,
    measured: Measured | None,
    target: Target | None,
    facts: DepartmentFacts,
) -> Text | None:
    """Why a line does not apply to this department in this period."""
    if line.applies_to and line.applies_to not in facts.functions:
        return Text("本科室不考核此项。", "This department is not scored on it.")
    if not isinstance(measured, Figure):
        return None
    if measured.value is None:
        why = measured.why_none or Text("没有数据。", "There are no data.")
        return Text(f"{why.zh}本行不计。", f"{why.en} Left out.")
    points = (*line.deduct, *line.earn, *line.bonus)
    plain = line.weight and not (line.deduct or line.earn or line.spread)
    if target is None and (plain or any(p.beyond == "target" for p in points)):
        return Text("没有目标值，本行不计。", "There is no target; left out.")
    base = {"last_year": measured.change, "growth": measured.growth}
    if any(p.beyond in base and base[p.beyond] is None for p in points):
        return Text("没有去年同期的数，本行不计。", "There is no figure of last year; left out.")
    if line.spread is not None and len(facts.peers.get(number, ())) < PEERS:
        return Text(f"不足 {PEERS} 个科室，不排名。", f"Fewer than {PEERS} departments to rank.")
    return None


def _scored_figure(
    number: int, line: Line, figure: Figure, facts: DepartmentFacts
) -> tuple[_Came, float, float]:
    came = _of_figure(number, line, figure, facts)
    why = [_said(figure), *came.why]
    ends = [came.points + came.beside]
    for value in _chance(figure):
        other = _of_figure(number, line, replace(figure, value=value), facts)
        ends.append(other.points + other.beside)
    if figure.denominator is not None and figure.denominator < FEW:
        n = f"{figure.denominator:g}"
        why.append(Text(f"分母只有 {n}，差别可能出于偶然。", f"Only {n}: it may be chance."))
    return came._replace(why=tuple(why)), min(ends), max(ends)


def _of_figure(number: int, line: Line, figure: Figure, facts: DepartmentFacts) -> _Came:
    value = figure.value or 0.0
    if line.only_if:
        side = facts.sides.get(number)
        if side is None or side.value is None or not line.only_if.target.met_by(side.value):
            why = Text(
                "前提条件不成立，不扣分。", "The side condition does not hold: nothing is lost."
            )
            return _Came(line.weight, 0.0, (why,))
    extra = _by_points(line, lambda points, good: _distance(points, figure, good))
    if line.deduct or line.earn or not line.weight:
        return extra
    if line.spread is not None:
        earned, why = _placed(line, figure, facts.peers[number])
    elif line.share:
        earned, why = _shared(line, figure, value)
    elif figure.target is not None and figure.target.met_by(value):
        earned, why = line.weight, Text("达标，得满分。", "Target met: in full.")
    else:
        earned, why = 0.0, Text("未达标，不得分。", "Target missed: no points.")
    return _Came(earned, extra.beside, (why, *extra.why))


def _shared(line: Line, figure: Figure, value: float) -> tuple[float, Text]:
    """In proportion between the value that earns nothing and the target; a range all or none."""
    assert figure.target is not None
    zero, end = line.zero_at or 0.0, figure.target.low
    if figure.target.op == "range" or end == zero:
        part = float(figure.target.met_by(value))
    else:
        part = min(max((value - zero) / (end - zero), 0.0), line.top)
    earned, w = line.weight * part, _n(line.weight)
    how = f"({_n(value)} − {_n(zero)}) ÷ ({_n(end)} − {_n(zero)})"
    return earned, Text(
        f"按比例 {how}，{w} 分得 {_n(earned)} 分。",
        f"In proportion, {how}: {_n(earned)} of {w} points.",
    )


def _placed(line: Line, figure: Figure, peers: tuple[float, ...]) -> tuple[float, Text]:
    """By rank among the peers, of whom this department is one; ties share their mean place."""
    value, sign = figure.value or 0.0, -1 if figure.direction == "down" else 1
    ahead = sum(sign * (other - value) > _HAIR for other in peers)
    tied = sum(abs(other - value) <= _HAIR for other in peers)
    place = min(ahead + (max(tied, 1) + 1) / 2, len(peers))
    spread = line.spread or 0.0
    earned = max(0.0, line.weight - (place - 1) * spread / (len(peers) - 1))
    return earned, Text(
        f"在 {len(peers)} 个科室中列第 {_n(place)}，得 {_n(earned)} 分。",
        f"Place {_n(place)} of {len(peers)}: {_n(earned)} points.",
    )


def _distance(points: Points, figure: Figure, good: bool) -> float:
    """How far the figure is beyond what the points are about, to the good or the bad side."""
    value = figure.value or 0.0
    if points.beyond is None:
        return max(0.0, value)
    if points.beyond == "target":
        assert figure.target is not None
        low, high = figure.target.low, figure.target.high
        short = {
            ">=": low - value, ">": low - value, "<=": value - high, "<": value - high,
            "=": abs(value - low), "range": max(low - value, value - high),
        }[figure.target.op]  # fmt: skip
        return max(0.0, -short if good else short)
    change = figure.change if points.beyond == "last_year" else (figure.growth or 0.0) * 100
    better = (change or 0.0) * (-1 if figure.direction == "down" else 1)
    return max(0.0, better if good else -better)


def _scored_rows(
    line: Line, rows: Sequence[Counted], register: Register
) -> tuple[_Came, float, float]:
    """Points by counting; events spread by chance as the root of their number."""

    def amount(points: Points, sigmas: float) -> float:
        when = condition(points.when, register) if points.when else None
        chosen = [row.values for row in rows if when is None or when.holds(row.values)]
        if not chosen:
            return 0.0
        by = condition(points.by, register) if points.by else None
        total = sum(float(by.evaluate(values) or 0.0) if by else 1.0 for values in chosen)
        return max(0.0, total * (1 + sigmas / math.sqrt(len(chosen))))

    came, low, high = (
        _by_points(line, lambda points, good, s=s: amount(points, s))  # type: ignore[misc]
        for s in (0.0, -Z, Z)
    )
    ends = [c.points + c.beside for c in (came, low, high)]
    n = len(rows)
    why = (Text(f"计 {n} 条。", f"{n} counted."), *came.why)
    return came._replace(why=why), min(ends), max(ends)


# -- points -----------------------------------------------------------------------------------

_LOST, _EARNED, _ADDED = Text("扣", "lost"), Text("得", "earned"), Text("加", "added")


def _by_points(line: Line, amount: Amount) -> _Came:
    """Deductions from the weight (or from the total), points earned, bonuses beside."""
    lost, why_lost = _moved(line.deduct, amount, False, line.cumulative, _LOST)
    gained, why_gained = _moved(line.earn, amount, True, True, _EARNED)
    extra, why_extra = _moved(line.bonus, amount, True, True, _ADDED)
    why = (*why_lost, *why_gained, *why_extra)
    if not line.weight:
        return _Came(0.0, extra - lost, why)
    if line.earn:
        return _Came(min(line.weight, gained), extra, why)
    if lost > line.weight:
        why += (Text("扣完为止。", "Nothing is left of the line."),)
    return _Came(max(0.0, line.weight - lost), extra, why)


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
        cap = (
            (f"（最多 {_n(capped)}）", f" (at most {_n(capped)})") if capped < points else ("", "")
        )
        said.append(Text(
            f"{_n(much)}，每 {_n(rule.each)} {verb.zh} {_n(rule.points)} 分，"
            f"{verb.zh} {_n(capped)} 分{cap[0]}。",
            f"{_n(much)}, {_n(rule.points)} for each {_n(rule.each)}: "
            f"{_n(capped)} {verb.en}{cap[1]}.",
        ))  # fmt: skip
    if cumulative or len(moved) < 2:
        return sum(moved), tuple(said)
    only = Text("不累计，只计最大的一项。", "These do not add up: the largest alone counts.")
    return max(moved), (*said, only) if len(said) > 1 else tuple(said)


def _steps(rule: Points, amount: float) -> float:
    count = amount / rule.each
    if rule.steps == "part":
        return count
    return float(math.floor(count + _HAIR) if rule.steps == "whole" else math.ceil(count - _HAIR))


def _total(scheme: Scheme, lines: Sequence[LineScore], weight: float) -> tuple[float, list[Text]]:
    """The points before a veto, unrounded, and how they were worked."""
    total = earned = sum(found.points for found in lines)
    steps = [Text(f"各行合计 {_n(earned)} 分。", f"The lines add up to {_n(earned)}.")]
    if abs(weight - scheme.full) > _HAIR:
        total = earned / weight * scheme.full
        apply, full, shown = _n(weight), _n(scheme.full), _n(total)
        steps.append(Text(f"适用的各行共 {apply} 分，折算为 {full} 分制：{shown} 分。",
                          f"{apply} points apply; out of {full} that is {shown}."))  # fmt: skip
    back = sum(x.beside for x in lines if scheme.line[x.number].cases == (scheme.appeals or ""))
    won = sum(found.beside for found in lines if found.beside > 0) - back
    lost = -sum(found.beside for found in lines if found.beside < 0)
    bonus = min(won, most := scheme.bonus_at_most)
    if won:
        steps.append(Text(
            f"加分 {_n(won)}，计 {_n(bonus)}（最多 {_n(most)}）。",
            f"Bonuses {_n(won)}: {_n(bonus)} count, {_n(most)} at most.",
        ))  # fmt: skip
    for zh, en, points in (("申诉加回", "Given back on appeal", back), ("另扣", "Taken off", lost)):
        steps += [Text(f"{zh} {_n(points)} 分。", f"{en}: {_n(points)}.")] if points else []
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


def _chance(figure: Figure) -> tuple[float, ...]:
    """The ends between which the value may lie by chance; none where that is not known.

    Shares by Wilson's interval, which stays honest for small and for full shares; counts, and
    means that exceed 1, by the root of the numerator.
    """
    k, n, times = figure.numerator, figure.denominator, figure.unit.times
    if k is None or k < 0 or (n is not None and n <= 0):
        return ()
    if n is None or k > n:
        wide = Z * math.sqrt(k)
        return tuple(x / (n or 1.0) * times for x in (max(0.0, k - wide), k + wide))
    p, z2 = k / n, Z * Z
    centre, wide = p + z2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return tuple((centre + side * wide) / (1 + z2 / n) * times for side in (-1, 1))


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
    left = _n(after.score - points)
    return band.coefficient, Text(
        f"{zh}；距 {_n(after.score)} 分一档（{after.coefficient:g}）差 {left} 分。",
        f"{en}; {left} short of the band from {_n(after.score)} ({after.coefficient:g}).",
    )


def _rounded(points: float) -> float:
    """Half up to two decimals; a hair's breadth of floating point is forgiven."""
    return math.floor(points * 100 + 0.5 + 1e-7) / 100


def _n(number: float) -> str:
    return f"{_rounded(number):.2f}".rstrip("0").rstrip(".")


def _said(figure: Figure) -> Text:
    """The figure, and what it is held against."""
    unit, target = figure.unit.symbol, figure.target
    zh, en = f"{figure.written()} {unit.zh}", f"{figure.written()} {unit.en}"
    if target:
        zh, en = f"{zh}，目标 {target}", f"{en}, target {target}"
    return Text(f"{zh}。", f"{en}.")


def _join(parts: Sequence[Text]) -> Text:
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))
