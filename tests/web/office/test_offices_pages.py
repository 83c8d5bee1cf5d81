"""Scores, departments, summaries, the catalogue, the president's page: who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client

from wardround.store import issuing
from wardround.store.house import House
from wardround.store.models import PublishedReport

SignedIn = Callable[..., Client]
EVERYBODY = ("li_ting", "chen_jing", "liu_fang", "zhou_min", "qian_yi", "wu_jun", "feng_shen")
FOR_ALL = ("/indicators/", "/scores/", "/plans/", "/reports/", "/systems/",
           "/systems/vaccine_cold_chain/", "/figures/fridge_ok")  # fmt: skip
DRAFT = "/reports/half_year_summary/?period=2026H1"


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_opens_what_is_for_all_in_both_languages(
    signed_in: SignedIn, person: str
) -> None:
    for lang in ("zh-hans", "en"):
        client = signed_in(person, lang)
        assert [u for u in FOR_ALL if client.get(u).status_code != 200] == []


@pytest.mark.parametrize("url", [*FOR_ALL, DRAFT, "/scores/departments/ward_1/", "/"])
def test_nobody_sees_a_page_without_signing_in(house: House, url: str) -> None:
    response = Client().get(url)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in?next=")


def test_an_act_after_the_sign_in_has_ended_leads_back_to_its_page(
    house: House, signed_in: SignedIn
) -> None:
    """In a part of a page that page asks for the sign-in; elsewhere one comes back to the act's
    address, which is no page; a form older than the sign-in is refused in words."""
    part = Client().post("/plans/upload", headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true" and part.content == b""
    assert signed_in("zhou_min").get("/plans/upload").headers["Location"] == "/plans/"
    old = Client(enforce_csrf_checks=True).post("/plans/upload")
    assert old.status_code == 403 and "这一页过期了" in old.content.decode()


@pytest.mark.parametrize("person, status", [
    ("chen_jing", 200), ("qian_yi", 200), ("sun_min", 200), ("zhou_yan", 404), ("he_ping", 404),
])  # fmt: skip
def test_a_department_is_for_its_people_and_those_above(
    signed_in: SignedIn, person: str, status: int
) -> None:
    client = signed_in(person)

    assert client.get("/scores/departments/ward_2/").status_code == status
    assert client.get("/scores/departments/nowhere/").status_code == 404


def test_a_ward_sees_its_own_score_only(signed_in: SignedIn) -> None:
    head, office = signed_in("chen_jing"), signed_in("sun_min")

    assert "外一科" not in re.sub("<nav.*?</nav>", "", page(head, "/scores/?period=2026-06"))
    assert head.get("/scores/?period=2026-06&department=ward_1").status_code == 404
    assert office.get("/scores/?scheme=nothing").status_code == 404
    assert office.get("/scores/?period=never").status_code == 422


@pytest.mark.parametrize("person, status", [
    ("zhou_min", 200), ("feng_shen", 200), ("li_ting", 404), ("qian_yi", 404),
])  # fmt: skip
def test_a_draft_holds_every_department_and_is_for_those_who_see_all(
    signed_in: SignedIn, person: str, status: int
) -> None:
    client = signed_in(person)

    assert ("/reports/half_year_summary/?" in page(client, "/reports/")) is (status == 200)
    if status == 404:
        assert client.get(DRAFT).status_code == 404


@pytest.mark.parametrize("lang, kind, starts", [("zh", "pdf", b"%PDF"), ("en", "docx", b"PK")])
def test_a_summary_stands_on_paper_with_every_figure_a_link(
    signed_in: SignedIn, lang: str, kind: str, starts: bytes
) -> None:
    clerk, url = signed_in("zhou_min"), f"{DRAFT}&lang={lang}"
    shown = page(clerk, url)

    assert f'<article class="document" lang="{"zh-Hans" if lang == "zh" else "en"}">' in shown
    assert 'href="/figures/fridge_ok?period=2026H1"' in shown
    assert "没有数据的" in shown
    assert clerk.get(f"{url}&format={kind}").content.startswith(starts)


def test_issuing_asks_then_freezes_and_cannot_be_done_twice(
    house: House, signed_in: SignedIn
) -> None:
    clerk, nurse = signed_in("zhou_min"), signed_in("li_ting")
    url = "/reports/half_year_summary/issue?period=2026H1"

    assert "现在签发" in page(clerk, url)
    assert clerk.post(url).status_code == 302
    kept = list(PublishedReport.objects.order_by("lang"))
    assert [k.lang for k in kept] == ["en", "zh"] and kept[0].head == kept[1].head
    assert kept[0].digest[:12] in page(nurse, "/reports/")
    file = nurse.get(f"/reports/issued/{kept[1].pk}").content
    assert "word/document.xml" in ZipFile(BytesIO(file)).namelist()
    assert clerk.post(url).status_code == 422
    (issuing.folder(house) / kept[1].file).write_bytes(b"touched")
    assert nurse.get(f"/reports/issued/{kept[1].pk}").status_code == 422


@pytest.mark.parametrize("person", ["feng_shen", "sun_min"])
def test_only_the_office_and_the_president_issue(signed_in: SignedIn, person: str) -> None:
    url = "/reports/half_year_summary/issue?period=2026H1"

    assert signed_in(person).post(url).status_code == 422
    assert not PublishedReport.objects.exists()


def test_a_period_that_runs_cannot_be_issued(signed_in: SignedIn) -> None:
    url = "/reports/half_year_summary/issue?period=2026H2"

    assert signed_in("wu_jun").post(url).status_code == 422


@pytest.mark.parametrize("url, status", [
    ("/reports/nothing/", 404), ("/reports/half_year_summary/?lang=fr", 404),
    ("/reports/half_year_summary/?period=soon", 422), ("/reports/issued/999", 404),
    ("/systems/nothing/", 404), ("/systems/?kind=nothing", 404),
])  # fmt: skip
def test_wrong_words_are_answered_in_words(signed_in: SignedIn, url: str, status: int) -> None:
    assert signed_in("wu_jun").get(url).status_code == status


def test_the_catalogue_says_source_duties_and_evidence(signed_in: SignedIn) -> None:
    client = signed_in("wang_fang")
    shown = page(client, "/systems/vaccine_cold_chain/")

    assert "疫苗储存和运输管理规范" in shown and "法规" in shown
    assert "疫苗冰箱测温" in shown and 'href="/registers/cold_chain' in shown
    assert "疫苗冷链" in page(client, "/systems/?q=冰箱")
    assert "没有找到" in page(client, "/systems/?q=zzzz")


def test_the_president_sees_what_to_decide_what_changed_and_who_is_late(
    signed_in: SignedIn,
) -> None:
    shown = page(signed_in("wu_jun"), "/")

    assert "吴军院长，今天有" in shown and "签发半年工作总结" in shown
    assert "冷链温度合格率" in shown and "/figures/fridge_ok?period=2026-06" in shown
    assert "逾期的，找谁" in shown and re.search('class="days">[1-9]', shown)


def test_a_leader_sees_only_what_is_in_their_charge(signed_in: SignedIn) -> None:
    shown = page(signed_in("qian_yi", "en"), "/")

    assert "Overdue, and whose" in shown and "Li Ting" not in shown
    assert "Read the vaccine fridges" not in shown
    assert "Issue the half-year" not in shown
