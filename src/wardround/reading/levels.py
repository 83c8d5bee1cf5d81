"""Which statements are headings, and under which headings every statement stands.

Decides by numbering, brevity and what follows; needs to know first whether a sentence names an
owner, a quantity, a cadence or a deadline, because a sentence that does is never a heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import CJK, Draft, Piece

HEADING_MAX = {"zh": 30, "en": 12}
"""How long a heading that reads like a sentence may be: characters in zh, words in en."""
PLAIN_MAX = {"zh": 22, "en": 9}
"""How long a heading without any mark may be."""
NESTING_MAX = 12
"""Numberings within numberings, at most."""
TITLE_MAX = {"zh": 45, "en": 26}
SECTIONS = ("chapter", "han", "ordinal", "roman")
_STOPPED = re.compile(r"[。！？.!?]$")
_DATE = re.compile(
    r"(?:[\dxX×*_〇○Oo零二一三四五六七八九十\s]{2,7}年(?:度|[\s\dxX×*_一二三四五六七八九十]{0,5}月?"
    r"[\s\dxX×*_一二三四五六七八九十]{0,5}日?(?:\s?[（(].{1,4}[)）])?)"
    r"|(?:65438\+0?)?[A-Z][a-z]{2,8}\.? [\d+]{1,9},? (?:\d{4}|20(?:xx|XX|__|\*\*))"
    r"|\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2,8},? \d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})"
)
_OF_A_YEAR = re.compile(
    r"(?:医院|卫生院|保健院|中心|[\u3400-\u9fff][科部室]|^)[（(]?(?:20[\dxX*×]{2}|二[\d〇○零一二三四五六七八九]{3}|[xX*×]{2})年"
)
"""The first line of a document that names a year is its title, whatever it is called."""
_SIGNED = re.compile(
    r"(?:医院|卫生院|保健院|卫健委|[^部]科|办公室|委员会)$"
    r"|^(?:[A-Z][\w’'.-]*\s+|of\s+|and\s+|the\s+){1,7}"
    r"(?:Hospital|Trust|Office|Section|Department|Committee|Cent(?:er|re)|Team)$"
)
"""How a document's last line is signed."""
_PATH = re.compile(r"(?:\s[->»›]+\s[^->»›]+){2,}$")
"""Where a page stands in its site: "Home - Plans - Work plan"."""
_SAMPLES = r"[(](?:\d{1,2} (?:selected|general)|(?:selected|general|part))\b[^()]{0,24}[)]"
"""How many samples a site has collected: "(selected 6 articles)", "(Part 1)"."""
_PERSON = r"(?-i:[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2}), [^.,;:]{0,40}«owner_noun:role:en»"
"""Who speaks, named under a title: "Jane Smith, Chief Executive"."""
_LINK = re.compile(r"https?://|www\.|@|\.com\b")


@dataclass(slots=True)
class _Frame:
    """An open numbering: its style, its last number, and the heading that opened it, if any."""

    style: str
    number: int
    heading: str | None = None


_OFFICIAL = re.compile(
    r"【内部[^【】]{0,14}】|[（(]此件[^（）()]{2,10}[)）]"
    r"|[（(][^（）()]{0,6}20\d\d\s?年[^（）()前]{2,24}(?:通过|批准|印发|修订)[)）]"
    r"|[\u3400-\u9fff]{2,8}[〔\[（(]20\d\d[〕\]）)]\s?第?\d+号"
)
"""What an official paper bears beside its text: its number, who may see it, who passed it."""
_ESSAY = re.compile(r"^[^-–|]*\b(?:plan|summary|report)s?\b[^-–|]{0,16}\bmodel essay", re.I)
"""The title of a plan that a site calls a sample: "Work plan 2023 model essay (selected 6)"."""
_AIM = re.compile(r"[A-Z][a-z]+ (?:[a-z]+ ){0,2}(?:[A-Z]|\d{1,2}): [A-Z][\w, -]{3,50}$")
"""A heading that names one of a lettered or counted set: "Strategic aim A: Timely care"."""
_TOPIC = re.compile(r"(?:[A-Z][\w’'-]*(?:\s[\w’'-]+){0,4}):\s[a-z][^|:]{12,60}$")
"""A heading that says after a colon what its topic is about: "Energy: cutting carbon"."""
_NAMED = re.compile(r"【[^【】]{2,16}】")
"""The name of a section in heavy brackets: 【工作目标】."""
_LABELS = re.compile(
    r"(?!各|.*以下|.*(?:[局委科室处部办院]|单位|如下|下列|包括|如|即|是|为|有|说|道|要|[我你您]们?|同志|领导)[：:])"
    r"[^，,；;。：:、！!？?]{4,14}[：:]"
)
"""A name with a colon that stands by itself, and announces no list: xx门急诊管理：."""
_ONE_IS = re.compile(r"[一二三四五六七八九十]{1,2}是")
_ASKS = re.compile(r"(?:What|How|Why|Where)\b")
"""A heading that opens a part of several: "What we will do" above "On the wards"."""


