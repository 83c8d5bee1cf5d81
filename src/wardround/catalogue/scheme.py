"""The declarations of an appraisal: the table by which departments are scored.

The words a scheme may use, as immutable values; `appraisal` says what they come to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wardround.figure import Target
from wardround.period import Limit
from wardround.text import Text

Steps = Literal["whole", "started", "part"]


@dataclass(frozen=True, slots=True)
class Points:
    """How points move: `points` for `each` (of the unit, or one event), up to `at_most`.

    Of a figure, the distance `beyond` its target, or beyond last year (`last_year` in the
    figure's unit, `growth` in per cent of last year) counts, else the value itself. Of counted
    rows, those where `when` holds; `by` adds a number of theirs instead of counting them.
    Only `whole` steps count, or every one that is `started`, or the `part` that is reached.
    """

    points: float
    each: float = 1
    at_most: float | None = None
    beyond: Literal["target", "last_year", "growth"] | None = None
    when: str | None = None
    by: str | None = None
    steps: Steps = "whole"


@dataclass(frozen=True, slots=True)
class Condition:
    """A line counts only while this other figure meets this target."""

    figure: str
    target: Target


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a scoring table: a figure, the cases, or the entries of a register.

    A line has its weight in full until something is deducted (the largest deduction alone
    where they are not `cumulative`); one that says `earn` starts from nothing. A figure with no
    such rule has its weight if the target is met; with `share`, in proportion: up to `top`
    times at the target, nothing at `zero_at`; with `spread`, by its place among the departments,
    the last one having `spread` less than the first. `target` stands in for the figure's own.
    `only_if` its side condition fails, the line is left in full. Without weight, deductions
    and bonuses move the total. `where` says which rows count at all, `day` by which column they
    fall in the period (default: the register's own day); `veto` is a condition on a row: if it
    holds once, the total is 0. What was reported anonymously never counts. `applies_to` is the
    function that is scored on it.
    """

    name: Text
    weight: float = 0
    figure: str | None = None
    cases: str | None = None
    entries: str | None = None
    where: str | None = None
    day: str | None = None
    applies_to: str | None = None
    target: Target | None = None
    only_if: Condition | None = None
    share: bool = False
    top: float = 1
    zero_at: float | None = None
    spread: float | None = None
    deduct: tuple[Points, ...] = ()
    cumulative: bool = True
    earn: tuple[Points, ...] = ()
    bonus: tuple[Points, ...] = ()
    veto: str | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """From this score upward the pay coefficient is so much."""

    score: float
    coefficient: float


@dataclass(frozen=True, slots=True)
class Scheme:
    """How departments are appraised: lines of points, vetoes, bonus cap, pay coefficients.

    Coefficients go up like a `ladder`, or else along the straight lines between the bands. The
    document `posting` posts a period's scores and, signed, freezes them; until `appeal` after it
    heads may open a case of `appeals`. Both have a field `month`: the period's first day.
    """

    key: str
    name: Text
    period: Literal["month", "quarter", "half", "year"]
    applies_to: str
    line: tuple[Line, ...]
    full: float = 100
    bonus_at_most: float = 5
    band: tuple[Band, ...] = ()
    ladder: bool = True
    appeal: Limit | None = None
    posting: str | None = None
    appeals: str | None = None
    owner: str | None = None
