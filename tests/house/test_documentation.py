"""The documentation names all that the code offers, in both languages."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.tree import ROOT, modules
from wardround.catalogue.model import KINDS

DOCS = ROOT / "docs"
SETTING = re.compile(r"\bWARDROUND_[A-Z_]*[A-Z]\b|\bDATABASE_URL\b")


def part(name: str) -> ModuleType:
    """A module of the package; its test is skipped until it is there."""
    if find_spec(name) is None:
        pytest.skip(f"{name} is not there yet")
    return import_module(name)


@cache
def code_words() -> frozenset[str]:
    """The words that docs/ sets as code: in `spans`, in fenced blocks."""
    words: set[str] = set()
    for page in DOCS.rglob("*.md"):
        text = page.read_text("utf-8")
        for code in re.findall(r"```.*?```|`[^`\n]+`", text, re.S):
            words.update(re.findall(r"[\w:.-]+", code))
    return frozenset(words)


def commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every command and subcommand of a parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield name
                yield from commands(below)


def own_url_names(resolver: URLResolver) -> Iterator[str]:
    """The names of the addresses that lead to a view of this project."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from own_url_names(entry)
        elif isinstance(entry, URLPattern) and entry.name:
            view = getattr(entry.callback, "view_class", entry.callback)
            if view.__module__.startswith("wardround."):
                yield entry.name


def settings_read() -> set[str]:
    """Every environment variable of ours in the package and in `run`."""
    sources = [m.source for m in modules() if m.place.startswith("src/")]
    sources.append((ROOT / "run").read_text("utf-8"))
    return {name for source in sources for name in SETTING.findall(source)}


def test_every_command_is_documented() -> None:
    names = set(commands(part("wardround.cli").build_parser()))
    assert names
    assert sorted(names - code_words()) == []


def test_every_setting_is_documented() -> None:
    assert sorted(settings_read() - code_words()) == []


def test_every_kind_of_declaration_is_documented() -> None:
    kinds = {str(kind) for kind in KINDS}
    assert kinds
    assert sorted(kinds - code_words()) == []


def test_every_page_address_is_documented() -> None:
    names = set(own_url_names(get_resolver()))
    assert names
    assert sorted(names - code_words()) == []


def test_pages_for_users_stand_in_both_languages() -> None:
    pages = {page.name for page in (DOCS / "users").glob("*.md")}
    assert pages, "docs/users is empty"
    alone = [
        name
        for name in pages
        if name.replace(".zh.md", ".en.md") not in pages
        or name.replace(".en.md", ".zh.md") not in pages
        or not name.endswith((".zh.md", ".en.md"))
    ]
    assert sorted(alone) == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "LICENSE"])
def test_the_front_page_stands_in_both_languages(name: str) -> None:
    assert (ROOT / name).stat().st_size > 500


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:")
        if not (page.parent / target).exists()
    ]
    assert broken == []
