"""Where a summary prints numbers: each with unit, role, label and precision; what goes together.

Decides what a number is in its sentence: a value, what it was a year before, a change, a share.
Whether the numbers agree is the rules' matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.printed import About, Printed
from wardround.reading.document import Document
from wardround.reading.levels import find_levels
from wardround.reading.numbers import BLANK
from wardround.reading.piece import Draft, Piece
from wardround.reading.plan import STEPS
from wardround.text import Lang

Role = Literal["value", "earlier", "opening", "change", "share", "blank"]
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_MULTIPLIER = {
    "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "million": 10**6, "m": 10**6, "thousand": 1000, "k": 1000, "billion": 10**9, "bn": 10**9,
}  # fmt: skip
_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATE = (
    r"\d{2,4}\s*年度?|\d{1,2}\s*(?:[-—–~～至到]{1,2}\s*\d{1,2}\s*)?月(?:份|底|初|末)?"
    r"(?:\s*\d{1,2}(?:\s*[-—–~～至到]{1,2}\s*\d{1,2})?\s*[日号])?"
    r"|(?<=[-—–~～至到])\s*\d{1,2}[日号]|\d{1,2}[.．]\d{1,2}日"
    rf"|{_MONTHS}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?(?!\d|,\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?\s+{_MONTHS}\b"
    r"|(?<![\d,.])(?:19|20)\d\d(?:[/-]\d{2,4})?(?!\d|[,.]\d|\s*(?:«unit»))"
    r"|第\s*\d+|(?:No\.?|Nos\.?)\s*\d+|\d+\s*号(?!线)|[〔\[]\d{4}[〕\]]|\d+\.\d+\.\d+"
    r"|\b[QH][1-4]\b|\d+:\d{2}|(?<![\d.])\d{1,3}\s*(?:周?岁|years? old)|\d+(?:st|nd|rd|th)\b"
)
_CLAUSE = {"zh": re.compile(r"[，,；;。：:、（）()|]"), "en": re.compile(r"[;:()|]|[,.](?=\s|$)")}
LEAD = 60
"""How many characters before a number may tell what it is."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A printed number: `start` and `end` count in the document; `sign` is that of a change."""

    start: int
    end: int
    text: str
    printed: Printed | None
    unit: str
    kind: str
    role: Role
    sign: int
    label: str
    concept: str
    piece: int
    block: int
    lang: Lang

    @property
    def value(self) -> Fraction:
        """What is printed, in whole units; nought for a blank."""
        return self.printed.value if self.printed else Fraction(0)


@dataclass(slots=True)
class Group:
    """What a sentence says of one quantity: its value, the value before, the changes, the share."""

    value: Mention | None = None
    earlier: Mention | None = None
    changes: list[Mention] = field(default_factory=list)
    shares: list[Mention] = field(default_factory=list)
    flat: bool = False
    piece: int = 0

    @property
    def members(self) -> list[Mention]:
        """All its numbers in the order of the text."""
        own = [m for m in (self.value, self.earlier) if m]
        return sorted([*own, *self.changes, *self.shares], key=lambda m: m.start)

    @property
    def concept(self) -> str:
        """The declared quantity it is about, or ''."""
        said = (self.value, self.earlier, *self.changes)
        return next((m.concept for m in said if m and m.concept), "")


@dataclass(frozen=True, slots=True)
class Summary:
    """A document with its sentences, numbers and groups; what the rules look at."""

    document: Document
    lexicon: Lexicon
    pieces: tuple[Piece, ...]
    mentions: tuple[Mention, ...]
    groups: tuple[Group, ...]

    def line(self, offset: int) -> int:
        """The line of an offset, beginning at 1."""
        return self.document.text.count("\n", 0, offset) + 1

    def of_piece(self, number: int) -> list[Mention]:
        """The numbers of one sentence, in order."""
        return [m for m in self.mentions if m.piece == number]


