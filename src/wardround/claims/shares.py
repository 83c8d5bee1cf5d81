"""Shares and rates: 占…%, 13 (20%), 抽查…份，合格…份，合格率…%, 78 of 8,466.

Offers readings of a percentage as a part of a whole. The wording states both where it says "of",
其中, 占总数的, or names the rate after what it counts; else every larger number before the part is
a possible whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.named import clear
from wardround.claims.naming import CLAUSE, own_label
from wardround.claims.printed import Span, plain
from wardround.claims.readings import Found, Reading, Trust, missing, scopes
from wardround.claims.roles import OF_AIM
from wardround.claims.sums import alike, find_parts
from wardround.claims.telling import tell
from wardround.text import Text

_RATE_ZH = re.compile(r"([\u3400-\u9fff]{2})(?:率|比例|度|性)(?:为|达到?|是|约)?$")
_RATE_EN = re.compile(r"\b([a-z]{4,})(?:\s+rate)\b", re.IGNORECASE)
_RATE_LIKE = re.compile(
    r"(?:率|满意度|依从性|占比|比例)(?:为|达到?|是)?$|\b(?:rate|compliance|satisfaction|uptake|"
    r"coverage|accuracy|completeness|completion|share|proportion)\b", re.IGNORECASE,
)  # fmt: skip
_COUNTS = ("count", "times", "")
NEAR = 10
"""A share within so many points of what a part and a whole near it give is meant as theirs."""


def shared(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Share = part / whole x 100, for each percentage that may be a share."""
    if figure.kind != "percent" or figure.role in ("earlier", "opening", "change"):
        return
    assert figure.printed
    behind = _behind(summary, figure)
    if behind:
        yield _reading(figure, *behind, 3)
        return
    yield from _part_behind(summary, figure)
    yield from _of_main(summary, figure)
    parts = _parts(summary, figure)
    offered = False
    for order, part in enumerate(parts):
        for whole, trust in _wholes(summary, figure, part, order):
            offered = True
            yield _reading(figure, part, whole, _capped(summary, figure, part, trust))
            if order == 0 and len(parts) > 1 and alike(parts[0], parts[1]):
                yield _joined(figure, parts, whole)
            if re.search("[不未]|缺陷|问题", part.label):
                yield _rest(figure, part, whole)
    if figure.role == "share":
        what = Text("分母（总数）", "the whole") if parts else Text("分子", "the part")
        if offered:
            what = Text("明确的分母", "a whole that is named without doubt")
        yield missing("share", what)


def _reading(figure: Mention, part: Mention, whole: Mention, trust: Trust) -> Reading:
    assert part.printed and whole.printed
    scale = 1000 if figure.unit == "‰" else 100
    spread = part.printed.span / whole.printed.span
    return Reading(
        "share", f"{plain(part.value)} ÷ {plain(whole.value)}", part.value / whole.value * scale,
        type(spread)(spread.low * scale, spread.high * scale), (part, whole), trust, 1,
        "‰" if scale == 1000 else "%",
    )  # fmt: skip


def _joined(figure: Mention, parts: list[Mention], whole: Mention) -> Reading:
    """Two numbers side by side as one part: 博士36人、硕士287人，硕博占…."""
    first = _reading(figure, parts[1], whole, 1)
    second = _reading(figure, parts[0], whole, 1)
    return replace(
        first, exact=first.exact + second.exact, inputs=(parts[1], parts[0], whole),
        spread=Span(first.spread.low + second.spread.low, first.spread.high + second.spread.high),
        shown=f"({plain(parts[1].value)} + {plain(parts[0].value)}) ÷ {plain(whole.value)}",
    )  # fmt: skip


def _rest(figure: Mention, part: Mention, whole: Mention) -> Reading:
    """A rate of what is left: 6,000 looked at, 138 not right, 97.7% right."""
    left = _reading(figure, part, whole, 2)
    scale = 1000 if figure.unit == "‰" else 100
    return replace(
        left, exact=scale - left.exact, spread=Span(scale - left.spread.high,
                                                    scale - left.spread.low),
        shown=f"({plain(whole.value)} - {plain(part.value)}) ÷ {plain(whole.value)}",
    )  # fmt: skip


