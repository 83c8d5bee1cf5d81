"""Declared relations between quantities: 平均住院日 from bed-days and discharges, cost per visit.

Offers readings of a named figure from the nearest place that prints its inputs: the sentence, the
paragraph, the section, the document. Words of one ward or department never stand in for the whole.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass

from wardround.claims.dates import title_year
from wardround.claims.mentions import Mention, Summary, remembered
from wardround.claims.naming import CLAUSE, pure
from wardround.claims.parts import find_parts
from wardround.claims.periods import between, days_at
from wardround.claims.printed import SCALES, Amount, added
from wardround.claims.readings import Found, Lack, Reading, Trust, circles
from wardround.claims.relations import Relation, name_of, relations_of
from wardround.text import Text

_LOCAL = re.compile(
    r"[\u3400-\u9fff]{1,2}(?:(?<![本全各专学])科(?![研技学教室])|病区|院区|分院|病房)"
    r"|\bWard [A-Z0-9]+\b"
    r"|\b(?!The|Our|This|Each|All)[A-Z][a-z]+ (?:ward|unit|department|division|team)\b"
)
"""What makes a sentence one of a part of the hospital."""
_KINDS = {"occupancy": ("percent",), "stay": ("length",), "turnover": ("times", "count", ""),
          "inpatient_cost": ("money",), "outpatient_cost": ("money",)}  # fmt: skip
_ALSO = {("turnover", "percent"): "staff_turnover"}
"""What else a quantity's name means, by the kind of the number."""
_APPROVED = re.compile(r"编制|核定|注册|\b(?:approved|authori[sz]ed|registered|planned)\b", re.I)
SEVERAL = 4
"""With more possible inputs than these nothing is tried."""


