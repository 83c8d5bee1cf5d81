"""Past or to come: whether the words of a sentence tell of what happened or of what is due.

Decides on the words alone; what the headings above a sentence add is settled in `claims`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon

SENTENCES = 512
"""Several steps ask the same of a sentence: so many answers are kept."""
_WHO = (
    r"(?:we|it|they|hospital|department|departments|section|trust|office|group|teams?|committee"
    r"|centre|center|board|wards?|work|nurses|doctors|bureau|commission|leaders?|experts?|people)"
)
_ENGLISH = (
    r"^\W*Last (?:year|month|quarter)\b|^\W*Only \d[^.;]*\b\w{3,}ed\b"
    r"|(?:^\W*(?:\d{1,2}[.)、,]\s*|\([\dA-Za-z]{1,2}\)\s*)?(?:\w+ly\s+)?"
    rf"|;\s+|,\s+(?=(?:held|took|gave|won|undertook)\s)|\b{_WHO}\s+(?:also\s+|all\s+|\w+ly\s+)?)"
    r"(?!need|based|compared|combined|guided|united|unified|led|supported|given|speed|feed|exceed"
    r"|proceed|succeed|embed|related|aged|limited|detailed|advanced|shed|seed|indeed|centered"
    r"|centred|hundred|red|bed|bleed|medic|focused|followed|required|planned|set\b|un(?!der)\w+ed\b)"
    r"(?:\w{2,}ed|came|fell|rose|became|«english:did»)\b"
    r"(?!\s+(?:by|on|to|with|in accordance|practi|personnel|nurs\w*|doctors|staff)\b"
    r"|\s+(?:[a-z-]+\s+){1,3}(?:are|is|shall|will|must|should)\b)"
)
_DID_SOMETHING = (
    r"\b(?!(?:«english:be»|«english:modal»|«english:little»|have|has|had|can|may|be|not)\s)"
    r"[A-Za-z][\w’')-]*\s(?:also\s|all\s|\w+ly\s)?"
    r"(?!need|feed|speed|exceed|proceed|succeed|embed|shed|seed|indeed|hundred|based|given)"
    r"(?:\w{3,}ed|«english:did»)\s"
    r"(?=(?:a|an|the|its|their|our|his|all|some|several|many|\d[\d,.]*|«number::en»)\s)"
)
"""A word that ends as pasts do, with its object behind it: "The Commission held four meetings"."""
_HAS_SO_MANY = (
    r"^(?!\W*(?:\d+\W+)?(?:each|every|all)\b)[^.;]*?"
    r"\b(?:has|have|employs?|comprises?|contains?|consists? of|(?:is|are) equipped with)\s"
    r"(?:now\s|currently\s|a total of\s|about\s|over\s|more than\s|nearly\s|only\s)?"
    r"(?:\d|«number::en»\s)"
)
"""What there is of something, counted: "The centre has 300 beds"."""
_PERFECT = (
    r"(?<!to )\b(?:has|have)\s+(?:«english:adverb»\s+)*"
    r"(?:\w{2,}ed|been|risen|fallen|grown|become|seen|made|met|shown|kept|taken|led|held|built|put"
    r"|set|begun|gone|given|won|written|run|brought|chosen|found|sent|done|come)\b"
)
_THERE_ARE = (
    r"\b[Tt]here (?:are|have been) (?:now |still |currently )?(?:a total of )?(?:\d|«number::en»\b)"
)
"""What there is, counted."""
_IS_MOVED = re.compile(
    r"\b(?:is|are|be) (?:(?:in|de)creased|reduced|shortened|raised|lowered) (?:from|to|by)[^.;]*",
    re.I,
)
"""How a translator tells of a rise still to come, and what goes on behind it."""
_PAST_PERFECT = re.compile(r"\bhad (?:already |all )?(?:been )?\w+(?:ed|en|wn|lt|ne)\b", re.I)
_WAS_MET = re.compile(
    r"\btargets?\b(?=[^.;]{0,100}\b(?:was|were|has been|have been)"
    r" (?:\w+ly )?(?:met|exceeded|missed))"
)
"""A target of which is told how it went: "the target of 5,000 beds was met"."""
_BY_THEN = re.compile(r"\bby (?:the )?(?:end of )?(?:the )?\w+", re.I)
"""The time by which something had been done."""
_WILL = r"将(?:«kind:measure:zh»|«kind:given:zh»|[于在以按向对与会为由从达使全继进紧])"
"""A 将 of what is to come; 将任务细化 only tells what is taken in hand."""
_TURNS = re.compile(
    r"(?:[去上前]年|(?:19|20)\d\d年).{4,}?[，,；;]"
    r"(?=[^，,；;。\d]{0,8}(?:今年|本年)(?:[要将拟改再由]|计划|力争|争取|继续|准备|打算|确保)"
    r"|(?:计划|争取|力争)再|(?:[一二三四]季度|[上下]半年|年底前?)(?:必须|要|须))"
    r"|\b(?:[Aa]t present|[Cc]urrently|[Ll]ast year|now)\b[^.;]{8,}?[,;]\s"
    r"(?=(?:and |but )?(?:it|this|we|the (?:rate|number|figure))"
    r" (?:will|shall|must|should|is to)\b)"
)
_THIS_YEAR = re.compile(
    r"(?:[去上前]年).{4,}?[，,；;](?=(?:今年|今后)(?!以来|上半年|前|初|\d|[一二三四]季|共|已|累计))"
)
_ENGLISH_DUE = r"\bby\s+(?:the\s+)?(?:end|\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?)?\s*«month:»"


@lru_cache(maxsize=SENTENCES)
def tells_past(text: str, lexicon: Lexicon) -> bool:
    """Whether a sentence says that something has been done or reached.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> tells_past("We produced 60 posters.", load_lexicon())
    True
    """
    words = _IS_MOVED.sub(" ", _plain(text, lexicon))
    told = lexicon.compile(f"{_ENGLISH}|{_DID_SOMETHING}|{_PERFECT}|{_THERE_ARE}|{_HAS_SO_MANY}")
    return lexicon.has("kind", "past", words) or bool(told.search(words))


@lru_cache(maxsize=SENTENCES)
def tells_future(text: str, lexicon: Lexicon, bounds: bool = True) -> bool:
    """Whether a sentence says that something is to be done; 供应 and 响应 are no 应.

    Words of bounds (控制在, at least) count too, unless `bounds` is false: a summary claims them.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> tells_future("应达到95%", load_lexicon()), tells_future("积极响应号召", load_lexicon())
    (True, False)
    """
    words = _WAS_MET.sub(" ", _plain(text, lexicon))
    if _PAST_PERFECT.search(words):
        words = _BY_THEN.sub(" ", words)
    if bounds and lexicon.has("kind", "bound", words):
        return True
    return lexicon.has("kind", "future", words) or bool(
        lexicon.compile(f"{_ENGLISH_DUE}|{_WILL}").search(words)
    )


def turns(text: str, planned: bool = False) -> int:
    """Where a sentence turns from what was to what is planned; 0 if it does not. In a plan
    (`planned`) whatever follows 今年 is still to come.

    >>> turns("去年培训9次，今年计划再加3次"), turns("去年送检9次，今年送检到乡镇", planned=True)
    (7, 7)
    """
    turn = _TURNS.search(text) or (_THIS_YEAR.search(text) if planned else None)
    return turn.end() if turn else 0


@lru_cache(maxsize=SENTENCES)
def _plain(text: str, lexicon: Lexicon) -> str:
    return lexicon.compile("«kind:neither»").sub(" ", text)
