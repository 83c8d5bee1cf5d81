"""The page on which headings of a table are matched with fields, and the mapping it makes.

Decides what is shown beside each heading and reads it back. What is proposed is `proposed`'s
matter; whether the rows can be used, the gate's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from typing import Any

from django.http import QueryDict

from wardround.catalogue.model import Field, Register
from wardround.sources import proposed, table
from wardround.sources.mapping import Column, Source
from wardround.sources.peek import Peek
from wardround.store import vault
from wardround.store.house import House
from wardround.text import Fault, Refused, Text, same

_NAMING = re.compile(
    "姓名|身份证|证件|电话|手机|住址|地址|联系人|name|phone|mobile|address|identity|birth", re.I
)
_WORDED = ("choice", "flag", "department", "person", "subject")
_FLAG = {"true": Text("是", "Yes"), "false": Text("否", "No")}
_NONE, _BLANK = "", "-"
_MOST = 40
TYPES: dict[str, Text] = {
    "integer": Text("整数", "whole number"), "decimal": Text("数", "number"),
    "text": Text("文字", "text"), "choice": Text("选项", "choice"),
    "multi": Text("多选", "choices"), "flag": Text("是／否", "yes or no"),
    "date": Text("日期", "date"), "time": Text("时刻", "time"),
    "datetime": Text("日期时间", "date and time"), "person": Text("人员", "person"),
    "department": Text("科室", "department"), "subject": Text("对象", "subject"),
}  # fmt: skip
_PARTS = (
    ("%Y", "年", "YYYY"), ("%m", "月", "MM"), ("%d", "日", "DD"),
    ("%H", "时", "hh"), ("%M", "分", "mm"), ("%S", "秒", "ss"),
)  # fmt: skip
_STANDING = {
    "department": Field("department", Text("科室", "Department"), "department"),
    "subject": Field("subject", Text("对象", "Subject"), "subject"),
    "occurred_at": Field("occurred_at", Text("发生时间", "Occurred at"), "datetime", required=True),
    "id": Field("id", Text("记录号（可不填）", "Record id (may be left out)"), "text"),
}


@dataclass(frozen=True, slots=True)
class Match:
    """What a person chose, or what is proposed: a field per heading, a format per heading, and
    for a heading's words what they mean ("-": nothing)."""

    fields: list[str]
    formats: dict[int, str] = made(default_factory=dict)
    words: dict[int, dict[str, str]] = made(default_factory=dict)


def fields(house: House, register: Register) -> dict[str, Field]:
    """The fields of a register that a table can fill, and what every entry says besides."""
    found = {k: f for k, f in register.field.items() if f.type not in ("rows", "file")}
    if register.feed:
        return found
    standing = {k: f for k, f in _STANDING.items() if k != "subject" or register.subject}
    if register.subject:
        kind = house.catalogue.subjects[register.subject]
        standing["subject"] = replace(
            standing["subject"], name=kind.name, of=register.subject, required=True
        )
    return standing | found


# -- proposing ----------------------------------------------------------------------------------


def propose(house: House, register: Register, seen: Peek, told: Mapping[str, str]) -> Match:
    """What each heading probably is; `told` is what other mappings say of headings."""
    chosen = proposed.columns(seen.header, seen.samples, register, house.known, told)
    return completed(house, register, seen, Match(chosen))


def by_source(house: House, register: Register, seen: Peek, source: Source) -> Match:
    """What a mapping that was kept says of these headings."""
    (rows,) = (r for r in source.all_rows(register.key) if r.feed == register.key)
    places = {table.plain(p): k for k, c in rows.column.items() for p in c.from_}
    chosen = [places.get(table.plain(h), "") for h in seen.header]
    match = Match(chosen)
    for place, key in enumerate(chosen):
        if column := rows.column.get(key):
            if column.format:
                match.formats[place] = column.format[0]
            own = {
                w: str(m) or _BLANK for w, m in {**column.map, **_of(source, key, register)}.items()
            }
            match.words[place] = own
    return completed(house, register, seen, match)


def _of(source: Source, key: str, register: Register) -> dict[str, str]:
    """What a mapping says of departments' words, where the field is a department."""
    field = register.field.get(key)
    is_department = key == "department" or (field is not None and field.type == "department")
    return {w: str(k) for w, k in source.department.items()} if is_department else {}


def completed(house: House, register: Register, seen: Peek, match: Match) -> Match:
    """With a proposal for every word and format that the person has not settled yet."""
    known = fields(house, register)
    formats, words = dict(match.formats), dict(match.words)
    for place, key in enumerate(match.fields):
        field = known.get(key)
        if field is None:
            continue
        fitting = proposed.formats(field, seen.samples[place], house.known)
        if place not in formats and fitting:
            formats[place] = fitting[0] if len(fitting) == 1 else _NONE
        choices = options(house, field)
        own = words.get(place, {})
        words[place] = own | {
            word: proposed.likeliest(word, {k: _names(house, field, k, n) for k, n in choices})
            for word in strange(house, field, seen.words[place]) if word not in own
        }  # fmt: skip
    return Match(match.fields, formats, words)


def strange(house: House, field: Field, words: list[str]) -> list[str]:
    """The words of a column that its field does not know, the commonest first."""
    if field.type not in _WORDED:
        return []
    called = _called(house) if field.type == "department" else frozenset()
    unknown = [w for w in words if w.lower() not in called]
    return proposed.unread(field, unknown, house.known)[:_MOST]


def _called(house: House) -> frozenset[str]:
    """All that departments are called, which an import understands without being told."""
    return frozenset(
        word.lower() for d in house.hospital.department.values()
        for word in (*d.words, *d.codes, d.name.zh, d.name.en, d.key)
    )  # fmt: skip


