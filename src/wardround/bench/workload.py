"""The hospital that measuring is timed on: what it keeps, what it asks, and its files.

Made up, and the same on every run. Encounters : charges : register rows = 10 : 100 : 1, over
60 departments × 730 days; 100 ratios come to 150 distinct sums and counts. The same rule lays
down rows for the shipped catalogue's feeds, so that real formulas are timed as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from wardround.catalogue.columns import columns
from wardround.catalogue.load import load
from wardround.catalogue.model import Catalogue, Field, FieldType, Indicator, Register
from wardround.figure import Unit
from wardround.formula import Name
from wardround.text import refuse, same

KINDS = ("outpatient", "emergency", "inpatient")
FLAGS = ("first", "booked", "refunded", "referred", "pathway", "antibiotic", "back", "complained")
CATEGORIES = (
    "western", "patent", "herbal", "material", "laboratory", "imaging",
    "treatment", "operation", "nursing", "bed", "blood", "other",
)  # fmt: skip
CHECKS = ("hands", "waste", "fire", "kit", "fridge")
SHARES = {"charge": 100, "encounter": 10, "round": 1}
FIRST = date(2024, 7, 1)


@dataclass(frozen=True, slots=True)
class Workload:
    """Who asks what of how many rows. `rows` is register → rows over all days."""

    catalogue: Catalogue
    rows: Mapping[str, int]
    departments: int = 60
    days: int = 730
    first: date = FIRST

    @property
    def tree(self) -> dict[str, frozenset[str]]:
        """Departments in tens, and the tens in one hospital."""
        leaves = [department(number) for number in range(self.departments)]
        tens: dict[str, set[str]] = {}
        for number, leaf in enumerate(leaves):
            tens.setdefault(f"unit_{number // 10:02d}", set()).add(leaf)
        tree = {leaf: frozenset({leaf}) for leaf in leaves}
        tree |= {top: frozenset({top, *below}) for top, below in tens.items()}
        return tree | {"all": frozenset({"all", *tree})}

    @property
    def last(self) -> date:
        """The day after the last one."""
        return self.first + timedelta(days=self.days)


def made(rows: int, departments: int = 60, days: int = 730, indicators: int = 100) -> Workload:
    """The workload of the comparison, with so many rows in all (three registers share them).

    Fewer indicators than 100 are spread evenly over the three registers.
    """
    asked = list(_asked())
    chosen = [asked[at * len(asked) // indicators] for at in range(indicators)]
    total = sum(SHARES.values())
    shared = {key: max(1, rows * share // total) for key, share in SHARES.items()}
    return Workload(_catalogue(_registers(), chosen), shared, departments, days)


def shipped(rows: int) -> Workload:
    """The shipped catalogue's indicators over its feeds, whose rows are in true proportion."""
    whole = load()
    feeds = {k: r for k, r in whole.registers.items() if r.feed and k in _FEEDS}
    asked = {
        key: one
        for key, one in whole.indicators.items()
        if one.register in feeds and (one.denominator_register or one.register) in feeds
    }
    total = sum(_FEEDS[key] for key in feeds)
    shared = {key: max(1, int(rows * _FEEDS[key] / total)) for key in feeds}
    return Workload(replace(whole, registers=feeds, indicators=asked), shared)


_FEEDS = {
    "charge": 60, "drug_item": 20, "visit": 10, "prescription": 8, "admission": 1, "surgery": 0.3,
    "bed_day": 0.5, "delivery": 0.1, "staff_month": 0.05,
}  # fmt: skip


def department(number: int) -> str:
    return f"ward_{number:03d}"


# -- what is kept ------------------------------------------------------------------------------


def _field(key: str, type_: FieldType, *choices: str) -> Field:
    return Field(key, same(key), type_, choices={word: same(word) for word in choices})


