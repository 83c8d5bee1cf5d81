"""How the work went: plan items, gaps, inspections, cases, duties, scores; in tables and words.

Each function turns one kind of line into blocks. Where there is nothing, a sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from wardround.catalogue.columns import PLAN_STATES
from wardround.catalogue.model import Duty, Section
from wardround.figure import Figure
from wardround.indicator.values import parts
from wardround.report.blocks import (
    NO_BREAK,
    Block,
    Bullets,
    Paragraph,
    RecordRun,
    Run,
    Runs,
    Table,
    run,
)  # fmt: skip
from wardround.report.desk import Desk
from wardround.report.facts import CaseLine, PlanLine, ScoreLine
from wardround.report.planned import sentence_of
from wardround.report.sentences import fill, inside, joined, value
from wardround.report.tables import NO_DATA, titled, two_across
from wardround.text import Text

NOBODY = Text("未写明", "not named")


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


def plan(section: Section, desk: Desk) -> list[Block]:
    """Every item of the plan with owner, state and evidence, part by part."""
    items = desk.facts.plan_items()
    if not items:
        none = desk.say("期内没有已采用的计划。", "No adopted plan was in force in the period.")
        return [Paragraph((none,))]
    found: list[Block] = [*_plan_counts(section, desk)]
    rows: list[tuple[Runs, ...]] = []
    for part, lines in groupby(items, key=lambda line: line.section[desk.lang]):
        if part:
            rows.append(((part,),))
        rows += [_plan_row(line, desk) for line in lines]
    head = desk.say("序号|计划条目|责任|进度|证据", "No.|Plan item|Owner|Progress|Evidence")
    caption = desk.say("计划条目进展", "Progress of each plan item")
    shares = (9, 66, 26, 28, 43) if desk.lang == "zh" else (8, 67, 31, 24, 42)
    found.append(Table(caption, _split(head), tuple(rows), shares))
    if any(not line.owners[desk.lang] for line in items):
        note = desk.say(
            "责任一栏“未写明”，是计划原文没有写责任科室，系统不代为指定。",
            "An owner “not named” is one that the plan leaves open; nobody is put in its place.",
        )
        found.append(Paragraph((note,), True))
    return found


def _plan_counts(section: Section, desk: Desk) -> list[Paragraph]:
    """How many items stand where at the end of the period, as figures of its last month."""
    facts = desk.facts
    month = facts.period.months()[-1]
    figures = [facts.figure(key, facts.department, month) for key in section.indicators]
    valued = [f for f in figures if f.value is not None]
    if not valued:
        return []
    listed = joined([(inside(f.name, desk.lang), desk.say("", " "), value(f, desk.lang))
                     for f in valued], desk.lang)  # fmt: skip
    words = desk.say("截至{month}末：{figures}。", "At the end of {month}: {figures}.")
    return [Paragraph(fill(words, month=month.name()[desk.lang], figures=listed))]


def _plan_row(line: PlanLine, desk: Desk) -> tuple[Runs, ...]:
    lang = desk.lang
    owner = line.owners[lang] or NOBODY[lang]
    number = RecordRun(line.number, line.query) if line.query else line.number
    progress = PLAN_STATES[line.state][lang]
    if line.deadline and line.state != "done":
        progress += desk.say("（{}）", ", {}").format(brief_day(line.deadline, lang))
    said = sentence_of(line, lang)
    return ((number,), said, (owner,), (progress,), evidence(line, lang))


def brief_day(value: date, lang: str) -> str:
    """12月31日 / 31 Dec; the year is the plan's."""
    if lang == "zh":
        return f"{value.month}月{value.day}日"
    return f"{value.day}{NO_BREAK}{value:%b}"


def evidence(line: PlanLine, lang: str) -> Runs:
    """The figures behind a plan item, or that there are none."""
    parts: list[Runs] = []
    for figure in line.figures:
        if figure.value is None:
            parts.append((inside(figure.name, lang), Text("：", ": ")[lang], NO_DATA[lang]))
            continue
        aim: Runs = ()
        if figure.target:
            aim = fill(Text("（目标{t}）", " (target {t})")[lang], t=run(figure, "target", lang))
        space = Text("", " ")[lang]
        parts.append((inside(figure.name, lang), space, value(figure, lang), *aim))
    if not parts:
        none = {
            "no_evidence": Text("尚无登记", "no record yet"),
            "not_begun": Text("尚未开始", "not begun"),
        }.get(line.state, Text("无对应指标", "no indicator is tied to it"))
        return (none[lang],)
    found: list[Run] = []
    for place, part in enumerate(parts):
        found += [Text("；", "; ")[lang]] if place else []
        found += part
    return tuple(found)