def options(house: House, field: Field) -> list[tuple[str, Text]]:
    """What a field may say, if that is listed: choices, departments, persons, subjects."""
    if field.type == "choice":
        return list(field.choices.items())
    if field.type == "flag":
        return list(_FLAG.items())
    if field.type == "department":
        return [(d.key, d.name) for d in house.hospital.department.values()]
    if field.type == "person":
        return [(p.key, p.name) for p in house.hospital.person.values()]
    if field.type == "subject":
        return [(t.key, t.name) for t in house.hospital.things(field.of or "")]
    return []


def _names(house: House, field: Field, key: str, name: Text) -> list[str]:
    more = house.hospital.department[key].words if field.type == "department" else ()
    return [key, name.zh, name.en, *more]


# -- showing ------------------------------------------------------------------------------------


def shown(house: House, register: Register, seen: Peek, match: Match) -> list[dict[str, Any]]:
    """Each heading with its samples, the fields to choose from, formats and words."""
    known = fields(house, register)
    listed = [(key, _called_field(f)) for key, f in known.items()]
    found = []
    for place, heading in enumerate(seen.header):
        key = match.fields[place]
        field = known.get(key)
        fitting = proposed.formats(field, seen.samples[place], house.known) if field else []
        words = strange(house, field, seen.words[place]) if field else []
        hidden = bool(_NAMING.search(heading)) or bool(field and field.personal)
        found.append({
            "place": place, "heading": heading or same(f"#{place + 1}"), "value": key,
            "remark": heading.startswith("#"), "field": field, "choices": listed,
            "samples": [vault.MASK] if hidden else seen.samples[place][:3],
            "formats": [(form, _spelled(form)) for form in fitting],
            "format": match.formats.get(place, ""),
            "options": options(house, field) if field and words else [],
            "words": [
                {"number": n, "word": w, "value": match.words.get(place, {}).get(w, _NONE)}
                for n, w in enumerate(words)
            ],
        })  # fmt: skip
    return found


def _spelled(form: str) -> Text:
    """A way of writing dates in words: 日/月/年, DD/MM/YYYY."""
    said = Text(form, form)
    for sign, zh, en in _PARTS:
        said = Text(said.zh.replace(sign, zh), said.en.replace(sign, en))
    return said


def _called_field(field: Field) -> Text:
    kind = TYPES[field.type]
    unit = f" {field.unit}" if field.unit else ""
    zh, en = ("，必填", ", required") if field.required else ("", "")
    return Text(f"{field.name.zh}（{kind.zh}{unit}{zh}）", f"{field.name.en} ({kind.en}{unit}{en})")


# -- reading it back ----------------------------------------------------------------------------


def read(posted: QueryDict, seen: Peek) -> Match:
    """What the person chose."""
    match = Match([posted.get(f"c{i}", "") for i in range(len(seen.header))])
    for place in range(len(seen.header)):
        if f"f{place}" in posted:
            match.formats[place] = posted.get(f"f{place}", "")
        words = posted.getlist(f"w{place}")
        match.words[place] = {w: posted.get(f"w{place}.{n}", "") for n, w in enumerate(words)}
    return match


def open_questions(house: House, register: Register, seen: Peek, match: Match) -> bool:
    """Whether a chosen field has words or formats that the person has not been shown yet."""
    known = fields(house, register)
    for place, key in enumerate(match.fields):
        field = known.get(key)
        if field is None:
            continue
        asked = match.words.get(place, {})
        if any(w not in asked for w in strange(house, field, seen.words[place])):
            return True
        fitting = proposed.formats(field, seen.samples[place], house.known)
        if fitting and place not in match.formats:
            return True
    return False


def source(
    house: House, register: Register, seen: Peek, match: Match, base: Source | None
) -> Source:
    """The mapping that was chosen; raises `Refused` with all that is wrong with it.

    Two headings of one date and time are day and hour, put together. Words that the mapping it
    began with knew, and that are not in this table, stay known.
    """
    known = fields(house, register)
    chosen = [(i, k) for i, k in enumerate(match.fields) if k in known]
    several = {k for _, k in chosen if known[k].type == "datetime"}
    once = list({k if k in several else i: (i, k) for i, k in reversed(chosen)}.values())
    names = [seen.header[i] for i, _ in once]
    table.match(names, register, {seen.header[i]: k for i, k in once})
    undated = [_undated(seen.header[i]) for i, k in chosen if match.formats.get(i) == "" and
               proposed.formats(known[k], seen.samples[i], house.known)]  # fmt: skip
    if undated:
        raise Refused(*undated)
    column: dict[str, Column] = {}
    department: dict[str, Any] = dict(base.department) if base else {}
    before = base.column if base else {}
    for place, key in chosen:
        told = {w: "" if m == _BLANK else m for w, m in match.words.get(place, {}).items() if m}
        if known[key].type == "department":
            department |= {w: m for w, m in told.items() if m}
            told = {}
        elif key in before and seen.header[place] in before[key].from_:
            told = before[key].map | told
        form = match.formats.get(place)
        if key in column:
            both = (*column[key].from_, seen.header[place])
            column[key] = replace(column[key], from_=both, joined="T")
            continue
        column[key] = Column(key, (seen.header[place],), map=told, format=(form,) if form else ())
    return Source(feed=register.key, column=column, department=department)


def _undated(heading: str) -> Fault:
    return Fault(Text(f"请选“{heading}”的日期写法。", f'Say how "{heading}" writes dates.'))