def _capped(summary: Summary, figure: Mention, part: Mention, trust: Trust) -> Trust:
    """Less trust where the part belongs to another sentence, or to a share that comes before."""
    if part.piece != figure.piece:
        return 1
    text = summary.document.text[part.end : figure.start]
    between = any(
        m.kind == "percent" and part.end <= m.start < figure.start
        for m in summary.of_piece(figure.piece)
    )
    counted = _counted(summary, figure, part)
    return 2 if trust == 3 and (between or re.search("[；;]", text)) and not counted else trust


FAR = 3
"""A rate so many times what a part and a whole give is of something else."""
MAIN = ("discharges", "admissions", "operations", "deliveries", "live_births", "visits")
"""What a hospital's rates are mostly counted on, wherever the text prints them."""


def _of_main(summary: Summary, figure: Mention) -> Iterator[Reading]:
    """The count before a rate as a part of the main numbers of the whole document."""
    before = [m for m in summary.of_piece(figure.piece) if m.end <= figure.start and _countable(m)]
    if not before or before[-1].kind == "money" or not _rate_like(figure):
        return
    for concept in MAIN:
        values = {
            m.value: m for c, m in summary.named
            if c == concept and (m.lang == "en" or clear(summary, m, concept))
        }  # fmt: skip
        if len(values) == 1:
            whole = next(iter(values.values()))
            if whole is not before[-1] and whole.value >= before[-1].value:
                yield _reading(figure, before[-1], whole, 1)


def _behind(summary: Summary, figure: Mention) -> tuple[Mention, Mention] | None:
    """Part and whole in the bracket behind a rate: 0.92% (78 of 8,466), 93%（120/129）."""
    text = summary.document.text
    after = [m for m in summary.of_piece(figure.piece) if m.start >= figure.end and m.printed][:2]
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
    """The part in the bracket behind a rate, the whole before it: 收回784份，满意率95.9%（满意752份）."""
    sentence = [m for m in summary.of_piece(figure.piece) if _countable(m) and m.role == "value"]
    after = next((m for m in sentence if m.start >= figure.end), None)
    before = [m for m in sentence if m.end <= figure.start]
    gap = summary.document.text[figure.end : after.start] if after else ""
    if after is None or not before or not re.match(r"\s*[（(][^（()）]{0,20}$", gap):
        return
    whole = before[-1]
    if alike(whole, after) and whole.value >= after.value:
        yield _reading(figure, after, whole, 3 if _counted(summary, figure, after) else 2)


def _countable(m: Mention) -> bool:
    return bool(m.printed) and m.value > 0 and m.kind in (*_COUNTS, "money")


def _parts(summary: Summary, figure: Mention) -> list[Mention]:
    """What the share may be of: the numbers before it in its sentence, the likeliest first."""
    sentence = [m for m in summary.of_piece(figure.piece) if _countable(m)]
    before = [m for m in sentence if m.end <= figure.start and m.role == "value"]
    text = summary.document.text
    if before and text[before[-1].end : figure.start] == "的":
        before = before[:-1]
    named = _named_after(summary, figure, before)
    subject = _subject(summary, figure, before[-1]) if before else None
    if subject:
        named = next((m for m in reversed(before) if m.label and m.label in subject), None)
    ordered = [*([named] if named else []), *(m for m in reversed(before) if m is not named)]
    changes = [m for m in sentence if m.end <= figure.start and m.role == "change"]
    if "率" in text[figure.start - 2 : figure.start] and changes:
        ordered = [changes[-1], *ordered]
    if ordered:
        whole = [m for m in ordered if any(x.value >= m.value for x in sentence if x is not m)]
        return (ordered if figure.role == "share" else whole or ordered[:1])[:4]
    earlier = [m for m in summary.of_piece(figure.piece - 1) if _countable(m)]
    same = [m for m in earlier if m.block == figure.block and m.role == "value"]
    return same[::-1][:2]


