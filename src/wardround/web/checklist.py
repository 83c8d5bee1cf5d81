"""A scored checklist as a form: its items with points, findings and dates; what is read back.

What an inspection comes to is `work.inspection`'s matter; what is a valid one `work.record`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from wardround.catalogue.model import Item, Register
from wardround.store.house import House
from wardround.store.models import Case
from wardround.text import Fault, Text
from wardround.web import said
from wardround.web.templatetags import words
from wardround.work import inspection

DAYS = (0, 3, 7)
"""The keys for a date by which a finding is put right, in days from the inspection."""


def name(item: str) -> str:
    """The field's name in the form, the one that faults carry."""
    return f"items.{item}"


def read(register: Register, posted: QueryDict, today: date) -> dict[str, dict[str, str]]:
    """item → answer, finding, due (ISO date), of what was answered."""
    found: dict[str, dict[str, str]] = {}
    for key in register.item:
        answer = posted.get(name(key), "")
        if not answer:
            continue
        found[key] = {"answer": answer}
        if answer == "no":
            finding = posted.get(f"{name(key)}_finding", "").strip()
            found[key] |= {"finding": finding, "due": _due(key, posted, today)}
    return found


def _due(key: str, posted: QueryDict, today: date) -> str:
    """The date that was picked; else the key that was tapped, counted from today."""
    if own := posted.get(f"{name(key)}_due_own", "").strip():
        return own
    days = posted.get(f"{name(key)}_due", "")
    return (today + timedelta(days=int(days))).isoformat() if days in map(str, DAYS) else ""


def items(
    house: House, register: Register, department: str, answers: Mapping[str, Mapping[str, str]],
    today: date, faults: Sequence[Fault] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """The items for `parts/checklist_item.html`."""
    told = {f.field: f.why for f in faults}
    before = _failed_before(house, register, department)
    owner = said.head(house, department) or said.department(house, department)
    return [
        {
            "key": name(key), "number": number, "text": item.name, "points": item.points,
            "veto": item.veto, "basis": _basis(item), "owner": owner,
            "score": _scored(item, answers.get(key, {}).get("answer", "")),
            "answer": answers.get(key, {}).get("answer", ""),
            "finding": answers.get(key, {}).get("finding", ""), "error": told.get(name(key)),
            **_dates(answers.get(key, {}).get("due", ""), today),
            **_repeat(house, register, before.get(key)),
        }
        for number, (key, item) in enumerate(register.item.items(), 1)
    ]  # fmt: skip


def _basis(item: Item) -> Text | None:
    veto = Text("一票否决", "fails the whole inspection")
    if not item.veto:
        return item.source
    if item.source is None:
        return veto
    return Text(f"{item.source.zh}，{veto.zh}", f"{item.source.en}; {veto.en}")


def _scored(item: Item, answer: str) -> str:
    full = words.number(item.points)
    return f"{full if answer == 'yes' else '0' if answer == 'no' else '–'} / {full}"


def _dates(due: str, today: date) -> dict[str, Any]:
    labels = {0: Text("今天", "today"), 3: Text("3 日", "3 days"), 7: Text("7 日", "7 days")}
    choices = []
    for days in DAYS:
        day = today + timedelta(days=days)
        on = Text(*(w.split()[day.weekday()] for w in (words.WEEKDAYS.zh, words.WEEKDAYS.en)))
        label = labels[days]
        shown = label if not days else Text(f"{label.zh}，{on.zh}", f"{label.en}, {on.en}")
        choices.append((str(days), shown))
    key = next((str(d) for d in DAYS if (today + timedelta(days=d)).isoformat() == due), "")
    return {"due_choices": choices, "due": key, "due_own": "" if key else due}


def _failed_before(house: House, register: Register, department: str) -> dict[str, Case]:
    """Item → the last case that the same item opened here within the time of a repeat."""
    opens = house.catalogue.registers.get(register.opens or "")
    if opens is None:
        return {}
    found = Case.objects.filter(register=opens.key, department=department)
    if opens.repeat:
        found = found.filter(opened_at__gte=house.now() - opens.repeat.within.step)
    prefix = f"{register.key}."
    return {
        case.values["item"].removeprefix(prefix): case
        for case in found.order_by("opened_at")
        if str(case.values.get("item", "")).startswith(prefix)
    }


def _repeat(house: House, register: Register, case: Case | None) -> dict[str, Any]:
    """The notice that the same item failed before, and what failing again will do."""
    if case is None:
        return {}
    opens = house.catalogue.registers[case.register]
    day = words.day_short(house.local(case.opened_at))
    if opens.repeat is None:
        return {"repeat_tag": Text("再次", "Again"),
                "repeat": Text(f"{day}同项不合格。", f"This failed on {day} too.")}  # fmt: skip
    next_case = house.catalogue.registers[opens.repeat.opens].name
    return {
        "repeat_tag": Text("再次", "Again"),
        "repeat": Text(
            f"{day}同项不合格。这次再不合格，保存即开启“{next_case.zh}”。",
            f"This failed on {day} too. Failing again opens “{next_case.en}” on saving.",
        ),
    }  # fmt: skip


def standing(register: Register, answers: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The score so far and the bar: for the head of the form, and for the summary."""
    score = inspection.score(register, answers)
    given = [answers.get(key, {}).get("answer", "") for key in register.item]
    return {
        "score": score, "answers": given, "done": sum(map(bool, given)), "count": len(given),
        "failed": len(score.failures),
    }  # fmt: skip
