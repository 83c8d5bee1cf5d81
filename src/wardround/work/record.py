"""The one gate for an entry: page, CSV, phone and API all come through here.

Decides whether what somebody wrote is a valid entry of its register and in what form it is
kept. Who may write it is `authority`'s matter; keeping it is the ledger's.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, timedelta
from typing import Any

from wardround.catalogue.columns import condition
from wardround.catalogue.model import Field, Item, Register
from wardround.text import Fault, Refused, Text

AHEAD = timedelta(minutes=5)
"""How far a device's clock may run before ours."""
_YES = {"true", "yes", "y", "1", "on", "是", "有", "√"}
_NO = {"false", "no", "n", "0", "off", "否", "无", "×"}
ANSWERS = {"yes": Text("是", "Yes"), "no": Text("否", "No"), "na": Text("不适用", "Not applicable")}


@dataclass(frozen=True, slots=True)
class Entry:
    """What was recorded, as rules see it. Times carry their zone; `values` are plain JSON."""

    id: str
    register: str
    department: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    values: Mapping[str, Any]
    subject: str | None = None
    about: str | None = None
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The keys that an entry may refer to."""

    departments: frozenset[str]
    people: frozenset[str]
    subjects: Mapping[str, frozenset[str]] = made(default_factory=dict)


def clean(
    register: Register,
    raw: Mapping[str, Any],
    *,
    subject: str | None,
    occurred_at: datetime,
    at: datetime,
    known: Known,
) -> dict[str, Any]:
    """The values in the form in which they are kept: JSON, keys of choices, ISO times.

    Values may come as text (from a form or a file) or as JSON (from the API). Raises
    `Refused` with every fault, each with its field. A reading outside its limits is kept;
    one that cannot be is refused.
    """
    faults: list[Fault] = []
    fields = register.field
    extra = {"items"} if register.shape == "checklist" else set()
    for key in raw.keys() - fields.keys() - extra:
        faults.append(_fault(key, f"本登记没有“{key}”这一栏。", f'There is no field "{key}" here.'))
    values = _parsed(fields, raw, occurred_at, known, faults)
    if register.shape == "checklist":
        values["items"] = _items(register.item, raw.get("items"), occurred_at, faults)
    if not faults:
        _require(register, values, occurred_at, faults)
    _subject(register, subject, known, faults)
    faults += _time(occurred_at, at)
    if faults:
        raise Refused(*faults)
    return values


def typed(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    """Kept values as formulas see them: dates and times as such. Sealed values are left out."""
    found: dict[str, Any] = {}
    for key, field in register.field.items():
        value = values.get(key)
        if isinstance(value, str) and field.type == "date":
            value = date.fromisoformat(value)
        elif isinstance(value, str) and field.type == "datetime":
            value = datetime.fromisoformat(value)
        elif field.type == "rows":
            rows = value or []
            found[f"{key}_count"] = float(len(rows))
            for column in (c for c in field.column.values() if c.type == "flag"):
                found[f"{key}_{column.key}"] = float(sum(bool(r.get(column.key)) for r in rows))
            continue
        if not field.personal:
            found[key] = value
    return found


def outside(field: Field, value: Any) -> Text | None:
    """The sentence for a reading that breaks its limits, or None if it is in order."""
    if field.inside is None or value is None:
        return None
    low, high = field.inside
    if low <= value <= high:
        return None
    limit, zh, en = (high, "高于上限", "above") if value > high else (low, "低于下限", "below")
    unit = f" {field.unit}" if field.unit else ""
    return Text(
        f"{value:g}{unit}，{zh} {limit:g}{unit}。读数没错就照实保存。",
        f"{value:g}{unit} is {en} the limit of {limit:g}{unit}. If the reading is right, save it.",
    )


def _fault(field: str, zh: str, en: str) -> Fault:
    return Fault(Text(zh, en), field=field)


def _parsed(
    fields: Mapping[str, Field],
    raw: Mapping[str, Any],
    occurred_at: datetime,
    known: Known,
    faults: list[Fault],
    prefix: str = "",
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, field in fields.items():
        given = raw.get(key)
        if given is None or given in ("", []):
            continue
        try:
            values[key] = _value(field, given, occurred_at, known)
        except Refused as refused:
            faults += [Fault(f.why, field=f"{prefix}{f.field or key}") for f in refused.faults]
    return values


def _value(field: Field, given: Any, occurred_at: datetime, known: Known) -> Any:
    """One value in the form in which it is kept; raises `Refused`."""
    if isinstance(given, str):
        given = unicodedata.normalize("NFKC", given).strip() if field.type != "text" else given
    kind = field.type
    if kind in ("integer", "decimal"):
        return _number(field, given)
    if kind == "flag":
        return _flag(field, given)
    if kind == "choice":
        return _choice(field, given)
    if kind == "multi":
        parts = given.replace("、", ",").split(",") if isinstance(given, str) else given
        return [_choice(field, part.strip()) for part in parts]
    if kind in ("date", "time", "datetime"):
        return _moment(field, given, occurred_at)
    if kind == "rows":
        return _rows(field, given, occurred_at, known)
    if not isinstance(given, str):
        raise _refused(field, "应填文字。", "should be text.")
    among = {
        "department": known.departments,
        "person": known.people,
        "subject": known.subjects.get(field.of or "", frozenset()),
    }.get(kind)
    if among is not None and given not in among:
        raise _refused(field, f"没有“{given}”。", f'there is no "{given}".')
    return given.strip()


def _refused(field: Field, zh: str, en: str) -> Refused:
    return Refused(_fault(field.key, f"{field.name.zh}：{zh}", f"{field.name.en}: {en}"))


def _number(field: Field, given: Any) -> int | float:
    try:
        number = float(given.replace(",", "") if isinstance(given, str) else given)
    except (TypeError, ValueError) as error:
        raise _refused(field, f"“{given}”不是数。", f'"{given}" is not a number.') from error
    if isinstance(given, bool) or not math.isfinite(number):
        raise _refused(field, f"“{given}”不是数。", f'"{given}" is not a number.')
    if field.type == "integer" and number != int(number):
        raise _refused(field, f"“{given}”应为整数。", f'"{given}" should be a whole number.')
    if field.possible and not field.possible[0] <= number <= field.possible[1]:
        low, high = field.possible
        unit = f" {field.unit}" if field.unit else ""
        raise _refused(
            field,
            f"{number:g}{unit} 不可能（应在 {low:g} 到 {high:g} 之间）。请核对读数。",
            f"{number:g}{unit} cannot be ({low:g} to {high:g} is possible). Check the reading.",
        )
    return int(number) if field.type == "integer" else number


def _flag(field: Field, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    word = str(given).lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise _refused(field, f"“{given}”应为 是 或 否。", f'"{given}" should be yes or no.')


def _choice(field: Field, given: Any) -> str:
    for key, name in field.choices.items():
        if given in (key, name.zh, name.en):
            return key
    options = "、".join(n.zh for n in field.choices.values())
    keys = ", ".join(n.en for n in field.choices.values())
    raise _refused(
        field, f"没有“{given}”这一选项。可选：{options}。", f'"{given}" is not one of: {keys}.'
    )


def _moment(field: Field, given: Any, occurred_at: datetime) -> str:
    """ISO text; a date-time without a zone is in the zone in which the entry occurred."""
    word = str(given).replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
    try:
        if field.type == "date":
            return date.fromisoformat(word[:10]).isoformat()
        if field.type == "time":
            return time.fromisoformat(word).isoformat(timespec="minutes")
        moment = datetime.fromisoformat(word)
        return (moment if moment.tzinfo else moment.replace(tzinfo=occurred_at.tzinfo)).isoformat()
    except ValueError as error:
        shape = {"date": "2026-03-02", "time": "08:30", "datetime": "2026-03-02 08:30"}[field.type]
        raise _refused(
            field, f"“{given}”看不懂，请写成 {shape}。", f'"{given}" is unreadable; write {shape}.'
        ) from error


def _rows(field: Field, given: Any, occurred_at: datetime, known: Known) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        raise _refused(field, "应是一份名单。", "should be a list of rows.")
    faults: list[Fault] = []
    rows = []
    for number, row in enumerate(given, 1):
        prefix = f"{field.key}.{number}."
        for key in row.keys() - field.column.keys():
            faults.append(_fault(prefix + key, f"没有“{key}”这一栏。", f'There is no "{key}".'))
        parsed = _parsed(field.column, row, occurred_at, known, faults, prefix)
        for column in field.column.values():
            if column.required and column.key not in parsed and row:
                faults.append(_missing(column, prefix))
        rows.append(parsed)
    if faults:
        raise Refused(*faults)
    return rows


def _missing(field: Field, prefix: str = "") -> Fault:
    return _fault(
        prefix + field.key, f"请填写{field.name.zh}。", f"{field.name.en} is required."
    )


def _require(
    register: Register, values: Mapping[str, Any], occurred_at: datetime, faults: list[Fault]
) -> None:
    row = {**typed(register, values), "occurred_at": occurred_at}
    for field in register.field.values():
        if field.key in values:
            continue
        if field.required and (
            not field.shown_when or condition(field.shown_when, register).holds(row)
        ):
            faults.append(_missing(field))
        elif field.required_when and condition(field.required_when, register).holds(row):
            why = _cause(register, row)
            faults.append(_fault(
                field.key, f"{why.zh}请填写{field.name.zh}。", f"{why.en}{field.name.en} is required."
            ))  # fmt: skip


def _cause(register: Register, row: Mapping[str, Any]) -> Text:
    """The limits that a reading breaks, in front of what is asked for because of it."""
    said = [t for f in register.field.values() if (t := outside(f, row.get(f.key)))]
    if not said:
        return Text("", "")
    return Text(said[0].zh.split("。")[0] + "。", said[0].en.split(". ")[0] + ". ")


def _items(
    items: Mapping[str, Item], raw: Any, occurred_at: datetime, faults: list[Fault]
) -> dict[str, dict[str, str]]:
    """Answers to a checklist: every item answered, every failure with its finding."""
    given = raw if isinstance(raw, Mapping) else {}
    found: dict[str, dict[str, str]] = {}
    for key in given.keys() - items.keys():
        faults.append(_fault(f"items.{key}", f"没有“{key}”这一项。", f'There is no item "{key}".'))
    for key, item in items.items():
        answer = given.get(key)
        answer = answer if isinstance(answer, Mapping) else {"answer": answer}
        word = answer.get("answer")
        if word not in ANSWERS:
            faults.append(_fault(
                f"items.{key}", f"“{item.name.zh}”还没有查。", f'"{item.name.en}" is not answered.'
            ))  # fmt: skip
            continue
        found[key] = {k: str(v) for k, v in answer.items() if k in _ANSWER and v not in (None, "")}
        if word == "no" and not found[key].get("finding"):
            faults.append(_fault(
                f"items.{key}", f"“{item.name.zh}”不合格，请写明发现。",
                f'"{item.name.en}" failed: write what was found.',
            ))  # fmt: skip
        if due := found[key].get("due"):
            found[key] |= _due(key, due, occurred_at, faults)
    return found


_ANSWER = ("answer", "finding", "due")


def _due(key: str, due: str, occurred_at: datetime, faults: list[Fault]) -> dict[str, str]:
    try:
        if date.fromisoformat(due) >= occurred_at.date():
            return {"due": due}
    except ValueError:
        pass
    faults.append(_fault(
        f"items.{key}", f"整改期限“{due}”应是检查日以后的日期。",
        f'The date "{due}" should be a day from the inspection on.',
    ))  # fmt: skip
    return {}


def _subject(
    register: Register, subject: str | None, known: Known, faults: list[Fault]
) -> None:
    if not register.subject:
        if subject:
            faults.append(_fault("subject", "本登记不分对象。", "This register has no subject."))
        return
    if not subject:
        faults.append(_fault("subject", "请写明对象。", "Say which one it is about."))
    elif register.subject != "patient" and subject not in known.subjects.get(
        register.subject, frozenset()
    ):
        faults.append(_fault("subject", f"没有“{subject}”。", f'There is no "{subject}".'))


def _time(occurred_at: datetime, at: datetime) -> Iterable[Fault]:
    if occurred_at > at + AHEAD:
        yield _fault(
            "occurred_at",
            f"发生时间 {occurred_at:%Y-%m-%d %H:%M} 还没有到。请改时间。",
            f"{occurred_at:%Y-%m-%d %H:%M} has not come yet. Change the time.",
        )
