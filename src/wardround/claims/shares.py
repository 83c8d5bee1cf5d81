"""Shares and rates: 占…%, 13 (20%), 抽查…份，合格…份，合格率…%, 78 of 8,466.

Offers readings of a percentage as a part of a whole. The wording states both where it says "of",
其中, 占总数的, or names the rate after what it counts; else every larger number before the part is
a possible whole.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from wardround.claims.claim import Claim
from wardround.claims.denominators import subject_of, wholes
from wardround.claims.mentions import Mention, Summary, alike
from wardround.claims.named import clear
from wardround.claims.printed import SCALES, Amount, added
from wardround.claims.rate_words import countable, counts_as, rate_like, root_of, says, title_of
from wardround.claims.readings import Found, Reading, Trust, missing
from wardround.claims.roles import OF_AIM
from wardround.claims.telling import tell
from wardround.text import Text


def shared(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Share = part / whole x 100, for each percentage that may be a share."""
    if figure.unit not in SCALES or figure.role in ("earlier", "opening", "change"):
        return
    stated = _stated(summary, figure)
    if stated:
        yield from stated
        return
    yield from _part_behind(summary, figure)
    yield from _whole_next(summary, figure)
    yield from _of_main(summary, figure)
    parts = _parts(summary, figure)
    offered = False
    for order, part in enumerate(parts):
        for whole, trust in wholes(summary, figure, part, order):
            offered = True
            yield _reading(figure, part, whole, _capped(summary, figure, part, trust))
            if order == 0 and len(parts) > 1 and alike(parts[0], parts[1]):
                both = trust > 1 and _both_named(summary, figure, parts[:2])
                yield _joined(figure, parts[:2], whole, both)
            if re.search("[不未]|缺陷|问题", part.label) and _right_before(summary, whole, part):
                yield _rest(figure, part, whole)
    if figure.role == "share":
        what = Text("分母（总数）", "the whole") if parts else Text("分子", "the part")
        if offered:
            what = Text("明确的分母", "a whole that is named without doubt")
        yield missing("share", what)


def _stated(summary: Summary, figure: Mention) -> list[Found]:
    """Readings of a share of which the words say what it is of, beside which none counts."""
    behind, named = _behind(summary, figure), _together(summary, figure)
    if behind:
        return [_reading(figure, *behind, 3)]
    if row := _respectively(summary, figure):
        part, parts = row
        whole = sum((m.value for m in parts), Fraction(0))
        told = next((m for m in summary.mentions if m.value == whole and countable(m)), None)
        return [_reading(figure, part, told, 3)] if told else [missing("share", _NO_WHOLE)]
    if not named:
        return []
    found = wholes(summary, figure, named[0], 0)
    joined = [_joined(figure, named[::-1], w, t > 1) for w, t in found if w not in named]
    return [*joined, missing("share", _NO_WHOLE)]


def _reading(figure: Mention, part: Mention, whole: Mention, trust: Trust) -> Reading:
    return _shared(figure, part.amount, whole, (part, whole), trust)


def _joined(figure: Mention, parts: list[Mention], whole: Mention, named: bool = False) -> Reading:
    """Two numbers side by side as one part: 博士36人、硕士287人，硕博占…."""
    trust: Trust = 3 if named else 1
    given = parts[::-1]
    return _shared(figure, added(m.amount for m in given), whole, (*given, whole), trust)


def _shared(
    figure: Mention, part: Amount, whole: Mention, inputs: tuple[Mention, ...], trust: Trust
) -> Reading:
    made = (part / whole.amount).times(SCALES[figure.unit])
    return Reading("share", made, inputs, trust, 1, figure.unit)


def _both_named(summary: Summary, figure: Mention, parts: list[Mention]) -> bool:
    """Whether the subject of a share is two parts in short: 博士18人、硕士346人，硕博占…."""
    subject = subject_of(summary, figure, parts[0]) or ""
    heads = {m.label[:1] for m in parts if m.label}
    return len(heads) == 2 and len(subject) in (2, 3) and set(subject) - {"士"} == heads


_TOGETHER = re.compile(
    r"([\u3400-\u9fff、]{4,30}?)(?:合计|共计|两项|两者|二者)共?占[^，,；;。]{0,8}$"
)


def _together(summary: Summary, figure: Mention) -> list[Mention]:
    """The parts named together as the subject of a share: 特级、一级护理合计占."""
    piece = summary.pieces[figure.piece]
    said = _TOGETHER.search(piece.text[: figure.start - piece.start])
    names = re.split("[、和及与]", said.group(1)) if said else []
    before = [m for m in summary.of_piece(figure.piece) if m.end <= figure.start and countable(m)]
    found = [
        next((m for m in before if m.label and (m.label in n or m.label.startswith(n))), None)
        for n in names if n
    ]  # fmt: skip
    return [m for m in found if m] if len(found) > 1 and all(found) else []


