"""A control chart as one Vega-Lite specification, for page, Word and PDF.

Decides what is drawn and how it is named; the numbers are `indicator.spc`'s, what a special point
means `indicator.judge`'s. Common points are discs, special ones diamonds in the colour of their
change; every line bears its name. Colours are the palette's: on a page they follow its theme.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wardround.figure import Direction, Target, Unit
from wardround.indicator import judge, spc
from wardround.indicator.spc import Chart
from wardround.text import Text

Palette = Mapping[str, str]
PAPER: Palette = {
    "ink": "#14201D", "ink2": "#465450", "rule": "#74827D", "line": "#D6DEDB", "band": "#E4EAE8",
    "act": "#0A5E51", "blue": "#1558A6", "orange": "#AD4207", "purple": "#673A99",
    "paper": "#FFFFFF", "ground": "#FFFFFF",
}  # fmt: skip
PAGE: Palette = {name: f"var(--{name})" for name in PAPER} | {"ground": "transparent"}
"""The page's own tokens, so that a drawing follows the theme without being drawn again."""
_FONT = {
    "zh": "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Noto Sans SC, sans-serif",
    "en": "Arial, Liberation Sans, Noto Sans, sans-serif",
}
_HUE = {"improving": "blue", "concerning": "orange", "neutral": "purple", "common": "ink2"}
_SIZE = 12
_GAP, _BELOW = 15, 18
"""Size of words, what keeps two names apart, and how far the newest value stands below its point,
in pixels."""
_NAMES = {
    "upper": Text("上限", "Upper"), "lower": Text("下限", "Lower"), "centre": Text("均值", "Mean"),
    "median": Text("中位", "Median"), "target": Text("目标", "Target"),
}  # fmt: skip
Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: a chart with the day of each point, and the words beside it.

    `days` are the first days of months, or the days of the events that ended each stretch;
    `edges` are the target's ends with their words; `target` draws nothing where points are
    stretches.
    """

    chart: Chart
    days: Sequence[date]
    unit: Unit
    direction: Direction
    target: Target | None
    lang: str

    @property
    def lines(self) -> Sequence[spc.Line]:
        return self.chart.drawn

    @property
    def floor(self) -> float | None:
        """The last lower limit, where it is more than the least that there can be."""
        lower = self.lines[-1].lower
        return lower if lower is not None and lower > self.chart.bounds[0] + 1e-3 else None

    @property
    def aims(self) -> list[tuple[float, str]]:
        """The target's ends, each with its words."""
        target = self.target
        if target is None or self.chart.gaps:
            return []
        if target.op == "range":
            return [(target.low, f"≥ {target.low:g}"), (target.high, f"≤ {target.high:g}")]
        return [(target.low, str(target))]

    def words(self, value: float) -> str:
        """A number as it is written on the chart."""
        return self.unit.write(value)


def specification(
    drawing: Drawing, palette: Palette = PAPER, *, width: float | str = 520, height: int = 116
) -> Spec:
    """The Vega-Lite specification; values stand in it, nothing is fetched.

    `width` is a number of pixels, or "container" on a page.
    """
    rows = _rows(drawing)
    span = _span(drawing, height)
    x = {
        "field": "x", "type": "ordinal", "sort": None,
        "scale": {"type": "point", "padding": 0.4},
        "axis": {"labelExpr": _label(drawing), "labelAngle": 0, "labelOverlap": "parity",
                 "ticks": False, "labelPadding": 6},
    }  # fmt: skip
    y = {"type": "quantitative", "scale": {"domain": span, "zero": False, "nice": False}}
    layers = [
        *_limits(drawing, x, y, palette), *_aims(drawing, y, palette),
        *_steps(drawing, x, palette), *_points(x, y, palette),
        *_last(drawing, rows, x, y, height, palette), *_years(rows, x, palette),
        *_names(drawing, y, span, height, palette),
    ]  # fmt: skip
    found: Spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width, "height": height, "background": palette["ground"],
        "padding": {"left": 4, "top": 18, "right": 4, "bottom": 20},
        "data": {"values": rows}, "layer": layers, "config": _config(drawing.lang, palette),
    }  # fmt: skip
    if width == "container":
        found["autosize"] = {"type": "fit-x", "contains": "padding"}
    return found


def _config(lang: str, palette: Palette) -> Spec:
    return {
        "font": _FONT[lang], "view": {"stroke": None},
        "text": {"fontSize": _SIZE, "color": palette["ink2"]},
        "axis": {"labelFontSize": _SIZE, "labelColor": palette["ink2"], "title": None,
                 "domainColor": palette["rule"], "gridColor": palette["line"]},
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False, "tickCount": 4, "labelPadding": 8},
    }  # fmt: skip


