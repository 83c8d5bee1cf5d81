"""Rows set aside as a page tells them: reason by reason, personal words masked, and the same
rows again with one word put right.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

from wardround.catalogue.model import Field, Register
from wardround.sources.gate import Aside
from wardround.store import vault
from wardround.store.house import House
from wardround.store.quarantine import FROM, PLACE
from wardround.text import Fault, Text, same
from wardround.web import matching

EACH = 5
"""So many rows of each reason are listed; the table has them all."""


def grouped(house: House, register: Register | None, rows: Iterable[Aside]) -> list[dict[str, Any]]:
    """Reason → its rows, the most frequent first; a row with several stands under each.

    Where all rows of a reason say the same word, `word` is that, and it can be put right at once.
    """
    known = matching.fields(house, register) if register else {}
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for one in rows:
        for fault in one.faults:
            field = known.get(fault.field)
            why = _why(field, one, fault)
            group = groups.setdefault((fault.field, why.zh), {
                "why": why, "key": fault.field, "count": 0, "rows": [], "words": set(),
                "field": field.name if field else same(fault.field or "–"), "known": field,
            })  # fmt: skip
            group["count"] += 1
            if len(group["words"]) < 2:
                group["words"].add(one.row.values.get(fault.field, ""))
            if len(group["rows"]) < EACH:
                group["rows"].append(_row(register, field, one, fault))
    return [
        g | _at_once(house, g) for g in sorted(groups.values(), key=lambda g: -g["count"])
    ]  # fmt: skip


def _at_once(house: House, group: dict[str, Any]) -> dict[str, Any]:
    """What the one word of a reason may become: some choices, or anything."""
    field, words = group["known"], group["words"]
    word = next(iter(words)) if len(words) == 1 else ""
    if field is None or field.personal or len(words) != 1 or (not word and group["count"] > 1):
        return {"word": None}
    return {"word": word, "options": matching.options(house, field)}


def _why(field: Field | None, one: Aside, fault: Fault) -> Text:
    """The reason, without a personal word that it may quote."""
    word = one.row.values.get(fault.field, "")
    if not word or field is None or not field.personal:
        return fault.why
    return Text(fault.why.zh.replace(word, vault.MASK), fault.why.en.replace(word, vault.MASK))


def _row(
    register: Register | None, field: Field | None, one: Aside, fault: Fault
) -> dict[str, str | Text]:
    word = one.row.values.get(fault.field, "")
    own = one.row.values.get(register.id or "", "") if register else ""
    hidden = word and field is not None and field.personal
    row = re.fullmatch(r"(?:第 |row )(\d+)(?: 行)?", one.row.place)  # in the import's language
    place = Text(f"第 {row[1]} 行", f"row {row[1]}") if row else same(one.row.place)
    return {"place": place, "id": own, "said": vault.MASK if hidden else word or "–"}


def mended(key: str, rows: Iterable[Aside], field: str, word: str, value: str) -> tuple[bytes, int]:
    """The rows in which a field is at fault for saying `word`, with `value` there instead, as a
    table to import; and how many they are."""
    put_right = [
        {**one.row.values, field: value, PLACE: one.row.place, FROM: key}
        for one in rows
        if one.row.values.get(field, "") == word and any(f.field == field for f in one.faults)
    ]
    heads = list(dict.fromkeys(k for row in put_right for k in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, heads, restval="")
    writer.writeheader()
    writer.writerows(put_right)
    return out.getvalue().encode("utf-8-sig"), len(put_right)
