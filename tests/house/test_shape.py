"""Modules stay small, functions fit a screen, names say something, imports stand at the top."""

from __future__ import annotations

import ast

from tests.house.tree import PACKAGE, Module, modules

MODULE_LINES = 500
VIEW_LINES = 250
FUNCTION_LINES = 60
SAYS_NOTHING = {
    stem + s
    for stem in ("util", "helper", "core", "base", "manager", "service", "common", "misc")
    for s in ("", "s")
}


def test_a_module_is_short_enough_to_read() -> None:
    def limit(module: Module) -> int:
        return VIEW_LINES if PACKAGE / "web" / "views" in module.path.parents else MODULE_LINES

    assert not [f"{m.place}: {m.lines} lines" for m in modules() if m.lines > limit(m)]


def test_a_function_fits_a_screen() -> None:
    def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        return (node.end_lineno or node.lineno) - node.lineno + 1

    assert not [
        f"{m.at(f)} {f.name}: {length(f)} lines"
        for m in modules()
        for f in m.functions()
        if length(f) > FUNCTION_LINES
    ]


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    assert not [
        m.place
        for m in modules()
        if SAYS_NOTHING & {part.removesuffix(".py").strip("_") for part in m.path.parts}
        if PACKAGE in m.path.parents
    ]


def test_imports_stand_at_the_top_of_the_file() -> None:
    hidden = {
        m.at(node)
        for m in modules()
        for f in m.functions()
        for node in ast.walk(f)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert not sorted(hidden)


def test_a_module_says_what_it_is_about() -> None:
    assert not [m.place for m in modules() if m.source.strip() and not ast.get_docstring(m.tree)]
