"""Figures in tables: an indicator a row, a department a row, the places of a ranking."""

from __future__ import annotations

from collections.abc import Sequence

from wardround.catalogue.organisation import Department
from wardround.figure import Figure
from wardround.report.blocks import Runs, Table, run
from wardround.report.sentences import Told
from wardround.report.trend import Change
from wardround.text import Text

NO_DATA = Text("无数据", "no data")
_SMALL = 50
"""A rate over fewer than this shows its numerator and denominator."""

CHANGES: dict[Change, Text] = {
    "improving": Text("改善", "improving"),
    "concerning": Text("恶化", "deteriorating"),
    "neutral": Text("有变化", "changed"),
    "common": Text("普通波动", "common variation"),
    "none": Text("月数不足", "too few months"),
}


def figures(grouped: Sequence[tuple[str, Sequence[Told]]], caption: str, lang: str) -> Table:
    """指标 本期 目标 去年同期 增减 判定, one indicator a row, several groups set off."""
    head = Text(
        "指标|本期|目标|去年同期|增减|判定", "Indicator|Value|Target|Year ago|Change|Finding"
    )[lang]
    rows: list[tuple[Runs, ...]] = []
    for name, tolds in grouped:
        rows += [((name,),)] if name and len(grouped) > 1 else []
        rows += [_row(t, lang) for t in tolds]
    shares = (30, 20, 10, 12, 17, 21) if lang == "zh" else (35, 17, 10, 12, 12, 24)
    return Table(caption, tuple(head.split("|")), tuple(rows), shares, frozenset({1, 2, 3, 4}))


def _row(told: Told, lang: str) -> tuple[Runs, ...]:
    figure = told.figure
    name: Runs = (titled(figure, lang),)
    aim: Runs = (run(figure, "target_number", lang),) if figure.target else ("–",)
    if figure.value is None:
        why = (figure.why_none or NO_DATA)[lang].rstrip("。.")
        return (name, (NO_DATA[lang],), aim, ("–",), ("–",), (why,))
    return (
        name,
        _value(figure, lang),
        aim,
        (run(figure, "last_year_number", lang) if figure.last_year is not None else "–",),
        (run(figure, "difference", lang) if figure.change is not None else "–",),
        finding(told, lang),
    )


def _value(figure: Figure, lang: str) -> Runs:
    """The value; what it is made of where it is a rate over few, or rounding would hide the
    verdict; and that it is provisional."""
    found: Runs = (run(figure, "number", lang),)
    few = figure.denominator is not None and 0 < figure.denominator < _SMALL
    if few or (figure.denominator and _hidden(figure)):
        found = (*found, Text("（", " (")[lang], run(figure, "numerator", lang), "/",
                 run(figure, "denominator", lang), Text("）", ")")[lang])  # fmt: skip
    if figure.provisional:
        found = (*found, Text(" 暂定", " prov.")[lang])
    return found


def _hidden(figure: Figure) -> bool:
    """True for 99.96 % against ≥ 100 %: missed, yet written as if it were met."""
    edges = (figure.target.low, figure.target.high) if figure.target else ()
    return figure.verdict == "missed" and figure.written() in map(figure.unit.write, edges)


def finding(told: Told, lang: str) -> Runs:
    """达标，普通波动: the verdict opens like any other figure."""
    variation = CHANGES[told.trend.change][lang]
    if told.figure.verdict == "none":
        return (variation,)
    return (run(told.figure, "verdict", lang), Text("，", "; ")[lang], variation)


def departments(
    places: Sequence[Department], columns: Sequence[Sequence[Figure]], caption: str, lang: str
) -> Table:
    """A department a row, an indicator a column; `columns[i][j]` is indicator i at place j."""
    names = [titled(column[0], lang) for column in columns]
    rows = tuple(_across(place.name[lang], [c[row] for c in columns], lang)
                 for row, place in enumerate(places))  # fmt: skip
    shares = (24, *((76 / max(len(columns), 1),) * len(columns)))
    head = (Text("科室", "Department")[lang], *names)
    return Table(caption, head, rows, shares, frozenset(range(1, len(head))))


def _across(name: str, figures: Sequence[Figure], lang: str) -> tuple[Runs, ...]:
    return ((name,), *((run(figure, "number", lang),) for figure in figures))


def titled(figure: Figure, lang: str) -> str:
    """The name with the unit after it, unless the name already ends in it."""
    name, symbol = figure.name[lang], figure.unit.symbol[lang]
    if not symbol or name.lower().endswith(symbol.lower()):
        return name
    return f"{name}（{symbol}）" if lang == "zh" else f"{name} ({symbol})"


def ranking(figure: Figure, lang: str) -> Table:
    """The places of a ranking, first first."""
    head = (Text("名次", "Rank")[lang], Text("名称", "Name")[lang], figure.unit.symbol[lang])
    rows = tuple(
        ((str(place + 1),), (label,), (run(figure, f"rank:{place}", lang),))
        for place, (label, _) in enumerate(figure.ranking)
    )
    return Table(figure.name[lang], head, rows, (12, 60, 28), frozenset({0, 2}))
