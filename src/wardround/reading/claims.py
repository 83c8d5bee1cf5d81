"""Target or figure: whether a sentence's quantities are still to be reached or are said to be so.

Decides by the headings above (总结, 计划), then by the words of the sentence itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Draft, Piece, Quantity
from wardround.reading.statement import FigureText, TargetText
from wardround.reading.tense import SENTENCES, tells_future, tells_past, turns

NEAR = 60
"""How far behind a figure "the same as last year" may end; half as far in Chinese."""
_SIGN = {"increase": "+", "decrease": "-"}
_BOUND = {"reach": ">=", "sink": "<="}
_DATED = re.compile(
    r"^\d{4}|\d月|^当[日天]$|^立刻$|[年季][初中底末度]|上半年|下半年|^[A-Z][a-z]+(?: \d+)?$"
    r"|^end of |^Q\d|^\d{1,2}(?:st|nd|rd|th)"
)
_AHEAD = re.compile(
    r"[暨和及、]第?([一二三四]季度|下半年|20\d\d年|明年)[^，,。]{0,8}?(?:计划|安排|打算|要点)$"
)
"""The time to come of which a summary's title speaks too: …总结暨第三季度工作计划."""
_ANEW = re.compile(r"今年|明年|下半年|下一?步|20\d\d年|(?:This|Next) year|In 20\d\d|For 20\d\d|By ")
_OF_PLAN = re.compile(r"(?:预算|计划|目标|任务)[^，,；;。\d]{0,4}$")
_SHARES = ("percent", "point")
_END = re.compile(r"[；;。]")
_GROWTH = re.compile(
    r"(?:(?P<up>增幅|增速|涨幅|升幅|增长率|增长幅度)|降幅|减幅|下降幅度)(?:均?为|均?达到?|约|近|是)?$"
)
_ONLY_A_DIRECTION = (
    r"[，,]?\s*(?:(?:略有|略|有所|稳步|持续|大幅|«compared»|[较比与][^，,；;。\d]{1,12}?(?:\d{1,6}(?:\.\d+)?[^，,；;。\d]{0,4})?)"
    r"[^\d，,；;。]{0,8}?(?P<zh>«direction::zh»)(?:了|明显|显著|较多)?(?=[，,；;。）)]|$)"
    r"|(?:which (?:is|was) )?(?P<en>up|down)\s+(?:on|from|compared)\b[^\d,;.]*(?=[,;.]|$))"
)
_MOVED = re.compile(
    r"\b(?:(?:has|have) (?:been )?)?(?:increased|decreased|reduced|shortened|raised|lowered"
    r"|improved|dropped|declined|reached|exceeded|occurred|happened)\b(?: (?:by|from|to)\b)?"
    r"|\b(?:was|were)(?= (?:over|above|below|under|more than|less than|at least|controlled)\b)"
)
"""How a translator tells of a rise that is still to come, under a heading of goals."""
_THEN = re.compile(r"\b(?:[Ii]n 20\d\d|[Ll]ast year,|now|currently|at present|already)\b")
_MOVES = (
    r"(?:the |our )?"
    r"(?!(?:«english:little»|it|this|these|those|up|down|number|figure|total|rate)\b)"
    r"[a-z][\w-]*(?: (?!that\b|which\b)[\w’'-]+){1,8}? "
    r"(?:fell|rose|dropped|grew|increased|decreased|declined)\b"
)
"""A clause that says of something else that it moved: "and the average cost fell by 312 yuan"."""
_MEASURED_BY = re.compile(r",\s(?:compared with|compared to|against|up from|down from)\s[^,;.]*")
"""What stands aside between a number and its change: ", compared with 161 the year before,"."""
_OPENING_YEAR = re.compile(
    r"\s*(?:(20\d\d)年(?![-—~至到])|去年|上年(?!度末)|In (20\d\d),|Last year,)"
)
_BESIDE = re.compile(r"[(][^()]*\s(?:in|for) \d{4}[/-]\d{2}\\?[)]")
"""What a figure is measured against, in brackets: "(£6m in 2023/24)"."""
_BEFORE = re.compile(
    r"[，,（(]\s*(?:上年|去年|前年)(?:同期)?(?:仅?为|是|只有)?\s*[\d.]+[^，,；;。\d]{0,5}"
)
"""The like in Chinese: 1.24亿元，去年同期为1.19亿元，增长4.2%."""
_PERIOD = re.compile(r"\d{1,2}[-—~至]\d{1,2}月(?:份)?|\d{4}/\d{2}")


