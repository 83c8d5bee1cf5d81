"""Who: the departments and roles that a statement makes responsible.

Decides by position (the head of a clause, after 由 or "by", a tag of responsibility, a table's
owner column) and by the noun a name ends on. The hospital itself is never an owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import CJK, Draft, Piece

_HAN_NAME = r"[\u3400-\u9fffA-Z·]{0,12}?"
_CLAUSE = re.compile(r"[，,；;。：:！!？?]\s*|\s{2,}")
_SEPARATOR = re.compile(r"\s*(?:[、，,；;/&]|\band\b|和|及|以及|与)\s*")
_INSIDE = re.compile(
    r"加强|落实|提高|完善|开展|组织|建立|推进|强化|规范|深入|及时|督促|要求|对|向|将|把|到|下|使|让|给|从|在|为|按|以|了|的|是|有|不|每|请|和|与|及|由|经|用|各项|进一步|继续|成立|设立|参加|配合|负责|完成|通过|接受|接收|选派|支持|帮助|做好|抓好|改善|深化|优化|创建|建设|坚持|根据|结合|同时|年|月|日|并|其|该|本|这|此|任|就|被|或|能|会同|联合|次|例"
)
_TAG_IN = re.compile(r"[（(]([^（）()]{2,80})[)）]")
_ARTICLE = re.compile(r"^(?:the|our|and|by)\s+", re.IGNORECASE)
_EN_WORD = r"[A-Za-z][\w’'/-]*"
_PERSON = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")


def find_owners(draft: Draft) -> Draft:
    """Read the owners of every piece, tags before agents.

    >>> from wardround.reading.plan import sample, STEPS
    >>> draft = find_owners(STEPS[0](sample("医务科、护理部每月组织考核。开展培训（责任科室：科教科）。")))
    >>> [p.owners for p in draft.pieces]
    [('医务科', '护理部'), ('科教科',)]

    Args:
        draft: pieces with text and, for table rows, columns.
    Returns:
        the draft with `owners` set; `tagged` where a tag named them.
    """
    return replace(draft, pieces=tuple(_read(piece, draft.lexicon) for piece in draft.pieces))


def share_owners(draft: Draft) -> Draft:
    """Pass a tag's owners to every sentence of its item, a lead-in's to the items under it.

    >>> from wardround.reading.plan import sample, read
    >>> [s.owners for s in read("1.制定方案。每月检查。（医务科）")]
    [('医务科',), ('医务科',)]

    Args:
        draft: pieces with owners, headings and items.
    Returns:
        the draft with owners shared.
    """
    tags = {p.item: p.owners for p in draft.pieces if p.tagged and not p.heading}
    pieces: list[Piece] = []
    lead: Piece | None = None
    for piece in draft.pieces:
        if piece.item in tags and not piece.heading and piece.role == "text":
            piece = replace(piece, owners=tags[piece.item])
        if piece.heading or (piece.role == "text" and piece.mark is None):
            lead = piece if piece.text.rstrip(" *").endswith((":", "：")) and piece.owners else None
        elif lead and not piece.owners and piece.mark:
            piece = replace(piece, owners=lead.owners)
        pieces.append(piece)
    return replace(
        draft,
        pieces=tuple(
            replace(p, owners=()) if p.heading or _only_leads(p) else p for p in pieces
        ),
    )


def _only_leads(piece: Piece) -> bool:
    """Whether a sentence only introduces the list below it."""
    return piece.mark is None and piece.text.endswith((":", "：")) and piece.kind == "background"


def _read(piece: Piece, lexicon: Lexicon) -> Piece:
    if piece.role == "row":
        return replace(piece, owners=_from_columns(piece, lexicon), tagged=True)
    if piece.role != "text":
        return piece
    tag = _from_tag(piece, lexicon)
    if tag:
        return replace(piece, owners=_unique(tag), tagged=True)
    if piece.lang == "zh":
        found = [*_leaders(piece.body, lexicon), *_chinese_agents(piece.body, lexicon)]
    else:
        found = [*_leaders(piece.body, lexicon), *_english_agents(piece.body, lexicon)]
    return replace(piece, owners=_unique(found))


def _unique(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def is_tag(words: str, lexicon: Lexicon) -> bool:
    """Whether a bracketed text is a tag of responsibility: （责任科室：护理部）, (Supervision Department).

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> is_tag("（医务科负责）", load_lexicon()), is_tag("（见附件）", load_lexicon())
    (True, False)
    """
    inner = re.fullmatch(r"\s*[（(\[【]([^（）()]{2,90})[)）\]】]\s*[。.；;]?\s*", words)
    return bool(inner and _tag_names(inner.group(1), lexicon))


def _tag_names(words: str, lexicon: Lexicon) -> list[str]:
    """The names a tag holds; none unless all of it is names and labels."""
    label = lexicon.compile(r"(?:^|[；;，,。\s])\s*(?:«owner_tag»)\s*[:：]\s*")
    labelled = bool(label.search(words))
    bare = label.sub("、", words)
    bare = re.sub(r"(?:负责|牵头|落实|承担|统筹)(?=$|[、，,；;])", "", bare)
    bare = re.sub(r"(?:牵头|负责)[，,]?(?=[^、，,；;]+配合)", "、", bare)
    bare = re.sub(r"配合(?=$|[、，,；;])", "", bare)
    names = [n.strip() for n in _SEPARATOR.split(bare) if n.strip()]
    if CJK.search(words):
        shaped = all(len(n) <= 16 and (labelled or _is_chinese_name(n, lexicon)) for n in names)
    else:
        names = [_ARTICLE.sub("", n) for n in re.split(r"\s*[,;/]\s*(?:and\s+)?", bare) if n.strip()]
        shaped = all(
            len(n.split()) <= 8 and (labelled or (n[:1].isupper() and _ends_on_noun(n, lexicon)))
            for n in names
        )
    return names if names and shaped else []


def _from_tag(piece: Piece, lexicon: Lexicon) -> list[str]:
    names: list[str] = []
    for match in _TAG_IN.finditer(piece.text, piece.body_at):
        if is_tag(match.group(), lexicon):
            names += _tag_names(match.group(1), lexicon)
    open_tag = lexicon.compile(r"(?:«owner_tag»)[:：]\s*([^。；;（）()|]{2,60})[。]?$").search(piece.text)
    if open_tag and not names and open_tag.start() > piece.body_at:
        parts = [n.strip() for n in _SEPARATOR.split(open_tag.group(1)) if n.strip()]
        if parts and all(_is_chinese_name(p, lexicon) or _ends_on_noun(p, lexicon) for p in parts):
            names = parts
    return names


def _from_columns(piece: Piece, lexicon: Lexicon) -> tuple[str, ...]:
    names: list[str] = []
    for (start, end), meaning in zip(piece.cells, piece.columns, strict=False):
        if meaning == "owner":
            words = piece.text[start:end].strip()
            names += [n.strip() for n in re.split(r"[、，,；;/]|\band\b|\s{2,}", words)]
    return tuple(dict.fromkeys(n for n in names if len(n) > 1))


def _is_chinese_name(words: str, lexicon: Lexicon) -> bool:
    noun = lexicon.compile(rf"{_HAN_NAME}«owner_noun::zh»(?:（[^（）]{{1,8}}）)?")
    return bool(noun.fullmatch(words)) and lexicon.meaning("owner_never", words) is None


def _ends_on_noun(words: str, lexicon: Lexicon) -> bool:
    return bool(lexicon.compile(r"(?:.*[\s/-])?«owner_noun::en»(?:\s*(?:for|of)\s+[\w\s&]{3,40})?").fullmatch(words))


def _leaders(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Leaders of a group named in person: 组长：张三, Group leader: Li Ming."""
    for match in re.finditer(r"(?:副?组\s*长|副?主任委员)\s*[:：]\s*([^，,。；;：:\n]{2,20})", body):
        for name in re.split(r"[、\s]+", match.group(1)):
            yield re.sub(r"[（(].*$", "", name)
    for match in re.finditer(r"([\u3400-\u9fff]{2,10}?)(?:同志)?(?:任|为|兼任|担任)(?:副?组长|副?主任委员|联络员|办公室主任)", body):
        yield re.split(r"[，,、]", match.group(1))[-1].removeprefix("副主任")
    leader = re.match(r"(?:Deputy )?(?:Group|Team) [Ll]eader:\s*(.+)", body, re.DOTALL)
    if leader:
        text = lexicon.compile(r"\b(?:Vice President|Deputy|Dean|President|Director|Chief|business)\b").sub(
            "|", leader.group(1)
        )
        yield from _PERSON.findall(text)


