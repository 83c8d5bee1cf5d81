"""A plan is handed in, read, adopted; its gaps are filled by people and by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.office.past import PLAN
from wardround.store import plans
from wardround.store.house import House
from wardround.store.models import DraftItem, Entry, PlanDocument
from wardround.web.handed import document_of

SignedIn = Callable[..., Client]


def hand_in(client: Client, name: str = "plan.txt", content: bytes = PLAN.encode()) -> str:
    """The address to which handing a file in leads."""
    response = client.post("/plans/upload", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()[:400]
    return str(response.headers["Location"]).removesuffix("draft/")


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def adopted(client: Client) -> str:
    """The plan with every item accepted as it was read, and adopted."""
    url = hand_in(client)
    shown = [f"{one.number}:{one.version}" for one in DraftItem.objects.all()]
    for said in ({"act": "accept_section", "shown": shown}, {"act": "adopt"}):
        assert client.post(f"{url}draft/act", said).status_code == 302
    return url


def test_a_plan_is_read_and_its_sentences_marked_in_its_own_text(
    house: House, signed_in: SignedIn
) -> None:
    clerk = signed_in("zhou_min")
    shown = page(clerk, hand_in(clerk))

    assert "云岭县人民医院2026年工作计划" in shown
    assert 'class="item-mark' in shown and "手卫生依从率不低于80%" in shown
    assert "还没有采纳" in shown and "逐条核对" in shown
    assert plans.items(house) == []


def test_a_table_stands_as_a_table_and_its_row_as_a_sentence(
    house: House, signed_in: SignedIn
) -> None:
    plan = """云岭县人民医院2026年行动计划