def _rows(drawing: Drawing) -> list[Spec]:
    """A point a row: where it stands, its limits there, and what is to be said of it."""
    chart, facing = drawing.chart, judge.facing(drawing.chart, drawing.direction)
    found: list[Spec] = []
    for n, (day, x, line, flag) in enumerate(
        zip(drawing.days, chart.points, drawing.lines, chart.flags, strict=True)
    ):
        first = n == 0 or day.year != drawing.days[n - 1].year
        change = judge.change(flag, facing)
        row = {
            "x": f"{day.isoformat()}#{n}", "value": x, "change": change,
            "size": 90 if flag else 44,
            "centre": _finite(line.centre),
            "year": str(day.year) if first and not _cramped(drawing.days, n) else None,
        }  # fmt: skip
        if chart.limited:
            row |= {
                "upper": _finite(line.upper),
                "lower": _finite(drawing.chart.bounds[0] if line.lower is None else line.lower),
            }
        if x is not None:
            when = f"{day:%Y-%m-%d}" if chart.gaps else f"{day:%Y-%m}"
            said = f" {judge.CHANGES[change][drawing.lang]}" if flag else ""
            row["said"] = f"{when}  {drawing.words(x)}{said}"
        found.append(row)
    return found


def _cramped(days: Sequence[date], n: int) -> bool:
    """Whether the next year begins so soon that the names of both would touch."""
    return any(later.year != days[n].year for later in days[n : n + 3]) and n == 0


