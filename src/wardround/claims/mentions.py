"""The numbers of a summary: each with unit, role, label and precision, and what goes together.

Values only; `scanning` reads them from the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.printed import Amount, Printed
from wardround.claims.roles import Role
from wardround.reading.document import Document
from wardround.reading.piece import Piece
from wardround.text import Lang

Given = ParamSpec("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """A printed number: `start` and `end` count in the document; `sign` is that of a change.

    Each is equal only to itself, so that it is quick to look up.
    """

    start: int
    end: int
    text: str
    printed: Printed
    unit: str
    kind: str
    role: Role
    sign: int
    label: str
    concept: str
    piece: int
    block: int
    lang: Lang

    @property
    def value(self) -> Fraction:
        """What is printed, in whole units."""
        return self.printed.value

    @property
    def amount(self) -> Amount:
        """The number as formulas take it."""
        return self.printed.amount


@dataclass(slots=True)
class Group:
    """What a sentence says of one quantity: its value, the value before, the changes, the share."""

    value: Mention | None = None
    earlier: Mention | None = None
    changes: list[Mention] = field(default_factory=list)
    shares: list[Mention] = field(default_factory=list)
    flat: bool = False
    piece: int = 0

    @property
    def members(self) -> list[Mention]:
        """All its numbers in the order of the text."""
        own = [m for m in (self.value, self.earlier) if m]
        return sorted([*own, *self.changes, *self.shares], key=lambda m: m.start)

    @property
    def concept(self) -> str:
        """The declared quantity it is about, or ''."""
        said = (self.value, self.earlier, *self.changes)
        return next((m.concept for m in said if m and m.concept), "")


@dataclass(frozen=True, eq=False)
class Summary:
    """A document with its sentences, numbers and groups; what the rules look at.

    What is asked of it again and again is looked up: each index is made once, and `known` holds
    what `remembered` functions have made of it.
    """

    document: Document
    lexicon: Lexicon
    pieces: tuple[Piece, ...]
    mentions: tuple[Mention, ...]
    blanks: tuple[Mention, ...]
    groups: tuple[Group, ...]
    known: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The document's text, in which the numbers' offsets count."""
        return self.document.text

    @cached_property
    def title(self) -> str:
        """The first line."""
        return self.text.strip().split("\n", 1)[0]

    def of_piece(self, number: int) -> list[Mention]:
        """The numbers of one sentence, in order."""
        return self._index.get(("piece", number), [])

    def of_block(self, block: int) -> list[Mention]:
        """The numbers of one paragraph, in order."""
        return self._index.get(("block", block), [])

    def of_level(self, level: tuple[str, ...]) -> list[Mention]:
        """The numbers under the same headings, in order."""
        return self._index.get(("level", level), [])

    def of_concept(self, concept: str) -> list[Mention]:
        """The values of a declared quantity, in order."""
        return self._index.get(("concept", concept), [])

    def of_value(self, value: Fraction) -> list[Mention]:
        """The numbers of one value, in order."""
        return self._index.get(("value", value), [])

    def groups_of(self, piece: int) -> list[Group]:
        """The groups of one sentence, in order."""
        return self._index.get(("groups", piece), [])

    def group_of(self, m: Mention) -> Group:
        """The group that a number is in; an empty one if it is in none."""
        return next((g for g in self.groups_of(m.piece) if m in g.members), Group())

    def pieces_of(self, block: int) -> list[Piece]:
        """The sentences of one paragraph, in order."""
        return self._index.get(("pieces", block), [])

    def piece_at(self, offset: int) -> Piece | None:
        """The sentence that an offset stands in."""
        at = self.place_of(offset)
        return self.pieces[at] if at >= 0 and offset < self.pieces[at].end else None

    def place_of(self, offset: int) -> int:
        """Which sentence is the last to begin at an offset or before it; -1 for none."""
        return bisect_right(self._starts, offset) - 1

    def before(self, m: Mention) -> list[Mention]:
        """The numbers before one in its sentence, in order."""
        return [x for x in self.of_piece(m.piece) if x.end <= m.start]

    def after(self, m: Mention) -> list[Mention]:
        """The numbers behind one in its sentence, in order."""
        return [x for x in self.of_piece(m.piece) if x.start >= m.end]

    def gap(self, a: Mention, b: Mention) -> str:
        """What stands between two numbers, the first before the second."""
        return self.text[a.end : b.start]

    def means(self, group: str, words: str) -> set[str]:
        """What the phrases of a group in some words mean."""
        return {hit.means for hit in self.lexicon.find(group, words)}

    @cached_property
    def _index(self) -> dict[tuple[str, Hashable], list[Any]]:
        """All that is looked up, under what it is looked up by, in order."""
        keys: list[tuple[str, Hashable, Any]] = []
        for m in self.mentions:
            level = self.pieces[m.piece].level
            keys += [("piece", m.piece, m), ("block", m.block, m), ("level", level, m)]
            keys.append(("value", m.value, m))
        keys += [("concept", concept, m) for m, concept in self.concepts.items()]
        keys += [("groups", group.piece, group) for group in self.groups]
        keys += [("pieces", piece.block, piece) for piece in self.pieces]
        found: dict[tuple[str, Hashable], list[Any]] = {}
        for kind, key, thing in keys:
            found.setdefault((kind, key), []).append(thing)
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return [p.start for p in self.pieces]

    @cached_property
    def order(self) -> dict[Mention, int]:
        """Each number's place among all of them."""
        return {m: at for at, m in enumerate(self.mentions)}

    @cached_property
    def concepts(self) -> dict[Mention, str]:
        """The values of declared quantities, each with the quantity, in order."""
        return {g.value: g.concept for g in self.groups if g.value and g.concept}


def remembered(
    work: Callable[Concatenate[Summary, Given], Made],
) -> Callable[Concatenate[Summary, Given], Made]:
    """Let a function of a summary work each thing out once."""

    @wraps(work)
    def recalled(summary: Summary, *given: Given.args, **named: Given.kwargs) -> Made:
        key = (work, given)
        if key not in summary.known:
            summary.known[key] = work(summary, *given, **named)
        made: Made = summary.known[key]
        return made

    return recalled


def alike(a: Mention, b: Mention) -> bool:
    """Whether two numbers count the same thing; the unit of one of them may be left out."""
    if a.unit == b.unit:
        return True
    if {"money", "percent", "rate"} & {a.kind, b.kind}:
        return False
    return not a.unit or not b.unit or (a.lang == "en" and a.unit.split()[-1] == b.unit.split()[-1])
