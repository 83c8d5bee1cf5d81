"""The words of plans are loaded strictly, and a new wording is a new line."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardround.catalogue.lexicon import SHIPPED, load_lexicon
from wardround.reading.document import Document
from wardround.reading.plan import read_plan
from wardround.text import Refused


def faults(tmp_path: Path, source: str) -> list[str]:
    (tmp_path / "own.toml").write_text(source, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_lexicon(SHIPPED, tmp_path)
    return [fault.say("en") for fault in refused.value.faults]


def test_an_unknown_key_is_refused_with_file_line_and_key(tmp_path: Path) -> None:
    source = '[[cadence]]\nmeans = "FREQ=DAILY"\nzh = ["日日"]\n\n[[cadence]]\nmean = "x"\n'
    told = faults(tmp_path, source)
    assert any(say.startswith("own.toml:5 cadence.mean:") for say in told)


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    told = faults(tmp_path, '[[nothing]]\nmeans = "a"\n\n[[unit]]\nmeans = "colour"\nen = [""]\n')
    assert len(told) == 3


def test_a_phrase_with_two_meanings_is_refused(tmp_path: Path) -> None:
    told = faults(tmp_path, '[[cadence]]\nmeans = "FREQ=WEEKLY"\nzh = ["每月"]\n')
    assert "每月" in told[0]


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in faults(tmp_path, "[[cadence]\n")[0]


def test_a_new_wording_is_a_new_line(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        '[[cadence]]\nmeans = "FREQ=MONTHLY"\nzh = ["逢月"]\n', encoding="utf-8"
    )
    document = Document("a.txt", "护理部逢月检查病房。")
    before = read_plan(document, load_lexicon()).statements[0]
    after = read_plan(document, load_lexicon(SHIPPED, tmp_path)).statements[0]
    assert (before.cadence, after.cadence) == (None, "FREQ=MONTHLY")
