"""Where a summary prints numbers, and what each is in its sentence.

Decides on units, on what is no quantity, on what a number is by the numbers before it, and which
numbers speak of one quantity; `roles` and `naming` read the words around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.mentions import Group, Mention, Summary
from wardround.claims.naming import CLAUSE, concept_near, label_of, own_label, rates
from wardround.claims.periods import MONTH
from wardround.claims.printed import About, Printed
from wardround.claims.roles import role_of
from wardround.claims.said import Said, unbroken
from wardround.reading.document import Document
from wardround.reading.levels import find_levels
from wardround.reading.numbers import BLANK
from wardround.reading.piece import Draft, Piece
from wardround.reading.plan import STEPS

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_MULTIPLIER = {
    "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "million": 10**6, "m": 10**6, "thousand": 1000, "k": 1000, "billion": 10**9, "bn": 10**9,
}  # fmt: skip
_DATE = (
    r"\d{2,4}\s*年度?|\d{1,2}\s*(?:[-—–~～至到]{1,2}\s*\d{1,2}\s*)?月(?:份|底|初|末)?"
    r"(?:\s*\d{1,2}(?:\s*[-—–~～至到]{1,2}\s*\d{1,2})?\s*[日号])?"
    r"|(?<=[-—–~～至到])\s*\d{1,2}[日号]|\d{1,2}[.．]\d{1,2}日"
    rf"|{MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?(?!\d|,\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?\s+{MONTH}\b"
    r"|(?<![\d,.])(?:19|20)\d\d(?:[/-]\d{2,4})?(?!\d|[,.]\d|\s*(?:«unit»))"
    r"|第\s*\d+|(?:No\.?|Nos\.?)\s*\d+|\d+\s*号(?!线)|[〔\[]\d{4}[〕\]]|\d+\.\d+\.\d+"
    r"|\b[QH][1-4]\b|\d+:\d{2}|(?<![\d.])\d{1,3}\s*(?:周?岁|years? (?:old|of age))"
    r"|\d+(?:st|nd|rd|th)\b"
)
_TO_ONE = (
    r"(?:(?<=比)|(?<=比[为达是])|(?<=比达到)|(?<=比例)|(?<=比例[为达是])|(?<=ratio (?:of|is|at) )"
    r"|(?<=ratio was ))1\s*[:：∶]\s*(?=\d)|(?<=\d)[:：∶]1(?![\d.:：])"
)
"""The "1:" of a ratio such as 床护比1:0.6, or the ":1"; what stands beside it is its value."""
_COUNTED = re.compile(r"\d[\d,.]*\s?(?:[万亿]|[人元例台张床件份篇次项]|百分|%)(?!月)")
PARAGRAPH = 20
"""No paragraph that a person wrote has more sentences than this."""
LEAD = 60
"""How many characters before a number may tell what it is."""


def scan(document: Document, said: Said, lexicon: Lexicon) -> tuple[Said, Summary]:
    """Read a document's sentences as they are said, and the numbers in them.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> text = "门诊8991人次，同比增长4%。"
    >>> _, found = scan(Document("a.txt", text), Said(text), load_lexicon())
    >>> [(m.text, m.role, m.concept) for m in found.mentions]
    [('8991人次', 'value', 'visits'), ('4%', 'change', '')]
    """
    draft = Draft(said.of(document), lexicon)
    for step in STEPS[: STEPS.index(find_levels) + 1]:
        draft = step(draft)
    said, pieces = unbroken(said, tuple(_paragraphs(draft.pieces)))
    mentions: list[Mention] = []
    blanks: list[Mention] = []
    groups: list[Group] = []
    for number, piece in enumerate(pieces):
        if piece.role in ("row", "row head", "furniture"):
            continue
        every = list(_mentions(piece, number, lexicon))
        blanks += (m for m in every if m.role == "blank")
        found = _with_units(piece, [m for m in every if m.role != "blank"])
        mentions += found
        groups += _groups(piece, number, found, lexicon)
    document = said.of(document)
    return said, Summary(document, lexicon, pieces, tuple(mentions), tuple(blanks), tuple(groups))


def _paragraphs(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The sentences of a text without breaks as several paragraphs, so that near ones are near."""
    cut = count = 0
    for before, piece in zip((None, *pieces), pieces, strict=False):
        count = count + 1 if before and before.block == piece.block else 0
        cut += count > 0 and count % PARAGRAPH == 0
        yield replace(piece, block=piece.block + cut) if cut else piece


