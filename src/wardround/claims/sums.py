"""Whether parts make up their whole, and whether what is left over is right.

Judges the lists that `parts` finds. A list that does not claim to be whole and leaves something
over is not accused; a rest is only accused where a printed share names its whole.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterator, Sequence
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.division import (
    NEAR,
    NEAREST,
    Parts,
    apart,
    next_to,
    partitions,
    placed_alike,
    rest_like,
    same_kind,
    total_of,
)
from wardround.claims.mentions import Mention, Summary, alike
from wardround.claims.parts import find_parts
from wardround.claims.printed import Printed, Verdict, added, plain
from wardround.claims.readings import TELLING, scope_of, scopes
from wardround.claims.telling import tell, work_out
from wardround.text import Text


def sums(summary: Summary) -> Iterator[Claim]:
    """One claim for each whole with at least two parts: the sum of the parts is the whole."""
    for found in itertools.chain(*(find_parts(summary, n) for n in range(len(summary.pieces)))):
        if len(found.parts) >= 2:
            yield _judge(summary, found)
            yield from _increments(summary, found)
        elif found.parts and not _has_room(summary, found.parts[0]):
            part = found.parts[0]
            why = Text(
                f"其中一项 {part.text} 大于总数 {found.total.text}。",
                f"A part, {part.text}, is larger than the whole, {found.total.text}.",
            )
            yield tell(summary, "sum", part, "differs", f"≤ {found.total.text}", why, [found.total])


def _has_room(summary: Summary, part: Mention) -> bool:
    """Whether some number before a part is large enough to be its whole."""
    before = [m for m in summary.before(part) if m.role == "value" and alike(m, part)]
    return not before or any(m.value >= part.value for m in before)


def _judge(summary: Summary, found: Parts) -> Claim:
    """Sum of the parts = the whole, each within what its print allows."""
    total, parts = found.total, found.parts
    made = added(p.amount for p in parts)
    verdict: Verdict = total.printed.judge(made)
    left = total.value - made.exact
    if verdict == "differs" and not (
        _should_be_whole(summary, found, left)
        if left > 0
        else _cannot_overlap(summary, found, -left)
    ):
        verdict = "cannot"
    note = {
        "agrees": Text("与总数相符。", "which is the whole."),
        "rounding": Text("按取整与总数相符。", "which the whole rounds."),
        "differs": Text(f"与总数相差 {plain(abs(left))}。",
                        f"off the whole by {plain(abs(left))}."),
        "cannot": Text("分项之和大于总数，分项可能重叠，不能断定。",
                       "which is more than the whole; the parts may overlap.") if left < 0 else
                  Text(f"余 {plain(left)} 未说明归属，不能断定。",
                       f"{plain(left)} of the whole is left over; the list may be partial."),
    }[verdict]  # fmt: skip
    why = Text(
        f"{made.shown} = {plain(made.exact)}，总数写 {total.text}，{note.zh}",
        f"{made.shown} = {plain(made.exact)} against {total.text}, {note.en}",
    )
    return tell(summary, "sum", total, verdict, plain(made.exact), why, parts)


def _should_be_whole(summary: Summary, found: Parts, left: Fraction) -> bool:
    if found.closed:
        return True
    parts = found.parts
    least = min(p.value for p in parts)
    graded = len(parts) >= 4 and left <= min(least, NEAR * found.total.value)
    if graded and apart(summary, parts):
        return True
    few = left <= NEAREST * found.total.value and left * 2 < least
    named = len(parts) >= 4 and left <= 2 * NEAREST * found.total.value and left < least
    return len(parts) >= 3 and found.total.kind != "money" and (few or named)


def _cannot_overlap(summary: Summary, found: Parts, over: Fraction) -> bool:
    """Whether parts that make too much must be wrong; people may be counted under two heads.

    Parts strung together by 、 or each in its place (9 in villages, 8 in schools) are one division.
    """
    text = summary.text
    strung = all("、" in text[a.end : b.start] for a, b in itertools.pairwise(found.parts))
    strung |= placed_alike(summary, found.parts)
    money = found.total.kind == "money"
    *others, last = found.parts
    slipped = last.printed.slipped(found.total.value - total_of(others))
    kinds = strung or slipped or apart(summary, found.parts)
    return found.closed or money or kinds or over <= NEAREST * found.total.value


def _step(summary: Summary, m: Mention) -> Mention | None:
    """The printed increment of a value."""
    group = summary.group_of(m)
    return next((c for c in group.changes if c.unit == m.unit and m is group.value), None)


def _increments(summary: Summary, found: Parts) -> Iterator[Claim]:
    """Sum of the parts' increments = the whole's increment."""
    whole, *parts = (_step(summary, m) for m in (found.total, *found.parts))
    if not whole or not all(parts):
        return
    given = [p for p in parts if p]
    made = sum((p.value * p.sign for p in given), Fraction(0))
    exact = total_of(found.parts) == found.total.value
    verdict = whole.printed.judge(made * whole.sign)
    if verdict == "differs" and not exact:
        verdict = "cannot"
    shown = " + ".join(plain(p.value * p.sign) for p in given)
    why = Text(
        f"各部分增量 {shown} = {plain(made)}，总增量写 {whole.text}。",
        f"The parts' increments {shown} = {plain(made)}, against {whole.text} for the whole.",
    )
    yield tell(summary, "sum", whole, verdict, plain(made), why, given)


def hundred(summary: Summary) -> Iterator[Claim]:
    """Shares strung together, the last of them of all others, make 100 %."""
    for last in summary.mentions:
        if last.kind != "percent" or not rest_like(summary, last):
            continue
        run = [last]
        for m in reversed(summary.before(last)):
            strung = m.unit == last.unit and m.role in ("value", "share")
            if not strung or not next_to(summary.gap(m, run[0]).lstrip("%")):
                break
            run.insert(0, m)
        if len(run) > 2:
            made, whole = added(m.amount for m in run), Printed(Fraction(100), Fraction(0))
            verdict = whole.judge(made)
            place = (run[0].start, last.end)
            yield work_out(summary, "sum", place, verdict, made, run, "%", _ALL)


_ALL = Text("各项占比之和应为 100%", "the shares of a whole make 100%")


def remains(summary: Summary) -> Iterator[Claim]:
    """What is left = a whole printed nearby - the parts before it, where that comes out exactly."""
    for m in summary.mentions:
        counted = m.role == "value" and m.kind != "percent"
        if counted and (rest_like(summary, m) or _counterpart(summary, m)):
            yield from _left(summary, m)


def _counterpart(summary: Summary, m: Mention) -> bool:
    """Whether a number and one before it bear names that divide a whole: 甲级578份，…，乙级22份."""
    others = {words[-2] for words in partitions(summary.lexicon) if words[-1] in m.label}
    return bool(others) and any(o in x.label for x in summary.before(m) for o in others)


def _left(summary: Summary, m: Mention) -> Iterator[Claim]:
    before = [x for x in summary.before(m) if x.role == "value" and same_kind(x, m)]
    runs = [before[at:] for at in range(len(before))]
    fits = [
        (scope_of(summary, total, m), total, run)
        for run in runs for total in summary.of_value(total_of(run) + m.value)
        if total.role == "value" and same_kind(total, m) and total not in run
        and not any(total.end <= x.start < run[0].start for x in before)
    ]  # fmt: skip
    if fits:
        _, total, run = min(fits, key=lambda fit: fit[0])
        yield _told(summary, m, total, run)
    elif rest_like(summary, m):
        yield from _rest_of_share(summary, m, before)


def _rest_of_share(summary: Summary, m: Mention, before: list[Mention]) -> Iterator[Claim]:
    """What is left beside a part whose share is printed and leads to its whole; else it differs."""
    near = [x for scope, found in scopes(summary, m) if scope < 3 for x in found]
    shares = [
        s for s in summary.of_piece(m.piece)
        if s.kind == "percent" and s.role in ("value", "share")
        and sum(c.isdigit() for c in s.text) >= TELLING
    ]  # fmt: skip
    for at, part in enumerate(before):
        wholes = {
            w.value: w for w in near for s in shares
            if w not in (m, *before[at:]) and _counted(w) and w.value > part.value
            and s.printed.judge(part.value / w.value * 100) == "agrees"
        }  # fmt: skip
        if len(wholes) == 1 and all(w.value in wholes for w in before[:at]):
            whole = next(iter(wholes.values()))
            if total_of(before[at:]) >= whole.value:
                continue
            yield _told(summary, m, whole, before[at:])
            return


def _counted(m: Mention) -> bool:
    return m.role == "value" and m.kind in ("count", "times", "")


def _told(summary: Summary, m: Mention, total: Mention, run: Sequence[Mention]) -> Claim:
    made = functools.reduce(operator.sub, (x.amount for x in (total, *run)))
    verdict: Verdict = "agrees" if made.exact == m.value else "differs"
    return work_out(summary, "sum", m, verdict, made, (total, *run))
