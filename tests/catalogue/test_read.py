"""No dead words: whatever a system's file may say, some code acts upon."""

from __future__ import annotations

import ast
from dataclasses import fields, is_dataclass

from tests.house.tree import PACKAGE, modules
from wardround.catalogue import model, scheme

CHECKING = PACKAGE / "catalogue" / "validate.py"


def declared() -> set[tuple[str, str]]:
    """Class and field of everything that a file may declare."""
    return {
        (value.__name__, field.name)
        for module in (model, scheme)
        for value in vars(module).values()
        if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
        for field in fields(value)
    }


def imported(tree: ast.Module) -> set[str]:
    """Names bound by imports: `attachments.keep` is no reading of a register's `keep`."""
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def read() -> set[str]:
    """Every attribute of a value that code reads, outside the checks of declarations."""
    found: set[str] = set()
    for module in modules():
        if PACKAGE not in module.path.parents or module.path == CHECKING:
            continue
        bound = imported(module.tree)
        found |= {
            node.attr
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
            if not (isinstance(node.value, ast.Name) and node.value.id in bound)
        }
    return found


def test_every_declared_key_is_read() -> None:
    words = declared()
    assert len(words) > 100
    known = read()
    assert sorted(f"{cls}.{name}" for cls, name in words if name not in known) == []