def masked(text: str, lexicon: Lexicon) -> str:
    """The text with dates, years, ordinals and ages blotted out, letter for letter."""
    text = lexicon.compile(_TO_ONE).sub(lambda m: "\x02" * len(m.group()), text)
    return lexicon.compile(_DATE).sub(_blotted, text)


def _blotted(date: re.Match[str]) -> str:
    """A date blotted out; a number right behind a year stays one: 较2021年11.2万人次."""
    counted = date.group()[-1] in "年月份" and _COUNTED.match(date.string, date.end())
    return "\x01" * (len(date.group()) - 1) + ("\x02" if counted else "\x01")


def number_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """A number with sign, currency, multiplier and unit."""
    return lexicon.compile(
        r"(?P<sign>(?<![\dA-Za-z%年月日])[+＋−-])?\s?(?P<cur>[£$¥€￥])?"
        r"(?<![\d.\x01])(?:(?<![A-Za-z])|(?<=[A-Z]{2})(?=\d[\d,.]*(?:人次|例|台次|份|次|株|件|名|项)))"
        rf"(?P<n>{_DIGITS}|{BLANK})(?!\d|\.\d|[xX×_*＊]{{2}})"
        r"(?P<more>[余多](?=[\u3400-\u9fff]))?"
        r"(?:\s?(?P<mult>«multiplier::zh»|(?:million|billion|thousand|bn|[mk])(?![A-Za-z])))?"
        r"(?P<more2>[余多])?"
        r"(?:\s?(?!days? (?:cas|surg|pati|proc|oper|hosp|cent))"
        r"(?P<unit>«unit»)|\s(?:(?!(?:of|per|to|in|and|or|for|from|by|at|on|the|with|were|was"
        r"|are|is|more|than|up|down|a|an)\s)[a-z][a-z-]+\s){1,3}?(?P<far>«unit:count:en»))?"
        r"(?P<tail>以上|左右|余|多)?"
    )


def _mentions(piece: Piece, number: int, lexicon: Lexicon) -> Iterator[Mention]:
    text = masked(piece.text, lexicon)
    pattern = number_pattern(lexicon)
    opening = pattern.match(text) if piece.body_at else None
    at = before = 0 if opening and opening["mult"] else piece.body_at
    last: Mention | None = None
    moved: Mention | None = None
    while match := pattern.search(text, at):
        at = max(match.end("n"), at + 1)
        whole_end = max(match.end(g) for g in ("n", "mult", "more", "more2", "unit", "far"))
        if _no_quantity(text, match, piece):
            continue
        start = match.start("sign") if match.group("sign") else match.start("n")
        start = match.start("cur") if match.group("cur") else start
        ending = max(match.end("n"), match.end("mult"), match.end("unit"), match.end("more2"))
        mention = _mention(piece, number, match, (start, ending, before), lexicon)
        if last and mention.role in ("value", "share", "earlier"):
            mention = _carried(piece, last, moved, mention)
        last = mention
        moved = mention if mention.role == "change" and mention.kind != "percent" else moved
        at = before = max(ending, at)
        yield mention
        at = max(at, whole_end if match.group("unit") else at)


def _with_units(piece: Piece, found: list[Mention]) -> list[Mention]:
    """Numbers strung together bear the unit of the last of them: 2160、1845和1732人次.

    English millions beside millions of money are of money too.
    """
    money = next((m for m in found if m.kind == "money"), None)
    for at in range(len(found) - 1, -1, -1):
        m, after = found[at], found[min(at + 1, len(found) - 1)]
        if money and not m.kind and m.text.endswith("illion"):
            found[at] = m = replace(m, unit=money.unit, kind="money")
        between = piece.text[m.end - piece.start : after.start - piece.start]
        joined = not m.kind and m.role == after.role and re.fullmatch("[、和及与]", between)
        if joined and m.printed.step == after.printed.step:
            found[at] = replace(m, unit=after.unit, kind=after.kind)
    return found


