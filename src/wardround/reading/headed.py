"""What the headings above a sentence say of it: goals, rules, problems, plans.

Decides on the words of the headings alone; what the sentence itself says is `kinds`'s.
"""

from __future__ import annotations

import re
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Piece
from wardround.reading.tense import SENTENCES

_GOALS = r"^[^，,；;和与及]{0,10}«section:objective:zh»\W*$"
"""A heading of nothing but goals, under which all parts set them: 三、工作目标."""
_RULES = re.compile(r"^(?:[^、．.）)]{1,4}[、．.）)])?[\u3400-\u9fff]{0,6}要求\W*$")
"""A heading of nothing but rules, under which all parts lay them down: 四、工作要求."""
_ORDERED = r"(?:\W|\d)*(?:\w+[,:] )?(?:\w+ly )?«kind:measure:en»"
"""A heading that tells what to do with rules and lays down none: "1. Implement the rules"."""


def under(piece: Piece, lexicon: Lexicon, name: str) -> bool:
    """Whether the heading right above says so of what stands under it."""
    return bool(piece.level) and says(piece.level[-1], name, lexicon)


@lru_cache(maxsize=SENTENCES)
def says(heading: str, name: str, lexicon: Lexicon) -> bool:
    """Whether a heading says so of what stands under it; many sentences share one heading."""
    meant = lexicon.compile("«section:neither»").sub("", heading)
    if name == "requirement" and lexicon.compile(_ORDERED).match(meant):
        return False
    return lexicon.has("section", name, meant)


def under_goals(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether the heading above names goals; 聚焦全年目标，抓好运营管理 names the work."""
    if piece.lang == "zh" and any(map(lexicon.compile(_GOALS).search, piece.level[1:-1])):
        return True
    if not under(piece, lexicon, "objective"):
        return False
    named = lexicon.compile(r"«section:objective:zh»[^，,；;]{0,6}$|^\W*[^，,；;]{0,12}$")
    heading = re.sub(r"[。：:\s]+$", "", piece.level[-1])
    return piece.lang == "en" or not re.search(r"[，,；;]", heading) or bool(named.search(heading))


def under_rules(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether the heading above names rules, or one further up names nothing else.

    The title of a plan lays none down, whatever it names beside: 护理工作计划及管理规定.
    """
    above = any(map(_RULES.match, piece.level[1:-1]))
    titled = len(piece.level) == 1 and lexicon.has("title", "plan", piece.level[0])
    return above or (under(piece, lexicon, "requirement") and not titled)
