"""Where an inpatient lay, and when, from admission, transfer and discharge events; and visits.

Decides what the events of one stay or one visit come to, whatever the order in which they came
and however often: they are sorted by when they happened, and what was cancelled has not been. A
stay that was cancelled altogether is none; a visit was refunded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")
KINDS = (
    "admit", "leave", "back", "update", "transfer", "discharge", "cancel_transfer",
    "cancel_discharge", "cancel_admit", "merge",
)  # fmt: skip
"""Kinds of events; of those at the same moment, the order in which they are taken."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one stay, and when it was recorded. `department` is where the patient lies
    after it."""

    event_id: str
    kind: str
    at: datetime
    department: str | None = None
    patient_id: str | None = None
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    died: bool | None = None
    setting: str | None = None
    doctor: str | None = None
    diagnosis_code: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lying:
    """Part of a stay in one department, `until` the next or the discharge (None: still there)."""

    department: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """What the events of a stay come to. Where they say that it ended on a day before it began,
    `discharged_at` lies before `admitted_at`: whoever keeps stays has to tell. `died` is false
    where a death was said and taken back, None where nobody said one."""

    patient_id: str | None
    admitted_at: datetime
    discharged_at: datetime | None
    died: bool | None
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
    ordered = _in_order(events)
    left = _not_cancelled(ordered)
    if left is None:
        return None
    moves = _moves(left)
    if not moves:
        return None
    said = _last(e.admitted_at for e in left)
    admitted = said or moves[0].at
    discharged, died = _ending(left)
    if discharged is not None and discharged < admitted:
        told = said or moves[0].kind == "admit"
        if not told or discharged.date() == admitted.date():
            admitted = discharged
    return Stay(
        _last(e.patient_id for e in left), admitted, discharged,
        bool(died) if any(e.died for e in ordered) else None,
        tuple(_lying(moves, admitted, discharged)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """What the events of a visit come to."""

    patient_id: str | None
    setting: str | None
    department: str
    doctor: str | None
    diagnosis_code: str | None
    registered_at: datetime
    finished_at: datetime | None
    refunded: bool


def attended(events: Iterable[Event]) -> Visit | None:
    """The visit that the events of one registration come to: it began when it was registered,
    and what was said last counts of all else; None if nothing says where."""
    ordered = _in_order(events)
    department = _last(e.department for e in ordered)
    if department is None:
        return None
    left = _not_cancelled(ordered)
    came = next((e for e in ordered if e.kind == "admit"), ordered[0])
    registered = _last(e.admitted_at for e in ordered) or came.at
    finished, _ = _ending(left or ())
    return Visit(
        _last(e.patient_id for e in ordered), _last(e.setting for e in ordered), department,
        _last(e.doctor for e in ordered), _last(e.diagnosis_code for e in ordered), registered,
        finished if finished and finished >= registered else None, left is None,
    )  # fmt: skip


def _in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda e: (e.at, KINDS.index(e.kind), e.event_id))


def _last(said: Iterable[T | None]) -> T | None:
    """What was said last, if anything was."""
    found = [one for one in said if one is not None]
    return found[-1] if found else None


def _ending(left: Sequence[Event]) -> tuple[datetime | None, bool | None]:
    """When the discharge that counts was, and whether the patient had died: as it says, or as an
    update after it does."""
    numbers = [number for number, e in enumerate(left) if e.kind == "discharge"]
    if not numbers:
        return None, None
    said = [e for e in left[numbers[-1] :] if e.kind in ("discharge", "update")]
    return _last(e.discharged_at for e in said) or said[0].at, _last(e.died for e in said)


def _not_cancelled(ordered: Sequence[Event]) -> list[Event] | None:
    """The events without those cancelled and their cancels; None if no admission is left.

    A cancel takes back whatever of its kind was recorded before it, however often that was sent:
    a discharge recorded anew stands, on whatever day it was. Of transfers, one is taken back: the
    one of that moment, or the last. If nothing was recorded before, the first after it is.
    """
    left = [e for e in ordered if not e.kind.startswith("cancel_")]
    cancels = {(e.kind, e.at): e for e in ordered if e.kind.startswith("cancel_")}
    for cancel in cancels.values():
        kind = cancel.kind.removeprefix("cancel_")
        same = [e for e in ordered if e.kind == kind]
        before = [e for e in same if _recorded(e) <= _recorded(cancel)]
        if kind == "transfer":
            before = [e for e in before if e in left]
            moments = [e.at for e in before]
            one = cancel.at if cancel.at in moments else max(moments, default=None)
            before = [e for e in before if e.at == one]
        left = [e for e in left if e not in (before or same[:1])]
    if any(kind == "cancel_admit" for kind, _ in cancels) and not any(
        e.kind == "admit" for e in left
    ):
        return None
    return left


def _recorded(event: Event) -> tuple[datetime, datetime]:
    return event.recorded_at or event.at, event.at


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


def survivors(merges: Iterable[tuple[Any, str, str]]) -> Mapping[str, str]:
    """Number → the one number that is left of all that are the same, from (when, old, new)."""
    into: dict[str, str] = {}

    def left(number: str) -> str:
        while number in into:
            number = into[number]
        return number

    said: dict[tuple[str, str], Any] = {}
    for at, old, new in merges:
        said[old, new] = max(at, said.get((old, new), at))
    for old, new in sorted(said, key=lambda pair: (said[pair], pair)):
        first, last = left(old), left(new)
        if first == last and new not in (old, last):  # merged back: what was left goes the same way
            into[last] = new
            del into[new]
        elif first != last:
            into[first] = last
    return {number: left(number) for number in into}
