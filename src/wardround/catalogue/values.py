"""What one field's value may be, and the form in which it is kept.

Decides how text from a form, a table or the API becomes a number, a day, a choice. Whether an
entry as a whole is valid is `work.record`'s matter, a delivered row `sources.feed`'s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, tzinfo
from typing import Any, TypeVar

from wardround.catalogue.model import Field, Register
from wardround.text import Fault, Refused, Text

YES_WORDS = {"true", "yes", "y", "1", "on", "是", "有", "√"}
NO_WORDS = {"false", "no", "n", "0", "off", "否", "无", "×"}


@dataclass(frozen=True, slots=True)
class Known:
    """The keys that an entry may refer to."""

    departments: frozenset[str]
    people: frozenset[str]
    subjects: Mapping[str, frozenset[str]] = made(default_factory=dict)


def fault(field: str, zh: str, en: str) -> Fault:
    """A fault of a field, not yet placed."""
    return Fault(Text(zh, en), field=field)


_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def unkeepable(value: Any) -> bool:
    """Whether some text in a JSON value cannot be kept: it holds a NUL or half a character."""
    said = [value]
    for one in said:  # grows while it is walked
        if isinstance(one, str):
            if _UNKEEPABLE.search(one):
                return True
        elif isinstance(one, Mapping):
            said += one
            said += one.values()
        elif isinstance(one, list | tuple):
            said += one
    return False


def parse(
    fields: Mapping[str, Field],
    raw: Mapping[str, Any],
    zone: tzinfo | None,
    known: Known,
    faults: list[Fault],
    prefix: str = "",
) -> dict[str, Any]:
    """The values that are given, in the form in which they are kept: JSON, keys, ISO times.

    Values may be text or JSON. Faults go to `faults`, each with its field; what is missing is
    left out, and no fault here. A time without a zone is in `zone`.
    """
    values: dict[str, Any] = {}
    for key, field in fields.items():
        given = raw.get(key)
        if given is None or given in ("", []):
            continue
        try:
            values[key] = _value(field, given, zone, known)
        except Refused as refused:
            faults += [Fault(f.why, field=f"{prefix}{f.field or key}") for f in refused.faults]
    return values


def _value(field: Field, given: Any, zone: tzinfo | None, known: Known) -> Any:
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
        if not isinstance(parts, list):
            raise _refused(field, "应是若干选项。", "should be a list of choices.")
        return [_choice(field, part.strip() if isinstance(part, str) else part) for part in parts]
    if kind in ("date", "time", "datetime"):
        return _moment(field, given, zone)
    if kind == "rows":
        return _rows(field, given, zone, known)
    if not isinstance(given, str):
        raise _refused(field, "应填文字。", "should be text.")
    if kind in ("department", "person", "subject") and given not in _among(field, known):
        raise _refused(field, f"没有“{given}”。", f'there is no "{given}".')
    return given.strip()


def _among(field: Field, known: Known) -> frozenset[str]:
    """The keys that a field may refer to."""
    if field.type == "subject":
        return known.subjects.get(field.of or "", frozenset())
    return known.departments if field.type == "department" else known.people


def _refused(field: Field, zh: str, en: str) -> Refused:
    return Refused(fault(field.key, f"{field.name.zh}：{zh}", f"{field.name.en}: {en}"))


_EXACT = 2.0**53
"""Beyond it a number is no longer the one that was written."""


def _number(field: Field, given: Any) -> int | float:
    try:
        number = float(given.replace(",", "") if isinstance(given, str) else given)
    except (TypeError, ValueError, OverflowError) as error:
        raise _refused(field, f"“{given}”不是数。", f'"{given}" is not a number.') from error
    if isinstance(given, bool) or "_" in str(given) or not abs(number) < _EXACT:
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
    if word in YES_WORDS or word in NO_WORDS:
        return word in YES_WORDS
    raise _refused(field, f"“{given}”应为 是 或 否。", f'"{given}" should be yes or no.')


def _choice(field: Field, given: Any) -> str:
    if isinstance(given, str) and given in field.choices:
        return given
    for key, name in field.choices.items():
        if given in (key, name.zh, name.en, unicodedata.normalize("NFKC", name.zh)):
            return key
    options = "、".join(n.zh for n in field.choices.values())
    keys = ", ".join(n.en for n in field.choices.values())
    raise _refused(
        field, f"没有“{given}”这一选项。可选：{options}。", f'"{given}" is not one of: {keys}.'
    )


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_HOUR = re.compile(r"(^|[ T])(\d:\d\d)")
_PART_OF_AN_HOUR = re.compile(r"[ T]\d\d[.,]")
"""08.30: Python reads 08:00:00.30, whoever wrote it meant 08:30."""


def _moment(field: Field, given: Any, zone: tzinfo | None) -> str:
    """ISO text; a date-time without a zone is in `zone`."""
    word = _DAY.sub(lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}", str(given), count=1)
    word = _HOUR.sub(r"\g<1>0\2", word)
    try:
        if _PART_OF_AN_HOUR.search(word):
            raise ValueError(word)
        if field.type == "date":
            return _near(field, date.fromisoformat(word[:10])).isoformat()
        if field.type == "time":
            return time.fromisoformat(word).isoformat(timespec="minutes")
        moment = _near(field, datetime.fromisoformat(word))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()
    except ValueError as error:
        shape = {"date": "2026-03-02", "time": "08:30", "datetime": "2026-03-02 08:30"}[field.type]
        raise _refused(
            field, f"“{given}”看不懂，请写成 {shape}。", f'"{given}" is unreadable; write {shape}.'
        ) from error


D = TypeVar("D", bound=date)


def _near(field: Field, moment: D) -> D:
    """A day in a lifetime; others are refused: zones and databases cannot hold them."""
    if not 1900 <= moment.year < 2200:
        year = f"{moment.year:04}"
        raise _refused(field, f"年份 {year} 不对，请核对。", f"the year {year} cannot be right.")
    return moment


def _rows(field: Field, given: Any, zone: tzinfo | None, known: Known) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        raise _refused(field, "应是一份名单。", "should be a list of rows.")
    faults: list[Fault] = []
    rows = []
    for number, row in enumerate(given, 1):
        prefix = f"{field.key}.{number}."
        for key in row.keys() - field.column.keys():
            faults.append(fault(prefix + key, f"没有“{key}”这一栏。", f'There is no "{key}".'))
        parsed = parse(field.column, row, zone, known, faults, prefix)
        for column in field.column.values():
            if column.required and column.key not in parsed and row:
                faults.append(missing(column, prefix))
        rows.append(parsed)
    if faults:
        raise Refused(*faults)
    return rows


def missing(field: Field, prefix: str = "") -> Fault:
    """The fault of a field that has to be filled and is not."""
    return fault(prefix + field.key, f"请填写{field.name.zh}。", f"{field.name.en} is required.")


def typed(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    """Kept values as formulas see them: dates and times as such. Sealed values are left out."""
    return typed_in(register.field, values)


def typed_in(fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Kept values as formulas see them: dates and times as such. Sealed values are left out."""
    found: dict[str, Any] = {}
    for key, field in fields.items():
        value = values.get(key)
        if field.type == "rows":
            rows = value or []
            found[f"{key}_count"] = float(len(rows))
            for column in (c for c in field.column.values() if c.type == "flag"):
                found[f"{key}_{column.key}"] = float(sum(bool(r.get(column.key)) for r in rows))
        elif not field.personal:
            moment = field.type in _READ and isinstance(value, str)
            found[key] = _READ[field.type](str(value)) if moment else value
    return found


_READ: dict[str, Callable[[str], date]] = {
    "date": date.fromisoformat, "datetime": datetime.fromisoformat,
}  # fmt: skip


def out_of_order(fields: Mapping[str, Field], row: Mapping[str, Any]) -> list[Fault]:
    """A fault for each typed date or time in `row` that lies before the one it may not precede."""
    found = []
    for field in (f for f in fields.values() if f.not_before):
        late, early = row.get(field.key), row.get(field.not_before or "")
        if late is None or early is None:
            continue
        if type(late) is not type(early):
            late, early = _date(late), _date(early)
        if late < early:
            earlier = fields.get(field.not_before or "")
            name = earlier.name if earlier else _OCCURRED
            a, b = _written(late), _written(early)
            found.append(fault(
                field.key,
                f"{field.name.zh} {a} 早于{name.zh} {b}。请改其中一个。",
                f"{field.name.en} {a} is before {name.en} {b}. Change one of them.",
            ))  # fmt: skip
    return found


_OCCURRED = Text("发生时间", "the time it happened")


def _date(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _written(moment: date) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()
