"""Registers, the entries in them, and the cases that came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field, PositiveInt

from wardround.api import shapes
from wardround.api.faults import ERRORS
from wardround.catalogue.columns import BUILT_IN
from wardround.catalogue.model import Register
from wardround.store import due, ledger, vault
from wardround.store.history import current
from wardround.store.house import House, house
from wardround.store.ledger import Proposal, Receipt
from wardround.store.models import Entry
from wardround.web import patients, places
from wardround.web.access import register_or_404, viewer
from wardround.work import authority
from wardround.work.authority import Viewer

router = Router(tags=["entries"])
Form = dict[str, Any]


class Page(Schema):
    """A hundred rows of a list; `total` is how many there are in all."""

    rows: list[Form]
    page: int
    total: int


class Patient(Schema):
    """Whom an entry is about: a record number, and the name of somebody who is new."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(max_length=64)
    name: str = Field(default="", max_length=64)
    phone: str = Field(default="", max_length=64)


class NewEntry(Schema):
    """What somebody wants to record.

    `id` (a UUID of the sender's) makes a resend harmless; `about` moves the case or signs the
    document of that id; `supersedes`, with a `reason`, corrects or (`void`) voids an entry. The
    department is one's own unless it is named; the time is now unless it is given. `patient`
    names whom it is about where no `subject` is known yet.
    """

    model_config = ConfigDict(extra="forbid")

    into: str = Field(alias="register")
    values: Form = Field(default_factory=dict)
    department: str | None = None
    subject: str | None = Field(default=None, max_length=64)
    occurred_at: datetime | None = None
    id: UUID | None = None
    about: UUID | None = None
    supersedes: UUID | None = None
    void: bool = False
    reason: str = Field(default="", max_length=2000)
    anonymous: bool = False
    patient: Patient | None = None


class Opened(Schema):
    """A case that opened because of an entry."""

    id: UUID
    kind: str = Field(alias="register")


class Kept(Schema):
    """What was kept, and the cases that opened because of it. `hash` is its place in the chain."""

    id: UUID
    hash: str
    recorded_at: datetime
    opened: list[Opened]


class Filter(Schema):
    """Which entries of a register; `until` is not included, pages count from 1."""

    department: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    page: PositiveInt = 1


@router.get("/registers", response={200: list[Form], **ERRORS})
def registers(request: HttpRequest) -> list[Form]:
    """Every register that exists for the person."""
    at_hand, who = house(), viewer(request)
    return [
        shapes.register_line(r, bool(places.kept(at_hand, who, r)))
        for r in at_hand.catalogue.registers.values()
        if not r.feed and r.key not in BUILT_IN and places.seen(at_hand, who, r)
    ]


@router.get("/registers/{key}", response={200: Form, **ERRORS})
def register(request: HttpRequest, key: str) -> Form:
    """One register's declaration: fields, limits, choices, items."""
    at_hand, found, who = places.open_register(request, key)
    return shapes.register_whole(found, bool(places.kept(at_hand, who, found)))


@router.get("/registers/{key}/patient", response={200: Form, **ERRORS})
def patient(request: HttpRequest, key: str, number: str) -> Form:
    """The id of the patient with this record number, and a hint of the name; it is logged."""
    at_hand, register, who = places.open_register(request, key)
    subject = vault.find(number)
    if not patients.asks(register) or not places.kept(at_hand, who, register) or not subject:
        raise Http404
    vault.looked(who.key, subject, register.key, at_hand.now(), "find")
    known = vault.person(subject)
    return {"subject": subject, "name": known.hinted() if known else ""}


@router.get("/registers/{key}/entries", response={200: Page, **ERRORS})
def entries(request: HttpRequest, key: str, asked: Query[Filter]) -> Form:
    """The entries in force within reach, newest first; personal fields masked."""
    at_hand, register, who = places.open_register(request, key)
    found = current().filter(register=key, about=None).order_by("-occurred_at", "-seq")
    allowed = authority.reach(who, register)
    found = found.filter(due.within(allowed))
    if asked.department:
        if allowed.departments is not None and asked.department not in allowed.departments:
            raise Http404
        found = found.filter(department=asked.department)
    if asked.subject:
        found = found.filter(subject=asked.subject)
    if since := shapes.moment(at_hand, asked.since, "since"):
        found = found.filter(occurred_at__gte=since)
    if until := shapes.moment(at_hand, asked.until, "until"):
        found = found.filter(occurred_at__lt=until)
    return shapes.page(found, asked.page, lambda e: shapes.entry_form(at_hand, e))


