"""The expressions of the catalogue: conditions on one row, and aggregates over rows.

Decides which words a formula may use, what it means (three-valued, as in SQL) and how it is
written for a database. Parsing is sqlglot's; nothing outside the allow-list below is accepted.
`evaluate` and `contribution` are the obvious meaning; `sql` must agree with them, and a
test generates formulas and rows to prove it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from wardround.text import Fault, Refused, Text

Kind = Literal["number", "text", "flag", "date", "datetime", "list"]


@dataclass(frozen=True, slots=True)
class Name:
    """A field as formulas see it: its kind, and its choices if it has a fixed set."""

    kind: Kind
    choices: frozenset[str] | None = None


Names = Mapping[str, Name]

_BINARY: dict[type[exp.Expression], Callable[[Any, Any], Any]] = {
    exp.Add: operator.add, exp.Sub: operator.sub, exp.Mul: operator.mul,
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.LT: operator.lt, exp.LTE: operator.le,
    exp.GT: operator.gt, exp.GTE: operator.ge,
}  # fmt: skip
_COMPARE = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_SPANS = {"minutes": 60.0, "hours": 3600.0, "days": 86400.0}


class Row:
    """An expression over the fields of one row, e.g. `temperature < 2 or temperature > 8`."""

    __slots__ = ("names", "node", "text")

    def __init__(self, text: str, node: exp.Expression, names: frozenset[str]) -> None:
        self.text, self.node, self.names = text, node, names

    @classmethod
    def parse(cls, text: str, names: Names) -> Row:
        """Parse and check against the fields; raises `Refused` naming the word that is wrong."""
        node = _parse(text)
        faults = _faults(node, names)
        if faults:
            raise Refused(*faults)
        return cls(text, node, _used(node))

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value for one row; None where SQL gives NULL. Missing fields are None."""
        return _value(self.node, values)

    def holds(self, values: Mapping[str, Any]) -> bool:
        """True only if the condition is met; unknown is not met."""
        return self.evaluate(values) is True

    def sql(self, dialect: str = "duckdb") -> str:
        return _rendered(self.node).sql(dialect=dialect)

    def __repr__(self) -> str:
        return f"Row({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.node == other.node

    def __hash__(self) -> int:
        return hash(self.node)