def find_levels(draft: Draft) -> Draft:
    """Say which pieces are headings, how deep they are, and what stands above each piece.

    >>> from wardround.reading.plan import sample, STEPS
    >>> pieces = find_levels(STEPS[0](sample("一、目标\\n1.提高质量。"))).pieces
    >>> pieces[0].heading, pieces[1].level
    (True, ('一、目标',))

    Args:
        draft: pieces with quantities, cadences, deadlines and owners found.
    Returns:
        the draft with `heading`, `depth` and `level` set; page furniture told from titles.
    """
    pieces = list(draft.pieces)
    word_levels = dict(draft.document.headings)
    frames: list[_Frame] = []
    titles: dict[str, None] = {}
    for i, piece in enumerate(pieces):
        following = pieces[i + 1] if i + 1 < len(pieces) else None
        if piece.role == "text" and _is_furniture(piece, following, titles, draft.lexicon):
            piece = replace(piece, role="furniture")
        if piece.role == "text" and _is_title(piece, titles, following, draft.lexicon):
            if not titles:
                pieces[:i] = [
                    replace(p, heading=False, depth=None, level=(), role="furniture")
                    if p.heading and p.mark is None
                    else p
                    for p in pieces[:i]
                ]
            titles[piece.text] = None
            frames = [_Frame("title", 0, piece.text)]
            pieces[i] = replace(piece, heading=True, depth=1)
            continue
        heading = piece.role == "text" and _is_heading(piece, pieces, i, word_levels, draft.lexicon)
        if heading and piece.mark is None and piece.lang == "zh" and not (titles or frames):
            titles[piece.text] = None
            frames = [_Frame("title", 0, piece.text)]
            pieces[i] = replace(piece, heading=True, depth=1)
            continue
        if piece.mark and piece.role == "text":
            below = i > 0 and pieces[i - 1].heading and pieces[i - 1].depth != 1
            _pop(frames, piece, below)
        elif heading:
            _pop_plain(frames, piece, pieces, i)
        level = tuple(f.heading for f in frames if f.heading is not None)
        pieces[i] = replace(
            piece, level=level, heading=heading, depth=len(level) + 1 if heading else None
        )
        _push(frames, pieces[i])
    return replace(draft, pieces=tuple(pieces))


def _pop(frames: list[_Frame], piece: Piece, below: bool) -> None:
    """Close every numbering that ends where this mark goes on with an outer one.

    `below` says that a heading stands right above: a numbering that starts afresh there is its own.
    """
    assert piece.mark
    style, number = piece.mark.style, piece.mark.number
    if below and number == 1 and frames[-1].style == style and frames[-1].number > 1:
        return
    same = [i for i, frame in enumerate(frames) if frame.style == style]
    if not same:
        if style in SECTIONS:
            del frames[_keep_title(frames) + _chapters(frames, style) :]
        elif frames and _rank(frames[-1].style) > _rank(style) >= 0:
            while frames and _rank(frames[-1].style) > _rank(style):
                frames.pop()
        return
    goes_on = [i for i in same if number == frames[i].number + 1]
    if goes_on:
        del frames[goes_on[-1] :]
    elif (number == 1 and style not in SECTIONS and frames[same[-1]].heading is not None) or (
        number == 1 and style not in SECTIONS and frames[-1].style != style
    ):
        return
    else:
        del frames[same[-1] :]


_ORDER = ("title", "chapter", "han", "ordinal", "roman", "article", "hanparen", "romanparen")


def _rank(style: str) -> int:
    return _ORDER.index(style) if style in _ORDER else -1


def _chapters(frames: list[_Frame], style: str) -> int:
    """How many open chapters stay open at a mark of this style: 第一部分 holds 一、 and First."""
    return 0 if style == "chapter" else sum(1 for f in frames if f.style == "chapter")


def _keep_title(frames: list[_Frame]) -> int:
    return 1 if frames and frames[0].style == "title" else 0


def _pop_plain(frames: list[_Frame], piece: Piece, pieces: list[Piece], i: int) -> None:
    """A heading without a mark closes the one before it, unless it stands right below it."""
    if i and pieces[i - 1].heading:
        return
    plain = [n for n, frame in enumerate(frames) if frame.style == "plain"]
    if plain:
        del frames[plain[-1] :]
    elif piece.lang == "en" and not any(f.style in SECTIONS for f in frames):
        del frames[_keep_title(frames) :]


