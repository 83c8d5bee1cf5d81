"""Renders the gallery's pages, and photographs them: `python -m tests.web.gallery.render FOLDER`.

An engine of its own, so that the design can be looked at without a database or a view.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Library
from django.urls import path, set_urlconf
from django.utils import timezone, translation
from playwright.sync_api import Browser, sync_playwright

from tests.web.gallery import more_samples, samples

HERE = Path(__file__).parent
WEB = HERE.parents[2] / "src" / "wardround" / "web"
PAGES = samples.PAGES | more_samples.PAGES
SCREENS = {"phone": (390, 844), "small": (320, 700), "desktop": (1440, 900)}


if not settings.configured:
    settings.configure(USE_TZ=True, LANGUAGE_CODE="zh-hans", TIME_ZONE="UTC")
    django.setup()


def _nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("language/", _nothing, name="set_language")]


def engine() -> Engine:
    """The pages' templates and tags, with static files read from where they lie."""
    tags = "wardround.web.templatetags"
    engine = Engine(
        dirs=[WEB / "templates", HERE / "templates"],
        libraries={"words": f"{tags}.words", "charts": f"{tags}.charts"},
    )
    static = Library()
    static.simple_tag(lambda name: (WEB / "static" / name).as_uri(), name="static")
    engine.template_libraries["static"] = static
    return engine


def render(page: str, lang: str, **more: Any) -> str:
    """One page of the gallery as HTML; `lang` is "zh-hans" or "en"."""
    template = "web/sign_in.html" if page == "sign_in" else f"gallery/{page}.html"
    values = samples.frame(page) | PAGES[page]() | more
    set_urlconf(__name__)
    try:
        with translation.override(lang), timezone.override(samples.SHANGHAI):
            return engine().get_template(template).render(Context(values))
    finally:
        set_urlconf(None)


def shots(folder: Path, browser: Browser, pages: list[str]) -> Iterator[Path]:
    """Photographs each page in both languages on a phone and a desktop, and in the dark."""
    for page in pages:
        for lang, screen, theme in (
            ("zh-hans", "phone", ""),
            ("en", "phone", ""),
            ("zh-hans", "desktop", ""),
            ("en", "desktop", ""),
            ("zh-hans", "desktop" if page == "components" else "phone", "dark"),
        ):
            width, height = (1920, 1080) if page == "wall" else SCREENS[screen]
            name = f"{page}.{screen}.{theme or 'light'}.{lang[:2]}"
            file = folder / f"{name}.html"
            file.write_text(render(page, lang, theme=theme or PAGES[page]().get("theme", "")))
            tab = browser.new_page(viewport={"width": width, "height": height})
            tab.goto(file.as_uri())
            tab.screenshot(path=folder / f"{name}.png", full_page=page == "components")
            tab.close()
            yield folder / f"{name}.png"


if __name__ == "__main__":
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for shot in shots(Path(sys.argv[1]), chromium, sys.argv[2:] or list(PAGES)):
            print(shot)
