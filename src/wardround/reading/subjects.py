"""Who acts in a Chinese sentence: names at the heads of clauses, after 由, before a duty.

A name ends on a noun of the lexicon and has something that acts behind it. Decides by position;
tags, columns and English are `owners`'s and `agents`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon

NAME_MAX = 16
"""A Chinese name of a department or role has at most so many characters."""
_HAN_NAME = r"[\u3400-\u9fffA-Z·]{0,12}?"
_HAN_WORDS = re.compile(r"[xX×*]{0,4}(?:[\u3400-\u9fffA-Za-z·]|N\d(?=级?(?:及?以上)?))+")
_GRADE = re.compile(r"^(?:[A-Z]\d|[初中高]|[初中高]年)?[级资](?:职称)?(?:及?以上|别)")
"""A rank in front of a role: N3级以上护士, 中级以上医师."""
_JOINED = re.compile("以及|[和与及]")
_CLAUSE = re.compile(
    r"[，,；;。：:！!？?]\s*|\s{2,}|——|(?<=[\u3400-\u9fff])\s(?=[\u3400-\u9fff]{2})"
)
SEPARATOR = re.compile(r"\s*(?:[、，,；;/&]|\band\b|和|及|以及|与)\s*")

_LEADS = r"(?:副?组\s*长|副?主任委员|副?总指挥)"
"""The office behind whose colon stands who leads a group."""


def is_chinese_name(words: str, lexicon: Lexicon) -> bool:
    """Whether words are the name of a department or role and nothing else."""
    noun = lexicon.compile(rf"{_HAN_NAME}«owner_noun::zh»(?:（[^（）]{{1,8}}）)?")
    named = lexicon.meaning("owner_never", words) is None
    return bool(named and noun.fullmatch(words)) and not lexicon.has("owner_noun", "guest", words)


def chinese_leaders(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Leaders of a group named in person or by their office: 组长：张三, 以院长为总指挥."""
    noun = lexicon.compile(r"«owner_noun:role:zh»$")
    titles = lexicon.compile(r"[\u3400-\u9fff]{0,6}?«owner_noun:role:zh»(?=[\u3400-\u9fff]{2,3}$)")
    for match in re.finditer(
        rf"{_LEADS}\s*[:：]\s*((?:(?!{_LEADS}|成\s*员)[^，,。；;：:\n]){{2,20}})", body
    ):
        for name in re.split(r"[、\s]+", match.group(1)):
            person = re.sub(r"[（(].*$", "", name)
            if not noun.search(person):
                yield person
    core = lexicon.compile(
        r"以([\u3400-\u9fff]{0,6}«owner_noun:role:zh»)为(?:核心|负责人|第一责任人)"
    )
    yield from (found[1] for found in core.finditer(body))
    made = r"([\u3400-\u9fff]{2,10}?)(?:同志)?(?:任|为|兼任|担任)«owner_after:office:zh»"
    for match in lexicon.compile(made).finditer(body):
        person = re.split(r"[，,、由以的]", match.group(1))[-1]
        titled = titles.match(person)
        yield person[titled.end() :] if titled else person


def chinese_agents(body: str, lexicon: Lexicon) -> Iterator[str]:
    """Names at the heads of clauses and after 由, with something that acts behind them."""
    body = _ASIDE.sub(lambda found: "“”" if found[0][0] == "“" else "", body)
    skip = lexicon.compile(
        r"(?:[一二三四五六七八九十]{1,2}是|\d{1,2}[.．、]\s?)?(?:(?:«owner_before:skip:zh»|(?:\d{1,3}|[一二两三四五六七八九十]{1,2})[名位家个]|(?:周|星期)[一二三四五六日](?:[至到、](?:周|星期)?[二三四五六日])?(?:[上下]午|晚上?)?|[一二三四五六日](?:[上下]午|晚上?)|[一二三四五六七八九十]{1,2}月份?起|[去上]年|(?:20\d\d|20_|_{2,}|[xX×_]{2,4})年(?:度|初|底前?)?|(?:\d{1,2}|[xX]{2}|_{2,})月(?:份|底|[xX\d_]{1,4}日)?前?|第?[\d一二三四]+季度[初中末底]?(?:前|内)?)[，、,]?)*"
    )
    agent = lexicon.compile(
        r"(?<!未)«owner_before:agent:zh»|«owner_before:asked:zh»|(?:^|(?<=[，,；;]))交(?!接|流|班|通)"
    )
    subject = re.match(r"([^，,；;。：:（(]{2,40})[，,]\s*(?!负责)", body)
    verbs = lexicon.compile("«owner_never:inside:zh»|^(?:«kind:measure:zh»|«kind:requirement:zh»)")
    names = SEPARATOR.split(subject[1]) if subject else []
    if subject and all(is_chinese_name(n, lexicon) and not verbs.search(n) for n in names):
        body = subject[1] + body[subject.end() :]
    for clause in map(str.lstrip, _CLAUSE.split(body)):
        skipped = skip.match(clause)
        starts = {0, skipped.end() if skipped else 0, *(m.end() for m in agent.finditer(clause))}
        starts |= {m.end() for at in tuple(starts) if (m := skip.match(clause, at))}
        starts |= {m.end() for m in _IN_TURN.finditer(clause)}
        starts |= {m.end() for m in [_UPON_WHICH.match(clause)] if m}
        found: list[str] = []
        for start in sorted(at for at in starts if not agent.match(clause, at)):
            run = _run(clause, start, lexicon) or ()
            found += [n for n in run if not any(longer.endswith(n) for longer in found)]
        yield from found
        yield from _together(clause, lexicon)
    yield from (told[1] or told[2] for told in lexicon.compile(_OF_WHOM).finditer(body))
    for charged in lexicon.compile(f"{_CHARGED}|{_DUTIES}").finditer(body):
        name = charged[1] or charged[2]
        yield from (name for end, _ in _name_ends(name, 0, lexicon) if end == len(name))


