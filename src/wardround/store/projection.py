"""Tables worked from entries: cases, who was told, when duties are owed and what met them.

`follow` brings them up to date after new entries, `owe` opens coming windows, `rebuild`
works everything anew from the entries. Both ways reach the same state; a test proves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q

from wardround.catalogue.columns import condition
from wardround.catalogue.model import Duty, Register
from wardround.store import mart
from wardround.store.history import current, value_of
from wardround.store.house import House
from wardround.store.inserting import insert
from wardround.store.models import Case, DutyWindow, Entry, Told
from wardround.work import case, schedule
from wardround.work.row import Around, row
from wardround.work.schedule import NEVER

AHEAD = timedelta(days=2)
"""How far into the future windows are opened."""


def follow(house: House, entries: Iterable[Entry], at: datetime) -> None:
    """Bring every projection up to date with these new entries."""
    roots: dict[str, str] = {}
    for entry in entries:
        register = house.catalogue.registers[entry.register]
        if register.shape == "case":
            roots[str(entry.about or entry.root)] = entry.register
        if entry.kind != "step":
            _ask(house, entry)
            _answer(house, register, entry, at)
    for root, key in roots.items():
        _refold(house, house.catalogue.registers[key], root, at)


def rebuild(house: House, at: datetime, entries: Sequence[Entry] | None = None) -> dict[str, int]:
    """Work every projection anew from the entries in force (`entries`, if they are at hand).
    Returns how many rows each has."""
    for table in (Case, Told, DutyWindow):
        table.objects.all().delete()
    entries = list(current().order_by("seq")) if entries is None else entries
    _all_cases(house, entries, at)
    windows = list(_coming(house, at + AHEAD))
    _answer_all(house, windows, entries)
    insert(windows)
    return {t.__name__: t.objects.count() for t in (Case, Told, DutyWindow)}


# -- cases ------------------------------------------------------------------------------------


def _refold(house: House, register: Register, root: str, at: datetime) -> None:
    thread = list(current().filter(Q(root=root) | Q(about=root)).order_by("seq"))
    opening = next((e for e in thread if e.about is None), None)
    Case.objects.filter(pk=root).delete()
    Told.objects.filter(case=root).delete()
    if opening:
        steps = [e for e in thread if e.about is not None]
        folded, told = _fold(house, register, opening, steps, at)
        folded.save(force_insert=True)
        Told.objects.bulk_create(told)


def _all_cases(house: House, entries: Sequence[Entry], at: datetime) -> None:
    steps: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.about:
            steps[str(entry.about)].append(entry)
    cases, told = [], []
    for entry in entries:
        register = house.catalogue.registers.get(entry.register)
        if register and register.shape == "case" and not entry.about:
            one, heard = _fold(house, register, entry, steps[str(entry.root)], at)
            cases.append(one)
            told += heard
    insert(cases)
    insert(told)


def _fold(
    house: House, register: Register, opening: Entry, steps: Sequence[Entry], at: datetime
) -> tuple[Case, list[Told]]:
    state = case.fold(
        register, value_of(opening, house.zone), [value_of(e, house.zone) for e in steps]
    )
    clock = state.waiting()
    escalations = case.escalations(register, state)
    coming = [e.at for e in escalations if e.at > at]
    folded = Case(
        id=opening.root, register=register.key, department=opening.department,
        subject=opening.subject, values=opening.values, opened_at=opening.occurred_at,
        opened_by=opening.recorded_by, stage=state.stage,
        deadline=clock.deadline if clock else None,
        next_change=min([state.next_change(at), *coming], default=NEVER),
        closed_at=state.times.get("closed"), ever_late=bool(state.late),
    )  # fmt: skip
    told = [
        Told(case=opening.root, stage=e.stage, level=e.level, function=e.function,
             department=opening.department, at=e.at)
        for e in escalations if e.at <= at
    ]  # fmt: skip
    return folded, told


def escalate(house: House, at: datetime) -> int:
    """Tell whoever is to be told by now. Returns how many were told; twice tells nobody twice.

    1. `next_change` is an index of candidates, not the truth. 2. Each candidate is claimed by
    a conditional update, so that of two clocks one acts. 3. The case is folded anew.
    """
    before = Told.objects.count()
    for one in Case.objects.filter(next_change__lte=at, closed_at=None):
        claimed = Case.objects.filter(pk=one.pk, next_change=one.next_change)
        if claimed.update(next_change=NEVER):
            _refold(house, house.catalogue.registers[one.register], str(one.pk), at)
    return Told.objects.count() - before


# -- duties -----------------------------------------------------------------------------------


def units(house: House, duty: Duty) -> list[tuple[str, str | None]]:
    """(department, subject) pairs that owe the duty on its cadence."""
    register = house.catalogue.registers[duty.register]
    keeper = duty.keeper or register.keeper
    performing = {d.key for d in house.hospital.performing(keeper)} if keeper else set()
    if duty.for_each:
        things = house.hospital.things(duty.for_each)
        return [(t.department, t.key) for t in things if t.department in performing]
    return [(d, None) for d in house.hospital.department if d in performing]


def owe(house: House, until: datetime) -> int:
    """Open the windows that are not open yet, up to `until`. Returns how many were new."""
    new = list(_coming(house, until))
    insert(new, unless_there=True)
    return len(new)


def _coming(house: House, until: datetime) -> Iterator[DutyWindow]:
    """Windows that are not there yet and open by `until`."""
    last = dict(DutyWindow.objects.values_list("duty").annotate(Max("opens")))
    duties = house.catalogue.duties.values()
    causes = {duty.after.register for duty in duties if duty.after}
    kept = set(
        current().filter(register__in=causes, about=None).order_by()
        .values_list("register", flat=True).distinct()
    )  # fmt: skip
    for duty in duties:
        if duty.every:
            yield from _cadence(house, duty, last.get(duty.key), until)
        elif duty.after and (
            duty.after.register in kept or house.catalogue.registers[duty.after.register].feed
        ):
            yield from _events(house, duty, until)


def _cadence(
    house: House, duty: Duty, last: datetime | None, until: datetime
) -> Iterator[DutyWindow]:
    """The windows after the one that opened last."""
    owing = units(house, duty)
    if not owing:
        return
    start = house.local(last) + timedelta(seconds=1) if last else house.begins
    found = schedule.windows(duty, start, until)
    for department, subject in owing:
        for window in found:
            yield DutyWindow(
                duty=duty.key, department=department, subject=subject or "", opens=window.opens,
                due=window.due, wanted=_wanted(duty),
            )  # fmt: skip


def _wanted(duty: Duty) -> int:
    return duty.sample.at_least if duty.sample else schedule.needed(duty)


def _events(house: House, duty: Duty, until: datetime) -> Iterator[DutyWindow]:
    """Windows owed after what the feed or another register says has happened."""
    assert duty.after is not None
    cause = house.catalogue.registers[duty.after.register]
    if cause.feed:
        found = list(_feed_events(house, duty, until))
    else:
        causes = current().filter(register=cause.key, about=None)
        found = list(_entry_events(house, duty, causes))
    if not found:
        return
    held = set(DutyWindow.objects.filter(duty=duty.key).values_list("match", "opens"))
    for window in found:
        if (window.match, window.opens) not in held:
            held.add((window.match, window.opens))
            yield window


def _feed_events(house: House, duty: Duty, until: datetime) -> Iterator[DutyWindow]:
    for department, match, moment, subject in mart.triggers(house, duty, house.begins, until):
        yield _after(house, duty, department, subject, match, moment)


def _entry_events(house: House, duty: Duty, causes: Iterable[Entry]) -> Iterator[DutyWindow]:
    assert duty.after is not None
    cause = house.catalogue.registers[duty.after.register]
    when = condition(duty.after.when, cause) if duty.after.when else None
    for entry in causes:
        value = value_of(entry, house.zone)
        seen = row(cause, value, Around(at=value.recorded_at))
        match = entry.values.get(duty.after.match)
        moment = seen.get(duty.after.at) if duty.after.at else value.occurred_at
        if match is None or not isinstance(moment, datetime) or (when and not when.holds(seen)):
            continue
        yield _after(house, duty, entry.department, entry.subject or "", str(match), moment)


def _after(
    house: House, duty: Duty, department: str, subject: str, match: str, moment: datetime
) -> DutyWindow:
    """What is owed after an event that happened in a department at that moment."""
    window = schedule.window_after(duty, moment)
    owing = schedule.owed_by(duty, department, house.catalogue, house.hospital)
    return DutyWindow(duty=duty.key, department=owing, subject=subject, match=match,
                      opens=window.opens, due=window.due, wanted=1)  # fmt: skip


def _ask(house: House, entry: Entry) -> None:
    """Open the windows that an entry gives rise to (duties owed after it)."""
    for duty in house.catalogue.duties.values():
        if duty.after and duty.after.register == entry.register and entry.kind == "record":
            asked = list(_entry_events(house, duty, [entry]))
            DutyWindow.objects.bulk_create(asked, ignore_conflicts=True)


def _answer(house: House, register: Register, entry: Entry, at: datetime) -> None:
    """Count an entry towards the window that it answers, after a record or a correction."""
    for duty in house.catalogue.duties.values():
        if duty.register != register.key:
            continue
        if duty.after:
            _recount_match(house, duty, register, entry, at)
            continue
        moments = {entry.occurred_at}
        if entry.supersedes:
            moments.add(Entry.objects.get(pk=entry.supersedes).occurred_at)
        for moment in moments:
            _recount(house, duty, register, entry, moment, at)


def _unit(house: House, duty: Duty, department: str, subject: str | None) -> dict[str, Any]:
    return {"duty": duty.key, "department": department,
            "subject": (subject or "") if duty.for_each else ""}  # fmt: skip


def _recount(
    house: House, duty: Duty, register: Register, entry: Entry, moment: datetime, at: datetime
) -> None:
    unit = _unit(house, duty, entry.department, entry.subject)
    found = DutyWindow.objects.filter(**unit)
    window = found.filter(opens__lte=moment).order_by("-opens").first()
    if window:
        _answer_window(house, duty, register, window, at)


def _answer_window(
    house: House, duty: Duty, register: Register, window: DutyWindow, at: datetime
) -> None:
    """Count what answers one window on a cadence: entries up to the next one's opening."""
    unit = _unit(house, duty, window.department, window.subject)
    after = DutyWindow.objects.filter(**unit, opens__gt=window.opens).order_by("opens").first()
    place = {"department": window.department}
    if duty.for_each:
        place["subject"] = window.subject
    entries = current().filter(register=register.key, about=None, **place)
    entries = entries.filter(occurred_at__gte=window.opens)
    if after:
        entries = entries.filter(occurred_at__lt=after.opens)
    counted = _counting(house, duty, register, entries.order_by("occurred_at", "seq"))
    _save(window, schedule.allot([window.opens], [window.wanted], counted)[0], at)


