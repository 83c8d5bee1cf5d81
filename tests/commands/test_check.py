"""`check`: verdicts as JSON, a table for people, a marked-up copy, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
from django.conf import settings

from tests.claims.summaries import EN, ZH
from wardround import cli
from wardround.outcome import FOUND, WELL, WRONG


@pytest.fixture(autouse=True)
def no_hospital(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path / "no-data")


def summary(place: Path, text: str) -> str:
    place.write_text(text, encoding="utf-8")
    return str(place)


def test_a_right_summary_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", summary(tmp_path / "s.txt", ZH), "--lang", "zh"]) == WELL
    assert "不符 0" in capsys.readouterr().out


def test_json_holds_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = EN.replace("up 4.1% on", "up 6.1% on")
    file = summary(tmp_path / "s.txt", text)
    assert cli.main(["check", file, "--json"]) == FOUND
    data = json.loads(capsys.readouterr().out)
    assert data["document"] == file
    (wrong,) = [c for c in data["claims"] if c["verdict"] == "differs"]
    assert set(wrong) == {"line", "start", "end", "text", "rule", "inputs", "verdict", "expected",
                          "why"}  # fmt: skip
    assert wrong["text"] == text[wrong["start"] : wrong["end"]] == "6.1%"
    assert wrong["rule"] == "growth" and wrong["expected"] == "4.1%"
    assert set(wrong["why"]) == {"zh", "en"}


def test_out_writes_a_marked_copy(tmp_path: Path) -> None:
    out = tmp_path / "marked.docx"
    assert cli.main(["check", summary(tmp_path / "s.md", ZH), "--out", str(out)]) == WELL
    assert "2026年上半年工作总结" in docx.Document(str(out)).paragraphs[0].text


@pytest.mark.parametrize("name, text", [("s.exe", "x"), ("s.docx", "no word file"), ("s.txt", "")])
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", summary(tmp_path / name, text)]) == WRONG
    told = capsys.readouterr()
    assert told.out == "" and name in told.err
