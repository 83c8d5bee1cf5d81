"""Rows set aside: why, where they stood, the table to mend, and saying that they are no rows."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from wardround.store import quarantine, vault
from wardround.store.deliveries import Imported
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.quarantine import Quarantined
from wardround.text import Fault, Refused, Text
from wardround.web import delivered, matching, rejects, said, uploads
from wardround.web.access import allow, viewer
from wardround.web.announce import announce, announced
from wardround.web.importing import Task, start
from wardround.work.authority import Viewer

_GROUPS = 50
"""So many reasons are listed; the table has them all."""


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
    groups = rejects.grouped(house, register, quarantine.rows(house, one.origin.key, key))
    return render(request, "web/data/rejected.html", {
        "one": one, "key": key, "name": delivered.name(house, key), "rows": one.files[key],
        "register": register, "by": said.person(house, one.origin.by), "errors": errors,
        "announced": announced(request), "reasons": len(groups),
        "groups": groups[:_GROUPS], "more": max(len(groups) - _GROUPS, 0),
        "may": delivered.may_mend(house, who, one, key),
        "id": register.field[register.id].name if register and register.id else None,
        "delivery": reverse("delivery", args=[one.origin.key]),
    }, status=422 if errors else 200)  # fmt: skip


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


@require_POST
def mend_rejected(request: HttpRequest, key: str, register: str) -> HttpResponse:
    """Put one word right in all the rows that were set aside for it, and import these again."""
    house, who = at_hand(), viewer(request)
    one = _held_or_404(house, who, key, register)
    allow(delivered.may_mend(house, who, one, register))
    found = house.catalogue.registers.get(register)
    if found is None:
        raise Http404
    field, word = request.POST.get("field", ""), request.POST.get("word", "")
    value = request.POST.get("value", "").strip()

    def again(faults: tuple[Fault, ...]) -> HttpResponse:
        return _page(request, house, who, one, register, faults)

    if not value or field not in matching.fields(house, found):
        return again((Fault(Text("请写明改成什么。", "Say what it should be.")),))
    rows = quarantine.rows(house, key, register)
    table, count = rejects.mended(key, rows, field, word, value)
    if not count:
        return redirect("rejected", key, register)
    title = f"{Path(one.origin.title).stem}.csv"
    kept = uploads.keep(house, SimpleUploadedFile(title, table), register, who)

    def then(done: Imported) -> HttpResponse | None:
        """Back to the rows that still wait, if the mended ones are all in."""
        if done.rejected or quarantine.file_of(house, key, register) is None:
            return None
        announce(request, Text(f"{count} 行改好，已导入", f"{count} rows mended and imported"))
        return redirect("rejected", key, register)

    return start(Task(house, who, kept, found), None, again, then)
