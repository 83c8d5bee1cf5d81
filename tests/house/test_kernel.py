"""The kernel is functions of values: no clock, no Django, no network; and it explains itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import Module, kernel

ASKS_THE_CLOCK = {"now", "today", "utcnow", "localtime", "gmtime"}
OF_TIME = {"time", "time_ns"}
BEYOND_THE_LINE = {
    *("django", "django_htmx", "ninja", "axes", "whitenoise", "granian", "psycopg"),
    *("socket", "ssl", "http", "smtplib", "ftplib", "imaplib", "socketserver", "asyncio"),
    *("requests", "httpx", "aiohttp", "urllib3", "urllib.request"),
}


def clock_calls(tree: ast.Module) -> Iterator[ast.Call | ast.ImportFrom]:
    """Calls of now(), today(), utcnow(), time.time() and the like, however imported."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in ASKS_THE_CLOCK:
                yield node
            case ast.Call(func=ast.Name(id=name)) if name in ASKS_THE_CLOCK:
                yield node
            case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr=name)):
                if name in OF_TIME:
                    yield node
            case ast.ImportFrom(module="time", names=names):
                if {n.name for n in names} & (OF_TIME | ASKS_THE_CLOCK):
                    yield node


def imported(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Each absolute import's statement and the dotted name that it reaches."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def reaches_beyond(name: str) -> bool:
    """Whether a dotted name is, or lies in, a package that the kernel may not know."""
    return any(name == far or name.startswith(far + ".") for far in BEYOND_THE_LINE)


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now()",
        "datetime.datetime.now(tz=UTC)",
        "date.today()",
        "datetime.utcnow()",
        "time.time()",
        "from time import time",
        "timezone.now()",
    ],
)
def test_every_way_to_ask_the_clock_is_noticed(line: str) -> None:
    assert list(clock_calls(ast.parse(line)))


def test_the_kernel_asks_no_clock() -> None:
    assert not [m.at(call) for m in kernel() for call in clock_calls(m.tree)]


def test_the_kernel_imports_neither_django_nor_the_network() -> None:
    assert not [
        f"{m.at(node)} {name}"
        for m in kernel()
        for node, name in imported(m.tree)
        if reaches_beyond(name)
    ]


def public(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """What other modules may use: top-level functions and classes without a leading underscore."""
    for node in module.tree.body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            yield node


def test_public_functions_and_classes_of_the_kernel_have_docstrings() -> None:
    assert not [
        f"{m.at(node)} {node.name}"
        for m in kernel()
        for node in public(m)
        if not ast.get_docstring(node)
    ]


def test_functions_of_the_kernel_say_what_they_return() -> None:
    assert not [f"{m.at(f)} {f.name}" for m in kernel() for f in m.functions() if f.returns is None]
