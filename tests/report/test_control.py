"""The control chart's specification: one for page, Word and PDF, in both languages."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import vl_convert

from tests.indicator.test_spc import CHANCES, DAYS_BETWEEN, OCCUPANCY, WASHED
from wardround.figure import Target, Unit
from wardround.indicator import spc
from wardround.indicator.spc import Chart
from wardround.report import control
from wardround.report.control import PAGE, PAPER, Drawing, specification
from wardround.text import Text

PERCENT = Unit(Text("%", "%"), 100, 1)


def drawing(chart: Chart, lang: str = "zh", target: str | None = "85..93") -> Drawing:
    count = len(chart.points)
    days = [date(2024 + (10 + n) // 12, (10 + n) % 12 + 1, 1) for n in range(count)]
    aim = Target.parse(target) if target else None
    return Drawing(chart, days, PERCENT, "range", aim, lang)


def rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["data"]["values"]
    return found


def texts(spec: dict[str, Any]) -> list[str]:
    """All words that stand in the drawing's own layers."""
    return [v["text"] for layer in spec["layer"] for v in layer.get("data", {}).get("values", [])
            if "text" in v]  # fmt: skip


OCCUPIED = spc.xmr(OCCUPANCY, baseline=12, bounds=(0, 100))


def test_each_point_has_its_limits_and_what_it_means() -> None:
    spec = specification(drawing(OCCUPIED))
    changes = [row["change"] for row in rows(spec)]

    assert changes == ["common"] * 11 + ["neutral"] * 9
    assert rows(spec)[0]["upper"] == pytest.approx(95.539, abs=1e-3)
    assert rows(spec)[-1]["said"] == "2026-06  97.9 特殊原因变化"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", {"上限 95.5", "均值 89.8", "下限 84.1", "目标 ≥ 85", "目标 ≤ 93", "97.9"}),
        ("en", {"Upper 95.5", "Mean 89.8", "Lower 84.1", "Target ≥ 85", "Target ≤ 93", "97.9"}),
    ],
)
def test_every_line_bears_its_name(lang: str, words: set[str]) -> None:
    assert set(texts(specification(drawing(OCCUPIED, lang)))) == words


def test_names_never_cover_each_other_nor_leave_the_plot() -> None:
    for places in ([100.0, 101, 99.5, 0], [250.0, 251, 252], [3.0], []):
        placed = control._apart(sorted(places), 252)
        assert all(b - a >= control._GAP for a, b in pairwise(placed))
        assert all(0 <= place <= 252 for place in placed)


def test_limits_that_vary_are_drawn_at_each_point() -> None:
    spec = specification(drawing(spc.proportions(WASHED, CHANCES), target=">= 70"))
    assert len({row["upper"] for row in rows(spec)}) > 5


def test_too_few_points_have_no_limits_to_draw() -> None:
    spec = specification(drawing(spc.xmr(OCCUPANCY[:4])))
    assert not any("upper" in row for row in rows(spec))
    assert "area" not in json.dumps(spec)


def test_stretches_between_events_know_no_target() -> None:
    chart = spc.time_between(DAYS_BETWEEN)
    spec = specification(drawing(chart, "en"))
    assert not [word for word in texts(spec) if "Target" in word]
    assert "Lower 0.0" not in texts(spec)


def test_a_new_baseline_is_marked() -> None:
    plain, marked = (drawing(spc.xmr(OCCUPANCY, rebase=at)) for at in ([], [12]))
    assert "重设基线" not in json.dumps(specification(plain), ensure_ascii=False)
    assert "重设基线" in json.dumps(specification(marked), ensure_ascii=False)


def test_a_page_gives_its_own_colours_and_paper_its_inks() -> None:
    page = json.dumps(specification(drawing(OCCUPIED), PAGE, width="container", height=250))
    paper = json.dumps(specification(drawing(OCCUPIED), PAPER))

    assert not re.search(r"#[0-9A-F]{6}", page) and "var(--band)" in page
    assert "var(" not in paper


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_specification_is_drawn(lang: str) -> None:
    points: list[float | None] = [*OCCUPANCY]
    points[5] = None
    for chart in (spc.xmr(points, rebase=[12]), spc.between_events([5, 9, 0, 30, 2, 8, 400])):
        svg = vl_convert.vegalite_to_svg(json.dumps(specification(drawing(chart, lang))))
        marks = re.findall(r'aria-label="(\d{4}-\d\d[^"]*)"', svg)
        assert len(marks) == chart.known and "NaN" not in svg
