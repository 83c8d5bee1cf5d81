"""Declared relations between a hospital's quantities.

Decides by what the lexicon declares ([[quantity]], [[relation]]): ratios that must come out, and
what cannot outnumber what. Beds have a module of their own, because they are solved together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon
from wardround.text import Text

BED_WORDS = frozenset({"occupancy", "stay", "turnover", "days"})


@dataclass(frozen=True, slots=True)
class Relation:
    """`whole = first / rest…`, `whole <= first`, or `-`: whole = first - second.

    It allows for `slack` as a part of the value; `words` tell it.
    """

    whole: str
    op: str
    terms: tuple[str, ...]
    slack: Fraction
    words: Text

    @property
    def of_beds(self) -> bool:
        """Whether it belongs to the system that `beds` solves."""
        return bool(BED_WORDS & {self.whole, *self.terms}) or bool(self.slack)

    @property
    def rule(self) -> str:
        """The rule that a claim made with it bears."""
        return "beds" if self.of_beds else "relation"


@lru_cache(maxsize=4)
def relations_of(lexicon: Lexicon) -> tuple[Relation, ...]:
    """The relations that the lexicon declares, in the order of its files."""
    found = []
    for entry in lexicon.by_group.get("relation", ()):
        formula, _, slack = entry.means.partition(" ~ ")
        whole, op, terms = formula.split(" ", 2)
        op = "-" if " - " in terms else op
        words = Text((entry.zh or entry.en)[0], (entry.en or entry.zh)[0])
        part = Fraction(int(slack.rstrip("%") or 0), 100) if slack else Fraction(0)
        found.append(Relation(whole, op, tuple(re.split(" [/-] ", terms)), part, words))
    return tuple(found)


def name_of(lexicon: Lexicon, concept: str) -> Text:
    """A declared quantity as a person calls it."""
    if concept == "days":
        return Text("日历天数", "the calendar days")
    entry = next(w for w in lexicon.by_group["quantity"] if w.means == concept)
    return Text((entry.zh or entry.en)[0], (entry.en or entry.zh)[0])
