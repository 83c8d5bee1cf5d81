"""The headings of a delivered table, matched to a register.

Decides which column is which field, for CSV and Excel alike; headings that begin with # are
remarks. Whether a row's values are possible is `feed`'s matter for feeds and `work.record`'s for
registers that people keep.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from wardround.catalogue.model import Register
from wardround.text import Fault, Lang, Refused, Text

PLACES: dict[str, tuple[str, ...]] = {
    "id": ("id", "编号", "记录号"),
    "department": ("department", "科室", "部门"),
    "subject": ("subject", "对象"),
    "occurred_at": ("occurred_at", "occurred at", "time", "时间", "发生时间"),
}
"""Columns that every register has beside its fields, and what people call them."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row as delivered: where a person finds it, and what it says, empty cells left out."""

    place: str
    values: dict[str, str]


def place(number: int, lang: Lang) -> str:
    """A row as a spreadsheet numbers it, the header being row 1."""
    return Text(f"第 {number} 行", f"row {number}")[lang]


def known_columns(register: Register) -> dict[str, str]:
    """Everything a header may say for this register, plainly written → field key."""
    found: dict[str, str] = {}
    standing = {"id": register.id, "department": register.department, "occurred_at": register.day}
    for key, words in PLACES.items():
        target = standing.get(key) if register.feed else key
        if target and (key != "subject" or register.subject):
            found |= {plain(word): target for word in words}
    fields = [f for f in register.field.values() if f.type not in ("rows", "file")]
    for field in fields:
        found |= {plain(word): field.key for word in (field.name.zh, field.name.en)}
    return found | {field.key: field.key for field in fields}


def match(
    header: Sequence[str], register: Register, mapping: Mapping[str, str] | None
) -> tuple[list[str | None], tuple[str, ...]]:
    """The field key of each column, None where it is ignored, and the ignored headers.

    `mapping` is header → field key and goes first; with it, columns nobody knows are ignored.
    Raises `Refused` with all that is wrong with the header.
    """
    known, faults = known_columns(register), list[Fault]()
    given = {plain(word): key for word, key in (mapping or {}).items()}
    keys = [_key(name, given, known) for name in header]
    ignored = tuple(n for n, k in zip(header, keys, strict=True) if k is None and n and n[0] != "#")
    for word, key in (mapping or {}).items():
        if key not in known.values():
            faults.append(_fault(key, f"本登记没有“{key}”这一栏。", f'There is no field "{key}".'))
        if plain(word) not in map(plain, header):
            faults.append(
                _fault(word, f"表里没有“{word}”这一列。", f'There is no column "{word}".')
            )
    if mapping is None:
        faults += [_unknown(name, register) for name in ignored]
    for key in sorted({k for k in keys if k and keys.count(k) > 1}):
        names = [n for n, k in zip(header, keys, strict=True) if k == key]
        faults.append(_fault(
            key, f"有 {len(names)} 列都是“{key}”：{'、'.join(names)}。只留一列。",
            f'{len(names)} columns are "{key}": {", ".join(names)}. Keep one.',
        ))  # fmt: skip
    faults += _absent(set(keys), register)
    if faults:
        raise Refused(*faults)
    return keys, ignored


@cache
def plain(word: str) -> str:
    """A heading without what does not tell headings apart: case, spaces, width."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", word)).strip().strip("*").lower()


def bare(word: str) -> str:
    """A heading without the unit or remark in brackets behind it."""
    return re.sub(r"\s*[(\[][^)\]]*[)\]]$", "", plain(word))


def recognised(cells: Sequence[str], known: Collection[str]) -> int:
    """How many cells of a line are known headings."""
    return sum(plain(cell) in known or bare(cell) in known for cell in cells)


def _key(name: str, given: Mapping[str, str], known: Mapping[str, str]) -> str | None:
    """The field of a heading; a unit in brackets behind it does not matter."""
    found = (table.get(w) for table in (given, known) for w in (plain(name), bare(name)))
    return next((key for key in found if key), None)


def _fault(field: str, zh: str, en: str) -> Fault:
    return Fault(Text(zh, en), field=field)


def _unknown(name: str, register: Register) -> Fault:
    fields = [f for f in register.field.values() if f.type not in ("rows", "file")]
    beside = () if register.feed else (
        Text("科室", "department"), *((Text("对象", "subject"),) if register.subject else ()),
        Text("发生时间", "occurred_at"),
    )  # fmt: skip
    names = [*beside, *(Text(f.name.zh, f.key) for f in fields)]
    zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
    return _fault(
        name,
        f"不认识“{name}”这一列。可用的列：{zh}。改列名，或给出对应关系。",
        f'The column "{name}" is not known. There are: {en}. Rename it, or give a mapping.',
    )


def _absent(keys: set[str | None], register: Register) -> Iterator[Fault]:
    """A fault for each column that a row cannot do without."""
    fields = {f.key: f for f in register.field.values() if f.type not in ("rows", "file")}
    names = {f.key: f.name for f in fields.values() if f.required and not f.shown_when}
    if register.feed:
        names |= {k: fields[k].name for k in (register.id, register.day) if k in fields}
    else:
        names["occurred_at"] = Text("发生时间", "time it happened")
        if register.subject:
            names["subject"] = Text("对象", "subject")
    for key, name in names.items():
        if key not in keys:
            yield _fault(
                key,
                f"缺少“{name.zh}”（{key}）这一列。",
                f'The column "{name.en}" ({key}) is missing.',
            )
