"""So much for each: 平均每场 93 人次, 1.71 per 1,000 bed days, an average of 13 each.

Offers readings of an average as a total over a count, and of an incidence as cases over bed-days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from wardround.claims.mentions import Mention, Summary
from wardround.claims.naming import pure
from wardround.claims.printed import plain
from wardround.claims.readings import Found, Reading, Trust, missing, scopes
from wardround.claims.sums import alike
from wardround.text import Text

_PER_EN = re.compile(r"^per ([\d,]+) (bed days|patient days|discharges|admissions)$")
_PER_BEHIND = re.compile(
    r"[\d.,]+\s*per ([\d,]+) (?:occupied )?(bed days|patient days|discharges|admissions)", re.I
)
_PER_ZH = re.compile(r"每(千|百|万)?(?:住院)?床日|/千床日")
_TIMES = {"百": 100, "千": 1000, "万": 10000}
_EACH_ZH = re.compile(r"每([\u3400-\u9fff])")
_BASES = {"bed days": "bed_days", "patient days": "bed_days", "discharges": "discharges",
          "admissions": "admissions"}  # fmt: skip


def averaged(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Average = what there was in all / how many there were; cases per so many bed-days."""
    if figure.unit == "‰" and re.search("千.{0,4}日", figure.label):
        yield from _incidence(summary, figure, "", 1000)
    if figure.role != "value" or figure.kind in ("percent", "length"):
        return
    basis = _basis(summary, figure)
    if basis:
        yield from _incidence(summary, figure, *basis)
        return
    named = summary.lexicon.compile(r"«share:each»|\bper\b")
    text = summary.document.text
    lead = text[max(0, figure.start - 14) : figure.start]
    if figure.concept or not named.search(f"{lead} {figure.label} {text[figure.end :][:6]}"):
        return
    yield from _mean(summary, figure, lead)
    yield missing("share", Text("总数或个数", "the total or the count"))


def _basis(summary: Summary, figure: Mention) -> tuple[str, int] | None:
    """What an incidence is counted on, and how many of it: bed_days, 1000."""
    said = _PER_EN.match(figure.unit)
    if said:
        return _BASES[said.group(2)], int(said.group(1).replace(",", ""))
    text = summary.document.text
    behind = _PER_BEHIND.match(text[figure.start : figure.start + 60])
    if behind:
        return _BASES[behind.group(2).lower()], int(behind.group(1).replace(",", ""))
    zh = _PER_ZH.search(text[max(0, figure.start - 12) : figure.start] + figure.unit)
    if figure.lang == "zh" and zh:
        return "bed_days", _TIMES.get(zh.group(1) or "千", 1)
    return None


def _incidence(summary: Summary, figure: Mention, concept: str, scale: int) -> Iterator[Found]:
    cases = [
        m for m in summary.of_piece(figure.piece)
        if m.end <= figure.start and m.role == "value" and m.printed and m.kind in ("count", "")
        and (not concept or m.concept != concept) and m.unit != "day"
    ][::-1]  # fmt: skip
    days = _days(summary, figure, concept)
    for order, case in enumerate(cases[:2]):
        for day in days:
            sure = order == 0 and len({d.value for d in days}) == 1
            yield _over(figure, case, day, scale, 3 if sure else 2)
    what = Text("例数或床日数", "the cases or the bed-days")
    yield missing("share", what)


def _days(summary: Summary, figure: Mention, concept: str) -> list[Mention]:
    text = summary.document.text
    if not concept:
        return [m for m in summary.of_piece(figure.piece)
                if m.unit == "day" and m.printed and m.end <= figure.start and m.value]  # fmt: skip
    for scope, near in scopes(summary, figure):
        found = [
            m for m in near
            if m.concept == concept and m.role == "value" and m.printed and m.value > 0
            and m is not figure
            and (scope < 2 or pure(m.lang, text[max(0, m.start - 20) : m.start]
                                   if m.lang == "zh" else "", concept, summary.lexicon)
                 or m.lang == "en")
        ]  # fmt: skip
        if found:
            return found
    return []


def _over(figure: Mention, a: Mention, b: Mention, scale: int, trust: Trust) -> Reading:
    assert a.printed and b.printed
    spread = a.printed.span / b.printed.span
    shown = f"{plain(a.value)} ÷ {plain(b.value)}" + (f" × {scale:,}" if scale > 1 else "")
    return Reading(
        "share", shown, a.value / b.value * scale,
        replace(spread, low=spread.low * scale, high=spread.high * scale), (a, b), trust,
    )  # fmt: skip


def _mean(summary: Summary, figure: Mention, lead: str) -> Iterator[Reading]:
    """Every pair of counts before the average; the word after 每 names what is divided by."""
    counts = [
        m for m in summary.of_piece(figure.piece)
        if m.end <= figure.start and m.role == "value" and m.printed
        and m.kind in ("count", "times", "money", "")
    ]  # fmt: skip
    each = _EACH_ZH.search(lead)
    text = summary.document.text
    for a in counts:
        for b in counts:
            if a is b or not a.value > b.value > 0:
                continue
            said = bool(each and each.group(1) in text[b.end - 1 : b.end])
            fits = alike(a, figure) and (not alike(b, a) or a.lang == "en")
            trust: Trust = 3 if fits and (said or len(counts) == 2) else 2 if fits else 1
            reading = _over(figure, a, b, 1, trust)
            assert figure.printed
            if figure.printed.exact:
                half = Fraction(99, 100)
                reading = replace(reading, spread=replace(
                    reading.spread, low=reading.spread.low - half, high=reading.spread.high + half
                ))  # fmt: skip
            yield reading
