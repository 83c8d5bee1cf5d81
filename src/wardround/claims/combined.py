"""Figures of two numbers taken together: 三、四级手术占比, 新进22人、离职7人，净增15人.

Offers readings of a share whose part is two grades named in one breath, and of a net change as what
came less what went.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections.abc import Iterator

from wardround.claims.division import total_of
from wardround.claims.mentions import Mention, Summary, alike
from wardround.claims.parts import find_parts
from wardround.claims.printed import added
from wardround.claims.readings import Found, Reading, Trust

_GRADES_ZH = re.compile(r"([一二三四])[、和及]?([一二三四])级")
_GRADES_EN = re.compile(
    r"\b(?:levels?|grades?)[- ](?P<a>\w+)(?: and | & |/|, )(?:level |grade )?(?P<b>\w+)"
    r"|\b(?P<c>\w+)(?:[- ]level)?(?: and | & |/)(?P<d>\w+)[- ](?:level|grade)", re.IGNORECASE,
)  # fmt: skip
_SAME = (("one", "first", "1", "i"), ("two", "second", "2", "ii"),
         ("three", "third", "3", "iii"), ("four", "fourth", "4", "iv"))  # fmt: skip


def combined(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Share of two grades = (one + other) / all; net change or balance = what came - what went."""
    if figure.kind == "percent" and figure.role in ("value", "share"):
        yield from _graded(summary, figure)
    elif figure.role in ("change", "value") and figure.kind in ("count", "", "money"):
        yield from _net(summary, figure)


def _graded(summary: Summary, figure: Mention) -> Iterator[Reading]:
    text = summary.text[max(0, figure.start - 60) : figure.start]
    clause = re.split(r"[，,；;。]\s?|[.]\s", text)[-1]
    said = _GRADES_ZH.search(clause) or _GRADES_EN.search(clause)
    if not said:
        return
    for found in find_parts(summary, figure.piece) or find_parts(summary, figure.piece - 1):
        parts = [m for name in said.groups() if name for m in found.parts if _bears(m, name)]
        if len(parts) != 2 or parts[0] is parts[1]:
            continue
        made = (added(m.amount for m in parts) / found.total.amount).times(100)
        sound = total_of(found.parts) == found.total.value
        yield Reading("share", made, (*parts, found.total), 3 if sound else 2, 1, "%")


def _bears(m: Mention, name: str) -> bool:
    """Whether a number's label names a grade: 三级手术, third-level, grade III."""
    if m.lang == "zh":
        return f"{name}级" in m.label
    same = next((s for s in _SAME if name.lower() in s), (name.lower(),))
    return any(re.search(rf"\b{s}\b", m.label.lower()) for s in same)


def _net(summary: Summary, figure: Mention) -> Iterator[Reading]:
    lead = summary.text[max(0, figure.start - 20) : figure.start]
    if not summary.lexicon.compile(r"«balance:net»\s?[£$¥€]?$").search(lead):
        return
    sign = figure.sign or 1
    before = [m for m in summary.before(figure)
              if m.role in ("value", "earlier") and alike(m, figure)]  # fmt: skip
    left = [_left(summary, m, after) for m, after in itertools.pairwise([*before, figure])]
    gone = len(list(itertools.takewhile(bool, reversed(left))))
    said, gone = bool(gone), max(gone, 1)
    for came in range(1, len(before) - gone + 1):
        run = before[-came - gone :]
        if any(left[-came - gone : -gone]):
            return
        gain = added(m.amount for m in run[:came])
        made = functools.reduce(operator.sub, (m.amount for m in run[came:]), gain)
        trust: Trust = 3 if said and came == 1 else 2
        yield Reading("growth", made.times(sign), tuple(run), trust, sign)


def _left(summary: Summary, m: Mention, after: Mention) -> bool:
    """Whether a number counts who or what went: 退休11人, 41 left."""
    text = summary.text
    lead = re.split(r"[，,；;。、]|\band\b", text[max(0, m.start - 12) : m.start])[-1]
    behind = re.split(r"[，,；;。、]|\band\b", text[m.end : min(m.end + 16, after.start)])[0]
    return summary.lexicon.has("balance", "went", lead + behind)
