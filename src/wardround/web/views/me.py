"""Me: who I am here, how pages look for me, what I recorded, signing out."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from wardround.catalogue.organisation import ROLES
from wardround.store.house import house
from wardround.store.models import Entry
from wardround.text import Fault, Text, same
from wardround.web import delivered, said
from wardround.web.access import viewer
from wardround.web.announce import announce, announced

THEMES = (
    ("", Text("跟随设备", "As the device")), ("light", Text("浅色", "Light")),
    ("dark", Text("深色", "Dark")),
)  # fmt: skip
DENSITIES = (("", Text("紧凑", "Compact")), ("comfortable", Text("舒展", "Comfortable")))
_LOOKS = {"theme": THEMES, "density": DENSITIES}
_YEAR = 365 * 24 * 3600
_RECENT = 20
_TABS = frozenset({"today", "registers", "inspections", "cases", "me"})


def me(request: HttpRequest) -> HttpResponse:
    """The person's own page."""
    at_hand, who = house(), viewer(request)
    recent = Entry.objects.filter(recorded_by=who.key).order_by("-recorded_at")[:_RECENT]
    return render(request, "web/daily/me.html", {
        "who": who.person, "role": ROLES[who.person.role], "tabs": _TABS,
        "department": said.department(at_hand, who.person.department),
        "looks": [
            {"name": "theme", "label": Text("明暗", "Theme"), "choices": THEMES,
             "value": request.COOKIES.get("theme", "")},
            {"name": "density", "label": Text("行距", "Density"), "choices": DENSITIES,
             "value": request.COOKIES.get("density", "")},
        ],
        "recent": [
            {"url": reverse("entry", args=[e.root]), "at": e.recorded_at,
             "name": at_hand.catalogue.registers[e.register].name,
             "title": said.title(at_hand, at_hand.catalogue.registers[e.register], e.values)}
            for e in recent if e.register in at_hand.catalogue.registers
        ],
        "announced": announced(request), "data_in": delivered.sees(at_hand, who),
    })  # fmt: skip


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Keep theme and density for this device."""
    response = redirect("me")
    for name, choices in _LOOKS.items():
        value = request.POST.get(name)
        if value in dict(choices):
            response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", httponly=True)
    return response


def password(request: HttpRequest) -> HttpResponse:
    """A new password, after the old one."""
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _change(request)
        if not faults:
            announce(request, Text("密码已改", "The password is changed"))
            return redirect("me")
    errors = {f.field: f.why for f in faults}
    return render(request, "web/daily/password.html", {"errors": faults, "error": errors},
                  status=422 if faults else 200)  # fmt: skip


def _change(request: HttpRequest) -> list[Fault]:
    user, new = request.user, request.POST.get("new", "")
    if not user.check_password(request.POST.get("old", "")):
        return [Fault(Text("旧密码不对。", "The old password is wrong."), field="old")]
    if new != request.POST.get("again", ""):
        differ = Text("两次写的新密码不一样。", "The two new passwords differ.")
        return [Fault(differ, field="again")]
    try:
        validate_password(new, user)  # type: ignore[arg-type]
    except ValidationError as error:
        return [Fault(same(str(m)), field="new") for m in error.messages]
    user.set_password(new)
    user.save()
    update_session_auth_hash(request, user)  # type: ignore[arg-type]
    return []


urlpatterns = [
    path("", me, name="me"),
    path("look", look, name="look"),
    path("password", password, name="password"),
]
