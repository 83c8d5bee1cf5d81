"""Points for departments: the rules of scoring tables, worked as their examples work them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.appraisal.facts import Counted, DepartmentFacts
from wardround.appraisal.score import Score, rank, score
from wardround.catalogue.model import Field, Register
from wardround.catalogue.scheme import Band, Condition, Line, Points, Scheme
from wardround.figure import Direction, Figure, Target, Unit
from wardround.period import Period
from wardround.text import Text, same

PERCENT = Unit(same("%"), times=100, decimals=1)
PLAIN = Unit(same(""), decimals=2)
CHOICES = {k: same(k) for k in ("a", "b", "c")}
CHARTS = Register(
    "chart",
    same("Charts"),
    "event",
    field={
        "grade": Field("grade", same("Grade"), "choice", choices=CHOICES),
        "days_late": Field("days_late", same("Days late"), "integer"),
        "proven": Field("proven", same("Proven"), "flag"),
    },
)
REGISTERS = {"chart": CHARTS}
LADDER = tuple(Band(s, c) for s, c in ((0, 0.8), (80, 0.9), (85, 0.95), (90, 1.0), (95, 1.05)))


def figure(
    value: float | None,
    target: str | None = None,
    direction: Direction = "up",
    **more: Any,
) -> Figure:
    """A figure with nothing behind it but its value, unless told more."""
    given_ = {"unit": PLAIN, "numerator": None, "denominator": None} | more
    return Figure(
        "x", "1", same("x"), "ward", same("Ward"), Period.parse("2026-03"),
        datetime(2026, 4, 5, tzinfo=UTC), value, direction=direction,
        target=Target.parse(target) if target else None, **given_,
    )  # fmt: skip


def share(k: int, n: int, target: str | None = None) -> Figure:
    return figure(100 * k / n, target, unit=PERCENT, numerator=k, denominator=n)


def rows(*values: dict[str, Any]) -> list[Counted]:
    return [Counted(f"r{i}", v) for i, v in enumerate(values)]


def worked(line: Line, measured: Any, *, full: float | None = None, **more: Any) -> Score:
    """The score under a scheme of this one line (and the rest of `full` earned elsewhere)."""
    scheme = Scheme("s", same("S"), "month", "clinical", (line,), full=full or line.weight)
    return score(scheme, DepartmentFacts("ward", {0: measured}, **more), REGISTERS)


def line(weight: float = 0, **more: Any) -> Line:
    counted = {} if "entries" in more else {"figure": "x"}
    return Line(same("line"), weight, **counted, **more)


UNDER_90 = Condition("occupancy", Target.parse("< 90"))


@pytest.mark.parametrize(
    ("occupancy", "steps", "points"), [(88, "whole", 4), (103, "whole", 5), (88, "started", 3)]
)
def test_steps_count_only_under_their_side_condition(
    occupancy: float, steps: Any, points: float
) -> None:
    rule = Points(1, each=10, beyond="target", steps=steps)
    got = worked(
        line(5, deduct=(rule,), only_if=UNDER_90, target=Target.parse("<= 0")),
        figure(15.0, direction="down"),
        sides={0: figure(occupancy)},
    )
    assert got.points == points


CAUSES = (Points(2, when="grade = 'b'"), Points(0.5, by="days_late"))


@pytest.mark.parametrize(
    ("charts", "cumulative", "points"), [(3, True, 11.5), (12, True, 0), (3, False, 14)]
)
def test_causes_add_up_down_to_nothing_unless_only_the_largest_counts(
    charts: int, cumulative: bool, points: float
) -> None:
    found = rows(*[{"grade": "b"}] * charts, {"grade": "a", "days_late": 5})
    got = worked(line(20, entries="chart", deduct=CAUSES, cumulative=cumulative), found)
    assert got.points == points
    assert got.lines[0].points_moved == points - 20


def test_a_deduction_stops_at_its_cap() -> None:
    got = worked(line(15, entries="chart", deduct=(Points(3, at_most=10),)), rows(*[{}] * 5))
    assert got.points == 5
    assert "最多 10" in got.lines[0].reason.zh


CONDUCT = (Points(0.5, when="grade = 'b'"), Points(10, when="proven"))


def test_a_veto_of_one_item_is_the_loss_of_its_whole_weight() -> None:
    other = line(90, target=Target.parse(">= 90"), share=True)
    scheme = Scheme(
        "s", same("S"), "month", "clinical",
        (other, line(10, entries="chart", deduct=CONDUCT)),
    )  # fmt: skip
    facts = {0: figure(86.7), 1: rows({"grade": "b"})}
    assert score(scheme, DepartmentFacts("w", facts), REGISTERS).points == 96.2
    facts[1] = rows({"grade": "b"}, {"proven": True})
    assert score(scheme, DepartmentFacts("w", facts), REGISTERS).points == 86.7


def test_a_veto_comes_after_the_bonus_and_takes_the_coefficient() -> None:
    scheme = Scheme(
        "s", same("S"), "month", "clinical",
        (line(100, share=True, target=Target.parse(">= 100")),
         line(entries="chart", bonus=(Points(3),), veto="proven")),
        band=LADDER,
    )  # fmt: skip
    proven = rows({"proven": True})
    got = score(scheme, DepartmentFacts("w", {0: figure(96.2), 1: proven}), REGISTERS)
    assert (got.points, got.coefficient, got.low, got.high) == (0, 0, 0, 0)
    assert got.vetoed is not None and "否决" in got.vetoed.zh
    unproven = rows({"proven": None})
    got = score(scheme, DepartmentFacts("w", {0: figure(96.2), 1: unproven}), REGISTERS)
    assert (got.points, got.coefficient) == (99.2, 1.05)


def test_bonuses_stop_at_their_cap() -> None:
    bonus = tuple(Points(p, when=f"grade = '{g}'") for p, g in ((0.5, "a"), (1, "b"), (2, "c")))
    scheme = Scheme(
        "s", same("S"), "month", "clinical",
        (line(100, share=True, target=Target.parse(">= 100")), line(entries="chart", bonus=bonus)),
    )  # fmt: skip
    good = rows(*[{"grade": g} for g in "aaabbcc"])
    got = score(scheme, DepartmentFacts("w", {0: figure(94.3), 1: good}), REGISTERS)
    assert got.points == 99.3
    assert any("7.5" in step.en and "5" in step.en for step in got.steps)


def test_what_an_appeal_gives_back_is_no_bonus_and_has_no_cap() -> None:
    back = replace(line(entries="chart", bonus=(Points(4),)), entries=None, cases="chart")
    scheme = Scheme(
        "s", same("S"), "month", "clinical",
        (line(100, share=True, target=Target.parse(">= 100")), back), appeals="chart",
        bonus_at_most=1,
    )  # fmt: skip
    facts = DepartmentFacts("w", {0: figure(90), 1: rows({"grade": "a"}, {"grade": "b"})})
    got = score(scheme, facts, REGISTERS)
    assert got.points == 98
    assert any("Given back on appeal: 8" in step.en for step in got.steps)


@pytest.mark.parametrize(
    ("value", "target", "direction", "more", "points"),
    [
        (483, ">= 520", "up", {"weight": 10, "top": 1.1}, 9.29),
        (600, ">= 520", "up", {"weight": 10, "top": 1.1}, 11.0),
        (600, ">= 520", "up", {"weight": 10}, 10.0),
        (33, "<= 30", "down", {"weight": 8, "zero_at": 40}, 5.6),
        (41, "<= 30", "down", {"weight": 8, "zero_at": 40}, 0),
    ],
)
def test_a_share_of_the_target_earns_its_share(
    value: float, target: str, direction: Direction, more: dict[str, Any], points: float
) -> None:
    assert worked(line(share=True, **more), figure(value, target, direction)).points == points


@pytest.mark.parametrize(
    ("value", "steps", "points"),
    [(95.4, "started", 3.5), (95.4, "part", 3.8), (103, "whole", 0), (88, "started", 5)],
)
def test_a_target_range_costs_for_every_step_outside(
    value: float, steps: Any, points: float
) -> None:
    rule = Points(0.5, each=1, beyond="target", steps=steps)
    assert worked(line(5, deduct=(rule,)), figure(value, "85..93", "range")).points == points


@pytest.mark.parametrize(("value", "points"), [(9, 8.91), (8, 8.73), (12, 10), (1, 6)])
def test_ranks_share_their_places(value: float, points: float) -> None:
    field = (12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    if value == 8:
        field = (12, 11, 10, 8, 8, 7, 6, 5, 4, 3, 2, 1)
    got = worked(line(10, spread=4), figure(value), peers={0: field})
    assert got.points == points


def test_too_few_departments_are_not_ranked() -> None:
    got = worked(line(10, spread=4), figure(5), peers={0: (5, 4, 3)})
    assert got.points is None
    assert got.not_applicable[0].reason.en.startswith("Fewer than 5")


def test_doing_better_than_last_year_earns_whole_steps() -> None:
    rule = Points(1, each=2, beyond="growth")
    assert worked(line(5, earn=(rule,)), figure(1.29, last_year=1.20)).points == 3
    assert worked(line(5, earn=(rule,)), figure(1.29)).points is None


def test_lines_that_do_not_apply_leave_the_sum_and_it_is_rescaled() -> None:
    scheme = Scheme(
        "s", same("S"), "month", "clinical",
        (line(88, share=True, target=Target.parse(">= 88")),
         line(12, applies_to="ward", target=Target.parse(">= 1"))),
    )  # fmt: skip
    laboratory = DepartmentFacts("lab", {0: figure(78), 1: figure(1)}, frozenset({"laboratory"}))
    got = score(scheme, laboratory, REGISTERS)
    assert got.points == 88.64
    assert [absent.number for absent in got.not_applicable] == [1]


@pytest.mark.parametrize(
    ("points", "ladder", "pay"), [(94.9, True, 80000), (95, True, 84000), (94.9, False, 83920)]
)
def test_a_ladder_jumps_where_a_line_climbs(points: float, ladder: bool, pay: float) -> None:
    bands = LADDER if ladder else (Band(0, 0.1), Band(100, 1.1))
    scheme = Scheme(
        "s", same("S"), "month", "clinical",
        (line(100, share=True, target=Target.parse(">= 100")),), band=bands, ladder=ladder,
    )  # fmt: skip
    got = score(scheme, DepartmentFacts("w", {0: figure(points)}), REGISTERS)
    assert got.coefficient is not None
    assert got.coefficient * 80000 == pytest.approx(pay)
    if points == 94.9 and ladder:
        assert "0.1 short" in got.steps[-1].en


def test_a_missed_target_earns_nothing_and_says_so() -> None:
    got = worked(line(10), share(94, 100, ">= 95"))
    assert got.points == 0
    assert got.lines[0].reason == Text(
        "94.0 %，目标 ≥ 95。未达标，不得分。", "94.0 %, target ≥ 95. Target missed: no points."
    )


def test_no_data_and_no_target_are_left_out_with_their_reason() -> None:
    why = Text("没有检查。", "Nobody looked.")
    assert worked(line(10), figure(None, ">= 95", why_none=why)).not_applicable[0].reason.en == (
        "Nobody looked. Left out."
    )
    assert "target" in worked(line(10), figure(95)).not_applicable[0].reason.en


def test_only_rows_that_count_are_kept_as_evidence() -> None:
    got = worked(
        line(10, entries="chart", where="grade = 'b'", deduct=(Points(1),)),
        rows({"grade": "a"}, {"grade": "b"}),
    )
    assert (got.lines[0].rows, got.lines[0].measured) == (("r1",), 1)


# -- chance -----------------------------------------------------------------------------------


def test_what_was_reported_anonymously_never_counts() -> None:
    found = worked(
        line(entries="chart", deduct=(Points(2),)),
        rows({"grade": "b", "recorded_by": "anonymous"}, {"grade": "b", "recorded_by": "alice"}),
    )
    assert found.lines[0].rows == ("r1",) and found.lines[0].beside == -2


def test_a_small_denominator_gives_a_wide_margin_and_a_note() -> None:
    rule = line(100, deduct=(Points(1, each=1, beyond="target", steps="part"),))
    few, many = worked(rule, share(9, 10, ">= 95")), worked(rule, share(900, 1000, ">= 95"))
    assert few.points == many.points == 95
    assert few.high - few.low > 5 * (many.high - many.low)
    assert "10" in few.lines[0].reason.en and "chance" in few.lines[0].reason.en


def department(name: str, k: int, n: int) -> Score:
    scheme = Scheme(
        "s", same("S"), "month", "clinical", (line(100, share=True, target=Target.parse(">= 100")),)
    )
    return score(scheme, DepartmentFacts(name, {0: share(k, n)}), REGISTERS)


def test_a_rank_is_a_range_and_only_real_differences_are_named() -> None:
    ranked = rank([department("good", 990, 1000), department("poor", 700, 1000),
                   department("small", 8, 10), department("middle", 870, 1000)])  # fmt: skip
    assert [r.department for r in ranked] == ["good", "middle", "small", "poor"]
    found = {r.department: (r.rank_low, r.rank_high, r.differs) for r in ranked}
    assert found["good"] == (1, 1, "above")
    assert found["poor"] == (3, 4, "below")
    assert found["small"] == (2, 4, None)


def test_the_margin_holds_the_score() -> None:
    got = department("w", 30, 40)
    assert got.points is not None
    assert got.low < got.points < got.high


# -- whatever is measured -----------------------------------------------------------------------

POINTS = st.builds(
    Points,
    points=st.floats(0.1, 20),
    each=st.floats(0.1, 10),
    at_most=st.none() | st.floats(0.5, 20),
    steps=st.sampled_from(("whole", "started", "part")),
)
RULES = st.one_of(
    st.builds(lambda p: {"deduct": (p,)}, POINTS),
    st.builds(lambda p: {"earn": (p,)}, POINTS),
    st.builds(lambda p: {"bonus": (p,)}, POINTS),
    st.just({}),
)
OF_FIGURE = st.builds(
    lambda rule, share_, w: line(w, share=share_ and not {"deduct", "earn"} & set(rule), **rule),
    RULES, st.booleans(), st.floats(1, 50),
)  # fmt: skip
OF_ROWS = st.builds(lambda rule, w: line(w, entries="chart", **rule), RULES, st.floats(0, 50))
FIGURES = st.builds(
    lambda k, more, target: share(k, k + more, target),
    st.integers(0, 500), st.integers(1, 500), st.sampled_from((">= 90", "<= 10", "40..60", None)),
)  # fmt: skip
ROWS = st.integers(0, 12).map(lambda n: rows(*[{"days_late": 1}] * n))
PAIRS = st.lists(st.tuples(OF_FIGURE, FIGURES) | st.tuples(OF_ROWS, ROWS), min_size=1, max_size=6)


def of(pairs: Any, leave_out: int | None = None) -> Score:
    lines = tuple(p[0] for p in pairs)
    scheme = Scheme("s", same("S"), "month", "clinical", lines, full=100, bonus_at_most=5)
    measured = {i: p[1] for i, p in enumerate(pairs) if i != leave_out}
    return score(scheme, DepartmentFacts("w", measured), REGISTERS)


@given(PAIRS)
def test_a_score_stays_between_nothing_and_full_with_bonus(pairs: Any) -> None:
    got = of(pairs)
    if got.points is not None:
        assert 0 <= got.low <= got.points <= got.high <= 105
    assert len(got.lines) + len(got.not_applicable) == len(pairs)


@given(PAIRS, st.floats(1, 50))
def test_a_line_that_does_not_apply_never_costs_anything(pairs: Any, weight: float) -> None:
    more = (line(weight), figure(None, ">= 1"))
    assert of([*pairs, more]).points == of(pairs).points


@given(PAIRS, st.floats(1, 50))
def test_to_be_left_out_is_never_worse_than_to_earn_nothing(pairs: Any, weight: float) -> None:
    missed = (line(weight), figure(0, ">= 1"))
    without, with_it = of(pairs).points, of([*pairs, missed]).points
    assert with_it is not None
    assert without is None or without >= with_it
