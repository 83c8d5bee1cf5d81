"""The hospital itself: campuses, departments, people, and the things that records are about.

A hospital declares these in one `hospital.toml`, read as strictly as the catalogue. Which
functions a department performs decides which duties and registers are its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from pathlib import Path
from typing import Literal

from wardround.catalogue.load import read_table
from wardround.catalogue.model import Catalogue, Register
from wardround.text import Fault, Refused, Text, same

Role = Literal["staff", "head", "officer", "leader", "president", "auditor", "partner"]
ROLES: dict[Role, Text] = {
    "staff": Text("科室人员", "Department staff"),
    "head": Text("科室负责人", "Head of department"),
    "officer": Text("职能科室人员", "Officer of a functional office"),
    "leader": Text("分管院领导", "Vice-president"),
    "president": Text("院长", "President"),
    "auditor": Text("审计人员", "Auditor"),
    "partner": Text("受援单位人员", "Partner"),
}


@dataclass(frozen=True, slots=True)
class Campus:
    """One of the hospital's sites."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Department:
    """A ward, clinic or office; `functions` are what it does, `words` its other names, `codes`
    what the hospital's information systems call it."""

    key: str
    name: Text
    functions: tuple[str, ...]
    campus: str | None = None
    parent: str | None = None
    beds: int = 0
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a sign-in, a role in one department, and a post in words.

    A leader is in charge of the departments in `leads`.
    """

    key: str
    name: Text
    department: str
    role: Role
    post: Text
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """One fridge, vehicle, stock item, partner…, kept by a department.

    A partner's own people are `staffed_by` a department: of what is recorded about partners they
    see what is about theirs.
    """

    key: str
    name: Text
    department: str
    staffed_by: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What the hospital is: name, time zone, and since when it keeps its registers here."""

    key: str
    name: Text
    zone: str
    beds: int
    in_use_from: date


@dataclass(frozen=True, slots=True)
class Hospital:
    """A whole hospital. `subject` is kind → key → thing."""

    hospital: About
    department: dict[str, Department]
    person: dict[str, Person]
    campus: dict[str, Campus] = made(default_factory=dict)
    subject: dict[str, dict[str, Thing]] = made(default_factory=dict)

    @property
    def name(self) -> Text:
        return self.hospital.name

    def performing(self, function: str) -> list[Department]:
        """The departments that perform a function, in the order of the file."""
        return [d for d in self.department.values() if function in d.functions]

    def under(self, department: str) -> frozenset[str]:
        """The department and all below it in the tree."""
        found = {department}
        for d in self.department.values():
            if d.parent in found:
                found |= self.under(d.key)
        return frozenset(found)

    def called(self, register: Register, column: str, word: str) -> Text:
        """What the word in a register's column stands for: the name of a department or of a
        choice; any other word is its own name."""
        field = register.field.get(column)
        if field and word in field.choices:
            return field.choices[word]
        if column == "department" or (field and field.type == "department"):
            return self.department[word].name if word in self.department else same(word)
        return same(word)

    def head_of(self, department: str) -> Person | None:
        """The first head declared for the department."""
        for person in self.person.values():
            if person.department == department and person.role == "head":
                return person
        return None

    def leader_of(self, department: str) -> Person | None:
        """The vice-president in charge of the department, or else the president."""
        people = self.person.values()
        led = next((p for p in people if department in p.leads), None)
        return led or next((p for p in people if p.role == "president"), None)

    def things(self, kind: str) -> list[Thing]:
        return list(self.subject.get(kind, {}).values())


def load_hospital(file: Path, catalogue: Catalogue) -> Hospital:
    """Read `hospital.toml`; raises `Refused` with every fault."""
    hospital, faults = read_table(Hospital, file)
    if hospital is not None:
        faults = [*faults, *_faults(hospital, catalogue, file.name)]
    if hospital is None or faults:
        raise Refused(*faults)
    return hospital


def _faults(hospital: Hospital, catalogue: Catalogue, file: str) -> list[Fault]:
    found: list[Fault] = []

    def known(key: str, words: Iterable[str | None], among: Iterable[str], what: Text) -> None:
        for word in words:
            if word is not None and word not in among:
                found.append(Fault(
                    Text(f"没有“{word}”这个{what.zh}。", f'There is no {what.en} "{word}".'),
                    file, key,
                ))  # fmt: skip

    department = Text("科室", "department")
    for d in hospital.department.values():
        at = f"department.{d.key}"
        known(at, d.functions, catalogue.functions, Text("职能", "function"))
        known(at, [d.campus], hospital.campus, Text("院区", "campus"))
        known(at, [d.parent], hospital.department, department)
    found += _same_code(hospital, file)
    for p in hospital.person.values():
        known(f"person.{p.key}", [p.department, *p.leads], hospital.department, department)
    for kind, things in hospital.subject.items():
        known(f"subject.{kind}", [kind], catalogue.subjects, Text("对象", "subject kind"))
        for thing in things.values():
            places = [thing.department, thing.staffed_by]
            known(f"subject.{kind}.{thing.key}", places, hospital.department, department)
    staffed = {t.staffed_by for things in hospital.subject.values() for t in things.values()}
    for p in hospital.person.values():
        if p.role == "partner" and p.department not in staffed:
            found.append(Fault(
                Text(f"“{p.department}”不是哪一家受援单位（staffed_by），{p.name.zh}什么也看不到。",
                     f'"{p.department}" staffs no partner (staffed_by): '
                     f"{p.name.en} would see nothing."),
                file, f"person.{p.key}",
            ))  # fmt: skip
    return found


def _same_code(hospital: Hospital, file: str) -> Iterable[Fault]:
    """A fault for each code that two departments claim: nobody could say whose a row is."""
    owner: dict[str, str] = {}
    for d in hospital.department.values():
        for code in d.codes:
            other = owner.setdefault(code.lower(), d.key)
            if other != d.key:
                yield Fault(
                    Text(f"编码“{code}”已是 {other} 的。", f'The code "{code}" is {other}\'s.'),
                    file, f"department.{d.key}",
                )  # fmt: skip
