"""What measuring means, case by case; each is asked of the engine and of the reference."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.indicator.mart import TREE, catalogue, choices, field, indicator, register, write
from wardround.catalogue.columns import columns
from wardround.catalogue.model import Catalogue, Indicator, Ranking, Register
from wardround.indicator import reference, sql
from wardround.indicator.cube import plan
from wardround.indicator.engine import Engine, connect
from wardround.indicator.values import Value, parts
from wardround.period import Period
from wardround.text import Text

FALL = register("fall", field("harm", "flag"), field("kind", "choice", choices=choices("a", "b")))
HAND = register("hand", field("washed", "integer"), field("chances", "integer"))
SHELF = register("shelf", field("left", "integer"), shape="stock")
BED_DAY = register("bed_day", field("day", "date"), field("beds", "integer"),
                   field("occupied", "integer"), feed=True, id="day", day="day")  # fmt: skip
STAY = register("stay", field("left_at", "datetime"), field("came_at", "datetime"),
                field("came_to", "department"), field("length", "integer"),
                field("patient", "text"), field("words", "multi", choices=choices("x", "y")),
                feed=True, id="patient", day="left_at")  # fmt: skip
REGISTERS = (FALL, HAND, SHELF, BED_DAY, STAY)

Rows = dict[str, list[dict[str, Any]]]
Ask = Callable[..., Value]


def row(register: Register, when: str, department: str | None, **values: Any) -> dict[str, Any]:
    """A row of a register; `when` is the moment that places it."""
    at = datetime.fromisoformat(when)
    place = register.day or "occurred_at"
    at_day = {"day": at.date()} if place == "day" else {place: at, "day": at.date()}
    return {"row_id": f"{register.key} {when} {department}", "department": department,
            **at_day, **values}  # fmt: skip


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The value that engine and reference agree on."""

    def both(
        one: Indicator, recorded: Rows, period: str, department: str | None = None, *also: Indicator
    ) -> Value:
        declared = catalogue(REGISTERS, [one, *also])
        for key, rows in recorded.items():
            write(tmp_path / "mart", declared.registers[key], rows)
        engine = Engine(declared, tmp_path / "mart", tmp_path / "cube", TREE)
        engine.refresh()
        asked = Period.parse(period)
        found = engine.value(one, department, asked)
        assert found == reference.value(one, declared, recorded, TREE, department, asked)
        if department in TREE:
            assert found == engine.by_department(one, asked)[department]
        return found

    return both


WASHING = indicator("washing", "hand", "sum(washed)", denominator="sum(chances)", unit="%")
WASHED: Rows = {
    "hand": [
        row(HAND, "2026-01-05T08:00", "ward_a", washed=9, chances=10),
        row(HAND, "2026-01-06T08:00", "ward_b", washed=10, chances=30),
        row(HAND, "2026-02-03T08:00", "ward_a", washed=5, chances=10),
        row(HAND, "2026-02-03T08:00", None, washed=0, chances=10),
        row(HAND, "2026-04-01T08:00", "clinic", washed=0, chances=0),
    ]
}


@pytest.mark.parametrize(
    ("department", "period", "value", "numerator", "denominator"),
    [
        ("ward_a", "2026-01", 90, 9, 10),
        ("medicine", "2026-01", 47.5, 19, 40),
        ("all", "2026Q1", 48, 24, 50),
        (None, "2026Q1", 40, 24, 60),
        (None, "2026-01-05", 90, 9, 10),
        (None, "2026-01..2026-02", 40, 24, 60),
    ],
)
def test_a_ratio_rolls_up_as_the_ratio_of_sums(
    ask: Ask, department: str | None, period: str, value: float, numerator: float,
    denominator: float,
) -> None:  # fmt: skip
    assert ask(WASHING, WASHED, period, department) == Value(value, numerator, denominator)


def test_nothing_over_nothing_is_no_value(ask: Ask) -> None:
    found = ask(WASHING, WASHED, "2026-04")
    assert (found.value, found.numerator, found.denominator) == (None, 0, 0)
    assert found.why_none == Text("分母为 0", "The denominator is 0")
    assert ask(WASHING, WASHED, "2026-03").why_none == found.why_none


