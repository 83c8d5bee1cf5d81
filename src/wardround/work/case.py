"""Cases: findings, alarms and orders that run against the clock until they are closed.

Decides the stages a case has been through, its deadlines, who is told when one passes, and
which step may come next. Kinds, limits and names are declared; the order of stages is here,
once: opened → notified → arrived → rectified → re-checked → closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from wardround.catalogue.columns import stage_form
from wardround.catalogue.model import STAGES, Register, Stage
from wardround.catalogue.values import Known, typed_in
from wardround.text import Fault, Refused, Text, refuse
from wardround.work import record
from wardround.work.record import Entry
from wardround.work.schedule import NEVER

NOBODY = Known(frozenset(), frozenset())
ORDER: tuple[Stage, ...] = tuple(STAGES)
VERBS: dict[str, Text] = {
    "notified": Text("已收到通知", "Notice received"),
    "arrived": Text("我已到场", "I am on the scene"),
    "rectified": Text("处置完毕，送复查", "Put right; send for re-check"),
    "rechecked": Text("复查", "Re-check"),
    "closed": Text("结案", "Close"),
}
UNDONE: dict[str, Text] = {
    "withdrawn": Text("撤回：来源记录已更正", "Withdrawn: the record behind it was corrected"),
    "reinstated": Text("恢复：来源记录再次更正", "Reinstated: the record was corrected again"),
}
"""What the system does to a case when the entry that opened it is corrected."""
ClockState = Literal["running", "near", "overdue", "done", "late", "later"]


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit of a case: its deadline, and when the stage was reached, if it was."""

    stage: Stage
    start: datetime
    deadline: datetime
    done_at: datetime | None

    def state(self, at: datetime) -> ClockState:
        if self.done_at:
            return "late" if self.done_at > self.deadline else "done"
        if at > self.deadline:
            return "overdue"
        near = self.start + (self.deadline - self.start) * 0.75
        return "near" if at >= near else "running"


@dataclass(frozen=True, slots=True)
class State:
    """How a case stands after all its steps. `late` names the stages that came too late;
    `answers` is what was said, last, in the fields that stages ask for."""

    stage: Stage
    times: Mapping[Stage, datetime]
    clocks: tuple[Clock, ...]
    late: frozenset[Stage]
    times_rechecked: int
    failed_at: datetime | None
    answers: Mapping[str, Any] = made(default_factory=dict)
    withdrawn: bool = False

    @property
    def closed(self) -> bool:
        return "closed" in self.times

    def waiting(self) -> Clock | None:
        """The clock that runs now: the first stage not yet reached."""
        return next((c for c in self.clocks if c.done_at is None), None)

    def overdue(self, at: datetime) -> bool:
        return any(c.done_at is None and at > c.deadline for c in self.clocks)

    def next_change(self, at: datetime) -> datetime:
        """When the state next changes by itself; far away if it does not."""
        coming = [c.deadline for c in self.clocks if c.done_at is None and c.deadline >= at]
        return min(coming, default=NEVER)


@dataclass(frozen=True, slots=True)
class Escalation:
    """Somebody is told that a limit has passed: level 0 the department, then each office."""

    stage: Stage
    level: int
    function: str | None
    at: datetime


def stages(register: Register) -> tuple[Stage, ...]:
    """The stages that this kind of case goes through, in order."""
    return tuple(s for s in ORDER if s in ("opened", "closed") or s in register.limits)


def fold(register: Register, opening: Entry, steps: Sequence[Entry]) -> State:
    """The state after these steps, in the order in which they happened.

    A stage that is skipped counts as reached with the next one. A failed re-check sends the
    case back to be rectified, its limits counted anew. The last declared stage closes it. A
    withdrawn case is closed, was never late, and counts in no figure.
    """
    times: dict[Stage, datetime] = {"opened": opening.occurred_at}
    answers: dict[str, Any] = {}
    start, rechecked, failed_at = opening.occurred_at, 0, None
    late: set[Stage] = set()
    deadlines = _deadlines(register, opening.values, start, again=False)
    declared = stages(register)
    for entry in steps:
        stage = entry.values.get("step")
        if stage not in declared or stage == "opened":
            continue
        asked = register.asks(stage)
        answers = {k: v for k, v in answers.items() if k not in asked}
        answers |= {k: v for k, v in entry.values.items() if k in asked}
        if stage == "rechecked":
            rechecked += 1
        if stage == "rechecked" and entry.values.get("passed") is False:
            late |= {s for s, t in times.items() if s in deadlines and t > deadlines[s]}
            times = {s: t for s, t in times.items() if s not in ("rectified", "rechecked")}
            start = failed_at = entry.occurred_at
            deadlines |= _deadlines(register, opening.values, start, again=True)
            continue
        for reached in declared[: declared.index(stage) + 1]:
            times.setdefault(reached, entry.occurred_at)
        if stage == declared[-2]:
            times.setdefault("closed", entry.occurred_at)
    clocks = tuple(Clock(s, start, d, times.get(s)) for s, d in deadlines.items())
    late |= {c.stage for c in clocks if c.done_at and c.done_at > c.deadline}
    if withdrawn(steps):
        gone = max(e.occurred_at for e in steps if e.values.get("step") == "withdrawn")
        times.setdefault("closed", gone)
        return State("closed", times, (), frozenset(), rechecked, failed_at, answers, True)
    last = max(times, key=ORDER.index)
    return State(last, times, clocks, frozenset(late), rechecked, failed_at, answers)


