"""Recording one entry, and correcting or voiding one: the same form, the same gate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from wardround.store import ledger, vault
from wardround.store.history import value_of
from wardround.store.house import House
from wardround.store.ledger import Proposal, Receipt, new_id
from wardround.store.models import Entry
from wardround.text import Fault, Refused, Text
from wardround.web import attachments, forms, patients, places, said
from wardround.web.access import allow, seen_or_404
from wardround.web.announce import announce
from wardround.web.sheet import Sheet, begin, page
from wardround.web.views.entries import latest, readable
from wardround.work import authority, record


def record_entry(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a register; saved, it leads back to where the person came from."""
    house, register, who = places.open_register(request, key)
    if register.shape == "checklist":
        return redirect(f"{reverse('inspections')}?checklist={key}")
    here = places.kept(house, who, register)
    allow(bool(here), said.office(house, register.keeper or register.owner))
    given = request.POST if request.method == "POST" else request.GET
    sheet = begin(given, house, register, who, here)
    if request.method != "POST":
        return _form(request, sheet, forms.Filling())
    if "add" in request.POST:
        more = forms.Filling(forms.read(register, request.POST), more=request.POST["add"])
        return _form(request, sheet, more)
    return _save(request, sheet)


def correct(request: HttpRequest, pk: str) -> HttpResponse:
    """The same form over what stands there; the reason is asked, the old version is kept."""
    sheet = _standing(request, pk)
    assert sheet.corrected is not None
    if sheet.register.shape == "checklist":
        return redirect("correct_inspection", pk=str(sheet.corrected.root))
    if request.method == "POST" and "add" not in request.POST:
        return _save(request, sheet)
    values = readable(sheet.house, sheet.register, sheet.corrected, sheet.who)
    if request.method == "POST":
        values = forms.read(sheet.register, request.POST)
    more = request.POST.get("add", "")
    return _form(request, sheet, forms.Filling(values, more=more))


def void(request: HttpRequest, pk: str) -> HttpResponse:
    """Asks for the reason and says what follows; a voided entry stays readable for ever."""
    sheet = _standing(request, pk)
    faults: tuple[Fault, ...] = ()
    assert sheet.corrected is not None
    if request.method == "POST":
        try:
            ledger.append(sheet.house, Proposal(
                sheet.register.key, {}, supersedes=str(sheet.corrected.pk), void=True,
                reason=request.POST.get("reason", ""), id=request.POST.get("id") or None,
            ), sheet.who)  # fmt: skip
        except Refused as refused:
            faults = refused.faults
        else:
            announce(request, Text("已作废，原记录保留", "Voided; the record is kept"),
                     reverse("entry", args=[sheet.corrected.root]))  # fmt: skip
            return redirect("register", key=sheet.register.key)
    title = said.title(sheet.house, sheet.register, sheet.corrected.values)
    return render(request, "web/daily/void.html", {
        "register": sheet.register, "entry": sheet.corrected, "errors": faults, "id": new_id(),
        "title": title, "department": said.department(sheet.house, sheet.department),
        "reason": request.POST.get("reason", ""),
    }, status=422 if faults else 200)  # fmt: skip


def _standing(request: HttpRequest, pk: str) -> Sheet:
    """The entry in force that is to be corrected or voided; raises if it is not the person's."""
    entry = latest(pk)
    house, register, who = places.open_register(request, entry.register)
    seen_or_404(who, register, entry.department, entry.subject)
    yes = authority.may_correct(who, register, entry.department, entry.recorded_by)
    hidden = any(vault.is_sealed(v) for v in entry.values.values())
    yes = yes and (not hidden or authority.may_unmask(who, register, entry.department))
    allow(yes and entry.kind in ("record", "correction"),
          said.office(house, register.owner or register.keeper))  # fmt: skip
    department = house.hospital.department[entry.department]
    return Sheet(house, register, who, [department], entry.department, entry.subject,
                 corrected=entry)  # fmt: skip


# -- saving -----------------------------------------------------------------------------------


