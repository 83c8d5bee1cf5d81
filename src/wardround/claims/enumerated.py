"""Things counted off behind their announced number: "three tasks: (1) …; (2) …; (3) …".

Finds the run of marks or ordinals that follows an announcement; what it amounts to is `announced`'
matter.
"""

from __future__ import annotations

import re

from wardround.claims.mentions import Summary
from wardround.reading.piece import Piece

_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_HAN = "一二三四五六七八九十"
_ROUND = "①②③④⑤⑥⑦⑧⑨⑩"
_STYLES = (
    (r"[（(](\d{1,2})[)）]", lambda n: str(n)),
    (rf"([{_ROUND}])", lambda n: _ROUND[n - 1]),
    (rf"[（(]([{_HAN}])[)）]", lambda n: _HAN[n - 1]),
    (r"(?<![\w.])(\d{1,2})[.、．)）](?![\d%])", lambda n: str(n)),
    (rf"\b({'|'.join(_WORDS)})(?:ly)?\b", lambda n: _WORDS[n - 1]),
    (rf"(?<![统唯第万之如])([{_HAN}])是", lambda n: _HAN[n - 1]),
)
LEAD = 12
"""How many characters may stand between the announcement and the first mark."""


def counted_off(summary: Summary, at: int, offset: int) -> list[str]:
    """The items counted off from a place in a sentence on, to the end of the paragraph or list."""
    piece = summary.pieces[at]
    rest = piece.text[offset:]
    below = [p for p in summary.pieces[at + 1 : at + 60] if p.block == piece.block]
    own = rest + "".join("\n" + p.text for p in below)
    return _run(own, LEAD) or (_marked(summary, piece) if re.fullmatch(r"\W*", own) else [])


def _run(text: str, lead: int) -> list[str]:
    for pattern, name in _STYLES:
        found: list[str] = []
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if len(found) == len(_HAN) or (not found and match.start() > lead):
                break
            if match.group(1).lower() == name(len(found) + 1):
                named = text[match.end() :].lstrip("，,、：: ")
                found.append(re.split(r"[；;。，,\n]", named)[0].strip()[:30])
        if len(found) >= 2:
            return found
    return []


def _marked(summary: Summary, piece: Piece) -> list[str]:
    """The marked paragraphs right below one that ends in a colon."""
    found: dict[int, tuple[int, str]] = {}
    style = ""
    for p in summary.pieces:
        if p.start < piece.end or p.block in found or p.role != "text":
            continue
        if not p.mark or (style and p.mark.style != style) or p.mark.number != len(found) + 1:
            if p.mark is None and found:
                continue
            break
        style = p.mark.style
        found[p.block] = (p.mark.number, p.text[p.mark.length :].strip()[:30])
    return [words for _, words in found.values()]
