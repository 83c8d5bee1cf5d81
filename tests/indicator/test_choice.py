"""Which chart a series gets: by its declaration, then by its data, and never silently otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indicator.test_spc import BED_DAYS, CHANCES, FALLS, OCCUPANCY, WASHED, special
from wardround.catalogue.load import load
from wardround.catalogue.model import Catalogue
from wardround.figure import Charting, ChartKind
from wardround.indicator import judge, spc
from wardround.indicator.spc import Happening
from wardround.text import Text


class Month(NamedTuple):
    """A value with its sums."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None


def months(above: list[int], below: list[int] | None = None) -> list[Month]:
    if below is None:
        return [Month(n, n) for n in above]
    return [Month(d / n if n else None, d, n) for d, n in zip(above, below, strict=True)]


@cache
def catalogue() -> Catalogue:
    return load()


@pytest.mark.parametrize(
    ("key", "kind", "rare"),
    [
        ("hand_hygiene", "p", "g"),  # counts seen, of counts seen
        ("csection_rate", "p", "g"),  # rows of rows
        ("hai_incidence", "p", "t"),  # a share, but the two do not stand in one order
        ("fall_rate", "u", "t"),  # events against bed-days
        ("complaints", "c", "t"),  # events
        ("alos", "xmr", "t"),  # a mean
        ("drug_share", "xmr", "t"),  # money
        ("wait_median", "xmr", "t"),  # a median
        ("license_rate", "xmr", "t"),  # a level
        ("nursing_score", "xmr", "t"),  # points
    ],
)
def test_the_declaration_speaks_for_a_chart(key: str, kind: ChartKind, rare: ChartKind) -> None:
    how = spc.charting(catalogue().indicators[key], catalogue())
    assert (how.kind, how.rare, how.declared) == (kind, rare, False)


def test_ordinary_counts_keep_their_chart() -> None:
    assert spc.charted(months(WASHED, CHANCES), Charting("p")).kind == "p"
    assert spc.charted(months(FALLS, BED_DAYS), Charting("u")).kind == "u"
    assert spc.charted(months(FALLS), Charting("c")).kind == "c"


def test_big_counts_that_scatter_widen_their_limits() -> None:
    above = [5100, 5600, 4900, 5700, 5000, 5500, 4800, 5800, 5200, 5600, 4900, 5700]
    shares = spc.charted(months(above, [9000] * 12), Charting("p"), times=100)
    assert shares.kind == "p'" and (shares.sigma_z or 0) > 2
    assert spc.charted(months(above, [9000] * 12), Charting("u")).kind == "u'"
    plain = spc.charted(months(above), Charting("c"))
    assert plain.kind == "xmr" and (plain.sigma_z or 0) > 2
    assert plain.lines == spc.xmr(above).lines
    assert "偶然误差" in judge.chosen(plain, Charting("c")).zh


def test_one_wild_month_among_few_events_is_a_signal_and_no_scatter() -> None:
    chart = spc.charted(months(FALLS, BED_DAYS), Charting("u"), times=1000)
    assert (chart.sigma_z or 0) > spc.SPREAD
    assert special(chart) == {10: "outside high"}


def test_a_share_that_exceeds_its_whole_is_no_share() -> None:
    full = months([95, 104, 98, 97, 99], [100] * 5)
    assert spc.charted(full, Charting("p")).kind == "xmr"


@pytest.mark.parametrize("above", [[0] * 12, [20] * 12])
def test_what_never_happens_or_always_has_nothing_to_vary(above: list[int]) -> None:
    chart = spc.charted(months(above, [20] * 12), Charting("p"), times=100)
    assert (chart.kind, chart.rare, special(chart)) == ("xmr", None, {})


def test_rare_events_show_bursts_by_month_and_nothing_else() -> None:
    quiet = [0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5]
    chart = spc.charted(months(quiet), Charting("c"))
    assert (chart.kind, chart.rare) == ("c", "t")
    assert special(chart) == {18: "outside high"}
    calm = spc.charted(months([*quiet[:-1], 0]), Charting("c"))
    assert special(calm) == {}
    assert "两例之间的间隔" in judge.sentence(Text("跌倒", "Falls"), calm, "down", None).zh


def test_the_rarer_outcome_is_the_event() -> None:
    """Ten readings a month, nearly all good: the bad ones are what is rare."""
    good = [10, 9, 10, 10, 10, 9, 10, 10, 10, 10, 10, 9, 10, 6]
    chart = spc.charted(months(good, [10] * 14), Charting("p", rare="g"), times=100)
    assert (chart.kind, chart.rare, chart.complement) == ("p", "g", True)
    assert special(chart) == {14: "outside low"}


@pytest.mark.parametrize("kind", ["xmr", "p", "u", "p'", "u'"])
def test_a_declared_kind_is_never_changed(kind: ChartKind) -> None:
    how = Charting(kind, declared=True)
    for series in (months([0, 0, 1, 0, 0, 0], [9] * 6), months([900, 100] * 6, [1000] * 12)):
        chart = spc.charted(series, how)
        assert (chart.kind, chart.rare) == (kind, None)
    assert "声明" in judge.chosen(chart, how).zh


