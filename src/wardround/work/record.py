"""The one gate for an entry: page, CSV, phone and API all come through here.

Decides whether what somebody wrote is a valid entry of its register and in what form it is
kept. Who may write it is `authority`'s matter; keeping it is the ledger's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wardround.catalogue.columns import condition
from wardround.catalogue.model import Field, Item, Register
from wardround.catalogue.values import Known as Known
from wardround.catalogue.values import fault, missing, out_of_order, parse, typed
from wardround.text import Fault, Refused, Text

AHEAD = timedelta(minutes=5)
"""How far a device's clock may run before ours."""
ANSWERS = {"yes": Text("是", "Yes"), "no": Text("否", "No"), "na": Text("不适用", "Not applicable")}


@dataclass(frozen=True, slots=True)
class Entry:
    """What was recorded, as rules see it. Times carry their zone; `values` are plain JSON."""

    id: str
    register: str
    department: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    values: Mapping[str, Any]
    subject: str | None = None
    about: str | None = None
    supersedes: str | None = None


def clean(
    register: Register,
    raw: Mapping[str, Any],
    *,
    subject: str | None,
    occurred_at: datetime,
    at: datetime,
    known: Known,
) -> dict[str, Any]:
    """The values in the form in which they are kept: JSON, keys of choices, ISO times.

    Values may come as text (from a form or a file) or as JSON (from the API). Raises
    `Refused` with every fault, each with its field. A reading outside its limits is kept;
    one that cannot be is refused.
    """
    faults: list[Fault] = []
    fields = register.field
    extra = {"items"} if register.shape == "checklist" else set()
    for key in raw.keys() - fields.keys() - extra:
        faults.append(fault(key, f"本登记没有“{key}”这一栏。", f'There is no field "{key}" here.'))
    values = parse(fields, raw, occurred_at.tzinfo, known, faults)
    if register.shape == "checklist":
        values["items"] = _items(register.item, raw.get("items"), occurred_at, faults)
    if not faults:
        _require(register, values, occurred_at, faults)
    _subject(register, subject, known, faults)
    faults += _time(occurred_at, at)
    if faults:
        raise Refused(*faults)
    return values


def outside(field: Field, value: Any) -> Text | None:
    """The sentence for a reading that breaks its limits, or None if it is in order."""
    if field.inside is None or value is None:
        return None
    low, high = field.inside
    if low <= value <= high:
        return None
    limit, zh, en = (high, "高于上限", "above") if value > high else (low, "低于下限", "below")
    unit = f" {field.unit}" if field.unit else ""
    return Text(
        f"{value:g}{unit}，{zh} {limit:g}{unit}。读数没错就照实保存。",
        f"{value:g}{unit} is {en} the limit of {limit:g}{unit}. If the reading is right, save it.",
    )


def answers(
    form: Register, raw: Mapping[str, Any], occurred_at: datetime, known: Known
) -> dict[str, Any]:
    """What a step of a case says in the fields that its stage asks for (`columns.stage_form`),
    as it is kept. Raises `Refused` with every fault."""
    faults = list[Fault]()
    for key in raw.keys() - form.field.keys() - _STEP:
        faults.append(fault(key, f"这一步没有“{key}”这一栏。", f'No field "{key}" is asked here.'))
    values = parse(form.field, raw, occurred_at.tzinfo, known, faults)
    if not faults:
        _require(form, values, occurred_at, faults)
    if faults:
        raise Refused(*faults)
    return values


_STEP = frozenset({"step", "note", "passed"})


def _require(
    register: Register, values: Mapping[str, Any], occurred_at: datetime, faults: list[Fault]
) -> None:
    row = {**typed(register, values), "occurred_at": occurred_at}
    faults += out_of_order(register.field, row)
    for field in register.field.values():
        if field.key in values:
            continue
        if field.required and (
            not field.shown_when or condition(field.shown_when, register).holds(row)
        ):
            faults.append(missing(field))
        elif field.required_when and condition(field.required_when, register).holds(row):
            why = _cause(register, row)
            faults.append(fault(
                field.key, f"{why.zh}请填写{field.name.zh}。",
                f"{why.en}{field.name.en} is required.",
            ))  # fmt: skip


