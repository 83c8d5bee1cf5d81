"""Growth: a change against the value, the value before, and the increment.

Offers readings for every printed change: from value and earlier value, from value and increment,
from increment and earlier value. Judges itself only "level with last year".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.mentions import Group, Mention, Summary, alike
from wardround.claims.printed import Amount, Printed, Verdict, plain
from wardround.claims.readings import Found, Reading, Trust, missing, stretch
from wardround.claims.telling import tell, work_out
from wardround.reading.numbers import number_word
from wardround.text import Text

LEVEL = Fraction(3, 100)
"""Up to so much of a change is still "level with last year" (基本持平)."""
_BESIDE = re.compile(r"\s*[（(][^（()）\d]{0,6}(?:\d{1,4}[年月]){0,2}[^（()）\d]{0,6}")
"""What stands between a change and the number before it in the bracket behind."""
WIDE, CLOSE = Fraction(3), Fraction(2)
"""One quantity seldom grows by more than these factors within a year."""


def grown(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Readings of a printed change; what is missing where the sentence does not hold it."""
    if figure.role != "change":
        return
    group = summary.group_of(figure)
    pairs = list(_pairs(summary, figure, group))
    for now, before, trust in pairs:
        if figure.kind == "percent":
            yield _change(figure, now.amount.over(before.amount), (now, before), trust, "%")
        if figure.kind != "percent" or now.kind == "percent":
            yield _change(figure, now.amount - before.amount, (now, before), trust)
    if figure.kind == "percent":
        yield from _stepped(summary, figure, group)
    elif figure.kind != "point" and not any(trust > 1 for _, _, trust in pairs):
        yield from _by_percent(figure, group)
    yield _lacking(figure, group)


def _pairs(
    summary: Summary, figure: Mention, group: Group
) -> Iterator[tuple[Mention, Mention, Trust]]:
    """Values with the values before them: the group's own first, then all others that may be."""
    sentence = [m for m in summary.of_piece(figure.piece) if m is not figure]
    near = stretch(summary, figure)
    befores = [m for m in sentence if m.role in ("earlier", "opening") and m.value]
    own = _own_before(summary, figure, group, befores)
    for before in befores:
        nows = [m for m in sentence if m.role in ("value", "share") and _same(m, before, figure)]
        close = [m for m in nows if m in near]
        for now in nows:
            trust = _support(figure, group, now, before, close or nows) if before is own else 1
            yield now, before, trust
        if not nows and before is own:
            said = list(_said_before(summary, figure, before))
            for now in said:
                likely = 1 / WIDE <= now.value / before.value <= WIDE or figure.kind == "point"
                yield now, before, 3 if len(said) == 1 and likely else 2


def _own_before(
    summary: Summary, figure: Mention, group: Group, befores: list[Mention]
) -> Mention | None:
    """The earlier value that a change is from: the nearest of its group, or of no group at all."""
    alone = group.value is None and group.earlier is None
    taken = [m for g in summary.groups_of(figure.piece) if g is not group
             and not (alone and not g.changes) for m in g.members]  # fmt: skip
    free = [m for m in befores if m not in taken]
    beside = next((m for m in befores if _BESIDE.fullmatch(summary.gap(figure, m))), None)
    if beside:
        return beside
    ahead = [m for m in free if m.end <= figure.start]
    return ahead[-1] if ahead else free[0] if free else None


def _said_before(summary: Summary, figure: Mention, before: Mention) -> Iterator[Mention]:
    """This year's value where an earlier sentence of the paragraph says it of the same quantity."""
    piece = summary.pieces[figure.piece]
    lead = piece.text[piece.body_at : before.start - piece.start]
    concepts = summary.means("quantity", lead)
    for m in summary.of_block(figure.block):
        if m.piece < figure.piece and m.role == "value":
            named = m.concept in concepts if m.concept else len(m.label) > 1 and m.label in lead
            if named and _same(m, before, figure):
                yield m


def _same(now: Mention, before: Mention, figure: Mention) -> bool:
    """Whether two numbers may be one quantity in two periods."""
    if figure.kind == "point" and {now.kind, before.kind} - {"percent", ""}:
        return False
    if figure.kind not in ("percent", "point") and not alike(now, figure):
        return False
    return alike(now, before)


def _support(
    figure: Mention, group: Group, now: Mention, before: Mention, near: list[Mention]
) -> Trust:
    """How far the wording says that these two are compared."""
    ratio = now.value / before.value
    if not 1 / WIDE <= ratio <= WIDE and figure.value < 100 and figure.kind != "point":
        return 1
    if now is group.value:
        return 3
    if now in near and now.start < before.start and (
        1 / CLOSE <= ratio <= CLOSE or figure.kind == "point"
    ):  # fmt: skip
        return 3
    return 2 if now in near else 1


def _change(
    figure: Mention, made: Amount, inputs: tuple[Mention, ...], trust: Trust, unit: str = ""
) -> Reading:
    sign = figure.sign or (1 if made.exact >= 0 else -1)
    return Reading("growth", made.times(sign), inputs, trust, sign, unit)