def _recount_match(
    house: House, duty: Duty, register: Register, entry: Entry, at: datetime
) -> None:
    assert duty.after is not None
    match = entry.values.get(duty.after.match)
    windows = list(DutyWindow.objects.filter(duty=duty.key, match=str(match)).order_by("opens"))
    if not windows:
        return
    same = {f"values__{duty.after.match}": match}
    entries = current().filter(register=register.key, about=None, **same)
    counted = _counting(house, duty, register, entries.order_by("occurred_at", "seq"))
    answers = schedule.allot([w.opens for w in windows], [w.wanted for w in windows], counted)
    for window, answer in zip(windows, answers, strict=True):
        _save(window, answer, at)


def _counting(
    house: House, duty: Duty, register: Register, entries: Iterable[Entry]
) -> list[tuple[datetime, str]]:
    """(time, id) of the entries that count for the duty."""
    where = condition(duty.where, register) if duty.where else None
    found = []
    for entry in entries:
        if where:
            value = value_of(entry, house.zone)
            if not where.holds(row(register, value, Around(at=value.recorded_at))):
                continue
        found.append((house.local(entry.occurred_at), str(entry.pk)))
    return found


def _save(window: DutyWindow, answer: schedule.Answer, at: datetime) -> None:
    window.done, window.done_at, window.entry = answer.done, answer.done_at, answer.entry
    window.changed_at = at
    window.save(update_fields=["done", "done_at", "entry", "wanted", "changed_at"])


