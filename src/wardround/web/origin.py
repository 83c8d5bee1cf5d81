"""Which entry opened a case, and which cases an entry opened: both follow from derived ids."""

from __future__ import annotations

from collections.abc import Iterator

from wardround.catalogue.model import Register
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.models import Case, Entry
from wardround.work.follow import derived_id


def opened_by(house: House, register: Register, entry: Entry) -> list[Case]:
    """The cases that opened because of this entry, in the order of its items or checks."""
    ids = [derived_id(str(entry.root), reason) for reason in _reasons(house, register)]
    found = {str(c.pk): c for c in Case.objects.filter(pk__in=ids)}
    return [found[i] for i in ids if i in found]


def cause_of(house: House, case: Case) -> Entry | None:
    """The entry because of which the case opened by rule; None if somebody opened it."""
    registers = house.catalogue.registers
    near = current().filter(
        department=case.department, occurred_at=case.opened_at, about=None,
    ).exclude(root=case.pk)  # fmt: skip
    for entry in near:
        reasons = _reasons(house, registers[entry.register])
        if any(derived_id(str(entry.root), r) == str(case.pk) for r in reasons):
            return entry
    return None


def _reasons(house: House, register: Register) -> Iterator[str]:
    yield from register.item
    yield from (c.key for c in house.catalogue.checks.values() if c.register == register.key)
    yield from ("repeat",)
