"""What is not in order, and what follows from it. Everything is derived; nothing is invented.

A problem is a target that present performance will not reach, a deterioration that the months
bear out, a case past its limit, a duty poorly kept, the same thing found twice. A next step
comes from a problem or from the plan, and carries its owner and its date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wardround.catalogue.model import Section
from wardround.report.blocks import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    RecordRun,
    Runs,
    Table,
    run,
)  # fmt: skip
from wardround.report.desk import Desk, next_period
from wardround.report.facts import CaseLine, PlanLine
from wardround.report.planned import sentence_of
from wardround.report.progress import NOBODY, case_name, case_table, duty_of
from wardround.report.sentences import (
    Told,
    fill,
    found_short,
    inside,
    joined,
    joined_by,
    value,
)
from wardround.text import Text

_KEPT = 95.0
"""A duty done in time less often than this is named among the problems."""
_DUTIES = 5
_FEW_CASES = 3
"""So many late cases are named in a sentence."""


def falls_short(told: Told) -> bool:
    """True if the figure is a problem: it deteriorates, or its target is out of reach."""
    if told.trend.change == "concerning":
        return True
    return told.figure.verdict == "missed" and told.trend.assurance in ("F", None)


def short_figures(desk: Desk) -> list[Told]:
    """The report's figures that are problems, in the order of the report."""
    return [t for t in desk.tolds(desk.indicators()) if falls_short(t)]


def late_cases(section: Section, desk: Desk) -> list[CaseLine]:
    """Open cases past a limit; of the section's registers, or of all."""
    registers = section.registers or _case_registers(desk)
    found = [x for key in registers for x in desk.facts.cases(key)]
    return [x for x in found if x.late and x.closed_at is None]


def _case_registers(desk: Desk) -> list[str]:
    return [k for k, r in desk.facts.catalogue.registers.items() if r.shape == "case"]


def repeated(desk: Desk) -> list[CaseLine]:
    """Accountability cases: the same thing was found again."""
    registers = desk.facts.catalogue.registers.values()
    opened = dict.fromkeys(r.repeat.opens for r in registers if r.repeat)
    return [x for key in opened for x in desk.facts.cases(key)]


def problems(section: Section, desk: Desk) -> list[Block]:
    """Figures, cases, duties and repeats that are not in order, each only if there are any."""
    parts: list[tuple[str, list[Block]]] = [
        (desk.say("指标未达标或恶化", "Targets out of reach, or deterioration"), _figures(desk)),
        (desk.say("整改超过时限", "Rectification past its limit"), _cases(section, desk)),
        (desk.say("职责履行不到位", "Duties not kept"), _duties(desk)),
        (desk.say("问题重复发生", "The same found again"), _repeats(section, desk)),
    ]
    together = section.tell != "each"
    found: list[Block] = []
    for title, blocks in parts:
        if together and blocks and isinstance(blocks[0], Paragraph):
            found += [replace(blocks[0], lead=title + desk.say("。", ". ")), *blocks[1:]]
        elif blocks:
            found += [Heading(2, title), *blocks]
    none = desk.say(
        "按本报告所列指标、个案和职责核对，没有发现须列入的问题。",
        "Nothing among the figures, cases and duties of this report calls for mention here.",
    )
    return found or [Paragraph((none,))]


def _figures(desk: Desk) -> list[Block]:
    lang = desk.lang
    short = short_figures(desk)
    watched = [
        t for t in desk.tolds(desk.indicators())
        if t.figure.verdict == "missed" and not falls_short(t)
    ]  # fmt: skip
    lead = desk.say("需要解决的有：", "To be put right:")
    found: list[Block] = [
        Paragraph((lead,)), Bullets(tuple(_in_short(t, desk) for t in short))
    ] if short else []  # fmt: skip
    if watched:
        names = joined([_with_target(t, lang) for t in watched], lang)
        words = desk.say(
            "{names}，本期未达到目标，但月度时达时不达，尚不能认定为问题，继续观察。",
            "To be watched: {names} missed the target this time, but meet it in other months.",
        )
        found.append(Paragraph(fill(words, names=names)))
    return found


