"""How far a period's scores are: worked, posted and open to appeal, or confirmed and frozen.

All of it is entries: the scheme's `posting` is a document that its office records and leaders
sign, its `appeals` are cases of the departments. A confirmed score is worked as of the moment at
which the last signature was given, so that nothing recorded later changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wardround.catalogue.model import Register
from wardround.catalogue.scheme import Scheme
from wardround.period import Period
from wardround.store.history import current, value_of
from wardround.store.house import House
from wardround.store.models import Entry
from wardround.text import Text, refuse
from wardround.work.row import unsigned

MONTH = "month"
"""The field that says which period is posted, or appealed against: its first day."""


@dataclass(frozen=True, slots=True)
class Posting:
    """The document that posts a period's scores, until when one may appeal, since when they are
    settled; all None while they are only worked."""

    sheet: Entry | None = None
    appeal_until: datetime | None = None
    confirmed_at: datetime | None = None

    def open(self, at: datetime) -> bool:
        """Whether one may appeal at that moment."""
        until = self.appeal_until
        return until is not None and at <= until and self.confirmed_at is None


def posting(house: House, scheme: Scheme, period: Period) -> Posting:
    """How far the scores of a period are."""
    if scheme.posting is None:
        return Posting()
    register = house.catalogue.registers[scheme.posting]
    found = current().filter(
        register=register.key, about=None, **{f"values__{MONTH}": period.start.isoformat()}
    )
    sheet = found.order_by("-seq").first()
    if sheet is None:
        return Posting()
    posted = house.local(sheet.occurred_at)
    until = scheme.appeal.after(posted) if scheme.appeal else None
    given = current().filter(about=sheet.root).order_by("seq")
    steps = [value_of(e, house.zone) for e in given]
    last = max((s.recorded_at for s in steps), default=posted)
    return Posting(sheet, until, None if unsigned(register, steps) else last)


def in_time(house: House, register: Register, values: Mapping[str, Any], at: datetime) -> None:
    """Refuses an appeal against scores that are not posted, are settled, or were posted too long
    ago; any other entry passes."""
    scheme = next((s for s in house.catalogue.schemes.values() if s.appeals == register.key), None)
    month = values.get(MONTH)
    if scheme is None or month is None:
        return
    stands = posting(house, scheme, Period.of_month(date.fromisoformat(str(month))))
    if stands.open(at):
        return
    why = Text("这个月的得分还没有公示，公示后才能申诉。", "These scores are not posted yet.")
    if stands.confirmed_at:
        why = Text(
            "这个月的得分已经审定，不能再申诉。", "These scores are confirmed; no appeal is open."
        )
    elif stands.appeal_until:
        day = f"{house.local(stands.appeal_until):%Y-%m-%d %H:%M}"
        why = Text(f"申诉到 {day} 为止，现在不能再提。", f"Appeals were open until {day}.")
    raise refuse(why.zh, why.en, field=MONTH)


def settled_at(house: House, scheme: Scheme, period: Period, at: datetime) -> datetime:
    """As of when the scores are worked: their confirmation, or `at`."""
    return posting(house, scheme, period).confirmed_at or at
