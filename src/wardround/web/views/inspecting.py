"""One checklist for one department: answered, looked over, saved; and corrected afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from wardround.catalogue.model import Register
from wardround.store import ledger
from wardround.store.house import House
from wardround.store.ledger import Proposal, Receipt, new_id
from wardround.store.models import Entry
from wardround.text import Fault, Refused, Text
from wardround.web import attachments, checklist, forms, places, said
from wardround.web.access import allow, seen_or_404
from wardround.web.announce import announce
from wardround.web.views.entries import facts, latest
from wardround.work import authority, record
from wardround.work import inspection as rules
from wardround.work.authority import Viewer

Kept = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Round:
    """A checklist at work: of which register, where, by whom; what it corrects, if it does."""

    house: House
    register: Register
    department: str
    who: Viewer
    corrected: Entry | None = None

    @property
    def draft(self) -> str:
        return f"draft:{self.register.key}:{self.department}"


def inspect(request: HttpRequest, key: str, department: str) -> HttpResponse:
    """One checklist for one department."""
    at_hand, register, who = places.open_register(request, key)
    if register.shape != "checklist" or department not in at_hand.hospital.department:
        raise Http404
    seen_or_404(who, register, department)
    allow(at_hand.may_record(who, register, department), said.office(at_hand, register.owner))
    one = Round(at_hand, register, department, who)
    if request.method != "POST":
        kept = request.session.get(one.draft, {})
        return _form(request, one, QueryDict(kept.get("form", "")),
                     attachments.unsealed(kept.get("kept", "")))  # fmt: skip
    return _work(request, one)


def correct_inspection(request: HttpRequest, pk: str) -> HttpResponse:
    """The same form over what was answered; cases follow what is corrected."""
    entry = latest(pk)
    at_hand, register, who = places.open_register(request, entry.register)
    if register.shape != "checklist" or entry.kind == "void":
        raise Http404
    seen_or_404(who, register, entry.department, entry.subject)
    allow(authority.may_correct(who, register, entry.department, entry.recorded_by),
          said.office(at_hand, register.owner))  # fmt: skip
    one = Round(at_hand, register, entry.department, who, entry)
    if request.method != "POST":
        return _form(request, one, QueryDict(), list(entry.attachments), given=entry.values)
    return _work(request, one)


def _work(request: HttpRequest, one: Round) -> HttpResponse:
    """Keep a draft, go back to the form, look it over, or save."""
    posted, mode = request.POST, request.POST.get("mode", "")
    try:
        files = _files(request, one)
    except Refused as refused:
        kept = attachments.unsealed(posted.get("kept", ""))
        return _form(request, one, posted, kept, refused.faults)
    if mode == "draft" and not one.corrected:
        request.session[one.draft] = {
            "form": posted.urlencode(), "kept": attachments.sealed(files)
        }  # fmt: skip
        announce(request, Text("草稿已存", "Draft kept"), request.path)
        return redirect("inspections")
    if mode == "edit":
        return _form(request, one, posted, files)
    try:
        values = _clean(one, posted)
        if mode != "save":
            return _summary(request, one, values, files)
        receipt = ledger.append(one.house, _proposal(one, values, posted, files), one.who)
    except Refused as refused:
        return _form(request, one, posted, files, refused.faults)
    request.session.pop(one.draft, None)
    return _saved(request, one, receipt)


def _proposal(one: Round, values: dict[str, Any], posted: QueryDict, files: Kept) -> Proposal:
    old = one.corrected
    return Proposal(
        one.register.key, values, one.department, id=posted.get("id") or None,
        supersedes=str(old.pk) if old else None, reason=posted.get("reason", ""),
        attachments=tuple(files),
    )  # fmt: skip


def _files(request: HttpRequest, one: Round) -> Kept:
    kept = attachments.unsealed(request.POST.get("kept", ""))
    for item in one.register.item:
        field = checklist.name(item)
        kept += attachments.keep(one.house, field, request.FILES.getlist(f"{field}_photo"))
    return kept


def _clean(one: Round, posted: QueryDict) -> dict[str, Any]:
    """The values as they would be kept; raises `Refused` with every fault."""
    now = one.house.now()
    raw = forms.read(one.register, posted)
    raw |= {"items": checklist.read(one.register, posted, now.date())}
    moment = one.house.local(one.corrected.occurred_at) if one.corrected else now
    return record.clean(
        one.register, raw, subject=None, occurred_at=moment, at=now, known=one.house.known
    )  # fmt: skip


def _form(
    request: HttpRequest, one: Round, posted: QueryDict, kept: Kept,
    faults: tuple[Fault, ...] = (), given: Mapping[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The form with what was typed, or with the values that were `given` before."""
    house, register, today = one.house, one.register, one.house.now().date()
    answers = given["items"] if given else checklist.read(register, posted, today)
    filling = forms.Filling(given or forms.read(register, posted), faults)
    return render(request, "web/daily/inspect.html", {
        "register": register, "department": said.department(house, one.department),
        "department_key": one.department, "errors": faults, "id": posted.get("id") or new_id(),
        "fields": forms.parts(house, register, one.department, filling),
        "items": checklist.items(house, register, one.department, answers, today, faults),
        "standing": checklist.standing(register, answers), "corrected": one.corrected,
        "reason": posted.get("reason", ""), "reason_error": filling.fault("reason"),
        "kept": attachments.sealed(kept), "kept_files": kept, "today": today,
    }, status=422 if faults else 200)  # fmt: skip


def _summary(request: HttpRequest, one: Round, values: dict[str, Any], kept: Kept) -> HttpResponse:
    """Everything once more before it is kept, failed items on top."""
    house, register = one.house, one.register
    hidden = ("csrfmiddlewaretoken", "mode", "kept")
    return render(request, "web/daily/inspect_summary.html", {
        "register": register, "department": said.department(house, one.department),
        "result": rules.score(register, values["items"]), "corrected": one.corrected,
        "failed": failed(register, values["items"], kept),
        "passed": passed(register, values["items"]), "facts": facts(house, register, values),
        "opens": house.catalogue.registers.get(register.opens or ""),
        "head": said.head(house, one.department), "kept": attachments.sealed(kept),
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


def _saved(request: HttpRequest, one: Round, receipt: Receipt) -> HttpResponse:
    name, count = one.register.name, len(receipt.opened)
    words = Text(f"已保存：{name.zh}", f"Saved: {name.en}")
    if one.corrected:
        words = Text(f"已更正：{name.zh}；整改随之调整", f"Corrected: {name.en}; its cases follow")
    elif count:
        words = Text(f"{words.zh}；开启整改 {count} 件", f"{words.en}; {count} cases opened")
    announce(request, words)
    return redirect(reverse("inspection", args=[receipt.entry.root]))
