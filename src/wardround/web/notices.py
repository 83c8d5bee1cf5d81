"""A rectification notice: the case as a document to be printed, signed and sealed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wardround.catalogue.model import Item
from wardround.store.models import Entry
from wardround.text import Text
from wardround.web import said
from wardround.web.casework import Work
from wardround.web.origin import cause_of
from wardround.work import inspection


def notice_of(one: Work) -> dict[str, Any]:
    """What the printed notice says; each line from the case, nothing added."""
    house, case = one.house, one.case
    cause = cause_of(house, case)
    office = _office(one, cause)
    return {
        "number": f"{house.local(case.opened_at):%Y}-{one.opening.seq:06d}",
        "office": said.office(house, office), "department": said.department(house, case.department),
        "head": said.head(house, case.department), "at": house.local(case.opened_at),
        "found": _found(one), "photos": len(cause.attachments) if cause else 0,
        "basis": _basis(one), "name": one.register.name, "score": _score(one, cause),
        "source": house.catalogue.registers[cause.register].name if cause else None,
        "rectify": _limit(one, "rectified"), "recheck": _limit(one, "rechecked"),
        "entry": one.opening.seq, "check": _check(one.opening.hash), "made": house.now(),
    }  # fmt: skip


def _office(one: Work, cause: Entry | None) -> str | None:
    """The office that issues the notice: the one that inspected, else the one that watches."""
    registers = one.house.catalogue.registers
    return registers[cause.register].owner if cause else one.register.owner


def _found(one: Work) -> Text:
    finding = one.case.values.get("finding")
    if isinstance(finding, str) and finding:
        return Text(finding, finding)
    return said.case(one.house, one.register, one.case.values)


def _item(one: Work) -> Item | None:
    key, _, item = str(one.case.values.get("item") or "").partition(".")
    register = one.house.catalogue.registers.get(key)
    return register.item.get(item) if register else None


def _basis(one: Work) -> list[Text]:
    item = _item(one)
    return [t for t in (item.name, item.source) if t] if item else []


def _score(one: Work, cause: Entry | None) -> inspection.Score | None:
    """What the inspection came to, if one found it."""
    register = one.house.catalogue.registers[cause.register] if cause else None
    if cause is None or register is None or not register.item:
        return None
    return inspection.score(register, cause.values.get("items") or {})


def _limit(one: Work, stage: str) -> str:
    """The limit of a stage as a day and time; midnight is 24:00 of the day before."""
    clock = next((c for c in one.state.clocks if c.stage == stage), None)
    if clock is None:
        return ""
    local = one.house.local(clock.deadline)
    last = local - timedelta(microseconds=1)
    midnight = last.date() != local.date()
    return f"{last:%Y-%m-%d} 24:00" if midnight else f"{local:%Y-%m-%d %H:%M}"


def _check(digest: str) -> str:
    """The first twelve digits of the entry's hash, in fours, to be compared with the ledger."""
    short = digest[:12].upper()
    return "-".join(short[i : i + 4] for i in range(0, 12, 4))
