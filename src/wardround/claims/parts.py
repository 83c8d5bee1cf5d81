"""What is part of what: lists behind 其中 or "of which", in brackets, before 合计.

Finds wholes with their parts and says whether a list claims to be whole; `runs` finds those that no
word announces, `sums` adds them up. The words are [[part]], [[whole]], [[partition]] and
[[division]] of the lexicon.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from wardround.claims.division import (
    NEAR,
    NEAREST,
    Parts,
    apart,
    divide,
    each,
    next_to,
    total_of,
)
from wardround.claims.mentions import Mention, Summary, alike, remembered
from wardround.claims.rate_words import counted_days
from wardround.claims.runs import (
    above,
    behind_colon,
    divided,
    in_places,
    listed,
    run_on,
    strung,
    till_stop,
)
from wardround.reading.marks import han_number

MUCH = Fraction(101, 100)
"""A list that makes so many times its whole ends at its first semicolon."""
_OF_PERSONS = frozenset({"case", "起", "件"})
"""What happens to one person each."""
_IN_ALL = re.compile(r"[，,](?:总?共|合计|总计)$")
_OF_ONE = re.compile(
    r"\d[\u3400-\u9fff]{0,2}中[，,：:][^，,；;。\d]{0,8}$|\d[\u3400-\u9fff]{0,2}[（(][^（()）]*$"
)
"""What makes a number a part of one before it: 医师158人中，中医类98人; 卫技628人（医师212人."""
_BOTH = re.compile(r"[，,、](?:[\u3400-\u9fff]{2,6}共|共[\u3400-\u9fff]{2,4})$")
"""Words before the sum of the two numbers before it: 上转512人次，下转386人次，上下转诊共."""
_ABOVE = re.compile(
    r"(?:上述|以上|前述)([两二三四五六七八九十])[项类个者]?[\u3400-\u9fff]{0,4}[合共总]计?[\u3400-\u9fff]{0,3}$"
)
_BRACKET = {"en": re.compile(r"(?:\s[a-z' -]{0,48})?\s?[（(]([^（()）]*)[）)]"),
            "zh": re.compile(r"[\u3400-\u9fff]{0,6}\s?[（(]([^（()）]*)[）)]")}  # fmt: skip
_EARNED = re.compile("收入|income|revenue", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?:(?<=[；;。])|^)\s*(?:在|上述|全院|现有)?([\u3400-\u9fff]{2,10}?)当?中[，,：:]?"
    r"|^\W*(?:Of|Among) (?:the |these |all )([a-z][a-z -]{4,40}),"
)


@remembered
def find_parts(summary: Summary, number: int) -> tuple[Parts, ...]:
    """Wholes of a sentence with their parts, wherever its words say so."""
    values = _values(summary, number)
    finders = _FINDERS if values else ()
    return tuple(p for find in finders for p in find(summary, number, values) if p.meant)


def _values(summary: Summary, number: int) -> list[Mention]:
    text = summary.text
    return [
        m for m in summary.of_piece(number)
        if m.role == "value"
        and (m.kind in ("count", "money", "times", "") or counted_days(m))
        and m.printed.about not in (">", "<")
        and not each(summary, m)
        and "/" not in (text[m.start - 1 : m.start], text[m.end : m.end + 1])
    ]  # fmt: skip


def _after_cue(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """其中…, of which …: what follows is part of the nearest number before that counts the same."""
    piece, lexicon = summary.pieces[number], summary.lexicon
    cues = list(lexicon.find("part", piece.text))
    for order, cue in enumerate(cues):
        at = piece.start + cue.end
        stop = _closing(piece.text, cue.start, cue.end) + piece.start
        if order + 1 < len(cues):
            stop = min(stop, piece.start + cues[order + 1].start)
        after = [
            m for m in values
            if at <= m.start < stop and not _IN_ALL.search(summary.text[m.start - 3 : m.start])
            and not _OF_ONE.search(summary.text[at : m.start])
        ]  # fmt: skip
        before = [m for m in values if m.end <= piece.start + cue.start]
        own = before and before[-1].end + 1 == piece.start + cue.start
        if own and re.fullmatch("of (?:them|these|those)", cue.text, re.IGNORECASE):
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
    summary: Summary, before: Sequence[Mention], after: Sequence[Mention], closed: bool,
    whole_list: bool,
) -> Iterator[Parts]:  # fmt: skip
    """The parts behind a cue, of the nearest number before it that counts what they count."""
    firsts = {m.kind or "count" if whole_list else m.unit: m for m in reversed(after)}
    found: list[Parts] = []
    for first in firsts.values():
        counted = whole_list and first.kind in ("count", "")
        likely = [
            t for t in reversed(before)
            if (alike(t, first) or (counted and t.kind in ("count", "")))
            and t.value * (10 if t.unit == first.unit else 1) >= first.value
        ]  # fmt: skip
        whole = total_of(m for m in after if alike(m, first))
        likely.sort(key=lambda t: abs(t.value - whole) > NEAREST * t.value)
        likely.sort(key=lambda t: t.value != whole)
        if not likely:
            continue
        total = likely[0]
        same = [m for m in after if alike(m, first) and alike(m, total)]
        if counted:
            same = [m for m in after if m.kind in ("count", "")]
        run = _fitting(summary, same, total)
        every = same if total_of(run) != total.value else run
        if inner := _of_first(every, total):
            yield Parts(same[0], inner, _whole(summary, inner, same[0]))
            run = tuple(same[:1])
        found.append(Parts(total, run, closed or _whole(summary, run, total)))
    # As whole as a list told in step with it: 其中省级2项24万元、市级5项18万元.
    exact = {len(p.parts) for p in found if len(p.parts) > 1 and not p.left}
    yield from (replace(p, closed=p.closed or len(p.parts) in exact) for p in found)


def _counted(summary: Summary, total: Mention, after: Sequence[Mention]) -> tuple[Mention, ...]:
    """Parts of another unit than the whole's: 12 people, including 8 doctors; 17例，其中护士9人."""
    if not after or after[0].kind not in ("count", ""):
        return ()
    gap = re.compile(r"(?!.*(?:[;:%]|[.]\s)).{0,48}", re.DOTALL)
    counts = run_on(after, 0, lambda a, b: b.kind in ("count", "")
                     and bool(gap.fullmatch(summary.text, a.end, b.start)))  # fmt: skip
    persons = {m.unit for m in counts} == {"person"}
    other = (
        (total.lang == "en" or (persons and total.unit in _OF_PERSONS))
        and total.kind in ("count", "")
        and not all(alike(total, m) for m in counts)
    )
    run = _fitting(summary, counts, total) if other else ()
    return run if len(run) > 1 and (total_of(run) == total.value or apart(summary, run)) else ()


