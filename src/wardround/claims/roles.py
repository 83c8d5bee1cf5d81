"""What a printed number is to its sentence: a value, the value before, a change, a share.

Decides by the words before and behind the number. Which numbers belong together is `mentions`'
matter; whether they agree is the rules'.
"""

from __future__ import annotations

import re
from typing import Literal

from wardround.catalogue.lexicon import Lexicon
from wardround.text import Lang

Role = Literal["value", "earlier", "opening", "change", "share", "basis", "aim", "blank"]
"""`basis`: what a rate is counted on, the 100 of "per 100 bed days"; `aim`: a rate aimed at."""
_BRACKETED = re.compile(r"[\u3400-\u9fff]{0,6}\s*[（(]\s*|\s+(?:[A-Za-z-]+\s+){0,9}\(\s*")
"""What may stand between a part and its share in brackets."""
_BRACKETED_RATE = re.compile(r"^\s?\([\d.]+%\)")
_BELOW = re.compile(
    r"(?:\s?\([\d.]+%\))?\s(?:above|below|(?:more|less|higher|lower) than)\sthe\s[£$¥€]?\d"
)
"""What makes money a change: £2.2m (20.4%) below the £10.8m of last year."""
_LONGER = re.compile(
    r"\s*(?:more|fewer|less) than \d+ (?:weeks|months|days|hours|years|minutes)\b", re.IGNORECASE
)
"""What makes no change of a number: 642 more than 52 weeks."""
_BASIS = re.compile(r"\bper\s+$|每$", re.IGNORECASE)
_AIM = re.compile(
    r"(?:目标|标准|要求)值?(?:为|是|应?达到?|[≥＞>：:])*\s*$"
    r"|\b(?:target|goal|threshold|benchmark|standard of)(?: of| is| was|:)?\s+$", re.IGNORECASE,
)  # fmt: skip
_YEAR_BEFORE = re.compile(
    r"[较比与]\s*(?:19|20)\d\d\s*年(?:度|全年|同期|上半年|下半年)*的?(?:约|为)?\s*$"
)
_AIMED = re.compile(
    r"\b(?:against|compared (?:with|to)|above|below|than|on|under|over)\s+(?:(?:a|an|the|its)\s+)?"
    r"(?:[a-z]+\s+)?(?:plan|target|budget|forecast)\s+of\s+$", re.IGNORECASE,
)  # fmt: skip
_LAST_YEAR = re.compile(
    r"\b(?:last year|(?:the )?year before|a year (?:earlier|ago)|previous year"
    r"|(?:start|beginning) of the year"
    r"|(?:than|on|against|from|with|to) (?:in |that of |those of )?(?:19|20)\d\d(?:/\d\d)?)"
    r"\s*\(\s*[£$¥€]?$",
    re.I,
)
_THAT_MONTH = re.compile(
    r"\((?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|Q[1-4]|last|previous|quarter)"
    r"[a-z]*(?: (?:month|quarter|year|[1-4]|(?:19|20)\d\d))?:?\s[£$¥€]?$", re.IGNORECASE,
)  # fmt: skip
"""What tells a number in brackets to be of another month: 31,860 (August: 32,415)."""
_THAT_YEAR = re.compile(r"\s*in (?:19|20)\d\d(?:/\d\d)?\)")
"""What tells a number in brackets to be of another year: 37 cases (41 in 2023/24)."""
_EN_MORE = re.compile(r"\s+(more|fewer|less)(?=\s*(?:$|[,;:)]|\.(?!\d)))", re.I)
"""What makes a number a change where nothing is counted behind it: 6,113 more, a rise of …."""
_JUDGED = re.compile(r"improv|better|\bgain|\bsaving|改善|好转|优化", re.IGNORECASE)
"""Words that say a change is good and not which way it went."""
_MADE_UP = re.compile(r"\b(?:made|makes) up\s*$", re.IGNORECASE)
_PROPORTION = re.compile(
    r"\b(?:proportion|share|percentage) (?:of|that|who|which)\b[^,;.%\d]{3,60}"
    r"\b(?:was|is|stood at|came to|reached)\s*$", re.IGNORECASE,
)  # fmt: skip
_ZH_MORE = re.compile(r"(?:比|较)[^，,；;。]{1,9}(多|少|高|低)了?$")
_ZH_OPENING = re.compile(r"[由从自][^，,；;。]{0,14}$")
OF_AIM = re.compile(
    r"(?:计划|目标|任务|预算|指标)(?:总?[额数量值])?(?:的?\d[\d,.]*[\u3400-\u9fff]{0,3})?的$"
)
"""What makes a percentage one of a target, which may be above 100."""
_ZH_SHARE = re.compile(r"占(?!用)[^，,；;。]{0,16}$")
_EN_AFTER = (
    r"\s*(?:percentage points?\s*)?(?:year[- ]on[- ]year\s*)?"
    r"(?P<up>increase|rise|growth|more|higher|up\b(?!\s+to\b)|gain|improvement|above|ahead"
    r"|over budget)?(?P<down>decrease|fall|reduction|drop|decline|fewer|less|lower|down\b|shorter"
    r"|below|behind|short|under budget)?\b"
)


