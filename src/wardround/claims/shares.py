"""Shares and rates: 占…%, 13 (20%), 抽查…份，合格…份，合格率…%, 78 of 8,466.

Offers readings of a percentage as a part of a whole. The wording states both where it says "of",
其中, 占总数的, or names the rate after what it counts; else `numerators` and `denominators` tell
which numbers near it may be meant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from wardround.claims.denominators import subject_of, wholes
from wardround.claims.division import each, total_of
from wardround.claims.mentions import Mention, Summary, alike, remembered
from wardround.claims.named import clear
from wardround.claims.numerators import named_above, named_together, numerators
from wardround.claims.parts import find_parts
from wardround.claims.printed import SCALES, added
from wardround.claims.rate_words import countable, counts_as, rate_like, said_of
from wardround.claims.readings import Found, Reading, Trust, missing
from wardround.text import Text

_ROW = re.compile(r"分别占[\u3400-\u9fff]{0,10}(?:[\d.]+%[、和及，,]?)*$")
_NO_WHOLE = Text("明确的分母", "a whole that is named without doubt")
_STRUNG = re.compile(r"%\s?(?:[和与及、]|and )$")
"""What makes a percentage one of several: 分别完成52.0%和49.6%."""
_FAULTY = re.compile(r"[不未]|缺陷|问题|\b(?:un[a-z]+|not|inappropriate|failed|defective)\b")
_OPENED = re.compile(r"\s*[（(][^（()）]{0,20}")
_OF = re.compile(r"[a-z \u3400-\u9fff]{0,24}\b(?:out )?of (?:the |all )?|/|÷")
MAIN = ("discharges", "admissions", "operations", "deliveries", "live_births", "visits",
        "population")  # fmt: skip
"""What a hospital's rates are mostly counted on, wherever the text prints them."""


