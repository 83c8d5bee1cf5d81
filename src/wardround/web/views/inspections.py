"""Inspections: which departments are due for which checklist, and what one found."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from wardround.catalogue.model import Register
from wardround.store import due
from wardround.store.house import House, house
from wardround.store.models import Entry
from wardround.text import Text
from wardround.web import casework, places, said
from wardround.web.access import seen_or_404, viewer
from wardround.web.announce import announced
from wardround.web.notices import notice_of
from wardround.web.origin import opened_by
from wardround.web.rounds import rounds
from wardround.web.views.entries import changes, facts, latest
from wardround.web.views.inspecting import correct_inspection, failed, inspect, passed
from wardround.work import authority
from wardround.work import inspection as rules

Kept = list[dict[str, str]]


def inspections(request: HttpRequest) -> HttpResponse:
    """Every checklist that exists for the person, department by department."""
    at_hand, who = house(), viewer(request)
    asked = request.GET.get("checklist", "")
    every = [
        r for r in at_hand.catalogue.registers.values()
        if r.shape == "checklist" and places.seen(at_hand, who, r)
    ]  # fmt: skip
    shown = [r for r in every if asked in ("", r.key)]
    tasks = due.tasks(at_hand, who, at_hand.now())
    groups = [rounds(at_hand, who, r, [t for t in tasks if t.register.key == r.key]) for r in shown]
    choices = [("", Text("全部", "All")), *((r.key, r.name) for r in every)]
    return render(request, "web/daily/inspections.html", {
        "groups": groups, "owed": sum(g["owed"] for g in groups), "announced": announced(request),
        "filters": [{"name": "checklist", "label": Text("检查表", "Checklist"), "value": asked,
                     "choices": choices}] if len(every) > 1 else [],
        "reset_url": reverse("inspections") if asked else "",
    })  # fmt: skip


# -- the result -------------------------------------------------------------------------------


def _found(request: HttpRequest, pk: str) -> tuple[House, Register, Entry]:
    entry = latest(pk)
    at_hand, register, who = places.open_register(request, entry.register)
    if register.shape != "checklist" or entry.kind == "void":
        raise Http404
    seen_or_404(who, register, entry.department, entry.subject)
    return at_hand, register, entry


def inspection(request: HttpRequest, pk: str) -> HttpResponse:
    """What one inspection found, and how far the cases are that it opened."""
    at_hand, register, entry = _found(request, pk)
    who, now = viewer(request), at_hand.now()
    answers = entry.values.get("items") or {}
    seen = due.visible_cases(at_hand, who)
    opened = [c for c in opened_by(at_hand, register, entry) if seen.filter(pk=c.pk).exists()]
    versions = list(Entry.objects.filter(root=entry.root).order_by("seq"))
    return render(request, "web/daily/inspection.html", {
        "register": register, "entry": entry, "result": rules.score(register, answers),
        "department": said.department(at_hand, entry.department),
        "failed": failed(register, answers, entry.attachments), "facts": facts(
            at_hand, register, entry.values
        ),
        "passed": passed(register, answers), "cases": casework.rows(at_hand, opened, now),
        "who": said.titled(at_hand, entry.recorded_by), "announced": announced(request),
        "may_correct": authority.may_correct(who, register, entry.department, entry.recorded_by),
        "may_inspect": at_hand.may_record(who, register, entry.department),
        "history": changes(at_hand, register, versions), "attachments": entry.attachments,
    })  # fmt: skip


def notices(request: HttpRequest, pk: str) -> HttpResponse:
    """The notices of one inspection, one a sheet."""
    at_hand, register, entry = _found(request, pk)
    seen = due.visible_cases(at_hand, viewer(request))
    opened = [c for c in opened_by(at_hand, register, entry) if seen.filter(pk=c.pk).exists()]
    if not opened:
        raise Http404
    return render(request, "web/daily/notice.html", {
        "notices": [notice_of(casework.work(at_hand, c)) for c in opened],
        "back": reverse("inspection", args=[pk]),
    })  # fmt: skip


urlpatterns = [
    path("", inspections, name="inspections"),
    path("results/<uuid:pk>", inspection, name="inspection"),
    path("results/<uuid:pk>/notices", notices, name="notices"),
    path("results/<uuid:pk>/correct", correct_inspection, name="correct_inspection"),
    path("<slug:key>/<slug:department>", inspect, name="inspect"),
]
