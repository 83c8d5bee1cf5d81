"""What kind of statement: a heading, a measure, a requirement, an objective, a figure…

Decides by the first of `TESTS` that fits, on cue words of the lexicon and on what the earlier
steps found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.acts import (
    acts,
    aims,
    does_something,
    is_undergone,
    names_goal,
    narrates,
    opens_on_bound,
    orders,
    promises,
    tells_why,
    then_does,
)
from wardround.reading.headed import says, under, under_goals, under_rules
from wardround.reading.owners import is_roster
from wardround.reading.piece import Draft, Piece
from wardround.reading.rules import asks, forbids, is_service_standard
from wardround.reading.statement import Kind
from wardround.reading.tense import SENTENCES, tells_past

_OPENS_WITH_TIME = (
    r"\W*(?:[\u3400-\u9fff“”]{2,12}[（(])?(?:(?:\d{4}年)?(?:\d{1,2}月?[-—–~～至到]{1,2})?(?:\d{1,2}|[xX]{1,2})月|第?[一二三四]季度|[上下]半年"
    r"|(?:by\s+)?(?:(?:the\s+)?(?:end|middle|beginning) of |mid-|early |late )?«month»"
    r"|(?:Q[1-4]|week|weeks|month|months) ?\d*\s*[-–:])"
)
_ONE_IS = re.compile(r"^(?:[一二三四五六七八九十]{1,2}是要?|首先是?|其次是?|最后)[，,]?")
_LABEL = re.compile(r"^[\u3400-\u9fff、]{2,8}[：:]")
"""What stands before an action and names it: 公文处理：负责收发登记."""
_STRIVES = r"^[^，,；;。]{2,16}?(?:力争|争取|力求|争创)"
"""Somebody sets out to reach something: 心内科力争通过胸痛中心认证."""
_ONLY_NAMES = (
    r"\s*«owner_tag»\s*[:：][^，,。]{2,40}[。.]?$|\s*«owner_tag:label:en»\s*:[^.]{2,90}[.]?$"
)
"""A tag of responsibility that stands by itself: Owner: Director of Nursing."""
_SIGNED = r"(?-i:[A-Z])[\w’'-]*(?:\s[\w’'&-]+){0,5}?\s«owner_noun:head:en»"
"""A line that is a name and nothing else: who signs."""
_BEGINS = r"«kind:measure:zh»|(?:在[\u3400-\u9fff、]{2,16}(?:领导|指导)下[，,]?)?负责(?!人)|保持"
"""How a Chinese action or duty begins."""
_GUIDED = (
    r"(?:坚持)?以[^。]{2,40}为(?:抓手|契机|主线|导向|核心|重点|目标|标准|指引|引领|牵引)[，,]"
    r"\s*«kind:measure:zh»"
)
"""What an action goes by, with the action: 以专项活动为抓手，全面优化流程."""
_GIVEN = (
    r"(?:^|(?<=[，,；;。]))[^，,；;。]{0,12}?«kind:given:zh»[^；;。]{0,40}?[，,]"
    r"|[^，,；;。]*基础上[，,]|(?:^|(?<=[，,；;。]))[对凡][^，,；;。]{2,40}的[\u3400-\u9fff]{0,6}[，,]"
)
"""What an action starts from, which judges nothing: 针对存在的问题，…, 在已有基础上，…."""
_MEANS = (
    r"(?<![一二三四五六七八九十先次别其凡还但于只而要])(?<!目标)(?<!任务)是(?!否)[^，,；;。]{2,60}?«kind:meaning:zh»"
    r"(?:之一|所在)?[，,；;。]"
)
"""What something is to those who write: 培训是保证质量的重要手段."""
_CALLED_A_GOAL = re.compile(r"[\u3400-\u9fff]{0,6}目标(?:值|任务)?[:：为是]")
"""A sentence that calls what it sets a goal: 年度目标：归档及时率98%."""
_LAID_DOWN = re.compile(r"制[定订]本(?:制度|办法|方案|细则|规定|规范|预案)[。.]?$")
_DONE = r"(?<!特)(?<!现)«kind:measure:zh»了"
"""An action told as done: 推行了主诊医师负责制."""
_IN_ORDER = re.compile(r"\W*(?:[^,.]{3,90}, )?in order to\b", re.IGNORECASE)
"""A sentence that begins with what something is for."""
_MUST = re.compile(r",[^,;]* (?:must|should|shall|need to) ")
"""A rule behind what it is for: "In order to survive, hospitals must adapt"."""
_PENALTY = r"(?<=[，,；;（(])[^，,；;。]{0,16}(?:扣|罚款|处罚|奖励|一票否决)[^，,；;。]*"
"""What a goal that is missed costs: 甲级病案率达95%，每低1%扣2分."""
_OURS = re.compile(r"[我本]院|我们|我科|[须要拟](?!求|点|素)|将(?!来|近)")
"""Words by which a sentence turns from what is the case to what is done here."""
_CONTEXT = (
    r"(?:因此|尤其|随着|当今|如今|众所周知|由此可见)(?![^。]*了)"
    r"|(?:随着|尤其是?在?|在)[^，,。]{2,12}(?:年代|时代|形势下|今天)"
    r"|通过(?:一系列|这些?|此次|本次|上述|以上)?的?[^，,；;。]{0,8}(?:活动|学习|教育|努力)[，,]"
    r"(?:«kind:either:zh»|有效|极大地?|大大|更加)*"
    r"(?:增强|凝聚|激发|树立|丰富|促进|调动|展[示现]|营造|密切|锻炼|提[升高])"
    r"|(?:上述|以上|这一?系?列?)[^，,；;。]{0,8}措施[，,]?(?:使|保证|促进|有效)"
    r"|[^，,；;。]{0,16}坚持以[^，,；;。]+为[^，,；;。]+"
    r"(?:[，,；;](?:«kind:either:zh»|继续|以)*[^，,；;。]+为[^，,；;。]+)+[。]?$"
)
"""What is so or came of what was done, and creeds: nobody does anything in them."""
_WANTING = re.compile(
    r"(?:还|仍|也|尚)(?:还|然)?(?:存在|有)[^，,；;。]{0,8}(?:不足|差距|问题|困难)"
)
"""What a summary owns to: 工作质量与要求还有很大差距."""
_SETS_UP = r"(?:成立|建立|设立|组建)[^，,；;。]{0,40}(?:小组|委员会|指挥部|专班|办公室)"
NAME_MAX = 16
"""A lead-in of at most so many characters is the name of what follows: 要求："""
_LEAD_IN = re.compile(r"[:：][\s*]*$")
_POINTS_ON = re.compile(r"\bfollowing (?:\w+ ){0,2}(?:aspects|work|tasks|points|matters)\.?$")
"""A sentence that says only that something follows: "Focus on the following aspects."."""


def judge_kinds(draft: Draft) -> Draft:
    """Say of every piece what kind it is.

    >>> from wardround.reading.plan import read
    >>> [s.kind for s in read("一、工作要求\\n1.各科室必须每月自查。")]
    ['heading', 'requirement']

    Args:
        draft: pieces with levels, owners, targets, figures, cadences and deadlines.
    Returns:
        the draft with `kind` set.
    """
    pieces: list[Piece] = []
    asked: Kind | None = None
    ruled: tuple[str, ...] | None = None
    preamble = False
    for i, piece in enumerate(draft.pieces):
        kind = _kind(piece, draft.lexicon)
        unstopped = piece.lang == "en" and re.fullmatch(r"(?:\S+\s+){0,23}\S*[^.!?:]", piece.text)
        listed = not piece.heading and (piece.mark is not None or bool(asked and unstopped))
        opens = not pieces or pieces[-1].block != piece.block
        if kind == "phase" and not (opens or piece.mark or _cue(piece, draft.lexicon, "phase")):
            kind = "measure"
        if piece.mark and piece.mark.number:
            preamble = False
        if piece.heading:
            preamble = piece.depth == 1 and any(p.depth == 2 for p in draft.pieces[i : i + 40])
        charged = piece.lang == "zh" and piece.owners and kind == "measure"
        if ruled is not None and piece.level[: len(ruled)] != ruled:
            ruled = None
        if ruled is not None and not piece.heading and not _LEAD_IN.search(piece.text):
            kind = "requirement" if kind in ("measure", "background", "objective") else kind
        elif listed and asked and not charged and kind in ("measure", "background"):
            kind = asked
        elif (
            (preamble or _opens_a_plan(piece, pieces, draft.lexicon))
            and kind == "measure"
            and not listed
        ):
            vows = piece.lang == "en" and promises(piece.body, draft.lexicon)
            promised = _sets(piece) if piece.lang == "zh" else vows or _promises(piece)
            kind = kind if promised else "background"
        if _LEAD_IN.search(piece.text) and not piece.heading:
            asked = _asked(piece, draft.lexicon)
            if asked == "requirement" and _names_rules(piece, draft.lexicon):
                ruled = piece.level
        elif piece.heading or (opens and not listed):
            asked = None
        pieces.append(replace(piece, kind=kind))
    return replace(draft, pieces=tuple(pieces))


def _opens_a_plan(piece: Piece, before: list[Piece], lexicon: Lexicon) -> bool:
    """Whether a sentence right below a title says by what the whole plan goes."""
    titled = piece.lang == "zh" and before and before[-1].heading and before[-1].depth == 1
    return bool(titled) and lexicon.has("kind", "creed", piece.text)


def _asked(lead_in: Piece, lexicon: Lexicon) -> Kind | None:
    """What a lead-in makes of the items below it: "All systems must:", "Our goals are:"."""
    named = [hit.means for hit in lexicon.find("section", lead_in.text)]
    if "objective" in (*named[:1], *named[-1:]):
        return "objective"
    if lead_in.lang == "en" and re.search(
        r"\b(?:we|who|will|are|asked) (?:will|be|to)\b[^.]*:", lead_in.text
    ):
        return "measure"
    ruled = _names_rules(lead_in, lexicon) or lexicon.has("kind", "requirement", lead_in.text)
    return "requirement" if ruled else None


def _names_rules(lead_in: Piece, lexicon: Lexicon) -> bool:
    """Whether a lead-in is the name of rules, as a heading would be: "Key requirements:"."""
    short = len(lead_in.text) <= NAME_MAX or len(lead_in.text.split()) in (2, 3)
    return short and lexicon.has("section", "requirement", lead_in.text)


def _promises(piece: Piece) -> bool:
    return bool(piece.owners or piece.targets) or _sets(piece)


def _sets(piece: Piece) -> bool:
    """Whether the sentence says how much, how often or by when."""
    amounts = any(target.value for target in piece.targets)
    return bool(amounts or piece.cadence or piece.deadline)


def _kind(piece: Piece, lexicon: Lexicon) -> Kind:
    """The kind of the first test that fits."""
    for kind, fits in TESTS:
        if fits(piece, lexicon):
            return kind
    return "background"


def _cue(piece: Piece, lexicon: Lexicon, name: str) -> bool:
    return lexicon.has("kind", name, _beyond_given(piece.text, lexicon))


@lru_cache(maxsize=SENTENCES)
def _beyond_given(text: str, lexicon: Lexicon) -> str:
    """A sentence without what it starts from."""
    return lexicon.compile(_GIVEN).sub("", text)


def _is_phase(piece: Piece, lexicon: Lexicon) -> bool:
    steps = any(lexicon.has("section", "phase", heading) for heading in piece.level[1:])
    if steps and lexicon.compile(_OPENS_WITH_TIME).match(piece.body):
        return True
    timed = piece.deadline or re.search(r"\d{1,2}月|\([A-Z][a-z]+ (?:\d|and |to )", piece.text)
    bare = lexicon.compile("«kind:neither»").sub("", piece.text)
    if lexicon.compile(r"\W*第[一二三四五]阶段[：:]").match(piece.body):
        return True
    return bool(timed) and lexicon.has("kind", "phase", bare)


def _is_plain(piece: Piece, lexicon: Lexicon) -> bool:
    """Lead-ins, lines that only name who answers, what stands under headings of problems."""
    if _LEAD_IN.search(piece.text) or _POINTS_ON.search(piece.text):
        return True
    signs = piece.mark is None and not piece.owners
    if re.match(r"\W*(?:Annex|Appendix|Attachment)(?:es|ices|s)?\b[^.;]{0,4}:", piece.text):
        return True
    if signs and lexicon.compile(_SIGNED).fullmatch(piece.text):
        return True
    if piece.tagged and not piece.targets and lexicon.compile(_ONLY_NAMES).match(piece.body):
        return True
    troubled = under(piece, lexicon, "problem") and not under(piece, lexicon, "future")
    promised = _sets(piece) if piece.lang == "zh" else _names_work(piece, lexicon)
    return troubled or (under(piece, lexicon, "background") and not promised)


def _names_work(piece: Piece, lexicon: Lexicon) -> bool:
    return bool(piece.owners) and not tells_past(piece.text, lexicon)


def _is_context(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a Chinese sentence tells what is so, what came of it or what is still wanting."""
    if piece.lang != "zh" or piece.mark or piece.owners or _promises(piece):
        return False
    if _WANTING.search(_beyond_given(piece.text, lexicon)):
        return True
    told = lexicon.compile(_CONTEXT).match(piece.body)
    return bool(told) and not _OURS.search(piece.body)