def _title(summary: Summary, figure: Mention) -> str:
    """The words of a rate's clause before it, 完成率 whole."""
    piece = summary.pieces[figure.piece]
    return CLAUSE[figure.lang].split(piece.text[: figure.start - piece.start])[-1].strip().lower()


def _root(summary: Summary, figure: Mention) -> str:
    title = _title(summary, figure)
    found = _RATE_ZH.search(title) if figure.lang == "zh" else _RATE_EN.search(title)
    return found.group(1).lower()[: 2 if figure.lang == "zh" else 4] if found else ""


def _named_after(summary: Summary, figure: Mention, counts: list[Mention]) -> Mention | None:
    """The count that a rate is named after: 合格率 is of what is 合格."""
    root = _root(summary, figure)
    said = next((m for m in reversed(counts) if root and _says(summary, m, root)), None)
    return said or next((m for m in reversed(counts) if _counted(summary, figure, m)), None)


def _says(summary: Summary, m: Mention, root: str) -> bool:
    words = _said_of(summary, m)
    return root in words or (m.lang == "zh" and root[::-1] in words)


def _said_of(summary: Summary, m: Mention) -> str:
    """The words that say what a number counts, before it and right behind it."""
    text = summary.document.text.lower()
    said = text[max(0, m.start - 12) : m.start] if m.lang == "zh" else ""
    said = re.split(r"[，,；;。、]", said)[-1]
    behind = text[m.end : m.end + (4 if m.lang == "zh" else 30)]
    tail = re.split(r"[，,；;。.(]|\b(?:and|with|giving|a|an)\b", behind)[0]
    return f"{m.label.lower()} {said} {tail}"


def _counted(summary: Summary, figure: Mention, part: Mention) -> bool:
    """Whether a rate is named after what the part counts, or after a word that means the same."""
    root = _root(summary, figure)
    if root and _says(summary, part, root):
        return True
    find = summary.lexicon.find
    rate = {h.means for h in find("counted", _title(summary, figure))}
    return bool(rate & {h.means for h in find("counted", _said_of(summary, part))})


def _wholes(
    summary: Summary, figure: Mention, part: Mention, order: int
) -> Iterator[tuple[Mention, Trust]]:
    """The numbers that the part may be a part of, with how far the wording says so."""
    named, sure = _named_whole(summary, figure, part)
    if named:
        stated = sure and len({m.value for m in named}) == 1 and order == 0
        for whole in named:
            subject = _subject(summary, figure, part)
            fits = subject is None or (part.label and part.label in subject)
            yield whole, 3 if stated and fits else 2
        if sure:
            return
    said_after = _said_after(summary, figure, part)
    if said_after and order == 0:
        yield said_after, 3
        return
    behind = _whole_behind(summary, figure, part)
    if behind and order == 0:
        close = abs(part.value / behind.value * 100 - figure.value) <= NEAR
        yield behind, 3 if close else 2
    own = next((f.total for f in find_parts(summary, part.piece) if part in f.parts), None)
    if own and own.piece != part.piece and order == 0 and figure.role == "share":
        yield own, 3
    sentence = [
        m for m in summary.of_piece(part.piece)
        if _countable(m) and m is not part and m.value >= part.value and m.start < figure.start
        and (m.role == "value" or (part.role == "change" and m.role == "earlier"))
    ]  # fmt: skip
    if part.role == "change":
        yield from ((m, 3 if m.role == "earlier" else 2) for m in sentence if alike(m, part))
        return
    before = [m for m in sentence if m.end <= part.start]
    said = next((m for m in reversed(before) if _of_which(summary, m, part)), None)
    counted = _counted(summary, figure, part)
    same = [m for m in before if alike(m, part)]
    for whole in sentence:
        if whole in (own, said) and order == 0:
            rated = _rate_like(figure) and (counted or whole is said)
            yield whole, 3 if figure.role == "share" or rated else 2
        elif whole in before:
            yield whole, _support(figure, part, whole, order, counted, same)
        elif _of(summary, part, whole):
            yield whole, 3
        elif order == 0 and alike(whole, part):
            yield whole, 2
    yield from _above(summary, figure, part, order)


