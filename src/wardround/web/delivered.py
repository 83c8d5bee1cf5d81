"""Which deliveries exist for a person, and how they are told on a page.

Rights come from `work.authority`; a delivery that speaks of several registers exists for whoever
sees one of them, and for who brought it.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from wardround.catalogue.model import Register
from wardround.store import quarantine, received
from wardround.store.house import House
from wardround.store.quarantine import UNREADABLE
from wardround.store.received import Received
from wardround.text import Text, same
from wardround.web import said
from wardround.work import authority
from wardround.work.authority import Viewer

KINDS: dict[str, Text] = {
    "csv": same("CSV"), "excel": same("Excel"), "fhir": same("FHIR"), "hl7": same("HL7 v2"),
    "mllp": same("HL7 v2 (MLLP)"), "kept": Text("已整理的数据", "Prepared data"),
}  # fmt: skip
_NO_ROWS = Text("读不成行的", "No rows")


def sees(house: House, who: Viewer) -> bool:
    """Whether the person meets the section at all."""
    return any(authority.may_see_delivered(who, r) for r in house.catalogue.registers.values())


def seen(house: House, who: Viewer) -> list[Register]:
    """The registers whose deliveries exist for the person; 404 if there are none."""
    found = [r for r in house.catalogue.registers.values() if authority.may_see_delivered(who, r)]
    if not found:
        raise Http404
    return found


def brought(house: House, who: Viewer) -> list[Register]:
    """The registers that the person may bring rows for, feeds first."""
    found = [
        r for r in house.catalogue.registers.values()
        if r.shape not in ("checklist", "case") and authority.may_deliver(who, r)
    ]  # fmt: skip
    return sorted(found, key=lambda r: not r.feed)


def may_see(house: House, who: Viewer, one: Received) -> bool:
    """Whether the delivery exists for the person."""
    registers = (house.catalogue.registers.get(key) for key in one.registers)
    return one.by == who.key or any(r and authority.may_see_delivered(who, r) for r in registers)


def delivery_or_404(house: House, who: Viewer, key: str) -> Received:
    """The delivery of that name, if it exists for the person."""
    one = received.find(house, key)
    if one is None or not may_see(house, who, one):
        raise Http404
    return one


def rows_seen(house: House, who: Viewer, one: quarantine.Quarantined, register: str) -> bool:
    """Whether these rejected rows exist for the person."""
    found = house.catalogue.registers.get(register)
    if found is None:
        return one.origin.by == who.key or who.person.role in ("president", "auditor")
    return authority.may_see_delivered(who, found)


def may_mend(house: House, who: Viewer, one: quarantine.Quarantined, register: str) -> bool:
    """Whether the person may take these rejected rows away to mend, or drop them."""
    found = house.catalogue.registers.get(register)
    if found is None:
        return one.origin.by == who.key and who.person.role != "auditor"
    return authority.may_deliver(who, found)


def name(house: House, register: str) -> Text:
    """What a register is called; lines that are no rows belong to none."""
    found = house.catalogue.registers.get(register)
    return found.name if found else _NO_ROWS if register == UNREADABLE else same(register)


def told(house: House, one: Received) -> dict[str, Any]:
    """A delivery as a line of a list."""
    return {
        "one": one, "by": said.person(house, one.by), "kind": KINDS.get(one.kind, same(one.kind)),
        "aside": sum(one.aside.values()),
        "names": [name(house, key) for key in one.feeds] or [name(house, k) for k in one.aside],
    }  # fmt: skip


def waiting(house: House, who: Viewer) -> list[dict[str, Any]]:
    """Rejected rows that wait to be mended, a line a delivery and register."""
    return [
        {"origin": one.origin, "register": key, "name": name(house, key), "rows": count,
         "by": said.person(house, one.origin.by)}
        for one in quarantine.listed(house) for key, count in one.files.items()
        if rows_seen(house, who, one, key)
    ]  # fmt: skip
