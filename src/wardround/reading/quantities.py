"""How much: numbers with their units and comparisons, promises of nil, directions, blanks.

Decides what stands in the sentence. Whether a quantity is a target or a claim about the past is
settled in `claims`, once the headings above the sentence are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.counts import column_it_fills, counts
from wardround.reading.metric import metric_after, metric_before
from wardround.reading.moving import (
    baseline,
    beside,
    direction_before,
    goal,
    landed_on,
    moved_behind,
    turned,
)
from wardround.reading.numbers import (
    BLANK,
    DIGITS,
    HAN,
    PARTS,
    SHARES,
    WORDS,
    number_word,
    part_of,
    read_number,
)
from wardround.reading.piece import Draft, Piece, Quantity
from wardround.reading.together import alike, goes_on, of_each
from wardround.reading.unnumbered import compared, directions, folds, multiples, nils

_PLAIN = rf"(?:{BLANK}|{DIGITS}|{PARTS})"
_NUMBER = rf"(?:(?<![\w-]){SHARES}|(?<![\dA-Za-z./#-])(?:{BLANK}|{DIGITS})|{PARTS})"
_ZH_UNIT = (
    r"(?:«multiplier::zh»?(?:«unit:money:zh»|«unit:count:zh»|«unit:times:zh»|«unit:length:zh»))"
)
_WORD = (
    rf"(?:(?<![A-Za-z-]){WORDS}(?=\s+(?:[\"“'‘]?[a-z|]|\d+-[a-z]|(?-i:CT|MRI|DR)\b)|[.,;)]|$)"
    r"|(?:(?<=to )|(?<=is )|(?<=was )|(?<=be )|(?<=at )|(?<=of )|(?<=remains ))zero\b"
    rf"|(?<=[近上约])百(?=[余多]?{_ZH_UNIT})|(?<![第统同唯逐]){HAN}(?=(?:[至到~～—-]{{1,2}}{HAN})?{_ZH_UNIT})"
    r"|(?<![上下每])半(?=«unit:length:zh»))"
)
_ADJECTIVE = (
    r"(?:(?:grade|class|type)\s[a-d]\s+|\((?-i:[A-Z]{2,6})\)\s+|(?:band|grade|level)\s\d[ab]?\s+|[a-z]\.\s|(?-i:(?![IVX]+\b)[A-Z]{2,5}\sand\s[A-Z]{2,5})\s"
    r"|(?!(?:«number::en»|«function::en»)\s)[a-z][a-z-]+\s+|[\"“'‘][a-z][a-z -]{2,24}[\"”'’]\s"
    r"|(?-i:[a-z-]+(?<!s)\sand\s(?!«unit:count:en»|«number::en»)[a-z]+(?<!ed)\s))"
)
_PLURAL = (
    r"(?!«announced:noun:en»(?!\s(?:\(\d+%\)\s)?(?:are|were|have been|in total)\b)"
    r"|ourselves|themselves)(?-i:[a-z]{3,}s)(?<!ss|us|is)(?<!times)\b"
)
"""A noun that counts, where a sentence counts: 8 nursing backbones, 13 activists."""
_SINGLE = (
    rf"(?:(?<=\bone\s)|(?<=\s1\s)|(?<=\bone\snew\s)|(?<=\s1\snew\s))(?:\d+-[a-z]+\s+)?(?:{_ADJECTIVE}){{0,4}}?"
    r"(?P<single>(?!(?:«function::en»)\b)[a-z]{3,}|(?-i:CT|MRI|DR)\b)(?<!ing)(?=\s*(?:[,.;:)]|$)"
    r"|\s(?:and|for|in|by|to|before|from|with|at|on|each|every|per|this|a|during|within|is|are|was|were|has|will|must|should|won|passed|received)\b)"
)
"""What there is to be one of: one colour ultrasound machine."""
_CLAUSE_START = re.compile(r"[，,；。：:！!？?（）()、]|(?<![gl]t);")
_EN_CLAUSE_START = re.compile(r"[;:.!?()](?=\s|$)|,\s")
_SHORT = re.compile(r"\s\([A-Z][A-Za-z]{1,6}\)(?=\s)")
"""A name's letters behind it, which end no clause: "length of stay (LoS) by two days"."""
_DENIED = re.compile(r"(?<!-)\bnot\b(?!-)[^,;]{0,24}$|\bno \w+ (?:\w+ ){1,3}with $")
"""What turns a bound: "will not exceed 5", "no shift will run with fewer than two nurses"."""
_CUT = re.compile(
    r"(?:降低|减少|压减|压缩|压降|节约|节省)[“”\u3400-\u9fff]{2,10}(?<![至到为在达过于低少约])$"
)
"""What is cut, before by how much: 压减“三公”经费5%."""
_BOLD = re.compile(
    r"(?:^|(?<=[\s。；;、]))\*\*([\u3400-\u9fff“](?<![人例次项名台个年月日市县])[^*\n]{1,60})\*\*"
    r"(?=$|[\s：:，。；])"
)
"""Words that Markdown prints bold; their marks are no blanks."""