def _answer_all(house: House, windows: Sequence[DutyWindow], entries: Sequence[Entry]) -> None:
    """Answer every window at once, a duty at a time; nothing is saved here."""
    kept: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda e: (e.occurred_at, e.seq)):
        if not entry.about:
            kept[entry.register].append(entry)
    owed: dict[str, dict[tuple[str, str], list[DutyWindow]]] = defaultdict(dict)
    for window in sorted(windows, key=lambda w: w.opens):
        key = ("", window.match) if window.match else (window.department, window.subject)
        owed[window.duty].setdefault(key, []).append(window)
    for duty in house.catalogue.duties.values():
        register = house.catalogue.registers[duty.register]
        groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in kept[duty.register]:
            groups[_group(duty, entry)].append(entry)
        for key, unit in owed[duty.key].items():
            counted = _counting(house, duty, register, groups.get(key, []))
            opens, wanted = [w.opens for w in unit], [w.wanted for w in unit]
            for window, answer in zip(unit, schedule.allot(opens, wanted, counted), strict=True):
                window.done, window.done_at = answer.done, answer.done_at
                window.entry = answer.entry


def _group(duty: Duty, entry: Entry) -> tuple[str, str]:
    if duty.after:
        return "", str(entry.values.get(duty.after.match))
    return entry.department, (entry.subject or "") if duty.for_each else ""


def resample(house: House, at: datetime) -> int:
    """Set how many are wanted where a duty asks for a share of what the feed or a register
    holds by now. Returns how many windows changed."""
    changed = 0
    for duty in (d for d in house.catalogue.duties.values() if d.sample):
        assert duty.sample is not None
        rows = mart.daily_rows(house, house.catalogue.registers[duty.sample.of])
        register = house.catalogue.registers[duty.register]
        keeper = duty.keeper or register.keeper or ""
        everywhere = house.catalogue.functions[keeper].kind != "clinical"
        for window in DutyWindow.objects.filter(duty=duty.key, opens__lte=at):
            span = house.local(window.opens).date(), house.local(window.due).date()
            total = sum(
                n for place, day, n in rows
                if span[0] <= day < span[1] and (everywhere or place == window.department)
            )  # fmt: skip
            wanted = schedule.sample_size(duty.sample, total) if total else duty.sample.at_least
            if wanted != window.wanted:
                window.wanted = wanted
                _answer_window(house, duty, register, window, at)
                changed += 1
    return changed
