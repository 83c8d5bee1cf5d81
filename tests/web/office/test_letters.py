"""Letters of responsibility: issued, signed by head and president, compared with what came."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from django.test import Client

from wardround.store import issuing, signing
from wardround.store.house import House
from wardround.store.models import Entry, PublishedReport

SignedIn = Callable[..., Client]
ASKED = "period=2026&department=ward_2"
LETTER = f"/reports/letter_of_responsibility/?{ASKED}"
ISSUE = f"/reports/letter_of_responsibility/issue?{ASKED}"
SUMMARY = "/reports/half_year_summary/issue?period=2026H1"


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return re.sub(r"\s+", " ", response.content.decode())


def put_up(signed_in: SignedIn, url: str = ISSUE) -> PublishedReport:
    """The Chinese file, issued by the office and laid before those who sign."""
    assert signed_in("zhou_min").post(url).status_code == 302
    return PublishedReport.objects.get(lang="zh")


def sign(client: Client, one: PublishedReport, key: str) -> int:
    return client.post(f"/reports/issued/{one.pk}/sign", {"step": key}).status_code


def test_a_letter_is_agreed_ahead_of_its_year_and_signed_in_any_order(
    house: House, signed_in: SignedIn
) -> None:
    one = put_up(signed_in)
    document = Entry.objects.get(register="responsibility_letter")

    assert document.department == "ward_2" and document.values["zh"] == one.digest
    assert document.values["kind"] == "targets" and document.values["targets"]
    assert sign(signed_in("wu_jun"), one, "president") == 302
    assert [s.by for s in signing.signatures(house, one)] == [None, "wu_jun"]
    assert sign(signed_in("chen_jing"), one, "head") == 302
    assert [s.by for s in signing.signatures(house, one)] == ["chen_jing", "wu_jun"]
    shown = page(signed_in("chen_jing"), LETTER)
    assert "签署这份文件" not in shown and "陈静" in shown and "吴军" in shown


@pytest.mark.parametrize("person, key", [
    ("li_ting", "head"), ("zhou_min", "president"), ("chen_jing", "president"),
    ("liu_fang", "head"), ("feng_shen", "president"),
])  # fmt: skip
def test_nobody_signs_for_another(house: House, signed_in: SignedIn, person: str, key: str) -> None:
    one = put_up(signed_in)

    assert sign(signed_in(person), one, key) in (404, 422)
    assert not any(s.by for s in signing.signatures(house, one))


def test_nobody_signs_twice_and_nothing_that_is_not_issued(
    house: House, signed_in: SignedIn
) -> None:
    one, head = put_up(signed_in), signed_in("chen_jing")

    assert "签署这份文件" in page(head, LETTER)
    assert sign(head, one, "head") == 302 and sign(head, one, "head") == 422
    assert head.post("/reports/issued/999/sign", {"step": "head"}).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_word_file_is_the_issued_one_with_the_names_in_it(
    house: House, signed_in: SignedIn, lang: str
) -> None:
    put_up(signed_in)
    one, head = PublishedReport.objects.get(lang=lang), signed_in("chen_jing")
    sign(head, one, "head")
    before = issuing.content(house, one)
    word = docx.Document(BytesIO(head.get(f"/reports/issued/{one.pk}/signed").content))
    original = docx.Document(BytesIO(before))

    assert hashlib.sha256(before).hexdigest() == one.digest
    assert [p.text for p in original.paragraphs] == [
        p.text for p in word.paragraphs[: len(original.paragraphs)]
    ]
    cells = [c.text for c in word.tables[-1].rows[1].cells]
    name = house.hospital.person["chen_jing"].name[lang]
    assert cells[0].startswith(name) and "2026" in cells[0]
    assert not cells[1].startswith(house.hospital.person["wu_jun"].name[lang])
    assert one.digest in "".join(p.text for p in word.paragraphs[-2:])


def test_any_issued_report_is_signed_by_those_it_declares(
    house: House, signed_in: SignedIn
) -> None:
    one, president = put_up(signed_in, SUMMARY), signed_in("wu_jun")

    assert [s.key for s in signing.signatures(house, one)] == [
        "hospital_office", "vice_president", "president",
    ]  # fmt: skip
    assert Entry.objects.get(register="half_year_summary_signed").values["zh"] == one.digest
    assert sign(signed_in("zhou_min"), one, "hospital_office") == 302
    assert sign(president, one, "president") == 302
    assert sign(signed_in("chen_jing"), one, "vice_president") == 422


def test_head_and_president_are_led_to_the_letter_that_waits_for_them(signed_in: SignedIn) -> None:
    put_up(signed_in)
    assert "内二科" in page(signed_in("zhou_min"), ISSUE), "it asks whose letter is issued"
    head, president = page(signed_in("chen_jing"), "/"), page(signed_in("wu_jun"), "/?all")

    assert "待签名：责任书" in head and LETTER.replace("&", "&amp;") in head and "2,026" not in head
    assert "签署目标管理责任书：内二科" in president and LETTER.replace("&", "&amp;") in president
    sign(signed_in("wu_jun"), PublishedReport.objects.get(lang="zh"), "president")
    assert "签署目标管理责任书" not in page(signed_in("wu_jun"), "/")


def test_the_outcome_sets_each_target_beside_what_was_reached(signed_in: SignedIn) -> None:
    url = f"/reports/letter_outcome/?{ASKED}"
    before = page(signed_in("chen_jing"), url)
    put_up(signed_in)
    after = page(signed_in("chen_jing"), url)

    assert "责任书还没有签发" in before and "责任书约定" in after
    assert "目标与实际" in after and "无数据" in after
    assert signed_in("liu_fang").get(url).status_code == 404


def test_the_years_letters_stand_in_one_list(signed_in: SignedIn) -> None:
    put_up(signed_in)
    office = page(signed_in("zhou_min"), "/reports/letters/?year=2026")

    assert "已签发 1" in office and "内二科" in office and "外一科" in office
    assert "外一科" not in page(signed_in("chen_jing"), "/reports/letters/?year=2026")
    assert "已签发 0" in page(signed_in("zhou_min"), "/reports/letters/?year=2025")
