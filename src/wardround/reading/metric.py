"""What a number measures: the shortest name the sentence gives it.

Decides on the words before the number in its clause, or behind it where English puts them there.
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Piece

_CLAUSE = re.compile(r"[，；;。：:！？、（）()|]|,\s|,(?=[^\d\s])|\.\s|\band\b|\bwith\b")
_NO_NAME = (
    r"(?!投入|支出|捐)(?:[\u3400-\u9fff]{0,5}了|(?:«kind:measure:zh»|«kind:acquire:zh»|按照?)+)"
)
"""Only what is done with so many, which are named behind the number: 投入了, 参加."""
_BEHIND_A_DATE = re.compile(r"^(?:之|以)?[前内](?!列|期|十|次)")


def metric_before(piece: Piece, start: int, lexicon: Lexicon) -> str:
    """The name that stands before a number, without verbs and comparisons; '' if none."""
    spoken_for = [end for _, end in piece.used if end <= start]
    floor = max(piece.body_at, start - 60, *spoken_for)
    words = _CLAUSE.split(piece.text[floor:start])[-1]
    if floor in spoken_for:
        words = _BEHIND_A_DATE.sub("", words)
    if piece.lang == "en" and floor == start - 60 and len(words) == 60:
        words = words.partition(" ")[2]
    changed = lexicon.compile(r"«direction::en»\s+(.{2,44}?)\s+by\b[^;:.]{0,20}$").search(words)
    if changed:
        return changed.group(1)
    words = lexicon.compile(
        r"(?:\s*(?:«comparison»|«comparison_after»|«approximate:before»|«direction»|«compared»"
        r"|«metric_noise:end»))+\s*$"
    ).sub("", words)
    opening = lexicon.compile(r"(?:(?!使用)«metric_noise:start»\s*)+")
    words = words.strip(" *•")
    noise = opening.match(words)
    name = words[noise.end() if noise else 0 :].strip()
    return "" if lexicon.compile(_NO_NAME).fullmatch(name) else _last(name.removesuffix("了"))


def _last(words: str) -> str:
    """The last forty characters, no English word cut in two."""
    if len(words) <= 40:
        return words
    short = words[-40:]
    return short.partition(" ")[2] if short[0].isascii() and words[-41].isalpha() else short


def metric_after(piece: Piece, end: int) -> str:
    """The name that follows a number: "700,000 additional urgent dental appointments"."""
    words = re.split(r"[，；;。：:！？、（）()|,.]", piece.text[end : end + 80])[0]
    words = re.sub(r"^[\s%％‰]*(?:more|fewer|additional|of|的|以上|以下|以内)*\s*", "", words)
    return re.split(r"\s(?:by|in|for|with|at|on|from|to|per|a|within|each|every)\s", words)[
        0
    ].strip()
