"""Where an inpatient lay, and when, from admission, transfer and discharge events.

Decides what the events of one stay come to, whatever the order in which they came and however
often: they are sorted by when they happened, and what was cancelled has not been. A stay that
was cancelled altogether is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

KINDS = (
    "admit", "leave", "back", "update", "transfer", "discharge", "cancel_transfer",
    "cancel_discharge", "cancel_admit", "merge",
)  # fmt: skip
"""Kinds of events; of those at the same moment, the order in which they are taken."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one stay. `department` is where the patient lies after it."""

    event_id: str
    kind: str
    at: datetime
    department: str | None = None
    patient_id: str | None = None
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    died: bool = False


@dataclass(frozen=True, slots=True)
class Lying:
    """Part of a stay in one department, `until` the next or the discharge (None: still there)."""

    department: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """What the events of a stay come to."""

    patient_id: str | None
    admitted_at: datetime
    discharged_at: datetime | None
    died: bool
    lying: tuple[Lying, ...]

    @property
    def days(self) -> int | None:
        """Discharge date less admission date; the same day counts 1."""
        if self.discharged_at is None:
            return None
        return max(1, (self.discharged_at.date() - self.admitted_at.date()).days)


def fold(events: Iterable[Event]) -> Stay | None:
    """The stay that the events of one admission come to; None if it was cancelled, or if
    nothing says where the patient lay."""
    ordered = sorted(events, key=lambda e: (e.at, KINDS.index(e.kind), e.event_id))
    left = _not_cancelled(ordered)
    if left is None:
        return None
    moves = _moves(left)
    if not moves:
        return None
    said = [e.admitted_at for e in left if e.admitted_at]
    admitted = said[-1] if said else moves[0].at
    last = next((e for e in reversed(left) if e.kind == "discharge"), None)
    discharged = (last.discharged_at or last.at) if last else None
    if discharged is not None and discharged < admitted:
        admitted = min(moves[0].at, discharged)
    patients = [e.patient_id for e in left if e.patient_id]
    return Stay(
        patients[-1] if patients else None, admitted, discharged, bool(last and last.died),
        tuple(_lying(moves, admitted, discharged)),
    )  # fmt: skip


def _not_cancelled(ordered: Sequence[Event]) -> list[Event] | None:
    """The events without those cancelled and their cancels; None if no admission is left."""
    left = [e for e in ordered if not e.kind.startswith("cancel_")]
    cancelled = False
    for cancel in (e for e in ordered if e.kind.startswith("cancel_")):
        kind = cancel.kind.removeprefix("cancel_")
        same = [e for e in left if e.kind == kind]
        before = [e for e in same if e.at <= cancel.at]
        cancelled = cancelled or kind == "admit"
        if same:
            left.remove(before[-1] if before else same[0])
    if cancelled and not any(e.kind == "admit" for e in left):
        return None
    return left


def _moves(left: Sequence[Event]) -> list[Event]:
    """The events that say where the patient lies; anything else that does, if none."""
    moves = [e for e in left if e.kind in ("admit", "transfer") and e.department]
    if not moves:
        moves = [e for e in left if e.department][:1]
    return moves


def _lying(
    moves: Sequence[Event], admitted: datetime, discharged: datetime | None
) -> Iterable[Lying]:
    """Stretches in one department, in order, between admission and discharge."""
    stops: list[tuple[datetime, str]] = []
    for move in moves:
        since = admitted if not stops else max(admitted, move.at)
        if discharged is not None and stops and since >= discharged:
            break
        department = move.department or ""
        if stops and stops[-1][1] == department:
            continue
        stops.append((since, department))
    for number, (since, department) in enumerate(stops):
        until = stops[number + 1][0] if number + 1 < len(stops) else discharged
        yield Lying(department, since, until)


def survivors(merges: Iterable[tuple[datetime, str, str]]) -> Mapping[str, str]:
    """Patient number → the number it was merged into, from (when, old, new), followed through."""
    into: dict[str, str] = {}
    for _, old, new in sorted(merges):
        if old != new:
            into[old] = new
    found: dict[str, str] = {}
    for old in into:
        seen, new = {old}, into[old]
        while new in into and into[new] not in seen:
            seen.add(new)
            new = into[new]
        found[old] = new
    return found
