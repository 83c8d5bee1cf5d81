"""Whether and which way a number moves something: rises and falls told before, around, behind it.

Decides on the words beside the number in its clause; the number itself is `quantities`'s.
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Piece

_BY = re.compile(r"\bby\s(?:about\s|at least\s)?$")
_PARTICLE = re.compile(r"\b(?:set|sets|setting|built?|follow|open|mak)\w*\s+up$", re.IGNORECASE)
"""An "up" that belongs to its verb: "set up three windows"."""


def turned(lead: str, lexicon: Lexicon) -> str | None:
    """The last direction before "by", however far: "cut the time …, on weekdays by 5%"."""
    turns = [h.means for h in lexicon.find("direction", lead)] if _BY.search(lead) else []
    return turns[-1] if turns else None


def moved_behind(text: str, end: int, code: str | None) -> str | None:
    """Whether the words behind a number call it a change: 4% growth, 0.5 days shorter than."""
    grown = re.compile(
        r"\s*(?:\w+\s){0,2}(improvement|increase|growth|rise|reduction|decrease|fall|cut)\b"
        r"|\s*(shorter|longer|lower|higher|fewer|more|less|better|worse)"
        r"(?:(?:\s+in \d{4})?\s+than\b|(?=[.,;]|$))"
        r"|\s*(?:(behind|short\sof)|ahead\sof)\s(?:the\s)?(?:\w+\s)?(?:plan|target|schedule)\b",
        re.IGNORECASE,
    ).match(text, end)
    if grown is None or (grown.group(1) and code not in (None, "=", "to")):
        return None
    down = ("reduction", "decrease", "fall", "cut", "shorter", "lower", "fewer", "less", "worse")
    said = grown.group(1) or grown.group(2) or ("less" if grown.group(3) else "more")
    return "decrease" if said.lower() in down else "increase"


def landed_on(clause: str, lexicon: Lexicon) -> str | None:
    """What something is brought to, its name between: 扩增床位至, 压缩平均住院日到."""
    if not clause.rstrip().endswith(("至", "到")):
        return None
    onto = lexicon.compile(r"(«direction::zh»)[^，,；;。\d]{1,10}[至到]\s*$").search(clause)
    if onto is None:
        return None
    return "reach" if lexicon.meaning("direction", onto.group(1)) == "increase" else "sink"


def goal(clause: str, lexicon: Lexicon) -> str:
    """What "to 65%" means in a sentence that improves or reduces something."""
    hits = [*lexicon.find("multiple", clause), *lexicon.find("direction", clause)]
    if (
        hits
        and hits[-1].text.lower().startswith("improv")
        and re.search(r"^(?!.*percentage).*\btimes?\b", clause[hits[-1].end :])
    ):
        return "sink"
    return "=" if not hits else "reach" if hits[-1].means.startswith("increase") else "sink"


def direction_before(clause: str, lexicon: Lexicon) -> str | None:
    """Whether the number tells how much something rises or falls."""
    near = lexicon.compile(
        r"(?<![扣新])(«direction»)\s*(?:了|约|近|幅度)?\s*"
        r"(?:«comparison:>=»|«comparison:>»|«comparison:<=»|达到?|a further|by"
        r"|«approximate:before:en»)?\s*$"
    ).search(clause)
    if near and not _PARTICLE.search(clause[: near.end(1)]):
        return lexicon.meaning("direction", near.group(1))
    far = lexicon.compile(
        r"(«direction::en»)\b(?:[^;:.]{0,70}\bby|\s+in\s[^;:.]{2,60}\sof)\s+(?:(?:an?\s+)?(?:margin|total|average)\s+of\s+)?"
        r"(?:(?:«comparison»|«approximate:before:en»)\s+)?(?:a\s+)?$"
    ).search(clause)
    return lexicon.meaning("direction", far.group(1)) if far else None


def beside(clause: str, lexicon: Lexicon) -> str | None:
    """A number that tells how far something lies from the year before: 低于去年同期0.12个百分点."""
    apart = lexicon.compile(
        r"(?:(?P<low>«comparison:<»)|«comparison:>»)\s*(?:«compared»|[全本]?[国省市县区院]{0,2}平均|目标值?|序时进度|[\u3400-\u9fff]{0,4}(?:标准|指标|控制线))(?:水平|数|值)?\s*$"
        r"|超[^，,；;。\d]{0,4}(?:指标|目标|计划|标准|控制线|进度)\s*$"
    ).search(clause)
    if apart is None and clause.endswith("by "):
        beyond = r"\b(?:exceed\w*|above|(?P<low>below))\s+the\s+(?:[a-z]+\s+){1,4}by\s*$"
        apart = re.search(beyond, clause)
    elif apart is None and clause[-1:] > "\u3400":
        less = lexicon.compile(
            r"(?:«compared»|[较比][^，,；;。]{2,16}?)"
            r"\s*(?:(?P<low>[少低短])|[多高长])[扣收支花用付]?(?:了|出)?\s*$"
        )
        apart = less.search(clause)
    return None if apart is None else "decrease" if apart.group("low") else "increase"


def baseline(piece: Piece) -> str | None:
    """The year against whose baseline a sentence measures: "against the 2022 baseline"."""
    found = re.search(
        r"(?:versus|against|from)\s+(?:a\s+|the\s+)?(\d{4}(?:/\d{2})?\s+baseline)", piece.text
    )
    return found.group(1) if found else None
