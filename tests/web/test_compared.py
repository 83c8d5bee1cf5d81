"""Departments side by side: the best first, their places as ranges, and who truly differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from wardround.catalogue.load import load
from wardround.figure import Charting
from wardround.indicator.values import Value
from wardround.web import compared

CATALOGUE = load()


@dataclass
class Hospital:
    """As much of `Measuring` as a comparison asks: the tree, the units, the kind of chart."""

    kind: str
    above: dict[str, set[str]] = field(default_factory=dict)

    @property
    def engine(self) -> Any:
        return SimpleNamespace(charting=lambda _: Charting(self.kind))  # type: ignore[arg-type]

    @property
    def house(self) -> Any:
        wards = "abcdefgh"
        tree = {k: frozenset({k}) for k in wards}
        tree |= {k: frozenset({k, *below}) for k, below in self.above.items()}
        return SimpleNamespace(tree=tree, catalogue=CATALOGUE)


def values(**pairs: tuple[float, float]) -> dict[str, Value]:
    return {key: Value(d / n * 100, d, n) for key, (d, n) in pairs.items()}


HANDS = CATALOGUE.indicators["hand_hygiene"]
FALLS = CATALOGUE.indicators["fall_rate"]
FOUND = values(a=(72, 100), b=(70, 100), c=(69, 100), d=(71, 100), e=(20, 100))


def by(kind: str, found: dict[str, Value], **above: set[str]) -> compared.Compared | None:
    indicator = HANDS if kind == "p" else FALLS
    return compared.compared(Hospital(kind, above), indicator, found)  # type: ignore[arg-type]


def test_inside_the_limits_an_order_is_a_range() -> None:
    told = by("p", FOUND)
    assert told and told.outside == 1
    assert [told.place(k) for k in "abcde"] == ["1–4"] * 4 + ["5"]
    assert told.signal("e", HANDS) == "concerning-low" and told.signal("a", HANDS) == ""


def test_rates_are_compared_too_and_fewer_is_better() -> None:
    told = by("u", {k: Value(1, n, 1000) for k, n in zip("abcde", (2, 3, 4, 3, 60), strict=True)})
    assert told and told.place("e") == "5" and told.signal("e", FALLS) == "concerning-high"


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("xmr", FOUND), ("c", FOUND),
        ("p", values(a=(1, 2), b=(1, 2), c=(1, 2), d=(1, 2))),
        ("p", FOUND | values(f=(101, 100))),
        ("p", {}),
    ],
)  # fmt: skip
def test_where_chance_has_no_known_size_there_are_no_places(
    kind: str, found: dict[str, Value]
) -> None:
    assert by(kind, found) is None


def test_a_department_above_others_is_no_peer_of_theirs() -> None:
    told = by("p", FOUND | values(f=(140, 200)), f={"a", "b"})
    assert told and {peer.department for peer in told.peers} == set("abcde")
