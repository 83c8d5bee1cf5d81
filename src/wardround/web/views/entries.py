"""One entry: what it says, who recorded it and when, how it was corrected, what it opened."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from wardround.catalogue.model import Register
from wardround.store import due, ledger, vault
from wardround.store.history import value_of
from wardround.store.house import House
from wardround.store.ledger import Proposal, new_id
from wardround.store.models import Case, DutyWindow, Entry
from wardround.text import Text
from wardround.web import attachments, casework, patients, places, said
from wardround.web.access import seen_or_404
from wardround.web.announce import announce, announced
from wardround.web.origin import opened_by
from wardround.work import authority, record
from wardround.work.authority import Viewer
from wardround.work.row import LATE_ENTRY, unsigned

SIGNATURES = {
    "head": Text("科室负责人", "Head of department"),
    "president": Text("院长", "President"),
    "leader": Text("分管院领导", "Vice-president"),
}


def latest(pk: str) -> Entry:
    """The last version of the entry whose first version, or any version, has this id."""
    asked = Entry.objects.filter(pk=pk).first()
    if asked is None:
        raise Http404
    newest = Entry.objects.filter(root=asked.root).order_by("-seq").first()
    return newest or asked


def readable(house: House, register: Register, entry: Entry, who: Viewer) -> dict[str, Any]:
    """An entry's values: personal ones in clear (and the reading logged) for those who need
    them, masked for others."""
    if authority.may_unmask(who, register, entry.department):
        return vault.unseal(register, entry, who.key, house.now())
    return vault.masked(register, entry)


def entry(request: HttpRequest, pk: str) -> HttpResponse:
    """The page of one entry; a case and an inspection have pages of their own."""
    found = latest(pk)
    if found.about:
        return redirect("entry", pk=str(found.about))
    house, register, who = places.open_register(request, found.register)
    seen_or_404(who, register, found.department, found.subject)
    if register.shape == "case" and Case.objects.filter(pk=found.root).exists():
        return redirect("case", pk=str(found.root))
    if register.shape == "checklist" and found.kind != "void":
        return redirect("inspection", pk=str(found.root))
    shown = _page(house, register, found, who)
    return render(request, "web/daily/entry.html", shown | {"announced": announced(request)})


def _page(house: House, register: Register, found: Entry, who: Viewer) -> dict[str, Any]:
    versions = list(Entry.objects.filter(root=found.root).order_by("seq"))
    voided = found.kind == "void"
    shown = versions[-2] if voided and len(versions) > 1 else found
    values = readable(house, register, shown, who)
    mine = authority.may_correct(who, register, found.department, found.recorded_by)
    late = shown.recorded_at - shown.occurred_at > LATE_ENTRY
    return {
        "register": register, "entry": shown, "voided": found if voided else None,
        "title": said.title(house, register, vault.masked(register, shown)),
        "facts": patients.facts(house, register, shown, who) + facts(house, register, values),
        "may_erase": patients.erasable(register, shown, who),
        "tables": tables(house, register, values),
        "department": said.department(house, shown.department), "late": late,
        "subject": said.about(house, register, shown.subject),
        "recorder": said.titled(house, versions[0].recorded_by),
        "history": changes(house, register, versions), "signatures": _signing(
            house, register, found, who
        ),
        "opened": casework.rows(house, _opened(house, register, found, who), house.now()),
        "duties": _duties(house, versions),
        "may_correct": mine and not voided, "attachments": shown.attachments, "id": new_id(),
    }  # fmt: skip


def _opened(house: House, register: Register, found: Entry, who: Viewer) -> list[Case]:
    """The cases that the entry opened, as far as they exist for the person."""
    seen = set(due.visible_cases(house, who).values_list("pk", flat=True))
    return [c for c in opened_by(house, register, found) if c.pk in seen]


def facts(house: House, register: Register, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Every field with what was said, in the order of the declaration; limits that it breaks."""
    return [
        {"name": f.name, "value": said.value(house, f, values.get(k)),
         "outside": _breaks(record.outside(f, values.get(k)))}
        for k, f in register.field.items()
        if f.type != "rows"
    ]  # fmt: skip


def _breaks(sentence: Text | None) -> Text | None:
    """Which limit a reading breaks, without the advice for somebody who is typing it."""
    if sentence is None:
        return None
    return Text(sentence.zh.split("。")[0], sentence.en.split(". ")[0])