@dataclass(frozen=True, slots=True)
class Atom:
    """One measure: an aggregate function, what it takes, and the rows it takes it from.

    `sum` and `count` add up over departments and days; the others are worked from the rows.
    """

    function: Literal["count", "sum", "median", "distinct", "last", "min", "max"]
    value: Row | None
    condition: Row | None

    @property
    def additive(self) -> bool:
        return self.function in ("count", "sum")

    @property
    def key(self) -> str:
        """Canonical text; equal measures have equal keys, whoever declared them."""
        value = self.value.sql() if self.value else "*"
        return f"{self.function}({value})" + (
            f" if {self.condition.sql()}" if self.condition else ""
        )

    def contribution(self, values: Mapping[str, Any]) -> float:
        """What one row adds to a sum or a count."""
        if self.condition and not self.condition.holds(values):
            return 0.0
        if self.function == "count":
            return 1.0
        value = self.value.evaluate(values) if self.value else None
        return 0.0 if value is None else float(value)

    def takes(self, values: Mapping[str, Any]) -> bool:
        """Whether the row is one of those that a non-additive measure looks at."""
        if self.condition and not self.condition.holds(values):
            return False
        return self.value is None or self.value.evaluate(values) is not None

    def sql(self, dialect: str = "duckdb") -> str:
        """An aggregate without branches; DuckDB scans it several times faster than FILTER."""
        met = f"coalesce({self.condition.sql(dialect)}, false)" if self.condition else None
        if self.function == "count":
            return f"sum(cast({met} as double))" if met else "cast(count(*) as double)"
        assert self.value is not None
        value = self.value.sql(dialect)
        if self.function == "sum":
            number = f"coalesce(cast({value} as double), 0)"
            return f"sum({number} * cast({met} as double))" if met else f"sum({number})"
        taken = f"case when {met} then {value} end" if met else value
        if self.function == "distinct":
            return f"cast(count(distinct {taken}) as double)"
        return f"cast({self.function}({taken}) as double)"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A numerator or denominator: a sum of measures, each with a factor.

    `count_if(a) + 2 * sum(b)` has two terms. A measure that does not add up stands alone.
    """

    text: str
    terms: tuple[tuple[float, Atom], ...]

    @classmethod
    def parse(cls, text: str, names: Names) -> Aggregate:
        """Parse and check against the fields; raises `Refused` for anything not allowed.

        Allowed: count(*), count_if(p), count(distinct x), sum(x), sum_if(x, p), median(x),
        last(x), min(x), max(x), and sums, differences and constant multiples of the additive.
        """
        terms = tuple(_terms(_parse(text), 1.0, names))
        if len(terms) > 1 and not all(a.additive for _, a in terms):
            raise Refused(_fault(
                "中位数、去重计数、期末值不能与其他项相加减。",
                "A median, distinct count or last value cannot be added to other terms.",
            ))  # fmt: skip
        return cls(text, terms)

    @property
    def additive(self) -> bool:
        return all(atom.additive for _, atom in self.terms)

    @property
    def atoms(self) -> tuple[Atom, ...]:
        return tuple(atom for _, atom in self.terms)

    @property
    def names(self) -> frozenset[str]:
        """The fields that the formula looks at."""
        used: frozenset[str] = frozenset()
        for atom in self.atoms:
            used |= (atom.value.names if atom.value else frozenset()) | (
                atom.condition.names if atom.condition else frozenset()
            )
        return used

    def contribution(self, values: Mapping[str, Any]) -> float:
        """What one row adds; for a measure that does not add up, 1 if the row is looked at."""
        if self.additive:
            return sum(factor * atom.contribution(values) for factor, atom in self.terms)
        return float(self.terms[0][1].takes(values))


# -- parsing and checking -------------------------------------------------------------------


def _parse(text: str) -> exp.Expression:
    try:
        return sqlglot.parse_one(text, read="duckdb")
    except SqlglotError as error:
        raise Refused(_fault(f"公式“{text}”读不懂。", f'The formula "{text}" cannot be read.')) from error


def _fault(zh: str, en: str) -> Fault:
    return Fault(Text(zh, en))


def _used(node: exp.Expression) -> frozenset[str]:
    return frozenset(column.name for column in node.find_all(exp.Column))


def _terms(node: exp.Expression, factor: float, names: Names) -> list[tuple[float, Atom]]:
    """Flatten sums, differences and constant multiples into factors and measures."""
    if isinstance(node, exp.Paren):
        return _terms(node.this, factor, names)
    if isinstance(node, exp.Neg):
        return _terms(node.this, -factor, names)
    if isinstance(node, exp.Add | exp.Sub):
        sign = -1.0 if isinstance(node, exp.Sub) else 1.0
        return _terms(node.left, factor, names) + _terms(node.right, sign * factor, names)
    if isinstance(node, exp.Mul) and _constant(node.left) is not None:
        return _terms(node.right, factor * (_constant(node.left) or 0), names)
    if isinstance(node, exp.Mul | exp.Div) and _constant(node.right):
        by = _constant(node.right) or 1.0
        return _terms(node.left, factor * by if isinstance(node, exp.Mul) else factor / by, names)
    return [(factor, _atom(node, names))]


def _constant(node: exp.Expression) -> float | None:
    if isinstance(node, exp.Paren):
        return _constant(node.this)
    return float(node.this) if isinstance(node, exp.Literal) and not node.is_string else None


def _atom(node: exp.Expression, names: Names) -> Atom:
    def row(part: exp.Expression) -> Row:
        return Row.parse(part.sql(dialect="duckdb"), names)

    if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
        return Atom("count", None, None)
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        return Atom("distinct", row(node.this.expressions[0]), None)
    if isinstance(node, exp.CountIf):
        return Atom("count", None, row(node.this))
    if isinstance(node, exp.Anonymous) and node.name.lower() == "sum_if":
        if len(node.expressions) == 2:
            return Atom("sum", row(node.expressions[0]), row(node.expressions[1]))
    elif isinstance(node, exp.Anonymous) and node.name.lower() == "distinct_if":
        if len(node.expressions) == 2:
            return Atom("distinct", row(node.expressions[0]), row(node.expressions[1]))
    elif isinstance(node, exp.Sum | exp.Median | exp.Last | exp.Min | exp.Max):
        return Atom(node.key, row(node.this), None)  # type: ignore[arg-type]
    said = node.sql(dialect="duckdb")
    raise Refused(_fault(
        f"“{said}”不是可用的汇总。可用 count(*)、count_if、count(distinct …)、sum、sum_if、"
        "median、last、min、max。",
        f'"{said}" is not an aggregate. Use count(*), count_if, count(distinct …), sum, sum_if, '
        "median, last, min or max.",
    ))  # fmt: skip


def _faults(node: exp.Expression, names: Names) -> list[Fault]:
    found: list[Fault] = []
    for part in node.walk():
        if isinstance(part, exp.Column):
            if part.name not in names:
                known = "、".join(sorted(names)), ", ".join(sorted(names))
                found.append(_fault(
                    f"没有“{part.name}”这个字段。可用：{known[0]}。",
                    f'There is no field "{part.name}". There are: {known[1]}.',
                ))  # fmt: skip
        elif isinstance(part, _COMPARE):
            found += _clash(part.left, [part.right], names)
        elif isinstance(part, exp.In):
            found += _clash(part.this, part.expressions, names)
        elif not isinstance(part, _ALLOWED) and not _is_function(part):
            said = part.sql(dialect="duckdb")
            found.append(_fault(f"公式里不能用“{said}”。", f'"{said}" may not be used in a formula.'))
    return found


_ALLOWED = (
    *_BINARY, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.And, exp.Or,
    exp.Not, exp.Is, exp.Between, exp.In, exp.Paren, exp.Neg, exp.Div, exp.Coalesce, exp.Abs,
    exp.Least, exp.Greatest, exp.Contains,
)  # fmt: skip


def _is_function(node: exp.Expression) -> bool:
    return (
        isinstance(node, exp.Anonymous)
        and node.name.lower() in _SPANS
        and len(node.expressions) == 2
    )


def _clash(left: exp.Expression, rights: list[exp.Expression], names: Names) -> list[Fault]:
    """A field compared with a literal of another kind, or with a choice it does not have."""
    field = names.get(left.name) if isinstance(left, exp.Column) else None
    if not field:
        return []
    found = []
    for right in rights:
        if not isinstance(right, exp.Literal):
            continue
        text = right.is_string
        if text and field.choices is not None and right.this not in field.choices:
            options = ", ".join(sorted(field.choices))
            found.append(_fault(
                f"“{left.name}”没有“{right.this}”这一选项。可选：{options}。",
                f'"{left.name}" has no choice "{right.this}". There are: {options}.',
            ))  # fmt: skip
        elif (field.kind == "number") == text or field.kind == "flag":
            found.append(_fault(
                f"“{left.name}”不能与 {right.sql()} 比较。",
                f'"{left.name}" cannot be compared with {right.sql()}.',
            ))  # fmt: skip
    return found


# -- the obvious meaning ----------------------------------------------------------------------


def _value(node: exp.Expression, values: Mapping[str, Any]) -> Any:
    if isinstance(node, exp.Column):
        return values.get(node.name)
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else float(node.this)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Paren):
        return _value(node.this, values)
    if isinstance(node, exp.And | exp.Or):
        return _logic(node, values)
    if isinstance(node, exp.Is):
        return _value(node.this, values) is None
    if isinstance(node, exp.Coalesce | exp.Least | exp.Greatest):
        parts = [_value(p, values) for p in (node.this, *node.expressions)]
        known = [p for p in parts if p is not None]
        pick = {"coalesce": lambda found: found[0], "least": min, "greatest": max}[node.key]
        return pick(known) if known else None
    return _strict(node, [_value(part, values) for part in _operands(node)])


def _operands(node: exp.Expression) -> list[exp.Expression]:
    if isinstance(node, exp.Between):
        return [node.this, node.args["low"], node.args["high"]]
    if isinstance(node, exp.In):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Anonymous):
        return node.expressions
    if isinstance(node, exp.Binary | exp.Contains):
        return [node.this, node.expression]
    return [node.this]


def _logic(node: exp.And | exp.Or, values: Mapping[str, Any]) -> bool | None:
    """Three-valued and / or: a decisive side wins over an unknown one."""
    left, right = _value(node.left, values), _value(node.right, values)
    decisive = isinstance(node, exp.Or)
    if left is decisive or right is decisive:
        return decisive
    return None if left is None or right is None else not decisive


def _strict(node: exp.Expression, parts: list[Any]) -> Any:
    """Operators whose result is unknown as soon as an operand is."""
    if any(part is None for part in parts):
        return None
    if type(node) in _BINARY:
        return _BINARY[type(node)](*parts)
    if isinstance(node, exp.Div):
        return parts[0] / parts[1] if parts[1] else None
    if isinstance(node, exp.Not):
        return not parts[0]
    if isinstance(node, exp.Neg):
        return -parts[0]
    if isinstance(node, exp.Abs):
        return abs(parts[0])
    if isinstance(node, exp.Between):
        return parts[1] <= parts[0] <= parts[2]
    if isinstance(node, exp.In):
        return parts[0] in parts[1:]
    if isinstance(node, exp.Contains):
        return parts[1] in parts[0]
    return _span(node.name.lower(), parts[0], parts[1])


def _span(unit: str, start: date, end: date) -> float:
    """Time from `start` to `end`; whole calendar days for `days`."""
    if unit == "days":
        a = start.date() if isinstance(start, datetime) else start
        b = end.date() if isinstance(end, datetime) else end
        return float((b - a).days)
    return (end - start).total_seconds() / _SPANS[unit]


# -- SQL --------------------------------------------------------------------------------------


def _rendered(node: exp.Expression) -> exp.Expression:
    """The same tree with our own functions written in standard nodes."""

    def swap(part: exp.Expression) -> exp.Expression:
        if isinstance(part, exp.Div):
            divisor = exp.Nullif(this=part.right.copy(), expression=exp.Literal.number(0))
            return exp.Div(this=exp.cast(part.left.copy(), "double"), expression=divisor)
        if isinstance(part, exp.Contains):
            return exp.ArrayContains(this=part.this.copy(), expression=part.expression.copy())
        if not isinstance(part, exp.Anonymous):
            return part
        start, end = (p.copy() for p in part.expressions)
        unit = part.name.lower()
        if unit == "days":
            days = exp.DateDiff(
                this=exp.cast(end, "date"), expression=exp.cast(start, "date"), unit=exp.var("day")
            )
            return exp.cast(days, "double")
        seconds = exp.Paren(
            this=exp.Sub(
                this=exp.TimeToUnix(this=exp.cast(end, "timestamp")),
                expression=exp.TimeToUnix(this=exp.cast(start, "timestamp")),
            )
        )
        return exp.Paren(this=exp.Div(
            this=exp.cast(seconds, "double"), expression=exp.Literal.number(_SPANS[unit])
        ))  # fmt: skip

    return node.transform(swap)
