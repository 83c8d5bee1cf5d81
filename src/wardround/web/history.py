"""What happened in a case, newest first: opening, steps, corrections, who was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wardround.store import vault
from wardround.store.models import Entry, Told
from wardround.text import Text
from wardround.web import said
from wardround.web.casework import Work
from wardround.web.templatetags import words as written
from wardround.work import case as rules

Event = dict[str, Any]


def events(one: Work, at: datetime) -> list[Event]:
    """Events for `parts/timeline.html`."""
    found = [_opening(one), *_corrections(one), *_told(one)]
    found += [_step(one, entry) for entry in one.steps]
    return sorted(found, key=lambda e: (e["moment"], e["order"]), reverse=True)


def _event(
    one: Work, moment: datetime, order: int, state: str, what: Text, who: Text, *facts: Text | None
) -> Event:
    local = one.house.local(moment)
    return {"moment": moment, "order": order, "state": state, "what": what, "who": who,
            "facts": [f for f in facts if f], "at": written.moment(local), "iso": local.isoformat(),
            }  # fmt: skip


def _opening(one: Work) -> Event:
    entry, title = one.opening, said.title(one.house, one.register, one.case.values)
    found = Text(f"发现：{title.zh}", f"Found: {title.en}") if title.zh else Text("发现", "Found")
    return _event(
        one, entry.occurred_at, 0, "done", found,
        said.person(one.house, one.case.opened_by), _number(entry),
    )  # fmt: skip


def _number(entry: Entry) -> Text:
    return Text(f"第 {entry.seq} 条记录", f"entry {entry.seq}")


def _step(one: Work, entry: Entry) -> Event:
    step, note = entry.values.get("step"), entry.values.get("note")
    who = said.person(one.house, entry.recorded_by)
    photos = len(entry.attachments)
    shown = Text(f"照片 {photos} 张", f"{photos} photos") if photos else None
    if step == "note":
        what = Text(note or "", note or "")
        facts = (_number(entry), shown)
        return _event(one, entry.occurred_at, entry.seq, "running", what, who, *facts)
    name = rules.name(one.register, step)
    state, late = "done", None
    for clock in one.state.clocks:
        if clock.stage == step and entry.occurred_at > clock.deadline:
            over = written.over(entry.occurred_at - clock.deadline)
            state, late = "late", Text(over, over)
    if entry.values.get("passed") is False:
        state = "failed"
        name = Text("复查不合格，退回整改", "Re-check failed; back to be put right")
    elif entry.values.get("passed"):
        name = Text("复查合格", "Re-check passed")
    said_so = Text(note, note) if note else None
    return _event(
        one, entry.occurred_at, entry.seq, state, name, who, *_answers(one, entry), said_so, late,
        _number(entry), shown,
    )  # fmt: skip


def _answers(one: Work, entry: Entry) -> list[Text]:
    """What the step says in the fields that its stage asks for."""
    values = vault.masked(one.register, entry)
    found = []
    for key, field in one.register.asks(str(values.get("step"))).items():
        if key in values:
            words = said.value(one.house, field, values[key])
            found.append(Text(f"{field.name.zh}：{words.zh}", f"{field.name.en}: {words.en}"))
    return found


def _corrections(one: Work) -> list[Event]:
    versions = Entry.objects.filter(root=one.opening.root).order_by("seq")
    kept = Text("原记录保留", "the earlier version is kept")
    found = []
    for entry in versions:
        if entry.kind == "correction":
            reason = Text(f"更正：{entry.reason}", f"Corrected: {entry.reason}")
            who = said.person(one.house, entry.recorded_by)
            found.append(_event(one, entry.recorded_at, entry.seq, "done", reason, who, kept))
    return found


def _told(one: Work) -> list[Event]:
    """Each limit that passed and who was told of it."""
    found = []
    for told in Told.objects.filter(case=one.case.pk).order_by("at", "level"):
        stage = rules.name(one.register, told.stage)
        if told.function:
            who = said.office(one.house, told.function)
        else:
            who = said.head(one.house, told.department) or said.department(
                one.house, told.department
            )
        what = Text(f"{stage.zh}过时限，已报{who.zh}", f"{stage.en}: limit passed, {who.en} told")
        system = Text("系统", "System")
        found.append(_event(one, told.at, told.level, "overdue", what, system))
    return found
