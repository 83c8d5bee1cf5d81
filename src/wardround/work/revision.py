"""Last year's plan beside this year's: what was kept, changed, added, dropped.

Decides which items are the same promise, by the likeness of their words and by the indicators and
duties that both are tied to, and what of it changed. Numbers and years do not count as likeness:
a target that moved is a change of the same promise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["kept", "changed", "new", "dropped"]
Change = Literal["target", "owner", "deadline", "cadence"]
ALIKE = 0.45
"""Two items less alike than this are not the same promise."""
TIED = 0.3
"""What being tied to the very same indicators and duties adds to the likeness of words."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One item of a plan as far as it can be compared; `ties` are its indicators and duties."""

    number: str
    text: str
    owners: frozenset[str] = frozenset()
    cadence: str | None = None
    deadline: str | None = None
    targets: tuple[str, ...] = ()
    ties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """A promise in both plans, or in one; `changes` is empty unless it is in both and changed."""

    kind: Kind
    old: Promise | None
    new: Promise | None
    changes: tuple[Change, ...] = ()


def compare(old: Sequence[Promise], new: Sequence[Promise]) -> list[Pair]:
    """Every item of both plans once: this year's in their order, then what was dropped.

    >>> last = Promise("1", "平均住院日不超过8.5天。", targets=("<= 8.5",))
    >>> this = Promise("3", "出院者平均住院日不超过8.2天。", targets=("<= 8.2",))
    >>> [(p.kind, p.changes) for p in compare([last], [this])]
    [('changed', ('target',))]
    """
    partner = _partners(old, new)
    found = []
    for at, promise in enumerate(new):
        before = old[partner[at]] if at in partner else None
        changes = _changes(before, promise) if before else ()
        kind: Kind = "new" if before is None else "changed" if changes else "kept"
        found.append(Pair(kind, before, promise, changes))
    left = set(range(len(old))) - set(partner.values())
    return found + [Pair("dropped", old[at], None) for at in sorted(left)]


def _partners(old: Sequence[Promise], new: Sequence[Promise]) -> dict[int, int]:
    """Place in the new plan → place in the old: the likest pairs first, each item once; of pairs
    as like as each other, those that stand nearest."""
    before, after = [_pieces(p.text) for p in old], [_pieces(p.text) for p in new]
    scored = [
        (-score, abs(i - j), j, i)
        for j, promise in enumerate(new)
        for i, earlier in enumerate(old)
        if (score := _likeness(after[j], before[i], promise.ties, earlier.ties)) >= ALIKE
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, j, i in sorted(scored):
        if j not in found and i not in taken:
            found[j] = i
            taken.add(i)
    return found


def likeness(one: Promise, other: Promise) -> float:
    """Between 0 and 1 for the words, and up to `TIED` more for what both are tied to."""
    return _likeness(_pieces(one.text), _pieces(other.text), one.ties, other.ties)


def _likeness(
    one: frozenset[str], other: frozenset[str], ties: frozenset[str], others: frozenset[str]
) -> float:
    words = 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
    shared = len(ties & others) / len(ties | others) if ties & others else 0.0
    return words + TIED * shared


def _pieces(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters, without numbers, marks, spaces and who answers for it."""
    plain = re.sub(r"[（(][^（()）]*[）)]", "", text.lower())
    plain = re.sub(r"[\W\d_]+", "", plain)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset({plain})


def _changes(old: Promise, new: Promise) -> tuple[Change, ...]:
    said: dict[Change, bool] = {
        "target": sorted(_plain(t) for t in old.targets) != sorted(_plain(t) for t in new.targets),
        "owner": old.owners != new.owners,
        "deadline": _no_year(old.deadline) != _no_year(new.deadline),
        "cadence": (old.cadence or "") != (new.cadence or ""),
    }
    return tuple(change for change, differs in said.items() if differs)


def _plain(words: str) -> str:
    """What a target sets, however it is worded: its comparison and its number."""
    bare = re.sub(r"\s+", "", words)
    found = re.search(r"(?:[<>]?=|[<>]|increase|decrease)?\d[\d.]*(?:-\d[\d.]*)?", bare)
    return found[0].rstrip(".").replace("..", "-") if found else bare


def _no_year(words: str | None) -> str:
    """A deadline without its year: the end of June is the same promise every year."""
    return re.sub(r"20\d\d年?-?", "", words or "").strip()
