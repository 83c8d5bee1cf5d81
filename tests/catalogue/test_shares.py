"""Shares of counts: what counts above the line counts below it, so that none passes the whole."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from wardround.catalogue.columns import BUILT_IN, columns
from wardround.catalogue.load import load
from wardround.formula import Aggregate, Names

BY_DEFINITION = {"repeat_finding": "findings over those of them that are closed, as it says"}
_MINUTES = (0, 5, 20, 60, 600, 1500, 5000, 50000)


def row(names: Names, rng: random.Random) -> dict[str, Any]:
    return {key: None if rng.random() < 0.2 else _value(names, key, rng) for key in names}


def _value(names: Names, key: str, rng: random.Random) -> Any:
    name = names[key]
    if name.choices:
        return rng.choice(sorted(name.choices))
    if name.kind in ("date", "datetime"):
        moment = datetime(2026, 3, 1) + timedelta(minutes=rng.choice(_MINUTES))
        return moment.date() if name.kind == "date" else moment
    made = {"flag": rng.random() < 0.5, "number": float(rng.choice((0, 1, 2, 4, 30))), "list": []}
    return made.get(name.kind, "a")


def test_what_counts_above_counts_below() -> None:
    catalogue, strange = load(), set()
    for key, one in catalogue.indicators.items():
        if not one.denominator or one.denominator_register or one.unit not in ("%", "‰"):
            continue
        names = columns(catalogue.registers.get(one.register) or BUILT_IN[one.register])
        above, below = (Aggregate.parse(f, names) for f in (one.numerator, one.denominator))
        if any(atom.function != "count" for atom in (*above.atoms, *below.atoms)):
            continue
        looked = {k: names[k] for k in above.names | below.names}
        rng = random.Random(1)
        rows = (row(looked, rng) for _ in range(150))
        if any(above.contribution(r) > below.contribution(r) for r in rows):
            strange.add(key)
    assert strange == set(BY_DEFINITION)
