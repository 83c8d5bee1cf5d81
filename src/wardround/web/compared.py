"""Departments side by side under one indicator: their order, and which differences are noise.

Shares and rates have a funnel (`indicator.spc`): a department outside it truly differs, inside it
an order means nothing, so a place is a range. Of other figures no such limits can be worked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wardround.catalogue.model import Indicator
from wardround.figure import Figure
from wardround.indicator import judge, spc
from wardround.indicator.spc import Peer
from wardround.indicator.values import Value
from wardround.store.measuring import Measuring
from wardround.web.standing import named
from wardround.web.templatetags.charts import Dot

FEWEST = 5
"""Fewer departments than this are not compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The pooled value, the departments with their limits, and the range of each one's place."""

    mean: float
    peers: tuple[Peer, ...]
    places: Mapping[str, tuple[int, int]]

    @property
    def outside(self) -> int:
        """How many truly differ."""
        return sum(peer.outside is not None for peer in self.peers)

    def signal(self, department: str, indicator: Indicator) -> str:
        """The sprite's name for a department outside the funnel; "" for one inside."""
        outside = next((p.outside for p in self.peers if p.department == department), None)
        return named(spc.Flag("outside", outside), indicator.direction) if outside else ""

    def place(self, department: str) -> str:
        """`3` or `2–7`; "" where no order can be told."""
        low, high = self.places.get(department, (0, 0))
        return "" if not low else f"{low}" if low == high else f"{low}–{high}"


def compared(
    figures: Measuring, indicator: Indicator, found: Mapping[str, Value]
) -> Compared | None:
    """The departments of a share or a rate against each other; None where chance has no known
    size, or there are too few."""
    kind = figures.engine.charting(indicator).kind[:1]
    tree = figures.house.tree
    pairs = {
        key: (value.numerator, value.denominator)
        for key, value in found.items()
        if value.numerator is not None and value.denominator
        and not (tree[key] - {key}) & found.keys()
    }  # fmt: skip
    if kind not in ("p", "u") or len(pairs) < FEWEST:
        return None
    if kind == "p" and any(not 0 <= d <= n for d, n in pairs.values()):
        return None
    times = figures.house.catalogue.units[indicator.unit].times
    centre, peers = spc.funnel(pairs, kind="p" if kind == "p" else "u", times=times)
    return Compared(centre, tuple(peers), judge.places(peers, indicator.direction))


def rows(
    listed: Mapping[str, Figure], chosen: str | None, indicator: Indicator, by: Compared | None
) -> list[dict[str, Any]]:
    """A department a row: the best first where an order can be told, else in the order given."""
    keys = list(listed)
    if by and by.places:
        sign = -1 if indicator.direction == "up" else 1
        keys.sort(key=lambda key: (key not in by.places, sign * (listed[key].value or 0.0)))
    return [
        {"key": key, "figure": listed[key], "chosen": key == chosen,
         "place": by.place(key) if by else "", "signal": by.signal(key, indicator) if by else ""}
        for key in keys
    ]  # fmt: skip


def funnel(
    figures: Measuring, indicator: Indicator, by: Compared | None, place: str | None
) -> dict[str, Any] | None:
    """What the funnel draws; None where departments cannot be compared."""
    if by is None:
        return None
    dots = [
        Dot(p.denominator, p.value, figures.place_name(p.department),
            by.signal(p.department, indicator) or None, p.department == place)
        for p in by.peers
    ]  # fmt: skip
    limits = sorted((p.denominator, p.lower, p.upper) for p in by.peers)
    return {"dots": dots, "mean": by.mean, "limits": limits}
