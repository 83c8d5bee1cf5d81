"""The main job: from a plan in Word to a summary in Word, each number opening on its records.

The demonstration's hospital has its registers for two months here instead of eighteen, so that
the test stays quick; WARDROUND_TEST_DEMO names a whole one that was built before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from docx import Document
from docx.oxml.ns import qn
from pypdfium2 import PdfDocument
from pytest_django import DjangoDbBlocker

from tests.commands.conftest import table
from tests.commands.terminal import Terminal
from tests.conftest import ROOT
from wardround.commands import demo as command
from wardround.period import Period
from wardround.report.embedded import EmbeddedFigure
from wardround.report.verify import figures_in
from wardround.store.house import house
from wardround.store.measuring import measuring

LANGS = ("zh", "en")
SAMPLE = 60
UNFILLED = re.compile(r"(?<![a-z])(xx|XX|None|null|nan|NaN|inf)(?![a-z])|__|[{}]|××|TBD|（无数据）")
OPTIONAL = {"目标", "去年同期", "增减", "Target", "Year ago", "Change"}
"""Columns of figures in which a dash says that there is no such thing to compare with."""


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Terminal]:
    """The demonstration, built by its own command."""
    if built := os.environ.get("WARDROUND_TEST_DEMO"):
        yield Terminal(Path(built), django_db_blocker)
        return
    folder = tmp_path_factory.mktemp("demo")
    whole = (ROOT / "src/wardround/demo/hospital.toml").read_text("utf-8")
    short = whole.replace("in_use_from = 2025-01-01", "in_use_from = 2026-05-01")
    assert short != whole
    (folder / "hospital.toml").write_text(short, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "_TOML", folder / "hospital.toml")
        made = Terminal(folder / "data", django_db_blocker)
        made.program("demo", "--no-serve")
    yield made


@pytest.fixture(scope="module")
def summaries(demo: Terminal) -> dict[str, Path]:
    return {lang: demo.data / f"summary.{lang}.docx" for lang in LANGS}


@pytest.fixture(scope="module")
def figures(summaries: dict[str, Path]) -> dict[str, list[EmbeddedFigure]]:
    return {lang: figures_in(file) for lang, file in summaries.items()}


def place(figure: EmbeddedFigure) -> tuple[str, str | None, str]:
    """What a figure is about: indicator, department, period."""
    told = figure.figure
    return told["indicator"], told["department"], told["period"]


def distinct(found: list[EmbeddedFigure]) -> list[EmbeddedFigure]:
    return list({place(f): f for f in found}.values())


def links(file: Path) -> list[str]:
    """Where a document's hyperlinks lead."""
    part = Document(str(file)).part
    return [r.target_ref for r in part.rels.values() if r.reltype.endswith("/hyperlink")]


def test_the_command_tells_what_it_made(demo: Terminal, summaries: dict[str, Path]) -> None:
    told = demo.program("demo", "--no-serve")

    assert set(told) == {"hospital", "entries", "feed_rows", "summaries", "address", "sign_ins"}
    assert told["entries"] > 5000 and told["feed_rows"] > 1_000_000
    assert {Path(file).name for file in told["summaries"]} == {f.name for f in summaries.values()}
    assert all(f.stat().st_size > 50_000 for f in summaries.values())
    assert {one["username"] for one in told["sign_ins"]} and len(told["sign_ins"]) >= 8


def test_everything_recorded_is_in_the_chain(demo: Terminal) -> None:
    told = demo.program("verify")

    assert told["intact"] and told["entries"] > demo.program("demo", "--no-serve")["entries"]


@pytest.mark.parametrize("lang", LANGS)
def test_no_blank_is_left(summaries: dict[str, Path], lang: str) -> None:
    """What a plan left blank is quoted from it, and asked for; nothing else is unfilled."""
    document = Document(str(summaries[lang]))
    plan = (ROOT / "src/wardround/demo/plan.zh.txt").read_text("utf-8")
    said = [p.text for p in document.paragraphs if p.text.strip()]
    tables = [[[c.text for c in row.cells] for row in t.rows] for t in document.tables]
    said += [text for t in tables for row in t for text in row if text.strip()]

    assert len(said) > 300
    unfilled = {text for text in said if UNFILLED.search(text)}
    assert not {text for text in unfilled if text.strip() not in plan}
    empty = [
        (head, text)
        for header, *rows in tables
        for row in rows
        for head, text in zip(header, row, strict=True)
        if text.strip() in ("–", "—", "-") and head not in OPTIONAL
    ]
    assert empty == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_summary_is_about_ten_pages(demo: Terminal, tmp_path: Path, lang: str) -> None:
    """As PDF, from the same blocks; the Word file has a page or so more."""
    out = tmp_path / "summary.pdf"
    words = ("half_year_summary", "--period", "2026H1", "--out", out)
    told = demo("report", *words, "--json", lang=lang)

    assert told.status == 0 and 7 <= len(PdfDocument(out)) <= 12


