"""What follows from an entry by rule: the cases that it opens.

A broken check opens the case it names; each failed item of a checklist opens an order to
rectify; the same thing found again, or a failed re-check, opens accountability.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wardround.catalogue.columns import condition
from wardround.catalogue.model import Catalogue, Register
from wardround.text import Text
from wardround.work import inspection
from wardround.work.record import Entry

_SPACE = uuid.UUID("6f1d0f3e-5f0a-5d0b-9a3c-2a6b7c1de001")


@dataclass(frozen=True, slots=True)
class Opening:
    """A case that opens by itself; `id` follows from its cause, so that it opens only once."""

    id: str
    register: str
    department: str
    subject: str | None
    occurred_at: datetime
    values: dict[str, Any]


def derived_id(cause: str, reason: str) -> str:
    """The id of what follows from an entry; the same cause always gives the same id."""
    return str(uuid.uuid5(_SPACE, f"{cause}/{reason}"))


def may_open(catalogue: Catalogue, register: Register) -> bool:
    """Whether an entry of this register can open a case at all."""
    return register.key in catalogue.checks_of or bool(register.opens)


def openings(catalogue: Catalogue, entry: Entry, row: Mapping[str, Any]) -> list[Opening]:
    """The cases that this entry opens; `row` holds its columns."""
    register = catalogue.registers[entry.register]
    found = []
    for check in catalogue.checks_of.get(register.key, ()):
        if condition(check.broken, register).holds(row):
            values = {
                case: entry.values.get(own, row.get(own)) for case, own in check.carry.items()
            }
            values.setdefault("source", register.key)
            found.append(_opening(catalogue, check.opens, entry, check.key, values))
    if register.shape == "checklist" and register.opens:
        for failure in inspection.score(register, entry.values.get("items") or {}).failures:
            values = {
                "item": f"{register.key}.{failure.item}",
                "finding": failure.finding,
                "due": failure.due,
                "source": register.key,
            }
            found.append(_opening(catalogue, register.opens, entry, failure.item, values))
    return found


def accountability(catalogue: Catalogue, opened: Entry, cause: str) -> Opening | None:
    """The case on the head for a repeat of `opened`, or None if its kind declares none."""
    repeat = catalogue.registers[opened.register].repeat
    if repeat is None:
        return None
    values = {**opened.values, "case": opened.id, "source": opened.register}
    return _opening(catalogue, repeat.opens, opened, cause, values)


def same_thing(register: Register, entry: Entry) -> tuple[Any, ...]:
    """What makes two cases of this kind the same thing, as its `repeat` says."""
    about = {**entry.values, "department": entry.department, "subject": entry.subject}
    return tuple(about.get(word) for word in register.repeat.same) if register.repeat else ()


def item_name(catalogue: Catalogue, word: str) -> Text | None:
    """The name of a checklist item written as `register.item`, or None if it is not one."""
    key, _, item = word.partition(".")
    register = catalogue.registers.get(key)
    return register.item[item].name if register and item in register.item else None


def _opening(
    catalogue: Catalogue, opens: str, entry: Entry, reason: str, values: Mapping[str, Any]
) -> Opening:
    case: Register = catalogue.registers[opens]
    kept = {k: v for k, v in values.items() if k in case.field and v is not None}
    same = case.subject == catalogue.registers[entry.register].subject
    subject = entry.subject if case.subject and same else None
    return Opening(
        derived_id(entry.id, reason), opens, entry.department, subject, entry.occurred_at, kept
    )
