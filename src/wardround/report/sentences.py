"""Figures in running text: what changed, what did not, what met its target, what has no value.

A sentence never says more than its figure supports: a difference is called a change only where
the monthly values show a special cause (`trend`); everything else is common variation. Figures
of one group become a few sentences, the changed ones first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wardround.figure import Figure, Verdict
from wardround.indicator.spc import RUN, Rule, Side
from wardround.report.blocks import Paragraph, Run, Runs, run
from wardround.report.trend import Assurance, Change, Trend
from wardround.text import Text


@dataclass(frozen=True, slots=True)
class Told:
    """A figure with what its monthly values show."""

    figure: Figure
    trend: Trend


def matters(told: Told) -> bool:
    """True if a reader must see the figure beside others: it has a target, or it moved, or it
    has no value."""
    figure = told.figure
    return figure.target is not None or told.trend.special or figure.value is None


COMMA = Text("，", ", ")
STOP = Text("。", ".")
_VERBS = {True: Text("为", " came to "), False: Text("为", " stood at ")}
_THAN = {"longer": " than", "shorter": " than", "level": " with"}
_AIM: Mapping[tuple[Verdict, Assurance | None], Text] = {
    ("met", None): Text("达到目标（{target}）", "meeting the target ({target})"),
    ("met", "P"): Text(
        "达到目标（{target}），可稳定达标",
        "meeting the target ({target}), as it can be relied on to do",
    ),
    ("met", "?"): Text(
        "达到目标（{target}），但月度时达时不达",
        "meeting the target ({target}), though not in every month",
    ),
    ("met", "F"): Text(
        "本期达到目标（{target}），但按月度水平尚不能稳定达标",
        "meeting the target ({target}) this time, though the monthly values do not assure it",
    ),
    ("missed", None): Text("未达到目标（{target}）", "missing the target ({target})"),
    ("missed", "P"): Text(
        "未达到目标（{target}），而月度水平通常能达标",
        "missing the target ({target}), which the monthly values usually meet",
    ),
    ("missed", "?"): Text(
        "未达到目标（{target}），月度时达时不达",
        "missing the target ({target}), which is met in some months and not in others",
    ),
    ("missed", "F"): Text(
        "未达到目标（{target}），按现有水平难以达到",
        "missing the target ({target}), which present performance will not reach",
    ),
}
_OF_YEAR = Text("完成全年目标（{target}）的{share}", "{share} of the year's target ({target})")
_SIGNAL: Mapping[Change, Text] = {
    "improving": Text(
        "；月度数据显示改善（特殊原因：{found}）",
        "; the monthly values show improvement (special cause: {found})",
    ),
    "concerning": Text(
        "；月度数据显示恶化（特殊原因：{found}）",
        "; the monthly values show deterioration (special cause: {found})",
    ),
    "neutral": Text(
        "；月度数据显示确有变化（特殊原因：{found}）",
        "; the monthly values show a change (special cause: {found})",
    ),
    "common": Text("；月度数据属普通波动", "; the monthly values show common variation only"),
    "none": Text("；月度数据不足以判断趋势", "; there are too few months to speak of a trend"),
}
_FOUND: Mapping[tuple[Rule, Side], Text] = {
    ("outside", "high"): Text("最近一月高于控制上限", "the last month is above the upper limit"),
    ("outside", "low"): Text("最近一月低于控制下限", "the last month is below the lower limit"),
    ("trend", "high"): Text("连续{run}个月上升", "{run} months of rise"),
    ("trend", "low"): Text("连续{run}个月下降", "{run} months of fall"),
    ("two_of_three", "high"): Text(
        "近三月两次接近控制上限", "twice in three months near the upper limit"
    ),
    ("two_of_three", "low"): Text(
        "近三月两次接近控制下限", "twice in three months near the lower limit"
    ),
    ("shift", "high"): Text("连续{run}个月高于均值", "{run} months above the mean"),
    ("shift", "low"): Text("连续{run}个月低于均值", "{run} months below the mean"),
}  # fmt: skip


def signal(told: Told, lang: str) -> str:
    """What the months show, and by which rule."""
    flag = told.trend.flag
    found = _FOUND[flag.rule, flag.side].format(run=RUN) if flag else Text("", "")
    return _SIGNAL[told.trend.change].format(found=found)[lang]


_SHORT: Mapping[Change, Text] = {
    "improving": Text("正在改善", "improving"),
    "concerning": Text("正在恶化", "deteriorating"),
    "neutral": Text("确有变化", "changed"),
    "common": Text("属普通波动", "common variation only"),
    "none": Text("月数不足，趋势不明", "too few months for a trend"),
}
_REACH: Mapping[Assurance | None, Text] = {
    None: Text("未达到目标", "target missed"),
    "P": Text("未达到目标，通常能达标", "target missed, usually met"),
    "?": Text("未达到目标，月度时达时不达", "target missed, met in some months"),
    "F": Text("按现有水平难以达到目标", "target out of present reach"),
}


def found_short(told: Told, lang: str) -> str:
    """未达到目标，按现有水平难以达到，正在改善: the judgement without its figures."""
    missed = told.figure.verdict == "missed"
    parts = [_REACH[told.trend.assurance]] if missed else []
    if told.trend.special or not missed:
        parts.append(_SHORT[told.trend.change])
    return Text("，", "; ")[lang].join(x[lang] for x in parts)


def fill(template: str, **parts: Run | Runs) -> Runs:
    """Put runs into the `{name}` places of a sentence."""
    found: list[Run] = []
    for words, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", template):
        if words:
            found.append(words)
        if name:
            part = parts[name]
            found += part if isinstance(part, tuple) else (part,)
    return tuple(found)


def joined(parts: Sequence[Runs], lang: str, last: bool = True) -> Runs:
    """List runs as each language does: 甲、乙、丙 / A, B and C; `last`: the list ends here."""
    found: list[Run] = []
    for place, part in enumerate(parts):
        if place:
            end = last and place == len(parts) - 1
            found.append("、" if lang == "zh" else " and " if end else ", ")
        found += part
    return tuple(found)


def joined_by(joint: str, parts: Sequence[Runs]) -> Runs:
    """Runs with the same words between each two."""
    found: list[Run] = []
    for place, part in enumerate(parts):
        found += [joint] if place else []
        found += part
    return tuple(found)


def following(sentences: Iterable[Runs], lang: str) -> Runs:
    """Sentences one after the other, with the space that English puts between them."""
    found: list[Run] = []
    for part in sentences:
        if found and part and lang == "en":
            found.append(" ")
        found += part
    return tuple(found)


def inside(name: Text, lang: str) -> str:
    """A name as it stands within a sentence: no capital, unless it is an abbreviation."""
    said = name[lang]
    plain = lang == "en" and said[:1].isupper() and (said[1:2].islower() or said[1:2] == " ")
    return said[0].lower() + said[1:] if plain else said


def value(figure: Figure, lang: str) -> Run:
    """The value with its unit, without it where the English name already says it."""
    symbol = figure.unit.symbol.en
    named = lang == "en" and symbol.isalpha() and symbol in figure.name.en.lower()
    return run(figure, "number" if named else "value", lang)


def since_last_year(figure: Figure, lang: str) -> Runs:
    """比去年同期上升1.2个百分点 / up 1.2 percentage points on a year earlier."""
    if figure.change is None:
        return (Text("去年同期无可比数据", "with nothing comparable a year earlier")[lang],)
    change = run(figure, "change", lang)
    if lang == "zh":
        return ("与去年同期" if change.written == "持平" else "比去年同期", change)
    joint = _THAN.get(change.written.split(" ")[-1], " on")
    return (change, f"{joint} a year earlier")


def against_target(told: Told, lang: str) -> Runs:
    """达到目标（≥ 95 %），能稳定达标; empty where there is no target or no value; of a sum whose
    year is not over, the share of the year's target."""
    figure = told.figure
    if figure.verdict == "none" and not figure.of_year:
        return ()
    words = _OF_YEAR if figure.verdict == "none" else _AIM[figure.verdict, told.trend.assurance]
    share, target = run(figure, "of_year", lang), run(figure, "target", lang)
    return fill(words[lang], share=share, target=target)


