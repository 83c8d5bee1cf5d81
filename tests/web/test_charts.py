"""What the server-drawn charts show, read from their SVG."""

from __future__ import annotations

import re

from django.template import Context
from django.utils import translation

from tests.web.gallery.render import engine
from wardround.web.templatetags import charts


def drawn(template: str, **values: object) -> str:
    with translation.override("en"):
        return engine().from_string("{% load charts %}" + template).render(Context(values))


def test_a_gap_in_the_data_lifts_the_pen() -> None:
    whole = drawn("{% sparkline values %}", values=[1.0, 2.0, 3.0])
    broken = drawn("{% sparkline values %}", values=[1.0, None, 3.0, 4.0])

    assert len(re.findall("M", re.findall('class="line" d="([^"]*)"', whole)[0])) == 1
    assert len(re.findall("M", re.findall('class="line" d="([^"]*)"', broken)[0])) == 2


def test_a_sparkline_without_data_or_limits_still_stands() -> None:
    assert "<svg" in drawn("{% sparkline values %}", values=[])


def test_ticks_are_round_and_inside() -> None:
    assert charts._ticks(83.2, 98.4) == [85.0, 90.0, 95.0]
    assert charts._ticks(0.0, 0.9) == [0.0, 0.2, 0.4, 0.6, 0.8]


def test_a_stacked_bar_says_its_counts_and_leaves_out_empty_parts() -> None:
    parts = [("done", 9, "done"), ("later", 0, "not begun"), ("overdue", 1, "overdue")]
    svg = drawn("{% stacked_bar parts 20 %}", parts=parts)

    assert 'aria-label="done 9, overdue 1"' in svg
    assert 'width="45.00%"' in svg and 'x="45.00%"' in svg


def test_a_margin_stays_on_its_axis() -> None:
    svg = drawn("{% margin_bar 50 40 60 85 98 %}")

    assert set(re.findall(r'x[12]?="(-?[\d.]+)%', svg)) <= {"0.00", "100"}


def test_a_funnel_begins_where_its_departments_do() -> None:
    """Denominators of 135 to 145 fill the chart; one of 10 among them makes it begin at 0."""

    def first(*denominators: float) -> float:
        dots = [charts.Dot(n, 0.8) for n in denominators]
        asked = {"title": "", "sentence": "", "dots": dots, "limits": [], "mean": 0.8}
        return min(float(dot["x"]) for dot in charts.funnel_chart(**asked)["dots"])

    assert first(135, 145) < 25
    assert 5 < first(10, 145) < 8


def test_the_scale_bears_one_limit_only_and_no_value_yet() -> None:
    svg = drawn("{% reading_scale lower upper %}", lower=None, upper=30)

    assert "unset" in svg
    assert ">30<" in svg
