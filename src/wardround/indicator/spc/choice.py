"""Which chart a series gets: what the declaration speaks for, and what the data make of it.

A share of counts is a p chart, a rate a u chart, a count a c chart, anything else XmR. Where
counts scatter far more than chance the limits widen (p′, u′; of plain counts that is XmR). Where
there is less than one event a period, a period shows no more than a burst: the stretches between
events say the rest (g, t). A kind that the declaration names is never changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from wardround.catalogue.columns import PLAN_PROGRESS
from wardround.catalogue.model import Catalogue, Indicator, Register
from wardround.figure import Charting, ChartKind
from wardround.formula import Atom
from wardround.indicator.spc.chart import FEWEST, Chart, Flag
from wardround.indicator.spc.limits import (
    Amounts,
    between_events,
    counts,
    proportions,
    rates,
    time_between,
    xmr,
)
from wardround.indicator.values import Part, parts

SPREAD, LARGE = 1.2, 50
"""σ_z above which counts scatter more than chance, and events a period from which it is believed:
one wild month among few events is a signal, not a reason for wider limits."""
_SHARES = ("%", "‰")


class Counted(Protocol):
    """A value of one period, with its sums: a `Value` or a `Figure`."""

    @property
    def value(self) -> float | None: ...
    @property
    def numerator(self) -> float | None: ...
    @property
    def denominator(self) -> float | None: ...


# -- what the declaration speaks for -------------------------------------------------------------


def charting(indicator: Indicator, catalogue: Catalogue) -> Charting:
    """How an indicator's series is charted, by its own word or by its formulas."""
    kind, rare = _kind(indicator, catalogue)
    if indicator.chart in ("g", "t"):
        return Charting(kind, True, indicator.rebase, indicator.chart, always=True)
    return Charting(indicator.chart or kind, indicator.chart is not None, indicator.rebase, rare)


def _kind(indicator: Indicator, catalogue: Catalogue) -> tuple[ChartKind, ChartKind]:
    """The kind, and the kind for rare events: g needs opportunities in the events' own order."""
    if indicator.ranking or indicator.growth_of or indicator.register == PLAN_PROGRESS.key:
        return "xmr", "t"
    numerator, denominator = parts(indicator, catalogue)
    if denominator is None:
        plain = _counts(numerator, catalogue, (1.0,))
        return ("c" if plain and catalogue.units[indicator.unit].times == 1 else "xmr"), "t"
    if indicator.unit in _SHARES:
        both = _counts(numerator, catalogue) and _counts(denominator, catalogue)
        together = numerator.source == denominator.source
        return ("p" if both else "xmr"), ("g" if both and together else "t")
    rows = all(f == 1 and a.function in ("count", "distinct") for f, a in numerator.aggregate.terms)
    return ("u" if rows and _exposure(denominator) else "xmr"), "t"


def _counts(part: Part, catalogue: Catalogue, factors: tuple[float, ...] = (1.0, -1.0)) -> bool:
    """Whether a part counts things: rows, or fields that hold whole numbers of them."""
    whole = _whole(catalogue.registers[part.source.register])

    def counting(atom: Atom) -> bool:
        bare = atom.value is not None and atom.value.text.strip() in whole
        return atom.function in ("count", "distinct") or (atom.function == "sum" and bare)

    return all(f in factors and counting(atom) for f, atom in part.aggregate.terms)


def _whole(register: Register) -> set[str]:
    """The columns that hold whole numbers of things, and no measured quantity."""
    found = {f.key for f in register.field.values() if f.type in ("integer", "flag") and not f.unit}
    for rows in (f for f in register.field.values() if f.type == "rows"):
        found |= {f"{rows.key}_count"} | {f"{rows.key}_{key}" for key in rows.column}
    if register.shape == "checklist":
        found |= {"items_checked", "items_failed"}
    return found | ({"signed"} if register.shape == "document" else set())


def _exposure(part: Part) -> bool:
    """Whether a part adds up to something that events can happen in."""
    return part.aggregate.additive or part.aggregate.atoms[0].function == "distinct"


# -- what the data make of it ----------------------------------------------------------------------


def charted(
    series: Sequence[Counted],
    how: Charting,
    *,
    times: float = 1.0,
    most: float = math.inf,
    rebase: Sequence[int] = (),
) -> Chart:
    """The chart of a series of periods; `times` is the unit's factor, `most` its greatest value.

    A period without a value is a gap. Of rare events only a burst is flagged, and `rare` names
    the chart of the stretches between them (`gaps`).
    """
    fixed = how.declared and not how.always
    kind = how.kind if fixed else _fitting(series, how.kind)
    above = [one.numerator if one.value is not None else None for one in series]
    below = [one.denominator if one.value is not None else None for one in series]
    events, complement = _events(above, below, kind)
    values = [one.value for one in series]
    if how.always or (not fixed and kind != "xmr" and _rare(events)):
        chart = _drawn(kind, values, above, below, times, most, rebase)
        return _bursts(replace(chart, rare=how.rare, complement=complement))
    chart = _drawn(kind, values, above, below, times, most, rebase)
    if fixed or _mean(events) < LARGE or (chart.sigma_z or 0) <= SPREAD:
        return chart
    wide: dict[ChartKind, ChartKind] = {"p": "p'", "u": "u'", "c": "xmr"}
    wider = _drawn(wide[kind], values, above, below, times, most, rebase)
    return replace(wider, sigma_z=chart.sigma_z)


