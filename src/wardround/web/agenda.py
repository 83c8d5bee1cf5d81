"""Today's list: what one person owes, in the order in which it presses.

Running clocks, overdue, due now, later, done. The list is complete: many windows of one duty
become one row with their count, which opens the list of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from wardround.store import due
from wardround.store.due import Task
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.models import Case, DutyWindow, Entry, PublishedReport
from wardround.text import Text, listing, same
from wardround.web import casework, doors, said
from wardround.web.templatetags import words
from wardround.work import authority
from wardround.work.authority import Viewer

Row = dict[str, Any]
_TOGETHER = 2
"""More windows of one duty than this stand as one row."""
_NAMED = 3
_YEAR = timedelta(days=366)
_PLACE = {"overdue": "overdue", "near": "due", "due": "due", "later": "later"}


@dataclass
class Agenda:
    """The groups of Today; counts are of things owed, not of rows."""

    clocks: list[Row] = made(default_factory=list)
    overdue: list[Row] = made(default_factory=list)
    due: list[Row] = made(default_factory=list)
    later: list[Row] = made(default_factory=list)
    done: list[Row] = made(default_factory=list)
    watching: list[Row] = made(default_factory=list)
    counts: dict[str, int] = made(default_factory=dict)

    @property
    def idle(self) -> bool:
        """Whether nothing is to be done now."""
        return not (self.clocks or self.overdue or self.due)


def agenda(house: House, who: Viewer, at: datetime, duty: str | None = None) -> Agenda:
    """Everything the person owes now; with `duty`, only its windows, each in its own row."""
    found = Agenda()
    tasks = [t for t in due.tasks(house, who, at) if duty in (None, t.duty.key)]
    for name in ("overdue", "due", "later", "done"):
        of_group = [t for t in tasks if _PLACE.get(t.state, "done") == name]
        found.counts[name] = len(of_group)
        getattr(found, name).extend(_rows(house, who, of_group, at, together=duty is None))
    if duty is None:
        _cases(house, who, at, found)
        signing = [_signing(house, e) for e in to_sign(house, who, at)]
        found.due += signing
        found.counts["due"] += len(signing)
    return found


# -- duties -----------------------------------------------------------------------------------


def _rows(
    house: House, who: Viewer, tasks: Sequence[Task], at: datetime, together: bool
) -> list[Row]:
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.duty.key, []).append(task)
    rows: list[Row] = []
    told: set[str] = set()
    for task in tasks:
        group = groups[task.duty.key]
        if not together or len(group) <= _TOGETHER:
            rows.append(_row(house, who, task, at))
        elif task.duty.key not in told:
            told.add(task.duty.key)
            rows.append(_group(house, group, at))
    return rows


def _row(house: House, who: Viewer, task: Task, at: datetime) -> Row:
    window, register = task.window, task.register
    subject = said.about(house, register, window.subject)
    match = same(window.match) if window.match else None
    place = said.department(house, window.department)
    here = None if window.department == who.person.department else place
    last = _last(house, task) if task.state in ("due", "near") else None
    return {
        "url": address(task), "state": task.state, "name": task.duty.name,
        "facts": [f for f in (subject, match, here, last) if f], **_when(house, task, at),
    }  # fmt: skip


def address(task: Task) -> str:
    """Where the task is done; a finished one leads to its entry."""
    window = task.window
    if task.state in ("done", "late") and window.entry:
        return reverse("entry", args=[window.entry])
    if task.register.shape == "checklist":
        return reverse("inspect", args=[task.register.key, window.department])
    return f"{reverse('record', args=[task.register.key])}?{urlencode({'window': window.pk})}"


def _group(house: House, tasks: Sequence[Task], at: datetime) -> Row:
    """Many windows of one duty as one row, named by the first few of their things."""
    first, count = tasks[0], len(tasks)
    named = _names(house, tasks)
    over = first.register.shape == "checklist"
    url = reverse("inspections") if over else reverse("today")
    query = {"checklist": first.register.key} if over else {"duty": first.duty.key}
    return {
        "url": f"{url}?{urlencode(query)}", "state": first.state, "name": first.duty.name,
        "facts": [Text(f"{count} 项", f"{count} to do") if first.state not in ("done", "late")
                  else Text(f"{count} 项", f"{count} done"), named],
        "when": _when(house, first, at)["when"], "rest": Text("最早一项", "the earliest"),
    }  # fmt: skip


def _names(house: House, tasks: Sequence[Task]) -> Text | None:
    by_place = len({t.window.department for t in tasks}) > 1
    names: dict[str, Text] = {}
    for task in tasks:
        window = task.window
        if window.subject:
            names[window.subject] = said.thing(house, task.register.subject, window.subject)
        elif by_place:
            names[window.department] = said.department(house, window.department)
    shown = list(names.values())[:_NAMED]
    if not shown:
        return None
    more = len(names) > _NAMED
    said_all = listing(shown)
    return Text(said_all.zh + ("等" if more else ""), said_all.en + (" …" if more else ""))


def _last(house: House, task: Task) -> Text | None:
    """The last reading of the same thing, for measurements."""
    register, window = task.register, task.window
    if register.shape != "measurement" or not window.subject or not register.title:
        return None
    last = current().filter(
        register=register.key, department=window.department, subject=window.subject, about=None
    ).order_by("-occurred_at").first()  # fmt: skip
    if last is None:
        return None
    title = said.title(house, register, last.values)
    return Text(f"上次 {title.zh}", f"last {title.en}")


def _when(house: House, task: Task, at: datetime) -> Row:
    window = task.window
    now, limit = house.local(at), house.local(window.due)
    part = f"{window.done} / {window.wanted}"
    progress = Text(f"已做 {part}", f"{part} done") if window.wanted > 1 else None
    if task.state in ("done", "late"):
        done = words.hour(house.local(window.done_at)) if window.done_at else "–"
        return {"when": Text(done, done), "rest": progress}
    if task.state == "later":
        opens = words.hour(house.local(window.opens))
        return {"when": Text(f"{opens} 起", f"from {opens}"), "rest": progress}
    until = said.until(limit, now)
    if task.state == "overdue":
        late = words.overdue(at - window.due)
        return {"when": Text(late, late), "rest": progress or Text(f"限 {until}", f"due {until}")}
    left = words.left(limit - at) if limit - at < timedelta(days=1) else _days_left(limit, now)
    rest = Text(left, left)
    return {"when": Text(f"{until} 止", f"by {until}"), "rest": progress or rest}


def _days_left(limit: datetime, now: datetime) -> str:
    days = ((limit - timedelta(microseconds=1)).date() - now.date()).days
    return f"余 {days} 天" if words.current_lang() == "zh" else f"{days} d left"


def next_one(house: House, who: Viewer, at: datetime) -> tuple[Text, datetime] | None:
    """What comes next after today's list, and when it may be done."""
    mine = list(due.doers(house, who))
    window = DutyWindow.objects.filter(
        duty__in=mine, department__in=who.departments, opens__gt=at
    ).order_by("opens").first()  # fmt: skip
    return (house.catalogue.duties[window.duty].name, house.local(window.opens)) if window else None


