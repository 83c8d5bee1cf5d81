"""A reading: kept as it is, refused only without what was done; what follows appears at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from wardround.store import ledger
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.ledger import Proposal, new_id
from wardround.store.models import Access, Case, DutyWindow, Entry

SignedIn = Callable[..., Client]
RECORD = "/registers/cold_chain/record"


def reading(client: Client, **values: str):
    form = {"id": new_id(), "subject": "F1", "temperature": "4.6"} | values
    return client.post(RECORD, form, follow=True)


def test_the_form_holds_no_reading_beforehand(house: House, signed_in: SignedIn) -> None:
    nurse = signed_in("wang_fang")
    reading(nurse)

    page = nurse.get(f"{RECORD}?subject=F1").content.decode()

    assert re.search(r'id="id_temperature"[^>]* value=""', page)
    assert "上次 4.6 °C" in page
    assert 'name="id"' in page


def test_a_normal_reading_is_kept_and_its_duty_done(house: House, signed_in: SignedIn) -> None:
    nurse = signed_in("wang_fang")
    window = DutyWindow.objects.get(
        duty="read_vaccine_fridges", subject="F1", opens__lt=house.now(), due__gt=house.now()
    )

    page = reading(nurse, window=str(window.pk)).content.decode()

    window.refresh_from_db()
    assert window.done == 1
    assert "已保存：冷藏温度记录 4.6 °C" in page and "<h1>今日</h1>" in page
    assert "今天已完成 1" in page


def test_nine_degrees_is_refused_without_action_and_keeps_what_was_typed(
    house: House, signed_in: SignedIn
) -> None:
    page = reading(signed_in("wang_fang"), temperature="9.0")
    said = page.content.decode()

    assert page.status_code == 422
    assert "9 °C，高于上限 8 °C。请填写已做的处置。" in said
    assert 'value="9.0"' in said
    assert not Entry.objects.exists()


def test_nine_degrees_in_english(house: House, signed_in: SignedIn) -> None:
    said = reading(signed_in("wang_fang", "en"), temperature="9.0").content.decode()

    assert "9 °C is above the limit of 8 °C. Action taken is required." in said


def test_nine_degrees_with_action_opens_a_case_that_both_sides_see(
    house: House, signed_in: SignedIn
) -> None:
    page = reading(signed_in("wang_fang"), temperature="9.0", action="移至 F2").content.decode()
    case = Case.objects.get(register="cold_chain_excursion", department="clinic", subject="F1")

    assert "已开启“冷链温度异常”" in page
    assert f'href="/cases/{case.pk}"' in page and 'role="timer"' in page
    assert f'href="/cases/{case.pk}"' in signed_in("he_ping").get("/").content.decode()
    office = signed_in("xu_lan").get("/").content.decode()
    assert f'href="/cases/{case.pk}"' in office and "本科盯着 1" in office
    assert f"/cases/{case.pk}" not in signed_in("li_ting").get("/").content.decode()


def test_the_form_says_beforehand_what_saving_will_do(house: House, signed_in: SignedIn) -> None:
    page = signed_in("wang_fang").get(f"{RECORD}?subject=F1").content.decode()

    assert "保存后会发生" in page and "开启“冷链温度异常”，计时开始" in page
    assert "15 分钟内须确认收到" in page and "公卫科" in page


def test_the_same_form_sent_twice_is_one_entry(house: House, signed_in: SignedIn) -> None:
    nurse, form = signed_in("wang_fang"), {"id": new_id()}

    first, second = reading(nurse, **form), reading(nurse, **form)

    assert (first.status_code, second.status_code) == (200, 200)
    assert Entry.objects.count() == 1


def test_the_same_form_sent_again_with_another_reading_is_not_lost(
    house: House, signed_in: SignedIn
) -> None:
    nurse, form = signed_in("wang_fang"), {"id": new_id()}
    reading(nurse, **form)

    again = reading(nurse, temperature="5.1", **form)

    assert again.status_code == 422
    assert "上一条已经保存（4.6 °C）" in again.content.decode()
    fresh = re.search(r'name="id" value="([^"]+)"', again.content.decode())
    assert fresh and fresh[1] != form["id"]


@pytest.mark.parametrize(
    "bad",
    [
        {"temperature": "热"}, {"temperature": "400"}, {"temperature": "1e999"}, {"subject": "F9"},
        {"subject": ""}, {"occurred_at": "昨天"}, {"occurred_at": "2030-01-01T08:00"},
        {"id": "not-an-id"}, {"defrosted": "maybe"}, {"window": "99999999"}, {"window": "x"},
    ],
)  # fmt: skip
def test_bad_input_is_answered_in_words(house: House, signed_in: SignedIn, bad: dict) -> None:
    page = reading(signed_in("wang_fang"), **bad)

    assert page.status_code in (200, 404, 422)
    assert page.status_code != 422 or "没有保存" in page.content.decode()


def test_a_comma_is_a_decimal_point(house: House, signed_in: SignedIn) -> None:
    reading(signed_in("wang_fang"), temperature="4,5")

    assert current().get().values["temperature"] == 4.5


def test_a_changed_time_is_kept_as_recorded_later(house: House, signed_in: SignedIn) -> None:
    nurse = signed_in("wang_fang")
    reading(nurse, occurred_at="2026-07-04T08:05")

    page = nurse.get("/registers/cold_chain?only=late").content.decode()
    assert "2026-07-04 08:05" in page and "补记" in page


# -- correcting -------------------------------------------------------------------------------


def kept(house: House) -> Entry:
    at = house.now() - timedelta(minutes=5)
    proposal = Proposal("cold_chain", {"temperature": 4.6}, "clinic", "F1", occurred_at=at)
    return ledger.append(house, proposal, house.viewer("wang_fang")).entry


def test_a_correction_asks_why_and_keeps_what_was(house: House, signed_in: SignedIn) -> None:
    entry, nurse = kept(house), signed_in("wang_fang")
    url = f"/registers/entries/{entry.root}"
    assert 'value="4.6"' in nurse.get(f"{url}/correct").content.decode()

    without = nurse.post(f"{url}/correct", {"temperature": "5.6", "id": new_id()})
    assert without.status_code == 422 and "请写明更正原因" in without.content.decode()

    page = nurse.post(
        f"{url}/correct", {"temperature": "5.6", "reason": "看错了", "id": new_id()}, follow=True
    ).content.decode()
    assert "温度由“4.6 °C”改为“5.6 °C”" in page
    assert "原记录保留" in page and "看错了" in page
    assert Entry.objects.count() == 2 and current().get().values["temperature"] == 5.6


def test_voiding_asks_why_and_the_entry_stays_readable(house: House, signed_in: SignedIn) -> None:
    entry, nurse = kept(house), signed_in("wang_fang")
    url = f"/registers/entries/{entry.root}"

    assert nurse.post(f"{url}/void", {"id": new_id()}).status_code == 422
    nurse.post(f"{url}/void", {"reason": "记错冰箱", "id": new_id()})

    page = nurse.get(url).content.decode()
    assert "已作废" in page and "记错冰箱" in page and "4.6 °C" in page
    assert not current().exists()


def test_only_those_may_correct_whose_it_is(house: House, signed_in: SignedIn) -> None:
    url = f"/registers/entries/{kept(house).root}"

    assert signed_in("he_ping").get(f"{url}/correct").status_code == 200
    assert signed_in("xu_lan").get(f"{url}/correct").status_code == 200
    assert signed_in("feng_shen").get(f"{url}/correct").status_code == 422
    assert signed_in("li_ting").get(f"{url}/correct").status_code == 404


# -- lists and files --------------------------------------------------------------------------


def test_a_register_is_exported_with_its_as_of_time(house: House, signed_in: SignedIn) -> None:
    kept(house)
    nurse = signed_in("wang_fang")

    text = nurse.get("/registers/cold_chain?as=csv").content.decode("utf-8-sig")
    sheet = nurse.get("/registers/cold_chain?as=xlsx")

    first, heads, row = text.splitlines()
    assert first.startswith("冷藏温度记录,截至,2026-07-06 09:4")
    assert heads.split(",")[3] == "温度" and ",4.6," in row
    assert sheet.content[:2] == b"PK"


def test_filters_stand_in_the_address(house: House, signed_in: SignedIn) -> None:
    nurse = signed_in("wang_fang")
    reading(nurse)
    reading(nurse, subject="F2", temperature="9.5", action="报修")

    def listed(query: str) -> int:
        return nurse.get(f"/registers/cold_chain?{query}").content.decode().count("/entries/")

    assert [listed(q) for q in ("", "subject=F1", "only=out", "period=2026-06")] == [2, 1, 1, 0]
    bad = nurse.get("/registers/cold_chain?period=someday")
    assert bad.status_code == 422 and "不是期间" in bad.content.decode()


def test_a_word_that_a_spreadsheet_would_run_is_made_plain(
    house: House, signed_in: SignedIn
) -> None:
    nurse = signed_in("wang_fang")
    reading(nurse, temperature="9.5", action="=1+1")

    assert ",'=1+1," in nurse.get("/registers/cold_chain?as=csv").content.decode()


def test_personal_fields_are_masked_and_reading_them_is_logged(
    house: House, signed_in: SignedIn
) -> None:
    values = {
        "card": "C1", "disease": "手足口病", "class": "c", "certainty": "clinical", "doctor": "甲",
        "diagnosed_at": "2026-07-06T08:00", "address": "张家村",
    }  # fmt: skip
    entry = ledger.append(
        house,
        Proposal(
            "infectious_case",
            values,
            "ward_2",
            patient={"number": "B1", "name": "张小宝", "phone": "13000000001"},
        ),
        house.viewer("li_ting"),
    ).entry
    url = f"/registers/entries/{entry.root}"

    assert "张小宝" in signed_in("li_ting").get(url).content.decode()
    assert Access.objects.filter(person="li_ting").exists()
    auditor = signed_in("feng_shen").get(url).content.decode()
    assert "张小宝" not in auditor and "＊＊＊" in auditor
    assert "张小宝" not in signed_in("li_ting").get("/registers/infectious_case").content.decode()