def _carried(piece: Piece, last: Mention, moved: Mention | None, mention: Mention) -> Mention:
    """What a number is by those before it: up 576 on 8,640 (6.7%), 比去年1980台多165台.

    `moved` is the last change that was told in numbers rather than in percent.
    """
    between = piece.text[last.end - piece.start : mention.start - piece.start]
    lead = piece.text[: last.start - piece.start]
    percent, value = mention.kind == "percent", mention.role == "value"
    if _FROM.search(lead) and _BY.fullmatch(between):
        return replace(mention, role="change", sign=0, concept="")
    onwards = piece.text[moved.end - piece.start : last.start - piece.start] if moved else ""
    moved_to = last.role == "value" and moved and _TO.fullmatch(onwards)
    if percent and last.role == "value" and value and not moved_to and _OR_SO.search(between):
        stepped = bool(_FROM.search(lead))
        return replace(mention, role="change" if stepped else "share", sign=1 - stepped)
    step = last if last.role == "change" and last.kind != "percent" else None
    told = step or (moved if last.role == "earlier" else None)
    if mention.role == "earlier" and (not percent or not told or told.kind == "point"):
        return mention
    closed = step and piece.text[mention.end - piece.start :][:1] == ")"
    bracketed = (closed or (moved and last.role == "earlier")) and _IN_BRACKET.match(between)
    if percent and (bracketed or ((step or moved_to) and _CARRIED.fullmatch(between))):
        sign = step.sign if step else moved.sign if moved else 1
        return replace(mention, role="change", sign=sign, concept="")
    if (
        (last.role == "value" and value and _years_before(piece, last, between))
        or (last.role == "change" and value and _MOVED_ON.fullmatch(between))
        or (last.role == "change" and not percent and _THEN.fullmatch(between))
        or (last.role == "earlier" and value and _IN_ONE.search(lead + last.text + between))
    ):
        return replace(mention, role="earlier")
    if last.role == "earlier" and (more := re.fullmatch(r"(多|少|高|低)了?", between)):
        return replace(mention, role="change", sign=1 if more.group(1) in "多高" else -1)
    if last.role == "value" and percent and between == "的":
        return replace(mention, role="share")
    return mention


def _years_before(piece: Piece, last: Mention, between: str) -> bool:
    """Whether a number is said of a year before that of the last: …15836人次，2022年为14702人次."""
    said = _OF_YEAR.fullmatch(between)
    years = re.findall(r"(?:19|20)\d\d", piece.text[: last.start - piece.start])
    return said is not None and all(year > said.group(1) for year in years)


def _no_quantity(text: str, match: re.Match[str], piece: Piece) -> bool:
    """Ranges, models, clock times, list marks inside a sentence, stars that make words bold."""
    start, end = match.start("n"), match.end("n")
    if _MODEL.match(text[end:]):
        return True
    if re.search(r"[%％]\s*[（(](?:\d[\d,]*\s*/\s*)?$", text[:start]) and (
        re.match(r"\s*/\s*\d[\d,]*\s*[)）]", text[end:]) or text[end : end + 1] in (")", "）")
    ):  # fmt: skip
        return False
    if re.match(r"\s*[-—–~～/]\s*\d(?!0万)", text[end:]) or re.search(
        r"\d\s*[-—–~～/]\s*$", text[:start]
    ):
        return True
    if _BETWEEN.search(text[:start]) and (
        re.match(r"\s+and\s+\d", text[end:]) or re.search(r"\d\s+and\s+$", text[:start])
    ):
        return True
    if _GRADE.search(text[:start]):
        return True
    token = match.group("n")
    if not token[0].isdigit():
        return not (match.group("unit") or match.group("mult")) or piece.lang == "en"
    if (
        len(token) < 3
        and not match.group("unit")
        and re.match(r"[.、．)）](?!\d)\s*\S", text[end:])
        and not (text[end] in ")）" and re.search(r"[（(][^()（）]*$", text[:start]))
    ):
        return bool(re.search(r"(?:^|[。；;：:.]\s*)$", text[:start]))
    return bool(re.match(r"\s?(?:小时|hours?)\s?(?:值班|开放|服务|a day)", text[end:]))


