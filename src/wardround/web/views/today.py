"""Today: what must be done now, and what is late."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wardround.store.house import house
from wardround.web import said
from wardround.web.access import viewer
from wardround.web.agenda import agenda, next_one
from wardround.web.announce import announced
from wardround.web.views.president import president

_WATCHED = 7


def today(request: HttpRequest) -> HttpResponse:
    """One's own list; the president and the leaders get a page of decisions instead."""
    at_hand, who = house(), viewer(request)
    if who.person.role in ("president", "leader") and "list" not in request.GET:
        return president(request)
    now = at_hand.now()
    asked = request.GET.get("duty")
    duty = at_hand.catalogue.duties.get(asked) if asked else None
    found = agenda(at_hand, who, now, duty.key if duty else None)
    return render(request, "web/daily/today.html", {
        "agenda": found, "counts": found.counts, "duty": duty,
        "watching": found.watching[:_WATCHED], "watched": len(found.watching),
        "place": said.department(at_hand, who.person.department), "today": now,
        "next": next_one(at_hand, who, now) if found.idle else None,
        "announced": announced(request),
    })  # fmt: skip


urlpatterns = [path("", today, name="today")]