_STANDS_AT = re.compile(
    r"\s*(?:/[年月日])?[(（](?:(?:19|20)\d{2}年)?度?(?:全年|年底|年末|同期)?"
    r"(?:实际(?:完成|达到)?|完成|基线|基数|现状|现值|现有?|目前|当前|(?:上年|去年)(?:同期)?|同期)值?[为是达]?\s*[:：]?\s*"
)
"""What a goal starts from, in brackets behind it: ≤2.8%（2025年基线3.2%）."""
_YEAR_BEFORE = re.compile(r"[，,（(]\s*(?:上年|去年|前年)(?:同期)?(?:仅?为|是|只有)?\s*$")
"""What it was the year before, told beside a figure: 1.24亿元，去年同期为1.19亿元."""
_PER = re.compile(r"/(?:床日|人次|[日天周月年次例人床张份])(?![\u3400-\u9fff]?[/\d])")
"""What a unit is counted by: 180元/日, 12.7ml/床日."""
_IN_A_YEAR = re.compile(
    r"\s(?:in|for) (?:(?:19|20)\d{2}(?:[/-]\d{2})?|(?:the )?(?:last|previous|prior) year)\\?[)]"
)
"""What it was before, in brackets behind a figure: £13m (£6m in 2023/24)."""
_TIMES = r"(?<=\d\s)[xX×](?=\s[A-Z])"
"""How many of each there are, and no blank: 8 x Podiatry rooms."""
_YEAR = re.compile(r"(?:19|20)\d{2}")
_SAID_TWICE = ((">", ">="), ("reach", "<="), ("reach", ">="), ("sink", "<="))
"""Bounds before and behind a number, of which the one behind counts: 达到90%以上."""
WINDOW = 80
"""How far before a number its words of comparison may begin."""


def find_quantities(draft: Draft) -> Draft:
    """Read the quantities and blanks of every piece.

    >>> from wardround.reading.plan import sample, STEPS
    >>> piece = find_quantities(STEPS[0](sample("平均住院日≤8天，甲级病历率9O%以上。"))).pieces[0]
    >>> [(q.op, q.value, q.unit) for q in piece.quantities], piece.damaged
    ([('<=', '8', '天'), ('>=', '90', '%')], True)

    Args:
        draft: pieces whose cadences and deadlines are marked as used.
    Returns:
        the draft with `quantities`, `blanks` and `damaged` set.
    """
    return replace(draft, pieces=tuple(_read(piece, draft.lexicon) for piece in draft.pieces))


def _read(piece: Piece, lexicon: Lexicon) -> Piece:
    blanks = _blanks(piece, lexicon)
    if piece.role in ("furniture", "row head"):
        return replace(piece, blanks=blanks)
    found = [
        *of_each(piece, alike(piece, list(_numbers(piece, lexicon)))),
        *multiples(piece, lexicon),
        *nils(piece, lexicon),
    ]
    found += [q for q in folds(piece, lexicon) if not _overlaps(q, found)]
    nil = [q for q in found if q.unit_kind == "nil"]
    found = [q for q in found if q in nil or not (q.value == "0" and _overlaps(q, nil))]
    named = {q.metric.lower() for q in found}
    turns = (q for q in directions(piece, lexicon) if q.metric.lower() not in named)
    found += [q for q in turns if not _covered(q, found)]
    found.sort(key=lambda q: q.start)
    return replace(
        piece, quantities=tuple(found), blanks=blanks, damaged=any(q.repaired for q in found)
    )


