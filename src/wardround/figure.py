"""A figure: a number that knows what it counts, for whom, when, and how to open it.

Decides how values, targets and verdicts are written down and compared. How a value is
computed is `indicator`'s matter; every page, document and API answer carries this object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from wardround.period import Period
from wardround.text import Text, refuse

Verdict = Literal["met", "missed", "none"]
Direction = Literal["up", "down", "range", "none"]
ChartKind = Literal["xmr", "p", "p'", "u", "u'", "c", "g", "t"]

_OPS = {"≥": ">=", "≤": "<=", ">=": ">=", "<=": "<=", ">": ">", "<": "<", "=": "="}
_NUMBER = r"-?\d+(?:\.\d+)?"
_SIGNS = {">=": "≥", "<=": "≤"}


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached or kept: `>= 95`, `<= 9`, `= 0`, or a range `85..93`."""

    op: str
    low: float
    high: float

    @classmethod
    def parse(cls, words: str) -> Target:
        """Raises `Refused` unless the words are a comparison and a number, or a range."""
        span = re.fullmatch(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*", words)
        single = re.fullmatch(rf"\s*(>=|<=|[≥≤><=])\s*({_NUMBER})\s*", words)
        if span and float(span[1]) <= float(span[2]):
            return cls("range", float(span[1]), float(span[2]))
        if single:
            return cls(_OPS[single[1]], float(single[2]), float(single[2]))
        raise refuse(
            f"“{words}”不是目标值。请写成 >= 95、<= 9、= 0 或 85..93。",
            f'"{words}" is not a target. Write >= 95, <= 9, = 0 or 85..93.',
        )

    def met_by(self, value: float) -> bool:
        """Compared as declared; a hair's breadth of floating point is forgiven."""
        slack = 1e-9 * max(1.0, abs(value))
        return {
            ">=": value >= self.low - slack,
            "<=": value <= self.high + slack,
            ">": value > self.low + slack,
            "<": value < self.high - slack,
            "=": abs(value - self.low) <= slack,
            "range": self.low - slack <= value <= self.high + slack,
        }[self.op]

    def __str__(self) -> str:
        if self.op == "range":
            return f"{self.low:g}–{self.high:g}"
        return f"{_SIGNS.get(self.op, self.op)} {self.low:g}"

    def as_words(self) -> str:
        """The form that `parse` reads."""
        return f"{self.low:g}..{self.high:g}" if self.op == "range" else f"{self.op} {self.low:g}"


@dataclass(frozen=True, slots=True)
class Unit:
    """How a value is scaled and written: 0.979 with `%` is 97.9 %."""

    symbol: Text
    times: float = 1.0
    decimals: int = 0

    def write(self, value: float) -> str:
        """Digits with thousands marks and a true minus sign, rounded half away from zero."""
        shift = 10**self.decimals
        rounded = int(abs(value) * shift + 0.5 + 1e-9) / shift
        sign = "−" if value < 0 and rounded else ""
        return f"{sign}{rounded:,.{self.decimals}f}"


@dataclass(frozen=True, slots=True)
class Rebase:
    """A new baseline of a control chart: from which day, who set it, and what had changed."""

    from_: date
    by: str
    why: Text


@dataclass(frozen=True, slots=True)
class Charting:
    """How figures of one indicator make a control chart.

    `kind` is what the declaration speaks for: a share of counts p, a rate u, a count c, else
    XmR; what the data then make of it is `indicator.spc`'s matter, unless it is `declared`.
    `rare`: the chart for rare events, by opportunities (g) or by time between them (t), of which
    months cannot say much; `always` if it was declared.
    """

    kind: ChartKind = "xmr"
    declared: bool = False
    rebase: tuple[Rebase, ...] = ()
    rare: ChartKind = "t"
    always: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of one indicator, for one department, in one period, as of one moment.

    `value` is scaled by the unit; `numerator` and `denominator` are plain sums. Where there is
    no value, `why_none` says why, and nothing is invented. `department` None is the hospital.
    `summed`: it adds up over the year, so that a year's target is reached little by little.
    """

    indicator: str
    version: str
    name: Text
    department: str | None
    department_name: Text
    period: Period
    as_of: datetime
    value: float | None
    unit: Unit
    numerator: float | None
    denominator: float | None
    direction: Direction
    target: Target | None = None
    last_year: float | None = None
    provisional: bool = False
    why_none: Text | None = None
    ranking: tuple[tuple[str, float], ...] = ()
    charting: Charting = Charting()
    summed: bool = False

    @property
    def of_year(self) -> tuple[float, float] | None:
        """Of a sum, over a part of a year or in a year that still runs: its share of the year's
        target, and the share of the year's days, so that half the time should be half the task.
        None elsewhere."""
        days = (date(self.period.start.year + 1, 1, 1) - date(self.period.start.year, 1, 1)).days
        elapsed = (min(self.period.end, self.as_of.date()) - self.period.start).days / days
        target = self.target if self.target and self.target.op in (">=", ">") else None
        if not self.summed or self.value is None or not target or target.low <= 0 or elapsed >= 1:
            return None
        return self.value / target.low, elapsed

    @property
    def verdict(self) -> Verdict:
        """A year's sum is not missed before the year is over."""
        if self.value is None or self.target is None:
            return "none"
        if self.target.met_by(self.value):
            return "met"
        return "none" if self.of_year else "missed"

    @property
    def of_month(self) -> Target | None:
        """The target that each month is held to: a sum's is the year's, unless it is 0."""
        whole_year = self.summed and self.target is not None and self.target.high > 0
        return None if whole_year else self.target

    @property
    def change(self) -> float | None:
        """Difference from the same period last year, in the figure's own unit."""
        if self.value is None or self.last_year is None:
            return None
        return self.value - self.last_year

    @property
    def growth(self) -> float | None:
        """Relative change from last year, 0.1 for a tenth more; None without a base."""
        if self.change is None or not self.last_year:
            return None
        return self.change / abs(self.last_year)

    @property
    def query(self) -> str:
        """The address, within the product, that lists the very rows behind the value."""
        place = f"&department={self.department}" if self.department else ""
        at = f"&as_of={self.as_of.isoformat(timespec='microseconds')}".replace("+", "%2B")
        return f"/figures/{self.indicator}?period={self.period.key}{place}{at}"

    def written(self) -> str:
        """The value as it is printed, without its unit; a dash where there is none."""
        return "–" if self.value is None else self.unit.write(self.value)

    def against(self, target: Target | None) -> Figure:
        return replace(self, target=target)

    def as_json(self) -> dict[str, object]:
        """The object that pages, documents, API and appraisal carry."""
        return {
            "indicator": self.indicator,
            "version": self.version,
            "name": self.name.as_json(),
            "department": self.department,
            "department_name": self.department_name.as_json(),
            "period": self.period.key,
            "as_of": self.as_of.isoformat(),
            "value": self.value,
            "written": self.written(),
            "unit": self.unit.symbol.as_json(),
            "multiplier": self.unit.times,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "direction": self.direction,
            "target": self.target.as_words() if self.target else None,
            "last_year": self.last_year,
            "verdict": self.verdict,
            "of_year": dict(zip(("share", "elapsed"), self.of_year, strict=True))
            if self.of_year
            else None,
            "provisional": self.provisional,
            "why_none": self.why_none.as_json() if self.why_none else None,
            "ranking": [list(row) for row in self.ranking],
            "query": self.query,
        }
