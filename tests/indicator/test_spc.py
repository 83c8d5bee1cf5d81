"""Control charts on worked examples: limits to the third decimal, and which points are special."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.indicator import spc
from wardround.indicator.spc import Chart, Flag

OUTLIER = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
OCCUPANCY = [88.1, 90.4, 87.6, 91.2, 89.5, 88.8, 92.0, 90.1, 89.3, 91.4, 88.7, 90.6, 93.5, 94.1,
             93.8, 95.0, 94.4, 96.2, 95.1, 97.9]  # fmt: skip
STAY = [9.8, 9.6, 9.9, 9.7, 9.5, 9.8, 9.6, 9.4, 9.3, 9.2, 9.1, 9.0, 8.9]
SATISFACTION = [96.1, 95.8, 96.4, 96.0, 95.6, 96.2, 95.9, 96.3, 94.6, 95.9, 94.5, 96.1]
WASHED = [62, 71, 58, 66, 80, 74, 69, 77, 61, 88, 79, 96]
CHANCES = [90, 100, 85, 95, 110, 100, 98, 105, 92, 112, 104, 108]
FALLS = [3, 2, 4, 1, 3, 5, 2, 3, 2, 9, 3, 2]
BED_DAYS = [5580, 5040, 5610, 5400, 5590, 5430, 5620, 5600, 5410, 5550, 5390, 5600]
OPERATIONS = [210, 45, 130, 88, 302, 15, 177, 64, 240, 96, 150]
DAYS_BETWEEN = [12, 30, 7, 19, 41, 3, 25, 16, 33, 9, 22, 14, 2, 1, 1, 95]


def limits(chart: Chart, place: int = -1) -> tuple[float | None, ...]:
    line = chart.lines[place]
    return line.centre, line.lower, line.upper, line.near_lower, line.near_upper


def special(chart: Chart) -> dict[int, str]:
    """Number of the point (from 1) → rule and side."""
    return {i: f"{f.rule} {f.side}" for i, f in enumerate(chart.flags, 1) if f}


def numbered(*groups: tuple[str, list[int]]) -> dict[int, str]:
    return dict(sorted((place, name) for name, places in groups for place in places))


def test_one_wild_point_widens_the_limits_unless_screened() -> None:
    plain, screened = spc.xmr(OUTLIER), spc.xmr(OUTLIER, screened=True)
    assert limits(plain) == pytest.approx((1.944, -3.063, 6.952, -1.394, 5.282), abs=5e-4)
    assert limits(screened) == pytest.approx((1.944, -0.716, 4.604, 0.171, 3.718), abs=5e-4)
    assert special(plain) == special(screened) == {5: "outside high"}
    assert not plain.trial


def test_a_long_rise_against_its_own_mean() -> None:
    chart = spc.xmr(OCCUPANCY)
    assert limits(chart) == pytest.approx((91.885, 86.985, 96.785, 88.618, 95.152), abs=6e-4)
    assert special(chart) == numbered(
        ("two_of_three low", [1, 3]), ("shift high", list(range(13, 20))), ("outside high", [20])
    )


def test_the_same_rise_against_the_first_twelve() -> None:
    chart = spc.xmr(OCCUPANCY, baseline=12)
    assert limits(chart) == pytest.approx((89.808, 84.077, 95.539, 85.988, 93.629), abs=6e-4)
    assert special(chart) == numbered(
        ("shift high", [12, 13]),
        ("two_of_three high", [14, 15, 16, 17, 19]),
        ("outside high", [18, 20]),
    )


def test_a_trend_leaves_its_limits_at_the_end() -> None:
    chart = spc.xmr(STAY)
    assert limits(chart) == pytest.approx((9.446, 8.981, 9.912, 9.136, 9.756), abs=6e-4)
    assert special(chart) == numbered(
        ("two_of_three high", [1, 3]),
        ("shift high", [2, 4, 5]),
        ("trend low", [6, 7, 8, 9, 10, 11, 12]),
        ("outside low", [13]),
    )


def test_a_low_month_is_not_a_fall() -> None:
    chart = spc.xmr(SATISFACTION, bounds=(0, 100))
    assert limits(chart)[:3] == pytest.approx((95.783, 93.607, 97.960), abs=6e-4)
    assert special(chart) == {}


def test_limits_are_drawn_within_what_is_possible_and_judged_without() -> None:
    chart = spc.xmr([98, 100, 97, 100, 99, 100], bounds=(0, 100))
    assert chart.lines[0].upper == pytest.approx(104.32)
    assert chart.drawn[0].upper == 100
    assert chart.drawn[0].lower == chart.lines[0].lower
    assert special(chart) == {}


def test_few_points_have_trial_limits_and_fewer_have_none() -> None:
    assert not spc.xmr(STAY[:4]).limited
    assert spc.xmr([1, 2, 3, 900]).flags == (None,) * 4
    assert (spc.xmr(STAY[:5]).limited, spc.xmr(STAY[:5]).trial) == (True, True)
    assert spc.xmr(STAY[:11]).trial
    assert not spc.xmr(STAY[:12]).trial


def test_a_gap_is_never_bridged() -> None:
    rising = [1.0, 2, 3, None, 4, 5, 6, 7]
    assert {flag.rule for flag in spc.xmr(rising).flags if flag} == {"outside"}
    chart = spc.xmr([5, 1, None, 1, 5, 1])
    assert chart.lines[0].upper == pytest.approx(2.6 + 2.66 * 4)
    assert chart.points[2] is None


def test_a_new_segment_has_its_own_limits() -> None:
    chart = spc.xmr([10, 11, 10, 11, 10, 11, 50, 51, 50, 51, 50, 51], rebase=[6])
    assert (chart.lines[0].centre, chart.lines[-1].centre) == (10.5, 50.5)
    assert special(chart) == {}
    assert chart.trial


def test_a_point_on_the_mean_breaks_a_run() -> None:
    assert special(spc.xmr([5, 6, 6, 6, 6, 6, 6, 1, 6, 1, 6, 5])) == {}
    assert special(spc.xmr([0.1] * 12)) == {}


def test_proportions_have_limits_at_their_own_denominators() -> None:
    chart = spc.proportions(WASHED, CHANCES)
    assert limits(chart, 0)[:3] == pytest.approx((73.478, 59.52, 87.44), abs=5e-3)
    assert chart.lines[11].upper == pytest.approx(86.22, abs=5e-3)
    assert special(chart) == {12: "outside high"}
    assert chart.sigma_z == pytest.approx(0.938, abs=5e-4)


def test_laney_s_limits_are_wider_by_the_spread() -> None:
    plain, wide = spc.proportions(WASHED, CHANCES), spc.proportions(WASHED, CHANCES, laney=True)
    a, b = plain.lines[0], wide.lines[0]
    assert (b.upper or 0) - b.centre == pytest.approx(((a.upper or 0) - a.centre) * 0.938, rel=1e-3)


def test_rates_have_limits_at_their_own_exposure() -> None:
    chart = spc.rates(FALLS, BED_DAYS)
    assert chart.lines[9].centre == pytest.approx(0.5925, abs=5e-5)
    assert chart.lines[9].upper == pytest.approx(1.573, abs=5e-4)
    assert chart.points[9] == pytest.approx(1.622, abs=5e-4)
    assert special(chart) == {10: "outside high"}
    assert all(line.lower == 0 for line in chart.drawn)


def test_a_month_without_exposure_is_a_gap() -> None:
    chart = spc.rates([*FALLS, 0], [*BED_DAYS, 0])
    assert chart.points[-1] is None
    assert chart.lines[0].centre == pytest.approx(0.5925, abs=5e-5)


def test_cases_between_rare_events() -> None:
    chart = spc.between_events([*OPERATIONS, 1350], baseline=11)
    assert chart.lines[0].centre == 130
    assert chart.lines[0].upper == pytest.approx(553.13, abs=5e-3)
    assert chart.lines[0].lower is None
    assert special(chart) == {12: "outside high"}
    assert spc.between_events([*OPERATIONS, 1350]).lines[0].upper == pytest.approx(957.17, abs=6e-3)


def test_time_between_rare_events() -> None:
    chart = spc.time_between(DAYS_BETWEEN)
    assert limits(chart)[:3] == pytest.approx((13.54, 0.0003, 149.86), abs=5e-3)
    assert chart.lines[0].lower == pytest.approx(0.0003, abs=5e-5)
    assert not [flag for flag in chart.flags if flag == Flag("outside", "high")]
    assert not [flag for flag in chart.flags if flag == Flag("outside", "low")]


@pytest.mark.parametrize(
    ("n", "longest", "crossings"),
    [(10, 6, 2), (12, 7, 3), (20, 7, 6), (24, 8, 8), (36, 8, 13)],
)
def test_what_chance_allows_in_runs(n: int, longest: int, crossings: int) -> None:
    assert (spc.longest_run(n), spc.fewest_crossings(n)) == (longest, crossings)


def test_runs_about_the_median() -> None:
    assert spc.runs_signal(OCCUPANCY)
    assert not spc.runs_signal(SATISFACTION)
    assert not spc.runs_signal([])
    assert not spc.runs_signal([3.0, 3.0, 3.0])


def test_departments_are_compared_within_their_own_limits() -> None:
    found = {"a": (30.0, 40.0), "b": (29.0, 40.0), "c": (5.0, 40.0), "d": (0.0, 0.0)}
    centre, peers = spc.funnel(found)
    assert centre == pytest.approx(64 / 120 * 100)
    assert {peer.department: peer.outside for peer in peers} == {"a": None, "b": None, "c": "low"}
    small = spc.funnel({"a": (1.0, 2.0), "b": (50.0, 100.0)})[1][0]
    assert (small.lower, small.upper) == (0, 100)
    assert spc.funnel({})[1] == []


def test_counts_have_limits_at_three_roots() -> None:
    chart = spc.counts([4, 9, 6, 5, 8, 7, 3, 6, None, 30])
    assert limits(chart)[:3] == pytest.approx((78 / 9, 78 / 9 - 8.832, 78 / 9 + 8.832), abs=1e-3)
    assert chart.drawn[0].lower == 0
    assert special(chart) == {10: "outside high"}


def test_laney_on_a_constant_exposure_is_xmr() -> None:
    """With the same exposure every month u′ has the limits of individual values."""
    counts = [float(n) for n in FALLS]
    wide = spc.rates(counts, [1.0] * 12, times=1, laney=True)
    for one, other in zip(wide.lines, spc.xmr(counts).lines, strict=True):
        assert (one.centre, one.upper) == pytest.approx((other.centre, other.upper), rel=1e-3)


def test_places_are_ranges_that_chance_allows() -> None:
    found = {"a": (90.0, 100.0), "b": (85.0, 100.0), "c": (20.0, 100.0), "d": (60.0, 100.0)}
    peers = spc.funnel(found)[1]
    assert spc.places(peers, "high") == {"a": (1, 2), "b": (1, 2), "d": (3, 3), "c": (4, 4)}
    assert spc.places(peers, "low") == {"c": (1, 1), "d": (2, 2), "a": (3, 4), "b": (3, 4)}
    alike = spc.funnel(dict.fromkeys("abc", (1.0, 3.0)))[1]
    assert set(spc.places(alike, "high").values()) == {(1, 3)}


series = st.lists(st.none() | st.integers(0, 60).map(float), max_size=30)


@given(series)
def test_any_series_makes_a_chart_as_long_as_itself(points: list[float | None]) -> None:
    chart = spc.xmr(points)
    assert len(chart.points) == len(chart.lines) == len(chart.flags) == len(points)
    assert all(flag is None for flag, x in zip(chart.flags, points, strict=True) if x is None)
    assert chart.limited or not any(chart.flags)
    spc.runs_signal(points)


@given(series)
def test_turning_a_series_over_turns_its_flags_over(points: list[float | None]) -> None:
    over = spc.xmr([None if x is None else -x for x in points])
    swap = {"high": "low", "low": "high"}
    assert [(f.rule, swap[f.side]) if f else None for f in over.flags] == [
        (f.rule, f.side) if f else None for f in spc.xmr(points).flags
    ]


@given(series, st.integers(-40, 40), st.sampled_from([0.001, 0.5, 3.0, 1000.0]))
def test_neither_unit_nor_zero_changes_what_is_special(
    points: list[float | None], shift: int, scale: float
) -> None:
    moved = spc.xmr([None if x is None else (x + shift) * scale for x in points])
    assert moved.flags == spc.xmr(points).flags


@given(series)
def test_a_gap_at_either_end_changes_nothing(points: list[float | None]) -> None:
    chart = spc.xmr(points)
    padded = spc.xmr([None, *points, None])
    assert padded.flags == (None, *chart.flags, None)
    assert not chart.limited or padded.lines[0] == chart.lines[0]


@given(st.floats(0, 1e6), st.integers(0, 40))
def test_a_series_that_never_moves_is_never_special(value: float, length: int) -> None:
    assert special(spc.xmr([value] * length)) == {}
    assert special(spc.counts([value] * length)) == {}
    assert spc.proposal(spc.xmr([value] * length)) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), min_size=1, max_size=20))
def test_a_month_without_a_denominator_is_as_good_as_absent(pairs: list[tuple[int, int]]) -> None:
    above, below = [d for d, _ in pairs], [d + n for d, n in pairs]
    plain = spc.proportions(above, below)
    padded = spc.proportions([*above, 0], [*below, 0])
    assert padded.flags[:-1] == plain.flags and padded.points[-1] is None
    assert padded.lines[:-1] == plain.lines or math.isnan(plain.lines[0].centre)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), min_size=1, max_size=12))
def test_the_order_of_departments_changes_no_place(pairs: list[tuple[int, int]]) -> None:
    found = {f"d{n}": (float(d), float(d + more)) for n, (d, more) in enumerate(pairs)}
    turned = dict(reversed(found.items()))
    one, other = spc.funnel(found)[1], spc.funnel(turned)[1]
    assert spc.places(one, "high") == spc.places(other, "high")
    for low, high in spc.places(one, "low").values():
        assert 1 <= low <= high <= len(found)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=20))
def test_any_counts_make_charts(pairs: list[tuple[int, int]]) -> None:
    numerators, denominators = [d for d, _ in pairs], [d + n for d, n in pairs]
    for chart in (
        spc.proportions(numerators, denominators),
        spc.rates(numerators, denominators, laney=True),
        spc.between_events(denominators),
        spc.time_between([n + 1 for n in denominators]),
    ):
        assert len(chart.drawn) == len(pairs)
        assert all(line.upper is None or not math.isnan(line.upper) for line in chart.lines)
