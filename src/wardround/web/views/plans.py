"""Plans: handed in, read, completed by people, adopted, and followed item by item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from wardround.catalogue.columns import PLAN_STATES
from wardround.store import drafts
from wardround.store import plans as store
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.models import PlanDocument
from wardround.store.plans import Item
from wardround.store.wording import together
from wardround.text import Refused, Text
from wardround.web import doors, fresh, handed, planned, said, source
from wardround.web.access import allow, viewer
from wardround.web.handed import document_of, kept_or_404, take_in, title_of, twin_of
from wardround.web.templatetags.words import current_lang
from wardround.web.views.draft import act, draft
from wardround.web.views.plan_item import answer, chain, drop, questions
from wardround.web.views.revision import revision
from wardround.work import authority

ASKED = 8
"""Questions shown before 其余."""
OFFICE = Text("院办公室", "The hospital office")


def plans(request: HttpRequest, faults: Refused | None = None) -> HttpResponse:
    """Every plan with how many items it has and what is missing; and the form to hand one in."""
    house, who = at_hand(), viewer(request)
    listed = []
    twins = set(PlanDocument.objects.exclude(twin="").values_list("twin", flat=True))
    for kept in PlanDocument.objects.exclude(digest__in=twins).order_by("-read_at", "-pk"):
        items = store.items(house, plan=kept.digest[:12])
        listed.append({
            "plan": kept, "title": title_of(kept, current_lang()), "url": _url(kept),
            "adopted": len(items),
            "read": sum(s["kind"] in store.KINDS for s in kept.statements),
            "gaps": sum(len(i.asks) for i in items), "by": said.person(house, kept.read_by),
        })  # fmt: skip
    errors = handed.errors(faults)
    return render(request, "web/office/plans.html", {
        "plans": listed, "may_plan": authority.may_plan(who), "errors": errors,
    }, status=422 if errors else 200)  # fmt: skip


def _url(kept: PlanDocument) -> str:
    return reverse("plan", args=[kept.digest[:12]])


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and read it; what cannot be read is told in words and nothing is kept."""
    house, who = at_hand(), viewer(request)
    allow(authority.may_plan(who), OFFICE)
    try:
        kept = take_in(house, request.FILES.get("file"), who)
        other = request.FILES.get("twin")
        if other and not kept.twin:
            kept.twin = take_in(house, other, who).digest
            kept.save()
    except Refused as faults:
        return plans(request, faults)
    if store.items(house, plan=kept.digest[:12]):
        return redirect(_url(kept))
    drafts.begin(house, kept, document_of(house, kept), twin_of(house, kept))
    return redirect("draft", key=kept.digest[:12])


def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Three columns: the source, its items, the gaps. `?show=gaps|no_evidence`, `?item=N`."""
    house, who, kept = at_hand(), viewer(request), kept_or_404(key)
    items = store.items(house, plan=kept.digest[:12])
    adopted = bool(items)
    drafted = drafts.items(kept)
    if not adopted:
        drafts.begin(house, kept, document_of(house, kept), twin_of(house, kept))
        drafted = drafts.items(kept)
        items = [drafts.as_item(one) for one in drafted if one.decision != "dropped"]
    figures = fresh.measured(house)
    states = {i.number: s for i, s in planned.stood(figures, items)}
    show, opened = request.GET.get("show", ""), request.GET.get("item", "")
    shown = [i for i in items if _in(i, states[i.number], show)]
    asked = questions(figures, items) if adopted else []
    most = len(asked) if "all" in request.GET else ASKED
    gaps = sum(len(i.asks) for i in items)
    return render(request, "web/office/plan.html", {
        "plan": kept, "title": title_of(kept, current_lang()), "adopted": adopted,
        "undecided": sum(one.decision in ("", "accepted") for one in drafted),
        "draft": reverse("draft", args=[key]),
        "may_plan": authority.may_plan(who),
        "count": len(items), "gaps": gaps, "whole": sum(not i.asks for i in items),
        "segments": _segments(request, items, states, show),
        "source": source.shown(kept, items, request.GET.get("source") or current_lang()),
        "zh": source.chinese(kept), "lang": current_lang(),
        "items": [_row(house, kept, i, states[i.number]) for i in shown],
        "opened": opened,
        "chain": next((chain(figures, i) for i in items if i.number == opened), None),
        "questions": asked[:most], "more": len(asked) - most if len(asked) > most else 0,
        "all": doors.asked(request.path, all="1"), "here": request.get_full_path(),
        "departments": list(house.hospital.department.values()),
        "indicators": [i for i in house.catalogue.indicators.values()
                       if i.group != "duties" and not i.ranking],
    })  # fmt: skip


def _in(item: Item, state: str, show: str) -> bool:
    return {"gaps": bool(item.asks), "no_evidence": state == "no_evidence"}.get(show, True)


def _segments(
    request: HttpRequest, items: Sequence[Item], states: dict[str, Any], show: str
) -> list[dict[str, Any]]:
    labels = {"": Text("全部", "All"), "gaps": Text("有缺", "With gaps"),
              "no_evidence": Text("无证据", "No evidence")}  # fmt: skip
    return [
        {"url": doors.asked(request.path, show=k or None), "label": n, "current": k == show,
         "count": sum(_in(i, states[i.number], k) for i in items)}
        for k, n in labels.items()
    ]  # fmt: skip


def _row(house: House, kept: PlanDocument, item: Item, state: str) -> dict[str, Any]:
    register = house.catalogue.registers[store.REGISTER]
    return {
        "item": item, "number": item.number, "text": item.said(current_lang()),
        "source": store.plainly(item.values["text"]),
        "kind": register.field["kind"].choices[item.values["kind"]],
        "url": f"{doors.asked(_url(kept), item=item.number)}#i{item.number}",
        "owners": together(house, item.owners),
        "timing": planned.timing(item.values),
        "targets": [planned.promised(house, row) for row in item.values.get("targets") or ()],
        "asks": [(a, register.field["asks"].choices[a]) for a in item.asks],
        "state": planned.BARS[state], "state_words": PLAN_STATES[state],
        "drop": reverse("drop_item", args=[item.entry]) if item.entry else "",
    }  # fmt: skip


urlpatterns = [
    path("", plans, name="plans"),
    path("upload", upload, name="upload_plan"),
    path("items/<uuid:pk>/answer", answer, name="answer_item"),
    path("items/<uuid:pk>/drop", drop, name="drop_item"),
    path("<slug:key>/", plan, name="plan"),
    path("<slug:key>/changes/", revision, name="revision"),
    path("<slug:key>/draft/", draft, name="draft"),
    path("<slug:key>/draft/act", act, name="draft_act"),
]
