"""So much for each: 平均每场 93 人次, 1.71 per 1,000 bed days, an average of 13 each.

Offers readings of an average as a total over a count, and of an incidence as cases over bed-days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wardround.claims.mentions import Mention, Summary, alike
from wardround.claims.named import used_days
from wardround.claims.naming import CLAUSE, own_label, pure
from wardround.claims.parts import find_parts
from wardround.claims.periods import count_at
from wardround.claims.rate_words import title_of
from wardround.claims.readings import Found, Reading, Trust, missing, scopes
from wardround.text import Text

_PER_EN = re.compile(
    r"[\d.,]+\s*per ([\d,]+) (?:occupied )?([a-z -]{3,24}days|discharges|admissions)\b",
    re.IGNORECASE,
)
_PER_ZH = re.compile(r"每(千|百|万)?(?:住院)?床日|/千床日")
_TIMES = {"百": 100, "千": 1000, "万": 10000}
_EACH = re.compile(
    r"(?:每|(?=[^平]均))(?P<zh>平方米|[\u3400-\u9fff])"
    r"|\b(?:per|an?|each) (?P<en>[a-z]+(?: met(?:er|re))?)\b", re.IGNORECASE,
)  # fmt: skip
_BEHIND = re.compile(r"\s(?:a|an|each|per) (?!(?:month|week|year|day|quarter)\b)[a-z]{3,}")
"""An average told by what stands behind it: 7,680 villagers, 80 a trip."""
_SPREAD = re.compile(r"平均|[人次床例月日]均|\baverage\b|\bmean\b", re.IGNORECASE)
_RATE_OF = re.compile(r"每个?(月|季度|周|[\u3400-\u9fff])(?!以上)[^，,；;。\d至少]{0,14}$")
_IN_ALL = re.compile(r"[，,、]?[\u3400-\u9fff]{0,6}(?:共|合计|总计)[\u3400-\u9fff]{0,6}")
"""What stands between so many each and how many they make: 每组9人，共36人."""
_PERIOD = re.compile(
    r"每个?(?P<zh>月|季度|周|天|日)|(?P<zh2>[月日周])均"
    r"|\b(?:per|a|each|every)\s(?P<en>month|quarter|week|day)\b", re.IGNORECASE,
)  # fmt: skip
_MEANT = re.compile(
    r"平均(?![\u3400-\u9fff]*(?:分|年龄|成绩|工龄))|[人次床例场户村月日周]均(?!费用|分)"
    r"|\b(?:an|on) average\b(?! (?:score|age|mark))|\baverage of\b|\bper\b|\beach\b", re.IGNORECASE,
)  # fmt: skip
_OR = re.compile(r"\W*(?:or|that is|i\.e\.|即)\b", re.IGNORECASE)
_SINCE = re.compile(r"以来|自|从|起|\bsince\b|\bfrom\b", re.IGNORECASE)
_BASES = {"bed days": "bed_days", "patient days": "bed_days", "discharges": "discharges",
          "admissions": "admissions"}  # fmt: skip


def averaged(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Average = what there was in all / how many there were; cases per so many bed-days."""
    basis = _basis(summary, figure)
    cases = next(reversed(summary.before(figure)), None)
    if figure.unit == "‰" and re.search("千.{0,4}日", figure.label):
        basis = "", "", 1000
    elif figure.unit == "‰" and cases and re.fullmatch("[，,（(]", summary.gap(cases, figure)):
        basis = "bed_days", "", 1000
    elif on_days := _device_days(summary, figure):
        yield _over(*on_days, 1000, 3)
        return
    if basis:
        yield from _incidence(summary, figure, *basis)
        return
    if figure.role != "value" or figure.kind in ("percent", "length"):
        return
    if figure.lang == "zh":
        yield from _multiplied(summary, figure)
    named = summary.lexicon.compile(
        r"«share:each»|\bper\b|每(?:平方米|[\u3400-\u9fff]{1,4}(?:\s|平均))"
    )
    words = _around(summary, figure)
    period = _PERIOD.search(words)
    behind = _BEHIND.match(summary.text, figure.end)
    if figure.concept or not (period or named.search(words) or behind):
        return
    if period:
        yield from _in_time(summary, figure, words, period)
    yield from _mean(summary, figure, behind.group() if behind else words)
    yield missing("share", Text("总数或个数", "the total or the count"))