def _closing(text: str, start: int, end: int) -> int:
    """Where the bracket that the cue stands in ends, or the end of the text."""
    open_before = max(text.rfind("（", 0, start), text.rfind("(", 0, start))
    closed_before = max(text.rfind("）", 0, start), text.rfind(")", 0, start))
    found = re.search(r"[）)]", text[end:]) if open_before > closed_before else None
    return end + found.start() if found else len(text)


def _earlier_values(summary: Summary, number: int) -> list[Mention]:
    """The values of the sentence before, in the same paragraph."""
    for before in range(number - 1, max(-1, number - 3), -1):
        if summary.pieces[before].block != summary.pieces[number].block:
            return []
        if values := _values(summary, before):
            return values
    return []


def _fitting(summary: Summary, parts: Sequence[Mention], total: Mention) -> tuple[Mention, ...]:
    """The parts as far as they can be parts; a list that adds up ends there, unless 、 goes on.

    A list that makes far too much ends at a semicolon, unless one stands between all its parts.
    """
    text, so_far = summary.text, Fraction(0)
    for count, part in enumerate(parts):
        slipped = part.printed.slipped(total.value - so_far)
        if count and part.value > total.value and not slipped:
            parts = parts[:count]
            break
        so_far += part.value
        after = parts[count + 1] if count + 1 < len(parts) else None
        goes_on = after and re.fullmatch(r"、[^、，,；;。]{1,12}", text[part.end : after.start])
        if count and so_far == total.value and not goes_on:
            return tuple(parts[: count + 1])
    stops = [bool(re.search("[；;]", text[a.end : b.start])) for a, b in itertools.pairwise(parts)]
    ends = so_far > total.value * MUCH and any(stops) and not all(stops)
    return tuple(parts[: stops.index(True) + 1] if ends else parts)


def _of_first(run: Sequence[Mention], total: Mention) -> tuple[Mention, ...]:
    """The parts of the first part, where all together are too much: 其中卫技446人：医师168人…."""
    first, own = run[0], tuple(run[1:])
    inner = Parts(first, own, False, NEAR)
    return own if len(own) > 1 and inner.meant and total_of(run) > total.value else ()


