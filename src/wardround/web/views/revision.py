"""Last year's plan beside this year's: what was kept, changed, added and dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wardround.store import revisions
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.models import PlanDocument
from wardround.store.plans import Item
from wardround.store.wording import together
from wardround.text import Text
from wardround.web import doors, planned, source
from wardround.web.access import viewer
from wardround.web.handed import kept_or_404, title_of
from wardround.web.templatetags.words import current_lang
from wardround.work import revision as rule

KINDS: Mapping[str, Text] = {
    "changed": Text("变了", "Changed"), "new": Text("新增", "New"),
    "dropped": Text("去掉了", "Dropped"), "kept": Text("没变", "Kept"),
}  # fmt: skip
CHANGES: Mapping[str, Text] = {
    "target": Text("目标", "Target"), "owner": Text("责任", "Owner"),
    "deadline": Text("期限", "Deadline"), "cadence": Text("频次", "How often"),
}  # fmt: skip


def revision(request: HttpRequest, key: str) -> HttpResponse:
    """`?with=KEY` (default: the newest plan of an earlier year), `?show=changed|new|…`."""
    house, _, kept = at_hand(), viewer(request), kept_or_404(key)
    items = revisions.items_of(house, kept)
    others = [(k, found) for k in _others(kept) if (found := revisions.items_of(house, k))]
    earlier = _earlier(request.GET.get("with", ""), others, revisions.year_of(items))
    pairs = _pairs(house, earlier, (kept, items)) if earlier else []
    show = request.GET.get("show", "")
    counts = Counter(p["kind"] for p in pairs)
    return render(request, "web/office/revision.html", {
        "plan": kept, "title": title_of(kept, current_lang()), "key": key,
        "url": reverse("plan", args=[key]), "other": _named(earlier[0]) if earlier else None,
        "others": [_named(k) for k, _ in others], "counts": counts,
        "segments": [
            {"url": doors.asked(request.path, show=k, **_with(request)), "label": n,
             "current": k == show, "count": counts[k] if k else len(pairs)}
            for k, n in {"": Text("全部", "All"), **KINDS}.items()
        ],
        "pairs": [p for p in pairs if show in ("", p["kind"])], "with": request.GET.get("with", ""),
    })  # fmt: skip


def _with(request: HttpRequest) -> dict[str, str]:
    return {"with": request.GET["with"]} if request.GET.get("with") else {}


Plan = tuple[PlanDocument, list[Item]]


def _others(kept: PlanDocument) -> list[PlanDocument]:
    twins = PlanDocument.objects.exclude(twin="").values_list("twin", flat=True)
    found = PlanDocument.objects.exclude(pk=kept.pk).exclude(digest__in=set(twins))
    return list(found.order_by("-read_at", "-pk"))


def _named(kept: PlanDocument) -> dict[str, str]:
    return {"key": kept.digest[:12], "title": title_of(kept, current_lang())}


def _earlier(wanted: str, others: list[Plan], year: int) -> Plan | None:
    """The plan asked for; else that of the nearest earlier year."""
    if wanted:
        return next((o for o in others if o[0].digest.startswith(wanted)), None)
    before = [o for o in others if revisions.year_of(o[1]) < year]
    return max(before, key=lambda o: revisions.year_of(o[1]), default=None)


def _pairs(house: House, old: Plan, new: Plan) -> list[dict[str, Any]]:
    before = {i.number: i for i in old[1]}
    after = {i.number: i for i in new[1]}
    found = rule.compare([*map(revisions.promise, old[1])], [*map(revisions.promise, new[1])])
    return [
        {"kind": p.kind, "words": KINDS[p.kind],
         "old": _side(house, old[0], before[p.old.number], p.changes) if p.old else None,
         "new": _side(house, new[0], after[p.new.number], p.changes) if p.new else None,
         "changes": [CHANGES[c] for c in p.changes]}
        for p in found
    ]  # fmt: skip


def _side(
    house: House, kept: PlanDocument, item: Item, changes: tuple[rule.Change, ...]
) -> dict[str, Any]:
    """One year's sentence, in the plan's language if it has no other, and how it stood of what
    changed."""
    own = "zh" if source.chinese(kept) else "en"
    said_in = current_lang() if item.said(current_lang()) != item.said(own) else own
    rows = item.values.get("targets") or ()
    said: dict[str, list[Text]] = {
        "target": [planned.promised(house, row) for row in rows],
        "owner": together(house, item.owners),
        "deadline": planned.timing({"deadline": item.values.get("deadline")}),
        "cadence": planned.timing({"cadence": item.values.get("cadence")}),
    }
    return {
        "number": item.number, "said": item.said(current_lang()), "lang": said_in,
        "facts": [(CHANGES[c], said[c]) for c in changes],
    }  # fmt: skip