def _support(
    figure: Mention, part: Mention, whole: Mention, order: int, counted: bool, same: list[Mention]
) -> Trust:
    if order or (whole.kind == "money") != (part.kind == "money"):
        return 1
    if not alike(whole, part) and not _bare(whole, part):
        return 1 if same else 2
    close = abs(part.value / whole.value * 100 - figure.value) <= NEAR
    if counted:
        return 3 if part.value / whole.value * 100 * FAR >= figure.value else 2
    return 3 if len(same) <= 2 and close and figure.role == "share" else 2


def _bare(whole: Mention, part: Mention) -> bool:
    """An English part whose unit is left out, of what was done so many times."""
    return part.lang == "en" and not part.unit and whole.kind == "times"


def _rate_like(figure: Mention) -> bool:
    return bool(_RATE_LIKE.search(figure.label))


def _above(
    summary: Summary, figure: Mention, part: Mention, order: int
) -> Iterator[tuple[Mention, Trust]]:
    """Possible wholes in the paragraph before the part's sentence."""
    above = [
        m for m in summary.mentions
        if m.block == part.block and m.piece < part.piece and m.role == "value" and _countable(m)
        and m.value >= part.value and (m.kind == "money") == (part.kind == "money")
    ]  # fmt: skip
    same = [m for m in above if part.unit and m.unit == part.unit and m.concept == part.concept]
    for m in above:
        near = order == 0 and part.piece - m.piece == 1 and alike(m, part)
        close = abs(part.value / m.value * 100 - figure.value) <= NEAR
        if same == [m] and order == 0 and part.lang == "en" and figure.role == "share" and close:
            yield m, 3
        else:
            yield m, 2 if near else 1


def _whole_behind(summary: Summary, figure: Mention, part: Mention) -> Mention | None:
    """The whole in a bracket behind the rate: 发生率0.65%（以介入手术1,083例计）."""
    after = [m for m in summary.of_piece(figure.piece) if m.start >= figure.end][:1]
    if not after or after[0].role != "value" or not _countable(after[0]):
        return None
    between = summary.document.text[figure.end : after[0].start]
    opened = re.match(r"\s*[（(][^（()）]{0,20}$", between)
    return after[0] if opened and after[0].value >= part.value else None


def _said_after(summary: Summary, figure: Mention, part: Mention) -> Mention | None:
    """The whole printed right behind a share: 50% of the 712 employees."""
    after = next((m for m in summary.of_piece(figure.piece) if m.start >= figure.end), None)
    gap = summary.document.text[figure.end : after.start] if after else ""
    said = re.fullmatch(r"\)?\s*of (?:the |all |our |its |a total of |some )*[£$¥€]?", gap)
    fits = after and after.printed and after.value >= part.value and after.kind != "percent"
    return after if said and fits else None


def _of_which(summary: Summary, whole: Mention, part: Mention) -> bool:
    """Whether the text says that the whole is that of which the part is counted: of 65 … 13."""
    text = summary.document.text
    before = text[max(0, whole.start - 14) : whole.start]
    return bool(re.search(r"\b(?:(?:out )?of|all|among)\s+(?:the |these |all )?$", before, re.I))


def _of(summary: Summary, part: Mention, whole: Mention) -> bool:
    """Whether the text says that the one is of the other: 13 of 65."""
    between = summary.document.text[part.end : whole.start]
    return bool(
        re.fullmatch(
            r"\s?[a-z -]{0,40}\b(?:(?:out )?of|among) (?:the |all |its )?[£$¥€]?", between, re.I
        )
    )


