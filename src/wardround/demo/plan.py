"""Writes the demonstration hospital's plan for 2026 as a Word document.

The words stand beside this module in `plan.zh.txt` and `plan.en.txt`: two documents of the same
substance, each for its own reader. A line starting with `#` is the title, `##` and `###` are
headings, `|` is a row of a table, `>` a signature; any other line is a paragraph.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from wardround.text import Lang

_FONTS: dict[Lang, tuple[str, str]] = {
    "zh": ("Noto Serif CJK SC", "Noto Sans CJK SC"),
    "en": ("Noto Serif", "Noto Sans"),
}


def plan_text(lang: Lang) -> str:
    """The plan as plain text with the marks that this module's first lines explain."""
    return (Path(__file__).parent / f"plan.{lang}.txt").read_text(encoding="utf-8")


def write_plan(file: Path, lang: Lang) -> Path:
    """Write the plan as Word; the file is returned."""
    document = docx.Document()
    body, headings = _FONTS[lang]
    _font(document, "Normal", body, 11)
    for level, points in ((1, 14), (2, 12)):
        _font(document, f"Heading {level}", headings, points)
    _font(document, "Title", headings, 20)
    for table, lines in groupby(plan_text(lang).splitlines(), lambda line: line.startswith("|")):
        if table:
            _table(document, [[c.strip() for c in line.strip("|").split("|")] for line in lines])
        else:
            for line in lines:
                _line(document, line)
    document.save(str(file))
    return file


def _font(document: Document, style: str, name: str, points: int) -> None:
    found = document.styles[style]
    found.font.name, found.font.size = name, Pt(points)
    found.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _line(document: Document, line: str) -> None:
    mark, _, words = line.partition(" ")
    if mark == "#":
        document.add_heading(words, 0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif mark in ("##", "###"):
        document.add_heading(words, len(mark) - 1)
    elif mark == ">":
        document.add_paragraph(words).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif line:
        document.add_paragraph(line)


def _table(document: Document, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for row, words in zip(table.rows, rows, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
