"""Figures, scores and reports out."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from wardround.figure import Figure
from wardround.outcome import FOUND, Outcome
from wardround.period import Period
from wardround.report import verify
from wardround.report.embedded import Embedded
from wardround.report.records import words_of
from wardround.store import measuring, results, spark
from wardround.store.house import House, house
from wardround.text import Text, refuse
from wardround.tick import tick_once


def measure(words: argparse.Namespace) -> Outcome:
    """Bring figures up to date, with DuckDB or on a Spark cluster."""
    done = measuring.refresh(house(), database=spark.asked(words.engine, words.master))
    data = {"measures": done.measures, "days_recomputed": done.days_recomputed,
            "seconds": round(done.seconds, 3)}  # fmt: skip
    said = Text(
        f"{done.measures} 个量，重算 {done.days_recomputed} 天，{done.seconds:.2f} 秒。",
        f"{done.measures} measures, {done.days_recomputed} days recomputed, {done.seconds:.2f} s.",
    )
    return Outcome(data, [said[words.lang]])


def moment(at_hand: House, text: str | None) -> datetime | None:
    """`--as-of` as a moment in the hospital's zone."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise refuse(
            f"“{text}”不是时刻，请写成 2026-07-06T09:41。",
            f'"{text}" is not a moment; write 2026-07-06T09:41.',
        ) from error
    return at if at.tzinfo else at.replace(tzinfo=at_hand.zone)


def figure(words: argparse.Namespace) -> Outcome:
    """One figure, and with --rows the rows that make it."""
    at_hand = house()
    as_of = moment(at_hand, words.as_of)
    if as_of is None:
        measuring.refresh(at_hand)
    figures = measuring.measuring(at_hand, as_of)
    period = Period.parse(words.period)
    found = figures.figure(words.key, words.department, period)
    data: dict[str, Any] = found.as_json()
    lines = list(_told(found, words.lang))
    if words.rows:
        rows = figures.rows(words.key, words.department, period)
        if words.json:
            return Outcome({**data, "rows": rows})
        return Outcome(data, _listed(lines, rows))
    return Outcome(data, lines)


def _told(found: Figure, lang: str) -> Iterator[str]:
    """The figure in a few lines."""
    unit = found.unit.symbol[lang]
    yield f"{found.name[lang]}  {found.department_name[lang]}  {found.period.name()[lang]}"
    if found.value is None:
        yield found.why_none[lang] if found.why_none else "–"
    else:
        sides = f" = {found.numerator:,.10g}" if found.numerator is not None else ""
        sides += f" / {found.denominator:,.10g}" if found.denominator is not None else ""
        yield f"{found.written()} {unit}{sides}"
    for name, value in found.ranking:
        yield f"  {name}  {found.unit.write(value * found.unit.times)}"
    if found.target:
        words = {"met": Text("达标", "met"), "missed": Text("未达标", "missed")}
        said = words.get(found.verdict, Text("–", "–"))[lang]
        yield Text("目标", "Target")[lang] + f" {found.target} {unit}: {said}"
    if found.last_year is not None:
        yield Text("去年同期", "Last year")[lang] + f" {found.unit.write(found.last_year)} {unit}"


def _listed(lines: list[str], rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield from lines
    for row in rows:
        yield "  ".join(f"{k}={v}" for k, v in row.items() if v is not None)


def score(words: argparse.Namespace) -> Outcome:
    """Departments' points, each with its reason and figure."""
    at_hand = house()
    tick_once(at_hand, at_hand.now())
    ranked = results.scores(at_hand, words.scheme, Period.parse(words.period), at_hand.now())
    data = [_scored(one) for one in ranked]
    lines = [
        f"{one['rank'][0]:>2}–{one['rank'][1]:<2} {_name(at_hand, one['department'], words.lang)}"
        f"  {one['points']:g}"
        for one in data
    ]
    return Outcome(data, lines)


def _name(at_hand: House, department: str, lang: str) -> str:
    return at_hand.hospital.department[department].name[lang]


def _scored(one: Any) -> dict[str, Any]:
    return {
        "department": one.department, "points": one.points, "rank": [one.rank_low, one.rank_high],
        "coefficient": one.score.coefficient,
        "vetoed": one.score.vetoed.as_json() if one.score.vetoed else None,
        "lines": [
            {
                "name": line.name.as_json(), "weight": line.weight, "points": line.points,
                "beside": line.beside, "reason": line.reason.as_json(), "rows": list(line.rows),
                "figure": line.measured.as_json() if isinstance(line.measured, Figure) else None,
                "count": line.measured if isinstance(line.measured, int) else None,
            }
            for line in one.score.lines
        ],
    }  # fmt: skip


def report(words: argparse.Namespace) -> Outcome:
    """Write a report as Word or PDF; `missing` names the figures that have no value."""
    at_hand, out = house(), Path(words.out)
    results.writer(out)
    as_of = moment(at_hand, words.as_of)
    if as_of is None:
        measuring.refresh(at_hand)
    document = results.write_reports(
        at_hand, words.key, Period.parse(words.period), {words.lang: out}, settings.ADDRESS,
        words.department, as_of or at_hand.now(),
    )[words.lang]  # fmt: skip
    data = {"file": str(out), "figures": len(document.figures()), "missing": list(document.missing)}
    said = Text(
        f"已写 {out}：{data['figures']} 个数都可打开。",
        f"{out}: all {data['figures']} figures open.",
    )
    return Outcome(data, [said[words.lang]])


def check_report(words: argparse.Namespace) -> Outcome:
    """Read a written report back; every number against its embedded figure and the records."""
    at_hand = house()

    @cache
    def known(as_of: datetime) -> measuring.Measuring:
        return measuring.measuring(at_hand, as_of)

    @cache
    def lookup(key: str, department: str | None, period: Period, as_of: datetime) -> Figure:
        return known(as_of).figure(key, department, period)

    def records(report: Embedded) -> Mapping[str, Collection[str]]:
        at, period = datetime.fromisoformat(report.at), Period.parse(report.period)
        return words_of(results.facts(at_hand, period, report.department, at), report.lang)

    found = verify.verify(Path(words.file), lookup, records)
    wrong = [f.said()[words.lang] for f in found if not f.agrees]
    data = {"figures": len(found), "differ": wrong}
    said = Text(
        f"{len(found)} 个数，{len(wrong)} 个不符。", f"{len(found)} figures, {len(wrong)} differ."
    )
    return Outcome(data, [said[words.lang], *wrong], FOUND if wrong else 0)
