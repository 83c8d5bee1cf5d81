"""Declared relations between a hospital's quantities, and the same quantity said twice.

Decides by what the lexicon declares ([[quantity]], [[relation]]): ratios that must come out, and
what cannot outnumber what. Beds have a module of their own, because they are solved together.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.naming import CLAUSE, pure, rates
from wardround.claims.telling import tell
from wardround.text import Text

BED_WORDS = frozenset({"occupancy", "stay", "turnover", "days"})
FAR = 2
"""Two values of one rate in one passage contradict each other if one is so many times the other."""


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
                assert m.printed and top.printed
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


def repeated(summary: Summary) -> Iterator[Claim]:
    """The same quantity printed twice is the same number."""
    said: dict[tuple[str, str, str], list[Mention]] = {}
    for group in summary.groups:
        m = group.value
        name = _name(m, group.concept) or _beside(summary, m) if m else ""
        if m and m.printed and m.kind != "percent" and len(name) > 1:
            said.setdefault((name, m.unit, m.kind), []).append(m)
    for same in said.values():
        for before, after in itertools.pairwise(same):
            yield from _twice(summary, before, after)
    yield from _contradictions(summary)


def _name(m: Mention, concept: str) -> str:
    """What tells two numbers to be of one thing: its declared name, else a label long enough."""
    if concept:
        return concept
    return m.label if len(m.label) >= (5 if m.lang == "zh" else 14) else ""


def _beside(summary: Summary, m: Mention) -> str:
    """A number's short label with the number beside it: 义诊18次，接诊2340人次."""
    row = summary.of_piece(m.piece)
    before = next((x for x in reversed(row) if x.end <= m.start and x.role == "value"), None)
    if not before or not (m.label and before.label) or m.start - before.end > 8:
        return ""
    return f"{before.label}{before.text}{m.label}"


def _twice(summary: Summary, before: Mention, after: Mention) -> Iterator[Claim]:
    assert before.printed and after.printed
    near = after.block - before.block <= 1
    if before.value == after.value and after.value >= 10 and near:
        why = Text(f"与前文的 {before.text} 一致。", f"The same as before: {before.text}.")
        yield tell(summary, "same", after, "agrees", before.text, why, [before])
    elif _mistyped(before, after) and before.label == after.label:
        why = Text(
            f"“{after.label}”前文写 {before.text}，此处写 {after.text}，疑有一处笔误。",
            f'"{after.label}" was {before.text} before and is {after.text} here; one is mistyped.',
        )
        yield tell(summary, "same", after, "differs", before.text, why, [before])


def _mistyped(a: Mention, b: Mention) -> bool:
    """Whether two numbers of four digits or more differ in one digit or in two that swapped."""
    x, y = re.sub(r"\D", "", a.text), re.sub(r"\D", "", b.text)
    if len(x) != len(y) or len(x) < 4:
        return False
    off = [i for i in range(len(x)) if x[i] != y[i]]
    swapped = len(off) == 2 and off[1] == off[0] + 1 and x[off[0]] == y[off[1]]
    return len(off) == 1 or (swapped and x[off[1]] == y[off[0]])


def _contradictions(summary: Summary) -> Iterator[Claim]:
    """Two values of one declared share within a paragraph, one far beyond the other."""
    rates: dict[tuple[int, str, str], list[Mention]] = {}
    for m in summary.mentions:
        if m.kind == "percent" and m.printed and m.role in ("value", "share"):
            concept = _rate_named(summary, m)
            if concept:
                rates.setdefault((m.block, concept, m.unit), []).append(m)
    for same in rates.values():
        first, last = same[0], same[-1]
        if first.piece == last.piece and len(same) < 2:
            continue
        if _apart(same):
            why = Text(
                f"同一指标在一段内写作 {first.text} 和 {last.text}，两者矛盾。",
                f"One rate is given as {first.text} and as {last.text} in one passage.",
            )
            yield tell(summary, "same", first, "differs", last.text, why, [last])


def _apart(same: Sequence[Mention]) -> bool:
    low, high = min(m.value for m in same), max(m.value for m in same)
    return len(same) > 1 and low > 0 and high > FAR * low


def _rate_named(summary: Summary, m: Mention) -> str:
    """The declared rate that a percentage is said to be, and of no ward or kind in particular."""
    text = summary.document.text
    lead = CLAUSE[m.lang].split(text[max(0, m.start - 80) : m.start])[-1]
    hits = [h for h in summary.lexicon.find("quantity", lead) if h.means in rates(summary.lexicon)]
    sure = hits and len(lead) - hits[-1].end < 14
    return hits[-1].means if sure and pure(m.lang, lead, hits[-1].means, summary.lexicon) else ""
