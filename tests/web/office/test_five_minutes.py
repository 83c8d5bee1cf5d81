"""In a browser: the president's five minutes, and the clerk's plan and summary; on a desktop
and on a phone, in both languages, with axe on every page they meet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web import chromium
from tests.web.chromium import DESK, PHONE, come_in, sound
from tests.web.office.past import PLAN

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The hospital with its past, served by a process of its own."""
    folder = tmp_path_factory.mktemp("hospital")
    with chromium.served(root, folder, "tests.web.office.serve") as found:
        yield found


@pytest.fixture(scope="module")
def browser(chrome: str) -> Iterator[Browser]:
    with chromium.chromium(chrome) as found:
        yield found


WORDS = {
    "zh": {"figure": "冷链温度合格率", "decide": "要您定的", "open": "打开总结", "close": "关上",
           "upload": "上传并读出条目", "issue": "签发",
           "fridge": "60.0"},
    "en": {"figure": "Cold-chain readings in range", "decide": "Decide", "open": "Open the summary",
           "close": "Close", "upload": "Hand in and read it", "issue": "Issue", "fridge": "60.0"},
}  # fmt: skip


@pytest.mark.parametrize("lang, screen", [("zh", DESK), ("en", PHONE)])
def test_the_presidents_five_minutes(
    browser: Browser, address: str, lang: str, screen: dict[str, int]
) -> None:
    """Decide, what changed, what it is made of, the scorecard, a department, the catalogue."""
    said = WORDS[lang]
    page = come_in(browser, address, "wu_jun", lang, screen)
    assert page.get_by_role("heading", name=said["decide"], exact=True).is_visible()
    sound(page)

    page.locator(f'a.figure[aria-label*="{said["figure"]}"]').click()
    if screen is DESK:
        page.locator("#panel.opened").wait_for()
        assert said["fridge"] in page.locator("#panel").inner_text()
        sound(page)
        page.keyboard.press("Escape")
        assert not page.locator("#panel.opened").count()
    page.goto(f"{address}/figures/fridge_ok?period=2026-06")
    assert "6 / 10" in page.locator("main").inner_text()
    page.locator(".control-chart svg path[aria-label]").first.wait_for()
    assert page.locator(".control-chart svg path[aria-label] title").count() >= 5
    sound(page)
    page.goto(f"{address}/figures/fridge_ok/rows?period=2026-06")
    sound(page)
    for path in ("indicators/", "scores/?period=2026-06", "scores/departments/ward_1/",
                 "systems/", "systems/vaccine_cold_chain/"):  # fmt: skip
        page.goto(f"{address}/{path}")
        sound(page)


def test_the_presidents_page_prints_on_one_sheet(browser: Browser, address: str) -> None:
    page = come_in(browser, address, "wu_jun", "zh", DESK)
    page.wait_for_load_state("networkidle")
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "20mm"))

    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") == 1


def settled(page: Page, words: str) -> None:
    """The page has taken an act in: its counts say so."""
    page.locator(".draft-top [role=status]").filter(has_text=words).wait_for()


