"""What came less what went: 新进22人、离职7人，净增15人; a balance of £0.4m.

Offers readings of a net change or a balance from the numbers before it; the words are [[balance]].
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections.abc import Iterator

from wardround.claims.mentions import Mention, Summary, alike
from wardround.claims.printed import added
from wardround.claims.readings import Reading, Trust


def balanced(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """Net change or balance = what came - what went."""
    if figure.role not in ("change", "value") or figure.kind not in ("count", "", "money"):
        return
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
        opened = summary.lexicon.has("balance", "opening", _words(summary, run[0], run[1]))
        trust: Trust = 3 if said and (came == 1 or opened) else 2
        yield Reading("growth", made.times(sign), tuple(run), trust, sign)


def _left(summary: Summary, m: Mention, after: Mention) -> bool:
    """Whether a number counts who or what went: 退休11人, 41 left."""
    return summary.lexicon.has("balance", "went", _words(summary, m, after))


def _words(summary: Summary, m: Mention, after: Mention) -> str:
    """The words right before a number and right behind it."""
    text = summary.text
    lead = re.split(r"[，,；;。、]|\band\b", text[max(0, m.start - 12) : m.start])[-1]
    behind = re.split(r"[，,；;。、]|\band\b", text[m.end : min(m.end + 16, after.start)])[0]
    return lead + behind