def _respectively(summary: Summary, figure: Mention) -> tuple[Mention, list[Mention]] | None:
    """The part of a share told in a row, and its row: 男52人、女38人，分别占57.8%、42.2%."""
    piece = summary.pieces[figure.piece]
    said = _ROW.search(piece.text[: figure.start - piece.start])
    if not said:
        return None
    at = piece.start + said.start()
    row = [m for m in summary.of_piece(figure.piece) if m.start > at]
    shares = list(itertools.takewhile(lambda m: m.kind == "percent", row))
    parts = [m for m in summary.of_piece(figure.piece) if m.end <= at and countable(m)]
    parts = parts[-len(shares) :]
    if len(parts) != len(shares) or not all(alike(m, parts[0]) for m in parts):
        return None
    return parts[shares.index(figure)], parts


_ROW = re.compile(r"分别占[\u3400-\u9fff]{0,10}(?:[\d.]+%[、和及，,]?)*$")
_NO_WHOLE = Text("明确的分母", "a whole that is named without doubt")


def _right_before(summary: Summary, whole: Mention, part: Mention) -> bool:
    """Whether no other number of the kind stands between a whole and its part."""
    return not any(
        whole.end <= m.start < part.start and alike(m, part) for m in summary.of_piece(part.piece)
    )


def _rest(figure: Mention, part: Mention, whole: Mention) -> Reading:
    """A rate of what is left: 6,000 looked at, 138 not right, 97.7% right."""
    return _shared(figure, whole.amount - part.amount, whole, (part, whole), 2)


_STRUNG = re.compile(r"%\s?(?:[和与及、]|and )$")
"""What makes a percentage one of several: 分别完成52.0%和49.6%."""


def _capped(summary: Summary, figure: Mention, part: Mention, trust: Trust) -> Trust:
    """Less trust where the part belongs to another sentence, or to a share that comes before."""
    if _STRUNG.search(summary.text[max(0, figure.start - 8) : figure.start]):
        return min(trust, 2)
    if part.piece != figure.piece:
        return trust if part in _named_above(summary, figure) else 1
    named = subject_of(summary, figure, part)
    if named and part.label and part.label not in named and named not in part.label:
        return min(trust, 2)
    text = summary.text[part.end : figure.start]
    between = [
        m for m in summary.of_piece(figure.piece)
        if m.kind == "percent" and part.end <= m.start < figure.start
    ]  # fmt: skip
    root = root_of(summary, figure)
    if root and any(root_of(summary, m) == root for m in between):
        return min(trust, 2)
    counted = counts_as(summary, figure, part)
    return 2 if trust == 3 and (between or re.search("[；;]", text)) and not counted else trust


MAIN = (
    "discharges",
    "admissions",
    "operations",
    "deliveries",
    "live_births",
    "visits",
    "population",
)
"""What a hospital's rates are mostly counted on, wherever the text prints them."""


