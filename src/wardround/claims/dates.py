"""Dates: days that do not exist, years that are not the title's, what comes before what.

Decides by the declared order of steps ([[stage]]: begun, topped out, in use), by the words between
two dates (opened on 14 April after its inspection on 2 April), or by where the phases of a plan
stand. A step with a subject of its own begins anew, so that two buildings are not compared.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wardround.claims.claim import Claim
from wardround.claims.mentions import Summary, remembered
from wardround.claims.naming import own_label
from wardround.claims.periods import MONTH, MONTHS
from wardround.claims.telling import tell
from wardround.reading.piece import Piece
from wardround.text import Text

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DATE = {
    "zh": re.compile(
        r"(?:(?P<y>(?:19|20)\d\d|[今去])年|(?P<on>[同当次])年)?\s?"
        r"(?<!\d)(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?"
    ),
    "en": re.compile(
        rf"\b(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<m>{'|'.join(MONTHS)})[a-z]*\b"
        r"(?:\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d|,\d))?"
        r"(?:,?\s*(?P<y>(?:19|20)\d\d))?", re.IGNORECASE,
    ),
}  # fmt: skip
_ZH_RANGE = re.compile(
    r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?\s*(?:[-—–~～至到]{1,2})\s*(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})日)?"
)
_EN_RANGE = re.compile(
    rf"({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:[-–—]|to)\s*(?:({MONTH})\s+)?(\d{{1,2}})(?:st|nd|rd|th)?"
)
_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?!\d|[.,]\d)")
_PERIODS = (
    re.compile(r"(?P<y>(?:19|20)\d\d)年?(?P<p>上半年|下半年|[一二三四]季度|全年|年度)"),
    re.compile(
        r"(?P<p>(?:first|second) half|(?:first|second|third|fourth) quarter) of "
        r"(?P<y>(?:19|20)\d\d)",
        re.IGNORECASE,
    ),
)
_NEAR = 14
"""How far behind its date a Chinese step may stand."""
HALF_A_YEAR = 6
"""Without a year a step so many months "earlier" is rather of the year after."""
_LATER = re.compile(
    r"^[^，,；;。]{2,20}后[，,]?(?:又|再)?[于在]?$"
    r"|^[^；;。]{2,30}[，,](?:随后|然后|接着|继而)[于在]?[^，,；;。]{0,8}$"
    r"|^[^;.]{0,60}(?:,| and) (?:then|later|subsequently)\b[^,;.]{0,30}$"
    r"|^[^,;.]{0,60}\bbefore\b[^,;.]{2,40}\son\s$"
)
_TIMELINE = re.compile(
    r"时间表|时间节点|大事记|进度安排|\b(?:timeline|milestones|key dates)\b", re.I
)
_EARLIER = re.compile(r"^\s?,?\s?(?:after|following)\b[^,;.]{2,40}\s(?:on|of)\s$")
"""Words between two dates that say that the second is the later, or the earlier."""
When = tuple[int, int, int]
"""Year, month and day; nought for what is not said."""


@dataclass(frozen=True, slots=True)
class _Date:
    """A date, or the last day of a phase as well: where it stands and as it is written."""

    first: When
    last: When
    start: int
    end: int
    text: str


def dates(summary: Summary) -> Iterator[Claim]:
    """Days exist, years are the title's, steps and phases are in order."""
    yield from _phases(summary)
    yield from _phase_years(summary)
    yield from _years(summary)
    for piece in summary.pieces:
        found = list(_DATE[piece.lang].finditer(piece.text))
        yield from _impossible(summary, piece, found)
        yield from (_ordered(summary, s, s, False) for s in _stretches(piece) if s.last < s.first)
        if piece.role == "text":
            yield from _worded(summary, piece, found)
            yield from _listed(summary, piece, found)
            yield from _stepwise(summary, piece, found)