def role_of(
    lang: Lang, lead: str, wide: str, after: str, sign: str, kind: str, lexicon: Lexicon
) -> tuple[Role, int]:
    """What a number is to the sentence, and which way a change goes.

    The way is 1, -1, or 0 where the words only judge it (improvement, 改善).
    """
    if _BASIS.search(lead):
        return "basis", 1
    if sign and kind in ("percent", "point"):
        return "change", -1 if sign in "−-" else 1
    if kind == "point":
        return "change", _way(lang, lead, after, kind, lexicon)
    if kind == "percent" and _AIM.search(wide) and not _named_before(lang, wide, after, lexicon):
        return "aim", 1
    if kind == "percent" and _BRACKETED.fullmatch(wide) and after[:1] in (")", "）"):
        return "share", 1
    if _named_before(lang, wide, after, lexicon):
        return "earlier", 1
    if lang == "zh":
        if re.search(r"[（(](?:19|20)\d\d年(?:同期|上半年|全年)?[：:为]?\s*$", wide):
            return "earlier", 1
        return _role_zh(lead, after, kind, lexicon)
    return _role_en(lead, wide, after, kind, lexicon)


def _named_before(lang: Lang, wide: str, after: str, lexicon: Lexicon) -> bool:
    """Whether what stands right before names the value before: 去年同期（, against a plan of."""
    if lang == "zh":
        return bool(
            lexicon.compile(
                r"(?:«earlier:before:zh»)[^，,；;。（(\d]{0,10}[（(][为是]?\s*$"
            ).search(wide)
            or re.search(r"[较比与]\w{0,4}(?:计划|预算|目标)[^，,；;。（(\d]{0,6}$", wide)
            or re.search(r"[较比与和][^，,；;。（(\d]{2,8}[（(][^，,；;。()（）\d]{0,10}$", wide)
        )
    in_bracket = wide.rstrip().endswith("(") and _THAT_YEAR.match(after)
    in_bracket = in_bracket or _THAT_MONTH.search(wide)
    return bool(_AIMED.search(wide) or _LAST_YEAR.search(wide) or in_bracket)


def _way(lang: Lang, lead: str, after: str, kind: str, lexicon: Lexicon) -> int:
    """Up 1, down -1, or 0 where a change in percentage points does not say which."""
    if lang == "zh":
        role, sign = _role_zh(lead, after, kind, lexicon)
    else:
        role, sign = _role_en(lead, lead, after, kind, lexicon)
    return sign if role == "change" else 0


