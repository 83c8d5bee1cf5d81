"""Which charts a document shows, and what is said below them; `control` draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wardround.figure import Figure
from wardround.report.blocks import Chart
from wardround.report.control import Drawing, specification
from wardround.report.sentences import Told
from wardround.report.tables import CHANGES
from wardround.report.trend import chart_of
from wardround.text import Text

_FEWEST = 5
_HEIGHT = 88
"""Pixels from the lowest to the highest value on paper."""


def worth_drawing(groups: Sequence[Sequence[Told]]) -> list[Told]:
    """Of each group the figure that a reader must see, the worst first: what deteriorates, then
    what will miss its target as things are, then what improved or changed."""
    found = [(order, told) for tolds in groups for order, told in _ordered(tolds)[:1]]
    return [told for _, told in sorted(found, key=lambda pair: pair[0])]


def _ordered(tolds: Sequence[Told]) -> list[tuple[int, Told]]:
    able = [t for t in tolds if t.trend.line is not None]
    return [(n, t) for n, holds in enumerate(_WORTH) for t in able if holds(t)]


_WORTH: tuple[Callable[[Told], bool], ...] = (
    lambda t: t.trend.change == "concerning",
    lambda t: t.figure.verdict == "missed" and t.trend.assurance == "F",
    lambda t: t.trend.special,
)


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
    shown = months[months.index(known[0]) :]
    days = [month.period.start for month in shown]
    drawing = Drawing(chart_of(shown), days, figure.unit, figure.direction, figure.of_month, lang)
    return Chart(specification(drawing, height=_HEIGHT), caption[lang], described[lang])


def shaped(spec: dict[str, Any], width: float) -> dict[str, Any]:
    """The specification for a drawing so many millimetres wide, its words at one size."""
    room = {**spec["padding"], "right": _ROOM}
    return {**spec, "width": round(width * _PIXELS) - _BESIDE, "padding": room}


_PIXELS, _BESIDE, _ROOM = 4.3, 160, 14
"""Pixels a millimetre, what axis and names take beside the plot, and room for wider faces."""