def _organises(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a sentence tells who sits in a group, or sets one up before anything else."""
    if is_roster(piece.body):
        return True
    if not _cue(piece, lexicon, "organisation"):
        return False
    found = re.search(_SETS_UP, piece.body) if piece.lang == "zh" else None
    begins = lexicon.compile(_BEGINS)
    before = re.split("[，,；;]", piece.body[: found.start()]) if found else []
    after = re.split("[，,；;]", piece.body[found.end() :]) if found else []
    first = [c for c in map(str.strip, before) if begins.match(c) and "领导" not in c]
    return not first or len(first) + sum(bool(begins.match(c.strip())) for c in after) < 2


def _is_purpose(piece: Piece, lexicon: Lexicon) -> bool:
    if lexicon.compile(r"\s*«section:background:zh»[：:]").match(piece.body):
        return True
    numbered = piece.mark is not None and piece.mark.number > 0
    if _LAID_DOWN.search(piece.text):
        return True
    means = lexicon.compile(_MEANS).search(piece.text)
    acts = lexicon.compile(r"(?:«kind:either:zh»)*«kind:measure:zh»").match(piece.body)
    added = means and acts and re.search(r"[，,][^，,]{2,}$", piece.text[: means.start()])
    told = piece.lang == "zh" and lexicon.compile(_DONE).search(_unjudged(piece.body, lexicon))
    if means and not (added or told or _promises(piece)):
        return True
    if len(piece.level) > 1 and tells_why(piece.body, lexicon):
        return False
    below = piece.lang == "zh" and len(piece.level) > 1
    if below and (under_goals(piece, lexicon) or lexicon.compile(_GUIDED).match(piece.body)):
        return False
    asked = bool(piece.owners) and (
        asks(piece, lexicon) or (bool(piece.cadence) and not piece.text.lower().startswith("this "))
    )
    meant = _IN_ORDER.match(piece.body) and not _MUST.search(piece.body)
    meant = meant or _cue(piece, lexicon, "purpose")
    return bool(meant) and not (piece.targets or numbered or asked or told)


def _aims(piece: Piece, lexicon: Lexicon) -> bool:
    """Targets without an action, or words of aiming without anybody to act."""
    if under(piece, lexicon, "requirement"):
        return False
    named = bool(piece.owners) and not piece.tagged
    if piece.lang == "en" and names_goal(piece.body):
        return True
    if piece.lang == "en" and piece.targets and not named and opens_on_bound(piece.body, lexicon):
        return True
    if piece.targets and not named and _CALLED_A_GOAL.match(piece.body):
        return True
    if piece.targets and not piece.cadence and not named and aims(piece.body, lexicon):
        return True
    if piece.targets and not piece.cadence and not named and not _acts(piece, lexicon):
        return not asks(piece, lexicon, _PENALTY if _sets_a_goal(piece) else "(?!)")
    said = re.split("[，,；;]", piece.body)[0] if piece.lang == "zh" else ""
    aimed = _cue(piece, lexicon, "objective") and not (piece.owners or piece.deadline)
    if aimed and lexicon.compile(_BEGINS).match(_ONE_IS.sub("", said)):
        aimed = lexicon.has("kind", "objective", said)
    strives = named and not piece.cadence and lexicon.compile(_STRIVES).search(piece.body)
    return bool(aimed or strives) and not asks(piece, lexicon)


def _rules(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a sentence of a document of rules forbids: 暂存时间不得超过48小时."""
    book = piece.level[:1] and says(re.sub(r"[）)\s]+$", "", piece.level[0]), "rulebook", lexicon)
    return bool(book) and lexicon.has("kind", "rule", piece.text)


def _sets_a_goal(piece: Piece) -> bool:
    """Whether a goal stands before the first penalty."""
    penalty = re.search(_PENALTY, piece.text)
    before = piece.quantities[0] if penalty and piece.quantities else None
    goal = before and penalty and before.end <= penalty.start()
    return bool(goal and before and before.unit_kind not in ("money", "nil"))


def _in_objectives(piece: Piece, lexicon: Lexicon) -> bool:
    """An item under a heading of goals, unless it says how the work is done."""
    if not under_goals(piece, lexicon) or (len(piece.level) == 1 and not piece.mark):
        return False
    if not (piece.mark or piece.targets) and (
        (piece.lang == "en" and asks(piece, lexicon))
        or (_cue(piece, lexicon, "evaluation") and (piece.lang == "en" or piece.past))
        or _cue(piece, lexicon, "trouble")
        or (piece.lang == "en" and narrates(piece, lexicon))
    ):
        return False
    if not lexicon.compile(r"(?:\*\*)?«numbered»\s*\d").match(piece.level[-1]):
        return True
    done = not piece.targets and bool(piece.cadence or piece.owners)
    return not done and not asks(piece, lexicon)


def _is_done(piece: Piece, lexicon: Lexicon) -> bool:
    """An action: promised by somebody or for some time, ordered, or told of without evaluation."""
    if _promises(piece):
        return True
    praised = _cue(piece, lexicon, "evaluation") or _cue(piece, lexicon, "background")
    if piece.lang == "en" and not praised and orders(piece, lexicon):
        return True
    praised = praised or _cue(piece, lexicon, "trouble")
    body = _ONE_IS.sub("", piece.body.lstrip())
    either = lexicon.compile(r"(?:«kind:either:zh»)+(?!«kind:measure:zh»)").match(body)
    begins = lexicon.compile(_BEGINS)
    if piece.lang == "zh" and not either and any(map(begins.match, (body, _LABEL.sub("", body)))):
        return True
    english = piece.lang == "en"
    listed = english and bool(piece.mark and piece.mark.number) and not praised
    if listed and then_does(piece.body, lexicon) and not tells_past(piece.text, lexicon):
        return True
    if not english:
        told = _unjudged(piece.body, lexicon)
        return _does(told, lexicon, whole=len(told) >= len(piece.body.rstrip("。")))
    shaped = is_undergone(piece.body, lexicon) or does_something(piece.body, lexicon)
    return not praised and (_acts(piece, lexicon) or shaped)


def _unjudged(body: str, lexicon: Lexicon) -> str:
    """A Chinese sentence without the clauses that judge, what led to them, and what goes on
    around the work: what was done stands beside them."""
    judging = ("evaluation", "background", "trouble")
    clauses = re.split("[，,；;。](?!是|对[^，,；;。]*(?:意义|作用|影响)|具有)", body)
    kept = [c for c in clauses if not any(lexicon.has("kind", j, c) for j in judging)]
    led = "|«kind:either:zh»" if len(kept) < len(clauses) else ""
    around = lexicon.compile(rf"\s*(?:«kind:circumstance:zh»{led})")
    return "，".join(clause for clause in kept if not around.match(clause))


def _row_aims(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a table row holds targets and no action: 平均候诊时间≤25分钟, not 购置绝缘垫10块."""
    if not piece.targets or piece.cadence or piece.blanks:
        return False
    if all(t.op in ("<", ">", "<=", ">=") and t.unit in ("%", "元") for t in piece.targets):
        return True
    verb = lexicon.compile(r"\s*«kind:measure»|[^|]*?«kind:activity»\s*(?:\||$)")
    aim = lexicon.compile(r"\s*(?:«direction»|«kind:aim:en»)")
    cells = [a for a, _ in piece.cells]
    told = (a for a, b in piece.cells if re.search(r"[^\W\d_]{2}", piece.text[a:b]))
    if aim.match(piece.text, next(told, 0)):
        return True
    return not any(verb.match(piece.text, a) and not aim.match(piece.text, a) for a in cells)


def _row_reports(piece: Piece) -> bool:
    """Whether a row tells what was reached and gives nobody anything to do."""
    return piece.past and bool(piece.figures) and not {"owner", "deadline"} & {*piece.columns}


def _row_rules(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a row lays down a rule: a cell that opens with one (严禁统方), or a sentence."""
    rule = lexicon.compile(r"\s*«kind:requirement»")
    timed = any(target.unit == "%" for target in piece.targets)
    opens = any(rule.match(piece.text, a) for a, _ in piece.cells)
    return opens or (not timed and asks(piece, lexicon))


def _acts(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether the sentence tells of a planned action."""
    return _does(piece.body, lexicon) if piece.lang == "zh" else acts(piece, lexicon)


def _does(body: str, lexicon: Lexicon, whole: bool = True) -> bool:
    """Whether a clause of a Chinese sentence is an action; where it is not the `whole` sentence,
    a verb at its end only names one."""
    ends = "了|[，,；;。]|$" if whole else "了"
    verbs = lexicon.compile(
        r"(?:^|[，,；;。：:、])\s*(?:[一二三四五六七八九十]是)?(?:«owner_before:skip:zh»|«period»|«deadline:text:zh»"
        r"|\d{1,2}月份?[“”\u3400-\u9fff]{0,10}期间|(?:\d{1,2}|[元一二三四五六七八九]|十[一二]?)月份?(?:\d{1,2}日|底|初|末|[上中下]旬)?(?:[-—–~～至到]{1,2}\d{1,2}[日号])?(?:之?前|内)?(?!完成|实现|建成|达到)|将|拟|还|也|又|曾|已|各|计划|预计|准备|分别|先后|共同|率先|先|都|均|始终|时刻"
        r"|[\u3400-\u9fff*“”]{0,10}?(?:«owner_noun::zh»|院|我们|大家)"
        r"|在[^，,；;。]{2,20}?|[\u3400-\u9fff]{1,8}(?:中|时|期间)[，,]?|(?:[对为就向与把]|通过|采[用取]|借助)[^，,；;。每]{1,18}?){0,3}"
        r"(?!(?!«direction:»)[\u3400-\u9fff、]{2,12}(?:[率比数度分]|时间|费用)\s*(?:«comparison»|\d|[均须应要]))"
        rf"«kind:measure:zh»|(?<!的)(?<!的不断)(?<!的进一步)«kind:measure:zh»(?:{ends})|进行"
    )
    return bool(verbs.search(body))


TESTS: tuple[tuple[Kind, Callable[[Piece, Lexicon], bool]], ...] = (
    ("heading", lambda piece, _: piece.heading),
    ("background", lambda piece, _: piece.role in ("furniture", "row head")),
    ("background", lambda piece, _: piece.text.endswith(("?", "？"))),
    ("figure", lambda piece, _: piece.role == "row" and _row_reports(piece)),
    ("requirement", lambda piece, words: piece.role == "row" and _row_rules(piece, words)),
    ("objective", lambda piece, words: piece.role == "row" and _row_aims(piece, words)),
    ("requirement", lambda p, words: p.role == "row" and is_service_standard(p, words)),
    ("measure", lambda piece, _: piece.role == "row"),
    ("organisation", _organises),
    ("phase", _is_phase),
    ("figure", lambda piece, _: piece.past and bool(piece.figures)),
    ("background", lambda piece, words: _cue(piece, words, "forecast") and not piece.owners),
    ("background", _is_plain),
    ("background", _is_purpose),
    ("background", _is_context),
    ("requirement", is_service_standard),
    ("requirement", _rules),
    ("objective", _in_objectives),
    ("objective", _aims),
    ("requirement", asks),
    ("requirement", under_rules),
    ("requirement", lambda piece, _: forbids(piece)),
    ("measure", _is_done),
    ("measure", lambda piece, lexicon: bool(piece.mark) and under(piece, lexicon, "duty")),
)
"""The tests in order; what fits none is background."""
