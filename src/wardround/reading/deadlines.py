"""By when: dates, durations and words such as 立即, as a planner would write them.

Decides from the sentence, and from the time-limit column of a table row. A date becomes ISO when
year, month and day are given or follow; otherwise it stays as written, without 前 or "by". The
span of a step stays whole (5月1日至31日): its end is when it is due.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.numbers import number_word
from wardround.reading.piece import Draft, Piece
from wardround.reading.tense import tells_future, tells_past, turns

_YEAR = r"(?:(?P<year>(?:19|20)\d{2}|20[xX_*×]{2}|[xX×]{2}|今|明|本|次|当)\s*年(?:度)?)"
_ZH_DATE = re.compile(
    rf"{_YEAR}?\s*(?P<month>\d{{1,2}}|[xX×]{{1,2}}|元|十[一二]?|[一二三四五六七八九])\s*月(?:份)?"
    r"(?:\s*(?P<day>\d{1,2}|[xX×]{1,2})\s*[日号]|(?P<part>底|末|初|上旬|中旬|下旬))?"
    r"|(?P<only>(?:19|20)\d{2}|20[xX_*×]{2}|明|今|本)年(?P<when>年?底|年?末|上半年|(?:第?[一二三四]季度[初末底]?))?"
    r"|第?[一二三四]季度[初末底]?|上半年|下半年|(?:次|下|当|本)月\d{1,2}[日号]"
)
_LIMIT = re.compile(
    r"\s*(?:之前|以前|前|内|止)(?![一二三四五六七八九十\d景期沿言提科镜涵部外容])|(?!已|共|累计|圆满|顺利|均|全)[^，,。；;]{0,4}完成(?!了|情况|率)"
)
_SINCE = re.compile(
    r"(?:截至|截止|截止到|有效期[至到]|自|从|[\d一二三四五六七八九十][-—–~至到]|每|第|每年(?:\d{1,2}月份?[、和及,，])+)\s*$"
)
_COUNTED_FROM = re.compile(r"\d$|每月[月初中旬、]*$")
"""Before 年内 or 月底, what makes them a length or a cadence: 毕业1年内, 每月月初、月底."""
_OF_THE_DAY = re.compile(
    r"的|\s*\d{1,2}[:：]\d|[\u3400-\u9fff]{0,6}(?:数据|患者|病人|情况|标本|费用|收入|病历|账目|票据|处方|医嘱|值班|工作)"
)
"""What is the day's, and not due on it: 当日住院病人数据."""
_OF_WHAT = re.compile("考核|总结|奖|人事|绩效|综合|得分|检查|测评|出|有|评|决算|医|护|科|镜")
"""What words of time only tell which: 年终考核, 当日医嘱."""
_ACCORDING = re.compile(r"(?:根据|按照|依照|依据|贯彻|落实)[^，,；;。]{0,12}$")
"""Of what a date only says which is meant: 根据市卫健委4月8日会议精神."""
_NUMERIC = re.compile(
    r"(?:(?P<y>20\d{2})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})|(?P<d2>\d{1,2})[/.](?P<m2>\d{1,2})[/.](?P<y2>20\d{2}|\d{2}))(?!\d)"
)
_TO = r"\s*[-—–~～至到]{1,2}\s*$"
_RANGE = re.compile(
    r"(?:(?:\d{4}|20[xX_*×]{2}|[xX×]{2}|今|本)年)?(?:\d{1,2}|[xX×]{1,2})月(?:\d{1,2}日|底|初|[上中下]旬)?"
    + _TO
)
NAME_MAX = 20
"""The name of a step, with the month in which it begins, has at most so many characters."""
_MONTHS = re.compile(r"(?:(?<=[，,；;。])|^)\s*(?:20\d\d年)?\d{1,2}" + _TO)
"""The first month of a span that opens a clause: 4-9月：…."""
_SPAN = re.compile(r"(?<=[（(])\s*\d{1,2}" + _TO)
_DAYS_OF = re.compile(r"\d{1,2}月\d{1,2}日?\s*[-—–~～至到]{1,2}\s*\d{1,2}[日号]")
"""Days of one month: 5月1日至31日."""
_OPENS = re.compile(r"(?:[，,；;。：:、.．）)|]|是|^)\s*$")
_ON = re.compile(r"(?:于|在|到|至|拟|计划|力争|争取|确保|将|[，,；;。：:、（(|]|^)\s*$")
_ALSO = re.compile(r"(?:[、和及]\d{1,2}月份?)*各?")
"""More months of a list: 3月份、9月份各组织一次."""
_MONTH = r"(?P<month>«month»)(?:\.(?=\s\d))?"
_EN_DATE = (
    r"(?:(?P<end>(?:the\s+)?end of)\s+(?:the\s+)?)?(?:"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>(?:19|20)\d{{2}}(?!\d)))?"
    r"|(?P<around>(?:mid|early|late|end)[- ]«month»(?:\s+\d{4}(?:/\d{2})?)?)"
    r"|(?P<month2>«month»(?!\s+Day\b))(?:\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?:\s?[-–]\s?\d{1,2})?(?![\dxX_*]))?(?:,?\s+(?P<year2>(?:19|20)\d{2}(?!\d)))?"
    r"|(?P<quarter>(?:Q[1-4]|quarter (?:one|two|three|four|[1-4])"
    r"|(?:first|second|third|fourth|next|this|final|last) quarter|(?:first|second) half(?!-)"
    r"(?:\s+of\s+(?:the|this|next)\s+(?:financial\s+)?year)?)(?:\s+(?:of\s+)?\d{4}(?:/\d{2})?)?)"
    r"|(?P<feast>«deadline:phrase:en»)"
    r"|(?P<nth>\d{1,2}(?:st|nd|rd|th)(?:\s+working\s+day(?:\s+of\s+(?:the|next)\s+month)?|\s+of\s+(?:(?:the\s+)?(?:next|following)|this|the)\s+month"
    r"|(?!\s+(?:of|year|century))))"
    r"|(?P<season>(?:mid|early|late)[ -]?\d{4}|(?:(?:mid|early|late)[ -])?"
    r"(?:(?<=by )|(?<=before )|(?<=in )|(?<=of )|(?<=[yn] the )|(?<=re the )|(?<=of the )"
    r"|(?<=id[ -])|(?<=rly[ -])|(?<=ate[ -]))"
    r"(?:spring|summer|autumn|winter)(?! (?:period|months|pressure|season|plan))(?:[ -]?\d{4})?)"
    r"|(?P<only>20\d{2}(?:/\d{2}|-(?:1[3-9]|[2-9]\d)\b)?)(?!,?\d))"
)
_SOME_YEAR = r"(?:\d{4}|20[xX_*]{2}|[xX]{2})\b"
_OF = re.compile(
    r"(?:the\s+)?(end of (?:the\s+)?(?:\d{4}[-/]\d{2}\s+)?(?!each|every)[A-Za-z][\w/-]*"
    r"(?:\s+(?:year|quarter|month|period|\d{4}))?)",
    re.I,
)
_WAS_DONE = re.compile(r"\b(?:was|were|has been|have been)\s\w+[^.;,]{0,30}$")
"""A time in which something was done is no limit to come: "68% were seen within four hours"."""
_TOLD_OF = re.compile(
    r"\b(?:following|since|(?<!be )(?:published|issued|launched|approved|agreed|adopted|signed))\s"
    r"[^,;.]{0,60}$",
    re.IGNORECASE,
)
"""Of what a date only says which is meant: "the report published in March 2017"."""
_TELLS_WHICH = re.compile(
    r"\b(?:(?:re-?)?admissions?|readmitted|deaths?|die[sd]?|mortality|(?:re-?)?attendances?)\s$"
)
"""Of what a span only says which is meant: "readmissions within 30 days"."""
_DURATION_METRIC = re.compile(r"(?:时间|时长|周期|天数|日|候诊|平均)[^，,。；;]{0,8}$")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    value: str


