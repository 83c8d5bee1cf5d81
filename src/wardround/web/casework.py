"""A case as pages show it: how it stands, its clock, its row, who is told when.

The rules are `work.case`'s; here they are asked and put into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from wardround.catalogue.model import Register, Stage
from wardround.store import due
from wardround.store.history import current, value_of
from wardround.store.house import House
from wardround.store.models import Case, Entry
from wardround.text import Text
from wardround.web import said
from wardround.web.templatetags import words
from wardround.work import case as rules
from wardround.work.case import Clock, State

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Work:
    """A case with everything recorded about it."""

    house: House
    case: Case
    register: Register
    opening: Entry
    steps: tuple[Entry, ...]
    state: State

    @property
    def name(self) -> Text:
        return said.case(self.house, self.register, self.case.values)

    @property
    def office(self) -> Text:
        """The office that re-checks: the one that inspected, else the one that watches."""
        found_by = due.source_of(self.house, self.case)
        return said.office(self.house, (found_by or self.register).owner)

    @property
    def step(self) -> Stage | None:
        """The likeliest next step; None when it is closed."""
        ahead = rules.steps_open(self.register, self.state)
        return ahead[0] if ahead else None


def work(house: House, case: Case) -> Work:
    """Fold a case anew from its entries."""
    register = house.catalogue.registers[case.register]
    thread = list(current().filter(Q(root=case.pk) | Q(about=case.pk)).order_by("seq"))
    opening = next(e for e in thread if e.about is None)
    steps = tuple(e for e in thread if e.about is not None)
    state = rules.fold(
        register, value_of(opening, house.zone), [value_of(e, house.zone) for e in steps]
    )
    return Work(house, case, register, opening, steps, state)


def is_clock(case: Case, at: datetime) -> bool:
    """Whether the case runs against hours, not days: then its clock stands above every list."""
    return case.deadline is not None and abs(case.deadline - at) <= _DAY


def clock(one: Work, at: datetime) -> dict[str, Any] | None:
    """The clock that runs now, for `parts/clock.html`; None if no limit runs."""
    running = one.state.waiting()
    if running is None:
        return None
    verb = rules.verb(one.register, running.stage)
    return {
        "state": running.state(at), "name": one.name, "url": reverse("case", args=[one.case.pk]),
        "where": said.about(one.house, one.register, one.case.subject)
        or said.department(one.house, one.case.department),
        "said": Text(f"待：{verb.zh}", f"Next: {verb.en.lower()}"),
        "left": running.deadline - at, "limit": running.deadline - running.start,
        "deadline": one.house.local(running.deadline),
        "until": _until(one.house, running.deadline, at), "passed": passing(one, running, at),
    }  # fmt: skip


def passing(one: Work, running: Clock, at: datetime) -> Text | None:
    """What happens when the running limit passes, and who is told."""
    told = [e for e in rules.escalations(one.register, one.state) if e.stage == running.stage]
    names = [hears(one, e) for e in told]
    if not names:
        return None
    zh, en = "、".join(n.zh for n in names), ", then ".join(n.en for n in names)
    if at > running.deadline:
        return Text(f"时限已过，已报或将报：{zh}", f"The limit has passed; who is told: {en}")
    return Text(f"过时限即报：{zh}", f"When it passes: {en}")


def hears(one: Work, escalation: rules.Escalation) -> Text:
    """Who hears of a passed limit: the head of the department, or an office."""
    if escalation.function is None:
        head = said.head(one.house, one.case.department)
        return head or said.department(one.house, one.case.department)
    return said.office(one.house, escalation.function)


def coming(one: Work, at: datetime) -> list[dict[str, Any]]:
    """Who will be told next, and when, if the running limit is not kept."""
    running = one.state.waiting()
    return [
        {"at": _until(one.house, e.at, at), "who": hears(one, e),
         "stage": rules.name(one.register, e.stage)}
        for e in rules.escalations(one.register, one.state)
        if running and e.stage == running.stage and e.at > at
    ]  # fmt: skip


def stages(one: Work, at: datetime) -> list[dict[str, Any]]:
    """The stages in order, each with limit, actual time and lateness, for `parts/stages.html`."""
    clocks = {c.stage: c for c in one.state.clocks}
    waiting = one.state.waiting()
    now = waiting.stage if waiting else one.step
    return [
        _stage(one, stage, clocks.get(stage), stage == now, at)
        for stage in rules.stages(one.register)
    ]


def _stage(one: Work, stage: Stage, clock: Clock | None, now: bool, at: datetime) -> dict[str, Any]:
    done = one.state.times.get(stage)
    state = "done" if done else "running" if now else "later"
    facts: list[Text] = []
    time: str = words.moment(done) if done else ""
    if clock:
        state = clock.state(at) if (done or now or at > clock.deadline) else "later"
        limit = words.duration(clock.deadline - clock.start)
        facts.append(Text(f"限 {limit}", f"limit {limit}"))
        if done:
            time = words.duration(done - clock.start)
            if done > clock.deadline:
                late = words.over(done - clock.deadline)
                facts.append(Text(late, late))
        else:
            until = _until(one.house, clock.deadline, at)
            time = words.left(clock.deadline - at) if now or at > clock.deadline else until
            facts += [Text(f"至 {until}", f"until {until}")] if now else []
    return {
        "name": rules.name(one.register, stage), "state": state, "time": time, "facts": facts,
        "current": now and not one.state.closed, "late": state in ("overdue", "late"),
    }  # fmt: skip


def _until(house: House, deadline: datetime, at: datetime) -> str:
    return said.until(house.local(deadline), house.local(at))


def row(house: House, case: Case, at: datetime) -> dict[str, Any]:
    """One case as a task row."""
    register = house.catalogue.registers[case.register]
    over = case.deadline is not None and case.deadline < at
    state = "done" if case.closed_at else "overdue" if over else "running"
    if case.closed_at and case.ever_late:
        state = "late"
    where = said.about(house, register, case.subject)
    return {
        "url": reverse("case", args=[case.pk]), "state": state,
        "name": said.case(house, register, case.values),
        "facts": [where or said.department(house, case.department),
                  None if case.closed_at else _stands(register, case)],
        **_when(house, case, at),
    }  # fmt: skip


def _stands(register: Register, case: Case) -> Text:
    stage = rules.name(register, case.stage)
    return Text(f"已{stage.zh}" if case.stage != "opened" else "新发现", stage.en.lower())


def _when(house: House, case: Case, at: datetime) -> dict[str, Any]:
    if case.closed_at:
        closed = words.day(house.local(case.closed_at))
        return {"when": Text("已结案", "Closed"), "rest": Text(closed, closed)}
    if case.deadline is None:
        return {"when": Text("无时限", "no limit"), "rest": None}
    until = _until(house, case.deadline, at)
    if case.deadline < at:
        late = words.overdue(at - case.deadline)
        return {"when": Text(late, late), "rest": Text(f"限 {until}", f"due {until}")}
    left = words.left(case.deadline - at)
    return {"when": Text(f"{until} 止", f"by {until}"), "rest": Text(left, left)}


def rows(house: House, cases: Sequence[Case], at: datetime) -> list[dict[str, Any]]:
    return [row(house, c, at) for c in cases]