def _mention(
    piece: Piece, number: int, match: re.Match[str], span: tuple[int, int, int], lexicon: Lexicon
) -> Mention:
    start, end, before = span
    text = piece.text
    unit, kind = _unit(match, lexicon)
    # A clause may say its words before the last comma; the number's own lead begins at it.
    wide = text[max(before, start - LEAD) : start]
    lead = CLAUSE[piece.lang].split(wide)[-1]
    after = text[max(end, match.end("far")) : end + LEAD]
    role, sign = role_of(piece.lang, lead, wide, after, match.group("sign") or "", kind, lexicon)
    printed = Printed(Fraction(0), Fraction(0))
    if re.fullmatch(r"[\d.,]+", match.group("n")):
        # "7 fewer than 28" tells a difference and no bound.
        differs = re.fullmatch(r"\s(?:more|fewer|less|higher|lower) than\s", wide)
        printed = _printed(match, kind, "" if differs else _about(lead, match, lexicon))
    else:
        role = "blank"
    wide, lead = (_own_words(w) if piece.lang == "en" else w for w in (wide, lead))
    label = label_of(piece.lang, lead, text[end : end + 40], lexicon)
    concept = ""
    if role in ("value", "opening", "change") and kind != "rate":
        behind = text[end if kind == "money" else match.end("n") : end + 40]
        concept = concept_near(piece.lang, wide, behind, lexicon)
        if role == "change" and not own_label(lead, lexicon):
            concept = ""
        if kind == "percent" and role == "value" and concept not in rates(lexicon):
            concept = ""
    return Mention(
        piece.start + start, piece.start + end, text[start:end], printed, unit, kind, role, sign,
        label, concept, number, piece.block, piece.lang,
    )  # fmt: skip


def _own_words(words: str) -> str:
    """English words before a number without those that tell of the number before: of x and …."""
    return re.sub(r"^\s*(?:of|from|in|for|were|was|are)\b[^,;:()]*\b(?:and|or)\s+$", "", words)


def _unit(match: re.Match[str], lexicon: Lexicon) -> tuple[str, str]:
    unit = " ".join((match.group("unit") or match.group("far") or "").lower().split())
    kind = lexicon.meaning("unit", unit) or ("money" if match.group("cur") else "")
    if match.group("cur"):
        unit = match.group("cur")
    if kind == "percent":
        unit = "‰" if unit == "‰" else "%"
    if kind == "point":
        unit = "pp"
    return lexicon.meaning("alike", unit) or unit, kind or ("count" if unit else "")


def _printed(match: re.Match[str], kind: str, about: About) -> Printed:
    token = match.group("n").replace(",", "")
    times = _MULTIPLIER.get((match.group("mult") or "").lower(), 1)
    decimals = len(token.partition(".")[2])
    whole = not decimals and times == 1 and kind not in ("percent", "point", "length", "rate")
    step = Fraction(times, 10**decimals)
    return Printed(Fraction(token) * times, step, about, whole and not about)


def _about(lead: str, match: re.Match[str], lexicon: Lexicon) -> About:
    tail = match.group("tail") or ""
    if match.group("more") or match.group("more2") or tail in ("余", "多"):
        return "+"
    if tail == "以上":
        return ">"
    if tail == "左右":
        return "~"
    said = lexicon.compile(
        r"(?:(?P<over>«comparison:>»|«comparison:>=»)|(?P<under>«comparison:<»|«comparison:<=»)"
        r"|(?P<near>(?<![签预节])约|(?<![最临])近|大约|约为|将近|接近|approximately|about|around|nearly|almost|some|roughly"
        r"|circa|just over|just under))\s*$"
    ).search(lead)
    if not said or _SPREAD_OVER.search(lead):
        return ""
    return "~" if said.group("near") else ">" if said.group("over") else "<"