def tables(house: House, register: Register, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The lists in an entry: names of columns, and rows."""
    return [
        {"name": f.name, "columns": [c.name for c in f.column.values()],
         "rows": said.rows(house, f, values[k])}
        for k, f in register.field.items()
        if f.type == "rows" and values.get(k)
    ]  # fmt: skip


def changes(house: House, register: Register, versions: list[Entry]) -> list[dict[str, Any]]:
    """How an entry came to say what it says, newest first: 由…改为…, never an edit."""
    found = []
    for before, after in zip([None, *versions], versions, strict=False):
        first = before is None
        what = Text("登记", "Recorded") if first else Text("更正", "Corrected")
        if after.kind == "void":
            what = Text("作废", "Voided")
        lines = [] if before is None or after.kind == "void" else _differences(
            house, register, before, after
        )  # fmt: skip
        kept = Text("原记录保留", "the earlier version is kept")
        reason = Text(f"原因：{after.reason}", f"reason: {after.reason}") if after.reason else None
        found.append({
            "state": "done" if after.kind != "void" else "na", "what": what, "lines": lines,
            "facts": [] if first else [kept, reason], "at": after.recorded_at,
            "who": said.person(house, after.recorded_by), "seq": after.seq, "hash": after.hash,
        })  # fmt: skip
    return list(reversed(found))


def _differences(house: House, register: Register, old: Entry, new: Entry) -> list[Text]:
    lines = []
    if old.occurred_at != new.occurred_at:
        was, now = (f"{house.local(e.occurred_at):%Y-%m-%d %H:%M}" for e in (old, new))
        lines.append(Text(f"时间由 {was} 改为 {now}", f"Time: {was} became {now}"))
    was_so, is_so = (vault.masked(register, e) for e in (old, new))
    for key, field in register.field.items():
        a, b = was_so.get(key), is_so.get(key)
        if a != b:
            x, y = said.value(house, field, a), said.value(house, field, b)
            lines.append(Text(
                f"{field.name.zh}由“{x.zh}”改为“{y.zh}”",
                f"{field.name.en}: “{x.en}” became “{y.en}”",
            ))  # fmt: skip
    return lines


def _duties(house: House, versions: list[Entry]) -> list[Text]:
    """The duties that this entry completed."""
    met = DutyWindow.objects.filter(entry__in=[v.root for v in versions] + [v.pk for v in versions])
    return [house.catalogue.duties[w.duty].name for w in met]


# -- documents --------------------------------------------------------------------------------


def _signing(house: House, register: Register, found: Entry, who: Viewer) -> list[dict[str, Any]]:
    """Each signature that a document needs: given by whom and when, or whose it is to give."""
    steps = [value_of(e, house.zone) for e in Entry.objects.filter(Q(about=found.root))]
    given = {s.values.get("step"): s for s in steps}
    wanted = unsigned(register, steps)
    return [
        {
            "key": key, "name": SIGNATURES.get(key) or said.office(house, key),
            "by": said.titled(house, given[key].recorded_by) if key in given else None,
            "at": given[key].occurred_at if key in given else None,
            "mine": key in wanted and authority.may_sign(who, key, found.department),
        }
        for key in register.signatures
    ]  # fmt: skip


@require_POST
def sign(request: HttpRequest, pk: str) -> HttpResponse:
    """Put one signature to a document."""
    found = latest(pk)
    house, register, who = places.open_register(request, found.register)
    seen_or_404(who, register, found.department, found.subject)
    ledger.append(house, Proposal(
        register.key, {"step": request.POST.get("step", "")}, about=str(found.root),
        id=request.POST.get("id") or None,
    ), who)  # fmt: skip
    announce(request, Text(f"已签：{register.name.zh}", f"Signed: {register.name.en}"))
    return redirect(reverse("entry", args=[found.root]))


def attachment(request: HttpRequest, pk: str, number: int) -> FileResponse:
    """A photo or file of an entry, for those who may see the entry."""
    found = Entry.objects.filter(pk=pk).first()
    if found is None or not 0 < number <= len(found.attachments):
        raise Http404
    house, register, who = places.open_register(request, found.register)
    seen_or_404(who, register, found.department, found.subject)
    kept = found.attachments[number - 1]
    file = attachments.path(house, kept["sha256"])
    if not file.is_file():
        raise Http404
    return FileResponse(file.open("rb"), content_type=kept["type"], filename=kept["name"])
