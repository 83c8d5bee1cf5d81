"""What browser tests share: a hospital served by a process of its own, Chromium, axe."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.daily.town import PASSWORD

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 700}


@contextmanager
def served(root: Path, data: Path, module: str) -> Iterator[str]:
    """The address of the hospital that `module` builds in `data`, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join([str(root / "src"), str(root)])
    serving = subprocess.Popen(
        [sys.executable, "-m", module, str(port)], cwd=root,
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


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


def come_in(
    browser: Browser, address: str, person: str, lang: str, screen: dict[str, int],
    scheme: str = "light",
) -> Page:  # fmt: skip
    """A page in which the person has just signed in."""
    page = browser.new_context(
        viewport=screen,  # type: ignore[arg-type]
        locale="zh-CN" if lang == "zh" else "en-GB",
        reduced_motion="reduce",
        color_scheme=scheme,  # type: ignore[arg-type]
    ).new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{address}/sign-in")
    page.fill("#id_username", person)
    page.fill("#id_password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def sound(page: Page) -> None:
    """Axe finds nothing, and the page itself never scrolls sideways, on a phone not even at
    320 px."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    said = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found]
    was = page.viewport_size
    assert was is not None
    if was["width"] < 600:
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.set_viewport_size(was)

    assert not said and wide <= 0, (page.url, said, wide)
