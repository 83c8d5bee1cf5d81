"""Looking a patient up by record number, and erasing a person for good."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from wardround.store import vault
from wardround.text import Text
from wardround.web import patients, places, said
from wardround.web.access import allow, seen_or_404
from wardround.web.announce import announce
from wardround.web.views.entries import latest
from wardround.work import authority

DATA_OFFICE = Text("院办公室", "The hospital office")


def patient(request: HttpRequest, key: str) -> HttpResponse:
    """Whether a record number is known, with a hint of the name; the look-up is logged."""
    house, register, who = places.open_register(request, key)
    if not patients.asks(register) or not places.kept(house, who, register):
        raise Http404
    number = request.GET.get("patient_number", "").strip()
    subject = vault.find(number) if number else None
    known = vault.person(subject)
    if subject:
        vault.looked(who.key, subject, register.key, house.now(), "find")
    return render(request, "web/parts/patient_known.html", {"known": known, "number": number})


def erase(request: HttpRequest, pk: str) -> HttpResponse:
    """Asks for the reason, says what goes and what stays, and who has read it so far."""
    found = latest(pk)
    house, register, who = places.open_register(request, found.register)
    seen_or_404(who, register, found.department, found.subject)
    allow(authority.may_erase(who), DATA_OFFICE)
    whose = vault.owner(register, found)
    if not patients.erasable(register, found, who):
        raise Http404
    reason, missing = request.POST.get("reason", "").strip(), False
    if request.method == "POST" and reason:
        vault.erase(whose, who.key, reason, house.now(), house.data)
        announce(request, Text("已删除，记录和数字不变", "Erased; entries and figures stand"))
        return redirect(reverse("entry", args=[found.root]))
    missing = request.method == "POST"
    return render(request, "web/daily/erase.html", {
        "register": register, "entry": found, "wrong": missing, "reason": reason,
        "subject": said.about(house, register, found.subject),
        "department": said.department(house, found.department),
        "count": vault.about(whose).count(),
        "looked": [(said.titled(house, a.person), a.at) for a in vault.accesses([whose])],
    }, status=422 if missing else 200)  # fmt: skip
