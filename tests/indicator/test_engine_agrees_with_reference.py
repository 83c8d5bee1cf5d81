"""Whatever is declared and whatever was recorded, the engine finds what plain Python finds."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.indicator.mart import TREE, catalogue, choices, field, indicator, register, write
from wardround.catalogue.model import Catalogue, Indicator, Ranking, Register
from wardround.indicator import reference
from wardround.indicator.engine import Engine
from wardround.period import Period

FIELDS = {
    "x": field("x", "decimal"),
    "y": field("y", "integer"),
    "kind": field("kind", "choice", choices=choices("home", "death")),
    "f": field("f", "flag"),
    "seen": field("seen", "datetime"),
    "sent_to": field("sent_to", "department"),
    "tags": field("tags", "multi", choices=choices("a", "b")),
}
ADDITIVE = {
    "count(*)": "",
    "count_if(f)": "f",
    "count_if(kind = 'death')": "kind",
    "sum(x)": "x",
    "sum_if(y, kind = 'home')": "y kind",
    "2 * sum(x) - count(*) / 4": "x",
    "count_if(contains(tags, 'a') or f)": "tags f",
    "count_if(seen >= '2024-02-01' and not f)": "seen f",
}
OTHER = {
    "median(x)": "x",
    "count(distinct kind)": "kind",
    "distinct_if(y, f)": "y f",
    "last(x)": "x",
    "last_if(y, f)": "y f",
    "median_if(x, kind = 'home')": "x kind",
    "min(y)": "y",
    "max(x * 2)": "x",
}
TOTALS = register(
    "monthly_totals", field("month", "date"), field("indicator", "text"),
    field("numerator", "decimal"), field("denominator", "decimal"), day="month",
)  # fmt: skip
PERIODS = [
    Period.parse(key)
    for key in (
        "2024-02", "2024-01", "2024-03", "2024-02-29", "2023-12-31", "2024H1", "2023H2", "2024Q1",
        "2024", "2024-01..2024-02", "2023-12..2024-01", "2021", "2030-01",
    )
]  # fmt: skip
DEPARTMENTS = [None, "ward_a", "medicine", "all", "nowhere"]
quarters = st.integers(-40, 40).map(lambda n: n / 4)
days = st.dates(date(2023, 12, 30), date(2024, 3, 2)).filter(lambda d: d.month != 1)
whose = st.sampled_from([None, "ward_a", "ward_b", "clinic", "medicine"])


@st.composite
def registers(draw: st.DrawFn, key: str) -> Register:
    fields = [f for f in FIELDS.values() if draw(st.booleans())]
    if draw(st.booleans()):
        return register(key, *fields)
    at = field("at", "datetime")
    return register(key, *fields, at, feed=True, id="at", day="at")


def fitting(words: dict[str, str], one: Register) -> list[str]:
    return [formula for formula, needs in words.items() if set(needs.split()) <= one.field.keys()]


@st.composite
def indicators(draw: st.DrawFn, key: str, made: list[Register]) -> Indicator:
    one, other = draw(st.sampled_from(made)), draw(st.sampled_from(made))
    more: dict[str, Any] = {"unit": draw(st.sampled_from(["times", "%"]))}
    if "seen" in one.field and draw(st.booleans()):
        more["day"] = "seen"
    if "sent_to" in one.field and draw(st.booleans()):
        more["department"] = "sent_to"
    words = fitting(ADDITIVE, one) * 2 + fitting(OTHER, one)
    shape = draw(st.sampled_from(["plain", "ratio", "across", "ranking"]))
    if shape == "ranking":
        by = draw(st.sampled_from([*(one.field.keys() & {"kind", "tags", "y"}), "department"]))
        more["ranking"] = Ranking(by, draw(st.sampled_from(words)), 2)
        return indicator(key, one.key, **more)
    if shape == "ratio":
        more["denominator"] = draw(st.sampled_from(words))
    if shape == "across":
        more |= {"denominator_register": other.key}
        more["denominator"] = draw(st.sampled_from(fitting(ADDITIVE, other)))
    return indicator(key, one.key, draw(st.sampled_from(words)), **more)


@st.composite
def rows(draw: st.DrawFn, one: Register) -> list[dict[str, Any]]:
    values: dict[str, st.SearchStrategy[Any]] = {
        "x": quarters,
        "y": st.integers(-3, 3).map(float),
        "kind": st.sampled_from(["home", "death"]),
        "f": st.booleans(),
        "seen": st.builds(_at, days, st.integers(0, 23)),
        "sent_to": whose,
        "tags": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
    }
    line = st.fixed_dictionaries({
        "department": whose,
        "when": st.none() | st.builds(_at, days, st.integers(0, 2)),
        **{key: st.none() | values[key] for key in one.field if key in values},
        **({} if one.feed else {"subject": st.sampled_from([None, "s1", "s2"])}),
    })  # fmt: skip
    found = draw(st.lists(line, max_size=8))
    found += [dict(row) for row in found if draw(st.booleans())]  # duplicates count
    for number, row in enumerate(found):
        when = row.pop("when")
        row |= {"row_id": f"r{number:02}", "day": when.date() if when else None}
        row["at" if one.feed else "occurred_at"] = when
    return found


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(hours=hour)


@st.composite
def totals(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What was entered by hand, for indicators that add up and for some that do not."""
    amounts = st.none() | st.integers(0, 9).map(float)
    line = st.fixed_dictionaries({
        "department": st.sampled_from(["ward_a", "clinic"]),
        "indicator": st.sampled_from(["i0", "i1", "i2", "i9"]),
        "day": st.sampled_from([date(2023, 12, 31), date(2024, 1, 15), date(2024, 2, 1)]),
        "recorded_at": st.builds(_at, days, st.integers(0, 23)),
        "numerator": amounts, "denominator": amounts,
    })  # fmt: skip
    found = draw(st.lists(line, max_size=6))
    return [row | {"row_id": f"t{number}", "month": row["day"]} for number, row in enumerate(found)]


