"""The same quantity told twice: the opening against the section, the text against a table's row.

Decides by the name: what bears one name, unit and scope must be one number, unless one of them is
rounded, aimed at or of another period. Of two that contradict each other the one is accused that
nothing else in the document bears out; where both are borne out, they are of two things.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary, remembered
from wardround.claims.named import aimed, clear, places
from wardround.claims.naming import CLAUSE, pure, rates
from wardround.claims.printed import Printed, Verdict, mistyped
from wardround.claims.readings import TELLING
from wardround.claims.tables import compared, grids
from wardround.claims.telling import tell
from wardround.text import Lang, Text

FAR = 2
"""Two values of one rate in one passage contradict each other if one is so many times the other."""
NEAR = Fraction(4, 3)
"""Two values of one name that are further apart than this are rather of two things."""
SHORTEST = 4
"""A name that is not declared must have so many letters."""
BESIDE = 8
"""A shorter one is told with the number so close before it: 义诊18次，接诊2340人次."""
_SINCE = re.compile(r"1\s*[-—–~～至到]{1,2}\s*\d{1,2}月份?")
_OTHER_TIME = r"\d{1,2}月(?!以来)|每|[日月周人次例均]均|«noise:time»"
"""What makes a number one of another time than the summary's, or of one each."""
_TIMES = {"": 1, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class _Told:
    """A number told under a name; of one thing are those whose `of` is equal."""

    name: str
    of: tuple[object, ...]
    printed: Printed
    text: str
    start: int
    end: int
    block: int


def twice(summary: Summary, claims: Sequence[Claim]) -> Iterator[Claim]:
    """The same quantity printed twice is the same number; `claims` tell what is borne out."""
    sure = [c for c in claims if c.verdict in ("agrees", "rounding")]
    known = {c.start for c in sure} | {text for c in sure for text in c.inputs}
    said: dict[tuple[object, ...], list[_Told]] = {}
    for told in sorted((*_in_text(summary), *_in_tables(summary)), key=lambda t: t.start):
        said.setdefault((told.name, *told.of), []).append(told)
    for same in said.values():
        for before, after in itertools.pairwise(same):
            if _agree(before, after):
                if before.printed.value >= 10 and after.block - before.block <= 1:
                    yield _claim(summary, after, before, "agrees")
            elif _one_thing(same, before, after):
                first, last = (not {t.start, t.text}.isdisjoint(known) for t in (before, after))
                if not (first and last):
                    pair = (before, after) if last else (after, before)
                    yield _claim(summary, *pair, "differs")
    yield from _contradictions(summary)


def _in_text(summary: Summary) -> Iterator[_Told]:
    values = {g.value: g.concept for g in summary.groups if g.value}
    values |= {m: m.concept for m in summary.mentions
               if m.role == "value" and m.kind == "percent" and m not in values}  # fmt: skip
    for m, concept in values.items():
        if (name := _name(summary, m, concept)) and not aimed(summary, m):
            scope = (m.unit, _part(summary, m.start), places(summary, m))
            yield _Told(name, scope, m.printed, m.text, m.start, m.end, m.block)


def _name(summary: Summary, m: Mention, concept: str) -> str:
    """What tells two numbers to be of one thing: the declared rate, else its own words."""
    piece, lexicon = summary.pieces[m.piece], summary.lexicon
    lead = CLAUSE[m.lang].split(piece.text[: m.start - piece.start])[-1]
    if lexicon.compile(_OTHER_TIME).search(_SINCE.sub("", lead)):
        return ""
    if m.kind in ("percent", "length"):
        return _rate_in(summary, m.lang, lead)
    if m.lang == "en":
        return concept if concept and clear(summary, m, concept) else ""
    name = _plain(summary, m.label)
    if len(name) >= (2 if concept else SHORTEST):
        return name if m.label in lead else ""
    row = [x for x in summary.of_piece(m.piece) if x.end <= m.start and x.role == "value"]
    beside = row and row[-1].label and m.label and m.start - row[-1].end <= BESIDE
    return f"{row[-1].label}{row[-1].text}{m.label}" if beside else ""


def _rate_in(summary: Summary, lang: Lang, lead: str) -> str:
    """The declared rate that a clause names, of no ward or kind in particular."""
    hits = [h.means for h in summary.lexicon.find("quantity", lead)]
    known = hits and hits[-1] in rates(summary.lexicon)
    return hits[-1] if known and pure(lang, lead, hits[-1], summary.lexicon) else ""


def _plain(summary: Summary, label: str) -> str:
    noise = r"^(?:[总共达]|«noise:whole»)+|(?:[达总]|突破|总额|«noise:counted»)+$"
    return summary.lexicon.compile(noise).sub("", label)


def _in_tables(summary: Summary) -> Iterator[_Told]:
    for grid in grids(summary):
        for row, cells in grid.rows:
            now, _ = compared(grid, cells)
            said = re.fullmatch(r"(.{2,16}?)[（(]([万亿]?)(.{1,3})[）)]", row.strip())
            if now and said:
                times, old = _TIMES[said[2]], now.printed
                printed = Printed(old.value * times, old.step * times, "", old.exact and times == 1)
                unit = summary.lexicon.meaning("alike", said[3]) or said[3]
                scope = (unit, _part(summary, now.start), frozenset[str]())
                piece = summary.piece_at(now.start)
                block = piece.block if piece else 0
                name = _plain(summary, said[1])
                yield _Told(name, scope, printed, now.text, now.start, now.end, block)


def _part(summary: Summary, offset: int) -> int:
    """Which of the summaries of a collection a place is in, counted by their titles."""
    return bisect_right(_titles(summary), offset)


@remembered
def _titles(summary: Summary) -> list[int]:
    return [p.start for p in summary.pieces if p.heading and p.depth == 1 and not p.mark]


def _agree(a: _Told, b: _Told) -> bool:
    """Whether two numbers may be one, the one rounded more than the other."""
    coarse, fine = (a, b) if a.printed.step >= b.printed.step else (b, a)
    return coarse.printed.judge(fine.printed.amount) != "differs"


def _one_thing(same: Sequence[_Told], a: _Told, b: _Told) -> bool:
    """Whether two numbers must be one: near each other or mistyped, and no third value."""
    others = any(not _agree(t, a) and not _agree(t, b) for t in same)
    low, high = sorted((a.printed.value, b.printed.value))
    digits = min(sum(c.isdigit() for c in t.text) for t in (a, b))
    near = low > 0 and high <= NEAR * low
    return not others and digits >= TELLING and (near or mistyped(a.text, b.text))


def _claim(summary: Summary, at: _Told, other: _Told, verdict: Verdict) -> Claim:
    why = Text(f"与另一处的 {other.text} 一致。", f"The same as elsewhere: {other.text}.")
    if verdict == "differs":
        why = Text(
            f"“{at.name}”此处写 {at.text}，另一处写 {other.text}，疑有一处笔误。",
            f'"{at.name}" is {at.text} here and {other.text} elsewhere; one is mistyped.',
        )
    return tell(summary, "same", (at.start, at.end), verdict, other.text, why, [other.text])


def _contradictions(summary: Summary) -> Iterator[Claim]:
    """Two values of one declared rate within a paragraph, one far beyond the other."""
    told: dict[tuple[int, str, str], list[Mention]] = {}
    for m in summary.mentions:
        if m.kind == "percent" and m.role in ("value", "share"):
            lead = CLAUSE[m.lang].split(summary.text[max(0, m.start - 80) : m.start])[-1]
            if rate := _rate_in(summary, m.lang, lead):
                told.setdefault((m.block, rate, m.unit), []).append(m)
    for same in told.values():
        first, last = same[0], same[-1]
        low, high = min(m.value for m in same), max(m.value for m in same)
        if high > FAR * low > 0:
            why = Text(
                f"同一指标在一段内写作 {first.text} 和 {last.text}，两者矛盾。",
                f"One rate is given as {first.text} and as {last.text} in one passage.",
            )
            yield tell(summary, "same", first, "differs", last.text, why, [last])
