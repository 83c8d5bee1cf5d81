"""What the demonstration's entries refer to: its people, its inpatients, its drugs.

Decides who records what, and which stay, census or drug list an entry of a given day speaks
of, so that registers and feeds tell of the same patients. What is written in an entry is
`plausible`'s matter; when it is written, `entries`'s.
"""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from wardround.catalogue.columns import columns
from wardround.catalogue.model import Catalogue, Check, Duty, Register
from wardround.catalogue.organisation import Hospital, Person
from wardround.formula import Row

_LOOK_BACK = 90


@dataclass(frozen=True, slots=True)
class Stay:
    """An inpatient stay, as far as registers speak of it."""

    id: str
    patient: str
    department: str
    admitted_at: datetime
    discharged_at: datetime | None


class World:
    """The hospital, its catalogue and its feeds, asked for what entries refer to.

    `feed` gives the folder of the feeds once they are written; nobody asks for it before they
    need what the feeds say.
    """

    def __init__(self, hospital: Hospital, catalogue: Catalogue, feed: Callable[[], Path]) -> None:
        self.hospital, self.catalogue, self._feed = hospital, catalogue, feed
        self.zone = ZoneInfo(hospital.hospital.zone)
        self._conditions: dict[tuple[str, str], Row] = {}
        self.numbers: Counter[str] = Counter()
        self.stock: dict[tuple[str, str, str | None], float] = defaultdict(float)
        self.people: dict[str, list[Person]] = defaultdict(list)
        self.checks: dict[str, list[Check]] = defaultdict(list)
        for check in catalogue.checks.values():
            self.checks[check.register].append(check)
        self.owed_after: dict[str, list[Duty]] = defaultdict(list)
        for duty in catalogue.duties.values():
            if duty.after:
                self.owed_after[duty.after.register].append(duty)
        for person in hospital.person.values():
            self.people[person.department].append(person)

    def condition(self, text: str, register: Register) -> Row:
        """A condition of the catalogue on rows of the register; parsed once."""
        key = register.key, text
        if key not in self._conditions:
            self._conditions[key] = Row.parse(text, columns(register))
        return self._conditions[key]

    @property
    def begins(self) -> datetime:
        """Since when registers are kept."""
        day = self.hospital.hospital.in_use_from
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)

    def performing(self, function: str | None) -> list[str]:
        """Keys of the departments that perform a function; the clinical ones for None."""
        return [d.key for d in self.hospital.performing(function or "clinical")]

    def recorder(self, register: Register, department: str, rng: Random) -> str:
        """Who makes an entry: the inspecting office, or somebody of the department."""
        inspects = register.shape == "checklist" or register.keeper is None
        office = self.performing(register.owner) if inspects and register.owner else []
        return self.somebody(office[0] if office else department, rng)

    def somebody(self, department: str, rng: Random) -> str:
        """A person of the department, staff before heads."""
        people = self.people[department]
        hands = [p for p in people if p.role in ("staff", "officer", "partner")] or people
        return rng.choice(hands).key

    def head(self, department: str) -> str:
        head = self.hospital.head_of(department)
        return head.key if head else self.people[department][0].key

    def signer(self, signature: str, department: str, subject: str | None = None) -> str:
        """Who signs: the head, the president, the leader in charge, or the head of an office;
        of the partner that the document is about, where it is a partner's."""
        if signature == "head":
            return self.head(department)
        if signature in ("president", "leader"):
            leader = self.hospital.leader_of(department)
            found = [p for p in self.hospital.person.values() if p.role == signature]
            return leader.key if leader and leader.role == signature else found[0].key
        places = self.performing(signature)
        staffs = {t.staffed_by for ts in self.hospital.subject.values() for t in ts.values()
                  if t.key == subject}  # fmt: skip
        return self.head(next((p for p in places if p in staffs), places[0]))

    def number(self, register: str, day: date) -> str:
        """A running number, as offices give them."""
        self.numbers[register] += 1
        return f"{day:%Y%m}-{self.numbers[register]:04}"

    # -- what the feeds say -------------------------------------------------------------------

    @cached_property
    def feed(self) -> Path:
        return self._feed()

    def rows(self, register: Register, where: str | None = None) -> Iterator[dict[str, Any]]:
        """A feed's rows of the time in which registers are kept, optionally those that satisfy
        a condition of the catalogue. Times are in the hospital's zone."""
        wanted = Row.parse(where, columns(register)).sql() if where else "true"
        since = f"\"{register.day}\" >= DATE '{self.begins:%Y-%m-%d}'"
        names, rows = _asked(
            f"SELECT * FROM '{self.feed}/{register.key}.parquet'"
            f" WHERE {since} AND ({wanted}) ORDER BY {register.id}"
        )
        for row in rows:
            yield {n: self._zoned(v) for n, v in zip(names, row, strict=True)}

    def _zoned(self, value: Any) -> Any:
        return value.replace(tzinfo=self.zone) if isinstance(value, datetime) else value

    @cached_property
    def _stays(self) -> dict[str, list[Stay]]:
        """Stays of each department in the order of admission."""
        found: dict[str, list[Stay]] = defaultdict(list)
        _, rows = _asked(
            "SELECT admission_id, patient_id, department, admitted_at, discharged_at"
            f" FROM '{self.feed}/admission.parquet' ORDER BY admitted_at, admission_id"
        )
        for row in rows:
            stay = Stay(row[0], row[1], row[2], self._zoned(row[3]), self._zoned(row[4]))
            found[stay.department].append(stay)
        return found

    def stay(self, department: str, at: datetime, rng: Random) -> Stay:
        """Somebody who is in at that moment; from a ward, if the department has no beds."""
        stays = self._stays.get(department) or self._stays[rng.choice(sorted(self._stays))]
        last = bisect.bisect_right(stays, at, key=lambda s: s.admitted_at)
        near = stays[max(0, last - _LOOK_BACK) : last]
        inside = [s for s in near if s.discharged_at is None or s.discharged_at > at]
        return rng.choice(inside or near or stays[:1])

    @cached_property
    def _census(self) -> dict[tuple[str, date], int]:
        _, rows = _asked(f"SELECT department, day, census FROM '{self.feed}/bed_day.parquet'")
        return {(department, day): census for department, day, census in rows}

    def census(self, department: str, day: date) -> int:
        """Patients in at the midnight before that day."""
        return self._census.get((department, day - timedelta(days=1)), 0)

    @cached_property
    def _dearest(self) -> dict[date, list[tuple[str, float]]]:
        found: dict[date, list[tuple[str, float]]] = defaultdict(list)
        _, rows = _asked(
            f"""SELECT date_trunc('month', "at")::DATE AS month, drug, sum(amount) AS total
            FROM '{self.feed}/drug_item.parquet' GROUP BY 1, 2
            QUALIFY row_number() OVER (PARTITION BY month ORDER BY total DESC) <= 10
            ORDER BY month, total DESC"""
        )
        for month, drug, amount in rows:
            found[month].append((drug, round(amount, 2)))
        return found

    def dearest(self, month: date) -> list[tuple[str, float]]:
        """The ten drugs of greatest value in the month, with the amount in yuan."""
        return self._dearest.get(month, [])

    @cached_property
    def _prescriptions(self) -> dict[str, list[tuple[Any, ...]]]:
        """Some prescriptions of each month, as a reviewer would draw them."""
        found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        _, rows = _asked(
            f"""SELECT strftime("at", '%Y-%m') AS month, rx_id, department, doctor, setting,
            drugs FROM '{self.feed}/prescription.parquet'
            QUALIFY row_number() OVER (PARTITION BY month ORDER BY hash(rx_id)) <= 400
            ORDER BY month, hash(rx_id)"""
        )
        for row in rows:
            found[row[0]].append(row[1:])
        return found

    def prescription(self, month: date) -> tuple[Any, ...]:
        """The next one drawn of the month: number, department, doctor, setting, drugs."""
        drawn = self._prescriptions[f"{month:%Y-%m}"]
        self.numbers[f"rx {month:%Y-%m}"] += 1
        return drawn[(self.numbers[f"rx {month:%Y-%m}"] - 1) % len(drawn)]

    @cached_property
    def _discharged(self) -> dict[str, list[Stay]]:
        found: dict[str, list[Stay]] = defaultdict(list)
        for stay in (stay for stays in self._stays.values() for stay in stays):
            if stay.discharged_at:
                found[f"{stay.discharged_at:%Y-%m}"].append(stay)
        for month, stays in found.items():
            Random(month).shuffle(stays)
        return found

    def discharge(self, month: date) -> Stay:
        """The next of the month's discharged patients, as a reviewer would draw them."""
        drawn = self._discharged[f"{month:%Y-%m}"]
        self.numbers[f"chart {month:%Y-%m}"] += 1
        return drawn[(self.numbers[f"chart {month:%Y-%m}"] - 1) % len(drawn)]

    def owed_by(self, duty: Duty) -> list[tuple[str, str | None]]:
        """(department, subject) pairs that owe a duty."""
        register = self.catalogue.registers[duty.register]
        keeper = duty.keeper or register.keeper
        performing = self.performing(keeper) if keeper else []
        if duty.for_each:
            things = self.hospital.things(duty.for_each)
            return [(t.department, t.key) for t in things if t.department in performing]
        if register.subject:
            return (
                [(d, None) for d in performing]
                if register.subject == "patient"
                else [(d, s) for d in performing if (s := self.thing(register, d)) is not None]
            )
        return [(d, None) for d in performing]

    def thing(self, register: Register, department: str) -> str | None:
        """A thing of the register's kind, the department's own if it has one."""
        things = self.hospital.things(register.subject or "")
        own = [t.key for t in things if t.department == department]
        return own[0] if own else things[0].key if things else None


def _asked(query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What the feeds' files answer: names and rows. No progress is drawn: in a process that
    another one spawned, DuckDB believes that somebody is typing."""
    with duckdb.connect() as db:
        db.execute("SET enable_progress_bar = false")
        found = db.execute(query)
        return [column[0] for column in found.description or ()], found.fetchall()