def _whole(summary: Summary, parts: Sequence[Mention], total: Mention) -> bool:
    """Whether the parts' names leave nothing out: 门诊 and 急诊, or one of them is 其他.

    Income has other sources than its parts name, but for 医疗收入.
    """
    names = [m.label.lower() for m in parts]
    names += [summary.text[a.end : b.start].lower() for a, b in itertools.pairwise(parts)]
    earned = total.concept != "medical_income" and _EARNED.search(f"{total.label} {total.concept}")
    rest = any(summary.lexicon.has("whole", "rest", name) for name in names)
    return rest or (not earned and divide(summary, parts))


def _before_whole(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """…合计N, … in total: the whole behind its parts."""
    piece = summary.pieces[number]
    pattern = summary.lexicon.compile(
        r"(?:[，,、]总?共|[，,、]总(?:数|量|人数)(?:达到?|为|是|至)?|«whole:cue»[\u3400-\u9fff为达:：\s]{0,6}|[两三四五六七八九][个家项]?[\u3400-\u9fff]{1,4}共"
        r"|\b(?:together|combined)\s(?:that\s)?(?:makes?|making|gives?|comes? to|totals?)\s)$"
    )
    behind = re.compile(r"\s*(?:[a-z]+\s)?(?:in total|in all|altogether)\b")
    for order, total in enumerate(values[2:], 2):
        lead = piece.text[: total.start - piece.start]
        both = tuple(values[order - 2 : order])
        two = _BOTH.search(lead) and not pattern.search(lead) and all(alike(m, total) for m in both)
        if two and next_to(summary.text[both[0].end : total.start]):
            yield Parts(total, both, True, NEAR)
            continue
        follows = behind.match(summary.text, total.end)
        if pattern.search(lead) or follows:
            start = max(lead.rfind("；"), lead.rfind(";"), 0) + piece.start
            inside = [m for m in values[:order] if m.start >= start]
            also = _units(summary.text[total.start : total.end + 8], total)
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
    tails = (parts[-count:] for count in range(2, len(parts) + 1))
    return next((t for t in tails if total_of(t) == total.value), parts)


def _told_above(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """上述四项合计N: the first numbers of the sentences before it, as many as are named."""
    for total in values:
        said = _ABOVE.search(summary.text[max(0, total.start - 16) : total.start])
        count = han_number(said.group(1)) if said else 0
        parts: list[Mention] = []
        for at in range(number - 1, max(-1, number - 16), -1):
            first = [m for m in summary.of_piece(at) if m.role == "value" and m.unit == total.unit]
            if not first or len(parts) == count:
                break
            parts[:0] = first[:1]
        if count and len(parts) == count:
            yield Parts(total, tuple(parts), True)


def _bracketed(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """A number followed by a bracket that holds at least two numbers of its kind."""
    lang = summary.pieces[number].lang
    for total in values:
        opened = _BRACKET[lang].match(summary.text, total.end, summary.pieces[number].end)
        if not opened or summary.lexicon.has("part", None, opened.group(1)):
            continue
        inside = [m for m in summary.of_piece(number) if opened.start(1) <= m.start < opened.end(1)]
        parts = tuple(m for m in inside if m.role == "value" and alike(m, total))
        if len(parts) >= 2 and len(parts) == len(inside):
            yield Parts(total, parts, True, None if lang == "zh" else NEAR)


def _within(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """卫技人员中，医生98人，护士121人…: parts of what the paragraph counts by that name."""
    piece = summary.pieces[number]
    for opening in _WITHIN.finditer(piece.text, piece.body_at):
        inside = [m for m in values if m.start >= piece.start + opening.end()]
        if not inside or re.search(
            "[，,；;。、]", piece.text[opening.end() : inside[0].start - piece.start]
        ):
            continue
        named = [
            m for m in above(summary, inside[0])
            if alike(m, inside[0]) and m.end <= piece.start + opening.start()
            and _short_for(opening, m)
        ]  # fmt: skip
        run = tuple(m for m in till_stop(summary, inside) if alike(m, inside[0]))
        if named and len(run) >= 2:
            yield Parts(named[0], run, _whole(summary, run, named[0]))


def _short_for(said: re.Match[str], m: Mention) -> bool:
    """Whether a name is a number's own, in full or shortened: 卫技人员 for 卫生技术人员."""
    if said.group(2):
        return m.label.lower().endswith(said.group(2)) or m.unit == said.group(2)
    rest = iter(m.label)
    return said.group(1)[0] == m.label[:1] and all(c in rest for c in said.group(1))


Finder = Callable[[Summary, int, Sequence[Mention]], Iterator[Parts]]
_FINDERS: tuple[Finder, ...] = (
    _after_cue, _before_whole, _bracketed, listed, behind_colon, strung, in_places, _told_above,
    divided, _within,
)  # fmt: skip
