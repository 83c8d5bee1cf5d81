"""The design itself: every component in both languages, under a strict CSP, before axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.gallery.render import PAGES, SCREENS, render

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def browser(chrome: str) -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=chrome,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


def opened(browser: Browser, folder: Path, name: str, lang: str, screen: str, theme: str) -> Page:
    width, height = SCREENS[screen]
    file = folder / "page.html"
    file.write_text(render(name, lang, theme=theme), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_nothing_on_a_page_needs_inline_style_or_script(name: str, lang: str) -> None:
    html = render(name, lang)

    assert not re.findall(r"<[^>]*\sstyle=|<style|<script(?![^>]*src=)|\son\w+=", html)


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_has_chinese_only_where_it_is_marked(name: str) -> None:
    html = re.sub(r'<(\w+)[^>]*\slang="zh-Hans"[^>]*>.*?</\1>', "", render(name, "en"), flags=re.S)
    quoted = {
        "plan": "2026年工作计划建立医疗质量管理委员会术前讨论、术后总结组织",
        "inspection": "治疗室利器盒装至约五分之四未封口",
    }

    assert not set(HAN.findall(html)) - set(quoted.get(name, ""))


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    name: str, browser: Browser, tmp_path: Path
) -> None:
    looks = [("zh-hans", "phone", "light"), ("en", "desktop", "dark")]
    for lang, screen, theme in looks if name != "wall" else looks[1:]:
        page = opened(browser, tmp_path, name, lang, screen, theme)
        found = Axe().run(page).response["violations"]
        width, height = SCREENS["small" if screen == "phone" else screen]
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        page.close()
        said = [(v["id"], [n["target"] for n in v["nodes"]][:4]) for v in found]

        assert (lang, screen, said) == (lang, screen, [])
        assert wide <= 0


@pytest.mark.browser
def test_a_reading_out_of_limits_says_so_and_asks_what_was_done(
    browser: Browser, tmp_path: Path
) -> None:
    page = opened(browser, tmp_path, "reading", "zh-hans", "phone", "light")
    alert, handled = page.locator("[data-out]"), page.get_by_text("药品移至 F2")
    assert page.locator("#id_temperature").input_value() == ""
    assert not alert.is_visible() and not handled.is_visible()

    page.get_by_role("button", name="4.5").click()
    assert page.get_by_role("button", name="保存 4.5 °C").is_visible()
    assert not alert.is_visible()

    page.locator("#id_temperature").fill("9.1")
    assert "9.1 °C，高于上限 8 °C" in alert.inner_text()
    assert handled.is_visible()
    assert page.get_by_role("button", name="保存 9.1 °C 并上报").is_visible()
    page.close()


@pytest.mark.browser
def test_a_checklist_counts_and_opens_the_finding(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, "inspection", "zh-hans", "phone", "light")
    finding = page.locator("#id_i7_finding")
    assert not finding.is_visible()

    page.get_by_role("button", name="下一未查项").click()
    assert page.evaluate("document.activeElement.name") == "i7"
    page.locator("#id_i7_no").check()
    assert finding.is_visible()
    assert "已查 4 / 4 项" in page.locator("[data-checklist-bar]").inner_text()
    assert "2 项不合格" in page.locator("[data-checklist-bar]").inner_text()
    page.close()


@pytest.mark.browser
def test_a_clock_runs_and_turns_when_its_limit_passes(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, "components", "en", "desktop", "light")
    page.clock.install()
    page.reload()
    near = page.locator("[data-clock]").nth(1)
    assert near.locator("[data-clock-digits]").inner_text().split() == ["31", "s"]

    page.clock.run_for(45_000)
    assert near.locator("[data-clock-digits]").inner_text().split() == ["14", "s", "late"]
    assert "is-overdue" in (near.get_attribute("class") or "")
    page.close()


@pytest.mark.browser
def test_without_script_every_field_is_there(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(render("reading", "zh-hans"), encoding="utf-8")
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(file.as_uri())

    assert plain.get_by_text("药品移至 F2").is_visible()
    assert plain.locator("#id_temperature").is_visible()
    assert not plain.get_by_role("button", name="4.5").is_visible()
