"""What a measured value is, and when there is none.

Decides how numerator and denominator become a value, which rows of which register each of
them counts, and when "no data" must be said instead of a number. `engine` and `reference` find
the sums in their own ways and settle them here.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wardround.catalogue.columns import BUILT_IN, aggregate
from wardround.catalogue.model import Catalogue, Indicator, Register
from wardround.figure import Unit
from wardround.formula import Aggregate
from wardround.period import Period
from wardround.text import Text

HOSPITAL_ONLY = Text("本指标只按全院计算", "This indicator is worked for the whole hospital only")
NO_RECORD = Text("本期没有可计算的记录", "The period holds no record to work it from")
NO_DENOMINATOR = Text("分母为 0", "The denominator is 0")
NOT_LAST_YEAR = Text("上年同期：{why}", "A year before: {why}")
NOTHING_BEFORE = Text("上年同期为 0 或负数", "A year before it was 0 or less")
NEVER_SAID = Text("送来的数据从没有写过“{field}”", 'What is delivered never says "{field}"')
FILLED = "filled.json"
"""Beside a feed's files: the columns that some row fills."""
NO_DATA = Text("“{register}”在本期没有数据", '"{register}" holds no data for the period')


Ranking = tuple[tuple[str, float], ...]
"""Names and their scaled values, greatest first."""


@dataclass(frozen=True, slots=True)
class Value:
    """A measured value; `value` and `ranking` are scaled by the unit, the parts are not.

    With no value, `why_none` says why.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    why_none: Text | None = None
    ranking: Ranking = ()


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """The rows of a register, and the columns that say on which day and whose each row is.

    An empty `day` or `department` is the register's own, as the mart has laid it down.
    """

    register: str
    day: str = ""
    department: str = ""

    @property
    def key(self) -> str:
        """A name fit for a folder: `admission`, `admission@day=admitted_at`."""
        marks = (("day", self.day), ("department", self.department))
        return self.register + "".join(f"@{word}={column}" for word, column in marks if column)


@dataclass(frozen=True, slots=True)
class Part:
    """A numerator or a denominator: an aggregate over a source, equal if its text is."""

    source: Source
    text: str
    aggregate: Aggregate = field(compare=False)


def parts(indicator: Indicator, catalogue: Catalogue) -> tuple[Part, Part | None]:
    """Numerator and denominator; of a ranking, the aggregate that it orders by.

    The indicator's own `day` and `department` place the rows of its register; a denominator
    from a register named apart is placed by that register's own.
    """
    register = catalogue.registers[indicator.register]
    source = Source(
        register.key,
        _unless(indicator.day, register.day),
        _unless(indicator.department, register.department or "department"),
    )
    if ranking := indicator.ranking:
        over = _part(source, ranking.over, register) if ranking.over else None
        return _part(source, ranking.value, register), over
    numerator = _part(source, indicator.numerator, register)
    if indicator.denominator is None:
        return numerator, None
    if indicator.denominator_register is None:
        return numerator, _part(source, indicator.denominator, register)
    other = catalogue.registers[indicator.denominator_register]
    return numerator, _part(Source(other.key), indicator.denominator, other)


def _part(source: Source, text: str, register: Register) -> Part:
    return Part(source, text, aggregate(text, register))


def _unless(word: str | None, usual: str | None) -> str:
    return word if word and word != usual else ""


_NEARLY = 1e-12
"""The share by which values may differ that are the same without their last digits."""
_WHOLE = 1e13
"""Whole numbers below have no digits to spare."""
Span = tuple[date, date]
"""First and last day on which a source has a row."""


def kept_by_hand(register: Register) -> bool:
    """Whether people keep it as things happen: then no entry means that nothing happened."""
    return not register.feed and register.day is None and register.key not in BUILT_IN


def covers(source: Source, spans: Mapping[Source, Span], catalogue: Catalogue) -> Span | None:
    """The days about which a source can speak; outside them there is no data, not 0.

    From its first row to its last. A register that people keep speaks up to the last entry in
    any such register: a month without a fall is 0 falls, as long as the hospital kept records.
    """
    if source not in spans:
        return None
    first, last = spans[source]
    if kept_by_hand(catalogue.registers[source.register]) and not source.day:
        last = max(
            span[1]
            for other, span in spans.items()
            if kept_by_hand(catalogue.registers[other.register]) and not other.day
        )
    return first, last


def speaks(cover: Span | None, period: Period) -> bool:
    """Whether a source can speak about some day of the period."""
    return cover is not None and cover[0] < period.end and period.start <= cover[1]


def settle(
    unit: Unit,
    numerator: float | None,
    denominator: float | None,
    ratio: bool,
    silent: Register | None = None,
) -> Value:
    """Numerator over denominator, times the unit; or why not.

    `ratio`: there ought to be a denominator. `silent`: the register that cannot speak about
    the period. A ratio of nothing to nothing is no value, and so is one without records.
    """
    numerator, denominator = steady(numerator), steady(denominator)
    if silent:
        return Value(None, why_none=NO_DATA.format(register=silent.name))
    if numerator is None or (ratio and denominator is None):
        return Value(None, numerator, denominator, NO_RECORD)
    if ratio and not denominator:
        return Value(None, numerator, denominator, NO_DENOMINATOR)
    return Value(numerator / (denominator or 1.0) * unit.times, numerator, denominator)


def grown(unit: Unit, now: Value, before: Value) -> Value:
    """The change from one value to another, over the other; or why there is none.

    Numerator and denominator are the difference and the value before, in the unit of what grows.
    What was nothing, or less, cannot have grown by a share.
    """
    if now.value is None or before.value is None:
        why = now.why_none if now.value is None else NOT_LAST_YEAR.format(why=before.why_none or "")
        return Value(None, why_none=why)
    if before.value <= 0:
        return Value(None, steady(now.value - before.value), before.value, NOTHING_BEFORE)
    return settle(unit, now.value - before.value, before.value, True)


def begins_at_zero(part: Part) -> bool:
    """Whether no rows at all make 0, and not an unknown."""
    return part.aggregate.additive or part.aggregate.atoms[0].function == "distinct"


def steady(total: float | None) -> float | None:
    """A total without its last digits, which change with the order in which rows are added."""
    if total is None:
        return None
    if -_WHOLE < total < _WHOLE and total == int(total):
        return float(total)
    return float(f"{total:.13g}")


def ranked(groups: Mapping[str, float], top: int, unit: Unit) -> Ranking:
    """The greatest values, scaled; equal ones in order of name; what is 0 is not ranked."""
    best = heapq.nlargest(top, (value for value in groups.values() if value))
    least = best[-1] - abs(best[-1]) * _NEARLY if best else 0.0
    found = [
        (name, (steady(value) or 0.0) * unit.times)
        for name, value in groups.items()
        if value and value >= least
    ]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0]))[:top])


def quotients(groups: Mapping[str, float], over: Mapping[str, float]) -> dict[str, float]:
    """Each name's value over its other one; names without that have none."""
    return {name: value / over[name] for name, value in groups.items() if over.get(name)}


def named(value: object) -> str:
    """A group's name in a ranking: whole numbers without a fraction."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