def gaps(desk: Desk) -> list[Block]:
    """What a person has still to say about the plan."""
    asked = [(line, ask) for line in desk.facts.plan_items() for ask in line.asks]
    if not asked:
        none = desk.say(
            "计划各条目的责任、期限、目标均已写明。",
            "Every plan item names its owner, time and target.",
        )
        return [Paragraph((none,))]
    lead = desk.say(
        "计划原文没有写明下列内容，系统不代为填写，请责任人答复：",
        "The plan leaves the following open. Nothing has been filled in; the owners are asked:",
    )
    asks: dict[str, list[str]] = {}
    for line, ask in asked:
        asks.setdefault(ask[desk.lang], []).append(line.number)
    listed = desk.say("、", ", ")
    items = tuple(
        (desk.say("{ask}：第{numbers}条", "{ask}: item{s} {numbers}").format(
            ask=ask, s="s" * (len(numbers) > 1), numbers=listed.join(_spans(numbers))),)
        for ask, numbers in asks.items()
    )  # fmt: skip
    return [Paragraph((lead,)), Bullets(items)]


def _spans(numbers: Sequence[str]) -> list[str]:
    """Items that follow one another as from–to: 1, 2, 3, 7 → 1–3, 7."""
    runs: list[list[str]] = []
    for number in numbers:
        before = runs[-1][-1] if runs else ""
        if before.isdigit() and number.isdigit() and int(number) == int(before) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [part for run in runs
            for part in (run if len(run) < 3 else [f"{run[0]}–{run[-1]}"])]  # fmt: skip


_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _more(left: int, desk: Desk, quoted: bool = False) -> list[Block]:
    """A note that so many rows are left to the pages, and that findings are quoted."""
    said = []
    if left > 0:
        said.append(desk.say(f"另有{left}条，见系统页面。", f"The pages list {left} more."))
    if quoted and desk.lang == "en":
        said.append("Findings are quoted as they were written.")
    return [Paragraph((" ".join(said),), True)] if said else []


def inspections(section: Section, desk: Desk) -> list[Block]:
    """The inspections with the lowest scores, in order of score."""
    lines = desk.facts.inspections()
    if not lines:
        return [Paragraph((desk.say("本期没有检查记录。", "No inspection was recorded."),))]
    lang = desk.lang
    worst = sorted(lines, key=lambda x: (x.score if x.score is not None else 101, x.day))
    rows = tuple(
        (
            (x.day.isoformat(),), (x.register[lang],), (x.department[lang],),
            (RecordRun(points(x.score), x.query) if x.score is not None else "–",),
            (RecordRun(str(x.failed), x.query),),
            (x.worst[lang] if x.worst else desk.say("未发现不合格", "nothing failed"),),
        )
        for x in worst[: section.most]
    )  # fmt: skip
    head = desk.say(
        "日期|检查|科室|得分|不合格项|主要问题",
        "Date|Inspection|Department|Score|Failed|Gravest finding",
    )
    caption = desk.say("得分最低的检查", "Inspections with the lowest scores")
    shares = (18, 33, 26, 13, 17, 65) if lang == "zh" else (18, 38, 33, 12, 12, 59)
    table = Table(caption, _split(head), rows, shares, frozenset({3, 4}))
    quoted = any(_CHINESE.search(x.worst[lang]) for x in worst[: section.most] if x.worst)
    return [table, *_more(len(lines) - section.most, desk, quoted)]


def cases(section: Section, desk: Desk) -> list[Block]:
    """Cases still open, the late ones first."""
    lines = [line for key in section.registers for line in desk.facts.cases(key)]
    names = [desk.facts.catalogue.registers[key].name[desk.lang] for key in section.registers]
    still = [x for x in lines if x.closed_at is None]
    still.sort(key=lambda x: (not x.late, x.opened_at))
    if not lines:
        none = desk.say("本期没有发生：{}。", "None was opened of these kinds: {}.")
        return [Paragraph((none.format(desk.say("、", ", ").join(names)),))]
    if not still:
        return [Paragraph((desk.say("本期个案均已结案。", "Every case has been closed."),))]
    caption = desk.say("期末未结个案", "Cases open at the end of the period")
    return case_table(still, caption, section, desk)


