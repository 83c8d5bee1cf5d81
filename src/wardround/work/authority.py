"""Who may do what to what. Deny by default: what is not said here is not allowed.

A person sees and keeps the registers of their own department; a functional office also those
of every department in the registers it owns; a leader sees the departments in their charge;
president and auditor see all, and the auditor changes nothing. A guest (somebody of a partner
centre) sees of a register about partners what is about their own centre, and nothing else of
it. What lies outside one's reach does not exist for one: queries are cut to it before they run.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from wardround.catalogue.model import Catalogue, Register
from wardround.catalogue.organisation import Department, Hospital, Person

SYSTEM = "system"
"""The recorder of what follows from an entry by rule: cases that open by themselves."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person with what follows from their role.

    `functions`: what their office answers for (officers and heads); `serves`: what their
    department does for others (offices and technical departments, whoever works there). A
    guest's `own` are the subjects that their department is, by kind; None for everybody else.
    """

    person: Person
    functions: frozenset[str]
    serves: frozenset[str]
    departments: frozenset[str]
    everywhere: bool
    own: Mapping[str, frozenset[str]] | None = None

    @property
    def key(self) -> str:
        return self.person.key


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a register exists for a person: entries of these departments, and about these
    subjects; None is all of them."""

    departments: frozenset[str] | None = None
    subjects: frozenset[str] | None = None

    def holds(self, department: str, subject: str | None) -> bool:
        """Whether an entry of this department about this subject is in it."""
        here = self.departments is None or department in self.departments
        return here and (self.subjects is None or subject in self.subjects)


def viewer(person: Person, hospital: Hospital, catalogue: Catalogue) -> Viewer:
    """Work out once what a person's role gives them."""
    own = hospital.under(person.department)
    performed = {
        f: catalogue.functions[f].kind for f in hospital.department[person.department].functions
    }
    functions = frozenset(f for f, kind in performed.items() if kind != "clinical")
    serves = frozenset(f for f, kind in performed.items() if kind in ("office", "technical"))
    if person.role in ("staff", "auditor"):
        functions = frozenset()
    for led in person.leads:
        own |= hospital.under(led)
    overview = "hospital_office" in functions or "quality_office" in functions
    everywhere = person.role in ("president", "auditor") or overview
    if person.role in ("auditor", "partner"):
        serves = frozenset()
    guest = _staffed(person, hospital) if person.role == "partner" else None
    return Viewer(person, functions, serves, own, everywhere and guest is None, guest)


def _staffed(person: Person, hospital: Hospital) -> dict[str, frozenset[str]]:
    """The subjects that the person's department is, for each kind that has people of its own."""
    return {
        kind: frozenset(t.key for t in things.values() if t.staffed_by == person.department)
        for kind, things in hospital.subject.items()
        if any(t.staffed_by for t in things.values())
    }


def owns(who: Viewer, register: Register) -> bool:
    """Whether the register is one that the person's functional office supervises."""
    return register.owner is not None and register.owner in who.functions


def signs(who: Viewer, register: Register) -> bool:
    """Whether documents of this kind need the signature of the person's office."""
    return not who.functions.isdisjoint(register.signatures)


def _keeps(who: Viewer, register: Register) -> bool:
    """Whether the person's office or technical department keeps it for the whole hospital."""
    return register.keeper is not None and register.keeper in who.serves


def reach(who: Viewer, register: Register | None) -> Reach:
    """What of this register exists for the person."""
    if who.own is not None:
        subjects = who.own.get(register.subject or "") if register else None
        return Reach(who.departments) if subjects is None else Reach(subjects=subjects)
    if who.everywhere:
        return Reach()
    if register and (owns(who, register) or signs(who, register) or _keeps(who, register)):
        return Reach()
    return Reach(who.departments)


def may_see(
    who: Viewer, register: Register | None, department: str, subject: str | None = None
) -> bool:
    """Whether an entry of this register, department and subject exists for the person."""
    return reach(who, register).holds(department, subject)


def kept_in(register: Register, hospital: Hospital, catalogue: Catalogue) -> list[Department]:
    """The departments whose entries the register holds: its keepers and those of its duties; or
    all, where nobody keeps it (an office inspects them)."""
    keepers = {register.keeper} | {
        d.keeper for d in catalogue.duties.values() if d.register == register.key
    }  # fmt: skip
    named = keepers - {None}
    everybody = hospital.department.values()
    return [d for d in everybody if not named or not named.isdisjoint(d.functions)]


