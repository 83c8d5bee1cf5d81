"""What a checked expression comes to for one row: three-valued, as in SQL.

Decides nothing about which words are allowed (`formula` does). The trees are sqlglot's; a test
holds this meaning and the database's together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlglot import exp

COMPARE: dict[type[exp.Expression], Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.LT: operator.lt, exp.LTE: operator.le,
    exp.GT: operator.gt, exp.GTE: operator.ge,
}  # fmt: skip
_OPERATE: dict[type[exp.Expression], Callable[..., Any]] = {
    exp.Add: operator.add, exp.Sub: operator.sub, exp.Mul: operator.mul, exp.Neg: operator.neg,
    exp.Div: lambda a, b: a / b if b else None, exp.Abs: abs, exp.Not: operator.not_,
    exp.Contains: operator.contains,
}  # fmt: skip
SPANS = {"minutes": 6e7, "hours": 3.6e9, "days": 8.64e10}
"""Our own functions, with the microseconds in their unit."""

_PICK: dict[type[exp.Expression], Callable[[list[Any]], Any]] = {
    exp.Coalesce: operator.itemgetter(0), exp.Least: min, exp.Greatest: max,
}  # fmt: skip

Meaning = Callable[[Mapping[str, Any]], Any]
"""What an expression comes to for one row."""


def meaning(node: exp.Expression) -> Meaning:
    """The expression as a function of a row; worked out once, since rows are many."""
    if isinstance(node, exp.Paren):
        return meaning(node.this)
    if isinstance(node, exp.Column):
        name = node.name
        return lambda values: values.get(name)
    if isinstance(node, exp.Literal | exp.Boolean | exp.Null):
        constant = _constant_value(node)
        return lambda values: constant
    return _joined(node, [meaning(part) for part in operands(node)])


def _constant_value(node: exp.Expression) -> Any:
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else float(node.this)
    return bool(node.this) if isinstance(node, exp.Boolean) else None


def _joined(node: exp.Expression, parts: list[Meaning]) -> Meaning:
    """What a node comes to, from what its operands come to."""
    if isinstance(node, exp.And | exp.Or):
        return _either(parts, isinstance(node, exp.Or))
    if isinstance(node, exp.Is):
        left, right = parts
        return lambda values: left(values) is right(values)
    if type(node) in _PICK:
        return _known(parts, _PICK[type(node)])
    if isinstance(node, exp.Between):
        value, low, high = parts
        above = _strict(_comparison(operator.ge), [value, low])
        return _either([above, _strict(_comparison(operator.le), [value, high])], False)
    if isinstance(node, exp.In):
        equal = _comparison(operator.eq)
        return _either([_strict(equal, [parts[0], part]) for part in parts[1:]], True)
    return _strict(_operation(node), parts)


def _operation(node: exp.Expression) -> Callable[..., Any]:
    """What is done with operands that are all known."""
    if type(node) in COMPARE:
        return _comparison(COMPARE[type(node)])
    if type(node) in _OPERATE:
        return _OPERATE[type(node)]
    unit = node.name.lower()
    return lambda start, end: _span(unit, start, end)


def operands(node: exp.Expression) -> list[exp.Expression]:
    """The parts of an expression whose values make its own, in order."""
    if isinstance(node, exp.Between):
        return [node.this, node.args["low"], node.args["high"]]
    if isinstance(node, exp.In | exp.Coalesce | exp.Least | exp.Greatest):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Anonymous):
        return node.expressions
    pair = isinstance(node, exp.Binary | exp.Contains)
    return [node.this, node.expression] if pair else [node.this]


def _either(parts: Sequence[Meaning], decisive: bool) -> Meaning:
    """Three-valued or (decisive True) and and (False): a decisive part wins over an unknown."""

    def result(values: Mapping[str, Any]) -> bool | None:
        unknown = False
        for part in parts:
            found = part(values)
            if found is decisive:
                return decisive
            unknown = unknown or found is None
        return None if unknown else not decisive

    return result


def _known(parts: Sequence[Meaning], pick: Callable[[list[Any]], Any]) -> Meaning:
    def result(values: Mapping[str, Any]) -> Any:
        known = [found for part in parts if (found := part(values)) is not None]
        return pick(known) if known else None

    return result


def _strict(apply: Callable[..., Any], parts: Sequence[Meaning]) -> Meaning:
    """An operator whose result is unknown as soon as one of its one or two operands is."""
    left, right = parts[0], parts[-1]

    def one(values: Mapping[str, Any]) -> Any:
        a = left(values)
        return None if a is None else apply(a)

    def two(values: Mapping[str, Any]) -> Any:
        a = left(values)
        if a is None or (b := right(values)) is None:
            return None
        return apply(a, b)

    return one if len(parts) == 1 else two


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A day is compared as its first moment."""

    def result(a: Any, b: Any) -> bool:
        if isinstance(a, date) or isinstance(b, date):
            return compare(_moment(a), _moment(b))
        return compare(a, b)

    return result


def _moment(value: date | str) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value if isinstance(value, str) else value.isoformat())


def _span(unit: str, start: date, end: date) -> float:
    """Time from `start` to `end`; whole calendar days for `days`."""
    a, b = _moment(start), _moment(end)
    if unit == "days":
        return float((b.date() - a.date()).days)
    return (b - a) // timedelta(microseconds=1) / SPANS[unit]