def _label(drawing: Drawing) -> str:
    if drawing.chart.gaps:
        return "toNumber(slice(datum.value, 5, 7)) + '-' + toNumber(slice(datum.value, 8, 10))"
    return "toNumber(slice(datum.value, 5, 7))"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _span(drawing: Drawing, height: int) -> list[float]:
    """The ends of the axis: all that is drawn, with some air."""
    drawn = [x for x in drawing.chart.points if x is not None]
    drawn += [value for value, _ in drawing.aims]
    for line in drawing.lines if drawing.chart.limited else ():
        drawn += [v for v in (line.lower, line.upper, line.centre) if v is not None]
    known = [x for x in drawn if math.isfinite(x)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if drawing.chart.gaps:
        low = 0.0
    air = (high - low) * 6 / height * 2 or abs(high) * 0.05 or 1.0
    return [low if drawing.chart.gaps else low - air, high + air]


# -- layers ------------------------------------------------------------------------------------


def _limits(drawing: Drawing, x: Spec, y: Spec, palette: Palette) -> list[Spec]:
    """The band, its edges and the centre line, each point's own."""
    if not drawing.chart.limited:
        return []
    mark: Spec = {"interpolate": "step", "strokeWidth": 1.2, "type": "line"}
    edges = ("upper", "lower") if drawing.floor is not None else ("upper",)
    return [
        {"mark": {"type": "area", "interpolate": "step", "color": palette["band"],
                  "opacity": 1, "aria": False},
         "encoding": {"x": x, "y": {**y, "field": "lower"}, "y2": {"field": "upper"}}},
        *({"mark": {**mark, "color": palette["rule"], "strokeDash": [1.5, 3], "aria": False},
           "encoding": {"x": x, "y": {**y, "field": edge}}} for edge in edges),
        {"mark": {**mark, "color": palette["ink2"], "aria": False},
         "encoding": {"x": x, "y": {**y, "field": "centre"}}},
    ]  # fmt: skip


def _aims(drawing: Drawing, y: Spec, palette: Palette) -> list[Spec]:
    return [
        {"data": {"values": [{"at": value}]},
         "mark": {"type": "rule", "color": palette["act"], "strokeDash": [6, 3.5],
                  "strokeWidth": 1.6, "aria": False},
         "encoding": {"y": {**y, "field": "at"}}}
        for value, _ in drawing.aims
    ]  # fmt: skip


def _steps(drawing: Drawing, x: Spec, palette: Palette) -> list[Spec]:
    """Where a person set a new baseline."""
    rows = [{"x": f"{drawing.days[n].isoformat()}#{n}"} for n in drawing.chart.steps]
    if not rows:
        return []
    words = Text("重设基线", "New baseline")[drawing.lang]
    return [
        {"data": {"values": rows}, "encoding": {"x": x},
         "mark": {"type": "rule", "color": palette["rule"], "strokeDash": [2, 3], "aria": False}},
        {"data": {"values": rows}, "encoding": {"x": x, "y": {"value": 0}},
         "mark": {"type": "text", "text": words, "align": "right", "dx": -5, "dy": -8}},
    ]  # fmt: skip


def _points(x: Spec, y: Spec, palette: Palette) -> list[Spec]:
    kinds = list(_HUE)
    scale = {"domain": kinds, "range": [palette[_HUE[kind]] for kind in kinds]}
    nominal: Spec = {"field": "change", "type": "nominal", "legend": None}
    place = {"x": x, "y": {**y, "field": "value"}}
    shapes = ["circle" if kind == "common" else "diamond" for kind in kinds]
    return [
        {"mark": {"type": "line", "color": palette["ink2"], "strokeWidth": 1.5,
                  "invalid": "break-paths-show-domains", "aria": False},
         "encoding": place},
        {"transform": [{"filter": "isValid(datum.value)"}],
         "mark": {"type": "point", "filled": True, "opacity": 1, "strokeWidth": 1,
                  "stroke": palette["paper"]},
         "encoding": {
             **place, "description": {"field": "said"},
             "shape": {**nominal, "scale": {"domain": kinds, "range": shapes}},
             "size": {"field": "size", "type": "quantitative", "scale": None},
             "color": {**nominal, "scale": scale},
         }},
    ]  # fmt: skip


def _last(
    drawing: Drawing, rows: Sequence[Spec], x: Spec, y: Spec, height: int, palette: Palette
) -> list[Spec]:
    """The newest value in figures, above its point, or below it where the line comes down and no
    target lies there."""
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return []
    row = known[-1]
    hue = "ink" if row["change"] == "common" else _HUE[row["change"]]
    text = row["said"].split("  ")[1].split(" ")[0]
    falls = len(known) > 1 and known[-2]["value"] > row["value"]
    low, high = y["scale"]["domain"]
    pixel, roomy = (high - low) / height, row["value"] > low + (high - low) / 5
    aimed = any(abs(row["value"] - _BELOW * pixel - aim) < 9 * pixel for aim, _ in drawing.aims)
    below = falls and roomy and not aimed
    mark: Spec = {"type": "text", "dy": _BELOW if below else -11, "fontSize": 13,
                  "fontWeight": 700, "aria": False}  # fmt: skip
    place = {"x": x, "y": {**y, "field": "value"}, "text": {"field": "text"}}
    data = {"values": [{"x": row["x"], "value": row["value"], "text": text}]}
    halo = {"color": palette["paper"], "stroke": palette["paper"], "strokeWidth": 4}
    return [
        {"data": data, "mark": {**mark, **halo}, "encoding": place},
        {"data": data, "mark": {**mark, "color": palette[hue]}, "encoding": place},
    ]  # fmt: skip


def _years(rows: Sequence[Spec], x: Spec, palette: Palette) -> list[Spec]:
    """The years below the months."""
    named = [{"x": row["x"], "year": row["year"]} for row in rows if row["year"]]
    return [{
        "data": {"values": named},
        "mark": {"type": "text", "dy": 29, "fontWeight": 700, "color": palette["ink"],
                 "baseline": "middle", "aria": False},
        "encoding": {"x": x, "y": {"value": {"expr": "height"}}, "text": {"field": "year"}},
    }]  # fmt: skip


def _names(
    drawing: Drawing, y: Spec, span: Sequence[float], height: int, palette: Palette
) -> list[Spec]:
    """The lines' names at the right end, moved apart until none covers another."""
    pixel = (span[1] - span[0]) / height
    named = [(value, f"{_NAMES['target'][drawing.lang]} {said}", "act")
             for value, said in drawing.aims]  # fmt: skip
    if drawing.chart.limited:
        line = drawing.lines[-1]
        centre = "median" if drawing.chart.kind == "g" else "centre"
        for key, at in (("upper", line.upper), (centre, line.centre), ("lower", drawing.floor)):
            if at is not None and math.isfinite(at):
                words = f"{_NAMES[key][drawing.lang]} {drawing.words(at)}"
                named.append((at, words, "ink2"))
    named.sort(key=lambda one: -one[0])
    places = _apart([(span[1] - at) / pixel for at, _, _ in named], height)
    rows = [
        {"at": span[1] - place * pixel, "text": words, "hue": palette[hue]}
        for place, (_, words, hue) in zip(places, named, strict=True)
    ]
    return [{
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 8, "aria": False},
        "encoding": {
            "x": {"value": "width"}, "y": {**y, "field": "at"}, "text": {"field": "text"},
            "color": {"field": "hue", "type": "nominal", "scale": None},
        },
    }]  # fmt: skip


def _apart(places: Sequence[float], height: int) -> list[float]:
    """Places from the top, in rising order, moved until none covers another or leaves the plot."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + _GAP) if found else place)
    ceiling = float(height)
    for n in range(len(found) - 1, -1, -1):
        found[n] = min(found[n], ceiling)
        ceiling = found[n] - _GAP
    return found
