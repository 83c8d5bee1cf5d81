"""How plan items stand and who answers for them, as the office's and the president's pages ask.

The state itself is decided in `work.plan` from the figures; here they are measured together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wardround.catalogue.columns import PLAN_STATES
from wardround.period import Limit, Period
from wardround.store import plans
from wardround.store.house import House
from wardround.store.measuring import Measuring
from wardround.store.wording import cadence_words
from wardround.text import Refused, Text, same
from wardround.work import plan as rule

BARS = {"done": "done", "under_way": "running", "not_begun": "later", "no_evidence": "ask",
        "overdue": "overdue"}  # fmt: skip
NO_LEADER = Text("没有写明责任科室", "No owner named")
Stood = list[tuple[plans.Item, rule.PlanState]]


def to_date(at: datetime) -> Period:
    """The year up to the present month."""
    return Period.parse(f"{at.year}-01..{at:%Y-%m}")


def values(figures: Measuring, items: Sequence[plans.Item]) -> Mapping[str, float | None]:
    """Indicator → value of the year to date, for every indicator some item is judged by."""
    needed = plans.indicators_of(figures.house.catalogue, items)
    series = figures.engine.series_many(needed, None, [to_date(figures.at)]) if needed else {}
    return {key: found[0].value for key, found in series.items()}


def stood(figures: Measuring, items: Sequence[plans.Item]) -> Stood:
    """Each item with how it stands today."""
    known, today = values(figures, items), figures.at.date()
    return [(i, rule.state(plans.evidence(i, known), i.deadline, today)) for i in items]


def by_leader(house: House, found: Stood) -> list[dict[str, Any]]:
    """One bar a leader in charge, the longest first; items of nobody last."""
    counts: dict[str, Counter[str]] = {}
    for item, state in found:
        leader = house.hospital.leader_of(item.owners[0]) if item.owners else None
        counts.setdefault(leader.key if leader else "", Counter())[state] += 1
    bars = []
    for key, states in sorted(counts.items(), key=lambda pair: (not pair[0], -pair[1].total())):
        person = house.hospital.person.get(key)
        bars.append({
            "name": person.name if person else NO_LEADER,
            "post": person.post if person else None,
            "count": states.total(),
            "parts": [(BARS[s], states[s], words) for s, words in PLAN_STATES.items()],
        })  # fmt: skip
    return bars


def totals(found: Stood) -> list[tuple[str, int, Text]]:
    """(bar's state, count, words) of all items together."""
    states = Counter[str](state for _, state in found)
    return [(BARS[s], states[s], words) for s, words in PLAN_STATES.items()]


def aim(words: str) -> Text:
    """A target in the plan's words, its direction as the page's language has it."""
    plain = words.replace(">=", "≥").replace("<=", "≤").replace("..", "–")
    plain = re.sub(r" range ([\d.]+)-", r" \1–", plain)
    return Text(plain.replace("increase", "增长").replace("decrease", "下降"), plain)


def aimed(house: House, row: Mapping[str, Any]) -> Text:
    """A target of an item: in the unit of its indicator, or in the plan's words."""
    said = aim(str(row.get("target") or row.get("words") or ""))
    found = house.catalogue.indicators.get(row.get("indicator") or "")
    if not (found and row.get("target")):
        return said
    unit = house.catalogue.units[found.unit].symbol
    return Text(f"{said.zh} {unit.zh}", f"{said.en} {unit.en}")


def promised(house: House, row: Mapping[str, Any]) -> Text:
    """A target of an item with the name of the indicator that it is tied to."""
    aim, found = aimed(house, row), house.catalogue.indicators.get(row.get("indicator") or "")
    return Text(f"{found.name.zh} {aim.zh}", f"{found.name.en} {aim.en}") if found else aim


def timing(values: Mapping[str, Any]) -> list[Text]:
    """An item's cadence and deadline in words, as far as it has them."""
    limits = str(values.get("deadline") or "").split(" | ")
    found = [cadence_words(values.get("cadence")), *map(_deadline, limits)]
    return [words for words in found if words]


def _deadline(words: str) -> Text | None:
    """A day or the plan's own words as they stand; a limit (P3D) said."""
    if not re.fullmatch(r"P[\dTYMWDHS]+", words):
        return same(words) if words else None
    try:
        limit = Limit.parse(words).name()
    except Refused:
        return same(words)
    return Text(f"{limit.zh}内", f"within {limit.en}")
