"""What a clone holds works on any machine: no addresses in the locks, no paths of one machine."""

from __future__ import annotations

import re
import tomllib

from tests.house.tree import ROOT, modules, tracked_texts

LOCKS = ("requirements.txt", "requirements-dev.txt")
ADDRESS = re.compile(r"https?://|index-url|find-links")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work/(?:main|shared|brief)|root/|home/\w)")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


def lines_with(pattern: re.Pattern[str], *, suffix: str = "") -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked_texts()
        if name.endswith(suffix)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_locked_requirements_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.txt"):
        assert not ADDRESS.findall(lock.read_text("utf-8"))


def test_every_locked_requirement_is_exact_and_hashed() -> None:
    for lock in ROOT.glob("requirements*.txt"):
        text = lock.read_text("utf-8").replace("\\\n", " ")
        for line in text.splitlines():
            assert re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_every_declared_dependency_is_locked_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    explained = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    for lock, declared in zip(
        LOCKS,
        (project["project"]["dependencies"], project["dependency-groups"]["dev"]),
        strict=True,
    ):
        locked = (ROOT / lock).read_text("utf-8").lower()
        for requirement in declared:
            name = re.split(r"[\[~=<>;! ]", requirement)[0].lower()
            assert re.search(rf"^{re.escape(name)}==", locked, re.M), f"{name} not in {lock}"
            assert f"| {name} |" in explained, f"{name} not in docs/dependencies.md"


def test_both_locks_agree_on_what_both_hold() -> None:
    def versions(lock: str) -> dict[str, str]:
        text = (ROOT / lock).read_text("utf-8")
        return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, re.M))

    run, dev = (versions(lock) for lock in LOCKS)
    assert {n: v for n, v in dev.items() if n in run and run[n] != v} == {}


def test_no_file_names_a_path_of_one_machine() -> None:
    assert not lines_with(MACHINE_PATH)


def test_no_file_names_a_package_registry() -> None:
    assert not lines_with(REGISTRY)


def test_no_code_is_left_unfinished() -> None:
    assert modules()
    assert not lines_with(UNFINISHED, suffix=".py")