def test_declared_gaps_are_told_whatever_the_months_say() -> None:
    how = Charting("c", declared=True, rare="t", always=True)
    assert spc.charted(months(WASHED), how).rare == "t"


def test_too_few_months_have_no_limits_whatever_their_kind() -> None:
    for kind in ("xmr", "p", "u", "c"):
        chart = spc.charted(months([3, 4, 5, 900], [1000] * 4), Charting(kind))
        assert not chart.limited and special(chart) == {}
        assert "不足 5 期" in judge.sentence(Text("甲", "A"), chart, "up", None).zh


# -- stretches between events ----------------------------------------------------------------------

START = datetime(2025, 1, 1, 8, 30)


def days_apart(*gaps: int) -> list[Happening]:
    found, at = [Happening(START, 1, 1, 0)], START
    for gap in gaps:
        at += timedelta(days=gap)
        found.append(Happening(at, 1, 1, found[-1].before + 20 * gap))
    return found


def test_days_between_events() -> None:
    found = spc.gaps(days_apart(12, 30, 7, 19, 41, 3), "t")
    assert found.chart.points == pytest.approx((12, 30, 7, 19, 41, 3))
    assert found.ends[0] == START + timedelta(days=12)
    assert found.chart.turned and found.chart.gaps


def test_two_events_on_one_known_day_share_it() -> None:
    midnight = datetime(2025, 1, 1)
    both = [Happening(midnight, 1, 0, 0), Happening(midnight + timedelta(days=3), 2, 0, 0)]
    first, second = spc.gaps(both, "t").chart.points
    assert (first, second) == pytest.approx((3 - 1 / 6, 1 / 3))


def test_opportunities_between_events_are_those_without_one() -> None:
    found = spc.gaps([Happening(START, 1, 1, 4), Happening(START, 1, 1, 9)], "g")
    assert found.chart.points == (4,)
    same = spc.gaps([Happening(START, 2, 2, 0)], "g")
    assert same.chart.points == (0,)


def test_few_events_have_no_limits_and_say_so() -> None:
    for found in (days_apart(3, 4), days_apart(), []):
        chart = spc.gaps(found, "t").chart
        assert not chart.limited
        said = judge.sentence(Text("跌倒", "Falls"), chart, "down", None)
        assert "次间隔，不足 5 次" in said.zh


def test_longer_between_what_should_fall_is_better() -> None:
    chart = spc.gaps(days_apart(10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11, 900), "t").chart
    assert judge.variation(chart, "down").change == "improving"
    assert judge.variation(chart, "up").change == "concerning"
    assert judge.assurance(chart, None, "down") is None
    other = spc.gaps(days_apart(10, 12, 9, 11, 10, 12, 9, 900), "t", complement=True).chart
    assert judge.variation(other, "up").change == "improving"


def test_a_new_baseline_starts_with_the_first_gap_that_ends_after_it() -> None:
    found = days_apart(*[10, 12] * 4, *[60, 70] * 4)
    chart = spc.gaps(found, "t", rebase=[found[9].at]).chart
    assert chart.steps == (8,)
    assert chart.lines[0].centre < 15 < 55 < chart.lines[-1].centre


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=12), st.booleans())
def test_any_events_make_a_chart(hours: list[int], whole_days: bool) -> None:
    start = datetime(2025, 1, 1)
    step = timedelta(days=1) if whole_days else timedelta(minutes=7)
    moments = sorted({start + step * n for n in hours})
    found = [Happening(at, 1 + n % 2, 3, 5.0 * n) for n, at in enumerate(moments)]
    for kind in ("g", "t"):
        chart = spc.gaps(found, kind).chart
        assert len(chart.points) == sum(1 + n % 2 for n in range(len(moments))) - 1
        assert all(x is not None and (x > 0 if kind == "t" else x >= 0) for x in chart.points)


# -- new baselines ---------------------------------------------------------------------------------


def test_a_long_shift_is_proposed_and_never_set() -> None:
    chart = spc.xmr(OCCUPANCY, baseline=12)
    found = spc.proposal(chart)
    assert found and (found.place, found.points, found.side) == (11, 9, "high")
    assert chart.steps == ()
    said = judge.proposed(found, Text("2025年10月", "October 2025"))
    assert "连续 9 期都高于中心线" in said.zh and "不会自行重设" in said.zh
    assert "Since October 2025 all 9 values lie above the centre" in said.en


@pytest.mark.parametrize(
    "points",
    [OCCUPANCY[:11], [5.0] * 12, OCCUPANCY[:19], [*OCCUPANCY, None], [1.0, 2] * 10],
)
def test_a_short_or_broken_shift_proposes_nothing(points: list[float | None]) -> None:
    assert spc.proposal(spc.xmr(points)) is None


def test_a_declared_baseline_begins_a_segment_of_every_chart() -> None:
    how = [
        (Charting(kind), spc.charted(months(WASHED * 2, CHANCES * 2), Charting(kind), rebase=[12]))
        for kind in ("xmr", "p", "u", "c")
    ]
    for _, chart in how:
        assert chart.steps == (12,)
        half = spc.charted(months(WASHED, CHANCES), Charting(chart.kind, declared=True))
        assert chart.lines[12:] == half.lines
    assert spc.xmr([1.0, 2, 3], rebase=[0, 3, 9]).steps == ()
