"""Plans: handed in, read, completed by people, adopted, and followed item by item."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from wardround.catalogue.columns import PLAN_STATES
from wardround.reading.document import Document, read_document
from wardround.store import plans as store
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.models import PlanDocument
from wardround.store.plans import Item
from wardround.text import Fault, Refused, Text, refuse
from wardround.web import doors, fresh, planned, said, source
from wardround.web.access import allow, viewer
from wardround.web.views.plan_item import answer, chain, drop, questions, timing
from wardround.work import authority

LARGEST = 20 * 1024 * 1024
TITLE = 60
"""Characters of a first line that may be a title."""
ASKED = 8
"""Questions shown before 其余."""
OFFICE = Text("院办公室", "The hospital office")


def plans(request: HttpRequest, faults: Refused | None = None) -> HttpResponse:
    """Every plan with how many items it has and what is missing; and the form to hand one in."""
    house, who = at_hand(), viewer(request)
    listed = []
    for kept in PlanDocument.objects.order_by("-read_at", "-pk"):
        items = store.items(house, plan=kept.digest[:12])
        listed.append({
            "plan": kept, "title": _title(kept), "url": _url(kept), "adopted": len(items),
            "read": sum(s["kind"] in store.KINDS for s in kept.statements),
            "gaps": sum(len(i.asks) for i in items), "by": said.person(house, kept.read_by),
        })  # fmt: skip
    errors = [{"why": _placed(f), "field": "file"} for f in faults.faults] if faults else []
    return render(request, "web/office/plans.html", {
        "plans": listed, "may_plan": authority.may_plan(who), "errors": errors,
    }, status=422 if errors else 200)  # fmt: skip


def _placed(fault: Fault) -> Text:
    """What is wrong, with the file's name in front."""
    if not fault.place:
        return fault.why
    return Text(f"{fault.place}：{fault.why.zh}", f"{fault.place}: {fault.why.en}")


def _title(kept: PlanDocument) -> str:
    """The plan's own first line, as long as it reads like a title; else the file's name."""
    first = next((x.strip(" #\t") for x in kept.text.split("\n") if x.strip()), "")
    return first if 0 < len(first) <= TITLE else kept.name


def _url(kept: PlanDocument) -> str:
    return reverse("plan", args=[kept.digest[:12]])


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and read it; what cannot be read is told in words and nothing is kept."""
    house, who = at_hand(), viewer(request)
    allow(authority.may_plan(who), OFFICE)
    try:
        given = request.FILES.get("file")
        if given is None or not given.name:
            raise refuse("请先选一份文件。", "Choose a file first.", field="file")
        if (given.size or 0) > LARGEST:
            raise refuse("文件超过 20 MB，请删去图片后再试。",
                         "The file is over 20 MB; remove its pictures.", field="file")  # fmt: skip
        kept = _take_in(house, given, who)
    except Refused as faults:
        return plans(request, faults)
    return redirect(_url(kept))


def _take_in(house: House, given: UploadedFile, who: authority.Viewer) -> PlanDocument:
    """Read the file under its own name, and keep it as it came beside what was read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(str(given.name)).name
        with file.open("wb") as out:
            for chunk in given.chunks():
                out.write(chunk)
        kept = store.read_in(house, read_document(file), who, house.now())
        place = _folder(house, kept)
        if not place.exists():
            place.mkdir(parents=True)
            shutil.copy(file, place / file.name)
    return kept


def _folder(house: House, kept: PlanDocument) -> Path:
    return house.data / "plans" / kept.digest[:12]


def _document(house: House, kept: PlanDocument) -> Document:
    """The plan as it was handed in; from its kept text if the file came another way."""
    for file in _folder(house, kept).glob("*"):
        found = read_document(file)
        if found.text == kept.text:
            return found
    return Document(kept.name, kept.text)


def _kept(key: str) -> PlanDocument:
    found = PlanDocument.objects.filter(digest__startswith=key).first()
    if found is None:
        raise Http404
    return found


@require_POST
def adopt(request: HttpRequest, key: str) -> HttpResponse:
    """Make the items that were read the hospital's own; from then on they are followed."""
    house, who, kept = at_hand(), viewer(request), _kept(key)
    allow(authority.may_plan(who), OFFICE)
    store.adopt(house, _document(house, kept), who, house.now())
    return redirect(_url(kept))


def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Three columns: the source, its items, the gaps. `?show=gaps|no_evidence`, `?item=N`."""
    house, who, kept = at_hand(), viewer(request), _kept(key)
    items = store.items(house, plan=kept.digest[:12])
    adopted = bool(items)
    if not adopted:
        document = _document(house, kept)
        year = store.year_of(document, kept.read_at.year)
        items = [Item(None, values) for values in store.draft(house, document, year)]
    figures = fresh.measured(house)
    states = {i.number: s for i, s in planned.stood(figures, items)}
    show, opened = request.GET.get("show", ""), request.GET.get("item", "")
    shown = [i for i in items if _in(i, states[i.number], show)]
    asked = questions(figures, items) if adopted else []
    most = len(asked) if "all" in request.GET else ASKED
    gaps = sum(len(i.asks) for i in items)
    return render(request, "web/office/plan.html", {
        "plan": kept, "title": _title(kept), "adopted": adopted,
        "may_plan": authority.may_plan(who),
        "count": len(items), "gaps": gaps, "whole": sum(not i.asks for i in items),
        "segments": _segments(request, items, states, show),
        "passages": source.passages(kept.text, kept.statements, items),
        "zh": not kept.statements or kept.statements[0].get("lang") != "en",
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
    targets = [r.get("words") or r.get("target") or "" for r in item.values.get("targets") or []]
    aims = [str(t) for _, t in item.targets]
    return {
        "item": item, "number": item.number, "text": item.values["text"],
        "kind": register.field["kind"].choices[item.values["kind"]],
        "url": f"{doors.asked(_url(kept), item=item.number)}#i{item.number}",
        "owners": [said.department(house, d) for d in item.owners],
        "timing": timing(item), "targets": [_aim(x) for x in (aims or targets)],
        "asks": [(a, register.field["asks"].choices[a]) for a in item.asks],
        "state": planned.BARS[state], "state_words": PLAN_STATES[state],
        "drop": reverse("drop_item", args=[item.entry]) if item.entry else "",
    }  # fmt: skip


def _aim(words: str) -> Text:
    """A target in the plan's words, its direction as the page's language has it."""
    plain = words.replace(">=", "≥").replace("<=", "≤")
    return Text(plain.replace("increase", "增长").replace("decrease", "下降"), plain)


urlpatterns = [
    path("", plans, name="plans"),
    path("upload", upload, name="upload_plan"),
    path("items/<uuid:pk>/answer", answer, name="answer_item"),
    path("items/<uuid:pk>/drop", drop, name="drop_item"),
    path("<slug:key>/", plan, name="plan"),
    path("<slug:key>/adopt", adopt, name="adopt_plan"),
]