def nothing(figure: Figure, lang: str) -> Runs:
    """That there is no value, and why."""
    why = figure.why_none or Text("期内没有登记", "nothing was recorded in the period")
    said = Text("{name}本期无数据：{why}", "{name} has no value: {why}").format(
        name=figure.name, why=Text(why.zh.rstrip("。"), why.en.rstrip("."))
    )
    return (said[lang],)


def clause(told: Told, lang: str) -> Runs:
    """Everything about one figure: value, last year, target, what the months show."""
    figure = told.figure
    if figure.value is None:
        return nothing(figure, lang)
    target = against_target(told, lang)
    return (
        figure.name[lang],
        _VERBS[figure.denominator is None][lang],
        value(figure, lang),
        *((Text("（暂定）", " (provisional)")[lang],) if figure.provisional else ()),
        COMMA[lang],
        *since_last_year(figure, lang),
        *((COMMA[lang], *target) if target else ()),
        signal(told, lang),
    )


def sentence(told: Told, lang: str) -> Runs:
    """The clause as a sentence."""
    return (*clause(told, lang), STOP[lang])


def paragraphs(
    tolds: Sequence[Told], lang: str, tabled: Collection[Told] = (), lead: str = ""
) -> list[Paragraph]:
    """One group of figures: what changed; what did not; what has no value.

    `tabled` are those that a table tells too, so that last year's values need not stand in the
    text; with a `lead` all is one paragraph.
    """
    valued = [t for t in tolds if t.figure.value is not None and not t.figure.ranking]
    common = [t for t in valued if t.trend.change == "common"]
    unknown = [t for t in valued if t.trend.change == "none"]
    changed = [t for t in valued if t.trend.special]
    steady = [t for t in common if t.figure.last_year is not None]
    alone = [t for t in common if t.figure.last_year is None]
    rest = [
        *_listing(steady, lang, _STEADY, tabled),
        *_listing(alone, lang, _ALONE, tabled),
        *_listing(unknown, lang, _TOO_FEW, tabled),
        *_missed([*common, *unknown], lang),
        *(
            (*nothing(t.figure, lang), STOP[lang])
            for t in tolds
            if t.figure.value is None and not t.figure.ranking
        ),
    ]
    flows = [following((sentence(t, lang) for t in changed), lang), following(rest, lang)]
    if lead:
        return [Paragraph(following(flows, lang), lead=lead + Text("。", ". ")[lang])]
    return [Paragraph(runs) for runs in flows if runs]


