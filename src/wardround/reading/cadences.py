"""How often: cadences in the manner of RFC 5545 (`FREQ=MONTHLY;INTERVAL=3;X-TIMES=2`).

Decides from the sentence alone. What was read as a cadence is marked as used, so that the
quantities leave its numbers be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wardround.catalogue.lexicon import Hit, Lexicon
from wardround.reading.numbers import number_word
from wardround.reading.piece import Draft, Piece
from wardround.reading.tense import tells_future

_DAYS = dict(zip("一二三四五六日天", ("MO", "TU", "WE", "TH", "FR", "SA", "SU", "SU"), strict=True))
_WEEKDAYS = re.compile(
    r"([一二三四五六日天])(?![次回轮遍个份]|例(?!会)|[至到~—-][二三四五六七]次)"
    r"((?:[、和及，]\s*(?:每?周|星期|礼拜)?[一二三四五六日天](?![次回轮遍个份]|例(?!会)))*)"
    r"(?:[至到~～—–-]{1,2}(?:每?周|星期|礼拜)?([二三四五六日天])(?![次回轮遍个份]|例(?!会)))?"
)
_MONTH_DAY = re.compile(r"(?:的|(?:末|首|第[一二三]个?)月)?\s*(\d{1,2})\s*[日号]")
_ALSO_DAY = re.compile(r"[、和及，,]\s*(\d{1,2})\s*[日号]")
_NTH = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "最后": "-1"}
_NTH_DAY = re.compile(
    r"的?(?:第([一二三四五])|(最后)一?)(?:个(?:周|星期|礼拜)|周的?(?:周|星期))"
    r"([一二三四五六日天])(?![次回轮])"
)
_ENGLISH_NTH = {
    "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3",
    "fourth": "4", "4th": "4", "last": "-1",
}  # fmt: skip
_ENGLISH_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)(?: working)?(?: day)? of $", re.IGNORECASE)
_ENGLISH_DAYS = re.compile(r"(?:\d{1,2}(?:st|nd|rd|th)(?:,| and|, and) )+$")
"""More days of a list: "on the 1st and 15th of each month"."""
_AND = re.compile(
    r"\s*(?:and|or|,|、|和|或|及|及每|/)\s*(day|week|month|quarter|year|季度|季|半年|年|周|月)(?![A-Za-z度])"
)
_TERSE = re.compile(
    r"[日周旬月季年](?!报表)(?:(?<![\u3400-\u9fff\d].)|(?<=[立行实持善全施按].)(?<!全年))一?[\u3400-\u9fff]{2,3}"
    r"(?:[、，,；]?\s?[日周旬月季年]一?(?![度内初末底前后常])[\u3400-\u9fff]{2,3}){1,4}(?![\u3400-\u9fff])"
)
"""A row of terse cadences: 日巡查、周调度、月通报."""
_OF_A_MONTH = re.compile(r"\d$")
"""7月通报 is a report of July."""
PART_MAX = 30
"""The heading of a part has at most so many characters."""
_MORE = {
    "day": "FREQ=DAILY", "week": "FREQ=WEEKLY", "month": "FREQ=MONTHLY", "year": "FREQ=YEARLY",
    "quarter": "FREQ=MONTHLY;INTERVAL=3", "季度": "FREQ=MONTHLY;INTERVAL=3",
    "季": "FREQ=MONTHLY;INTERVAL=3", "半年": "FREQ=MONTHLY;INTERVAL=6",
    "年": "FREQ=YEARLY", "周": "FREQ=WEEKLY", "月": "FREQ=MONTHLY",
}  # fmt: skip
_UNITS = {
    "MIN": "MINUTELY",
    "H": "HOURLY",
    "D": "DAILY",
    "W": "WEEKLY",
    "M": "MONTHLY",
    "Y": "YEARLY",
}
_HALVES = {
    "MINUTELY": "FREQ=MINUTELY", "HOURLY": "FREQ=MINUTELY;INTERVAL=30",
    "DAILY": "FREQ=HOURLY;INTERVAL=12",
    "WEEKLY": "FREQ=WEEKLY;X-TIMES=2", "MONTHLY": "FREQ=WEEKLY;INTERVAL=2",
    "YEARLY": "FREQ=MONTHLY;INTERVAL=6",
}  # fmt: skip
_ONCE = re.compile(r"[^，,。；;\d]{0,10}[1一]次")
"""Once in that time: 每2小时巡查1次."""
_EACH = re.compile(r"每|\b(?:every|each)\b")
_TOLD = re.compile(r"共(?!同)|累计|[，,；;](?:今年)?(?:上半年|下半年|一季度|二季度|三季度)")
_STOP = re.compile(r"[。；;！!？?]")
_COMMA = re.compile("[，,]")
"""In a summary what follows it is told of something else: 每月保养，抢修412次."""
_OF_DAY = re.compile(r"(?:早、?中、?晚|早、?晚|上、?下午)各")
_CLAUSE = re.compile(r"[^,.;:()]*")
_COUNT = r"(65438\+0\d?|\d{1,3}|[xX×*_]{1,3}|[一二两三四五六七八九十]{1,3}|«number::en»)"


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    rule: str


def find_cadences(draft: Draft) -> Draft:
    """Read the cadences of every piece.

    >>> from wardround.reading.plan import sample, STEPS
    >>> draft = STEPS[0](sample("每周二、周五坐诊，每月开展教学查房2次。"))
    >>> find_cadences(draft).pieces[0].cadence
    'FREQ=WEEKLY;BYDAY=TU | FREQ=WEEKLY;BYDAY=FR | FREQ=MONTHLY;X-TIMES=2'

    Args:
        draft: pieces with text.
    Returns:
        the draft with `cadence` set, None where there is none, and `used` extended.
    """
    back, pieces = False, []
    for n, piece in enumerate(draft.pieces):
        if n == 0 or (piece.first and len(piece.text) <= PART_MAX and piece.text[-1] not in "。；"):
            back = _looks_back(piece.text, back and n > 0, draft.lexicon)
        pieces.append(_read(piece, back, draft.lexicon))
    return replace(draft, pieces=tuple(pieces))


def _looks_back(heading: str, back: bool, lexicon: Lexicon) -> bool:
    """Whether what stands under a title or heading tells of the past; `back` is what it did so far.

    In a summary 措施 and 重点工作 are headings of what was done, too.
    """
    told = lexicon.has("section", "past", heading)
    if back:
        heading = lexicon.compile("«section:either»").sub("", heading)
    planned = lexicon.has("section", "future", heading)
    return told and not planned if told or planned else back


def _read(piece: Piece, back: bool, lexicon: Lexicon) -> Piece:
    if piece.role in ("furniture", "row head"):
        return piece
    found = sorted(
        [
            *_phrases(piece, back, lexicon),
            *_every_so_many(piece, lexicon),
            *_terse(piece),
            *_rates(piece, lexicon),
            *_weekdays(piece, lexicon),
        ],
        key=lambda f: (f.start, -f.end),
    )
    rules: list[str] = []
    for one in found:
        if one.rule not in rules:
            rules.append(one.rule)
    if len(rules) > 1 and "FREQ=REGULAR" in rules and _only_beside_others(found):
        rules.remove("FREQ=REGULAR")
    used = piece.used + tuple((f.start, f.end) for f in found)
    return replace(piece, cadence=" | ".join(rules) or None, used=used)


def _only_beside_others(found: list[_Found]) -> bool:
    """Whether every 'regularly' stands right beside a named cadence: 每月经常, regular monthly."""
    named = [f for f in found if f.rule != "FREQ=REGULAR"]
    return all(
        any(-1 <= a.start - b.end <= 2 or -1 <= b.start - a.end <= 2 for b in named)
        for a in found
        if a.rule == "FREQ=REGULAR"
    )


def _phrases(piece: Piece, back: bool, lexicon: Lexicon) -> Iterator[_Found]:
    """Cadences that the lexicon lists, with the days and numbers of times that go with them."""
    text = piece.text
    hits = [h for h in lexicon.find("cadence", text) if h.start >= piece.body_at]
    kept = [
        h
        for h in hits
        if h.means != "ignore" and not _OF_A_MONTH.search(text[piece.body_at : h.start])
    ]
    anew = [m.start() for m in _EACH.finditer(text)]
    anew += [m.start() for m in _TOLD.finditer(text)]
    edges = sorted({*anew, *(h.start for h in (*kept, *lexicon.find("per", text)))})
    for hit in kept:
        limit = next((edge for edge in edges if edge >= hit.end), len(text))
        stop = _STOP.search(text, hit.end, limit)
        limit = stop.start() if stop else limit
        if back and not hit.text.isascii() and (comma := _COMMA.search(text, hit.end, limit)):
            limit = comma.start()
        if hit.means in ("FREQ=REGULAR", "FREQ=CONTINUOUS"):
            if hit.means == "FREQ=CONTINUOUS" and _promises_nil(text, hit, lexicon):
                continue
            yield _Found(hit.start, hit.end, hit.means)
            continue
        dated = list(_days(hit, text, lexicon))
        if dated:
            yield from dated
            continue
        times = _times_of_day(text, hit)
        times = times or list(_times(text, hit.end, limit, hit.means, lexicon))
        times += _times_before(text, hit, lexicon)
        times = times or _times_behind(text, hit, limit, lexicon)
        yield from times or [_Found(hit.start, hit.end, hit.means)]
        if times:
            yield _Found(hit.start, hit.end, times[0].rule)
        more = _AND.match(text, hit.end)
        if more:
            yield _Found(more.start(), more.end(), _MORE[more.group(1).lower()])
    told = back and not tells_future(text, lexicon)
    yield from _yearly_counts(piece, [*hits], told, lexicon)


def _promises_nil(text: str, hit: Hit, lexicon: Lexicon) -> bool:
    """Whether what goes on without end is that nothing happens: "no accidents all year round"."""
    nil = lexicon.compile(r"«zero:before:en»\s[^,;:.]*$")
    return bool(nil.search(text[max(0, hit.start - 60) : hit.start]))


def _days(hit: Hit, text: str, lexicon: Lexicon) -> Iterator[_Found]:
    """每周二、周五; 每月5日; the 5th of each month; the first Tuesday of each month."""
    if hit.means == "FREQ=WEEKLY" and not hit.text.isascii():
        days = _WEEKDAYS.match(text, hit.end)
        if days:
            for code in _codes(days):
                yield _Found(hit.start, days.end(), f"FREQ=WEEKLY;BYDAY={code}")
    elif hit.means.startswith("FREQ=MONTHLY"):
        day = _MONTH_DAY.match(text, hit.end)
        named = _ENGLISH_DAY.search(text, max(0, hit.start - 24), hit.start)
        while day:
            yield _Found(hit.start, day.end(), f"{hit.means};BYMONTHDAY={int(day.group(1))}")
            day = _ALSO_DAY.match(text, day.end())
        if named:
            before = _ENGLISH_DAYS.search(text[max(0, named.start() - 24) : named.start()])
            for number in [*re.findall(r"\d+", before[0] if before else ""), named.group(1)]:
                yield _Found(named.start(), hit.end, f"{hit.means};BYMONTHDAY={int(number)}")
        if hit.means == "FREQ=MONTHLY":
            yield from _nth_weekday(hit, text, lexicon)


def _codes(days: re.Match[str]) -> list[str]:
    """The days that `_WEEKDAYS` found: 二、周五; 一至周五."""
    first = _DAYS[days.group(1)]
    if days.group(3):
        week = list(dict.fromkeys(_DAYS.values()))
        return week[week.index(first) : week.index(_DAYS[days.group(3)]) + 1]
    return [first, *(_DAYS[c] for c in days.group(2) if c in _DAYS)]


def _nth_weekday(hit: Hit, text: str, lexicon: Lexicon) -> Iterator[_Found]:
    """每月第一个周二, the last Friday of every month."""
    day = _NTH_DAY.match(text, hit.end)
    if day:
        code = f"{_NTH[day.group(1) or day.group(2)]}{_DAYS[day.group(3)]}"
        yield _Found(hit.start, day.end(), f"{hit.means};BYDAY={code}")
    ordinal = "|".join(_ENGLISH_NTH)
    named = lexicon.compile(rf"\b({ordinal})\s+(«weekday::en»)\s+(?:of|in)\s+$").search(
        text, max(0, hit.start - 30), hit.start
    )
    if named:
        code = _ENGLISH_NTH[named.group(1).lower()] + (
            lexicon.meaning("weekday", named.group(2)) or ""
        )
        yield _Found(named.start(), hit.end, f"{hit.means};BYDAY={code}")


def _times(text: str, start: int, end: int, rule: str, lexicon: Lexicon) -> Iterator[_Found]:
    """Counts of 次 after a period: 每月…2次、…1次."""
    counts = lexicon.compile(
        rf"(?<![第\dA-Za-z])(?<!连续)(?<!累计)(?<!逾期)(?<!缺)(?<!漏){_COUNT}(?:\s*[-—–―~～至到]\s*{_COUNT})?\s*余?(?:«times:word:zh»)(?!/|数)"
    )
    for count in counts.finditer(text, start, end):
        yield _Found(count.start(), count.end(), _with_times(rule, count, lexicon))


def _times_before(text: str, hit: Hit, lexicon: Lexicon) -> list[_Found]:
    """twice, three times, 1-2 times right before an English period."""
    window = max(0, hit.start - 40)
    counts = lexicon.compile(
        rf"(?:(«times:1»)|(«times:2»)|(«times:3»)|{_COUNT}(?:\s*(?:-|–|to|or)\s*{_COUNT})?\s+(?:[a-z-]+\s+){{0,2}}?«times:word:en»)"
        r"\s*(?:in\s+)?$"
    )
    match = counts.search(text, window, hit.start)
    if not match:
        return []
    for number in (1, 2, 3):
        if match.group(number):
            rule = hit.means if number == 1 else f"{hit.means};X-TIMES={number}"
            return [_Found(match.start(), match.end(), rule)]
    return [_Found(match.start(), match.end(), _with_times(hit.means, match, lexicon, 4))]


def _times_of_day(text: str, hit: Hit) -> list[_Found]:
    """每日早晚各一次, 每天早中晚各巡一次."""
    told = _OF_DAY.match(text, hit.end) if hit.means == "FREQ=DAILY" else None
    if told is None:
        return []
    return [_Found(hit.start, told.end(), f"{hit.means};X-TIMES={3 if '中' in told[0] else 2}")]


def _times_behind(text: str, hit: Hit, limit: int, lexicon: Lexicon) -> list[_Found]:
    """twice, three times, 1-2 times later in the clause of an English period."""
    counts = lexicon.compile(
        rf"\b(?:(«times:2»)|{_COUNT}(?:\s*(?:-|–|to|or)\s*{_COUNT})?\s+times)"
        r"(?!\s+(?:a|per|each|every|as|in a row|more|higher|the)\b)"
    )
    clause = _CLAUSE.match(text, hit.end, limit)
    match = counts.search(text, hit.end)
    if not (match and clause and match.end() <= clause.end()):
        return []
    rule = f"{hit.means};X-TIMES=2" if match.group(1) else ""
    rule = rule or _with_times(hit.means, match, lexicon, 2)
    return [_Found(match.start(), match.end(), rule)]


def _with_times(rule: str, match: re.Match[str], lexicon: Lexicon, group: int = 1) -> str:
    low = number_word(match.group(group), lexicon) or match.group(group)
    high = match.group(group + 1)
    if high:
        return f"{rule};X-TIMES={low}-{number_word(high, lexicon) or high}"
    return rule if low == "1" else f"{rule};X-TIMES={low}"


def _yearly_counts(piece: Piece, hits: list[Hit], told: bool, lexicon: Lexicon) -> Iterator[_Found]:
    """Periods that are a cadence only with a count: 全年…3次, ten interviews a week."""
    text = piece.text
    for hit in lexicon.find("per", text):
        if hit.start < piece.body_at or any(hit.start < h.end and h.start < hit.end for h in hits):
            continue
        if text[: hit.start].endswith("by "):
            continue
        if not hit.text.isascii():
            stop = _STOP.search(text, hit.end)
            end = stop.start() if stop else len(text)
            end = min([end, *(h.start for h in hits if h.start >= hit.end)])
            if told or text[hit.end : hit.end + 1] in ("：", ":"):
                continue
            if not lexicon.has("kind", "past", text) and "共" not in text:
                times = list(_times(text, hit.end, end, hit.means, lexicon))
                yield from times
                if times:
                    yield _Found(hit.start, hit.end, times[0].rule)
            continue
        before = _times_before(text, hit, lexicon)
        if before:
            yield _Found(before[0].start, hit.end, before[0].rule)
            continue
        counted = lexicon.compile(
            rf"(?<![\w.£$]){_COUNT}(?:\s*[-–]\s*{_COUNT})?\s+"
            r"(?:(?:(?!(?:«function::en»|«number::en»)\b)[a-z-]+\s+){0,3}?(«times:word:en»))?"
        )
        window = max(piece.body_at, hit.start - 90)
        near = [m for m in counted.finditer(text, window, hit.start) if not _STOP.search(m.group())]
        event = next((m for m in near if m.group(3)), None)
        if event:
            yield _Found(event.start(), event.end(), _with_times(hit.means, event, lexicon))
            yield _Found(hit.start, hit.end, _with_times(hit.means, event, lexicon))
        elif (
            near
            and len(text[near[-1].end() : hit.start].split()) <= 4
            and "the year" not in hit.text
        ):
            yield _Found(hit.start, hit.end, hit.means)


def _every_so_many(piece: Piece, lexicon: Lexicon) -> Iterator[_Found]:
    """every 12 weeks, 每2小时, 每3天."""
    pattern = lexicon.compile(
        rf"(?:every\s+|\bonce\s+(?:in\s+|every\s+){{1,2}}|每隔?){_COUNT}\s*(«span»)(?![以之]?内)"
        r"|(?:每|\bevery )(?P<one>小时|hour\b)(?!\d)"
    )
    for match in pattern.finditer(piece.text, piece.body_at):
        once = _ONCE.match(piece.text, match.end())
        end = once.end() if once else match.end()
        if match.group("one"):
            yield _Found(match.start(), end, "FREQ=HOURLY")
            continue
        number = number_word(match.group(1), lexicon)
        unit = _UNITS.get(lexicon.meaning("span", match.group(2)) or "")
        listed = lexicon.meaning("cadence", match.group())
        if number and unit and listed is None:
            rule = f"FREQ={unit}" if number == "1" else f"FREQ={unit};INTERVAL={number}"
            rule = _HALVES[unit] if number == "0.5" else rule
            yield _Found(match.start(), end, rule)


def _rates(piece: Piece, lexicon: Lexicon) -> Iterator[_Found]:
    """So many times to a period: 1—2次/周, 3次/日."""
    number = rf"{_COUNT}(?:\s*[-—–~～至到]\s*{_COUNT})?"
    pattern = lexicon.compile(
        rf"(?<![\dA-Za-z≥≤＞＜><=]){number}\s*次\s*/\s*(?P<per>日|天|周|月|季度|季|年)"
    )
    for match in pattern.finditer(piece.text, piece.body_at):
        rule = _MORE.get(match.group("per"), "FREQ=DAILY")
        yield _Found(match.start(), match.end(), _with_times(rule, match, lexicon))


def _terse(piece: Piece) -> Iterator[_Found]:
    """Several cadences, each told by one character: 日核查、周小结、月通报."""
    for row in _TERSE.finditer(piece.text, piece.body_at):
        for unit in re.finditer(
            r"(?:^|[、，,；\s]|(?<=[\u3400-\u9fff]{2}))[日周旬月季年]", row.group()
        ):
            at, code = row.start() + unit.end() - 1, unit.group()[-1]
            rule = {"日": "FREQ=DAILY", "旬": "FREQ=DAILY;INTERVAL=10"}.get(code) or _MORE[code]
            yield _Found(at, at + 1, rule)


def _weekdays(piece: Piece, lexicon: Lexicon) -> Iterator[_Found]:
    """every Monday, on Tuesdays and Fridays; each May; 周一至周五, 周五例会."""
    week = r"(?<!每)(?:周|星期)(?=[一二三四五六](?:[至到~～—–-]|例会|晨会))"
    for match in re.finditer(week, piece.text):
        if days_of := _WEEKDAYS.match(piece.text, match.end()):
            for code in _codes(days_of):
                yield _Found(match.start(), days_of.end(), f"FREQ=WEEKLY;BYDAY={code}")
    days = r"«weekday::en»(?:(?:,\s*|\s+and\s+|,\s+and\s+)«weekday::en»)*"
    pattern = lexicon.compile(rf"(?:every|each)\s+({days})|\bon\s+({days})(?<=s)\b")
    for match in pattern.finditer(piece.text, piece.body_at):
        for day in lexicon.find("weekday", match.group()):
            yield _Found(match.start(), match.end(), f"FREQ=WEEKLY;BYDAY={day.means}")
    other = lexicon.compile(rf"\b(?:alternate|every\s+(?:other|second))\s+({days})")
    for match in other.finditer(piece.text, piece.body_at):
        for day in lexicon.find("weekday", match.group()):
            rule = f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day.means}"
            yield _Found(match.start(), match.end(), rule)
    for match in lexicon.compile(r"\b(?:every|each)\s+«month::en»").finditer(piece.text):
        yield _Found(match.start(), match.end(), "FREQ=YEARLY")
