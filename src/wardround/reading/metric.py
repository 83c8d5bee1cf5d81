"""What a number measures: the shortest name the sentence gives it.

Decides on the words before the number in its clause, or behind it where English puts them there.
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Piece

_CLAUSE = re.compile(r"[，；;。：:！？、（）()|]|,\s|\.\s|\band\b|\bwith\b")
_VERBS = re.compile(
    r"^(?:确保|力争|争取|力求|保证|使|将|要|全院|其中|实现|完成|开展|引进|选派|申报|建成|抽查|抽取|做到|每科|每月|每周"
    r"|每季度|每年|全年|年内|the|a|an|of|to|in|by|that|is|are|we|achieve|deliver|ensure|maintain|improve|increase|reduce|keep)(?![A-Za-z])\s*",
    re.IGNORECASE,
)


def metric_before(piece: Piece, start: int, lexicon: Lexicon) -> str:
    """The name that stands before a number, without verbs and comparisons; '' if none."""
    words = _CLAUSE.split(piece.text[max(piece.body_at, start - 60) : start])[-1]
    words = lexicon.compile(
        r"(?:\s*(?:«comparison»|«comparison_after»|«approximate:before»|«direction»|«compared»|须|应|率为))+\s*$"
    ).sub("", words)
    while (shorter := _VERBS.sub("", words.strip(" *•"))) != words:
        words = shorter
    return words[-40:].strip()


def metric_after(piece: Piece, end: int, lexicon: Lexicon) -> str:
    """The name that follows a number: "700,000 additional urgent dental appointments"."""
    words = re.split(r"[，；;。：:！？、（）()|,.]", piece.text[end : end + 60])[0]
    words = re.sub(r"^\s*(?:more|fewer|additional|of|的|以上|以下|以内)\s*", "", words)
    return words.strip()
