"""The rule for a row that the hospital's information system delivers.

Decides whether one row of a feed can be used, and says field and remedy if not. A feed row
stands for itself: it has no author and no time of recording. Whole tables go through `gate`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from wardround.catalogue.columns import condition
from wardround.catalogue.model import Field, Register
from wardround.catalogue.values import Known, missing, out_of_order, parse, typed
from wardround.sources.table import SourceRow
from wardround.text import Fault, Text

_YEARS = (1900, 2199)
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_SERIAL = re.compile(r"([2-7]\d{4})(\.\d+)?(?:[ T]+(.+))?")
_FIRST = datetime(1899, 12, 30)
_DAY = (
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"
    r"|(?P<y_>\d{4})[-/.年](?P<m_>\d{1,2})[-/.月](?P<d_>\d{1,2})(?!\d)日?"
)
_CLOCK = (
    r"(?P<h>\d{1,2})[:时点] *(?P<n>\d{1,2})(?:[:分] *(?P<s>\d{1,2})(?P<part>\.\d+)?)?[分秒]?"
    r"|(?P<h_>\d\d)(?P<n_>\d\d)(?P<s_>\d\d)?|(?P<hour>\d{1,2})[时点]?"
)
_SAID = re.compile(
    rf"(?:{_DAY})[ T]*(?P<half>上午|下午|[AP]M)? *(?:{_CLOCK}) *(?P<half_>[AP]M)?"
    r"(?P<zone> *(?:Z|[+-]\d\d:?\d\d))?",
    re.IGNORECASE,
)
_LATER = ("下午", "PM")
_MIDNIGHT = re.compile(r" 00:00:00(\.0+)?")
_CLOCK_TWICE = re.compile(r"(.{0,30}\d[:时点].{1,20}|\d{14})T(\d.{0,8})")


def check(
    register: Register, row: SourceRow, known: Known, zone: tzinfo
) -> tuple[dict[str, Any], list[Fault]]:
    """A row's values, typed (times in `zone`), and what is wrong with it."""
    faults: list[Fault] = []
    fields = register.field
    raw = {key: _plainly(fields.get(key), word) for key, word in row.values.items()}
    kept = parse(fields, raw, zone, known, faults)
    faults = [_remedied(fault, fields.get(fault.field)) for fault in faults]
    told = {fault.field for fault in faults}
    for field in fields.values():
        if field.key not in kept and field.key not in told:
            if field.required or field.key == register.id:
                faults.append(missing(field))
        elif _negative(field, kept.get(field.key)):
            faults.append(Fault(
                Text(f"{field.name.zh} {kept[field.key]} 不会是负数。请核对。",
                     f"{field.name.en} {kept[field.key]} cannot be negative. Check it."),
                field=field.key,
            ))  # fmt: skip
    values = typed(register, kept)
    faults += [missing(f) for f in left_out(register, values) if f.key not in told]
    for key, value in values.items():
        if isinstance(value, date) and not _YEARS[0] <= value.year <= _YEARS[1]:
            faults.append(_no_such_year(fields[key], value.year))
        elif isinstance(value, datetime):
            values[key] = value.astimezone(zone)
    return values, faults + out_of_order(fields, values)


def _remedied(fault: Fault, field: Field | None) -> Fault:
    """A department that is not known is often known by another name."""
    if field is None or field.type != "department":
        return fault
    why = Text(
        f"{fault.why.zh}请改成院内科室名；若是别名或代码，请加进 hospital.toml 该科室的 codes。",
        f"{fault.why.en} Write a department of the hospital; if it is another name or code of "
        "one, add it to that department's codes in hospital.toml.",
    )
    return Fault(why, fault.place, fault.field)


def left_out(register: Register, values: Mapping[str, Any]) -> list[Field]:
    """The fields that typed values call for and do not fill."""
    return [
        f for f in register.field.values()
        if f.required_when and values.get(f.key) is None
        and condition(f.required_when, register).holds(values)
    ]  # fmt: skip


def plainly(field: Field, word: str, known: Known, zone: tzinfo) -> str | None:
    """The same said as a machine writes it; None if it is no value of this field."""
    faults: list[Fault] = []
    kept = parse({field.key: field}, {field.key: _plainly(field, word)}, zone, known, faults)
    value = kept.get(field.key)
    if faults or value is None or isinstance(value, list):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _no_such_year(field: Field, year: int) -> Fault:
    return Fault(
        Text(f"{field.name.zh}：{year} 年不可能。没有日期就留空。",
             f"{field.name.en}: the year {year} cannot be. Leave it empty if there is no date."),
        field=field.key,
    )  # fmt: skip


def _negative(field: Field, value: Any) -> bool:
    """Counts are never negative; amounts may be (a refund) unless `possible` says otherwise."""
    return field.type == "integer" and field.possible is None and value is not None and value < 0


def _plainly(field: Field | None, word: str) -> str:
    """Whoever knows only the month writes `2026-03`; it is known by its first day."""
    kind = field.type if field else ""
    if kind not in ("date", "datetime"):
        return word
    match = _MONTH.fullmatch(word)
    said = f"{match[1]}-{match[2]:0>2}-01" if match else word
    return moment(said) if kind == "datetime" or _SERIAL.fullmatch(said) else said


def moment(word: str) -> str:
    """A moment as ISO 8601 has it, as far as it can be told from how people and spreadsheets
    write it; 24:00 is 0:00 of the next day. Of two clocks the first counts, unless it says
    midnight for want of one. What is written otherwise comes back as it was."""
    plain = unicodedata.normalize("NFKC", word).strip()
    twice = _CLOCK_TWICE.fullmatch(plain)
    if twice:
        first = moment(twice[1])
        return moment(f"{first[:10]} {twice[2]}") if _MIDNIGHT.fullmatch(first[10:]) else first
    serial = _SERIAL.fullmatch(plain)
    if serial:
        seconds = round(float(serial[1] + (serial[2] or "")) * 86400)
        plain = (_FIRST + timedelta(seconds=seconds)).isoformat(sep=" ")
        if serial[3] is None:
            return plain
        plain = f"{plain[:10]} {serial[3]}"
    found = _SAID.fullmatch(plain)
    if found is None:
        return word
    day = [int(found[k] or found[f"{k}_"]) for k in "ymd"]
    hour, minute, second = (
        int(found[k] or found[f"{k}_"] or (k == "h" and found["hour"]) or 0) for k in "hns"
    )
    half = (found["half"] or found["half_"] or "").upper()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in _LATER else 0)
    try:
        start = datetime(day[0], day[1], day[2])
        if (hour, minute, second) == (24, 0, 0):
            start, hour = start + timedelta(days=1), 0
        clock = start.replace(hour=hour, minute=minute, second=second)
    except (ValueError, OverflowError):
        return word
    return f"{clock.isoformat(sep=' ')}{found['part'] or ''}{(found['zone'] or '').strip()}"


def twice(register: Register, key: str) -> Fault:
    """The fault of rows under one number that contradict each other."""
    return Fault(
        Text(f"“{key}”有几行，内容不同。只留对的一行。",
             f'There are several rows "{key}" that differ. Keep the right one.'),
        field=register.id or "",
    )  # fmt: skip
