"""Sums told in other words: "Of 64 reviewed, 22 …, 19 … and 23 others", "Together that makes".

Offers parts only where the words close the list, or where the numbers add up so exactly that no
chance does it; the rest of a whole named elsewhere is looked for, and never accused.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.printed import Verdict
from wardround.claims.readings import TELLING, scopes
from wardround.claims.telling import work_out
from wardround.reading.numbers import number_word

NEAR = Fraction(1, 5)
"""A list behind a colon is of the number before it only if it comes within this of it."""
NEAREST = Fraction(1, 20)
_ABOVE = re.compile(
    r"(?:上述|以上|前述)([两二三四五六七八九十])[项类个者]?[\u3400-\u9fff]{0,4}[合共总]计?[\u3400-\u9fff]{0,3}$"
)
_DIVISION = re.compile(
    r"^\W*(?:By|In terms of|According to)\s[a-z ]{3,24}[:,]"
    r"|(?:按照?[\u3400-\u9fff]{1,6}(?:分|划分|统计)"
    r"|(?:学历|职称|年龄|人员)(?:结构|构成|分布))[：:，,][^，,；;。]{0,12}$", re.IGNORECASE,
)  # fmt: skip
_OPENS = re.compile(r"[\u3400-\u9fff]{0,10}(?:[：:]|[，,][\u3400-\u9fff]{0,6}分别[为是])\D{0,12}")
_WITHIN = re.compile(
    r"(?:(?<=[；;。])|^)\s*(?:在|上述|全院|现有)?([\u3400-\u9fff]{2,10}?)当?中[，,：:]?"
)
LEAST = 10
"""Smaller sums come out by chance."""
_OTHERS = re.compile(
    r"\s*(?:(?:were |are |is |of )?(?:still )?"
    r"(?:others?|the rest|the remainder|remaining|open|pending|outstanding|in progress)\b"
    r"|(?:patients |people |cases |staff )?(?:were|was|did|had|have) not(?=\s*(?:[.,;(]|$)))", re.I,
)  # fmt: skip
_REST_BEFORE = re.compile(
    r"(?:其他|其余|其它|剩余|尚余|遗留|不合[格理]|未|空(?![调气]))[\u3400-\u9fff]{0,6}$|\b(?:other|remaining)\s(?:[a-z-]+\s){0,3}[£$¥€]?$",
    re.I,
)
_TOGETHER = re.compile(
    r"\b(?:together|combined)\b[^.;\d]{0,24}$|\bin all,?\s(?:that |this |it )?(?:makes?|is|was)\s$",
    re.I,
)
_PLACE = re.compile(r"(?:科|病区|病房|分院|院区|[乡镇村]|街道)$")
_SHARE_BESIDE = re.compile(r"\s?[（(][\d.]+%[)）]")
_OF_THE = re.compile(r"^\W*(?:Of|Among)\s(?:the |these |all )?$")


@dataclass(frozen=True, slots=True)
class Parts:
    """A whole and what is said to be in it; `closed` if nothing may be left over."""

    total: Mention
    parts: tuple[Mention, ...]
    closed: bool


def total_of(parts: Iterable[Mention]) -> Fraction:
    """The sum of some numbers."""
    return sum((m.value for m in parts), Fraction(0))


def alike(a: Mention, b: Mention) -> bool:
    """Whether two numbers count the same thing; English often leaves the unit of a part out."""
    if a.unit == b.unit:
        return True
    if a.lang != "en" or {"money", "times"} & {a.kind, b.kind}:
        return False
    return not a.unit or not b.unit or a.unit.split()[-1] == b.unit.split()[-1]


def divide(summary: Summary, parts: Sequence[Mention]) -> bool:
    """Whether the parts bear names that the lexicon declares to divide a whole."""
    lexicon, names = summary.lexicon, [m.label.lower() for m in parts]
    for phrase in lexicon.phrases("partition"):
        words = phrase.split()
        if len(words) == len(names) and all(any(w in n for n in names) for w in words):
            return True
    return False


def apart(summary: Summary, parts: Sequence[Mention]) -> bool:
    """Whether the parts bear names of one declared division, which do not overlap."""
    names = [f"{m.label} {m.unit}".lower() for m in parts]
    if len(set(names)) == len(names) and all(_PLACE.search(m.label) for m in parts):
        return True
    means = [{h.means for h in summary.lexicon.find("division", n)} for n in names]
    return len(set(names)) == len(names) and bool(set.intersection(*means))


def listed(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """English lists: of N, a …, b … and c others; N things: a x, b y and c z."""
    piece = summary.pieces[number]
    if piece.lang != "en":
        return
    for at, total in enumerate(values[:-2]):
        parts = tuple(m for m in values[at + 1 :] if _alike(m, total))
        lead = piece.text[piece.body_at : total.start - piece.start]
        behind = summary.document.text[total.end : parts[0].start] if parts else ""
        parts = _till_stop(summary, parts)
        colon = re.fullmatch(r"[a-z' -]{0,60}(?::| [—–-])\s(?:[a-z]+\s)?", behind, re.I)
        opens = colon or (at == 0 and _OF_THE.match(lead))
        if len(parts) < 2 or not opens:
            continue
        added = total_of(parts)
        others = rest_like(summary, parts[-1])
        said = number_word((re.findall(r"[a-z]+", behind.lower()) or [""])[-2:][0], summary.lexicon)
        many = len(parts) >= 3 or said == str(len(parts))
        reach = NEAR if colon else NEAREST
        near = many and abs(added - total.value) <= reach * total.value
        both = len(parts) == 2 and _two_kinds(summary, parts)
        near |= bool(both and abs(added - total.value) <= NEAR * total.value)
        if added == total.value or others or near:
            yield Parts(total, parts, bool(others or near))


def _two_kinds(summary: Summary, parts: Sequence[Mention]) -> bool:
    """Whether two numbers are said in nouns only and end their sentence: 4 urgent and 6 planned."""
    text = summary.document.text
    words = re.fullmatch(r"((?:\s[a-z-]+){1,3}) and ", text[parts[0].end : parts[1].start])
    after = re.match(r"((?:\s[a-z-]+){1,3})\.(?:\s|$)", text[parts[1].end :])
    return bool(words and after) and not any(
        re.search(r"ed\b|\b(?:were|was|had|did)\b", w[1]) for w in (words, after) if w
    )


def after_colon(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """Chinese lists behind a colon or 分别为: 课题14项：省级3项、市级6项、县级5项."""
    text = summary.document.text
    for at, total in enumerate(values[:-2]):
        first = values[at + 1]
        if not _OPENS.fullmatch(text[total.end : first.start]):
            continue
        run = [first]
        for m in values[at + 2 :]:
            if not re.fullmatch(r"[、，,][^；;。，,、]{0,12}", text[run[-1].end : m.start]):
                break
            run.append(m)
        added = total_of(run)
        same = all(m.unit == total.unit and m.unit for m in run)
        if len(run) >= 2 and same and abs(added - total.value) <= NEAR * total.value:
            yield Parts(total, tuple(run), True)


def strung(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """Numbers strung together that make up one before them exactly; two of them right behind it."""
    text, every = summary.document.text, summary.of_piece(number)
    run: list[Mention] = []
    for m, after in zip(every, (*every[1:], None), strict=True):
        joined = run and alike(run[-1], m) and next_to(text[run[-1].end : m.start])
        run = [*run, m] if joined and m in values else [m] if m in values else []
        goes_on = after in values and after is not None and alike(m, after)
        if len(run) < 3 or (goes_on and after and next_to(text[m.end : after.start])):
            continue
        for total, parts in ((run[0], run[1:]), *((t, run) for t in _above(summary, run[0]))):
            added = total_of(parts)
            if added == total.value and alike(total, parts[0]) and added >= LEAST:
                yield Parts(total, tuple(parts), False)
                break


def next_to(gap: str) -> bool:
    """Whether so little stands between two numbers that they may be of one list."""
    return len(gap) <= (48 if gap.isascii() else 24) and not re.search(r"[。；;%％\n]|\.\s", gap)


def _above(summary: Summary, first: Mention) -> list[Mention]:
    """The values before a run in its paragraph, the nearest first."""
    return [
        m for m in reversed(summary.of_block(first.block))
        if m.end <= first.start and m.role == "value" and m.printed
    ]  # fmt: skip


def _till_stop(summary: Summary, parts: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The parts up to a semicolon or the end of the sentence."""
    text = summary.document.text
    for at in range(1, len(parts)):
        if re.search(r"[;；]|[a-z)]\.\s", text[parts[at - 1].end : parts[at].start]):
            return parts[:at]
    return parts


