"""What kept values are called on a page: names for keys, units for numbers, masks for secrets.

Decides only wording. What a value is was decided when it was kept; who may see it, before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from wardround.catalogue.columns import ANONYMOUS
from wardround.catalogue.model import Field, Register
from wardround.store import vault
from wardround.store.house import House
from wardround.store.models import Case
from wardround.text import Text, listing, same
from wardround.web.templatetags import words
from wardround.web.templatetags.words import number
from wardround.work.authority import SYSTEM
from wardround.work.follow import item_name

NOTHING = same("–")
_FLAG = {True: Text("是", "Yes"), False: Text("否", "No")}
_RECORDERS = {
    SYSTEM: Text("系统", "System"),
    ANONYMOUS: Text("匿名", "Anonymous"),
}


def person(house: House, key: str) -> Text:
    """A person's name; what the system wrote or nobody signed says so."""
    found = house.hospital.person.get(key)
    return found.name if found else _RECORDERS.get(key, same(key))


def titled(house: House, key: str) -> Text:
    """The person with the post in front: 护士长 陈静 / Head nurse Chen Jing."""
    found = house.hospital.person.get(key)
    if found is None:
        return person(house, key)
    return Text(f"{found.post.zh} {found.name.zh}", f"{found.name.en}, {found.post.en.lower()}")


def department(house: House, key: str) -> Text:
    """A department's name."""
    found = house.hospital.department.get(key)
    return found.name if found else same(key)


def head(house: House, key: str) -> Text | None:
    """Who answers for a department, with the post."""
    found = house.hospital.head_of(key)
    return titled(house, found.key) if found else None


def office(house: House, function: str | None) -> Text:
    """The department that performs a function, by its own name; "" for none."""
    if function is None:
        return same("")
    found = house.hospital.performing(function)
    if function in ("president", "vice_president") or not found:
        known = house.catalogue.functions.get(function)
        return known.name if known else same(function)
    return found[0].name


def thing(house: House, kind: str | None, key: str | None) -> Text:
    """The name of a fridge, vehicle, partner…; a subject without a name is its own key."""
    if not key:
        return same("")
    found = house.hospital.subject.get(kind or "", {}).get(key)
    return found.name if found else same(key)


def about(house: House, register: Register, subject: str | None) -> Text | None:
    """The subject of an entry, or None."""
    if subject and register.subject == "patient":
        return vault.called(subject)
    return thing(house, register.subject, subject) if subject else None


def value(house: House, field: Field, given: Any, *, unit: bool = True) -> Text:
    """One kept value in words, with its unit; "–" where nothing was said."""
    if given is None or given in ("", []):
        return NOTHING
    if vault.is_sealed(given):
        return same(vault.MASK)
    if given == vault.ERASED:
        return Text("（已删除）", vault.ERASED)
    if isinstance(given, bool):
        return _FLAG[given]
    if isinstance(given, int) and field.possible and field.possible[1] < 10_000 and not field.unit:
        return same(str(given))  # a year takes no thousands' comma
    if isinstance(given, int | float):
        return same(f"{number(given)} {field.unit}" if field.unit and unit else number(given))
    if field.type == "rows":
        return Text(f"{len(given)} 行", f"{len(given)} rows")
    if isinstance(given, list):
        return listing([field.choices.get(str(g), same(str(g))) for g in given])
    return _word(house, field, str(given))


def _word(house: House, field: Field, given: str) -> Text:
    if field.type == "choice":
        return field.choices.get(given, same(given))
    if field.type == "datetime":
        return same(f"{house.local(datetime.fromisoformat(given)):%Y-%m-%d %H:%M}")
    if field.type == "person":
        return person(house, given)
    if field.type == "department":
        return department(house, given)
    if field.type == "subject":
        return thing(house, field.of, given)
    if field.key == "source" and given in house.catalogue.registers:
        return house.catalogue.registers[given].name
    if field.key == "item" and (item := item_name(house.catalogue, given)):
        return item
    if field.key == "case" and (behind := _behind(house, given)):
        return behind
    return same(given)


def _behind(house: House, key: str) -> Text | None:
    """What the case is called that another came from; None if there is none."""
    try:
        found = Case.objects.filter(pk=key).first()
    except ValidationError:
        return None
    return case(house, house.catalogue.registers[found.register], found.values) if found else None


def rows(house: House, field: Field, given: Any) -> list[list[Text]]:
    """A field's rows, cell by cell in the order of its columns."""
    if not isinstance(given, list):
        return []
    return [[value(house, c, row.get(c.key)) for c in field.column.values()] for row in given]


def title(house: House, register: Register, values: Mapping[str, Any]) -> Text:
    """The entry in a few words, as its register declares: "4.6 °C"; "" if it declares none."""
    if not register.title:
        return same("")
    named = [f for k, f in register.field.items() if f"{{{k}}}" in register.title]
    used = [f for f in named if values.get(f.key) not in (None, "")]
    if not used:
        return _fallback(house, register, values)
    said = {f.key: value(house, f, values[f.key], unit=False) for f in used}
    return Text(_filled(register.title, said, "zh"), _filled(register.title, said, "en"))


def _filled(template: str, said: Mapping[str, Text], lang: str) -> str:
    """The template with its `{words}` filled; separators left over at the ends are dropped."""

    def word(place: re.Match[str]) -> str:
        return said[place[1]][lang] if place[1] in said else ""

    return re.sub(r"\{(\w+)\}", word, template).strip(" ·")


def _fallback(house: House, register: Register, values: Mapping[str, Any]) -> Text:
    """What a title without its own words is about: the item, else the case behind it."""
    known = (register.field[k] for k in ("item", "case") if k in register.field and values.get(k))
    return next((value(house, f, values[f.key]) for f in known), same(""))


def case(house: House, register: Register, values: Mapping[str, Any]) -> Text:
    """A case's name: its kind, and what it is about if it says so."""
    own, kind = title(house, register, values), register.name
    return Text(f"{kind.zh}：{own.zh}", f"{kind.en}: {own.en}") if own.zh else kind


def until(limit: datetime, now: datetime) -> str:
    """A limit as one says it: the time today, the day and time otherwise.

    Midnight belongs to the day that it ends.
    """
    last = limit - timedelta(microseconds=1)
    midnight = last.date() != limit.date()
    day = words.day_short(last)
    if midnight:
        return "24:00" if last.date() == now.date() else day
    hour = words.hour(limit)
    return hour if limit.date() == now.date() else f"{day} {hour}"
