"""Paths into a resource: what must be read of it, and the expression that finds a word.

`a.b` goes into an object, `a[0]` takes an element (`a[-1]` the last), `a[system=x].code` the first
element that says so, `a[].code` what any element says (in `when` only), `.b` stands below the
element that `each` has taken, `#n` is that element's number. The paths of a resource together are
the only parts that are read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made

from wardround.sources.stage import name, quoted, referred
from wardround.text import refuse

_STEP = re.compile(r"([A-Za-z_]\w*)(?:\[(-?\d+|[A-Za-z_]\w*=[^\]]*|)\])?(?:\.|$)")


@dataclass(slots=True)
class Node:
    """A part of a resource that is read: what lies below it, and whether there are several."""

    below: dict[str, Node] = made(default_factory=dict)
    several: bool = False

    def sql_type(self) -> str:
        """The type under which DuckDB reads it."""
        inner = ", ".join(f"{name(k)} {n.sql_type()}" for k, n in self.below.items())
        return (f"struct({inner})" if inner else "varchar") + ("[]" if self.several else "")


def steps(path: str) -> list[tuple[str, str | None]]:
    """(name, selector) of each step; raises `Refused` for what is no path."""
    found, at = [], 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise refuse(f"路径“{path}”写得不对。", f'The path "{path}" is not well formed.')
        found.append((step[1], step[2]))
        at = step.end()
    return found


def read_for(paths: Iterable[str]) -> Node:
    """The tree of what these paths ask for."""
    root = Node()
    for path in paths:
        node = root
        for key, selector in steps(path):
            node = node.below.setdefault(key, Node())
            if selector is not None:
                node.several = True
            if selector and "=" in selector:
                node.below.setdefault(selector.split("=", 1)[0], Node())
    return root


def expression(path: str, start: str | None = None) -> str:
    """The SQL of a path in the row `r`, or below `start`. Of a reference, the id at its end."""
    several, each, below = path.partition("[].")
    if each:
        one = f"{start or 'one'}_"
        told = f"lambda {one}: {expression(below, one)}"
        found = f"list_transform({expression(several, start)}, {told})"
        return f"flatten({found})" if each in below else found
    said = start
    for key, selector in steps(path):
        said = f"r.{name(key)}" if said is None else f"struct_extract({said}, {quoted(key)})"
        if selector and "=" in selector:
            below, word = selector.split("=", 1)
            fits = f"lambda x_: struct_extract(x_, {quoted(below)}) = {quoted(word)}"
            said = f"list_filter({said}, {fits})[1]"
        elif selector:
            said = f"{said}[{int(selector) + (int(selector) >= 0)}]"
    found = said or "null"
    if path.rpartition(".")[2] == "reference":
        return referred(found)
    return found
