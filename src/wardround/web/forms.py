"""A register's entry form, made from its declaration, and what is read back from it.

Decides which part shows a field and how a posted form becomes raw values. Whether they are a
valid entry is `work.record`'s matter. Nothing is ever filled in beforehand: `values` are what a
person typed, or the entry that is being corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from django.http import QueryDict

from wardround.catalogue.model import Check, Field, Register
from wardround.store.house import House
from wardround.text import Fault, Text, same
from wardround.web import said
from wardround.web.conditions import shown_when

Part = dict[str, Any]
_KEYS = 8
"""Up to so many choices stand as keys; more become a list to choose from."""
_BLANK_ROWS, _MORE_ROWS, _MOST_ROWS = 3, 5, 200
_YES = {"True": "yes", "False": "no"}
_FLAG = (("yes", Text("是", "Yes")), ("no", Text("否", "No")))


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands in a form: values as typed or kept, faults, and what was there last time.

    `asked` are the choices that a duty counts; `more` the rows field that got more lines.
    """

    values: Mapping[str, Any] = made(default_factory=dict)
    faults: Sequence[Fault] = ()
    last: Mapping[str, Text] = made(default_factory=dict)
    recent: Mapping[str, list[float]] = made(default_factory=dict)
    asked: Mapping[str, list[str]] = made(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    more: str = ""

    def fault(self, key: str) -> Text | None:
        return next((f.why for f in self.faults if f.field == key), None)


# -- showing ----------------------------------------------------------------------------------


def parts(house: House, register: Register, department: str, filling: Filling) -> list[Part]:
    """The form's fields in the order of the declaration, each naming the part that shows it."""
    return [
        _part(house, register, field, department, filling)
        for field in register.field.values()
        if field.key not in filling.fixed
    ]


def _part(
    house: House, register: Register, field: Field, department: str, filling: Filling
) -> Part:
    hidden_until = field.shown_when or ""
    value = filling.values.get(field.key)
    part: Part = {
        "key": field.key, "label": field.name, "value": value, "hint": _hint(field, filling),
        "required": field.required or bool(hidden_until and field.required_when == hidden_until),
        "error": filling.fault(field.key), "last": filling.last.get(field.key),
        "shown_when": shown_when(hidden_until, register),
    }  # fmt: skip
    kind, more = _kind(house, field, department, value, filling)
    return part | more | {"part": f"web/parts/field_{kind}.html"}


def _hint(field: Field, filling: Filling) -> Text | None:
    wanted = [field.choices[c] for c in filling.asked.get(field.key, ())]
    if not wanted:
        return field.help
    zh = "本项职责只数：" + "、".join(w.zh for w in wanted)
    return Text(zh, "This duty counts only: " + ", ".join(w.en for w in wanted))


def _kind(
    house: House, field: Field, department: str, value: Any, filling: Filling
) -> tuple[str, Part]:
    """Which part shows the field, and what that part needs besides."""
    if field.type in ("integer", "decimal"):
        return "number", _number(field, filling)
    if field.type == "flag":
        return "flag", {"value": _YES.get(str(value), value)}
    if field.type == "multi":
        return "multi", {"choices": list(field.choices.items()), "value": value or []}
    if field.type == "rows":
        return "rows", _rows(house, field, department, value, filling)
    if field.type == "file":
        return "file", {"many": True, "value": None}
    if field.type == "datetime":
        return "datetime", {"value": str(value or "")[:16].replace(" ", "T")}
    if field.type in ("date", "time"):
        return field.type, {}
    if options := _options(house, field, department):
        few = field.type == "choice" and len(options) <= _KEYS
        return "choice" if few else "select", {"choices": options}
    return "text", {"long": not (field.personal or field.key in _names(house))}


def _names(house: House) -> set[str]:
    """Fields that name something (a number, a card): one line is enough for them."""
    return {d.after.match for d in house.catalogue.duties.values() if d.after} | {"number"}


def _number(field: Field, filling: Filling) -> Part:
    whole = field.type == "integer"
    places = 0 if whole else max([len(u.partition(".")[2]) for u in field.usual], default=1)
    low, high = (f"{end:g}" for end in field.inside) if field.inside else (None, None)
    return {
        "unit": field.unit or "", "lower": low, "upper": high, "decimals": places,
        "step": f"{10**-places:g}", "usual": list(field.usual),
        "recent": filling.recent.get(field.key, []),
        "plain": field.inside is None or (whole and not field.usual),
    }  # fmt: skip


def _options(house: House, field: Field, department: str) -> list[tuple[str, Text]]:
    if field.type == "choice":
        return list(field.choices.items())
    if field.type == "person":
        near = house.tree.get(department, frozenset())
        people = sorted(house.hospital.person.values(), key=lambda p: p.department not in near)
        return [(p.key, said.titled(house, p.key)) for p in people]
    if field.type == "department":
        return [(d.key, d.name) for d in house.hospital.department.values()]
    if field.type == "subject":
        return [(t.key, t.name) for t in house.hospital.things(field.of or "")]
    return []


def _rows(house: House, field: Field, department: str, value: Any, filling: Filling) -> Part:
    given = [row for row in value or [] if isinstance(row, Mapping)]
    extra = _MORE_ROWS if filling.more == field.key else 0 if given else _BLANK_ROWS
    lines = [*given, *({} for _ in range(min(extra, _MOST_ROWS - len(given))))]
    columns = list(field.column.values())
    return {
        "columns": [{"label": c.name, "kind": _cell_kind(c)} for c in columns],
        "rows": [
            {
                "name": same(str(n)),
                "cells": [_cell(house, field, c, n, row, department, filling) for c in columns],
            }
            for n, row in enumerate(lines, 1)
        ],
        "subject_label": Text("序号", "No."),
        "adding": Text(f"再加 {_MORE_ROWS} 行", f"Add {_MORE_ROWS} rows"),
    }


def _cell_kind(column: Field) -> str:
    if column.type in ("integer", "decimal"):
        return "number"
    if column.type in ("choice", "flag", "person", "department", "subject"):
        return "choice"
    return "date" if column.type == "date" else "text"


def _cell(
    house: House, field: Field, column: Field, line: int, row: Mapping[str, Any],
    department: str, filling: Filling,
) -> Part:  # fmt: skip
    name, value = f"{field.key}.{line}.{column.key}", row.get(column.key)
    flag = column.type == "flag"
    return {
        "name": name, "label": column.name, "kind": _cell_kind(column),
        "value": _YES.get(str(value), value) if flag else value,
        "choices": _FLAG if flag else _options(house, column, department),
        "error": filling.fault(name),
    }  # fmt: skip


# -- reading ----------------------------------------------------------------------------------


def read(register: Register, posted: QueryDict) -> dict[str, Any]:
    """The raw values of a posted form: text as typed, lists of choices, rows without blanks."""
    found: dict[str, Any] = {}
    for key, field in register.field.items():
        if field.type == "multi":
            given: Any = posted.getlist(key)
        elif field.type == "rows":
            given = _posted_rows(field, posted)
        elif field.type == "file":
            continue
        else:
            given = posted.get(key, "").strip()
            if field.type in ("integer", "decimal"):
                given = re.sub(r"^([-−]?\d+)[,，](\d{1,2})$", r"\1.\2", given).replace("−", "-")
        if given not in ("", []):
            found[key] = given
    return found


def _posted_rows(field: Field, posted: QueryDict) -> list[dict[str, str]]:
    rows = []
    for line in range(1, _MOST_ROWS + 1):
        cells = {c: posted.get(f"{field.key}.{line}.{c}", "").strip() for c in field.column}
        if any(cells.values()):
            rows.append({c: v for c, v in cells.items() if v})
    return rows


# -- what saving will do ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consequence:
    """A case that saving opens, when, and what then runs."""

    rule: str
    lines: tuple[Text, ...]


def consequences(house: House, register: Register) -> list[Consequence]:
    """What saving may start: by a check that breaks, or because the entry is a case itself."""
    if register.shape == "case":
        return [Consequence("", tuple(_runs(house, register, register.name)))]
    return [_follows(house, register, c) for c in house.catalogue.checks.values()
            if c.register == register.key]  # fmt: skip


def _follows(house: House, register: Register, check: Check) -> Consequence:
    rule = shown_when(check.broken, register)
    case = house.catalogue.registers[check.opens]
    lines = list(_runs(house, case, case.name))
    if not rule:
        lines.insert(0, Text(f"如果{check.name.zh}：", f"If: {check.name.en.lower()}"))
    return Consequence(rule, tuple(lines))


def _runs(house: House, case: Register, name: Text) -> Iterable[Text]:
    yield Text(f"开启“{name.zh}”，计时开始", f'Opens "{name.en}"; its clocks start')
    verbs = {
        "notified": Text("内须确认收到", "acknowledge within"),
        "arrived": Text("内须到场", "be on the scene within"),
        "rectified": Text("内处置完毕", "put right within"),
        "rechecked": Text("内复查", "re-check within"),
    }
    for stage, limit in case.limits.items():
        verb, length = verbs.get(stage), limit.name()
        if verb:
            yield Text(f"{length.zh}{verb.zh}", f"{verb.en.capitalize()} {length.en}")
    offices = [said.office(house, f) for f in case.escalates_to]
    if offices:
        yield Text(
            "过时限报：科室负责人、" + "、".join(o.zh for o in offices),
            "When a limit passes: head of department, " + ", ".join(o.en for o in offices),
        )
