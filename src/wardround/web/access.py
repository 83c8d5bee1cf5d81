"""Who is looking: nobody sees a page without signing in, unless the page says it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpRequest

from wardround.catalogue.model import Register
from wardround.store.house import House, house
from wardround.text import Text, refuse
from wardround.work import authority
from wardround.work.authority import Viewer

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC: set[Callable[..., Any]] = set()


def public(view: View) -> View:
    """Mark a view that needs no sign-in."""
    PUBLIC.add(view)
    return view


def viewer(request: HttpRequest) -> Viewer:
    """The person behind the request. Only views behind the sign-in may ask."""
    found: Viewer | None = getattr(request, "viewer", None)
    if found is None:
        raise Http404
    return found


def register_or_404(key: str) -> tuple[House, Register]:
    """The register of that key; one that is not there looks like one out of reach."""
    at_hand = house()
    register = at_hand.catalogue.registers.get(key)
    if register is None:
        raise Http404
    return at_hand, register


def seen_or_404(
    who: Viewer, register: Register | None, department: str, subject: str | None = None
) -> None:
    """What lies outside one's reach does not exist."""
    if not authority.may_see(who, register, department, subject):
        raise Http404


def allow(yes: bool, owner: Text | None = None) -> None:
    """Refuse an act that the person may see but not do."""
    if yes:
        return
    if owner is None:
        raise refuse("您可以查看，不能修改。", "You may read this, not change it.")
    raise refuse(
        f"这件事由{owner.zh}办，您可以查看，不能修改。",
        f"{owner.en} does this; you may read it, not change it.",
    )
