"""Compose a report: its declared sections and the facts become a document of blocks.

The declaration says which sections there are and what each shows; here is decided in which
order a section says it. What a figure supports in words is `sentences`' matter, what counts
as a problem `problems`', how it looks on paper `write`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from wardround.catalogue.model import Report, Section, Show
from wardround.catalogue.organisation import ROLES
from wardround.catalogue.validate import PLACEHOLDER
from wardround.report.blocks import (
    Block,
    Document,
    Heading,
    Line,
    Paragraph,
    Run,
    Runs,
    Signatures,
    day,
    run,
    text_of,
)  # fmt: skip
from wardround.report.charts import chart, worth_drawing
from wardround.report.desk import MONTHS, Desk
from wardround.report.facts import Facts
from wardround.report.kept import kept
from wardround.report.problems import next_steps, problems
from wardround.report.progress import cases, duties, gaps, inspections, plan, scores, targets
from wardround.report.sentences import Told, matters, nothing, paragraphs, sentence
from wardround.report.tables import departments, figures, ranking
from wardround.text import Text


def compose(report: Report, facts: Facts, lang: str) -> Document:
    """The document in one language. The same facts always give the same document."""
    desk = Desk(report, facts, lang)
    blocks: list[Block] = []
    if report.opening:
        blocks += [Paragraph(words(part, desk)) for part in report.opening[lang].split("\n")]
    for section in report.section:
        blocks.append(Heading(1, _titled(section, desk)))
        blocks += _section(section, desk)
    if report.signatures:
        blocks.append(_signatures(desk))
    return Document(
        report=report.key, lang=lang, title=text_of(words(report.title[lang], desk)),
        subtitle=_subtitle(facts, lang), hospital=facts.hospital.name[lang],
        period=facts.period.key, department=facts.department, at=facts.at,
        chain_head=facts.chain_head, blocks=tuple(blocks), missing=desk.missing(),
    )  # fmt: skip


def named(report: Report) -> tuple[str, ...]:
    """Every indicator that a report declares, in sections and in words, once."""
    texts = [report.title, report.opening, *(s.text for s in report.section)]
    placed = [
        m[0] for t in texts if t for m in PLACEHOLDER.findall(t.zh) + PLACEHOLDER.findall(t.en)
    ]
    keys = [k for k in placed if k not in ("hospital", "period", "last_year", "department")]
    return tuple(dict.fromkeys([*keys, *(k for s in report.section for k in s.indicators)]))


def _subtitle(facts: Facts, lang: str) -> str:
    first, last = facts.period.start, facts.period.last_day
    return Text(
        f"（{day(first, 'zh')}至{day(last, 'zh')}，数据截至{moment(facts.at, 'zh')}）",
        f"{day(first, 'en')} to {day(last, 'en')}; figures as of {moment(facts.at, 'en')}",
    )[lang]


def moment(at: datetime, lang: str) -> str:
    """2026年7月6日 09:41 / 6 July 2026, 09:41."""
    return f"{day(at.date(), lang)}{Text(' ', ', ')[lang]}{at:%H:%M}"


def words(template: str, desk: Desk) -> Runs:
    """A declared text with its `{places}` filled: names, the period, figures in their forms."""
    facts, lang = desk.facts, desk.lang
    place = facts.hospital.department.get(facts.department or "")
    names = {
        "hospital": facts.hospital.name[lang],
        "period": facts.period.name()[lang],
        "last_year": facts.period.year_before().name()[lang],
        "department": place.name[lang] if place else facts.hospital.name[lang],
    }
    found: list[Run] = []
    at = 0
    for match in PLACEHOLDER.finditer(template):
        found.append(template[at : match.start()])
        at = match.end()
        key, form = match.groups()
        found += (names[key],) if key in names else _placed(desk.told(key), form or "value", lang)
    found.append(template[at:])
    said = [x for x in found if x != ""]
    if said and isinstance(said[0], str):
        said[0] = said[0][0].upper() + said[0][1:]
    return tuple(said)


def _placed(told: Told, form: str, lang: str) -> Runs:
    if form == "sentence":
        return sentence(told, lang)
    if told.figure.value is None:
        return (Text("（无数据）", "(no data)")[lang],)
    return (run(told.figure, form, lang),)


def _section(section: Section, desk: Desk) -> Iterable[Block]:
    """What a section shows, in the order declared. Sentences, table and charts of its figures
    stand where the first of them is declared."""
    grouped = _by_group(section, desk) if _FIGURES & {*section.show} else []
    done = False
    for show in section.show:
        if show not in _FIGURES:
            yield from _SHOWS[show](section, desk)
        elif not done and grouped:
            done = True
            apart = section.tell == "each" and "sentences" in section.show
            told = _told_by_group if apart else _told_together
            yield from told(section, grouped, desk)


def _titled(section: Section, desk: Desk) -> str:
    return text_of(words(section.title[desk.lang], desk))


def _by_group(section: Section, desk: Desk) -> list[tuple[str, list[Told]]]:
    """Group's name and its figures, in the order of the section."""
    catalogue, title = desk.facts.catalogue, _titled(section, desk)
    found: dict[str, list[Told]] = {}
    for told in desk.tolds(section.indicators):
        if not told.figure.ranking and not catalogue.indicators[told.figure.indicator].ranking:
            group = catalogue.indicators[told.figure.indicator].group
            name = catalogue.groups[group][desk.lang] if group else title
            found.setdefault(name, []).append(told)
    return list(found.items())


