"""Parts against sums: what follows 其中 or "of which", what stands before 合计, lists in brackets.

Decides whether parts add up to the whole. A list that does not claim to be whole and leaves
something over is not accused.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.printed import Verdict, added, plain
from wardround.claims.rate_words import counted_days
from wardround.claims.telling import tell
from wardround.claims.wholes import (
    Parts,
    after_colon,
    alike,
    apart,
    divide,
    divided,
    gathered,
    listed,
    next_to,
    strung,
    told_above,
    total_of,
    within,
)
from wardround.text import Text

SMALL = Fraction(1, 20)
"""Three or more parts that leave less than this of the whole over were meant to be whole."""


_PLACED = re.compile(r"(?: of (?:them|these|which|whom))? (in|at|from|by) [a-z]")
_EACH = re.compile(r"(?:每|平均)[^，,；;。\d]{0,8}$")
"""What makes a number one of each, and no part: 分为4个小组，每组9人."""
_EACH_BEHIND = re.compile(r"\s(?:[a-z]+\s)?each\b")
_OF_PERSONS = frozenset({"case", "起", "件"})
"""What happens to one person each."""
_IN_ALL = re.compile(r"[，,](?:总?共|合计|总计)$")
_BOTH = re.compile(r"[，,、](?:[\u3400-\u9fff]{2,6}共|共[\u3400-\u9fff]{2,4})$")
"""Words before the sum of the two numbers before it: 上转512人次，下转386人次，上下转诊共."""
NEAR = Fraction(1, 5)
"""Numbers beside a number are its parts only if they come within this of it."""


def sums(summary: Summary) -> Iterator[Claim]:
    """One claim for each whole with at least two parts: the sum of the parts is the whole."""
    for found in itertools.chain(*(find_parts(summary, n) for n in range(len(summary.pieces)))):
        if len(found.parts) >= 2:
            yield _judge(summary, found)
            yield from _increments(summary, found)
        elif found.parts and found.parts[0].value > found.total.value:
            part = found.parts[0]
            why = Text(
                f"其中一项 {part.text} 大于总数 {found.total.text}。",
                f"A part, {part.text}, is larger than the whole, {found.total.text}.",
            )
            yield tell(summary, "sum", part, "differs", f"≤ {found.total.text}", why, [found.total])


@lru_cache(maxsize=512)
def find_parts(summary: Summary, number: int) -> tuple[Parts, ...]:
    """Wholes of a sentence with their parts, wherever the words of the lexicon say so."""
    values = _values(summary, number)
    if not values:
        return ()
    return (
        *_after_cue(summary, number, values), *_before_whole(summary, number, values),
        *_bracketed(summary, number, values), *listed(summary, number, values),
        *gathered(summary, number, values), *after_colon(summary, number, values),
        *strung(summary, number, values), *_in_places(summary, values),
        *told_above(summary, number, values), *divided(summary, number, values),
        *within(summary, number, values),
    )  # fmt: skip


def _values(summary: Summary, number: int) -> list[Mention]:
    text = summary.document.text
    return [
        m for m in summary.of_piece(number)
        if m.role == "value" and m.printed
        and (m.kind in ("count", "money", "times", "") or counted_days(m))
        and m.printed.about not in (">", "<")
        and not _EACH.search(text[max(0, m.start - 12) : m.start])
        and not _EACH_BEHIND.match(text, m.end)
        and "/" not in (text[m.start - 1 : m.start], text[m.end : m.end + 1])
    ]  # fmt: skip


def _after_cue(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    piece, lexicon = summary.pieces[number], summary.lexicon
    cues = list(lexicon.find("part", piece.text))
    for order, cue in enumerate(cues):
        at = piece.start + cue.end
        stop = _closing(piece.text, cue.start, cue.end) + piece.start
        if order + 1 < len(cues):
            stop = min(stop, piece.start + cues[order + 1].start)
        after = [
            m for m in values
            if at <= m.start < stop
            and not _IN_ALL.search(summary.document.text[m.start - 3 : m.start])
        ]  # fmt: skip
        before = [m for m in values if m.end <= piece.start + cue.start]
        own = before[-1] if before and before[-1].end + 1 == piece.start + cue.start else None
        if own and _PLACED.match(summary.document.text, own.end):
            continue
        if not before and cue.start <= 8:
            before = _earlier_values(summary, number)
        whole_list = cue.means == "closed" and piece.lang == "en"
        nearest = [] if whole_list else [*before[-1:], *before[:1]]
        counted = ((t, run) for t in nearest if (run := _counted(summary, t, after)))
        if found := next(counted, None):
            yield Parts(*found, _whole(summary, found[1], found[0]))
        else:
            yield from _told_of(summary, before, after, cue.means == "closed", whole_list)


def _told_of(
    summary: Summary,
    before: Sequence[Mention],
    after: Sequence[Mention],
    closed: bool,
    whole_list: bool,
) -> Iterator[Parts]:
    """The parts behind a cue, of the nearest number before it that counts what they count."""
    firsts = {m.kind or "count" if whole_list else m.unit: m for m in reversed(after)}
    for first in firsts.values():
        counted = whole_list and first.kind in ("count", "")
        likely = [
            t for t in reversed(before)
            if (alike(t, first) or (counted and t.kind in ("count", "")))
            and (t.unit == first.unit or t.value >= first.value)
        ]  # fmt: skip
        whole = total_of(m for m in after if alike(m, first))
        exact = [t for t in likely if t.value == whole]
        close = [t for t in likely if abs(t.value - whole) <= SMALL * t.value]
        total = next(iter(exact or close or likely), None)
        if total:
            same = [m for m in after if alike(m, first) and alike(m, total)]
            if counted:
                same = [m for m in after if m.kind in ("count", "")]
            run = _run(summary, same, total)
            if inner := _of_first(run, total):
                yield Parts(run[0], inner, _whole(summary, inner, run[0]))
                run = run[:1]
            yield Parts(total, run, closed or _whole(summary, run, total))


def _counted(summary: Summary, total: Mention, after: Sequence[Mention]) -> tuple[Mention, ...]:
    """Parts of another unit than the whole's: 12 people, including 8 doctors; 17例，其中护士9人."""
    counts: list[Mention] = []
    for m in after:
        gap = summary.document.text[counts[-1].end : m.start] if counts else ""
        if m.kind not in ("count", "") or len(gap) > 48 or re.search(r"[;%]|[.]\s", gap):
            break
        counts.append(m)
    persons = {m.unit for m in counts} == {"person"}
    other = (
        (total.lang == "en" or (persons and total.unit in _OF_PERSONS))
        and total.kind in ("count", "")
        and not all(alike(total, m) for m in counts)
    )
    run = _run(summary, counts, total) if other else ()
    exact = total_of(run) == total.value
    return run if len(run) > 1 and (exact or apart(summary, run)) else ()


