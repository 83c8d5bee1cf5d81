"""The form of one entry as a page shows it: of which register, where, about what, for which duty.

Decides what stands around the fields: last values, what saving will do, what a duty counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, QueryDict

from wardround.catalogue.model import Register
from wardround.catalogue.organisation import Department
from wardround.period import Window
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.ledger import new_id
from wardround.store.models import DutyWindow, Entry
from wardround.text import Text
from wardround.web import attachments, forms, patients, said
from wardround.web.conditions import chosen
from wardround.work import authority, schedule
from wardround.work.authority import Viewer

_RECENT = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form as it is being filled: of which register, where, about what, for which duty."""

    house: House
    register: Register
    who: Viewer
    places: list[Department]
    department: str
    subject: str | None
    window: DutyWindow | None = None
    corrected: Entry | None = None


def begin(
    asked: QueryDict, house: House, register: Register, who: Viewer, here: list[Department]
) -> Sheet:
    """Read department, subject and window from the address or the form."""
    keys = [d.key for d in here]
    window = _window(register, asked.get("window"), keys)
    subject = asked.get("subject") or (window.subject if window else None)
    subject = subject if register.subject else None
    department = asked.get("department") or (window.department if window else "")
    if register.subject and subject:
        known = house.hospital.subject.get(register.subject, {}).get(subject)
        if known:
            own = (known.department, known.staffed_by)
            department = next((k for k in keys if k in own), known.department)
    if not department:
        home = who.person.department
        department = home if home in keys else keys[0] if len(keys) == 1 else ""
    if department and department not in keys:
        raise Http404
    return Sheet(house, register, who, here, department, subject or None, window)


def _window(register: Register, asked: str | None, keys: list[str]) -> DutyWindow | None:
    if not asked or not asked.isdigit():
        return None
    window = DutyWindow.objects.filter(pk=int(asked)).first()
    if window is None or window.department not in keys:
        return None
    return window


def page(
    sheet: Sheet, filling: forms.Filling, posted: QueryDict,
    kept: Sequence[Mapping[str, str]] = (), fresh: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What the form's template shows; `fresh` gives the form a new id."""
    house, register, window = sheet.house, sheet.register, sheet.window
    duty = house.catalogue.duties[window.duty] if window else None
    match = duty.after.match if duty and duty.after and duty.register == register.key else None
    values = dict(filling.values)
    if match and window and window.match:
        values.setdefault(match, window.match)
    filling = replace(
        filling, values=values, asked=chosen(duty.where, register) if duty else {},
        fixed=frozenset({match}) if match else frozenset(), **_before(sheet),
    )  # fmt: skip
    return {
        "register": register, "duty": duty, "window": window, "subject": sheet.subject,
        "subject_name": said.about(house, register, sheet.subject), "department": sheet.department,
        "department_name": said.department(house, sheet.department) if sheet.department else None,
        "choose": _choices(sheet, filling, posted), "late": bool(window and _late(house, window)),
        "due": said.until(house.local(window.due), house.now()) if window else "",
        "fields": forms.parts(house, register, sheet.department, filling),
        "match": (register.field[match].name, values[match], match) if match else None,
        "errors": filling.faults, "consequences": forms.consequences(house, register),
        "id": new_id() if fresh or not posted.get("id") else posted["id"],
        "kept": attachments.sealed(kept), "kept_files": kept, "now": house.now(),
        "occurred_at": posted.get("occurred_at", ""), "time_error": filling.fault("occurred_at"),
        "corrected": sheet.corrected, "reason": posted.get("reason", ""),
        "reason_error": filling.fault("reason"), "who": said.titled(house, sheet.who.key),
        "anonymous": posted.get("anonymous"), "office": said.office(house, register.owner),
    }  # fmt: skip


def _late(house: House, window: DutyWindow) -> bool:
    span = Window(window.opens, window.due)
    state, _ = schedule.state(span, window.done, window.wanted, window.done_at, house.now())
    return state == "overdue"


def _choices(sheet: Sheet, filling: forms.Filling, posted: QueryDict) -> list[forms.Part]:
    """Department and subject, where the address has not settled them."""
    house, register = sheet.house, sheet.register
    found: list[forms.Part] = []
    keys = {d.key for d in sheet.places}
    about_patient = patients.asks(register)
    if about_patient and not sheet.corrected and not sheet.subject:
        found.append(patients.part(register, posted, filling))
    if register.subject and not about_patient and not sheet.corrected and not sheet.subject:
        kind = house.catalogue.subjects[register.subject].name
        own = authority.reach(sheet.who, register).subjects
        things = [t for t in house.hospital.things(register.subject)
                  if not keys.isdisjoint((t.department, t.staffed_by))
                  and (own is None or t.key in own)]  # fmt: skip
        found.append(_select("subject", kind, [(t.key, t.name) for t in things], None, filling))
    elif len(sheet.places) > 1 and not sheet.window and (not register.subject or about_patient):
        options = [(d.key, d.name) for d in sheet.places]
        name = Text("科室", "Department")
        found.append(_select("department", name, options, sheet.department, filling))
    return found


def _select(
    key: str, label: Text, choices: list[tuple[str, Text]], value: str | None,
    filling: forms.Filling,
) -> forms.Part:  # fmt: skip
    return {"key": key, "label": label, "choices": choices, "value": value, "required": True,
            "error": filling.fault(key), "part": "web/parts/field_select.html"}  # fmt: skip


def _before(sheet: Sheet) -> dict[str, Any]:
    """Last readings of the same thing: in words, and as dots on the scale."""
    register, house = sheet.register, sheet.house
    measured = [f for f in register.field.values() if f.type in ("integer", "decimal")]
    if not measured or not sheet.department:
        return {}
    found = current().filter(register=register.key, department=sheet.department, about=None)
    if register.subject:
        found = found.filter(subject=sheet.subject)
    entries = list(found.order_by("-occurred_at")[:_RECENT])
    last: dict[str, Text] = {}
    recent: dict[str, list[float]] = {}
    for field in measured:
        held = [e for e in entries if isinstance(e.values.get(field.key), int | float)]
        if held and field.inside and not sheet.corrected:
            words = said.value(house, field, held[0].values[field.key])
            when = house.local(held[0].occurred_at)
            day = f"{when:%m-%d %H:%M}"
            last[field.key] = Text(f"{words.zh}，{day}", f"{words.en}, {day}")
            recent[field.key] = [float(e.values[field.key]) for e in reversed(held)]
    return {"last": last, "recent": recent}
