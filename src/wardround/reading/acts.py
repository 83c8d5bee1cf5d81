"""What an English sentence does: orders, promises, tells what is done, names a goal, narrates.

Decides on the words of one sentence; what kind of statement that makes it is settled in `kinds`.
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Piece

_NAMES_A_GOAL = re.compile(
    r"\W*(?:our |the )?(?:overall |main |key )?(?:goal|aim|objective|ambition|target|vision)s?"
    r"(?: of (?:this|the|our) [\w ]{3,30}?)?(?: is| are|:)\s+\w",
    re.IGNORECASE,
)
_DOING = re.compile(
    r"(?!Nursing|Training|Staffing|During|Following|Including|Having|Being|Lacking|Waiting|Housekeeping"
    r"|Catering|Missing|Nothing|Building|Outstanding|Existing|Growing|Rising|Ageing|Remaining)"
    r"[A-Z]?[a-z]{2,}ing\s(?!and\s(?!\w+ing\b)|of\b|is\b|are\b|was\b|were\b|has\b|for\b|in\b)\w"
)
"""A listed item that begins with what is being done: "• Securing additional money"."""
_ACTION = re.compile(
    r"\W*(?:[a-z]\) )?(?:[A-Z][\w /&-]{2,40}:\W+)?(?:[A-Z][a-z]+ )?"
    r"[A-Za-z]{3,}(?<!satisfac)(?<!Satisfac)(?:tion|sion|ment|ance|age)"
    r"(?:,? (?:and )?\w+(?:tion|sion|ment|ance))*,? of (?!(?:the )?(?:hospital|trust)s?\b)\w"
)
"""A listed item that names an action as a noun: "- Storage of diesel for three days"."""
_WE_DO = (
    r"\b(?:«english:we»|they) (?:«english:adverb» )*will\b"
    r"|(?:^\W*|[,;:]\s|\band\s|\b(?:our|the|this)\s)«english:we» "
    r"(?:(?:(?:have|has) )?(?:also |\w+ly )?(?:\w+ed|held|set up|carried out)"
    r"|(?:are|is) (?:«english:adverb» )*(?!being|lacking|facing)\w+ing)\b"
    r"|(?:^|,\s)(?:we|the whole hospital) (?:«english:adverb» )*(?!need\b|plan\b)«kind:measure:en»"
)
_SO_WE_DID = (
    r"(?i:in order to) [^.]{3,300}, "
    r"(?:(?:we|our hospital|(?:the )?(?:[\w’'-]+ ){1,6}?«owner_noun:head:en»"
    r"(?: of (?:this|the|our) \w+)?) (?:«english:adverb» )*(?!decided\b)"
    r"(?:(?-i:[a-z]{2,})ed\b|[a-z]{3,}s (?:to|the|an?)\b|«kind:measure:en»)"
    r"|[^,.;]{3,80} (?:was|were) (?:\w+ly )?[a-z]+ed\b)"
)
"""What a purpose led to, by whom or done to what."""
_WAS_DONE = (
    r"\b(?:was|were|has been|have been) (?:\w+ly )?"
    r"(?:(?!caused|affected|increased|reduced)\w+ed|put into|set up|held|«english:done»)\b"
)
_IS_DONE = (
    r"\b(?:will|shall) be (?:\w+ly )?(?!«direction:»|«kind:aim:en»"
    r"|(?:controlled|kept|maintained|limited|sustained)\b)"
    r"(?:«kind:measure:en»|carried out)"
    r"|\b(?:is|are) (?:\w+ly )?(?:carried out|conducted|organi[sz]ed|held|launched|arranged"
    r"|selected|sent|trained|recruited|appointed|purchased|revised|published|undertaken)\b"
    r"|(?<!^this )(?<!^it )\b(?:will|shall|to) be (?:\w+ly )?"
    r"(?!«direction:»|«kind:aim:en»|«english:still»)\w{3,}ed\b"
    r"|\bwill (?:also |\w+ly )?(?!continue\b|«direction:»|«kind:aim:en»)«kind:measure:en»"
)
_LEAD_IN = (
    r"(?:(?:«english:then»,?|(?!the\b|all\b|an\b|both\b|in order\b)"
    r"(?:«english:little»|according to)\s[^,;]{3,100},)\s+)?"
    r"(?:(?:one|two|three|four|five|first|second|third|last) is\s+)?"
    r"(?:(?:To|We will|We|Our hospital|The hospital|will)\s+)?(?:also\s+|further\s+|\w+ly\s+){0,2}"
)
"""What may stand before the verb of an order: "After that, carefully …"."""
_DOES_SOMETHING = (
    r"(?!«english:little»|«english:be»|(?:these|those|this|next|alongside|some|many|such)\b|\w+(?:ing|ed|ly|s|tion|ment)\s)(?-i:[A-Z]?[a-z]+)\s"
    r"(?:(?:up|out|off|down|over|together)\s)?(?:«english:article»|«english:object»|your|yourself)\s"
)
"""A word in the place of a verb with its object behind it: "Convene a …", "Draw up the …"."""
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|may|must|should|shall)\b")
_THEN_DOES = r"(?:,|;)\s(?:and\s)?(?:\w+ly\s)?«kind:measure:en»"


def names_goal(body: str) -> bool:
    """Whether a sentence says what the goal is: "Our goal: net zero by 2040"."""
    return bool(_NAMES_A_GOAL.match(body))


def opens_on_bound(body: str, lexicon: Lexicon) -> bool:
    """Whether the sentence begins with its limit: "No more than five complaints a month"."""
    bound = lexicon.compile(
        r"\W*(?:[Bb]y [^,.;]{3,40}, )?(?:«comparison:>=:en»\s+)?\d+(?:\.\d+)?% of\b"
        r"|\W*(?:«comparison:<=:en»|«comparison:<:en»|«zero:before:en»)"
    )
    return bool(bound.match(body))


def aims(body: str, lexicon: Lexicon) -> bool:
    """Whether the sentence begins with reaching something, or its subject is what is measured."""
    verb = lexicon.compile(r"(?:[A-Z][a-z ]{2,30}:\s+)?(?:to\s+|we will\s+)?«kind:aim:en»")
    if verb.match(body.strip(' *•"“')):
        return True
    measured = lexicon.compile(r"(?:\w+\s+){0,4}?«measured::en»[^.;]{0,20}?\s(?:to|should)\s")
    return bool(measured.match(body.strip()))


def narrates(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a sentence without a mark tells of something instead of naming a goal."""
    stopped = piece.text.endswith((".", ".”", '."'))
    begins = lexicon.compile(
        r"(?:to\s+|\w+ly\s+)?(?:«kind:aim:en»|«kind:measure:en»)|we (?:will|aim|are \w+ing)\b"
    )
    aimed = lexicon.has("kind", "objective", piece.text)
    return stopped and not aimed and not begins.match(piece.body.strip(' *•"“'))