_ASIDE = re.compile(
    r"（(?:以下|下)?(?:统|合)?[简并]?称[^（）]{1,16}）|“[^“”]*[，,][^“”]*”"
    r"|由[^，,；;。]{2,60}组成(?=[，,；;。]|$)"
)
"""A short name in brackets, slogans of several clauses, members: nobody acts in them."""
_CHARGED = (
    r"(?:^|(?<=[，,；;。]))(?:[^，,；;。]{0,16}?(?:«owner_before:charged:zh»|«owner_before:agent:zh»)了?)?"
    r"(?:(?:\d{1,2}|[一二两三四])?[名个位])?"
    r"([\u3400-\u9fff]{2,12})(?:\d{1,2}(?:[-—~至]\d{1,2})?[名人个位])?：?[，,](?:主要|具体|专门|全面|共同)?(?:负责|承担)(?!人)"
)
"""Who is set up or chosen, and what for: 成立督查小组，负责…, 设兼职质控员，负责…."""
_OF_WHOM = (
    r"(?:^|(?<=[，,；;。]))(?![对凡将把由按以在与为根并]|[^的]*(?:是|作为))([\u3400-\u9fff、]{2,14}的[\u3400-\u9fff]{0,8}?"
    r"«owner_noun::zh»)[，,]?(?=应(?![急对用])|必?须(?!由)|要(?!求)|不得|负责(?!人)|严禁|不准)"
    r"|(?<=由)(?![^的]*[与和])([\u3400-\u9fff]{2,12}的[\u3400-\u9fff]{0,8}?«owner_noun::zh»)"
    r"(?<!会)(?=«owner_after:modal:zh»|«kind:measure:zh»)"
)
"""Those of whom a clause tells which they are: 参加抢救的医师应在6小时内补记."""
_DUTIES = r"^([\u3400-\u9fff]{2,16}?)的?(?:主要|具体|工作)?职责(?:包括|是|为|有)"
"""Whose duties are told: 指挥部职责包括：…."""


def _together(clause: str, lexicon: Lexicon) -> list[str]:
    """Names that end a clause and are taken along: 药剂科会同质控办，…."""
    beside = re.search(r"(?:会同|联合|协同)([^，,。；;：:]{2,40}?)(?:组成)?$", clause)
    beside = beside or _JOINTLY.search(clause)
    names = SEPARATOR.split(_CALLED.sub("", beside.group(1))) if beside else []
    return names if all(is_chinese_name(name, lexicon) for name in names) else []


