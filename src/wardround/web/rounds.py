"""One checklist over the departments: who is due, what the last inspection came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from wardround.catalogue.model import Register
from wardround.catalogue.organisation import Department
from wardround.store.due import Task
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.models import Entry
from wardround.text import Text
from wardround.web import places, said
from wardround.web.templatetags import words
from wardround.work import inspection
from wardround.work.authority import Viewer

_PRESSING = {"overdue": 0, "near": 1, "due": 2, "later": 3, "late": 4, "done": 5}


def rounds(house: House, who: Viewer, register: Register, tasks: Sequence[Task]) -> dict[str, Any]:
    """A group of the inspections page: the checklist, and a row for each department."""
    here = places.seen(house, who, register)
    last = _last(register, [d.key for d in here])
    owed: dict[str, Task] = {}
    for task in sorted(tasks, key=lambda t: _PRESSING[t.state]):
        owed.setdefault(task.window.department, task)
    rows = [
        _row(house, who, register, d, owed.get(d.key), last.get(d.key))
        for d in here
        if d.key in owed or d.key in last or house.may_record(who, register, d.key)
    ]
    rows.sort(key=lambda r: _PRESSING.get(r["state"], 6))
    pressing = sum(1 for t in owed.values() if t.state in ("overdue", "near", "due"))
    return {"register": register, "rows": rows, "owed": pressing}


def _last(register: Register, departments: Sequence[str]) -> dict[str, Entry]:
    """Department → its last inspection with this checklist."""
    found: dict[str, Entry] = {}
    newest = current().filter(register=register.key, about=None, department__in=departments)
    for entry in newest.order_by("-occurred_at")[: 20 * max(1, len(departments))]:
        found.setdefault(entry.department, entry)
    return found


def _row(
    house: House, who: Viewer, register: Register, department: Department, task: Task | None,
    last: Entry | None,
) -> dict[str, Any]:  # fmt: skip
    may = house.may_record(who, register, department.key)
    owed = task is not None and task.state in ("overdue", "near", "due")
    go = reverse("inspect", args=[register.key, department.key]) if may else ""
    url = go if owed or last is None else reverse("inspection", args=[last.root])
    state = task.state if task else "done" if last else "later"
    row = {"url": url, "state": state, "name": department.name, "when": "", "rest": None,
           "facts": [Text("还没有检查过", "not inspected yet")]}  # fmt: skip
    if last:
        score = inspection.score(register, last.values.get("items") or {})
        day = words.day(house.local(last.occurred_at))
        points = words.number(score.score, 1)
        failed = len(score.failures)
        row["facts"] = [
            Text(f"上次 {day}", f"last {day}"), Text(f"{points} 分", f"{points} points"),
            Text(f"{failed} 项不合格", f"{failed} failed") if failed else None,
        ]  # fmt: skip
        row["when"] = Text(f"{points} 分", points) if not owed else ""
    if task and owed:
        late = words.overdue(house.now() - task.window.due)
        until = said.until(house.local(task.window.due), house.now())
        row["when"] = Text(late, late) if state == "overdue" else Text(f"{until} 止", f"by {until}")
    return row
