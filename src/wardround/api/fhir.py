"""What the product holds as FHIR R4 resources, and an answered Questionnaire as an entry.

Plain dicts and nothing else: who may see what is settled before anything comes here. Words
stand in one language, with the other as the `translation` extension.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wardround.catalogue.model import Field, Indicator, Item, Register
from wardround.figure import Figure
from wardround.text import LANGS, Fault, Lang, Refused, Text, refuse
from wardround.work.record import ANSWERS

Resource = dict[str, Any]
_HL7 = "http://hl7.org/fhir/StructureDefinition"
_CODES = "http://terminology.hl7.org/CodeSystem"
_TYPES = {
    "integer": "integer", "decimal": "decimal", "text": "text", "choice": "choice",
    "multi": "choice", "flag": "boolean", "date": "date", "time": "time",
    "datetime": "dateTime", "person": "string", "department": "string", "subject": "string",
    "file": "attachment", "rows": "group",
}  # fmt: skip
_BETTER = {"up": "increase", "down": "decrease"}


def worded(element: str, words: Text, lang: Lang) -> Resource:
    """A text element in one language, with the other as a translation."""
    other = next(code for code in LANGS if code != lang)
    translation = {
        "url": f"{_HL7}/translation",
        "extension": [
            {"url": "lang", "valueCode": other},
            {"url": "content", "valueString": words[other]},
        ],
    }
    return {element: words[lang], f"_{element}": {"extension": [translation]}}


_EVALUATES = {
    "name": "evaluate-measure",
    "definition": "http://hl7.org/fhir/OperationDefinition/Measure-evaluate-measure",
}


def id_of(key: str) -> str:
    """A key as an id: FHIR ids have no underscore."""
    return key.replace("_", "-")


def key_of(known: Mapping[str, Any], name: str) -> str:
    """The key that an id stands for, written either way; the id itself if there is none."""
    return next((key for key in known if name in (key, id_of(key))), name)


def capability(base: str, hospital: Text, at: str, lang: Lang) -> Resource:
    """What this server does: it is read, and takes answered questionnaires."""

    def served(kind: str, *codes: str, params: Sequence[tuple[str, str]] = ()) -> Resource:
        found: Resource = {"type": kind, "interaction": [{"code": code} for code in codes]}
        if params:
            found["searchParam"] = [{"name": name, "type": type_} for name, type_ in params]
        return found

    searched = (("measure", "reference"), ("period", "string"), ("subject", "reference"))
    return {
        "resourceType": "CapabilityStatement", "status": "active", "date": at,
        "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"], "language": lang,
        "software": {"name": "Wardround"},
        "implementation": {"description": hospital[lang], "url": base},
        "rest": [{
            "mode": "server",
            "security": {"description": "HTTP Basic, or the session of the pages with its token"},
            "resource": [
                {**served("Measure", "read", "search-type"), "operation": [_EVALUATES]},
                served("MeasureReport", "search-type", params=searched),
                served("Questionnaire", "read"),
                served("QuestionnaireResponse", "create"),
            ],
        }],
    }  # fmt: skip


# -- indicators -------------------------------------------------------------------------------


def measure(
    indicator: Indicator, unit: Text, version: str, base: str, lang: Lang, why: Text | None = None
) -> Resource:
    """An indicator's definition; `why` stands in where it says none itself."""
    guidance = [Text(f"单位：{unit.zh}", f"Unit: {unit.en}")]
    if left := indicator.excludes:
        guidance.append(Text(f"不计：{left.zh}", f"Left out: {left.en}"))
    found = {
        "resourceType": "Measure", "id": id_of(indicator.key), "language": lang,
        "url": f"{base}/Measure/{id_of(indicator.key)}", "version": version, "status": "active",
        "name": _name(indicator.key), "effectivePeriod": {"start": version},
        **worded("title", indicator.name, lang),
        **worded("description", indicator.describe, lang),
        "scoring": _concept(f"{_CODES}/measure-scoring", scoring(indicator)),
        **worded("guidance", Text("；".join(t.zh for t in guidance),
                                  "; ".join(t.en for t in guidance)), lang),
        "group": [{"population": [
            {"code": _population(code), "criteria": {
                "language": "text/x-wardround-formula", "expression": formula,
            }}
            for code, formula in _formulas(indicator)
        ]}],
    }  # fmt: skip
    if why := indicator.why or why:
        found |= worded("rationale", why, lang)
    if indicator.reviewed:
        found["lastReviewDate"] = indicator.reviewed.isoformat()
    if not indicator.hospital_only and not indicator.ranking:
        found["group"][0]["stratifier"] = [{
            "code": {"text": _DEPARTMENT[lang]},
            "criteria": {"language": "text/x-wardround-formula", "expression": "department"},
        }]  # fmt: skip
    return found | _improvement(indicator.direction)


