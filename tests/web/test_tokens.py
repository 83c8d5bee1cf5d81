"""Colours stand in one file, and every text colour can be read on every ground, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "src" / "wardround" / "web"
TOKENS = (WEB / "static" / "web" / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![-\w])|\b(?:rgb|rgba|hsl|oklch|color-mix)\(")
TEXT = ("ink", "ink2", "ink3", "act", "red", "amber", "green", "blue", "orange", "purple", "grey")
HUES = ("red", "amber", "green", "blue", "orange", "purple", "act")


def block(selector: str) -> dict[str, str]:
    """The colours declared under one selector: {"ink": "#14201D", …}."""
    body = TOKENS.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})\b", body))


LIGHT, DARK = block("\n:root"), block('\n:root[data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": LIGHT | DARK}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of `#RRGGBB`."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_paper_and_ground(theme: str) -> None:
    colours = THEMES[theme]
    poor = {
        (text, under): round(contrast(colours[text], colours[under]), 2)
        for text in TEXT
        for under in ("paper", "ground")
        if contrast(colours[text], colours[under]) < 4.5
    }

    assert not poor


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_where_it_stands_on_colour(theme: str) -> None:
    colours = THEMES[theme]
    pairs = [(hue, f"{hue}-soft") for hue in HUES]
    pairs += [("ink", f"{hue}-soft") for hue in HUES]
    pairs += [("on", hue) for hue in ("act", "red", "green", "purple")]
    pairs += [("paper", "ink"), ("ink", "sel"), ("ink3", "sel"), ("ink2", "sunk"), ("ink", "doc")]

    assert not {p for p in pairs if contrast(colours[p[0]], colours[p[1]]) < 4.5}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_shapes_can_be_seen(theme: str) -> None:
    colours = THEMES[theme]

    assert not {
        (edge, under)
        for edge in ("rule", "amber-bar", "grey")
        for under in ("paper", "ground")
        if contrast(colours[edge], colours[under]) < 3
    }


def test_the_two_dark_themes_are_the_same() -> None:
    assert block(':root:not([data-theme="light"])') == DARK


def test_no_colour_stands_outside_the_token_file() -> None:
    files = [*WEB.glob("static/web/*.css"), *WEB.glob("static/web/*.js"), *WEB.rglob("*.html")]
    texts = {f.name: f.read_text(encoding="utf-8") for f in files if f.name != "tokens.css"}
    texts = {
        name: re.sub(r"href=\"#[\w-]+\"|&#\d+;|url\(#", "", text) for name, text in texts.items()
    }

    assert not {name: COLOUR.findall(text) for name, text in texts.items() if COLOUR.search(text)}


def test_every_token_that_is_used_is_declared() -> None:
    declared = set(re.findall(r"--([\w-]+):", TOKENS))
    sheets = {f.name: f.read_text(encoding="utf-8") for f in WEB.glob("static/web/*.css")}

    assert not {
        (name, token)
        for name, sheet in sheets.items()
        for token in re.findall(r"var\(--([\w-]+)", sheet)
        if token not in declared
    }
