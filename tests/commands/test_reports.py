"""`report` and `check-report`: each number of a document is held against the records."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

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


def test_a_department_has_its_own_letter(terminal: Terminal, tmp_path: Path) -> None:
    words = ("--period", "2026", "--department", "clinic", "--out", tmp_path / "l.docx")
    told = terminal.program("report", "letter_of_responsibility", *words)

    assert json.dumps(told) and Path(told["file"]).stat().st_size > 5000
