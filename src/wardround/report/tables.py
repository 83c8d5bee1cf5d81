"""Figures in tables: an indicator a row, a department a row, the places of a ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wardround.catalogue.organisation import Department
from wardround.figure import Figure
from wardround.report.blocks import Block, Paragraph, Runs, Table, run
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
    """指标 本期 目标 去年同期 增减 判定, one indicator a row, several groups set off.

    A column that would be empty for all is left out; where a cell is, the caption says why."""
    head = Text(
        "指标|本期|目标|去年同期|增减|判定", "Indicator|Value|Target|Year ago|Change|Finding"
    )[lang].split("|")
    told = [t.figure for _, tolds in grouped for t in tolds]
    aims = any(f.target for f in told)
    past = any(f.last_year is not None for f in told)
    kept = [n for n in range(6) if (n != _TARGET or aims) and (n not in _PAST or past)]
    rows: list[tuple[Runs, ...]] = []
    for name, tolds in grouped:
        rows += [((name,),)] if name and len(grouped) > 1 else []
        rows += [tuple(cell for n, cell in enumerate(_row(t, lang)) if n in kept) for t in tolds]
    shares = (58, 24, 18, 20, 23, 29) if lang == "zh" else (60, 22, 15, 17, 18, 40)
    return Table(
        caption + _dashes(told, aims, past, lang), tuple(head[n] for n in kept), tuple(rows),
        tuple(shares[n] for n in kept),
        frozenset(kept.index(n) for n in (1, _TARGET, *_PAST) if n in kept),
    )  # fmt: skip


_TARGET, _PAST = 2, (3, 4)


def _dashes(told: Sequence[Figure], aims: bool, past: bool, lang: str) -> str:
    """What “–” means in the columns that are shown."""
    found = []
    if aims and any(f.target is None for f in told):
        found.append(Text("没有设目标值", "no target set"))
    if past and any(f.last_year is None for f in told):
        found.append(Text("去年同期无可比数据", "nothing comparable a year earlier"))
    if not found:
        return ""
    words = Text("或", ", or ")[lang].join(x[lang] for x in found)
    return Text("（–：{}）", " (–: {})")[lang].format(words)


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
    if told.figure.verdict == "none" and not told.figure.of_year:
        return (variation,)
    return (run(told.figure, "verdict", lang), Text("，", "; ")[lang], variation)


def departments(
    places: Sequence[Department], columns: Sequence[Sequence[Figure]], caption: str, lang: str
) -> list[Block]:
    """A department a row, an indicator a column; `columns[i][j]` is indicator i at place j.

    Who lacks a value is named below, with the reason."""
    names = [titled(column[0], lang) for column in columns]
    rows = tuple(_across(place.name[lang], [c[row] for c in columns], lang)
                 for row, place in enumerate(places))  # fmt: skip
    shares = (24, *((76 / max(len(columns), 1),) * len(columns)))
    head = (Text("科室", "Department")[lang], *names)
    table = Table(caption, head, rows, shares, frozenset(range(1, len(head))))
    return [table, *_lacking([f for c in columns for f in c if f.value is None], lang)]


def _lacking(figures: Sequence[Figure], lang: str) -> list[Paragraph]:
    """“–”：重症医学科的随访率期内没有登记。"""
    if not figures:
        return []
    said = Text("{place}的{name}（{why}）", "{name} of {place} ({why})")
    parts = [
        said.format(place=f.department_name, name=f.name, why=_ended(f.why_none or NO_DATA))[lang]
        for f in figures
    ]
    words = Text("“–”为无数据：", "– means no data: ")[lang] + Text("、", "; ")[lang].join(parts)
    return [Paragraph((words + Text("。", ".")[lang],), True)]


def _ended(why: Text) -> Text:
    return Text(why.zh.rstrip("。"), why.en.rstrip("."))


def _across(name: str, figures: Sequence[Figure], lang: str) -> tuple[Runs, ...]:
    cells = (run(f, "number", lang) if f.value is not None else "–" for f in figures)
    return ((name,), *((cell,) for cell in cells))


def titled(figure: Figure, lang: str) -> str:
    """The name with the unit after it, unless the name already ends in it."""
    name, symbol = figure.name[lang], figure.unit.symbol[lang]
    if not symbol or name.lower().endswith(symbol.lower()):
        return name
    return f"{name}（{symbol}）" if lang == "zh" else f"{name} ({symbol})"


def ranking(figure: Figure, called: Callable[[str], Text], lang: str) -> Table:
    """The places of a ranking, first first; a long one in two halves side by side. `called`
    gives the name of each."""
    head = (Text("名次", "Rank")[lang], Text("名称", "Name")[lang], figure.unit.symbol[lang])
    places: list[tuple[Runs, ...]] = [
        ((str(place + 1),), (called(word)[lang],), (run(figure, f"rank:{place}", lang),))
        for place, (word, _) in enumerate(figure.ranking)
    ]
    return two_across(
        Table(figure.name[lang], head, tuple(places), (12, 60, 28), frozenset({0, 2}))
    )


def two_across(table: Table) -> Table:
    """A long, narrow table in two halves side by side, unless they would be unequal."""
    rows, wide = table.rows, len(table.head)
    half, odd = divmod(len(rows), 2)
    if odd or len(rows) < _HALVED:
        return table
    both = [left + right for left, right in zip(rows[:half], rows[half:], strict=True)]
    right = table.right | {place + wide for place in table.right}
    return Table(table.caption, table.head * 2, tuple(both), table.shares * 2, right)


_HALVED = 6
"""From so many rows on, a narrow table is set in two halves."""