def _run(clause: str, start: int, lexicon: Lexicon) -> list[str] | None:
    """The names from `start` on, joined by 、 or 和, if something that acts follows them."""
    joined = lexicon.compile(rf"(?!{_SIGNED})\s*«owner_prefix:joined:zh»\s*")
    each = re.compile("(?=各)")
    asked = lexicon.compile(r"(?:«owner_before:asked:zh»|^交)$").search(clause[:start])
    never = _never(bool(asked), lexicon)
    does = lexicon.compile(
        r"(?!«owner_after:not:zh»|[的等和与及或]|«owner_noun::zh»|.{2,4}任|[\u3400-\u9fff]{1,10}的"
        r"|[挪搬移转铺扩][\u3400-\u9fff]?[到至为向])[\u3400-\u9fff]{2}"
    )
    found: list[str] | None = None
    entrusted: list[str] | None = None
    reached: list[tuple[int, tuple[str, ...]]] = [(start, ())]
    seen: set[int] = set()
    while reached:
        at, names = reached.pop()
        if at in seen:
            continue
        seen.add(at)
        for end, role in _name_ends(clause, at, lexicon, 2 * NAME_MAX if asked else NAME_MAX):
            run = (*names, clause[at:end])
            link = joined.match(clause, end) or (clause[at] == "各" and each.match(clause, end))
            if link:
                reached.append((link.end(), run))
            general = found and lexicon.meaning("owner_never", found[-1])
            if clause[at:end] in never or len(run) < len(found or ()) + (not general):
                continue
            if not _acts(clause, end, role and not asked, lexicon):
                entrusted = [*run] if asked and does.match(clause, end) else None
                continue
            found = [*run]
    found = found or entrusted
    guest = lexicon.compile(r"«owner_noun:guest:zh»$")
    return found and [n for n in found if n not in never and not guest.search(n)]


@lru_cache(maxsize=4)
def _never(asked: bool, lexicon: Lexicon) -> frozenset[str]:
    """What names nobody: fewer words where 由 asks for who does it."""
    means = ("word",) if asked else ("word", "unasked", "inside")
    return frozenset(w for m in means for w in lexicon.phrases("owner_never", m, "zh"))


def _name_ends(
    clause: str, start: int, lexicon: Lexicon, longest: int = NAME_MAX
) -> Iterator[tuple[int, bool]]:
    """Where a name that begins at `start` may end, shortest first, and whether it is a role."""
    noun = lexicon.compile(r"«owner_noun::zh»$")
    role = lexicon.compile(r"(?:«owner_noun:role:zh»|«owner_noun:guest:zh»)$")
    inside = lexicon.compile(
        r"«owner_never:inside:zh»|[xX×谁]|后(?!勤)|前(?![台厅])|^[要帮交连]|月份?起|[上下]午"
    )
    last = _last_characters(lexicon)
    for end in range(start + 2, min(len(clause), start + longest) + 1):
        if clause[end - 1] not in last:
            continue
        words = clause[start:end]
        match = noun.search(words)
        if not match or not _HAN_WORDS.fullmatch(words) or clause[end - 1 : end + 1] == "组织":
            continue
        core = _GRADE.sub("", words[: match.start()].lstrip("xX×*"))
        if (
            _PARTS_OF.search(words)
            or inside.search(core)
            or _TOLD_TO.search(core)
            or _VERB_EACH.match(words)
            or (_JOINED.search(core) and not _is_council(words, core, noun))
        ):
            continue
        yield end, bool(role.search(words))


@lru_cache(maxsize=4)
def _last_characters(lexicon: Lexicon) -> frozenset[str]:
    """The characters on which a Chinese name may end: most places of a clause end none."""
    return frozenset(noun[-1] for noun in lexicon.phrases("owner_noun", lang="zh"))


_IN_TURN = re.compile(
    r"(?:^|[、，,])[^、，,]*(?:每|牵头|负责)[^、，,]*、(?=[^、，,]{2,12}(?:每[日天周月季年半]|配合|协助))"
    r"|、(?=[^、，,]{2,12}配合(?:$|[，,]))"
)
"""Where the next of several begins: 科护士长每半月、病区护士长每周自查."""
_UPON_WHICH = re.compile(r"[\u3400-\u9fff]{2,8}?(?:前(?![台厅])|后(?!勤))(?=[\u3400-\u9fff]{2})")
"""Before or after what somebody acts, told first: 上机前责任护士核对."""
_VERB_EACH = re.compile(r"(?!.{0,3}[院县市区镇乡内科省盟他它]各).+各")
"""What is done to each of several, and no name: 监督各工作组."""
_TOLD_TO = re.compile(
    r"(?<![情预公简申日周月])报(?![告账销刊警])|(?<!神)经(?![济营理络费销办纪管])"
)
"""What goes to somebody is no part of the name: 重大事项报党委会, 方案经科委会."""
_TRAINED = re.compile(
    r"每.{1,3}(?:参加|接受)?"
    r"(?:培训|轮训|体检|复训|(?:理论|操作|技能|三基|业务)[\u3400-\u9fff]{0,2}(?:考核|考试|测试|培训))"
    r"|(?:参加|接受|赴|到)[^，,；;。]{0,10}(?:培训|进修|轮训)|实行"
)
"""What is done to a role: N2级以上护士每季度培训1次."""
_FINED = re.compile(r"各?(?:奖励?|扣[发罚]?|罚款?|补助)\s*(?:\d|[xX*×])")
"""What somebody is given or fined: 科主任、护士长各奖励3000元."""
_PARTS_OF = re.compile(
    r"(?:全|内|外)部$|[入分编病][一二两三四五六\d]?组$|(?<!介)[入出转轮]科$|场所$"
)
"""What ends as a department does and is none: 核心条款全部."""