def _overlaps(quantity: Quantity, others: list[Quantity]) -> bool:
    return any(quantity.start < o.end and o.start < quantity.end for o in others)


def _covered(direction: Quantity, found: list[Quantity]) -> bool:
    return any(direction.start <= q.end + 1 and q.start <= direction.end + 30 for q in found)


def _blanks(piece: Piece, lexicon: Lexicon) -> tuple[str, ...]:
    """Placeholders as written, left to right; bold marks and X 线 are none."""
    pattern = lexicon.compile(
        rf"(?P<no>(?:«not_a_blank:before»){BLANK}|{_TIMES})|(?P<not>{BLANK}(?:«not_a_blank:after»))"
        rf"|(?P<yes>{BLANK}|«blank:token»)"
    )
    found = []
    counted = lexicon.compile(r"\s(?:million|billion|«unit:money:en»|«unit:count:en»)")
    for match in pattern.finditer(_BOLD.sub(r"  \1  ", piece.text)):
        token = match.group("yes")
        stars = piece.lang == "en" and re.fullmatch(r"[*＊]{1,2}", token or "")
        if token and not (stars and not counted.match(piece.text, match.end())):
            found.append(token)
    return tuple(found)


def _numbers(piece: Piece, lexicon: Lexicon) -> Iterator[Quantity]:
    """Digits and blanks with a unit or a comparison."""
    pattern = lexicon.compile(
        rf"(?P<cur>[£$¥€])?\s?(?P<a>{_NUMBER}|{_WORD})(?!/(?!10{{4,5}}\b|100?,000\b)\d{{3}}|[\d/]*\d(?:st|nd|rd|th)\b)"
        r"(?P<whole>\s+(?:out\s+)?of\s+(?:(?:the|our|its|all)\s+)?(?:\d{1,4}|«number::en»)(?=\s+[a-z]))?"
        rf"(?P<ua>\s*(?:%|％|‰))?(?:[分元天个人名例次](?=\s*[-—–―~～至到]\s*\d))?(?:\s*(?P<join>[-—–―~～至到]{{1,2}}|\bto\b|\band\b)\s*(?P<b>{_PLAIN}|{WORDS}(?=\s+[a-z])|{HAN}(?={_ZH_UNIT})))?"
        r"(?P<more>余|多|来)?\s*(?P<mult>(?:«multiplier::zh»)|(?:ten\s+thousand|hundred\s+million|million|billion|thousand|bn|[mk])(?![A-Za-z\d²]))?"
        r"(?:余|多)?\s*(?:(?P<mod>more|fewer|less|lower|higher|additional|extra|new)\s+(?!or\b))?"
        rf"(?:(?:[\"“](?=[a-z]))?(?:{_ADJECTIVE}){{0,4}}?(?P<unit>(?!门[急诊]|个别|级各|人民|[a-z]+-on-)«unit»(?!['’]s\b))|(?:[\"“](?=[a-z]))?(?:{_ADJECTIVE}){{0,4}}?(?P<noun>{_PLURAL})|{_SINGLE})?"
        r"(?:左右|余)?\s*(?P<tail>«comparison_after»)?"
    )
    before: Quantity | None = None
    base: str | None = None
    stood: str | None = None
    text, at = piece.text, piece.body_at
    while match := pattern.search(text, at):
        at = max(match.end("a"), at + 1)
        join = (match.group("join") or "").strip()
        joined = bool(match.group("b")) and _is_range(piece, match, join)
        if joined:
            at = match.end("b")
        elif match.group("b"):
            match = pattern.match(text[: match.start("join")], match.start()) or match
        quantity = _quantity(piece, match, joined, before, lexicon)
        if quantity is None:
            continue
        if _is_base(text, quantity):
            base = text[quantity.start : quantity.end].strip()
            continue
        if base and _YEAR.fullmatch(quantity.value or "") and not quantity.unit:
            continue
        column = column_it_fills(piece, quantity)
        if column == "base":
            stood = text[quantity.start : quantity.end].strip()
            continue
        if not (base or column or counts(piece, match, quantity, lexicon)):
            continue
        if column and piece.lang == "en":
            quantity = replace(quantity, base=stood or quantity.base, explicit=True)
        if before and _is_reference(text, before, quantity, lexicon):
            continue
        if base:
            quantity, base = _from_base(quantity, base), None
        before = quantity
        at = max(at, quantity.end)
        yield quantity


