"""What figures have become since they were told: late rows, corrections, other formulas.

What was told stays what it was; here the figure of now is set beside it. Whether that matters is
for people to say.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wardround.figure import Figure
from wardround.period import Period
from wardround.report.blocks import Document
from wardround.store.measuring import Measuring
from wardround.web.standing import address


@dataclass(frozen=True, slots=True)
class Since:
    """A figure as it was told and as it is `now`, whose page is `url`. `formula`: it is worked
    otherwise today."""

    told: Figure
    now: Figure
    url: str
    formula: bool


def changed(told: Figure, figures: Measuring, then: Measuring) -> Since | None:
    """What a figure has become, by what is known to `figures`; None if it is the same."""
    now = figures.figure(told.indicator, told.department, told.period)
    same = all(_same(getattr(told, part), getattr(now, part))
               for part in ("value", "numerator", "denominator"))  # fmt: skip
    if same and told.ranking == now.ranking:
        return None
    formula = then.indicator(told.indicator) != figures.indicator(told.indicator)
    return Since(told, now, address(told.indicator, told.period, told.department), formula)


def _same(a: float | None, b: float | None) -> bool:
    return a == b or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9))


def in_document(document: Document, figures: Measuring, then: Measuring) -> list[Since]:
    """The figures of a document that would be written otherwise now, each once, in reading
    order."""
    told = list(_once(run.figure for run in document.figures()))
    wanted: dict[str | None, tuple[dict[str, None], dict[Period, None]]] = defaultdict(
        lambda: ({}, {})
    )
    for one in told:
        wanted[one.department][0][one.indicator] = None
        wanted[one.department][1][one.period] = None
    for place, (keys, periods) in wanted.items():
        figures.prepare(list(keys), place, list(periods))
    found = [since for one in told if (since := changed(one, figures, then))]
    return [since for since in found if since.told.written() != since.now.written()]


def _once(told: Iterable[Figure]) -> Iterator[Figure]:
    seen = set[tuple[str, str | None, str]]()
    for one in told:
        key = one.indicator, one.department, one.period.key
        if key not in seen:
            seen.add(key)
            yield one
