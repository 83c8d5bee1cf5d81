"""In a browser: the president's five minutes, and the clerk's plan and summary; on a desktop
and on a phone, in both languages, with axe on every page they meet."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.daily.town import PASSWORD
from tests.web.office.past import PLAN

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The hospital with its past, served by a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path_factory.mktemp("hospital")
    path = os.pathsep.join([str(root / "src"), str(root)])
    serving = subprocess.Popen(
        [sys.executable, "-m", "tests.web.office.serve", str(port)], cwd=root,
        env=os.environ | {"PYTHONPATH": path, "WARDROUND_DATA": str(data)},
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/sign-in")
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.terminate()
        serving.wait()


def _wait(url: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the hospital was not served within two minutes")


@pytest.fixture(scope="module")
def browser(chrome: str) -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=chrome,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


def come_in(browser: Browser, address: str, person: str, lang: str, screen: dict[str, int]) -> Page:
    locale = "zh-CN" if lang == "zh" else "en-GB"
    page = browser.new_context(
        viewport=screen,
        locale=locale,
        reduced_motion="reduce",  # type: ignore[arg-type]
    ).new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{address}/sign-in")
    page.fill("#id_username", person)
    page.fill("#id_password", PASSWORD)
    page.click("button.primary")
    return page


def sound(page: Page) -> None:
    """Axe finds nothing, and the page itself never scrolls sideways, not even at 320 px."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    said = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found]
    was = page.viewport_size
    assert was is not None
    if was["width"] < 600:
        page.set_viewport_size({"width": 320, "height": 700})
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.set_viewport_size(was)

    assert (page.url, said, wide <= 0) == (page.url, [], True)


WORDS = {
    "zh": {"figure": "冷链温度合格率", "decide": "要您定的", "open": "打开总结", "close": "关上",
           "upload": "上传并读出条目", "adopt": "确认采纳", "write": "填写", "issue": "签发",
           "gaps": "要人补的", "fridge": "60.0"},
    "en": {"figure": "Cold-chain readings in range", "decide": "Decide", "open": "Open the summary",
           "close": "Close", "upload": "Hand in and read it", "adopt": "Adopt", "write": "Write",
           "issue": "Issue", "gaps": "gaps to fill", "fridge": "60.0"},
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


@pytest.mark.parametrize("lang, screen", [("zh", DESK), ("en", PHONE)])
def test_the_clerks_plan_and_summary(
    browser: Browser, address: str, lang: str, screen: dict[str, int], tmp_path: Path
) -> None:
    """Hand the plan in, adopt it, fill a gap; then the summary, and its last question."""
    said = WORDS[lang]
    page = come_in(browser, address, "zhou_min", lang, screen)
    page.goto(f"{address}/plans/")
    sound(page)
    file = tmp_path / f"plan-{lang}.txt"
    file.write_text(PLAN + f"2.{lang}：每季度公布一次结果。\n", encoding="utf-8")
    page.set_input_files("#id_file", file)
    page.get_by_role("button", name=said["upload"]).click()
    page.get_by_role("button", name=said["adopt"]).click()
    page.wait_for_url("**/plans/*/")
    before = page.locator(".question").count()
    assert before > 0
    sound(page)

    question = page.locator(".question").first
    question.get_by_text(said["write"], exact=True).click()
    sound(page)
    field = question.locator("[name=value]")
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(index=1)
    else:
        field.fill("2026-06-30")
    question.locator("button.primary").click()
    page.wait_for_load_state()
    page.goto(page.url.split("#")[0].split("?")[0] + "?item=2")
    sound(page)

    page.goto(f"{address}/reports/")
    sound(page)
    page.goto(f"{address}/reports/half_year_summary/?period=2026H1")
    sound(page)
    page.goto(f"{address}/reports/half_year_summary/issue?period=2026H1")
    assert page.get_by_role("button", name=said["issue"]).is_visible()
    sound(page)