def _is_range(piece: Piece, match: re.Match[str], join: str) -> bool:
    """Whether two numbers are the ends of a range rather than two numbers."""
    lead = piece.text[max(0, match.start() - 12) : match.start()].lower()
    if (
        join != "and"
        and _YEAR.fullmatch(match.group("a"))
        and not _YEAR.fullmatch(match.group("b"))
    ):
        return False
    if join == "and":
        return "between" in lead
    if join in ("to", "到", "至"):
        landed = match.group("ua") and not re.match(r"\s*[%％‰]", piece.text[match.end("b") :])
        ends = re.match(r"\s*(?:[.,;]|$)", piece.text[match.end("b") :])
        risen = lead.rstrip().endswith(" by") and ends and not _is_close(match)
        return not (landed or risen or re.search(r"(?:from|由|从)\s*\D{0,8}$", lead))
    return True


def _is_close(match: re.Match[str]) -> bool:
    """Whether two numbers lie so close that the first is no change to the second: "by 1 to 2"."""
    low, high = match.group("a"), match.group("b")
    return low.isdigit() and high.isdigit() and 0 < int(high) - int(low) <= 2


def _is_base(text: str, quantity: Quantity) -> bool:
    """Whether a number is where a change starts from: 从76%提高到85%, from 76% to at least 85%."""
    lead = text[max(0, quantity.start - 16) : quantity.start].lower()
    after = text[quantity.end : quantity.end + 16]
    if re.search(
        r"(?<![相同环])[较比][^\d，,；;。]{0,4}(?:\d{4}年)?[^\d，,；;。]{0,6}$", lead
    ) and re.match(r"[\u3400-\u9fff]{0,3}(?:增|降|减|上升|下降|提高|缩短)", after):
        return True
    if re.fullmatch(r"(?:19|20)\d{2}", quantity.value or "") and not quantity.unit:
        return False
    if re.search(r"\bfrom\s(?:a\s(?:peak|high|low|baseline)\sof\s)?$", lead):
        landed = re.match(
            r"\s*\(|(?:[\s\w]{0,40}?\s(?:in|at|last)\s[\s\w/]{2,24}?)?\s*to\b", text[quantity.end :]
        )
        return bool(landed) or lead.endswith("(from ")
    return bool(
        re.search(r"[由从](?:\d{4}年[度底]?)?[^\d，,；;。]{0,10}$", lead)
        and re.match(r"[\u3400-\u9fff]{0,6}(?:[到至]|[升降增减变]为)", after)
    )


def _from_base(quantity: Quantity, base: str) -> Quantity:
    """A number that something moves to; where no verb says so, the numbers tell up from down."""
    first = re.match(r"\d+(?:\.\d+)?", base)
    if quantity.op != "=" or not first or not re.fullmatch(r"[\d.]+", quantity.value or ""):
        return replace(quantity, base=base)
    op = "reach" if float(quantity.value or 0) > float(first.group()) else "sink"
    return replace(quantity, base=base, op=op, explicit=True)