def find_deadlines(draft: Draft) -> Draft:
    """Read the deadlines of every piece.

    >>> from wardround.reading.plan import sample, STEPS
    >>> draft = STEPS[0](sample("设备科2025年6月30日前完成安装，2小时内到场。"))
    >>> find_deadlines(draft).pieces[0].deadline
    '2025-06-30 | PT2H'

    Args:
        draft: pieces whose cadences are known, so that 每月5日前 is not taken for a date.
    Returns:
        the draft with `deadline` set, None where there is none, and `used` extended.
    """
    return replace(draft, pieces=tuple(_read(piece, draft.lexicon) for piece in draft.pieces))


def _read(piece: Piece, lexicon: Lexicon) -> Piece:
    if piece.role in ("furniture", "row head"):
        return piece
    found = [*_durations(piece, lexicon), *_zh_dates(piece, lexicon), *_en_dates(piece, lexicon)]
    found += _numeric_dates(piece, lexicon)
    found += _column(piece, lexicon, found)
    found += _words(piece, lexicon, found)
    values: list[str] = []
    for one in sorted(found, key=lambda f: f.start):
        if one.value not in values:
            values.append(one.value)
    used = piece.used + tuple((f.start, f.end) for f in found)
    return replace(piece, deadline=" | ".join(values) or None, used=used)