@pytest.mark.parametrize("period", ["2025", "2026-05", "2025-12-31"])
def test_outside_the_data_there_is_no_value(ask: Ask, period: str) -> None:
    found = ask(WASHING, WASHED, period)
    assert found == Value(None, why_none=found.why_none)
    assert found.why_none == Text("“hand”在本期没有数据", '"hand" holds no data for the period')


FALLS = indicator("falls", "fall", "count(*)")
FELL: Rows = {
    "fall": [
        row(FALL, "2026-01-05T08:00", "ward_a", harm=True, kind="a"),
        row(FALL, "2026-03-05T08:00", "ward_b", harm=False, kind="b"),
    ]
}


def test_a_quiet_month_within_the_data_is_an_honest_nought(ask: Ask) -> None:
    assert ask(FALLS, FELL, "2026-02") == Value(0, 0)
    assert ask(FALLS, FELL, "2026-01", "ward_b") == Value(0, 0)


def test_a_quiet_month_is_nought_while_the_hospital_keeps_records(ask: Ask) -> None:
    assert ask(FALLS, FELL, "2026-04").value is None
    assert ask(FALLS, FELL | WASHED, "2026-04", None, WASHING) == Value(0, 0)
    assert ask(FALLS, FELL | WASHED, "2025-12", None, WASHING).value is None


def test_a_feed_speaks_only_of_the_days_it_has_brought(ask: Ask) -> None:
    discharges = indicator("discharges", "stay", "count(*)")
    left: Rows = {"stay": [row(STAY, "2026-03-05T08:00", "ward_a")]}
    assert ask(discharges, left | WASHED, "2026-04", None, WASHING).value is None
    assert ask(discharges, left | WASHED, "2026-03", None, WASHING) == Value(1, 1)


def test_numerator_and_denominator_may_come_from_two_registers(ask: Ask) -> None:
    rate = indicator("rate", "fall", "count_if(harm)", denominator="sum(occupied)",
                     denominator_register="bed_day", unit="per_1000")  # fmt: skip
    beds: Rows = {
        "bed_day": [
            row(BED_DAY, "2026-01-05", "ward_a", occupied=40),
            row(BED_DAY, "2026-02-05", "ward_b", occupied=10),
        ]
    }
    assert ask(rate, FELL | beds, "2026-01") == Value(25, 1, 40)
    assert ask(rate, FELL | beds, "2026-01", "ward_b").value is None
    assert ask(rate, FELL | beds, "2026-02") == Value(0, 0, 10)
    assert ask(rate, FELL | beds, "2026-03").why_none == Text(
        "“bed_day”在本期没有数据", '"bed_day" holds no data for the period'
    )


LEFT: Rows = {
    "stay": [
        row(STAY, "2026-01-03T10:00", "ward_a", length=2, patient="p", words=["x"],
            came_at=datetime(2025, 12, 31, 9), came_to="clinic"),
        row(STAY, "2026-01-04T10:00", "ward_a", length=4, patient="q", words=["x", "y"],
            came_at=datetime(2026, 1, 1, 9), came_to="ward_a"),
        row(STAY, "2026-02-05T10:00", "ward_b", length=30, patient="p", words=None,
            came_at=datetime(2026, 1, 1, 9), came_to="ward_b"),
        {"row_id": "in", "department": "ward_b", "day": None, "left_at": None, "length": None,
         "came_at": datetime(2026, 1, 2, 9), "came_to": "ward_b", "patient": "r", "words": []},
    ]
}  # fmt: skip


def test_a_median_is_worked_from_the_rows(ask: Ask) -> None:
    middle = indicator("middle", "stay", "median(length)")
    assert ask(middle, LEFT, "2026Q1") == Value(4, 4)
    assert ask(middle, LEFT, "2026-01") == Value(3, 3)
    none = ask(middle, LEFT, "2026-01", "clinic")
    assert none.value is None
    assert none.why_none == Text(
        "本期没有可计算的记录", "The period holds no record to work it from"
    )


