"""What people fill into a plan: answers to its gaps, proposals for them, items dropped.

An answer corrects the item's entry; nothing is proposed but what the hospital itself has shown,
and nothing counts until a person has said it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from wardround.figure import Figure, Target
from wardround.period import Cadence, Period
from wardround.reading.plan import read
from wardround.store import ledger
from wardround.store.house import House
from wardround.store.measuring import Measuring
from wardround.store.models import Entry
from wardround.store.plans import REGISTER, UNSEEN, Item, measurable, owners
from wardround.text import Fault, Refused, Text, refuse
from wardround.work.authority import Viewer, may_plan
from wardround.work.plan import deadline_day

CADENCES: dict[str, Text] = {
    "FREQ=DAILY": Text("每日", "Daily"), "FREQ=WEEKLY": Text("每周", "Weekly"),
    "FREQ=MONTHLY": Text("每月", "Monthly"),
    "FREQ=MONTHLY;INTERVAL=3": Text("每季", "Quarterly"),
    "FREQ=MONTHLY;INTERVAL=6": Text("每半年", "Half-yearly"),
    "FREQ=YEARLY": Text("每年", "Yearly"),
}  # fmt: skip
_USUAL = ("FREQ=MONTHLY", "FREQ=MONTHLY;INTERVAL=3")


@dataclass(frozen=True, slots=True)
class Proposed:
    """One answer that a person may take over: what is said, and what would be kept."""

    words: Text
    value: str
    indicator: str = ""


def answer(house: House, item: Item, gap: str, said: Mapping[str, str], who: Viewer) -> Entry:
    """Fill one gap: corrects the item's entry, and the question is gone. Raises `Refused`."""
    if not may_plan(who):
        raise refuse("计划由院办公室补全，您可以查看，不能修改。",
                     "The hospital office completes plans; you may read them.")  # fmt: skip
    if item.entry is None:
        raise refuse("先确认采纳计划，再补缺项。", "Adopt the plan first, then fill its gaps.")
    if gap not in item.asks:
        raise refuse("这一处已经补过了。", "This gap is filled already.")
    values = dict(item.values) | filled(house, item, gap, said)
    left = [a for a in item.asks if a not in _settles(item, gap)]
    values = {k: v for k, v in (values | {"asks": left}).items() if v not in (None, [], "")}
    return _correct(house, item.entry, values, who)


def _correct(house: House, key: str, values: Mapping[str, Any], who: Viewer) -> Entry:
    entry = Entry.objects.get(pk=key)
    return ledger.append(house, ledger.Proposal(
        REGISTER, values, entry.department, occurred_at=entry.occurred_at, supersedes=key,
        reason="补计划缺项",
    ), who).entry  # fmt: skip


def _settles(item: Item, gap: str) -> set[str]:
    """The gaps that an answer closes: whoever answers has looked; work that has a cadence needs
    no deadline, nor the other way round unless the plan says 定期."""
    work = item.values.get("kind") in ("measure", "requirement")
    regular = "REGULAR" in (item.values.get("cadence") or "")
    if work and (gap == "cadence" or (gap == "deadline" and not regular)):
        return {"cadence", "deadline", UNSEEN}
    return {gap, UNSEEN}


def filled(house: House, item: Item, gap: str, said: Mapping[str, str]) -> dict[str, Any]:
    """The values that an answer sets, as keys or in words: 护理部、医务科; 每两周一次; 10月底;
    95%以上. That an item was looked at sets none. Raises `Refused` where the words say nothing
    that fits."""
    if gap == UNSEEN:
        return {}
    value = str(said.get("value") or "").strip()
    if not value:
        raise refuse("请填写答案。", "Write an answer.", field="value")
    if gap == "owner":
        return {"owners": _owners(house, item, value)}
    if gap == "cadence":
        return {"cadence": _cadence(value)}
    if gap == "deadline":
        return {"deadline": _day(value, int(item.values.get("year") or 0))}
    if gap == "target":
        return {"targets": _targets(house, item, value, str(said.get("indicator") or ""))}
    return {"text": value}


def _owners(house: House, item: Item, value: str) -> list[dict[str, str]]:
    found = [{"department": key} for key in item.owners]
    for word in (w.strip() for w in re.split(r"[、，,;；]", value)):
        keys = [word] if word in house.hospital.department else owners(house, word)
        if word and not keys:
            raise refuse(f"没有这个科室：{word}。", f"There is no such department: {word}.",
                         field="value")  # fmt: skip
        found += [{"department": k} for k in keys if {"department": k} not in found]
    return found


def _cadence(value: str) -> str:
    """A rule, a usual name of one, or what the reader finds in the words."""
    named = [k for k, words in CADENCES.items() if value.lower() in (words.zh, words.en.lower())]
    if named:
        return named[0]
    if value.upper().startswith("FREQ="):
        Cadence.parse(value)
        return value
    rule = next((s.cadence for s in read(value) if s.cadence and "REGULAR" not in s.cadence), None)
    if rule is None:
        raise refuse(f"“{value}”不是频次。请写成：每月、每两周一次。",
                     f'"{value}" is not a cadence. Write: monthly, every two weeks.',
                     field="value")  # fmt: skip
    return rule