def _role_zh(lead: str, after: str, kind: str, lexicon: Lexicon) -> tuple[Role, int]:
    moved = lexicon.compile(
        r"(?:(?P<up>«moved:increase:zh»|«direction:increase:zh»)"
        r"|(?P<down>«moved:decrease:zh»|«direction:decrease:zh»))(?:了|约|近|超过|超|达|为|\s)*$"
    ).search(lead)
    if moved and not re.search(r"[到至](?:了)?$", lead):
        return "change", _signed(moved)
    more = _ZH_MORE.search(lead)
    if more:
        return "change", 1 if more.group(1) in "多高" else -1
    compared = lexicon.compile(r"[较比与]\s*(?:«earlier:before:zh»)的?(?:约|为)?$")
    if compared.search(lead) or _YEAR_BEFORE.search(lead):
        return "earlier", 1
    if kind == "percent" and OF_AIM.search(lead):
        return "share", 1
    if _ZH_OPENING.search(lead) and re.match(r"[^，,；;。\d]{0,14}[到至]", after):
        return "opening", 1
    if kind == "percent" and _ZH_SHARE.search(lead) and not _names_rate(lead, lexicon):
        return "share", 1
    if lexicon.compile(r"(?:较|比|与|和|而)?(?:«earlier:before:zh»)[^，,；;。\d]{0,10}$").search(
        lead
    ):
        return "earlier", 1
    return "value", 1


def _names_rate(lead: str, lexicon: Lexicon) -> bool:
    """Whether the words before a percentage are the name of a declared rate (药占比)."""
    hits = list(lexicon.find("quantity", lead))
    return bool(hits) and "占" in hits[-1].text and len(lead) - hits[-1].end <= 3


def _role_en(lead: str, wide: str, after: str, kind: str, lexicon: Lexicon) -> tuple[Role, int]:
    if kind == "percent" and (_MADE_UP.search(lead) or _PROPORTION.search(lead)):
        return "share", 1
    if said := _EN_MORE.match(after):
        return "change", 1 if said.group(1).lower() == "more" else -1
    more = re.search(r"(?:more|fewer|less|higher|lower|up|down)\s+(?:than|on|from)\s*$", lead, re.I)
    if re.search(r"\bfrom\s+(?:a\s+|an\s+|some\s+)?$", lead, re.I):
        return ("opening" if re.match(r"[^;.]{0,40}?\bto\s+[£$¥]?\d", after) else "earlier"), 1
    if re.search(r"(?:19|20)\d\d(?:/\d\d)?\s*[:：]\s*$|last year[:：]?\s*$", wide[-24:], re.I):
        return "earlier", 1
    moved = lexicon.compile(
        r"(?:(?P<up>«moved:increase:en»|«direction:increase:en»)"
        r"|(?P<down>«moved:decrease:en»|«direction:decrease:en»))"
        r"(?:\s+(?:by|of|a|an|further|about|some|nearly|almost|around|just|over|approximately))*\s*$"
    ).search(lead)
    if moved and not re.search(
        r"\bto\s*$|\b(?:make|made|makes|making|took)\s+up(?:\s+of)?\s*$", lead, re.I
    ):
        return "change", _signed(moved)
    tail = re.match(_EN_AFTER, _BRACKETED_RATE.sub("", after), re.I)
    told = kind in ("percent", "point", "count", "", "length") or _BELOW.match(after)
    longer = kind != "length" and _LONGER.match(after)
    if tail and (tail.group("up") or tail.group("down")) and told and not (
        longer or re.match(r"\s*(?:more|fewer|less)\b(?!\s+(?:than|on)\b)", after, re.I)
    ):  # fmt: skip
        return "change", _signed(tail)
    if (more and re.search(r"[%\d]", wide[: more.start() + len(wide) - len(lead)][-8:])) or (
        not more
        and lexicon.compile(
            r"(?:«earlier:before:en»)(?:\s+(?:the|a|some|a total of|last year's))*\s*$"
        ).search(lead)
    ):
        return "earlier", 1
    follows = lexicon.compile(r"[^;:.,]{0,30}?\(?(?:«earlier:after:en»)").match(after)
    if follows and not re.match(r"[^;:.]{0,30}?\b(?:than|on|over|from|compared|against)\b", after):
        return "earlier", 1
    if kind == "percent" and (
        lexicon.compile(r"(?:«share:before:en»)\s*$").search(lead)
        or lexicon.compile(r"\s*\)?\s*(?:«share:after:en»)").match(after)
    ):
        return "share", 1
    return "value", 1


def _signed(moved: re.Match[str]) -> int:
    """Which way a change goes by its words; 0 where they only say that it is good."""
    if _JUDGED.search(moved.group()):
        return 0
    return 1 if moved.group("up") else -1