def promises(body: str, lexicon: Lexicon) -> bool:
    """Whether the hospital says what it does, has done or will do: "We will …"."""
    return bool(lexicon.compile(_WE_DO).search(body))


def tells_why(body: str, lexicon: Lexicon) -> bool:
    """Whether a purpose comes with the act it led to: "In order to meet needs, we drafted …"."""
    return bool(lexicon.compile(rf"(?:[^,.]{{3,40}}, )?{_SO_WE_DID}").match(body))


def is_undergone(body: str, lexicon: Lexicon) -> bool:
    """Whether something is done to things: "Every envelope is recorded"."""
    done = r"\b(?:is|are) (?:\w+ly )?(?!«english:still»)\w{3,}ed\b"
    return bool(lexicon.compile(done).search(body))


def then_does(body: str, lexicon: Lexicon) -> bool:
    """Whether a later clause begins with a verb of doing: "Quality first; train all staff"."""
    return bool(lexicon.compile(_THEN_DOES).search(body))


def orders(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a sentence is an order: "Regularly check …", "• maximising care …"."""
    verb = lexicon.compile(rf"(?:[A-Z][a-z ]{{2,30}}:\s+)?{_LEAD_IN}«kind:measure:en»")
    body, doing = piece.body.strip(), False
    if piece.mark and _ACTION.match(body):
        return True
    if piece.mark and piece.mark.number and not piece.targets:
        doing = bool(_DOING.match(body))
    elif piece.mark and not piece.mark.number:
        done = lexicon.compile(r"(?:«english:did»|(?-i:[A-Z])[a-z]{2,}ed)\s(?!by\b|to\b|in\b|on\b)")
        doing = bool(_DOING.match(body) or done.match(body))
    return bool(doing or verb.match(piece.body.strip(' *•"“')))


def does_something(body: str, lexicon: Lexicon) -> bool:
    """Whether a sentence begins as an order does, whatever the verb: "Convene a panel"."""
    body = body.strip(' *•"“')
    begun = lexicon.compile(rf"(?:[A-Z][\w /-]{{2,40}}:\s+)?{_LEAD_IN}{_DOES_SOMETHING}")
    lead = lexicon.compile(_LEAD_IN).match(body)
    doing = lead and _DOING.match(body, lead.end()) and not _FINITE.search(body)
    return bool(begun.match(body) or doing)


def acts(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a sentence tells of an action: ordered, promised, done or to be done."""
    if piece.past and lexicon.compile(_WAS_DONE).search(piece.body):
        return True
    done = lexicon.compile(_IS_DONE).search(piece.body)
    return orders(piece, lexicon) or promises(piece.body, lexicon) or bool(done)
