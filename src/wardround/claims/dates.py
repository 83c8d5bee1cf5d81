"""Dates: days that do not exist, a year that is not the title's.

Decides on dates written out; which of two comes first is `stages`' matter. A year far from the
title's is accused only where the sentence dates a phase or names the period of the whole summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wardround.claims.claim import Claim
from wardround.claims.mentions import MONTH, Summary
from wardround.claims.periods import MONTHS
from wardround.claims.telling import tell
from wardround.reading.piece import Piece
from wardround.text import Text

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ZH_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})日")
_EN_DAY = re.compile(
    rf"\b({MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|,\d)|\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH})\b"
)
_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?!\d|[.,]\d)")
_COMPARED = re.compile(
    r"去年|上年|同期|比|较|自|以来|截至|起|同|compar|than|against|from|since|last|versus|\bvs\b|previous"
    r"|before|earlier|on \d{4}|strategy|to 20", re.IGNORECASE
)  # fmt: skip
_SPAN_WORDS = r"(上半年|下半年|[一二三四]季度|全年|年度)"
_EN_SPAN = r"(first half|second half|first quarter|second quarter|third quarter|fourth quarter)"


def dates(summary: Summary) -> Iterator[Claim]:
    """Days exist, years are the title's."""
    yield from _impossible(summary)
    yield from _phase_years(summary)
    yield from _years(summary)


def _impossible(summary: Summary) -> Iterator[Claim]:
    text = summary.text
    for match in _ZH_DAY.finditer(text):
        yield from _day(summary, match, int(match.group(1)), int(match.group(2)))
    for match in _EN_DAY.finditer(text):
        month = MONTHS.index((match.group(1) or match.group(4))[:3].lower()) + 1
        yield from _day(summary, match, month, int(match.group(2) or match.group(3)))


def _day(summary: Summary, match: re.Match[str], month: int, day: int) -> Iterator[Claim]:
    if 1 <= month <= 12 and 1 <= day <= _LONGEST[month - 1]:
        return
    if month == 0 or day == 0 or (match.re is _EN_DAY and day > 31):
        return
    why = Text(f"没有“{match.group()}”这一天。", f"There is no {match.group()}.")
    yield tell(summary, "dates", match.span(), "differs", None, why)


def _phase_years(summary: Summary) -> Iterator[Claim]:
    """A sentence of phases does not date them years from the title's."""
    titled = title_year(summary)
    for piece in summary.pieces:
        dated = summary.lexicon.has("kind", "phase", piece.text)
        if not titled or not dated or not re.search(f"{MONTH}|月", piece.text):
            continue
        for match in _YEAR.finditer(piece.text):
            year = int(match.group(1))
            if abs(year - titled) <= 1:
                continue
            place = (piece.start + match.start(), piece.start + match.end())
            why = Text(
                f"阶段写在 {year} 年，而文件是 {titled} 年的。",
                f"The stage is dated {year}, but the document is of {titled}.",
            )
            yield tell(summary, "dates", place, "differs", str(titled), why, [str(titled)])


def title_year(summary: Summary) -> int | None:
    """The year that the document's title or opening names, if it names but one."""
    headings = [p.text for p in summary.pieces if p.heading and p.depth == 1]
    for words in (" ".join(headings[:1]), summary.text[:600]):
        years = {int(y) for y in _YEAR.findall(words)}
        if len(years) == 1:
            return years.pop()
        if years:
            return None
    return None


def _years(summary: Summary) -> Iterator[Claim]:
    """A sentence that names the title's period names it with the title's year."""
    title = summary.text.strip().split("\n", 1)[0]
    for year, span in (
        (rf"((?:19|20)\d\d)年?{_SPAN_WORDS}", "zh"),
        (rf"{_EN_SPAN} of ((?:19|20)\d\d)", "en"),
    ):
        named = re.search(year, title, re.IGNORECASE)
        if not named:
            continue
        at, word = (1, 2) if span == "zh" else (2, 1)
        own, period = int(named.group(at)), named.group(word).lower()
        for match in re.finditer(year, summary.text, re.IGNORECASE):
            if match.group(word).lower() != period or int(match.group(at)) == own:
                continue
            near = summary.text[max(0, match.start() - 24) : match.end() + 24]
            near = re.split(r"[。\n；;]", near[: match.start() - max(0, match.start() - 24)])[-1]
            inside = next((p for p in summary.pieces if p.start <= match.start() < p.end), None)
            if inside is None or inside.role != "text":
                continue
            if _COMPARED.search(near) or "plan" in near or "计划" in near:
                continue
            if not _own_period(inside, match, own):
                continue
            why = Text(
                f"题目是 {own} 年{period}，此处写 {match.group(at)} 年。",
                f"The title says {period} of {own}; here it is {match.group(at)}.",
            )
            yield tell(summary, "dates", match.span(), "differs", str(own), why, [title[:60]])


def _own_period(piece: Piece, match: re.Match[str], own: int) -> bool:
    """Whether a sentence opens with the period as its own, and not to compare with another."""
    before = piece.text[piece.body_at : max(0, match.start() - piece.start)]
    after = piece.text[match.end() - piece.start :]
    opens = re.fullmatch(r"\W*(?:在|(?:in|during|over|for)?\s*(?:the\s*)?)", before, re.IGNORECASE)
    compared = re.search(rf"{own}|今年|本年|本期|去年|上年|this year|year|against|compar", after)
    return bool(opens) and not compared and abs(int(re.sub(r"\D", "", match.group())[:4]) - own) > 0
