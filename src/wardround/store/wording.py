"""How a record, a cadence and several departments are called in a report's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wardround.catalogue.model import Catalogue, Register
from wardround.period import Cadence
from wardround.store.house import House
from wardround.text import LANGS, Refused, Text, listing, same
from wardround.work.follow import item_name

_UNPINNED = {
    "FREQ=REGULAR": Text("定期", "regularly"),
    "FREQ=CONTINUOUS": Text("全天候", "round the clock"),
}


def cadence_words(rule: str | None) -> Text | None:
    """A plan's cadence in words; several, joined by `|`, are listed."""
    if not rule:
        return None
    parts = [part.strip() for part in rule.split("|")]
    try:
        return listing([_UNPINNED.get(p) or Cadence.parse(p).name() for p in parts])
    except Refused:
        return same(rule)


def together(house: House, departments: Sequence[str]) -> list[Text]:
    """Names of departments; four or more that are all who perform a function go by its name."""
    left, names = list(departments), list[Text]()
    for function in house.catalogue.functions.values():
        all_of_it = [d.key for d in house.hospital.performing(function.key)]
        if len(all_of_it) >= 4 and set(all_of_it) <= set(left):
            names.append(function.name)
            left = [d for d in left if d not in all_of_it]
    return names + [house.hospital.department[d].name for d in left]


def title_of(catalogue: Catalogue, register: Register, values: Mapping[str, Any]) -> Text:
    """What tells one record from others of its kind, as its `title` says."""
    if not register.title:
        return same("")
    said = {k: _said(catalogue, register, k, values.get(k)) for k in register.field}
    zh, en = (
        register.title.format_map({k: one[lang] for k, one in said.items()}).strip(" ·")
        for lang in LANGS
    )
    return Text(zh, en)


def _said(catalogue: Catalogue, register: Register, key: str, value: Any) -> Text:
    field = register.field[key]
    if value is None or isinstance(value, dict):
        return same("")
    if field.type == "choice" and value in field.choices:
        return field.choices[value]
    if isinstance(value, float):
        return same(f"{value:g}")
    return item_name(catalogue, str(value)) or same(str(value))
