"""What the server-drawn charts show, read from their SVG."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

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


def test_special_causes_are_diamonds_and_common_ones_discs() -> None:
    svg = drawn(
        '{% spc_chart title="Bed occupancy" sentence="Higher." months=months values=values '
        "mean=2 lower=1 upper=3 target=2.5 signals=signals %}",
        months=[date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)],
        values=[1.5, None, 4.0],
        signals=[None, None, "neutral-up"],
    )

    assert svg.count('class="common"') == 1
    assert svg.count('class="special is-neutral-up"') == 1
    assert ">2026<" in svg and ">2025<" in svg
    assert "Upper limit 3.0" in svg and "Target 2.5" in svg
    assert "<title id=" in svg and "Higher." in svg


def test_names_of_lines_never_cover_each_other() -> None:
    placed = charts._spread([("a", "a", 100.0), ("b", "b", 101.0), ("c", "c", 99.0)])
    ys = [float(n.y) for n in placed]

    assert [n.words for n in placed] == ["c", "a", "b"]
    assert all(b - a >= charts.LABEL_GAP for a, b in pairwise(ys))


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


def test_the_scale_bears_one_limit_only_and_no_value_yet() -> None:
    svg = drawn("{% reading_scale lower upper %}", lower=None, upper=30)

    assert "unset" in svg
    assert ">30<" in svg
