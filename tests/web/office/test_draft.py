"""Going through a draft: what was looked at and accepted is adopted, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.office.past import PLAN
from wardround.store import drafts, plans
from wardround.store.house import House
from wardround.store.models import DraftAct, DraftItem, PlanDocument

SignedIn = Callable[..., Client]
TWIN = """Yunling County People's Hospital: Work Plan 2026
1. What we want to reach
(1) Hand hygiene compliance of at least 80% (Infection control office).
(2) Vaccine fridges within range 100% of the time by the end of the year.
(3) Health talks are held regularly.
2. What supports it
(1) Every ward studies together every week.
(2) A quality committee is set up by the end of June; the hospital office sees to it.
"""


@pytest.fixture
def clerk(signed_in: SignedIn) -> Client:
    """The office's clerk, with the plan handed in in both languages."""
    client = signed_in("zhou_min")
    files = {"file": SimpleUploadedFile("plan.txt", PLAN.encode()),
             "twin": SimpleUploadedFile("plan.en.txt", TWIN.encode())}  # fmt: skip
    assert client.post("/plans/upload", files).headers["Location"].endswith("/draft/")
    return client


def kept() -> PlanDocument:
    return PlanDocument.objects.exclude(twin="").get()


def url(path: str = "") -> str:
    return f"/plans/{kept().digest[:12]}/draft/{path}"


def item(number: str) -> DraftItem:
    return DraftItem.objects.get(number=number)


def act(client: Client, number: str, name: str, **said: object) -> int:
    """The status that one act upon an item, as it now stands, is answered with."""
    one = DraftItem.objects.filter(number=number).first()
    version = said.pop("version", one.version if one else 0)
    asked = {"act": name, "number": number, "version": version, "section": "0", **said}
    return client.post(url("act"), asked).status_code


def page(client: Client, path: str = "") -> str:
    response = client.get(url(path))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_only_what_was_accepted_is_adopted_the_rest_stays_in_the_draft(
    house: House, clerk: Client
) -> None:
    assert act(clerk, "1", "adopt") == 422
    assert act(clerk, "1", "accept") == 302 and act(clerk, "2", "drop") == 302
    assert act(clerk, "1", "adopt") == 302

    assert [i.number for i in plans.items(house)] == ["1"]
    assert [i.decision for i in drafts.items(kept())] == ["adopted", "dropped", "", "", ""]
    assert "接着核对 3 条" in clerk.get(f"/plans/{kept().digest[:12]}/").content.decode()
    assert act(clerk, "1", "change", owners="质控科") == 422


def test_a_section_is_accepted_as_it_was_shown(clerk: Client, signed_in: SignedIn) -> None:
    """What another person changes in the meantime is not accepted unseen."""
    shown = re.findall(r'name="shown" value="([^"]+)"', page(clerk, "?section=0"))
    assert [s.split(":")[0] for s in shown] == ["1", "2", "3"]

    assert act(signed_in("wu_jun"), "2", "answer", gap="owner", value="质控科") == 302
    assert clerk.post(url("act"), {"act": "accept_section", "shown": shown}).status_code == 422
    assert {i.decision for i in DraftItem.objects.all()} == {""}
    shown = re.findall(r'name="shown" value="([^"]+)"', page(clerk, "?section=0"))
    assert clerk.post(url("act"), {"act": "accept_section", "shown": shown}).status_code == 302
    assert [i.decision for i in drafts.items(kept())] == ["accepted"] * 3 + [""] * 2


def test_a_draft_survives_and_another_goes_on(clerk: Client, signed_in: SignedIn) -> None:
    act(clerk, "1", "accept")
    other = signed_in("wu_jun")

    assert "已确认 1" in page(other, "?section=0") and "周敏" in page(other)
    assert act(other, "1", "undo") == 302 and item("1").decision == ""
    assert [(a.act, a.who) for a in DraftAct.objects.order_by("pk")] == [
        ("accept", "zhou_min"), ("undo", "wu_jun"),
    ]  # fmt: skip


@pytest.mark.parametrize("gap, value, key, kept_as", [
    ("owner", "质控科", "owners", [{"department": "quality"}]),
    ("cadence", "每两周一次", "cadence", "FREQ=WEEKLY;INTERVAL=2"),
    ("cadence", "每季", "cadence", "FREQ=MONTHLY;INTERVAL=3"),
])  # fmt: skip
def test_a_gap_is_filled_in_words_and_asked_no_more(
    clerk: Client, gap: str, value: str, key: str, kept_as: object
) -> None:
    assert gap in item("3").values["asks"]
    assert act(clerk, "3", "answer", gap=gap, value=value) == 302

    assert item("3").values[key] == kept_as and gap not in item("3").values["asks"]


@pytest.mark.parametrize("gap, value, words", [
    ("owner", "不存在科", "没有这个科室"), ("cadence", "有空时", "不是频次"),
    ("owner", "", "请填写"),
])  # fmt: skip
def test_a_wrong_answer_is_told_and_what_was_typed_stays(
    clerk: Client, gap: str, value: str, words: str
) -> None:
    asked = {"act": "answer", "number": "3", "version": 1, "show": "gaps", "gap": gap,
             "value": value}  # fmt: skip
    response = clerk.post(url("act"), asked)

    assert response.status_code == 422 and words in response.content.decode()
    assert f'value="{value}"' in response.content.decode() and item("3").version == 1


