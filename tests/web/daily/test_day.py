"""A day in a browser: a vaccinator reads a warm fridge, an officer inspects a ward, both on a
phone, in both languages, with axe on every page they meet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web import chromium
from tests.web.chromium import PHONE, come_in, sound

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small hospital, served by a process of its own."""
    folder = tmp_path_factory.mktemp("hospital")
    with chromium.served(root, folder, "tests.web.daily.serve") as found:
        yield found


@pytest.fixture(scope="module")
def browser(chrome: str) -> Iterator[Browser]:
    with chromium.chromium(chrome) as found:
        yield found


WORDS = {
    "zh": {"duty": "疫苗冰箱测温", "save": "保存 9.1 °C 并上报", "case": "冷链温度异常：9.1 °C",
           "notice": "已收到通知", "received": "已记：通知"},
    "en": {"duty": "Read the vaccine fridges", "save": "Save 9.1 °C and report",
           "case": "Cold-chain excursion: 9.1 °C", "notice": "Notice received",
           "received": "Recorded: notified"},
}  # fmt: skip


@pytest.mark.parametrize(("lang", "fridge"), [("zh", "F1"), ("en", "F2")])
def test_a_warm_fridge_from_reading_to_notice(
    browser: Browser, address: str, lang: str, fridge: str
) -> None:
    words, page = WORDS[lang], come_in(browser, address, "wang_fang", lang, PHONE)
    sound(page)
    due = page.locator("li.is-due, li.is-near").filter(has_text=words["duty"])
    due.filter(has_text=fridge).locator("a").click()
    sound(page)

    page.fill("#id_temperature", "9.1")
    sound(page)
    page.get_by_role("button", name=words["save"]).click()
    sound(page)
    assert page.locator("#id_temperature").input_value() == "9.1"

    page.fill("#id_action", "移至另一台")
    page.get_by_role("button", name=words["save"]).click()
    sound(page)
    clock = page.locator("[data-clock]").filter(has_text=fridge)
    assert clock.get_by_role("timer").is_visible()
    clock.get_by_role("link", name=words["case"]).click()
    sound(page)

    page.get_by_role("button", name=words["notice"]).click()
    assert page.get_by_text(words["received"]).is_visible()
    sound(page)
    for path in ("/registers/", "/registers/cold_chain", "/cases/", "/me/"):
        page.goto(address + path)
        sound(page)
    page.goto(f"{address}/registers/cold_chain")
    page.locator("tbody a").first.click()
    sound(page)
    page.context.close()


@pytest.mark.parametrize(("lang", "ward"), [("zh", "ward_2"), ("en", "ward_1")])
def test_an_infection_round_from_list_to_notice(
    browser: Browser, address: str, lang: str, ward: str
) -> None:
    page = come_in(browser, address, "liu_fang", lang, PHONE)
    page.goto(f"{address}/inspections/?checklist=infection_round")
    sound(page)
    page.locator(f'a[href$="/infection_round/{ward}"]').click()
    sound(page)

    page.check("#id_inspector", force=True)
    for item in page.locator("[data-item]").all():
        item.locator("input[value=yes]").check(force=True)
    assert page.locator("[data-score] b").inner_text() == "100.0"
    page.check('[name="items.waste"][value=no]', force=True)
    page.fill('[name="items.waste_finding"]', "利器盒装至五分之四")
    page.check('[name="items.waste_due"][value="3"]', force=True)
    assert page.locator("[data-score]").inner_text().split() == ["92.0", "92", "/", "100"]
    sound(page)

    page.locator("button[value=check]").click()
    sound(page)
    page.locator("button[value=save]").click()
    sound(page)
    page.locator('a[href$="/notices"]').click()
    sound(page)
    assert page.locator(".notice").count() == 1
    page.context.close()


def test_a_large_table_is_matched_imported_and_mended(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    """It takes longer than a person waits, so a page says how far it is."""
    page = come_in(browser, address, "zhou_min", "zh", PHONE)
    rows = [f"V{n},门诊号,内一科,2026-07-02 08:00:00,{'远' * 70}" for n in range(20_000)]
    rows += ["VX,义诊,内一科,2026-07-02 08:00:00,"]
    table = tmp_path / "七月.csv"
    table.write_text("visit_id,类型,病区,registered_at,备注\n" + "\n".join(rows), "utf-8")
    page.goto(f"{address}/data/upload?feed=visit")
    page.set_input_files("#id_file", table)
    page.locator(".action-bar .primary").click()
    sound(page)
    page.locator(".action-bar .primary").click()
    page.wait_for_url("**/data/deliveries/**")
    page.get_by_role("link", name="义诊").first.click()
    sound(page)
    page.locator(".put-right select").select_option("outpatient")
    page.locator(".put-right .button").click()
    page.wait_for_url("**/data/deliveries/**")
    for path in ("/data/", "/data/feeds/visit/"):
        page.goto(address + path)
        sound(page)
    assert page.get_by_text("七月.csv").count() == 2
