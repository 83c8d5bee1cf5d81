"""Cases: what runs against a limit, whose move it is, and the steps until it is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from wardround.catalogue.columns import stage_form
from wardround.store import due, ledger
from wardround.store.house import House, house
from wardround.store.ledger import Proposal, new_id
from wardround.store.models import Case, Told
from wardround.text import Fault, Refused, Text
from wardround.web import attachments, casework, forms, patients, said
from wardround.web.access import viewer
from wardround.web.announce import announce, announced
from wardround.web.casework import Work
from wardround.web.history import events
from wardround.web.notices import notice_of
from wardround.web.origin import cause_of
from wardround.web.views.entries import facts, readable
from wardround.work import authority
from wardround.work import case as rules
from wardround.work.authority import Viewer

_PAGE = 50
_EARLIER = 5
_ALL = ("", Text("全部", "All"))
_SAME = timedelta(days=180)


def cases(request: HttpRequest) -> HttpResponse:
    """Open cases, one's own first; closed ones on request."""
    at_hand, who = house(), viewer(request)
    now = at_hand.now()
    mine = due.waiting_for(at_hand, who)
    seen = _filtered(request, due.visible_cases(at_hand, who))
    own = [c for c in mine if seen.filter(pk=c.pk).exists()]
    opened = seen.filter(closed_at=None)
    groups = {
        "": opened.exclude(pk__in=[c.pk for c in own]).order_by("deadline", "opened_at"),
        "overdue": opened.filter(deadline__lt=now).order_by("deadline"),
        "closed": seen.exclude(closed_at=None).order_by("-closed_at"),
    }
    only = request.GET.get("only", "")
    shown = groups.get(only, groups[""])
    page = Paginator(shown, _PAGE).get_page(request.GET.get("page"))
    return render(request, "web/daily/cases.html", {
        "own": casework.rows(at_hand, own, now) if only == "" else [],
        "rows": casework.rows(at_hand, list(page), now), "page": page,
        "open": opened.count(), "overdue": groups["overdue"].count(), "only": only,
        "segments": [
            _segment(request, "", Text("未结案", "Open"), opened.count(), only),
            _segment(request, "overdue", Text("逾期", "Overdue"), groups["overdue"].count(), only),
            _segment(request, "closed", Text("已结案", "Closed"), groups["closed"].count(), only),
        ],
        "filters": _filters(request, at_hand, who), "announced": announced(request),
        "reset_url": request.path if request.GET.keys() - {"page", "only"} else "",
    })  # fmt: skip


def _filtered(request: HttpRequest, found: QuerySet[Case]) -> QuerySet[Case]:
    if kind := request.GET.get("kind"):
        found = found.filter(register=kind)
    if department := request.GET.get("department"):
        found = found.filter(department=department)
    return found


def _segment(request: HttpRequest, key: str, label: Text, count: int, only: str) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    query["only"] = key
    return {"url": f"?{query.urlencode()}", "label": label, "count": count, "current": key == only}


def _filters(request: HttpRequest, at_hand: House, who: Viewer) -> list[dict[str, Any]]:
    """Kinds and departments that occur among the cases that the person sees."""
    seen = due.visible_cases(at_hand, who)
    kinds = sorted(set(seen.values_list("register", flat=True)))
    places = sorted(set(seen.values_list("department", flat=True)))
    registers = at_hand.catalogue.registers
    return [
        {"name": "kind", "label": Text("类别", "Kind"), "value": request.GET.get("kind", ""),
         "choices": [_ALL, *((k, registers[k].name) for k in kinds if k in registers)]},
        {"name": "department", "label": Text("科室", "Department"),
         "value": request.GET.get("department", ""),
         "choices": [_ALL, *((p, said.department(at_hand, p)) for p in places)]},
    ]  # fmt: skip


# -- one case ---------------------------------------------------------------------------------


def seen_or_404(at_hand: House, who: Viewer, pk: UUID | str) -> Work:
    """The case if it exists for the person."""
    found = due.visible_cases(at_hand, who).filter(pk=pk).first()
    if found is None:
        raise Http404
    return casework.work(at_hand, found)


def case(request: HttpRequest, pk: str) -> HttpResponse:
    """One case; a post takes its next step, or adds a note."""
    at_hand, who = house(), viewer(request)
    one = seen_or_404(at_hand, who, pk)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            _step(request, at_hand, one, who)
            return redirect("case", pk=str(pk))
        except Refused as refused:
            faults = refused.faults
    status = 422 if faults else 200
    return render(request, "web/daily/case.html", _page(request, one, who, faults), status=status)