def _of_main(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """The count before a rate as a part of the main numbers of the whole document."""
    before = [m for m in summary.of_piece(figure.piece) if m.end <= figure.start and countable(m)]
    if not before or before[-1].kind == "money" or not rate_like(figure):
        return
    if figure.role == "value":
        yield from _same_name(summary, figure, before[-1])
    for concept in MAIN:
        values = {
            m.value: m for c, m in summary.named
            if c == concept and (m.lang == "en" or clear(summary, m, concept))
        }  # fmt: skip
        if len(values) == 1:
            whole = next(iter(values.values()))
            if whole is not before[-1] and whole.value >= before[-1].value:
                named = _named_for(summary, figure, before[-1], concept)
                yield _reading(figure, before[-1], whole, 3 if named else 1)


def _named_for(summary: Summary, figure: Mention, part: Mention, concept: str) -> bool:
    """Whether a part is some of the declared quantity by its name: 出院患者随访…人次，随访率."""
    hit = next(summary.lexicon.find("quantity", part.label), None)
    named = hit and hit.start == 0 and hit.means == concept and hit.end < len(part.label)
    return bool(named) and part.lang == "zh" and counts_as(summary, figure, part)


def _same_name(summary: Summary, figure: Mention, part: Mention) -> Iterator[Reading]:
    """A part of what bears the part's own name elsewhere: 儿童2860人 … 儿童管理2746人，管理率."""
    shortest = 2 if part.lang == "zh" else 5
    for length in range(shortest, len(part.label)):
        for m in _by_label(summary).get((part.label[:length], part.unit), ()):
            if m.end <= part.start and m.value >= part.value:
                yield _reading(figure, part, m, 1)


@lru_cache(maxsize=4)
def _by_label(summary: Summary) -> dict[tuple[str, str], list[Mention]]:
    found: dict[tuple[str, str], list[Mention]] = {}
    for m in summary.mentions:
        if m.role == "value" and countable(m):
            found.setdefault((m.label, m.unit), []).append(m)
    return found


def _behind(summary: Summary, figure: Mention) -> tuple[Mention, Mention] | None:
    """Part and whole in the bracket behind a rate: 0.92% (78 of 8,466), 93%（120/129）."""
    text = summary.text
    after = [m for m in summary.of_piece(figure.piece) if m.start >= figure.end][:2]
    opened = after and re.match(r"\s*[（(][^（()）]{0,20}$", text[figure.end : after[0].start])
    if not opened:
        return None
    if len(after) < 2 or text[after[0].end : after[1].start].find(")") >= 0:
        return None
    part, whole = after
    between = text[part.end : whole.start]
    if re.fullmatch(r"[a-z \u3400-\u9fff]{0,24}\b(?:out )?of (?:the |all )?|/|÷", between) and (
        0 < part.value <= whole.value
    ):  # fmt: skip
        return part, whole
    return None


def _part_behind(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """The part in the bracket behind a rate: 收回784份，满意率95.9%（满意752份）."""
    sentence = [m for m in summary.of_piece(figure.piece) if countable(m) and m.role == "value"]
    after = next((m for m in sentence if m.start >= figure.end), None)
    before = [m for m in sentence if m.end <= figure.start]
    gap = summary.text[figure.end : after.start] if after else ""
    if after is None or not before or not re.match(r"\s*[（(][^（()）]{0,20}$", gap):
        return
    whole = before[-1]
    if alike(whole, after) and whole.value >= after.value:
        yield _reading(figure, after, whole, 3 if counts_as(summary, figure, after) else 2)


_AIM = re.compile("目标|任务|计划|指标")


def _whole_next(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """Of what is counted right behind it, or was aimed at: 输液反应3例，输液16820人次，发生率."""
    before = [m for m in summary.of_piece(figure.piece) if m.end <= figure.start][-2:]
    if len(before) == 2 and all(map(countable, before)) and rate_like(figure):
        part, whole = before
        if whole.label and part.label.startswith(whole.label) and whole.value >= part.value:
            yield _reading(figure, part, whole, 3)
        if _AIM.search(part.label) and alike(part, whole):
            yield _reading(figure, whole, part, 2)


def _parts(summary: Summary, figure: Mention) -> list[Mention]:
    """What the share may be of: the numbers before it in its sentence, the likeliest first."""
    sentence = [m for m in summary.of_piece(figure.piece) if countable(m)]
    before = [m for m in sentence if m.end <= figure.start and m.role == "value"]
    text = summary.text
    if before and text[before[-1].end : figure.start] == "的":
        before = before[:-1]
    named = _named_after(summary, figure, before)
    subject = subject_of(summary, figure, before[-1]) if before else None
    if subject:
        named = next((m for m in reversed(before) if m.label and m.label in subject), None)
    # What has a percentage of its own right behind it is no part of the next.
    free = [m for m in before if m is before[-1] or not _has_own(summary, m, figure)]
    ordered = [*([named] if named else []), *(m for m in reversed(free) if m is not named)]
    ordered.sort(key=lambda m: m is not named and _shut_in(text[m.end : figure.start]))
    changes = [m for m in sentence if m.end <= figure.start and m.role == "change"]
    if "率" in text[figure.start - 2 : figure.start] and changes:
        ordered = [changes[-1], *ordered]
    if ordered:
        above = [m for m in summary.of_block(figure.block) if m.end <= figure.start]
        wider = [*sentence, *(m for m in above if m.role == "value" and alike(m, ordered[0]))]
        whole = [m for m in ordered if any(x.value >= m.value for x in wider if x is not m)]
        return (ordered if figure.role == "share" else whole or ordered[:1])[:4]
    if above := _named_above(summary, figure):
        return above
    earlier = [m for m in summary.of_piece(figure.piece - 1) if countable(m)]
    same = [m for m in earlier if m.block == figure.block and m.role == "value"]
    return same[::-1][:2]


def _has_own(summary: Summary, part: Mention, figure: Mention) -> bool:
    """Whether the number behind a part is a percentage, and not the one looked at."""
    at = summary.order[part] + 1
    after = summary.mentions[at] if at < len(summary.mentions) else figure
    return after is not figure and after.kind == "percent" and after.role != "change"


def _named_above(summary: Summary, figure: Mention) -> list[Mention]:
    """The one number above that the subject of a share names: 538 nurses. … Nurses form 46%."""
    title = title_of(summary, figure)
    proportion = _PROPORTION.search(title)
    if figure.role != "share":
        return []
    at = figure.piece
    while at and summary.pieces[at - 1].block == figure.block:
        at -= 1
    near = [m for piece in range(at, figure.piece) for m in summary.of_piece(piece)]
    found = [
        m for m in near
        if m.role == "value" and countable(m) and m.end <= figure.start
        and (_followed_by(summary, m, proportion.group(1)) if proportion else _names(title, m))
    ]  # fmt: skip
    return found[-1:] if len({m.value for m in found}) == 1 else []


_PROPORTION = re.compile(
    r"\b(?:proportion|share|percentage) (?:that|who|which|of (?:those|them) who) ([a-z ]{5,40}?)"
    r"(?: (?:was|is|were|stood at|came to|reached))$"
)
"""What a proportion is of, by a verb: The proportion that caused no harm was 75.0%."""


def _followed_by(summary: Summary, m: Mention, words: str) -> bool:
    behind = summary.text[m.end : m.end + 60].lower()
    return bool(re.match(rf"\s(?:[a-z]+\s)?{re.escape(words)}\b", behind))


def _names(title: str, m: Mention) -> bool:
    """Whether words open with what a number counts."""
    label = m.label.lower()
    if m.lang == "zh":
        return len(label) > 1 and title.startswith(label)
    words = [w for w in (m.unit, " ".join(label.split()[:2])) if len(w) > 5]
    return any(title.startswith(w) for w in words)


def _shut_in(behind: str) -> bool:
    """Whether what stands behind a number closes a bracket that it stands in."""
    return bool(re.match(r"[^（(]*[)）]\W*[\u3400-\u9fffa-z]", behind))


def _named_after(summary: Summary, figure: Mention, counts: list[Mention]) -> Mention | None:
    """The count that a rate is named after: 合格率 is of what is 合格."""
    root = root_of(summary, figure)
    said = next((m for m in reversed(counts) if root and says(summary, m, root)), None)
    return said or next((m for m in reversed(counts) if counts_as(summary, figure, m)), None)


def bounded(summary: Summary) -> Iterator[Claim]:
    """A rate of this kind is at most 100 %; what passed is not more than what was looked at."""
    named = summary.lexicon.compile("(?:«bounded»)$")
    for m in summary.mentions:
        if m.kind != "percent":
            continue
        aimed = OF_AIM.search(summary.text[max(0, m.start - 24) : m.start])
        if (
            m.value > 100
            and not aimed
            and (m.role == "share" or (m.role == "value" and named.search(m.label)))
        ):
            why = Text(f"{m.label}不会超过 100%，文中写 {m.text}。",
                       f"This rate cannot be above 100%; {m.text} is printed.")  # fmt: skip
            yield tell(summary, "plausible", m, "differs", "≤ 100%", why)
        elif m.role == "value" and named.search(m.label) and m.value <= 100:
            yield from _overfull(summary, m)


def _named_by(summary: Summary, rate: Mention, part: Mention) -> bool:
    """Whether a rate is named after what the part counts; 实种 is of what was 应种."""
    if part.lang == "zh":
        return part.label[:1] == "实" or counts_as(summary, rate, part)
    root = root_of(summary, rate)
    return bool(root) and says(summary, part, root)


def _overfull(summary: Summary, rate: Mention) -> Iterator[Claim]:
    """More passed than were looked at, beside a rate named after them."""
    before = [m for m in summary.of_piece(rate.piece) if m.end <= rate.start and countable(m)]
    part = next((m for m in reversed(before) if _named_by(summary, rate, m)), None)
    text = summary.text
    wholes = [
        m for m in before
        if part and m.end <= part.start and alike(m, part)
        and not re.search("[；;]", text[m.end : rate.start])
    ]  # fmt: skip
    if part is None or not wholes or any(w.value >= part.value for w in wholes):
        return
    if part.text.endswith("次") > wholes[-1].text.endswith("次"):
        return
    why = Text(
        f"{part.text} 大于它所属的 {wholes[-1].text}，而{rate.label}写 {rate.text}。",
        f"{part.text} is more than the {wholes[-1].text} it is of, at {rate.text}.",
    )
    yield tell(summary, "share", part, "differs", f"≤ {wholes[-1].text}", why, [wholes[-1], rate])