def _save(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    posted = request.POST
    raw: dict[str, Any] = forms.read(sheet.register, posted)
    kept = attachments.unsealed(posted.get("kept", ""))
    old = sheet.corrected
    try:
        for key, field in sheet.register.field.items():
            if field.type == "file":
                kept += attachments.keep(sheet.house, key, request.FILES.getlist(key))
                names = [k["name"] for k in kept if k["field"] == key]
                raw |= {key: "、".join(names)} if names else {}
        occurred = _moment(posted.get("occurred_at", ""), sheet.house)
        receipt = ledger.append(sheet.house, Proposal(
            sheet.register.key, raw, sheet.department or None, sheet.subject, occurred,
            posted.get("id") or None, supersedes=str(old.pk) if old else None,
            reason=posted.get("reason", ""), anonymous=bool(posted.get("anonymous")),
            attachments=tuple(kept), patient=patients.read(sheet.register, posted),
        ), sheet.who)  # fmt: skip
        if receipt.repeated and not _same(sheet, receipt.entry, raw, posted):
            raise Refused(_used_again(sheet, receipt.entry))
    except Refused as refused:
        filling = forms.Filling(raw, refused.faults)
        return _form(request, sheet, filling, kept=kept, fresh=_is_used(refused))
    return _saved(request, sheet, receipt)


def _moment(text: str, house: House) -> datetime | None:
    """The time that was typed, in the hospital's zone; None is now."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(Fault(Text(
            f"“{text}”不是时间，请写成 2026-03-02 08:30。",
            f'"{text}" is not a time; write 2026-03-02 08:30.',
        ), field="occurred_at")) from error  # fmt: skip
    return moment if moment.tzinfo else moment.replace(tzinfo=house.zone)


def _same(sheet: Sheet, kept: Entry, raw: Mapping[str, Any], posted: QueryDict) -> bool:
    """Whether a form sent twice said the same both times."""
    earlier = value_of(kept, sheet.house.zone)
    told = patients.read(sheet.register, posted)
    subject = vault.find(told["number"]) if told else sheet.subject
    try:
        again = record.clean(
            sheet.register, raw, subject=subject, occurred_at=earlier.occurred_at,
            at=earlier.recorded_at, known=sheet.house.known,
        )  # fmt: skip
    except Refused:
        return False
    open_fields = [k for k, f in sheet.register.field.items() if not f.personal]
    return kept.subject == subject and all(again.get(k) == kept.values.get(k) for k in open_fields)


_USED = "id"


def _used_again(sheet: Sheet, kept: Entry) -> Fault:
    words = said.title(sheet.house, sheet.register, kept.values)
    return Fault(Text(
        f"上一条已经保存（{words.zh or sheet.register.name.zh}）。要另记一条，请再点一次保存；"
        "要改上一条，请打开它更正。",
        f"The one before is saved ({words.en or sheet.register.name.en}). To record another, save "
        "once more; to change the one before, open and correct it.",
    ), field=_USED)  # fmt: skip


def _is_used(refused: Refused) -> bool:
    """Whether the form needs a new id: the one it had is spent, or is none."""
    return any(f.field == _USED for f in refused.faults)


def _saved(request: HttpRequest, sheet: Sheet, receipt: Receipt) -> HttpResponse:
    """Say what was kept and what opened, and go back to where the person came from."""
    title = said.title(sheet.house, sheet.register, receipt.entry.values)
    name = sheet.register.name
    words = Text(f"已保存：{name.zh} {title.zh}".strip(), f"Saved: {name.en} {title.en}".strip())
    for opened in receipt.opened:
        case = sheet.house.catalogue.registers[opened.register].name
        words = Text(f"{words.zh}；已开启“{case.zh}”", f'{words.en}; opened "{case.en}"')
    announce(request, words, reverse("entry", args=[receipt.entry.root]))
    if sheet.corrected:
        return redirect("entry", pk=str(receipt.entry.root))
    if sheet.register.shape == "case":
        return redirect("case", pk=str(receipt.entry.root))
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or reverse("today")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if ours else reverse("today")


def _form(
    request: HttpRequest, sheet: Sheet, filling: forms.Filling,
    kept: list[dict[str, str]] | None = None, fresh: bool = False,
) -> HttpResponse:  # fmt: skip
    shown = page(sheet, filling, request.POST, kept or [], fresh)
    status = 422 if filling.faults else 200
    return render(request, "web/daily/record.html", shown | {"next": _next(request)}, status=status)