def _registers() -> Iterator[Register]:
    fields = {
        "encounter": [
            _field("encounter_id", "text"), _field("patient", "text"), _field("at", "datetime"),
            _field("kind", "choice", *KINDS), _field("wait", "decimal"), _field("days", "decimal"),
            *(_field(flag, "flag") for flag in FLAGS),
        ],
        "charge": [
            _field("charge_id", "text"), _field("encounter", "text"), _field("at", "datetime"),
            _field("setting", "choice", *KINDS), _field("category", "choice", *CATEGORIES),
            _field("amount", "decimal"), _field("own", "decimal"), _field("quantity", "decimal"),
            _field("insured", "flag"),
        ],
        "round": [
            _field("round_id", "text"), _field("at", "datetime"),
            _field("kind", "choice", *CHECKS), _field("chances", "decimal"),
            _field("met", "decimal"), _field("score", "decimal"), _field("passed", "flag"),
        ],
    }  # fmt: skip
    for key, listed in fields.items():
        yield Register(
            key=key, name=same(key), shape="event", field={f.key: f for f in listed},
            feed=True, id=listed[0].key, day="at",
        )  # fmt: skip


# -- what is asked -----------------------------------------------------------------------------


def _asked() -> Iterator[tuple[str, str, str]]:
    """Register, numerator and denominator of the 100 ratios."""
    yield from (("encounter", *pair) for pair in _of_encounters())
    yield from (("charge", *pair) for pair in _of_charges())
    yield from (("round", *pair) for pair in _of_rounds())


def _of_encounters() -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        of = f"kind = '{kind}'"
        for flag in FLAGS:
            yield f"count_if({of} and {flag} and wait <= 30)", f"count_if({of} and {flag})"
        yield f"sum_if(wait, {of})", f"count_if({of})"
        yield f"count_if({of} and wait > 30)", f"count_if({of})"
    for low in (0, 25, 50, 75):
        band = f"kind = 'emergency' and wait >= {low} and wait < {low + 25}"
        yield f"count_if({band} and days <= 3)", f"count_if({band})"
    for flag in FLAGS[:6]:
        stay = f"kind = 'inpatient' and {flag}"
        yield f"sum_if(days, {stay})", f"count_if({stay})"


def _of_charges() -> Iterator[tuple[str, str]]:
    for category in CATEGORIES:
        of = f"category = '{category}'"
        yield f"sum_if(amount, {of})", "sum(amount)"
        yield f"sum_if(amount, {of})", f"count_if({of})"
        yield f"sum_if(amount, {of} and insured)", f"sum_if(amount, {of})"
    for setting in KINDS:
        at = f"setting = '{setting}'"
        yield f"sum_if(own, {at})", f"sum_if(amount, {at})"
        yield f"count_if({at} and amount > 75)", f"count_if({at})"
    for setting in KINDS[:2]:
        at = f"setting = '{setting}'"
        yield f"sum_if(quantity, {at})", f"count_if({at})"
    yield "sum(quantity)", "sum(amount)"


def _of_rounds() -> Iterator[tuple[str, str]]:
    for kind in CHECKS:
        of = f"kind = '{kind}'"
        yield f"sum_if(met, {of})", f"sum_if(chances, {of})"
        yield f"count_if({of} and passed)", f"count_if({of})"
        whole = "sum(chances)" if kind == CHECKS[-1] else "count(*)"
        yield f"sum_if(score, {of} and passed)", whole


def _catalogue(registers: Iterable[Register], asked: Iterable[tuple[str, str, str]]) -> Catalogue:
    indicators = {
        f"i{at:03d}": Indicator(
            key=f"i{at:03d}", name=same(f"i{at:03d}"), register=register, numerator=numerator,
            denominator=denominator, unit="%", direction="none", describe=same(numerator),
        )
        for at, (register, numerator, denominator) in enumerate(asked)
    }  # fmt: skip
    return Catalogue(
        systems={}, functions={}, subjects={}, units={"%": Unit(same("%"), 100, 1)}, groups={},
        registers={r.key: r for r in registers}, indicators=indicators,
    )  # fmt: skip