_DEPARTMENT = Text("科室", "Department")


def _name(key: str) -> str:
    """A name fit for a machine: `FridgeOk`."""
    return "".join(part[:1].upper() + part[1:] for part in key.replace("-", "_").split("_"))


def scoring(indicator: Indicator) -> str:
    """A share of a whole is a proportion, another quotient a ratio, what is counted a cohort."""
    if indicator.ranking or indicator.numerator.startswith(("median", "min", "max")):
        return "continuous-variable"
    if indicator.growth_of:
        return "ratio"
    if indicator.denominator is None:
        return "cohort"
    whole = indicator.unit in ("%", "‰") and indicator.denominator_register is None
    return "proportion" if whole else "ratio"


def _formulas(indicator: Indicator) -> Iterator[tuple[str, str]]:
    if indicator.ranking:
        yield "measure-observation", indicator.ranking.value
    elif indicator.growth_of:
        before = f"last_year({indicator.growth_of})"
        yield "initial-population", before
        yield "denominator", before
        yield "numerator", f"{indicator.growth_of} - {before}"
    elif indicator.denominator is None:
        observed = scoring(indicator) == "continuous-variable"
        yield "measure-observation" if observed else "initial-population", indicator.numerator
    else:
        yield "initial-population", indicator.denominator
        yield "denominator", indicator.denominator
        yield "numerator", indicator.numerator


def _improvement(direction: str) -> Resource:
    if direction not in _BETTER:
        return {}
    system = f"{_CODES}/measure-improvement-notation"
    return {"improvementNotation": _concept(system, _BETTER[direction])}


def _population(code: str) -> Resource:
    return _concept(f"{_CODES}/measure-population", code)


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def report(
    figure: Figure, indicator: Indicator, hospital: Text, base: str, lang: Lang,
    departments: Sequence[Figure] = (),
) -> Resource:  # fmt: skip
    """A figure as a summary MeasureReport, with its departments as strata; a figure without a
    value says so and has no score."""
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, base + figure.query))
    subject = {"display": figure.department_name[lang]}
    if figure.department:
        subject["reference"] = f"Location/{id_of(figure.department)}"
    group: Resource = {
        "population": _counts(figure, indicator),
        "measureScore": _score(figure, lang),
    }
    if departments:
        group["stratifier"] = [{
            "code": [{"text": _DEPARTMENT[lang]}],
            "stratum": [_stratum(one, indicator, lang) for one in departments],
        }]  # fmt: skip
    found = {
        "resourceType": "MeasureReport", "id": name, "language": lang,
        "status": "complete", "type": "summary",
        "measure": f"{base}/Measure/{id_of(figure.indicator)}|{figure.version}",
        "subject": subject, "reporter": {"display": hospital[lang]},
        "date": figure.as_of.isoformat(),
        "period": {
            "start": figure.period.start.isoformat(), "end": figure.period.last_day.isoformat()
        },
        "group": [group],
    }  # fmt: skip
    return found | _improvement(figure.direction)


def _stratum(figure: Figure, indicator: Indicator, lang: Lang) -> Resource:
    return {
        "value": {
            "coding": [{"code": figure.department}], "text": figure.department_name[lang]
        },
        "population": _counts(figure, indicator), "measureScore": _score(figure, lang),
    }  # fmt: skip


def _counts(figure: Figure, indicator: Indicator) -> list[Resource]:
    """Populations with their counts; a sum that is no whole number stands as an extension."""
    sums = {
        "numerator": figure.numerator, "denominator": figure.denominator,
        "initial-population": figure.denominator if indicator.ratio else figure.numerator,
    }  # fmt: skip
    found = []
    for code, _ in _formulas(indicator):
        population: Resource = {"code": _population(code)}
        count = sums.get(code)
        if count is not None and count == int(count):
            population["count"] = int(count)
        elif count is not None:
            population["extension"] = [{"url": "urn:wardround:sum", "valueDecimal": count}]
        found.append(population)
    return found


def _score(figure: Figure, lang: Lang) -> Resource:
    if figure.value is None:
        absent = {"url": f"{_HL7}/data-absent-reason", "valueCode": "unknown"}
        return {"extension": [absent]} | (
            {"unit": figure.why_none[lang]} if figure.why_none else {}
        )
    symbol = figure.unit.symbol
    code = {"system": "http://unitsofmeasure.org", "code": "%"} if symbol.en == "%" else {}
    return {"value": figure.value, "unit": symbol[lang], **code}


def bundle(resources: Sequence[Resource]) -> Resource:
    """What a search found: definitions at their own address, reports by their id alone."""
    return {
        "resourceType": "Bundle", "type": "searchset", "total": len(resources),
        "entry": [
            {"fullUrl": r.get("url") or f"urn:uuid:{r['id']}", "resource": r,
             "search": {"mode": "match"}}
            for r in resources
        ],
    }  # fmt: skip


