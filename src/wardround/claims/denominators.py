"""What a share may be of: the wholes that the words name, or that stand where a whole stands.

Offers each number with how far the wording says that it is the whole; `shares` works them out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from wardround.claims.mentions import Mention, Summary, alike, remembered
from wardround.claims.named import clear
from wardround.claims.naming import own_label
from wardround.claims.parts import find_parts
from wardround.claims.rate_words import countable, counts_as, rate_like, said_of, title_of
from wardround.claims.readings import Trust, circles

NEAR = 10
"""A share within so many points of what a part and a whole near it give is meant as theirs."""
LONG = 6
"""A word of so many letters names a thing."""
_PEOPLE = re.compile(
    r"[\d一二三四五六七八九十]+周?岁[以及之]?[上下内]?|高血压|糖尿病|精神障碍|结核|冠心病|脑卒中|慢阻肺"
)
"""Whom a rate of public health is of."""
_APPOSED = re.compile(r"[^;.\d]*,\s(?:(?:giving|that is|making|or)\s)?an? [a-z -]*")
"""What ties a rate to the two numbers before it: 98 of them quit, a success rate of 40.2%."""
FAR = 3
"""A rate so many times what a part and a whole give is of something else."""


def wholes(
    summary: Summary, figure: Mention, part: Mention, order: int
) -> Iterator[tuple[Mention, Trust]]:
    """The numbers that the part may be a part of, with how far the wording says so."""
    said_after = _said_after(summary, figure, part) if order == 0 else None
    if said_after:
        yield said_after, 3
        return
    named, sure = _named_whole(summary, figure, part)
    if named:
        stated = sure and len({m.value for m in named}) == 1 and order == 0
        for whole in named:
            subject = subject_of(summary, figure, part)
            fits = subject is None or (part.label and part.label in subject)
            yield whole, 3 if stated and fits else 2
        if sure:
            return
    for whole, trust in _around(summary, figure, part, order):
        if not _own_people(summary, figure, part, whole):
            yield whole, trust


def _around(
    summary: Summary, figure: Mention, part: Mention, order: int
) -> Iterator[tuple[Mention, Trust]]:
    """Wholes that no words name: in the bracket, in the sentence, in the paragraph above."""
    behind = _whole_behind(summary, figure, part)
    if behind and order == 0:
        yield behind, 3 if _close(figure, part, behind) else 2
    own = next((f.total for f in find_parts(summary, part.piece) if part in f.parts), None)
    if own and own.piece != part.piece and order == 0 and figure.role == "share":
        yield own, 3
    sentence = [
        m for m in summary.of_piece(part.piece)
        if countable(m) and m is not part and m.value >= part.value and m.start < figure.start
        and m.role in ("value", "earlier", "opening")
    ]  # fmt: skip
    if part.role == "change":
        yield from ((m, 3 if m.role == "earlier" else 2) for m in sentence if alike(m, part)
                    and m.role != "opening")  # fmt: skip
        return
    # What is more than before is told of what was before: an extra 1,656 (5.0%).
    yield from ((m, 2) for m in sentence if m.role != "value" and alike(m, part))
    sentence = [m for m in sentence if m.role == "value"]
    before = [m for m in sentence if m.end <= part.start]
    counted = counts_as(summary, figure, part)
    same = [m for m in before if alike(m, part) and not re.search("[；;]", summary.gap(m, part))]
    back = _given_back(summary, figure, before)
    if back and counted and order == 0:
        yield back, 3
        return
    for whole in sentence:
        if whole is own and order == 0:
            rated = rate_like(figure) and counted
            yield whole, 3 if figure.role == "share" or rated else 2
        elif whole in before:
            yield whole, _support(summary, figure, part, whole, order, counted, same)
        elif _of(summary, part, whole):
            yield whole, 3
        elif order == 0 and alike(whole, part):
            yield whole, 2
    yield from _above(summary, figure, part, order)
    if order == 0 and figure.role == "share":
        yield from _over_the_list(summary, part)


def _close(figure: Mention, part: Mention, whole: Mention) -> bool:
    """Whether a share is about what two numbers make, or that but for a slip of the pen."""
    exact = part.value / whole.value * 100
    return abs(exact - figure.value) <= NEAR or figure.printed.slipped(exact)


def _given_back(summary: Summary, figure: Mention, before: list[Mention]) -> Mention | None:
    """Of what a satisfaction rate is, where it is printed: the questionnaires that came back."""
    if "content" not in summary.means("counted", title_of(summary, figure)):
        return None
    said = (
        m for m in reversed(before) if "returned" in summary.means("counted", said_of(summary, m))
    )
    return next(said, None)


def _over_the_list(summary: Summary, part: Mention) -> Iterator[tuple[Mention, Trust]]:
    """The whole of a line that ends in 其中：, for the lines of the list below it."""
    for at in range(part.piece - 1, max(-1, part.piece - 14), -1):
        piece = summary.pieces[at]
        if re.search(r"(?:其中|包括|of which|including|as follows)\s*[：:]\s*$", piece.text):
            above = [m for m in summary.of_piece(at) or summary.of_piece(at - 1)
                     if m.role == "value" and countable(m) and m.value >= part.value
                     and alike(m, part)]  # fmt: skip
            yield from ((m, 3 if order == 0 else 2) for order, m in enumerate(above))
            return
        if piece.heading or not any(alike(m, part) for m in summary.of_piece(at)):
            return


def _beside(summary: Summary, whole: Mention) -> bool:
    """Whether a number has a share of its own right behind it, and so is a part of the same."""
    return any(
        m.kind == "percent" and re.fullmatch(r"\s?[（(，,]\s?占?", summary.gap(whole, m))
        for m in summary.after(whole)
    )


def _support(
    summary: Summary, figure: Mention, part: Mention, whole: Mention, order: int, counted: bool,
    same: list[Mention],
) -> Trust:  # fmt: skip
    if order or (whole.kind == "money") != (part.kind == "money"):
        return 1
    if not alike(whole, part):
        beside = counted and summary.order[part] - summary.order[whole] == 1
        return 1 if same else 3 if beside and rate_like(figure) else 2
    close = _close(figure, part, whole) and not _beside(summary, whole)
    if close and _APPOSED.fullmatch(summary.gap(part, figure)) and same[-1:] == [whole]:
        return 3
    siblings = "、" in summary.gap(whole, part) and counts_as(summary, figure, whole)
    if counted and not siblings:
        exact = part.value / whole.value * 100
        return 3 if exact * FAR >= figure.value or figure.printed.slipped(exact) else 2
    return 3 if len(same) <= 2 and close and figure.role == "share" else 2


def _own_people(summary: Summary, figure: Mention, part: Mention, whole: Mention) -> bool:
    """Whether a rate and its part are of people whom the whole does not name: 三岁以下, 糖尿病."""
    own = {w for w in _PEOPLE.findall(title_of(summary, figure)) if w in said_of(summary, part)}
    theirs = set(_PEOPLE.findall(said_of(summary, whole)))
    parted = bool(theirs) or bool(re.search("[；;%]", summary.gap(whole, part)))
    return bool(own) and parted and not own & theirs


def _above(
    summary: Summary, figure: Mention, part: Mention, order: int
) -> Iterator[tuple[Mention, Trust]]:
    """Possible wholes in the paragraph before the part's sentence."""
    above = [
        m for m in summary.of_block(part.block)
        if m.piece < part.piece and m.role == "value" and countable(m)
        and m.value >= part.value and (m.kind == "money") == (part.kind == "money")
    ]  # fmt: skip
    same = [m for m in above if part.unit and m.unit == part.unit and m.concept == part.concept]
    behind = summary.text[part.end : part.end + 40]
    theirs = re.match(r"\s(?:[a-z]+\s)?of (?:them|these|those|whom)\b", behind)
    opens = re.match(r"\W*Of (?:these|those|them),?\s", summary.pieces[part.piece].text)
    kind = _kind_above(above, part) if order == 0 and figure.role == "share" else None
    last = [m for m in above if m.piece == part.piece - 1]
    for m in above:
        near = order == 0 and part.piece - m.piece == 1 and alike(m, part)
        if m is kind:
            yield m, 3
            continue
        first = order == 0 and part.lang == "en" and figure.role == "share"
        if order == 0 and opens and _close(figure, part, m) and last == [m]:
            yield m, 3
            continue
        alone = theirs and last == [m]
        if first and (alone or (same == [m] and _close(figure, part, m))):
            yield m, 3
        else:
            yield m, 2 if near else 1


