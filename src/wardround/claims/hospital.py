"""A summary's figures against the hospital's own, where its data cover the period.

Decides which numbers are asked for and how the answer is judged. What the hospital knows is told by
whoever calls (`Ask`); the document's period must be named, with its year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.printed import plain
from wardround.claims.telling import tell
from wardround.period import Period
from wardround.text import Refused, Text

HALF = {"上": "H1", "下": "H2", "first": "H1", "second": "H2"}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}


@dataclass(frozen=True, slots=True)
class Known:
    """What the hospital's data say: the indicator, its name, the value in the unit as printed."""

    key: str
    name: Text
    value: Fraction


Ask = Callable[[str, str, str, Period], Known | None]
"""(label, unit, kind, period) → what the hospital knows, or None where nothing surely fits."""


def period_of(words: str) -> Period | None:
    """The period that a title names, year and all; None if it does not say.

    >>> period_of("2026年上半年工作总结").key, period_of("Review of the first half of 2026").key
    ('2026H1', '2026H1')
    """
    forms: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
        (r"((?:19|20)\d\d)年?\s*([上下])半年", lambda m: m[1] + HALF[m[2]]),
        (r"(first|second) half of ((?:19|20)\d\d)", lambda m: m[2] + HALF[m[1].lower()]),
        (r"((?:19|20)\d\d)年?\s*第?([一二三四])季度", lambda m: f"{m[1]}Q{_QUARTERS[m[2]]}"),
        (r"(first|second|third|fourth) quarter of ((?:19|20)\d\d)",
         lambda m: f"{m[2]}Q{_QUARTERS[m[1].lower()]}"),
        (r"\bQ([1-4])\s+((?:19|20)\d\d)", lambda m: f"{m[2]}Q{m[1]}"),
        (r"((?:19|20)\d\d)年\s*(\d{1,2})\s*[-—–~～至到]{1,2}\s*(\d{1,2})月",
         lambda m: f"{m[1]}-{int(m[2]):02d}..{m[1]}-{int(m[3]):02d}"),
        (r"((?:19|20)\d\d)年(\d{1,2})月(?!\d)", lambda m: f"{m[1]}-{int(m[2]):02d}"),
        (r"((?:19|20)\d\d)年?(?:度|全年)", lambda m: m[1]),
        (r"annual (?:report|review|summary)\D{0,20}((?:19|20)\d\d)", lambda m: m[1]),
        (r"((?:19|20)\d\d) annual", lambda m: m[1]),
    )  # fmt: skip
    for pattern, key in forms:
        match = re.search(pattern, words, re.IGNORECASE)
        if match:
            try:
                return Period.parse(key(match))
            except Refused:
                return None
    return None


def against(summary: Summary, ask: Ask) -> Iterator[Claim]:
    """Printed value = the hospital's own value of the same indicator in the same period."""
    title = summary.text.strip()[:200]
    period = period_of(title)
    if period is None:
        return
    for group in summary.groups:
        m = group.value
        if m is None or m.printed.about or len(m.label) < 2:
            continue
        known = ask(m.label, m.unit, m.kind, period)
        if known:
            yield _judged(summary, m, known, period)


def _judged(summary: Summary, m: Mention, known: Known, period: Period) -> Claim:
    verdict = m.printed.judge(known.value)
    name = period.name()
    said_zh = "不符" if verdict == "differs" else "相符"
    said_en = "not " if verdict == "differs" else ""
    why = Text(
        f"本院数据“{known.name.zh}”{name.zh}为 {plain(known.value)}，文中写 {m.text}，{said_zh}。",
        f'The hospital\'s own "{known.name.en}", {name.en}, is {plain(known.value)}, '
        f"which is {said_en}what is printed ({m.text}).",
    )
    return tell(summary, "hospital", m, verdict, plain(known.value), why, [known.key])
