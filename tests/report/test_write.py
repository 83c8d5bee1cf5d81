"""A Word file carries every figure of its document; whoever changes a number is found out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import docx
import pytest
from pypdfium2 import PdfDocument

from tests.report.memory import MemoryFacts
from wardround.catalogue.model import Report
from wardround.figure import Figure
from wardround.period import Period
from wardround.report.compose import compose
from wardround.report.layout import chinese_number
from wardround.report.pdf import pdf_bytes
from wardround.report.verify import figures_in, read, verify
from wardround.report.write import docx_bytes, write_docx
from wardround.text import Refused, refuse

ADDRESS = "https://wardround.hospital.example"


@pytest.fixture(scope="session")
def word(facts: MemoryFacts, report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "summary.docx"
    write_docx(compose(report, facts, "zh"), path, ADDRESS)
    return path


@pytest.fixture
def lookup(facts: MemoryFacts) -> Callable[[str, str | None, Period, datetime], Figure]:
    return lambda indicator, department, period, as_of: facts.figure(indicator, department, period)


def altered(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """A copy of the file with one part changed."""
    copy = path.with_name("altered.docx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, change(body.decode()).encode() if name == part else body)
    return copy


def test_the_same_document_gives_the_same_bytes(facts: MemoryFacts, report: Report) -> None:
    first, second = (docx_bytes(compose(report, facts, "en"), ADDRESS) for _ in range(2))
    assert first == second


def test_every_figure_is_embedded_and_stands_in_the_text(
    word: Path, facts: MemoryFacts, report: Report
) -> None:
    runs = compose(report, facts, "zh").figures()
    carried = figures_in(word)
    assert [x.written for x in carried] == [run.written for run in runs]
    assert [x.text for x in carried] == [run.written for run in runs]
    assert carried[0].figure == runs[0].figure.as_json()


def test_a_report_says_what_it_is(word: Path, facts: MemoryFacts) -> None:
    report = read(word)
    assert (report.report, report.lang, report.period) == ("summary", "zh", "2026H1")
    assert (report.address, report.chain_head) == (ADDRESS, facts.chain_head)


def test_every_figure_links_to_its_rows(word: Path) -> None:
    links = {r.target_ref for r in docx.Document(str(word)).part.rels.values() if r.is_external}
    assert all(link.startswith(f"{ADDRESS}/") for link in links)
    assert {f"{ADDRESS}{x.figure['query']}" for x in figures_in(word)} <= links


def test_an_untouched_report_agrees(word: Path, lookup: Callable[..., Figure]) -> None:
    findings = verify(word, lookup)
    assert findings and all(finding.agrees or finding.now is None for finding in findings)
    assert not [f for f in findings if f.written_in_text != f.embedded]


def test_a_number_changed_in_the_text_is_found(word: Path, lookup: Callable[..., Figure]) -> None:
    target = next(x for x in figures_in(word) if x.form == "value")
    pattern = rf'(w:name="{target.bookmark}".*?<w:t[^>]*>)[^<]+'
    forged = altered(
        word, "word/document.xml", lambda text: re.sub(pattern, r"\g<1>99.9 %", text, flags=re.S)
    )
    wrong = [f for f in verify(forged, lookup) if f.written_in_text != f.embedded]
    assert [(f.bookmark, f.written_in_text, f.agrees) for f in wrong] \
        == [(target.bookmark, "99.9 %", False)]  # fmt: skip


def test_a_figure_that_has_changed_since_is_found(word: Path, facts: MemoryFacts) -> None:
    def later(indicator: str, department: str | None, period: Period, at: datetime) -> Figure:
        figure = facts.figure(indicator, department, period)
        return replace(figure, value=5000.0) if indicator == "visits" else figure

    wrong = [f for f in verify(word, later) if not f.agrees and f.now is not None]
    assert wrong and all(f.embedded != f.now for f in wrong)


def test_a_figure_that_no_longer_exists_does_not_agree(word: Path) -> None:
    def gone(indicator: str, department: str | None, period: Period, at: datetime) -> Figure:
        raise refuse("没有这个指标。", "There is no such indicator.")

    assert not any(f.agrees for f in verify(word, gone) if f.bookmark == "figure_0001")


@pytest.mark.parametrize("content", [b"", b"plain text", b"PK\x03\x04 broken"])
def test_what_is_no_word_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.docx"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"not a Word file"):
        figures_in(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        figures_in(tmp_path / "none.docx")


def test_a_word_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.docx"
    docx.Document().save(str(path))
    with pytest.raises(Refused, match=r"carries no figures"):
        figures_in(path)


def test_a_later_format_is_refused(word: Path) -> None:
    newer = altered(
        word, "customXml/item99.xml", lambda text: text.replace('"schema": 1', '"schema": 2')
    )
    with pytest.raises(Refused, match="format 2"):
        figures_in(newer)


def test_headings_are_numbered_as_each_language_does() -> None:
    assert [*map(chinese_number, (1, 10, 12, 20, 21))] == ["一", "十", "十二", "二十", "二十一"]


def test_tables_repeat_their_heads_and_rows_do_not_split(word: Path) -> None:
    tables = docx.Document(str(word)).tables
    framed = [t for t in tables if t._tbl.xpath(".//w:tblHeader")]
    assert framed
    for table in framed:
        assert len(table._tbl.xpath(".//w:cantSplit")) == len(table.rows)


def test_charts_say_what_they_show(word: Path) -> None:
    drawn = docx.Document(str(word)).element.xpath(".//wp:docPr")
    assert drawn and all(len(picture.get("descr")) > 20 for picture in drawn)


def test_the_pdf_holds_the_same_words_and_links(facts: MemoryFacts, report: Report) -> None:
    document = compose(report, facts, "zh")
    made = pdf_bytes(document, ADDRESS)
    assert made == pdf_bytes(document, ADDRESS)
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(made)]
    text = "".join("".join(pages).split())
    assert all("".join(run.written.split()) in text for run in document.figures())
    assert f"{ADDRESS}/figures/visits".encode() in made
