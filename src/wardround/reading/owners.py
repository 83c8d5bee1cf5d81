"""Who: the departments and roles that a statement makes responsible.

Decides by position (the head of a clause, after 由 or "by", a tag of responsibility, a table's
owner column) and by the noun a name ends on. The hospital itself is never an owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.agents import ARTICLE, AS_HEAD, AS_LEADER, HEADED, english_agents
from wardround.reading.piece import CJK, Draft, Piece
from wardround.reading.tense import tells_past

NAME_MAX = 16
"""A Chinese name of a department or role has at most so many characters."""
_HAN_NAME = r"[\u3400-\u9fffA-Z·]{0,12}?"
_HAN_WORDS = re.compile(r"(?:[\u3400-\u9fffA-Za-z·]|N\d(?=级?(?:及?以上)?))+")
_GRADE = re.compile(r"^(?:[A-Z]\d|[初中高]|[初中高]年)?[级资](?:职称)?(?:及?以上|别)")
"""A rank in front of a role: N3级以上护士, 中级以上医师."""
_JOINED = re.compile("以及|[和与及]")
_CLAUSE = re.compile(
    r"[，,；;。：:！!？?]\s*|\s{2,}|——|(?<=[\u3400-\u9fff])\s(?=[\u3400-\u9fff]{2})"
)
_SEPARATOR = re.compile(r"\s*(?:[、，,；;/&]|\band\b|和|及|以及|与)\s*")
_TAG_IN = re.compile(r"[（(]([^（）()]{2,160})[)）]")
_LISTED = re.compile(r"(?:科室|部门|病区|单位|人员|区域|部位|场所)$")
"""Which names stand in brackets as examples: 重点科室（手术室、ICU）每季度…."""
_OWN = re.compile(
    r"我科|本科室|我室|我病区|^\s*[^。，\n]{0,30}(?:(?<!医务)(?<!质控)(?<!感控)(?<!院感)(?<!管理)(?<!医保)科|室|病区)[^。，\n]{0,16}(?:计划|总结|要点|打算|安排)"
)
"""A department's own plan, in which 科室 is itself; in an office's plan 科室 are the others."""
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
    opened = {p.item for p in draft.pieces if p.first and p.mark and not p.heading}
    tags = {
        (_governed(p, opened), p.level): p.owners
        for p in draft.pieces
        if p.tagged and not p.heading
    }
    pieces: list[Piece] = []
    lead: Piece | None = None
    for piece in draft.pieces:
        told = tags.get((_governed(piece, opened), piece.level))
        if told is not None and not piece.heading and piece.role == "text":
            done = "measure" if piece.kind == "background" else piece.kind
            piece = replace(piece, owners=told, kind=piece.kind if piece.tagged else done)
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
        pieces=tuple(replace(p, owners=()) if p.heading or _only_leads(p) else p for p in pieces),
    )


def _governed(piece: Piece, opened: set[int]) -> tuple[int, int]:
    """What a tag speaks for: its numbered item, or its paragraph where no number opens one."""
    return piece.item, -1 if piece.item in opened else piece.block


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
    tag = _from_tag(piece, lexicon)
    if tag:
        return replace(piece, owners=_unique(tag), tagged=True)
    named = _before_colon(piece.body, lexicon)
    if named and not is_roster(piece.body) and not any(_leaders(piece.body, lexicon)):
        return replace(piece, owners=_unique(named), tagged=True)
    if piece.lang == "zh":
        found = [*_leaders(piece.body, lexicon), *_chinese_agents(piece.body, lexicon)]
    else:
        found = [*_leaders(piece.body, lexicon), *_english(piece.body, short, lexicon)]
    return replace(piece, owners=_unique(found))


def is_roster(body: str) -> bool:
    """Whether a line only says who holds an office in a group.

    >>> is_roster("副主任:张三、李四"), is_roster("主任：负责全面工作")
    (True, False)
    """
    office = r"\s*(?:常务|执行)?副?(?:主任(?:委员)?|秘书长?|召集人|组长|总指挥)\s*[:：]\s*"
    return bool(re.match(rf"{office}[\u3400-\u9fff]{{2,4}}(?=[、，,（(\s]|$)", body))


def _before_colon(body: str, lexicon: Lexicon) -> list[str]:
    """The names that a sentence opens with, if nothing else stands before its colon:
    医务科、护理部：每月…, Infection control team: …; behind a group's name stand its members."""
    opening = re.match(
        r"([^：:，,。；;（(]{2,60})[：:]\s*(?=\S)(?!_|设[在于]|\d|(?:one|two|three|four|five|six)\b)",
        body,
    )
    names = [n.strip() for n in _SEPARATOR.split(opening[1])] if opening else []
    shaped = all(
        len(n) <= NAME_MAX and _is_chinese_name(n, lexicon)
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
    inner = re.fullmatch(r"\s*[（(\[【]([^（）()]{2,160})[)）\]】]\s*[。.；;]?\s*", words)
    return bool(inner and _tag_names(inner.group(1), lexicon))


def _tag_names(words: str, lexicon: Lexicon) -> list[str]:
    """The names a tag holds; none unless all of it is names and labels."""
    label = lexicon.compile(r"(?:^|[；;，,。\s])\s*(?:«owner_tag»)\s*[:：]\s*")
    labelled = bool(label.search(words))
    bare = label.sub("、", _only_owners(words, lexicon) if labelled else words)
    bare = re.sub(r"(?:负责|牵头|落实|承担|统筹)(?=$|[、，,；;])", "", bare)
    bare = re.sub(r"(?:牵头|负责)[，,]?(?=[^、，,；;]+配合)", "、", bare)
    bare = re.sub(r"配合(?=$|[、，,；;])", "", bare)
    names = [n.strip() for n in _SEPARATOR.split(bare) if n.strip()]
    if CJK.search(words):
        shaped = all(len(n) <= 16 and (labelled or _is_chinese_name(n, lexicon)) for n in names)
    else:
        names = [
            ARTICLE.sub("", n) for n in re.split(r"\s*[,;；/、]\s*(?:and\s+)?", bare) if n.strip()
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
    label = lexicon.compile(r"\s*(?:«owner_tag»)\s*[:：]")
    parts = re.split(r"[；;]|\s+(?=[\u3400-\u9fff]{2,6}[:：])", words)
    return "；".join(p for p in parts if label.match(p) or not re.search(r"[:：]", p))


def _from_tag(piece: Piece, lexicon: Lexicon) -> list[str]:
    names: list[str] = []
    if lexicon.compile(r"\s*«owner_tag»\s*[:：]").match(piece.body):
        named = _tag_names(piece.body.strip().rstrip("。.；;"), lexicon)
        names = named if all(_is_name(name, lexicon) for name in named) else []
    for match in _TAG_IN.finditer(piece.text, piece.body_at):
        letters = re.fullmatch(r"[A-Z&]{1,6}([A-Z])s?", match.group(1))
        named = letters and re.search(rf"\b{letters[1]}\S*\s$", piece.text[: match.start()], re.I)
        if CJK.match(piece.text, match.end()) or named:
            continue
        if is_tag(match.group(), lexicon) and not _LISTED.search(piece.text[: match.start()]):
            names += _tag_names(match.group(1), lexicon)
    open_tag = lexicon.compile(r"(?:«owner_tag»)[:：]\s*([^。；;（）()|]{2,60})[。]?$").search(
        piece.text
    )
    if open_tag and not names and open_tag.start() > piece.body_at:
        parts = [n.strip() for n in _SEPARATOR.split(open_tag.group(1)) if n.strip()]
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
                both = re.split(r"\s+and\s+", part.strip())
                apart = all(_ends_on_noun(name, lexicon) for name in both)
                names += both if apart else [part.strip()]
    return tuple(dict.fromkeys(n for n in names if len(n) > 1))


def _is_name(words: str, lexicon: Lexicon) -> bool:
    return _is_chinese_name(words, lexicon) or _ends_on_noun(words, lexicon)


def _is_chinese_name(words: str, lexicon: Lexicon) -> bool:
    noun = lexicon.compile(rf"{_HAN_NAME}«owner_noun::zh»(?:（[^（）]{{1,8}}）)?")
    return bool(noun.fullmatch(words)) and lexicon.meaning("owner_never", words) is None


def _ends_on_noun(words: str, lexicon: Lexicon) -> bool:
    return bool(
        lexicon.compile(
            r"(?:.*[\s/-])?«owner_noun::en»(?:\s*(?:for|of)\s+[\w\s&]{3,40})?"
        ).fullmatch(words)
    )


def _leaders(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Leaders of a group named in person: 组长：张三, Group leader: Li Ming."""
    noun = lexicon.compile(r"«owner_noun:role:zh»$")
    titles = lexicon.compile(r"[\u3400-\u9fff]{0,6}?«owner_noun:role:zh»(?=[\u3400-\u9fff]{2,3}$)")
    for match in re.finditer(
        r"(?:副?组\s*长|副?主任委员)\s*[:：]\s*([^，,。；;：:\n]{2,20})", body
    ):
        for name in re.split(r"[、\s]+", match.group(1)):
            person = re.sub(r"[（(].*$", "", name)
            if not noun.search(person):
                yield person
    for match in re.finditer(
        r"([\u3400-\u9fff]{2,10}?)(?:同志)?(?:任|为|兼任|担任)(?:副?组长|副?主任委员|联络员|办公室主任)",
        body,
    ):
        person = re.split(r"[，,、由以]", match.group(1))[-1]
        titled = titles.match(person)
        yield person[titled.end() :] if titled else person
    if " as " in body:
        yield from (m.group(1) for m in lexicon.compile(AS_LEADER).finditer(body))
    headed = (m.group(1) for m in HEADED.finditer(body))
    yield from (person for person in headed if not _ends_on_noun(person, lexicon))
    yield from AS_HEAD.findall(body)
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


def _chinese_agents(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Names at the heads of clauses and after 由, with something that acts behind them."""
    skip = lexicon.compile(
        r"(?:[一二三四五六七八九十]{1,2}是|\d{1,2}[.．、]\s?)?(?:(?:«owner_before:skip:zh»|(?:\d{1,3}|[一二两三四五六七八九十]{1,2})[名位家个]|(?:周|星期)[一二三四五六](?:[至到、](?:周|星期)?[二三四五六日])?|(?:20\d\d|20_|_{2,}|[xX×_]{2,4})年(?:度|初|底前?)?|(?:\d{1,2}|[xX]{2}|_{2,})月(?:份|底|[xX\d_]{1,4}日)?前?|第?[\d一二三四]+季度[初中末底]?(?:前|内)?)[，、,]?)*"
    )
    agent = lexicon.compile(r"(?<!未)«owner_before:agent:zh»|«owner_before:asked:zh»")
    subject = re.match(
        r"([^，,；;。：:（(]{2,40})[，,]\s*(?=[要应须需必]|大力|积极|认真|定期|严格|负责)", body
    )
    verbs = lexicon.compile("«owner_never:inside:zh»")
    names = _SEPARATOR.split(subject[1]) if subject else []
    if subject and all(_is_chinese_name(n, lexicon) and not verbs.search(n) for n in names):
        body = subject[1] + body[subject.end() :]
    for clause in map(str.lstrip, _CLAUSE.split(body)):
        skipped = skip.match(clause)
        starts = {0, skipped.end() if skipped else 0, *(m.end() for m in agent.finditer(clause))}
        starts |= {m.end() for at in tuple(starts) if (m := skip.match(clause, at))}
        starts |= {m.end() for m in _IN_TURN.finditer(clause)}
        found: list[str] = []
        for start in sorted(at for at in starts if not agent.match(clause, at)):
            run = _run(clause, start, lexicon) or ()
            found += [n for n in run if not any(longer.endswith(n) for longer in found)]
        yield from found
        yield from _together(clause, lexicon)
    for charged in lexicon.compile(_CHARGED).finditer(body):
        ends = _name_ends(charged[1], 0, lexicon)
        yield from (charged[1] for end, _ in ends if end == len(charged[1]))


_CHARGED = (
    r"(?:^|(?<=[，,；;。]))(?:[^，,；;。]{0,16}«owner_before:charged:zh»了?)?"
    r"(?:(?:\d{1,2}|[一二两三四])?[名个位])?"
    r"([\u3400-\u9fff]{2,12})[，,](?:主要|具体|专门|全面|共同)?(?:负责|承担)(?!人)"
)
"""Who is set up or chosen, and what for: 成立督查小组，负责…, 设兼职质控员，负责…."""


def _together(clause: str, lexicon: Lexicon) -> list[str]:
    """Names that end a clause and are taken along: 药剂科会同质控办，…."""
    beside = re.search(r"(?:会同|联合|协同)([^，,。；;：:]{2,40})$", clause)
    beside = beside or _JOINTLY.search(clause)
    names = _SEPARATOR.split(_CALLED.sub("", beside.group(1))) if beside else []
    return names if all(_is_chinese_name(name, lexicon) for name in names) else []


def _run(clause: str, start: int, lexicon: Lexicon) -> list[str] | None:
    """The names from `start` on, joined by 、 or 和, if something that acts follows them."""
    joined = lexicon.compile(r"\s*(?:«owner_prefix:joined:zh»)\s*")
    asked = lexicon.compile(r"«owner_before:asked:zh»$").search(clause[:start])
    found: list[str] | None = None
    reached: list[tuple[int, tuple[str, ...]]] = [(start, ())]
    seen: set[int] = set()
    while reached:
        at, names = reached.pop()
        if at in seen:
            continue
        seen.add(at)
        for end, role in _name_ends(clause, at, lexicon):
            run = (*names, clause[at:end])
            link = joined.match(clause, end)
            if link:
                reached.append((link.end(), run))
            never = lexicon.meaning("owner_never", clause[at:end]) is not None
            if never or len(run) <= len(found or ()):
                continue
            if not _acts(clause, end, role and not asked, lexicon):
                continue
            found = [*run]
    return found and [n for n in found if lexicon.meaning("owner_never", n) is None]


def _name_ends(clause: str, start: int, lexicon: Lexicon) -> Iterator[tuple[int, bool]]:
    """Where a name that begins at `start` may end, shortest first, and whether it is a role."""
    noun = lexicon.compile(r"«owner_noun::zh»$")
    role = lexicon.compile(r"«owner_noun:role:zh»$")
    inside = lexicon.compile(r"«owner_never:inside:zh»|[xX×]")
    last = _last_characters(lexicon)
    for end in range(start + 2, min(len(clause), start + NAME_MAX) + 1):
        if clause[end - 1] not in last:
            continue
        words = clause[start:end]
        match = noun.search(words)
        if not match or not _HAN_WORDS.fullmatch(words):
            continue
        core = _GRADE.sub("", words[: match.start()])
        if (
            _PARTS_OF.search(words)
            or inside.search(core)
            or _TOLD_TO.search(core)
            or (_JOINED.search(core) and not _is_council(words, core, noun))
        ):
            continue
        yield end, bool(role.search(words))


@lru_cache(maxsize=4)
def _last_characters(lexicon: Lexicon) -> frozenset[str]:
    """The characters on which a Chinese name may end: most places of a clause end none."""
    return frozenset(noun[-1] for noun in lexicon.phrases("owner_noun", lang="zh"))


_IN_TURN = re.compile(r"、(?=[^、，,]{2,12}每[日天周月季年半])")
"""Where the next of several begins: 科护士长每半月、病区护士长每周自查."""
_TOLD_TO = re.compile(
    r"(?<![情预公简申日周月])报(?![告账销刊警])|(?<!神)经(?![济营理络费销办纪管])"
)
"""What goes to somebody is no part of the name: 重大事项报党委会, 方案经科委会."""
_TRAINED = re.compile(
    r"每.{1,3}(?:参加|接受)?"
    r"(?:培训|轮训|体检|复训|(?:理论|操作|技能|三基|业务)[\u3400-\u9fff]{0,2}(?:考核|考试|测试|培训))"
    r"|(?:参加|接受|赴|到)[^，,；;。]{0,10}(?:培训|进修|轮训)"
)
"""What is done to a role: N2级以上护士每季度培训1次."""
_PARTS_OF = re.compile(r"(?:全|内|外)部$|[入分编病]组$|场所$")
"""What ends as a department does and is none: 核心条款全部."""


def _is_council(words: str, core: str, noun: re.Pattern[str]) -> bool:
    """Whether 与 belongs to the name: 质量与安全管理委员会, but not 医务科与护理部."""
    parts = _JOINED.split(core)
    return words.endswith(("委员会", "小组", "中心", "办公室")) and not any(
        noun.search(part) for part in parts[:-1]
    )


_ABOUT = (
    r"(?:查房|培训|考核|值班|交接班?|会诊|带教|管理|随访|授课)«owner_after:about:zh»"
    r"|(?:巡检|采样|监测|消毒|清洁|维护|保养|培训|检查|考核|会议|例会|演练)(?:每|\d|一次|合格|[^，,；;。]{0,2}率)"
    r"|(?![提降增减确达保完])[\u3400-\u9fff]{2,4}率(?!先)"
)
"""A thing that is called after what somebody does: 三级医师查房质量."""
_AMONG = re.compile(r"等(?:重点|高危|高风险|相关|有关)?(?:科室|部门|病区|单位)(?!每)")
"""What the names before it are called together: 内镜室、血透室等重点部门."""
_JOINTLY = re.compile(r"^与([^，,；;。]{2,16}?)(?:共同|联合|一起)")
_CALLED = re.compile(r"等(?:学科|专业|科室|部门|病区|单位|人员)?$")
_UPON = r"(?!«owner_noun:role:zh»)[\u3400-\u9fff]{2,10}后(?:[\d一二两三半]|立即|即刻|及时|应|必?须)"
"""Upon what somebody acts: 微生物室检出后2小时内."""
_WITH = r"[与同和](?!«owner_never:inside:zh»)[^，,；;。]{2,16}?(?:签|建立|联合|合作|开展|对接)"
"""What is done with somebody else: 各科室与住院患者签订协议书."""
_SOON = r"[\d一二两三四五六七八九十半]{1,3}个?(?:月|日|季度|分钟|小时|天|工作日)"
"""A time right behind a name: 检验科30分钟内."""


def _acts(clause: str, end: int, role: bool, lexicon: Lexicon) -> bool:
    """Whether what follows a name is something it does, not something it has."""
    among = _AMONG.match(clause, end)
    rest = clause[among.end() if among else end :]
    acting = "«owner_after:modal:zh»" if role else "«owner_after:verb:zh»|«kind:measure:zh»"
    beside = "" if role else f"|{_WITH}"
    verb = lexicon.compile(rf"(?:（[^（）]{{1,10}}）)?(?:{acting}){beside}|{_SOON}|{_UPON}")
    acts, has = verb.match(rest), lexicon.compile(r"«owner_after:not:zh»").match(rest)
    if not acts or (has and has.end() >= acts.end()):
        return False
    if role and _TRAINED.match(rest):
        return False
    about = lexicon.compile(_ABOUT).match(rest)
    return not about and not re.match(r"(?!对|负责|为|是|任)[\u3400-\u9fff]{2,4}的", rest)
