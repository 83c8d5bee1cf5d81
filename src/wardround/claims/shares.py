"""Shares and rates: 占…%, 13 (20%), 抽查…份，合格…份，合格率…%.

Decides whether a percentage is the part over the whole that the same passage prints. Without both
it cannot be judged; with several possible wholes nothing is accused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wardround.claims.claim import Claim
from wardround.claims.mentions import Group, Mention, Summary
from wardround.claims.printed import Verdict, plain
from wardround.claims.sums import alike, find_parts
from wardround.claims.telling import tell, worked
from wardround.text import Text

_RATE_ZH = re.compile(r"([\u3400-\u9fff]{2})(?:率|比例)$")
_RATE_EN = re.compile(r"\b([a-z]{4,})(?:\s+rate)\b", re.IGNORECASE)


SEVERAL = 3
"""A rate that none of so many possible wholes gives is wrong whichever was meant."""


def shares(summary: Summary) -> Iterator[Claim]:
    """Share = part / whole x 100, for each percentage said to be a share."""
    wholes = {part: found.total for found in find_parts(summary) for part in found.parts}
    for group in summary.groups:
        for share in group.shares:
            yield _share(summary, group, share, wholes)


def rates(summary: Summary) -> Iterator[Claim]:
    """Rate = those that passed / those looked at x 100, by the word the rate is named after."""
    for group in summary.groups:
        rate = group.value
        if rate is None or not rate.printed or rate.kind != "percent" or rate.printed.about:
            continue
        if summary.lexicon.meaning("quantity", rate.label):
            continue
        part, wholes = _counted(summary, rate)
        if part and wholes:
            larger = [w for w in wholes if w.value >= part.value]
            if larger:
                yield _best(summary, rate, part, larger[::-1], len(larger) <= SEVERAL)
            elif wholes[-1].piece == part.piece and rate.value <= 100:
                why = Text(
                    f"{part.text} 大于它所属的 {wholes[-1].text}，而{rate.label}写 {rate.text}。",
                    f"{part.text} is more than the {wholes[-1].text} it is of, at {rate.text}.",
                )
                yield tell(summary, "share", part, "differs", f"≤ {wholes[-1].text}", why,
                           [wholes[-1], rate])  # fmt: skip


def bounded(summary: Summary) -> Iterator[Claim]:
    """A rate of this kind is at most 100 %."""
    named = summary.lexicon.compile("(?:«bounded»)$")
    for m in summary.mentions:
        if m.kind != "percent" or not m.printed or m.value <= 100:
            continue
        if m.role == "share" or (m.role == "value" and named.search(m.label)):
            why = Text(f"{m.label}不会超过 100%，文中写 {m.text}。",
                       f"This rate cannot be above 100%; {m.text} is printed.")  # fmt: skip
            yield tell(summary, "plausible", m, "differs", "≤ 100%", why)


def averages(summary: Summary) -> Iterator[Claim]:
    """Average = what there was in all / how many there were: 36 sessions, 2,160 people, 60 each."""
    named = summary.lexicon.compile(r"«share:each»|\bper\b")
    for group in summary.groups:
        m = group.value
        if m is None or not m.printed or m.kind == "percent" or group.concept:
            continue
        lead = summary.document.text[max(0, m.start - 14) : m.start]
        if not named.search(f"{lead} {m.label}"):
            continue
        counts = [
            x
            for x in summary.of_piece(m.piece)
            if x.end <= m.start and x.role == "value" and x.printed and x.kind != "percent"
        ]
        pairs = [(a, b) for a in counts for b in counts if a is not b and alike(a, m)
                 and a.value > b.value > 0 and (not alike(b, a) or m.lang == "en")]  # fmt: skip
        yield _average(summary, m, pairs, len(counts) == 2)


def _average(
    summary: Summary, m: Mention, pairs: Sequence[tuple[Mention, Mention]], sure: bool
) -> Claim:
    assert m.printed
    for a, b in pairs:
        verdict = m.printed.judge(a.value / b.value)
        if m.printed.exact and verdict == "differs" and abs(a.value / b.value - m.value) < 1:
            verdict = "rounding"
        if verdict != "differs" or sure:
            told = worked(f"{plain(a.value)} ÷ {plain(b.value)}", plain(a.value / b.value), m.text,
                          verdict)  # fmt: skip
            return tell(summary, "share", m, verdict, plain(a.value / b.value), told, (a, b))
    return _missing(summary, m, Text("总数或个数", "the total or the count"))


def _share(summary: Summary, group: Group, share: Mention, wholes: dict[Mention, Mention]) -> Claim:
    part = group.value
    if part is None or not part.printed or not share.printed or part.kind == "percent":
        return _missing(summary, share, Text("分子", "the part"))
    if summary.document.text[part.end : share.start] == "的":
        before = [m for m in summary.of_piece(part.piece) if m.end <= part.start and alike(m, part)]
        if before and before[-1].printed:
            return _best(summary, share, before[-1], [part], True)
        return _missing(summary, share, Text("分子", "the part"))
    named = _named_whole(summary, part, share)
    if part in wholes and wholes[part] in named:
        named = [wholes[part]]
    if named:
        return _best(summary, share, part, named, len(named) == 1)
    if part in wholes:
        return _best(summary, share, part, [wholes[part]], True)
    near = [
        m for m in summary.mentions
        if m.block == part.block and part.piece - 1 <= m.piece <= part.piece and m is not part
        and m.role == "value" and m.printed and alike(m, part) and m.value >= part.value
    ]  # fmt: skip
    if not near:
        return _missing(summary, share, Text("分母（总数）", "the whole"))
    return _best(summary, share, part, near, len(near) == 1 and _of(summary, part, near[0]))


def _of(summary: Summary, part: Mention, whole: Mention) -> bool:
    """Whether the text says that the one is of the other: 13 of 65, of 65 … 13."""
    text = summary.document.text
    between = text[min(part.end, whole.end) : max(part.start, whole.start)]
    before = text[max(0, whole.start - 6) : whole.start]
    return bool(re.search(r"\b(?:out )?of (?:the |all )?$", between + before, re.IGNORECASE)) or (
        whole.start < part.start and bool(re.search(r"\bof (?:the )?$", before, re.IGNORECASE))
    )


def _named_whole(summary: Summary, part: Mention, share: Mention) -> list[Mention]:
    """The whole that the words after 占 or "of" name, where the paragraph prints it."""
    text = summary.document.text
    said = re.search(r"占([^，,；;。]{2,16})的?$", text[part.end : share.start])
    words = said.group(1).rstrip("的") if said else ""
    if not words:
        after = re.match(r"\s*of (?:the |all )?([a-z -]{4,40})", text[share.end : share.end + 44])
        words = after.group(1) if after else ""
    if not words:
        return []
    concepts = {h.means for h in summary.lexicon.find("quantity", words)}
    return [
        m for m in summary.mentions
        if m.block == part.block and m is not part and m.role == "value" and m.printed
        and m.kind != "percent" and alike(m, part)
        and (m.concept in concepts or (len(m.label) > 1 and (m.label in words or words in m.label)))
    ]  # fmt: skip


def _counted(summary: Summary, rate: Mention) -> tuple[Mention | None, list[Mention]]:
    """What a rate such as 合格率 counts (合格 1164 份) and what it is counted of."""
    found = _RATE_ZH.search(rate.label) if rate.lang == "zh" else _RATE_EN.search(rate.label)
    if not found:
        return None, []
    root = found.group(1).lower()[: 2 if rate.lang == "zh" else 4]
    text = summary.document.text.lower()
    counts = [
        m for m in summary.mentions
        if m.block == rate.block and rate.piece - 1 <= m.piece <= rate.piece and m.end <= rate.start
        and m.role == "value" and m.printed and m.kind in ("count", "times", "")
    ]  # fmt: skip
    for at in range(len(counts) - 1, -1, -1):
        part = counts[at]
        said = text[max(0, part.start - 12) : part.start] if rate.lang == "zh" else ""
        tail = re.split(
            r"[，,；;。.]", text[part.end : part.end + (4 if rate.lang == "zh" else 30)]
        )
        words = f"{part.label.lower()} {said} {tail[0]}"
        if root in words or (rate.lang == "zh" and root[::-1] in words):
            return part, [m for m in counts[:at] if alike(m, part)]
    return None, []


def _best(
    summary: Summary, share: Mention, part: Mention, wholes: Sequence[Mention], sure: bool
) -> Claim:
    """Judge against each possible whole; the best counts, and only a sure one accuses."""
    claims = [_judge(summary, share, part, whole) for whole in wholes if whole.value]
    for wanted in ("agrees", "rounding"):
        for claim in claims:
            if claim.verdict == wanted:
                return claim
    if sure and claims:
        return claims[0]
    return _missing(summary, share, Text("明确的分母", "a whole that is named without doubt"))


def _judge(summary: Summary, share: Mention, part: Mention, whole: Mention) -> Claim:
    assert share.printed and part.printed and whole.printed
    scale = 1000 if share.unit == "‰" else 100
    exact = part.value / whole.value * scale
    spread = part.printed.span / whole.printed.span
    low, high = spread.low * scale, spread.high * scale
    verdict: Verdict = share.printed.judge(exact, type(spread)(low, high))
    result = plain(exact) + ("‰" if scale == 1000 else "%")
    arithmetic = f"{plain(part.value)} ÷ {plain(whole.value)}"
    return tell(
        summary, "share", share, verdict, result,
        worked(arithmetic, result, share.text, verdict), (part, whole),
    )  # fmt: skip


def _missing(summary: Summary, share: Mention, what: Text) -> Claim:
    return tell(
        summary, "share", share, "cannot", None,
        Text(f"缺{what.zh}，不能核对。", f"Missing: {what.en}."),
    )  # fmt: skip
