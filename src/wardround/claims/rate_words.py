"""The words that name a rate and what it counts: 合格率 is of what is 合格, 及时率 of 处置.

Decides on words only.
"""

from __future__ import annotations

import re

from wardround.claims.mentions import Mention, Summary
from wardround.claims.naming import CLAUSE

_RATE_ZH = re.compile(r"([\u3400-\u9fff]{2})(?:率|比例|度|性)(?:为|达到?|是|约)?$")
_RATE_EN = re.compile(r"\b([a-z]{4,})(?:\s+rate)\b", re.IGNORECASE)
_RATE_LIKE = re.compile(
    r"(?:率|满意度|依从性|占比|比例)(?:为|达到?|是)?$|\b(?:rate|compliance|satisfaction|uptake|"
    r"coverage|accuracy|completeness|completion|share|proportion)\b", re.IGNORECASE,
)  # fmt: skip
MANY_DAYS = 100
"""So many days are rather counted, as bed-days are, than a length."""
_COUNTS = ("count", "times", "")


def countable(m: Mention) -> bool:
    """Whether a number may be a part or a whole."""
    return m.value > 0 and (m.kind in (*_COUNTS, "money") or counted_days(m))


def counted_days(m: Mention) -> bool:
    """Whether a number counts days as bed-days are counted, and is no length of time."""
    return m.unit == "day" and m.value >= MANY_DAYS and m.value.denominator == 1


def title_of(summary: Summary, figure: Mention) -> str:
    """The words of a rate's clause before it, 完成率 whole."""
    piece = summary.pieces[figure.piece]
    return CLAUSE[figure.lang].split(piece.text[: figure.start - piece.start])[-1].strip().lower()


def root_of(summary: Summary, figure: Mention) -> str:
    """The word that a rate is named after, or nothing."""
    title = title_of(summary, figure)
    found = _RATE_ZH.search(title) if figure.lang == "zh" else _RATE_EN.search(title)
    return found.group(1).lower()[: 2 if figure.lang == "zh" else 4] if found else ""


def says(summary: Summary, m: Mention, root: str) -> bool:
    """Whether a number is said to count what a rate is named after."""
    words = said_of(summary, m)
    return root in words or (m.lang == "zh" and root[::-1] in words)


def said_of(summary: Summary, m: Mention) -> str:
    """The words that say what a number counts, before it and right behind it."""
    text = summary.text
    said = text[max(0, m.start - 12) : m.start].lower() if m.lang == "zh" else ""
    said = re.split(r"[，,；;。、]", said)[-1]
    behind = text[m.end : m.end + (4 if m.lang == "zh" else 30)].lower()
    tail = re.split(r"[，,；;。.(]|\b(?:and|with|giving|a|an)\b", behind)[0]
    return f"{m.label.lower()} {said} {tail}"


def counts_as(summary: Summary, figure: Mention, part: Mention) -> bool:
    """Whether a rate is named after what the part counts, or after a word that means the same."""
    root = root_of(summary, figure)
    if root and says(summary, part, root):
        return True
    rate = summary.means("counted", title_of(summary, figure))
    return bool(rate & summary.means("counted", said_of(summary, part)))


def rate_like(figure: Mention) -> bool:
    """Whether a percentage is called a rate."""
    return bool(_RATE_LIKE.search(figure.label))
