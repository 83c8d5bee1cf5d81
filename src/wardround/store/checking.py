"""What the hospital's own data say of a figure that a summary prints.

Decides which indicator a label surely means: its whole name, or a match with no rival. In doubt it
answers nothing, so that nobody is accused by a guess.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from wardround.catalogue.columns import DUTY_WINDOWS, PLAN_PROGRESS
from wardround.catalogue.model import Catalogue, Indicator
from wardround.claims.hospital import Ask, Known
from wardround.period import Period
from wardround.reading.match import matcher_of
from wardround.report.blocks import written_text
from wardround.store.measuring import Measuring
from wardround.text import Refused

SURE = 0.6
"""A match that explains less of the label is none."""
APART = 0.15
"""How far ahead of the next indicator a match must be."""
_MONEY = {"yuan": 1, "yuan_10k": 10_000}
_AS_OF = frozenset({PLAN_PROGRESS.key, DUTY_WINDOWS.key})
"""What these say depends on the day one asks, not on the period alone."""
_COUNTING = re.compile(r"^(?:the |number of |total |总)|(?:人次|人数|例数|台次|数|量)$")
_PER_MILLE = frozenset({"per_1000", "per_1000_device"})
_LENGTHS = frozenset({"days", "minutes", "hours"})


def asker(figures: Measuring, text: str) -> Ask | None:
    """A question to the hospital's figures: label, unit and period in, what is known out.

    None for a document that does not name this hospital: another's figures are not its own.
    """
    name = figures.house.hospital.name
    if name.zh not in text and name.en.lower() not in text.lower():
        return None

    @cache
    def ask(label: str, unit: str, kind: str, period: Period) -> Known | None:
        indicator = meant(figures.house.catalogue, label)
        if indicator is None or not _fits(indicator, unit, kind):
            return None
        try:
            figure = figures.figure(indicator.key, None, period)
        except Refused:
            return None
        if figure.value is None or figure.provisional:
            return None
        value = Fraction(str(figure.value)) * _MONEY.get(indicator.unit, 1)
        return Known(indicator.key, indicator.name, value, written_text(figure, "value"))

    return ask


def meant(catalogue: Catalogue, label: str) -> Indicator | None:
    """The one indicator that a label names, or None."""
    wanted = _plain(label)
    asked = [i for i in catalogue.indicators.values() if not i.ranking and i.register not in _AS_OF]
    named = [
        i for i in asked if wanted in {_plain(w) for w in (i.name.zh, i.name.en, *i.words)}
    ]  # fmt: skip
    if len(named) == 1:
        return named[0]
    if named:
        return None
    found = matcher_of(catalogue).match(label, kinds=("indicator",), top=2)
    best = found[0] if found else None
    if best is None or best.score < SURE or best.named < 1:
        return None
    if len(found) > 1 and best.score - found[1].score < APART:
        return None
    indicator = catalogue.indicators[best.key]
    return None if indicator.register in _AS_OF or indicator.ranking else indicator


def _plain(words: str) -> str:
    """A name without spaces and without the words that only count (人次, number of)."""
    low = re.sub(
        r"^(?:the |number of |total |总)|(?:人次|人数|例数|台次|数|量)$", "", words.lower().strip()
    )
    return re.sub(r"[\s（）()·-]+", "", low)


def _fits(indicator: Indicator, unit: str, kind: str) -> bool:
    """Whether a printed unit of this kind can be the indicator's: 2 例 is no rate."""
    if indicator.unit in ("%", "‰"):
        return unit == indicator.unit
    if indicator.unit in _PER_MILLE:
        return unit == "‰" or kind == "rate"
    if indicator.unit in _MONEY:
        return kind == "money"
    if indicator.unit in _LENGTHS:
        return kind == "length"
    return kind in ("times", "") if indicator.ratio else kind in ("count", "times", "")
