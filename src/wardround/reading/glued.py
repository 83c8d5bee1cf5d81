"""Chinese headings that a copy ran together with what stands below them, line breaks lost.

Decides by the numbering: a name without a stop, and right behind it the first number of a lower
kind (二、主要任务（一）…), or a space behind the name of a section (一、总体要求 以…为指导).
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon

_HAN = "[一二三四五六七八九十]{1,3}"
_NAME = r"[^。；;：:！!？?（()）%％]{2,40}?"
_FIRST = r"1[.、．](?!\d)|[（(]1[)）]|⑴|①"
_RUN_ON = re.compile(
    rf"\s*(?:{_HAN}、\s?{_NAME}\s*(?=[（(]一[)）]|㈠|{_FIRST})"
    rf"|[（(]{_HAN}[)）]\s?{_NAME}\s*(?={_FIRST})"
    rf"|\d{{1,2}}[.、．]\s?{_NAME}\s*(?=[（(]1[)）]|⑴|①))"
)
_APART = (
    rf"\s*(?:{_HAN}、|[（(]{_HAN}[)）])\s?[\u3400-\u9fff]{{0,10}}?«section::zh»[ \u3000]+"
    r"(?=[\u3400-\u9fff“《]\S{16})"
)
_TITLE = (
    r"[^。，,；;：:！!？?\n]{6,50}?«title:plan:zh»(?:[（(][^（()）]{1,8}[)）])?\s?"
    r"(?=(?:20[\dxX*]{2}|今|新的一)年(?:[，,来是以]|度，)|一年来|半年来|为(?:了|进一步|认真|切实|全面|贯彻)"
    r"|根据|按照|在[^，,。]{2,24}[下中][，,]|一、)"
)
"""The title of a plan, and how its first sentence begins."""


def title_end(words: str, lexicon: Lexicon) -> int:
    """Where the title that a document begins with ends in its first paragraph, or 0.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> title_end("内科2025年工作总结2025年，内科全体人员团结协作。", load_lexicon())
    11
    """
    match = lexicon.compile(_TITLE).match(words)
    return match.end() if match else 0


def heads(words: str, lexicon: Lexicon, at: int = 0) -> set[int]:
    """Where the text goes on behind each heading that begins at a place.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> sorted(heads("二、主要任务（一）抓好质量1.每月检查。", load_lexicon()))
    [6, 13]
    """
    found: set[int] = set()
    while match := _RUN_ON.match(words, at) or lexicon.compile(_APART).match(words, at):
        at = match.end()
        found.add(at)
    return found
