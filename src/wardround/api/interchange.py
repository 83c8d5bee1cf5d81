"""The addresses of FHIR R4: definitions and figures to read, answered questionnaires to send.

`fhir` makes the resources; here is who may have which. Refusals are OperationOutcomes.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict

from wardround.api import fhir
from wardround.api.entries import NewEntry, keep
from wardround.api.faults import ERRORS, resource
from wardround.api.figures import asked, indicator_or_404
from wardround.catalogue.model import Indicator, System
from wardround.figure import Figure
from wardround.indicator.values import Value
from wardround.period import Period
from wardround.store.house import House, house
from wardround.store.measuring import Measuring
from wardround.text import refuse
from wardround.web import asking, places
from wardround.web.access import viewer
from wardround.web.standing import may_see
from wardround.web.templatetags.words import current_lang
from wardround.work.authority import Viewer

BASE = f"{settings.ADDRESS}/api/fhir"
router = Router(tags=["FHIR R4"])
Resource = dict[str, Any]
_FOUND: dict[Any, Any] = {200: Resource, **ERRORS}


@router.get("/metadata", response=_FOUND)
def metadata(request: HttpRequest) -> HttpResponse:
    """The CapabilityStatement."""
    at_hand = house()
    begun = at_hand.begins.date().isoformat()
    return resource(fhir.capability(BASE, at_hand.hospital.name, begun, current_lang()))


@router.get("/Measure", response=_FOUND)
def measures(request: HttpRequest, name: str = "") -> HttpResponse:
    """Every indicator's definition, in a Bundle; `name` is a part of its key or title."""
    at_hand, words = house(), name.casefold()
    found = [_measure(at_hand, i) for i in at_hand.catalogue.indicators.values()]
    said = [m for m in found if words in f"{m['id']} {m['name']} {m['title']}".casefold()]
    return resource(fhir.bundle(said))


@router.get("/Measure/{key}", response=_FOUND)
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """An indicator's definition as a Measure."""
    return resource(_measure(house(), _indicator(key)))


def _indicator(name: str) -> Indicator:
    """The indicator of a key or of a Measure's id."""
    return indicator_or_404(fhir.key_of(house().catalogue.indicators, name))


def _measure(at_hand: House, indicator: Indicator) -> Resource:
    unit = at_hand.catalogue.units[indicator.unit].symbol
    system = _declares(at_hand, "indicator", indicator.key)
    version = (indicator.effective_from or system.effective_from).isoformat()
    return fhir.measure(indicator, unit, version, BASE, current_lang(), system.why)


def _declares(at_hand: House, kind: str, key: str) -> System:
    """The system that declares this key."""
    done = key.removesuffix("_done")
    if kind == "indicator" and done in at_hand.catalogue.duties:
        kind, key = "duty", done
    return at_hand.catalogue.system_of(kind, key)


@router.get("/MeasureReport", response=_FOUND)
def reports(
    request: HttpRequest, measure: str, period: str = "", subject: str = ""
) -> HttpResponse:
    """A figure as a summary MeasureReport, in a Bundle: `measure` is an indicator (its key or
    its canonical address), `subject` a department (`Location/KEY`), `period` as for figures."""
    indicator = _indicator(_last(measure.partition("|")[0]))
    figures, _, span = asked(request, indicator)
    found = _report(request, figures, indicator, span, subject)
    return resource(fhir.bundle([found]))


@router.get("/Measure/{key}/$evaluate-measure", response=_FOUND)
def evaluate(
    request: HttpRequest, key: str, periodStart: date, periodEnd: date, subject: str = ""
) -> HttpResponse:
    """The MeasureReport of one indicator from one day to another, both included."""
    indicator = _indicator(key)
    figures, _, _ = asked(request, indicator)
    span = asking.begun(Period.parse(f"{periodStart}..{periodEnd}"), figures.at)
    return resource(_report(request, figures, indicator, span, subject))


def _report(
    request: HttpRequest, figures: Measuring, indicator: Indicator, span: Period, subject: str
) -> Resource:
    at_hand, who = house(), viewer(request)
    asked_for = fhir.key_of(at_hand.hospital.department, _last(subject))
    place = asking.within_reach(at_hand, who, asked_for, [indicator])
    found: Figure = figures.figure(indicator.key, place, span)
    strata = () if place else _strata(figures, who, indicator, span)
    return fhir.report(found, indicator, at_hand.hospital.name, BASE, current_lang(), strata)