def _stepped(summary: Summary, figure: Mention, group: Group) -> Iterator[Reading]:
    """Growth from the increment: of the value less the increment, or of the value before."""
    near = stretch(summary, figure)
    steps = [m for m in near if m.role == "change" and m.kind not in ("percent", "point")]
    for step in steps:
        own = step in group.changes
        way = step.sign or figure.sign or 1
        turn = figure.sign or way
        for m in near:
            if m.role == "value" and alike(m, step) and m.start < figure.start:
                stated = own and m is group.value and group.earlier is None
                before = m.amount - step.amount if way > 0 else m.amount + step.amount
                if before.exact > 0 and step.value:
                    made = (step.amount / before).times(100 * way * turn)
                    trust: Trust = 3 if stated else 2 if own else 1
                    yield Reading("growth", made, (m, step), trust, turn, "%")
            elif m.role in ("earlier", "opening") and alike(m, step) and m.value:
                between = [x for x in near if m.end <= x.start < figure.start and x is not step]
                alone = own and m.end <= step.start < figure.start and not between
                made = (step.amount / m.amount).times(100 * way * turn)
                trust = 3 if alone and group.value is None else 2
                yield Reading("growth", made, (step, m), trust, 1, "%")


def _by_percent(figure: Mention, group: Group) -> Iterator[Reading]:
    """An increment from the value and the growth in percent printed with it."""
    value, all_of_it = group.value, Printed(Fraction(100), Fraction(0)).amount
    for rate in group.changes:
        if rate.kind != "percent" or not value or not alike(value, figure):
            continue
        part = rate.amount
        whole = all_of_it + part if rate.sign > 0 else all_of_it - part
        if whole.spread.low > 0 and rate.sign * figure.sign > 0:
            made = value.amount * part / whole
            inputs = (value, rate)
            yield Reading("growth", made, inputs, 2, figure.sign, borne_out=True)


def _lacking(figure: Mention, group: Group) -> Found:
    value = group.value
    if figure.kind == "point":
        return missing("growth", Text("去年的百分比", "last year's percentage"))
    if figure.kind != "percent":
        return missing("growth", Text("去年的数", "last year's value"))
    implied = ""
    if value and 100 + figure.value * figure.sign > 0:
        implied = plain(value.value / (1 + figure.value * figure.sign / 100), 1)
    return missing("growth", Text("去年的数或增量", "last year's value or the increment"), implied)


def multiple(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """So many times what was before: 8,426人次，是上年同期3,511人次的2.4倍."""
    before = next(reversed(summary.before(figure)), None)
    if figure.unit != "倍" or not before or summary.gap(before, figure) != "的":
        return
    nows = [m for m in summary.before(before) if m.role == "value" and alike(m, before)]
    if nows and before.value:
        made = nows[-1].amount / before.amount
        yield Reading("growth", made, (nows[-1], before), 3, 1, "倍")


_IN_WORDS = re.compile(
    r"[,，]\s(?P<n>[a-z-]+) (?P<way>fewer|less|more) than (?:the |last year's )?$"
)


def worded(summary: Summary) -> Iterator[Claim]:
    """A small change told in words: 31, seven fewer than the 40 of 2023."""
    text = summary.text
    for now, before in itertools.pairwise(summary.mentions):
        said = _IN_WORDS.fullmatch(text[now.end : before.start])
        read = number_word(said["n"], summary.lexicon) if said else None
        if not (said and read and alike(now, before)):
            continue
        made = now.amount - before.amount if said["way"] == "more" else before.amount - now.amount
        verdict: Verdict = "agrees" if made.exact == Fraction(read) else "differs"
        place = (now.end + said.start("n"), now.end + said.end("n"))
        yield work_out(summary, "growth", place, verdict, made, (now, before))


def manifold(summary: Summary) -> Iterator[Claim]:
    """What is level with last year, doubled or fell by a third came to about so many times it."""
    for group in summary.groups:
        now, before = group.value, group.earlier
        if now is None or not (group.flat or (before and before.role == "opening")):
            continue
        if before is None or not alike(now, before) or not before.value:
            if group.flat:
                why = Text("缺去年的数。", "Missing: last year's value.")
                yield tell(summary, "growth", now, "cannot", None, why, [now])
            continue
        lead = summary.text[max(0, before.start - 24) : before.start]
        behind = re.split(r"[;；。]|\.\s", summary.text[now.end : now.end + 24])[0].rstrip(" .,，")
        said = {"0"} if group.flat else summary.means("fold", f"{lead} {behind}")
        if len(said) != 1:
            continue
        way, made = (1 if now.value > before.value else -1), now.amount.over(before.amount)
        due = before.value * (1 + way * Fraction(int(said.pop()), 100))
        off = abs(now.value - due) / due
        verdict: Verdict = (
            "agrees" if off <= LEVEL else "differs" if off > 2 * LEVEL else "rounding"
        )
        place = now if group.flat else (before.start, now.end + len(behind))
        told = work_out(summary, "growth", place, verdict, made, (now, before), "%")
        yield replace(told, expected=plain(due))