def _in_places(summary: Summary, values: Sequence[Mention]) -> Iterator[Parts]:
    """What is told to be in so many places: 21 clinics, 9 of them in villages, 8 in schools."""
    text = summary.document.text
    for at, first in enumerate(values[1:], 1):
        opens = _PLACED.match(text, first.end)
        if not opens or " of " not in opens.group():
            continue
        like = [bool((p := _PLACED.match(text, m.end)) and p[1] == opens[1]) for m in values]
        stop = next((n for n in range(at, len(values)) if not like[n]), len(values))
        run = tuple(values[at:stop])
        if len(run) > 2 and next_to(text[values[at - 1].end : first.start].replace(" ", "")):
            yield Parts(values[at - 1], run, False)


def _closing(text: str, start: int, end: int) -> int:
    """Where the bracket that the cue stands in ends, or the end of the text."""
    open_before = max(text.rfind("（", 0, start), text.rfind("(", 0, start))
    closed_before = max(text.rfind("）", 0, start), text.rfind(")", 0, start))
    if open_before > closed_before:
        found = re.search(r"[）)]", text[end:])
        return end + found.start() if found else len(text)
    return len(text)


def _earlier_values(summary: Summary, number: int) -> list[Mention]:
    """The values of the sentence before, in the same paragraph."""
    for before in range(number - 1, max(-1, number - 3), -1):
        if summary.pieces[before].block != summary.pieces[number].block:
            return []
        if values := _values(summary, before):
            return values
    return []


def _run(summary: Summary, parts: list[Mention], total: Mention) -> tuple[Mention, ...]:
    """The parts as far as they can be parts; a list that adds up ends there, unless 、 goes on."""
    text, so_far = summary.document.text, Fraction(0)
    for count, part in enumerate(parts):
        if count and part.value > total.value:
            return tuple(parts[:count])
        so_far += part.value
        after = parts[count + 1] if count + 1 < len(parts) else None
        goes_on = after and re.fullmatch(r"、[^、，,；;。]{1,12}", text[part.end : after.start])
        if count and so_far == total.value and not goes_on:
            return tuple(parts[: count + 1])
    return tuple(parts)


def _of_first(run: tuple[Mention, ...], total: Mention) -> tuple[Mention, ...]:
    """The parts of the first part, where all together are too much: 其中卫技446人：医师168人…."""
    first, own = run[0], run[1:]
    whole = total_of(own)
    near = abs(whole - first.value) <= NEAR * first.value
    return own if len(own) > 1 and near and first.value + whole > total.value else ()


def _whole(summary: Summary, parts: Sequence[Mention], total: Mention) -> bool:
    """Whether the parts' names leave nothing out: 门诊 and 急诊, or one of them is 其他.

    Income has other sources than its parts name, but for 医疗收入.
    """
    lexicon = summary.lexicon
    text = summary.document.text
    names = [m.label.lower() for m in parts]
    names += [text[a.end : b.start].lower() for a, b in itertools.pairwise(parts)]
    named = total.kind != "money" or total.concept == "medical_income" or "自筹" in "".join(names)
    rest = any(lexicon.has("whole", "rest", name) for name in names)
    return rest or (named and divide(summary, parts))