def _step(request: HttpRequest, at_hand: House, one: Work, who: Viewer) -> None:
    posted = request.POST
    step = posted.get("step", "")
    values: dict[str, Any] = {"step": step, "note": posted.get("note", "")}
    values |= forms.read(stage_form(one.register, step), posted)
    if step == "rechecked" and posted.get("passed") in ("yes", "no"):
        values["passed"] = posted["passed"] == "yes"
    kept = attachments.keep(at_hand, "note", request.FILES.getlist("photo"))
    ledger.append(at_hand, Proposal(
        one.register.key, values, about=str(one.case.pk), id=posted.get("id") or None,
        attachments=tuple(kept),
    ), who)  # fmt: skip
    name = Text("经过", "Note") if step == "note" else rules.name(one.register, step)
    announce(request, Text(f"已记：{name.zh}", f"Recorded: {name.en.lower()}"))


def _page(
    request: HttpRequest, one: Work, who: Viewer, faults: tuple[Fault, ...]
) -> dict[str, Any]:
    at_hand, now, step = one.house, one.house.now(), one.step
    before = earlier(one, who)
    clock = casework.clock(one, now)
    may, note = (may_step(one, who, s) if s else False for s in (step, "note"))
    return {
        "one": one, "case": one.case, "register": one.register, "name": one.name,
        "clock": clock and clock | {"name": _asks(clock, one)},
        "stages": casework.stages(one, now), "step": step if may else None,
        "verb": rules.verb(one.register, step) if step else None, "fields": _fields(
            request, one, step if may else None, faults
        ), "recheck": step == "rechecked",
        "whose": _whose(one), "may_note": may or note,
        "events": events(one, now), "facts": [
            *patients.facts(at_hand, one.register, one.case, who),
            *facts(at_hand, one.register, _values(one, who)),
        ], "may_erase": patients.erasable(one.register, one.case, who),
        "department": said.department(at_hand, one.case.department),
        "head": said.head(at_hand, one.case.department),
        "subject": said.about(at_hand, one.register, one.case.subject),
        "office": one.office, "cause": cause_of(at_hand, one.case),
        "earlier": before[:_EARLIER], "before": before.count(), "errors": faults,
        "coming": casework.coming(one, now),
        "note": request.POST.get("note", ""), "id": new_id(), "announced": announced(request),
        "told": Told.objects.filter(case=one.case.pk).exists(),
    }  # fmt: skip


def _fields(
    request: HttpRequest, one: Work, step: str | None, faults: tuple[Fault, ...]
) -> list[forms.Part]:
    """What the next stage asks for, as form fields with what was typed."""
    if step is None:
        return []
    form = stage_form(one.register, step)
    filling = forms.Filling(forms.read(form, request.POST), faults)
    return forms.parts(one.house, form, one.case.department, filling)


def may_step(one: Work, who: Viewer, step: str) -> bool:
    """Whether the person may take this step of the case."""
    source = due.source_of(one.house, one.case)
    return authority.may_step(who, one.register, one.case.department, step, source)


def _values(one: Work, who: Viewer) -> dict[str, Any]:
    """The opening's values; personal ones in clear, and logged, for those who need them."""
    return readable(one.house, one.register, one.opening, who)


def _asks(clock: dict[str, Any], one: Work) -> Text:
    """What the clock counts: 到场，还剩 / On the scene, left."""
    running = one.state.waiting()
    assert running is not None
    name = rules.name(one.register, running.stage)
    if clock["state"] == "overdue":
        return Text(f"{name.zh}时限已过", f"{name.en}: past its limit")
    return Text(f"{name.zh}时限，还剩", f"{name.en}: time left")


def _whose(one: Work) -> Text:
    """Whose move it is."""
    if one.step is None:
        return Text("已结案", "Closed")
    asked = one.register.step.get(one.step)
    if asked and asked.by:
        return said.office(one.house, asked.by)
    if one.step in ("rechecked", "closed"):
        return one.office
    return said.department(one.house, one.case.department)


def earlier(one: Work, who: Viewer) -> QuerySet[Case]:
    """Earlier cases of the same kind in the same place within the time that makes a repeat."""
    repeat = one.register.repeat
    since = one.case.opened_at - (repeat.within.step if repeat else _SAME)
    found = due.visible_cases(one.house, who).filter(
        register=one.case.register, department=one.case.department, opened_at__gte=since,
        opened_at__lt=one.case.opened_at,
    ).exclude(pk=one.case.pk)  # fmt: skip
    if one.case.subject:
        found = found.filter(subject=one.case.subject)
    for word in repeat.same if repeat else ():
        if word != "department" and one.case.values.get(word) is not None:
            found = found.filter(**{f"values__{word}": one.case.values[word]})
    return found.order_by("-opened_at")


def notice(request: HttpRequest, pk: str) -> HttpResponse:
    """The rectification notice of a case, to be printed, signed and sealed."""
    at_hand, who = house(), viewer(request)
    one = seen_or_404(at_hand, who, pk)
    return render(request, "web/daily/notice.html", {
        "notices": [notice_of(one)], "back": reverse("case", args=[pk]),
    })  # fmt: skip


urlpatterns = [
    path("", cases, name="cases"),
    path("<uuid:pk>", case, name="case"),
    path("<uuid:pk>/notice", notice, name="notice"),
]