def named(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Whole = first / second (/ third) or first - second, for each declared relation."""
    concept = summary.concepts.get(figure, "")
    concept = _ALSO.get((concept, figure.kind), concept)
    if figure.role != "value" or figure.kind not in _KINDS.get(concept, (figure.kind,)):
        return
    if not concept or aimed(summary, figure):
        return
    wanted = [r for r in relations_of(summary.lexicon) if r.whole == concept and r.op != "<="]
    lacking: list[tuple[Relation, list[str]]] = []
    offered = False
    for relation in (r for r in wanted if len(r.terms) > 1):
        inputs = {t: _inputs(summary, figure, t) for t in relation.terms}
        absent = [t for t, (found, _) in inputs.items() if not found]
        if absent:
            lacking.append((relation, absent))
            continue
        offered = True
        yield from _readings(summary, figure, relation, inputs)
    if lacking and not offered:
        yield _lack(summary, lacking)


def aimed(summary: Summary, m: Mention) -> bool:
    """Whether a number is only aimed at: 2024年主要目标：床护比达到1:0.5."""
    return _aim(summary, m.piece)


@remembered
def _aim(summary: Summary, number: int) -> bool:
    piece, lexicon = summary.pieces[number], summary.lexicon
    own = title_year(summary)
    years = [int(y) for y in re.findall(r"20\d\d", " ".join((*piece.level[1:], piece.text)))]
    return (
        lexicon.has("aimed", "sentence", piece.text)
        or any(lexicon.has("aimed", "heading", h) for h in piece.level[1:])
        or bool(own and years and min(years) > own)
    )


@dataclass(frozen=True, slots=True)
class _Term:
    """A quantity that a relation needs: the numbers that together are it; none for the days."""

    amount: Amount
    numbers: tuple[Mention, ...] = ()

    @classmethod
    def of(cls, *numbers: Mention) -> _Term:
        return cls(added(m.amount for m in numbers), numbers)

    @property
    def end(self) -> int:
        """Where the last of its numbers ends."""
        return max((m.end for m in self.numbers), default=0)


def _single(terms: Iterable[_Term]) -> bool:
    """Whether all that a quantity may stand for is the same value."""
    return len({t.amount.exact for t in terms}) == 1


def _inputs(summary: Summary, figure: Mention, term: str) -> tuple[list[_Term], int]:
    """What a term may stand for, from the nearest scope that has it, and how wide that is."""
    if term == "days":
        days = days_at(summary, figure)
        return ([_Term(between(days))] if days else []), 0
    if "+" in term:
        each = [_inputs(summary, figure, t) for t in term.split("+")]
        both = [m for found, _ in each for t in found[:1] for m in t.numbers]
        single = all(_single(found) for found, _ in each)
        return ([_Term.of(*both)] if single else []), max(scope for _, scope in each)
    known = _known(summary, term)
    for scope, circle in enumerate(circles(summary, figure)):
        found = [m for m in known.get(circle, ())
                 if m is not figure and _stands(summary, figure, m, term, scope)]  # fmt: skip
        # Beds that are only approved do not count where those in use are printed too.
        found = [m for m in found if not _APPROVED.search(m.label)] or found
        # Nor does what is told as a part of another that counts the same: of which 3,118.
        found = [m for m in found if not _part_of(summary, m, found)] or found
        if found:
            return [_Term.of(m) for m in found[:SEVERAL]], scope
    return [], 3


@remembered
def _known(summary: Summary, term: str) -> dict[Hashable, list[Mention]]:
    """The printed values of a quantity in every sentence, paragraph and section, in order."""
    known = {*summary.of_concept(term)}
    used = used_days(summary) if term in ("bed_days", "open_days") else {}
    if term == "bed_days":
        known = (known - used.keys()) | {*used.values()}
    known |= used.keys() if term == "open_days" else set()
    found: dict[Hashable, list[Mention]] = {}
    for m in sorted(known, key=lambda m: m.start):
        for circle in circles(summary, m) if m.value > 0 and not aimed(summary, m) else ():
            found.setdefault(circle, []).append(m)
    return found


def _part_of(summary: Summary, m: Mention, others: Collection[Mention]) -> bool:
    """Whether a number is told as a part of one of the others."""
    wholes = (p.total for p in find_parts(summary, m.piece) if m in p.parts)
    return any(whole in others for whole in wholes)


@remembered
def used_days(summary: Summary) -> dict[Mention, Mention]:
    """The bed-days behind those open: 75,396 bed days were available and 68,233 were used."""
    found = {}
    for m, concept in summary.concepts.items():
        after = next((x for x in summary.of_piece(m.piece) if x.start > m.end), None)
        if concept in ("open_days", "bed_days") and after:
            tail = summary.text[after.end : after.end + 24]
            if re.match(r"\s*(?:床日)?(?:were |are )?(?:used|occupied|占用)", tail):
                found[m] = after
    return found


def _stands(summary: Summary, figure: Mention, m: Mention, term: str, scope: int) -> bool:
    """Whether a value may stand for the whole that the figure speaks of."""
    if scope == 0:
        return True
    if places(summary, m) != places(summary, figure):
        return False
    return scope == 1 or term not in _clause(summary, m)[1] or pure(
        m.lang, _clause(summary, m)[0], term, summary.lexicon
    )  # fmt: skip


@remembered
def _clause(summary: Summary, m: Mention) -> tuple[str, set[str]]:
    """The words of a number's clause before it, and the quantities they name."""
    text = summary.pieces[m.piece].text[: m.start - summary.pieces[m.piece].start]
    lead = CLAUSE[m.lang].split(re.sub(r"1\s*[:：∶]\s*$", "", text))[-1]
    return lead, summary.means("quantity", lead)


def places(summary: Summary, m: Mention) -> frozenset[str]:
    """The wards and departments a sentence names that the title does not."""
    return _places(summary, m.piece)


@remembered
def _places(summary: Summary, number: int) -> frozenset[str]:
    piece = summary.pieces[number]
    named = _LOCAL.findall(" ".join((*piece.level[1:], piece.text)))
    return frozenset(p for p in named if p not in summary.title)


_Inputs = dict[str, tuple[list[_Term], int]]


def _readings(
    summary: Summary, figure: Mention, relation: Relation, inputs: _Inputs
) -> Iterator[Reading]:
    said = {t: [x for x in found if x.end <= figure.start] or found
            for t, (found, _) in inputs.items()}  # fmt: skip
    single = all(map(_single, said.values()))
    widest = max(scope for _, scope in inputs.values())
    concept = summary.concepts.get(figure, "")
    own = widest == 0 or clear(summary, figure, concept)
    trust: Trust = 3 if single and own else 2 if widest < 3 or single else 1
    for terms in itertools.product(*(found for found, _ in inputs.values())):
        before = all(x in said[t] for x, t in zip(terms, relation.terms, strict=True))
        yield _reading(figure, relation, terms, trust if before else 1)


@remembered
def clear(summary: Summary, m: Mention, concept: str) -> bool:
    """Whether a number's own clause names the quantity and no particular kind of it."""
    lead, hits = _clause(summary, m)
    return concept in hits and pure(m.lang, lead, concept, summary.lexicon)


def _reading(
    figure: Mention, relation: Relation, terms: tuple[_Term, ...], trust: Trust
) -> Reading:
    scale = SCALES.get(figure.unit, 1)
    work = operator.sub if relation.op == "-" else operator.truediv
    made = functools.reduce(work, (t.amount for t in terms)).times(scale)
    inputs = tuple(m for t in terms for m in t.numbers)
    unit = figure.unit if scale > 1 else ""
    return Reading(
        relation.rule, made, inputs, trust, 1, unit, relation.slack, relation.words
    )  # fmt: skip


def _lack(summary: Summary, lacking: list[tuple[Relation, list[str]]]) -> Lack:
    relation, absent = min(lacking, key=lambda x: len(x[1]))
    names = [name_of(summary.lexicon, a.split("+")[0]) for a in absent]
    return Lack(
        relation.rule,
        Text(
            f"{relation.words.zh}，缺{'、'.join(n.zh for n in names)}。",
            f"{relation.words.en}; missing: {', '.join(n.en for n in names)}.",
        ),
    )
