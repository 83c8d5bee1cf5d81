"""What comes first: the phases of a plan, the steps of one thing (begun, topped out, in use).

Decides by the declared order of the steps ([[stage]]), by the words between two dates (opened on
14 April after its inspection on 2 April), or by where the phases stand. A step with a subject of
its own begins anew, so that two buildings in a sentence are not compared.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wardround.claims.claim import Claim
from wardround.claims.mentions import MONTH, Summary
from wardround.claims.naming import own_label
from wardround.claims.periods import MONTHS
from wardround.claims.telling import tell
from wardround.reading.piece import Piece
from wardround.text import Text

_ZH = re.compile(
    r"(?:(?P<y>(?:19|20)\d\d|[今去])年|(?P<on>[同当次])年)?\s?(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?"
)
_EN = re.compile(
    rf"\b(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<m>{'|'.join(MONTHS)})[a-z]*\b"
    r"(?:\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d))?"
    r"(?:,?\s*(?P<y>(?:19|20)\d\d))?", re.IGNORECASE,
)  # fmt: skip
_ZH_RANGE = re.compile(
    r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?\s*(?:[-—–~～至到]{1,2})\s*(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})日)?"
)
_EN_RANGE = re.compile(
    rf"({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:[-–—]|to)\s*(?:({MONTH})\s+)?(\d{{1,2}})(?:st|nd|rd|th)?"
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
_EARLIER = re.compile(r"^\s?,?\s?(?:after|following)\b[^,;.]{2,40}\s(?:on|of)\s$")
"""Words between two dates that say that the second is the later, or the earlier."""
_FILLER = re.compile(
    r"工程|项目|主体|正式|顺利|全面|大楼|已|并|现|该|将|预计|计划|如期|结构|建设|终|完成|结束|进入|召开|开展|举行|举办|底|上旬|中旬|下旬|初|末"
    r"|\b(?:it|project|building|expected|be|officially|finally|then|main|structure|work|body|at|end"
    r"|the unit|the wing|the centre)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Step:
    """A step with its date as (year, month, day or 0), where the date stands and as written."""

    course: str
    order: int
    when: tuple[int, int, int]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Phase:
    """A phase's days as (year, month, day); the year may be nought where it is not said."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]
    start: int
    end: int
    text: str


def stages(summary: Summary) -> Iterator[Claim]:
    """No step is dated before the step ahead of it, no phase before the one ahead has ended."""
    yield from _phases(summary)
    for piece in summary.pieces:
        if piece.role != "text":
            continue
        yield from _worded(summary, piece)
        before: _Step | None = None
        for step, alone in _steps(summary, piece):
            if before and not alone and step.course == before.course and step.order > before.order:
                yield from _told(summary, before, step)
            before = step


def _worded(summary: Summary, piece: Piece) -> Iterator[Claim]:
    """Two dates of which the words between them say the order."""
    dates = [
        (m, _Step("", 0, (int(m["y"]), *_month_day(m)) if (m["y"] or "").isdigit()
                  else (0, *_month_day(m)), piece.start + m.start(), piece.start + m.end(),
                  m.group().strip()))
        for m in (_ZH if piece.lang == "zh" else _EN).finditer(piece.text)
        if m["y"] is None or m["y"].isdigit()
    ]  # fmt: skip
    for (a, one), (b, other) in itertools.pairwise(dates):
        between = piece.text[a.end() : b.start()]
        both = one.when[2] and other.when[2] and bool(one.when[0]) == bool(other.when[0])
        if both and _LATER.search(between):
            yield from _told(summary, one, other)
        elif both and _EARLIER.search(between):
            yield from _told(summary, other, one)


def _month_day(date: re.Match[str]) -> tuple[int, int]:
    month = date["m"].lower()
    return (int(month) if month.isdigit() else MONTHS.index(month) + 1, _day(date))


def _day(date: re.Match[str]) -> int:
    return int(date["d"] or date.groupdict().get("first") or 0)


def _told(summary: Summary, before: _Step, step: _Step) -> Iterator[Claim]:
    if not (before.when[0] and step.when[0]) and before.when[1] - step.when[1] > HALF_A_YEAR:
        return
    known = 3 if before.when[2] and step.when[2] else 2
    fits = before.when[:known] <= step.when[:known]
    yield _ordered(summary, (step.start, step.end), before.text, fits)


def _ordered(summary: Summary, place: tuple[int, int], before: str, fits: bool) -> Claim:
    """That a date comes after the one it has to follow, or does not."""
    text = summary.text[slice(*place)].strip()
    why = Text(
        f"“{text}”在“{before}”之后，次序相符。", f'"{text}" comes after "{before}", as it should.'
    )
    if not fits:
        why = Text(
            f"“{text}”应在“{before}”之后，次序不符。",
            f'"{text}" should come after "{before}" and does not.',
        )
    return tell(summary, "dates", place, "agrees" if fits else "differs", None, why, [before])


def _steps(summary: Summary, piece: Piece) -> Iterator[tuple[_Step, bool]]:
    """The dated steps of a sentence, each with whether it names a subject of its own."""
    text, year, last = piece.text, 0, 0
    found = list((_ZH if piece.lang == "zh" else _EN).finditer(text))
    for at, match in enumerate(found):
        said = match.group("y")
        year = int(said) if said and said.isdigit() else year
        year += bool(year) and match.groupdict().get("on") == "次"
        stop = found[at + 1].start() if at + 1 < len(found) else len(text)
        area = (match.end(), min(stop, match.end() + _NEAR))
        if piece.lang == "en":
            area = (last, match.start())
        hits = list(summary.lexicon.find("stage", text[area[0] : area[1]]))
        behind, last = text[last : match.start()], match.end()
        if not hits or (said and not said.isdigit()):
            continue
        hit = hits[0] if piece.lang == "zh" else hits[-1]
        lead = behind if piece.lang == "zh" else behind[: hit.start]
        if piece.lang == "zh":
            last = area[0] + hit.end
            lead += text[match.end() : area[0] + hit.start]
        course, order = hit.means.split()
        month = int(match["m"]) if piece.lang == "zh" else MONTHS.index(match["m"].lower()) + 1
        when = (year, month, _day(match))
        own = own_label(_FILLER.sub("", lead), summary.lexicon)
        alone = len(re.findall(r"[\u3400-\u9fff]", own)) > 1 or bool(re.search("[A-Za-z]", own))
        place = (piece.start + match.start(), piece.start + match.end())
        yield _Step(course, int(order), when, *place, match.group().strip()), alone


def _phases(summary: Summary) -> Iterator[Claim]:
    """Each phase begins after the one before it has ended."""
    run: list[_Phase] = []
    last_block: int = -9
    level: tuple[str, ...] = ()
    for piece in summary.pieces:
        if not summary.lexicon.has("kind", "phase", piece.text):
            continue
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
        first = MONTHS.index(en.group(1)[:3].lower()) + 1
        last = MONTHS.index(en.group(3)[:3].lower()) + 1 if en.group(3) else first
        return _Phase((0, first, int(en.group(2))), (0, last, int(en.group(4))),
                      piece.start + en.start(), piece.start + en.end(), en.group())  # fmt: skip
    return None


def _order(summary: Summary, run: list[_Phase]) -> Iterator[Claim]:
    if len(run) < 2:
        return
    for before, after in itertools.pairwise(run):
        known = before.last[0] and after.first[0]
        a, b = (before.last, after.first) if known else (before.last[1:], after.first[1:])
        fits = b >= a or (not known and before.last[1] - after.first[1] >= 9)
        yield _ordered(summary, (after.start, after.end), before.text, fits)
