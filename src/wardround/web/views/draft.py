"""A person goes through a plan that was read: looks, changes, cuts, joins, accepts, leaves out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from wardround.reading.gaps import GAPS
from wardround.store import answers, drafts
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.models import DraftItem, PlanDocument
from wardround.store.plans import Item
from wardround.text import Refused, Text, refuse
from wardround.web import drafted, fresh, source
from wardround.web.access import allow, viewer
from wardround.web.announce import announce, announced
from wardround.web.handed import document_of, kept_or_404, title_of, twin_of
from wardround.web.templatetags.words import current_lang
from wardround.work import authority
from wardround.work.authority import Viewer

OFFICE = Text("院办公室", "The hospital office")


def draft(request: HttpRequest, key: str, faults: Refused | None = None) -> HttpResponse:
    """The document beside its items, section by section (`?section=`), one of them opened
    (`?item=`, `?how=split`); or every gap in one list (`?show=gaps`)."""
    house, who, kept = at_hand(), viewer(request), kept_or_404(key)
    allow(authority.may_plan(who), OFFICE)
    drafts.begin(house, kept, document_of(house, kept), twin_of(house, kept))
    listed = drafts.items(kept)
    if not listed:
        return redirect("plan", key=key)
    parts = drafted.sections(listed)
    shown = _section(request.GET.get("section", ""), parts)
    gaps = request.GET.get("show") == "gaps"
    asked = drafted.asked(fresh.measured(house), kept, listed, GAPS) if gaps else []
    errors = _errors(request, faults)
    wrong = next((q["id"] for q in asked if errors and q["id"] == errors[0]["field"]), "")
    return render(request, "web/office/draft.html", {
        "plan": kept, "title": title_of(kept, current_lang()), "key": key, "parts": parts,
        "shown": shown,
        "url": drafted.address(kept), "act": reverse("draft_act", args=[key]),
        "source": _source(request, kept, _marked(listed, parts)), "zh": source.chinese(kept),
        "show_gaps": gaps, "questions": asked, "here": str(shown.index),
        "first": wrong or _first(asked, request.GET.get("after", "")),
        "cards": [] if gaps else [drafted.card(house, kept, i, shown.index) for i in shown.items],
        "at": request.GET.get("at", ""), "opened": _opened(request, house, shown),
        "errors": errors, "wrong": wrong, "typed": request.POST.get("value", ""),
        "announced": announced(request), "history": drafted.history(house, kept),
        "offer": drafted.suggestions(house), **_counts(listed),
    }, status=422 if faults else 200)  # fmt: skip


def _errors(request: HttpRequest, faults: Refused | None) -> list[dict[str, Any]]:
    """What was refused, each with the field to go to."""
    place = f"{request.POST.get('number', '')}-{request.POST.get('gap', '')}".replace(".", "-")
    return [
        {"why": f.why, "field": place if f.field == "value" else f.field}
        for f in (faults.faults if faults else ())
    ]


def _section(wanted: str, parts: list[drafted.Section]) -> drafted.Section:
    """The section asked for; else the first in which something is undecided."""
    if wanted.isdigit() and int(wanted) < len(parts):
        return parts[int(wanted)]
    return next((p for p in parts if p.undecided), parts[0])


def _source(request: HttpRequest, kept: PlanDocument, items: list[Item]) -> dict[str, Any]:
    return source.shown(kept, items, request.GET.get("source") or current_lang())


def _marked(listed: list[DraftItem], parts: list[drafted.Section]) -> list[Item]:
    """The items with the section on whose page each stands."""
    place = {one.pk: p.index for p in parts for one in p.items}
    return [
        Item(None, one.values | {"place": place[one.pk], "decision": one.decision})
        for one in listed
    ]


def _opened(request: HttpRequest, house: House, shown: drafted.Section) -> dict[str, Any] | None:
    one = next((i for i in shown.items if i.number == request.GET.get("item")), None)
    if one is None or one.decision == "adopted":
        return None
    if request.GET.get("how") == "split":
        return {"number": one.number, "halves": drafted.halves(one), "split": True}
    form = drafted.editing(house, one)
    if request.method == "POST":
        form |= {k: request.POST.get(k, "") for k in ("owners", "cadence", "deadline", "kind")}
        for row, aim in zip(form["targets"], request.POST.getlist("target"), strict=False):
            row["target"] = aim
    return {"number": one.number, "form": form, "split": False}


def _first(asked: list[dict[str, Any]], after: str) -> str:
    """The question that takes the focus: the next one behind where the last answer stood."""
    start = int(after) if after.isdigit() else 0
    later = [q for q in asked if (q["one"].values.get("start") or 0) >= start]
    return str((later or asked)[0]["id"]) if asked else ""


def _counts(listed: list[DraftItem]) -> dict[str, Any]:
    states = [one.decision for one in listed]
    open_ones = [one for one in listed if one.decision not in ("dropped", "adopted")]
    return {
        "count": len(listed), "accepted": states.count("accepted"),
        "dropped": states.count("dropped"), "adopted": states.count("adopted"),
        "undecided": states.count(""),
        "gaps": sum(len(one.values.get("asks") or ()) for one in open_ones),
    }  # fmt: skip


@require_POST
def act(request: HttpRequest, key: str) -> HttpResponse:
    """One act of a person upon the draft; back to where they were, at what comes next."""
    house, who, kept = at_hand(), viewer(request), kept_or_404(key)
    allow(authority.may_plan(who), OFFICE)
    try:
        answered = _ACTS.get(request.POST.get("act", ""), _unknown)(request, house, kept, who)
    except Refused as faults:
        return draft(_asking_again(request), key, faults)
    return redirect(answered)


def _asking_again(request: HttpRequest) -> HttpRequest:
    """The page from which the refused act came: section and opened item as they were."""
    kept = request.GET.copy()
    for name in ("section", "show"):
        if request.POST.get(name):
            kept[name] = request.POST[name]
    if request.POST.get("act") in ("change", "split"):
        kept["item"] = request.POST.get("number", "")
        kept["how"] = "split" if request.POST["act"] == "split" else ""
    request.GET = kept  # type: ignore[assignment]
    return request


def _unknown(*_: Any) -> str:
    raise refuse("没有这个操作。", "There is no such act.")


def _seen(request: HttpRequest) -> tuple[str, int]:
    version = request.POST.get("version", "")
    return request.POST.get("number", ""), int(version) if version.isdigit() else 0


def _back(request: HttpRequest, kept: PlanDocument, number: str) -> str:
    return f"{drafted.address(kept, section=request.POST.get('section'), at=number)}#i{number}"


def _next(request: HttpRequest, kept: PlanDocument, number: str) -> str:
    """The next undecided item of the section, or the same one if there is none."""
    listed = drafts.items(kept)
    at = next((n for n, i in enumerate(listed) if i.number == number), 0)
    later = next((i for i in listed[at:] if not i.decision), None)
    if later is None or later.values.get("section") != listed[at].values.get("section"):
        return _back(request, kept, number)
    return _back(request, kept, later.number)


def _accept(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    number, version = _seen(request)
    drafts.accept(kept, {number: version}, who, house.now())
    return _next(request, kept, number)


def _accept_section(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    pairs = [p.rpartition(":") for p in request.POST.getlist("shown")]
    shown = {number: int(version) for number, _, version in pairs if version.isdigit()}
    drafts.accept(kept, shown, who, house.now())
    return drafted.address(kept)


def _drop(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    number, version = _seen(request)
    drafts.drop(kept, number, version, who, house.now())
    return _next(request, kept, number)


def _undo(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    number, version = _seen(request)
    drafts.undo(kept, number, version, who, house.now())
    return _back(request, kept, number)


def _change(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    number, version = _seen(request)
    said = {k: request.POST.get(k, "") for k in ("text", "owners", "cadence", "deadline", "kind")}
    names = ("target", "indicator", "words")
    rows = list(zip(*(request.POST.getlist(k) for k in names), strict=False))
    one = DraftItem.objects.filter(plan=kept, number=number).first()
    old = one.values if one else {}
    said = drafted.as_it_stood(old, said)
    new = answers.changed(house, old, said, rows, request.POST.getlist("duty"))
    drafts.change(kept, number, version, new, who, house.now())
    return _back(request, kept, number)


def _split(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    number, version = _seen(request)
    cut = request.POST.get("cut", "")
    at = int(cut) if cut.isdigit() else -1
    first, _ = drafts.split(house, kept, number, version, at, who, house.now())
    return _back(request, kept, first.number)


def _merge(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    number, version = _seen(request)
    drafts.merge(kept, number, version, who, house.now())
    return _back(request, kept, number)


def _answer(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    number, version = _seen(request)
    said = {k: str(v) for k, v in request.POST.items()}
    if said.get("proposed"):
        value, _, indicator = said["proposed"].partition("|")
        said |= {"value": value, "indicator": indicator}
    one = drafts.answer(house, kept, number, version, said.get("gap", ""), said, who, house.now())
    after = str(one.values.get("start") or 0)
    return f"{drafted.address(kept, show='gaps', after=after)}#gaps"


def _adopt(request: HttpRequest, house: House, kept: PlanDocument, who: Viewer) -> str:
    entries = drafts.adopt(house, kept, who, house.now())
    announce(request, Text(f"采纳了 {len(entries)} 条", f"{len(entries)} items adopted"))
    if any(not one.decision for one in drafts.items(kept)):
        return drafted.address(kept)
    return reverse("plan", args=[kept.digest[:12]])


_ACTS: dict[str, Callable[[HttpRequest, House, PlanDocument, Viewer], str]] = {
    "accept": _accept, "accept_section": _accept_section, "drop": _drop, "undo": _undo,
    "change": _change, "split": _split, "merge": _merge, "answer": _answer, "adopt": _adopt,
}  # fmt: skip
