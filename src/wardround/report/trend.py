"""What the months behind a figure show: variation, and whether its target can be relied on.

`indicator.spc` detects and `indicator.judge` judges; here their answer becomes the few words
and lines that a document needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from wardround.figure import Direction, Figure, Target

Variation = Literal["improving", "concerning", "neutral", "common", "unknown"]
Assurance = Literal["pass", "fail", "either", "none"]


@dataclass(frozen=True, slots=True)
class Trend:
    """`mean`, `low`, `high` are the limits of the last months; None where there are none.
    `marks` says of each month whether it is a special cause."""

    variation: Variation = "unknown"
    assurance: Assurance = "none"
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    marks: tuple[bool, ...] = ()


ENOUGH = 12
"""Months below which limits are trial limits and no change is spoken of."""


def trend(months: Sequence[Figure], target: Target | None) -> Trend:
    """Judge monthly figures, oldest first; months without a value are gaps, never guessed."""
    values = [f.value for f in months if f.value is not None]
    if len(values) < ENOUGH:
        return Trend(marks=(False,) * len(months))
    mean = sum(values) / len(values)
    moved = [abs(b - a) for a, b in pairwise(values)]
    reach = 2.66 * sum(moved) / len(moved)
    low, high = mean - reach, mean + reach
    out = [None if f.value is None else not low <= f.value <= high for f in months]
    return Trend(
        _variation(values[-1], low, high, months[-1].direction),
        _assurance(target, low, high, months[-1].direction), mean, low, high,
        tuple(bool(x) for x in out),
    )  # fmt: skip


def _variation(last: float, low: float, high: float, direction: Direction) -> Variation:
    if low <= last <= high:
        return "common"
    if direction in ("none", "range"):
        return "neutral"
    return "improving" if (last > high) == (direction == "up") else "concerning"


def _assurance(target: Target | None, low: float, high: float, direction: Direction) -> Assurance:
    if target is None or direction == "none":
        return "none"
    if target.op == "range":
        if target.low <= low and high <= target.high:
            return "pass"
        return "fail" if high < target.low or low > target.high else "either"
    if low <= target.low <= high:
        return "either"
    return "pass" if target.met_by(low) and target.met_by(high) else "fail"