def test_an_item_is_changed_in_one_form_all_faults_told_at_once(clerk: Client) -> None:
    said = {"owners": "质控科", "cadence": "", "deadline": "6月底", "kind": "objective",
            "target": ["85%以上"], "words": ["不低于80%"], "indicator": [""]}  # fmt: skip
    assert act(clerk, "1", "accept") == 302 and act(clerk, "1", "change", **said) == 302
    values = item("1").values
    assert values["owners"] == [{"department": "quality"}] and values["deadline"] == "6月底"
    assert values["targets"] == [{"words": "不低于80%", "target": ">= 85"}]
    assert values["asks"] == [] and item("1").decision == ""

    wrong = {**said, "owners": "无此科", "deadline": "改天", "number": "1", "act": "change",
             "version": item("1").version}  # fmt: skip
    shown = clerk.post(url("act"), wrong).content.decode()
    assert "没有这个科室" in shown and "不是日期" in shown
    assert 'value="无此科"' in shown and 'value="改天"' in shown


def test_an_opened_item_holds_what_it_says(clerk: Client) -> None:
    """Saving it unchanged changes nothing."""
    shown = page(clerk, "?section=0&item=2")

    assert f'name="deadline" value="{item("2").values["deadline"]}"' in shown
    assert 'value="&gt;= 100"' in shown or 'value="= 100"' in shown


def test_a_cadence_is_spelt_in_the_form_and_stays_what_it_was(clerk: Client) -> None:
    assert act(clerk, "3", "answer", gap="cadence", value="每两周一次") == 302
    said = {"owners": "质控科", "cadence": "每 2 周", "deadline": "", "kind": "measure"}

    assert 'name="cadence" value="每 2 周"' in page(clerk, "?section=0&item=3")
    assert act(clerk, "3", "change", **said) == 302
    assert item("3").values["cadence"] == "FREQ=WEEKLY;INTERVAL=2"


def test_an_item_is_split_and_merged_again(clerk: Client) -> None:
    text = item("5").values["text"]
    offered = re.findall(r'name="cut" value="(\d+)"', page(clerk, "?section=1&item=5&how=split"))
    assert act(clerk, "5", "split", cut=offered[0]) == 302
    first, second = item("5.1").values, item("5.2").values
    assert first["text"] + second["text"] == text and second["end"] == first["start"] + len(text)
    assert second["owners"] == [{"department": "office"}] and first["owners"] == second["owners"]

    assert act(clerk, "5.1", "merge") == 302
    assert item("5.1").values["text"] == text and not DraftItem.objects.filter(number="5.2")
    assert act(clerk, "5.1", "split", cut="1") == 422 and act(clerk, "5.1", "merge") == 422


def test_an_opened_item_tells_what_it_may_mean_and_why(clerk: Client) -> None:
    shown = page(clerk, "?section=0&item=2")

    assert "可能是指" in shown and "疫苗冷链" in shown and "都提到" in shown


def test_each_language_shows_its_own_sentence_the_other_a_click_away(
    house: House, clerk: Client, signed_in: SignedIn
) -> None:
    shown = page(signed_in("zhou_min", "en"), "?section=0")
    assert "Vaccine fridges within range" in shown and "The Chinese sentence" in shown
    assert "1. What we want to reach" in shown and "source=zh" in shown
    for number in ("1", "2"):
        act(clerk, number, "accept")
    act(clerk, "1", "adopt")

    first = plans.items(house)[0]
    assert first.said("en").startswith("(1) Hand hygiene") and "手卫生" in first.said("zh")
    assert first.section("en") == "1. What we want to reach"
    plan = signed_in("zhou_min", "en").get(f"/plans/{kept().digest[:12]}/?item=1").content.decode()
    assert "(1) Hand hygiene compliance" in plan and first.said("zh") in plan


@pytest.mark.parametrize("person", ["li_ting", "chen_jing", "liu_fang", "feng_shen", "qian_yi"])
def test_others_do_not_go_through_it(clerk: Client, signed_in: SignedIn, person: str) -> None:
    other = signed_in(person)

    assert other.get(url()).status_code == 422
    assert act(other, "1", "accept") == 422 and item("1").decision == ""


def test_last_years_plan_stands_beside_it(clerk: Client) -> None:
    last = PLAN.replace("2026", "2025").replace("80%", "75%").replace("3.定期开展健康教育。\n", "")
    clerk.post("/plans/upload", {"file": SimpleUploadedFile("2025.txt", last.encode())})
    found = clerk.get(f"/plans/{kept().digest[:12]}/changes/").content.decode()
    shown = re.sub(r"\s+", " ", found)

    assert "变了 1 条" in shown and "新增 1 条" in shown and "没变 3 条" in shown
    assert "≥ 75" in shown and "≥ 80" in shown
    only = clerk.get(f"/plans/{kept().digest[:12]}/changes/?show=new").content.decode()
    assert "健康教育" in only and "手卫生" not in only
