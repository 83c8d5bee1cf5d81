"""`report` and `check-report`: each number of a document is held against the records."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, unescape

import pytest
from pypdfium2 import PdfDocument

from tests.commands.conftest import table, visits
from tests.commands.terminal import Terminal
from wardround.report.verify import figures_in

WORDS = ("report", "monthly_bulletin", "--period", "2026-06", "--out")


@pytest.fixture(scope="module")
def bulletin(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("reports") / "bulletin.docx"
    told = terminal.program(*WORDS, file)
    assert set(told) == {"file", "figures", "missing"} and told["file"] == str(file)
    assert told["figures"] == len(figures_in(file)) > 0
    return file


def altered(file: Path, to: Path, part: str, old: str, new: str) -> Path:
    """The same document with some words of one part replaced once."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                text = data.decode()
                assert re.search(old, text)
                data = re.sub(old, new, text, count=1).encode()
            target.writestr(name, data)
    return to


def test_an_untouched_report_is_right(terminal: Terminal, bulletin: Path) -> None:
    told = terminal.program("check-report", bulletin)

    assert told["figures"] >= len(figures_in(bulletin)) and told["differ"] == []


def test_an_altered_number_is_found(terminal: Terminal, bulletin: Path, tmp_path: Path) -> None:
    figure = next(f for f in figures_in(bulletin) if re.search(r"\d", f.written))
    mark = f'w:name="{figure.bookmark}"'
    old = rf"({re.escape(mark)}.*?<w:t[^>]*>){re.escape(figure.written)}<"
    file = altered(
        bulletin, tmp_path / "a.docx", "word/document.xml", f"(?s){old}", r"\g<1>99,999<"
    )

    said = terminal("check-report", file, "--json")

    assert said.status == 1 and len(said.json["differ"]) == 1
    assert "99,999" in said.json["differ"][0] and figure.written in said.json["differ"][0]
    assert "1 个不符" in terminal("check-report", file, lang="zh").out


OLD = r'("form": "[a-z_]+", "written": )"\d[^"]*"'


def test_altering_the_number_and_what_it_carries_is_found_by_the_records(
    terminal: Terminal, bulletin: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(bulletin) as file:
        part = next(n for n in file.namelist() if b"urn:wardround:figures" in file.read(n))
    file = altered(bulletin, tmp_path / "a.docx", part, OLD, r'\1"77"')

    assert terminal("check-report", file).status == 1


def test_a_report_stays_right_when_new_rows_come(
    copy: Terminal, bulletin: Path, tmp_path: Path
) -> None:
    """It is held against what was known when it was written."""
    row = {**next(iter(visits())), "visit_id": "N1", "registered_at": "2026-06-30 09:00",
           "seen_at": ""}  # fmt: skip
    copy.program("import", "csv", table(tmp_path / "v.csv", [row]), "--feed", "visit")

    assert copy.program("figure", "op_visits", "--period", "2026-06")["value"] == 30
    assert copy.program("check-report", bulletin)["differ"] == []


def test_other_documents_are_no_report(terminal: Terminal, tables: Path) -> None:
    for file in ("visits.csv", "计划.txt"):
        said = terminal("check-report", tables / file)
        assert said.status == 2 and said.err.count("\n") == 1


def test_a_report_speaks_the_language_asked_for(
    terminal: Terminal, bulletin: Path, tmp_path: Path
) -> None:
    said = terminal(*WORDS, tmp_path / "zh.docx", "--json", lang="zh")

    assert said.status == 0
    zh = [f.figure["indicator"] for f in figures_in(tmp_path / "zh.docx")]
    assert sorted(zh) == sorted(f.figure["indicator"] for f in figures_in(bulletin))
    with zipfile.ZipFile(tmp_path / "zh.docx") as file:
        assert "云岭县人民医院" in file.read("word/document.xml").decode()


def carried(file: Path, to: Path, change: Callable[[list[dict[str, Any]]], None]) -> Path:
    """The same document with its embedded figures changed and its text as it was."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if b"urn:wardround:figures" in data and "Props" not in name:
                head, _, rest = data.decode().partition(">{")
                held = json.loads(unescape("{" + rest.rpartition("</")[0]))
                change(held["figures"])
                data = f"{head}>{escape(json.dumps(held))}</figures>".encode()
            target.writestr(name, data)
    return to


FORGED = {"value": ("value", 1.5), "numerator": ("numerator", 7.0), "target": ("target", ">= 1"),
          "denominator": ("denominator", 9.0), "last_year": ("last year's value", 3.0)}  # fmt: skip


def test_altered_parts_of_figures_are_found(
    terminal: Terminal, bulletin: Path, tmp_path: Path
) -> None:
    """The numbers in the text stay; what stands behind them was changed, or taken away."""

    def change(figures: list[dict[str, Any]]) -> None:
        for place, (part, (_, forged)) in enumerate(FORGED.items()):
            figures[place]["figure"][part] = forged
        figures.pop()

    said = terminal("check-report", carried(bulletin, tmp_path / "a.docx", change), "--json")

    assert said.status == 1
    differ = said.json["differ"]
    assert len(differ) == len(FORGED) + 1 and "embedded object has been removed" in differ[-1]
    for line, (words, forged) in zip(differ, FORGED.values(), strict=False):
        assert f"embedded {words} {forged}, by the records " in line


def test_the_same_report_as_pdf(terminal: Terminal, bulletin: Path, tmp_path: Path) -> None:
    out = tmp_path / "bulletin.pdf"
    told = terminal.program(*WORDS, out)
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(out)]
    text = "".join("".join(pages).split())

    assert told == {"file": str(out), "figures": len(figures_in(bulletin)),
                    "missing": told["missing"]}  # fmt: skip
    assert all("".join(f.written.split()) in text for f in figures_in(bulletin))


def test_no_other_kind_of_file_is_written(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal(*WORDS, tmp_path / "report.html")

    assert said.status == 2 and said.err.count("\n") == 1 and ".pdf" in said.err
    assert not (tmp_path / "report.html").exists()


def test_only_what_has_no_value_is_missing(terminal: Terminal, tmp_path: Path) -> None:
    told = terminal.program(*WORDS, tmp_path / "b.docx")
    known = {f.figure["indicator"]: f.figure["value"] for f in figures_in(tmp_path / "b.docx")}

    assert not {key for key in told["missing"] if known.get(key) is not None}


def test_a_department_has_its_own_letter(terminal: Terminal, tmp_path: Path) -> None:
    words = ("--period", "2026", "--department", "clinic", "--out", tmp_path / "l.docx")
    told = terminal.program("report", "letter_of_responsibility", *words)

    assert json.dumps(told) and Path(told["file"]).stat().st_size > 5000
