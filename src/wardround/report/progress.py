"""How the work went: plan items, gaps, inspections, cases, duties, scores; in tables and words.

Each function turns one kind of line into blocks. Where there is nothing, a sentence says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from wardround.catalogue.columns import PLAN_STATES
from wardround.catalogue.model import Duty, Section
from wardround.figure import Figure
from wardround.report.blocks import (
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
from wardround.report.sentences import fill, inside, joined, value
from wardround.report.tables import NO_DATA, titled
from wardround.text import Text

MOST = 8
"""Rows of a list of records; the pages show the rest."""
NOBODY = Text("计划未写明，待补", "not named in the plan; to be filled")


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
    for part, lines in groupby(items, key=lambda line: line.section):
        if part:
            rows.append(((part,),))
        rows += [_plan_row(line, desk) for line in lines]
    head = desk.say("序号|计划条目|责任|进度|证据", "No.|Plan item|Owner|Progress|Evidence")
    caption = desk.say("计划条目进展", "Progress of each plan item")
    return [*found, Table(caption, _split(head), tuple(rows), (6, 38, 17, 16, 23))]


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
    state = PLAN_STATES[line.state][lang]
    owner = line.owners[lang] or NOBODY[lang]
    progress = state
    if line.deadline and line.state != "done":
        progress += desk.say(f"（期限 {line.deadline}）", f" (due {line.deadline})")
    return ((line.number,), (line.text,), (owner,), (progress,), evidence(line, lang))


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
        parts.append((inside(figure.name, lang), " ", value(figure, lang), *aim))
    if not parts:
        none = {
            "no_evidence": Text("尚无登记支持", "no record supports it yet"),
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
    items = tuple(
        (desk.say(f"第{'、'.join(numbers)}条：{ask}", f"{ask} (item {', '.join(numbers)})"),)
        for ask, numbers in asks.items()
    )
    found: list[Block] = [Paragraph((lead,)), Bullets(items[:MOST])]
    return found if len(items) <= MOST else [*found, _more(desk)]


def _more(desk: Desk) -> Paragraph:
    return Paragraph((desk.say("其余各行在系统页面上列出。", "The pages list the rest."),), True)


def inspections(desk: Desk) -> list[Block]:
    """The inspections with the lowest scores, in order of score."""
    lines = desk.facts.inspections()
    if not lines:
        return [Paragraph((desk.say("本期没有检查记录。", "No inspection was recorded."),))]
    lang = desk.lang
    worst = sorted(lines, key=lambda x: (x.score if x.score is not None else 101, x.day))
    rows = tuple(
        (
            (x.day.isoformat(),), (x.register[lang],), (x.department[lang],),
            (RecordRun(f"{x.score:.1f}", x.query) if x.score is not None else "–",),
            (RecordRun(str(x.failed), x.query),),
            (x.worst or desk.say("未发现不合格", "nothing failed"),),
        )
        for x in worst[:MOST]
    )  # fmt: skip
    head = desk.say(
        "日期|检查|科室|得分|不合格项|主要问题",
        "Date|Inspection|Department|Score|Failed|Gravest finding",
    )
    caption = desk.say("得分最低的检查", "Inspections with the lowest scores")
    table = Table(caption, _split(head), rows, (15, 19, 14, 9, 10, 33), frozenset({3, 4}))
    return [table, *([_more(desk)] if len(lines) > MOST else [])]


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
    return [case_table(still, caption, desk), *([_more(desk)] if len(still) > MOST else [])]


def case_table(lines: Sequence[CaseLine], caption: str, desk: Desk) -> Table:
    """Cases with department, stage and the first responsible person; the first few."""
    lang = desk.lang
    rows = tuple(
        (
            (RecordRun(f"{x.name[lang]} {x.title}".strip(), x.query),), (x.department[lang],),
            (_date(x.opened_at),), (x.stage[lang],),
            (desk.say("超时", "late") if x.late else desk.say("未超时", "in time"),),
            (x.head[lang],),
        )
        for x in lines[:MOST]
    )  # fmt: skip
    head = desk.say(
        "个案|科室|发现|阶段|时限|科室负责人", "Case|Department|Found|Stage|Limit|First responsible"
    )
    return Table(caption, _split(head), rows, (33, 17, 15, 10, 10, 15))


def _date(moment: datetime) -> str:
    return moment.date().isoformat()


def duties(desk: Desk) -> list[Block]:
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
    rows = tuple(_duty_row(f, desk) for f in (figures[:MOST] if whole else figures))
    head = desk.say(
        "职责|频次或时限|应做|按时|按时完成率",
        "Duty|How often, or within|Owed|In time|Done in time",
    )
    caption = (Text("按时完成率最低的职责", "Duties least often done in time") if whole
               else Text("本科室职责", "Duties of the department"))[lang]  # fmt: skip
    return [Table(caption, _split(head), rows, (36, 28, 11, 11, 14), frozenset({2, 3, 4}))]


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
    note = desk.say(
        "名次写作范围：范围相交的科室，得分之差属随机波动，不分高下。",
        "Ranks are ranges: where two ranges overlap, the difference in points is noise.",
    )
    return [*found, Paragraph((note,), True)]


def _scored(caption: str, lines: Sequence[ScoreLine], desk: Desk) -> Table:
    rows = tuple(
        (
            (x.department[desk.lang],), (RecordRun(f"{x.points:.1f}", x.query),),
            (RecordRun(_ranks(x.rank_low, x.rank_high), x.query),),
            (RecordRun(f"{x.coefficient:.2f}", x.query) if x.coefficient is not None else "–",),
        )
        for x in lines
    )  # fmt: skip
    head = desk.say("科室|得分|名次范围|绩效系数", "Department|Points|Rank, from–to|Coefficient")
    return Table(caption, _split(head), rows, (46, 18, 18, 18), frozenset({1, 2, 3}))


def _ranks(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def targets(section: Section, desk: Desk) -> list[Block]:
    """What the year is to reach, beside what last year reached."""
    tolds = [
        t for t in desk.tolds(section.indicators)
        if t.figure.target or t.figure.last_year is not None or t.figure.value is not None
    ]  # fmt: skip
    if not tolds:
        return [Paragraph((desk.say("没有适用于本科室的指标。", "No indicator applies."),))]
    lang = desk.lang
    rows = tuple(
        (
            (titled(t.figure, lang),),
            (run(t.figure, "target_number", lang) if t.figure.target
             else desk.say("只监测", "watched"),),
            (run(t.figure, "last_year_number", lang) if t.figure.last_year is not None
             else NO_DATA[lang],),
            (desk.facts.catalogue.indicators[t.figure.indicator].describe[lang],),
        )
        for t in tolds
    )  # fmt: skip
    head = desk.say("指标|目标值|去年|计算方法", "Indicator|Target|Last year|How it is counted")
    caption = desk.say("目标值", "Targets")
    return [Table(caption, _split(head), rows, (31, 11, 12, 46), frozenset({1, 2}))]
