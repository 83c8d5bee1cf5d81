"""What came of targets that were agreed: each beside the actual figure, and whether it was met.

The targets are those of the report that was signed; where none was issued, the present ones.
"""

from __future__ import annotations

from wardround.catalogue.model import Section
from wardround.figure import Figure
from wardround.report.blocks import Block, Paragraph, Runs, Table, run
from wardround.report.desk import Desk
from wardround.report.tables import NO_DATA, titled


def kept(section: Section, desk: Desk) -> list[Block]:
    """How many targets were met, then every target with its figure and verdict."""
    facts, promised = desk.facts, desk.facts.promised(desk.report.settles or "")
    found = []
    for key in section.indicators:
        figure = facts.figure(key, facts.department)
        figure = figure.against(promised.get(key, figure.target))
        if figure.target and (key in promised or not promised):
            found.append(figure)
    if not found:
        return [Paragraph((desk.say("没有约定目标值。", "No target was agreed."),))]
    head = desk.say("指标|目标值|实际|判定", "Indicator|Target|Reached|Finding")
    caption = desk.say("目标与实际", "Targets and what was reached")
    rows = tuple(_row(figure, desk) for figure in found)
    table = Table(caption, tuple(head.split("|")), rows, (46, 18, 18, 18), frozenset({1, 2}))
    return [Paragraph((_counted(found, bool(promised), desk),)), table]


def _counted(found: list[Figure], signed: bool, desk: Desk) -> str:
    states = [f.verdict for f in found]
    met, missed = states.count("met"), states.count("missed")
    lead = (desk.say("责任书约定 {n} 项目标", "The letter agreed {n} targets") if signed
            else desk.say("责任书还没有签发，按现行目标值对照，共 {n} 项",
                          "No letter was issued; against the present {n} targets"))  # fmt: skip
    said = desk.say("：达标 {m} 项，未达标 {x} 项，无数据 {z} 项。",
                    ": {m} met, {x} missed, {z} without data.")  # fmt: skip
    none = sum(f.value is None for f in found)
    if running := len(found) - met - missed - none:
        said += desk.say("其中 {y} 项按全年累计，年底再判。",
                         " {y} add up over the year and are judged at its end.")  # fmt: skip
    return (lead + said).format(n=len(found), m=met, x=missed, z=none, y=running)


def _row(figure: Figure, desk: Desk) -> tuple[Runs, ...]:
    lang = desk.lang
    name, aim = (titled(figure, lang),), (run(figure, "target_number", lang),)
    if figure.value is None:
        why = (figure.why_none or NO_DATA)[lang].rstrip("。.")
        return (name, aim, (NO_DATA[lang],), (why,))
    return (name, aim, (run(figure, "number", lang),), (run(figure, "verdict", lang),))