def _day(value: str, year: int) -> str:
    """A day, or words that name one in the plan's year."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        if (year and deadline_day(value, year)) or re.fullmatch(r"P[\dTYMWDHS]+", value):
            return value
        raise refuse(
            f"“{value}”不是日期。请写成 2026-06-30 或 6月底。",
            f'"{value}" is not a date. Write 2026-06-30 or end of June.', field="value",
        ) from error  # fmt: skip


def _targets(house: House, item: Item, value: str, key: str) -> list[dict[str, Any]]:
    """The rows of targets with this one: in place of the first without a number."""
    target = _aimed(value)
    if key and key not in house.catalogue.indicators:
        raise refuse("没有这个指标。", "There is no such indicator.", field="indicator")
    rows = [dict(row) for row in item.values.get("targets") or []]
    row = next((r for r in rows if not r.get("target")), None)
    if row is None:
        rows.append(row := {"words": value})
    row["target"] = target
    if key:
        row["indicator"] = key
    return rows


def _aimed(value: str) -> str:
    """`>= 95` and its like, or what the reader finds in 95%以上, at least 95%."""
    plain = re.sub(r"(?<=\d)\s*%?\s*[-—–~至]\s*(?=\d)", "..", value).rstrip("% ")
    try:
        return Target.parse(plain.replace("≥", ">=").replace("≤", "<=")).as_words()
    except Refused:
        targets = [t for s in read(f"目标{value}") for t in s.targets]
        found = next((m for t in targets if (m := measurable(t))), None)
        if found is None:
            raise
        return found


def changed(
    house: House, old: Mapping[str, Any], said: Mapping[str, str],
    rows: Sequence[Sequence[str]], duties: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """The values that a filled-in form sets upon `old`; `rows` are (target, indicator, words).
    What was left as it stood is not read anew. Raises `Refused` with every fault at once."""
    year = int(old.get("year") or 0)
    blank, found, faults = Item(None, {"year": year}), dict[str, Any](), list[Fault]()

    def take(field: str, make: Callable[[], Any]) -> None:
        try:
            found[field] = make()
        except Refused as refused:
            faults.extend(Fault(f.why, f.place, field) for f in refused.faults)

    makes: dict[str, Callable[[str], Any]] = {
        "owners": lambda value: _owners(house, blank, value), "cadence": _cadence,
        "deadline": lambda value: _day(value, year),
    }  # fmt: skip
    for key, make in makes.items():
        value = said.get(key, "").strip()
        if value and value == old.get(key):
            found[key] = value
        elif value:
            take(key, partial(make, value))
        else:
            found[key] = [] if key == "owners" else None
    found |= {k: said[k].strip() for k in ("text", "kind") if said.get(k, "").strip()}
    take("targets", lambda: [_row(house, *row) for row in rows if row[0].strip() or row[2]])
    found["duties"] = [{"duty": d} for d in duties if d in house.catalogue.duties]
    if faults:
        raise Refused(*faults)
    return found


def _row(house: House, aim: str, indicator: str, words: str) -> dict[str, str]:
    """One target: in the plan's words, as a number where there is one, tied where it is said."""
    if indicator and indicator not in house.catalogue.indicators:
        raise refuse("没有这个指标。", "There is no such indicator.", field="indicator")
    row = {"words": words or aim}
    if aim.strip():
        row["target"] = _aimed(aim.strip())
        if indicator:
            row["indicator"] = indicator
    return row


def drop(house: House, item: Item, reason: str, who: Viewer) -> None:
    """Void an item: it stays in the ledger with who dropped it and why."""
    if not may_plan(who):
        raise refuse("计划由院办公室作废，您可以查看，不能修改。",
                     "The hospital office drops plan items; you may read them.")  # fmt: skip
    if item.entry is None or not reason.strip():
        raise refuse("请写明为什么不做了。", "Say why it is dropped.", field="reason")
    entry = Entry.objects.get(pk=item.entry)
    ledger.append(house, ledger.Proposal(
        REGISTER, {}, entry.department, occurred_at=entry.occurred_at, supersedes=item.entry,
        void=True, reason=reason,
    ), who)  # fmt: skip


# -- proposals -------------------------------------------------------------------------------


def proposals(figures: Measuring, item: Item, gap: str) -> list[Proposed]:
    """At most two answers that the hospital's own duties and figures suggest."""
    house = figures.house
    if gap == "owner":
        return [Proposed(house.hospital.department[d].name, d) for d in _keepers(house, item)][:2]
    if gap == "cadence":
        return [Proposed(CADENCES[rule], rule) for rule in _USUAL]
    if gap == "target":
        return [p for f in last_year(figures, item) if (p := _aim(f))][:2]
    return []


def _keepers(house: House, item: Item) -> list[str]:
    """Departments that owe the duties tied to an item, where they are few."""
    found: list[str] = []
    for key in item.duties:
        duty = house.catalogue.duties[key]
        register = house.catalogue.registers[duty.register]
        function = duty.keeper or register.keeper or register.owner
        found += [d.key for d in house.hospital.performing(function)] if function else []
    return list(dict.fromkeys(found)) if len(set(found)) <= 2 else []


def last_year(figures: Measuring, item: Item) -> list[Figure]:
    """Last year's values of the indicators that an item names without a target."""
    year = int(item.values.get("year") or figures.at.year) - 1
    rows = item.values.get("targets") or []
    keys = [r["indicator"] for r in rows if r.get("indicator") and not r.get("target")]
    found = [figures.figure(k, None, Period.parse(str(year))) for k in keys]
    return [f for f in found if f.value is not None]


def _aim(figure: Figure) -> Proposed | None:
    """No worse than last year; None where no direction is better."""
    op = {"up": ">=", "down": "<="}.get(figure.direction)
    if op is None or figure.value is None:
        return None
    written = figure.unit.write(figure.value).replace(",", "").replace("−", "-")
    shown = f"{'≥' if op == '>=' else '≤'} {figure.written()}"
    return Proposed(
        Text(f"{shown} {figure.unit.symbol.zh}（去年实际）",
             f"{shown} {figure.unit.symbol.en} (last year's value)"),
        f"{op} {written}", figure.indicator,
    )  # fmt: skip