def _is_past(piece: Piece, lexicon: Lexicon) -> bool:
    text = piece.text[turns(piece.text) :]
    return tells_past(text, lexicon) and not tells_future(text, lexicon)


def _zh_dates(piece: Piece, lexicon: Lexicon) -> Iterator[_Found]:
    text, past = piece.text, _is_past(piece, lexicon)
    phase = lexicon.has("kind", "phase", text)
    acted = lexicon.compile(
        r"(?:份?[“”\u3400-\u9fff]{0,10}期间)?[：:]?«kind:measure:zh»|通过|建成|投入|达到|实现"
    )
    days = [] if past else list(_day_spans(piece, phase, acted))
    yield from days
    for match in _ZH_DATE.finditer(text, max(piece.body_at, turns(text))):
        start, end = match.span()
        if not piece.free(start, end) or any(d.start <= start < d.end for d in days):
            continue
        before, after = text[max(0, start - 8) : start], text[end : end + 6]
        does = bool(acted.match(text, end))
        begun = _begun(piece, match, does)
        if begun is not None and not (past or lexicon.has("kind", "past", text[:start])):
            yield _whole(text, begun, end)
            continue
        named = phase or (start - piece.body_at <= NAME_MAX and after[:1] in ("）", ")"))
        span = _SPAN.search(text[:start]) if named else None
        if span:
            yield _whole(text, span.start(), end)
            continue
        if _SINCE.search(before) or _ACCORDING.search(text[:start]):
            continue
        limit = _LIMIT.match(after)
        closed = match.group("part") or match.group().endswith(("底", "末", "初"))
        heads = not text[piece.body_at : start].strip() and after[:1] in ("：", ":")
        if (heads and match.group("month") is None) or _is_reached(match, before, after):
            yield _Found(start, end, match.group())
            continue
        listed = _ALSO.match(text, end) if match.group("month") else None
        does = does or bool(listed and acted.match(text, listed.end()))
        starts = (_OPENS.search(before) or _ON.search(before)) and does
        if match.group("month") is None and not ((limit and match.group().strip()) or closed):
            if starts and not past and match.group().endswith(("半年", "季度")):
                yield _Found(start, end, match.group())
            continue
        stands = closed or starts or _ON.search(before) or match.group("day")
        if not limit and (past or not stands):
            continue
        if limit or not re.match(r"\s*(?:[-—–~至到]|来|以来|起|的|份?至)", after):
            yield _Found(start, end, _zh_value(match))


