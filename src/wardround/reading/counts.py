"""Whether a number is a quantity at all, or an ordinal, a year, an age, a part of a name.

Decides on the words around the number; what it measures and against what is read in `quantities`.
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.numbers import BLANK, HAN, part_of
from wardround.reading.piece import Piece, Quantity
from wardround.reading.tense import tells_past

_NAMED = r"«unitless:word»(?:«comparison»|«approximate:before:zh»)*\s*$"
"""A measure whose number needs no unit: 出院人次6218, 死亡率为0."""
_EACH_ONE = re.compile(r"每(?![月周季年日天半个名人科旬期班次晚夜])[\u3400-\u9fff]{1,4}$")
"""每迟归1份, 每低1分: what a penalty is counted by."""
_EN_EACH = re.compile(
    r"\b(?:each|every)\s(?!(?:day|week|month|quarter|year)\b)(?:\w+\s)?(?:of|by|above|below|over)\s$",
    re.IGNORECASE,
)
"""What a penalty is counted by: each decline of 1 point."""
_IN_CASE = re.compile(r"(?:及?以上)?[^，,。；;]{0,20}[时的者][，,]")
"""A number that says in which case something is done: 发生3例以上感染病例时，…."""
_EN_CASE = re.compile(
    r"\b(?:who|whoever|whose|with|those|anyone)\b[^,;.]{0,60}?\bmore than $", re.I
)
_WHICH = re.compile(
    r"(?:得分|对于?|凡是?|针对|如果?|若|单价|单笔|单件|单次|金额|总价|价值|原值)[^，,；;。：:]{0,24}$"
)
_BEYOND = re.compile(r"\s*及?以[上下内]")
_ONES = re.compile(
    r"\s*(?:及?以[上下内]|左右|整)?(?:的(?!目标|标准|要求|比例|水平)|者|时|情况下?"
    r"|设备|耗材|项目|仪器|物资|药品|采购|工程|资金|支出|合同)"
)
"""Which ones are meant, not what is to be reached: 对涨幅超9%的病区, 单价800元以上的器械."""
_FALLS_SHORT = re.compile(
    r"(?:低于|高于|不足|不满|(?<!不)少于|超过|达不到|未达到?|大于|小于|满|达)\s*$"
)
_THOSE = re.compile(r"(?:且[^，,；;。]{1,14}|者)?的(?!目标|水平|标准|要求|速度|比例|增长)")
"""The same of people and things told by what they reach: 低于60分的, 95分以上且无投诉的."""
_WEIGHS = re.compile(r"分[）)]")
"""What a part of an assessment weighs: 质量指标（25分）."""
_STEP = re.compile(
    r"每(?:超|低|高|下降|上升|提高|降低|增加|减少|增长|多|少|延|逾|迟|缺|差|满|偏)"
    r"[^，,；;。\d]{0,16}$"
)
_REWARD = re.compile(r"[^。；;]{0,24}[扣减得加奖罚]")
"""What a penalty is counted by, and the penalty: 加班每超过定额8%，扣1分."""
_MERELY = re.compile(
    r"\s*[)）]?(?:为(?:基准|基数|基线|基础|参照)|触发|的情况下|时(?=[，,启及应须立由]))"
)
"""A number that is only started from or waited for: 增幅（4.1%）为基准, 70%触发预警."""
_IN = re.compile(r"在(?:全[国省市县区院])?$")
_THESE = re.compile(r"[\u3400-\u9fff]{1,8}中")
"""Among so many: 在全市20家医院中排名第6."""
_IN_CASE_OF = re.compile(
    r"\b(?:if|when|whenever)\b[^,;.]*$|\bany\s(?:\w+\s){1,3}(?:\w+ing|with)\s(?:[a-z]+\s){0,4}$",
    re.IGNORECASE,
)
"""A number that says in which case something is done: "If performance drops below 72%, …"."""
_EN_RULE = re.compile(r"[^.;]{0,60}\b(?:will|shall|must|should) be\b")
"""Whoever has more than so many of something: "Departments with more than two problems will be"."""
_YEAR = re.compile(r"(?:19|20)\d{2}")
_THE_ONES = re.compile(r"\s*(?:most|least|of\s[^,;.]{3,30}\s(?:who|that|which))\s")
"""Of whom a share is told, not how many: "the 10% most deprived"."""
_NAMED_EN = re.compile(r"\b(?!pages\b|rooms\b|items\b)[a-z]{3,}s\s$")
_ALONE = re.compile(r"\d[\d,]*\d{2}\s*(?:[.,;](?!\d)|$)")
"""What a translator counts before the number: "check outpatient prescriptions 6059"."""
_SUBJECT = re.compile(r"(?:[;,.]|\band|\bof (?:which|whom|these|them),?)\s+$")
_CAME = re.compile(
    r"\s+(?:are|were|resulted|led|came|went|took|had|met|fell|rose|became|got|left|won|remain|[a-z]{3,}ed"
    r"|(?:have|has)\s(?:already\s|now\s|since\s)?(?:[a-z]{3,}ed|returned|gone|come|become))[\s,.]"
)
"""A bare number that did something: "187 falls, 14 fewer than in 2024; 23 resulted in harm"."""
_ELLIPTIC = re.compile(
    r"\d\s(?:[a-z-]+\s)*?[a-z]+s\b[^.;\d]{0,40}(?:\band|,)\s+(?:[a-z]+ed\s+|lost\s+)?$"
)
_WORTH = re.compile(
    r"\b(?:equipment|items?|projects?|contracts?|purchases|instruments|procurement|orders|bids)\s+"
    r"(?:of\s+|worth\s+|valued\s+at\s+|costing\s+)?(?:over|above|more than|exceeding)\s*$",
    re.IGNORECASE,
)
"""Which things are meant, not what they are to cost: "equipment over 500,000 yuan"."""
_WERE = re.compile(r"\s+(?:of\s+(?:which|whom|them|these)\s+)?(?:were|was|have been|has been)\s")
_OVERLONG = re.compile(
    r"\b(?:stay|wait|delay|handover|vacanc|absence|case|patient|record)\w*\s+(?:of|for|with|lasting"
    r"|waiting|staying|open)?\s*(?:over|more than|longer than|above|beyond|exceeding)\s*$",
    re.IGNORECASE,
)
"""Which ones are meant, not how long they are to be: "stays of over 21 days"."""
_A_YEAR = re.compile(
    r"\s+of\s+(?:[\w-]+\s+){1,4}?(?:a|per|each|every|in the)\s+(?:year|month|quarter|week)\b"
)
WINDOW = 80
"""How far before a number the verb may stand that makes it an amount."""


def counts(piece: Piece, match: re.Match[str], quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether the number that `match` found counts something; the groups are `quantities`'s."""
    text, token = piece.text, match.group("a")
    start, end, code, explicit = quantity.start, quantity.end, quantity.unit_kind, quantity.explicit
    if _is_name(text, token, quantity, lexicon) or _IN_CASE_OF.search(
        text[max(0, start - WINDOW) : start]
    ):
        return False
    share = part_of(token, lexicon)
    if share and re.search(r"\s(?:in|out\sof)", token) and not explicit:
        due = re.match(r"[^.;,]{0,40}?\s(?:will|should|must|to)\b", text[match.end("a") :])
        within = text[: match.start("a")].endswith("in ")
        ruled = re.search(r"\b(?:must|should|will|shall)\b[^.;]*\b(?:for|in|of)\s$", text[:start])
        return bool(due or within or ruled or _is_worded_object(text, start, lexicon))
    worded = re.fullmatch(rf"[A-Za-z][A-Za-z -]*|{HAN}|半", token) and not re.fullmatch(
        BLANK, token
    )
    if ":" in (quantity.value or "") and not _is_ratio(text, start, quantity):
        return False
    if worded and not share:
        if not _word_counts(piece, match, quantity, lexicon):
            return False
    elif (
        match.group("noun")
        and not (match.group("unit") or match.group("ua"))
        and (_YEAR.fullmatch(token) or not _is_counted(text, start, explicit, lexicon))
    ):
        return False
    if piece.lang == "en" and set(token) <= set("*＊ ") and code != "money":
        return False
    if code in ("percent", "point", "money", "rate"):
        return not (code == "money" and _WORTH.search(text[max(0, start - WINDOW) : start]))
    if code == "length":
        return _length_counts(piece, match, explicit, text[end : end + 12], lexicon)
    if lexicon.compile(r"\s*«not_a_quantity:after»").match(text, match.end("a")):
        keyed = (
            code == "count" and match.group("unit") and re.match(r" key ", text[match.end("a") :])
        )
        return bool(match.group("whole") or keyed)
    if piece.lang == "zh":
        return _zh_counts(text, token, quantity, lexicon)
    return _en_counts(text, match, quantity, lexicon)