def _kind_above(above: list[Mention], part: Mention) -> Mention | None:
    """The one number above with the bare name of which the part is a kind: 微创手术, 手术."""
    kinds = [m for m in above if alike(m, part) and 1 < len(_plain(m.label)) < len(part.label)
             and part.label.endswith(_plain(m.label))]  # fmt: skip
    return kinds[0] if part.lang == "zh" and len(kinds) == 1 else None


def _whole_behind(summary: Summary, figure: Mention, part: Mention) -> Mention | None:
    """The whole in a bracket behind the rate: 发生率0.65%（以介入手术1,083例计）."""
    after = next(iter(summary.after(figure)), None)
    if not after or after.role != "value" or not countable(after) or after.value < part.value:
        return None
    return after if re.fullmatch(r"\s*[（(][^（()）]{0,20}", summary.gap(figure, after)) else None


def _said_after(summary: Summary, figure: Mention, part: Mention) -> Mention | None:
    """The whole printed right behind a share: 50% of the 712 employees."""
    after = next(iter(summary.after(figure)), None)
    if not after or after.value < part.value or after.kind == "percent":
        return None
    said = r"\)?\s*of (?:the |all |our |its |total |a total of |some )*[£$¥€]?"
    return after if re.fullmatch(said, summary.gap(figure, after)) else None


