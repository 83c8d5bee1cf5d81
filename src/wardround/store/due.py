"""What is owed, by whom, now: the lists of Today, cut to what a person may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from wardround.catalogue.model import Duty, Register
from wardround.period import Window
from wardround.store.house import House
from wardround.store.models import Case, DutyWindow, Told
from wardround.work import authority, schedule
from wardround.work import case as rules
from wardround.work.authority import Reach, Viewer
from wardround.work.schedule import State

DAY = timedelta(days=1)
STALE = timedelta(days=31)
"""An undone window stays on Today's list this long after its limit; then only in its register."""


@dataclass(frozen=True, slots=True)
class Task:
    """One window of a duty, as it stands now."""

    window: DutyWindow
    duty: Duty
    register: Register
    state: State


def tasks(house: House, who: Viewer, at: datetime) -> list[Task]:
    """What the person's departments owe today: overdue, due, later today, and done today."""
    end = house.local(at).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    undone = Q(done__lt=F("wanted"), opens__lt=end, due__gt=at - STALE)
    done = Q(done__gte=F("wanted"), done_at__gte=end - DAY, done_at__lt=end)
    found = DutyWindow.objects.filter(undone | done).order_by("due", "id")
    return [_task(house, w, at) for w in _mine(house, who, found)]


def _task(house: House, window: DutyWindow, at: datetime) -> Task:
    duty = house.catalogue.duties[window.duty]
    span = Window(window.opens, window.due)
    state, _ = schedule.state(span, window.done, window.wanted, window.done_at, at)
    return Task(window, duty, house.catalogue.registers[duty.register], state)


def doers(house: House, who: Viewer) -> dict[str, frozenset[str] | None]:
    """Duty → the departments for which this person does it (None: all); absent if none.

    The keeping department does its own duties; an inspection is done by the office that owns
    the checklist, for the departments it is owed in.
    """
    found: dict[str, frozenset[str] | None] = {}
    home = house.tree[who.person.department] if who.person.role in ("staff", "head") else None
    for duty in house.catalogue.duties.values():
        register = house.catalogue.registers[duty.register]
        if register.keeper is None and register.owner:
            if authority.owns(who, register):
                found[duty.key] = None
        elif home is not None:
            found[duty.key] = home
        elif who.person.role in ("officer", "partner"):
            found[duty.key] = house.tree[who.person.department]
    return found


def _mine(house: House, who: Viewer, found: QuerySet[DutyWindow]) -> QuerySet[DutyWindow]:
    wanted = Q(pk__in=[])
    groups: dict[frozenset[str] | None, list[str]] = {}
    for duty, departments in doers(house, who).items():
        groups.setdefault(departments, []).append(duty)
    for departments, duties in groups.items():
        part = Q(duty__in=duties)
        wanted |= part if departments is None else part & Q(department__in=departments)
    return found.filter(wanted)


def overdue_windows(house: House, who: Viewer, at: datetime) -> QuerySet[DutyWindow]:
    """Undone windows past their limit in the departments that the person sees."""
    found = DutyWindow.objects.filter(
        done__lt=F("wanted"), due__lt=at, due__gt=at - STALE
    ).order_by("due")
    return found if who.everywhere else found.filter(department__in=who.departments)


def open_cases(house: House, who: Viewer) -> QuerySet[Case]:
    """Open cases within the person's reach, the nearest limit first."""
    return visible_cases(house, who).filter(closed_at=None).order_by("deadline", "opened_at")


def visible_cases(house: House, who: Viewer) -> QuerySet[Case]:
    """Every case that exists for the person."""
    if who.everywhere:
        return Case.objects.all()
    registers = house.catalogue.registers.items()
    if who.own is not None:
        return _guests_cases(who, registers)
    whole = [k for k, r in registers if authority.reach(who, r).departments is None]
    found_by = [k for k, r in registers if authority.owns(who, r)]
    told = Told.objects.filter(function__in=who.functions).values("case")
    return Case.objects.filter(
        Q(department__in=who.departments) | Q(register__in=whole)
        | Q(values__source__in=found_by) | Q(pk__in=told)
    )  # fmt: skip


def _guests_cases(who: Viewer, registers: Iterable[tuple[str, Register]]) -> QuerySet[Case]:
    """A guest's cases: register by register, never by way of an office."""
    seen = Q(pk__in=[])
    for key, register in registers:
        if register.shape == "case":
            seen |= Q(register=key) & within(authority.reach(who, register))
    return Case.objects.filter(seen)


def within(reach: Reach) -> Q:
    """The rows with `department` and `subject` that are within a reach."""
    found = Q()
    if reach.departments is not None:
        found &= Q(department__in=reach.departments)
    if reach.subjects is not None:
        found &= Q(subject__in=reach.subjects)
    return found


def source_of(house: House, case: Case) -> Register | None:
    """The register by which a case was found, if it says so."""
    return house.catalogue.registers.get(str(case.values.get("source")))


def waiting_for(house: House, who: Viewer) -> list[Case]:
    """Open cases whose next step is this person's to take."""
    found = []
    for case in open_cases(house, who):
        register = house.catalogue.registers[case.register]
        step = "rechecked" if case.stage == "rectified" else "notified"
        home = case.department in house.tree[who.person.department]
        source = source_of(house, case)
        mine = home if step != "rechecked" else authority.owns(who, source or register)
        declared = rules.stages(register)
        ahead = declared[declared.index(case.stage) + 1]
        if (asked := register.step.get(ahead)) and asked.by:
            step, mine = ahead, asked.by in who.functions
        if mine and authority.may_step(who, register, case.department, step, source):
            found.append(case)
    return found


def counts(house: House, who: Viewer, at: datetime) -> dict[str, int]:
    """Numbers beside the sections: overdue duties and cases that wait for the person."""
    late = DutyWindow.objects.filter(done__lt=F("wanted"), due__lt=at, due__gt=at - STALE)
    return {
        "today": _mine(house, who, late).count(),
        "cases": len(waiting_for(house, who)),
    }
