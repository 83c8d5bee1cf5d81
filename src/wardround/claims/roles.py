"""What a printed number is to its sentence: a value, the value before, a change, a share.

Decides by the words before and behind the number, cue by cue: the first that fits counts. The
words are [[earlier]], [[moved]], [[direction]] and [[share]] of the lexicon. Which numbers belong
together is `mentions`' matter; whether they agree is the rules'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from wardround.catalogue.lexicon import Lexicon
from wardround.text import Lang

Role = Literal["value", "earlier", "opening", "change", "share", "basis", "aim", "blank"]
"""`basis`: what a rate is counted on, the 100 of "per 100 bed days"; `aim`: a rate aimed at."""
OF_AIM = r"«aimed:word:zh»(?:总?[额数量值])?(?:的?\d[\d,.]*[\u3400-\u9fff]{0,3})?的$"
"""What makes a percentage one of a target, which may be above 100."""
_JUDGED = re.compile(r"improv|better|\bgain|\bsaving|改善|好转|优化", re.IGNORECASE)
"""Words that say a change is good and not which way it went."""
_PERCENT = ("percent",)


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words that tell a role: before the number in its clause (`lead`) or further (`wide`), behind.

    A change goes up or down by the groups `up` and `down`. `no_lead` and `no_after` are words by
    which it does not count; `kinds` are the kinds of number that it is of, all if there are none.
    """

    role: Role
    lead: str = ""
    wide: str = ""
    after: str = ""
    kinds: tuple[str, ...] = ()
    no_lead: str = ""
    no_after: str = ""

    def sign(self, lead: str, wide: str, after: str, lexicon: Lexicon) -> int | None:
        """Which way a change goes, 1 for any other role; None if the words are not there."""
        found = [
            lexicon.compile(pattern).search(words)
            for pattern, words in ((self.lead, lead), (self.wide, wide)) if pattern
        ]  # fmt: skip
        found += [lexicon.compile(self.after).match(after)] if self.after else []
        if (self.no_lead and lexicon.compile(self.no_lead).search(lead)) or (
            self.no_after and lexicon.compile(self.no_after).match(after)
        ):
            return None
        way = 1
        for match in found:
            if match is None:
                return None
            if self.role == "change":
                down = match.groupdict().get("down")
                way = 0 if _JUDGED.search(match.group()) else -1 if down else way
        return way