def _of(summary: Summary, part: Mention, whole: Mention) -> bool:
    """Whether the text says that the one is of the other: 13 of 65."""
    said = r"\s?[a-z -]{0,40}\b(?:(?:out )?of|among) (?:the |all |its )?[£$¥€]?|\s(?:[a-z]+\s)?in "
    return bool(re.fullmatch(said, summary.gap(part, whole), re.I))


def _named_whole(summary: Summary, figure: Mention, part: Mention) -> tuple[list[Mention], bool]:
    """The whole that the words name (占手术总量的, of discharges), from the nearest scope.

    The second says whether the words name that and nothing narrower (planned operations).
    """
    text, sentence = summary.text, summary.of_piece(part.piece)
    at_once = [m for m in sentence if summary.gap(m, figure) == "的"]
    if at_once:
        return at_once, True
    lead = text[max(0, figure.start - 40) : figure.start]
    inside = re.search(r"占[^，,；;。]{2,20}?[（(][^（()）]*[)）]?的?$", lead)
    if inside:
        start = figure.start - len(lead) + inside.start()
        inner = [m for m in sentence if start <= m.start < figure.start and countable(m)]
        return [m for m in inner if m is not part], True
    words = _whole_words(summary, figure, part)
    if not words:
        return [], False
    hits = list(summary.lexicon.find("quantity", words))
    concepts = {h.means for h in hits}
    if words == "total" and part.concept:
        concepts = {part.concept}
    whole = any(len(h.text) >= len(_plain(words)) for h in hits)
    every, money = _by_name(summary), part.kind == "money"
    told = [
        sorted({m for name in names for m in every.get(name, ())
                if m is not part and m.value >= part.value and (m.kind == "money") == money},
               key=lambda m: m.start)
        for names in ([("quantity", c) for c in concepts], _called(summary, words),
                      [("behind", w) for w in words.split()])
    ]  # fmt: skip
    for scope, circle in enumerate(circles(summary, figure)):
        named, called, said = (
            [
                m
                for m in found
                if circle in circles(summary, m) and (scope or m.start < figure.start)
            ]
            for found in told
        )
        plain = [m for m in named if whole and clear(summary, m, m.concept)]
        found = plain or called or named
        if found:
            top = [max(found, key=lambda m: m.value)] if "总" in words else found
            return top, bool(called or plain)
        if len(said) == 1:
            return said, _close(figure, part, said[0])
    return [], False


