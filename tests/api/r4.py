"""The form of FHIR R4's Measure, MeasureReport and Bundle, as far as this product writes them.

From hl7.org/fhir/R4: elements and their types, which must be there, which codes are allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

ID = r"[A-Za-z0-9\-.]{1,64}"
DAY = r"\d{4}(-\d\d(-\d\d)?)?"
MOMENT = DAY + r"(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"
WORDS = r"[\s\S]*\S[\s\S]*"
URI = r"\S+"
NUMBER = "number"

# Element → (type, how often): a pattern, "number", or the name of another form; "1" must be there,
# "*" is a list, "+" a list that is not empty.
Form = dict[str, tuple[str, str]]
ELEMENT: Form = {"extension": ("Extension", "*")}
FORMS: dict[str, Form] = {
    "Extension": {
        "url": (URI, "1"), "extension": ("Extension", "*"), "valueCode": (r"\S+( \S+)*", ""),
        "valueString": (WORDS, ""), "valueDecimal": (NUMBER, ""),
    },
    "Coding": {"system": (URI, ""), "code": (r"\S+( \S+)*", ""), "display": (WORDS, "")},
    "CodeableConcept": {"coding": ("Coding", "*"), "text": (WORDS, "")},
    "Reference": {"reference": (rf"[A-Z][A-Za-z]+/{ID}", ""), "display": (WORDS, "")},
    "Period": {"start": (MOMENT, ""), "end": (MOMENT, "")},
    "Expression": {"language": (r"\S+", "1"), "expression": (WORDS, "")},
    "Quantity": {
        "value": (NUMBER, ""), "unit": (WORDS, ""), "system": (URI, ""), "code": (r"\S+", ""),
    },
    "Measure.Population": {
        "code": ("CodeableConcept", ""), "criteria": ("Expression", "1"),
    },
    "Measure.Stratifier": {"code": ("CodeableConcept", ""), "criteria": ("Expression", "")},
    "Measure.Group": {
        "population": ("Measure.Population", "*"), "stratifier": ("Measure.Stratifier", "*"),
    },
    "Measure": {
        "id": (ID, ""), "language": ("zh|en", ""), "url": (URI, ""), "version": (WORDS, ""),
        "name": (r"[A-Z][A-Za-z0-9_]{0,254}", ""), "title": (WORDS, ""),
        "status": ("draft|active|retired|unknown", "1"), "description": (WORDS, ""),
        "rationale": (WORDS, ""), "guidance": (WORDS, ""), "lastReviewDate": (DAY, ""),
        "effectivePeriod": ("Period", ""), "scoring": ("CodeableConcept", ""),
        "improvementNotation": ("CodeableConcept", ""), "group": ("Measure.Group", "*"),
    },
    "Report.Population": {"code": ("CodeableConcept", ""), "count": (NUMBER, "")},
    "Report.Stratum": {
        "value": ("CodeableConcept", ""), "population": ("Report.Population", "*"),
        "measureScore": ("Quantity", ""),
    },
    "Report.Stratifier": {"code": ("CodeableConcept", "*"), "stratum": ("Report.Stratum", "*")},
    "Report.Group": {
        "population": ("Report.Population", "*"), "measureScore": ("Quantity", ""),
        "stratifier": ("Report.Stratifier", "*"),
    },
    "MeasureReport": {
        "id": (ID, ""), "language": ("zh|en", ""), "status": ("complete|pending|error", "1"),
        "type": ("individual|subject-list|summary|data-collection", "1"), "measure": (URI, "1"),
        "subject": ("Reference", ""), "date": (MOMENT, ""), "reporter": ("Reference", ""),
        "period": ("Period", "1"), "improvementNotation": ("CodeableConcept", ""),
        "group": ("Report.Group", "*"),
    },
    "Bundle.Search": {"mode": ("match|include|outcome", "")},
    "Bundle.Entry": {
        "fullUrl": (URI, ""), "resource": ("Resource", ""), "search": ("Bundle.Search", ""),
    },
    "Bundle": {"type": ("searchset", "1"), "total": (NUMBER, ""), "entry": ("Bundle.Entry", "*")},
}  # fmt: skip
SUBJECTS = "Patient|Practitioner|PractitionerRole|Location|Device|RelatedPerson|Group"
SCORINGS = {
    "proportion": {"initial-population", "denominator", "numerator"},
    "ratio": {"initial-population", "denominator", "numerator"},
    "cohort": {"initial-population"},
    "continuous-variable": {"measure-observation"},
}


def faults(resource: Any) -> list[str]:
    """Where a resource departs from R4, and how."""
    return [*_form(resource, resource.get("resourceType", "?"), resource.get("resourceType", "?"))]


def _form(value: Any, form: str, at: str) -> Iterator[str]:
    if form == "Resource":
        form = at = value.get("resourceType", "?")
    if form not in FORMS or not isinstance(value, dict):
        yield f"{at}: {value}"
        return
    if not value:
        yield f"{at}: empty"
    known = FORMS[form] | ELEMENT
    for word in value.keys() - known.keys() - {"resourceType"}:
        if not (word.startswith("_") and word[1:] in known):
            yield f"{at}.{word}: unknown"
    for word, (kind, often) in known.items():
        if word in value:
            yield from _element(value[word], kind, often, f"{at}.{word}")
        elif often in ("1", "+"):
            yield f"{at}.{word}: missing"
    yield from _ruled(value, form, at)


def _element(value: Any, kind: str, often: str, at: str) -> Iterator[str]:
    if often in ("*", "+"):
        if not isinstance(value, list) or not value:
            yield f"{at}: no list"
            return
        for one in value:
            yield from _element(one, kind, "", at)
    elif kind == NUMBER:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{at}: {value}"
    elif kind in FORMS or kind == "Resource":
        yield from _form(value, kind, at)
    elif not isinstance(value, str) or not re.fullmatch(kind, value):
        yield f"{at}: {value}"


def _ruled(value: dict[str, Any], form: str, at: str) -> Iterator[str]:
    """What goes beyond the form of single elements."""
    if form == "Measure" and "scoring" in value:
        wanted = SCORINGS[value["scoring"]["coding"][0]["code"]]
        for group in value["group"]:
            there = {p["code"]["coding"][0]["code"] for p in group["population"]}
            if there != wanted:
                yield f"{at}.group: {sorted(there)}"
    reference = value.get("subject", {}).get("reference", "Location/a")
    if form == "MeasureReport" and not re.match(rf"({SUBJECTS})/", reference):
        yield f"{at}.subject: {reference}"
    if form == "Extension" and ("extension" in value) == any(w.startswith("value") for w in value):
        yield f"{at}: value and extensions"
