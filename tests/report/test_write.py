"""A Word file carries every figure of its document; whoever changes a number is found out."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, unescape

import docx
import pytest
from pypdfium2 import PdfDocument

from tests.report.memory import MemoryFacts
from wardround.catalogue.model import Report
from wardround.figure import Figure
from wardround.period import Period
from wardround.report.compose import compose
from wardround.report.embedded import Embedded
from wardround.report.layout import chinese_number
from wardround.report.pdf import pdf_bytes
from wardround.report.records import words_of
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
    copy = path.with_name(f"altered-{path.name}")
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
    assert findings and all(finding.agrees for finding in findings)


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
    assert wrong and all("value" in [name for name, *_ in f.parts] for f in wrong)
    assert any(f.embedded != f.now for f in wrong)


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


def test_signatures_never_stand_alone_on_a_page(word: Path) -> None:
    *before, signatures, _, _ = docx.Document(str(word)).iter_inner_content()
    assert [len(row.cells) for row in signatures.rows]

    kept = []
    for one in reversed(before):
        rows = getattr(one, "rows", None)
        last = [p for row in rows[-2:] for c in row.cells for p in c.paragraphs] if rows else [one]
        kept += last
        if any(p.text for p in last):
            break
    assert any(p.text for p in kept) and all(p.paragraph_format.keep_with_next for p in kept)


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


def embedded(word: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy of the file whose embedded objects were changed, its text left as it is."""

    def changed(part: str) -> str:
        head, _, rest = part.partition(">{")
        data = json.loads(unescape("{" + rest.rpartition("</")[0]))
        change(data)
        return f"{head}>{escape(json.dumps(data))}</figures>"

    return altered(word, "customXml/item99.xml", changed)


@pytest.fixture
def records(facts: MemoryFacts) -> Callable[[Embedded], Mapping[str, set[str]]]:
    return lambda report: words_of(facts, report.lang)


@pytest.mark.parametrize(
    ("part", "forged"),
    [("value", 1.0), ("numerator", 1.0), ("denominator", 2.0), ("target", ">= 1"),
     ("last_year", 3.0), ("verdict", "none"), ("name", {"zh": "别的", "en": "Other"}),
     ("as_of", "2026-07-05T09:41:00+08:00"), ("query", "/figures/other")],
)  # fmt: skip
def test_a_part_changed_in_the_embedded_object_is_found(
    word: Path, lookup: Callable[..., Figure], part: str, forged: object
) -> None:
    stay = next(n for n, x in enumerate(figures_in(word)) if x.figure["indicator"] == "stay")

    def change(data: dict[str, Any]) -> None:
        data["figures"][stay]["figure"][part] = forged

    wrong = [f for f in verify(embedded(word, change), lookup) if not f.agrees]
    assert [(f.bookmark, [name for name, *_ in f.parts]) for f in wrong] \
        == [(figures_in(word)[stay].bookmark, [part])]  # fmt: skip
    assert str(forged) in wrong[0].said().en


def test_a_removed_object_is_found(word: Path, lookup: Callable[..., Figure]) -> None:
    """Even if its bookmark is taken out with it: then a number of the row is missing."""
    first, last = figures_in(word)[0].bookmark, read(word).count
    gone = embedded(word, lambda data: data["figures"].pop(0))
    assert [f.bookmark for f in verify(gone, lookup) if not f.agrees] == [first]
    bare = altered(gone, "word/document.xml", lambda text: text.replace(first, "_"))
    assert [f.written_in_text for f in verify(bare, lookup) if not f.agrees] == [None]

    def drop(data: dict[str, Any]) -> None:
        data["records"] = [r for r in data["records"] if not r["bookmark"].endswith(f"{last:04}")]
        data["figures"] = [f for f in data["figures"] if not f["bookmark"].endswith(f"{last:04}")]

    assert [f.embedded for f in verify(embedded(word, drop), lookup) if not f.agrees] == [None]


def test_words_of_a_record_are_held_against_the_record(
    word: Path, lookup: Callable[..., Figure], records: Callable[..., Mapping[str, set[str]]]
) -> None:
    assert all(f.agrees for f in verify(word, lookup, records))

    def change(data: dict[str, Any]) -> None:
        data["records"][0]["written"] = "99.0"

    forged = altered(
        embedded(word, change), "word/document.xml", lambda text: text.replace(">92.0<", ">99.0<")
    )
    wrong = [f for f in verify(forged, lookup, records) if not f.agrees]
    assert [(f.written_in_text, f.now) for f in wrong] == [("99.0", "2 / 92.0")]