def case_table(
    lines: Sequence[CaseLine], caption: str, section: Section, desk: Desk
) -> list[Block]:
    """Cases with department, stage and the first responsible person; the first few."""
    lang = desk.lang
    rows = tuple(
        (
            (RecordRun(case_name(x, lang), x.query),), (x.department[lang],),
            (_date(x.opened_at),), (x.stage[lang],),
            (desk.say("超时", "late") if x.late else desk.say("未超时", "in time"),),
            (x.head[lang],),
        )
        for x in lines[: section.most]
    )  # fmt: skip
    head = desk.say(
        "个案|科室|发现|阶段|时限|科室负责人", "Case|Department|Found|Stage|Limit|First responsible"
    )
    shares = (78, 26, 18, 14, 14, 20) if lang == "zh" else (74, 33, 18, 16, 13, 23)
    table = Table(caption, _split(head), rows, shares)
    quoted = any(_CHINESE.search(x.title[lang]) for x in lines[: section.most])
    return [table, *_more(len(lines) - section.most, desk, quoted)]


def case_name(line: CaseLine, lang: str) -> str:
    """整改：利器盒未封口; the kind alone where nothing tells the case from others."""
    return Text("：", ": ")[lang].join(x for x in (line.name[lang], line.title[lang]) if x)


def _date(moment: datetime) -> str:
    return moment.date().isoformat()


def duties(section: Section, desk: Desk) -> list[Block]:
    """What was owed and done in time; the hospital's report shows the least kept."""
    figures = list(desk.facts.duties())
    whole = desk.facts.department is None
    if whole:
        figures = [f for f in figures if f.value is not None and f.numerator != f.denominator]
    if not figures:
        return [Paragraph((
            desk.say("期内到期的职责均按时完成。", "Every duty that fell due was done in time.")
            if whole else desk.say("没有须按期履行的职责。", "No duty falls due."),
        ))]  # fmt: skip
    lang = desk.lang
    rows = tuple(_duty_row(f, desk) for f in (figures[: section.most] if whole else figures))
    head = desk.say(
        "职责|频次或时限|应做|按时|按时完成率",
        "Duty|How often, or within|Owed|In time|Done in time",
    )
    caption = (Text("按时完成率最低的职责", "Duties least often done in time") if whole
               else Text("本科室职责", "Duties of the department"))[lang]  # fmt: skip
    return [Table(caption, _split(head), rows, (40, 26, 10, 10, 14), frozenset({2, 3, 4}))]


def _duty_row(figure: Figure, desk: Desk) -> tuple[Runs, ...]:
    lang = desk.lang
    duty = duty_of(figure, desk)
    name = (duty or figure).name[lang]
    often = when_owed(duty, desk)[lang] if duty else "–"
    if figure.value is None:
        return ((name,), (often,), ("–",), ("–",), (desk.say("尚未到期", "not yet due"),))
    return ((name,), (often,), (run(figure, "denominator", lang),),
            (run(figure, "numerator", lang),), (run(figure, "value", lang),))  # fmt: skip


def duty_of(figure: Figure, desk: Desk) -> Duty | None:
    """The duty whose completion the figure tells."""
    return desk.facts.catalogue.duties.get(figure.indicator.removesuffix("_done"))


def when_owed(duty: Duty, desk: Desk) -> Text:
    """每日 8 时、15 时 / 危急值登记后 30 分钟内."""
    if rhythm := duty.rhythm():
        return rhythm
    cause = desk.facts.catalogue.registers[duty.after.register].name if duty.after else None
    if duty.within and cause:
        return Text("{cause}后{limit}内", "within {limit} of: {cause}").format(
            cause=cause, limit=duty.within.name()
        )
    return Text("按需", "as needed")


def scores(section: Section, desk: Desk) -> list[Block]:
    """Points, ranks as ranges, pay coefficients; of the section's scheme, or of every scheme."""
    schemes = desk.facts.catalogue.schemes
    found = [
        _scored(schemes[key].name[desk.lang], lines, desk)
        for key in ([section.scheme] if section.scheme else schemes)
        if (lines := desk.facts.scores(key))
    ]
    if not found:
        none = desk.say("本期没有考核得分。", "No appraisal was made in the period.")
        return [Paragraph((none,))]
    return [block for blocks in found for block in blocks]