def withdrawn(steps: Sequence[Entry]) -> bool:
    """Whether the case is one no longer: what it was opened for has been corrected away."""
    undone = [e.values["step"] for e in steps if e.values.get("step") in UNDONE]
    return bool(undone) and undone[-1] == "withdrawn"


def _deadlines(
    register: Register, values: Mapping[str, Any], start: datetime, again: bool
) -> dict[Stage, datetime]:
    """Deadlines counted from `start`; a case's own `due` day outranks the declared limit."""
    found: dict[Stage, datetime] = {}
    for stage in ORDER:
        limit = register.limits.get(stage)
        if limit and not (again and stage not in ("rectified", "rechecked")):
            found[stage] = limit.after(start)
    due = values.get("due")
    if isinstance(due, str) and "rectified" in found and not again:
        midnight = datetime.combine(
            date.fromisoformat(due) + timedelta(days=1), time(), start.tzinfo
        )
        if "rechecked" in found:
            found["rechecked"] += max(midnight - found["rectified"], timedelta(0))
        found["rectified"] = midnight
    return found


def escalations(register: Register, state: State) -> list[Escalation]:
    """Who is told about which passed limit, and when, until the case moves on.

    The department's head and the first office at the deadline; each further office after as
    long again. A stage reached before that moment tells nobody.
    """
    found: list[Escalation] = []
    for clock in state.clocks:
        length = clock.deadline - clock.start
        told = [Escalation(clock.stage, 0, None, clock.deadline)]
        for level, function in enumerate(register.escalates_to):
            told.append(
                Escalation(clock.stage, level + 1, function, clock.deadline + length * level)
            )
        found += [e for e in told if clock.done_at is None or clock.done_at > e.at]
    return sorted(found, key=lambda e: (e.at, e.level))


def steps_open(register: Register, state: State) -> tuple[Stage, ...]:
    """The steps that may be taken now, the likeliest first."""
    if state.closed:
        return ()
    declared = stages(register)
    ahead = [s for s in declared[declared.index(state.stage) + 1 :] if s != "closed"]
    if "rechecked" in ahead and "rectified" in declared and "rectified" not in state.times:
        ahead.remove("rechecked")
    return tuple(ahead)


def name(register: Register, stage: str) -> Text:
    """What a stage is called in this kind of case."""
    if stage in UNDONE:
        return UNDONE[stage]
    asked = register.step.get(stage)  # type: ignore[call-overload]
    return asked.name if asked and asked.name else STAGES[stage]  # type: ignore[index]


def verb(register: Register, stage: Stage) -> Text:
    """What a person does who takes the case to a stage."""
    asked = register.step.get(stage)
    return asked.name if asked and asked.name else VERBS[stage]


def clean_step(
    register: Register,
    state: State,
    raw: Mapping[str, Any],
    occurred_at: datetime,
    known: Known = NOBODY,
) -> dict[str, Any]:
    """The values of a step in the form in which they are kept; raises `Refused`.

    A re-check says whether it passed; a step may not come before the one it follows. What its
    stage asks for is checked like any entry.
    """
    step, said = raw.get("step"), str(raw.get("note") or "").strip()
    if step == "note":
        if not said:
            raise refuse("请写明经过。", "Write what happened.", field="note")
        return {"step": "note", "note": said}
    allowed = steps_open(register, state)
    if step not in allowed:
        options = Text(
            "、".join(STAGES[s].zh for s in allowed) or "（已结案）",
            ", ".join(STAGES[s].en for s in allowed) or "(closed)",
        )
        raise refuse(
            f"现在不能记“{step}”。可记：{options.zh}。",
            f'"{step}" cannot be recorded now. Open: {options.en}.',
            field="step",
        )
    latest = max(state.times.values())
    if occurred_at < latest:
        raise refuse(
            f"没有保存：{STAGES[step].zh} {occurred_at:%m-%d %H:%M} 早于"
            f"{STAGES[state.stage].zh} {latest:%m-%d %H:%M}。请改时间。",
            f"Not saved: {STAGES[step].en.lower()} {occurred_at:%d %b %H:%M} is before "
            f"{STAGES[state.stage].en.lower()} {latest:%d %b %H:%M}. Change the time.",
            field="occurred_at",
        )
    faults: list[Fault] = []
    values: dict[str, Any] = {"step": step}
    try:
        values |= record.answers(stage_form(register, step), raw, occurred_at, known)
    except Refused as refused:
        faults += refused.faults
    if said:
        values["note"] = said
    if step == "rechecked":
        values["passed"] = raw.get("passed")
        faults += _unsaid(values["passed"], said)
    if faults:
        raise Refused(*faults)
    return values


def _unsaid(passed: Any, note: str) -> Iterator[Fault]:
    """What a re-check does not say and must."""
    if not isinstance(passed, bool):
        why = Text("请写明复查是否合格。", "Say whether the re-check passed.")
        yield Fault(why, field="passed")
    elif not passed and not note:
        yield Fault(Text(
            "复查不合格，请写明还差什么。", "The re-check failed: write what is still wrong."
        ), field="note")  # fmt: skip


def columns(register: Register, state: State, at: datetime) -> dict[str, Any]:
    """The columns that a case adds to its row (see `catalogue.columns`).

    A stage is late if it came after its limit, or has not come and the limit has passed.
    """
    late = state.late | {c.stage for c in state.clocks if c.done_at is None and at > c.deadline}
    return {
        **typed_in(register.asked, state.answers),
        **{f"{stage}_at": state.times.get(stage) for stage in STAGES},
        **{f"{stage}_late": stage in late for stage in register.limits},
        "stage": state.stage,
        "overdue": state.overdue(at),
        "times_rechecked": float(state.times_rechecked),
    }
