"""Who: the departments and roles that a statement makes responsible.

Decides by position (the head of a clause, after 由 or "by", a tag of responsibility, a table's
owner column) and by the noun a name ends on. The hospital itself is never an owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.agents import ARTICLE, AS_HEAD, AS_LEADER, HEADED, english_agents
from wardround.reading.piece import CJK, Draft, Piece
from wardround.reading.subjects import (
    NAME_MAX,
    SEPARATOR,
    chinese_agents,
    chinese_leaders,
    is_chinese_name,
)
from wardround.reading.tense import tells_past

_TAG_IN = re.compile(r"[（(〔【]([^（）()〔〕【】\\]{2,160})\\?[)）〕】]")
_OWN = re.compile(
    r"我科|本科室|我室|我病区|^\s*[^。，\n]{0,30}(?:(?<!医务)(?<!质控)(?<!感控)(?<!院感)(?<!管理)(?<!医保)科|室|病区)[^。，\n]{0,16}(?:计划|总结|要点|打算|安排)"
)
"""A department's own plan, in which 科室 is itself; in an office's plan 科室 are the others."""
_PAIRED = re.compile(
    r"([A-Z][\w& ]{3,40}?)\s*[-–—]+\s*[A-Z][\w ]{2,40} (?:Health Cent(?:er|re)|Hospital|Clinic)\.?"
    r"|([\u3400-\u9fff]{1,10}[科室部])\s*[-–—]+\s*[\u3400-\u9fff]{2,16}(?:卫生院|医院|服务中心)[。；;]?"
)
"""A line that pairs a department with the place it supports: 骨科——龙岗卫生院."""
_LEADER = re.compile(r"(?:(?:Deputy|Vice|Executive) )*(?:Group |Team )?(?:leader|head)s?:", re.I)
"""Behind which the brackets tell a leader's post: "Group leader: Li Ming (Dean)"."""
_IS_LEADER = re.compile(
    r"\b(?:Presidents?|Deans?|Directors?|Secretary) ([A-Z][a-z]+ [A-Z][a-z]+)"
    r"(?: and ([A-Z][a-z]+ [A-Z][a-z]+))? (?:is|are) the (?:deputy )?(?:team |group )?leaders?\b"
)
_PERSON = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")


def find_owners(draft: Draft) -> Draft:
    """Read the owners of every piece, tags before agents.

    >>> from wardround.reading.plan import sample, STEPS
    >>> draft = STEPS[0](sample("医务科、护理部每月组织考核。开展培训（责任科室：科教科）。"))
    >>> [p.owners for p in find_owners(draft).pieces]
    [('医务科', '护理部'), ('科教科',)]

    Args:
        draft: pieces with text and, for table rows, columns.
    Returns:
        the draft with `owners` set; `tagged` where a tag named them.
    """
    short = _abbreviated(draft.document.text, draft.lexicon)
    pieces = [_read(piece, short, draft.lexicon) for piece in draft.pieces]
    if _OWN.search(draft.document.text):
        pieces = [replace(p, owners=tuple(o for o in p.owners if o != "科室")) for p in pieces]
    return replace(draft, pieces=tuple(pieces))


def share_owners(draft: Draft) -> Draft:
    """Pass a tag's owners to every sentence of its item, a lead-in's to the items under it.

    >>> from wardround.reading.plan import sample, read
    >>> [s.owners for s in read("1.每月检查。每季通报。（医务科）")]
    [('医务科',), ('医务科',)]

    Args:
        draft: pieces with owners, headings and items.
    Returns:
        the draft with owners shared.
    """
    opened = {p.item: p.block for p in draft.pieces if p.first and p.mark and not p.heading}
    tags = {
        (p.item, _governed(p, opened), p.level): p.owners
        for p in draft.pieces
        if p.tagged and not p.heading
    }
    charged = {p.text: p.owners for p in draft.pieces if p.heading and _ends_on_tag(p)}
    led: dict[str, tuple[str, ...]] = {}
    for title, tag in pairwise(draft.pieces):
        if title.heading and title.depth != 1 and tag.tagged and _only_tags(tag, draft.lexicon):
            led[title.text] = tag.owners
    pieces: list[Piece] = []
    lead: Piece | None = None
    for piece in draft.pieces:
        told = tags.get((piece.item, piece.block, piece.level))
        told = told if told is not None else tags.get((piece.item, None, piece.level))
        if told is not None and not piece.heading and piece.role == "text":
            done = "measure" if piece.kind == "background" else piece.kind
            piece = replace(piece, owners=told, kind=piece.kind if piece.tagged else done)
        above = next((h for h in reversed(piece.level) if h in charged), None)
        if above and not (piece.tagged or piece.heading) and piece.role == "text":
            piece = replace(piece, owners=charged[above])
        counted = piece.mark is not None and piece.mark.number > 0
        if counted and not (piece.owners or piece.heading) and piece.level:
            piece = replace(piece, owners=led.get(piece.level[-1], ()))
        opens = not pieces or pieces[-1].block != piece.block
        if piece.owners and piece.text.rstrip(" *").endswith((":", "：")):
            reports = piece.lang == "en" and tells_past(piece.text, draft.lexicon)
            lead = None if reports else piece
        elif piece.heading or (opens and piece.role == "text" and piece.mark is None):
            lead = None
        elif lead and not piece.owners and piece.mark:
            piece = replace(piece, owners=lead.owners)
        pieces.append(piece)
    return replace(
        draft,
        pieces=tuple(
            replace(p, owners=()) if (p.heading and not _ends_on_tag(p)) or _only_leads(p) else p
            for p in pieces
        ),
    )


