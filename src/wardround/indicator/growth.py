"""Growths: how much an indicator's value has changed on the same period of the year before.

Decides what has to be asked for a growth to be told, and tells it. `engine`, `region` and
`reference` find the values of what grows, for a department or the whole, and have them compared
here; no growth is added up or averaged itself. `values.grown` says what the change is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wardround.catalogue.model import Catalogue, Indicator
from wardround.indicator.values import Value, grown
from wardround.period import Period


def apart(indicators: Iterable[Indicator]) -> tuple[list[Indicator], list[Indicator]]:
    """Those that have values of their own, and those that are growths."""
    found: tuple[list[Indicator], list[Indicator]] = [], []
    for indicator in indicators:
        found[indicator.growth_of is not None].append(indicator)
    return found


def growing(growths: Iterable[Indicator], catalogue: Catalogue) -> list[Indicator]:
    """What it is that grows, each once."""
    return [catalogue.indicators[key] for key in dict.fromkeys(i.growth_of or "" for i in growths)]


def beside(periods: Sequence[Period]) -> list[Period]:
    """The periods, then for each the same one of the year before."""
    return [*periods, *(period.year_before() for period in periods)]


def growths(
    asked: Iterable[Indicator], of: Mapping[str, Sequence[Value]], catalogue: Catalogue
) -> dict[str, list[Value]]:
    """Growth → one value a period, from what grows: key → its values in `beside` the periods."""
    found = {}
    for indicator in asked:
        values, unit = of[indicator.growth_of or ""], catalogue.units[indicator.unit]
        half = len(values) // 2
        pairs = zip(values[:half], values[half:], strict=True)
        found[indicator.key] = [grown(unit, now, before) for now, before in pairs]
    return found
