"""All that the demonstration hospital has recorded since it began to keep its registers.

Decides when each entry was made: from the duties of the catalogue (with a few missed or
late), from what the feeds report, and from how often each kind of event happens. Whatever is
declared gets its entries, also systems that were added yesterday. Every run gives the same.
"""

from __future__ import annotations

import heapq
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from wardround.catalogue.model import Catalogue, Duty, Register
from wardround.catalogue.organisation import Hospital
from wardround.catalogue.signing import register_key
from wardround.demo.calendar import days, trend
from wardround.demo.moving import moves
from wardround.demo.occasion import Occasion
from wardround.demo.plausible import values
from wardround.demo.world import World
from wardround.period import Window
from wardround.work import schedule
from wardround.work.follow import Opening, accountability, openings, same_thing
from wardround.work.record import Entry
from wardround.work.row import Around, movement, row

_SPACE = uuid.UUID("0b7a9d1c-3f52-5c44-8e0a-5d6c1e7f2a90")
_A_MONTH: dict[str, float] = {
    "security_alarm": 5, "complaint": 4, "praise": 9, "rule_check": 12, "hai_case": 9,
    "infection_cluster": 0.06, "adverse_event": 14, "fall": 0.7, "critical_value": 45,
    "round_finding": 6, "vaccine_stock": 9, "plan_item": 0, "dispute": 0.5, "tip_off": 0.4,
    "red_packet": 1, "safety_accident": 0.1, "vaccine_reaction": 0.2, "equipment_bought": 0.7,
    "occ_exposure": 1.2, "leaving": 1, "trainee": 1.5, "research_output": 1.5, "new_tech": 0,
    "pressure_injury": 1.5, "tube_removal": 0.8, "adr": 1.5, "repair": 1.2, "media_item": 1.2,
    "ambulance_run": 1.5, "referral": 1.5, "consultation_request": 1.5, "transfusion": 1.5,
    "goods_receipt": 2,
    "score_posting": 0, "score_appeal": 0,
}  # fmt: skip
_OTHERWISE_A_MONTH = 3.0
_CARELESS = {"emergency": 1.9, "surgery_2": 1.5, "logistics_office": 1.4, "icu": 0.5}
_LATE_ENTRY = 0.012
_EQUALS = r"(\w+) = '(\w+)'"
"""The part of a duty's condition that says outright what a field holds."""


def entry_id(key: str) -> str:
    """The id of the entry with this key."""
    return str(uuid.uuid5(_SPACE, key))


def entries(
    hospital: Hospital, catalogue: Catalogue, until: datetime, feed: Callable[[], Path]
) -> Iterator[dict[str, Any]]:
    """Every entry up to `until` in the order of recording, as the ledger is to receive it.
    `feed` is asked for the feeds' folder when they are first needed.

    Keys: id, key, register, department, subject, occurred_at, recorded_at, recorded_by, values,
    about (id of the case or document that a step moves, else None), step. Cases that follow
    by rule are not among them: the ledger opens those itself, under ids known here.
    """
    world = World(hospital, catalogue, feed)
    yield from _Teller(world, until).tell(sorted(
        (o for o in _occasions(world, until) if world.begins <= o.recorded_at <= until),
        key=lambda o: (o.recorded_at, o.key),
    ))  # fmt: skip


# -- what happens when --------------------------------------------------------------------------


def _occasions(world: World, until: datetime) -> Iterator[Occasion]:
    catalogue = world.catalogue
    feeds_last = sorted(catalogue.duties.values(), key=lambda d: _asks_feeds(catalogue, d))
    for duty in feeds_last:
        if duty.every:
            yield from _on_cadence(world, duty, until)
        elif duty.after and catalogue.registers[duty.after.register].feed:
            yield from _after_feed(world, duty, until)
    for register in _unprompted(catalogue):
        yield from _by_chance(world, register, until)


def _asks_feeds(catalogue: Catalogue, duty: Duty) -> bool:
    """Whether what is done about it speaks of the feeds' patients."""
    return duty.after is not None or catalogue.registers[duty.register].subject == "patient"


def _on_cadence(world: World, duty: Duty, until: datetime) -> Iterator[Occasion]:
    found = schedule.windows(duty, world.begins, until)
    for department, subject in world.owed_by(duty):
        for window in found:
            rng = Random(f"{duty.key} {department} {subject} {window.opens:%Y-%m-%dT%H}")
            wanted = _wanted(duty)
            for n in range(wanted):
                if _missed(rng, department, window.opens.date(), wanted):
                    continue
                at = _moment(duty, window, rng, n, wanted)
                if at:
                    key = f"{duty.key} {department} {subject} {window.opens:%Y-%m-%dT%H} {n}"
                    yield _occasion(
                        world, key, duty.register, department, subject, at, rng, duty.where
                    )