def _named_whole(summary: Summary, figure: Mention, part: Mention) -> tuple[list[Mention], bool]:
    """The whole that the words name (占手术总量的, of discharges), from the nearest scope.

    The second says whether the words name that and nothing narrower (planned operations).
    """
    text = summary.document.text
    at_once = [m for m in summary.of_piece(part.piece) if text[m.end : figure.start] == "的"]
    if at_once:
        return at_once, True
    lead = text[max(0, figure.start - 40) : figure.start]
    inside = re.search(r"占[^，,；;。]{2,20}?[（(][^（()）]*[)）]?的?$", lead)
    if inside:
        start = figure.start - len(lead) + inside.start()
        return [
            m for m in summary.of_piece(part.piece)
            if start <= m.start < figure.start and _countable(m) and m is not part
        ], True  # fmt: skip
    words = _whole_words(summary, figure, part)
    if not words:
        return [], False
    hits = list(summary.lexicon.find("quantity", words))
    concepts = {h.means for h in hits}
    if words == "total" and part.concept:
        concepts = {part.concept}
    whole = any(len(h.text) >= len(_plain(words)) for h in hits)
    for scope, near in scopes(summary, figure):
        usable = [
            m for m in near
            if m is not part and m.role == "value" and _countable(m) and m.value >= part.value
            and (m.kind == "money") == (part.kind == "money")
        ]  # fmt: skip
        usable = [m for m in usable if scope or m.start < figure.start]
        named = [m for m in usable if m.concept and m.concept in concepts]
        plain = [m for m in named if whole and clear(summary, m, m.concept)]
        called = [m for m in usable if _called(m, words)]
        found = plain or called or named or [m for m in usable if _kind_of(m, words)]
        if found:
            top = [max(found, key=lambda m: m.value)] if "总" in words else found
            return top, bool(called or plain)
    return [], False


def _subject(summary: Summary, figure: Mention, part: Mention) -> str | None:
    """What the clause of a share says it is the share of, where it names that: 硕博占…, 药品占…."""
    between = summary.document.text[part.end : figure.start]
    said = re.search(r"[，,；;、]([^，,；;。、占]{2,12})占[^占]*$", between)
    words = own_label(said.group(1), summary.lexicon) if said else ""
    return words or None


def _called(m: Mention, words: str) -> bool:
    label, words = m.label.lower(), _plain(words)
    if len(label) < 2 or not words or words == "total":
        return False
    unit = words.rstrip("s") in m.unit if m.lang == "en" and m.unit else False
    last = label.split()[-1] if m.lang == "en" else label
    return label in words or unit or (len(last) > 3 and words.startswith(last))


def _kind_of(m: Mention, words: str) -> bool:
    """Whether a number counts some kind of what the words name: 微创手术 of 手术."""
    return len(_plain(words)) > 1 and _plain(words) in m.label.lower()


def _whole_words(summary: Summary, figure: Mention, part: Mention) -> str:
    """The words after 占 or "of" that name the whole; 总收入中：… does for its sentence."""
    text = summary.document.text
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
        r"^(?:同期|全部|全院|本院|我院)|总?(?:量|数|人数|例数|台数|台次|人次|例次)$|的$", "", words
    )


def bounded(summary: Summary) -> Iterator[Claim]:
    """A rate of this kind is at most 100 %; what passed is not more than what was looked at."""
    named = summary.lexicon.compile("(?:«bounded»)$")
    for m in summary.mentions:
        if m.kind != "percent" or not m.printed:
            continue
        aimed = OF_AIM.search(summary.document.text[max(0, m.start - 12) : m.start])
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


def _overfull(summary: Summary, rate: Mention) -> Iterator[Claim]:
    """More passed than were looked at, beside a rate named after them."""
    before = [m for m in summary.of_piece(rate.piece) if m.end <= rate.start and _countable(m)]
    part = next(
        (
            m
            for m in reversed(before)
            if (
                _counted(summary, rate, m)
                if m.lang == "zh"
                else _root(summary, rate) and _says(summary, m, _root(summary, rate))
            )
        ),
        None,
    )
    text = summary.document.text
    wholes = [
        m for m in before
        if part and m.end <= part.start and alike(m, part)
        and not re.search("[；;]", text[m.end : rate.start])
    ]  # fmt: skip
    if part is None or not wholes or any(w.value >= part.value for w in wholes):
        return
    why = Text(
        f"{part.text} 大于它所属的 {wholes[-1].text}，而{rate.label}写 {rate.text}。",
        f"{part.text} is more than the {wholes[-1].text} it is of, at {rate.text}.",
    )
    yield tell(summary, "share", part, "differs", f"≤ {wholes[-1].text}", why, [wholes[-1], rate])
