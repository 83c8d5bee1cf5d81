"""A figure opens: value, equation, sentence, months, rows; each row only for whom it exists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from tests.web.daily.town import NOW
from wardround.store import ledger
from wardround.store.house import House
from wardround.store.ledger import Proposal
from wardround.store.measuring import measuring, refresh

SignedIn = Callable[..., Client]
FRIDGE = "/figures/fridge_ok?period=2026-06"


def text(client: Client, url: str, **more: str) -> str:
    response = client.get(url, headers=more or None)
    assert response.status_code == 200, (url, response.content[:300])
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_scorecard_counts_what_really_changed_and_what_misses_its_target(
    signed_in: SignedIn,
) -> None:
    page = text(signed_in("zhou_min"), "/indicators/?period=2026-06")

    assert "冷链温度合格率" in page and "6 / 10" in page
    assert re.search(r"真正变了 [1-9]", page) and re.search(r"未达标 [1-9]", page)
    assert 'class="table two-line"' in page


def test_a_segment_lists_only_its_own(signed_in: SignedIn) -> None:
    page = text(signed_in("zhou_min"), "/indicators/?period=2026-06&show=missed")

    assert "冷链温度合格率" in page
    assert "未达标</td>" in page and '<td class="p-off">达标' not in page


@pytest.mark.parametrize("kind, starts", [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_the_scorecard_goes_out_as_a_file(signed_in: SignedIn, kind: str, starts: bytes) -> None:
    response = signed_in("li_ting", "en").get(f"/indicators/?period=2026-06&format={kind}")

    assert response.content.startswith(starts)
    assert f".{kind}" in response.headers["Content-Disposition"]


def test_the_address_in_every_figure_opens_it(house: House, signed_in: SignedIn) -> None:
    refresh(house)
    figure = measuring(house).figure("fridge_ok")
    page = text(signed_in("he_ping"), figure.query)

    assert "冷链温度合格率" in page and f"{figure.as_of:%Y-%m-%d %H:%M}" in page


def test_a_figure_shows_equation_sentence_and_exact_question(signed_in: SignedIn) -> None:
    page = text(signed_in("he_ping"), FRIDGE)

    assert "60.0" in page and "6 / 10" in page
    assert "有恶化" in page
    assert "as denominator" in page and "BETWEEN 2.0e0 AND 8.0e0" in page
    assert 'href="/registers/entries/' in page


def test_a_figure_says_what_it_counts_why_and_by_which_chart(signed_in: SignedIn) -> None:
    page = text(signed_in("he_ping"), FRIDGE)

    for words in ("一次失温就可能废掉整箱疫苗", "没有测温的时段", "还没有复核过", "g 图",
                  "最近一例在 2026-06-04"):  # fmt: skip
        assert words in page, words


def test_the_chart_on_the_page_is_the_one_in_the_file(signed_in: SignedIn) -> None:
    client = signed_in("he_ping", "en")
    page = client.get(FRIDGE).content.decode()
    drawn = json.loads(unescape(re.findall(r'data-spec="([^"]*)"', page)[0]))
    spec = client.get("/figures/fridge_ok/chart.json?period=2026-06").json()
    picture = client.get("/figures/fridge_ok/chart.svg?period=2026-06")

    assert drawn["data"] == spec["data"] and drawn["width"] == "container"
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content
    assert client.get("/figures/fridge_ok/chart.gif?period=2026-06").status_code == 404
    assert client.get("/figures/top_ten_drugs/chart.svg").status_code == 404


def test_the_panel_is_a_part_of_the_page(signed_in: SignedIn) -> None:
    panel = text(signed_in("he_ping"), FRIDGE, **{"HX-Request": "true"})

    assert "<html" not in panel and "6 / 10" in panel and "/figures/fridge_ok/rows" in panel


def test_the_hospitals_figure_is_everybodys_but_not_its_rows(signed_in: SignedIn) -> None:
    """A ward nurse reads the rate; the readings are the clinic's."""
    page = text(signed_in("li_ting"), FRIDGE)
    rows = text(signed_in("li_ting"), "/figures/fridge_ok/rows?period=2026-06")

    assert "6 / 10" in page
    assert "/registers/entries/" not in page + rows
    assert "您看不到" in rows


@pytest.mark.parametrize(
    "person, status", [("he_ping", 200), ("xu_lan", 200), ("wu_jun", 200), ("li_ting", 404)]
)
def test_a_departments_figure_is_for_those_who_see_it(
    signed_in: SignedIn, person: str, status: int
) -> None:
    client = signed_in(person)

    assert client.get(f"{FRIDGE}&department=clinic").status_code == status
    assert client.get("/figures/fridge_ok/rows?department=clinic").status_code == status


def test_rows_of_a_feed_are_plain(signed_in: SignedIn) -> None:
    page = text(signed_in("wu_jun"), "/figures/staff_count/rows?period=2026-06")

    assert "内一科" in page and "/registers/entries/" not in page


@pytest.mark.parametrize("url, status", [
    ("/figures/no_such", 404), ("/figures/no_such/rows", 404),
    ("/figures/fridge_ok?department=nowhere", 404), ("/figures/fridge_ok/rows?from=x", 404),
    ("/figures/fridge_ok?period=someday", 422), ("/figures/fridge_ok?period=2031", 422),
    ("/figures/fridge_ok?as_of=then", 422), ("/figures/fridge_ok?as_of=2031-01-01T00:00", 422),
    ("/indicators/?period=2026-13", 422), ("/indicators/?format=doc", 404),
])  # fmt: skip
def test_wrong_words_are_answered_in_words(signed_in: SignedIn, url: str, status: int) -> None:
    response = signed_in("wu_jun").get(url)

    assert response.status_code == status
    assert "Traceback" not in response.content.decode()


def test_as_of_an_earlier_moment_shows_what_was_known_then(
    house: House, signed_in: SignedIn
) -> None:
    before = house.now()
    late = Proposal("cold_chain", {"temperature": 4.0}, "clinic", "F1", NOW - timedelta(days=20))
    ledger.append(house, late, house.viewer("wang_fang"), before + timedelta(minutes=1))
    client = signed_in("he_ping")

    then = text(client, f"{FRIDGE}&as_of={before.isoformat().replace('+', '%2B')}")
    assert "6 / 10" in then and "selected>2026-07" in then, "the moment is among the filters"
    assert "7 / 11" in text(client, FRIDGE)
