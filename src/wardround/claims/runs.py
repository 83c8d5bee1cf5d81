"""Numbers told in a row of which the sum says what they are parts of: 课题14项：省级3项、….

Finds runs behind a colon or "of the", in places, and of kinds that divide a whole; `parts` lists
those where a word says what is part of what. The words are [[part]] and [[division]].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from wardround.claims.division import (
    EXACT,
    NEAR,
    NEAREST,
    PLACED,
    Parts,
    apart,
    divide,
    next_to,
    placed_alike,
    rest_like,
    same_kind,
    total_of,
)  # fmt: skip
from wardround.claims.mentions import Mention, Summary, alike
from wardround.reading.numbers import number_word

LEAST = 10
"""Smaller sums come out by chance."""
_DIVISION = re.compile(
    r"^\W*(?:By|In terms of|According to)\s[a-z ]{3,24}[:,]"
    r"|(?:按照?[\u3400-\u9fff]{1,6}(?:分|划分|统计)"
    r"|(?:学历|职称|年龄|人员)(?:结构|构成|分布))[：:，,][^，,；;。]{0,12}$", re.IGNORECASE,
)  # fmt: skip
_OPENS = re.compile(r"[\u3400-\u9fff]{0,10}(?:[：:]|[，,][\u3400-\u9fff]{0,6}分别[为是])\D{0,12}")
_OPENS_EN = re.compile(r"[a-z' -]{0,60}(?::| [—–-])\s(?:[a-z]+\s)?", re.IGNORECASE)
_PLACES = re.compile(r"[a-z ]{0,30}:", re.IGNORECASE)
"""What stands behind how many the parts are: 4,528 operations on 5 sites: 1,812 …."""
_OF_THE = re.compile(r"^\W*(?:Of|Among)\s(?:the |these |all )?$")
_SHARE_BESIDE = re.compile(r"\s?[（(][\d.]+%[)）]|[，,](?:占|[\u3400-\u9fff]{2,4}率)[\d.]+%")


def run_on(
    values: Sequence[Mention], at: int, goes_on: Callable[[Mention, Mention], bool]
) -> tuple[Mention, ...]:
    """The numbers from one on, as long as each goes on from the one before."""
    run = [values[at]]
    for m in values[at + 1 :]:
        if not goes_on(run[-1], m):
            break
        run.append(m)
    return tuple(run)


def till_stop(summary: Summary, parts: Sequence[Mention]) -> tuple[Mention, ...]:
    """The parts up to a semicolon or the end of the sentence."""
    return run_on(
        parts, 0, lambda a, b: not re.search(r"[;；]|[a-z)]\.\s", summary.text[a.end : b.start])
    )


def above(summary: Summary, first: Mention) -> list[Mention]:
    """The values before a run in its paragraph, the nearest first."""
    return [
        m for m in reversed(summary.of_block(first.block))
        if m.end <= first.start and m.role == "value"
    ]  # fmt: skip


def behind_colon(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """Chinese lists behind a colon or 分别为: 课题14项：省级3项、市级6项、县级5项."""
    gap = re.compile(r"[、，,][^；;。，,、]{0,12}")

    def joined(a: Mention, b: Mention) -> bool:
        return bool(gap.fullmatch(summary.text, a.end, b.start))

    for at, total in enumerate(values[:-2]):
        if _OPENS.fullmatch(summary.text, total.end, values[at + 1].start):
            run = run_on(values, at + 1, joined)
            if len(run) >= 2 and total.unit and all(m.unit == total.unit for m in run):
                yield Parts(total, run, True, NEAR)


def listed(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """English lists: of N, a …, b … and c others; N things: a x, b y and c z."""
    piece = summary.pieces[number]
    for at, total in enumerate(values[:-2] if piece.lang == "en" else ()):
        parts = tuple(m for m in values[at + 1 :] if same_kind(m, total))
        told_in = (
            parts and parts[0].value == len(parts) - 1 and _PLACES.match(summary.text, parts[0].end)
        )
        start, parts = (parts[0].end, parts[1:]) if told_in else (total.end, parts)
        if not parts:
            continue
        behind = summary.text[start : parts[0].start]
        colon = _OPENS_EN.fullmatch(behind)
        parts = till_stop(summary, parts)
        lead = piece.text[piece.body_at : total.start - piece.start]
        if len(parts) < 2 or not (colon or (at == 0 and _OF_THE.match(lead))):
            continue
        reach: Fraction | None = EXACT
        said = number_word((re.findall(r"[a-z]+", behind.lower()) or [""])[-2:][0], summary.lexicon)
        if rest_like(summary, parts[-1]):
            reach = None
        elif len(parts) == 2 and _two_kinds(summary, parts):
            reach = NEAR
        elif len(parts) >= 3 or said == str(len(parts)):
            reach = NEAR if colon else NEAREST
        yield Parts(total, parts, reach != EXACT, reach)


def _two_kinds(summary: Summary, parts: Sequence[Mention]) -> bool:
    """Whether two numbers are said in nouns only and end their sentence: 4 urgent and 6 planned."""
    words = re.fullmatch(r"((?:\s[a-z-]+){1,3}) and ", summary.text[parts[0].end : parts[1].start])
    after = re.match(r"((?:\s[a-z-]+){1,3})\.(?:\s|$)", summary.text[parts[1].end :])
    return bool(words and after) and not any(
        re.search(r"ed\b|\b(?:were|was|had|did)\b", w[1]) for w in (words, after) if w
    )


def in_places(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """What is told to be in so many places: 21 clinics, 9 of them in villages, 8 in schools."""
    text = summary.text
    for at, first in enumerate(values[1:], 1):
        opens = PLACED.match(text, first.end)
        if opens and " of " in opens.group():
            run = run_on(values, at, lambda a, b: placed_alike(summary, (a, b)))
            if len(run) > 2:
                yield Parts(values[at - 1], run, False)


def strung(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """Numbers strung together that make up one before them exactly; two of them right behind it."""
    text, every, last = summary.text, summary.of_piece(number), -1
    for at, first in enumerate(every):
        if at <= last or first not in values:
            continue
        run = run_on(every, at, lambda a, b: b in values and alike(a, b)
                      and next_to(text[a.end : b.start]))  # fmt: skip
        last = at + len(run) - 1
        if len(run) < 3:
            continue
        for total, parts in ((run[0], run[1:]), *((t, run) for t in above(summary, run[0]))):
            if total_of(parts) == total.value >= LEAST and alike(total, parts[0]):
                yield Parts(total, parts, False)
                break


def divided(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """A run of kinds that leave nothing out, of the number before it that is near their sum.

    分娩620人，顺产…，剖宫产…; 按学历分，博士…、硕士…; By title: 4 …, 38 … and 54 ….
    """
    piece, text, last = summary.pieces[number], summary.text, -1

    def goes_on(a: Mention, b: Mention) -> bool:
        gap = _SHARE_BESIDE.sub("", text[a.end : b.start])
        like = alike(a, b) or (b.lang == "en" and same_kind(a, b))
        return like and next_to(gap) and not summary.lexicon.has("part", None, gap)

    for at, first in enumerate(values):
        run = run_on(values, at, goes_on) if at > last else ()
        if len(run) < 3:
            continue
        last = at + len(run) - 1
        said = bool(_DIVISION.search(text[piece.start + piece.body_at : first.start]))
        own = Parts(first, run[1:], True, NEAR)
        if not said and divide(summary, run[1:]) and own.meant:
            yield own
            continue
        rest = len(run) > 3 and rest_like(summary, run[-1])
        graded = len(run) > 3 and apart(summary, run) and at > 0
        even = first.value * 3 < total_of(run) * 2
        if said or (even and (rest or graded or divide(summary, run))):
            reach = NEAR if said or rest or graded else NEAREST
            if whole := _near_above(summary, run, reach):
                yield Parts(whole, run, True)


def _near_above(summary: Summary, run: Sequence[Mention], reach: Fraction) -> Mention | None:
    """The one number above a run that is within reach of its sum."""
    whole = total_of(run)
    near = [m for m in above(summary, run[0])
            if alike(m, run[0]) and abs(whole - m.value) <= reach * m.value]  # fmt: skip
    near = [m for m in near if _shares_fit(summary, run, m)] or near
    if len({m.value for m in near}) > 1:
        near = [m for m in near if abs(whole - m.value) <= NEAREST * m.value]
    return near[0] if len({m.value for m in near}) == 1 else None


def _shares_fit(summary: Summary, run: Sequence[Mention], total: Mention) -> bool:
    """Whether most of the shares printed behind the parts are of this whole."""
    fits = [
        share.printed.judge(m.value / total.value * 100) == "agrees"
        for m in run for share in summary.of_piece(m.piece)
        if share.kind == "percent" and 0 <= share.start - m.end <= 3
    ]  # fmt: skip
    return sum(fits) * 2 > len(fits)
