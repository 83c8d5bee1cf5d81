"""`./run` hands words and exit status through, starts quickly, says plainly what lacks."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PROGRAM = "import sys; print(sys.argv[1:]); sys.exit(3)\n"
LOCK = "requirements.txt"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A project folder whose only command prints its words and ends with 3."""
    package = tmp_path / "clone" / "src" / "wardround"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PROGRAM)
    for name in ("run", LOCK):
        shutil.copy(ROOT / name, tmp_path / "clone" / name)
    return tmp_path / "clone"


@pytest.fixture
def prepared(clone: Path) -> Path:
    """The same after a first run: an environment, and the mark of what it was made from."""
    programs = clone / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    digest = hashlib.sha256((clone / LOCK).read_bytes()).hexdigest()
    (clone / ".venv" / f".wardround-{LOCK}").write_text(f"{digest}  -\n")
    return clone


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "run", *words],
        cwd=folder.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_words_and_exit_status_pass_through_untouched(prepared: Path) -> None:
    done = run(prepared, "read", "a plan.docx", "--json")
    assert done.returncode == 3
    assert done.stdout == "['read', 'a plan.docx', '--json']\n"
    assert done.stderr == ""


def test_files_in_the_folder_one_stands_in_are_not_taken_for_modules(prepared: Path) -> None:
    (prepared.parent / "wardround.py").write_text("raise SystemExit(9)\n")
    assert run(prepared, "doctor").returncode == 3


def test_a_link_to_it_finds_the_project(prepared: Path, tmp_path: Path) -> None:
    link = tmp_path / "wardround"
    link.symlink_to(prepared / "run")
    assert subprocess.run([link, "doctor"], capture_output=True).returncode == 3


def test_a_prepared_project_prepares_nothing_again(prepared: Path) -> None:
    assert "Preparing" not in run(prepared, "doctor", LANG="C", LC_ALL="C").stderr


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en_GB.UTF-8", "needs Python 3.11"), ("zh_CN.UTF-8", "需要 Python 3.11")],
)
def test_a_machine_without_python_is_told_so(clone: Path, language: str, sentence: str) -> None:
    done = run(clone, "doctor", PYTHON="/nonexistent/python", LANG=language, LC_ALL=language)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stdout == ""


def test_both_scripts_may_be_executed() -> None:
    for name in ("run", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK), name
