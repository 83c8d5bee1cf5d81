"""One Vega-Lite specification a chart: months, limits, mean, target; every line is named.

The same specification serves page and paper. Common months are discs, special causes diamonds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wardround.figure import Figure
from wardround.report.blocks import Chart, with_unit
from wardround.report.sentences import Told
from wardround.report.tables import CHANGES
from wardround.report.trend import Trend
from wardround.text import Text

INK, ACT, RULE, BAND, SIGNAL = "#14201D", "#0A5E51", "#74827D", "#E4EAE8", "#AD4207"
_FEWEST = 5
_FONT = {"zh": "Noto Sans CJK SC, Microsoft YaHei, sans-serif", "en": "Arial, Liberation Sans"}


def worth_drawing(tolds: Sequence[Told]) -> Told | None:
    """Which figure of a group a reader must see: the worst first, then what will miss its
    target as things are, then what improved or changed; None if nothing did."""
    able = [t for t in tolds if t.trend.line is not None]
    orders: tuple[Callable[[Told], bool], ...] = (
        lambda t: t.trend.change == "concerning",
        lambda t: t.figure.verdict == "missed" and t.trend.assurance == "F",
        lambda t: t.trend.special,
    )
    return next((t for holds in orders for t in able if holds(t)), None)


def chart(told: Told, months: Sequence[Figure], lang: str) -> Chart | None:
    """The months of one figure; None where there are too few to draw."""
    known = [m for m in months if m.value is not None]
    if len(known) < _FEWEST:
        return None
    figure = told.figure
    first, last = known[0].period.name(), known[-1].period.name()
    finding = CHANGES[told.trend.change]
    described = Text(
        "{name}逐月数值，{first}至{last}：{finding}。阴影为控制限，实线为均值，绿色虚线为目标。",
        "{name} by month, {first} to {last}: {finding}. Shaded: control limits; solid line: mean;"
        " green dashes: target.",
    ).format(name=figure.name, first=first, last=last, finding=finding)
    caption = Text("{name}逐月变化（{unit}）", "{name} by month ({unit})").format(
        name=figure.name, unit=figure.unit.symbol
    )
    first_known = months.index(known[0])
    marks = told.trend.marks[first_known:] or (False,) * len(months)
    spec = specification(months[first_known:], marks, told.trend, figure, lang)
    return Chart(spec, caption[lang], described[lang])


def specification(
    months: Sequence[Figure], marks: Sequence[bool], trend: Trend, figure: Figure, lang: str
) -> dict[str, Any]:
    """The Vega-Lite specification; values stand in it, nothing is fetched."""
    rows = [
        {"month": m.period.start.isoformat(), "value": m.value, "special": special}
        for m, special in zip(months, marks, strict=True)
    ]
    ends = {"start": rows[0]["month"], "end": rows[-1]["month"]}
    layers = [*_limits(trend, ends), *_lines(trend, figure, ends, lang), *_points()]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 520,
        "height": 116,
        "data": {"values": rows},
        "layer": layers,
        "config": {
            "font": _FONT[lang],
            "view": {"stroke": None},
            "axis": {"labelFontSize": 12, "labelColor": INK, "domainColor": RULE, "tickColor": RULE,
                     "grid": False, "title": None},
        },
    }  # fmt: skip


def _axes() -> dict[str, Any]:
    month = "timeFormat(datum.value, '%-m')"
    return {
        "x": {
            "field": "month", "type": "temporal",
            "axis": {
                "tickCount": "month",
                "labelExpr": f"month(datum.value) == 0 || datum.index == 0 ? "
                f"[{month}, timeFormat(datum.value, '%Y')] : {month}",
                "labelOverlap": "greedy",
            },
        },
        "y": {"field": "value", "type": "quantitative", "scale": {"zero": False, "nice": True},
              "axis": {"tickCount": 4}},
    }  # fmt: skip


def _limits(trend: Trend, ends: dict[str, Any]) -> list[dict[str, Any]]:
    line = trend.line
    if line is None or line.lower is None or line.upper is None:
        return []
    return [{
        "data": {"values": [{**ends, "low": line.lower, "high": line.upper}]},
        "mark": {"type": "rect", "color": BAND},
        "encoding": {
            "x": {"field": "start", "type": "temporal"}, "x2": {"field": "end"},
            "y": {"field": "low", "type": "quantitative", "scale": {"zero": False}},
            "y2": {"field": "high"},
        },
    }]  # fmt: skip


def _lines(trend: Trend, figure: Figure, ends: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Mean and target, each named with its value at the right end."""
    centre = trend.line.centre if trend.line else None
    lines = [(centre, Text("均值", "mean")[lang], RULE, [1, 0])]
    if figure.target:
        edges = dict.fromkeys((figure.target.low, figure.target.high))
        lines += [(edge, Text("目标", "target")[lang], ACT, [5, 3]) for edge in edges]
    found = []
    for at, name, colour, dash in lines:
        if at is None:
            continue
        row = {**ends, "at": at, "name": f"{name} {with_unit(figure, figure.unit.write(at), lang)}"}
        y = {"field": "at", "type": "quantitative", "scale": {"zero": False}}
        found += [
            {"data": {"values": [row]},
             "mark": {"type": "rule", "color": colour, "strokeDash": dash, "strokeWidth": 1.2},
             "encoding": {"x": {"field": "start", "type": "temporal"}, "x2": {"field": "end"},
                          "y": y}},
            {"data": {"values": [row]},
             "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "color": colour},
             "encoding": {"x": {"field": "end", "type": "temporal"}, "y": y,
                          "text": {"field": "name"}}},
        ]  # fmt: skip
    return found


def _points() -> list[dict[str, Any]]:
    axes = _axes()
    return [
        {"mark": {"type": "line", "color": INK, "strokeWidth": 1.4}, "encoding": axes},
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "point", "filled": True, "opacity": 1},
            "encoding": {
                **axes,
                "shape": {"field": "special", "legend": None, "type": "nominal",
                          "scale": {"domain": [False, True], "range": ["circle", "diamond"]}},
                "size": {"field": "special", "legend": None, "type": "nominal",
                         "scale": {"domain": [False, True], "range": [28, 80]}},
                "color": {"field": "special", "legend": None, "type": "nominal",
                          "scale": {"domain": [False, True], "range": [INK, SIGNAL]}},
            },
        },
    ]  # fmt: skip