_STEADY = Text(
    "{names}，与去年同期的差别在普通波动范围之内。",
    "No change on a year earlier beyond common variation: {names}.",
)
_ALONE = Text(
    "{names}，月度数据属普通波动，去年同期无可比数据。",
    "Within common variation, with nothing comparable a year earlier: {names}.",
)
_FEW = 4
"""Figures told by value where a table gives the rest."""
_MISSED: Mapping[Assurance | None, Text] = {
    "F": Text(
        "未达到目标且按现有水平难以达到的有{names}。",
        "Targets missed, which present performance will not reach: {names}.",
    ),
    "?": Text(
        "未达到目标但月度时达时不达的有{names}。",
        "Targets missed, though met in some months: {names}.",
    ),
    "P": Text(
        "未达到目标而月度水平通常能达标的有{names}。",
        "Targets missed, though the monthly values usually meet them: {names}.",
    ),
    None: Text("未达到目标的有{names}。", "Targets missed: {names}."),
}
_TOO_FEW = Text(
    "{names}，月度数据不足以判断趋势，不作升降结论。",
    "With too few months to speak of a trend: {names}.",
)


def _listing(tolds: Sequence[Told], lang: str, words: Text, tabled: Collection[Told]) -> list[Runs]:
    """Figures of which the same is to be said: all that no table tells, and a few of the rest."""
    if not tolds:
        return []
    only = [t for t in tolds if t not in tabled]
    room = max(_FEW - len(only), 0 if only else 1)
    told = [t for t in tolds if t in tabled]
    shown = only + (told[:room] if len(told) > room + 1 else told)
    names = [_brief(t.figure, lang, t in tabled) for t in shown]
    if len(shown) == len(tolds):
        return [fill(words[lang], names=joined(names, lang))]
    more = Text("{names}及下表其余各项", "{names}, and the others in the table")[lang]
    listed = fill(more, names=joined(names, lang, last=False))
    return [fill(words[lang], names=listed)]


def _brief(figure: Figure, lang: str, tabled: bool) -> Runs:
    """Name and value, with last year's beside it where no table tells it."""
    found: Runs = (inside(figure.name, lang), "" if lang == "zh" else " ", value(figure, lang))
    if tabled or figure.last_year is None:
        return found
    words = Text("（去年同期{last}）", " (a year earlier {last})")[lang]
    return (*found, *fill(words, last=run(figure, "last_year_number", lang)))


def _missed(tolds: Sequence[Told], lang: str) -> list[Runs]:
    """Which of the figures already named missed their target, and what the months say of it."""
    found: list[Runs] = []
    for assured, words in _MISSED.items():
        names = [
            (inside(t.figure.name, lang), *fill(Text("（{t}）", " ({t})")[lang],
                                                t=run(t.figure, "target", lang)))
            for t in tolds if t.figure.verdict == "missed" and t.trend.assurance == assured
        ]  # fmt: skip
        if names:
            found.append(fill(words[lang], names=joined(names, lang)))
    return found
