"""The hospital at hand: its data folder, catalogue, organisation, zone and clock.

The one place where the present moment is asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from wardround.catalogue.load import SHIPPED, load
from wardround.catalogue.model import Catalogue, Register
from wardround.catalogue.organisation import Department, Hospital, Person, load_hospital
from wardround.store.models import Ledger
from wardround.text import Text, refuse
from wardround.work import authority, record

_PREPARING = "preparing.json"


@dataclass(frozen=True)
class House:
    """Everything that stays the same while a process runs."""

    data: Path
    catalogue: Catalogue
    hospital: Hospital

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.hospital.hospital.zone)

    @cached_property
    def known(self) -> record.Known:
        return record.Known(
            departments=frozenset(self.hospital.department),
            people=frozenset(self.hospital.person),
            subjects={k: frozenset(v) for k, v in self.hospital.subject.items()},
        )

    @cached_property
    def tree(self) -> dict[str, frozenset[str]]:
        return {d: self.hospital.under(d) for d in self.hospital.department}

    def kept_in(self, register: Register) -> dict[str, Department]:
        """The departments whose entries the register holds, by key."""
        return self._kept_in[register.key]

    def may_record(self, who: authority.Viewer, register: Register, department: str) -> bool:
        """Whether the person may make an entry of this register for the department."""
        return authority.may_record(who, register, department, self.kept_in(register))

    @cached_property
    def _kept_in(self) -> dict[str, dict[str, Department]]:
        return {
            r.key: {d.key: d for d in authority.kept_in(r, self.hospital, self.catalogue)}
            for r in self.catalogue.registers.values()
        }

    @cached_property
    def begins(self) -> datetime:
        """Since when registers are kept here, and duties owed."""
        day = self.hospital.hospital.in_use_from
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)

    def now(self) -> datetime:
        """The present moment in the hospital's zone. One that is still being made ready has no
        clock of its own yet: what it says too early must not be remembered."""
        offset = 0.0 if preparing(self.data) else _offset(self.hospital.hospital.key)
        return timezone.now().astimezone(self.zone) + timedelta(seconds=offset)

    def demo_notice(self, words: Text) -> Text | None:
        """The sentence that a demonstration shows on every page, or None if this is real."""
        row = Ledger.objects.filter(hospital=self.hospital.hospital.key).first()
        if row is None or row.demo_starts is None:
            return None
        return words.format(moment=f"{self.local(row.demo_starts):%Y-%m-%d %H:%M}")

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def viewer(self, key: str) -> authority.Viewer:
        """The person behind a sign-in; raises `Refused` if the hospital does not know them."""
        person: Person | None = self.hospital.person.get(key)
        if person is None:
            raise refuse(f"本院没有“{key}”这个人。", f'Nobody here is called "{key}".')
        return authority.viewer(person, self.hospital, self.catalogue)


def prepare(data: Path, stage: Text | None) -> None:
    """Say what is being made ready in a data folder, from whatever process; None opens it."""
    file = data / _PREPARING
    if stage is None:
        file.unlink(missing_ok=True)
        return
    new = file.with_suffix(".new")
    new.write_text(json.dumps(stage.as_json(), ensure_ascii=False), encoding="utf-8")
    new.replace(file)


def preparing(data: Path) -> Text | None:
    """What is being made ready before pages may open, or None."""
    try:
        return Text(**json.loads((data / _PREPARING).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


@cache
def house() -> House:
    """The hospital in WARDROUND_DATA; raises `Refused` with every fault of its files."""
    data = Path(settings.DATA)
    file = data / "hospital.toml"
    if not file.exists():
        raise refuse(
            f"{data} 里还没有医院。请先运行 wardround init 或 wardround demo。",
            f"There is no hospital in {data}. Run wardround init or wardround demo first.",
        )
    own = data / "catalogue"
    catalogue = load(SHIPPED, own) if own.exists() else load(SHIPPED)
    return House(data, catalogue, load_hospital(file, catalogue))


@cache
def _offset(hospital: str) -> float:
    row = Ledger.objects.filter(hospital=hospital).first()
    return row.clock_offset if row else 0.0


def set_clock(hospital: str, moment: datetime) -> None:
    """Fix the demonstration's day: from now on its clock runs from `moment`."""
    offset = (moment - timezone.now()).total_seconds()
    Ledger.objects.filter(hospital=hospital).update(clock_offset=offset, demo_starts=moment)
    _offset.cache_clear()


def forget() -> None:
    """Read the hospital's files again (tests, and after they changed)."""
    house.cache_clear()
    _offset.cache_clear()
