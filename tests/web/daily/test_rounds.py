"""An inspection: answered, looked over, kept; each failed item runs until it is re-checked."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wardround.store import ledger
from wardround.store.house import House
from wardround.store.ledger import Proposal, new_id
from wardround.store.models import Case, Entry

SignedIn = Callable[..., Client]
ROUND = "/inspections/infection_round/ward_2"


def answers(house: House, **changed: str) -> dict[str, str]:
    items = house.catalogue.registers["infection_round"].item
    given = {f"items.{key}": "yes" for key in items}
    return given | {"inspector": "monthly", "id": new_id()} | changed


WASTE = {"items.waste": "no", "items.waste_finding": "利器盒装至五分之四", "items.waste_due": "3"}


def test_a_round_names_the_departments_that_are_due(house: House, signed_in: SignedIn) -> None:
    page = signed_in("liu_fang").get("/inspections/?checklist=infection_round").content.decode()

    assert "该查的还有 3 处" in page and ROUND in page and "内一科" in page


def test_an_unanswered_item_is_named(house: House, signed_in: SignedIn) -> None:
    officer = signed_in("liu_fang")

    page = officer.post(ROUND, answers(house, **{"items.waste": "", "mode": "check"}))

    assert page.status_code == 422
    assert "还没有查" in page.content.decode() and 'href="#id_items.waste"' in page.content.decode()


def test_a_failed_item_without_a_finding_is_refused(house: House, signed_in: SignedIn) -> None:
    given = answers(house, **{"items.waste": "no", "mode": "save"})

    page = signed_in("liu_fang").post(ROUND, given)

    assert page.status_code == 422 and "请写明发现" in page.content.decode()
    assert not Entry.objects.exists()


def test_the_summary_comes_before_and_keeps_nothing(house: House, signed_in: SignedIn) -> None:
    photo = SimpleUploadedFile("盒.jpg", b"a picture", "image/jpeg")
    given = answers(house, **WASTE, mode="check") | {"items.waste_photo": photo}

    page = signed_in("liu_fang").post(ROUND, given).content.decode()

    assert "1 项不合格，保存并开启整改？" in page and "利器盒装至五分之四" in page
    assert "照片 1 张" in page and "护士长 陈静立即看到" in page
    assert not Entry.objects.exists()


def inspected(house: House, signed_in: SignedIn) -> Case:
    page = signed_in("liu_fang").post(ROUND, answers(house, **WASTE, mode="save"), follow=True)
    assert "开启整改 1 件" in page.content.decode() and "92.0 分" in page.content.decode()
    return Case.objects.get(register="rectification", department="ward_2")


def test_a_failed_item_opens_a_case_with_its_date(house: House, signed_in: SignedIn) -> None:
    case = inspected(house, signed_in)

    assert case.values["due"] == "2026-07-09" and case.values["source"] == "infection_round"
    for person in ("li_ting", "chen_jing", "liu_fang", "sun_min", "wu_jun"):
        assert signed_in(person).get(f"/cases/{case.pk}").status_code == 200, person
    for person in ("zhou_yan", "wang_fang", "zhao_gang"):
        assert signed_in(person).get(f"/cases/{case.pk}").status_code == 404, person


def test_the_register_of_cases_is_filtered_by_whose_they_are(
    house: House, signed_in: SignedIn
) -> None:
    inspected(house, signed_in)
    signed_in("liu_fang").post(ROUND, answers(house, **WASTE, mode="save"))
    case = Case.objects.get(register="accountability")

    url = f"/registers/accountability?department={case.department}"
    page = signed_in("wu_jun").get(url).content.decode()
    assert f'<option value="{case.department}" selected>' in page
    assert f"/entries/{case.pk}" in page


def test_a_corrected_inspection_takes_its_case_with_it(house: House, signed_in: SignedIn) -> None:
    case, officer = inspected(house, signed_in), signed_in("liu_fang")
    round_ = Entry.objects.get(register="infection_round")
    url = f"/inspections/results/{round_.root}/correct"
    page = officer.get(url).content.decode()
    assert "利器盒装至五分之四" in page and "更正原因" in page
    assert signed_in("chen_jing").get(url).status_code in (404, 422)

    right = answers(house, **{"items.waste": "yes"})
    assert "更正后 0 项不合格" in officer.post(url, right | {"mode": "check"}).content.decode()
    unsaid = officer.post(url, right | {"mode": "save"})
    assert unsaid.status_code == 422 and "请写明更正原因" in unsaid.content.decode()
    officer.post(url, right | {"mode": "save", "reason": "查的是别的科"})

    case.refresh_from_db()
    assert case.closed_at is not None
    page = signed_in("chen_jing").get(f"/cases/{case.pk}").content.decode()
    assert "撤回" in page and "查的是别的科" in page


def test_the_case_goes_from_notice_to_re_check(house: House, signed_in: SignedIn) -> None:
    case = inspected(house, signed_in)
    url, ward, officer = f"/cases/{case.pk}", signed_in("chen_jing"), signed_in("liu_fang")
    assert str(case.pk) in ward.get("/").content.decode()
    assert "已收到通知" in ward.get(url).content.decode()

    ward.post(url, {"step": "notified", "id": new_id()})
    ward.post(url, {"step": "rectified", "note": "已更换", "id": new_id()})
    assert "现在该院感科办" in ward.get(url).content.decode()
    refused = ward.post(url, {"step": "rechecked", "passed": "yes", "id": new_id()})
    assert refused.status_code == 422
    unsaid = officer.post(url, {"step": "rechecked", "id": new_id()})
    assert unsaid.status_code == 422 and "请写明复查是否合格" in unsaid.content.decode()

    officer.post(url, {"step": "rechecked", "passed": "yes", "id": new_id()})
    page = officer.get(url).content.decode()
    assert "复查合格" in page and "已更换" in page
    case.refresh_from_db()
    assert case.closed_at is not None


def test_a_step_asks_for_what_its_stage_declares(house: House, signed_in: SignedIn) -> None:
    fact = {"number": "1", "channel": "phone", "kind": "fee", "fact": "重复收费"}
    opened = ledger.append(house, Proposal("complaint", fact, "ward_2"), house.viewer("chen_jing"))
    url, ward = f"/cases/{opened.entry.root}", signed_in("chen_jing")
    ward.post(url, {"step": "notified", "id": new_id()})
    page = ward.get(url).content.decode()
    assert 'name="result"' in page and "答复" in page

    refused = ward.post(url, {"step": "rectified", "id": new_id()})
    assert refused.status_code == 422 and "请填写处理结果和答复" in refused.content.decode()
    ward.post(url, {"step": "rectified", "result": "退费48元", "id": new_id()})
    page = ward.get(url).content.decode()
    assert "处理结果和答复：退费48元" in page and 'name="verdict"' not in page
    assert "现在该监察科办" in page


def test_a_note_may_be_added_and_an_empty_one_is_refused(house: House, signed_in: SignedIn) -> None:
    url, ward = f"/cases/{inspected(house, signed_in).pk}", signed_in("chen_jing")

    assert ward.post(url, {"step": "note", "note": " "}).status_code == 422
    assert ward.post(url, {"step": "note", "note": "已订货"}).status_code == 302
    assert "已订货" in ward.get(url).content.decode()
    assert ward.post(url, {"step": "nonsense"}).status_code == 422


def test_the_same_failure_again_says_when_it_was_and_what_follows(
    house: House, signed_in: SignedIn
) -> None:
    inspected(house, signed_in)
    officer = signed_in("liu_fang")

    page = officer.get(ROUND).content.decode()
    assert "7月6日同项不合格" in page and "问责" in page

    officer.post(ROUND, answers(house, **WASTE | {"items.waste_finding": "又满了"}, mode="save"))
    assert Case.objects.filter(register="accountability", department="ward_2").count() == 1


def test_the_notice_is_printed_with_three_signatures(house: House, signed_in: SignedIn) -> None:
    case = inspected(house, signed_in)
    one = signed_in("liu_fang").get(f"/cases/{case.pk}/notice").content.decode()

    assert "整改通知书" in one and "利器盒装至五分之四" in one and "得 92.0 分" in one
    assert all(w in one for w in ("签发人", "科室签收", "复查人", "院感科（盖章）"))


def test_a_draft_comes_back(house: House, signed_in: SignedIn) -> None:
    officer = signed_in("liu_fang")
    kept = {"items.hands": "yes", "items.waste": "no", "items.waste_finding": "半满"}
    page = officer.post(ROUND, kept | {"mode": "draft"}, follow=True).content.decode()
    assert "草稿已存" in page

    again = officer.get(ROUND).content.decode()
    assert "半满" in again and "已查 2 / 12 项" in again


def test_who_is_inspected_does_not_inspect(house: House, signed_in: SignedIn) -> None:
    assert signed_in("li_ting").get(ROUND).status_code == 422
    assert signed_in("zhou_yan").get(ROUND).status_code == 404
    assert signed_in("liu_fang").get("/inspections/infection_round/nowhere").status_code == 404