def _is_reached(match: re.Match[str], before: str, after: str) -> bool:
    """Whether a bare year says by when: 到2025年，…."""
    bare = match.group("only") and not match.group("when")
    opens = re.search(r"(?:^|[，,；;。、.．）)])\s*到\s*$", before)
    return bool(bare and opens and after[:1] in (",", "，"))


def _day_spans(piece: Piece, phase: bool, acted: re.Pattern[str]) -> Iterator[_Found]:
    """Spans of days within a month, where they name a step or when something is done:
    （5月1日至31日）, 5月1日至31日开展…."""
    text = piece.text
    for span in _DAYS_OF.finditer(text, piece.body_at):
        start, end = span.span()
        before = text[max(0, start - 8) : start]
        does = (_OPENS.search(before) or _ON.search(before)) and acted.match(text, end)
        if phase or does or text[end : end + 1] in tuple("）)：:"):
            yield _whole(text, start, end)


def _whole(text: str, start: int, end: int) -> _Found:
    """A span as it stands."""
    return _Found(start, end, re.sub(r"\s", "", text[start:end]))


def _begun(piece: Piece, match: re.Match[str], does: bool) -> int | None:
    """Where the span begins that a date ends: 3月1日—3月31日, 4-9月：…, 5月至8月集中体检."""
    first = max(piece.body_at, match.start() - NAME_MAX)
    lead = piece.text[first : match.start()]
    opens = does or piece.text[match.end() :][:1] in ("：", ":")
    begun = _RANGE.search(lead) or (_MONTHS.search(lead) if opens else None)
    return first + begun.start() if begun else None


def _numeric_dates(piece: Piece, lexicon: Lexicon) -> Iterator[_Found]:
    """by 30/09/2025, 2025-09-30前, and such dates in the time-limit column."""
    by = lexicon.compile(r"«before:before:en»\s*$")
    columns = [cell for cell, m in zip(piece.cells, piece.columns, strict=False) if m == "deadline"]
    for match in _NUMERIC.finditer(piece.text, piece.body_at):
        listed = any(a <= match.start() and match.end() <= b for a, b in columns)
        limited = piece.text[match.end() : match.end() + 2].startswith(("前", "之前"))
        if listed or limited or by.search(piece.text[max(0, match.start() - 20) : match.start()]):
            yield _Found(match.start(), match.end(), _numeric_value(match))


def _numeric_value(match: re.Match[str]) -> str:
    """ISO; day before month where the year comes last, unless that cannot be."""
    year = match.group("y") or match.group("y2")
    year = f"20{year}" if len(year) == 2 else year
    month, day = (
        int(match.group("m") or match.group("m2")),
        int(match.group("d") or match.group("d2")),
    )
    if month > 12 >= day:
        month, day = day, month
    return f"{year}-{month:02}-{day:02}"


def _zh_value(match: re.Match[str], year_before: str = "") -> str:
    """ISO where the calendar settles it, else the words."""
    words = re.sub(r"\s", "", match.group())
    year = match.group("year") or match.group("only") or year_before
    if not re.fullmatch(r"\d{4}", year):
        return re.sub(r"^(?:今|本|当)年(?:度)?(?=\d)", "", words)
    month, day = match.group("month"), match.group("day")
    if month is None:
        closed = (match.group("when") or "").endswith(("年底", "年末", "底", "末"))
        return f"{year}-12-31" if closed and "季" not in words else words
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return words
    if match.group("part") in ("底", "末"):
        return f"{year}-{int(month):02}-{calendar.monthrange(int(year), int(month))[1]:02}"
    if match.group("part") or (day and not day.isdigit()):
        return words
    return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")


_NAMED = ("around", "month", "month2", "quarter", "season")
"""Parts of an English date that stand for a time by themselves."""