def _told_by_group(
    section: Section, grouped: Sequence[tuple[str, list[Told]]], desk: Desk
) -> Iterable[Block]:
    several, table = len(grouped) > 1, "table" in section.show
    for name, tolds in grouped:
        if several:
            yield Heading(2, name)
        yield from paragraphs(tolds, desk.lang, tabled=tolds if table else ())
        if table:
            caption = name if several else _titled(section, desk)
            yield figures([("", tolds)], caption, desk.lang)
        yield from _charts(section, [tolds], desk)


def _told_together(
    section: Section, grouped: Sequence[tuple[str, list[Told]]], desk: Desk
) -> Iterable[Block]:
    """A paragraph a group, one table with the groups set off by name, then the charts."""
    several = len(grouped) > 1
    tabled = {
        name: [t for t in tolds if section.tell != "what_matters" or matters(t)]
        for name, tolds in grouped if "table" in section.show
    }  # fmt: skip
    if "sentences" in section.show:
        for name, tolds in grouped:
            lead = name if several else ""
            yield from paragraphs(tolds, desk.lang, tabled=tabled.get(name, ()), lead=lead)
    if any(tabled.values()):
        shown = [(name, tolds) for name, tolds in tabled.items() if tolds]
        yield figures(shown, _titled(section, desk), desk.lang)
    yield from _charts(section, [tolds for _, tolds in grouped], desk)


def _charts(section: Section, groups: Sequence[Sequence[Told]], desk: Desk) -> Iterable[Block]:
    """At most one chart a group, and at most as many as the section allows, the worst first."""
    if "chart" not in section.show:
        return
    for told in worth_drawing(groups)[: section.charts]:
        key, place = told.figure.indicator, told.figure.department
        drawn = chart(told, desk.facts.series(key, place, MONTHS), desk.lang)
        if drawn:
            yield drawn


def _text(section: Section, desk: Desk) -> Iterable[Block]:
    if section.text:
        yield from (Paragraph(words(x, desk)) for x in section.text[desk.lang].split("\n"))


def _rankings(section: Section, desk: Desk) -> Iterable[Block]:
    catalogue = desk.facts.catalogue
    for told in desk.tolds(k for k in section.indicators if catalogue.indicators[k].ranking):
        if told.figure.ranking:
            one = catalogue.indicators[told.figure.indicator]
            by = one.ranking.by if one.ranking else ""
            called = partial(desk.facts.hospital.called, catalogue.registers[one.register], by)
            yield ranking(told.figure, called, desk.lang)
        else:
            yield Paragraph((*nothing(told.figure, desk.lang), desk.say("。", ".")))


def _departments(section: Section, desk: Desk) -> Iterable[Block]:
    places = desk.facts.hospital.performing(section.departments or "clinical")
    columns = [desk.facts.across(key, [p.key for p in places]) for key in section.indicators]
    if places and columns:
        caption = desk.say("各科室数值", "By department")
        yield from departments(places, columns, caption, desk.lang)


def _signatures(desk: Desk) -> Signatures:
    facts, lang = desk.facts, desk.lang
    lines = []
    for key in desk.report.signatures:
        function = facts.catalogue.functions.get(key)
        role = _ROLES.get(key) or (function.name if function else Text(key, key))
        signed = facts.signed.get(key)
        lines.append(Line(role[lang], signed.name[lang] if signed else "",
                          day(signed.at.date(), lang) if signed else ""))  # fmt: skip
    seal = desk.say(f"{facts.hospital.name.zh}（盖章）", f"{facts.hospital.name.en} (seal)")
    return Signatures(tuple(lines), seal, day(facts.at.date(), lang))


_ROLES: Mapping[str, Text] = {str(role): name for role, name in ROLES.items()}
_FIGURES: frozenset[Show] = frozenset({"sentences", "table", "chart"})

_SHOWS: Mapping[str, Callable[[Section, Desk], Iterable[Block]]] = {
    "text": _text,
    "ranking": _rankings,
    "departments": _departments,
    "plan": plan,
    "gaps": lambda section, desk: gaps(desk),
    "inspections": inspections,
    "cases": cases,
    "problems": problems,
    "next_steps": next_steps,
    "scores": scores,
    "duties": duties,
    "targets": targets,
    "kept": kept,
    "signatures": lambda section, desk: [_signatures(desk)],
}
