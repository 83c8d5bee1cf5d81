"""How many days the period of a figure has: 1—5月, the first half of 2026, 183 days.

Decides by the words of the sentence, the paragraph, the headings above and the title, in turn.
"""

from __future__ import annotations

import calendar
import re
from fractions import Fraction

from wardround.claims.mentions import Mention, Summary
from wardround.claims.printed import Amount, Span, plain

_SPANS = {"上半年": (181, 182), "下半年": (184, 184), "一季度": (90, 91), "二季度": (91, 91),
          "三季度": (92, 92), "四季度": (92, 92), "全年": (365, 366), "first half": (181, 182),
          "six months": (181, 184), "second half": (184, 184), "q1": (90, 91), "q2": (91, 91),
          "q3": (92, 92), "q4": (92, 92), "first quarter": (90, 91), "年度": (365, 366),
          "second quarter": (91, 91), "third quarter": (92, 92), "fourth quarter": (92, 92),
          "half-year": (181, 182), "full year": (365, 366), "annual": (365, 366)}  # fmt: skip
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LEAST, MOST = 28, 366
"""A printed number of days within these may be the days of a period."""
_YEARLY = re.compile(
    r"(?:19|20)\d\d年(?:工作)?总结|\bsummary (?:of|for) (?:the year )?(?:19|20)\d\d\b"
    r"|\b(?:in|over|during|throughout) the year\b(?! (?:before|to))"
)
"""Words of a whole year that are no name of a period."""
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def days_of(words: str) -> Span | None:
    """Calendar days of the period that words name (1—5月: 151 or 152); None if they name none."""
    months = re.search(r"(\d{1,2})\s*[-—–~～至到]{1,2}\s*(\d{1,2})\s*月", words)
    if months:
        return _months(int(months.group(1)), int(months.group(2)))
    named = re.search(r"\b([A-Z][a-z]{2})[a-z]*\s*(?:to|-|–)\s*([A-Z][a-z]{2})[a-z]*", words)
    if named and named.group(1).lower() in MONTHS and named.group(2).lower() in MONTHS:
        return _months(
            MONTHS.index(named.group(1).lower()) + 1, MONTHS.index(named.group(2).lower()) + 1
        )
    low = words.lower()
    if single := re.search(r"(?<![\d—–~～至到-])(\d{1,2})月份?(?!\d|\s?[—–~～至到-])", words):
        return _months(int(single.group(1)), int(single.group(1))) if monthly(words) else None
    found = next((span for name, span in _SPANS.items() if name in low), None)
    if not found and _YEARLY.search(low):
        found = _SPANS["annual"]
    return Span(Fraction(found[0]), Fraction(found[1])) if found else None


def monthly(words: str) -> bool:
    """Whether words speak of one month: a bulletin, 本月, 全月."""
    return bool(re.search(r"简报|月报|月度|本月|全月|当月|月份|monthly|bulletin", words, re.I))


def _months(first: int, last: int) -> Span | None:
    if not 1 <= first <= last <= 12:
        return None
    days = sum(_LENGTHS[first - 1 : last])
    return Span(Fraction(days), Fraction(days + (first <= 2 <= last)))


def days_at(summary: Summary, figure: Mention) -> Span | None:
    """The days of the period that the words around a figure name."""
    piece = summary.pieces[figure.piece]
    for m in summary.of_piece(figure.piece):
        if m.unit == "day" and m.value.denominator == 1 and LEAST <= m.value <= MOST:
            return Span(m.value, m.value)
    here = " ".join(p.text for p in summary.pieces if p.block == figure.block)
    opening = summary.text[:200]
    found = next((d for w in (here, *reversed(piece.level), opening) if (d := days_of(w))), None)
    years = {int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", opening.split("\n")[0])}
    if found and found.low != found.high and len(years) == 1:
        leap = calendar.isleap(years.pop())
        return Span(found.high, found.high) if leap else Span(found.low, found.low)
    return found


_WITHIN = {"月": 12, "month": 12, "季度": 4, "quarter": 4, "周": 52, "week": 52}


def count_at(summary: Summary, figure: Mention, named: str) -> Amount | None:
    """How many months, quarters, weeks or days the period around a figure has; None under two."""
    days = days_at(summary, figure)
    if days is None or named not in _WITHIN:
        return between(days) if days else None
    times = Fraction(round(days.high * _WITHIN[named] / 365))
    return between(Span(times, times)) if times >= 2 else None


def between(days: Span) -> Amount:
    """A number of days as formulas take it."""
    low, high = plain(days.low), plain(days.high)
    return Amount((days.low + days.high) / 2, days, low if low == high else f"{low}-{high}")
