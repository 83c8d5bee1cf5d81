"""Past or to come: whether the words of a sentence tell of what happened or of what is due.

Decides on the words alone; what the headings above a sentence add is settled in `claims`.
"""

from __future__ import annotations

from wardround.catalogue.lexicon import Lexicon

_WHO = (
    r"(?:we|it|they|hospital|department|departments|section|trust|office|group|teams?|committee"
    r"|centre|center|board|wards?|nurses|doctors|bureau|commission|leaders?|experts?|people)"
)
_ENGLISH = (
    r"(?:^\W*(?:\d{1,2}[.)、,]\s*|\([\dA-Za-z]{1,2}\)\s*)?(?:\w+ly\s+)?"
    rf"|[,;]\s+(?:and\s+)?|\b{_WHO}\s+(?:also\s+|all\s+|\w+ly\s+)?)"
    r"(?!need|based|compared|combined|guided|united|unified|led|supported|given|speed|feed|exceed"
    r"|proceed|succeed|embed|related|aged|limited|detailed|advanced|shed|seed|indeed|centered"
    r"|centred|hundred|red|bed|bleed|medic|focused|followed|required|set\b)"
    r"(?:\w{2,}ed|held|sent|made|took|built|won|gave|met|saw|spent|brought|undertook|wrote)\b"
    r"(?!\s+(?:by|on|to|with|in accordance|practi|personnel|nurs|staff)\b)"
)
_ENGLISH_DUE = r"\bby\s+(?:the\s+)?(?:end|\d{1,2}\s+)?\s*«month:»"


def tells_past(text: str, lexicon: Lexicon) -> bool:
    """Whether a sentence says that something has been done or reached.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> tells_past("We produced 60 posters.", load_lexicon())
    True
    """
    words = _plain(text, lexicon)
    return lexicon.has("kind", "past", words) or bool(lexicon.compile(_ENGLISH).search(words))


def tells_future(text: str, lexicon: Lexicon) -> bool:
    """Whether a sentence says that something is to be done; 供应 and 响应 are no 应.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> tells_future("应达到95%", load_lexicon()), tells_future("积极响应号召", load_lexicon())
    (True, False)
    """
    words = _plain(text, lexicon)
    return lexicon.has("kind", "future", words) or bool(lexicon.compile(_ENGLISH_DUE).search(words))


def _plain(text: str, lexicon: Lexicon) -> str:
    return lexicon.compile("«kind:neither»").sub(" ", text)