# -- registers --------------------------------------------------------------------------------


def questionnaire(register: Register, version: str, base: str, lang: Lang) -> Resource:
    """A register's form: an item a field, `linkId` the field's key."""
    items = [_question(f, f.key, lang) for f in register.field.values()]
    if register.item:
        items.append({
            "linkId": "items", "type": "group", "text": Text("检查项目", "Items")[lang],
            "item": [_checked(i, lang) for i in register.item.values()],
        })  # fmt: skip
    return {
        "resourceType": "Questionnaire", "id": id_of(register.key), "language": lang,
        "url": f"{base}/Questionnaire/{id_of(register.key)}", "version": version,
        "name": _name(register.key), "status": "active",
        **worded("title", register.name, lang), "item": items,
    }  # fmt: skip


def _question(field: Field, link: str, lang: Lang) -> Resource:
    found: Resource = {
        "linkId": link, "type": _TYPES[field.type], **worded("text", field.name, lang),
        "required": field.required, "repeats": field.type in ("multi", "rows"),
    }  # fmt: skip
    if field.choices:
        found["answerOption"] = _options(field.choices, lang)
    if field.column:
        found["item"] = [_question(c, f"{link}.{c.key}", lang) for c in field.column.values()]
    extensions: list[Resource] = []
    if field.unit:
        extensions.append({
            "url": f"{_HL7}/questionnaire-unit", "valueCoding": {"display": field.unit}
        })  # fmt: skip
    if field.possible:
        value = "valueInteger" if field.type == "integer" else "valueDecimal"
        numbers = [int(n) if field.type == "integer" else n for n in field.possible]
        for word, number in zip(("minValue", "maxValue"), numbers, strict=True):
            extensions.append({"url": f"{_HL7}/{word}", value: number})
    return found | ({"extension": extensions} if extensions else {})


def _options(choices: Mapping[str, Text], lang: Lang) -> list[Resource]:
    return [
        {"valueCoding": {"code": key, **worded("display", name, lang)}}
        for key, name in choices.items()
    ]


def _checked(item: Item, lang: Lang) -> Resource:
    link = f"items.{item.key}"
    words = {
        "finding": ("text", Text("发现", "Finding")),
        "due": ("date", Text("整改期限", "To be put right by")),
    }
    return {
        "linkId": link, "type": "group", **worded("text", item.name, lang),
        "item": [
            {"linkId": f"{link}.answer", "type": "choice", "required": True,
             "text": Text("结果", "Result")[lang], "answerOption": _options(ANSWERS, lang)},
            *({"linkId": f"{link}.{key}", "type": kind, **worded("text", name, lang)}
              for key, (kind, name) in words.items()),
        ],
    }  # fmt: skip


def answers(items: Any, register: Register) -> dict[str, Any]:
    """The values of an answered questionnaire as an entry has them, item by item.

    What a value may be is the entry's own matter; here only the form is taken apart. Raises
    `Refused` for what is no list of items with a linkId.
    """
    values: dict[str, Any] = {}
    for link, item in _linked(items):
        field = register.field.get(link)
        if link == "items" and register.item:
            values["items"] = {
                key.removeprefix("items."): {
                    part.rpartition(".")[2]: _one(answer)
                    for part, answer in _linked(inner.get("item"))
                }
                for key, inner in _linked(item.get("item"))
            }
        elif field and field.type == "rows":
            row = {key.rpartition(".")[2]: _one(inner) for key, inner in _linked(item.get("item"))}
            values.setdefault(link, []).append(row)
        elif field and field.type == "multi":
            values[link] = _all(item)
        else:
            values[link] = _one(item)
    return values


def _linked(items: Any) -> Iterator[tuple[str, Resource]]:
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict) or not isinstance(item.get("linkId"), str):
            raise Refused(Fault(
                Text("每个 item 都要有 linkId。", "Every item needs its linkId."), field="item"
            ))  # fmt: skip
        yield item["linkId"], item


def _all(item: Resource) -> list[Any]:
    """The plain values of an item's answers; a coding is its code, a quantity its number."""
    found = []
    given = item.get("answer") or []
    for answer in given if isinstance(given, list) else [given]:
        told = answer if isinstance(answer, dict) else {}
        values = [v for k, v in told.items() if k.startswith("value")]
        if len(values) != 1:
            raise refuse("每个 answer 要有一个 value[x]。", "Every answer has one value[x].",
                         field=str(item.get("linkId")))  # fmt: skip
        value = values[0]
        if isinstance(value, dict):
            value = value.get("code", value.get("value", value.get("reference")))
        found.append(value)
    return found


def _one(item: Resource) -> Any:
    found = _all(item)
    return found[0] if found else None
