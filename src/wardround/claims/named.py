"""Declared relations between quantities: 平均住院日 from bed-days and discharges, cost per visit.

Offers readings of a named figure from the nearest place that prints its inputs: the sentence, the
paragraph, the section, the document. Words of one ward or department never stand in for the whole.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections.abc import Iterable, Iterator

from wardround.claims.dates import title_year
from wardround.claims.mentions import Mention, Summary
from wardround.claims.naming import CLAUSE, pure
from wardround.claims.periods import between, days_at
from wardround.claims.printed import SCALES, Amount, added
from wardround.claims.readings import Found, Lack, Reading, Trust, scopes
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
    concept = next((c for c, m in summary.named if m is figure), "")
    concept = _ALSO.get((concept, figure.kind), concept)
    if figure.role != "value" or figure.kind not in _KINDS.get(concept, (figure.kind,)):
        return
    if not concept or aimed(summary, figure):
        return
    wanted = [r for r in relations_of(summary.lexicon) if r.whole == concept and _works(r)]
    lacking: list[tuple[Relation, list[str]]] = []
    offered = False
    for relation in wanted:
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
    piece, lexicon = summary.pieces[m.piece], summary.lexicon
    own = title_year(summary)
    years = [int(y) for y in re.findall(r"20\d\d", " ".join((*piece.level[1:], piece.text)))]
    return (
        lexicon.has("aimed", "sentence", piece.text)
        or any(lexicon.has("aimed", "heading", h) for h in piece.level[1:])
        or bool(own and years and min(years) > own)
    )


def _works(relation: Relation) -> bool:
    return len(relation.terms) > 1 and relation.op in ("=", "-")


Term = tuple[Mention, ...] | Amount
"""The numbers that together are a quantity, mostly one; or the days of a period."""


def _inputs(summary: Summary, figure: Mention, term: str) -> tuple[list[Term], int]:
    """What a term may stand for, from the nearest scope that has it, and how wide that is."""
    if term == "days":
        days = days_at(summary, figure)
        return ([between(days)] if days else []), 0
    if "+" in term:
        each = [_inputs(summary, figure, t) for t in term.split("+")]
        single = all(len({_amount(x).exact for x in found}) == 1 for found, _ in each)
        both = tuple(m for found, _ in each for x in found[:1] for m in _numbers(x))
        return ([both] if single else []), max(scope for _, scope in each)
    known = {id(m) for c, m in summary.named if c == term}
    if term in ("bed_days", "open_days"):
        used = used_days(summary)
        known -= {id(m) for m in used if term == "bed_days"}
        known |= {id(m) for m in (used.values() if term == "bed_days" else used)}
    for scope, near in scopes(summary, figure):
        found = [m for m in near if id(m) in known and m is not figure and m.value > 0
                 and not aimed(summary, m)
                 and _stands(summary, figure, m, term, scope)]  # fmt: skip
        if found:
            return [(m,) for m in _in_use(found)[:SEVERAL]], scope
    return [], 3


def _in_use(found: list[Mention]) -> list[Mention]:
    """Without the beds that are only approved, where those in use are printed too."""
    return [m for m in found if not _APPROVED.search(m.label)] or found


def used_days(summary: Summary) -> dict[Mention, Mention]:
    """The bed-days behind those open: 75,396 bed days were available and 68,233 were used."""
    found = {}
    for concept, m in summary.named:
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


def _clause(summary: Summary, m: Mention) -> tuple[str, set[str]]:
    """The words of a number's clause before it, and the quantities they name."""
    text = summary.pieces[m.piece].text[: m.start - summary.pieces[m.piece].start]
    lead = CLAUSE[m.lang].split(re.sub(r"1\s*[:：∶]\s*$", "", text))[-1]
    return lead, {h.means for h in summary.lexicon.find("quantity", lead)}


def places(summary: Summary, m: Mention) -> frozenset[str]:
    """The wards and departments a sentence names that the title does not."""
    title = summary.text.strip().split("\n", 1)[0]
    piece = summary.pieces[m.piece]
    return frozenset(
        p for p in _LOCAL.findall(" ".join((*piece.level[1:], piece.text))) if p not in title
    )


def _readings(
    summary: Summary,
    figure: Mention,
    relation: Relation,
    inputs: dict[str, tuple[list[Term], int]],
) -> Iterator[Reading]:
    said = {t: [x for x in found if _ends(x) <= figure.start] or found
            for t, (found, _) in inputs.items()}  # fmt: skip
    single = all(len({_amount(x).exact for x in found}) == 1 for found in said.values())
    widest = max(scope for _, scope in inputs.values())
    concept = next((c for c, m in summary.named if m is figure), "")
    own = widest == 0 or clear(summary, figure, concept)
    trust: Trust = 3 if single and own else 2 if widest < 3 or single else 1
    for terms in itertools.product(*(found for found, _ in inputs.values())):
        before = all(x in said[t] for x, t in zip(terms, relation.terms, strict=True))
        counted: Trust = 2 if trust == 3 and _narrower(summary, figure, terms) else trust
        yield _reading(figure, relation, terms, counted if before else 1)


def _narrower(summary: Summary, figure: Mention, terms: Iterable[Term]) -> bool:
    """Whether one side speaks of emergencies too and the other does not: 门急诊次均, 门诊人次."""
    visits = [m for t in terms if len(_numbers(t)) == 1 for m in _numbers(t)
              if m.concept == "visits"]  # fmt: skip
    return any(_urgent(summary, v) != _urgent(summary, figure) for v in visits)


def _urgent(summary: Summary, m: Mention) -> bool:
    text = summary.text
    behind = text[m.end : m.end + 40] if m.lang == "en" else ""
    return bool(re.search("急|emergency", _clause(summary, m)[0] + CLAUSE[m.lang].split(behind)[0]))


def _numbers(term: Term) -> tuple[Mention, ...]:
    return () if isinstance(term, Amount) else term


def _ends(term: Term) -> int:
    """Where the last number of a term ends."""
    return max((m.end for m in _numbers(term)), default=0)


def _amount(term: Term) -> Amount:
    return term if isinstance(term, Amount) else added(m.amount for m in term)


def clear(summary: Summary, m: Mention, concept: str) -> bool:
    """Whether a number's own clause names the quantity and no particular kind of it."""
    lead, hits = _clause(summary, m)
    return concept in hits and pure(m.lang, lead, concept, summary.lexicon)


def _reading(figure: Mention, relation: Relation, terms: tuple[Term, ...], trust: Trust) -> Reading:
    scale = SCALES.get(figure.unit, 1)
    work = operator.sub if relation.op == "-" else operator.truediv
    made = functools.reduce(work, map(_amount, terms)).times(scale)
    return Reading(
        relation.rule, made, tuple(m for t in terms for m in _numbers(t)), trust, 1,
        figure.unit if scale > 1 else "", relation.slack, relation.words,
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
