"""What correcting or voiding an entry does to the cases that it had opened: they follow it.

A finding that is no longer one withdraws its case, and what had followed from that, from it as a
first time too; one that is put differently corrects the case's opening; one that comes back
reinstates it. All by entries of their own, so that nothing of the history is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wardround.catalogue.model import Catalogue, Register
from wardround.store.history import History, value_of
from wardround.store.house import House
from wardround.store.models import Entry
from wardround.work import record
from wardround.work.authority import SYSTEM
from wardround.work.case import withdrawn
from wardround.work.follow import Opening, accountability, derived_id, may_open, openings
from wardround.work.row import Around, row

Write = Callable[[Entry], None]


def had_opened(
    house: House, register: Register, old: Entry, balance_before: float
) -> list[Opening]:
    """What the version before a correction had opened."""
    if old.kind == "void" or not may_open(house.catalogue, register):
        return []
    value = value_of(old, house.zone)
    around = Around(at=value.recorded_at, balance_before=balance_before)
    return openings(house.catalogue, value, row(register, value, around))


def follow(
    house: House, history: History, cause: Entry, before: Sequence[Opening],
    after: Sequence[Opening], write: Write,
) -> Iterator[Opening]:  # fmt: skip
    """Bring cases in line with a correction (`cause`): what it opened before, and opens now.

    Yields what is to be opened anew.
    """
    was = {o.id: o for o in before}
    amended = _Amended(house.catalogue, history, cause, write)
    for opening in after:
        case = history.latest(opening.id)
        if opening.id in was and opening != was[opening.id] and case and not amended.gone(case):
            write(_corrected(case, cause, was[opening.id], opening))
        else:
            yield from amended.reinstate(opening)
    for gone in was.keys() - {o.id for o in after}:
        amended.withdraw(gone)


def repeated(history: History, register: Register, opened: record.Entry) -> bool:
    """Whether the same thing was opened before, within the time that the register declares."""
    if register.repeat is None:
        return False
    since = opened.occurred_at - register.repeat.within.step
    return bool(history.like(register, opened, since, opened.occurred_at))


@dataclass(frozen=True, slots=True)
class _Amended:
    """What a correction takes back and puts back."""

    catalogue: Catalogue
    history: History
    cause: Entry
    write: Write

    def gone(self, case: Entry) -> bool:
        return withdrawn(self.history.steps(str(case.root)))

    def withdraw(self, key: str) -> None:
        """Withdraw a case, and what its repeat or its failed re-checks had opened."""
        case, steps = self.history.latest(key), self.history.steps(key)
        if case is None or case.kind == "void" or withdrawn(steps):
            return
        self.write(_step(case, self.cause, "withdrawn"))
        for reason in ("repeat", *(step.id for step in steps)):
            self.withdraw(derived_id(key, reason))
        for opening, still in self._later(case):
            if not still:
                self.withdraw(opening.id)

    def reinstate(self, opening: Opening) -> Iterator[Opening]:
        """Put a withdrawn case back, and what follows from it; yields what was never opened."""
        case = self.history.latest(opening.id)
        if case is None:
            yield opening
        elif self.gone(case):
            self.write(_step(case, self.cause, "reinstated"))
            for later, still in self._later(case):
                if still:
                    yield from self.reinstate(later)

    def _later(self, case: Entry) -> Iterator[tuple[Opening, bool]]:
        """What the same thing opened later for being a repeat, and whether it still is one."""
        register = self.catalogue.registers[case.register]
        if register.repeat is None:
            return
        value = value_of(case, self.history.zone)
        until = value.occurred_at + register.repeat.within.step
        for again in self.history.like(register, value, value.occurred_at, until):
            opening = accountability(self.catalogue, again, "repeat")
            if opening:
                yield opening, repeated(self.history, register, again)


def _step(case: Entry, cause: Entry, step: str) -> Entry:
    """A step that the system takes because of a correction."""
    key = derived_id(str(cause.pk), f"{step} {case.root}")
    values = {"step": step, "note": cause.reason}
    return _entry(case, cause, id=key, root=key, kind="step", about=case.root, values=values,
                  occurred_at=cause.recorded_at)  # fmt: skip


def _corrected(case: Entry, cause: Entry, was: Opening, now: Opening) -> Entry:
    """The case's opening with what the source says now; what else was said of it stays."""
    changed = {k for k in was.values | now.values if was.values.get(k) != now.values.get(k)}
    values = {k: v for k, v in case.values.items() if k not in changed}
    values |= {k: v for k, v in now.values.items() if k in changed}
    key = derived_id(str(cause.pk), f"corrected {case.root}")
    occurred = now.occurred_at if now.occurred_at != was.occurred_at else case.occurred_at
    return _entry(case, cause, id=key, root=case.root, kind="correction", supersedes=case.pk,
                  values=values, reason=cause.reason, occurred_at=occurred)  # fmt: skip


def _entry(case: Entry, cause: Entry, **more: Any) -> Entry:
    return Entry(
        hospital=case.hospital, register=case.register, version=case.version,
        department=case.department, subject=case.subject, recorded_at=cause.recorded_at,
        recorded_by=SYSTEM, **more,
    )  # fmt: skip