_OF_YEAR = re.compile(
    r"[，,]\s*(?:而|同期)?((?:19|20)\d\d)年(?:度|全年|同期|上半年)?(?:仅?为|是|有)?"
)
_SPREAD_OVER = re.compile(r"\b[a-z]{3,}s\s+over\s*$", re.IGNORECASE)
"""148 falls over 86,310 bed days: not more than so many, but spread over them."""
_THEN = re.compile(
    r"\s*[（(](?:去年|上年|同期|上月|上季度|(?:19|20)\d\d年)?(?:同期|同月|全年|上半年)?(?:\d{1,2}月份?)?[：:为]?\s*"
)
"""What stands between a change and the number before it in a bracket: 增长3.6%（4月46,633人次）."""
_MODEL = re.compile(r"T(?![A-Za-z])|[排型]|[层导线](?=螺旋|CT|心电)|-?slice\b", re.IGNORECASE)
"""What makes a number the model of a machine: 1.5T, 64排."""
_BETWEEN = re.compile(r"\bbetween\s+(?:\d[\d,.]*\s+and\s+)?$")
_GRADE = re.compile(r"\b(?:stage|grade|category|level|phase|band|type|class)s?\s$", re.IGNORECASE)
"""What makes a number the name of a kind: 38 of stage 3."""
_CARRIED = re.compile(
    r"\s*(?:,?\s*(?:or|that is|i\.e\.)|and|or about|,|/|[，,]?即|或|，|、|[(（])\s*", re.IGNORECASE
)
"""What may stand between an increment and the same change in percent."""
_TO = re.compile(r"\s*(?:[a-z]+\s+){0,3}to\s+[£$¥€]?")
"""What stands between a change and what it leads to: rose by 912 to 16,348."""
_OR_SO = re.compile(
    r"^[^;.；。]{0,60}(?:,\s*(?:or|that is|i\.e\.)|[，,]即)\s*$|^\s[a-z ]{3,24}:\s$"
)
"""What stands between a part, or where a number came to, and the same in percent."""
_FROM = re.compile(r"\bfrom\s[^;]{1,30}\sto\s+[£$¥€]?$")
_BY = re.compile(r"\s?(?:[a-z-]+\s?){0,2},?\s*(?:(?:that is|i\.e\.),?\s*|or\s+)?by\s+[£$¥€]?")
"""What stands between where a number came to and by how much: from 46 to 38, that is by 8."""
_IN_BRACKET = re.compile(r"(?:\s[a-z' ]{0,60}|[\u3400-\u9fff]{0,6})[（(]\s*$", re.IGNORECASE)
_IN_ONE = re.compile(r"[（(][^（()）；;]*\d[\d,.]*[^\d（()），,、；;]*[，,、][\u3400-\u9fff]{1,8}$")
"""What stands between two numbers of last year in one bracket: (上年同期入院9306人次，出院."""
_MOVED_ON = re.compile(
    r"\)?\s*(?:(?:more|fewer|less|higher|lower|up|down)\s+)?(?:on|over|than|from|compared with)\s+"
    r"(?:the\s+)?(?:last year's\s+)?[£$¥€]?", re.IGNORECASE,
)  # fmt: skip
"""What may stand between a change and the number it was changed from: up 6% on 79,547."""


def _groups(
    piece: Piece, number: int, mentions: Sequence[Mention], lexicon: Lexicon
) -> list[Group]:
    """Put each change, earlier value and share with the value it speaks of."""
    groups: list[Group] = []
    now = Group(piece=number)
    last = piece.start
    for m in mentions:
        between = piece.text[last - piece.start : m.start - piece.start]
        last = m.end
        hard = bool(re.search(r"[；;。]|[a-z)]\.\s+[A-Z]", between))
        lead = re.sub(r"(?:19|20)\d\d年?", "", CLAUSE[piece.lang].split(between)[-1])
        fresh = m.role == "change" and bool(own_label(lead, lexicon))
        if _begins(now, m, hard, fresh):
            groups.append(now)
            now = Group(piece=number)
        if m.role == "value":
            now.value = m
        elif m.role in ("earlier", "opening") and now.earlier is None:
            now.earlier = m
        elif m.role == "change":
            now.changes.append(m)
        elif m.role == "share":
            now.shares.append(m)
        stretch = piece.text[m.end - piece.start : m.end - piece.start + 24]
        now.flat |= bool(lexicon.compile(r"^[^；;。\d]{0,16}«unchanged»").search(stretch))
    groups.append(now)
    return [g for g in groups if g.members]


def _begins(now: Group, m: Mention, hard: bool, fresh: bool) -> bool:
    """Whether a number begins a new group."""
    if not now.members:
        return False
    if hard and m.role != "earlier":
        return True
    if m.role == "value":
        waits = now.value is None and (now.earlier is not None or not m.label)
        return not waits
    if m.role == "opening":
        return now.value is not None or now.earlier is not None
    return fresh and m.role == "change"