def scan(document: Document, lexicon: Lexicon) -> Summary:
    """Read a document's sentences and the numbers in them.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> found = scan(Document("a.txt", "门诊8991人次，同比增长4%。"), load_lexicon())
    >>> [(m.text, m.role, m.concept) for m in found.mentions]
    [('8991人次', 'value', 'visits'), ('4%', 'change', '')]
    """
    draft = Draft(document, lexicon)
    for step in STEPS[: STEPS.index(find_levels) + 1]:
        draft = step(draft)
    mentions: list[Mention] = []
    groups: list[Group] = []
    for number, piece in enumerate(draft.pieces):
        if piece.role in ("row", "row head", "furniture"):
            continue
        found = list(_mentions(piece, number, lexicon))
        mentions += found
        groups += _groups(piece, number, found, lexicon)
    return Summary(document, lexicon, draft.pieces, tuple(mentions), tuple(groups))


def masked(text: str, lexicon: Lexicon) -> str:
    """The text with dates, years, ordinals and ages blotted out, letter for letter."""
    return lexicon.compile(_DATE).sub(lambda m: "\x01" * len(m.group()), text)


def number_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """A number with sign, currency, multiplier and unit."""
    return lexicon.compile(
        r"(?P<sign>(?<![\dA-Za-z%年月日])[+＋−-])?\s?(?P<cur>[£$¥€￥])?"
        rf"(?<![\dA-Za-z.\x01])(?P<n>{_DIGITS}|{BLANK})(?!\d|\.\d|[xX×_*＊]{{2}})"
        r"(?P<more>[余多](?=[\u3400-\u9fff]))?"
        r"(?:\s?(?P<mult>«multiplier::zh»|(?:million|billion|thousand|bn|[mk])(?![A-Za-z])))?"
        r"(?P<more2>[余多])?"
        r"(?:\s?(?P<unit>«unit»)|\s(?:(?!(?:of|per|to|in|and|or|for|from|by|at|on|the|with|were|was"
        r"|are|is|more|than|up|down|a|an)\s)[a-z][a-z-]+\s){1,3}?(?P<far>«unit:count:en»))?"
        r"(?P<tail>以上|左右|余|多)?"
    )


def _mentions(piece: Piece, number: int, lexicon: Lexicon) -> Iterator[Mention]:
    text = masked(piece.text, lexicon)
    at, before = piece.body_at, piece.body_at
    pattern = number_pattern(lexicon)
    last: Mention | None = None
    while match := pattern.search(text, at):
        at = max(match.end("n"), at + 1)
        whole_end = max(match.end(g) for g in ("n", "mult", "more", "more2", "unit", "far"))
        if _no_quantity(text, match, piece):
            continue
        start = match.start("sign") if match.group("sign") else match.start("n")
        start = match.start("cur") if match.group("cur") else start
        ending = max(match.end("n"), match.end("mult"), match.end("unit"), match.end("more2"))
        mention = _mention(piece, number, match, (start, ending, before), lexicon)
        if last and mention.role in ("value", "share"):
            mention = _carried(piece, last, mention)
        last = mention
        at = before = max(ending, at)
        yield mention
        at = max(at, whole_end if match.group("unit") else at)


def _carried(piece: Piece, last: Mention, mention: Mention) -> Mention:
    """What a number is by the one before it: up 576 (6.7%), 比去年1980台多165台, 占2145台的62%."""
    between = piece.text[last.end - piece.start : mention.start - piece.start]
    percent = mention.kind == "percent"
    if last.role == "change" and percent and last.kind != "percent" and _CARRIED.fullmatch(between):
        return replace(mention, role="change", sign=last.sign, concept="")
    if last.role == "earlier" and (more := re.fullmatch(r"(多|少|高|低)了?", between)):
        return replace(mention, role="change", sign=1 if more.group(1) in "多高" else -1)
    if last.role == "value" and percent and between == "的":
        return replace(mention, role="share")
    return mention


