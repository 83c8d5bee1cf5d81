"""The one gate: what a valid entry is, type by type, and in what form it is kept."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.work.town import EVERYTHING, KNOWN, ROUND, at
from wardround.catalogue.model import Register
from wardround.catalogue.values import unkeepable
from wardround.text import Refused
from wardround.work import record

NOW = at("12:00")


def clean(register: Register = EVERYTHING, /, **values: Any) -> dict[str, Any]:
    return record.clean(
        register,
        values,
        subject="F1" if register.subject else None,
        occurred_at=NOW,
        at=NOW,
        known=KNOWN,
    )


def refused(register: Register = EVERYTHING, /, **values: Any) -> dict[str, str]:
    """Field → why, of values that are refused."""
    with pytest.raises(Refused) as error:
        clean(register, **values)
    assert all(f.why.zh and f.why.en for f in error.value.faults)
    return {f.field: f.why.en for f in error.value.faults}


@pytest.mark.parametrize(
    ("field", "given_", "kept"),
    [
        ("number", "4.5", 4.5),
        ("number", 4, 4.0),
        ("number", "4．5", 4.5),
        ("number", "-1,0", -10.0),
        ("whole", "1,200", 1200),
        ("whole", 3.0, 3),
        ("words", " 两行 ", "两行"),
        ("colour", "red", "red"),
        ("colour", "绿", "green"),
        ("colour", "Green", "green"),
        ("colours", "红、green", ["red", "green"]),
        ("colours", ["red"], ["red"]),
        ("yes", "是", True),
        ("yes", "no", False),
        ("yes", False, False),
        ("day", "2026/3/2", "2026-03-02"),
        ("day", "2026年3月2日", "2026-03-02"),
        ("hour", "8:30", "08:30"),
        ("moment", "2026-03-02 12:30", "2026-03-02T12:30:00+08:00"),
        ("moment", "2026-03-02T06:30:00+00:00", "2026-03-02T06:30:00+00:00"),
        ("who", "alice", "alice"),
        ("where", "ward_2", "ward_2"),
        ("which", "F2", "F2"),
        ("people", [{"name": "王芳", "passed": "是"}], [{"name": "王芳", "passed": True}]),
    ],
)
def test_each_type_is_kept_in_one_form(field: str, given_: Any, kept: Any) -> None:
    assert clean(**{field: given_}) == {field: kept}


@pytest.mark.parametrize(
    ("field", "given_", "says"),
    [
        ("number", "warm", "is not a number"),
        ("number", True, "is not a number"),
        ("number", 90, "-40 to 60 is possible"),
        ("number", float("nan"), "is not a number"),
        ("whole", 1.5, "whole number"),
        ("whole", 10**20, "is not a number"),
        ("whole", 10**400, "is not a number"),
        ("words", 4, "should be text"),
        ("colour", "blue", "not one of: Red, Green"),
        ("colours", 4, "list of choices"),
        ("yes", "perhaps", "yes or no"),
        ("day", "soon", "write 2026-03-02"),
        ("day", "0001-01-01", "cannot be right"),
        ("hour", "25:00", "write 08:30"),
        ("moment", "9999-12-31T23:59", "cannot be right"),
        ("moment", "2026-03-02T11:00", "is before"),
        ("who", "bob", 'no "bob"'),
        ("where", "ward_9", 'no "ward_9"'),
        ("which", "F9", 'no "F9"'),
        ("people", "王芳", "list of rows"),
        ("nothing", 1, 'no field "nothing"'),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field: str, given_: Any, says: str) -> None:
    assert says in refused(**{field: given_})[field]


def test_a_row_is_refused_at_its_place() -> None:
    found = refused(people=[{"name": "a"}, {"passed": "maybe", "extra": 1}])

    assert found.keys() == {"people.2.passed", "people.2.extra", "people.2.name"}


def test_all_faults_come_together() -> None:
    assert refused(number="warm", colour="blue", nothing=1).keys() == {
        "number",
        "colour",
        "nothing",
    }


def test_a_reading_outside_its_limits_is_kept_if_it_is_explained() -> None:
    assert clean(number=9, why="停电") == {"number": 9.0, "why": "停电"}
    assert refused(number=9)["why"] == "9 °C is above the limit of 8 °C. Why is required."
    assert clean(number=8) == {"number": 8.0}


def test_an_entry_says_what_it_is_about_and_when() -> None:
    def fields(subject: str | None, when: str) -> set[str]:
        with pytest.raises(Refused) as error:
            record.clean(EVERYTHING, {}, subject=subject, occurred_at=at(when), at=NOW, known=KNOWN)
        return {f.field for f in error.value.faults}

    assert fields(None, "12:00") == fields("F9", "12:00") == {"subject"}
    assert fields("F1", "12:06") == {"occurred_at"}
    assert (
        record.clean(EVERYTHING, {}, subject="F1", occurred_at=at("12:05"), at=NOW, known=KNOWN)
        == {}
    )


def test_every_item_of_a_checklist_is_answered() -> None:
    yes = {"answer": "yes"}
    failed = {"answer": "no", "finding": "未关", "due": "2026-03-05"}

    kept = clean(ROUND, items={"hands": "yes", "waste": failed, "record": {"answer": "na"}})
    assert kept["items"] == {"hands": yes, "waste": failed, "record": {"answer": "na"}}
    assert refused(ROUND).keys() == {"items.hands", "items.waste", "items.record"}
    silent = {"hands": yes, "waste": {"answer": "no"}, "record": yes}
    assert "write what was found" in refused(ROUND, items=silent)["items.waste"]
    past = {"hands": yes, "waste": failed | {"due": "2026-03-01"}, "record": yes}
    assert "from the inspection on" in refused(ROUND, items=past)["items.waste"]
    assert refused(ROUND, items={"hands": yes, "waste": yes, "record": yes, "x": yes}).keys() == {
        "items.x"
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
LIKELY = st.sampled_from(
    ["是", "no", "2026-03-02", "9999-12-31 23:59", "８：３０", "1e400", "-0", "red", ""]
)
COLUMNS = st.lists(
    st.dictionaries(st.sampled_from(["name", "passed", "x"]), ANYTHING | LIKELY, max_size=3),
    max_size=3,
)


@given(
    values=st.dictionaries(
        st.sampled_from([*EVERYTHING.field]) | st.text(max_size=3),
        ANYTHING | LIKELY | COLUMNS,
        max_size=6,
    )
)
def test_no_input_is_too_strange_and_what_is_kept_stays_as_it_is(values: dict[str, Any]) -> None:
    try:
        kept = clean(**values)
    except Refused as error:
        assert error.faults
        return
    assert clean(**kept) == kept
    if not unkeepable(kept):
        rfc8785.dumps(kept)


@given(items=ANYTHING | st.dictionaries(st.sampled_from([*ROUND.item]), ANYTHING))
def test_no_answers_are_too_strange(items: Any) -> None:
    try:
        kept = clean(ROUND, items=items)
    except Refused as error:
        assert error.faults
    else:
        assert kept["items"].keys() == ROUND.item.keys()