def test_both_languages_carry_the_same_figures(figures: dict[str, list[EmbeddedFigure]]) -> None:
    zh, en = ({place(f): f.figure for f in figures[lang]} for lang in LANGS)

    assert len(zh) > 60 and zh == en


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_is_the_figure_that_it_carries(
    demo: Terminal, figures: dict[str, list[EmbeddedFigure]], lang: str
) -> None:
    wrong = []
    with demo.at_hand():
        for one in distinct(figures[lang]):
            key, department, period = place(one)
            as_of = datetime.fromisoformat(one.figure["as_of"])
            found = measuring(house(), as_of).figure(key, department, Period.parse(period))
            if found.as_json() != one.figure:
                wrong.append((place(one), found.value, one.figure["value"]))
    assert wrong == []
    assert all(f.text == f.written for f in figures[lang])
    assert all(f.form == "verdict" or re.search(r"\d", f.written) for f in figures[lang])


def test_the_rows_add_up_to_each_figure(
    demo: Terminal, figures: dict[str, list[EmbeddedFigure]]
) -> None:
    known = [f for f in distinct(figures["zh"]) if f.figure["value"] is not None]
    asked = known[:: max(1, len(known) // SAMPLE)]
    added = 0
    with demo.at_hand():
        for one in asked:
            key, department, period = place(one)
            told = one.figure
            found = measuring(house(), datetime.fromisoformat(told["as_of"]))
            rows = list(found.rows(key, department, Period.parse(period)))
            if told["ranking"] or (rows and "looked_at" in rows[0]):
                continue
            top = sum(row["numerator"] for row in rows)
            bottom = sum(row["denominator"] or 0 for row in rows)
            assert top == pytest.approx(told["numerator"]), key
            assert bottom == pytest.approx(told["denominator"] or 0), key
            value = top / (bottom or 1) * told["multiplier"]
            assert value == pytest.approx(told["value"]), key
            added += 1
    assert added > SAMPLE / 2


@pytest.mark.parametrize("lang", LANGS)
def test_every_link_leads_to_a_record_behind_the_number(
    summaries: dict[str, Path], figures: dict[str, list[EmbeddedFigure]], lang: str
) -> None:
    found = links(summaries[lang])
    inside = [link.removeprefix(settings.ADDRESS) for link in found]

    assert all(link.startswith(settings.ADDRESS) for link in found)
    assert {urlsplit(x).path.split("/")[1] for x in inside} <= {
        "figures", "cases", "registers", "scores", "plans",
    }  # fmt: skip
    assert {f.figure["query"] for f in figures[lang]} <= set(inside)
    body = Document(str(summaries[lang])).element.body
    linked = {r.text for link in body.iter(qn("w:hyperlink")) for r in link.iter(qn("w:t"))}
    assert {f.written for f in figures[lang]} <= linked


def test_the_links_open(demo: Terminal, summaries: dict[str, Path]) -> None:
    inside = sorted({link.removeprefix(settings.ADDRESS) for link in links(summaries["zh"])})
    told = demo.program("demo", "--no-serve")
    with demo.at_hand():
        client = Client()
        client.force_login(User.objects.get(username=told["sign_ins"][0]["username"]))
        answers = {link: client.get(link).status_code for link in inside[:: len(inside) // 12]}
    assert set(answers.values()) == {200}


def test_the_summaries_pass_their_own_check(demo: Terminal, summaries: dict[str, Path]) -> None:
    told = demo.program("check-report", summaries["en"])

    assert told["figures"] > 100 and told["differ"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_arithmetic_finds_no_fault_with_the_summaries(
    demo: Terminal, summaries: dict[str, Path], lang: str
) -> None:
    claims = demo.program("check", summaries[lang])["claims"]

    assert [c["text"] for c in claims if c["verdict"] == "differs"] == []
    assert sum(c["verdict"] == "agrees" for c in claims) > 50


def test_a_later_day_writes_the_same_summary_again(
    demo: Terminal, figures: dict[str, list[EmbeddedFigure]], tmp_path: Path
) -> None:
    """Visits of June that come late, and a reading of June recorded late, change nothing in it."""
    later = demo.copied(tmp_path / "data")
    as_of = datetime.fromisoformat(figures["zh"][0].figure["as_of"])
    later.clock(as_of + timedelta(days=1))
    row = {"visit_id": "late", "kind": "outpatient", "department": "internal_1",
           "registered_at": "2026-06-30 09:00"}  # fmt: skip
    file = table(tmp_path / "late.csv", [row])
    assert later.program("import", "csv", file, "--feed", "visit")["new"] == 1
    now = later.program("figure", "op_ed_visits", "--period", "2026H1")["numerator"]

    out = tmp_path / "again.docx"
    words = ("--period", "2026H1", "--as-of", as_of.isoformat(), "--out", out, "--json")
    said = later("report", "half_year_summary", *words, lang="zh")

    assert said.status == 0
    assert [f.figure for f in figures_in(out)] == [f.figure for f in figures["zh"]]
    before = {place(f): f.figure["numerator"] for f in figures["zh"]}
    assert now == before["op_ed_visits", None, "2026H1"] + 1
