"""Paths into a resource: what must be read of it, and the expression that finds a word.

`a.b` goes into an object, `a[0]` takes an element (`a[-1]` the last), `a[system=x].code` the first
element that says so, `a[].code` what any element says (in `when` only), `.b` stands below the
element that `each` has taken, `#n` is that element's number. The paths of a resource together are
the only parts that are read at all.

A reference leads to an id, or says only the identifier of what it means; `#1` is what the resource
itself contains, and is known as ITS-ID#1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

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

    def shape(self) -> Any:
        """The same for what is read out of text (`from_json`)."""
        inner = {k: n.shape() for k, n in self.below.items()} or "VARCHAR"
        return [inner] if self.several else inner


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
    for path in (one for asked in paths for one in _with_identifier(asked)):
        node = root
        for key, selector in steps(path):
            node = node.below.setdefault(key, Node())
            if selector is not None:
                node.several = True
            if selector and "=" in selector:
                node.below.setdefault(selector.split("=", 1)[0], Node())
    return root


def _with_identifier(path: str) -> tuple[str, ...]:
    """With a reference, the identifier that may stand in its place."""
    if not _refers(path):
        return (path,)
    beside = path.removesuffix("reference") + "identifier"
    return path, f"{beside}.system", f"{beside}.value"


def _refers(path: str) -> bool:
    return path.endswith(".reference")


def expression(path: str, start: str | None = None) -> str:
    """The SQL of a path in the row `r`, or below `start`. Of a reference, the id at its end, or
    else the identifier's value; of a period's end that is only a day or month, its last moment."""
    several, each, below = path.partition("[].")
    if each:
        one = f"{start or 'one'}_"
        told = f"lambda {one}: {expression(below, one)}"
        found = f"list_transform({expression(several, start)}, {told})"
        return f"flatten({found})" if each in below else found
    if _refers(path):
        address, _, value = _reference(path, start)
        return f"coalesce({referred(address)}, {value})"
    said = _found(path, start)
    return f"ended_({said})" if path.endswith(".end") else said


def key_of(path: str, start: str | None = None) -> str:
    """The SQL of the key under which a lookup finds what a path leads to: an id, or system|value
    where only an identifier is known."""
    if not _refers(path):
        return expression(path, start)
    return f"keyed_({', '.join(_reference(path, start))}, r.id)"


def _reference(path: str, start: str | None) -> tuple[str, str, str]:
    """The address that a reference says, and the system and value of an identifier."""
    to = _found(path.removesuffix(".reference"), start)
    named = f"struct_extract({to}, 'identifier')"
    system, value = (f"struct_extract({named}, '{part}')" for part in ("system", "value"))
    return f"struct_extract({to}, 'reference')", system, value


def _found(path: str, start: str | None) -> str:
    said = start
    for key, selector in steps(path):
        said = f"r.{name(key)}" if said is None else f"struct_extract({said}, {quoted(key)})"
        if selector and "=" in selector:
            below, word = selector.split("=", 1)
            fits = f"lambda x_: struct_extract(x_, {quoted(below)}) = {quoted(word)}"
            said = f"list_filter({said}, {fits})[1]"
        elif selector:
            said = f"{said}[{int(selector) + (int(selector) >= 0)}]"
    return said or "null"


MACROS = (
    """create or replace macro ended_(x) as case
  when strlen(x) = 10 then x || 'T23:59:59'
  when strlen(x) = 7 then coalesce(last_day(try_cast(x || '-01' as date)) || 'T23:59:59', x)
  else x end""",
    """create or replace macro token_(x) as
  case when contains(x, '|') then x else '|' || x end""",
    """create or replace macro keyed_(x, system, said, own) as case
  when x is null then coalesce(system, '') || '|' || said
  when starts_with(x, '#') then split_part(own, '#', 1) || x
  when contains(x, '?identifier=')
    then token_(replace(split_part(split_part(x, '?identifier=', 2), '&', 1), '%7C', '|'))
  else referred_(x) end""",
)
"""What these expressions call."""