def _scored(caption: str, lines: Sequence[ScoreLine], desk: Desk) -> list[Block]:
    """One scheme's points; ranks and coefficients only where departments differ in them."""
    ranked = len({(x.rank_low, x.rank_high) for x in lines}) > 1
    paid = any(x.coefficient is not None for x in lines)
    rows = tuple(
        (
            (x.department[desk.lang],), (RecordRun(points(x.points), x.query),),
            *(((RecordRun(ranks(x), x.query),),) if ranked else ()),
            *(((RecordRun(coefficient(x), x.query)
                if x.coefficient is not None else "–",),) if paid else ()),
        )
        for x in lines
    )  # fmt: skip
    head = [
        desk.say("科室", "Department"), desk.say("得分", "Points"),
        *([desk.say("名次范围", "Rank, from–to")] if ranked else []),
        *([desk.say("绩效系数", "Coefficient")] if paid else []),
    ]  # fmt: skip
    right = frozenset(range(1, len(head)))
    note = desk.say(
        "名次写作范围：范围相交的科室，得分之差属随机波动，不分高下。",
        "Ranks are ranges: where two ranges overlap, the difference in points is noise.",
    ) if ranked else desk.say(
        "得分之差都在随机波动之内，本期不排名次。",
        "All differences in points are within noise; no ranks are given.",
    )  # fmt: skip
    table = two_across(Table(caption, tuple(head), rows, (40, *((20,) * len(right))), right))
    return [table, Paragraph((note,), True)]


def points(score: float | None) -> str:
    """A score as it is written: 92.0."""
    return "–" if score is None else f"{score:.1f}"


def ranks(line: ScoreLine) -> str:
    """3, or 1–4 where noise cannot part them."""
    low, high = line.rank_low, line.rank_high
    return str(low) if low == high else f"{low}–{high}"


def coefficient(line: ScoreLine) -> str:
    """0.95."""
    return "–" if line.coefficient is None else f"{line.coefficient:.2f}"


def targets(section: Section, desk: Desk) -> list[Block]:
    """What the year is to reach, beside what last year reached."""
    asked = [desk.facts.figure(key, desk.facts.department) for key in section.indicators]
    applying = [f for f in asked if _applies(f, desk)]
    known = [f for f in applying if f.target or f.last_year is not None or f.value is not None]
    if not known:
        return [Paragraph((desk.say("没有适用于本科室的指标。", "No indicator applies."),))]
    lang = desk.lang
    rows = tuple(
        (
            (titled(f, lang),),
            (run(f, "target_number", lang) if f.target else desk.say("只监测", "monitored"),),
            (run(f, "last_year_number", lang) if f.last_year is not None else NO_DATA[lang],),
            (desk.facts.catalogue.indicators[f.indicator].describe[lang],),
        )
        for f in known
    )  # fmt: skip
    head = desk.say("指标|目标值|去年|计算方法", "Indicator|Target|Last year|How it is counted")
    caption = desk.say("目标值", "Targets")
    table = Table(caption, _split(head), rows, (31, 11, 12, 46), frozenset({1, 2}))
    left = [f.name[lang] for f in asked if f.target and f not in applying]
    if not left:
        return [table]
    told = desk.say(
        "本科室去年和今年都没有这类业务，不列目标：",
        "Not set, for want of such work in either year: ",
    )
    end = desk.say("。", ".")
    return [table, Paragraph((told, *joined([(name,) for name in left], lang), end), True)]


def _applies(figure: Figure, desk: Desk) -> bool:
    """Whether a department has to do with an indicator. A feed tells of everything that happens:
    nothing in it for two years, while others have something, says no. What people keep may only
    be missing."""
    if figure.value or figure.last_year or figure.department is None:
        return True
    catalogue = desk.facts.catalogue
    sources = [p.source for p in parts(catalogue.indicators[figure.indicator], catalogue) if p]
    if not all(catalogue.registers[source.register].feed for source in sources):
        return True
    others = desk.facts.across(figure.indicator, list(desk.facts.hospital.department))
    return not any(other.value or other.last_year for other in others)