# -- the files ---------------------------------------------------------------------------------


def lay_down(workload: Workload, mart: Path, only: str | None = None) -> int:
    """Write the rows as the mart has them, a file a register and month; returns how many.

    `only` names one month, such as "2026-03".
    """
    db = duckdb.connect()
    db.execute("set threads = 2; set memory_limit = '1GB'")

    def lay(key: str, month: str, first: int, days: int) -> int:
        rows = workload.rows[key]
        from_, to = (rows * day // workload.days for day in (first, first + days))
        if to > from_:
            made = _rows(workload, workload.catalogue.registers[key], from_, to, first, days)
            new = mart / key / f"{month}.new"
            db.cursor().execute(f"copy ({made}) to '{new}' (format parquet)")
            os.replace(new, mart / key / f"{month}.parquet")
        return to - from_

    for key in workload.rows:
        (mart / key).mkdir(parents=True, exist_ok=True)
    months = [month for month in _months(workload) if only in (None, month[0])]
    with ThreadPoolExecutor(2) as pool:  # a query numbers its rows in one thread
        laid = [pool.submit(lay, key, *month) for key in workload.rows for month in months]
        count = sum(one.result() for one in laid)
    db.close()
    return count


def _months(workload: Workload) -> Iterator[tuple[str, int, int]]:
    """Each month, the number of its first day, and how many days of it there are."""
    day = 0
    while day < workload.days:
        at = workload.first + timedelta(days=day)
        after = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
        days = min((after - at).days, workload.days - day)
        yield f"{at:%Y-%m}", day, days
        day += days


def _rows(
    workload: Workload, register: Register, from_: int, to: int, first: int, days: int
) -> str:
    """The query of a month's rows; by their numbers they are in order of department and day."""
    count, cells = to - from_, workload.departments * days
    start = workload.first + timedelta(days=first)
    cell = f"(i * {cells} // {count})"
    listed = ", ".join(
        f'{_said(word, name, at, workload)} as "{word}"'
        for at, (word, name) in enumerate(columns(register).items())
        if word not in ("day", "department")
    )
    return (
        f"select '{register.key}' || n as row_id, department_ as department, day_ as day, {listed} "
        f"from (select i, i + {from_} as n, 'ward_' || lpad(({cell} // {days})::varchar, 3, '0') "
        f"as department_, date '{start}' + ({cell} % {days})::integer as day_ "
        f"from range({count}) as r(i))"
    )


def _said(word: str, name: Name, at: int, workload: Workload) -> str:
    """What a row says in a column: drawn by its number, evenly; numbers are quarters up to 100,
    so that their sums are exact, and now and then absent."""
    drawn = f"(hash(n * 131 + {at * 7919 + 17}) >> 7)"
    if name.choices:
        listed = ", ".join(f"'{choice}'" for choice in sorted(name.choices))
        return f"([{listed}])[1 + ({drawn} % {len(name.choices)})::integer]"
    if name.kind == "number":
        return f"case when {drawn} % 64 > 0 then ({drawn} // 64 % 400)::double / 4 end"
    moment = f"(day_ + to_minutes(({drawn} % 1440)::integer))"
    return (
        {
            "flag": f"{drawn} % 100 < 35",
            "date": "day_",
            "datetime": moment,
            "list": "null::varchar[]",
            "text": f"'{word[0]}' || ({drawn} % 1000000)",
        }[name.kind]
        if "department" not in word
        else "department_"
    )


def apart(call: str, *words: object) -> str:
    """Run `module:function` with these words in a Python of its own; what it printed.

    Raises `Refused` with the last line of what it complained of.
    """
    module, function = call.split(":")
    script = f"import sys; from {module} import {function}; {function}(*sys.argv[1:])"
    paths = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, words)],
        env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2]
        raise refuse(f"测速没有做成：{said}", f"It could not be measured: {said}", "bench")
    return done.stdout