def _push(frames: list[_Frame], piece: Piece) -> None:
    del frames[NESTING_MAX:]
    if piece.heading:
        style = piece.mark.style if piece.mark else "plain"
        frames.append(_Frame(style, piece.mark.number if piece.mark else 0, piece.text))
    elif piece.mark and piece.role == "text" and piece.mark.number:
        frames.append(_Frame(piece.mark.style, piece.mark.number))


def _length(piece: Piece) -> int:
    body = piece.body.strip()
    return len(body) if piece.lang == "zh" else len(body.split())


def _claims(piece: Piece) -> bool:
    """Whether the sentence names an owner, a number, a cadence or a deadline."""
    amounts = any(q.unit_kind != "direction" for q in piece.quantities)
    return bool(piece.owners or amounts or piece.cadence or piece.deadline)


def _is_furniture(
    piece: Piece, following: Piece | None, titles: dict[str, None], lexicon: Lexicon
) -> bool:
    """Site names, sources, advertisements, dates and signatures, titles said twice."""
    if piece.mark:
        return False
    short = _length(piece) <= TITLE_MAX[piece.lang]
    month = lexicon.compile(r"«month::en» \d{4}").fullmatch(piece.text)
    if short and (month or _DATE.fullmatch(piece.text) or piece.text in titles):
        return True
    if following is None and titles and short and _SIGNED.search(piece.text):
        return not _STOPPED.search(piece.text) and not piece.text.endswith("*")
    dated = following is not None and titles and _DATE.fullmatch(following.text)
    if dated and _length(piece) <= PLAIN_MAX[piece.lang] and not _STOPPED.search(piece.text):
        return True
    if not titles and _ESSAY.search(piece.text):
        return False
    path = not titles and piece.block < 3 and _PATH.search(piece.text)
    person = lexicon.compile(_PERSON).fullmatch(piece.text)
    if _OFFICIAL.fullmatch(piece.text):
        return True
    sampled = lexicon.compile(_SAMPLES + r".*[.]$").search(piece.text)
    return bool(path or person or sampled) or (
        short and lexicon.has("furniture", "line", piece.text)
    )


def _is_title(
    piece: Piece, titles: dict[str, None], following: Piece | None, lexicon: Lexicon
) -> bool:
    """The name of a plan: the first, or one of a series in the same file."""
    if piece.mark or not 1 <= _length(piece) <= TITLE_MAX[piece.lang] or _LINK.search(piece.text):
        return False
    stops = r"[。！？!；;，,：:]$|[a-z\d]\.$" + ("" if piece.block == 0 else r"|\?$")
    if re.search(stops, piece.text) or re.search(r"\*\*.+\*\*", piece.text):
        return False
    if following is None or piece.text.endswith(following.text):
        return False
    series = lexicon.compile(
        r"(?:«title:plan»)[^。，,；;:：]{0,60}?(?:\d{1,2}|[IVX]{1,4}|«title:series».{0,3}"
        rf"|{_SAMPLES}|(?<=\bplan) \d{{1,2}} (?:for|of) [^.;:]{{4,90}})\s*$"
    )
    if series.search(piece.text):
        return following.block != piece.block or following.start - piece.end <= 1
    if following.block == piece.block:
        return False
    ends = lexicon.compile(
        r"«title:plan»(?:[（(].{1,16}[)）]|[\s*_:：–—-].{0,60}"
        r"|,\s+«month::en»[\w\s–-]{2,24}"
        r"|[,，]?\s*(?:for\s+)?(?:the year\s+)?(?:FY\s?)?\d{4}(?:[-/–]\d{2,4})?"
        r"|\s+(?:of|for|on|in)\s+(?:(?!\b(?:is|are|was|were|will|has|have|must|should)\b).)+)?\??$"
    )
    dated = piece.block == 0 and piece.lang == "zh" and _OF_A_YEAR.search(piece.text)
    alone = piece.block == 0 and piece.lang == "en" and not _says_something(piece, lexicon)
    named = alone and _length(piece) > PLAIN_MAX["en"] and piece.text[0].isupper()
    return not titles and bool(dated or named or ends.search(piece.text)) and piece.block < 8


