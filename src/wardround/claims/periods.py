"""The period that words name, and how many days the period of a figure has: 1—5月, 183 days.

Decides by the words of the sentence, the paragraph, the headings above and the title, in turn.
"""

from __future__ import annotations

import calendar
import re
from fractions import Fraction

from wardround.claims.mentions import Mention, Summary
from wardround.claims.printed import Amount, Span, plain
from wardround.period import Period

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
"""A month's English name, whole or shortened."""
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ORDINALS = "first second third fourth".split()
_NAMED = {
    "上半年": (1, 6), "下半年": (7, 12), "first half": (1, 6), "second half": (7, 12),
    "全年": (1, 12), "年度": (1, 12), "full year": (1, 12), "annual": (1, 12), "half-year": (1, 6),
    **{f"{han}季度": (3 * n + 1, 3 * n + 3) for n, han in enumerate("一二三四")},
    **{f"{word} quarter": (3 * n + 1, 3 * n + 3) for n, word in enumerate(_ORDINALS)},
    **{f"q{n + 1}": (3 * n + 1, 3 * n + 3) for n in range(4)},
}  # fmt: skip
"""What stretches of a year are called, by their first and last month."""
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LEAST, MOST = 28, 366
"""A printed number of days within these may be the days of a period."""
_RANGE = re.compile(r"(\d{1,2})\s*[-—–~～至到]{1,2}\s*(\d{1,2})\s*月")
_RANGE_EN = re.compile(r"\b([A-Z][a-z]{2})[a-z]*\s*(?:to|-|–)\s*([A-Z][a-z]{2})[a-z]*")
_SINGLE = re.compile(r"(?<![\d—–~～至到-])(\d{1,2})月份?(?!\d|\s?[—–~～至到-])")
_YEARLY = re.compile(
    r"(?:19|20)\d\d年(?:工作)?总结|\bsummary (?:of|for) (?:the year )?(?:19|20)\d\d\b"
    r"|\b(?:in|over|during|throughout) the year\b(?! (?:before|to))"
)
"""Words of a whole year that are no name of a period."""
_SUMMARY = re.compile(r"总结|小结|分析|通报|报告|简报|汇报|summary|report|review|bulletin", re.I)
_OF_A_MONTH = re.compile(
    rf"(?:19|20)\d\d年\s?(\d{{1,2}})月(?!\s?(?:\d|[-—–~～至到]))"
    rf"|(?<!\d\s)(?<!to\s)(?<!-\s)\b({MONTH})\s(?:19|20)\d\d\b"
)
_YEAR = re.compile(r"(?<![\d/])((?:19|20)\d\d)(?![\d/])")


def months_of(words: str) -> tuple[int, int] | None:
    """First and last month of the stretch that words name; None if they name none."""
    low, found = words.lower(), None
    if months := _RANGE.search(words):
        found = int(months[1]), int(months[2])
    elif (named := _RANGE_EN.search(words)) and {named[1].lower(), named[2].lower()} <= {*MONTHS}:
        found = MONTHS.index(named[1].lower()) + 1, MONTHS.index(named[2].lower()) + 1
    elif single := _SINGLE.search(words):
        found = (int(single[1]), int(single[1])) if monthly(words) else None
    else:
        found = next((span for name, span in _NAMED.items() if name in low), None)
        found = (1, 12) if not found and _YEARLY.search(low) else found
    return found if found and 1 <= found[0] <= found[1] <= 12 else None


def days_of(words: str) -> Span | None:
    """Calendar days of the period that words name (1—5月: 151 or 152); None if they name none."""
    months = months_of(words)
    if months is None:
        return Span(Fraction(181), Fraction(184)) if "six months" in words.lower() else None
    days = sum(_LENGTHS[months[0] - 1 : months[1]])
    return Span(Fraction(days), Fraction(days + (months[0] <= 2 <= months[1])))


def period_of(title: str) -> Period | None:
    """The period that a title names, with the one year that it names; None if it does not say.

    >>> period_of("2026年上半年工作总结").key, period_of("Work summary for May 2026").key
    ('2026H1', '2026-05')
    """
    years, months = set(_YEAR.findall(title)), months_of(title) or _month_of(title)
    if len(years) != 1 or not months:
        return None
    year = years.pop()
    known = {(1, 12): "", (1, 6): "H1", (7, 12): "H2"}
    known |= {(3 * n + 1, 3 * n + 3): f"Q{n + 1}" for n in range(4)}
    ends = [f"{year}-{month:02d}" for month in dict.fromkeys(months)]
    return Period.parse(year + known[months] if months in known else "..".join(ends))


def _month_of(title: str) -> tuple[int, int] | None:
    """The one month that the title of a summary names: 2026年5月工作总结."""
    named = _OF_A_MONTH.search(title) if _SUMMARY.search(title) else None
    if named is None:
        return None
    month = int(named[1]) if named[1] else MONTHS.index(named[2][:3].lower()) + 1
    return (month, month) if 1 <= month <= 12 else None


def monthly(words: str) -> bool:
    """Whether words speak of one month: a bulletin, 本月, 全月."""
    return bool(re.search(r"简报|月报|月度|本月|全月|当月|月份|monthly|bulletin", words, re.I))


def days_at(summary: Summary, figure: Mention) -> Span | None:
    """The days of the period that the words around a figure name."""
    piece = summary.pieces[figure.piece]
    for m in summary.of_piece(figure.piece):
        if m.unit == "day" and m.value.denominator == 1 and LEAST <= m.value <= MOST:
            return Span(m.value, m.value)
    here = " ".join(p.text for p in summary.pieces_of(figure.block))
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
