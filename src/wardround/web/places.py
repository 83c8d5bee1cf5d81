"""For which departments a person meets a register: where it is seen, where it is kept.

Rights come from `work.authority`; here they are laid over the hospital's departments, so that
a page offers no place where a register is not kept.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest

from wardround.catalogue.columns import BUILT_IN
from wardround.catalogue.model import Register
from wardround.catalogue.organisation import Department
from wardround.store.house import House
from wardround.web.access import register_or_404, viewer
from wardround.work import authority
from wardround.work.authority import Viewer


def seen(house: House, who: Viewer, register: Register) -> list[Department]:
    """Departments of the register whose entries exist for the person."""
    allowed = authority.reach(who, register)
    if allowed.subjects == frozenset():
        return []
    here = allowed.departments
    return [d for d in house.kept_in(register).values() if here is None or d.key in here]


def kept(house: House, who: Viewer, register: Register) -> list[Department]:
    """Departments for which the person may record in the register."""
    return [d for d in seen(house, who, register) if house.may_record(who, register, d.key)]


def open_register(request: HttpRequest, key: str) -> tuple[House, Register, Viewer]:
    """The register if it exists for the person; else it does not exist at all (404)."""
    house, register = register_or_404(key)
    who = viewer(request)
    if register.feed or key in BUILT_IN or not seen(house, who, register):
        raise Http404
    return house, register, who
