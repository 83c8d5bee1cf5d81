"""Formulas: what they mean on a row, what they refuse, and that the database agrees."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.formula import Aggregate, Kind, Name, Row
from wardround.text import Refused

NAMES = {
    "a": Name("number"),
    "b": Name("number"),
    "order": Name("number"),
    "word": Name("text"),
    "kind": Name("text", frozenset({"home", "death"})),
    "f": Name("flag"),
    "g": Name("flag"),
    "d": Name("date"),
    "m": Name("datetime"),
    "n": Name("datetime"),
    "l": Name("list"),
}
SQL_TYPES: dict[Kind, str] = {
    "number": "DOUBLE", "text": "VARCHAR", "flag": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP", "list": "VARCHAR[]",
}  # fmt: skip

# -- the meaning, said by example ------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "row", "value"),
    [
        ("a < 2 or a > 8", {"a": 9}, True),
        ("a < 2 or a > 8", {"a": 2}, False),
        ("a < 2 or a > 8", {}, None),
        ("a < 2 or f", {"f": True}, True),
        ("a < 2 and f", {"f": False}, False),
        ("not (a between 5 and b)", {"a": 1}, True),
        ("a in (1, b)", {"a": 1}, True),
        ("a in (1, b)", {"a": 2}, None),
        ("a not in (1, 2)", {"a": 3}, True),
        ("a / b", {"a": 1, "b": 0}, None),
        ("a - b - 1", {"a": 5, "b": 3}, 1),
        ("-a + abs(b)", {"a": 5, "b": -3}, -2),
        ("least(a, b)", {"a": 5}, 5),
        ("greatest(a, b, 7)", {"a": 5, "b": 3}, 7),
        ("coalesce(a, b, 1)", {"b": 4}, 4),
        ("a is null", {}, True),
        ("f is true", {}, False),
        ("f is not true", {}, True),
        ("f is false", {"f": False}, True),
        ("kind = 'death'", {"kind": "death"}, True),
        ("contains(l, 'x')", {"l": ["y", "x"]}, True),
        ("contains(l, 'x')", {"l": []}, False),
        ("minutes(m, n)", {"m": datetime(2026, 1, 1, 8), "n": datetime(2026, 1, 1, 10)}, 120),
        ("hours(m, n)", {"m": datetime(2026, 1, 1, 8), "n": datetime(2026, 1, 1, 6, 30)}, -1.5),
        ("days(m, n)", {"m": datetime(2026, 1, 1, 23), "n": datetime(2026, 1, 2, 1)}, 1),
        ("hours(d, m)", {"d": date(2026, 1, 1), "m": datetime(2026, 1, 1, 8)}, 8),
        ("d < m", {"d": date(2026, 1, 1), "m": datetime(2026, 1, 1, 0, 1)}, True),
        ("d >= '2026-01-01'", {"d": date(2026, 1, 1)}, True),
        ("m < '2026-01-01 08:30:00'", {"m": datetime(2026, 1, 1, 8)}, True),
    ],
)
def test_a_condition_means_on_a_row(formula: str, row: dict[str, Any], value: object) -> None:
    assert Row.parse(formula, NAMES).evaluate(row) == value


def test_unknown_is_not_met() -> None:
    assert not Row.parse("a < 2", NAMES).holds({})
    assert not Row.parse("not (a < 2)", NAMES).holds({})


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("temprature < 2", 'There is no field "temprature". There are: a, b'),
        ("other.a < 2", 'no field "other.a"'),
        ("kind = 'transfer'", '"kind" has no choice "transfer". There are: death, home'),
        ("kind in ('home', 'gone')", 'no choice "gone"'),
        ("a = 'x'", "\"a\" cannot be compared with 'x'"),
        ("word > 3", '"word" cannot be compared with 3'),
        ("f = 1", '"f" cannot be compared with 1'),
        ("1 < a < 3", "cannot be compared"),
        ("l = 'x'", '"l" cannot be compared'),
        ("d > '2026-02-30'", "cannot be compared with '2026-02-30'"),
        ("coalesce(d, m)", "cannot be compared"),
        ("a + word > 1", '"word" is not a number'),
        ("abs(f) > 1", '"f" is not a number'),
        ("a and f", '"a" is not true or false'),
        ("contains(word, 'x')", '"word" is not a list'),
        ("days(d, a) > 3", '"a" is not a date or time'),
        ("a is 3", "may not be used"),
        ("word || 'x' = 'yx'", "may not be used"),
        ("word like 'x%'", "may not be used"),
        ("a in (select 1)", "may not be used"),
        ("read_text('/etc/passwd') = 'x'", "may not be used"),
        ("exists (select 1)", "may not be used"),
        ("a <", "cannot be read"),
        ("a < 2; drop table x", "cannot be read"),
    ],
)
def test_a_wrong_condition_is_refused_by_name(formula: str, says: str) -> None:
    with pytest.raises(Refused, match=r"(?s).+") as refused:
        Row.parse(formula, NAMES)
    assert says in refused.value.say("en")
    assert all(fault.why.zh for fault in refused.value.faults)


def test_all_wrong_words_are_named_together() -> None:
    with pytest.raises(Refused) as refused:
        Row.parse("x < 2 or y > 3", NAMES)
    assert len(refused.value.faults) == 2


# -- aggregates ------------------------------------------------------------------------------

ROWS: list[dict[str, Any]] = [
    {"a": 1.0, "b": 10.0, "f": True, "kind": "home"},
    {"a": 2.0, "b": None, "f": True, "kind": "death"},
    {"a": None, "b": 30.0, "f": False, "kind": "home"},
    {"a": 4.0, "b": 40.0, "f": None, "kind": None},
]


@pytest.mark.parametrize(
    ("formula", "total"),
    [
        ("count(*)", 4),
        ("count_if(f)", 2),
        ("count_if(not f)", 1),
        ("count_if(kind = 'home')", 2),
        ("sum(a)", 7),
        ("sum(f)", 2),
        ("sum_if(b, kind = 'home')", 40),
        ("2 * sum(a) - count_if(f) / 4", 13.5),
        ("-(sum(a) - sum(b))", 73),
        ("sum(a * b)", 170),
    ],
)
def test_an_additive_measure_is_the_sum_of_what_rows_add(formula: str, total: float) -> None:
    aggregate = Aggregate.parse(formula, NAMES)
    assert aggregate.additive
    assert sum(aggregate.contribution(row) for row in ROWS) == total


@pytest.mark.parametrize(
    ("formula", "looked_at"),
    [
        ("median(a)", [1, 1, 0, 1]),
        ("count(distinct kind)", [1, 1, 1, 0]),
        ("distinct_if(kind, f)", [1, 1, 0, 0]),
        ("last(b)", [1, 0, 1, 1]),
        ("last_if(b, f)", [1, 0, 0, 0]),
        ("median_if(a, f)", [1, 1, 0, 0]),
        ("min(b)", [1, 0, 1, 1]),
        ("max(b)", [1, 0, 1, 1]),
    ],
)
def test_another_measure_looks_at_some_rows(formula: str, looked_at: list[int]) -> None:
    aggregate = Aggregate.parse(formula, NAMES)
    assert not aggregate.additive
    assert [aggregate.contribution(row) for row in ROWS] == looked_at


@pytest.mark.parametrize(
    "formula",
    [
        "avg(a)", "count(a)", "count_if(a)", "count(distinct a, b)", "count(distinct l)",
        "sum(word)", "sum(distinct a)", "sum_if(a)", "sum_if(a, b)", "median(word)", "max(d)",
        "min(a, 2)", "median(a) + 1", "median(a) + sum(a)", "sum(a) / sum(b)", "sum(a) / 0",
        "count(*) filter (where f)", "sum(a) over ()", "a",
    ],
)  # fmt: skip
def test_a_wrong_aggregate_is_refused(formula: str) -> None:
    with pytest.raises(Refused):
        Aggregate.parse(formula, NAMES)


def test_equal_measures_have_equal_keys() -> None:
    one = Aggregate.parse("count_if( kind='home' )", NAMES).atoms[0]
    two = Aggregate.parse("3 * COUNT_IF(kind = 'home') - sum(a)", NAMES).atoms[0]
    assert one.key == two.key
    assert one == two
    assert Aggregate.parse("count_if(kind = 'death')", NAMES).atoms[0].key != one.key


def test_a_formula_knows_its_fields() -> None:
    assert Aggregate.parse("sum_if(a, f) - count_if(d is null)", NAMES).names == {"a", "f", "d"}


# -- the database agrees ---------------------------------------------------------------------

quarters = st.integers(-200, 200).map(lambda n: n / 4)
moments = st.datetimes(datetime(2024, 2, 28), datetime(2024, 3, 2))
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "number": quarters,
    "text": st.sampled_from(["home", "death", "x", "甲", ""]),
    "flag": st.booleans(),
    "date": st.dates(date(2024, 2, 27), date(2024, 3, 2)),
    "datetime": moments,
    "list": st.lists(st.sampled_from(["x", "y", "甲"]), max_size=2, unique=True),
}
rows = st.lists(
    st.fixed_dictionaries(
        {key: st.none() | VALUES[name.kind] for key, name in NAMES.items() if key != "kind"}
        | {"kind": st.sampled_from([None, "home", "death"])}
    ),
    min_size=1,
    max_size=5,
)


def joined(*parts: Any) -> st.SearchStrategy[str]:
    """Texts and strategies of texts, written one after another."""
    made = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    return st.tuples(*made).map("".join)


def numbers(depth: int) -> st.SearchStrategy[str]:
    plain = st.sampled_from(["a", "b", '"order"', "2", "0.25", "-3", "0"])
    spans = [
        joined(st.sampled_from(["minutes", "hours", "days"]), "(", st.sampled_from("dmn"), ", ",
               st.sampled_from("dmn"), ")")
    ]  # fmt: skip
    if not depth:
        return st.one_of(plain, *spans)
    x = numbers(depth - 1)
    picked = st.sampled_from(["coalesce", "least", "greatest"])
    return st.one_of(
        plain,
        *spans,
        joined("(", x, st.sampled_from([" + ", " - ", " * ", " / "]), x, ")"),
        joined(x, " / ", st.sampled_from(["2", "b", "-4"])),
        joined("abs(", x, ")"),
        joined(picked, "(", x, ", ", x, ")"),
    )


def flags(depth: int) -> st.SearchStrategy[str]:
    compare = st.sampled_from([" = ", " != ", " < ", " <= ", " > ", " >= "])
    word = st.sampled_from(["word", "kind", "'home'", "'death'"])
    day = st.sampled_from(["d", "m", "n"])
    iso = st.sampled_from(["'2024-02-29'", "'2024-03-01'"])
    plain = [
        st.sampled_from(["f", "g", "true", "kind in ('home', 'death')"]),
        joined("word", compare, word),
        joined(day, compare, day),
        joined(day, compare, iso),
        joined("m between ", iso, " and n"),
        joined("contains(l, ", st.sampled_from(["'x'", "'甲'", "word"]), ")"),
        joined(st.sampled_from(sorted(NAMES)), st.sampled_from([" is null", " is not null"]))
        .filter(lambda text: not text.startswith("order")),
        joined(st.sampled_from("fg"), st.sampled_from([" is true", " is not false"])),
    ]  # fmt: skip
    if not depth:
        return st.one_of(*plain)
    x, p = numbers(depth - 1), flags(depth - 1)
    return st.one_of(
        *plain,
        joined(x, compare, x),
        joined(x, " between ", x, " and ", x),
        joined(x, st.sampled_from([" in (", " not in ("]), x, ", ", x, ", null)"),
        joined("(", p, st.sampled_from([" and ", " or "]), p, ")"),
        joined("not (", p, ")"),
        joined(p, " and ", p, " or ", p),
        joined("coalesce(", p, ", ", p, ")"),
    )


def literal(value: Any) -> str:
    if value is None or isinstance(value, bool | float):
        return "null" if value is None else str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return f"'{value}'"


def table(found: list[dict[str, Any]]) -> str:
    """Rows as a typed subquery, in order of `i`."""
    return " union all ".join(
        f"select {i} as i, "
        + ", ".join(
            f'cast({literal(row[key])} as {SQL_TYPES[name.kind]}) as "{key}"'
            for key, name in NAMES.items()
        )
        for i, row in enumerate(found)
    )


def same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)
    return bool(a == b)


@settings(max_examples=150)
@given(st.one_of(flags(2), numbers(2)), rows)
def test_the_database_finds_what_python_finds(formula: str, found: list[dict[str, Any]]) -> None:
    row = Row.parse(formula, NAMES)
    answers = duckdb.sql(f"select {row.sql()} from ({table(found)}) order by i").fetchall()
    for line, (answer,) in zip(found, answers, strict=True):
        assert same(row.evaluate(line), answer), (formula, row.sql(), line)


@settings(max_examples=60)
@given(numbers(1), flags(1), rows)
def test_the_database_sums_what_python_sums(
    number: str, flag: str, found: list[dict[str, Any]]
) -> None:
    words = ("count(*)", f"count_if({flag})", f"sum({number})", f"sum_if({number}, {flag})")
    aggregates = [Aggregate.parse(formula, NAMES) for formula in words]
    selected = ", ".join(aggregate.atoms[0].sql() for aggregate in aggregates)
    (answers,) = duckdb.sql(f"select {selected} from ({table(found)})").fetchall()
    for aggregate, answer in zip(aggregates, answers, strict=True):
        assert same(answer, float(sum(map(aggregate.contribution, found)))), aggregate.text


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (Row.parse, Aggregate.parse):
        try:
            parse(text, NAMES)
        except Refused as refused:
            assert refused.faults