def _no_quantity(text: str, match: re.Match[str], piece: Piece) -> bool:
    """Ranges, models, clock times, list marks inside a sentence, stars that make words bold."""
    start, end = match.start("n"), match.end("n")
    if re.match(r"\s*[-—–~～/]\s*\d", text[end:]) or re.search(r"\d\s*[-—–~～/]\s*$", text[:start]):
        return True
    token = match.group("n")
    if not token[0].isdigit():
        return not (match.group("unit") or match.group("mult")) or piece.lang == "en"
    if (
        len(token) < 3
        and not match.group("unit")
        and re.match(r"[.、．)）](?!\d)\s*\S", text[end:])
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
    lead = _CLAUSE[piece.lang].split(wide)[-1]
    after = text[max(end, match.end("far")) : end + LEAD]
    role, sign = _role(piece.lang, lead, wide, after, match.group("sign") or "", kind, lexicon)
    printed = None
    if re.fullmatch(r"[\d.,]+", match.group("n")):
        printed = _printed(match, kind, _about(lead, match, lexicon))
    else:
        role = "blank"
    label = _label(piece.lang, lead, text[end : end + 40], lexicon)
    concept = ""
    if role in ("value", "opening", "change"):
        concept = concept_near(piece.lang, wide, text[match.end("n") : end + 40], lexicon)
        if role == "change" and not own_label(lead, lexicon):
            concept = ""
    return Mention(
        piece.start + start, piece.start + end, text[start:end], printed, unit, kind, role, sign,
        label, concept, number, piece.block, piece.lang,
    )  # fmt: skip


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
        r"|(?P<near>约|近|大约|约为|将近|接近|approximately|about|around|nearly|almost|some|roughly"
        r"|circa|just over|just under))\s*$"
    ).search(lead)
    if not said:
        return ""
    return "~" if said.group("near") else ">" if said.group("over") else "<"


_BRACKETED = re.compile(r"[\u3400-\u9fff]{0,6}\s*[（(]\s*|\s+(?:[a-z-]+\s+){0,4}\(\s*")
"""What may stand between a part and its share in brackets."""
_CARRIED = re.compile(r"\s*(?:or|and|or about|,|/|即|或|，|、|[(（])\s*", re.IGNORECASE)
"""What may stand between an increment and the same change in percent."""
_ZH_MORE = re.compile(r"(?:比|较)[^，,；;。]{1,9}(多|少|高|低)了?$")
_ZH_OPENING = re.compile(r"[由从自][^，,；;。]{0,14}$")
_ZH_SHARE = re.compile(r"占(?!用)[^，,；;。]{0,16}$")
_EN_AFTER = (
    r"\s*(?:percentage points?\s*)?(?:year[- ]on[- ]year\s*)?"
    r"(?P<up>increase|rise|growth|more|higher|up\b|gain|improvement|above)?"
    r"(?P<down>decrease|fall|reduction|drop|decline|fewer|less|lower|down\b|shorter|below)?\b"
)


def _role(
    lang: Lang, lead: str, wide: str, after: str, sign: str, kind: str, lexicon: Lexicon
) -> tuple[Role, int]:
    """What a number is to the sentence, and which way a change goes."""
    if sign and kind in ("percent", "point"):
        return "change", -1 if sign in "−-" else 1
    if kind == "point":
        return "change", _way(lang, lead, after, kind, lexicon)
    if kind == "percent" and _BRACKETED.fullmatch(wide) and after[:1] in (")", "）"):
        return "share", 1
    if lang == "zh":
        if re.search(r"[（(](?:19|20)\d\d年(?:同期|上半年|全年)?[：:为]?\s*$", wide):
            return "earlier", 1
        return _role_zh(lead, after, kind, lexicon)
    return _role_en(lead, wide, after, kind, lexicon)


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
        return "change", 1 if moved.group("up") else -1
    more = _ZH_MORE.search(lead)
    if more:
        return "change", 1 if more.group(1) in "多高" else -1
    if kind == "percent" and _ZH_SHARE.search(lead) and not _names_rate(lead, lexicon):
        return "share", 1
    if _ZH_OPENING.search(lead) and re.match(r"[^，,；;。\d]{0,14}[到至]", after):
        return "opening", 1
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
    if kind == "percent" and re.search(r"\b(?:made|makes) up\s*$", lead, re.I):
        return "share", 1
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
    if moved and not re.search(r"\bto\s*$", lead):
        return "change", 1 if moved.group("up") else -1
    tail = re.match(_EN_AFTER, after, re.I)
    if (
        kind in ("percent", "point", "count", "")
        and tail
        and (tail.group("up") or tail.group("down"))
    ) and not re.match(r"\s*(?:more|fewer|less)\b(?!\s+(?:than|on)\b)", after, re.I):
        return "change", 1 if tail.group("up") else -1
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


