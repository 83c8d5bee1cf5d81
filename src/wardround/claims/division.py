"""A whole and its parts: what they are, and which names divide a whole without overlap.

Decides on names ([[partition]], [[division]], [[remainder]] of the lexicon); `parts` finds the
lists, `sums` adds them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.mentions import Mention, Summary
from wardround.claims.rate_words import said_of

NEAR, NEAREST, EXACT = Fraction(1, 5), Fraction(1, 20), Fraction(0)
"""How far a sum may be from its whole, as a part of it, for a list that does not say its whole."""
_PLACE = re.compile(r"(?:科|病区|病房|分院|院区|[乡镇村]|街道)$")
_EACH = re.compile(r"[每均][^，,；;。\d]{0,8}$")
_EACH_BEHIND = re.compile(r"\s(?:[a-z]+\s)?each\b")
PLACED = re.compile(r"(?: of (?:them|these|which|whom))? (in|at|from|by) [a-z]")
"""What tells a part by its place: 9 of them in villages."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A whole and what is said to be in it; `closed` if nothing may be left over.

    With a `reach` the words alone do not say that these are its parts; the sum must come so near.
    """

    total: Mention
    parts: tuple[Mention, ...]
    closed: bool
    reach: Fraction | None = None

    @property
    def left(self) -> Fraction:
        """What the parts leave of the whole; less than nought where they make too much."""
        return self.total.value - total_of(self.parts)

    @property
    def meant(self) -> bool:
        """Whether the sum comes near enough for these to be the parts."""
        return self.reach is None or abs(self.left) <= self.reach * self.total.value


def total_of(parts: Iterable[Mention]) -> Fraction:
    """The sum of some numbers."""
    return sum((m.value for m in parts), Fraction(0))


def same_kind(a: Mention, b: Mention) -> bool:
    """Whether two numbers are both counts, both money, or the like, whatever they count."""
    return (a.kind or "count") == (b.kind or "count")


def divide(summary: Summary, parts: Sequence[Mention]) -> bool:
    """Whether the parts bear names that the lexicon declares to divide a whole."""
    names = [said_of(summary, m) for m in parts]
    return any(
        len(words) == len(names) and all(any(w in n for n in names) for w in words)
        for words in partitions(summary.lexicon)
    )


@lru_cache(maxsize=4)
def partitions(lexicon: Lexicon) -> tuple[list[str], ...]:
    """The names that together leave nothing out: 门诊 and 急诊."""
    return tuple(phrase.split() for phrase in lexicon.phrases("partition"))


def apart(summary: Summary, parts: Sequence[Mention]) -> bool:
    """Whether the parts bear names of one declared division, which do not overlap."""
    names = [f"{m.label} {m.unit}".lower() for m in parts]
    if len(set(names)) < len(names):
        return False
    if all(_PLACE.search(m.label) for m in parts):
        return True
    return bool(set.intersection(*(summary.means("division", n) for n in names)))  # fmt: skip


def each(summary: Summary, m: Mention) -> bool:
    """Whether a number is one of each, and no part: 分为4个小组，每组9人; 日均1,097人次."""
    before = summary.text[max(0, m.start - 12) : m.start]
    return bool(_EACH.search(before) or _EACH_BEHIND.match(summary.text, m.end))


def placed_alike(summary: Summary, parts: Sequence[Mention]) -> bool:
    """Whether each part is told in its place: 9 in villages, 8 in schools."""
    behind = [PLACED.match(summary.text, m.end) for m in parts]
    return all(behind) and len({m.group(1) for m in behind if m}) == 1


def rest_like(summary: Summary, m: Mention) -> bool:
    """Whether a number is called what is left of a whole: 12 others, 其他3人, the remaining 887."""
    text = summary.text
    before = summary.lexicon.compile(
        r"«remainder:before:zh»[\u3400-\u9fff]{0,6}$"
        r"|«remainder:before:en»\s(?:[a-z-]+\s){0,3}[£$¥€]?$"
    )
    behind = summary.lexicon.compile(
        r"\s*(?:«remainder:after»"
        r"|(?:patients |people |cases |staff )?«remainder:end»(?=\s*(?:[.,;(]|$)))"
    )
    return bool(behind.match(text[m.end : m.end + 30])) or bool(
        before.search(text[max(0, m.start - 30) : m.start])
    )


def next_to(gap: str) -> bool:
    """Whether so little stands between two numbers that they may be of one list."""
    return len(gap) <= (48 if gap.isascii() else 24) and not re.search(r"[。；;%％\n]|\.\s", gap)
