"""The registers: all that a person meets, their own first."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from wardround.catalogue.model import Register
from wardround.store import due
from wardround.store.house import House, house
from wardround.store.models import Entry
from wardround.text import Text, same
from wardround.web import delivered, places
from wardround.web.access import viewer
from wardround.web.announce import announced
from wardround.web.areas import AREAS
from wardround.web.views.entries import attachment, entry, sign
from wardround.web.views.patients import erase, patient
from wardround.web.views.record import correct, record_entry, void
from wardround.web.views.register import register
from wardround.work import authority
from wardround.work.authority import Viewer


def registers(request: HttpRequest) -> HttpResponse:
    """Every register that exists for the person: their own first, by area, with what is owed."""
    at_hand, who = house(), viewer(request)
    words = request.GET.get("q", "").strip().lower()
    found = [
        r for r in at_hand.catalogue.registers.values()
        if not r.feed and r.owner and r.shape != "checklist" and places.seen(at_hand, who, r)
        and (not words or words in r.name.zh.lower() or words in r.name.en.lower())
    ]  # fmt: skip
    own = [r for r in found if places.kept(at_hand, who, r)]
    rest = [r for r in found if r not in own]
    last, owed = _last(who, at_hand), _owed(at_hand, who)
    return render(request, "web/daily/registers.html", {
        "own": _by_area(at_hand, own, last, owed), "rest": _by_area(at_hand, rest, last, owed),
        "count": len(own), "announced": announced(request), "words": words,
        "data_in": delivered.sees(at_hand, who),
        "search": {"name": "q", "value": request.GET.get("q", ""), "label": Text("查找", "Search")},
        "reset_url": reverse("registers") if words else "",
    })  # fmt: skip


def _last(who: Viewer, house: House) -> dict[str, Any]:
    """Register → when something was last recorded within the person's own reach."""
    found = Entry.objects.filter(about=None)
    if not who.everywhere:
        owned = [k for k, r in house.catalogue.registers.items() if authority.owns(who, r)]
        found = found.filter(Q(department__in=who.departments) | Q(register__in=owned))
    return dict(found.values_list("register").annotate(Max("occurred_at")))


def _owed(house: House, who: Viewer) -> dict[str, dict[str, int]]:
    """Register → how many things are overdue and due there for this person."""
    owed: dict[str, dict[str, int]] = {}
    for task in due.tasks(house, who, house.now()):
        if task.state in ("overdue", "due", "near"):
            kind = "overdue" if task.state == "overdue" else "due"
            counts = owed.setdefault(task.register.key, {"overdue": 0, "due": 0})
            counts[kind] += 1
    return owed


def _by_area(
    house: House, found: list[Register], last: dict[str, Any], owed: dict[str, dict[str, int]]
) -> list[dict[str, Any]]:
    areas: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        area = house.catalogue.system_of("register", one.key).area
        areas.setdefault(area, []).append({
            "register": one, "last": last.get(one.key), "owed": owed.get(one.key),
        })  # fmt: skip
    return [{"name": AREAS.get(a, same(a)), "rows": rows} for a, rows in sorted(areas.items())]


urlpatterns = [
    path("", registers, name="registers"),
    path("entries/<uuid:pk>", entry, name="entry"),
    path("entries/<uuid:pk>/correct", correct, name="correct"),
    path("entries/<uuid:pk>/void", void, name="void"),
    path("entries/<uuid:pk>/sign", sign, name="sign"),
    path("entries/<uuid:pk>/erase", erase, name="erase"),
    path("entries/<uuid:pk>/files/<int:number>", attachment, name="attachment"),
    path("<slug:key>/patient", patient, name="patient"),
    path("<slug:key>", register, name="register"),
    path("<slug:key>/record", record_entry, name="record"),
]
