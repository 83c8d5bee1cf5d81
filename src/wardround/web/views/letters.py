"""Signatures under issued reports, and the year's letters of responsibility, department by
department."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from wardround.catalogue.model import Report
from wardround.catalogue.organisation import ROLES
from wardround.period import Period
from wardround.store import issuing, results, signing
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.models import PublishedReport
from wardround.text import Text
from wardround.web import doors, said
from wardround.web.access import viewer
from wardround.web.announce import announce
from wardround.work import authority
from wardround.work.authority import Viewer

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROLE_NAMES: dict[str, Text] = {str(k): v for k, v in ROLES.items()}


def may_read(who: Viewer, report: Report, place: str | None) -> bool:
    """Drafts hold every department's cases and inspections: for those who see everywhere; a
    department's own report for its people."""
    if report.per == "department" and place:
        return who.everywhere or place in who.departments
    return who.everywhere or authority.may_plan(who)


def role(house: House, key: str) -> Text:
    """Who signs, by the key that a report declares."""
    function = house.catalogue.functions.get(key)
    return function.name if function else ROLE_NAMES.get(key, said.office(house, key))


def signed(house: House, one: PublishedReport) -> list[dict[str, Any]]:
    """Each signature of an issued report: whose, and by whom and when it was given."""
    return [
        {"key": s.key, "name": role(house, s.key), "at": s.at, "entry": s.entry,
         "by": said.titled(house, s.by) if s.by else None}
        for s in signing.signatures(house, one)
    ]  # fmt: skip


def panel(house: House, who: Viewer, issued: Sequence[PublishedReport]) -> dict[str, Any] | None:
    """What a report's page shows of its signatures; None while it is not issued."""
    if not issued:
        return None
    one = issued[0]
    lines = signed(house, one)
    return {
        "lines": lines, "mine": [role(house, k) for k in signing.mine(house, one, who)],
        "keys": signing.mine(house, one, who), "url": reverse("sign_report", args=[one.pk]),
        "files": [{"lang": x.lang, "digest": x.digest, "url": reverse("issued", args=[x.pk]),
                   "copy": reverse("signed_copy", args=[x.pk])} for x in issued],
        "any": any(s["by"] for s in lines), "at": one.issued_at,
        "by": said.person(house, one.issued_by),
    }  # fmt: skip


def _issued_or_404(pk: int) -> tuple[House, PublishedReport, Report]:
    house = at_hand()
    one = PublishedReport.objects.filter(pk=pk).first()
    report = house.catalogue.reports.get(one.report) if one else None
    if one is None or report is None:
        raise Http404
    return house, one, report


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's signature to an issued report."""
    house, one, report = _issued_or_404(pk)
    who = viewer(request)
    if one.department and not may_read(who, report, one.department):
        raise Http404
    signing.sign(house, one, request.POST.get("step", ""), who)
    announce(request, Text(f"已签：{report.name.zh}", f"Signed: {report.name.en}"))
    return redirect(doors.report(one.report, one.period, one.department))


def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The issued file with the signatures given so far."""
    house, one, report = _issued_or_404(pk)
    if one.department and not may_read(viewer(request), report, one.department):
        raise Http404
    name = f"{one.file.removesuffix('.docx')}-signed.docx"
    return HttpResponse(
        signing.signed_copy(house, one, issuing.content(house, one)),
        headers={"Content-Type": WORD, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def letters(request: HttpRequest) -> HttpResponse:
    """`?year=`: every department's letter: issued, signed by whom, and what came of it."""
    house, who = at_hand(), viewer(request)
    report = next((r for r in house.catalogue.reports.values() if r.ahead), None)
    if report is None:
        raise Http404
    wanted = request.GET.get("year", "")
    now = results.last_period(report, house.now())
    period = Period.parse(wanted) if len(wanted) == 4 and wanted.isdigit() else now
    outcome = next((r for r in house.catalogue.reports.values() if r.settles == report.key), None)
    places = [d for d in house.hospital.department if may_read(who, report, d)]
    rows = [_letter(house, report, outcome, period, place) for place in places]
    return render(request, "web/office/letters.html", {
        "report": report, "period": period, "rows": rows, "roles": [
            role(house, k) for k in report.signatures],
        "issued": sum(bool(r["one"]) for r in rows), "signed": sum(r["whole"] for r in rows),
        "years": [str(now.start.year - n) for n in range(3)],
    })  # fmt: skip


def _letter(
    house: House, report: Report, outcome: Report | None, period: Period, place: str
) -> dict[str, Any]:
    found = issuing.issued(report.key, period, place)
    lines = signed(house, found[0]) if found else []
    head = house.hospital.head_of(place)
    return {
        "name": said.department(house, place), "head": head.name if head else None,
        "one": found[0] if found else None, "lines": lines,
        "whole": bool(lines) and all(s["by"] for s in lines),
        "url": doors.report(report.key, period.key, place),
        "outcome": doors.report(outcome.key, period.key, place) if outcome else "",
    }  # fmt: skip


urlpatterns = [
    path("letters/", letters, name="letters"),
    path("issued/<int:pk>/sign", sign, name="sign_report"),
    path("issued/<int:pk>/signed", copy, name="signed_copy"),
]