@remembered
def _by_name(summary: Summary) -> dict[tuple[str, str], list[Mention]]:
    """The numbers that may be a whole, by their quantity, label, unit, and what stands behind.

    Behind a number only long words count: 46,188 came by ambulance.
    """
    found: dict[tuple[str, str], list[Mention]] = {}
    for m in summary.mentions:
        if m.role != "value" or not countable(m):
            continue
        behind = re.split(r"[,;:.()]|\d", summary.text[m.end : m.end + 40])[0].lower()
        label = m.label.lower()
        names = [
            ("quantity", m.concept),
            *(("behind", w) for w in behind.split() if len(w) >= LONG),
        ]
        if len(label) > 1:
            last = label.split()[-1] if m.lang == "en" else label
            names += [("first", last)] if m.lang == "zh" or len(last) > 3 else []
            names += [("unit", m.unit), ("words", label)] if m.lang == "en" else []
        for name in dict.fromkeys(names):
            found.setdefault(name, []).append(m)
    return found


def _called(summary: Summary, words: str) -> list[tuple[str, str]]:
    """What a number may be called that bears this name: its first words, some of them, its unit."""
    words = _plain(words)
    if not words or words == "total":
        return []
    parts, units = words.split(), {unit for kind, unit in _by_name(summary) if kind == "unit"}
    runs = itertools.combinations(range(len(parts) + 1), 2)
    return [
        *(("first", words[:end]) for end in range(2, len(words) + 1)),
        *(("words", " ".join(parts[a:b])) for a, b in runs),
        *(("unit", unit) for unit in units if words.rstrip("s") in unit),
    ]


def subject_of(summary: Summary, figure: Mention, part: Mention) -> str | None:
    """What the clause of a share says it is the share of, where it names that: 硕博占…, 药品占…."""
    between = summary.text[part.end : figure.start]
    said = re.search(r"[，,；;、]([^，,；;。、占]{1,12})占[^占]*$", between)
    words = own_label(said.group(1), summary.lexicon) if said else ""
    return words or None


def _whole_words(summary: Summary, figure: Mention, part: Mention) -> str:
    """The words after 占 or "of" that name the whole; 总收入中：… does for its sentence."""
    text = summary.text
    said = re.search(r"占([^，,；;。（(]{2,16}?)的?$", text[part.end : figure.start])
    if said:
        return said.group(1)
    after = re.match(
        r"\)?\s*of (?:the |all |total |those |these |our |its )*([a-z -]{4,40})",
        text[figure.end : figure.end + 60].lower(),
    )
    if after:
        return re.split(r"\s(?:and|in|for|at|with|were|was|had)\b", after.group(1))[0].strip()
    between = re.match(
        r"\s*of (?:the |all |our |its )([a-z -]{4,40}?)\s*\(?$",
        text[part.end : figure.start].lower(),
    )
    if between:
        return between.group(1)
    piece = summary.pieces[figure.piece]
    opening = re.match(r"\s*([\u3400-\u9fff]{2,10})中[：:，,]", piece.text[piece.body_at :])
    return opening.group(1) if opening and figure.role == "share" else ""


def _plain(words: str) -> str:
    return re.sub(
        r"^(?:同期|全部|全院|本院|我院|全月|本月|全年|完成|开展|共)+|总?(?:量|数|人数|例数|台数|台次|人次|例次)$|的$",
        "",
        words,
    )
