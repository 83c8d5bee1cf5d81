"""One figure opened: what it is made of, whether it changed, and who is behind it.

The address is the one that every figure carries (`Figure.query`). The same view answers the
panel beside a list and the whole page.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from wardround.catalogue.model import Indicator
from wardround.figure import Figure
from wardround.indicator.values import Value
from wardround.period import Period
from wardround.report import picture
from wardround.report.blocks import written_text
from wardround.store.house import house as at_hand
from wardround.store.measuring import Measuring, measuring
from wardround.text import Text
from wardround.web import asking, compared, evidence, fresh, since
from wardround.web.access import viewer
from wardround.web.judged import Judged, judged
from wardround.web.standing import Standing, address, may_see, standings
from wardround.web.templatetags.words import current_lang
from wardround.work.authority import Viewer

LISTED = 10
"""Rows and months shown on the page itself; the others are one step away."""


def figure(request: HttpRequest, key: str) -> HttpResponse:
    """`/figures/KEY?period=&department=&as_of=`: the panel for htmx, else the page."""
    figures, indicator, place, period, as_of = asked(request, key)
    who = viewer(request)
    stood = standings(figures, [indicator], place, period)[0]
    shown = stood.figure
    context: dict[str, Any] = {
        "s": stood, "f": shown, "place": figures.place_name(place), "period": period,
        "as_of": figures.at, "last_year": written_text(shown, "last_year"),
        "target": written_text(shown, "target"),
        "of_year": [f"{100 * share:.1f}" for share in shown.of_year or ()],
        "ranking": _ranking(figures, indicator, shown),
        "months": monthly(stood, period, place, as_of),
        "here": address(key, period, place, as_of),
        "rows_url": _below(key, "rows", period, place, as_of),
        "definition": evidence.definition(figures, indicator, shown.version, place, period),
        "j": judged(figures, stood),
        "since": as_of and since.changed(shown, fresh.measured(at_hand()), figures),
    }  # fmt: skip
    if request.headers.get("HX-Request") == "true":
        return render(request, "web/office/figure_panel.html", context)
    found = values(figures, indicator, period)
    by = compared.compared(figures, indicator, found)
    return render(request, "web/office/figure.html", context | {
        "chart": drawn(context["j"]), "chart_url": _below(key, "chart.svg", period, place, as_of),
        "page": evidence.page(figures, who, key, place, period, 0, LISTED),
        "departments": departments(figures, who, indicator, found, by, place, period, as_of),
        "compared": by,
        "funnel": compared.funnel(figures, indicator, by, place) if who.everywhere else None,
        "filters": _filters(request, figures, who, indicator, period),
    })  # fmt: skip


def _ranking(figures: Measuring, indicator: Indicator, shown: Figure) -> list[tuple[Text, str]]:
    """Name and value of each place, first first."""
    if indicator.ranking is None:
        return []
    register = figures.house.catalogue.registers[indicator.register]
    called = partial(figures.house.hospital.called, register, indicator.ranking.by)
    return [(called(word), shown.unit.write(value)) for word, value in shown.ranking]


def chart(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """`/figures/KEY/chart.svg|json`: the control chart as a picture, or its specification."""
    figures, indicator, place, period, _ = asked(request, key)
    shown = judged(figures, standings(figures, [indicator], place, period)[0])
    if kind not in ("svg", "json") or not shown.drawable or indicator.ranking:
        raise Http404
    spec = shown.specified(current_lang())
    if kind == "json":
        return JsonResponse(spec)
    return HttpResponse(picture.svg(spec), content_type="image/svg+xml")


Asked = tuple[Measuring, Indicator, str | None, Period, datetime | None]


def asked(request: HttpRequest, key: str) -> Asked:
    """The figures, indicator, department, period and moment that the address asks for."""
    house, who = at_hand(), viewer(request)
    if key not in house.catalogue.indicators:
        raise Http404
    as_of = asking.moment(request, house)
    period = asking.period(request, as_of or house.now())
    figures = measuring(house, as_of) if as_of else fresh.measured(house)
    indicator = figures.indicator(key)
    place = asking.department(request, house, who, [indicator])
    return figures, indicator, place, period, as_of


def drawn(shown: Judged) -> str:
    """The specification for the page, as its script takes it; "" where there is nothing to draw."""
    if not shown.drawable:
        return ""
    return json.dumps(shown.for_page(current_lang()), ensure_ascii=False)


def _below(key: str, part: str, period: Period, place: str | None, as_of: datetime | None) -> str:
    return address(f"{key}/{part}", period, place, as_of)


def monthly(
    stood: Standing, period: Period, place: str | None, as_of: datetime | None
) -> list[dict[str, Any]]:
    """The last year's months, newest first, each with its own door."""
    marks = [*stood.trend.marks, *[False] * len(stood.months)]
    listed = [
        {"figure": m, "special": special, "inside": m.period.start in period,
         "url": address(m.indicator, m.period, place, as_of)}
        for m, special in zip(stood.months, marks, strict=False)
    ]  # fmt: skip
    return listed[-13:][::-1]


def values(figures: Measuring, indicator: Indicator, period: Period) -> dict[str, Value]:
    """The values of the departments that have one."""
    if indicator.hospital_only or indicator.ranking:
        return {}
    found = figures.engine.by_department(indicator, period)
    return {key: value for key, value in found.items() if value.denominator or value.value}


def departments(
    figures: Measuring, who: Viewer, indicator: Indicator, found: dict[str, Value],
    by: compared.Compared | None, place: str | None, period: Period, as_of: datetime | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """A department a row, those that the person may see; their places are among all."""
    nothing, catalogue = Value(None), figures.house.catalogue
    listed = {
        key: figures.engine.as_figure(
            indicator, key, period, found[key], nothing, at=figures.at,
            target=figures.target(indicator, key, period),
            department_name=figures.place_name(key),
        )
        for key in figures.house.hospital.department
        if key in found and may_see(who, catalogue, indicator, key)
    }  # fmt: skip
    return [
        row | {"name": figures.place_name(row["key"]),
               "url": address(indicator.key, period, row["key"], as_of)}
        for row in compared.rows(listed, place, indicator, by)
    ]  # fmt: skip


def _filters(
    request: HttpRequest, figures: Measuring, who: Viewer, indicator: Indicator, period: Period
) -> list[dict[str, Any]]:
    house, asked_of = figures.house, request.GET.get("as_of", "")
    places = [] if indicator.hospital_only else asking.departments(house, who, [indicator])
    found = [{"name": "period", "label": Text("期间", "Period"), "value": period.key,
              "choices": asking.periods(house.now(), period, house.begins.date())}]  # fmt: skip
    if len(places) > 1:
        found.append({"name": "department", "label": Text("科室", "Department"),
                      "value": request.GET.get("department", ""), "choices": places})  # fmt: skip
    found.append({"name": "as_of", "label": Text("截至", "As of"), "value": asked_of,
                  "choices": asking.moments(house, asked_of, figures.at)})  # fmt: skip
    return found
