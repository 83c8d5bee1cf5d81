"""The marked-up copy: the same words, highlights and comments where the verdicts are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.claims.judging import words
from tests.claims.summaries import ZH
from wardround.claims.check import check
from wardround.claims.marked import marked
from wardround.reading.document import read_document

WRONG = ZH.replace("同比增长8.5%", "同比增长9.5%").replace("| 106 | 8.0 |", "| 106 | 9.2 |")


def word_file(path: Path) -> Path:
    """The wrong summary as a Word file, tables as tables, a figure cut across runs."""
    file, table = docx.Document(), None
    for line in WRONG.split("\n"):
        if line.startswith("|---"):
            continue
        if line.startswith("|"):
            cells = [c.strip() for c in line.strip("|").split("|")]
            table = table or file.add_table(0, len(cells))
            for cell, said in zip(table.add_row().cells, cells, strict=True):
                cell.text = said
        elif line:
            head, mark, tail = line.partition("9.")
            paragraph = file.add_paragraph(head + mark)
            paragraph.add_run(tail).bold = True
    file.save(str(path))
    return path


def text_file(path: Path) -> Path:
    path.write_text(WRONG, encoding="utf-8")
    return path


def marks(file: Any) -> set[str]:
    paragraphs = [*file.paragraphs, *(p for t in file.tables for r in t.rows for c in r.cells
                                      for p in c.paragraphs)]  # fmt: skip
    return {
        "".join(r.text for r in p.runs if r.font.highlight_color is not None) for p in paragraphs
    }


@pytest.mark.parametrize("make, name", [(word_file, "s.docx"), (text_file, "s.txt")])
def test_the_copy_has_the_same_words_with_marks_and_comments(
    make: Any, name: str, tmp_path: Path
) -> None:
    source = make(tmp_path / name)
    document = read_document(source)
    claims = check(document, words())
    wrong = [c for c in claims if c.verdict == "differs"]
    assert {c.text for c in wrong} == {"9.5%", "9.2"}

    copy = docx.Document(BytesIO(marked(document, claims, source, "zh")))

    told = [c.text for c in copy.comments]
    assert sum("不符" in t for t in told) == len(wrong)
    assert any("9.5%" in m for m in marks(copy))
    assert "核对说明" in copy.paragraphs[-1].text
    if name.endswith("docx"):
        assert [p.text for p in copy.paragraphs][:-1] == [
            p.text for p in docx.Document(str(source)).paragraphs
        ]


def test_the_copy_is_the_same_on_every_run(tmp_path: Path) -> None:
    source = text_file(tmp_path / "s.txt")
    document = read_document(source)
    claims = check(document, words())
    one, two = (docx.Document(BytesIO(marked(document, claims, source, "en"))) for _ in range(2))
    assert one.element.xml == two.element.xml
