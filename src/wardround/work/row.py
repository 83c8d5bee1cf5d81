"""An entry as a row: the columns that formulas, checks and measuring see.

`catalogue.columns` says which columns there are; here they are filled. What an entry alone
does not tell (a case's steps, a stock's balance, signatures) is handed in as `Around`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wardround.catalogue.model import Register
from wardround.catalogue.values import typed
from wardround.work import case, inspection
from wardround.work.record import Entry

LATE_ENTRY = timedelta(hours=24)
"""An entry recorded more than a day after it happened is a late one (补记)."""
_OUT = ("issued", "damaged", "returned", "destroyed")


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an entry: later steps about it, and the stock before it."""

    at: datetime
    steps: Sequence[Entry] = ()
    balance_before: float = 0.0
    found_before: datetime | None = None
    """When the same thing, as the register's `repeat` says, was last found."""


def movement(values: dict[str, Any]) -> float:
    """What a stock entry adds to the balance: received less everything that left."""
    return float(values.get("received") or 0) - sum(float(values.get(k) or 0) for k in _OUT)


def row(register: Register, entry: Entry, around: Around) -> dict[str, Any]:
    """The entry's columns, typed; times keep their zone."""
    values = typed(register, entry.values)
    found: dict[str, Any] = {
        **values,
        "department": entry.department,
        "subject": entry.subject,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "recorded_by": entry.recorded_by,
        "late_entry": entry.recorded_at - entry.occurred_at > LATE_ENTRY,
    }
    if register.shape == "checklist":
        found |= inspection.columns(register, entry.values.get("items") or {})
    elif register.shape == "case":
        found |= case.columns(register, case.fold(register, entry, around.steps), around.at)
        if register.repeat and around.found_before:
            since = entry.occurred_at - around.found_before
            found["again_after"] = since / timedelta(days=1)
    elif register.shape == "stock":
        found["balance"] = around.balance_before + movement(values)
    elif register.shape == "document":
        found |= _signatures(register, around.steps)
    return found


def unsigned(register: Register, steps: Sequence[Entry]) -> list[str]:
    """The signatures that a document still needs, in order."""
    given = {entry.values.get("step") for entry in steps}
    return [s for s in register.signatures if s not in given]


def _signatures(register: Register, steps: Sequence[Entry]) -> dict[str, Any]:
    signed = not unsigned(register, steps)
    last = max((e.occurred_at for e in steps), default=None)
    return {"signed": signed, "signed_at": last if signed else None}