def _drawn(
    kind: ChartKind, values: Amounts, above: Amounts, below: Amounts, times: float, most: float,
    rebase: Sequence[int],
) -> Chart:  # fmt: skip
    if kind in ("p", "p'"):
        return proportions(above, below, times=times, laney=kind == "p'", rebase=rebase)
    if kind in ("u", "u'"):
        return rates(above, below, times=times, laney=kind == "u'", rebase=rebase)
    return counts(above, rebase=rebase) if kind == "c" else _individuals(values, most, rebase)


def _bursts(chart: Chart) -> Chart:
    """Only what lies beyond the limit on the side of many events; long runs without any are what
    rare events look like."""
    burst = Flag("outside", "low" if chart.complement else "high")
    return replace(chart, flags=tuple(flag if flag == burst else None for flag in chart.flags))


def _fitting(series: Sequence[Counted], kind: ChartKind) -> ChartKind:
    """The declared formulas' kind, unless the data deny it: no share exceeds its whole, and what
    never happens, or always, has nothing that could vary."""
    known = [one for one in series if one.value is not None]
    above = [one.numerator or 0.0 for one in known]
    below = [one.denominator or 0.0 for one in known]
    events, _ = _events(above, below, kind)
    denied = kind == "p" and any(not 0 <= d <= n for d, n in zip(above, below, strict=True))
    return "xmr" if denied or not any(events) or min(above, default=0) < 0 else kind


def _events(above: Amounts, below: Amounts, kind: ChartKind) -> tuple[list[float], bool]:
    """Events a period; of a share, the rarer outcome, and whether that is the complement."""
    pairs = [(d, n) for d, n in zip(above, below, strict=True) if d is not None]
    events = [d for d, _ in pairs]
    if kind not in ("p", "p'") or any(n is None for _, n in pairs):
        return events, False
    others = [(n or 0.0) - d for d, n in pairs]
    return (others, True) if sum(others) < sum(events) else (events, False)


def _mean(events: Sequence[float]) -> float:
    return math.fsum(events) / len(events) if events else 0.0


def _rare(events: Sequence[float]) -> bool:
    return len(events) >= FEWEST and 0 < _mean(events) < 1


def _individuals(values: Sequence[float | None], most: float, rebase: Sequence[int]) -> Chart:
    known = [x for x in values if x is not None]
    least = 0.0 if min(known, default=0) >= 0 else -math.inf
    top = most if max(known, default=0) <= most else math.inf
    return xmr(values, rebase=rebase, bounds=(least, top))


# -- rare events -----------------------------------------------------------------------------------

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Happening:
    """So many events at a moment, of so many opportunities then, with all `before` it."""

    at: datetime
    events: float
    chances: float
    before: float


@dataclass(frozen=True, slots=True)
class Gaps:
    """A chart of the stretches between events, and the moment of the event that ended each."""

    chart: Chart
    ends: tuple[datetime, ...]


def gaps(
    found: Sequence[Happening], kind: ChartKind, *, complement: bool = False,
    rebase: Sequence[datetime] = (),
) -> Gaps:  # fmt: skip
    """The g or t chart of events in order of time.

    Several at one moment share it evenly: a day where only days are known, else a minute; so no
    stretch of time is nothing. `complement`: the event is what the indicator does not count.
    """
    whole_days = all(one.at == one.at.replace(hour=0, minute=0, second=0) for one in found)
    share = timedelta(days=1) if whole_days else timedelta(minutes=1)
    places: list[float] = []
    ends: list[datetime] = []
    for one in found:
        number = max(round(one.events), 1)
        for n in range(number):
            part = (n + 1) / (number + 1)
            if kind == "g":
                others = max(one.chances - one.events, 0.0)
                places.append(one.before + others * part + n)
            else:
                places.append((one.at.timestamp() + share.total_seconds() * part) / _DAY)
            ends.append(one.at)
    between = [max(b - a - (kind == "g"), 0.0) for a, b in pairwise(places)]
    steps = [sum(end < since for end in ends[1:]) for since in rebase]
    draw = between_events if kind == "g" else time_between
    chart = replace(draw(between, rebase=steps), turned=not complement)
    return Gaps(chart, tuple(ends[1:]))