| 任务 | 责任科室 | 完成时限 |
|---|---|---|
| 改造输液大厅 | 后勤科 | 9月底前 |
各科室每月自查一次。"""
    clerk = signed_in("zhou_min")
    shown = page(clerk, hand_in(clerk, content=plan.encode()) + "draft/")

    source = shown[shown.index("<table>") : shown.index("</table>")]
    assert source.startswith("<table><tr><td> 任务 </td><td> 责任科室 </td>")
    assert source.count("<tr>") == 2 and source.count("data-mark") == 3
    assert source.count("<sup>") == 1 and ">改造输液大厅</a>" in source
    assert "改造输液大厅 · 后勤科 · 9月底前" in shown
    assert "| 改造输液大厅" not in shown


def test_adopting_makes_items_and_questions(house: House, signed_in: SignedIn) -> None:
    clerk = signed_in("zhou_min")
    url = adopted(clerk)

    assert len(plans.items(house)) >= 4
    shown = page(clerk, url)
    assert "只问，不代填" in shown and "建议" in shown
    assert "读得对不对" not in shown and " checked" not in shown and 'selected=""' not in shown
    assert page(clerk, f"{url}?show=gaps") != shown


@pytest.mark.parametrize("gap, said", [
    ("owner", {"value": "quality"}), ("cadence", {"proposed": "FREQ=MONTHLY|"}),
])  # fmt: skip
def test_an_answer_corrects_the_item_and_the_question_goes(
    house: House, signed_in: SignedIn, gap: str, said: dict[str, str]
) -> None:
    clerk = signed_in("zhou_min")
    adopted(clerk)
    item = next(i for i in plans.items(house) if gap in i.asks)

    answered = clerk.post(f"/plans/items/{item.entry}/answer", {"gap": gap, **said})

    assert answered.status_code == 302
    now = next(i for i in plans.items(house) if i.number == item.number)
    assert gap not in now.asks and now.entry != item.entry
    assert Entry.objects.filter(pk=item.entry).exists()
    assert ("quality" in now.owners) or now.values.get("cadence") == "FREQ=MONTHLY"


@pytest.mark.parametrize("gap, value, words", [
    ("owner", "nowhere", "没有这个科室"), ("cadence", "sometimes", "不是频次"),
    ("owner", "", "请填写答案"),
])  # fmt: skip
def test_a_wrong_answer_is_told_in_words_and_changes_nothing(
    house: House, signed_in: SignedIn, gap: str, value: str, words: str
) -> None:
    clerk = signed_in("zhou_min")
    adopted(clerk)
    item = next(i for i in plans.items(house) if gap in i.asks)

    response = clerk.post(f"/plans/items/{item.entry}/answer", {"gap": gap, "value": value})

    assert response.status_code == 422 and words in response.content.decode()
    assert any(i.entry == item.entry for i in plans.items(house))


def test_an_item_that_nobody_looked_at_says_so_until_somebody_has(
    house: House, signed_in: SignedIn
) -> None:
    clerk = signed_in("zhou_min")
    url = hand_in(clerk)
    document = document_of(house, PlanDocument.objects.get())
    plans.adopt(house, document, house.viewer("zhou_min"), house.now())
    confirmed, *others, answered = sorted(plans.items(house), key=lambda i: "owner" in i.asks)

    assert "读得对不对" in page(clerk, url)
    clerk.post(f"/plans/items/{confirmed.entry}/answer", {"gap": plans.UNSEEN})
    clerk.post(f"/plans/items/{answered.entry}/answer", {"gap": "owner", "value": "quality"})

    now = {i.number: i.asks for i in plans.items(house)}
    assert plans.UNSEEN not in now[confirmed.number] + now[answered.number]
    assert all(plans.UNSEEN in now[i.number] for i in others)


def test_an_opened_item_shows_its_chain(house: House, signed_in: SignedIn) -> None:
    clerk = signed_in("zhou_min")
    url = adopted(clerk)
    item = next(i for i in plans.items(house) if "冷链" in i.values["text"])
    shown = page(clerk, f"{url}?item={item.number}")

    assert "由此生成的职责" in shown and "/figures/fridge_ok?period=2026-01" in shown
    assert "/reports/half_year_summary/#part-" in shown


def test_a_dropped_item_needs_a_reason_and_stays_in_the_ledger(
    house: House, signed_in: SignedIn
) -> None:
    clerk = signed_in("zhou_min")
    adopted(clerk)
    item = plans.items(house)[0]
    url = f"/plans/items/{item.entry}/drop"

    assert "作废第" in page(clerk, url)
    assert clerk.post(url, {"reason": ""}).status_code == 422
    assert clerk.post(url, {"reason": "并入第 2 条"}).status_code == 302
    assert item.entry not in [i.entry for i in plans.items(house)]
    assert Entry.objects.get(supersedes=item.entry).reason == "并入第 2 条"


@pytest.mark.parametrize("name, content, words", [
    ("plan.exe", b"MZ", "不能读取"), ("plan.docx", b"not a word file", "plan.docx"),
    ("empty.txt", b"", "空的"), ("scan.pdf", b"%PDF-1.4 broken", "scan.pdf"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_in_words(
    signed_in: SignedIn, name: str, content: bytes, words: str
) -> None:
    given = SimpleUploadedFile(name, content)
    response = signed_in("zhou_min").post("/plans/upload", {"file": given})

    assert response.status_code == 422 and words in response.content.decode()
    assert not PlanDocument.objects.exists()


@pytest.mark.parametrize("person", ["li_ting", "chen_jing", "liu_fang", "feng_shen", "qian_yi"])
def test_others_read_the_plan_and_change_nothing(
    house: House, signed_in: SignedIn, person: str
) -> None:
    url = adopted(signed_in("zhou_min"))
    item = next(i for i in plans.items(house) if i.asks)
    other = signed_in(person)
    shown = page(other, url)

    assert "填写" not in shown and "作废" not in shown
    for way, said in (("answer", {"gap": item.asks[0], "value": "x"}), ("drop", {"reason": "x"})):
        assert other.post(f"/plans/items/{item.entry}/{way}", said).status_code == 422
    assert other.post("/plans/upload").status_code == 422


def test_what_is_not_there_is_404(signed_in: SignedIn) -> None:
    clerk = signed_in("zhou_min")

    assert clerk.get("/plans/000000000000/").status_code == 404
    assert clerk.get("/plans/items/01990000-0000-7000-8000-000000000000/drop").status_code == 404
