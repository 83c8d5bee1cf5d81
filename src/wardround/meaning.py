"""What a checked expression comes to for one row: three-valued, as in SQL.

Decides nothing about which words are allowed (`formula` does). The trees are sqlglot's; a test
holds this meaning and the database's together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
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
    if isinstance(node, exp.Column):
        name = node.name
        return lambda values: values.get(name)
    if isinstance(node, exp.Literal | exp.Boolean | exp.Null):
        constant = _constant_value(node)
        return lambda values: constant
    if isinstance(node, exp.Paren):
        return meaning(node.this)
    parts, join = [meaning(part) for part in operands(node)], _joined(node)
    return lambda values: join([part(values) for part in parts])


def _constant_value(node: exp.Expression) -> Any:
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else float(node.this)
    return bool(node.this) if isinstance(node, exp.Boolean) else None


def _joined(node: exp.Expression) -> Callable[[list[Any]], Any]:
    """How the values of a node's operands become its own."""
    if isinstance(node, exp.And | exp.Or):
        decisive = isinstance(node, exp.Or)
        return lambda parts: _either(parts, decisive)
    if isinstance(node, exp.Is):
        return lambda parts: parts[0] is parts[1]
    if isinstance(node, exp.Coalesce | exp.Least | exp.Greatest):
        pick = _PICK[type(node)]
        return lambda parts: _known(parts, pick)
    if isinstance(node, exp.Between):
        return lambda parts: _either(
            [_strict(_NOT_BELOW, parts[:2]), _strict(_NOT_ABOVE, [parts[0], parts[2]])], False
        )
    if isinstance(node, exp.In):
        return lambda parts: _either([_strict(_EQUAL, [parts[0], p]) for p in parts[1:]], True)
    return lambda parts: _strict(node, parts)


_NOT_BELOW, _NOT_ABOVE, _EQUAL = exp.GTE(), exp.LTE(), exp.EQ()


def _known(parts: list[Any], pick: Callable[[list[Any]], Any]) -> Any:
    known = [part for part in parts if part is not None]
    return pick(known) if known else None


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


def _either(parts: list[bool | None], decisive: bool) -> bool | None:
    """Three-valued or (decisive True) and and (False): a decisive part wins over an unknown."""
    if any(part is decisive for part in parts):
        return decisive
    return None if None in parts else not decisive


def _strict(node: exp.Expression, parts: list[Any]) -> Any:
    """Operators whose result is unknown as soon as an operand is."""
    if any(part is None for part in parts):
        return None
    if type(node) in COMPARE:
        if any(isinstance(part, date) for part in parts):
            parts = [_moment(part) for part in parts]
        return COMPARE[type(node)](*parts)
    if type(node) in _OPERATE:
        return _OPERATE[type(node)](*parts)
    return _span(node.name.lower(), parts[0], parts[1])


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
