"""Charts drawn on the server as inline SVG: sparkline, funnel, margin, stacked bar, scale.

Here is decided where things stand, in the templates under `web/parts/` what they are made of, in
the style sheet how they look. Horizontal positions are percentages, so that a chart fits any width
without scaling its words. What is a signal is decided in `indicator`; values come ready-made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import template

from wardround.text import Text
from wardround.web.templatetags.words import number, spoken

register = template.Library()

SPARK_WIDTH: Final = 132
SPARK_HEIGHT: Final = 28
STRETCH: Final = 1000  # width of the coordinate system that is stretched to the page


@dataclass(frozen=True, slots=True)
class Range:
    """Maps the numbers `low`..`high` to the places `bottom`..`top` (pixels or percentages)."""

    low: float
    high: float
    bottom: float
    top: float

    def at(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.bottom + share * (self.top - self.bottom)

    def held(self, value: float) -> float:
        """The place of a value, kept inside the range."""
        return self.at(min(max(value, self.low), self.high))


def _known(values: Iterable[float | None]) -> list[float]:
    return [v for v in values if v is not None and math.isfinite(v)]


def _given(value: object) -> float | None:
    """A number as typed or as such; None for what a template left empty or a person mistyped."""
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _range(values: Sequence[float], bottom: float, top: float, air: float) -> Range:
    """A range over the values with `air` (a share of the spread) left free at both ends."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    spare = (high - low) * air or abs(high) * 0.05 or 1.0
    return Range(low - spare, high + spare, bottom, top)


def _path(points: Iterable[tuple[float, float] | None]) -> str:
    """An SVG path; None lifts the pen."""
    drawn, pen_down = [], False
    for point in points:
        if point is not None:
            drawn.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_down = point is not None
    return "".join(drawn)