@router.post("/entries", response={200: Kept, 201: Kept, **ERRORS}, by_alias=True)
def record(request: HttpRequest, new: NewEntry) -> Status[Receipt | Form]:
    """Record one thing: 201, or 200 if this id was recorded before; 422 says why not."""
    receipt = keep(house(), viewer(request), new)
    kept = receipt.entry
    told = {
        "id": kept.pk, "hash": kept.hash, "recorded_at": house().local(kept.recorded_at),
        "opened": [{"id": e.pk, "register": e.register} for e in receipt.opened],
    }  # fmt: skip
    return Status(200 if receipt.repeated else 201, told)


def keep(at_hand: House, who: Viewer, new: NewEntry) -> Receipt:
    """Hand what is proposed to the ledger; a register out of reach is not there."""
    _, register = register_or_404(new.into)
    fresh = not (new.about or new.supersedes)
    if register.feed or register.key in BUILT_IN:
        raise Http404
    if fresh and not places.seen(at_hand, who, register):
        raise Http404
    return ledger.append(at_hand, Proposal(
        register.key, new.values,
        (new.department or who.person.department) if fresh else None, new.subject,
        shapes.moment(at_hand, new.occurred_at, "occurred_at"), _id(new.id),
        about=_id(new.about), supersedes=_id(new.supersedes),
        void=new.void, reason=new.reason, anonymous=new.anonymous,
        patient=new.patient.dict() if new.patient else None,
    ), who)  # fmt: skip


def _id(key: UUID | None) -> str | None:
    return str(key) if key else None


@router.get("/entries/{uuid:key}", response={200: Form, **ERRORS})
def entry(request: HttpRequest, key: UUID, personal: bool = False) -> Form:
    """One entry in its latest version. `personal=true` reads personal fields in clear, for those
    who may, and the reading is logged."""
    at_hand, who = house(), viewer(request)
    asked = Entry.objects.filter(pk=key).first()
    if asked is None:
        raise Http404
    found = Entry.objects.filter(root=asked.root).latest("seq")
    register = at_hand.catalogue.registers[found.register]
    _seen_or_404(at_hand, who, register, found)
    values = None
    if personal and authority.may_unmask(who, register, found.department):
        values = vault.unseal(register, found, who.key, at_hand.now())
    return shapes.entry_form(at_hand, found, values)


def _seen_or_404(at_hand: House, who: Viewer, register: Register, found: Entry) -> None:
    """A case and its steps exist for whoever sees the case."""
    if authority.may_see(who, register, found.department, found.subject):
        return
    case = found.about or found.root
    if not due.visible_cases(at_hand, who).filter(pk=case).exists():
        raise Http404


@router.get("/cases", response={200: Page, **ERRORS})
def cases(
    request: HttpRequest, open: bool | None = None,
    kind: Annotated[str | None, Query(alias="register")] = None,
    department: str | None = None, page: PositiveInt = 1,
) -> Form:  # fmt: skip
    """The cases within reach, the newest first; `open` asks for those not closed, or closed."""
    at_hand, who = house(), viewer(request)
    found = due.visible_cases(at_hand, who).order_by("-opened_at", "pk")
    if open is not None:
        found = found.filter(closed_at__isnull=open)
    if kind:
        found = found.filter(register=kind)
    if department:
        found = found.filter(department=department)
    return shapes.page(found, page, lambda c: shapes.case_form(at_hand, c))


@router.get("/cases/{uuid:key}", response={200: Form, **ERRORS})
def case(request: HttpRequest, key: UUID) -> Form:
    """One case, and the ids of the steps that moved it."""
    at_hand, who = house(), viewer(request)
    found = due.visible_cases(at_hand, who).filter(pk=key).first()
    if found is None:
        raise Http404
    steps = current().filter(about=key).order_by("seq")
    return shapes.case_form(at_hand, found) | {
        "steps": [shapes.entry_form(at_hand, step) for step in steps]
    }
