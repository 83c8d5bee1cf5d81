"""One register: its entries as a list with filters, and as a file."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wardround.catalogue.model import Field, Register
from wardround.period import Period
from wardround.store import due, vault
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.models import Entry
from wardround.text import Fault, Refused, Text, same
from wardround.web import places, said
from wardround.web.announce import announced
from wardround.web.downloads import Table, as_csv, as_excel
from wardround.work import authority, inspection, record
from wardround.work.authority import Viewer
from wardround.work.row import LATE_ENTRY

_PAGE = 50
_SHOWN = 4
"""So many fields stand in the list; the export and the entry's page have all."""
_NUMBERS = ("integer", "decimal")
_ALL = ("", Text("全部", "All"))


def register(request: HttpRequest, key: str) -> HttpResponse:
    """The entries of a register, newest first, filtered in the address."""
    house, register, who = places.open_register(request, key)
    found, faults = _filtered(request, house, register, who)
    out, late = _outside(register), Q(recorded_at__gt=F("occurred_at") + LATE_ENTRY)
    only = request.GET.get("only", "")
    segments = [("", Text("全部", "All"), found), ("late", Text("补记", "Recorded later"),
                                                  found.filter(late))]  # fmt: skip
    if out is not None:
        segments.append(("out", Text("超出限值", "Outside limits"), found.filter(out)))
    shown = next((q for k, _, q in segments if k == only), found)
    if form := request.GET.get("as"):
        return _export(house, register, shown, form)
    page = Paginator(shown, _PAGE).get_page(request.GET.get("page"))
    columns = _columns(register)[:_SHOWN]
    return render(request, "web/daily/register.html", {
        "register": register, "page": page,
        "columns": [{"name": c.name, "number": c.type in _NUMBERS} for c in columns],
        "rows": [_row(house, register, columns, e) for e in page], "total": page.paginator.count,
        "errors": faults, "segments": _segments(request, segments, only),
        "filters": _filters(request, house, register, who), "announced": announced(request),
        "may_record": bool(places.kept(house, who, register)), "query": _query(request),
        "reset_url": request.path if request.GET.keys() - {"page"} else "",
        "owner": said.office(house, register.owner), "pages": _pages(request, page),
    }, status=422 if faults else 200)  # fmt: skip


def _filtered(
    request: HttpRequest, house: House, register: Register, who: Viewer
) -> tuple[QuerySet[Entry], list[Fault]]:
    """The entries in force within reach, cut by the filters; faults of an unreadable period."""
    found = current().filter(register=register.key, about=None).order_by("-occurred_at", "-seq")
    found = found.filter(due.within(authority.reach(who, register)))
    if department := request.GET.get("department"):
        found = found.filter(department=department)
    if subject := request.GET.get("subject"):
        found = found.filter(subject=subject)
    try:
        if written := request.GET.get("period"):
            period = Period.parse(written)
            start, end = (
                datetime.combine(d, time(), house.zone) for d in (period.start, period.end)
            )
            found = found.filter(occurred_at__gte=start, occurred_at__lt=end)
    except Refused as refused:
        return found, [*refused.faults]
    return found, []


def _outside(register: Register) -> Q | None:
    """Entries with a reading outside its limits; None if the register sets none."""
    found: Q | None = None
    for field in register.field.values():
        if field.inside:
            low, high = field.inside
            part = Q(**{f"values__{field.key}__lt": low}) | Q(**{f"values__{field.key}__gt": high})
            found = part if found is None else found | part
    return found


def _query(request: HttpRequest, **changed: str) -> str:
    query = request.GET.copy()
    for name in ("page", "as"):
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return query.urlencode()


def _segments(
    request: HttpRequest, segments: list[tuple[str, Text, QuerySet[Entry]]], only: str
) -> list[dict[str, Any]]:
    return [{"url": f"?{_query(request, only=k)}", "label": label, "count": found.count(),
             "current": k == only} for k, label, found in segments]  # fmt: skip


def _pages(request: HttpRequest, page: Page[Entry]) -> dict[str, str]:
    found = {}
    if page.has_previous():
        found["newer"] = "?" + _query(request, page=str(page.previous_page_number()))
    if page.has_next():
        found["older"] = "?" + _query(request, page=str(page.next_page_number()))
    return found