def may_record(who: Viewer, register: Register, department: str, places: Container[str]) -> bool:
    """Whether the person may make an entry of this register for the department.

    The department's own people, if it is one of the `places` where the register is kept
    (`kept_in`); the office that owns it, anywhere. Checklists belong to the office that inspects.
    """
    if who.person.role == "auditor" or register.feed:
        return False
    if owns(who, register) or _keeps(who, register):
        return True
    if register.role and who.person.role != register.role:
        return False
    if register.shape == "checklist" and register.owner is not None and register.keeper is None:
        return False
    if who.person.role in ("president", "leader") and register.keeper in (
        "president",
        "vice_president",
        "hospital_office",
    ):
        return True
    return department in who.departments and department in places


def may_deliver(who: Viewer, register: Register) -> bool:
    """Whether the person may bring in the register's rows in bulk: the office that owns it, and
    for feeds, the hospital office."""
    if who.person.role not in ("officer", "head") or who.own is not None:
        return False
    return owns(who, register) or (register.feed and "hospital_office" in who.functions)


def may_see_delivered(who: Viewer, register: Register) -> bool:
    """Whether deliveries of the register, and what was set aside of them, exist for the person."""
    return may_deliver(who, register) or who.person.role in ("president", "auditor")


def may_correct(who: Viewer, register: Register, department: str, recorded_by: str) -> bool:
    """One's own entry, or any of one's department as its head, or as the owning office; it was
    kept where it was made."""
    if not may_record(who, register, department, {department}):
        return False
    head = who.person.role == "head" and department in who.departments
    return who.key == recorded_by or head or owns(who, register)


def may_see_case(
    who: Viewer,
    register: Register,
    department: str,
    source: Register | None,
    subject: str | None = None,
) -> bool:
    """Whether the case exists for the person; `source` is the register it was found by."""
    found = source is not None and who.own is None and owns(who, source)
    return found or may_see(who, register, department, subject)


def may_step(
    who: Viewer, register: Register, department: str, step: str, source: Register | None = None
) -> bool:
    """Whether the person may move a case on; `source` is the register it was found by.

    The department concerned answers for notice, arrival and putting right; re-check and
    closing belong to the owning office or the office whose inspection found it (never to those
    who were inspected), or, where no office owns it, to the head. A stage that names a function
    is for that one alone.
    """
    if who.person.role == "auditor":
        return False
    asked = register.step.get(step)  # type: ignore[call-overload]
    if asked and asked.by:
        return asked.by in who.functions
    if owns(who, register) or (source is not None and owns(who, source)):
        return True
    if step in ("rechecked", "closed"):
        led = who.person.role in ("leader", "president") and may_see(who, register, department)
        head = who.person.role == "head" and department in who.departments
        return led or (register.owner is None and head)
    return department in who.departments or _keeps(who, register)


def may_sign(who: Viewer, signature: str, department: str) -> bool:
    """Whether the person is the one who signs: head, president, leader, or an office by name."""
    role = who.person.role
    if signature == "head":
        return role == "head" and department in who.departments
    if signature in ("president", "leader"):
        return role == signature and (who.everywhere or department in who.departments)
    return signature in who.functions


def may_plan(who: Viewer) -> bool:
    """Reading, completing and adopting plans; issuing summaries."""
    return "hospital_office" in who.functions or who.person.role == "president"


def may_score(who: Viewer) -> bool:
    """Seeing every department's score; others see their own."""
    return who.everywhere


def may_verify(who: Viewer) -> bool:
    """Walking the whole chain of entries, and seeing where it does not hold."""
    return who.person.role in ("auditor", "president")


def may_unmask(who: Viewer, register: Register, department: str) -> bool:
    """Whether personal fields are shown (and the reading logged): those who need them."""
    return owns(who, register) or department == who.person.department


def may_erase(who: Viewer) -> bool:
    """Destroying what opens a person's name and fields, for good: president, hospital office."""
    return who.person.role == "president" or (
        "hospital_office" in who.functions and who.person.role in ("officer", "head")
    )
