"""What one line of a scheme is worth to a department.

Decides whether the line applies, what a measured figure or the counted rows earn, and how far
that may go by chance. What was measured is handed in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from wardround.appraisal.facts import Counted, DepartmentFacts, LineScore, Measured, Registers
from wardround.appraisal.points import HAIR, Came, by_points, join, told
from wardround.catalogue.columns import ANONYMOUS, condition
from wardround.catalogue.model import Register
from wardround.catalogue.scheme import Line, Points
from wardround.figure import Figure, Target
from wardround.text import Text

Z = 1.96
"""Standard errors on each side of a value: 19 times in 20 the truth lies between."""
FEW = 30
"""Below so many in the denominator, the reader is told."""
PEERS = 5
"""Fewer departments than this are not ranked on a line."""


def line_score(
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
                         join(came.why), (), low, high), True  # fmt: skip
    register = registers[line.cases or line.entries or ""]
    where = condition(line.where, register) if line.where else None
    named = [row for row in measured if row.values.get("recorded_by") != ANONYMOUS]
    kept = [row for row in named if where is None or where.holds(row.values)]
    veto = condition(line.veto, register) if line.veto else None
    vetoed = veto is not None and any(veto.holds(row.values) for row in kept)
    came, low, high = _scored_rows(line, kept, register)
    ids = tuple(row.id for row in kept)
    return LineScore(number, line.name, line.weight, len(kept), None, came.points, came.beside,
                     join(came.why), ids, low, high, vetoed), True  # fmt: skip


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
) -> tuple[Came, float, float]:
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


def _of_figure(number: int, line: Line, figure: Figure, facts: DepartmentFacts) -> Came:
    value = figure.value or 0.0
    if line.only_if:
        side = facts.sides.get(number)
        if side is None or side.value is None or not line.only_if.target.met_by(side.value):
            why = Text(
                "前提条件不成立，不扣分。", "The side condition does not hold: nothing is lost."
            )
            return Came(line.weight, 0.0, (why,))
    extra = by_points(line, lambda points, good: _distance(points, figure, good))
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
    return Came(earned, extra.beside, (why, *extra.why))


def _shared(line: Line, figure: Figure, value: float) -> tuple[float, Text]:
    """In proportion between the value that earns nothing and the target; a range all or none."""
    assert figure.target is not None
    zero, end = line.zero_at or 0.0, figure.target.low
    if figure.target.op == "range" or end == zero:
        part = float(figure.target.met_by(value))
    else:
        part = min(max((value - zero) / (end - zero), 0.0), line.top)
    earned, w = line.weight * part, told(line.weight)
    how = f"({told(value)} − {told(zero)}) ÷ ({told(end)} − {told(zero)})"
    return earned, Text(
        f"按比例 {how}，{w} 分得 {told(earned)} 分。",
        f"In proportion, {how}: {told(earned)} of {w} points.",
    )


def _placed(line: Line, figure: Figure, peers: tuple[float, ...]) -> tuple[float, Text]:
    """By rank among the peers, of whom this department is one; ties share their mean place."""
    value, sign = figure.value or 0.0, -1 if figure.direction == "down" else 1
    ahead = sum(sign * (other - value) > HAIR for other in peers)
    tied = sum(abs(other - value) <= HAIR for other in peers)
    place = min(ahead + (max(tied, 1) + 1) / 2, len(peers))
    spread = line.spread or 0.0
    earned = max(0.0, line.weight - (place - 1) * spread / (len(peers) - 1))
    return earned, Text(
        f"在 {len(peers)} 个科室中列第 {told(place)}，得 {told(earned)} 分。",
        f"Place {told(place)} of {len(peers)}: {told(earned)} points.",
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
) -> tuple[Came, float, float]:
    """Points by counting; events spread by chance as the root of their number."""

    def amount(points: Points, sigmas: float) -> float:
        when = condition(points.when, register) if points.when else None
        chosen = [row.values for row in rows if when is None or when.holds(row.values)]
        if not chosen:
            return 0.0
        by = condition(points.by, register) if points.by else None
        total = sum(float(by.evaluate(values) or 0.0) if by else 1.0 for values in chosen)
        return max(0.0, total * (1 + sigmas / math.sqrt(len(chosen))))

    def moved(sigmas: float) -> Came:
        return by_points(line, lambda points, _good: amount(points, sigmas))

    came, low, high = map(moved, (0.0, -Z, Z))
    ends = [c.points + c.beside for c in (came, low, high)]
    n = len(rows)
    why = (Text(f"计 {n} 条。", f"{n} counted."), *came.why)
    return came._replace(why=why), min(ends), max(ends)


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


def _said(figure: Figure) -> Text:
    """The figure, and what it is held against."""
    unit, target = figure.unit.symbol, figure.target
    zh, en = f"{figure.written()} {unit.zh}", f"{figure.written()} {unit.en}"
    if target:
        zh, en = f"{zh}，目标 {target}", f"{en}, target {target}"
    return Text(f"{zh}。", f"{en}.")
