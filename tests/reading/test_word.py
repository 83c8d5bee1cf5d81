"""Word files: what people see is what is read, numbers, merged cells and edits included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from wardround.reading.document import Document, read_document
from wardround.reading.plan import read

W = nsdecls("w")


def saved(document: Any, tmp_path: Path) -> Document:
    path = tmp_path / "plan.docx"
    document.save(str(path))
    return read_document(path)


def numbered(document: Any, words: str, number_id: int, depth: int = 0) -> None:
    paragraph = document.add_paragraph(words)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="{number_id}"/></w:numPr>')
    )


def lists(document: Any) -> None:
    """Two lists of one kind, 一、（一）1.; the second starts afresh."""
    root = document.part.numbering_part.element
    forms = (
        ("chineseCounting", "%1、"),
        ("chineseCounting", "（%2）"),
        ("decimal", "%3."),
        ("decimal", "%3.%4"),
    )
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(forms)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {W} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    root.append(
        parse_xml(
            f'<w:num {W} w:numId="92"><w:abstractNumId w:val="90"/><w:lvlOverride w:ilvl="0">'
            '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )


def test_automatic_numbers_are_written_as_people_see_them(tmp_path: Path) -> None:
    document = docx.Document()
    lists(document)
    for words, number_id, depth in (
        ("工作目标", 91, 0),
        ("质量指标", 91, 1),
        ("合格率达95%以上", 91, 2),
        ("满意度不低于90%", 91, 2),
        ("细则", 91, 3),
        ("主要措施", 91, 0),
        ("护理指标", 91, 1),
        ("另起一篇", 92, 0),
    ):
        numbered(document, words, number_id, depth)
    assert saved(document, tmp_path).text.split("\n") == [
        "一、工作目标",
        "（一）质量指标",
        "1. 合格率达95%以上",
        "2. 满意度不低于90%",
        "2.1 细则",
        "二、主要措施",
        "（一）护理指标",
        "一、另起一篇",
    ]


def test_merged_cells_keep_their_columns(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(4, 4)
    rows = (
        ("工作任务", "责任部门", "", "完成时限"),
        ("", "牵头科室", "配合科室", ""),
        ("处方点评", "药剂科", "医务科", "6月底前"),
        ("", "质控科", "护理部", "9月底前"),
    )
    for row, words in zip(table.rows, rows, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    table.cell(0, 1).merge(table.cell(0, 2))
    for column in (0, 3):
        table.cell(0, column).merge(table.cell(1, column))
    table.cell(2, 0).merge(table.cell(3, 0))
    statements = read(saved(document, tmp_path).text)
    assert [s.kind for s in statements[:2]] == ["background", "background"]
    assert [(s.owners, s.deadline) for s in statements[2:]] == [
        (("药剂科", "医务科"), "6月底"),
        (("质控科", "护理部"), "9月底"),
    ]


def test_deleted_and_hidden_words_headers_and_footers_are_not_read(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    paragraph = document.add_paragraph("每月检查")
    paragraph._p.append(
        parse_xml(
            f'<w:del {W} w:id="1" w:author="a"><w:r><w:delText>三次</w:delText></w:r></w:del>'
        )
    )
    paragraph._p.append(
        parse_xml(f'<w:ins {W} w:id="2" w:author="a"><w:r><w:t>两次</w:t></w:r></w:ins>')
    )
    paragraph._p.append(
        parse_xml(f"<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>（暂不公开）</w:t></w:r>")
    )
    assert saved(document, tmp_path).text == "每月检查两次"


def test_heading_styles_are_headings_without_a_number(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Nursing", 1)
    document.add_paragraph("Ward managers audit ten charts every month.")
    read_back = saved(document, tmp_path)
    assert read_back.headings == ((0, 1),)
