"""Rows set aside: why, where they stood, the table to mend, and saying that they are no rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from wardround.catalogue.model import Register
from wardround.sources.gate import Aside
from wardround.store import quarantine, vault
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.quarantine import Quarantined
from wardround.text import Fault, Refused, Text, same
from wardround.web import delivered, said
from wardround.web.access import allow, viewer
from wardround.web.announce import announce
from wardround.work.authority import Viewer

_GROUPS, _EACH = 50, 20
"""So many reasons are listed, and so many rows of each; the table has them all."""


def rejected(request: HttpRequest, key: str, register: str) -> HttpResponse:
    """A delivery's rejected rows of one register, grouped by reason."""
    house, who = at_hand(), viewer(request)
    return _page(request, house, who, _held_or_404(house, who, key, register), register)


def _held_or_404(house: House, who: Viewer, key: str, register: str) -> Quarantined:
    held = (q for q in quarantine.listed(house) if q.origin.key == key and register in q.files)
    one = next(held, None)
    if one is None or not delivered.rows_seen(house, who, one, register):
        raise Http404
    return one


def _page(
    request: HttpRequest, house: House, who: Viewer, one: Quarantined, key: str,
    errors: tuple[Fault, ...] = (),
) -> HttpResponse:  # fmt: skip
    register = house.catalogue.registers.get(key)
    groups = _grouped(house, register, quarantine.rows(house, one.origin.key, key))
    return render(request, "web/data/rejected.html", {
        "one": one, "key": key, "name": delivered.name(house, key), "rows": one.files[key],
        "register": register, "by": said.person(house, one.origin.by), "errors": errors,
        "reasons": len(groups), "groups": groups[:_GROUPS], "more": max(len(groups) - _GROUPS, 0),
        "may": delivered.may_mend(house, who, one, key),
        "id": register.field[register.id].name if register and register.id else None,
        "delivery": reverse("delivery", args=[one.origin.key]),
    }, status=422 if errors else 200)  # fmt: skip


def _grouped(
    house: House, register: Register | None, rows: Iterable[Aside]
) -> list[dict[str, Any]]:
    """Reason → its rows, the most frequent first; a row with several stands under each."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for one in rows:
        for fault in one.faults:
            why = _why(register, one, fault)
            group = groups.setdefault((fault.field, why.zh), {
                "why": why, "field": _field_name(register, fault.field), "count": 0, "rows": [],
            })  # fmt: skip
            group["count"] += 1
            if len(group["rows"]) < _EACH:
                group["rows"].append(_row(register, one, fault))
    return sorted(groups.values(), key=lambda g: -g["count"])


def _personal(register: Register | None, key: str) -> bool:
    field = register.field.get(key) if register else None
    return bool(field and field.personal)


def _why(register: Register | None, one: Aside, fault: Fault) -> Text:
    """The reason, without a personal word that it may quote."""
    word = one.row.values.get(fault.field, "")
    if not word or not _personal(register, fault.field):
        return fault.why
    return Text(fault.why.zh.replace(word, vault.MASK), fault.why.en.replace(word, vault.MASK))


def _field_name(register: Register | None, key: str) -> Text:
    field = register.field.get(key) if register else None
    return field.name if field else same(key or "–")


def _row(register: Register | None, one: Aside, fault: Fault) -> dict[str, str]:
    said_ = one.row.values.get(fault.field, "")
    own = one.row.values.get(register.id or "", "") if register else ""
    hidden = _personal(register, fault.field) and said_
    return {"place": one.row.place, "id": own, "said": vault.MASK if hidden else said_ or "–"}


def rejected_file(request: HttpRequest, key: str, register: str) -> HttpResponseBase:
    """The table to mend, as the command writes it; that it was read is noted."""
    house, who = at_hand(), viewer(request)
    one = _held_or_404(house, who, key, register)
    allow(delivered.may_mend(house, who, one, register))
    file = quarantine.file_of(house, key, register)
    if file is None:
        raise Http404
    vault.looked(who.key, key[:64], register, house.now())
    return FileResponse(file.open("rb"), as_attachment=True, filename=f"{register}-{key}.csv",
                        content_type="text/csv; charset=utf-8")  # fmt: skip


@require_POST
def drop_rejected(request: HttpRequest, key: str, register: str) -> HttpResponse:
    """Leave these rows out for good, with a reason."""
    house, who = at_hand(), viewer(request)
    one = _held_or_404(house, who, key, register)
    allow(delivered.may_mend(house, who, one, register))
    why = request.POST.get("why", "").strip()
    if not why:
        missing = Fault(Text("请写明为什么不导入。", "Say why they are left out."), field="why")
        return _page(request, house, who, one, register, Refused(missing).faults)
    count = quarantine.drop(house, key, register, why, who.key, house.now())
    announce(request, Text(f"{count} 行不再导入", f"{count} rows left out"))
    return redirect("delivery", key)