def _cause(register: Register, row: Mapping[str, Any]) -> Text:
    """The limits that a reading breaks, in front of what is asked for because of it."""
    said = [t for f in register.field.values() if (t := outside(f, row.get(f.key)))]
    if not said:
        return Text("", "")
    return Text(said[0].zh.split("。")[0] + "。", said[0].en.split(". ")[0] + ". ")


def _items(
    items: Mapping[str, Item], raw: Any, occurred_at: datetime, faults: list[Fault]
) -> dict[str, dict[str, str]]:
    """Answers to a checklist: every item answered, every failure with its finding."""
    given = raw if isinstance(raw, Mapping) else {}
    found: dict[str, dict[str, str]] = {}
    for key in given.keys() - items.keys():
        faults.append(fault(f"items.{key}", f"没有“{key}”这一项。", f'There is no item "{key}".'))
    for key, item in items.items():
        answer = given.get(key)
        answer = answer if isinstance(answer, Mapping) else {"answer": answer}
        word = answer.get("answer")
        if not isinstance(word, str) or word not in ANSWERS:
            faults.append(fault(
                f"items.{key}", f"“{item.name.zh}”还没有查。", f'"{item.name.en}" is not answered.'
            ))  # fmt: skip
            continue
        found[key] = {k: str(v) for k, v in answer.items() if k in _ANSWER and v not in (None, "")}
        if word == "no" and not found[key].get("finding"):
            faults.append(fault(
                f"items.{key}", f"“{item.name.zh}”不合格，请写明发现。",
                f'"{item.name.en}" failed: write what was found.',
            ))  # fmt: skip
        if due := found[key].get("due"):
            found[key] |= _due(key, due, occurred_at, faults)
    return found


_ANSWER = ("answer", "finding", "due")


def _due(key: str, due: str, occurred_at: datetime, faults: list[Fault]) -> dict[str, str]:
    try:
        if date.fromisoformat(due) >= occurred_at.date():
            return {"due": due}
    except ValueError:
        pass
    faults.append(fault(
        f"items.{key}", f"整改期限“{due}”应是检查日以后的日期。",
        f'The date "{due}" should be a day from the inspection on.',
    ))  # fmt: skip
    return {}


_FEW = 8
"""So many things are named where a word means none of them."""
_OPAQUE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _subject(register: Register, subject: str | None, known: Known, faults: list[Fault]) -> None:
    if not register.subject:
        if subject:
            faults.append(fault("subject", "本登记不分对象。", "This register has no subject."))
        return
    if not subject:
        faults.append(fault("subject", "请写明对象。", "Say which one it is about."))
    elif register.subject == "patient":
        if not _OPAQUE.fullmatch(subject):
            faults.append(fault("subject", "患者只用编号，不写姓名。",
                                "A patient is named by an id, never by name."))  # fmt: skip
    elif subject not in (things := known.subjects.get(register.subject, frozenset())):
        few, more = sorted(things)[:_FEW], len(things) > _FEW
        zh = f"有：{'、'.join(few)}{' 等' if more else ''}。" if few else ""
        en = f" There are: {', '.join(few)}{' and others' if more else ''}." if few else ""
        faults.append(
            fault("subject", f"没有叫“{subject}”的。{zh}", f'Nothing is called "{subject}".{en}')
        )


def _time(occurred_at: datetime, at: datetime) -> Iterable[Fault]:
    if occurred_at > at + AHEAD:
        yield fault(
            "occurred_at",
            f"发生时间 {occurred_at:%Y-%m-%d %H:%M} 还没有到。请改时间。",
            f"{occurred_at:%Y-%m-%d %H:%M} has not come yet. Change the time.",
        )