def _filters(
    request: HttpRequest, house: House, register: Register, who: Viewer
) -> list[dict[str, Any]]:
    reach = authority.reach(who, register)
    rows = Entry.objects.filter(due.within(reach), register=register.key, about=None)
    keys, own = {d.key for d in places.seen(house, who, register)}, reach.subjects
    named = keys | set(rows.values_list("department", flat=True).distinct())
    wanted = [("period", Text("期间", "Period"), _periods(house, request.GET.get("period", "")))]
    if len(named) > 1:
        options = [(k, said.department(house, k)) for k in house.hospital.department if k in named]
        wanted.append(("department", Text("科室", "Department"), [_ALL, *options]))
    things = [t for t in house.hospital.things(register.subject or "")
              if t.department in keys and (own is None or t.key in own)]  # fmt: skip
    if register.subject and len(things) > 1:
        kind = house.catalogue.subjects[register.subject].name
        wanted.append(("subject", kind, [_ALL, *((t.key, t.name) for t in things)]))
    return [{"name": name, "label": label, "value": request.GET.get(name, ""), "choices": choices}
            for name, label, choices in wanted]  # fmt: skip


def _periods(house: House, asked: str) -> list[tuple[str, Text]]:
    """Today, this month and the one before, this year and last; and the one that is asked for."""
    today = house.now().date()
    before = today.replace(day=1) - timedelta(days=1)
    year = Period.of_year(today)
    usual = [Period.of_day(today), Period.of_month(today), Period.of_month(before), year,
             year.year_before()]  # fmt: skip
    found = [_ALL, *((p.key, p.name()) for p in usual)]
    return found if asked in dict(found) else [*found, (asked, same(asked))]


# -- rows -------------------------------------------------------------------------------------


def _columns(register: Register) -> list[Field]:
    """The fields of a list: what its title names first, lists and files left to the entry."""
    title = register.title or ""
    fields = [f for f in register.field.values() if f.type not in ("rows", "file")]
    return sorted(fields, key=lambda f: f"{{{f.key}}}" not in title)


def _row(house: House, register: Register, columns: list[Field], entry: Entry) -> dict[str, Any]:
    values = vault.masked(register, entry)
    score = inspection.score(register, values.get("items") or {}) if register.item else None
    return {
        "pk": entry.root, "at": entry.occurred_at, "score": score,
        "late": entry.recorded_at - entry.occurred_at > LATE_ENTRY,
        "corrected": entry.kind == "correction",
        "department": said.department(house, entry.department),
        "subject": said.about(house, register, entry.subject),
        "title": said.title(house, register, values), "by": said.person(house, entry.recorded_by),
        "cells": [
            {"said": said.value(house, f, values.get(f.key)), "label": f.name,
             "number": f.type in _NUMBERS,
             "outside": record.outside(f, values.get(f.key))}
            for f in columns
        ],
    }  # fmt: skip


def _export(house: House, register: Register, shown: QuerySet[Entry], form: str) -> HttpResponse:
    """The whole list, filtered as on the page, with every field and the as-of time."""
    columns = _columns(register) + [f for f in register.field.values() if f.type == "rows"]
    heads = [Text("时间", "Time"), Text("科室", "Department"), Text("对象", "Subject"),
             *(f.name for f in columns), Text("记录人", "Recorded by"),
             Text("记录时间", "Recorded at"), Text("编号", "Id")]  # fmt: skip
    rows = [_line(house, register, columns, e) for e in shown.iterator(chunk_size=2000)]
    table = Table(register.key, register.name, heads, rows, house.now())
    return as_excel(table) if form == "xlsx" else as_csv(table)


def _line(house: House, register: Register, columns: list[Field], entry: Entry) -> list[Any]:
    values = vault.masked(register, entry)
    cells: list[Any] = []
    for field in columns:
        given = values.get(field.key)
        if isinstance(given, int | float) and not isinstance(given, bool):
            cells.append(given)
        elif field.type == "rows":
            lines = said.rows(house, field, given)
            cells.append("；".join("，".join(c.zh for c in line) for line in lines))
        else:
            cells.append("" if given is None else said.value(house, field, given))
    return [
        house.local(entry.occurred_at), said.department(house, entry.department),
        said.thing(house, register.subject, entry.subject), *cells,
        said.person(house, entry.recorded_by), house.local(entry.recorded_at), str(entry.root),
    ]  # fmt: skip
