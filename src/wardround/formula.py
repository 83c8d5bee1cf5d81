"""The expressions of the catalogue: conditions on one row, and aggregates over rows.

Decides which words a formula may use and how it is written for a database; what it means for
a row stands in `meaning`. Parsing is sqlglot's; nothing outside the allow-list below is accepted.
`evaluate` and `contribution` are the obvious meaning; `sql` must agree with them, and a
test generates formulas and rows to prove it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from wardround.meaning import COMPARE, SPANS, Meaning, meaning, operands
from wardround.text import Fault, Refused, Text, refuse

Kind = Literal["number", "text", "flag", "date", "datetime", "list"]
Function = Literal["count", "sum", "median", "distinct", "last", "min", "max"]


@dataclass(frozen=True, slots=True)
class Name:
    """A field as formulas see it: its kind, and its choices if it has a fixed set."""

    kind: Kind
    choices: frozenset[str] | None = None


Names = Mapping[str, Name]


@dataclass(frozen=True, slots=True)
class Row:
    """An expression over the fields of one row, e.g. `temperature < 2 or temperature > 8`."""

    text: str = field(compare=False)
    node: exp.Expression = field(repr=False)
    names: frozenset[str] = field(compare=False, repr=False)
    meaning: Meaning = field(compare=False, repr=False)
    _written: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _parted: list[Row] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def parse(cls, text: str, names: Names) -> Row:
        """Parse and check against the fields; raises `Refused` naming the word that is wrong."""
        return _checked(_parse(text), names)

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value for one row; None where SQL gives NULL. Missing fields are None."""
        return self.meaning(values)

    def holds(self, values: Mapping[str, Any]) -> bool:
        """True only if the condition is met; unknown is not met."""
        return self.evaluate(values) is True

    @property
    def conjuncts(self) -> tuple[Row, ...]:
        """The conditions that are joined by `and`; the whole holds when each of them does.
        Parted once."""
        node = self.node
        while isinstance(node, exp.Paren):
            node = node.this
        if not isinstance(node, exp.And):
            return (self,)
        if not self._parted:
            halves = (Row(self.text, half, self.names, meaning(half)) for half in operands(node))
            self._parted[:] = (part for half in halves for part in half.conjuncts)
        return tuple(self._parted)

    @property
    def equals(self) -> tuple[str, str] | None:
        """Field and text, if the expression is `field = 'text'`."""
        node = self.node
        if isinstance(node, exp.EQ) and isinstance(node.left, exp.Column):
            literal = node.right
            if isinstance(literal, exp.Literal) and literal.is_string:
                return node.left.name, literal.name
        return None

    def sql(self, dialect: str = "duckdb") -> str:
        """The expression for a database; written once."""
        if dialect not in self._written:
            rendered = _rendered(self.node)
            self._written[dialect] = rendered.sql(dialect=dialect, identify=True, comments=False)
        return self._written[dialect]


