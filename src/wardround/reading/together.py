"""Numbers told together share what is said of them: a comparison, a unit, what they measure.

Decides on the words between and before numbers that are found already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wardround.reading.piece import Piece, Quantity

_EACH_OF = re.compile(
    r"((?:[^，,；;。：:、\d]{1,14}[率比度][、和及与])+[^，,；;。：:、\d]{1,14}?[率比度])"
    r"(?:[要须应]?均|都|同比各|各)[^，,；;。\d]{0,6}$"
)
"""Several shares of which one number is told."""


def of_each(piece: Piece, found: list[Quantity]) -> Iterator[Quantity]:
    """A number told of several shares at once, for each of them: 建卡率、随访率均达95%."""
    for quantity in found:
        told = _EACH_OF.search(piece.text, piece.body_at, quantity.start)
        if told and told.end() == quantity.start and quantity.unit_kind in ("percent", "point"):
            first, *others = re.split("(?<=[率比度])[、和及与]", told[1])
            yield from (replace(quantity, metric=name) for name in (first, *others))
        else:
            yield quantity


def alike(piece: Piece, found: list[Quantity]) -> list[Quantity]:
    """Numbers told one by one share their comparison: 分别达到62%和60%, 分别达85%、90%以上."""
    for n in range(1, len(found)):
        one, two = found[n - 1], found[n]
        strung = re.fullmatch(r"\s*[、和与及/]\s*", piece.text[one.end : two.start])
        told = "分别" in re.split("[，,；;。]", piece.text[: one.start])[-1]
        if told and strung and one.unit == "个" and two.unit_kind == "point":
            one = found[n - 1] = replace(one, unit=two.unit, unit_kind=two.unit_kind)
        if one.unit != two.unit or not (strung and told):
            continue
        if two.op == "=" and not two.explicit:
            found[n] = replace(two, op=one.op, explicit=one.explicit, change=one.change)
        elif two.op in (">=", "<=") and not two.change and one.op in ("=", "reach", "sink"):
            found[n - 1] = replace(one, op=two.op, explicit=True)
    return found


def goes_on(piece: Piece, before: Quantity, start: int, end: int) -> bool:
    """75% and 80% respectively: the second number shares the comparison of the first."""
    between = piece.text[before.end : start].strip()
    if re.fullmatch(r"(?:by|in|at|from)\s[^,;.%]{2,34}\s+and(?: to)?", between):
        return before.unit == "%" == piece.text[end - 1 : end]
    return between in ("and", "和", "、", "/") and bool(
        re.match(r"\s*(?:respectively|分别)", piece.text[end : end + 16])
    )