def settle_claims(draft: Draft) -> Draft:
    """Turn the quantities of every piece into targets or figures.

    >>> from wardround.reading.plan import read
    >>> [len(s.figures) for s in read("一、上半年完成情况\\n1.门诊1200人次，同比增长5%。")]
    [0, 1]

    Args:
        draft: pieces with quantities and levels.
    Returns:
        the draft with `past`, `targets` and `figures` set.
    """
    pieces: list[Piece] = []
    lead: Piece | None = None
    opening: tuple[str, ...] = ()
    for piece in draft.pieces:
        if piece.text.endswith((":", "：")):
            lead = piece
            opening = opening or (() if piece.level else (piece.text,))
        elif lead and (piece.heading or piece.level != lead.level):
            lead = None
        listed = piece.mark or (piece.lang == "en" and not re.search(r"[.!?]$", piece.text))
        above = (*opening, *piece.level, lead.text) if lead and listed else (*opening, *piece.level)
        past = _is_past(piece, above, _goes_on(piece, pieces), draft.lexicon)
        thought = draft.lexicon.has("kind", "forecast", piece.text) and not piece.owners
        if piece.heading or thought or piece.role in ("furniture", "row head"):
            piece = replace(piece, quantities=(), damaged=False)
        elif turn := turns(piece.text, bool(above) and not _says("past", above[0], draft.lexicon)):
            told = tuple(q for q in piece.quantities if q.end <= turn)
            due = tuple(q for q in piece.quantities if q.start >= turn)
            figures = _figures(replace(piece, quantities=told), draft.lexicon)
            piece = replace(
                piece, figures=figures, targets=_targets(replace(piece, quantities=due))
            )
            past = True
        elif past:
            figures = _figures(piece, draft.lexicon)
            piece = replace(piece, figures=figures, deadline=_still_due(piece))
        else:
            piece = replace(piece, targets=_targets(piece))
        pieces.append(replace(piece, past=past))
    return replace(draft, pieces=tuple(pieces))


def _still_due(piece: Piece) -> str | None:
    """A deadline without the dates of what has happened: those are a figure's period."""
    told = [part for part in (piece.deadline or "").split(" | ") if not _DATED.search(part)]
    return " | ".join(told) or None


def _goes_on(piece: Piece, before: list[Piece]) -> bool:
    """Whether the sentence right before, in the same paragraph, told figures of the past."""
    last = before[-1] if before else None
    near = last is not None and last.block == piece.block and last.past
    near = near and bool(last and (last.figures or (last.mark and piece.lang == "en")))
    return near and not _ANEW.match(piece.body)


def _is_past(piece: Piece, above: tuple[str, ...], goes_on: bool, lexicon: Lexicon) -> bool:
    """Whether a sentence tells of what has happened."""
    aside = lexicon.compile(r"[（(][^（）()]{0,12}«reference:before»[^（）()]{0,16}[)）]")
    past = tells_past(aside.sub("", piece.text), lexicon)
    future = tells_future(aside.sub("", piece.text), lexicon)
    if past and piece.lang == "en":
        if not goes_on and _aims_to_move(piece, above, lexicon):
            return False
        if lexicon.has("compared", "yoy", piece.text):
            return True
    plain = [_without("neither", heading, lexicon) for heading in above]
    if _is_of_before(piece, above):
        return not future
    if above and above[-1].endswith(":") and lexicon.has("section", "objective", above[-1]):
        return past and bool(_THEN.search(piece.text))
    stands = lexicon.compile("«section:background:en»|«section:problem»|«section:state»")
    if plain and stands.search(plain[-1]):
        return not future
    looks_back = bool(plain) and _says("past", plain[0], lexicon)
    ahead = _AHEAD.search(plain[0]) if looks_back else None
    for order, heading in reversed(list(enumerate(plain))):
        told = _says("past", heading, lexicon)
        if ahead and order and ahead[1] in heading:
            return (past or goes_on) and not future
        if looks_back:
            heading = lexicon.compile("(?<!整改)«section:either»").sub("", heading)
        planned = _says("future", heading, lexicon)
        if told and (not planned or order == 0):
            past = past or lexicon.has("compared", "yoy", piece.text)
            return past or not tells_future(aside.sub("", piece.text), lexicon, bounds=False)
        if planned:
            return (past or goes_on) and not future
    amounts = [
        q for q in piece.quantities if not q.change and q.unit_kind not in ("nil", "direction")
    ]
    told = (
        bool(amounts) and lexicon.has("compared", "yoy", piece.text) and len(piece.quantities) > 1
    )
    return (past or goes_on or told) and not future


