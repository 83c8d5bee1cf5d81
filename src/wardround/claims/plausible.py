"""What cannot be: parts beyond their whole, rates above 100 %, deaths beyond discharges.

Decides by the relations that the lexicon declares with `<=` and by the rates that it declares to be
bounded ([[relation]], [[bounded]]).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary, alike
from wardround.claims.rate_words import countable, counts_as, root_of, says
from wardround.claims.relations import relations_of
from wardround.claims.roles import OF_AIM
from wardround.claims.telling import tell
from wardround.text import Text


def values_of(summary: Summary, concept: str, block: int) -> list[Mention]:
    """The values of a declared quantity in a paragraph."""
    return [m for c, m in summary.named if c == concept and m.block == block]


def plausible(summary: Summary) -> Iterator[Claim]:
    """What cannot outnumber what, in one paragraph: x <= y."""
    declared = [r for r in relations_of(summary.lexicon) if r.op == "<="]
    for block in sorted({m.block for m in summary.mentions}):
        for relation in declared:
            less = values_of(summary, relation.whole, block)
            more = values_of(summary, relation.terms[0], block)
            if not less or not more:
                continue
            top = max(more, key=lambda m: m.value)
            for m in less:
                if m.unit != top.unit and {"money", "percent"} & {m.kind, top.kind}:
                    continue
                uncounted = m.kind == "money" or not (m.kind or m.printed.exact)
                if uncounted and "income" not in relation.whole:
                    continue
                if m.kind != "percent" and m.printed.span.low > top.printed.span.high:
                    why = Text(
                        f"{relation.words.zh}；文中前者 {m.text}，后者 {top.text}，疑为笔误。",
                        f"{relation.words.en}; here they are {m.text} and {top.text}.",
                    )
                    yield tell(summary, "plausible", m, "differs", f"≤ {top.text}", why, [top])


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