def _says_something(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether the first line of an English document is more than a title: a sentence, a row."""
    said = r"\b(?:«english:modal»|«english:be»|has|have)\b|^\W*«kind:measure:en»|[|]"
    return bool(lexicon.compile(said).search(piece.text))


def _is_heading(
    piece: Piece, pieces: list[Piece], i: int, word_levels: dict[int, int], lexicon: Lexicon
) -> bool:
    """Whether a piece names what follows instead of saying something itself."""
    following = pieces[i + 1] if i + 1 < len(pieces) else None
    if piece.start in word_levels or _is_charged(piece, following):
        return True
    named = piece.mark is not None and piece.mark.style.startswith("named")
    if following is None or not (piece.body.strip() or named):
        return False
    if piece.mark is None:
        return _is_plain_heading(piece, pieces, i, lexicon)
    if named or piece.mark.style.startswith("#"):
        stops = named and _STOPPED.search(piece.text)
        return _length(piece) <= TITLE_MAX[piece.lang] and not stops
    opens = piece.lang == "en" and following.mark and _starts_below(following, piece)
    section = piece.mark.style in SECTIONS and (opens or not _STOPPED.search(piece.text))
    section = section or _stands_apart(pieces, i)
    longest = TITLE_MAX if section and not _claims(piece) else HEADING_MAX
    listed = piece.lang == "en" and piece.text[-1] in ",;"
    if listed or piece.mark.number == 0 or _length(piece) > longest[piece.lang]:
        return False
    if _is_signed(pieces, i + 1) or _is_assigned(piece, pieces, i + 1):
        return False
    stopped = bool(_STOPPED.search(piece.text))
    if not stopped and _names_work(piece, lexicon):
        return True
    if piece.mark.style in SECTIONS and not stopped:
        return not _claims(piece) or following.item != piece.item
    if following.mark and _starts_afresh(following, piece) and not stopped:
        return not _claims(piece)
    sibling = following.mark is not None and (
        following.mark.style == piece.mark.style or _outranks(following, piece)
    )
    if piece.mark.style in SECTIONS and not _claims(piece):
        return not sibling or not (_outranks(following, piece) or _goes_on(piece, following))
    if stopped and _goes_past(piece, following):
        return False
    below = following.role in ("text", "row head", "row") and not _NAMED.match(following.text)
    leads = not sibling and below
    return leads and not _claims(piece) and not (following.heading and following.depth == 1)


def _is_charged(piece: Piece, following: Piece | None) -> bool:
    """Whether a numbered line of its own ends on who answers for all below it:
    三、院前急救（责任科室：急诊科）."""
    name = re.sub(r"\s*[（(〔【][^（()）〔【]*[)）〕】]\s*$", "", piece.body)
    short = piece.lang == "zh" and name != piece.body and 2 <= len(name) <= PLAIN_MAX["zh"]
    section = piece.mark is not None and piece.mark.style in SECTIONS
    below = following is not None and following.block != piece.block
    return bool(piece.tagged and short and section and below and not piece.quantities)


def _stands_apart(pieces: list[Piece], i: int) -> bool:
    """Whether a numbered piece is a paragraph of its own above a plain one, and so was the one
    numbered before it."""
    piece, below = pieces[i], pieces[i + 1]
    assert piece.mark
    above = pieces[i - 1] if i else None
    if below.mark or below.role != "text" or piece.block in (below.block, above and above.block):
        return False
    same = (p for p in reversed(pieces[:i]) if p.mark and p.mark.style == piece.mark.style)
    before = next(same, None)
    return piece.mark.number == 1 or before is None or before.heading


def _names_work(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether words of time only say which work is meant: 下半年工作计划, "Monthly arrangement"."""
    title = lexicon.compile(
        r"\W*(?!«kind:measure:en»)(?:[\w’'-]+\s+){0,3}?«title:plan:en»(?:\s+(?:of|for|in)\s.*)?"
        r"|(?:(?!如下|以下)[^，,；;。：:]){2,14}(?:«title:plan:zh»|情况|思路)[：:]?"
    )
    return not (piece.owners or piece.quantities) and bool(title.fullmatch(piece.body))


def _starts_afresh(following: Piece, piece: Piece) -> bool:
    """Whether the next mark opens a numbering of its own below this one: "4. Content", "1. …"."""
    assert following.mark and piece.mark
    own = following.mark.style == piece.mark.style or following.mark.style in SECTIONS
    return own and following.mark.number == 1 and following.block != piece.block


def _starts_below(following: Piece, piece: Piece) -> bool:
    """Whether the next paragraph opens a numbering below this one: "First, …." above "1. …"."""
    assert following.mark and piece.mark
    lower = following.mark.style != piece.mark.style and following.mark.style not in SECTIONS
    return lower and following.mark.number == 1 and following.block != piece.block


def _is_assigned(piece: Piece, pieces: list[Piece], at: int) -> bool:
    """Whether all that follows in the item is a line that names who answers for it."""
    tag = pieces[at]
    alone = at + 1 == len(pieces) or pieces[at + 1].item != piece.item
    named = tag.tagged and tag.mark is None and tag.item == piece.item and not tag.cadence
    return alone and named and bool(re.match(r"[^：:]{2,8}[：:]", tag.text))


def _is_signed(pieces: list[Piece], at: int) -> bool:
    """Whether what follows is only a signature: short lines to the end, without a stop."""
    if pieces[at].role != "text" or len(pieces) - at > 4:
        return False
    rest = pieces[at:]
    return all(p.mark is None and not re.search(r"[。！？；.!?;]", p.text) for p in rest)


def _goes_on(piece: Piece, following: Piece) -> bool:
    """Whether a Chinese item is one of a row of sentences, a later number right behind it."""
    assert piece.mark and following.mark
    same = following.mark.style == piece.mark.style
    return piece.lang == "zh" and same and following.mark.number > piece.mark.number


def _goes_past(piece: Piece, following: Piece) -> bool:
    """Whether the next item goes on with an outer numbering, so that nothing stands below."""
    return following.mark is not None and following.mark.number > 1


def _outranks(following: Piece, piece: Piece) -> bool:
    """Whether the next mark closes the numbering of this one."""
    assert following.mark and piece.mark
    return _rank(following.mark.style) >= 0 and (
        _rank(piece.mark.style) < 0 or _rank(following.mark.style) < _rank(piece.mark.style)
    )


def _names_a_section(piece: Piece, following: Piece, lexicon: Lexicon) -> bool:
    """Whether a line with a colon is only the name of the list below it: 工作要求："""
    name = re.sub(r"[：:]$", "", piece.text)
    known = lexicon.compile(r"[\u3400-\u9fff]{0,6}«section:»|«section:»").fullmatch(name)
    return (
        name != piece.text
        and known is not None
        and following.mark is not None
        and following.mark.number == 1
    )


def _is_topic(piece: Piece, pieces: list[Piece], i: int) -> bool:
    """Whether a Chinese piece says what the sentences below it are about: 提升护理质量：, or
    一是完善制度。 with more behind it in the paragraph that it opens."""
    following, opens = pieces[i + 1], i == 0 or pieces[i - 1].block != piece.block
    if _claims(piece) or following.mark or following.role != "text" or following.heading:
        return False
    short = _length(piece) <= HEADING_MAX["zh"] and piece.text.endswith("。")
    more = following.block == piece.block and not _ONE_IS.match(following.text)
    counted = opens and short and more and _ONE_IS.match(piece.text)
    return bool(counted or _LABELS.fullmatch(piece.text))


def _is_plain_heading(piece: Piece, pieces: list[Piece], i: int, lexicon: Lexicon) -> bool:
    """A short line of its own, without a stop, above something longer."""
    following = pieces[i + 1]
    text = piece.text
    if _NAMED.fullmatch(text) or (piece.lang == "zh" and _is_topic(piece, pieces, i)):
        return True
    bold = text.startswith("**") and text.endswith("**")
    alone = following.block != piece.block and (i == 0 or pieces[i - 1].block != piece.block)
    said = piece.lang == "zh" and re.search(r"[：:][^*]", text)
    if bold and not said and re.match(r"\*\*[A-Z0-9\u3400-\u9fff]", text):
        return len(text.split()) <= 16
    if piece.lang == "zh" and _names_work(piece, lexicon) and following.block != piece.block:
        return True
    if not alone or _claims(piece) or _LINK.search(text) or _DATE.fullmatch(text):
        return False
    if _names_a_section(piece, following, lexicon):
        return True
    if re.search(r"[。！？；;，,：:.!?…）)]$", text) and not re.search(r" [(][A-Z]{2,6}[)]$", text):
        return False
    told = (_TOPIC.match(text) or _AIM.match(text)) and not lexicon.has(
        "kind", "organisation", text
    )
    if re.search(r"[|：:]", text) and not told:
        return False
    if not 2 <= _length(piece) <= PLAIN_MAX[piece.lang] and not (
        piece.lang == "en" and _length(piece) == 1
    ):
        return False
    if piece.lang == "en" and (
        not text.lstrip("[")[0].isupper() or text.isdigit() or text[:3] == "We "
    ):
        return False
    if piece.lang == "zh" and not CJK.search(text):
        return False
    asks = _ASKS.match(text) and i + 2 < len(pieces) and pieces[i + 2].mark is not None
    return following.role != "furniture" and (
        following.mark is not None or len(following.text) > max(len(text), 20) or bool(asks)
    )
