"""The rows behind a figure, cut to a person's reach, and the words that define it.

Personal fields are no columns of any measure, so none can stand here. What counts is the
engine's answer; here it is only put into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from wardround.catalogue.columns import BUILT_IN
from wardround.catalogue.model import BASES, Catalogue, Field, Indicator, Register, System
from wardround.formula import Aggregate
from wardround.indicator import growth, sql
from wardround.indicator.values import Part, parts
from wardround.period import Period
from wardround.store.history import current
from wardround.store.measuring import Measuring
from wardround.store.models import DutyWindow
from wardround.text import Text, same
from wardround.web import doors, said
from wardround.web.standing import register_of
from wardround.work import authority
from wardround.work.authority import Reach, Viewer

PAGE = 100
"""Rows of one page."""
_KNOWN = {
    "subject": Text("对象", "About"), "occurred_at": Text("发生时间", "Occurred at"),
    "recorded_at": Text("登记时间", "Recorded at"), "late_entry": Text("补记", "Recorded late"),
    "recorded_by": Text("登记人", "Recorded by"), "score": Text("得分", "Score"),
    "overdue": Text("逾期", "Overdue"), "stage": Text("环节", "Stage"),
    "balance": Text("结存", "Balance"), "signed": Text("已签", "Signed"),
    "looked_at": Text("取值", "Value taken"), "points": Text("得分点", "Points"),
    "out_of": Text("满分点", "Out of"), "items_failed": Text("不合格项", "Items failed"),
    "items_checked": Text("已查项", "Items checked"),
    "period": Text("时期", "Period"),
}  # fmt: skip
_OWN = frozenset({"register", "row_id", "department", "day", "numerator", "denominator"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its page if it has one, day, department, the columns looked at, what it adds."""

    url: str
    register: Text
    day: date | None
    department: Text
    cells: tuple[Text, ...]
    numerator: float
    denominator: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows from `offset` on. `cut` is true if only the person's departments are listed."""

    head: tuple[Text, ...]
    rows: tuple[Row, ...]
    offset: int
    more: bool
    cut: bool
    ratio: bool


def page(
    figures: Measuring, who: Viewer, key: str, department: str | None, period: Period,
    offset: int = 0, count: int = PAGE,
) -> Page:  # fmt: skip
    """Some of the rows behind a figure, in the engine's order."""
    house, indicator = figures.house, figures.indicator(key)
    allowed = authority.reach(who, register_of(house.catalogue, indicator))
    found = within(figures, who, indicator, department, period)
    raw = list(islice(found, offset, offset + count + 1))
    columns = list(dict.fromkeys(c for r in raw for c in r if c not in _OWN))
    return Page(
        tuple(_titled(house.catalogue, indicator, c) for c in columns),
        tuple(_row(figures, who, r, columns) for r in raw[:count]),
        offset, len(raw) > count, allowed != Reach() and department is None,
        indicator.ratio,
    )  # fmt: skip


def within(
    figures: Measuring, who: Viewer, indicator: Indicator, department: str | None, period: Period
) -> Iterator[dict[str, Any]]:
    """The rows that the person sees; a department's come with all below."""
    key, tree = indicator.key, figures.house.tree
    allowed = authority.reach(who, register_of(figures.house.catalogue, indicator))
    if allowed.departments is None:
        rows = figures.rows(key, department, period)
        yield from rows if allowed.subjects is None else _about(rows, allowed.subjects)
        return
    wanted = allowed.departments & tree[department] if department else allowed.departments
    below = {d for top in wanted for d in tree[top] if d != top}
    for place in sorted(wanted - below):
        yield from figures.rows(key, place, period)


