"""PDF pages and Markdown: sentences joined over line and page ends, furniture left out."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest

from wardround.catalogue.lexicon import load_lexicon
from wardround.reading.document import read_document
from wardround.reading.plan import read, read_plan
from wardround.text import Refused


def pdf(*pages: list[str]) -> bytes:
    """A PDF written by hand, a list of lines a page; a page without lines is empty."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(pages))), len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(pages):
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 740 Td {shown} ET".encode()
        parts.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number)
        )
        parts.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(
        b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, start)
    )
    return out.getvalue()


def test_headers_footers_and_page_numbers_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    body = (
        ["1. The Chief Nurse will review every fall with the ward team each", "month."],
        ["2. All staff must report incidents within 24 hours of their", "occurrence."],
        ["3. Recruit 12 nurses by the end of June 2026, and have them trained in", "wound"],
        ["care.", "4. Reduce falls by 10%."],
    )
    path.write_bytes(
        pdf(
            *(
                ["Hillside Hospital: Operational Plan", *lines, f"Page {number} of 4"]
                for number, lines in enumerate(body, 1)
            )
        )
    )
    document = read_document(path)
    statements = read_plan(document, load_lexicon()).statements
    assert "Hillside" not in document.text and "Page" not in document.text
    assert [" ".join(s.text.split()) for s in statements] == [
        "1. The Chief Nurse will review every fall with the ward team each month.",
        "2. All staff must report incidents within 24 hours of their occurrence.",
        "3. Recruit 12 nurses by the end of June 2026, and have them trained in wound care.",
        "4. Reduce falls by 10%.",
    ]
    assert len(document.pages) == 4


def in_rows(*columns: list[str]) -> list[str]:
    """Lines of columns as a text layer that runs across them: each line placed by itself."""
    return [
        f"{text}) Tj 1 0 0 1 {270 * (n + 1 if n == 0 else 0) + 50} {720 - 14 * (row + n)} Tm ("
        for row, texts in enumerate(zip(*columns, strict=True))
        for n, text in enumerate(texts)
    ]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = ["1. The Chief Nurse will review every fall", "with the ward team each month and write"]
    left += ["to the Board.", "2. All staff must report incidents within", "24 hours, in writing,"]
    left += ["to the head of the department."]
    right = ["3. Recruit 12 nurses by the end of June", "2026, and have them trained in wounds"]
    right += ["before the end of September.", "4. Reduce falls by 10% and pressure ulcers"]
    right += ["by 20% on last year, and keep", "complaints below 40."]
    path = tmp_path / "columns.pdf"
    path.write_bytes(pdf(["Hillside Hospital Plan) Tj 1 0 0 1 50 720 Tm (", *in_rows(left, right)]))
    document = read_document(path)
    assert document.text.split("\n")[1:] == [*left, *right]


def ruled(head: int, *rows: tuple[list[str], ...]) -> str:
    """Rows of cells of several lines, with the lines around them, as a PDF draws them."""
    shown, y, left = [], head, (50, 90, 300, 420)
    for row in rows:
        for x, cell in zip(left, row, strict=True):
            for n, words in enumerate(cell):
                shown.append(f"BT /F1 11 Tf {x + 3} {y - 14 - 14 * n} Td ({words}) Tj ET")
        shown.append(f"50 {y} 450 0.5 re f")
        high = 8 + 14 * max(map(len, row))
        shown += [f"{x} {y - high} 0.5 {high} re f" for x in (*left, 500)]
        y -= high
    return ") Tj ET " + " ".join([*shown, f"50 {y} 450 0.5 re f"]) + " BT ("


def test_a_table_drawn_with_lines_is_read_row_by_row_even_overleaf(tmp_path: Path) -> None:
    path = tmp_path / "table.pdf"
    first = ruled(
        700,
        (["No."], ["Action"], ["Department"], ["Due"]),
        (["1"], ["Audit hand hygiene every", "month"], ["Infection Control"], ["30 June 2026"]),
        (["2"], ["Recruit 12 nurses and have them"], ["Nursing", "Directorate"], ["ongoing"]),
    )
    second = ruled(750, ([], ["trained in wound care"], [], []))
    path.write_bytes(pdf(["Hillside Hospital Work Plan 2026", first], [second, "Notes follow."]))
    assert read_document(path).text.split("\n")[1:4] == [
        "| No. | Action | Department | Due |",
        "| 1 | Audit hand hygiene every month | Infection Control | 30 June 2026 |",
        "| 2 | Recruit 12 nurses and have them trained in wound care"
        " | Nursing Directorate | ongoing |",
    ]


def test_footnotes_stand_apart_from_the_sentences_they_explain(tmp_path: Path) -> None:
    path = tmp_path / "notes.pdf"
    mark = (
        "Keep the stay) Tj /F1 6 Tf 3 Ts (1) Tj 0 Ts /F1 11 Tf ( below 8 days and review every ward"
    )
    rule = (
        ") Tj ET 50 100 120 0.5 re f BT /F1 8 Tf 50 80 Td (1 Counted from admission to discharge."
    )
    path.write_bytes(pdf([mark, rule], ["that is above it each month."]))
    text = read_document(path).text
    assert text.startswith("Keep the stay below 8 days and review every ward\nthat is above it")
    assert text.endswith("1 Counted from admission to discharge.")


def test_a_scanned_page_among_others_is_named(tmp_path: Path) -> None:
    pages = pypdfium2.PdfDocument(pdf(["Check every month."], []))
    image = pypdfium2.PdfImage.new(pages)
    image.set_bitmap(pypdfium2.PdfBitmap.new_native(8, 8, pypdfium2.raw.FPDFBitmap_BGR))
    image.set_matrix(pypdfium2.PdfMatrix().scale(100, 100))
    page = pages[1]
    page.insert_obj(image)
    page.gen_content()
    path = tmp_path / "half.pdf"
    pages.save(str(path))
    with pytest.raises(Refused) as refused:
        read_document(path)
    assert "page 2 " in refused.value.say("en") and "第 2 页" in refused.value.say("zh")


def test_a_markdown_table_is_read_by_its_columns() -> None:
    statements = read(
        "# Plan 2026\n\n## Actions\n\n| Action | Lead | Due |\n| --- | :--- | ---: |\n"
        "| Publish the rota each week | Matron | Ongoing |\n"
        "| Open the clinic | Estates; Finance Director | 30 June 2026 |\n"
    )
    rows = [s for s in statements if s.text.startswith(("| Publish", "| Open"))]
    assert [(s.owners, s.cadence, s.deadline) for s in rows] == [
        (("Matron",), "FREQ=WEEKLY", None),
        (("Estates", "Finance Director"), None, "2026-06-30"),
    ]
    assert rows[0].level == ("# Plan 2026", "## Actions")


def test_a_table_may_stand_in_tabs() -> None:
    rows = read("任务\t责任人\t完成时限\n更换灯管\t电工班\t3月底前\n")
    assert (rows[1].owners, rows[1].deadline) == (("电工班",), "3月底")
