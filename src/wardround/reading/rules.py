"""Whether a sentence lays down a rule: by its words, or as a standard of service.

Decides on the words of one sentence; what a heading of rules makes of it is `headed`'s.
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Piece

_OUGHT = re.compile(r"须|需|应(?![达＜<≤≥＞>\d])")
"""A word that orders, once 响应 and the like are out: 来访应登记."""
_IS_TO = re.compile(r"(?<![我医]院)(?<!年)要(?!求)")
"""A word that orders somebody, and else only says what is planned: 护士要轮流值守."""
_COUNTED = re.compile(
    r"[一二三四五六七八九十]要|(?:[^，,；;。]{2,16}[，,])?要求(?=[\u3400-\u9fff、]{0,8}(?:职工|人员|员工|收费员|科室))"
)
"""How rules are told off, or asked of people: 一要强化责任落实, 要求职工从小事做起."""
_MUST_MEET = re.compile(r"应对[^，,；;。]{1,24}(?:进行|做好|予以)")
"""What is to be done to something, not met: 每天应对设备进行维护."""
_NONE_OF = re.compile(
    r"\W*No (?!(?:one )?(?:doubt|longer|matter)\b)(?![^.;]*\b(?:was|were|has|have)\b)[a-z]"
)
"""What is not to be there or done: "No parking at the gate"."""


def asks(piece: Piece, lexicon: Lexicon, but: str = "(?!)") -> bool:
    """Whether a rule is laid down; 不得少于4次 and "should reach 90%" are amounts and no rules.

    `but` says which other words lay down none.
    """
    bare = lexicon.compile(
        r"«comparison:>=:zh»|«comparison:<=:zh»|«kind:neither»|(?:应|须|需|要求?)(?:[在达]到?)(?=\d+(?:\.\d+)?[%％])"
        r"|\b(?:should|must|shall)\s+(?:reach|exceed|wait|not exceed"
        r"|not be (?:less|lower|more|higher)"
        r"|be (?:above|below|over|under|at least|no (?:less|more)|more than|less than|\d)"
        r"|be (?:controlled|kept|maintained|limited|reduced|raised|increased)"
        r" (?:at|to|within|below|by)"
        rf"|not fall)|{but}"
    ).sub("", piece.text)
    if piece.lang == "zh" and piece.past:
        return lexicon.has("kind", "rule", bare) or bool(_COUNTED.match(piece.body))
    ought = piece.lang == "zh" and (
        _OUGHT.search(bare)
        or _MUST_MEET.search(piece.text)
        or _COUNTED.match(piece.body)
        or (piece.owners and _IS_TO.search(bare))
    )
    return bool(ought) or lexicon.has("kind", "requirement", bare)


def forbids(piece: Piece) -> bool:
    """Whether what is named is not to be there or done, and is no goal."""
    return bool(_NONE_OF.match(piece.body)) and not piece.targets


def is_service_standard(piece: Piece, lexicon: Lexicon) -> bool:
    """What is done within how long, whoever does it: "Complaints are answered within 25 days"."""
    named = bool(piece.owners) and piece.role == "text"
    if piece.lang == "zh":
        timed = re.search(r"(?:^| )PT?\d", piece.deadline or "") and not named
        done = re.search(
            r"内[^，,；;。]{0,6}(?:完成|到位|到场|到达|响应|办结|回复|答复|书写|报告|补齐|修复|恢复|解决|更换|送达|反馈|出车)",
            piece.text,
        )
        first = piece.quantities[0].start if piece.quantities else len(piece.text)
        soon = bool(timed and done) and "内" in piece.text[:first]
        return soon and not lexicon.compile(r"«kind:measure:zh»").match(piece.body)
    if not (piece.deadline or "").startswith("P") or named:
        return False
    return bool(
        re.search(r"\b(?:is|are|be) (?:\w+ )?\w+(?:ed|en|nt|wn)\b.*\bwithin\b", piece.text)
    ) and (not piece.quantities or "within" in piece.text[: piece.quantities[0].start])