def _is_of_before(piece: Piece, above: tuple[str, ...]) -> bool:
    """Whether a sentence opens with a year before that of the plan: 2024年门诊41万人次."""
    year, planned = _OPENING_YEAR.match(piece.body), re.search(r"20\d\d", "".join(above[:1]))
    told = year and (year[1] or year[2])
    return bool(year and (not told or (planned and told < planned[0])))


@lru_cache(maxsize=SENTENCES)
def _says(means: str, heading: str, lexicon: Lexicon) -> bool:
    """Whether a heading says so of what stands under it; many sentences share one heading."""
    return lexicon.has("section", means, heading)


@lru_cache(maxsize=SENTENCES)
def _without(means: str, heading: str, lexicon: Lexicon) -> str:
    """A heading without the words of a section that mean so."""
    return lexicon.compile(f"«section:{means}»").sub("", heading)


def _aims_to_move(piece: Piece, above: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a plan's goal is told as if reached: "Goals: complaints decreased by 3"."""
    if not above or not lexicon.has("section", "objective", above[-1]):
        return False
    for heading in reversed(above):
        planned = lexicon.has("section", "future", heading)
        if planned != lexicon.has("section", "past", heading):
            if not planned:
                return False
            break
    rest = _MOVED.sub(" ", piece.text)
    return rest != piece.text and not (_THEN.search(rest) or tells_past(rest, lexicon))


def _targets(piece: Piece) -> tuple[TargetText, ...]:
    return tuple(
        TargetText(
            q.metric,
            "=" if q.value == "0" and q.op != ">" else _BOUND.get(q.op, q.op),
            q.value,
            q.unit,
            q.base,
        )
        for q in piece.quantities
        if (q.explicit or q.unit_kind or q.value == "0") and not _is_there(piece, q)
    )


def _is_there(piece: Piece, quantity: Quantity) -> bool:
    """Whether a plan only counts what there is or was: 对现有12家药房开展评级, it was 87%."""
    before = piece.text[: quantity.start]
    return before.endswith(("现有", "原有", "已有", " was ", " were "))


def _figures(piece: Piece, lexicon: Lexicon) -> tuple[FigureText, ...]:
    """Figures, each change given to the number it changes."""
    period = _period(piece, lexicon)
    figures: list[FigureText] = []
    places: list[Quantity] = []
    shared = _shared_out(piece, lexicon)
    given = {change.start for change in shared.values()}
    told: tuple[int, Quantity] | None = None
    columns = zip(piece.cells, piece.columns, strict=False)
    aside = [cell for cell, means in columns if means == "change"]
    for quantity in (_as_growth(piece, q) for q in piece.quantities):
        if quantity.unit_kind == "direction" or quantity.start in given:
            continue
        if any(start <= quantity.start < end for start, end in aside):
            continue
        at = _changed(piece, figures, places, quantity, lexicon) if quantity.change else None
        if at is not None:
            figures[at] = replace(figures[at], change=_change(quantity), base=quantity.base)
            told = at, quantity
        elif figures and _lands(piece, places[-1], quantity) and figures[-1].value is None:
            value = _figure(quantity, period)
            figures[-1] = replace(figures[-1], value=value.value, unit=value.unit)
            places[-1] = quantity
        elif told and _says_again(piece, told[1], quantity, lexicon):
            share, amount = sorted((told[1], quantity), key=lambda q: q.unit_kind not in _SHARES)
            at = told[0]
            share = replace(share, op=told[1].op)
            amount = replace(amount, change=False, op="=", metric=figures[at].label)
            figures[at] = replace(figures[at], change=_change(share))
            figures.append(_figure(amount, period))
            places.append(amount)
            told = None
        else:
            figure = _figure(quantity, period)
            if quantity.start in shared:
                figure = replace(figure, change=_change(shared[quantity.start]))
            figures.append(figure)
            places.append(quantity)
    ends = [*(p.start for p in places[1:]), len(piece.text)]
    if figures and figures[-1].change is None and (moved := _in_column(piece)):
        figures[-1] = replace(figures[-1], change=moved)
    return tuple(
        _unchanged(piece, figure, place, end, lexicon)
        for figure, place, end in zip(figures, places, ends, strict=False)
    )


def _in_column(piece: Piece) -> str | None:
    """The change a table gives in a column of its own: +11.1%, -0.4天."""
    for (start, end), means in zip(piece.cells, piece.columns, strict=False):
        told = re.fullmatch(r"[+-]?\d+(?:\.\d+)?\D{0,6}", piece.text[start:end].strip())
        if means == "change" and told:
            return told.group() if told.group()[0] in "+-" else f"+{told.group()}"
    return None


def _as_growth(piece: Piece, quantity: Quantity) -> Quantity:
    """A number that a noun calls a rise or fall, as the change it is: 增幅6.25%, 降幅达3%."""
    called = _GROWTH.search(piece.text[max(0, quantity.start - 12) : quantity.start])
    if called is None or quantity.change or quantity.unit_kind not in _SHARES:
        return quantity
    return replace(quantity, change=True, op="increase" if called.group("up") else "decrease")


def _says_again(piece: Piece, first: Quantity, second: Quantity, lexicon: Lexicon) -> bool:
    """Whether two changes are told of one number: 减少316人次，下降2.4%; up 312, or 5%."""
    commas = _commas(piece.text[first.end : second.start])
    kinds = (first.unit_kind in _SHARES) + (second.unit_kind in _SHARES)
    subject = _own_subject(piece, second, lexicon)
    again = second.change or bool(
        re.fullmatch(r"\s*(?:[（(]|and|or)\s*", piece.text[first.end : second.start])
    )
    return again and kinds == 1 and not subject and commas is not None and commas <= 1


def _shared_out(piece: Piece, lexicon: Lexicon) -> dict[int, Quantity]:
    """Changes told one after another of the numbers before: 分别下降3.1个百分点和0.3天."""
    found = _respectively(piece)
    for word in lexicon.compile(r"分别[^\d，,；;。]{0,14}?(«direction:»)").finditer(piece.text):
        stop = _END.search(piece.text, word.end())
        end = stop.start() if stop else len(piece.text)
        floor = max((m.end() for m in _END.finditer(piece.text, 0, word.start())), default=0)
        changes = [q for q in piece.quantities if word.end() <= q.start < end]
        amounts = [q for q in piece.quantities if floor <= q.start < word.start() and not q.change]
        op = lexicon.meaning("direction", word.group(1)) or "increase"
        for amount, change in zip(amounts[-len(changes) :], changes, strict=False):
            raised = change.op if change.change else op
            found[amount.start] = replace(change, change=True, op=raised)
    return found


def _respectively(piece: Piece) -> dict[int, Quantity]:
    """Changes told one after another: "5.2% and 9.7% higher … respectively", or behind the word."""
    found: dict[int, Quantity] = {}
    for word in re.finditer(r"\brespectively\b", piece.text):
        before = [q for q in piece.quantities if q.end <= word.start()]
        behind = [q for q in piece.quantities if q.start >= word.end()]
        for run in (_strung(piece, before[::-1])[::-1], _strung(piece, behind)):
            moved = next((q for q in run if q.change), None)
            amounts = [q for q in before if not q.change and q not in run][-len(run) :]
            if moved and len(amounts) == len(run) > 1:
                pairs = zip(amounts, run, strict=True)
                found |= {a.start: replace(c, change=True, op=moved.op) for a, c in pairs}
                break
    return found


def _strung(piece: Piece, ordered: list[Quantity]) -> list[Quantity]:
    """The first of these quantities and those joined to it one after another: 5.2% and 9.7%."""
    run = ordered[:1]
    for quantity in ordered[1:]:
        one, two = sorted((run[-1], quantity), key=lambda q: q.start)
        between = piece.text[one.end : two.start]
        if not re.fullmatch(r"\s*(?:,|and|,\s*and)\s*(?:by\s+)?", between):
            break
        run.append(quantity)
    return run


def _changed(
    piece: Piece,
    figures: list[FigureText],
    places: list[Quantity],
    change: Quantity,
    lexicon: Lexicon,
) -> int | None:
    """Which figure a rise or fall is told of: the last, or the last of the same unit."""
    same = [
        n
        for n, f in enumerate(figures)
        if f.unit == change.unit and f.value and f.change is None and places[n].unit_kind != "nil"
    ]
    if _own_subject(piece, change, lexicon):
        return None
    amounts = [n for n, f in enumerate(figures) if f.unit not in ("%", "‰")]
    skipped = 0
    for at in (len(figures) - 1, *reversed(same), *amounts[-1:]):
        if at >= 0 and _OF_PLAN.search(
            piece.text[max(0, places[at].start - 12) : places[at].start]
        ):
            skipped = 1
            continue
        if at < 0 or figures[at].change is not None or not figures[at].value:
            continue
        if places[at].unit_kind == "nil":
            continue
        counted = change.unit_kind not in ("percent", "point")
        if counted and figures[at].unit in ("%", "‰"):
            continue
        commas = _commas(piece.text[places[at].end : change.start])
        if commas is not None and commas <= skipped + (
            3 if counted and at in (*same, *amounts[-1:]) else 1
        ):
            if counted and at not in same and same:
                continue
            return at
    return None


def _own_subject(piece: Piece, change: Quantity, lexicon: Lexicon) -> bool:
    """Whether the clause of a change names what changes: 外送项目减少5项, 11% more cases than."""
    if piece.lang == "en":
        named = r"\s*(?:more|fewer|less|lower|higher)\s+(?!than\b)\w+"
        clause = re.split(r"[,;:(]\s|\band\s", piece.text[piece.body_at : change.start])[-1]
        moves = lexicon.compile(_MOVES).match(clause)
        return bool(moves or re.match(named, piece.text[change.end :]))
    clause = re.split(r"[，,；;。：:、（(]", piece.text[piece.body_at : change.start])[-1]
    bare = lexicon.compile(
        r"«compared»|[较比][^，,；;。]{2,16}?(?:(?=«direction:»)|[多少高低长短][出了]?$)|«direction»|«comparison»|«approximate:before»|«period»|\d+年|[全本]?[国省市县区院]{0,2}平均(?:水平|数|值)?|[的了其中率幅]|幅度|相比|净|年均"
        r"|受[\u3400-\u9fff]{2,20}影响|(?:超|高于|低于|高出)[^，,；;。\d]{0,6}(?:指标|目标|计划|标准|控制线|要求)值?"
    ).sub("", clause)
    return len(re.findall(r"[\u3400-\u9fff]", bare)) >= 2 and not re.search(r"\d", clause)


def _commas(between: str) -> int | None:
    """How many commas stand between two numbers; None if a sentence or half of one does."""
    between = _BEFORE.sub("", _MEASURED_BY.sub("", between))
    return (
        None if re.search(r"[；;。]|[.]\s+[A-Z]", between) else len(re.findall(r"[，,]", between))
    )


def _lands(piece: Piece, before: Quantity, quantity: Quantity) -> bool:
    """Whether a change is followed by what it led to: "rose by 4.2% to 61,250", 增长5%达到120例."""
    between = piece.text[before.end : quantity.start].strip()
    if before.change and re.fullmatch(
        r"(?:(?:on|from|against|compared with) [^,;]{3,40} )?at|, from [^,;]{1,24} to", between
    ):
        return True
    return before.change and between in (
        "to",
        "，达到",
        "达到",
        "达",
        "，达",
        "至",
        "到",
        ", to",
        "(to",
    )


def _unchanged(
    piece: Piece, figure: FigureText, place: Quantity, end: int, lexicon: Lexicon
) -> FigureText:
    """A figure said to be as it was before, or only to have risen or fallen, no number given."""
    if figure.change is not None or figure.value is None:
        return figure
    rest = lexicon.compile(_ONLY_A_DIRECTION).match(piece.text, place.end)
    if rest and rest.end() <= end:
        moved = rest.group("zh") or rest.group("en")
        return replace(figure, change=lexicon.meaning("direction", moved))
    near = NEAR if piece.lang == "en" else NEAR // 2
    after = re.split(r"[；;。]", piece.text[place.end : place.end + near])[0]
    after = re.split(r"\d", after)[0]
    before = re.split(r"[，,；;。]", piece.text[: place.start])[-1]
    if lexicon.has("unchanged", None, after) or lexicon.has("unchanged", None, before):
        return replace(figure, change="0", base=figure.base or "yoy")
    return figure


def _change(quantity: Quantity) -> str:
    sign = _SIGN.get(quantity.op, "")
    gap = " " if quantity.unit.isascii() and quantity.unit[:1].isalpha() else ""
    return f"{sign}{quantity.value}{gap}{quantity.unit}"


def _figure(quantity: Quantity, period: str | None) -> FigureText:
    if quantity.change:
        return FigureText(quantity.metric, None, "", period, _change(quantity), quantity.base)
    sign = quantity.op if quantity.op in (">=", "<=", ">", "<") and not quantity.held else ""
    value = quantity.value if quantity.value is None else sign + quantity.value
    return FigureText(quantity.metric, value, quantity.unit, period, None, quantity.base)


def _period(piece: Piece, lexicon: Lexicon) -> str | None:
    """The period the sentence names, else the nearest heading's."""
    for words in (piece.text, *reversed(piece.level[1:])):
        months = _PERIOD.search(_BESIDE.sub("", words))
        if months:
            return months.group()
        named = next(iter(lexicon.find("period", words)), None)
        if named:
            return named.text
    return None