def _is_reference(text: str, before: Quantity, quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether a second number only says what the first is measured against, a target say."""
    between = text[before.end : quantity.start]
    if re.search(r"[；;。]|\.\s|\band\b|[、]", between):
        return False
    behind = lexicon.compile(r"\s*«reference:after»").match(text, quantity.end)
    if quantity.change:
        return bool(behind)
    if re.fullmatch(r"\s*\(?from\s*", between):
        return quantity.unit in ("", before.unit)
    if re.search(
        r"[(（](?:plan|target|standard|budget|计划|目标|标准)(?:值|为|of|:|：)?\s*$", between
    ):
        return before.unit.startswith(quantity.unit)
    if _STANDS_AT.fullmatch(between):
        return True
    if re.search(r"[(](?:in\s+)?(?:19|20)\d{2}(?:/\d{2})?\s*:?\s*$", between):
        return True
    if _YEAR_BEFORE.search(between) and quantity.unit in ("", before.unit):
        return True
    if between.endswith("(") and _IN_A_YEAR.match(text, quantity.end):
        return True
    led = lexicon.compile(
        r"(?:«reference:before»[：:]?\s*(?:«comparison»)?|«compared:yoy:en»[^\d,;.]{0,16})\s*$"
    ).search(between)
    return bool(led or behind)


def _quantity(
    piece: Piece, match: re.Match[str], joined: bool, before: Quantity | None, lexicon: Lexicon
) -> Quantity | None:
    """A number as a quantity, or None if it is something else (a year, an age, a rank)."""
    start = match.start("cur") if match.group("cur") else match.start("a")
    times = match.group("a") in tuple("xX×") and piece.text[:start][-2:-1].isdigit()
    if times or not piece.free(match.start("a"), match.end("a")):
        return None
    low, mended = read_number(match.group("a"))
    low = number_word(low, lexicon) or low if low[:1].isalpha() else low
    value = low
    if joined:
        high, also = read_number(match.group("b"))
        high = number_word(high, lexicon) or high
        value, mended = f"{low}-{high}", mended or also
    unit, code = _unit(match, lexicon)
    if not unit and piece.lang == "zh":
        unit, code = _unit_after(piece.text, match, lexicon)
    if part := part_of(match.group("a"), lexicon):
        low, unit, code = *part, "percent"
        value = low
    share = bool(match.group("ua")) and code != "point"
    end = max(
        0 if share else max(match.end("unit"), match.end("noun"), match.end("single")),
        match.end("mult"),
        match.end("b") if joined else 0,
        match.end("a"),
    )
    if match.group("ua") and not joined and end == match.end("a"):
        end = match.end("ua")
    if unit and piece.lang == "zh" and (per := _PER.match(piece.text, end)):
        unit, end = unit + per.group(), per.end()
    op, explicit, change, base = _comparison(piece, start, end, match, joined, before, lexicon)
    metric = metric_before(piece, start, lexicon) or metric_after(
        piece, match.end("a") if piece.lang == "en" else end
    )
    kept = re.search(r"(?:控制|保持|稳定|维持)在\s*$", piece.text[max(0, start - 5) : start])
    held = bool(kept) and _tail(match, lexicon) is None
    if op == "<=" and not change and _is_about(piece.text, start, match.end()):
        op = "="
    return Quantity(start, end, value, unit, code, op, metric, base, explicit, change, mended, held)


def _is_about(text: str, start: int, end: int) -> bool:
    """Whether what is controlled is to lie about a number: 控制在90%左右."""
    around = re.search(r"(?:控制|保持)在\s*约?\s*$", text[max(0, start - 8) : start])
    if around:
        return text[:end].endswith("左右") or text[:start].rstrip().endswith("约")
    # controlled at about 90%
    return bool(re.search(r"(?:at|to) (?:about|around)\s*$", text[max(0, start - 12) : start]))


def _unit_after(text: str, match: re.Match[str], lexicon: Lexicon) -> tuple[str, str]:
    """The unit a list of numbers shares: 分别下降0.9、1.6个百分点."""
    listed = "分别" in text[max(0, match.start("a") - 40) : match.start("a")]
    following = lexicon.compile(
        r"(?:[、和及与]\s*\d+(?:\.\d+)?)+\s*((?:«multiplier::zh»)?(?:«unit:»))"
    )
    found = following.match(text, match.end("a")) if listed else None
    return (
        (found.group(1), lexicon.meaning("unit", found.group(1)) or "count") if found else ("", "")
    )


def _unit(match: re.Match[str], lexicon: Lexicon) -> tuple[str, str]:
    """The unit as written, 万 and the currency with it, and its kind."""
    counted = match.group("noun") or match.group("single")
    named = match.group("unit") or counted or ""
    part = (match.group("ua") or "").strip()
    unit = part if part and lexicon.meaning("unit", named) != "point" else named
    mult = match.group("mult") or ""
    code = lexicon.meaning("unit", unit) or lexicon.meaning("unit", named) or ""
    if match.group("cur"):
        return match.group("cur") + {"million": "m", "billion": "bn", "thousand": "k"}.get(
            mult, mult
        ), "money"
    if part and code == "point":
        unit = f"{part} {unit}"
        return unit, lexicon.meaning("unit", unit) or code
    if (match.group("mod") or "new") != "new" and not match.group("ua"):
        return "", code or ("count" if counted else "")
    if unit.lower() in ("per cent", "percent", "％", "﹪"):
        unit = "%"
    return (f"{mult} {unit}".strip() if mult.isascii() else mult + unit), code or (
        "count" if mult or counted else ""
    )


def _comparison(
    piece: Piece,
    start: int,
    end: int,
    match: re.Match[str],
    joined: bool,
    before: Quantity | None,
    lexicon: Lexicon,
) -> tuple[str, bool, bool, str | None]:
    """The operator of a number, whether words say so, whether it is a change, and against what."""
    text = piece.text
    window = _SHORT.sub("", text[max(piece.body_at, start - WINDOW) : start])
    clause = (_CLAUSE_START if piece.lang == "zh" else _EN_CLAUSE_START).split(window)[-1]
    base = compared(piece, start, end, lexicon)
    said = lexicon.compile(
        r"(?<!-)(«comparison»)\s*(?:(?:«approximate:before»|每(?:[日天周旬月季年人科次例台]|季度|半年))\s*)*(?:[\u3400-\u9fff]{2,8}[的之])?$"
    ).search(clause)
    code = lexicon.meaning("comparison", said.group(1)) if said else _least(clause)
    direction = direction_before(clause, lexicon) or beside(clause, lexicon)
    direction = direction or ("decrease" if match.group("ua") and _CUT.search(clause) else None)
    if not (direction or code) and (match.group("unit") or match.group("ua")):
        direction = turned(text[piece.body_at : start], lexicon)
    if match.group("cur") and re.search(r"\brais(?:e|es|ed|ing)\s*$", clause, re.IGNORECASE):
        direction = None
    bettered = re.search(r"improv\w+\s*$", clause, re.IGNORECASE) and not match.group("ua")
    if direction and code not in ("to",) and not bettered:
        return direction, True, True, base
    spent = match.group("cur") and re.match(
        r" (?:reduction|decrease|increase|rise) in\b", text[end:]
    )
    measured = match.group("unit") or match.group("ua") or spent
    moved = moved_behind(text, end, code) if measured else None
    if moved:
        return moved, True, True, base
    landed = None if joined else landed_on(clause, lexicon)
    if landed:
        return landed, True, False, base
    if joined:
        return "range", code is not None, False, base
    mod = (match.group("mod") or "").lower()
    if mod in ("more", "fewer", "less", "lower", "higher"):
        share = r"(?:\s+[\w-]+){0,4}?" if match.group("ua") else ""
        change = bool(re.match(rf"{share}\s*than\b", text[match.end("mod") :]))
        raised = "increase" if mod in ("more", "higher") else "decrease"
        return raised, True, change, base or baseline(piece)
    if said and code in (">", "<") and _DENIED.search(clause[: said.start()]):
        return ("<=" if code == ">" else ">="), True, False, base
    tail = _tail(match, lexicon)
    if code in (">=", "<=", ">", "<", "reach", "sink"):
        return (tail if tail and (code, tail) in _SAID_TWICE else code), True, False, base
    if code == "to" or (before and goes_on(piece, before, start, end)):
        sentence = text[max(piece.body_at, start - 200) : start]
        raised = before.op if before and code != "to" else goal(sentence, lexicon)
        return raised, raised != "=", False, base
    held = "控制" in clause or clause.rstrip().endswith(("时间", "时长"))
    if tail and not (tail == "<=" and match.group("tail") in "内下" and not held):
        return tail, True, False, base
    bare = match.group("a").isdigit() and match.end() == end and text[end : end + 1] != ":"
    scored = code == "=" and bare and lexicon.has("measured", None, clause)
    return "=", bool(scored or mod in ("additional", "extra", "new")), False, base


def _least(clause: str) -> str | None:
    """A bound with its verb between: 至少发表论文1篇."""
    return ">=" if re.search(r"(?:至少|最少|起码)[\u3400-\u9fff]{1,12}$", clause) else None


def _tail(match: re.Match[str], lexicon: Lexicon) -> str | None:
    tail = match.group("tail")
    code = lexicon.meaning("comparison_after", tail) if tail else None
    again = lexicon.compile(r"\s*(?:«times:1»|«times:2»|\w+ times\b)")
    if tail == "at least" and again.match(match.string, match.end()):
        return None
    return code if code in (">=", "<=") else None