@st.composite
def hospitals(draw: st.DrawFn) -> tuple[Catalogue, dict[str, list[dict[str, Any]]]]:
    made = [draw(registers(key)) for key in ("one", "two")]
    asked = [draw(indicators(f"i{number}", made)) for number in range(4)]
    recorded = {one.key: draw(rows(one)) for one in made}
    if draw(st.booleans()):
        made.append(TOTALS)
        recorded[TOTALS.key] = draw(totals())
    return catalogue(made, asked), recorded


@settings(max_examples=25)
@given(hospitals())
def test_the_engine_finds_what_plain_python_finds(
    hospital: tuple[Catalogue, dict[str, list[dict[str, Any]]]],
) -> None:
    declared, recorded = hospital
    asked = list(declared.indicators.values())
    with tempfile.TemporaryDirectory() as folder:
        mart, cube = Path(folder, "mart"), Path(folder, "cube")
        for key, found in recorded.items():
            write(mart, declared.registers[key], found)
        engine = Engine(declared, mart, cube, TREE)
        for department in DEPARTMENTS:
            many = engine.series_many(asked, department, PERIODS)
            for one in asked:
                assert many[one.key] == [
                    reference.value(one, declared, recorded, TREE, department, period)
                    for period in PERIODS
                ]
        for one in asked:
            for period in PERIODS[:6:2]:
                assert engine.by_department(one, period) == {
                    d: reference.value(one, declared, recorded, TREE, d, period) for d in TREE
                }
            for department in (None, "medicine"):
                _rows_give_the_value(engine, one, department, PERIODS[5])


def _rows_give_the_value(
    engine: Engine, one: Indicator, department: str | None, period: Period
) -> None:
    found, behind = (
        engine.value(one, department, period),
        list(engine.rows(one, department, period)),
    )
    formula = one.numerator or (one.ranking.value if one.ranking else "")
    if found.value is not None and formula in ADDITIVE:
        assert sum(row["numerator"] for row in behind) == found.numerator
    if found.value is not None and one.denominator in ADDITIVE:
        assert sum(row["denominator"] for row in behind) == found.denominator
    assert all(row["numerator"] or row["denominator"] for row in behind)
