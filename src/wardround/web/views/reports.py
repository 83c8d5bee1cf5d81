"""Summaries: which are due, what they say with every figure a link, issuing and issued ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from wardround.catalogue.model import Report
from wardround.period import Period
from wardround.report.blocks import Document
from wardround.report.pdf import pdf_bytes
from wardround.report.write import docx_bytes
from wardround.store import issuing, results
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.measuring import measuring
from wardround.store.models import PublishedReport
from wardround.text import LANGS, same
from wardround.web import asking, composing, doors, fresh, paper, said, since
from wardround.web.access import viewer
from wardround.web.announce import announced
from wardround.web.standing import address
from wardround.web.templatetags.words import current_lang
from wardround.web.views import letters
from wardround.web.views.letters import WORD, may_read, role
from wardround.work import authority
from wardround.work.authority import Viewer

BACK = 4
"""Past periods that are offered."""
SEVERAL = 3
"""More departments than this are folded."""


def reports(request: HttpRequest) -> HttpResponse:
    """The declared reports with their last periods, and everything issued so far."""
    house, who = at_hand(), viewer(request)
    now = house.now()
    listed = [_declared(house, who, r) for r in house.catalogue.reports.values()]
    return render(request, "web/office/reports.html", {
        "reports": [x for x in listed if x], "issued": _issued(house, who), "today": now,
        "may_check": authority.may_plan(who),
    })  # fmt: skip


def _places(house: House, who: Viewer, report: Report) -> list[str | None]:
    if report.per == "hospital":
        return [None]
    return [d for d in house.hospital.department if who.everywhere or d in who.departments]


def _declared(house: House, who: Viewer, report: Report) -> dict[str, Any] | None:
    places = [p for p in _places(house, who, report) if may_read(who, report, p)]
    if not places:
        return None
    return {
        "report": report, "places": [_lines(house, report, p) for p in places],
        "many": len(places) > SEVERAL,
        "system": house.catalogue.system_of("report", report.key),
        "signed_by": [role(house, s) for s in report.signatures],
    }  # fmt: skip


def _lines(house: House, report: Report, place: str | None) -> dict[str, Any]:
    """The last periods of one report at one place, and whether each is issued."""
    period = results.last_period(report, house.now())
    lines: list[dict[str, Any]] = []
    for _ in range(BACK):
        if lines and period.end <= house.begins.date():
            break
        lines.append({
            "period": period, "url": doors.report(report.key, period.key, place),
            "issued": bool(issuing.issued(report.key, period, place)),
        })  # fmt: skip
        period = _previous(house, report, period)
    return {"name": said.department(house, place) if place else None, "lines": lines}


def _previous(house: House, report: Report, period: Period) -> Period:
    """The period before: the last that has ended when this one begins."""
    day = period.start - timedelta(days=report.ahead)
    return results.last_period(
        report, house.begins.replace(year=day.year, month=day.month, day=day.day)
    )


def _issued(house: House, who: Viewer) -> list[dict[str, Any]]:
    found = []
    for one in results.published(house):
        report = house.catalogue.reports.get(one.report)
        if report and (one.department is None or may_read(who, report, one.department)):
            found.append({
                "one": one, "name": report.name, "period": Period.parse(one.period).name(),
                "place": said.department(house, one.department) if one.department else None,
                "by": said.person(house, one.issued_by), "figures": len(one.figures),
                "url": reverse("issued", args=[one.pk]),
            })  # fmt: skip
    return found


def report(request: HttpRequest, key: str) -> HttpResponse:
    """`?period=&department=&as_of=&lang=`: the document on its paper; `?format=docx|pdf`."""
    house, who = at_hand(), viewer(request)
    declared = house.catalogue.reports.get(key)
    place = request.GET.get("department") or None
    if declared is None or (place and place not in house.hospital.department):
        raise Http404
    if declared.per == "department" and place is None:
        place = who.person.department
    if declared.per == "hospital":
        place = None
    if not may_read(who, declared, place):
        raise Http404
    period = _period(request, house, declared)
    as_of, lang = asking.moment(request, house), _lang(request)
    frozen = issuing.issued(key, period, place)
    if as_of is None and frozen:
        as_of = house.local(frozen[0].issued_at)
    document = composing.composed(house, key, period, lang, place, as_of)
    if kind := request.GET.get("format"):
        return _file(kind, document)
    return render(request, "web/office/report.html", {
        "report": declared, "period": period, "lang": lang, "document": document,
        "place": said.department(house, place) if place else None,
        "letter": declared.ahead or bool(declared.settles),
        "paper": paper.shown(document, frozen=as_of is not None), "as_of": document.at,
        "figures": len(document.figures()), "missing": _missing(house, document, period, place),
        "since": _since(house, document) if as_of else [],
        "issued": frozen, "signing": letters.panel(house, who, frozen),
        "may_issue": issuing.may_issue(house, declared, place, who),
        "over": (period.start if declared.ahead else period.end) <= house.now().date(),
        "announced": announced(request),
        "langs": [{"url": _again(request, lang=x), "label": same(w), "lang": x,
                   "current": x == lang}
                  for x, w in (("zh", "中文"), ("en", "English"))],
        "docx": _again(request, format="docx"), "pdf": _again(request, format="pdf"),
        "issue": doors.asked(reverse("issue", args=[key]), period=period.key, department=place),
    })  # fmt: skip


def _period(request: HttpRequest, house: House, declared: Report) -> Period:
    if request.GET.get("period"):
        return asking.period(request, house.now())
    return results.last_period(declared, house.now())


def _lang(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", current_lang())
    if wanted not in LANGS:
        raise Http404
    return wanted


def _again(request: HttpRequest, **said: str) -> str:
    return doors.asked(request.path, **asking.without(request.GET.dict(), *said), **said)


def _missing(
    house: House, document: Document, period: Period, place: str | None
) -> list[dict[str, Any]]:
    known = house.catalogue.indicators
    return [{"name": known[k].name, "url": address(k, period, place)}
            for k in document.missing if k in known]  # fmt: skip


def _since(house: House, document: Document) -> list[since.Since]:
    return since.in_document(document, fresh.measured(house), measuring(house, document.at))


def _file(kind: str, document: Document) -> HttpResponse:
    if kind not in ("docx", "pdf"):
        raise Http404
    word = kind == "docx"
    body = docx_bytes(document, settings.ADDRESS) if word else pdf_bytes(document, settings.ADDRESS)
    place = f"-{document.department}" if document.department else ""
    name = f"{document.report}-{document.period}{place}-{document.lang}.{kind}"
    return HttpResponse(body, headers={
        "Content-Type": WORD if word else "application/pdf",
        "Content-Disposition": f'attachment; filename="{name}"',
    })  # fmt: skip


def issue(request: HttpRequest, key: str) -> HttpResponse:
    """Ask, then freeze: what is issued reaches other people and cannot be taken back."""
    house, who = at_hand(), viewer(request)
    declared = house.catalogue.reports.get(key)
    place = request.GET.get("department") or None
    if declared is None or not may_read(who, declared, place):
        raise Http404
    period = _period(request, house, declared)
    if request.method == "POST":
        issuing.issue(house, key, period, place, who, house.now(), settings.ADDRESS)
        return redirect(doors.report(key, period.key, place))
    document = composing.composed(house, key, period, _lang(request), place, None)
    return render(request, "web/office/issue.html", {
        "report": declared, "period": period, "back": doors.report(key, period.key, place),
        "figures": len(document.figures()), "missing": len(document.missing),
        "place": said.department(house, place) if place else None,
        "signers": [role(house, key) for key in declared.signatures],
        "allowed": issuing.may_issue(house, declared, place, who),
    })  # fmt: skip


def issued(request: HttpRequest, pk: int) -> HttpResponse:
    """The issued file itself, after checking that it is still what was issued."""
    house, who = at_hand(), viewer(request)
    one = PublishedReport.objects.filter(pk=pk).first()
    declared = house.catalogue.reports.get(one.report) if one else None
    if one is None or declared is None:
        raise Http404
    if one.department and not may_read(who, declared, one.department):
        raise Http404
    return HttpResponse(issuing.content(house, one), headers={
        "Content-Type": WORD, "Content-Disposition": f'attachment; filename="{one.file}"',
    })  # fmt: skip


urlpatterns = [
    path("", reports, name="reports"),
    *letters.urlpatterns,
    path("issued/<int:pk>", issued, name="issued"),
    path("<slug:key>/", report, name="report"),
    path("<slug:key>/issue", issue, name="issue"),
]