def _about(rows: Iterable[dict[str, Any]], subjects: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The rows of entries, and of windows, that are about these subjects."""
    entries = current().filter(about=None, subject__in=subjects).values_list("root", flat=True)
    windows = DutyWindow.objects.filter(subject__in=subjects).values_list("pk", flat=True)
    own = {*map(str, entries), *map(str, windows)}
    return (row for row in rows if row["row_id"] in own)


def _titled(catalogue: Catalogue, indicator: Indicator, column: str) -> Text:
    keys = (indicator.register, indicator.denominator_register)
    for key in filter(None, keys):
        register = catalogue.registers[key]
        if column in register.field:
            return register.field[column].name
        if column in register.item:
            return register.item[column].name
        for rows in (f for f in register.field.values() if f.type == "rows"):
            counted = {f"{rows.key}_{c.key}": c.name for c in rows.column.values()}
            if name := counted.get(column, rows.name if column == f"{rows.key}_count" else None):
                return name
    return _KNOWN.get(column, same(column))


def _row(figures: Measuring, who: Viewer, raw: dict[str, Any], columns: list[str]) -> Row:
    house = figures.house
    register = house.catalogue.registers.get(raw["register"]) or BUILT_IN[raw["register"]]
    opens = not register.feed and register.key not in BUILT_IN
    reach = authority.reach(who, register)
    if opens and reach.subjects is None and not reach.holds(raw["department"], None):
        opens = False
    return Row(
        doors.entry(raw["row_id"]) if opens else "", register.name, raw["day"],
        said.department(house, raw["department"] or ""),
        tuple(_cell(figures, register, c, raw.get(c)) for c in columns),
        raw["numerator"], raw["denominator"],
    )  # fmt: skip


def _cell(figures: Measuring, register: Register, column: str, value: Any) -> Text:
    if isinstance(value, datetime):
        return same(f"{value:%Y-%m-%d %H:%M}")
    if isinstance(value, date):
        return same(f"{value:%Y-%m-%d}")
    if column == "duty" and value in figures.house.catalogue.duties:
        return figures.house.catalogue.duties[value].name
    field = register.field.get(column) or Field(column, same(column), "text")
    return said.value(figures.house, field, value)


# -- definition ------------------------------------------------------------------------------


def definition(
    figures: Measuring, indicator: Indicator, version: str, department: str | None, period: Period
) -> dict[str, Any]:
    """What is counted, from where, on whose authority, and the exact question asked."""
    catalogue = figures.house.catalogue
    register = catalogue.registers.get(indicator.register) or BUILT_IN[indicator.register]
    system = next(
        (s for s in catalogue.systems.values() if indicator.key in s.indicator
         or indicator.key.removesuffix("_done") in s.duty), None,
    )  # fmt: skip
    facts = [*_purpose(indicator, system), (Text("登记本", "Register"), register.name)]
    if indicator.denominator_register:
        other = catalogue.registers[indicator.denominator_register]
        facts.append((Text("分母取自", "Denominator from"), other.name))
    if indicator.growth_of:
        of = catalogue.indicators[indicator.growth_of].name
        facts.append((Text("与上年同期比", "Against the year before"), of))
    if indicator.ratio:
        facts.append(
            (
                Text("汇总", "Roll-up"),
                Text("和除以和，不平均百分数", "sum over sum; percentages are never averaged"),
            )
        )
    facts.append((Text("复核", "Reviewed"), _reviewed(indicator, system)))
    if system:
        facts.append((BASES[system.source.basis], system.source.text))
        facts.append((Text("制度", "System"), system.name))
    facts.append((Text("版本", "Version"), Text(f"{version} 起", f"since {version}")))
    if indicator.lag:
        name = indicator.lag.name()
        facts.append(
            (
                Text("暂定期", "Provisional for"),
                Text(f"期末后 {name.zh}", f"{name.en} after the period"),
            )
        )
    return {"describe": indicator.describe, "facts": facts, "system": system,
            "sql": question(figures, indicator, department, period)}  # fmt: skip


def _purpose(indicator: Indicator, system: System | None) -> list[tuple[Text, Text]]:
    """Why it is watched, and who or what it leaves out."""
    why = indicator.why or (system.why if system else None)
    found = [(Text("为什么看", "Why it matters"), why)] if why else []
    return [*found, (Text("不计", "Left out"), indicator.excludes or _NOTHING_ELSE)]


_NOTHING_ELSE = Text(
    "没有另外排除；凡合公式条件的都计入", "nothing beyond what the formula's conditions leave out"
)


def _reviewed(indicator: Indicator, system: System | None) -> Text:
    """When somebody last looked whether the definition still holds."""
    if indicator.reviewed:
        return same(f"{indicator.reviewed:%Y-%m-%d}")
    if system is None:
        return Text("没有记录", "no review on record")
    due = f"{system.review_by:%Y-%m-%d}"
    return Text(f"还没有复核过，{due} 前应复核", f"not yet; due by {due}")


def question(
    figures: Measuring, indicator: Indicator, department: str | None, period: Period
) -> str:
    """The SQL that gives numerator and denominator, over the register's rows; of a growth, those
    of what grows, in the period and the year before."""
    if indicator.growth_of:
        of = figures.indicator(indicator.growth_of)
        spans = growth.beside([period])
        return "\n".join(question(figures, of, department, span) for span in spans)
    numerator, denominator = parts(indicator, figures.house.catalogue)
    scope = figures.house.tree[department] if department else None
    if denominator is None or denominator.source == numerator.source:
        asked = [(numerator, "numerator")]
        asked += [(denominator, "denominator")] if denominator else []
        return _select(asked, scope, period)
    return "\n".join(
        _select([pair], scope, period)
        for pair in ((numerator, "numerator"), (denominator, "denominator"))
    )


def _select(asked: list[tuple[Part, str]], scope: frozenset[str] | None, period: Period) -> str:
    source = asked[0][0].source
    counted = ",\n       ".join(f"{_measure(p.aggregate)} as {name}" for p, name in asked)
    where = sql.within(scope, period)
    where = where.replace(sql.DAY, sql.name(source.day or "day"))
    where = where.replace(sql.DEPARTMENT, sql.name(source.department or "department"))
    return f"select {counted}\n  from {sql.name(source.register)}\n where {where};"


def _measure(aggregate: Aggregate) -> str:
    terms = [a.sql() if f == 1 else f"{f:g} * {a.sql()}" for f, a in aggregate.terms]
    return " + ".join(terms)
