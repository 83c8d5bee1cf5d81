"""Declared relations between a hospital's quantities.

Decides by what the lexicon declares ([[quantity]], [[relation]]): ratios that must come out, and
what cannot outnumber what. Beds have a module of their own, because they are solved together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.telling import tell
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


def values_of(summary: Summary, concept: str, block: int) -> list[Mention]:
    """The values of a declared quantity in a paragraph."""
    return [m for c, m in summary.named if c == concept and m.block == block]


def plausible(summary: Summary) -> Iterator[Claim]:
    """What cannot outnumber what, in one paragraph: x <= y."""
    declared = [r for r in relations_of(summary.lexicon) if r.op == "<="]
    for block in sorted({m.block for m in summary.mentions}):
        for relation in declared:
            less = values_of(summary, relation.whole, block)
            more = values_of(summary, relation.terms[0], block)
            if not less or not more:
                continue
            top = max(more, key=lambda m: m.value)
            for m in less:
                if m.unit != top.unit and {"money", "percent"} & {m.kind, top.kind}:
                    continue
                uncounted = m.kind == "money" or not (m.kind or m.printed.exact)
                if uncounted and "income" not in relation.whole:
                    continue
                if m.kind != "percent" and m.printed.span.low > top.printed.span.high:
                    why = Text(
                        f"{relation.words.zh}；文中前者 {m.text}，后者 {top.text}，疑为笔误。",
                        f"{relation.words.en}; here they are {m.text} and {top.text}.",
                    )
                    yield tell(summary, "plausible", m, "differs", f"≤ {top.text}", why, [top])
