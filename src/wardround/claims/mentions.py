"""The numbers of a summary: each with unit, role, label and precision, and what goes together.

Values only; `scanning` reads them from the text.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.printed import Amount, Printed
from wardround.claims.roles import Role
from wardround.reading.document import Document
from wardround.reading.piece import Piece
from wardround.text import Lang


@dataclass(frozen=True, slots=True)
class Mention:
    """A printed number: `start` and `end` count in the document; `sign` is that of a change."""

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
    """A document with its sentences, numbers and groups; what the rules look at."""

    document: Document
    lexicon: Lexicon
    pieces: tuple[Piece, ...]
    mentions: tuple[Mention, ...]
    blanks: tuple[Mention, ...]
    groups: tuple[Group, ...]

    @property
    def text(self) -> str:
        """The document's text, in which the numbers' offsets count."""
        return self.document.text

    def line(self, offset: int) -> int:
        """The line of an offset, beginning at 1."""
        return self.document.text.count("\n", 0, offset) + 1

    def of_piece(self, number: int) -> list[Mention]:
        """The numbers of one sentence, in order."""
        return self._by_piece.get(number, [])

    def of_block(self, block: int) -> list[Mention]:
        """The numbers of one paragraph, in order."""
        return self._by_block.get(block, [])

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
    def _by_block(self) -> dict[int, list[Mention]]:
        return _by(self.mentions, lambda m: m.block)

    @cached_property
    def _by_piece(self) -> dict[int, list[Mention]]:
        return _by(self.mentions, lambda m: m.piece)

    @cached_property
    def order(self) -> dict[Mention, int]:
        """Each number's place among all of them."""
        return {m: at for at, m in enumerate(self.mentions)}

    @cached_property
    def named(self) -> list[tuple[str, Mention]]:
        """The values of declared quantities, each with the quantity."""
        return [(g.concept, g.value) for g in self.groups
                if g.value and g.concept]  # fmt: skip


def _by(mentions: Iterable[Mention], key: Callable[[Mention], int]) -> dict[int, list[Mention]]:
    """The numbers under each key, in order."""
    return {k: list(found) for k, found in itertools.groupby(mentions, key)}


def alike(a: Mention, b: Mention) -> bool:
    """Whether two numbers count the same thing; the unit of one of them may be left out."""
    if a.unit == b.unit:
        return True
    if {"money", "percent", "rate"} & {a.kind, b.kind}:
        return False
    return not a.unit or not b.unit or (a.lang == "en" and a.unit.split()[-1] == b.unit.split()[-1])
