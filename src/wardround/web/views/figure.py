"""One figure opened: what it is made of, whether it changed, and who is behind it.

The address is the one that every figure carries (`Figure.query`). The same view answers the
panel beside a list and the whole page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wardround.catalogue.model import Indicator
from wardround.figure import Figure
from wardround.indicator import spc
from wardround.indicator.values import Value
from wardround.period import Period
from wardround.report.blocks import written
from wardround.store.house import house as at_hand
from wardround.store.measuring import Measuring, measuring
from wardround.text import Text
from wardround.web import asking, evidence, fresh
from wardround.web.access import viewer
from wardround.web.standing import Standing, address, days, finite, may_see, named, standings
from wardround.web.templatetags.charts import Dot
from wardround.work.authority import Viewer

LISTED = 10
"""Rows and months shown on the page itself; the others are one step away."""


def figure(request: HttpRequest, key: str) -> HttpResponse:
    """`/figures/KEY?period=&department=&as_of=`: the panel for htmx, else the page."""
    house, who = at_hand(), viewer(request)
    indicator = house.catalogue.indicators.get(key)
    if indicator is None:
        raise Http404
    as_of = asking.moment(request, house)
    period = asking.period(request, as_of or house.now())
    place = asking.department(request, house, who, [indicator])
    figures = measuring(house, as_of) if as_of else fresh.measured(house)
    stood = standings(figures, [indicator], place, period)[0]
    shown = stood.figure
    context: dict[str, Any] = {
        "s": stood, "f": shown, "place": figures.place_name(place), "period": period,
        "as_of": figures.at, "last_year": written_text(shown, "last_year"),
        "target": written_text(shown, "target"),
        "ranking": [(n, name, shown.unit.write(v)) for n, (name, v) in enumerate(shown.ranking, 1)],
        "months": monthly(stood, period, place, as_of),
        "here": address(key, period, place, as_of),
        "rows_url": _rows_url(key, period, place, as_of),
        "definition": evidence.definition(figures, indicator, shown.version, place, period),
    }  # fmt: skip
    if request.headers.get("HX-Request") == "true":
        return render(request, "web/office/figure_panel.html", context)
    found = by_department(figures, who, indicator, period)
    return render(request, "web/office/figure.html", context | {
        "chart": chart(stood), "page": evidence.page(figures, who, key, place, period, 0, LISTED),
        "departments": departments(figures, indicator, found, place, period, as_of),
        "funnel": funnel(figures, indicator, found, place) if who.everywhere else None,
        "filters": _filters(request, figures, who, indicator, period),
    })  # fmt: skip


def written_text(shown: Figure, form: str) -> Text:
    """A figure in one of its forms, in both languages."""
    return Text(written(shown, form, "zh"), written(shown, form, "en"))


def _rows_url(key: str, period: Period, place: str | None, as_of: datetime | None) -> str:
    return address(f"{key}/rows", period, place, as_of)


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


def chart(stood: Standing) -> dict[str, Any] | None:
    """What the control chart draws; None where there is nothing to draw."""
    if sum(v is not None for v in stood.values) < 2:
        return None
    drawn, target = stood.chart.drawn, stood.figure.target
    limited = stood.chart.limited
    aim = stood.target
    edges = [] if target is None else (
        [f"≥ {target.low:g}", f"≤ {target.high:g}"] if target.op == "range" else [str(target)]
    )  # fmt: skip
    return {
        "months": days(stood), "values": stood.values, "target": aim, "target_words": edges,
        "mean": [finite(line.centre) for line in drawn] if limited else None,
        "lower": [finite(line.lower) for line in drawn] if limited else None,
        "upper": [finite(line.upper) for line in drawn] if limited else None,
        "signals": [named(flag, stood.figure.direction) or None for flag in stood.chart.flags],
        "decimals": stood.figure.unit.decimals,
    }  # fmt: skip


def by_department(
    figures: Measuring, who: Viewer, indicator: Indicator, period: Period
) -> dict[str, Value]:
    """The values of the departments that the person may see, those that have one."""
    if indicator.hospital_only or indicator.ranking:
        return {}
    catalogue = figures.house.catalogue
    return {
        key: value
        for key, value in figures.engine.by_department(indicator, period).items()
        if (value.denominator or value.value) and may_see(who, catalogue, indicator, key)
    }


def departments(
    figures: Measuring, indicator: Indicator, found: dict[str, Value], place: str | None,
    period: Period, as_of: datetime | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """A department a row, in the hospital's order."""
    nothing = Value(None)
    return [
        {
            "name": figures.place_name(key), "chosen": key == place,
            "url": address(indicator.key, period, key, as_of),
            "figure": figures.engine.as_figure(
                indicator, key, period, found[key], nothing, at=figures.at,
                target=figures.target(indicator, key, period),
                department_name=figures.place_name(key),
            ),
        }
        for key in figures.house.hospital.department if key in found
    ]  # fmt: skip


def funnel(
    figures: Measuring, indicator: Indicator, found: dict[str, Value], place: str | None
) -> dict[str, Any] | None:
    """A share's funnel: which departments truly differ. None for other kinds of figure."""
    pairs = {
        k: (v.numerator, v.denominator) for k, v in found.items()
        if v.numerator is not None and v.denominator and 0 <= v.numerator <= v.denominator
        and "clinical" in figures.house.hospital.department[k].functions
    }  # fmt: skip
    unit = figures.house.catalogue.units[indicator.unit]
    if unit.symbol.en != "%" or len(pairs) < 5:
        return None
    centre, peers = spc.funnel(pairs, times=unit.times)
    dots = [
        Dot(p.denominator, p.value, figures.place_name(p.department),
            named(spc.Flag("outside", p.outside), indicator.direction) if p.outside else None,
            p.department == place)
        for p in peers
    ]  # fmt: skip
    return {"dots": dots, "mean": centre, "limits": _limits(peers),
            "outside": sum(p.outside is not None for p in peers), "count": len(peers)}  # fmt: skip


def _limits(peers: Sequence[spc.Peer]) -> list[tuple[float, float, float]]:
    """The funnel's edges at each department's own denominator, in rising order."""
    return sorted((p.denominator, p.lower, p.upper) for p in peers)


def _filters(
    request: HttpRequest, figures: Measuring, who: Viewer, indicator: Indicator, period: Period
) -> list[dict[str, Any]]:
    house = figures.house
    places = [] if indicator.hospital_only else asking.departments(house, who, [indicator])
    found = [{"name": "period", "label": Text("期间", "Period"), "value": period.key,
              "choices": asking.periods(house.now(), period, house.begins.date())}]  # fmt: skip
    if len(places) > 1:
        found.append({"name": "department", "label": Text("科室", "Department"),
                      "value": request.GET.get("department", ""), "choices": places})  # fmt: skip
    return found