def _en_dates(piece: Piece, lexicon: Lexicon) -> Iterator[_Found]:
    text = piece.text
    if piece.lang == "zh":
        return
    past = _is_past(piece, lexicon)
    by = lexicon.compile(rf"(?P<by>«before:before»\s+(?:the\s+)?)(?P<date>{_EN_DATE})")
    at = lexicon.compile(rf"(?P<by>\b(?:in|on|at)\s+(?:the\s+)?)(?P<date>{_EN_DATE})")
    until = lexicon.compile(
        rf"(?P<by>«month»(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+{_SOME_YEAR})?"
        rf"\s*(?:to|until|till|–|—|-|~)\s*)(?P<date>{_EN_DATE})(?:,?\s+{_SOME_YEAR})?"
    )
    staged = lexicon.compile(
        rf"(?P<by>\b(?:stage|phase|step)\b[^()]{{0,40}}[(]\s*)(?P<date>{_EN_DATE})"
        rf"(?:,?\s+{_SOME_YEAR})?(?=\s*[)])"
    )
    opens = lexicon.compile(rf"(?P<by>^\W*)(?P<date>{_EN_DATE})(?=\s*[:：])")
    also = lexicon.compile(
        rf"(?P<by>\b(?:in|by)\s+«month»(?:,\s+«month»)*(?:,|\s+and)\s+)(?P<date>{_EN_DATE})"
    )
    spans: list[tuple[int, int]] = []
    for pattern in (by, until, staged, opens, at, also):
        for match in pattern.finditer(text, piece.body_at):
            start, end = match.span("date")
            if any(s < end and start < e for s, e in spans) or not piece.free(start, end):
                continue
            named = any(match.group(*_NAMED))
            recurs = piece.cadence and text[: match.start()].endswith(("from ", "between "))
            if pattern is until and recurs:
                continue
            if pattern is at and (
                _only_counted(text, start, lexicon)
                or _TOLD_OF.search(text[: match.start()])
                or text[: match.start()].endswith(("starting ", "beginning ", "commencing "))
            ):
                continue
            if pattern is not by and re.match(r"\s+(?:of\s+)?(?:each|every)\s+year", text[end:]):
                continue
            if pattern is not by and (past or not (named or match.group("end"))):
                continue
            spans.append((start, end))
            if pattern is until or match.end() > end:
                start = match.start() if pattern is until else start
                yield _Found(start, match.end(), " ".join(text[start : match.end()].split()))
            else:
                yield _Found(start, end, _en_value(match, lexicon))
    of = lexicon.compile(r"(?:«before:before»|\bat)\s+(?:the\s+)?")
    for lead in of.finditer(text, piece.body_at):
        match_of = _OF.match(text, lead.end())
        if match_of and not any(s < match_of.end() and lead.end() < e for s, e in spans):
            yield _Found(*match_of.span(1), match_of.group(1))


def _only_counted(text: str, start: int, lexicon: Lexicon) -> bool:
    """Whether a time says of what or in what something is counted: "twice in the second half"."""
    counted = (
        r"(?:(?:«times:1»|«times:2»|«times:3»|«number::en»\s+times)\s+(?:in|during)"
        r"|\b(?:(?:work|tasks?|objectives?|goals?|summary|situation|results)\s+(?:focus\s+)?in"
        r"|(?:work|(?<!this )plans?|tasks?|objectives?|goals?|summary|situation|results)"
        r"\s+(?:of|for)))"
        r"\s+(?:the\s+)?$"
    )
    return bool(lexicon.compile(counted).search(text[max(0, start - 36) : start]))


def _en_value(match: re.Match[str], lexicon: Lexicon) -> str:
    words = re.sub(r"^the\s+", "", match.group("date").strip(), flags=re.IGNORECASE)
    month = lexicon.meaning("month", match.group("month") or match.group("month2") or "")
    year = match.group("year") or match.group("year2")
    day = match.group("day") or match.group("day2")
    if month and year:
        if match.group("end"):
            last = calendar.monthrange(max(1, int(year)), int(month))[1]
            return f"{year}-{int(month):02}-{last:02}"
        return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
    if match.group("only") and match.group("end") and len(match.group("only")) == 4:
        return f"{match.group('only')}-12-31"
    return words