def test_the_same_person_is_counted_once_over_the_whole_period(ask: Ask) -> None:
    people = indicator("people", "stay", "count(distinct patient)")
    assert ask(people, LEFT, "2026Q1") == Value(2, 2)
    assert ask(people, LEFT, "2026-02") == Value(1, 1)
    assert ask(people, LEFT, "2026-01", "clinic") == Value(0, 0)


def test_an_indicator_may_place_rows_by_its_own_day_and_department(ask: Ask) -> None:
    admitted = indicator("admitted", "stay", "count(*)", day="came_at", department="came_to")
    assert ask(admitted, LEFT, "2026-01") == Value(3, 3)  # one of them has not left
    assert ask(admitted, LEFT, "2025-12", "clinic") == Value(1, 1)
    assert ask(admitted, LEFT, "2026-01", "clinic") == Value(0, 0)


def test_last_is_what_each_department_and_subject_said_last(ask: Ask) -> None:
    balance = indicator("balance", "shelf", "last(left)")
    kept: Rows = {
        "shelf": [
            row(SHELF, "2026-01-05T08:00", "ward_a", subject="gloves", left=50),
            row(SHELF, "2026-01-05T16:00", "ward_a", subject="gloves", left=40),
            row(SHELF, "2026-01-02T08:00", "ward_a", subject="masks", left=7),
            row(SHELF, "2026-01-03T08:00", "ward_b", subject="gloves", left=100),
            row(SHELF, "2026-02-01T08:00", "ward_b", subject="gloves", left=None),
        ]
    }
    assert ask(balance, kept, "2026-01") == Value(147, 147)
    assert ask(balance, kept, "2026-01-01..2026-01-04", "ward_a") == Value(7, 7)
    assert ask(balance, kept, "2026-02").value is None
    beds = indicator("beds", "bed_day", "last(beds)")
    census: Rows = {
        "bed_day": [
            row(BED_DAY, "2026-01-05", "ward_a", beds=30),
            row(BED_DAY, "2026-01-06", "ward_a", beds=32),
            row(BED_DAY, "2026-01-06", "ward_a", beds=1),
            row(BED_DAY, "2026-01-02", "ward_b", beds=20),
        ]
    }
    assert ask(beds, census, "2026-01") == Value(53, 53)
    many = indicator("many", "bed_day", "last_if(beds, beds < 31)")
    assert ask(many, census, "2026-01") == Value(21, 21)


def test_a_ranking_lists_the_greatest_and_their_total(ask: Ask) -> None:
    words = indicator("words", "stay", ranking=Ranking("words", "count(*)", 1))
    assert ask(words, LEFT, "2026Q1").ranking == (("x", 2),)
    where = indicator("where", "stay", ranking=Ranking("department", "sum(length)"))
    found = ask(where, LEFT, "2026Q1")
    assert found.ranking == (("ward_b", 30), ("ward_a", 6))
    assert found.value == 36


def test_some_indicators_are_worked_for_the_hospital_only(ask: Ask) -> None:
    whole = replace(FALLS, hospital_only=True)
    assert ask(whole, FELL, "2026-01") == Value(1, 1)
    found = ask(whole, FELL, "2026-01", "ward_a")
    assert found.value is None
    assert found.why_none and "whole hospital" in found.why_none.en


# -- the cube and its files ------------------------------------------------------------------


@pytest.fixture
def declared() -> Catalogue:
    return catalogue(REGISTERS, [WASHING, FALLS])


@pytest.fixture
def engine(tmp_path: Path, declared: Catalogue) -> Engine:
    write(tmp_path / "mart", HAND, WASHED["hand"])
    return Engine(declared, tmp_path / "mart", tmp_path / "cube", TREE)


def whole_year(engine: Engine) -> float | None:
    return engine.value(WASHING, None, Period.parse("2026")).denominator