_NAMED_BEFORE: dict[Lang, tuple[_Cue, ...]] = {
    "zh": (
        _Cue("earlier", wide=r"(?:«earlier:before:zh»)[^，,；;。（(\d]{0,10}[（(][为是]?\s*$"),
        _Cue("earlier", wide=r"[较比与]\w{0,4}«aimed:word:zh»[^，,；;。（(\d]{0,6}$"),
        _Cue("earlier", wide=r"[较比与和][^，,；;。（(\d]{2,8}[（(][^，,；;。()（）\d]{0,10}$"),
        _Cue("earlier", wide=r"[（(](?:19|20)\d\d年(?:同期|上半年|全年)?[：:为]?\s*$"),
    ),
    "en": (
        _Cue("earlier", wide=r"\b(?:against|compared (?:with|to)|above|below|than|on|under|over)\s+"
             r"(?:(?:a|an|the|its)\s+)?(?:[a-z]+\s+)?«aimed:word:en»\s+of\s+$"),
        _Cue("earlier", wide=r"\b(?:last year|(?:the )?year before|a year (?:earlier|ago)"
             r"|previous year|(?:start|beginning) of the year|(?:than|on|against|from|with|to) "
             r"(?:in |that of |those of )?(?:19|20)\d\d(?:/\d\d)?)\s*\(\s*[£$¥€]?$"),
        _Cue("earlier", wide=r"\((?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|Q[1-4]"
             r"|last|previous|quarter)[a-z]*(?: (?:month|quarter|year|[1-4]|(?:19|20)\d\d))?:?\s"
             r"[£$¥€]?$"),
        _Cue("earlier", wide=r"\(\s*$", after=r"\s*in (?:19|20)\d\d(?:/\d\d)?\)"),
    ),
}  # fmt: skip
"""Words right before that name the value before: 去年同期（, against a plan of, (August: ."""
_BOTH = (
    _Cue("aim", wide=r"(?:目标|标准|要求)值?(?:为|是|应?达到?|[≥＞>：:])*\s*$"
         r"|\b(?:target|goal|threshold|benchmark|standard of)(?: of| is| was|:)?\s+$",
         kinds=_PERCENT),
    _Cue("share", wide=r"^(?:[\u3400-\u9fff]{0,6}\s*[（(]\s*|\s+(?:[A-Za-z-]+\s+){0,9}\(\s*)$",
         after=r"[)）]", kinds=_PERCENT),
)  # fmt: skip
_MORE = r"(?:more|fewer|less|higher|lower|up|down)\s+(?:than|on|from)\s*$"
_WAY = (
    r"(?P<up>increase|rise|growth|more|higher|up\b(?!\s+to\b)|gain|improvement|above|ahead|better"
    r"|over budget)|(?P<down>decrease|fall|reduction|drop|decline|fewer|less|lower|down\b|shorter"
    r"|below|behind|short|under budget)"
)
_BEHIND = rf"(?:\s?\([\d.]+%\))?\s*(?:percentage points?\s*)?(?:year[- ]on[- ]year\s*)?(?:{_WAY})\b"
_THINGS = r"\s*(?:more|fewer|less)\b(?!\s+(?:than|on)\b)"
_LONGER = r"\s*(?:more|fewer|less) than \d+ (?:weeks|months|days|hours|years|minutes)\b"
"""What makes no change of a number: 642 more than 52 weeks."""
_CUES: dict[Lang, tuple[_Cue, ...]] = {
    "zh": (
        _Cue("change", lead=r"(?:(?P<up>«moved:increase:zh»|«direction:increase:zh»)"
             r"|(?P<down>«moved:decrease:zh»|«direction:decrease:zh»))(?:了|约|近|超过|超|达|为|\s)*$",
             no_lead=r"[到至](?:了)?$"),
        _Cue("change", lead=r"(?:比|较)[^，,；;。]{1,9}(?:(?P<up>[多高])|(?P<down>[少低]))了?$"),
        _Cue("earlier", lead=r"[较比与]\s*(?:(?:«earlier:before:zh»)的?(?:约|为)?"
             r"|(?:19|20)\d\d\s*年(?:度|全年|同期|上半年|下半年)*的?(?:约|为)?\s*)$"),
        _Cue("share", lead=OF_AIM, kinds=_PERCENT),
        _Cue("opening", lead=r"[由从自][^，,；;。]{0,14}$", after=r"[^，,；;。\d]{0,14}[到至]"),
        _Cue("share", lead=r"占(?!用)[^，,；;。]{0,16}$", kinds=_PERCENT,
             no_lead=r"«quantity:drug_share:zh».{0,3}$"),
        _Cue("earlier", lead=r"(?:较|比|与|和|而)?(?:«earlier:before:zh»)[^，,；;。\d]{0,10}$"),
    ),
    "en": (
        _Cue("share", lead=r"\b(?:made|makes) up\s*$|\b(?:proportion|share|percentage) "
             r"(?:of|that|who|which)\b[^,;.%\d]{3,60}\b(?:was|is|stood at|came to|reached)\s*$",
             kinds=_PERCENT),
        _Cue("change", after=r"\s+(?:(?P<up>more)|(?P<down>fewer|less))"
             r"(?=\s*(?:$|[,;:)]|\.(?!\d)))"),
        _Cue("opening", lead=r"\bfrom\s+(?:a\s+|an\s+|some\s+)?$",
             after=r"[^;.]{0,40}?\bto\s+[£$¥]?\d"),
        _Cue("earlier", lead=r"\bfrom\s+(?:a\s+|an\s+|some\s+)?$"),
        _Cue("earlier", wide=r"(?:19|20)\d\d(?:/\d\d)?\s*[:：]\s*$|last year[:：]?\s*$"),
        _Cue("change", lead=r"(?:(?P<up>«moved:increase:en»|«direction:increase:en»)"
             r"|(?P<down>«moved:decrease:en»|«direction:decrease:en»))(?:\s+(?:by|of|a|an|further"
             r"|about|some|nearly|almost|around|just|over|approximately))*\s*$",
             no_lead=r"\bto\s*$|\b(?:make|made|makes|making|took)\s+up(?:\s+of)?\s*$"
             r"|\bor improved\s*$"),
        _Cue("change", after=_BEHIND, kinds=("percent", "point", "count", ""),
             no_after=f"{_LONGER}|{_THINGS}"),
        _Cue("change", after=_BEHIND, kinds=("length",), no_after=_THINGS),
        _Cue("change", after=rf"(?:\s?\([\d.]+%\))?\s(?:{_WAY})(?: than)?\sthe\s[£$¥€]?\d",
             no_after=f"{_LONGER}|{_THINGS}"),
        _Cue("change", after=rf"\s(?:{_WAY}) than (?:the |our )?«aimed:word:en»"),
        _Cue("earlier", wide=rf"[%\d].{{0,7}}{_MORE}"),
        _Cue("earlier", no_lead=_MORE,
             lead=r"(?:«earlier:before:en»)(?:\s+(?:the|a|some|a total of|last year's))*\s*$"),
        _Cue("earlier", after=r"[^;:.,]{0,30}?\(?(?:«earlier:after:en»)",
             no_after=r"[^;:.]{0,30}?\b(?:than|on|over|from|compared|against)\b"),
        _Cue("share", lead=r"(?:«share:before:en»)\s*$", kinds=_PERCENT),
        _Cue("share", after=r"\s*\)?\s*(?:«share:after:en»)", kinds=_PERCENT),
    ),
}  # fmt: skip


def role_of(
    lang: Lang, lead: str, wide: str, after: str, sign: str, kind: str, lexicon: Lexicon
) -> tuple[Role, int]:
    """What a number is to the sentence, and which way a change goes.

    The way is 1, -1, or 0 where the words only judge it (improvement, 改善).
    """
    if re.search(r"\bper\s+$|每$", lead, re.IGNORECASE):
        return "basis", 1
    if sign and kind in ("percent", "point"):
        return "change", -1 if sign in "−-" else 1
    if kind == "point":
        role, way = _first(_CUES[lang], lead, wide if lang == "zh" else lead, after, kind, lexicon)
        return "change", way if role == "change" else 0
    cues = (*_NAMED_BEFORE[lang], *_BOTH, *_CUES[lang])
    return _first(cues, lead, wide, after, kind, lexicon)


def _first(
    cues: tuple[_Cue, ...], lead: str, wide: str, after: str, kind: str, lexicon: Lexicon
) -> tuple[Role, int]:
    for cue in cues:
        if not cue.kinds or kind in cue.kinds:
            way = cue.sign(lead, wide, after, lexicon)
            if way is not None:
                return cue.role, way
    return "value", 1
