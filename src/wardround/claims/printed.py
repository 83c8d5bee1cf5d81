"""A printed number is an interval: what it may stand for, and what agrees with it.

Decides on precision, rounding and truncation. Where the number stands and what it is about is
`mentions`' matter.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Verdict = Literal["agrees", "rounding", "differs", "cannot"]
About = Literal["", "~", "+", ">", "<"]
HUGE = Fraction(10) ** 18


SCALES = {"%": 100, "‰": 1000, "/10万": 100_000}
"""The units of a rate, and of how many it is told."""


@dataclass(frozen=True, slots=True)
class Span:
    """All values from `low` to `high`, both included; empty where `low` is above `high`."""

    low: Fraction
    high: Fraction

    def __and__(self, other: Span) -> Span:
        return Span(max(self.low, other.low), min(self.high, other.high))

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Span) -> Span:
        """Of positive spans."""
        return Span(self.low * other.low, self.high * other.high)

    def __truediv__(self, other: Span) -> Span:
        """Of positive spans; what divides may begin at nought."""
        return Span(
            self.low / other.high if other.high else Fraction(0),
            self.high / other.low if other.low > 0 else HUGE,
        )

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        return self.low > self.high

    def times(self, factor: Fraction | int) -> Span:
        """Every value so many times; a negative factor turns the span round."""
        ends = (self.low * factor, self.high * factor)
        return Span(min(ends), max(ends))

    def widened(self, part: Fraction) -> Span:
        """The span with so large a part of itself added at either end."""
        return Span(self.low * (1 - part), self.high * (1 + part))


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed: its value, what one more in its last digit would add, and its words.

    `about`: `~` 约, `+` 余, `>` 以上, `<` 以下. `exact` numbers count whole
    things: 1142 人次 is 1142.
    """

    value: Fraction
    step: Fraction
    about: About = ""
    exact: bool = False

    @property
    def span(self) -> Span:
        """What the number may stand for when it was rounded to its last digit."""
        v, s = self.value, self._coarse if self.about in ("~", "+") else self.step
        if self.about == ">":
            return Span(v, HUGE)
        if self.about == "<":
            return Span(Fraction(0), v)
        if self.about == "+":
            return Span(v, v + s)
        if self.about == "~":
            return Span(v - s, v + s)
        return Span(v, v) if self.exact else Span(v - s / 2, v + s / 2)

    def slipped(self, expected: Fraction) -> bool:
        """Whether it is what was worked out but for one digit, or two that swapped places."""
        whole = round(expected / self.step) if self.step else 0
        return whole >= 10 and mistyped(str(whole), str(self.value / self.step))

    @property
    def amount(self) -> Amount:
        """The number as formulas take it."""
        return Amount(self.value, self.span, plain(self.value))

    @property
    def _coarse(self) -> Fraction:
        """The worth of the last digit that is not nought: 3500 → 100, 80 万 → 10 万."""
        step = self.step
        while step and self.value and self.value % (step * 10) == 0:
            step *= 10
        return step

    def judge(self, expected: Fraction | Amount) -> Verdict:
        """Whether a value worked out from other numbers is what stands printed here.

        `agrees` if it rounds to the printed digits; `rounding` if it does so truncated or rounded
        up, if the rounding of the inputs of an amount covers it, or if the text says "about".

        >>> Printed(Fraction(39), Fraction(1)).judge(Fraction(387, 10))
        'agrees'
        >>> Printed(Fraction(36), Fraction(1)).judge(Fraction(366, 10))
        'rounding'
        """
        if isinstance(expected, Amount):
            exact, near = expected.exact, expected.spread
        else:
            exact, near = expected, Span(expected, expected)
        if self.about:
            return "differs" if (near & self.span).empty else "rounding"
        away = abs(exact - self.value)
        if away <= self.step / 2 and not (self.exact and away):
            return "agrees"
        if away < self.step and not self.exact:
            return "rounding"
        reach = Span(self.value - self.step / 2, self.value + self.step / 2)
        if self.exact:
            reach = Span(self.value, self.value)
        return "differs" if (near & reach).empty else "rounding"


@dataclass(frozen=True, slots=True)
class Amount:
    """What a formula takes or makes: a value, what rounding allows for, and the arithmetic shown.

    >>> a, b = (Printed(Fraction(n), Fraction(1), exact=True).amount for n in (30, 40))
    >>> (a / (a + b)).shown, (a / b).exact
    ('30 ÷ (30 + 40)', Fraction(3, 4))
    """

    exact: Fraction
    spread: Span
    shown: str

    def __add__(self, other: Amount) -> Amount:
        shown = f"{self.shown} + {other.shown}"
        return Amount(self.exact + other.exact, self.spread + other.spread, shown)

    def __sub__(self, other: Amount) -> Amount:
        shown = f"{self.shown} - {other.shown}"
        return Amount(self.exact - other.exact, self.spread - other.spread, shown)

    def __truediv__(self, other: Amount) -> Amount:
        shown = f"{self._closed} ÷ {other._closed}"
        return Amount(self.exact / other.exact, self.spread / other.spread, shown)

    def __mul__(self, other: Amount) -> Amount:
        shown = f"{self._closed} × {other._closed}"
        return Amount(self.exact * other.exact, self.spread * other.spread, shown)

    @property
    def _closed(self) -> str:
        """The arithmetic in brackets, if it is a sum."""
        return f"({self.shown})" if " + " in self.shown or " - " in self.shown else self.shown

    def times(self, factor: Fraction | int) -> Amount:
        """So many times as much, in another unit or turned round; shown as before."""
        return Amount(self.exact * factor, self.spread.times(factor), self.shown)

    def over(self, before: Amount) -> Amount:
        """Growth in percent over what was before: (now - before) / before x 100."""
        ratio, shown = self.spread / before.spread, f"{(self - before)._closed} ÷ {before._closed}"
        spread = Span((ratio.low - 1) * 100, (ratio.high - 1) * 100)
        return Amount((self.exact - before.exact) / before.exact * 100, spread, shown)


def added(amounts: Iterable[Amount]) -> Amount:
    """The sum of some amounts, at least one."""
    return functools.reduce(operator.add, amounts)


def mistyped(a: str, b: str) -> bool:
    """Whether two numbers differ in one digit or in two neighbours that swapped places.

    >>> mistyped("28.4%", "82.4%"), mistyped("1,204", "1,304"), mistyped("120", "1200")
    (True, True, False)
    """
    x, y = re.sub(r"\D", "", a), re.sub(r"\D", "", b)
    off = [i for i in range(len(x)) if len(x) == len(y) and x[i] != y[i]]
    swapped = len(off) == 2 and off[1] == off[0] + 1 and x[off[0]] == y[off[1]]
    return len(off) == 1 or (swapped and x[off[1]] == y[off[0]])


def plain(value: Fraction, digits: int = 2) -> str:
    """A value as a person writes it, with at most so many decimals and thousands marked.

    >>> plain(Fraction(1579698)), plain(Fraction(2, 3)), plain(Fraction(20))
    ('1,579,698', '0.67', '20')
    """
    text = f"{float(value):,.{digits}f}" if value.denominator > 1 else f"{value.numerator:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text
