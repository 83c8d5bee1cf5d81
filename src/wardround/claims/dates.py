"""Dates: days that do not exist, phases out of order, a year that is not the title's.

Decides on dates written out. A year far from the title's is accused only where the sentence dates
a phase or names the period of the whole summary.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wardround.claims.claim import Claim
from wardround.claims.mentions import Summary
from wardround.claims.telling import tell
from wardround.reading.piece import Piece
from wardround.text import Text

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EN = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAME = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_ZH_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})日")
_EN_DAY = re.compile(
    rf"\b({_NAME})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|,\d)|\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({_NAME})\b"
)
_ZH_RANGE = re.compile(
    r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?\s*(?:[-—–~～至到]{1,2})\s*(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})日)?"
)
_EN_RANGE = re.compile(
    rf"({_NAME})\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:[-–—]|to)\s*(?:({_NAME})\s+)?(\d{{1,2}})(?:st|nd|rd|th)?"
)
_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?!\d|[.,]\d)")
_COMPARED = re.compile(
    r"去年|上年|同期|比|较|自|以来|截至|起|同|compar|than|against|from|since|last|versus|\bvs\b|previous"
    r"|before|earlier|on \d{4}|strategy|to 20", re.IGNORECASE
)  # fmt: skip
_SPAN_WORDS = r"(上半年|下半年|[一二三四]季度|全年|年度)"
_EN_SPAN = r"(first half|second half|first quarter|second quarter|third quarter|fourth quarter)"


@dataclass(frozen=True, slots=True)
class _Phase:
    """A phase's days as (year, month, day); the year may be nought where it is not said."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]
    start: int
    end: int
    text: str


def dates(summary: Summary) -> Iterator[Claim]:
    """Days exist, phases follow one another, years are the title's."""
    yield from _impossible(summary)
    yield from _phases(summary)
    yield from _years(summary)


def _impossible(summary: Summary) -> Iterator[Claim]:
    text = summary.document.text
    for match in _ZH_DAY.finditer(text):
        yield from _day(summary, match, int(match.group(1)), int(match.group(2)))
    for match in _EN_DAY.finditer(text):
        month = _EN.index((match.group(1) or match.group(4))[:3].lower()) + 1
        yield from _day(summary, match, month, int(match.group(2) or match.group(3)))


def _day(summary: Summary, match: re.Match[str], month: int, day: int) -> Iterator[Claim]:
    if 1 <= month <= 12 and 1 <= day <= _LONGEST[month - 1]:
        return
    if month == 0 or day == 0 or (match.re is _EN_DAY and day > 31):
        return
    why = Text(f"没有“{match.group()}”这一天。", f"There is no {match.group()}.")
    yield tell(summary, "dates", match.span(), "differs", None, why)


def _phases(summary: Summary) -> Iterator[Claim]:
    """Each phase begins after the one before it has ended."""
    run: list[_Phase] = []
    last_block: int = -9
    level: tuple[str, ...] = ()
    for piece in summary.pieces:
        if not summary.lexicon.has("kind", "phase", piece.text):
            continue
        yield from _stages(summary, piece)
        found = _phase(piece)
        if found is None:
            continue
        if piece.block - last_block > 8 or (run and piece.level[:1] != level):
            yield from _order(summary, run)
            run = []
        run.append(found)
        last_block, level = piece.block, piece.level[:1]
    yield from _order(summary, run)


def _phase(piece: Piece) -> _Phase | None:
    zh = _ZH_RANGE.search(piece.text)
    if zh and (zh.group(3) or zh.group(5)) and (zh.group(5) or zh.group(6)):
        y1, m1, d1, y2, m2, d2 = (int(g) if g else 0 for g in zh.groups())
        m2 = m2 or m1
        return _Phase((y1, m1, d1 or 1), (y2 or y1, m2, d2 or 31), piece.start + zh.start(),
                      piece.start + zh.end(), zh.group())  # fmt: skip
    en = _EN_RANGE.search(piece.text)
    if en:
        first = _EN.index(en.group(1)[:3].lower()) + 1
        last = _EN.index(en.group(3)[:3].lower()) + 1 if en.group(3) else first
        return _Phase((0, first, int(en.group(2))), (0, last, int(en.group(4))),
                      piece.start + en.start(), piece.start + en.end(), en.group())  # fmt: skip
    return None


def _order(summary: Summary, run: list[_Phase]) -> Iterator[Claim]:
    if len(run) < 2:
        return
    for before, after in itertools.pairwise(run):
        known = before.last[0] and after.first[0]
        a, b = (before.last, after.first) if known else (before.last[1:], after.first[1:])
        place = (after.start, after.end)
        if b >= a or (not known and before.last[1] - after.first[1] >= 9):
            why = Text(f"在“{before.text}”之后，次序相符。", f'It follows "{before.text}".')
            yield tell(summary, "dates", place, "agrees", None, why, [before.text])
            continue
        why = Text(
            f"“{after.text}”开始时，上一阶段“{before.text}”还没有结束。",
            f'"{after.text}" begins before the phase ahead of it ("{before.text}") has ended.',
        )
        yield tell(summary, "dates", place, "differs", None, why, [before.text])


def _stages(summary: Summary, piece: Piece) -> Iterator[Claim]:
    """Stages told in one sentence: a year far from the title's, one stage with two dates."""
    titled = title_year(summary)
    for match in _YEAR.finditer(piece.text):
        year = int(match.group(1))
        if titled and abs(year - titled) > 1 and re.search(_NAME + r"|月", piece.text):
            place = (piece.start + match.start(), piece.start + match.end())
            why = Text(
                f"阶段写在 {year} 年，而文件是 {titled} 年的。",
                f"The stage is dated {year}, but the document is of {titled}.",
            )
            yield tell(summary, "dates", place, "differs", str(titled), why, [str(titled)])


def title_year(summary: Summary) -> int | None:
    """The year that the document's title or opening names, if it names but one."""
    headings = [p.text for p in summary.pieces if p.heading and p.depth == 1]
    for words in (" ".join(headings[:1]), summary.document.text[:600]):
        years = {int(y) for y in _YEAR.findall(words)}
        if len(years) == 1:
            return years.pop()
        if years:
            return None
    return None


def _years(summary: Summary) -> Iterator[Claim]:
    """A sentence that names the title's period names it with the title's year."""
    title = summary.document.text.strip().split("\n", 1)[0]
    for year, span in (
        (rf"((?:19|20)\d\d)年?{_SPAN_WORDS}", "zh"),
        (rf"{_EN_SPAN} of ((?:19|20)\d\d)", "en"),
    ):
        named = re.search(year, title, re.IGNORECASE)
        if not named:
            continue
        at, word = (1, 2) if span == "zh" else (2, 1)
        own, period = int(named.group(at)), named.group(word).lower()
        for match in re.finditer(year, summary.document.text, re.IGNORECASE):
            if match.group(word).lower() != period or int(match.group(at)) == own:
                continue
            near = summary.document.text[max(0, match.start() - 24) : match.end() + 24]
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