def _wanted(duty: Duty) -> int:
    """How many entries meet a window, and some to spare where a sample is asked for."""
    if duty.sample:
        return round(duty.sample.at_least * 1.06) + 2
    return schedule.needed(duty)


def _missed(rng: Random, department: str, day: date, wanted: int) -> bool:
    share = (0.055 - 0.03 * trend(day)) * _CARELESS.get(department, 0.8)
    return rng.random() < share * (0.6 if wanted > 1 else 1)


def _moment(duty: Duty, window: Window, rng: Random, n: int, wanted: int) -> datetime | None:
    """When one of `wanted` things is done in its window: mostly in time, now and then late."""
    due = window.due - duty.grace.step if duty.grace and duty.sample else window.due
    length = due - window.opens
    if rng.random() < 0.018 and not duty.sample:
        return window.due + timedelta(minutes=rng.randint(5, 50))
    if length <= timedelta(hours=6):
        return window.opens + length * rng.triangular(0.15, 0.95, 0.45)
    usual = 8 + Random(f"hour {duty.key}").random() * 8
    if length <= timedelta(days=1, hours=12):
        hours = usual + rng.uniform(-0.6, 0.9)
        return window.opens.replace(hour=0, minute=0) + timedelta(hours=hours)
    share = (n + rng.uniform(0.1, 0.9)) / wanted
    day = window.opens + timedelta(days=int(share * max(1, length.days - 1)))
    while day.weekday() >= 5 and day + timedelta(days=1) < due:
        day += timedelta(days=1)
    return day.replace(hour=0, minute=0) + timedelta(hours=rng.uniform(8.2, 17.2))


def _after_feed(world: World, duty: Duty, until: datetime) -> Iterator[Occasion]:
    assert duty.after is not None and duty.within is not None
    registers = world.catalogue.registers
    cause, register = registers[duty.after.register], registers[duty.register]
    keeper = duty.keeper or register.keeper
    owing = set(world.performing(keeper)) if keeper else set(world.hospital.department)
    for found in world.rows(cause, duty.after.when):
        moment = found[duty.after.at or cause.day or "at"]
        department = found["department"]
        if not isinstance(moment, datetime) or moment > until or department not in owing:
            continue
        match = found[duty.after.match]
        rng = Random(f"{duty.key} {match}")
        late = rng.random() < 0.05 - 0.03 * trend(moment.date())
        if _missed(rng, department, moment.date(), 1):
            continue
        length = duty.within.after(moment) - moment
        at = moment + length * (rng.uniform(1.05, 1.6) if late else rng.uniform(0.25, 0.95))
        made = _occasion(
            world, f"{duty.key} {match}", register.key, department,
            found[duty.after.subject] if duty.after.subject else None,
            _daytime(at, length), rng, None,
        )  # fmt: skip
        given = _carried(register, found)
        yield replace(made, given={**made.given, **given})


def _carried(register: Register, found: dict[str, Any]) -> dict[str, Any]:
    """What an answer repeats of the feed's row: the fields that both have."""
    given = {
        k: v.isoformat() if isinstance(v, date) else v for k, v in found.items()
        if k in register.field and k != "department" and v is not None
    }  # fmt: skip
    left = found.get("discharged_at")
    if "discharged_on" in register.field and isinstance(left, datetime):
        given["discharged_on"] = left.date().isoformat()
    return given


def _daytime(at: datetime, length: timedelta) -> datetime:
    """Calls are made by day, if there is time enough."""
    return at.replace(hour=9 + at.minute % 8) if length > timedelta(hours=20) else at


def _unprompted(catalogue: Catalogue) -> list[Register]:
    """Registers in which no duty on a cadence and no rule makes entries."""
    prompted = {d.register for d in catalogue.duties.values() if not d.sample or d.every}
    opened = {c.opens for c in catalogue.checks.values()}
    opened |= {r.opens for r in catalogue.registers.values() if r.opens}
    opened |= {r.repeat.opens for r in catalogue.registers.values() if r.repeat}
    reports = (r for r in catalogue.reports.values() if not r.signed_in)
    opened |= {key for r in reports if (key := register_key(r))}  # issuing makes these
    return [
        r for r in catalogue.registers.values()
        if not r.feed and r.key not in ("duty_window", "plan_progress", "monthly_totals", *opened)
        and (r.key in _A_MONTH or r.key not in prompted)
    ]  # fmt: skip


