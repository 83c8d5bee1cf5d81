"""What a file says, and what is refused with a sentence that tells how to mend it."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from wardround.reading.document import read_document
from wardround.text import Refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "计划.txt"
    path.write_bytes("一、工作目标\r\n1.提高质量。".encode(encoding))
    assert read_document(path).text == "一、工作目标\n1.提高质量。"


def test_word_numbers_tables_and_text_boxes_become_lines(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("护理部工作计划", 0)
    document.add_paragraph("每月检查一次", style="List Number")
    document.add_paragraph("每季度分析一次", style="List Number")
    document.add_paragraph("规范收费", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, words in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ["项目", "责任部门", "处方点评", "药剂科"],
        strict=True,
    ):
        cell.text = words
    box = document.add_paragraph("正文")
    box._p.append(
        parse_xml(
            f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p>"
            "</w:txbxContent></w:pict></w:r>"
        )
    )
    path = tmp_path / "plan.docx"
    document.save(str(path))
    read = read_document(path)
    lines = read.text.split("\n")
    assert lines == [
        "护理部工作计划",
        "1. 每月检查一次",
        "2. 每季度分析一次",
        "• 规范收费",
        "| 项目 | 责任部门 |",
        "| 处方点评 | 药剂科 |",
        "正文",
        "框内文字",
    ]
    assert read.headings == ((0, 1),)


def test_a_pdf_gives_its_text_and_where_pages_start(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(pdf("Check every month.", "Report by June 2026."))
    read = read_document(path)
    assert [read.text[at:].split("\n")[0].strip() for at in read.pages] == [
        "Check every month.",
        "Report by June 2026.",
    ]


def test_a_scan_is_refused_with_its_page(tmp_path: Path) -> None:
    pdf_file = pypdfium2.PdfDocument.new()
    page = pdf_file.new_page(200, 200)
    image = pypdfium2.PdfImage.new(pdf_file)
    image.set_bitmap(pypdfium2.PdfBitmap.new_native(8, 8, pypdfium2.raw.FPDFBitmap_BGR))
    image.set_matrix(pypdfium2.PdfMatrix().scale(100, 100))
    page.insert_obj(image)
    page.gen_content()
    path = tmp_path / "scan.pdf"
    pdf_file.save(str(path))
    with pytest.raises(Refused) as refused:
        read_document(path)
    assert "OCR" in refused.value.say("zh") and "page 1" in refused.value.say("en")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n \n", "no text"),
        ("noise.txt", b"\x00\x01\x02\xff\x00\x03", "not a text file"),
        ("table.xlsx", b"PK", "cannot be read"),
        ("broken.docx", b"PK\x03\x04 nothing here", "damaged"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        ("broken.pdf", b"%PDF-1.4 nothing here", "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_document(path)
    fault = refused.value.faults[0]
    assert says in fault.why.en and fault.why.zh and fault.place == name


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such file"):
        read_document(tmp_path / "nothing.docx")


def pdf(*pages: str) -> bytes:
    """A small PDF written by hand, one line a page."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, words in enumerate(pages):
        stream = f"BT /F1 12 Tf 50 700 Td ({words}) Tj ET".encode()
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {5 + 2 * i} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        parts.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
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
