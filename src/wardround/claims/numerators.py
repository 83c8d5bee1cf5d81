"""What a share may be a share of a whole by: the part, by its name or by where it stands.

Offers the likeliest number first; `denominators` tells of what it may be a part.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from wardround.claims.denominators import subject_of
from wardround.claims.mentions import Mention, Summary, alike
from wardround.claims.parts import find_parts
from wardround.claims.rate_words import countable, counts_as, root_of, says, title_of
from wardround.text import Lang


def numerators(summary: Summary, figure: Mention) -> list[Mention]:
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
    if above := named_above(summary, figure):
        return above
    above = summary.of_piece(figure.piece - 1)[::-1]
    same = (m for m in above if countable(m) and m.block == figure.block and m.role == "value")
    return list(same)[:2]


def _has_own(summary: Summary, part: Mention, figure: Mention) -> bool:
    """Whether the number behind a part is a percentage, and not the one looked at."""
    at = summary.order[part] + 1
    after = summary.mentions[at] if at < len(summary.mentions) else figure
    return after is not figure and after.kind == "percent" and after.role != "change"


def named_above(summary: Summary, figure: Mention) -> list[Mention]:
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


_OF_THEM = re.compile(
    r"(.{2,40}?)(?:占|比例|比重|\b(?:account|made|make|form|represent|constitut|compris)[a-z]*\b).*"
)
"""The subject of a share, and what follows it."""
_JOINING = frozenset("、和及与共合计两项者其中") | {"and", "the", "of", "level", "grade", "levels"}
_SAME = (("one", "first", "i"), ("two", "second", "ii"), ("three", "third", "iii"),
         ("four", "fourth", "iv"))  # fmt: skip
STRAY = 3
"""A subject may have so many letters or words more than the parts' names."""
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


def named_together(summary: Summary, figure: Mention) -> tuple[Sequence[Mention], Mention | None]:
    """The parts that the subject of a share names in one breath, and their whole if that is sure.

    特级、一级护理占, 三、四级手术占比, 硕博占: it says of each what the names of the others lack.
    """
    lead = summary.text[max(0, figure.start - 60) : figure.start]
    said = _OF_THEM.fullmatch(re.split(r"[，,；;。：:\n\d]|[.]\s", lead)[-1])
    subject = _letters(said[1], figure.lang) if said else []
    lists = [(f.parts, f) for n in (figure.piece, figure.piece - 1) for f in find_parts(summary, n)]
    wholes = [f.total for _, f in lists]
    before = [m for m in summary.before(figure) if countable(m) and m.label and m not in wholes]
    for parts, found in (*lists, (before, None)):
        names = [_letters(f"{m.label} {m.unit}", figure.lang) for m in parts]
        own = [set(n) - set(itertools.chain(*names[:i], *names[i + 1 :]))
               for i, n in enumerate(names)]  # fmt: skip
        named = [m for m, letters in zip(parts, own, strict=True) if letters & set(subject)]
        left = [x for x in subject if x not in set(itertools.chain(*names))]
        if len(named) > 1 and len(left) <= STRAY and all(alike(m, named[0]) for m in named):
            return named, found.total if found and not found.left else None
    return [], None


def _letters(words: str, lang: Lang) -> list[str]:
    """The letters of Chinese words, the words of English ones, first and III as numbers."""
    found = re.findall(r"[\u3400-\u9fff]" if lang == "zh" else r"[a-z]+|\d+", words.lower())
    same = {w: str(n) for n, row in enumerate(_SAME, 1) for w in row}
    return [same.get(w, w) for w in found if w not in _JOINING]


def _shut_in(behind: str) -> bool:
    """Whether what stands behind a number closes a bracket that it stands in."""
    return bool(re.match(r"[^（(]*[)）]\W*[\u3400-\u9fffa-z]", behind))


def _named_after(summary: Summary, figure: Mention, counts: list[Mention]) -> Mention | None:
    """The count that a rate is named after: 合格率 is of what is 合格, 例次感染率 of 例次."""
    root, title = root_of(summary, figure), title_of(summary, figure)
    units = ((m, re.sub(r"[\d.,\s]", "", m.text)) for m in reversed(counts))
    zh = figure.lang == "zh"
    if own := next((m for m, u in units if zh and len(u) > 1 and u in title), None):
        return own
    said = next((m for m in reversed(counts) if root and says(summary, m, root)), None)
    return said or next((m for m in reversed(counts) if counts_as(summary, figure, m)), None)