def _durations(piece: Piece, lexicon: Lexicon) -> Iterator[_Found]:
    """2小时内, within three days, 用三年时间."""
    text = piece.text
    number = r"(?P<n>65438\+0\d?|\d{1,3}(?:\.\d)?|[一二两三四五六七八九十]{1,3}|半|«number::en»)"
    zh = lexicon.compile(
        rf"(?<![近第\d上下]){number}\s*个?(?P<u>«span::zh»)(?:时间)?\s*«within:after:zh»"
    )
    en = lexicon.compile(
        rf"«within:before:en»\s+(?:the\s+)?(?:next\s+|first\s+)?"
        rf"(?:{number}[\s-]+|an?\s+)(?P<u>«span::en»)"
    )
    soon = re.compile(
        r"(?P<n>\d{1,3})\s*(?P<u>分钟|小时|个工作日)"
        r"(?=响应|到场|到达|到位|办结|回复|答复|送达|出车|出诊|反馈|上报|报告)"
    )
    length = lexicon.compile(rf"(?:«within:length:zh»{number}\s*(?P<u>个?月|年)时?间?)")
    long = lexicon.compile(
        r"(?:«within:length:en»|(?<!for\s)(?<!aged\s)\bover(?=\s+(?:[2-9]|10|two|three|four|five|ten)\s+years))"
        rf"\s+(?:the\s+)?(?:next\s+)?{number}\s+(?P<u>years?|months?)"
    )
    whole = lexicon.compile(
        rf"\ba\s+{number}-(?P<u>«span::en»)\s+(?:[\w-]+\s+){{0,4}}?"
        r"(?:campaign|activity|programme|program|drive|project|rectification)\b"
    )
    given = lexicon.compile(rf"«within:before:zh»\s*{number}\s*个?(?P<u>«span::zh»)")
    for pattern in (zh, en, soon, length, given, long, whole):
        for match in pattern.finditer(text, piece.body_at):
            if pattern is en and _WAS_DONE.search(text[max(0, match.start() - 60) : match.start()]):
                continue
            if pattern is en and _TELLS_WHICH.search(text[: match.start()]):
                continue
            if re.match(r"\s+(?:of|before)\s+(?:the\s+)?expir", text[match.end() :]):
                continue
            if pattern in (long, length) and _is_past(piece, lexicon):
                continue
            qualifies = text[match.end() : match.end() + 1] == "的" and pattern is not length
            if qualifies or not piece.free(*match.span()) or _is_metric(text, match, pattern is en):
                continue
            value = _duration(match.group("n") or "1", match.group("u"), lexicon)
            if value:
                yield _Found(match.start(), match.end(), value)


def _is_metric(text: str, match: re.Match[str], english: bool) -> bool:
    """Whether a limit belongs to a measured thing: 平均候诊时间…30分钟内."""
    before, after = (
        text[max(0, match.start() - 70) : match.start()],
        text[match.end() : match.end() + 16],
    )
    if english:
        clause = re.split(r"[;:]|\.\s", before)[-1]
        timed = (
            r"|\brate\s*$"
            r"|\b(?:time|interval)\b[^,;]{0,60}\b(?:be|is|are|kept|controlled|remain)\s*$"
        )
        return bool(
            re.search(
                rf"(?:%|per cent)\s+(?:of\b|$)|\b(?:share|proportion|percentage) of\b"
                rf"|\baverage\b{timed}",
                clause,
            )
        ) and not re.match(r"\s*in \d", after)
    clause = re.split(r"[，,。；;：:|]", before)[-1]
    if re.search(r"(?:精确|精准|细化|具体|[缩降压减][小短低到少缩]?)(?:到|至|为)\s*$", clause):
        return True
    return (
        (bool(_DURATION_METRIC.search(clause[-16:])) and "控制" in clause)
        or bool(re.match(r"[^，,。；;]{0,12}率", after))
        or bool(re.search(r"(?:平均|时间|时长)[^，,。；;]{0,6}$", clause))
    )