def _by_chance(world: World, register: Register, until: datetime) -> Iterator[Occasion]:
    departments = world.performing(register.keeper)
    rate = _A_MONTH.get(register.key, _OTHERWISE_A_MONTH) / 30.4
    for day in days(world.begins.date(), until.date()):
        rng = Random(f"{register.key} {day}")
        n = int(rate + rng.random())
        for k in range(n if departments else 0):
            department = rng.choice(departments)
            hour = rng.triangular(0, 24, 13) if register.shape == "case" else rng.uniform(8, 18)
            at = datetime.combine(day, datetime.min.time(), world.zone) + timedelta(hours=hour)
            key = f"{register.key} {day} {k}"
            yield _occasion(world, key, register.key, department, None, at, rng, None)


def _occasion(
    world: World, key: str, register_key: str, department: str, subject: str | None,
    at: datetime, rng: Random, where: str | None,
) -> Occasion:  # fmt: skip
    register = world.catalogue.registers[register_key]
    at = at.replace(second=0, microsecond=0)
    about: dict[str, Any] = {}
    if register.subject == "patient" and subject is None:
        stay = world.stay(department, at, rng)
        subject, about = stay.patient, {"admission_id": stay.id}
    elif register.subject and subject is None:
        things = [t.key for t in world.hospital.things(register.subject)]
        subject = rng.choice(things) if things else None
    elif not register.subject:
        subject = None
    wait = rng.uniform(25, 70) * 60 if rng.random() < _LATE_ENTRY else rng.uniform(1, 14)
    given: dict[str, Any] = {k: v for k, v in about.items() if k in register.field}
    given |= dict(re.findall(_EQUALS, where or ""))
    if where and "counted" in where:
        given["counted"] = "book"
    recorded = at + timedelta(minutes=int(wait))
    rest = re.sub(_EQUALS, "", where or "").replace("and", "").strip()
    return Occasion(
        key, register_key, department, subject, at, recorded, given, where if rest else None
    )


# -- telling it in order -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """A case or document as it was opened."""

    id: str
    register: Register
    department: str
    subject: str | None
    occurred_at: datetime
    recorded_at: datetime
    values: dict[str, Any]