def _ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers inside the range, about `wanted` of them, steps of 1, 2 or 5 × 10ⁿ."""
    size = 10.0 ** math.floor(math.log10((high - low) / wanted))
    step = min((s * size for s in (1, 2, 5, 10)), key=lambda s: abs((high - low) / s - wanted))
    first = math.ceil(low / step)
    return [round(k * step, 10) for k in range(first, math.floor(high / step) + 1)]


def _targets(target: Any) -> list[float]:
    """A target is None, a number, or the two ends of a span."""
    return _known(_given(v) for v in (target if isinstance(target, list | tuple) else [target]))


@register.inclusion_tag("web/parts/sparkline.html")
def sparkline(
    values: Sequence[float | None],
    lower: float | None = None,
    upper: float | None = None,
    target: Any = None,
    signal: str | None = None,
    width: int = SPARK_WIDTH,
) -> dict[str, object]:
    """`{% sparkline values lower upper target signal %}`: band, line, target, last point.

    `target` is a number or (low, high); `signal` the sprite's name of the last point's signal. The
    drawing is hidden from readers: the row's figure and words say the same.
    """
    targets, lower, upper = _targets(target), _given(lower), _given(upper)
    span = _range(_known([*values, lower, upper, *targets]), SPARK_HEIGHT - 1, 1, 0.06)
    step = (width - 10) / max(len(values) - 1, 1)
    points = [None if v is None else (4 + i * step, span.at(v)) for i, v in enumerate(values)]
    last = next((p for p in reversed(points) if p), None)
    floor, ceiling = (
        span.at(edge) if edge is not None else end
        for edge, end in ((lower, span.bottom), (upper, span.top))
    )
    return {
        "width": width,
        "height": SPARK_HEIGHT,
        "band": None
        if lower is None and upper is None
        else (f"{ceiling:.1f}", f"{max(floor - ceiling, 1):.1f}"),
        "targets": [f"{span.at(v):.1f}" for v in targets],
        "line": _path(points),
        "last": last and (f"{last[0]:.1f}", f"{last[1]:.1f}"),
        "signal": signal or "common",
    }


_LINE = 15
"""Pixels between the names of two dots."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One department in a funnel; named if it is `mine` or an outsider.

    `signal` is "improving-…", "concerning-…" or "neutral-…" for an outsider, else None.
    """

    denominator: float
    value: float
    name: str | Text = ""
    signal: str | None = None
    mine: bool = False


def _lowered(places: Sequence[float | None]) -> list[int]:
    """By how many pixels each name (at its height; None has none) is lowered, so that no two
    stand on one another."""
    found, last = [0] * len(places), -math.inf
    named = [(place, n) for n, place in enumerate(places) if place is not None]
    for place, n in sorted(named):
        last = max(place, last + _LINE)
        found[n] = round(last - place)
    return found


@register.inclusion_tag("web/parts/funnel_chart.html")
def funnel_chart(
    title: str | Text,
    sentence: str | Text,
    dots: Sequence[Dot],
    limits: Sequence[tuple[float, float, float]],
    mean: float,
    target: float | None = None,
    axis_words: str | Text = "",
    decimals: int = 1,
    key: str = "funnel",
) -> dict[str, object]:
    """A funnel: denominator across, `limits` as (denominator, low, high) in rising order."""
    height = 190
    ys = [v for _, low, high in limits for v in (low, high)]
    span = _range(_known([*ys, *(d.value for d in dots), mean, target]), height - 4, 6, 0.03)
    widest = max([d.denominator for d in dots] + [n for n, _, _ in limits], default=1.0)
    narrowest = min([d.denominator for d in dots] + [n for n, _, _ in limits], default=0.0)
    begins = 0.0 if narrowest < widest / 2 else narrowest - (widest - narrowest or widest) * 0.2
    across = Range(begins, widest + (widest - begins) * 0.04, 0.0, STRETCH)
    upper = [(across.at(n), span.at(high)) for n, _, high in limits]
    lower = [(across.at(n), span.at(low)) for n, low, _ in reversed(limits)]
    places = [span.at(d.value) if d.signal or d.mine else None for d in dots]
    return {
        "key": key,
        "title": spoken(title),
        "sentence": spoken(sentence),
        "height": height,
        "stretch": STRETCH,
        "funnel": _path([*upper, *lower]) + "Z",
        "mean": f"{span.at(mean):.1f}",
        "target": None if target is None else f"{span.at(target):.1f}",
        "ticks": [(f"{span.at(v):.1f}", number(v)) for v in _ticks(span.low, span.high)],
        "feet": [
            (f"{across.at(v) / STRETCH * 100:.2f}", number(v))
            for v in _ticks(begins, widest)
            if v > begins
        ],
        "axis_words": spoken(axis_words),
        "dots": [
            {
                "x": f"{across.at(d.denominator) / STRETCH * 100:.2f}",
                "y": f"{span.at(d.value):.1f}",
                "signal": d.signal,
                "mine": d.mine,
                "words": f"{spoken(d.name)} {number(d.value, decimals)}",
                "left": across.at(d.denominator) > STRETCH * 0.45,
                "lower": lower_by,
            }
            for d, lower_by in zip(dots, _lowered(places), strict=True)
        ],
    }


@register.inclusion_tag("web/parts/margin_bar.html")
def margin_bar(
    value: float,
    low: float,
    high: float,
    axis_low: float,
    axis_high: float,
    mean: float | None = None,
    signal: str | None = None,
) -> dict[str, object]:
    """A score with its margin on an axis that all rows share; `signal`: "above", "below", None."""
    across = Range(axis_low, axis_high, 0.0, 100.0)
    return {
        "value": f"{across.held(value):.2f}",
        "low": f"{across.held(low):.2f}",
        "high": f"{across.held(high):.2f}",
        "mean": None if mean is None else f"{across.held(mean):.2f}",
        "signal": signal,
    }


@register.inclusion_tag("web/parts/stacked_bar.html")
def stacked_bar(parts: Sequence[tuple[str, int, str | Text]], widest: int) -> dict[str, object]:
    """Counts as one bar: `parts` are (state, count, words); `widest` is the longest row's total.

    States: done, running, later, ask, overdue. Readers hear the counts with their words.
    """
    placed, start = [], 0
    for state, count, said in parts:
        if count:
            share = count / max(widest, 1) * 100
            left = start / max(widest, 1) * 100
            placed.append(
                {
                    "state": state,
                    "count": count,
                    "x": f"{left:.2f}",
                    "width": f"{share:.2f}",
                    "middle": f"{left + share / 2:.2f}",
                    "shown": share >= 2.5,
                    "words": f"{spoken(said)} {count}",
                }
            )
        start += count
    return {"parts": placed, "words": ", ".join(str(p["words"]) for p in placed)}


@register.inclusion_tag("web/parts/reading_scale.html")
def reading_scale(
    lower: float | None,
    upper: float | None,
    unit: str | Text = "",
    value: float | str | None = None,
    recent: Sequence[float] = (),
    decimals: int = 0,
) -> dict[str, object]:
    """The scale under a measurement: allowed band with its ends named, recent readings as dots.

    With one limit only the band runs to the end of the scale. The script moves the mark while
    typing; without script it stands where the value was when the page was made.
    """
    lower, upper, value = _given(lower), _given(upper), _given(value)
    known = _known([lower, upper])
    span = max(known) - min(known) if len(known) == 2 else abs(known[0]) if known else 1.0
    span = span or 1.0
    low = min(known, default=0.0) - span * 0.5
    high = max(known, default=1.0) + span * 0.8
    across = Range(low, high, 0.0, 100.0)
    start = across.at(lower) if lower is not None else 0.0
    end = across.at(upper) if upper is not None else 100.0
    said = {
        (True, True): f"{number(lower, decimals)}–{number(upper, decimals)}",
        (True, False): f"≥ {number(lower, decimals)}",
        (False, True): f"≤ {number(upper, decimals)}",
    }.get((lower is not None, upper is not None), "")
    return {
        "low": low,
        "high": high,
        "start": f"{start:.2f}",
        "width": f"{end - start:.2f}",
        "middle": f"{(start + end) / 2:.2f}",
        "ends": [
            (f"{across.at(edge):.2f}", number(edge, decimals))
            for edge in (lower, upper)
            if edge is not None
        ],
        "both": len(known) == 2,
        "said": said,
        "unit": spoken(unit),
        "recent": [f"{across.held(v):.2f}" for v in recent],
        "value": None if value is None else f"{across.held(value):.2f}",
        "out": value is not None
        and ((lower is not None and value < lower) or (upper is not None and value > upper)),
    }