def _before_whole(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    piece = summary.pieces[number]
    pattern = summary.lexicon.compile(
        r"(?:[，,、]总?共|«whole:cue»[\u3400-\u9fff为达:：\s]{0,6}|[两三四五六七八九][个家项]?[\u3400-\u9fff]{1,4}共"
        r"|\b(?:together|combined)\s(?:that\s)?(?:makes?|making|gives?|comes? to|totals?)\s)$"
    )
    for order, total in enumerate(values):
        lead = piece.text[: total.start - piece.start]
        both = tuple(values[max(0, order - 2) : order])
        if (
            _BOTH.search(lead)
            and not pattern.search(lead)
            and len(both) == 2
            and all(alike(m, total) for m in both)
        ):
            gap = summary.document.text[both[0].end : total.start]
            if next_to(gap) and abs(total_of(both) - total.value) <= NEAR * total.value:
                yield Parts(total, both, True)
                continue
        follows = re.match(
            r"\s*(?:[a-z]+\s)?(?:in total|in all|altogether)\b",
            piece.text[len(lead) + len(total.text) :],
        )
        if order >= 2 and (pattern.search(lead) or follows):
            start = max(lead.rfind("；"), lead.rfind(";"), 0) + piece.start
            inside = [m for m in values[:order] if m.start >= start]
            also = _units(piece.text[total.start - piece.start :], total)
            run = tuple(
                m for m in inside
                if alike(m, total) or m.unit in also or (follows and m.kind == "count")
            )  # fmt: skip
            if len(run) >= 2:
                yield Parts(total, _tail(run, total), tuple(inside[-len(run) :]) == run)


def _units(after: str, total: Mention) -> tuple[str, ...]:
    """Units that a whole told behind its parts takes in: 7台(套), people and person-times."""
    if total.unit in ("person", "人次"):
        return ("person", "人次")
    other = re.match(r"[\d,.]+\s?[\u3400-\u9fff]{1,2}[（(/、]([\u3400-\u9fff])[)）]?", after)
    return (other.group(1),) if other else ()


def _tail(parts: tuple[Mention, ...], total: Mention) -> tuple[Mention, ...]:
    """The last parts that add up to the total, or all."""
    for count in range(2, len(parts) + 1):
        if total_of(parts[-count:]) == total.value:
            return parts[-count:]
    return parts


def _bracketed(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """A number followed by a bracket that holds at least two numbers of its kind."""
    piece = summary.pieces[number]
    for total in values:
        rest = piece.text[total.end - piece.start :]
        words = r"(?:\s[a-z' -]{0,48})?" if piece.lang == "en" else "[\u3400-\u9fff]{0,6}"
        opened = re.match(rf"{words}\s?[（(]([^（()）]*)[）)]", rest)
        if not opened or summary.lexicon.has("part", None, opened.group(1)):
            continue
        start, end = total.end + opened.start(1), total.end + opened.end(1)
        inside = [m for m in summary.of_piece(number) if start <= m.start < end]
        parts = tuple(m for m in inside if m.role == "value" and m.printed and alike(m, total))
        near = abs(total_of(parts) - total.value) <= NEAR * total.value
        if len(parts) >= 2 and len(parts) == len(inside) and (near or piece.lang == "zh"):
            yield Parts(total, parts, True)


def _judge(summary: Summary, found: Parts) -> Claim:
    """Sum of the parts = the whole, each within what its print allows."""
    total, parts = found.total, found.parts
    made = added(p.amount for p in parts)
    assert total.printed
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
    few = left <= SMALL * found.total.value and left * 2 < least
    named = len(parts) >= 4 and left <= 2 * SMALL * found.total.value and left < least
    return len(parts) >= 3 and found.total.kind != "money" and (few or named)


def _cannot_overlap(summary: Summary, found: Parts, over: Fraction) -> bool:
    """Whether parts that make too much must be wrong; people may be counted under two heads.

    Parts strung together by 、 or each in its place (9 in villages, 8 in schools) are one division.
    """
    text = summary.document.text
    strung = all("、" in text[a.end : b.start] for a, b in itertools.pairwise(found.parts))
    behind = [_PLACED.match(text, m.end) for m in found.parts]
    strung |= all(behind) and len({m.group(1) for m in behind if m}) == 1
    money = found.total.kind == "money"
    kinds = strung or apart(summary, found.parts)
    return found.closed or money or kinds or over <= SMALL * found.total.value


@lru_cache(maxsize=4)
def _steps(summary: Summary) -> dict[Mention, Mention | None]:
    """The printed increment of each value that has one."""
    return {
        g.value: next((c for c in g.changes if c.unit == g.value.unit and c.printed), None)
        for g in summary.groups if g.value
    }  # fmt: skip


def _increments(summary: Summary, found: Parts) -> Iterator[Claim]:
    """Sum of the parts' increments = the whole's increment."""
    steps = _steps(summary)
    whole, parts = steps.get(found.total), [steps.get(p) for p in found.parts]
    if not whole or not whole.printed or not all(parts):
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