def _in_short(told: Told, desk: Desk) -> Runs:
    """药占比40.6%（目标≤30%，去年同期42.8%）：未达到目标，按现有水平难以达到。"""
    figure, lang = told.figure, desk.lang
    beside: list[Runs] = []
    if figure.target:
        target = run(figure, "target", lang)
        beside.append(fill(desk.say("目标{target}", "target {target}"), target=target))
    if figure.last_year is not None:
        last = run(figure, "last_year", lang)
        beside.append(fill(desk.say("去年同期{last}", "a year earlier {last}"), last=last))
    brackets = (desk.say("（", " ("), *joined_by(desk.say("，", ", "), beside), desk.say("）", ")"))
    space, colon, stop = desk.say("", " "), desk.say("：", ": "), desk.say("。", ".")
    return (figure.name[lang], space, value(figure, lang), *(brackets if beside else ()),
            colon, found_short(told, lang), stop)  # fmt: skip


def _with_target(told: Told, lang: str) -> Runs:
    words = Text("{name}{value}（目标{target}）", "{name} at {value} (target {target})")[lang]
    return fill(words, name=inside(told.figure.name, lang), value=value(told.figure, lang),
                target=run(told.figure, "target", lang))  # fmt: skip


def _cases(section: Section, desk: Desk) -> list[Block]:
    """The late cases; few in a sentence, more in a table."""
    late, lang = late_cases(section, desk), desk.lang
    if not late:
        return []
    if len(late) <= _FEW_CASES:
        space, stop = desk.say("", " "), desk.say("。", ".")
        names: list[Runs] = [
            (RecordRun(case_name(x, lang), x.query), space, desk.say("（", "("),
             x.department[lang], desk.say("）", ")")) for x in late
        ]  # fmt: skip
        lead = desk.say("超过时限仍未结案的有：", "Still open past their limit: ")
        return [Paragraph((lead, *joined_by(desk.say("；", "; "), names), stop))]
    caption = desk.say("超过时限未结个案", "Open cases past their limit")
    return case_table(late, caption, section, desk)


def least_kept(desk: Desk) -> list[Told]:
    """Up to five duties done in time less often than they should be."""
    figures = [f for f in desk.facts.duties() if f.value is not None and f.value < _KEPT]
    return [desk.told(f.indicator) for f in figures[:_DUTIES]]


def _duties(desk: Desk) -> list[Block]:
    kept = least_kept(desk)
    if not kept:
        return []
    names = joined([_kept(t, desk) for t in kept], desk.lang)
    words = desk.say("{names}。", "Least often done in time: {names}.")
    return [Paragraph(fill(words, names=names))]


def _kept(told: Told, desk: Desk) -> Runs:
    figure, lang = told.figure, desk.lang
    name = (duty_of(figure, desk) or figure).name
    words = desk.say("{name}按时完成率{value}（{done}/{owed}）", "{name} {value} ({done}/{owed})")
    return fill(words, name=inside(name, lang), value=value(figure, lang),
                done=run(figure, "numerator", lang),
                owed=run(figure, "denominator", lang))  # fmt: skip


def _repeats(section: Section, desk: Desk) -> list[Block]:
    again = sorted(repeated(desk), key=lambda x: x.opened_at, reverse=True)
    again.sort(key=lambda x: x.closed_at is not None)
    if not again:
        return []
    lead = desk.say(
        "下列问题再次检查时仍然存在，已按规定转为问责：",
        "These were found again at a second inspection and went to accountability:",
    )
    caption = desk.say("重复发现的问题", "Found again")
    return [Paragraph((lead,)), *case_table(again, caption, section, desk)]


@dataclass(frozen=True, slots=True)
class _Step:
    what: Runs
    owner: str
    by: str