class _Teller:
    """Walks through time: writes each entry, foresees the cases it opens, and moves them."""

    def __init__(self, world: World, until: datetime) -> None:
        self.world, self.until = world, until
        self.coming: list[tuple[datetime, str, dict[str, Any]]] = []
        self.opened: dict[str, list[Entry]] = defaultdict(list)
        self.cases: dict[str, _Case] = {}
        checked = {c.register for c in world.catalogue.checks.values()}
        self.opening = checked | {r.key for r in world.catalogue.registers.values() if r.opens}

    def tell(self, occasions: Iterable[Occasion]) -> Iterator[dict[str, Any]]:
        for what in occasions:
            yield from self._moved(what.recorded_at)
            yield self._written(what)
        yield from self._moved(self.until)

    def _moved(self, until: datetime) -> Iterator[dict[str, Any]]:
        while self.coming and self.coming[0][0] <= until:
            told = heapq.heappop(self.coming)[2]
            if told["values"].get("passed") is False:
                self._failed(told)
            yield told

    def _told(self, what: Occasion) -> dict[str, Any]:
        register = self.world.catalogue.registers[what.register]
        rng = Random(f"who {what.key}")
        return {
            "id": entry_id(what.key), "key": what.key, "register": what.register,
            "department": what.department, "subject": what.subject,
            "occurred_at": what.occurred_at, "recorded_at": what.recorded_at,
            "recorded_by": self.world.recorder(register, what.department, rng),
            "values": values(self.world, register, what), "about": None, "step": None,
        }  # fmt: skip

    def _written(self, what: Occasion) -> dict[str, Any]:
        register = self.world.catalogue.registers[what.register]
        told = self._told(what)
        entry = _entry(told)
        shelf = what.register, what.department, what.subject
        before = self.world.stock[shelf]
        if register.shape == "stock":
            self.world.stock[shelf] += movement(told["values"])
        if register.shape in ("case", "document"):
            self._move(_Case(told["id"], register, what.department, what.subject,
                             what.occurred_at, what.recorded_at, told["values"]))  # fmt: skip
        if register.key in self.opening:
            seen = row(register, entry, Around(what.recorded_at, balance_before=before))
            for opening in openings(self.world.catalogue, entry, seen):
                self._open(opening, what.recorded_at)
        self._repeated(register, entry)
        self._duties_after(register, entry)
        return told

    def _open(self, opening: Opening, recorded_at: datetime) -> None:
        """A case that the ledger will open by itself; here it is only moved on."""
        if opening.id in self.cases:
            return
        register = self.world.catalogue.registers[opening.register]
        self._move(_Case(opening.id, register, opening.department, opening.subject,
                         opening.occurred_at, recorded_at, opening.values))  # fmt: skip
        entry = Entry(
            opening.id, opening.register, opening.department, opening.occurred_at, recorded_at,
            "system", opening.values, opening.subject,
        )  # fmt: skip
        self._repeated(register, entry)

    def _repeated(self, register: Register, entry: Entry) -> None:
        """Accountability for the same thing found again, as the ledger will see it."""
        if not register.repeat:
            return
        since = entry.occurred_at - register.repeat.within.step
        wanted = same_thing(register, entry)
        again = None not in wanted and any(
            same_thing(register, e) == wanted and since <= e.occurred_at <= entry.occurred_at
            for e in self.opened[register.key]
        )
        self.opened[register.key].append(entry)
        if again and (case := accountability(self.world.catalogue, entry, "repeat")):
            self._open(case, entry.recorded_at)

    def _failed(self, told: dict[str, Any]) -> None:
        """A failed re-check: accountability, where the register asks for it."""
        case = self.cases[told["about"]]
        if not case.register.repeat:
            return
        opened = Entry(
            case.id, case.register.key, case.department, case.occurred_at, case.recorded_at, "",
            case.values, case.subject,
        )  # fmt: skip
        found = accountability(self.world.catalogue, opened, told["id"])
        if found:
            self._open(found, told["recorded_at"])

    def _move(self, case: _Case) -> None:
        self.cases[case.id] = case
        for n, move in enumerate(moves(
            self.world, case.register, case.id, case.department,
            case.occurred_at, case.values, self.until, case.subject,
        )):  # fmt: skip
            key = f"{case.id} {n}"
            recorded = max(move.at, case.recorded_at + timedelta(seconds=n + 1))
            told = {
                "id": entry_id(key), "key": key, "register": case.register.key,
                "department": case.department, "subject": case.subject,
                "occurred_at": move.at, "recorded_at": recorded,
                "recorded_by": move.by, "values": dict(move.values), "about": case.id,
                "step": move.values["step"],
            }  # fmt: skip
            heapq.heappush(self.coming, (recorded, f"{n:03} {key}", told))

    def _duties_after(self, register: Register, entry: Entry) -> None:
        """What is owed after an entry of a kept register."""
        for duty in self.world.owed_after[register.key]:
            assert duty.after is not None and duty.within is not None
            seen = row(register, entry, Around(entry.recorded_at))
            when = duty.after.when
            moment = seen.get(duty.after.at) if duty.after.at else entry.occurred_at
            match = entry.values.get(duty.after.match)
            if not isinstance(moment, datetime) or match is None:
                continue
            if when and not self.world.condition(when, register).holds(seen):
                continue
            rng = Random(f"{duty.key} {entry.id}")
            if _missed(rng, entry.department, entry.occurred_at.date(), 1):
                continue
            at = moment + (duty.within.after(moment) - moment) * rng.uniform(0.1, 0.9)
            at = max(at, entry.occurred_at)
            recorded = max(at, entry.recorded_at) + timedelta(minutes=4)
            owing = schedule.owed_by(
                duty, entry.department, self.world.catalogue, self.world.hospital
            )
            self._later(Occasion(
                f"{duty.key} {entry.id}", duty.register, owing, entry.subject,
                at.replace(second=0, microsecond=0), recorded,
                {duty.after.match: match}, duty.where,
            ))  # fmt: skip

    def _later(self, what: Occasion) -> None:
        """Write an entry when its time comes; its values do not depend on what comes between."""
        if what.recorded_at > self.until:
            return
        register = self.world.catalogue.registers[what.register]
        if not register.subject:
            what = replace(what, subject=None)
        heapq.heappush(self.coming, (what.recorded_at, f"zzz {what.key}", self._told(what)))


def _entry(told: dict[str, Any]) -> Entry:
    return Entry(
        told["id"], told["register"], told["department"], told["occurred_at"],
        told["recorded_at"], told["recorded_by"], told["values"], told["subject"],
    )  # fmt: skip
