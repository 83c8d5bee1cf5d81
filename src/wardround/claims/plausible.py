"""What cannot be: parts beyond their whole, rates above 100 %, deaths beyond discharges.

Decides by the relations that the lexicon declares with `<=` and by the rates that it declares to be
bounded ([[relation]], [[bounded]]).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary, alike
from wardround.claims.rate_words import countable, counts_as, root_of, says
from wardround.claims.relations import relations_of
from wardround.claims.roles import OF_AIM
from wardround.claims.telling import tell
from wardround.reading.numbers import number_word
from wardround.text import Lang, Text

_NUMBER = r"(?:\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_OUT_OF: dict[Lang, tuple[re.Pattern[str], ...]] = {
    "zh": (
        re.compile(r"(?P<of>\d{1,4})[家个所支名][^，,；;。\d]{0,14}[^；;。\d]{0,12}"
                   r"(?:排名?|[位名]?列|位?居)第?(?P<n>\d{1,4})[位名]?"),
    ),
    "en": (
        re.compile(r"\b(?:ranked|placed|came) (?P<n>\d{1,4})(?:st|nd|rd|th) (?:out )?(?:of|among) "
                   r"(?:the |all )?(?P<of>\d{1,4})\b", re.IGNORECASE),
        re.compile(rf"\b(?P<of>{_NUMBER})\s[a-z][^.,;:()\d]{{2,60}}[,(]\s?(?P<n>{_NUMBER}) of "
                   r"(?:them|these|which|whom)\b", re.IGNORECASE),
    ),
}  # fmt: skip
"""A place among so many, and a part of so many."""


def plausible(summary: Summary) -> Iterator[Claim]:
    """What cannot outnumber what, in one paragraph: x <= y."""
    for relation in relations_of(summary.lexicon):
        for m in summary.of_concept(relation.whole) if relation.op == "<=" else ():
            more = [x for x in summary.of_block(m.block)
                    if summary.concepts.get(x) == relation.terms[0]]  # fmt: skip
            if not more or m.kind == "percent":
                continue
            top = max(more, key=lambda m: m.value)
            like = m.unit == top.unit or not {"money", "percent"} & {m.kind, top.kind}
            counted = m.kind != "money" and m.unit != "day" and (m.kind or m.printed.exact)
            if not like or not (counted or "income" in relation.whole):
                continue
            if m.printed.span.low > top.printed.span.high:
                why = Text(
                    f"{relation.words.zh}；文中前者 {m.text}，后者 {top.text}，疑为笔误。",
                    f"{relation.words.en}; here they are {m.text} and {top.text}.",
                )
                yield tell(summary, "plausible", m, "differs", f"≤ {top.text}", why, [top])


def outnumbered(summary: Summary) -> Iterator[Claim]:
    """No place is behind the last of so many; no part told in words is more than its whole."""
    for piece in summary.pieces:
        for match in itertools.chain(*(p.finditer(piece.text) for p in _OUT_OF[piece.lang])):
            whole, part = (number_word(match[k].lower(), summary.lexicon) for k in ("of", "n"))
            if whole and part and int(part) > int(whole):
                at = (piece.start + match.start("n"), piece.start + match.end("n"))
                why = Text(f"共 {whole}，此处写 {part}。",
                           f"There are {whole} of them, but {part} is printed.")  # fmt: skip
                yield tell(summary, "plausible", at, "differs", f"≤ {whole}", why, [match["of"]])


def bounded(summary: Summary) -> Iterator[Claim]:
    """A rate of this kind is at most 100 %; what passed is not more than what was looked at."""
    pattern, of_aim = map(summary.lexicon.compile, ("(?:«bounded»)$", OF_AIM))
    for m in summary.mentions:
        named = m.kind == "percent" and m.role == "value" and pattern.search(m.label)
        aimed = of_aim.search(summary.text[max(0, m.start - 24) : m.start])
        if named and m.value <= 100:
            yield from _overfull(summary, m)
        elif (named or (m.kind == "percent" and m.role == "share")) and m.value > 100 and not aimed:
            why = Text(f"{m.label}不会超过 100%，文中写 {m.text}。",
                       f"This rate cannot be above 100%; {m.text} is printed.")  # fmt: skip
            yield tell(summary, "plausible", m, "differs", "≤ 100%", why)


def _named_by(summary: Summary, rate: Mention, part: Mention) -> bool:
    """Whether a rate is named after what the part counts; 实种 is of what was 应种."""
    if part.lang == "zh":
        return part.label[:1] == "实" or counts_as(summary, rate, part)
    root = root_of(summary, rate)
    return bool(root) and says(summary, part, root)


def _overfull(summary: Summary, rate: Mention) -> Iterator[Claim]:
    """More passed than were looked at, beside a rate named after them."""
    before = [m for m in summary.before(rate) if countable(m)]
    part = next((m for m in reversed(before) if _named_by(summary, rate, m)), None)
    wholes = [
        m for m in before
        if part and m.end <= part.start and alike(m, part)
        and not re.search("[；;]", summary.gap(m, rate))
    ]  # fmt: skip
    if part is None or not wholes or any(w.value >= part.value for w in wholes):
        return
    whole = wholes[-1]
    if part.text.endswith("次") <= whole.text.endswith("次"):
        why = Text(
            f"{part.text} 大于它所属的 {whole.text}，而{rate.label}写 {rate.text}。",
            f"{part.text} is more than the {whole.text} it is of, at {rate.text}.",
        )
        yield tell(summary, "share", part, "differs", f"≤ {whole.text}", why, [whole, rate])
