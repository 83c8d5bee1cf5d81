"""Quantities told without digits: multiples (翻一番), promises of nil (无事故), bare directions.

Decides what stands in the sentence and what a change is measured against; numbers are
`quantities`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.metric import metric_after, metric_before
from wardround.reading.numbers import number_word
from wardround.reading.piece import Piece, Quantity
from wardround.reading.tense import tells_past


def compared(piece: Piece, start: int, end: int, lexicon: Lexicon) -> str | None:
    """What a change is measured against: yoy, 环比, 2024/25."""
    text = piece.text
    lead = re.split(r"[；;。]", text[max(piece.body_at, start - 26) : start])[-1]
    lead = (
        re.split(r"[，,]", lead)[-1]
        if not re.search(r"[，,]\s*[\u3400-\u9fff]{0,6}$", lead)
        else lead
    )
    hits = [h.means for h in lexicon.find("compared", lead)]
    hits += [
        h.means for h in lexicon.find("compared", re.split(r"[，；;。]", text[end : end + 34])[0])
    ]
    year = re.match(
        r"\s+(?:on|against|from|versus|compared (?:to|with))\s+(\d{4}(?:/\d{2})?)",
        text[end : end + 34],
    )
    return hits[-1] if hits else year.group(1) if year else None


def multiples(piece: Piece, lexicon: Lexicon) -> Iterator[Quantity]:
    """Changes told by one word: 翻一番, 减半, halve, double."""
    for hit in lexicon.find("multiple", piece.text):
        if hit.start < piece.body_at or piece.text[hit.end : hit.end + 1] == "-":
            continue
        op, _, share = hit.means.partition(" ")
        before = metric_before(piece, hit.start, lexicon) if piece.lang == "zh" else ""
        metric = before or metric_after(piece, hit.end)
        against = compared(piece, hit.start, hit.end, lexicon)
        yield Quantity(
            hit.start, hit.end, share, "%", "percent", op, metric, against, True, change=True
        )


_FOLD = (
    r"\b(?:(?P<two>twice)|(?P<n>«number::en»|\d+(?:\.\d+)?) times)"
    r"\s+(?:as (?:many|much|high|long|large)\b|that of\b|the (?:number|level|figure|total)\b)"
)


def folds(piece: Piece, lexicon: Lexicon) -> Iterator[Quantity]:
    """How many times as much there is: "twice as many as last year"."""
    if "twice" not in piece.text and " times " not in piece.text:
        return
    if not (lexicon.has("compared", None, piece.text) or tells_past(piece.text, lexicon)):
        return
    for match in lexicon.compile(_FOLD).finditer(piece.text, piece.body_at):
        value = "2" if match.group("two") else number_word(match.group("n"), lexicon)
        metric = metric_before(piece, match.start(), lexicon)
        end = match.end("n") + 6 if match.group("n") else match.end("two")
        yield Quantity(match.start(), end, value, "times", "times", "=", metric, None, True)


def nils(piece: Piece, lexicon: Lexicon) -> Iterator[Quantity]:
    """Promises and claims of nil: 无医疗事故, no environmental accidents."""
    text = piece.text
    zh = lexicon.compile(
        r"(?<![\d“‘])(?!«zero:never:zh»)(«zero:before:zh»)(?![\d.])([^，,。；;：:！!？?\n]{0,14}?(?:«zero:noun:zh»)(?!率)"
        r"|(?:(?<=[^零]发生)|(?<=[^零]出现))[^，,。；;：:！!？?\n]{0,30}?(?:«zero:noun:zh»)"
        r"|[^，,。；;：:！!？?\n]{0,30}?(?:«zero:noun:zh»)(?=发生|出现))"
    )
    none_of = r"(?<=\bzero\s)(?!tolerance)(?:[a-z][\w’'-]+\s+){0,2}?(?-i:[a-z]{4,}s)(?<!ss)\b"
    en = lexicon.compile(
        r"(?<!net )(?<!net-)(«zero:before:en»)\s+"
        r"((?!(?:more|less|fewer|later|longer|greater|higher|lower)\b)"
        rf"(?:(?:[\w’'-]+\s+){{0,5}}?(?:«zero:noun:en»)|{none_of}))"
    )
    never = lexicon.compile(
        r"\b(no)\s+((?:[\w’'-]+\s+){0,3}?(?:(?-i:[a-z]{3,}s)(?<!ss)|ward|patient|department|team))"
        r"\s(?:are(?!\s«english:barred»)|were|have been|has|waits?|waited|held|kept)\b"
    )
    gone = lexicon.compile(r"((?:[\w’'-]+\s+){0,2}?«zero:noun:en»)\s+(?:«zero:after:en»)")
    none = lexicon.compile(
        r"([^，,。；;：:！!？?\s]{2,16}?)(?:无一(?P<unit>[例起])(?=[，,。；;]|$)|«zero:after:zh»)(?![.\d%％])"
    )
    said = lexicon.has("zero", "after", text) or "无一" in text
    if piece.lang == "en" and (match := never.search(text, piece.body_at)) and not en.search(text):
        end = match.end(2)
        yield Quantity(match.start(), end, "0", "", "nil", "=", match.group(2), None, True)
    for match in (
        (none if piece.lang == "zh" else gone).finditer(text, piece.body_at) if said else ()
    ):
        unit = match.groupdict().get("unit") or ""
        yield Quantity(match.start(), match.end(), "0", unit, "nil", "=", match[1], None, True)
    for match in (zh if piece.lang == "zh" else en).finditer(text, piece.body_at):
        if piece.lang == "zh" and none.match(text, match.start()):
            continue
        counted = re.search("一([例起个])", match.group(1))
        unit = counted[1] if counted else ""
        yield Quantity(
            match.start(), match.end(), "0", unit, "nil", "=", match.group(2), None, True
        )
        if piece.lang == "zh" and not unit:
            for start, end in _listed(text, match.end(), "zero:noun:zh", lexicon):
                yield Quantity(start, end, "0", "", "nil", "=", text[start:end], None, True)


_NOUN = "direction_noun:word:zh"


def _listed(text: str, at: int, nouns: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """More things of the same list: 杜绝医疗事故、医疗纠纷和越级上访的发生."""
    more = lexicon.compile(
        rf"(?:[、或]|以?及|[和与])([^，,。；;：:、！!？?\n或及和与]{{0,12}}?«{nouns}»)(?!率)"
    )
    while found := more.match(text, at):
        yield found.span(1)
        at = found.end()


def directions(piece: Piece, lexicon: Lexicon) -> Iterator[Quantity]:
    """Only a direction: "reduce the incidence of …", 降低药占比."""
    zh = lexicon.compile(
        r"(«direction::zh»)(?![率幅速和与])([^，,。；;：:\n]{0,20}?«direction_noun:word:zh»)"
        r"(?![^，,；;。]{0,16}?«kind:creed:zh»)"
    )
    en = lexicon.compile(
        r"(?<!-)(«direction::en»)\s+((?:[\w’'-]+\s+){0,4}?(?:«direction_noun:word:en»))"
    )
    gone_by = lexicon.compile(r"«not_a_quantity:clause:zh»[^，,；;。]*$")
    for match in (zh if piece.lang == "zh" else en).finditer(piece.text, piece.body_at):
        op = lexicon.meaning("direction", match.group(1)) or "increase"
        if lexicon.compile(r"«direction_noun:never»$").search(match.group(2)):
            continue
        if len(match.group(1)) == 1 or gone_by.search(piece.text[: match.start()]):
            continue
        spans = [match.span(), *_listed(piece.text, match.end(), _NOUN, lexicon)]
        for start, end in spans[: None if piece.lang == "zh" else 1]:
            metric = match.group(2) if start == match.start() else piece.text[start:end]
            yield Quantity(start, end, None, "", "direction", op, metric, None, True)
