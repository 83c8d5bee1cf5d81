"""The demonstration plan: a Word file in each language, with the same substance in both."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from wardround.demo.plan import plan_text, write_plan


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_plan_is_a_word_document_with_headings_items_and_a_table(
    tmp_path: Path, lang: str
) -> None:
    document = docx.Document(str(write_plan(tmp_path / "plan.docx", lang)))
    styles = [p.style.name for p in document.paragraphs if p.style is not None]
    assert styles.count("Title") == 1
    assert styles.count("Heading 1") == 11
    items = [p for p in document.paragraphs if re.match(r"\d+\.", p.text) and _plain(p)]
    assert 55 <= len(items) <= 75
    assert len(document.tables) == 1


def _plain(paragraph: docx.text.paragraph.Paragraph) -> bool:
    return paragraph.style is not None and paragraph.style.name == "Normal"


def test_both_languages_set_out_the_same_items() -> None:
    def items(text: str) -> int:
        return len(re.findall(r"^(?:\d+\.\D|\| )", text, re.MULTILINE))

    assert items(plan_text("zh")) == items(plan_text("en"))


def test_the_plan_leaves_gaps_for_a_person_to_fill() -> None:
    assert "xx项" in plan_text("zh") and "XX new" in plan_text("en")
    assert "研究生__名" in plan_text("zh") and "___ staff" in plan_text("en")