@dataclass(frozen=True, slots=True)
class Atom:
    """One measure: an aggregate function, what it takes, and the rows it takes it from.

    `sum` and `count` add up over departments and days; the others are worked from the rows.
    """

    function: Function
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

    @property
    def names(self) -> frozenset[str]:
        """The fields that the measure looks at."""
        return frozenset().union(*(row.names for row in (self.value, self.condition) if row))

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

        Allowed: `_USABLE`, and sums, differences and constant multiples of the additive.
        """
        terms = tuple(_terms(_parse(text), 1.0, names))
        if len(terms) > 1 and not all(a.additive for _, a in terms):
            raise refuse(
                "中位数、去重计数、期末值不能与其他项相加减。",
                "A median, distinct count or last value cannot be added to other terms.",
            )
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
        return frozenset().union(*(atom.names for atom in self.atoms))

    @property
    def rests_on(self) -> frozenset[str]:
        """The fields without which nothing can be found: not those that may be empty
        (`coalesce(x, …)`, `x is null`)."""
        rows = (row for atom in self.atoms for row in (atom.value, atom.condition) if row)
        return frozenset(
            column.name for row in rows for column in row.node.find_all(exp.Column)
            if not column.find_ancestor(exp.Coalesce, exp.Is)
        )  # fmt: skip

    def contribution(self, values: Mapping[str, Any]) -> float:
        """What one row adds; for a measure that does not add up, 1 if the row is looked at."""
        if self.additive:
            return sum(factor * atom.contribution(values) for factor, atom in self.terms)
        return float(self.terms[0][1].takes(values))


# -- parsing and checking -------------------------------------------------------------------


def _parse(text: str) -> exp.Expression:
    try:
        (node,) = sqlglot.parse(text, read="duckdb")
    except (SqlglotError, ValueError):
        node = None
    if node is None:
        unpaired = text.count("(") != text.count(")")
        raise refuse(
            f"公式“{text}”读不懂" + ("：括号不成对。" if unpaired else "：请核对运算符和引号。"),
            f'The formula "{text}" cannot be read; '
            + ("its brackets do not pair." if unpaired else "check its operators and quotes."),
        )
    return node


def _fault(zh: str, en: str) -> Fault:
    return Fault(Text(zh, en))


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


_CONDITIONAL: dict[str, Function] = {
    "sum_if": "sum", "distinct_if": "distinct", "median_if": "median", "last_if": "last",
}  # fmt: skip
_PLAIN: dict[type[exp.Expression], Function] = {
    exp.Sum: "sum", exp.Median: "median", exp.Last: "last", exp.Min: "min", exp.Max: "max",
}  # fmt: skip


def _atom(node: exp.Expression, names: Names) -> Atom:
    function, parts = _aggregate_parts(node)
    if function:
        value = _checked(parts[0], names, _FITS.get(function, _N)) if parts[0] else None
        condition = _checked(parts[1], names, ("flag",)) if parts[1] else None
        return Atom(function, value, condition)
    raise refuse(
        f"“{node.sql()}”不是可用的汇总。可用：{_USABLE}。",
        f'"{node.sql()}" is not an aggregate. Use {_USABLE}.',
    )


_USABLE = (
    "count(*), count_if(p), count(distinct x), distinct_if(x, p), sum(x), sum_if(x, p), "
    "median(x), median_if(x, p), last(x), last_if(x, p), min(x), max(x)"
)
_FITS: dict[Function, tuple[Kind, ...]] = {
    "distinct": ("number", "text", "flag", "date", "datetime"), "sum": ("number", "flag"),
}  # fmt: skip


_Parts = tuple[exp.Expression | None, exp.Expression | None]


def _aggregate_parts(node: exp.Expression) -> tuple[Function | None, _Parts]:
    """The function, what it takes and the condition; no function if it is not one of ours."""
    inner, alone = node.args.get("this"), not node.expressions
    if isinstance(node, exp.Count) and alone and isinstance(inner, exp.Star):
        return "count", (None, None)
    if isinstance(node, exp.Count) and alone and isinstance(inner, exp.Distinct):
        if len(inner.expressions) == 1:
            return "distinct", (inner.expressions[0], None)
    elif isinstance(node, exp.CountIf) and alone:
        return "count", (None, inner)
    elif isinstance(node, exp.Anonymous) and len(node.expressions) == 2:
        value, condition = node.expressions
        return _CONDITIONAL.get(node.name.lower()), (value, condition)
    elif isinstance(node, exp.Sum | exp.Median | exp.Last | exp.Min | exp.Max) and alone:
        return _PLAIN[type(node)], (inner, None)
    return None, (None, None)


def _checked(node: exp.Expression, names: Names, fits: tuple[Kind, ...] = ()) -> Row:
    """The row expression in this node, if it stands the checks and has one of these kinds."""
    found: list[Fault] = []
    kind, text = _kind(node, names, found), node.sql(dialect="duckdb", comments=False)
    if not found and fits and kind not in fits:
        found.append(_unfit(text, fits[0]))
    if found:
        raise Refused(*found)
    used = frozenset(column.name for column in node.find_all(exp.Column))
    return Row(text, node, used, meaning(node))


_KIND_NAMES: dict[Kind, Text] = {
    "number": Text("数", "a number"), "text": Text("文字", "text"), "list": Text("多选", "a list"),
    "flag": Text("是非判断", "true or false"), "datetime": Text("日期或时间", "a date or time"),
}  # fmt: skip
_ISO = {"date": r"[\d-]{10}", "datetime": r"[\d-]{10}([ T]\d\d:\d\d:\d\d)?"}


def _unfit(said: str, kind: Kind) -> Fault:
    return Fault(Text("“{said}”不是{kind}。", '"{said}" is not {kind}.').format(
        said=said, kind=_KIND_NAMES[kind]
    ))  # fmt: skip


def _kind(node: exp.Expression, names: Names, found: list[Fault]) -> Kind | None:
    """The kind of value that an expression has, None if unknown; its faults go to `found`."""
    if isinstance(node, exp.Column):
        return _field_kind(node, names, found)
    if isinstance(node, exp.Literal):
        return "text" if node.is_string else "number"
    if isinstance(node, exp.Boolean | exp.Null):
        return "flag" if isinstance(node, exp.Boolean) else None
    if isinstance(node, exp.Paren):
        return _kind(node.this, names, found)
    if isinstance(node, exp.Coalesce | exp.Least | exp.Greatest):
        return _alike([node.this, *node.expressions], names, found)
    listed = isinstance(node, exp.In) and bool(node.expressions)
    if listed or isinstance(node, (*COMPARE, exp.Between)):
        _alike(operands(node), names, found, compared=True)
        return "flag"
    takes = _signature(node)
    if takes is None:
        said = node.sql(dialect="duckdb")
        found.append(_fault(f"公式里不能用“{said}”。", f'"{said}" may not be used in a formula.'))
        return None
    for part, fits in zip(operands(node), takes, strict=True):
        kind = _kind(part, names, found)
        if kind is not None and fits and kind not in fits:
            found.append(_unfit(part.sql(dialect="duckdb"), fits[-1]))
    return "flag" if isinstance(node, _FLAGS) else "number"


_FLAGS = (exp.And, exp.Or, exp.Not, exp.Is, exp.Contains)


_N: tuple[Kind, ...] = ("number",)
_F: tuple[Kind, ...] = ("flag",)
_M: tuple[Kind, ...] = ("date", "datetime")
_TAKES: dict[type[exp.Expression], tuple[tuple[Kind, ...], ...]] = {
    exp.And: (_F, _F), exp.Or: (_F, _F), exp.Not: (_F,), exp.Neg: (_N,), exp.Abs: (_N,),
    exp.Add: (_N, _N), exp.Sub: (_N, _N), exp.Mul: (_N, _N), exp.Div: (_N, _N),
    exp.Contains: (("list",), ("text",)),
}  # fmt: skip


def _signature(node: exp.Expression) -> tuple[tuple[Kind, ...], ...] | None:
    """The kinds that each operand may have (empty: any), None if the node is not allowed."""
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null | exp.Boolean):
        return ((), ()) if isinstance(node.expression, exp.Null) else (_F, _F)
    if isinstance(node, exp.Anonymous) and len(node.expressions) == 2:
        return (_M, _M) if node.name.lower() in SPANS else None
    return _TAKES.get(type(node))


def _field_kind(node: exp.Column, names: Names, found: list[Fault]) -> Kind | None:
    if node.name in names and not node.table:
        return names[node.name].kind
    said = node.sql(dialect="duckdb")
    found.append(_fault(
        f"没有“{said}”这个字段。可用：{'、'.join(sorted(names))}。",
        f'There is no field "{said}". There are: {", ".join(sorted(names))}.',
    ))  # fmt: skip
    return None


def _alike(
    parts: list[exp.Expression], names: Names, found: list[Fault], compared: bool = False
) -> Kind | None:
    """All parts of one kind, or faults. Compared: a date may also be written '2026-03-01'."""
    kinds = [_kind(part, names, found) for part in parts]
    known = [(part, kind) for part, kind in zip(parts, kinds, strict=True) if kind]
    if not known:
        return None
    # A literal never leads: it is read as what the field beside it is.
    first, lead = min(known, key=lambda pair: isinstance(pair[0], exp.Literal))
    declared = names.get(first.name) if isinstance(first, exp.Column) else None
    for part, kind in known:
        choices = declared.choices if declared and kind == "text" else None
        if isinstance(part, exp.Literal) and choices is not None and part.this not in choices:
            options = ", ".join(sorted(choices))
            found.append(_fault(
                f"“{first.name}”没有“{part.this}”这一选项。可选：{options}。",
                f'"{first.name}" has no choice "{part.this}". There are: {options}.',
            ))  # fmt: skip
        moments = compared and (_is_moment(part, lead) or {kind, lead} == {"date", "datetime"})
        if part is not first and (kind == "list" or not (kind == lead or moments)):
            a, b = first.sql(dialect="duckdb"), part.sql(dialect="duckdb")
            found.append(_fault(f"“{a}”不能与 {b} 比较。", f'"{a}" cannot be compared with {b}.'))
    return lead


def _is_moment(node: exp.Expression, kind: Kind) -> bool:
    """Whether a literal can be read as a date or a time."""
    if not isinstance(node, exp.Literal) or not re.fullmatch(_ISO.get(kind, "-"), node.this):
        return False
    try:
        return bool(datetime.fromisoformat(node.this))
    except ValueError:
        return False


# -- SQL --------------------------------------------------------------------------------------


def _rendered(node: exp.Expression) -> exp.Expression:
    """The same tree with our own functions written in standard nodes, numbers as doubles."""
    node = node.copy()
    for part in reversed(list(node.walk())):  # from the leaves up
        new = _standard(part)
        if part is node:
            node = new
        elif new is not part:
            part.replace(new)
    return node


def _standard(part: exp.Expression) -> exp.Expression:
    if isinstance(part, exp.Literal) and not part.is_string:
        digits = repr(float(part.this))
        return exp.Literal.number(digits if "e" in digits else f"{digits}e0")
    if isinstance(part, exp.Div):
        divisor = exp.Nullif(this=part.expression.copy(), expression=exp.Literal.number(0))
        return exp.Div(this=part.this.copy(), expression=divisor)
    if isinstance(part, exp.Contains):
        return exp.ArrayContains(this=part.this.copy(), expression=part.expression.copy())
    if isinstance(part, exp.Anonymous):
        return _elapsed(part)
    return part


def _elapsed(part: exp.Anonymous) -> exp.Expression:
    unit = part.name.lower()
    kind, grain = ("date", "day") if unit == "days" else ("timestamp", "microsecond")
    start, end = (exp.cast(p.copy(), kind) for p in part.expressions)
    count = exp.cast(exp.DateDiff(this=end, expression=start, unit=exp.var(grain)), "double")
    if unit == "days":
        return count
    return exp.Paren(this=exp.Div(this=count, expression=exp.Literal.number(f"{SPANS[unit]:e}")))
