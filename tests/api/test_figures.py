"""Figures over the API and in FHIR: the same object, the same numbers, the rows behind them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

from django.test import Client
from openpyxl import load_workbook

from tests.api import r4
from tests.api.conftest import READING, post
from wardround.store import ledger
from wardround.store.models import Case, Entry

SignedIn = Callable[..., Client]


def test_a_figure_adds_up_to_its_rows(vaccinator: Client, reading: Entry) -> None:
    post(vaccinator, "/api/entries", READING | {"subject": "F2", "values": {"temperature": 4.5}})
    told = vaccinator.get(
        "/api/figures/fridge_ok", {"period": "2026-07", "department": "clinic", "rows": "true"}
    ).json()

    assert (told["numerator"], told["denominator"], told["value"]) == (1, 2, 50)
    assert told["verdict"] == "missed" and told["name"]["zh"] == "冷链温度合格率"
    assert sum(r["numerator"] for r in told["rows"]) == 1
    assert str(reading.pk) in {r["row_id"] for r in told["rows"]} and told["next"] is None


def test_a_figure_is_told_as_of_then(vaccinator: Client, reading: Entry) -> None:
    asked = {"period": "2026-07", "as_of": "2026-07-06T09:00:00"}
    told = vaccinator.get("/api/figures/fridge_ok", asked).json()

    assert told["value"] is None and told["why_none"]["zh"]
    assert told["as_of"] == "2026-07-06T09:00:00+08:00"


def test_an_unreadable_period_is_refused(vaccinator: Client) -> None:
    for asked in ("period=spring", "period=2031", "as_of=yesterday", "as_of=2031-01-01"):
        answer = vaccinator.get(f"/api/figures/fridge_ok?{asked}")
        assert answer.status_code == 422 and answer.json()["faults"], asked


def resource(client: Client, address: str, **asked: str) -> Any:
    answer = client.get(f"/api/fhir/{address}", asked)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/fhir+json"
    return answer.json()


def test_fhir_says_what_it_serves(vaccinator: Client) -> None:
    told = resource(vaccinator, "metadata")

    assert (told["resourceType"], told["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    served = {r["type"] for r in told["rest"][0]["resource"]}
    assert served == {"Measure", "MeasureReport", "Questionnaire", "QuestionnaireResponse"}


def test_an_indicator_is_a_measure(vaccinator: Client) -> None:
    told = resource(vaccinator, "Measure/fridge_ok")
    populations = {
        p["code"]["coding"][0]["code"]: p["criteria"]["expression"]
        for p in told["group"][0]["population"]
    }

    assert told["scoring"]["coding"][0]["code"] == "proportion"
    assert told["improvementNotation"]["coding"][0]["code"] == "increase"
    assert populations["numerator"] == "count_if(temperature between 2 and 8)"
    assert told["title"] == "冷链温度合格率"
    other = told["_title"]["extension"][0]["extension"][1]["valueString"]
    assert other == "Cold-chain readings in range"


def test_every_indicator_is_a_measure(vaccinator: Client) -> None:
    indicators = vaccinator.get("/api/indicators").json()
    assert len(indicators) > 100
    for indicator in indicators[::7]:
        assert resource(vaccinator, f"Measure/{indicator['key']}")["group"][0]["population"]


def test_a_figure_is_a_measure_report(vaccinator: Client, reading: Entry) -> None:
    found = resource(
        vaccinator, "MeasureReport", measure="Measure/fridge_ok", period="2026-07",
        subject="Organization/clinic",
    )  # fmt: skip
    report = found["entry"][0]["resource"]
    counts = {p["code"]["coding"][0]["code"]: p["count"] for p in report["group"][0]["population"]}

    assert (found["type"], found["total"]) == ("searchset", 1)
    assert counts == {"initial-population": 1, "denominator": 1, "numerator": 0}
    score = report["group"][0]["measureScore"]
    assert (score["value"], score["code"]) == (0, "%")
    assert report["period"] == {"start": "2026-07-01", "end": "2026-07-31"}
    assert report["subject"]["reference"] == "Location/clinic"


def test_a_hospitals_report_has_its_departments_as_strata(
    vaccinator: Client, reading: Entry
) -> None:
    found = resource(vaccinator, "MeasureReport", measure="fridge-ok", period="2026-07")
    group = found["entry"][0]["resource"]["group"][0]
    (stratum,) = group["stratifier"][0]["stratum"]

    assert stratum["value"]["coding"][0]["code"] == "clinic"
    assert [p["count"] for p in stratum["population"]] == [1, 1, 0]


def test_measures_are_searched_by_a_part_of_their_name(vaccinator: Client) -> None:
    everything = resource(vaccinator, "Measure")
    some = resource(vaccinator, "Measure", name="冷链")

    assert everything["total"] == len(vaccinator.get("/api/indicators").json())
    assert {"fridge-ok"} <= {e["resource"]["id"] for e in some["entry"]}
    assert 1 <= some["total"] < 10


def test_every_fhir_resource_keeps_the_form_of_r4(vaccinator: Client, reading: Entry) -> None:
    bundle = resource(vaccinator, "Measure")
    reports = [
        resource(vaccinator, "MeasureReport", measure=key, period="2026-07")
        for key in ("fridge_ok", "complaints", "wait_median", "top_ten_drugs", "fall_rate")
    ]
    faults = [f for one in (bundle, *reports) for f in r4.faults(one)]

    assert faults == []
    assert r4.faults({"resourceType": "Measure", "id": "a_b", "status": "new"}) == [
        "Measure.id: a_b", "Measure.status: new",
    ]  # fmt: skip


def test_the_scorecard_is_open(vaccinator: Client, reading: Entry) -> None:
    told = vaccinator.get("/api/figures", {"period": "2026-07"}).json()
    fridge = next(f for f in told if f["indicator"] == "fridge_ok")

    assert fridge["value"] == 0 and fridge["variation"] == "none"
    assert len(told) > 100 and not any(f["ranking"] for f in told)


def test_the_scorecard_is_a_file(vaccinator: Client, reading: Entry) -> None:
    asked = {"period": "2026-07", "department": "clinic"}
    table = vaccinator.get("/api/figures.csv", asked).content.decode("utf-8-sig")
    book = load_workbook(BytesIO(vaccinator.get("/api/figures.xlsx", asked).content)).active

    line = next(x for x in csv.reader(StringIO(table)) if x[-1] == "fridge_ok")
    assert (line[0], float(line[1]), line[4]) == ("冷链温度合格率", 0, "未达标")
    assert book and [c.value for c in book[2]][-1] == "代码"
    assert "fridge_ok" in {row[-1].value for row in book.iter_rows(min_row=3)}
    assert vaccinator.get("/api/figures.pdf", asked).status_code == 404


def test_a_control_chart_is_open(vaccinator: Client, reading: Entry) -> None:
    asked = {"period": "2026-06"}
    told = vaccinator.get("/api/figures/fridge_ok/series", asked).json()
    table = vaccinator.get("/api/figures/fridge_ok/series.csv", asked).content.decode("utf-8-sig")

    assert told["indicator"] == "fridge_ok" and told["why"]["en"] and told["points"] == []
    assert "日期,数值,下限,中心线,上限" in table
    assert vaccinator.get("/api/figures/fridge_ok/chart", asked).status_code == 404
    assert vaccinator.get("/api/figures/top_ten_drugs/series", asked).status_code == 404


def test_another_departments_figures_are_not_there(signed_in: SignedIn, reading: Entry) -> None:
    nurse, asked = signed_in("li_ting"), {"period": "2026-07", "department": "clinic"}
    for address in ("figures/fridge_ok/series", "figures/fridge_ok/series.csv"):
        assert nurse.get(f"/api/{address}", asked).status_code == 404, address


def test_the_description_names_every_open_format(vaccinator: Client) -> None:
    paths = vaccinator.get("/api/openapi.json").json()["paths"]
    assert {
        "/api/figures", "/api/figures.{kind}", "/api/figures/{key}", "/api/figures/{key}/series",
        "/api/figures/{key}/series.{kind}", "/api/figures/{key}/chart", "/api/fhir/Measure",
        "/api/fhir/Measure/{key}", "/api/fhir/Measure/{key}/$evaluate-measure",
        "/api/fhir/MeasureReport",
    } <= set(paths)  # fmt: skip


def test_a_figure_without_a_value_has_no_score(vaccinator: Client) -> None:
    report = resource(
        vaccinator, "Measure/fridge_ok/$evaluate-measure", periodStart="2026-07-01",
        periodEnd="2026-07-06",
    )  # fmt: skip
    score = report["group"][0]["measureScore"]

    assert "value" not in score and score["extension"][0]["valueCode"] == "unknown"


def test_every_register_is_a_questionnaire(signed_in: SignedIn, vaccinator: Client) -> None:
    president = signed_in("wu_jun")
    for register in president.get("/api/registers").json():
        told = resource(president, f"Questionnaire/{register['key']}")
        links = list(_links(told["item"]))
        assert links and len(links) == len(set(links)), register["key"]


def _links(items: list[dict[str, Any]]) -> Any:
    for item in items:
        assert item["type"] and item["text"]
        yield item["linkId"]
        yield from _links(item.get("item", []))


def answered(temperature: float, action: str = "", **more: Any) -> dict[str, Any]:
    items = [{"linkId": "temperature", "answer": [{"valueDecimal": temperature}]}]
    if action:
        items.append({"linkId": "action", "answer": [{"valueString": action}]})  # type: ignore[list-item]
    return {
        "resourceType": "QuestionnaireResponse", "status": "completed",
        "questionnaire": "http://127.0.0.1:8000/api/fhir/Questionnaire/cold_chain",
        "subject": {"reference": "Device/F1"}, "authored": "2026-07-06T08:05:00+08:00",
        "item": items,
    } | more  # fmt: skip


def send(client: Client, body: Any) -> Any:
    return post(client, "/api/fhir/QuestionnaireResponse", body)


def test_an_answered_questionnaire_is_an_entry(vaccinator: Client) -> None:
    key = ledger.new_id()
    sent = answered(9.0, "移至 F2", identifier={"value": f"urn:uuid:{key}"})
    first, second = send(vaccinator, sent), send(vaccinator, sent)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first["Location"].endswith(f"/api/entries/{key}")
    kept = Entry.objects.get(pk=key)
    assert kept.values == {"temperature": 9.0, "action": "移至 F2"}
    assert (kept.department, kept.subject) == ("clinic", "F1")
    assert kept.occurred_at.isoformat() == "2026-07-06T00:05:00+00:00"
    assert Case.objects.count() == 1


def test_a_refused_answer_is_an_outcome_that_names_the_field(vaccinator: Client) -> None:
    refused = send(vaccinator, answered(9.0))

    assert refused.status_code == 422
    issue = refused.json()["issue"][0]
    assert refused.json()["resourceType"] == "OperationOutcome"
    assert issue["expression"] == ["action"] and "高于上限" in issue["details"]["text"]


def test_what_is_no_answered_questionnaire_is_refused(vaccinator: Client) -> None:
    broken: list[Any] = [
        {}, [], answered(4, status="in-progress"), answered(4, item=[{"answer": []}]),
        answered(4, item=[{"linkId": "temperature", "answer": "4"}]),
        answered(4, item=[{"linkId": "temperature", "answer": [{"a": 1}]}]),
        answered(4, item=[{"linkId": "x", "answer": [{"valueCoding": {}}]}]),
        answered(4, identifier={"value": "mine"}), answered(4, authored="soon"),
        answered(4, subject={"reference": "Device/F9"}),
    ]  # fmt: skip
    for body in broken:
        answer = send(vaccinator, body)
        assert answer.status_code == 422, (body, answer.content)
        assert answer.json()["issue"], body
    assert send(vaccinator, answered(4, questionnaire="Questionnaire/nothing")).status_code == 404
    assert Entry.objects.count() == 0


def test_a_checklist_is_answered_item_by_item(signed_in: SignedIn, vaccinator: Client) -> None:
    officer = signed_in("liu_fang")
    register = next(
        r for r in officer.get("/api/registers").json()
        if r["shape"] == "checklist" and r["may_record"] and r["owner"] == "infection_office"
    )  # fmt: skip
    form = resource(officer, f"Questionnaire/{register['key']}")
    asked = next(i for i in form["item"] if i["linkId"] == "items")["item"]
    failed = asked[0]["linkId"]

    def said(link: str) -> list[dict[str, Any]]:
        word = "no" if link == failed else "yes"
        found = [{"linkId": f"{link}.answer", "answer": [{"valueCoding": {"code": word}}]}]
        if word == "no":
            found.append({"linkId": f"{link}.finding", "answer": [{"valueString": "未关"}]})  # type: ignore[dict-item]
        return found

    others = [
        {"linkId": i["linkId"], "answer": [i.get("answerOption", [{"valueString": "x"}])[0]]}
        for i in form["item"] if i.get("required")
    ]  # fmt: skip
    answer = send(officer, {
        "resourceType": "QuestionnaireResponse", "status": "completed",
        "questionnaire": register["key"], "subject": {"reference": "Organization/ward_2"},
        "item": [*others, {"linkId": "items", "item": [
            {"linkId": i["linkId"], "item": said(i["linkId"])} for i in asked
        ]}],
    })  # fmt: skip

    assert answer.status_code == 201, answer.content.decode()
    kept = Entry.objects.filter(register=register["key"]).get()
    assert kept.values["items"][failed.removeprefix("items.")]["finding"] == "未关"
    assert Case.objects.get().department == "ward_2"
