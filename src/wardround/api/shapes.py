"""Declarations, entries and cases as JSON: what a program sees of them.

Times are in the hospital's own zone, words in both languages. Personal fields stay masked
here; who may read them in clear is `work.authority`'s answer, asked by the address.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from wardround.catalogue.model import Field, Indicator, Register
from wardround.indicator import judge
from wardround.indicator.spc import charting
from wardround.store import vault
from wardround.store.house import House
from wardround.store.models import Case, Entry
from wardround.text import Text, refuse
from wardround.web.judged import Judged

PAGE = 100
"""Rows of one page."""
M = TypeVar("M", bound=Model)


def page(found: QuerySet[M], number: int, form: Callable[[M], dict[str, Any]]) -> dict[str, Any]:
    """One page of a list: its rows, its number, how many rows there are in all."""
    start = (number - 1) * PAGE
    return {
        "rows": [form(one) for one in found[start : start + PAGE]],
        "page": number, "total": found.count(),
    }  # fmt: skip


def moment(house: House, given: datetime | None, field: str) -> datetime | None:
    """A time as given, in the hospital's zone if it names none; refused outside 1900 to 2199."""
    if given is None:
        return None
    if not 1900 <= given.year < 2200:
        raise refuse(
            "年份应在 1900 到 2199 之间。", "The year should be 1900 to 2199.", field=field
        )
    return house.local(given if given.tzinfo else given.replace(tzinfo=house.zone))


def _words(text: Text | None) -> dict[str, str] | None:
    return text.as_json() if text else None


def _said(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {k: v for k, v in values.items() if v not in (None, {}, (), [], "", False)}


def register_line(register: Register, may_record: bool) -> dict[str, Any]:
    """A register in a list."""
    return {
        "key": register.key, "name": register.name.as_json(), "shape": register.shape,
        "subject": register.subject, "keeper": register.keeper, "owner": register.owner,
        "may_record": may_record,
    }  # fmt: skip


def register_whole(register: Register, may_record: bool) -> dict[str, Any]:
    """A register with all that is declared of it."""
    return register_line(register, may_record) | {
        "fields": [field_form(f) for f in register.field.values()],
        "items": [
            {"key": i.key, "name": i.name.as_json(), "points": i.points, "veto": i.veto,
             "source": _words(i.source)}
            for i in register.item.values()
        ],
        "limits": {stage: limit.iso for stage, limit in register.limits.items()},
        "signatures": list(register.signatures), "unique": list(register.unique),
        "opens": register.opens, "anonymous": register.anonymous,
        "keep": register.keep.iso if register.keep else None,
    }  # fmt: skip


def field_form(field: Field) -> dict[str, Any]:
    """A field; keys that are not declared are left out."""
    return {"key": field.key, "name": field.name.as_json(), "type": field.type} | _said(
        unit=field.unit, required=field.required, required_when=field.required_when,
        shown_when=field.shown_when, inside=field.inside, possible=field.possible,
        choices={k: t.as_json() for k, t in field.choices.items()}, usual=field.usual,
        not_before=field.not_before, of=field.of, personal=field.personal,
        help=_words(field.help), columns=[field_form(c) for c in field.column.values()],
    )  # fmt: skip


def entry_form(
    house: House, entry: Entry, values: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """An entry; `values` stand in for its own where they may be read in clear."""
    return {
        "id": str(entry.root), "version_id": str(entry.pk), "kind": entry.kind,
        "register": entry.register, "version": entry.version,
        "department": entry.department, "subject": entry.subject,
        "occurred_at": house.local(entry.occurred_at).isoformat(),
        "recorded_at": house.local(entry.recorded_at).isoformat(),
        "recorded_by": entry.recorded_by,
        "values": _masked(house, entry) if values is None else dict(values),
        "about": str(entry.about) if entry.about else None,
        "supersedes": str(entry.supersedes) if entry.supersedes else None,
        "reason": entry.reason, "attachments": entry.attachments,
        "seq": entry.seq, "hash": entry.hash, "previous": entry.previous,
    }  # fmt: skip


def _masked(house: House, held: Entry | Case) -> dict[str, Any]:
    return vault.masked(house.catalogue.registers[held.register], held)


def case_form(house: House, case: Case) -> dict[str, Any]:
    """A case as it stands."""

    def local(at: datetime | None) -> str | None:
        return house.local(at).isoformat() if at else None

    return {
        "id": str(case.pk), "register": case.register, "department": case.department,
        "subject": case.subject, "stage": case.stage, "values": _masked(house, case),
        "opened_at": local(case.opened_at), "opened_by": case.opened_by,
        "deadline": local(case.deadline), "closed_at": local(case.closed_at),
        "ever_late": case.ever_late,
    }  # fmt: skip


def indicator_form(house: House, indicator: Indicator) -> dict[str, Any]:
    """An indicator: what it counts, in words and as a formula."""
    return {
        "key": indicator.key, "name": indicator.name.as_json(),
        "describe": indicator.describe.as_json(), "register": indicator.register,
        "group": indicator.group,
        "unit": house.catalogue.units[indicator.unit].symbol.as_json(),
        "direction": indicator.direction,
        "target": indicator.target.as_words() if indicator.target else None,
        "numerator": indicator.numerator or None, "denominator": indicator.denominator,
        "denominator_register": indicator.denominator_register,
        "ranking": indicator.ranking.by if indicator.ranking else None,
        "growth_of": indicator.growth_of,
        "hospital_only": indicator.hospital_only,
        "why": _words(indicator.why), "excludes": _words(indicator.excludes),
        "reviewed": indicator.reviewed.isoformat() if indicator.reviewed else None,
        "chart": charting(indicator, house.catalogue).kind,
    }  # fmt: skip


def series_form(shown: Judged) -> dict[str, Any]:
    """A control chart: what it is and says, and each point with its limits."""
    chart, figure = shown.chart, shown.stood.figure
    facing = judge.facing(chart, figure.direction)

    def finite(value: float | None) -> float | None:
        return value if value is not None and math.isfinite(value) else None

    return {
        "indicator": figure.indicator, "department": figure.department,
        "chart": chart.kind, "why": shown.chosen.as_json(), "unit": shown.unit.symbol.as_json(),
        "sentence": shown.sentence.as_json(), "trial": chart.trial,
        "proposed": _words(shown.proposed),
        "rebased": [
            {"from": r.from_.isoformat(), "by": r.by, "why": r.why.as_json()}
            for r in shown.rebased
        ],
        "points": [
            {
                "date": day.isoformat(), "value": value,
                "lower": finite(line.lower) if chart.limited else None,
                "centre": finite(line.centre),
                "upper": finite(line.upper) if chart.limited else None,
                "rule": flag.rule if flag else None,
                "change": judge.change(flag, facing) if flag else None,
            }
            for day, value, line, flag in zip(
                shown.days, chart.points, chart.drawn, chart.flags, strict=True
            )
        ],
    }  # fmt: skip
