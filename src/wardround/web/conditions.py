"""Conditions of the catalogue as rules that the page's script can follow while one types.

The server decides with the condition itself; here it is only said in the script's words (see
`wardround.js`). What cannot be said in them gives None: then the field always shows.
"""

from __future__ import annotations

import json
from typing import Any

from sqlglot import exp

from wardround.catalogue.columns import condition
from wardround.catalogue.model import Register

Rule = dict[str, Any]
_BOUNDS: dict[type[exp.Expression], tuple[str, str]] = {
    exp.GT: ("above", "at_most"), exp.GTE: ("at_least", "below"),
    exp.LT: ("below", "at_least"), exp.LTE: ("at_most", "above"),
}  # fmt: skip


def shown_when(text: str | None, register: Register) -> str:
    """The rule as JSON for `data-shown-when`; "" for none, or for one the script cannot follow."""
    if not text:
        return ""
    fields = frozenset(register.field)
    found = _rule(condition(text, register).node, True, fields)
    return json.dumps(found, ensure_ascii=False) if found else ""


def chosen(text: str | None, register: Register) -> dict[str, list[str]]:
    """Field → the choices that a condition asks for, where it plainly names some."""
    found: dict[str, list[str]] = {}
    if not text:
        return found
    for node in condition(text, register).node.find_all(exp.EQ, exp.In):
        field = register.field.get(node.this.name)
        if field is None or field.type != "choice" or node.find_ancestor(exp.Or, exp.Not):
            continue
        words = node.expressions if isinstance(node, exp.In) else [node.expression]
        found[field.key] = [w.name for w in words if w.name in field.choices]
    return found


def _rule(node: exp.Expression, yes: bool, fields: frozenset[str]) -> Rule | None:
    """The rule for the condition, or for its opposite; None if the script has no words for it."""
    if isinstance(node, exp.Paren):
        return _rule(node.this, yes, fields)
    if isinstance(node, exp.Not):
        return _rule(node.this, not yes, fields)
    if isinstance(node, exp.And | exp.Or):
        parts = [_rule(side, yes, fields) for side in (node.this, node.expression)]
        if None in parts:
            return None
        return {"all" if isinstance(node, exp.And) == yes else "any": parts}
    name = node.name if isinstance(node, exp.Column) else node.this.name if node.this else ""
    if name not in fields:
        return None
    return _about(name, node, yes, fields)


def _about(name: str, node: exp.Expression, yes: bool, fields: frozenset[str]) -> Rule | None:
    given = {"field": name}
    if isinstance(node, exp.Column):
        return {**given, "is": "yes" if yes else "no"}
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return {"not": given} if yes else given
    if isinstance(node, exp.EQ | exp.NEQ):
        return _equal(given, node.expression, isinstance(node, exp.EQ) == yes)
    if isinstance(node, exp.In):
        among = {**given, "in": [word.name for word in node.expressions]}
        return among if yes else {"all": [given, {"not": among}]}
    for kind, (straight, turned) in _BOUNDS.items():
        if isinstance(node, kind):
            bound = _bound(node.expression, fields)
            return None if bound is None else {**given, straight if yes else turned: bound}
    return None


def _equal(given: Rule, other: exp.Expression, yes: bool) -> Rule | None:
    if isinstance(other, exp.Boolean):
        return {**given, "is": "yes" if bool(other.this) == yes else "no"}
    if not isinstance(other, exp.Literal) or not other.is_string:
        return None
    same = {**given, "is": other.name}
    return same if yes else {"all": [given, {"not": same}]}


def _bound(node: exp.Expression, fields: frozenset[str]) -> float | Rule | None:
    if isinstance(node, exp.Column):
        return {"field": node.name} if node.name in fields else None
    try:
        return float(node.sql())
    except ValueError:
        return None
