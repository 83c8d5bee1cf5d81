"""Indicators, their figures with the rows behind them, and the chain of entries."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router
from pydantic import PositiveInt

from wardround.api.faults import ERRORS, Denied
from wardround.api.shapes import PAGE, indicator_form
from wardround.catalogue.model import Indicator
from wardround.figure import Figure
from wardround.period import Period
from wardround.store import ledger
from wardround.store.house import house
from wardround.store.measuring import Measuring, measuring
from wardround.store.models import Ledger
from wardround.text import Text
from wardround.web import asking, evidence, fresh
from wardround.web.access import viewer
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


@router.get("/figures/{key}", response={200: Form, **ERRORS})
def figure(
    request: HttpRequest, key: str, period: str = "", department: str = "", as_of: str = "",
    rows: bool = False, page: PositiveInt = 1,
) -> Form:  # fmt: skip
    """One figure: value, numerator, denominator, target, verdict, last year; with `rows=true`
    also a hundred of the rows behind it, those within reach. The period is last month's unless
    it is named: 2026, 2026H1, 2026Q2, 2026-03, 2026-01..2026-05 or a day."""
    indicator = indicator_or_404(key)
    figures, place, span = asked(request, indicator)
    found: Figure = figures.figure(key, place, span)
    if not rows:
        return found.as_json()
    behind = evidence.within(figures, viewer(request), indicator, place, span)
    start = (page - 1) * PAGE
    listed = list(islice(behind, start, start + PAGE + 1))
    return found.as_json() | {"rows": listed[:PAGE], "page": page, "more": len(listed) > PAGE}


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