def test_only_what_changed_is_made_anew(engine: Engine, tmp_path: Path) -> None:
    first = engine.refresh()
    assert first.days_recomputed == 4
    assert first.measures == 4  # sums of washed and of chances, and rows of each register
    assert engine.refresh().days_recomputed == 0
    write(tmp_path / "mart", HAND, WASHED["hand"])
    assert engine.refresh().days_recomputed == 0  # written anew, and the same
    more = [row(HAND, "2026-02-10T08:00", "ward_a", washed=1, chances=40)]
    write(tmp_path / "mart", HAND, [*WASHED["hand"][2:4], *more])
    assert whole_year(engine) == 60
    assert engine.refresh({"hand": {"2026-02"}}).days_recomputed == 2
    assert whole_year(engine) == 100
    assert not list(tmp_path.rglob("*.new"))


def test_a_month_that_goes_takes_its_cells_along(engine: Engine, tmp_path: Path) -> None:
    engine.refresh()
    (tmp_path / "mart" / "hand" / "2026-01.parquet").unlink()
    engine.refresh()
    assert whole_year(engine) == 20


def test_files_left_behind_go_in_time(engine: Engine, tmp_path: Path) -> None:
    engine.refresh()
    for chances in range(20):
        late = row(HAND, "2026-02-03T08:00", "ward_a", washed=1, chances=chances)
        write(tmp_path / "mart", HAND, [late])
        engine.refresh()
    assert len(list((tmp_path / "cube" / "hand").glob("2026-02.*.parquet"))) == 2 * (1 + 3)


def test_other_formulas_make_another_cube(engine: Engine, tmp_path: Path) -> None:
    engine.refresh()
    other = replace(WASHING, denominator="sum(chances) + count(*)")
    now = Engine(catalogue(REGISTERS, [other]), tmp_path / "mart", tmp_path / "cube", TREE)
    assert now.value(other, None, Period.parse("2026")).denominator == 65


def test_a_damaged_state_is_made_anew(engine: Engine, tmp_path: Path) -> None:
    engine.refresh()
    (tmp_path / "cube" / "hand" / "cube.json").write_text("{")
    assert whole_year(engine) == 60


def test_a_field_declared_later_is_null_before(tmp_path: Path) -> None:
    mart = tmp_path / "mart"
    write(mart, HAND, WASHED["hand"][:2], without=["chances"])
    engine = Engine(catalogue(REGISTERS, [WASHING]), mart, tmp_path / "cube", TREE)
    assert engine.value(WASHING, None, Period.parse("2026-01")).denominator == 0
    write(mart, HAND, WASHED["hand"][2:])
    engine.refresh()
    assert engine.value(WASHING, None, Period.parse("2026")) == Value(120, 24, 20)
    assert len(list(engine.rows(WASHING, None, Period.parse("2026")))) == 4


def test_what_another_process_has_measured_is_seen(
    engine: Engine, declared: Catalogue, tmp_path: Path
) -> None:
    assert whole_year(engine) == 60
    write(tmp_path / "mart", HAND, [row(HAND, "2026-06-01T08:00", "ward_a", washed=1, chances=1)])
    Engine(declared, tmp_path / "mart", tmp_path / "cube", TREE).refresh()
    assert whole_year(engine) == 61


def test_a_scorecard_of_sums_reads_no_rows(engine: Engine, tmp_path: Path) -> None:
    engine.refresh()
    for rows in (tmp_path / "cube").rglob("*.rows.parquet"):
        rows.unlink()
    months = [Period.parse(f"2026-{month:02d}") for month in range(1, 5)]
    found = engine.series_many([WASHING], "medicine", months)["washing"]
    assert [v.denominator for v in found] == [40, 10, 0, 0]


@pytest.mark.parametrize(
    ("period", "denominator"),
    [("2026-01-06..2026-02", 50), ("2026-01..2026-02-02", 40), ("2026-01-06..2026-04-01", 50),
     ("2026-01-05..2026-01-06", 40), ("2025-12-31..2026-01-05", 10)],
)  # fmt: skip
def test_months_and_the_days_around_them_add_up(
    engine: Engine, period: str, denominator: float
) -> None:
    asked = Period.parse(period)
    assert engine.value(WASHING, None, asked).denominator == denominator
    assert engine.by_department(WASHING, asked)["all"].denominator == min(denominator, 40)


