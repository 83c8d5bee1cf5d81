"""Cases: the stages that steps lead to, the clocks that run, who is told, what may come next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.work.test_authority import who
from tests.work.town import KNOWN, ORDER, at, entry
from wardround.catalogue.columns import columns as names
from wardround.catalogue.model import Asked, Field
from wardround.text import Refused, Text
from wardround.work import authority, case
from wardround.work.record import Entry
from wardround.work.schedule import NEVER

OPENED = entry("2026-03-02T08:00")


def step(moment: str, name: str, **more: object) -> Entry:
    return entry(moment, ORDER, step=name, **more)


def fold(*steps: Entry, opening: Entry = OPENED) -> case.State:
    return case.fold(ORDER, opening, steps)


@pytest.mark.parametrize(
    ("steps", "stage", "late", "waits", "may"),
    [
        ([], "opened", set(), "notified", ("notified", "rectified")),
        (["02T09:00 notified"], "notified", set(), "rectified", ("rectified",)),
        (["02T11:00 notified"], "notified", {"notified"}, "rectified", ("rectified",)),
        (["02T09:00 rectified"], "rectified", set(), "rechecked", ("rechecked",)),
        (["02T11:00 rectified"], "rectified", {"notified"}, "rechecked", ("rechecked",)),
        (
            ["02T09:00 notified", "05T09:00 rectified"],
            "rectified",
            {"rectified"},
            "rechecked",
            ("rechecked",),
        ),
        (["02T09:00 rectified", "03T09:00 passed"], "closed", set(), None, ()),
        (["02T09:00 rectified", "03T09:00 failed"], "notified", set(), "rectified", ("rectified",)),
        (
            ["05T09:00 rectified", "05T10:00 failed", "06T09:00 rectified", "06T10:00 passed"],
            "closed",
            {"notified", "rectified"},
            None,
            (),
        ),
        (
            ["02T09:00 note", "02T09:00 arrived"],
            "opened",
            set(),
            "notified",
            ("notified", "rectified"),
        ),
    ],
)
def test_steps_lead_to_a_stage(
    steps: list[str], stage: str, late: set[str], waits: str | None, may: tuple[str, ...]
) -> None:
    taken = []
    for words in steps:
        moment, name = words.split()
        if name in ("passed", "failed"):
            taken.append(step(f"2026-03-{moment}", "rechecked", passed=name == "passed"))
        else:
            taken.append(step(f"2026-03-{moment}", name))
    state = fold(*taken)
    clock = state.waiting()

    assert (state.stage, state.late, case.steps_open(ORDER, state)) == (stage, late, may)
    assert (clock.stage if clock else None) == waits
    assert state.closed == (stage == "closed")


def test_a_failed_recheck_counts_its_limits_anew() -> None:
    state = fold(
        step("2026-03-02T09:00", "rectified"),
        step("2026-03-03T10:00", "rechecked", passed=False),
    )
    clock = state.waiting()

    assert clock and clock.start == at("2026-03-03T10:00")
    assert clock.deadline == at("2026-03-05T10:00")
    assert state.failed_at == at("2026-03-03T10:00") and state.times_rechecked == 1


def test_a_date_given_with_the_order_outranks_the_declared_limit() -> None:
    state = fold(opening=entry("2026-03-02T08:00", due="2026-03-10"))
    deadlines = {c.stage: c.deadline for c in state.clocks}

    assert deadlines["rectified"] == at("2026-03-11T00:00"), "the whole day is open"
    assert deadlines["notified"] == at("2026-03-02T10:00")
    assert deadlines["rechecked"] - deadlines["rectified"] == at("2026-03-06T08:00") - at(
        "2026-03-04T08:00"
    ), "as long after as before"


@pytest.mark.parametrize(
    ("moment", "state"),
    [("08:30", "running"), ("09:30", "near"), ("10:00", "near"), ("10:01", "overdue")],
)
def test_a_clock_tells_how_near_its_limit_is(moment: str, state: str) -> None:
    clock = fold().waiting()
    assert clock and clock.state(at(moment)) == state
    assert fold().overdue(at(moment)) == (state == "overdue")


def test_the_next_change_is_the_next_deadline() -> None:
    assert fold().next_change(at("09:00")) == at("10:00")
    assert fold().next_change(at("2026-03-03T00:00")) == at("2026-03-04T08:00")
    done = fold(
        step("2026-03-02T09:00", "rectified"), step("2026-03-02T09:30", "rechecked", passed=True)
    )
    assert done.next_change(at("09:40")) == NEVER


def test_a_passed_limit_is_told_upwards_until_the_case_moves() -> None:
    def told(*steps: Entry) -> list[tuple[str, int, str | None]]:
        found = case.escalations(ORDER, fold(*steps))
        return [(f"{e.at:%H:%M}", e.level, e.function) for e in found if e.stage == "notified"]

    everybody = [
        ("10:00", 0, None),
        ("10:00", 1, "infection_office"),
        ("12:00", 2, "vice_president"),
    ]
    assert told() == everybody
    assert told(step("2026-03-02T11:00", "notified")) == everybody[:2]
    assert told(step("2026-03-02T09:00", "notified")) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"step": "rechecked", "passed": True}, "step"),
        ({"step": "closed"}, "step"),
        ({"step": ["notified"]}, "step"),
        ({"step": None}, "step"),
        ({}, "step"),
        ({"step": "note", "note": " "}, "note"),
    ],
)
def test_a_step_out_of_turn_is_refused(values: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as error:
        case.clean_step(ORDER, fold(), values, at("09:00"))
    assert error.value.faults[0].field == field


def test_a_recheck_says_how_it_went() -> None:
    state = fold(step("2026-03-02T09:00", "rectified"))

    def clean(moment: str = "09:30", **values: object) -> dict[str, object]:
        return case.clean_step(ORDER, state, {"step": "rechecked", **values}, at(moment))

    assert clean(passed=True, note=" 好 ") == {"step": "rechecked", "passed": True, "note": "好"}
    for field, more in (
        ("passed", {}),
        ("passed", {"passed": "yes"}),
        ("note", {"passed": False}),
        ("occurred_at", {"passed": True, "moment": "08:30"}),
    ):
        with pytest.raises(Refused) as error:
            clean(**more)  # type: ignore[arg-type]
        assert error.value.faults[0].field == field


def test_a_case_is_a_row_of_columns() -> None:
    state = fold(step("2026-03-02T11:00", "notified"))
    columns = case.columns(ORDER, state, at("2026-03-05T08:00"))

    assert columns["notified_late"] and columns["rectified_late"] and not columns["rechecked_late"]
    assert columns["overdue"] and columns["stage"] == "notified"
    assert columns["notified_at"] == at("11:00") and columns["closed_at"] is None


VERDICTS = {"founded": Text("属实", "Founded"), "unfounded": Text("不属实", "Unfounded")}
JUDGED = replace(ORDER, step={
    "rectified": Asked({"cost": Field("cost", Text("费用", "Cost"), "decimal")}),
    "rechecked": Asked({
        "verdict": Field("verdict", Text("结论", "Verdict"), "choice", required=True,
                         choices=VERDICTS),
        "measures": Field("measures", Text("措施", "Measures"), "text",
                          required_when="verdict = 'founded'"),
    }, Text("核定", "Judged"), by="quality_office"),
})  # fmt: skip
RECTIFIED = step("2026-03-02T09:00", "rectified", cost=12.5)


def judged(**values: object) -> dict[str, object]:
    state = case.fold(JUDGED, OPENED, [RECTIFIED])
    return case.clean_step(JUDGED, state, {"step": "rechecked", **values}, at("09:30"), KNOWN)


def test_a_stage_asks_for_what_is_declared() -> None:
    kept = judged(passed=True, verdict="不属实")

    assert kept == {"step": "rechecked", "passed": True, "verdict": "unfounded"}
    assert (case.name(JUDGED, "rechecked").en, case.name(JUDGED, "rectified").en) == (
        "Judged", "Rectified",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"passed": True}, {"verdict"}),
        ({}, {"verdict", "passed"}),
        ({"passed": True, "verdict": "perhaps"}, {"verdict"}),
        ({"passed": True, "verdict": "founded"}, {"measures"}),
        ({"passed": True, "verdict": "unfounded", "cost": "1"}, {"cost"}),
    ],
)
def test_what_a_stage_asks_for_is_checked_like_any_entry(
    values: dict[str, object], fields: set[str]
) -> None:
    with pytest.raises(Refused) as error:
        judged(**values)
    assert {f.field for f in error.value.faults} == fields


def test_answers_are_columns_and_the_last_one_counts() -> None:
    steps = [
        RECTIFIED,
        step("2026-03-02T10:00", "rechecked", passed=False, verdict="founded", measures="x"),
        step("2026-03-02T11:00", "rectified"),
        step("2026-03-02T12:00", "rechecked", passed=True, verdict="unfounded"),
    ]
    half, whole = (case.fold(JUDGED, OPENED, s) for s in (steps[:2], steps))

    assert half.answers == {"cost": 12.5, "verdict": "founded", "measures": "x"}
    assert whole.answers == {"verdict": "unfounded"}, "what is not said again is not so any more"
    row = case.columns(JUDGED, whole, at("13:00"))
    assert (row["verdict"], row["measures"], row["cost"]) == ("unfounded", None, None)
    assert names(JUDGED)["verdict"].choices == frozenset(VERDICTS)


def test_a_stage_that_names_a_function_is_for_that_one_alone() -> None:
    takes = {
        key for key in ("quality", "inspector", "chief", "vice", "hanna", "auditor")
        if authority.may_step(who(key), JUDGED, "ward_1", "rechecked")
    }  # fmt: skip
    assert takes == {"quality"}
    assert authority.may_step(who("hanna"), JUDGED, "ward_1", "rectified")
