"""What formulas, conditions and measuring see of a register: its columns.

A register's own fields come first; each shape adds what its mechanism knows (the stages of a
case, the score of a checklist, the balance of a stock). `store.mart` fills these columns;
`validate` and `indicator` check formulas against them. Personal fields are no columns.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from wardround.catalogue.model import STAGES, Catalogue, Duty, Field, Indicator, Register
from wardround.formula import Aggregate, Kind, Name, Names, Row
from wardround.text import Text

_KINDS: dict[str, Kind] = {
    "integer": "number", "decimal": "number", "flag": "flag", "date": "date",
    "datetime": "datetime", "multi": "list",
}  # fmt: skip

COMMON: dict[str, Name] = {
    "department": Name("text"),
    "subject": Name("text"),
    "occurred_at": Name("datetime"),
    "recorded_at": Name("datetime"),
    "recorded_by": Name("text"),
    "late_entry": Name("flag"),
}
ANSWERS = frozenset({"yes", "no", "na"})
ANONYMOUS = "anonymous"
"""Who recorded what nobody put a name to; it never feeds pay."""

DUTY_WINDOWS = Register(
    key="duty_window",
    name=Text("应做事项", "Things owed"),
    shape="event",
    day="due",
    field={
        "duty": Field("duty", Text("职责", "Duty"), "text"),
        "opens": Field("opens", Text("可做时间", "May be done from"), "datetime"),
        "due": Field("due", Text("时限", "Due"), "datetime"),
        "done_at": Field("done_at", Text("完成时间", "Done at"), "datetime"),
        "done": Field("done", Text("已做", "Done"), "flag"),
        "in_time": Field("in_time", Text("按时", "In time"), "flag"),
    },
)
"""A register that nobody keeps: every window of every duty, and whether it was met."""

PLAN_STATES = {
    "done": Text("按计划完成", "Done as planned"),
    "under_way": Text("进行中", "Under way"),
    "not_begun": Text("未开始", "Not begun"),
    "no_evidence": Text("无证据", "No evidence"),
    "overdue": Text("逾期", "Overdue"),
}
PLAN_PROGRESS = Register(
    key="plan_progress",
    name=Text("计划进度", "Plan progress"),
    shape="event",
    day="month_end",
    field={
        "item": Field("item", Text("计划条目", "Plan item"), "text"),
        "plan": Field("plan", Text("计划", "Plan"), "text"),
        "month_end": Field("month_end", Text("月末", "Month end"), "date"),
        "state": Field("state", Text("进度", "State"), "choice", choices=PLAN_STATES),
        "reached": Field(
            "reached", Text("全年计划数完成几成", "Share of the year reached"), "decimal"
        ),
    },
)
"""A register that nobody keeps: how each plan item stood at the end of each month."""

MONTHLY_TOTALS = "monthly_totals"
"""The register in which a hospital without a feed enters what its indicators came to."""

BUILT_IN = {register.key: register for register in (DUTY_WINDOWS, PLAN_PROGRESS)}


def columns(register: Register) -> Names:
    """Column name → kind, for a register's formulas. Feed rows have no common columns but
    `department`."""
    own = {
        f.key: Name(_KINDS.get(f.type, "text"), _choices(f))
        for f in (*register.field.values(), *register.asked.values())
        if not f.personal and f.type not in ("rows", "file")
    }
    if register.feed:
        return {"department": Name("text"), **own}
    return {**COMMON, **own, **_of_shape(register)}


_stages: dict[tuple[int, str], tuple[Register, Register]] = {}


def stage_form(register: Register, stage: str) -> Register:
    """What a stage of the case asks for, as a register that a form can show; made once."""
    key = id(register), stage
    if key not in _stages:
        _stages[key] = register, replace(register, field=register.asks(stage), step={})
    return _stages[key][1]


def _choices(field: Field) -> frozenset[str] | None:
    return frozenset(field.choices) if field.type == "choice" else None


def _of_shape(register: Register) -> dict[str, Name]:
    added: dict[str, Name] = {}
    for rows in (f for f in register.field.values() if f.type == "rows"):
        added[f"{rows.key}_count"] = Name("number")
        for column in rows.column.values():
            if column.type == "flag":
                added[f"{rows.key}_{column.key}"] = Name("number")
    if register.shape == "case":
        added |= {f"{stage}_at": Name("datetime") for stage in STAGES}
        added |= {f"{stage}_late": Name("flag") for stage in register.limits}
        added |= {"stage": Name("text", frozenset(STAGES)), "overdue": Name("flag")}
        added |= {"times_rechecked": Name("number")}
        added |= {"again_after": Name("number")} if register.repeat else {}
    elif register.shape == "checklist":
        added |= {item: Name("text", ANSWERS) for item in register.item}
        added |= {k: Name("number") for k in ("score", "points", "out_of", "items_checked")}
        added |= {"items_failed": Name("number")}
    elif register.shape == "stock":
        added["balance"] = Name("number")
    elif register.shape == "document":
        added |= {"signed": Name("flag"), "signed_at": Name("datetime")}
    return added


_parsed: dict[tuple[str, int, str], tuple[Register, Any]] = {}


def _once(kind: type[Row] | type[Aggregate], text: str, register: Register) -> Any:
    """Parse a formula once for each register value; holding the register keeps its id its own."""
    key = kind.__name__, id(register), text
    if key not in _parsed:
        _parsed[key] = register, kind.parse(text, columns(register))
    return _parsed[key][1]


def condition(text: str, register: Register) -> Row:
    """A condition on one row of the register; parsed once. Raises `Refused`."""
    found: Row = _once(Row, text, register)
    return found


def aggregate(text: str, register: Register) -> Aggregate:
    """A numerator or denominator over the register's rows; parsed once. Raises `Refused`."""
    found: Aggregate = _once(Aggregate, text, register)
    return found


_ALONE = re.compile(r"\b(distinct|distinct_if|median|median_if|last|last_if|min|max)\b")


def totalled(indicator: Indicator) -> bool:
    """Whether an indicator may be entered as totals: a count, a sum, or a ratio of such. Of a
    growth, what grows is entered."""
    words = f"{indicator.numerator} {indicator.denominator or ''}"
    own = indicator.register not in (*BUILT_IN, MONTHLY_TOTALS)
    plain = bool(indicator.numerator) and not indicator.growth_of
    return own and plain and not _ALONE.search(words)


def adds_up(catalogue: Catalogue, indicator: Indicator) -> bool:
    """Whether the values of parts of a year add up to the year's."""
    if indicator.ratio or indicator.ranking:
        return False
    return aggregate(indicator.numerator, catalogue.registers[indicator.register]).additive


def completion(duty: Duty, group: str = "duties") -> Indicator:
    """The indicator that every duty brings: done in time, of what was due."""
    return Indicator(
        key=f"{duty.key}_done",
        name=Text(f"{duty.name.zh}按时完成率", f"{duty.name.en}: done in time"),
        register=DUTY_WINDOWS.key,
        numerator=f"count_if(duty = '{duty.key}' and in_time)",
        denominator=f"count_if(duty = '{duty.key}')",
        unit="%",
        direction="up",
        describe=Text(
            f"按时完成“{duty.name.zh}”的次数，除以已到时限的应做次数。",
            f'Times "{duty.name.en}" was done in time, of the times its limit has passed.',
        ),
        group=group,
    )
