"""Who an entry is about, as pages say it: in clear and logged for those who need it, else a hint.

The vault knows who a patient is; `work.authority` says who may read it.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from wardround.catalogue.model import Register
from wardround.store import vault
from wardround.store.house import House
from wardround.store.models import Case, Entry, Secret
from wardround.text import Text, same
from wardround.web.forms import Filling, Part
from wardround.work import authority
from wardround.work.authority import Viewer

NAMES = {
    "number": Text("病案号", "Record number"),
    "name": Text("姓名", "Name"),
    "phone": Text("电话", "Telephone"),
}


def asks(register: Register) -> bool:
    """Whether the register is about patients."""
    return register.subject == "patient"


def part(register: Register, posted: QueryDict, filling: Filling) -> Part:
    """The part of a form that says which patient: number, and name and telephone of a new one."""
    fields = [
        {"key": f"patient_{k}", "label": name, "value": posted.get(f"patient_{k}", ""),
         "error": filling.fault(f"patient_{k}"), "required": k == "number"}
        for k, name in NAMES.items()
    ]  # fmt: skip
    return {"register": register, "fields": fields, "part": "web/parts/field_patient.html"}


def read(register: Register, posted: QueryDict) -> dict[str, str] | None:
    """The patient as written in a posted form; None where the register is about something else."""
    if not asks(register) or posted.get("subject"):
        return None
    return {k: posted.get(f"patient_{k}", "") for k in NAMES}


def facts(house: House, register: Register, held: Entry | Case, who: Viewer) -> list[Any]:
    """Name, number and telephone of the patient for those who need them; the reading is logged."""
    subject = held.subject
    if not asks(register) or not subject or not authority.may_unmask(
        who, register, held.department
    ):  # fmt: skip
        return []
    known = vault.person(subject)
    if known is None:
        return []
    vault.looked(who.key, subject, register.key, house.now())
    said = {"number": known.number, "name": known.name, "phone": known.phone}
    return [{"name": NAMES[k], "value": same(v or "–"), "outside": None} for k, v in said.items()]


def erasable(register: Register, held: Entry | Case, who: Viewer) -> bool:
    """Whether there is somebody behind it whom this person may erase."""
    if not authority.may_erase(who):
        return False
    whose = vault.owner(register, held)
    return Secret.objects.filter(owner=whose, key__isnull=False).exists()
