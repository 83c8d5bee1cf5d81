"""The catalogue: what is kept, owed, measured and in force, by area, and on whose authority."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from wardround.catalogue.model import BASES, SHAPES, Catalogue, Duty, Policy, Register, System
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.text import Text, same
from wardround.web import asking, doors, said
from wardround.web.access import viewer
from wardround.web.areas import AREAS
from wardround.web.standing import address, last_month
from wardround.work import authority
from wardround.work.authority import Viewer

LAST = ("reports", "feeds")
"""Areas that are shown at the end."""
KINDS = {
    "register": Text("登记本", "Registers"), "duty": Text("职责", "Duties"),
    "indicator": Text("指标", "Indicators"), "policy": Text("制度", "Policies"),
}  # fmt: skip


def systems(request: HttpRequest) -> HttpResponse:
    """Every system by area; `?kind=` lists one kind of declaration, `?q=` searches by name."""
    house = at_hand()
    catalogue, kind = house.catalogue, request.GET.get("kind", "")
    if kind and kind not in KINDS:
        raise Http404
    wanted = request.GET.get("q", "").strip()
    found = [s for s in catalogue.systems.values() if _matches(s, wanted)]
    if kind:
        found = [s for s in found if getattr(s, kind)]
    silent = silent_policies(catalogue)
    return render(request, "web/office/systems.html", {
        "areas": _by_area(found, kind, wanted), "count": len(found), "kind": kind,
        "counts": {k: sum(len(getattr(s, k)) for s in catalogue.systems.values()) for k in KINDS},
        "silent": silent, "bases": BASES,
        "search": {"name": "q", "value": wanted, "label": Text("查找", "Search")},
        "segments": _segments(request, catalogue, kind),
        "reset_url": reverse("systems") if wanted or kind else None,
    })  # fmt: skip


def _segments(request: HttpRequest, catalogue: Catalogue, kind: str) -> list[dict[str, Any]]:
    kept = asking.without(request.GET.dict(), "kind")
    total = len(catalogue.systems)
    listed = [("", Text("全部制度", "All systems"), total)]
    listed += [(k, n, sum(len(getattr(s, k)) for s in catalogue.systems.values()))
               for k, n in KINDS.items()]  # fmt: skip
    return [
        {"url": doors.asked(request.path, **kept, kind=k or None), "label": n, "count": c,
         "current": k == kind}
        for k, n, c in listed
    ]  # fmt: skip


def _matches(system: System, wanted: str) -> bool:
    """Whether the words stand in the name of the system or of anything that it declares."""
    if not wanted:
        return True
    names = [system.name, *(d.name for k in KINDS for d in getattr(system, k).values())]
    return any(wanted.lower() in f"{n.zh} {n.en}".lower() for n in names)


def _by_area(found: Iterable[System], kind: str, wanted: str) -> list[dict[str, Any]]:
    areas: dict[str, list[dict[str, Any]]] = {}
    for system in found:
        declared = [d.name for d in getattr(system, kind).values()] if kind else []
        hits = [n for n in declared if wanted.lower() in f"{n.zh} {n.en}".lower()]
        areas.setdefault(system.area, []).append({
            "system": system, "declared": hits or declared,
            "counts": {k: len(getattr(system, k)) for k in KINDS},
        })  # fmt: skip
    order = sorted({*areas}, key=lambda a: (a in LAST, list(AREAS).index(a) if a in AREAS else 99))
    return [{"name": AREAS.get(a, same(a)), "key": a, "systems": areas[a]}
            for a in order]  # fmt: skip


def silent_policies(catalogue: Catalogue) -> list[Policy]:
    """Policies that nothing declared could give evidence of."""
    return [p for p in catalogue.policies.values() if not p.evidence]


def system(request: HttpRequest, key: str) -> HttpResponse:
    """One system: what it is for, its source, and everything it declares."""
    house, who = at_hand(), viewer(request)
    found = house.catalogue.systems.get(key)
    if found is None:
        raise Http404
    return render(request, "web/office/system.html", {
        "system": found, "basis": BASES[found.source.basis],
        "area": AREAS.get(found.area, same(found.area)),
        "owner": said.office(house, found.owner), "stale": found.review_by < house.now().date(),
        "registers": [_register(house, who, r) for r in found.register.values()],
        "duties": [_duty(house, d) for d in found.duty.values()],
        "indicators": [_indicator(house, k) for k in found.indicator],
        "policies": [_policy(house, who, p) for p in found.policy.values()],
        "checks": list(found.check.values()), "reports": list(found.report.values()),
        "schemes": list(found.scheme.values()), "today": _today(house),
    })  # fmt: skip


def _today(house: House) -> date:
    return house.now().date()


def _register(house: House, who: Viewer, register: Register) -> dict[str, Any]:
    allowed = authority.reach(who, register)
    opens = not register.feed and frozenset() not in (allowed.departments, allowed.subjects)
    return {
        "register": register, "shape": SHAPES[register.shape],
        "url": doors.register(register.key) if opens else "",
        "keeper": said.office(house, register.keeper) if register.keeper else None,
        "owner": said.office(house, register.owner) if register.owner else None,
        "fields": len(register.field) or len(register.item),
        "keep": register.keep.name() if register.keep else None,
    }  # fmt: skip


def _duty(house: House, duty: Duty) -> dict[str, Any]:
    when = duty.rhythm() or Text("", "")
    if duty.after and duty.within:
        cause, limit = house.catalogue.registers[duty.after.register].name, duty.within.name()
        when = Text(f"“{cause.zh}”之后 {limit.zh}内", f'within {limit.en} of "{cause.en}"')
    return {"duty": duty, "when": when, "register": house.catalogue.registers[duty.register],
            "url": address(f"{duty.key}_done", last_month(house.now()))}  # fmt: skip


def _indicator(house: House, key: str) -> dict[str, Any]:
    indicator = house.catalogue.indicators[key]
    return {"indicator": indicator, "url": address(key, last_month(house.now())),
            "unit": house.catalogue.units[indicator.unit].symbol}  # fmt: skip


def _policy(house: House, who: Viewer, policy: Policy) -> dict[str, Any]:
    """A policy with what its evidence is, each with its door."""
    catalogue, month = house.catalogue, last_month(house.now())
    found = []
    for key in policy.evidence:
        if key in catalogue.registers:
            shown = _register(house, who, catalogue.registers[key])
            found.append((catalogue.registers[key].name, shown["url"]))
        elif key in catalogue.indicators:
            found.append((catalogue.indicators[key].name, address(key, month)))
        elif key in catalogue.duties:
            found.append((catalogue.duties[key].name, address(f"{key}_done", month)))
    readers = policy.acknowledged_by
    return {"policy": policy, "evidence": found,
            "readers": house.catalogue.functions[readers].name if readers else None}  # fmt: skip


urlpatterns = [
    path("", systems, name="systems"),
    path("<slug:key>/", system, name="system"),
]
