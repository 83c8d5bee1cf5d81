"""The scorecard: which indicators truly changed, which miss their target; and its export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wardround.catalogue.model import Indicator
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.text import Text
from wardround.web import asking, doors, fresh, scorecard
from wardround.web.access import viewer
from wardround.web.standing import Standing, standings
from wardround.web.views.figure import chart, figure
from wardround.web.views.rows import rows_behind
from wardround.work.authority import Viewer

SEGMENTS = {
    "": Text("有数据", "Measured"),
    "changed": Text("真正变了", "Really changed"),
    "missed": Text("未达标", "Not met"),
    "silent": Text("没有数据", "No data"),
}


def indicators(request: HttpRequest) -> HttpResponse:
    """The period's indicators that have data, by group; `?show=changed`, `missed` or `silent`,
    `?format=csv|xlsx`."""
    house, who = at_hand(), viewer(request)
    watched = scorecard.watched(house)
    period = asking.period(request, house.now())
    place = asking.department(request, house, who, watched)
    figures = fresh.measured(house)
    stood = standings(figures, scorecard.listed(house, who, place), place, period)
    show = request.GET.get("show", "")
    shown = [s for s in stood if _in(s, show)]
    title = figures.place_name(place)
    if said := request.GET.get("format"):
        return asking.file(said, scorecard.table(figures, shown, place, period))
    return render(request, "web/office/indicators.html", {
        "place": title, "period": period, "as_of": figures.at,
        "count": sum(not s.silent for s in stood), "really": sum(s.really for s in stood),
        "groups": _grouped(house, shown), "shown": len(shown),
        "filters": _filters(request, house, who, watched),
        "segments": _segments(request, stood, show),
        "reset_url": request.path if place or show or request.GET.get("period") else None,
        "csv": _address(request, format="csv"), "xlsx": _address(request, format="xlsx"),
    })  # fmt: skip


def _in(standing: Standing, show: str) -> bool:
    if show == "silent":
        return standing.silent
    shown = {"changed": standing.really, "missed": standing.missed}.get(show, True)
    return shown and not standing.silent


def _grouped(house: House, shown: Sequence[Standing]) -> list[dict[str, Any]]:
    """The groups of the catalogue in their order, those with indicators."""
    found = []
    for key, name in (*house.catalogue.groups.items(), ("", Text("其他", "Other"))):
        rows = [s for s in shown if s.indicator.group == key]
        if rows:
            found.append({"name": name, "rows": rows})
    return found


def _filters(
    request: HttpRequest, house: House, who: Viewer, watched: Sequence[Indicator]
) -> list[dict[str, Any]]:
    period = asking.period(request, house.now())
    return [
        {"name": "period", "label": Text("期间", "Period"), "value": period.key,
         "choices": asking.periods(house.now(), period, house.begins.date())},
        {"name": "department", "label": Text("科室", "Department"),
         "value": request.GET.get("department", ""),
         "choices": asking.departments(house, who, watched)},
    ]  # fmt: skip


def _segments(request: HttpRequest, stood: Sequence[Standing], show: str) -> list[dict[str, Any]]:
    return [
        {"url": _address(request, show=key), "label": label, "current": key == show,
         "count": sum(_in(s, key) for s in stood)}
        for key, label in SEGMENTS.items()
    ]  # fmt: skip


def _address(request: HttpRequest, **said: str) -> str:
    kept = asking.without(request.GET.dict(), *said)
    return doors.asked(request.path, **kept, **said)


urlpatterns = [
    path("indicators/", indicators, name="indicators"),
    path("figures/<str:key>", figure, name="figure"),
    path("figures/<str:key>/rows", rows_behind, name="rows_behind"),
    path("figures/<str:key>/chart.<str:kind>", chart, name="figure_chart"),
]