def _multiplied(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """So many each month, or for each, times how many: 每月30份，上半年共180份."""
    text, rate = summary.text, next(reversed(summary.before(figure)), None)
    if not rate or not alike(rate, figure) or not _IN_ALL.fullmatch(summary.gap(rate, figure)):
        return
    said = _RATE_OF.search(text[max(0, rate.start - 24) : rate.start])
    named = said.group(1) if said else ""
    times = count_at(summary, figure, named) if named in ("月", "季度", "周") else None
    if times and times.spread.low == times.spread.high:
        trust: Trust = 2 if figure.kind == "times" else 3
        yield Reading("share", rate.amount * times, (rate,), trust)
    counted = re.compile(rf"[\u3400-\u9fff]{{0,3}}{named}")
    before = [m for m in _counts_before(summary, rate)
              if text[: m.end].endswith(named) or counted.match(text, m.end)]  # fmt: skip
    if named and not times and before:
        yield Reading("share", rate.amount * before[-1].amount, (rate, before[-1]), 3)


def _around(summary: Summary, figure: Mention) -> str:
    """The words of a number's own clause: before it, its label, right behind it."""
    text, wide = summary.text, 16 if figure.lang == "zh" else 24
    clause = CLAUSE[figure.lang]
    lead = clause.split(text[max(0, figure.start - wide) : figure.start])[-1]
    behind = clause.split(text[figure.end : figure.end + wide])[0]
    return f"{lead} {figure.label} {behind}"


def _basis(summary: Summary, figure: Mention) -> tuple[str, str, int] | None:
    """What an incidence is counted on, as concept or in its own words, and how many of it."""
    text = summary.text
    said = _PER_EN.match(text, figure.start, figure.start + 60)
    if said:
        words = said.group(2).lower()
        return _BASES.get(words, ""), words, int(said.group(1).replace(",", ""))
    zh = _PER_ZH.search(text[max(0, figure.start - 12) : figure.start] + figure.unit)
    if figure.lang == "zh" and zh:
        return "bed_days", "", _TIMES[zh.group(1) or "千"]
    return None


def _incidence(
    summary: Summary, figure: Mention, concept: str, words: str, scale: int
) -> Iterator[Found]:
    days = _days(summary, figure, concept, words)
    before = [m for m in _counts_before(summary, figure) if m not in days and m.unit != "day"]
    cases = [m for m in before[::-1] if m.kind in ("count", "") and m.concept != (concept or "-")]
    for order, case in enumerate((cases or _named_cases(summary, figure))[:2]):
        for day in days:
            sure = order == 0 and len({d.value for d in days}) == 1
            yield _over(case, day, scale, 3 if sure else 2)
    yield missing("share", Text("例数或床日数", "the cases or the bed-days"))


def _device_days(summary: Summary, figure: Mention) -> tuple[Mention, Mention] | None:
    """Cases over the days right before them: 呼吸机使用5214日，肺炎23例，发病率4.41‰."""
    counts = [m for m in summary.before(figure) if m.kind != "percent"][-2:]
    named = figure.unit == "‰" and re.search("(?:发病|感染|发生)率", figure.label)
    if not named or len(counts) < 2 or counts[0].unit != "day" or counts[1].unit == "day":
        return None
    return (counts[1], counts[0]) if counts[0].value > counts[1].value else None


def _named_cases(summary: Summary, figure: Mention) -> list[Mention]:
    """The cases that the clause of an incidence names, in the sentence before: hospital-onset."""
    text = summary.text
    words = set(re.findall(r"[a-z][a-z-]{5,}", text[max(0, figure.start - 60) : figure.start]))
    called = [
        m for m in summary.of_piece(figure.piece - 1)
        if m.block == figure.block and m.role == "value" and m.kind in ("count", "")
        and words & set(re.split(r"[,;:.()]|\d|\band\b", text[m.end : m.end + 40])[0].split())
    ]  # fmt: skip
    return called if len(called) == 1 else []


def _days(summary: Summary, figure: Mention, concept: str, words: str) -> list[Mention]:
    """What an incidence is counted on: the nearest of its concept, or what is called so."""
    if not concept:
        named = re.escape(words.rstrip("s")) if words else "(?!)"
        called = re.compile(rf"\b{named}s?\W*(?:of\W*)?$", re.IGNORECASE)
        return [
            m for m in summary.before(figure)
            if m.value and m.role == "value"
            and (called.search(summary.text[max(0, m.start - 40) : m.start])
                 if words else m.unit == "day")
        ]  # fmt: skip
    used = used_days(summary) if concept == "bed_days" else {}
    for scope, near in scopes(summary, figure):
        found = [
            used.get(m, m) for m in near
            if m.concept == concept and m.role == "value" and m.value > 0 and m is not figure
            and (scope < 2 or m.lang == "en"
                 or pure("zh", summary.text[max(0, m.start - 20) : m.start], concept,
                         summary.lexicon))
        ]  # fmt: skip
        if found:
            return found
    return []


def _over(a: Mention, b: Mention, scale: int, trust: Trust) -> Reading:
    made = (a.amount / b.amount).times(scale)
    shown = f"{made.shown} × {scale:,}" if scale > 1 else made.shown
    return Reading("share", replace(made, shown=shown), (a, b), trust)


def _in_time(
    summary: Summary, figure: Mention, words: str, period: re.Match[str]
) -> Iterator[Reading]:
    """A total before the average over the months, weeks or days of the period."""
    named = next(g for g in period.groups() if g).lower()
    times = count_at(summary, figure, named)
    own = [m for m in _counts_before(summary, figure) if alike(m, figure)]
    totals = own or _told_before(summary, figure)
    if times is None or not totals:
        return
    piece = summary.pieces[figure.piece].text
    # Of what is done every month only the bare number is the mean of the total before it.
    bare = not own_label(_SPREAD.sub("", words[: period.start()]), summary.lexicon)
    spread_out = bool(_SPREAD.search(words) or _OR.match(words))
    sure = named in ("月", "季度", "month", "quarter") and spread_out and bare
    total = next(
        (f.total for f in find_parts(summary, figure.piece) if totals[-1] in f.parts), totals[-1]
    )
    trust: Trust = 3 if sure and not _SINCE.search(piece) else 2
    yield Reading("share", total.amount / times, (total,), trust)


def _told_before(summary: Summary, figure: Mention) -> list[Mention]:
    """The first number of the sentence before one that goes on from it: That is 81 a month."""
    piece = summary.pieces[figure.piece]
    lead = piece.text[piece.body_at : figure.start - piece.start]
    if not re.fullmatch(r"\W*(?:(?:That|This|It) (?:is|was|makes?)|平均|即|也就是)[^\d，,]*", lead):
        return []
    above = [m for m in summary.of_piece(figure.piece - 1) if m.block == figure.block]
    return [m for m in above if m.role == "value" and m.kind in ("count", "")][:1]


def _counts_before(summary: Summary, figure: Mention) -> list[Mention]:
    """The counts before a number in its sentence, from the last semicolon on."""
    return [
        m for m in summary.before(figure)
        if _counts(m) and not re.search("[;；]", summary.gap(m, figure))
    ]  # fmt: skip


def _counts(m: Mention) -> bool:
    return m.role == "value" and m.kind in ("count", "times", "money", "")


def _mean(summary: Summary, figure: Mention, words: str) -> Iterator[Reading]:
    """Every pair of counts before the average; the word after 每 names what is divided by."""
    counts = _counts_before(summary, figure)
    wide = [m for m in summary.of_block(figure.block) if m.end <= figure.start and _counts(m)]
    each = _EACH.search(words)
    lead = title_of(summary, figure)
    money = [m for m in wide if m.kind == "money" and m.piece == figure.piece]
    counted = [m for m in wide if m.kind != "money" and m.piece == figure.piece]
    meant = bool(_MEANT.search(words))
    if figure.kind == "money" and meant and len(money) == len(counted) == 1:
        yield _over(money[0], counted[0], 1, 3 if each else 2)
    heads = [m for m in wide if m.kind != "money" and each and _is_of(summary, m, each)]
    single = len({m.value for m in heads}) == 1
    for a in wide:
        for b in wide:
            if a is b or not a.value > b.value > 0:
                continue
            said = bool(each and _is_of(summary, b, each))
            fits = alike(a, figure) and (a.unit != b.unit or a.lang == "en")
            near = a in counts and b in counts
            near_by = near and (said or (len(counts) == 2 and meant))
            alone = single and b in heads and money == [a] and meant
            called = said and (alone or (bool(a.label) and lead.endswith(a.label)))
            trust: Trust = 3 if fits and (near_by or called) else 2 if fits and said else 1
            if near or (fits and said):
                yield _over(a, b, 1, trust)


def _is_of(summary: Summary, m: Mention, each: re.Match[str]) -> bool:
    """Whether a number counts what the words "per …" name."""
    text, zh = summary.text, each["zh"]
    if zh:
        return text[: m.end].endswith(zh) or summary.lexicon.meaning("alike", zh) == m.unit
    return each["en"].lower() in text[m.start : m.end + 30].lower()
