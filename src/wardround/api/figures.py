"""Indicators, their figures with the rows behind them, and the chain of entries."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import PositiveInt

from wardround.api.faults import ERRORS, Denied
from wardround.api.shapes import PAGE, indicator_form, series_form
from wardround.catalogue.model import Indicator
from wardround.figure import Figure
from wardround.period import Period
from wardround.store import ledger
from wardround.store.house import house
from wardround.store.measuring import Measuring, measuring
from wardround.store.models import Ledger
from wardround.text import Text
from wardround.web import asking, doors, evidence, fresh, scorecard
from wardround.web.access import viewer
from wardround.web.downloads import Table
from wardround.web.judged import Judged, judged
from wardround.web.standing import Standing, standings
from wardround.web.templatetags.words import current_lang
from wardround.work import authority

router = Router(tags=["figures"])
Form = dict[str, Any]
_NOT_YOURS = Text("核对账链由院长和审计办理。", "The president and the auditor verify the chain.")


@router.get("/indicators", response={200: list[Form], **ERRORS})
def indicators(request: HttpRequest) -> list[Form]:
    """Every indicator: what it counts, in words and as a formula."""
    at_hand = house()
    return [indicator_form(at_hand, i) for i in at_hand.catalogue.indicators.values()]


def indicator_or_404(key: str) -> Indicator:
    """The indicator of that key."""
    found = house().catalogue.indicators.get(key)
    if found is None:
        raise Http404
    return found


def asked(request: HttpRequest, indicator: Indicator) -> tuple[Measuring, str | None, Period]:
    """The figures, department and period that the address asks for, within reach."""
    at_hand, who = house(), viewer(request)
    as_of = asking.moment(request, at_hand)
    period = asking.period(request, as_of or at_hand.now())
    place = asking.department(request, at_hand, who, [indicator])
    return measuring(at_hand, as_of) if as_of else fresh.measured(at_hand), place, period


@router.get("/figures", response={200: list[Form], **ERRORS})
def figures(
    request: HttpRequest, period: str = "", department: str = "", as_of: str = ""
) -> list[Form]:
    """The scorecard: every indicator's figure for the hospital or one department, with what its
    months show (`variation`, `assurance`)."""
    _, found, _, _ = _scorecard(request)
    return [
        one.figure.as_json() | {"variation": one.trend.change, "assurance": one.trend.assurance}
        for one in found
    ]


@router.get("/figures.{kind}", response={200: None, **ERRORS})
def file_of_figures(
    request: HttpRequest, kind: str, period: str = "", department: str = "", as_of: str = ""
) -> HttpResponse:
    """The scorecard as a file: `figures.csv` or `figures.xlsx`."""
    at_hand, found, place, span = _scorecard(request)
    return asking.file(kind, scorecard.table(at_hand, found, place, span))


def _scorecard(
    request: HttpRequest,
) -> tuple[Measuring, tuple[Standing, ...], str | None, Period]:
    at_hand, who = house(), viewer(request)
    as_of = asking.moment(request, at_hand)
    span = asking.period(request, as_of or at_hand.now())
    place = asking.department(request, at_hand, who, scorecard.watched(at_hand))
    known = measuring(at_hand, as_of) if as_of else fresh.measured(at_hand)
    return known, standings(known, scorecard.listed(at_hand, who, place), place, span), place, span


@router.get("/figures/{key}/series", response={200: Form, **ERRORS})
def series(
    request: HttpRequest, key: str, period: str = "", department: str = "", as_of: str = ""
) -> Form:
    """The control chart behind a figure: kind, points with their limits and special causes, what
    it means in words. `g` and `t` charts have a point for each stretch between two events."""
    return series_form(_judged(request, key))


@router.get("/figures/{key}/series.{kind}", response={200: None, **ERRORS})
def file_of_series(
    request: HttpRequest, key: str, kind: str, period: str = "", department: str = "",
    as_of: str = "",
) -> HttpResponse:  # fmt: skip
    """The same as a file: `series.csv` or `series.xlsx`."""
    shown = _judged(request, key)
    figure = shown.stood.figure
    points = series_form(shown)["points"]
    rows = [[point[word] for word in _POINT] for point in points]
    return asking.file(
        kind, Table(f"{key}-{figure.period.key}", figure.name, list(_POINT.values()), rows,
                    figure.as_of),
    )  # fmt: skip


_POINT = {
    "date": Text("日期", "Date"), "value": Text("数值", "Value"), "lower": Text("下限", "Lower"),
    "centre": Text("中心线", "Centre"), "upper": Text("上限", "Upper"),
    "rule": Text("规则", "Rule"), "change": Text("变化", "Change"),
}  # fmt: skip


@router.get("/figures/{key}/chart", response={200: Form, **ERRORS})
def chart(
    request: HttpRequest, key: str, period: str = "", department: str = "", as_of: str = ""
) -> Form:
    """The control chart as a Vega-Lite specification, the one that pages and documents draw."""
    shown = _judged(request, key)
    if not shown.drawable:
        raise Http404
    return shown.specified(current_lang())


def _judged(request: HttpRequest, key: str) -> Judged:
    indicator = indicator_or_404(key)
    if indicator.ranking:
        raise Http404
    known, place, span = asked(request, indicator)
    return judged(known, standings(known, [indicator], place, span)[0])


@router.get("/figures/{key}", response={200: Form, **ERRORS})
def figure(
    request: HttpRequest, key: str, period: str = "", department: str = "", as_of: str = "",
    rows: bool = False, page: PositiveInt = 1,
) -> Form:  # fmt: skip
    """One figure: value, numerator, denominator, target, verdict, last year; with `rows=true`
    also a hundred of the rows behind it, those within reach, and `next`, the address of the next
    hundred or null. The period is last month's unless
    it is named: 2026, 2026H1, 2026Q2, 2026-03, 2026-01..2026-05 or a day."""
    indicator = indicator_or_404(key)
    known, place, span = asked(request, indicator)
    found: Figure = known.figure(key, place, span)
    if not rows:
        return found.as_json()
    behind = evidence.within(known, viewer(request), indicator, place, span)
    start = (page - 1) * PAGE
    listed = list(islice(behind, start, start + PAGE + 1))
    asked_on = {**request.GET.dict(), "page": str(page + 1)}
    following = doors.asked(request.path, **asked_on) if len(listed) > PAGE else None
    return found.as_json() | {"rows": listed[:PAGE], "page": page, "next": following}


@router.get("/verify", response={200: Form, **ERRORS})
def verify(request: HttpRequest) -> Form:
    """Walk the whole chain of entries; `faults` names every place where it does not hold."""
    at_hand, who = house(), viewer(request)
    if not authority.may_verify(who):
        raise Denied(403, _NOT_YOURS)
    chain = Ledger.objects.get(hospital=at_hand.hospital.hospital.key)
    found = ledger.verify(at_hand)
    return {
        "entries": chain.length, "head": chain.head, "intact": not found,
        "faults": [f.as_json() for f in found],
    }  # fmt: skip