def test_years_count_whole_or_month_by_month(tmp_path: Path) -> None:
    """A year's totals stand for it only where no other period wants a part of the year."""
    days = [f"{year}-{month:02d}-05T08:00" for year in (2025, 2026) for month in (1, 6, 7)]
    chances = {day: 10.0**at for at, day in enumerate(days)}
    rows = [row(HAND, day, "ward_a", washed=1, chances=n) for day, n in chances.items()]
    write(tmp_path / "mart", HAND, rows)
    engine = Engine(catalogue([HAND], [WASHING]), tmp_path / "mart", tmp_path / "cube", TREE)
    for asked in (["2025"], ["2026", "2025"], ["2025", "2025H1"], ["2025-01..2027-01", "2026"]):
        found = engine.levels([WASHING], periods := [Period.parse(one) for one in asked])
        assert [value.denominator for value in found["washing"]["medicine"]] == [
            sum(n for day, n in chances.items() if p.start <= date.fromisoformat(day[:10]) < p.end)
            for p in periods
        ]


def test_adding_up_by_choices_first_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many rows a day are added up by what one choice says, then another, and then by day."""
    spot = field("spot", "choice", choices=choices("x", "y"))
    fall = replace(FALL, field={**FALL.field, "spot": spot})
    formulas = ("count(*)", "count_if(kind = 'a')", "count_if(kind = 'b' and harm)",
                "count_if(kind = 'a' or harm)", "count_if(not (kind = 'a'))",
                "count_if(spot = 'x')", "count_if(spot = 'x' and kind = 'a')")  # fmt: skip
    asked = [indicator(f"i{at}", "fall", text) for at, text in enumerate(formulas)]
    declared = catalogue([fall], asked)
    said = [("a", True), ("b", True), ("b", None), (None, True), ("a", None), (None, None)]
    rows = [row(fall, "2026-01-05T08:00", "ward_a", kind=kind, harm=harm, spot=place)
            for kind, harm in said for place in ("x", None)]  # fmt: skip
    write(tmp_path / "mart", fall, rows)
    ((source, atoms),) = plan(declared).items()
    kinds = columns(fall)
    files = sql.files((tmp_path / "mart" / "fall").glob("*.parquet"))
    present = ["day", "department", "occurred_at", *(wanted := ["kind", "harm", "spot"])]
    placed = sql.placed(source, fall, wanted, present, files, f"0 as {sql.PART}, ")
    plain, crowded = (sql.cells(placed, atoms, kinds, crowd) for crowd in (0, 1000))
    monkeypatch.setattr(sql, "_ASKED", 1)
    apart = sql.cells(placed, atoms, kinds, 1000)
    assert [query.count("read_parquet") for query in (plain, crowded, apart)] == [1, 1, 2]
    assert "group by" in crowded and plain != crowded
    for other in (crowded, apart):
        assert duckdb.sql(plain).fetchall() == duckdb.sql(other).fetchall()
    sums = dict(zip((atom.key for atom in atoms.values()), duckdb.sql(plain).fetchall()[0][3:],
                    strict=True))  # fmt: skip
    for one in asked:
        part, _ = parts(one, declared)
        expected = sum(part.aggregate.contribution(r) for r in rows)
        assert sum(f * sums[atom.key] for f, atom in part.aggregate.terms) == expected


def test_no_mart_at_all_is_no_data(declared: Catalogue, tmp_path: Path) -> None:
    engine = Engine(declared, tmp_path / "nowhere", tmp_path / "cube", TREE)
    assert engine.refresh().days_recomputed == 0
    assert engine.value(FALLS, None, Period.parse("2026")).value is None
    assert list(engine.rows(FALLS, None, Period.parse("2026"))) == []


def test_threads_may_ask_while_the_cube_is_made(engine: Engine, tmp_path: Path) -> None:
    found: list[float | None] = []
    middle = indicator("middle", "hand", "median(washed)")

    def asking() -> None:
        for _ in range(5):
            found.append(whole_year(engine))
            assert engine.value(middle, None, Period.parse("2026")).value is not None

    threads = [threading.Thread(target=asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    for late in (WASHED["hand"][:1], WASHED["hand"][:2], WASHED["hand"][1::-1]):
        write(tmp_path / "mart", HAND, [{**row, "chances": 40 / len(late)} for row in late])
        engine.refresh({"hand": {"2026-01"}})
    for thread in threads:
        thread.join()
    assert found == [60] * 20


def test_the_connection_reaches_nothing_else(tmp_path: Path) -> None:
    db = connect(tmp_path)
    for query in ("select * from read_text('/etc/hostname')", "set threads = 8", "install httpfs"):
        with pytest.raises(duckdb.Error):
            db.execute(query)


# -- the rows behind a figure ----------------------------------------------------------------


def test_rows_say_what_each_adds(engine: Engine) -> None:
    found = list(engine.rows(WASHING, "medicine", Period.parse("2026-01")))
    assert found == [
        {"register": "hand", "row_id": "hand 2026-01-05T08:00 ward_a", "department": "ward_a",
         "day": date(2026, 1, 5), "washed": 9, "chances": 10, "numerator": 9, "denominator": 10},
        {"register": "hand", "row_id": "hand 2026-01-06T08:00 ward_b", "department": "ward_b",
         "day": date(2026, 1, 6), "washed": 10, "chances": 30, "numerator": 10,
         "denominator": 30},
    ]  # fmt: skip


def test_rows_that_add_nothing_are_left_out(tmp_path: Path) -> None:
    harmed = indicator("harmed", "fall", "count_if(harm)")
    write(tmp_path / "mart", FALL, FELL["fall"])
    engine = Engine(catalogue([FALL], [harmed]), tmp_path / "mart", tmp_path / "cube", TREE)
    (only,) = engine.rows(harmed, None, Period.parse("2026"))
    assert (only["harm"], only["numerator"], only["denominator"]) == (True, 1, None)


def test_rows_of_two_registers_are_told_apart(tmp_path: Path) -> None:
    rate = indicator("rate", "fall", "count(*)", denominator="sum(occupied)",
                     denominator_register="bed_day", unit="per_1000")  # fmt: skip
    write(tmp_path / "mart", FALL, FELL["fall"])
    write(tmp_path / "mart", BED_DAY, [row(BED_DAY, "2026-01-05", "ward_a", occupied=40)])
    engine = Engine(catalogue(REGISTERS, [rate]), tmp_path / "mart", tmp_path / "cube", TREE)
    found = [
        (r["register"], r["numerator"], r["denominator"])
        for r in engine.rows(rate, None, Period.parse("2026"))
    ]
    assert found == [("fall", 1, 0), ("fall", 1, 0), ("bed_day", 0, 40)]
    assert all(isinstance(x, float) for _, *adds in found for x in adds)


def test_rows_of_a_median_show_what_was_seen(tmp_path: Path) -> None:
    middle = indicator("middle", "stay", "median(length)")
    write(tmp_path / "mart", STAY, LEFT["stay"])
    engine = Engine(catalogue([STAY], [middle]), tmp_path / "mart", tmp_path / "cube", TREE)
    found = list(engine.rows(middle, None, Period.parse("2026")))
    assert [r["looked_at"] for r in found] == [2, 4, 30]
    assert sum(r["numerator"] for r in found) == 3


def test_many_indicators_are_read_together(engine: Engine) -> None:
    months = [Period.parse(f"2026-0{month}") for month in (1, 2, 3)]
    found = engine.series_many([WASHING, FALLS], "ward_a", months)
    assert [value.value for value in found["washing"]] == [90, 50, None]
    assert found["falls"] == engine.series(FALLS, "ward_a", months)