def told_above(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """上述四项合计N: the first numbers of the sentences before it, as many as are named."""
    text = summary.document.text
    for total in values:
        said = _ABOVE.search(text[max(0, total.start - 16) : total.start])
        if not said:
            continue
        count = "二三四五六七八九十".find(said.group(1))
        count = max(2, count + 2)
        parts: list[Mention] = []
        for at in range(number - 1, max(-1, number - 16), -1):
            first = [m for m in summary.of_piece(at) if m.role == "value" and m.unit == total.unit]
            if not first or len(parts) == count:
                break
            parts[:0] = first[:1]
        if len(parts) == count and all(p.printed for p in parts):
            yield Parts(total, tuple(parts), True)


def divided(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """A run of kinds that leave nothing out, of the number before it that is near their sum.

    分娩620人，顺产…，剖宫产…; 按学历分，博士…、硕士…; By title: 4 …, 38 … and 54 ….
    """
    piece, text, last = summary.pieces[number], summary.document.text, -1
    for at, first in enumerate(values):
        run = [first]
        for m in values[at + 1 :] if at > last else ():
            gap = _SHARE_BESIDE.sub("", text[run[-1].end : m.start])
            both = alike(run[-1], m) or (m.lang == "en" and _alike(run[-1], m))
            if not both or not next_to(gap) or summary.lexicon.has("part", None, gap):
                break
            run.append(m)
        if len(run) < 3:
            continue
        last = at + len(run) - 1
        said = bool(_DIVISION.search(text[piece.start + piece.body_at : first.start]))
        own = not said and len(run) in (3, 5) and divide(summary, run[1:])
        if own and abs(total_of(run[1:]) - first.value) <= NEAR * first.value:
            yield Parts(first, tuple(run[1:]), True)
            continue
        rest = len(run) > 3 and rest_like(summary, run[-1])
        graded = len(run) > 3 and apart(summary, run) and at > 0
        even = first.value * 3 < total_of(run) * 2
        if said or (even and (rest or graded or divide(summary, run))):
            reach = NEAR if said or rest or graded else NEAREST
            if whole := _near_above(summary, run, reach):
                yield Parts(whole, tuple(run), True)


def _near_above(summary: Summary, run: Sequence[Mention], reach: Fraction) -> Mention | None:
    """The one number above a run that is within reach of its sum."""
    added = total_of(run)
    near = [m for m in _above(summary, run[0])
            if alike(m, run[0]) and abs(added - m.value) <= reach * m.value]  # fmt: skip
    near = [m for m in near if _shares_fit(summary, run, m)] or near
    if len({m.value for m in near}) > 1:
        near = [m for m in near if abs(added - m.value) <= NEAREST * m.value]
    return near[0] if len({m.value for m in near}) == 1 else None


def within(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """卫技人员中，医生98人，护士121人…: parts of what the paragraph counts by that name."""
    piece = summary.pieces[number]
    for opening in _WITHIN.finditer(piece.text, piece.body_at):
        inside = [m for m in values if m.start >= piece.start + opening.end()]
        if not inside or re.search(
            "[，,；;。、]", piece.text[opening.end() : inside[0].start - piece.start]
        ):
            continue
        above = [
            m for m in _above(summary, inside[0])
            if alike(m, inside[0]) and m.end <= piece.start + opening.start()
            and _short_for(opening.group(1), m.label)
        ]  # fmt: skip
        run = [m for m in _till_stop(summary, tuple(inside)) if alike(m, inside[0])]
        if above and len(run) >= 2:
            yield Parts(above[0], tuple(run), False)


def _short_for(short: str, label: str) -> bool:
    """Whether a name is another's, in full or shortened: 卫技人员 for 卫生技术人员."""
    rest = iter(label)
    return len(short) > 1 and short[0] == label[:1] and all(c in rest for c in short)


def _shares_fit(summary: Summary, run: Sequence[Mention], total: Mention) -> bool:
    """Whether most of the shares printed behind the parts are of this whole."""
    pairs = [
        (m, share) for m in run for share in summary.of_piece(m.piece)
        if share.kind == "percent" and share.printed and 0 <= share.start - m.end <= 3
    ]  # fmt: skip
    fit = [
        s for m, s in pairs
        if s.printed and s.printed.judge(m.value / total.value * 100) == "agrees"
    ]  # fmt: skip
    return bool(pairs) and len(fit) * 2 > len(pairs)


def rest_like(summary: Summary, m: Mention) -> bool:
    """Whether a number is called what is left of a whole: 12 others, 其他3人, the remaining 887."""
    text = summary.document.text
    after = bool(_OTHERS.match(text[m.end : m.end + 20]))
    return after or bool(_REST_BEFORE.search(text[max(0, m.start - 30) : m.start]))


def gathered(summary: Summary, number: int, values: Sequence[Mention]) -> Iterator[Parts]:
    """Together that makes N: the first numbers of the sentences before it in the paragraph."""
    piece = summary.pieces[number]
    total = values[0]
    if not _TOGETHER.search(piece.text[: total.start - piece.start]):
        return
    firsts: dict[int, Mention] = {}
    for m in summary.mentions:
        before = m.block == piece.block and m.piece < number and m.role == "value"
        if before and m.printed and {m.kind, total.kind} <= {"count", ""}:
            firsts.setdefault(m.piece, m)
    parts = list(firsts.values())
    for count in range(2, len(parts) + 1):
        if total_of(parts[-count:]) == total.value:
            yield Parts(total, tuple(parts[-count:]), True)
            return
    if len(parts) == 2:
        yield Parts(total, tuple(parts), True)


def remains(summary: Summary) -> Iterator[Claim]:
    """What is left = a whole printed nearby - the parts before it, where that comes out exactly."""
    for m in summary.mentions:
        counted = m.printed and m.role == "value" and m.kind != "percent"
        if counted and (rest_like(summary, m) or _counterpart(summary, m)):
            yield from _left(summary, m)


def _counterpart(summary: Summary, m: Mention) -> bool:
    """Whether a number and one before it bear names that divide a whole: 甲级578份，…，乙级22份."""
    before = [x.label for x in summary.of_piece(m.piece) if x.end <= m.start and x.label]
    for phrase in summary.lexicon.phrases("partition"):
        own, *rest = phrase.split()[::-1]
        if own in m.label and rest and any(rest[0] in label for label in before):
            return True
    return False


def _left(summary: Summary, m: Mention) -> Iterator[Claim]:
    before = [
        x for x in summary.of_piece(m.piece)
        if x.end <= m.start and x.role == "value" and x.printed and _alike(x, m)
    ]  # fmt: skip
    seen: set[int] = set()
    for _, near in scopes(summary, m):
        totals = [x for x in near if id(x) not in seen and x.printed and x.role == "value"]
        seen |= {id(x) for x in near}
        for count in range(len(before), 0, -1):
            run = before[-count:]
            added = sum((x.value for x in run), m.value)
            for total in totals:
                if total.value == added and total not in run and _alike(total, m):
                    if any(total.end <= x.start < run[0].start for x in before):
                        continue
                    yield _told(summary, m, total, run)
                    return
    if rest_like(summary, m):
        yield from _rest_of_share(summary, m, before)


def _rest_of_share(summary: Summary, m: Mention, before: list[Mention]) -> Iterator[Claim]:
    """What is left beside a part whose share is printed and leads to its whole; else it differs."""
    near = [x for scope, found in scopes(summary, m) if scope < 3 for x in found]
    shares = [
        s for s in summary.of_piece(m.piece)
        if s.kind == "percent" and s.role in ("value", "share") and s.printed
        and sum(c.isdigit() for c in s.text) >= TELLING
    ]  # fmt: skip
    for at, part in enumerate(before):
        wholes = {
            w.value: w for w in near for s in shares
            if w not in (m, *before[at:]) and _counted(w) and w.value > part.value and s.printed
            and s.printed.judge(part.value / w.value * 100) == "agrees"
        }  # fmt: skip
        if len(wholes) == 1 and all(w.value in wholes for w in before[:at]):
            whole = next(iter(wholes.values()))
            if total_of(before[at:]) >= whole.value:
                continue
            yield _told(summary, m, whole, before[at:])
            return


def _counted(m: Mention) -> bool:
    return bool(m.printed) and m.role == "value" and m.kind in ("count", "times", "")


def _alike(a: Mention, b: Mention) -> bool:
    return (a.kind or "count") == (b.kind or "count")


def _told(summary: Summary, m: Mention, total: Mention, run: Sequence[Mention]) -> Claim:
    made = functools.reduce(operator.sub, (x.amount for x in (total, *run)))
    verdict: Verdict = "agrees" if made.exact == m.value else "differs"
    return work_out(summary, "sum", m, verdict, made, (total, *run))