def shared(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Share = part / whole x 100, for each percentage that may be a share."""
    if figure.unit not in SCALES or figure.role in ("earlier", "opening", "change"):
        return
    if stated := _stated(summary, figure):
        yield from stated
        return
    yield from _part_behind(summary, figure)
    yield from _whole_next(summary, figure)
    yield from _of_main(summary, figure)
    yield from _of_aim(summary, figure)
    parts = numerators(summary, figure)
    offered = False
    for order, part in enumerate(parts):
        for whole, trust in wholes(summary, figure, part, order):
            offered = True
            yield _reading(figure, [part], whole, _capped(summary, figure, part, trust))
            if order == 0 and len(parts) > 1 and alike(parts[0], parts[1]):
                yield _reading(figure, parts[1::-1], whole, 1)
            if _FAULTY.search(said_of(summary, part)) and _right_before(summary, whole, part):
                yield _rest(figure, part, whole)
    if figure.role == "share":
        what = Text("分母（总数）", "the whole") if parts else Text("分子", "the part")
        yield missing("share", _NO_WHOLE if offered else what)


def _reading(figure: Mention, parts: Sequence[Mention], whole: Mention, trust: Trust) -> Reading:
    """The parts together over the whole: 博士36人、硕士287人，硕博占…."""
    made = (added(m.amount for m in parts) / whole.amount).times(SCALES[figure.unit])
    return Reading("share", made, (*parts, whole), trust, 1, figure.unit)


def _rest(figure: Mention, part: Mention, whole: Mention) -> Reading:
    """A rate of what is left: 6,000 looked at, 138 not right, 97.7% right."""
    made = ((whole.amount - part.amount) / whole.amount).times(SCALES[figure.unit])
    return Reading("share", made, (part, whole), 2, 1, figure.unit)


def _stated(summary: Summary, figure: Mention) -> list[Found]:
    """Readings of a share of which the words say what it is of, beside which none counts."""
    if behind := _behind(summary, figure):
        return [_reading(figure, behind[:1], behind[1], 3)]
    if row := _respectively(summary, figure):
        part, parts = row
        whole = next(filter(countable, summary.of_value(total_of(parts))), None)
        return [_reading(figure, [part], whole, 3)] if whole else [missing("share", _NO_WHOLE)]
    named, total = named_together(summary, figure)
    if not named:
        return []
    found = [(total, 3)] if total else wholes(summary, figure, named[0], 0)
    joined = [_reading(figure, named, w, 3 if t > 1 else 1) for w, t in found if w not in named]
    return [*joined, missing("share", _NO_WHOLE)]


def _behind(summary: Summary, figure: Mention) -> list[Mention]:
    """Part and whole in the bracket behind a rate: 0.92% (78 of 8,466), 93%（120/129）."""
    after = summary.after(figure)[:2]
    if len(after) < 2 or not _OPENED.fullmatch(summary.gap(figure, after[0])):
        return []
    fits = 0 < after[0].value <= after[1].value and _OF.fullmatch(summary.gap(*after))
    return after if fits else []


def _respectively(summary: Summary, figure: Mention) -> tuple[Mention, list[Mention]] | None:
    """The part of a share told in a row, and its row: 男52人、女38人，分别占57.8%、42.2%."""
    piece = summary.pieces[figure.piece]
    said = _ROW.search(piece.text[: figure.start - piece.start])
    if not said:
        return None
    at = piece.start + said.start()
    sentence = summary.of_piece(figure.piece)
    row = [m for m in sentence if m.start > at]
    shares = list(itertools.takewhile(lambda m: m.kind == "percent", row))
    parts = [m for m in sentence if m.end <= at and countable(m)][-len(shares) :]
    same = len(parts) == len(shares) and all(alike(m, parts[0]) for m in parts)
    return (parts[shares.index(figure)], parts) if same else None


def _right_before(summary: Summary, whole: Mention, part: Mention) -> bool:
    """Whether no other number of the kind stands between a whole and its part."""
    return not any(whole.end <= m.start and alike(m, part) for m in summary.before(part))


def _capped(summary: Summary, figure: Mention, part: Mention, trust: Trust) -> Trust:
    """Less trust where the part belongs to another sentence, or to a share that comes before."""
    if _STRUNG.search(summary.text[max(0, figure.start - 8) : figure.start]):
        return min(trust, 2)
    if part.piece != figure.piece:
        return trust if part in named_above(summary, figure) else 1
    named = subject_of(summary, figure, part)
    if named and part.label and part.label not in named and named not in part.label:
        return min(trust, 2)
    between = [
        m for m in summary.before(figure) if m.kind == "percent" and part.end <= m.start
    ]  # fmt: skip
    if any(counts_as(summary, m, part) for m in between):
        return min(trust, 2)
    apart = between or re.search("[；;]", summary.gap(part, figure))
    return min(trust, 2) if apart and not counts_as(summary, figure, part) else trust


def _of_main(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """The count before a rate as a part of the main numbers of the whole document."""
    before = [m for m in summary.before(figure) if countable(m)]
    if not before or before[-1].kind == "money" or not rate_like(figure):
        return
    part = before[-1]
    if figure.role == "value":
        yield from _same_name(summary, figure, part)
    for concept in MAIN:
        whole = _main(summary, concept)
        if whole and whole is not part and whole.value >= part.value:
            named = _named_for(summary, figure, part, concept)
            yield _reading(figure, [part], whole, 3 if named else 1)


@remembered
def _main(summary: Summary, concept: str) -> Mention | None:
    """The one value that the document prints of a quantity, where it prints but one."""
    every = summary.of_concept(concept)
    values = {m.value: m for m in every if m.lang == "en" or clear(summary, m, concept)}
    return next(iter(values.values())) if len(values) == 1 else None


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
                yield _reading(figure, [part], m, 1)


@remembered
def _by_label(summary: Summary) -> dict[tuple[str, str], list[Mention]]:
    found: dict[tuple[str, str], list[Mention]] = {}
    for m in summary.mentions:
        if m.role == "value" and countable(m):
            found.setdefault((m.label, m.unit), []).append(m)
    return found


def _of_aim(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """Of what was aimed at: 1,872 recruited against a target of 1,800 (104% of target)."""
    before, lexicon = summary.before(figure), summary.lexicon
    aim = lexicon.compile(r"«aimed:word:en» of\s+[£$]?$|«aimed:word:zh»(?:总?[额数量值])?[为是]?$")
    of_it = lexicon.compile(r"\s*(?:of|against) (?:the |our |its |a )?(?:[a-z]+ )?«aimed:word:en»")
    aims = [m for m in before if aim.search(summary.text[max(0, m.start - 20) : m.start])]
    if not aims or not (of_it.match(summary.text, figure.end)
                        or summary.gap(aims[-1], figure) == "的"):  # fmt: skip
        return
    parts = {m for found in find_parts(summary, figure.piece) for m in found.parts}
    reached = [m for m in before if m.role == "value" and alike(m, aims[-1])
               and m not in parts and m not in aims and not each(summary, m)]  # fmt: skip
    if reached:
        yield _reading(figure, reached[-1:], aims[-1], 3)


def _part_behind(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """The part in the bracket behind a rate: 收回784份，满意率95.9%（满意752份）."""
    before, after = (
        [m for m in found if countable(m) and m.role == "value"]
        for found in (summary.before(figure), summary.after(figure))
    )
    if before and after and _OPENED.fullmatch(summary.gap(figure, after[0])):
        part, whole = after[0], before[-1]
        if alike(whole, part) and whole.value >= part.value:
            yield _reading(figure, [part], whole, 3 if counts_as(summary, figure, part) else 2)


def _whole_next(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """Of what is counted right behind it, or was aimed at: 输液反应3例，输液16820人次，发生率."""
    before = summary.before(figure)[-2:]
    if len(before) == 2 and all(map(countable, before)) and rate_like(figure):
        part, whole = before
        if whole.label and part.label.startswith(whole.label) and whole.value >= part.value:
            yield _reading(figure, [part], whole, 3)
        if summary.lexicon.has("aimed", "word", part.label) and alike(part, whole):
            yield _reading(figure, [whole], part, 2)