def next_steps(section: Section, desk: Desk) -> list[Block]:
    """What follows in the next period: matter, owner, date, in this order of urgency."""
    steps = [
        *(_of_overdue(line, desk) for line in desk.facts.plan_items() if line.state == "overdue"),
        *(_of_case(line, desk) for line in late_cases(section, desk)[: section.most]),
        *(_of_figure(told, desk) for told in short_figures(desk)),
        *(_of_duty(told, desk) for told in least_kept(desk)),
        *(_of_plan(line, desk) for line in due_next(desk)),
    ]
    if not steps:
        none = desk.say(
            "没有逾期或下期到期的事项，按计划继续执行。",
            "Nothing is overdue or falls due; the plan goes on as it stands.",
        )
        return [Paragraph((none,))]
    rows = tuple(((str(n),), s.what, (s.owner,), (s.by,)) for n, s in enumerate(steps, 1))
    head = tuple(desk.say("序号|事项|责任|期限", "No.|Matter|Owner|By").split("|"))
    ahead = next_period(desk.facts.period).name()[desk.lang]
    lead = desk.say(
        f"以下事项由本期问题、计划逾期条目和{ahead}到期条目汇总，责任和期限照原记录：",
        f"Drawn from this period's problems, overdue plan items and what falls due in {ahead};"
        " owners and dates are as recorded:",
    )
    caption = desk.say(f"{ahead}事项", f"Matters for {ahead}")
    shares = (9, 96, 44, 23) if desk.lang == "zh" else (8, 86, 56, 22)
    return [Paragraph((lead,)), Table(caption, head, rows, shares)]


def due_next(desk: Desk) -> list[PlanLine]:
    """Plan items not done whose deadline lies in the next period."""
    ahead = next_period(desk.facts.period)
    return [
        line for line in desk.facts.plan_items()
        if line.deadline and line.deadline in ahead and line.state not in ("done", "overdue")
    ]  # fmt: skip


def _owner(line: PlanLine, desk: Desk) -> str:
    return line.owners[desk.lang] or NOBODY[desk.lang]


def _item(line: PlanLine, desk: Desk) -> Runs:
    lead = desk.say(f"计划第{line.number}条：", f"Plan item {line.number}: ")
    return (lead, *sentence_of(line, desk.lang))


def _of_overdue(line: PlanLine, desk: Desk) -> _Step:
    was = desk.say("已逾期", "overdue")
    by = f"{line.deadline}{desk.say('，', ', ')}{was}" if line.deadline else was
    return _Step(_item(line, desk), _owner(line, desk), by)


def _of_plan(line: PlanLine, desk: Desk) -> _Step:
    return _Step(_item(line, desk), _owner(line, desk), str(line.deadline))


def _of_case(line: CaseLine, desk: Desk) -> _Step:
    lang = desk.lang
    what = desk.say(
        f"“{case_name(line, 'zh')}”办至结案（现为“{line.stage.zh}”）",
        f"Close the case “{case_name(line, 'en')}” (now: {line.stage.en})",
    )
    owner = line.department[lang]
    if line.head[lang]:
        owner += desk.say(f"（{line.head.zh}）", f" ({line.head.en})")
    return _Step((what,), owner, desk.say("时限已过", "limit passed"))


def _of_figure(told: Told, desk: Desk) -> _Step:
    """A target to be reached by the end of the next period, or a cause to be found."""
    figure, lang = told.figure, desk.lang
    if figure.target and figure.verdict == "missed":
        words = desk.say("{name}由{value}达到目标（{target}）",
                         "Bring {name} from {value} to the target ({target})")  # fmt: skip
        what = fill(words, name=inside(figure.name, lang), value=value(figure, lang),
                    target=run(figure, "target", lang))  # fmt: skip
    else:
        words = desk.say(
            "查明{name}（{value}）恶化的原因", "Find out why {name} is getting worse ({value})"
        )
        what = fill(words, name=inside(figure.name, lang), value=value(figure, lang))
    by = next_period(desk.facts.period).last_day
    return _Step(what, _office_of(figure.indicator, desk), str(by))


def _of_duty(told: Told, desk: Desk) -> _Step:
    figure, lang = told.figure, desk.lang
    words = desk.say("按时履行职责：{name}（本期按时完成率{value}）",
                     "Keep the duty in time: {name} ({value} this period)")  # fmt: skip
    name = (duty_of(figure, desk) or figure).name
    what = fill(words, name=inside(name, lang), value=value(figure, lang))
    by = next_period(desk.facts.period).last_day
    return _Step(what, _office_of(figure.indicator, desk), str(by))


def _office_of(indicator: str, desk: Desk) -> str:
    """The functional office that supervises what the indicator counts."""
    catalogue = desk.facts.catalogue
    for kind, key in (("indicator", indicator), ("duty", indicator.removesuffix("_done"))):
        for system in catalogue.systems.values():
            if key in getattr(system, kind):
                return desk.office(system.owner)[desk.lang]
    return desk.facts.hospital.name[desk.lang]