def own_label(lead: str, lexicon: Lexicon) -> str:
    """What a change's own clause says it is a change of; '' if it goes on with what was said."""
    noise = lexicon.compile(
        r"«compared»|«moved»|«direction»|«earlier:before»|«comparison»|«approximate:before»"
        r"|相比|幅度|同期|有所|分别|进一步|大幅|明显|小幅|略有|同比|环比|其中|增速|增幅"
        r"|\b(?:a|an|the|which|that|is|was|were|of|by|and|or|with|this|year|has|have|been|recorded|also|on"
        r"|treated|performed|carried|out|respectively|representing|it|they|both|period|same|in|had)\b"
        r"|^[多少高低]了?$|[了的为是也则又再共比较与和均净数量达有约在上年度由于因以呈,，()（）\s\x01-]"
    )
    return noise.sub("", lead)


def _label(lang: Lang, lead: str, after: str, lexicon: Lexicon) -> str:
    """The words that name a number."""
    noise = (
        r"(?:«comparison»|«approximate:before»|«metric_noise»|«part»|«whole:cue»|«period»|为|是|达|有|了"
        r"|均|全院|我院|本院|今年|月|份|we|our|[\s\x01\d—–~-])+"
    )
    words = lexicon.compile(f"^{noise}").sub("", lead)
    words = lexicon.compile(f"{noise}$").sub("", words)
    if lang == "en":
        tail = re.split(
            r"[,;:.()]|\s(?:in|for|with|by|on|from|to|than|and|at|of|was|were)\b", after
        )
        words = f"{' '.join(words.split())} {' '.join(tail[0].split())}"
    return words.strip("，,、：:；; ")[-30:]


def concept_near(lang: Lang, wide: str, after: str, lexicon: Lexicon) -> str:
    """The declared quantity named nearest to a number, or ''."""
    clauses = _CLAUSE[lang].split(wide)
    bare = lang == "zh" and len(clauses) > 1 and not clauses[-1].strip(" \x01")
    lead = clauses[-2] if bare else clauses[-1]
    best, key = -1, ""
    for hit in lexicon.find("quantity", lead):
        if hit.end >= best and not _other_thing(lang, lead[hit.end :], lexicon):
            best, key = hit.end, hit.means
    if lang == "zh":
        hit2 = next(lexicon.find("quantity", _CLAUSE["zh"].split(after)[0][:5]), None)
        return key or (hit2.means if hit2 and hit2.start <= 2 else "")
    tail = _CLAUSE[lang].split(re.sub(r"^\s*\([^)]*\)", "", after))[0][:34]
    for hit in lexicon.find("quantity", tail):
        if hit.start <= 14:
            return hit.means
    return key


_COUNTED = re.compile(r"总?人[次数]|总?数|总?量|病人|患者|[台例]次?|共|总|约|近|[\s\x01]")


def _other_thing(lang: Lang, between: str, lexicon: Lexicon) -> bool:
    """Whether what follows a quantity's name makes it another quantity (门诊收入, 手术室)."""
    if lang == "zh":
        return len(_COUNTED.sub("", own_label(between, lexicon))) > 1
    return bool(
        re.match(r"\s+(?:income|revenue|rate|cost|department|theatre|satisfaction)", between)
    )


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
        hard = bool(re.search(r"[；;。]", between))
        fresh = m.role == "change" and bool(
            own_label(_CLAUSE[piece.lang].split(between)[-1], lexicon)
        )
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
