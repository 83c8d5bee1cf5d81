"""How a plan item stands, judged by its evidence and by nothing else.

An item is tied to duties and targets. What they show decides; where nothing is tied, no
evidence can speak, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from wardround.figure import Target

PlanState = Literal["done", "under_way", "not_begun", "no_evidence", "overdue"]
KEPT = 95.0
"""Per cent of its windows in which a duty must be done in time to count as kept."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One figure that bears on an item: its value, and whether it is what was promised."""

    value: float | None
    met: bool


def state(evidence: Sequence[Evidence], deadline: date | None, day: date) -> PlanState:
    """The state at the end of `day`.

    done: everything tied to it is as promised; under way: something is; overdue: the deadline
    has passed and it is not done; not begun: nothing recorded yet; no evidence: nothing tied.
    """
    passed = deadline is not None and deadline < day
    if not evidence:
        return "no_evidence"
    known = [e for e in evidence if e.value is not None]
    if known and all(e.met for e in known) and len(known) == len(evidence):
        return "done"
    if passed:
        return "overdue"
    return "under_way" if known else "not_begun"


def reached(shares: Sequence[float | None]) -> float | None:
    """How much of the year's plan an item has reached, of how much its targets have: their mean;
    None where no target is a total to work towards, or none is known yet."""
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else None


def share_of(target: Target, value: float | None) -> float | None:
    """How much of a total that is to be reached has been reached, 1 for all of it."""
    if value is None or target.op not in (">=", ">") or target.low <= 0:
        return None
    return value / target.low


def deadline_day(words: str | None, year: int) -> date | None:
    """The last day that a deadline allows, if its words name one in the plan's year.

    ISO dates and months, 10月底, 6月30日, end of June, Q1… are understood, and of a span
    (5月1日至31日, May 6 to May 25) its end; others give None.
    """
    if not words:
        return None
    text = _end(words.strip())
    if match := re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", text):
        return _day(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    if match := re.search(r"(\d{1,2})月(\d{1,2})日", text):
        return _day(year, int(match[1]), int(match[2]))
    if match := re.search(r"(\d{1,2})月", text):
        return _day(year, int(match[1]), None)
    if match := re.search(r"\bQ([1-4])\b|([一二三四])季度", text):
        quarter = int(match[1]) if match[1] else "一二三四".index(match[2]) + 1
        return _day(year, quarter * 3, None)
    if re.search(r"上半年|first half|mid-year", text):
        return date(year, 6, 30)
    if re.search(r"年底|年末|年内|全年|end of (?:the )?year|year[- ]end", text):
        return date(year, 12, 31)
    return _english(text.lower(), year)


def _end(span: str) -> str:
    """The end of a span, with the month that only its beginning may name."""
    if re.fullmatch(r"[\d-]+", span):
        return span
    first, *rest = re.split(
        r"\s*(?:[—–~～至到]+|(?<=\d)-|\s-|\b(?:to|until|till)\b)\s*(?=\w)", span
    )
    if not rest:
        return span
    month = re.match(r"(?:.*年)?\d{1,2}月|[A-Za-z]{3,}\s+(?=\d)", first)
    named = re.search(r"月|[A-Za-z]{3}", rest[-1])
    return rest[-1] if named or not month else month[0] + rest[-1]


_MONTHS: Mapping[str, int] = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}


def _english(text: str, year: int) -> date | None:
    names = "|".join(_MONTHS)
    after = r"(?:\s+(\d{1,2})(?![\dxX*_]))?"
    match = re.search(rf"(?:(\d{{1,2}})\s+)?\b({names})[a-z]*\b{after}", text)
    if not match:
        return None
    day = match[1] or match[3]
    return _day(year, _MONTHS[match[2]], int(day) if day else None)


def _day(year: int, month: int, day: int | None) -> date | None:
    """The day, or the month's last; None if there is no such day."""
    try:
        if day is not None:
            return date(year, month, day)
        first_of_next = date(year + month // 12, month % 12 + 1, 1)
        return date.fromordinal(first_of_next.toordinal() - 1)
    except ValueError:
        return None