def _tells_which(text: str, quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether a number only says which things or in which case: a threshold, a step, a base."""
    lead, end = text[max(0, quantity.start - 30) : quantity.start], quantity.end
    if re.search(r"(?:最少|至少|不少于|不低于)$", lead):
        return False
    if _MERELY.match(text, end) or (_IN.search(lead) and _THESE.match(text, end)):
        return True
    if _STEP.search(lead) and _REWARD.match(text, end):
        return True
    if (
        quantity.unit_kind == "count"
        and not quantity.explicit
        and _is_gone_by(text, quantity, lexicon)
    ):
        return True
    bound = quantity.explicit and quantity.op not in (">=", "<=")
    more = _BEYOND.match(text, end)
    if (bound or lead.endswith("超") or more) and _WHICH.search(lead) and _ONES.match(text, end):
        return True
    if text[quantity.start - 1 : quantity.start] in ("（", "(") and _WEIGHS.match(text, end - 1):
        return True
    beyond = quantity.unit_kind != "percent" and (more or text[:end].endswith(("以上", "以下")))
    who = bool(_FALLS_SHORT.search(lead)) or bool(beyond)
    return who and bool(_THOSE.match(text, more.end() if more else end))


def _is_gone_by(text: str, quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether a number stands in a clause that only says by what something goes."""
    opens = r"(?:^|[，,；;。、）)])[^，,；;。]{0,8}«not_a_quantity:clause:zh»[^，,；;。]*$"
    goes_on = re.match(r"[^，,；;。]*[，,]", text[quantity.end :])
    return bool(goes_on and lexicon.compile(opens).search(text[: quantity.start]))


def column_it_fills(piece: Piece, quantity: Quantity) -> str:
    """What the column means of which a number fills a cell behind a name; '' if it fills none."""
    if _YEAR.fullmatch(quantity.value or ""):
        return ""
    for n, (start, end) in enumerate(piece.cells):
        if start <= quantity.start < end:
            alone = piece.text[start:end].strip() == piece.text[quantity.start : quantity.end]
            named = re.search(r"[\u3400-\u9fffA-Za-z]{2}", piece.text[: max(0, start - 1)])
            return "".join(piece.columns[n : n + 1]) if alone and named else ""
    return ""


def _is_ratio(text: str, start: int, quantity: Quantity) -> bool:
    """Whether one to so many is a ratio and no time of day: a midwife ratio of 1:24, 医护比1:2."""
    whole = re.fullmatch(r"1:\d\d", quantity.value or "")
    return not whole or bool(re.search(r"\bratios?\b|[比例]", text[max(0, start - 40) : start]))


def _is_name(text: str, token: str, quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether a number belongs to a name or says per how many: grade 3, per 100, 每低1分."""
    if _tells_which(text, quantity, lexicon):
        return True
    lead = text[max(0, quantity.start - 24) : quantity.start]
    listed = r"«not_a_quantity:before:en»\s*\d{1,2}\s*(?:or|and|to|,|/)\s*$"
    if lexicon.compile(listed).search(lead):
        return True
    day = lexicon.compile(r"(?:st|nd|rd|th)?\s+(?:of\s+)?«month::en»(?![a-z])")
    if day.match(text, quantity.end):
        return True
    if lead.endswith("the ") and _THE_ONES.match(text, quantity.end):
        return True
    if re.search(r"\bper\s*$", lead) or (token == "1" and _EACH_ONE.search(lead)):
        return True
    if _EN_EACH.search(text[: quantity.start]):
        return True
    if token.isalpha() and text[: quantity.start].endswith((" above ", " these ", " those ")):
        return True
    times = quantity.unit_kind == "times" and len(token) > 1
    named = not times and lexicon.compile(r"«not_a_quantity:before»\s*$").search(lead)
    bound = re.search(
        r"(?:controlled|kept|keep|is|are|be|stays?|remains?) within\s*$",
        text[: quantity.start][-20:],
    )
    return bool(named) and not (quantity.explicit and (quantity.unit_kind == "percent" or bound))


def _zh_counts(text: str, token: str, quantity: Quantity, lexicon: Lexicon) -> bool:
    """A number with a unit, or right behind a measure that needs none."""
    lead, after = text[max(0, quantity.start - 12) : quantity.start], text[quantity.end :][:12]
    code = quantity.unit_kind
    titled = text.rfind("《", 0, quantity.start) > text.rfind("》", 0, quantity.start)
    if titled or (token == "一" and quantity.unit == "批"):
        return False
    if code == "count" and not token.isdigit() and re.search(r"(?:提高|提升)$", lead):
        return False
    if not code:
        moved = quantity.change and "." in token
        return (moved or bool(lexicon.compile(_NAMED).search(lead))) and bool(
            re.match(r"(?:左右|以[上下内])?(?:[，,；;。、）)]|\s*\||$)", after)
        )
    if code == "times":
        return not re.match(r"[\u3400-\u9fff]{0,1}及以上|及以上", after)
    if _IN_CASE.match(text[quantity.end :]) and re.search(r"(?:发生|出现|发现|疑似)\s*$", lead):
        return False
    beyond = re.match(r"[及、]?以上[\u3400-\u9fff]", after[:4])
    return not beyond or (token.isdigit() and quantity.explicit)


def _en_counts(text: str, match: re.Match[str], quantity: Quantity, lexicon: Lexicon) -> bool:
    """A number with a unit or a comparison, or the subject of what is told: "17 were met"."""
    token, code, start = match.group("a"), quantity.unit_kind, quantity.start
    dated = _YEAR.fullmatch(token) and not (quantity.change and text[:start].endswith("ed by "))
    if re.fullmatch(BLANK, token) or (dated and not code):
        return bool(code)
    if (
        code in ("count", "times")
        and _EN_CASE.search(text[:start])
        and _EN_RULE.search(text[match.end() :])
    ):
        return False
    if code or quantity.explicit or ":" in token or _WERE.match(text, match.end("a")):
        return True
    if text[:start].endswith((" the remaining ", " the other ", "= ")):
        return True
    if _SUBJECT.search(text[max(0, start - WINDOW) : start]) and _CAME.match(text, match.end("a")):
        return True
    named = _NAMED_EN.search(text[:start]) or text[:start].endswith(
        (" stands at ", " stood at ", " year at ")
    )
    if named and _ALONE.match(text, start):
        return True
    if _is_elliptic(text, match, lexicon):
        return True
    lead = text[max(0, quantity.start - 12) : quantity.start]
    measured = quantity.value == "0" and lexicon.has("measured", None, text[: quantity.start])
    told = lexicon.compile(r"«comparison:=:en»\s*$").search(lead)
    return bool(told) and (measured or lexicon.has("kind", "past", text))


def _is_elliptic(text: str, match: re.Match[str], lexicon: Lexicon) -> bool:
    """Whether a bare number counts what the number before it counts: "214 nurses and lost 141"."""
    before = _ELLIPTIC.search(text[max(0, match.start("a") - WINDOW) : match.start("a")])
    ends = re.match(r"\s*(?:[.,;]|$|(?:on|in|at|for|by|from)\s)", text[match.end("a") :])
    return bool(before and ends) and tells_past(text, lexicon)


def _is_counted(text: str, start: int, explicit: bool, lexicon: Lexicon) -> bool:
    """Whether a noun no list holds counts what a sentence does or did: "select 8 backbones"."""
    each = re.match(r"\d+(?:\s[a-z]+){1,3}?\s(?:each time|at a time)\b", text[start:])
    return explicit or bool(each) or _is_object(text, start, lexicon) or tells_past(text, lexicon)


def _is_object(text: str, start: int, lexicon: Lexicon) -> bool:
    """Whether a verb stands right before a number, or opened the list in which it stands."""
    lead = text[max(0, start - WINDOW) : start]
    verb = r"\b(?:«kind:measure:en»|«owner_after:verb:en»)\s+"
    small = r"(?:(?:a|an|the|another|further|total|of|up|for|«approximate:before:en»)\s+)*$"
    does = lexicon.compile(rf"(?:{verb}|\bincluding\s+|\bof which\s+)" + small).search(lead)
    return bool(does or re.search(r"\d[^.;:]{3,40}(?:,|\band)\s*$", lead))


def _is_worded_object(text: str, start: int, lexicon: Lexicon) -> bool:
    """Whether a verb of doing stands before a number word or before the first of its list."""
    lead = text[max(0, start - WINDOW) : start]
    small = r"(?:(?:for|another|up|to|a|further|total|of)\s+)*"
    verb = rf"\b«kind:measure:en»\s+(?:(?:\w+\s+){{1,3}}for\s+)?{small}"
    does = lexicon.compile(verb + "$").search(lead)
    told = (
        r"\b(?:to|will|shall|must|should)\s+(?:\w+ly\s+)?"
        r"(?!(?:be|have|only|all|each|every|the|both|these|our)\b)[a-z]{3,}\s+"
    )
    did = (
        r"\b[a-z][\w’')-]*\s+(?:also\s+|\w+ly\s+)?"
        r"(?:(?!need|exceed|embed|based|aged)[a-z]{3,}ed|«english:did»|set\sup|carried\sout"
        r"|has|have|employs?|(?:is|are)\sequipped\swith)\s+"
    )
    does = does or lexicon.compile(rf"(?:{told}|{did})$").search(lead)
    verb = rf"(?:{verb}|{told}|{did})"
    listed = verb + r"(?:an?|«number::en»|\d+)\s[^.;:]{3,76}(?:,|\band)\s*$"
    return bool(does or lexicon.compile(listed).search(lead))


def _word_counts(piece: Piece, match: re.Match[str], quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether a number word is a number: with a unit, and something that makes it an amount."""
    start, end, code = quantity.start, quantity.end, quantity.unit_kind
    if piece.lang == "zh":
        if piece.text[start:end].endswith(("升", "二期", "三期", "四期")):
            return False
        if code == "times" and _is_round(piece, quantity, lexicon):
            return True
        return bool(code) and (
            quantity.explicit or len(match.group("a")) > 1 or _zh_object(piece, quantity, lexicon)
        )
    lead, after = piece.text[max(0, start - 12) : start], piece.text[end : end + 50]
    if _A_YEAR.match(after) or (
        re.search(r"\b(?:[Oo]n|[Ii]n)\s*$", lead)
        and piece.text[start:end].endswith(("occasions", "rounds", "batches", "sessions"))
    ):
        return True
    if code in ("percent", "point"):
        return True
    if piece.role == "row" and code == "count" and lead.rstrip().endswith("|"):
        return True
    nil = match.group("a").lower() == "zero" and re.search(
        r"\b(?:to|is|was|at|of|be|remains)\s*$", lead
    )
    were = re.match(
        r"\s*(?:of (?:them|these|which|whom) )?(?:were|was|have been|has been)\b", after
    )
    sent = code == "count" and re.match(r"[^.;\d]{0,40}?\s(?:were|was|have been|will be)\b", after)
    opens = code == "count" and not piece.text[piece.body_at : start].strip(" -•*")
    due = (
        r"[^.;,\d]{0,40}?\s(?:are|shall be|should be)\s"
        r"(?:selected|sent|recruited|trained|introduced|added|bought|appointed|hired|invited)\b"
    )
    sent = sent or (opens and re.match(due, after))
    sent = sent or (opens and re.match(r"(?: of \d+)?[^.;\d]{0,40}?\s(?:went|took|came)\b", after))
    won = r"\s*(?:won|received|passed|attended|obtained|completed|joined|took part|went|came)\b"
    sent = sent or (code == "count" and re.match(won, after))
    if match.group("whole") and code == "count":
        return True
    if nil or were or sent or (match.group("mod") and quantity.change):
        return True
    there = re.search(r"\b[Tt]here (?:are|were|have been) (?:\w+ )?$", piece.text[:start])
    only = there or lexicon.compile(r"«approximate:before:en»\s*$").search(lead)
    each = re.match(
        r"(?:\s+\w+){0,3}\s+(?:a|per|each|every)\s+(?:day|week|month|quarter|year)\b", after
    )
    done = (
        code == "count" and quantity.value != "0" and _is_worded_object(piece.text, start, lexicon)
    )
    bound = quantity.op in (">=", "<=", ">", "<") and not code
    if bound and re.match(r"\s*(?:[.,;)|]|$|(?:per|a|in|for|at|this|each|or|within)\b)", after):
        return True
    return bool(code) and bool(quantity.explicit or each or only or done)


def _is_round(piece: Piece, quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether a number word says how many rounds of an activity there were: 组织培训两次."""
    lead = piece.text[max(0, quantity.start - 10) : quantity.start]
    if quantity.value in ("1", "0.5"):
        return False
    if lexicon.compile(r"共计?«kind:measure:zh»了?$").search(lead):
        return True
    held = lexicon.compile(r"(?:«kind:activity:zh»|学习|会|大赛|比赛)[了共各]?$").search(lead)
    return bool(held and re.match(r"[，,；;。、]|$", piece.text[quantity.end :]))


def _zh_object(piece: Piece, quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether a number word says how much is got or done: 购置一台, 招聘护士八名, 奖励一万元."""
    if quantity.unit_kind == "money":
        return True
    if quantity.unit_kind != "count":
        return False
    lead, after = (
        piece.text[max(0, quantity.start - 16) : quantity.start],
        piece.text[quantity.end :],
    )
    if lexicon.compile(r"[\u3400-\u9fff]{0,4}?«announced:act:zh»").match(after):
        return False
    if lexicon.compile(r"«kind:acquire:zh»[了约近共]?$").search(lead):
        return True
    many = quantity.value not in ("1", "0.5")
    if many and lexicon.compile(r"«kind:measure:zh»[了约近共]?$").search(lead):
        return True
    stands = re.match(r"[，,；;。、）)|]|$", after) and re.search(
        r"[\u3400-\u9fffA-Za-z]{2}$", lead
    )
    got = lexicon.compile(r"«kind:acquire:zh»[^，,；;。]*$").search(lead)
    sent = got and lexicon.compile(r"«owner_after:verb:zh»").match(after)
    return bool(sent or (stands and (many or got)))


def _length_counts(
    piece: Piece, match: re.Match[str], explicit: bool, after: str, lexicon: Lexicon
) -> bool:
    """Lengths of time count only where a comparison or a metric makes them a measured thing."""
    start = match.start("a")
    lead = piece.text[max(piece.body_at, start - 14) : start]
    if match.group("unit") != "年" and re.search(r"[由从]\D{0,3}$", lead):
        return True
    lasting = explicit and lexicon.has("lasting", "word", piece.text[:start][-36:])
    lasting = lasting or bool(re.search(r"(?:保存|保管|留存|存档)期?限?为?$", lead))
    ages = match.group("unit") in ("岁", "年", "学年", "year", "years")
    if ages and not match.group("join") and not lasting:
        return False
    if piece.lang == "en":
        lead40 = piece.text[max(piece.body_at, start - 40) : start]
        if match.group("join") is None and _OVERLONG.search(
            piece.text[max(0, start - WINDOW) : start]
        ):
            return False
        if _A_YEAR.match(piece.text, match.end("unit")):
            return True
        if re.search(r"%[^.,;:]{0,40}$", piece.text[max(0, start - 60) : start]):
            return False
        if explicit and re.search(r"\b(?:stor|kept|retain|held|last)\w*\b[^,;.]{0,24}$", lead40):
            return True
        told = re.search(r"\b(?:was|is|averaged|averages|averaging)\s*$", lead)
        return bool(explicit or told) and bool(
            re.search(r"(?:at least|not less than|no less than|a minimum of)\s*$", lead)
            or re.search(
                r"(?:average|time|times|stay|wait)\b[^;]{0,56}$",
                piece.text[max(0, start - 64) : start].lower(),
            )
        )
    if re.match(r"[以之]?[内前后]|以上[\u3400-\u9fff]", after) and not re.search(
        r"时间|时长|平均|控制", lead
    ):
        return False
    if re.match(r"[\u3400-\u9fff]", after) and not re.match(r"[以之]?[上下内]|左右|/", after):
        return explicit and after.startswith("用量")
    if re.match(r"(?:以[上下内])?[)）][\u3400-\u9fff]", after):
        return False
    if re.search(r"(?:培训|轮转|驻点)[满为期]?$", lead) and match.group("a").isdigit():
        return True
    also = re.search(r"分别[^，,；;。]{0,30}[和、及与]$", piece.text[max(0, start - 34) : start])
    return explicit or bool(
        also or re.search(r"(?:时间|时长|日|周期|天数|平均|中位数)[为约]?\s*$", lead)
    )
