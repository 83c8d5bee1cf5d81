"""What every way of reading comes to: rows of words for some registers, and what is no row.

Decides how rows declared for one register are put together; `gate` checks them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from wardround.catalogue.model import Catalogue, Register
from wardround.sources.gate import Aside
from wardround.sources.stage import name


@dataclass(frozen=True, slots=True)
class Part:
    """One query of words: field key → expression, from something, where a condition holds.
    Those with another word in `beside` can be asked side by side."""

    register: str
    said: Mapping[str, str]
    origin: str
    where: str
    at: str
    sent: str = "null"
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Staged:
    """The rows of one register: queries of at_, sent_ and a word a spoken field."""

    register: Register
    queries: tuple[str, ...]
    spoken: tuple[str, ...]

    @property
    def query(self) -> str:
        """All of them."""
        return " union all ".join(self.queries)


@dataclass
class Delivered:
    """A source that has been read: rows for registers, what is no row, what was left out."""

    staged: list[Staged]
    place: Callable[[Any], str]
    aside: list[Aside] = made(default_factory=list)
    left_out: dict[str, int] = made(default_factory=dict)
    withdrawn: list[tuple[Register, str]] = made(default_factory=list)
    """Queries of id_ and sent_: what a source takes back."""


def staged(catalogue: Catalogue, parts: Iterable[Part]) -> list[Staged]:
    """Parts put together, register by register."""
    by_register: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_register[part.register].append(part)
    found = []
    for key, several in by_register.items():
        spoken = tuple(dict.fromkeys(k for part in several for k in part.said))
        queries: dict[str, list[str]] = defaultdict(list)
        for p in several:
            queries[p.beside].append(
                f"select {p.at} as at_, cast({p.sent} as varchar) as sent_, "
                + ", ".join(
                    f"cast({p.said.get(k, 'null')} as varchar) as {name(k)}" for k in spoken
                )
                + f" from {p.origin} where {p.where}"
            )
        together = tuple(map(" union all ".join, queries.values()))
        found.append(Staged(catalogue.registers[key], together, spoken))
    return found
