"""Words that make no sense: status 2, one clear sentence in the asker's language, no traceback."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.commands.terminal import Said, Terminal, process
from tests.conftest import ROOT

PERIOD = ("--period", "2026-06")
WRONG: list[tuple[Sequence[str], str, str]] = [
    (["walk"], "没有“walk”这个命令", 'no command "walk"'),
    (["import", "word", "x"], "可以是 'csv', 'excel'", "it may be 'csv', 'excel'"),
    (["adopt", "p.docx", "--year", "soon"], "--year 应是数字", '--year is a number, not "soon"'),
    (["serve", "--port", "99999"], "0 至 65535", "from 0 to 65535"),
    (["verify", "--loud"], "不认识 --loud", "nothing here is called --loud"),
    (["figure", "op_visits", "--period"], "--period 后面", "--period wants a value"),
    (["figure", "op_visits"], "还缺 --period", "missing: --period"),
    (["figure", "op_vists", *PERIOD], "没有“op_vists”这个指标", 'no indicator "op_vists"'),
    (["figure", "op_visits", "--period", "2026H3"], "“2026H3”不是", '"2026H3" is not a period'),
    (["figure", "op_visits", "--department", "ward_9", *PERIOD], "没有“ward_9”", '"ward_9"'),
    (["figure", "op_visits", *PERIOD, "--as-of", "noon"], "“noon”不是时刻", "not a moment"),
    (["score", "by_looks", *PERIOD], "没有“by_looks”这个考核方案", 'no scheme "by_looks"'),
    (["score", "--period", "June"], "“June”不是", '"June" is not a period'),
    (["report", "diary", *PERIOD, "--out", "r.docx"], "没有“diary”这份报告", 'no report "diary"'),
    (["report", "monthly_bulletin", *PERIOD, "--out", "r.odt"], ".docx", ".docx"),
    (["report", "letter_of_responsibility", "--period", "2026", "--out", "r.docx"],
     "请写明科室", "name one"),
    (["import", "csv", "none.csv", "--feed", "visit"], "没有找到文件", "no file none.csv"),
    (["import", "csv", "none.csv", "--feed", "visits"], "没有“visits”", 'no register "visits"'),
    (["import", "csv", "none.csv", "--feed", "visit", "--by", "nobody"], "“nobody”", '"nobody"'),
    (["adopt", "none.docx"], "找不到这个文件", "no such file"),
    (["check-report", "none.docx"], "没有这个文件", "no such file"),
    (["catalogue", "list", "--kind", "poem"], "种类有", "The kinds are"),
    (["catalogue", "coverage"], "--inventory", "--inventory"),
    (["catalogue", "coverage", "--inventory", "none.tsv"], "不是清单", "not an inventory"),
    (["catalogue", "play", "--system", "poems"], "没有“poems”这个系统", 'no system "poems"'),
    (["person", "nobody"], "“nobody”", '"nobody"'),
    (["restore", "none.zip"], "没有恢复", "nothing was restored"),
    (["init"], "已有一所医院", "a hospital in"),
]  # fmt: skip


def one_sentence(said: Said) -> str:
    """What was told on standard error, and nothing else was."""
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1 and "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize(("words", "zh", "en"), WRONG, ids=[" ".join(w[0]) for w in WRONG])
def test_a_wrong_word_is_told_in_one_sentence(
    terminal: Terminal, words: list[str], zh: str, en: str
) -> None:
    assert zh in one_sentence(terminal(*words, lang="zh"))
    assert en in one_sentence(terminal(*words, lang="en"))


def test_without_a_hospital_one_is_told_how_to_make_one(empty: Terminal) -> None:
    for words in (["verify"], ["measure"], ["score", *PERIOD], ["serve"], ["backup", "b.zip"]):
        assert "wardround init" in one_sentence(empty(*words))
    assert not empty.data.exists()


def test_a_place_that_cannot_be_written_is_told(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    said = terminal("report", "monthly_bulletin", *PERIOD, "--out", tmp_path / "file" / "r.docx")

    assert "could not be done" in one_sentence(said)


def test_a_lost_database_is_told(copy: Terminal) -> None:
    (copy.data / "wardround.sqlite3").unlink()

    assert "could not be done" in one_sentence(copy("verify"))


def test_hospital_files_are_refused_whole_with_every_fault(empty: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "hospital.toml"
    declared = (ROOT / "tests/web/hospital.toml").read_text("utf-8")
    declared = declared.replace('role = "head"', 'role = "boss"')
    file.write_text(declared, "utf-8")

    said = empty("init", "--hospital", file)

    assert said.status == 2 and not empty.data.exists()
    places = [line.split(" ")[0] for line in said.err.splitlines()]
    assert len(places) == len(set(places)) == declared.count('"boss"')
    assert all(line.count("boss") == 1 for line in said.err.splitlines())


def test_a_process_of_its_own_ends_with_the_same_status(tmp_path: Path) -> None:
    """Status, standard error and language, as a shell script meets them."""
    data = tmp_path / "data"
    said = process("--data", data, "verify", WARDROUND_LANG="zh")
    assert "还没有医院" in one_sentence(said)

    empty_plan = tmp_path / "plan.txt"
    empty_plan.touch()
    said = process("read", empty_plan, "--data", data, WARDROUND_LANG="en")
    assert "empty" in one_sentence(said)
    assert not data.exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_explains_itself(empty: Terminal, lang: str) -> None:
    said = empty("--help", lang=lang)

    assert said.status == 0 and said.err == ""
    for command in ("demo", "read", "adopt", "import", "figure", "report", "catalogue", "verify"):
        assert f"\n    {command} " in said.out