def _only_tags(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a line is a tag and nothing else: 责任科室：护理部, "Executive leads: …"."""
    label = lexicon.compile(r"\W*«owner_tag:label»\s*[:：][^.。；;]{2,90}[.。]?$")
    return piece.role == "text" and piece.mark is None and bool(label.match(piece.text))


def _ends_on_tag(piece: Piece) -> bool:
    """Whether a tag in brackets ends a piece: 四、审计与采购（责任部门：审计科）."""
    return piece.tagged and piece.text.rstrip(" *").endswith(("）", ")", "〕"))


def _governed(tag: Piece, opened: Mapping[int, int]) -> int | None:
    """What a tag speaks for: all of its numbered item (None) where it stands in the paragraph
    that the number opens or by itself, else its own paragraph."""
    alone = re.match(r"\W*[（(〔]|[^：:]{2,12}[：:]", tag.text) is not None
    return (
        None if opened.get(tag.item) == tag.block or (alone and tag.item in opened) else tag.block
    )


def _only_leads(piece: Piece) -> bool:
    """Whether a sentence only introduces the list below it."""
    leads = re.search(r"[:：]$|以下[\u3400-\u9fff]{0,6}[。.]$", piece.text)
    return piece.mark is None and bool(leads) and piece.kind == "background"


def _abbreviated(text: str, lexicon: Lexicon) -> dict[str, str]:
    """The letters a document gives a body, and its noun: Quality Review Group (QRG)."""
    given = re.findall(r"([A-Za-z]+) \\?\(([A-Z][A-Za-z&]{0,6}[A-Z])\\?\)", text)
    noun = lexicon.compile("«owner_noun:head:en»|«owner_noun:role:en»")
    return {s: n for n, s in given if s[-1] == n[0].upper() and noun.fullmatch(n)}


def _english(body: str, short: dict[str, str], lexicon: Lexicon) -> Iterator[str]:
    """Who acts in an English sentence, the nouns put back behind their letters to be read."""
    if not short:
        return english_agents(body, lexicon)
    letters = re.compile(rf"(?<![\w(])({'|'.join(map(re.escape, short))})(?![\w)])")
    spelled = letters.sub(lambda found: f"{found[1]} {short[found[1]].lower()}", body)
    back = re.compile(
        "|".join(rf"(?<={re.escape(s)}) {noun.lower()}\b" for s, noun in short.items())
    )
    return (back.sub("", name) for name in english_agents(spelled, lexicon))


def _read(piece: Piece, short: dict[str, str], lexicon: Lexicon) -> Piece:
    if piece.role == "row":
        return replace(piece, owners=_from_columns(piece, lexicon), tagged=True)
    if piece.role != "text":
        return piece
    roster = is_roster(piece.body) or _LEADER.match(piece.body)
    tag = [] if roster else _from_tag(piece, lexicon)
    if tag:
        return replace(piece, owners=_unique(tag), tagged=True)
    if paired := _PAIRED.fullmatch(piece.body.strip()):
        return replace(piece, owners=(paired[1] or paired[2],))
    named = _before_colon(piece.body, lexicon)
    if named and not is_roster(piece.body) and not any(_leaders(piece.body, lexicon)):
        return replace(piece, owners=_unique(named), tagged=True)
    if piece.lang == "zh":
        found = [*_leaders(piece.body, lexicon), *chinese_agents(piece.body, lexicon)]
    else:
        found = [*_leaders(piece.body, lexicon), *_english(piece.body, short, lexicon)]
    return replace(piece, owners=_unique(found))


def is_roster(body: str) -> bool:
    """Whether a line only says who holds an office in a group.

    >>> is_roster("副主任:张三、李四"), is_roster("主任：负责全面工作")
    (True, False)
    """
    office = (
        r"(?:常务|执行)?副?(?:主任(?:委员)?|秘书长?|召集人|组\s*长|总指挥|联络员|[组成委]\s*员)"
    )
    return bool(re.match(rf"\s*{office}\s*[:：]\s*[\u3400-\u9fff]{{2,4}}(?=[、，,（(\s]|$)", body))


def _before_colon(body: str, lexicon: Lexicon) -> list[str]:
    """The names that a sentence opens with, if nothing else stands before its colon:
    医务科、护理部：每月…, Infection control team: …; behind a group's name stand its members."""
    opening = re.match(
        r"([^：:，,。；;（(]{2,60})[：:]\s*(?=\S)(?!_|设[在于]|\d|(?:one|two|three|four|five|six)\b)",
        body,
    )
    names = [n.strip() for n in SEPARATOR.split(opening[1])] if opening else []
    shaped = all(
        len(n) <= NAME_MAX and is_chinese_name(n, lexicon)
        if CJK.search(n)
        else len(n.split()) <= 5 and n[:1].isupper() and _ends_on_noun(n, lexicon)
        for n in names
    )
    listed = lexicon.compile(r"«owner_noun:group:zh»$")
    return names if shaped and not any(map(listed.search, names)) else []


def _unique(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def is_tag(words: str, lexicon: Lexicon) -> bool:
    """Whether a bracketed text is a tag of responsibility, as （责任科室：护理部） is.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> is_tag("（医务科负责）", load_lexicon()), is_tag("（见附件）", load_lexicon())
    (True, False)
    """
    inner = re.fullmatch(
        r"\s*\\?[（(\[【〔](?!以下|简称|下称)([^（）()\\]{2,160})\\?[)）\]】〕]\s*[。.；;]?\s*",
        words,
    )
    return bool(inner and _tag_names(inner.group(1), lexicon))


def _tag_names(words: str, lexicon: Lexicon) -> list[str]:
    """The names a tag holds; none unless all of it is names and labels."""
    label = lexicon.compile(r"(?:^|[；;，,。\s])\s*(?:«owner_tag:label»)\s*[:：]\s*")
    labelled = bool(label.search(words))
    bare = label.sub("、", _only_owners(words, lexicon) if labelled else words)
    bare = re.sub(r"(?:负责|牵头|落实|承担|统筹)(?=$|[、，,；;])", "", bare)
    bare = re.sub(r"(?:牵头|负责)[，,]?(?=[^、，,；;]+配合)", "、", bare)
    bare = re.sub(r"配合(?=$|[、，,；;])", "", bare)
    names = [n.strip() for n in SEPARATOR.split(bare) if n.strip()]
    if CJK.search(words):
        apart = [part for name in names for part in name.split()]
        if labelled and all(is_chinese_name(part, lexicon) for part in apart):
            names = apart
        shaped = all(len(n) <= 16 and (labelled or is_chinese_name(n, lexicon)) for n in names)
    else:
        names = [
            ARTICLE.sub("", n)
            for part in re.split(r"\s*[,;；/、]\s*(?:and\s+)?", bare)
            for n in (_apart(part, lexicon) if labelled else [part])
            if n.strip()
        ]
        body = lexicon.compile(r"(?=\S+ ).*?«owner_noun:head:en»$")
        several = len(names) > 1 and all(map(body.match, names))
        shaped = several or all(
            len(n.split()) <= 8
            and (labelled or ((i or n[:1].isupper()) and _ends_on_noun(n, lexicon)))
            for i, n in enumerate(names)
        )
    return names if names and shaped else []


def _only_owners(words: str, lexicon: Lexicon) -> str:
    """A tag without the parts that have a label of another kind: "Owner: …; Due: …"."""
    label = lexicon.compile(r"\s*(?:«owner_tag:label»)\s*[:：]")
    parts = re.split(r"[；;]|\s+(?=[\u3400-\u9fff]{2,6}[:：])", words)
    return "；".join(p for p in parts if label.match(p) or not re.search(r"[:：]", p))


def _is_short_for(text: str, bracket: re.Match[str]) -> bool:
    """Whether letters in brackets only shorten the name before them: Quality Committee (QC)."""
    letters = re.fullmatch(r"[A-Z&]{1,6}([A-Z])s?", bracket.group(1))
    last = text[: bracket.start()].split()[-1:]
    return bool(letters and last and last[0][0].upper() == letters[1])


def _from_tag(piece: Piece, lexicon: Lexicon) -> list[str]:
    names: list[str] = []
    if lexicon.compile(r"\s*«owner_tag:label»\s*[:：]").match(piece.body):
        named = _tag_names(piece.body.strip().rstrip("。.；;"), lexicon)
        names = named if all(_is_name(name, lexicon) for name in named) else []
    listed = lexicon.compile(r"«owner_tag:listed:zh»$")
    for match in _TAG_IN.finditer(piece.text, piece.body_at):
        if CJK.match(piece.text, match.end()) or _is_short_for(piece.text, match):
            continue
        if is_tag(match.group(), lexicon) and not listed.search(piece.text[: match.start()]):
            names += _tag_names(match.group(1), lexicon)
    open_tag = lexicon.compile(
        r"(?:«owner_tag:label»)[:：]\s*([^。；;（）()|]{2,60})[。]?$"
    ).search(piece.text)
    if open_tag and not names and open_tag.start() > piece.body_at:
        parts = [n.strip() for n in SEPARATOR.split(open_tag.group(1)) if n.strip()]
        if parts and all(_is_name(part, lexicon) for part in parts):
            names = parts
    return names or _behind_colon(piece.body, lexicon)


def _behind_colon(body: str, lexicon: Lexicon) -> list[str]:
    """The bodies to which a task is given: "Clause 1-12: nursing department, laboratory."."""
    grouped = lexicon.has("kind", "organisation", body)
    given = not grouped and re.fullmatch(r"[^:]{2,40}:\s*([^:.;]{3,90})\.?", body)
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", given[1]) if given else []
    names = [re.sub(r"\s*\((?:lead|support)[^()]*\)", "", part).strip() for part in parts]
    body_noun = lexicon.compile(
        r"(?=\S+ )(?!all |each |every )(?:(?!of )\S+ ){0,5}?«owner_noun:head:en»$"
    )
    return names if names and all(map(body_noun.match, names)) else []


def _from_columns(piece: Piece, lexicon: Lexicon) -> tuple[str, ...]:
    names: list[str] = []
    for (start, end), meaning in zip(piece.cells, piece.columns, strict=False):
        if meaning == "owner":
            words = piece.text[start:end].strip()
            spaced = r"|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])"
            for part in re.split(rf"[、，,；;/]|\s{{2,}}{spaced}", words):
                names += _apart(part.strip(), lexicon)
    return tuple(dict.fromkeys(n for n in names if len(n) > 1))


def _apart(words: str, lexicon: Lexicon) -> list[str]:
    """Two English names joined by "and"; one, if only both halves make a name."""
    both = re.split(r"\s+and\s+", words)
    whole = lexicon.compile("«owner_noun:whole:en»").match(words)
    one = whole and " and " in whole.group()
    return [words] if one or not all(_ends_on_noun(name, lexicon) for name in both) else both


def _is_name(words: str, lexicon: Lexicon) -> bool:
    return is_chinese_name(words, lexicon) or _ends_on_noun(words, lexicon)


def _ends_on_noun(words: str, lexicon: Lexicon) -> bool:
    return bool(
        lexicon.compile(
            r"(?:.*[\s/-])?«owner_noun::en»(?:\s*(?:for|of)\s+[\w\s&]{3,40})?"
        ).fullmatch(words)
    )


def _leaders(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Leaders of a group named in person: 组长：张三, Group leader: Li Ming."""
    yield from chinese_leaders(body, lexicon)
    if " as " in body:
        yield from (m.group(1) for m in lexicon.compile(AS_LEADER).finditer(body))
    headed = (m.group(1) for m in HEADED.finditer(body))
    yield from (person for person in headed if not _ends_on_noun(person, lexicon))
    yield from AS_HEAD.findall(body)
    yield from (n for m in _IS_LEADER.finditer(body) for n in m.group(1, 2) if n)
    leader = re.match(
        r"(?:(?:Deputy|Vice|Executive) )*(?:Group |Team )?(?:Leader|Chairman|Chair)s?:\s*(.+)",
        body,
        re.DOTALL | re.IGNORECASE,
    )
    if leader:
        text = lexicon.compile(
            r"\b(?:Vice President|Deputy|Dean|President|Director|Chief|business)\b"
        ).sub("|", leader.group(1))
        yield from (p for p in _PERSON.findall(text) if not _ends_on_noun(p, lexicon))