def _read(piece: Piece, date: re.Match[str], year: int | None = None) -> _Date:
    """A date as written, of the year it names or of the one given."""
    month = int(date["m"]) if date["m"].isdigit() else MONTHS.index(date["m"].lower()) + 1
    day = int(date["d"] or date.groupdict().get("first") or 0)
    if year is None:
        year = int(date["y"]) if (date["y"] or "").isdigit() else 0
    when = (year, month, day)
    start, end = piece.start + date.start(), piece.start + date.end()
    return _Date(when, when, start, end, date.group().strip())


def _impossible(summary: Summary, piece: Piece, found: list[re.Match[str]]) -> Iterator[Claim]:
    for match in found:
        _, month, day = _read(piece, match).first
        if not day or (piece.lang == "en" and day > 31):
            continue
        if not 1 <= month <= 12 or day > _LONGEST[month - 1]:
            said = match["m"] + "月" + (match["d"] or "") + "日" if piece.lang == "zh" else ""
            at = piece.start + match.start("m" if said else 0)
            why = Text(f"没有“{said}”这一天。", f"There is no {match.group()}.")
            yield tell(summary, "dates", (at, piece.start + match.end()), "differs", None, why)


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


@remembered
def title_year(summary: Summary) -> int | None:
    """The year that the document's title or opening names, if it names but one."""
    headings = [p.text for p in summary.pieces if p.heading and p.depth == 1]
    for words in (" ".join(headings[:1]), summary.text[:600]):
        years = {int(y) for y in _YEAR.findall(words)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def _years(summary: Summary) -> Iterator[Claim]:
    """A sentence that opens with the title's period names it with the title's year."""
    for pattern in _PERIODS:
        named = pattern.search(summary.title)
        for piece in summary.pieces if named else ():
            match = pattern.search(piece.text, piece.body_at)
            if not match or not named or piece.role != "text" or match["y"] == named["y"]:
                continue
            before, after = piece.text[piece.body_at : match.start()], piece.text[match.end() :]
            opens = re.fullmatch(r"\W*(?:在|(?:in|during|over|for)?\s*(?:the\s*)?)", before, re.I)
            others = rf"{named['y']}|今年|本年|本期|去年|上年|this year|year|against|compar"
            if not opens or match["p"].lower() != named["p"].lower() or re.search(others, after):
                continue
            why = Text(
                f"题目是 {named['y']} 年{named['p']}，此处写 {match['y']} 年。",
                f"The title says {named['p']} of {named['y']}; here it is {match['y']}.",
            )
            place = (piece.start + match.start(), piece.start + match.end())
            yield tell(summary, "dates", place, "differs", named["y"], why, [summary.title[:60]])


def _worded(summary: Summary, piece: Piece, found: list[re.Match[str]]) -> Iterator[Claim]:
    """Two dates of which the words between them say the order."""
    said = [(m, _read(piece, m)) for m in found if m["y"] is None or m["y"].isdigit()]
    for (a, one), (b, other) in itertools.pairwise(said):
        between = piece.text[a.end() : b.start()]
        both = one.first[2] and other.first[2] and bool(one.first[0]) == bool(other.first[0])
        if both and _LATER.search(between):
            yield from _in_turn(summary, one, other)
        elif both and _EARLIER.search(between):
            yield from _in_turn(summary, other, one)


def _listed(summary: Summary, piece: Piece, found: list[re.Match[str]]) -> Iterator[Claim]:
    """The days of a timeline, one after another."""
    opens = _TIMELINE.search(piece.text)
    said = [_read(piece, m) for m in found if opens and m.start() > opens.end()]
    for one, other in itertools.pairwise(said):
        if one.first[2] and other.first[2] and bool(one.first[0]) == bool(other.first[0]):
            yield from (c for c in _in_turn(summary, one, other) if c.verdict == "differs")


def _stepwise(summary: Summary, piece: Piece, found: list[re.Match[str]]) -> Iterator[Claim]:
    """No step is dated before the step ahead of it, unless it has a subject of its own."""
    text, year, last = piece.text, 0, 0
    filler = summary.lexicon.compile("«noise:step»")
    before: tuple[str, int, _Date] | None = None
    for at, match in enumerate(found):
        said = match["y"]
        year = int(said) if said and said.isdigit() else year
        year += bool(year) and match.groupdict().get("on") == "次"
        stop = found[at + 1].start() if at + 1 < len(found) else len(text)
        area = (match.end(), min(stop, match.end() + _NEAR))
        if piece.lang == "en":
            area = (last, match.start())
        hits = list(summary.lexicon.find("stage", text[area[0] : area[1]]))
        lead, last = text[last : match.start()], match.end()
        if not hits or (said and not said.isdigit()):
            continue
        hit = hits[0] if piece.lang == "zh" else hits[-1]
        if piece.lang == "zh":
            last = area[0] + hit.end
            lead += text[match.end() : area[0] + hit.start]
        else:
            lead = lead[: hit.start]
        course, order = hit.means.split()
        own = own_label(filler.sub("", lead), summary.lexicon)
        alone = len(re.findall(r"[\u3400-\u9fff]", own)) > 1 or bool(re.search("[A-Za-z]", own))
        step = (course, int(order), _read(piece, match, year))
        if before and not alone and before[0] == course and before[1] < step[1]:
            yield from _in_turn(summary, before[2], step[2])
        before = step


def _in_turn(summary: Summary, before: _Date, after: _Date) -> Iterator[Claim]:
    """That one date is not before another, to the day if both have one."""
    a, b = before.first, after.first
    if (a[0] and b[0]) or a[1] - b[1] <= HALF_A_YEAR:
        known = 3 if a[2] and b[2] else 2
        yield _ordered(summary, before, after, a[:known] <= b[:known])


def _ordered(summary: Summary, before: _Date, after: _Date, fits: bool) -> Claim:
    """That a date comes after the one it has to follow, or does not."""
    why = Text(
        f"“{after.text}”在“{before.text}”之后，次序相符。",
        f'"{after.text}" comes after "{before.text}", as it should.',
    )
    if not fits:
        why = Text(
            f"“{after.text}”应在“{before.text}”之后，次序不符。",
            f'"{after.text}" should come after "{before.text}" and does not.',
        )
    place = (after.start, after.end)
    return tell(summary, "dates", place, "agrees" if fits else "differs", None, why, [before.text])


def _phases(summary: Summary) -> Iterator[Claim]:
    """Each phase of a run begins after the one before it has ended."""
    before: tuple[Piece, _Date] | None = None
    for piece in summary.pieces:
        phase = _phase(piece) if summary.lexicon.has("kind", "phase", piece.text) else None
        if phase is None:
            continue
        if before and piece.block - before[0].block <= 8 and piece.level[:1] == before[0].level[:1]:
            last, first = before[1].last, phase.first
            known = last[0] and first[0]
            fits = first >= last if known else first[1:] >= last[1:] or last[1] - first[1] >= 9
            yield _ordered(summary, before[1], phase, fits)
        before = (piece, phase)


def _phase(piece: Piece) -> _Date | None:
    """The days of a phase, the first to the last."""
    return next(_stretches(piece), None)


def _stretches(piece: Piece) -> Iterator[_Date]:
    """The stretches of days in a sentence: 5月13日至24日, 3 June - 8 July."""
    for match in _ZH_RANGE.finditer(piece.text):
        if (match[3] or match[5]) and (match[5] or match[6]):
            y1, m1, d1, y2, m2, d2 = (int(g or 0) for g in match.groups())
            first, last = (y1, m1, d1 or 1), (y2 or y1, m2 or m1, d2 or 31)
            yield _stretch(piece, match, first, last)
    for match in _EN_RANGE.finditer(piece.text):
        month = MONTHS.index(match[1][:3].lower()) + 1
        until = MONTHS.index(match[3][:3].lower()) + 1 if match[3] else month
        yield _stretch(piece, match, (0, month, int(match[2])), (0, until, int(match[4])))


def _stretch(piece: Piece, match: re.Match[str], first: When, last: When) -> _Date:
    start, end = piece.start + match.start(), piece.start + match.end()
    return _Date(first, last, start, end, match.group())
