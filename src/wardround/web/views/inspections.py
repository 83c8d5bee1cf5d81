"""Inspections: which departments are due for which checklist, the form, its summary, its result."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse

from wardround.catalogue.model import Register
from wardround.store import due, ledger
from wardround.store.house import House, house
from wardround.store.ledger import Proposal, Receipt, new_id
from wardround.store.models import Entry
from wardround.text import Fault, Refused, Text
from wardround.web import attachments, casework, checklist, forms, places, said
from wardround.web.access import allow, seen_or_404, viewer
from wardround.web.announce import announce, announced
from wardround.web.notices import notice_of
from wardround.web.origin import opened_by
from wardround.web.rounds import rounds
from wardround.web.views.entries import changes, facts, latest
from wardround.work import authority, record
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


# -- the form ---------------------------------------------------------------------------------


def inspect(request: HttpRequest, key: str, department: str) -> HttpResponse:
    """One checklist for one department: answered, looked over, saved."""
    at_hand, register, who = places.open_register(request, key)
    if register.shape != "checklist" or department not in at_hand.hospital.department:
        raise Http404
    seen_or_404(who, register, department)
    allow(authority.may_record(who, register, department), said.office(at_hand, register.owner))
    draft = f"draft:{key}:{department}"
    if request.method != "POST":
        kept = request.session.get(draft, {})
        return _form(request, at_hand, register, department, QueryDict(kept.get("form", "")),
                     attachments.unsealed(kept.get("kept", "")))  # fmt: skip
    try:
        files = _files(request, at_hand, register)
    except Refused as refused:
        files = attachments.unsealed(request.POST.get("kept", ""))
        return _form(request, at_hand, register, department, request.POST, files, refused.faults)
    mode = request.POST.get("mode", "")
    if mode == "draft":
        request.session[draft] = {
            "form": request.POST.urlencode(), "kept": attachments.sealed(files)
        }  # fmt: skip
        announce(request, Text("草稿已存", "Draft kept"), request.path)
        return redirect("inspections")
    if mode == "edit":
        return _form(request, at_hand, register, department, request.POST, files)
    try:
        values = _clean(at_hand, register, request.POST)
        if mode != "save":
            return _summary(request, at_hand, register, department, values, files)
        receipt = ledger.append(at_hand, Proposal(
            key, values, department, id=request.POST.get("id") or None, attachments=tuple(files)
        ), who)  # fmt: skip
    except Refused as refused:
        return _form(request, at_hand, register, department, request.POST, files, refused.faults)
    request.session.pop(draft, None)
    return _saved(request, at_hand, register, receipt)


def _files(request: HttpRequest, at_hand: House, register: Register) -> Kept:
    kept = attachments.unsealed(request.POST.get("kept", ""))
    for item in register.item:
        field = checklist.name(item)
        kept += attachments.keep(at_hand, field, request.FILES.getlist(f"{field}_photo"))
    return kept


def _clean(at_hand: House, register: Register, posted: QueryDict) -> dict[str, Any]:
    """The values as they would be kept; raises `Refused` with every fault."""
    now = at_hand.now()
    raw = forms.read(register, posted) | {"items": checklist.read(register, posted, now.date())}
    return record.clean(
        register, raw, subject=None, occurred_at=now, at=now, known=at_hand.known
    )  # fmt: skip


def _form(
    request: HttpRequest, at_hand: House, register: Register, department: str, posted: QueryDict,
    kept: Kept, faults: tuple[Fault, ...] = (),
) -> HttpResponse:  # fmt: skip
    today = at_hand.now().date()
    answers = checklist.read(register, posted, today)
    filling = forms.Filling(forms.read(register, posted), faults)
    return render(request, "web/daily/inspect.html", {
        "register": register, "department": said.department(at_hand, department),
        "department_key": department, "errors": faults, "id": posted.get("id") or new_id(),
        "fields": forms.parts(at_hand, register, department, filling),
        "items": checklist.items(at_hand, register, department, answers, today, faults),
        "standing": checklist.standing(register, answers),
        "kept": attachments.sealed(kept), "kept_files": kept, "today": today,
    }, status=422 if faults else 200)  # fmt: skip


def _summary(
    request: HttpRequest, at_hand: House, register: Register, department: str,
    values: dict[str, Any], kept: Kept,
) -> HttpResponse:  # fmt: skip
    """Everything once more before it is kept, failed items on top."""
    result = rules.score(register, values["items"])
    opens = at_hand.catalogue.registers.get(register.opens or "")
    hidden = ("csrfmiddlewaretoken", "mode", "kept")
    return render(request, "web/daily/inspect_summary.html", {
        "register": register, "department": said.department(at_hand, department),
        "result": result, "failed": failed(register, values["items"], kept),
        "passed": passed(register, values["items"]), "facts": facts(at_hand, register, values),
        "opens": opens, "head": said.head(at_hand, department), "kept": attachments.sealed(kept),
        "posted": [(k, v) for k in request.POST if k not in hidden
                   for v in request.POST.getlist(k)],
    })  # fmt: skip


def failed(
    register: Register, answers: dict[str, dict[str, str]], kept: Kept
) -> list[dict[str, Any]]:
    """The failed items with finding, date, number of photos."""
    return [
        {"item": register.item[f.item], "key": f.item, "finding": f.finding, "due": f.due,
         "photos": sum(k["field"] == checklist.name(f.item) for k in kept)}
        for f in rules.score(register, answers).failures
    ]  # fmt: skip


def passed(register: Register, answers: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """The other items, with their answers in words."""
    return [
        {"item": item, "answer": record.ANSWERS.get(answers.get(key, {}).get("answer", ""))}
        for key, item in register.item.items()
        if answers.get(key, {}).get("answer") != "no"
    ]


def _saved(
    request: HttpRequest, at_hand: House, register: Register, receipt: Receipt
) -> HttpResponse:
    count = len(receipt.opened)
    words = Text(f"已保存：{register.name.zh}", f"Saved: {register.name.en}")
    if count:
        words = Text(f"{words.zh}；开启整改 {count} 件", f"{words.en}; {count} cases opened")
    announce(request, words)
    return redirect("inspection", pk=str(receipt.entry.root))


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
        "may_inspect": authority.may_record(who, register, entry.department),
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
    path("<slug:key>/<slug:department>", inspect, name="inspect"),
]
