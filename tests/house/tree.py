"""The project as the house tests see it: its files, its modules, which of them are the kernel."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "wardround"

# Everything that may import neither Django nor a clock nor the network.
KERNEL = (
    "text",
    "period",
    "formula",
    "meaning",
    "figure",
    "catalogue",
    "reading",
    "work",
    "sources",
    "indicator",
    "appraisal",
    "claims",
    "report",
)


@dataclass(frozen=True)
class Module:
    """One Python file, read once."""

    path: Path
    source: str
    tree: ast.Module

    @property
    def place(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def in_kernel(self) -> bool:
        if PACKAGE not in self.path.parents:
            return False
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py") in KERNEL

    @property
    def lines(self) -> int:
        return len(self.source.splitlines())

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def at(self, node: ast.stmt | ast.expr) -> str:
        return f"{self.place}:{node.lineno}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package and of the tests, but for Django's generated migrations."""
    found = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
    return tuple(
        Module(path, source := path.read_text("utf-8"), ast.parse(source, str(path)))
        for path in found
        if "migrations" not in path.parts
    )


def kernel() -> tuple[Module, ...]:
    """The modules above the line."""
    return tuple(m for m in modules() if m.in_kernel)


@cache
def tracked_texts() -> tuple[tuple[str, str], ...]:
    """Name and text of each file a clone would hold; vendored scripts and binaries left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    texts = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if "vendor" in path.parts or not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" not in data[:8000]:
            texts.append((name, data.decode("utf-8", "replace")))
    return tuple(texts)