def _chinese_agents(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Names at the heads of clauses and after 由, with something that acts behind them."""
    skip = lexicon.compile(
        r"(?:(?:«owner_before:skip»|(?:\d{1,2}|[xX]{2})月(?:份|底|[xX\d]{1,2}日)?前?|[\d一二三四]+季度)[，、,]?)+"
    )
    name = rf"{_HAN_NAME}«owner_noun::zh»(?![\u3400-\u9fff]?«owner_noun::zh»(?:[、，]|$))"
    names = lexicon.compile(rf"{name}(?:(?:[、/和与及]|以及|会同|联合|协同){name})*(?:（[^（）]{{1,10}}）)?")
    after = lexicon.compile(r"(?:«owner_after:verb:zh»|\d)")
    never = lexicon.compile(r"(?:«owner_after:not:zh»)")
    agent = lexicon.compile(r"«owner_before:agent:zh»")
    at = 0
    for clause in [*_CLAUSE.split(body)]:
        starts = [0]
        skipped = skip.match(clause)
        if skipped:
            starts.append(skipped.end())
        starts += [m.end() for m in agent.finditer(clause)]
        for start in starts:
            match = _longest(names, clause, start, after, never)
            if match:
                yield from (n for n in _split_han(match, lexicon) if n)
        at += len(clause)


def _longest(
    names: re.Pattern[str], clause: str, start: int, after: re.Pattern[str], never: re.Pattern[str]
) -> str:
    """The longest run of names from `start` that something acting follows, or ''."""
    match = names.match(clause, start)
    while match:
        end = match.end()
        rest = clause[end:]
        longer = names.match(clause[: min(len(clause), end + 14)], start)
        if rest and after.match(rest) and not never.match(rest):
            return match.group()
        if longer and longer.end() > end:
            match = longer
            continue
        extended = re.compile(names.pattern + r"(?=.)", re.IGNORECASE)
        further = _beyond(extended, clause, start, end)
        match = further
    return ""


def _beyond(names: re.Pattern[str], clause: str, start: int, end: int) -> re.Match[str] | None:
    """A run of names from `start` that ends after `end`, within a name's length."""
    for stop in range(end + 1, min(len(clause), end + 10) + 1):
        match = names.fullmatch(clause + "\0", start, stop)
        if match:
            return match
    return None


def _split_han(run: str, lexicon: Lexicon) -> Iterator[str]:
    for name in re.split(r"[、/]|以及|会同|联合|协同|和|与|及", run):
        name = re.sub(r"[（(].*$", "", name)
        core = lexicon.compile(r"«owner_noun::zh»$").sub("", name)
        if name and lexicon.meaning("owner_never", name) is None and not _INSIDE.search(core):
            yield name


def _english_agents(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Subjects before a verb, and agents after "by"."""
    noun = "«owner_noun::en»"
    name = rf"(?:(?:{_EN_WORD}|&)[ ]){{0,5}}?{noun}(?:[ ]\([A-Za-z]+\))?(?:[ ]of[ ](?:the[ ])?{_EN_WORD})?"
    run = rf"{name}(?:(?:,[ ]and[ ]|,[ ]|[ ]and[ ]|[ ]&[ ])(?:the[ ])?{name}){{0,5}}"
    subject = lexicon.compile(
        rf"(?P<run>{run})[,]?[ ](?:also[ ]|then[ ])?(?:«owner_after:verb:en»|[a-z]+ly\b)"
    )
    agent = lexicon.compile(rf"\bby[ ](?P<run>{run})(?![ ](?:of|for)\b)")
    for clause in re.split(r"[;:.\n“”\"]+|,\s+(?=(?:and\s+)?(?:the|each|all|every)\b)", body):
        words = clause.strip(" *•,")
        for match in [subject.match(_strip_lead(words)), *agent.finditer(words)]:
            if match:
                yield from _split_english(match.group("run"), lexicon)


def _strip_lead(words: str) -> str:
    """A clause without its opening adverbial and article."""
    words = re.sub(r"^(?:and|but|so|then|therefore|also|that|so that)\s+", "", words, flags=re.IGNORECASE)
    return re.sub(r"^(?:the|our)\s+", "", words, flags=re.IGNORECASE)


def _split_english(run: str, lexicon: Lexicon) -> Iterator[str]:
    for name in re.split(r",\s*(?:and\s+)?|\s+and\s+|\s+&\s+", run):
        name = _ARTICLE.sub("", name.strip())
        core = re.sub(r"^(?:the|our|each|every|all)\s+", "", name.lower())
        if not name or lexicon.meaning("owner_never", core) or "hospital" == core.split()[-1]:
            continue
        yield name