def _strata(
    figures: Measuring, who: Viewer, indicator: Indicator, span: Period
) -> Sequence[Figure]:
    """The departments' figures that the person may see, in the hospital's order."""
    if indicator.hospital_only or indicator.ranking:
        return ()
    catalogue, values = figures.house.catalogue, figures.engine.by_department(indicator, span)
    return [
        figures.engine.as_figure(
            indicator, key, span, values[key], Value(None), at=figures.at,
            target=figures.target(indicator, key, span), department_name=place.name,
        )
        for key, place in figures.house.hospital.department.items()
        if key in values and (values[key].denominator or values[key].value)
        and may_see(who, catalogue, indicator, key)
    ]  # fmt: skip


def _last(reference: str) -> str:
    """The id in a reference such as `Organization/ward_1`."""
    return reference.rpartition("/")[2]


@router.get("/Questionnaire/{key}", response=_FOUND)
def questionnaire(request: HttpRequest, key: str) -> HttpResponse:
    """A register's form as a Questionnaire."""
    key = fhir.key_of(house().catalogue.registers, key)
    at_hand, register, _ = places.open_register(request, key)
    version = _declares(at_hand, "register", key).effective_from.isoformat()
    return resource(fhir.questionnaire(register, version, BASE, current_lang()))


class Identifier(Schema):
    """An id given by the sender."""

    value: str | None = None


class Reference(Schema):
    """A pointer such as `Organization/ward_1` or `Device/F1`."""

    reference: str


class Answered(Schema):
    """An answered questionnaire.

    `subject` is the department (`Organization/KEY`) or the thing that the entry is about, whose
    department is then that of the thing; `authored` when it happened; `identifier` the entry's
    id, so that a resend is harmless.
    """

    model_config = ConfigDict(extra="allow")

    resourceType: str
    questionnaire: str
    status: str
    authored: datetime | None = None
    subject: Reference | None = None
    identifier: Identifier | None = None
    item: list[Resource] = []


@router.post("/QuestionnaireResponse", response={200: Resource, 201: Resource, **ERRORS})
def answered(request: HttpRequest, sent: Answered) -> HttpResponse:
    """Record an entry: 201, or 200 if this identifier was recorded before."""
    at_hand, who = house(), viewer(request)
    if sent.resourceType != "QuestionnaireResponse" or sent.status != "completed":
        raise refuse(
            "只收 status 为 completed 的 QuestionnaireResponse。",
            "Only a QuestionnaireResponse whose status is completed is taken.", field="status",
        )  # fmt: skip
    named = _last(sent.questionnaire.partition("|")[0])
    key = fhir.key_of(at_hand.catalogue.registers, named)
    at_hand, register, who = places.open_register(request, key)
    department, subject = _about(at_hand, sent.subject)
    receipt = keep(at_hand, who, NewEntry.model_validate({
        "register": key, "values": fhir.answers(sent.item, register), "department": department,
        "subject": subject, "occurred_at": sent.authored, "id": _identifier(sent.identifier),
    }))  # fmt: skip
    kept = {**sent.dict(exclude_none=True), "id": str(receipt.entry.pk)}
    response = resource(_plain(kept), 200 if receipt.repeated else 201)
    response["Location"] = f"{settings.ADDRESS}/api/entries/{receipt.entry.pk}"
    return response


def _about(at_hand: House, given: Reference | None) -> tuple[str | None, str | None]:
    """Department and subject that a reference names."""
    if given is None:
        return None, None
    kind, _, name = given.reference.rpartition("/")
    key = fhir.key_of(at_hand.hospital.department, name)
    if kind == "Organization" or key in at_hand.hospital.department:
        return key, None
    for things in at_hand.hospital.subject.values():
        if key in things:
            return things[key].department, key
    return None, key[:64]


def _identifier(given: Identifier | None) -> uuid.UUID | None:
    if given is None or not given.value:
        return None
    try:
        return uuid.UUID(given.value.removeprefix("urn:uuid:"))
    except ValueError as error:
        raise refuse("identifier 应是 UUID。", "The identifier should be a UUID.",
                     field="identifier") from error  # fmt: skip


def _plain(sent: Resource) -> Resource:
    """Times as text."""
    authored = sent.get("authored")
    return sent | ({"authored": authored.isoformat()} if authored else {})