def by_keyboard(page: Page) -> None:
    """Fill a gap, accept one item by its key, one by Tab and Enter, leave one out, the rest
    section by section; then adopt. The mouse is not touched."""
    key = page.keyboard.press
    page.goto(page.url + "?show=gaps")
    asked = page.locator(".draft-gaps > li").count()
    assert page.evaluate("document.activeElement.name") == "value"
    page.locator(".draft-gaps [list=departments]").first.focus()
    page.keyboard.type("质控科")
    key("Enter")
    page.locator(f"#gaps:has-text('{asked - 1}')").wait_for()
    assert page.evaluate("document.activeElement.name") == "value"
    sound(page)

    page.goto(page.url.split("?")[0] + "?section=0")
    assert page.locator(".item-mark.picked").inner_text().startswith("1.")
    key("a")
    settled(page, "已确认 1")
    assert page.evaluate("document.activeElement.id") == "i2"
    key("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "i1"
    key("ArrowDown")
    key("Tab")
    key("Enter")
    settled(page, "已确认 2")
    key("e")
    page.locator("#id_owners:focus").wait_for()
    key("Escape")
    page.locator("#i3:focus").wait_for()
    key("e")
    page.locator("#id_owners:focus").wait_for()
    sound(page)
    key("ControlOrMeta+a")
    page.keyboard.type("质控科、院感科")
    page.wait_for_timeout(300)  # the browser's list of suggestions, if open, would take Enter
    key("Enter")
    page.locator("#id_owners").wait_for(state="detached")
    key("d")
    settled(page, "不采纳 1")
    page.goto(page.url.split("?")[0])
    button = page.locator("button[value=accept_section]")
    button.focus()
    key("Enter")
    page.locator("button[value=adopt]:focus").wait_for()
    key("Enter")


def by_thumb(page: Page) -> None:
    """One side at a time; accepted section by section."""
    page.locator("[data-side=source]").click()
    assert page.locator(".item-mark").first.is_visible()
    assert not page.locator(".draft-item").first.is_visible()
    sound(page)
    page.locator(".item-mark").first.click()
    assert page.locator("#i1").is_visible()
    for left in ("3 undecided", "0 undecided"):
        page.locator("button[value=accept_section]").click()
        settled(page, left)
    sound(page)
    page.locator("button[value=adopt]").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_letter_is_issued_signed_by_head_and_president_and_settled(
    browser: Browser, address: str, scheme: str
) -> None:
    """On a desktop in Chinese by day, on a phone in English by night."""
    day = scheme == "light"
    lang, screen, place = ("zh", DESK, "ward_2") if day else ("en", PHONE, "ward_3")
    head, asked = ("chen_jing" if day else None), f"period=2026&department={place}"
    letter = f"{address}/reports/letter_of_responsibility/?{asked}"
    page = come_in(browser, address, "zhou_min", lang, screen, scheme)
    page.goto(letter.replace("/?", "/issue?"))
    page.locator("main button.primary").click()
    page.wait_for_url("**/letter_of_responsibility/?*")
    sound(page)
    for person in filter(None, (head, "wu_jun")):
        page = come_in(browser, address, person, lang, screen, scheme)
        page.goto(letter)
        page.get_by_role("button", name="签署这份文件" if day else "Sign this document").click()
        page.locator(".signing .tasks code").first.wait_for()
        sound(page)
    assert page.locator(".signing .tasks code").count() == (2 if day else 1)

    for path in (f"letter_outcome/?{asked}", "letters/?year=2026"):
        page.goto(f"{address}/reports/{path}")
        sound(page)


@pytest.mark.parametrize("lang, screen", [("zh", DESK), ("en", PHONE)])
def test_the_clerks_plan_and_summary(
    browser: Browser, address: str, lang: str, screen: dict[str, int], tmp_path: Path
) -> None:
    """Hand the plan in, go through it, adopt it; then the summary, and its last question."""
    said = WORDS[lang]
    page = come_in(browser, address, "zhou_min", lang, screen)
    page.goto(f"{address}/plans/")
    sound(page)
    file = tmp_path / f"plan-{lang}.txt"
    file.write_text(PLAN + f"2.{lang}：每季度公布一次结果。\n", encoding="utf-8")
    page.set_input_files("#id_file", file)
    page.get_by_role("button", name=said["upload"]).click()
    page.wait_for_url("**/draft/")
    sound(page)
    if screen is DESK:
        by_keyboard(page)
    else:
        by_thumb(page)
    page.wait_for_url("**/plans/*/")
    page.locator(".plan-items tr[data-item-key]").first.wait_for()
    page.goto(page.url + "?item=2")
    sound(page)
    page.goto(page.url.split("?")[0] + "changes/")
    sound(page)

    page.goto(f"{address}/reports/")
    sound(page)
    page.goto(f"{address}/reports/half_year_summary/?period=2026H1")
    sound(page)
    page.goto(f"{address}/reports/half_year_summary/issue?period=2026H1")
    assert page.get_by_role("button", name=said["issue"]).is_visible()
    sound(page)