# -- cases and documents ----------------------------------------------------------------------


def _cases(house: House, who: Viewer, at: datetime, found: Agenda) -> None:
    mine = due.waiting_for(house, who)
    for case in mine:
        if casework.is_clock(case, at):
            shown = casework.clock(casework.work(house, case), at)
            found.clocks += [shown] if shown else []
            continue
        late = case.deadline is not None and case.deadline < at
        group = "overdue" if late else "due"
        getattr(found, group).append(casework.row(house, case, at))
        found.counts[group] += 1
    found.clocks.sort(key=lambda c: c["deadline"])
    found.watching = casework.rows(house, watched(house, who, mine), at)


def watched(house: House, who: Viewer, mine: Iterable[Case]) -> list[Case]:
    """Open cases that others work on and this person's office watches, or was told of."""
    own = {c.pk for c in mine}
    if who.person.role not in ("officer", "head", "partner"):
        return []
    return [
        c for c in due.open_cases(house, who)
        if c.pk not in own and c.department not in house.tree[who.person.department]
    ]  # fmt: skip


def to_sign(house: House, who: Viewer, at: datetime) -> list[Entry]:
    """Documents of the last year that lack a signature which is this person's to give."""
    found: list[Entry] = []
    for register in house.catalogue.registers.values():
        wanted = [s for s in register.signatures if s == who.person.role or s in who.functions]
        if not wanted:
            continue
        documents = current().filter(register=register.key, about=None, occurred_at__gt=at - _YEAR)
        documents = documents.filter(due.within(authority.reach(who, register)))
        signed = {
            (e.about, e.values.get("step"))
            for e in current().filter(register=register.key).exclude(about=None)
        }
        found += [
            d for d in documents.order_by("occurred_at")
            if any((d.root, s) not in signed and authority.may_sign(who, s, d.department)
                   for s in wanted)
        ]  # fmt: skip
    return found


def _signing(house: House, document: Entry) -> Row:
    register = house.catalogue.registers[document.register]
    title = said.title(house, register, document.values)
    digest = document.values.get("zh") or ""
    issued = PublishedReport.objects.filter(digest=digest).first() if digest else None
    url = doors.entry(document.root)
    if issued:
        url = doors.report(issued.report, issued.period, issued.department)
    return {
        "url": url, "state": "due",
        "name": Text(f"待签名：{register.name.zh}", f"To sign: {register.name.en}"),
        "facts": [title, said.department(house, document.department)],
        "when": Text("待签", "to sign"), "rest": None,
    }  # fmt: skip