def _is_council(words: str, core: str, noun: re.Pattern[str]) -> bool:
    """Whether 与 belongs to the name: 质量与安全管理委员会, but not 医务科与护理部."""
    parts = _JOINED.split(core)
    return words.endswith(("委员会", "小组", "中心", "办公室", "指挥部")) and not any(
        noun.search(part) for part in parts[:-1]
    )


_ABOUT = (
    r"(?:«kind:activity:zh»|值班|交接班?|会诊|管理|授课|签约|配备)«owner_after:about:zh»"
    r"|(?:巡检|采样|监测|消毒|清洁|维护|保养|培训|检查|考核|会议|例会|演练|查房)(?:每|\d|一次|合格|[^，,；;。]{0,2}率)"
    r"|(?![提降增减确达保完])[\u3400-\u9fff]{2,4}(?:率(?!先)|(?:意识|水平|能力|质量|态度)(?=[进明显有得不逐普更较]))"
)
"""A thing that is called after what somebody does: 三级医师查房质量."""
_AMONG = re.compile(r"等(?:重点|高危|高风险|相关|有关)?(?:科室|部门|病区|单位)(?!每)")
"""What the names before it are called together: 内镜室、血透室等重点部门."""
_JOINTLY = re.compile(r"^与([^，,；;。]{2,16}?)(?:共同|联合|一起|一道)")
_CALLED = re.compile(r"等(?:学科|专业|科室|部门|病区|单位|人员)?$")
_UPON = (
    r"(?!«owner_noun:role:zh»)[\u3400-\u9fff]{2,10}"
    r"(?:(?<!最)后(?:[\d一二两三半]|立即|即刻|及时|应|必?须)|前(?:应|必?须|要))"
)
"""Upon or before what somebody acts: 微生物室检出后2小时内, 技师扫描前应核对."""
_WITH = r"[与同和](?!«owner_never:inside:zh»)[^，,；;。]{2,16}?(?:签|建立|联合|合作|开展|对接)"
"""What is done with somebody else: 各科室与住院患者签订协议书."""
_SIGNED = r"(?:分别)?[与同和][^，,；;。]{2,20}?签[订署]"
"""What is signed with somebody else: 院长与各科主任签订责任书."""
_WHEN = (
    r"(?:“”)?(?:(?:自身|本身|自己)也?|(?:第?[一二三四]季度|[上下]半年|年[底内初]|[去今明]年|全年)"
    r"(?:之?前|以前)?|从[^，,；;。]{2,8}(?:开始|起)[把将]?|按[^，,；;。]{2,8}(?=每))?"
)
"""When, or that they too, between a name and what it does: 信息科第一季度完成整改."""
_DID = (
    r"(?!«owner_after:not:zh»|人员|室|思想)(?!.{0,5}(?:发生|有|得到|受到)了)"
    r"[\u3400-\u9fff]{1,6}?了(?!解)"
)
"""What somebody has done, whatever the verb: 护理部梳理了流程."""
_SOON = r"[\d一二两三四五六七八九十半]{1,3}个?(?:月|日|季度|分钟|小时|天|工作日)"
"""A time right behind a name: 检验科30分钟内."""


def _acts(clause: str, end: int, role: bool, lexicon: Lexicon) -> bool:
    """Whether what follows a name is something it does, not something it has."""
    among = _AMONG.match(clause, end)
    rest = clause[among.end() if among else end :]
    acting = ("«owner_after:modal:zh»" if role else "«owner_after:verb:zh»") + "|«kind:measure:zh»"
    beside = "" if role else f"|{_WITH}"
    many = r"(?:（[^（）]{1,10}）)?(?:等?[共近约]?\d{1,4}余?[人名])?"
    verb = lexicon.compile(rf"{many}{_WHEN}(?:{acting}){beside}|{_SIGNED}|{_SOON}|{_UPON}|{_DID}")
    acts, has = verb.match(rest), lexicon.compile(r"«owner_after:not:zh»").match(rest)
    if not acts or (has and has.end() >= acts.end()):
        return False
    if (role and _TRAINED.match(rest)) or _FINED.match(rest):
        return False
    about = lexicon.compile(_ABOUT).match(rest)
    return not about and not re.match(
        r"(?!对|负责|作?为|是|任|按|根据|经|围绕|结合|针对)[\u3400-\u9fff]{2,4}的", rest
    )