def _duration(number: str, unit: str, lexicon: Lexicon) -> str | None:
    """An ISO 8601 duration, or None."""
    code = lexicon.meaning("span", unit.removeprefix("个") if unit != "个月" else unit)
    if number == "半":
        return {"Y": "P6M", "H": "PT30M", "M": "P15D", "D": "PT12H"}.get(code or "")
    amount = number_word(number, lexicon)
    if amount is None or code is None:
        return None
    if amount == "0.5":
        return _duration("半", unit, lexicon)
    if code == "2W":
        return f"P{2 * int(amount)}W" if amount.isdigit() else None
    if code in ("MIN", "H"):
        return f"PT{amount}{code[0]}"
    return f"P{amount}{'D' if code == 'WD' else code}"


def _words(piece: Piece, lexicon: Lexicon, found: list[_Found]) -> Iterator[_Found]:
    """Deadlines that are words: 立即, 年底, immediately."""
    past = _is_past(piece, lexicon)
    for hit in lexicon.find("deadline", piece.text):
        taken = any(f.start < hit.end and hit.start < f.end for f in found)
        if hit.means == "phrase" and not (taken or past or hit.text.isascii()):
            if re.match(r"(?:之|以)?前", piece.text[hit.end :]):
                yield _Found(hit.start, hit.end, hit.text)
            continue
        if hit.means != "text" or hit.start < piece.body_at or taken or past:
            continue
        if hit.text in ("当日", "当天", "次日") and _OF_THE_DAY.match(piece.text, hit.end):
            continue
        if hit.text[0] in "年月" and _COUNTED_FROM.search(piece.text[: hit.start]):
            continue
        if hit.text.istitle() and hit.start > piece.body_at:  # Same Day Emergency Care
            continue
        if hit.text.isascii() and _is_attribute(piece.text, hit.start, hit.end):
            continue
        if hit.start == piece.body_at and hit.text.lower().startswith("in the "):
            continue
        if piece.free(hit.start, hit.end) and not _OF_WHAT.match(piece.text, hit.end):
            yield _Found(hit.start, hit.end, hit.text)


def _is_attribute(text: str, start: int, end: int) -> bool:
    """Whether English words of time only say of what: "the year-end assessment"."""
    if text[start:end].lower().endswith("end"):
        if re.search(r"\bby\s$", text[:start]):
            return False
        return not re.match(r"\s*(?:[,.;:)]|$|and\b|we\b|to\b)", text[end:])
    return bool(re.search(r"\b(?:for|of)\s+(?:the\s+)?$", text[max(0, start - 12) : start]))


def _column(piece: Piece, lexicon: Lexicon, found: list[_Found]) -> Iterator[_Found]:
    """The time-limit column of a table row, unless it says that there is none."""
    for (start, end), meaning in zip(piece.cells, piece.columns, strict=False):
        words = piece.text[start:end].strip()
        inside = any(start <= f.start and f.end <= end for f in found)
        if meaning != "deadline" or not words or inside or not piece.free(start, end):
            continue
        if lexicon.meaning("deadline", words) != "none":
            at = piece.text.index(words, start)
            date = _ZH_DATE.fullmatch(re.sub(r"(?:之前|以前|前)$", "", words))
            english = lexicon.compile(rf"(?:by\s+)?(?P<date>{_EN_DATE})").fullmatch(words)
            if date:
                value = _zh_value(date)
            elif english:
                value = _en_value(english, lexicon)
            else:
                value = re.sub(r"(?:之前|以前|前)$|^by\s+", "", words)
            yield _Found(at, at + len(words), value)
