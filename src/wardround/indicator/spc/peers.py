"""Departments side by side: which of them differ, and how sure their order is.

A funnel has limits at each department's own denominator around the pooled value. Inside them
an order means nothing; so a department's place is a range.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wardround.indicator.spc.chart import Side
from wardround.indicator.spc.rules import Scale


@dataclass(frozen=True, slots=True)
class Peer:
    """One department in a funnel: its value, its own limits, and on which side it is outside.

    `sigma` is what chance does to its value, in the value's unit.
    """

    department: str
    value: float
    denominator: float
    lower: float
    upper: float
    outside: Side | None
    sigma: float = 0.0


def funnel(
    found: Mapping[str, tuple[float, float]],
    *,
    kind: Literal["p", "u"] = "p",
    times: float = 100,
) -> tuple[float, list[Peer]]:
    """The pooled value, and each department within limits at its own denominator.

    `found`: department → (numerator, denominator); a department without a denominator is left
    out. To rank departments inside their limits is to rank noise.
    """
    sums = {key: pair for key, pair in found.items() if pair[1]}
    total = math.fsum(n for _, n in sums.values())
    if not total:
        return math.nan, []
    centre = math.fsum(d for d, _ in sums.values()) / total
    most = 1.0 if kind == "p" else math.inf
    scale = Scale.of([d / n for d, n in sums.values()])
    peers = []
    for key, (d, n) in sums.items():
        sigma = math.sqrt(max(centre * (1 - centre) if kind == "p" else centre, 0.0) / n)
        lower, upper = centre - 3 * sigma, centre + 3 * sigma
        value = d / n
        outside: Side | None = None
        if scale.above(value, upper) or scale.above(lower, value):
            outside = "high" if value > upper else "low"
        limits = max(lower, 0.0) * times, min(upper, most) * times
        peers.append(Peer(key, value * times, n, *limits, outside, sigma * times))
    return centre * times, peers


def places(peers: Sequence[Peer], best: Side) -> dict[str, tuple[int, int]]:
    """Department → the best and the worst place that chance allows; `best` says which end leads.

    Two departments are apart if their values differ by more than 3 standard errors of the
    difference; all others might as well stand the other way round.
    """
    sign = 1 if best == "high" else -1
    scale = Scale.of([peer.value for peer in peers])

    def ahead(one: Peer, other: Peer) -> bool:
        noise = 3 * math.hypot(one.sigma, other.sigma)
        return scale.above(sign * (one.value - other.value), noise)

    return {
        peer.department: (
            1 + sum(ahead(other, peer) for other in peers),
            len(peers) - sum(ahead(peer, other) for other in peers),
        )
        for peer in peers
    }
