"""The SQL of measuring, over Parquet files.

Decides how measures, roll-ups and the rows behind them are asked for. Every formula in it has
passed `formula`'s checks and every name is quoted. It is written for DuckDB; `for_spark` says the
same tree in Spark's words. Which files are read, and when, is the `engine`'s matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import sqlglot
from sqlglot import exp

from wardround.catalogue.columns import columns
from wardround.catalogue.model import Register
from wardround.formula import Aggregate, Atom, Kind, Names, Row
from wardround.indicator.values import Part, Source
from wardround.period import Period

TYPES: dict[Kind, str] = {
    "number": "DOUBLE", "text": "VARCHAR", "flag": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP", "list": "VARCHAR[]",
}  # fmt: skip
# Where a row stands. No register's column can have these names: keys have no dot.
DAY, DEPARTMENT, PART, MOMENT = '".day"', '".department"', '".part"', '".moment"'
NUMBER, TOP, HOSPITAL, SAID = '".number"', '".top"', '".hospital"', '".said"'
ROWS = '".rows"'
"""Stands for the rows in a query that is written once for many of them."""
PLACE = f"{DEPARTMENT}, {DAY}"
CELL = f"{PART}, {PLACE}"
_CROWD = 4
"""So many rows a group must have on average to be worth making."""
_ASKED = 8
"""So many measures must ask for a second choice to make another scan worth while."""
MONTH, MEASURE, TOTAL = '".month"', '".measure"', '".total"'


def name(word: str) -> str:
    """A column's name, quoted."""
    return '"' + word.replace('"', '""') + '"'


def text(value: object) -> str:
    """A literal, quoted."""
    return "'" + str(value).replace("'", "''") + "'"


def day(value: date) -> str:
    """A date literal."""
    return f"DATE '{value.isoformat()}'"


def files(paths: Iterable[Path], **options: str) -> str:
    """Parquet files as a table; columns are matched by name, absent ones are null."""
    return alike(paths, union_by_name="true", **options)


def alike(paths: Iterable[Path], **options: str) -> str:
    """Parquet files of the same columns as a table; only one is asked which they are."""
    listed = ", ".join(text(path) for path in paths)
    more = "".join(f", {word} = {value}" for word, value in options.items())
    return f"read_parquet([{listed}]{more})"


def placed(
    source: Source,
    register: Register,
    wanted: Collection[str],
    present: Collection[str],
    table: str,
    extra: str = "",
) -> str:
    """The rows of a source, with their day and department, and the wanted columns typed.

    A wanted column that no file has (declared since) is null.
    """
    kinds = columns(register)

    def column(word: str, type_: str) -> str:
        return f"try_cast({name(word)} as {type_})" if word in present else f"cast(null as {type_})"

    moment = source.day or register.day or ("occurred_at" if not register.feed else "day")
    if moment not in present:
        moment = "day"
    listed = [
        f"{column(source.day or 'day', 'DATE')} as {DAY}",
        f"{column(source.department or 'department', 'VARCHAR')} as {DEPARTMENT}",
        f"coalesce({column(moment, 'TIMESTAMP')}, {column('day', 'TIMESTAMP')}) as {MOMENT}",
        *(f"{column(w, TYPES[kinds[w].kind])} as {name(w)}" for w in sorted(wanted)),
    ]
    return f"select {extra}{', '.join(listed)} from {table}"


def cells(
    rows: str, atoms: Mapping[str, Atom], kinds: Names, crowd: float = 0, place: str = CELL
) -> str:
    """Additive measures of each part, department and day: one scan, no branches.

    What measures share is worked once a row: each choice that is compared becomes a small
    number, each condition joined by `and` a factor of 0 or 1. Null is not met and adds nothing.
    `crowd` is how many rows a department has on a day. If it is many, rows are added up by a
    choice first, those of each choice in a scan of their own: a condition on the choice is then
    asked of a few sums, and not of every row.
    """
    keys = _keys(atoms, kinds, crowd)
    coded, met, whole = _Made(".code"), _Made(".met"), list[str]()
    factors = {key: _Made(".factor") for key in keys or [""]}
    sums = {key: _Made(f".sum {key} ") for key in factors}
    for column, atom in atoms.items():
        conditions = atom.condition.conjuncts if atom.condition else ()
        choices = {word for c in conditions for word in _choice(c, kinds)[:1]}
        key = next((key for key in keys if key in choices), keys[-1] if keys else "")
        later = [c for c in conditions if key and _choice(c, kinds)[:1] == (key,)]
        made = factors[key]
        terms = [made[f"cast({atom.value.sql()} as double)"]] if atom.value else []
        for condition in conditions:
            if condition not in later:
                terms.append(made[f"cast({_met(condition, kinds, coded)} as double)"])
        added = sums[key][f"sum({' * '.join(terms)})" if terms else "cast(count(*) as double)"]
        chosen = [met[f"cast({condition.sql()} as double)"] for condition in later]
        total = f"sum({' * '.join([added, *chosen])})" if keys else added
        whole.append(f"coalesce({total}, 0e0) as {name(column)}")
    dated = f"select *{coded} from ({rows}) where {DAY} is not null"
    added_up = " union all by name ".join(
        f"select {held}{sums[key]} from (select {held}{made} from ({dated})) group by {held}"
        for key, made in factors.items()
        if (held := f"{place}, {name(key)}" if key else place) and sums[key]
    )
    again = f" group by {place}" if keys else ""
    return f"select {place}, {', '.join(whole)} from (select *{met} from ({added_up})){again}"


def branched(rows: str, atoms: Mapping[str, Atom], place: str = CELL) -> str:
    """`cells`, for an engine that branches cheaply and multiplies dearly."""
    sums = "".join(
        f", coalesce(sum(case when {_holds(atom)} then cast({_value(atom)} as double) end), 0) "
        f"as {name(column)}"
        for column, atom in atoms.items()
    )
    return f"select {place}{sums} from ({rows}) where {DAY} is not null group by {place}"


def _value(atom: Atom) -> str:
    return atom.value.sql() if atom.value else "1"


class _Made(dict[str, str]):
    """Expressions and the columns that they become, each once."""

    def __init__(self, stem: str) -> None:
        super().__init__()
        self._stem = stem

    def __missing__(self, expression: str) -> str:
        self[expression] = name(f"{self._stem}{len(self)}")
        return self[expression]

    def __str__(self) -> str:
        return "".join(f", {expression} as {column}" for expression, column in self.items())


def _keys(atoms: Mapping[str, Atom], kinds: Names, crowd: float) -> list[str]:
    """The choices worth adding up by, the most asked for first, while a group has some rows."""
    asked = Counter(
        word
        for atom in atoms.values()
        for word in {
            found
            for condition in (atom.condition.conjuncts if atom.condition else ())
            for found in _choice(condition, kinds)[:1]
        }
    )
    crowded = [
        (word, times)
        for word, times in asked.most_common()
        if (len(kinds[word].choices or ()) + 1) * _CROWD <= crowd
    ]
    return [word for at, (word, times) in enumerate(crowded) if at == 0 or times >= _ASKED]


def _choice(condition: Row, kinds: Names) -> tuple[str, ...]:
    """Field and choice, if that is what the condition compares."""
    pair = condition.equals
    return pair if pair and pair[1] in (kinds[pair[0]].choices or ()) else ()


def _code(word: str, kinds: Names) -> str:
    """A choice as a number, 0 for none."""
    listed = enumerate(sorted(kinds[word].choices or ()), 1)
    cases = " ".join(f"when {text(choice)} then {number}" for number, choice in listed)
    return f"cast(case {name(word)} {cases} else 0 end as utinyint)"


def _met(condition: Row, kinds: Names, coded: _Made) -> str:
    """A condition of a row; a choice is compared as its number."""
    if not (pair := _choice(condition, kinds)):
        return condition.sql()
    word, said = pair
    return f"({coded[_code(word, kinds)]} = {sorted(kinds[word].choices or ()).index(said) + 1})"


def months(cube: str, columns: Sequence[str], stem: str) -> str:
    """Sums of each month and department, one line a measure, in no order; what is 0 is left out."""
    names = ", ".join(text(stem + c) for c in columns)
    sums = ", ".join(f"sum({name(c)})" for c in columns)
    lines = (
        f"select {DEPARTMENT}, cast(date_trunc('month', {DAY}) as date) as {MONTH}, "
        f"unnest([{names}]) as {MEASURE}, unnest([{sums}]) as {TOTAL} from {cube} group by all"
    )
    return f"select * from ({lines}) where {TOTAL} != 0"


def by_span(
    rolled: str, measures: Sequence[str], departments: frozenset[str] | None,
    periods: Mapping[int, Period],
) -> str:  # fmt: skip
    """Totals over whole months: number of the period, measure, total."""
    first, after = (f(d) for f, d in (
        (day, min(p.start for p in periods.values())), (day, max(p.end for p in periods.values()))
    ))  # fmt: skip
    met = [f"{MEASURE} in ({', '.join(map(text, measures))})"]
    met.append(f"{MONTH} >= {first} and {MONTH} < {after}")
    if departments is not None:
        met.append(f"{DEPARTMENT} in ({', '.join(map(text, sorted(departments))) or 'null'})")
    monthly = (
        f"select {MONTH} as {DAY}, {MEASURE}, sum({TOTAL}) as {TOTAL} from {rolled} "
        f"where {' and '.join(met)} group by all"
    )
    return (
        f"select {NUMBER}, {MEASURE}, sum({TOTAL}) from ({monthly}) join {numbered(periods)} "
        "group by all"
    )


def days(cells: str) -> str:
    """The number of each file and the days on which it has cells."""
    return f"select distinct file_index, {DAY} from {cells}"


def over_months(months: Path) -> str:
    """Sums of each department over all months of a roll-up, one line a measure."""
    return (
        f"select {DEPARTMENT}, {MEASURE}, sum({TOTAL}) as {TOTAL} from {alike([months])} "
        f"group by all order by {MEASURE}"
    )


def by_place(
    inside: Mapping[int, Sequence[Path]], across: Sequence[Path], measures: Sequence[str],
    periods: Mapping[int, Period],
) -> str:  # fmt: skip
    """Totals over whole months: number of the period, department, measure, total.

    Every line of the files `inside` counts for the period of that number; the files `across`
    have a month in each line.
    """
    listed = f"{DEPARTMENT}, {MEASURE}, {TOTAL}"
    met = f"where {MEASURE} in ({', '.join(map(text, measures))})"
    found = [
        f"select {number} as {NUMBER}, {listed} from {alike(paths)} {met}"
        for number, paths in inside.items()
    ]
    if across:
        first = min(period.start for period in periods.values())
        after = max(period.end for period in periods.values())
        met += f" and {MONTH} >= {day(first)} and {MONTH} < {day(after)}"
        if len(periods) == 1:  # nothing to join
            found.append(f"select {min(periods)} as {NUMBER}, {listed} from {alike(across)} {met}")
        else:
            dated = f"select {MONTH} as {DAY}, {listed} from {alike(across)} {met}"
            joined = f"({dated}) join {numbered(periods)}"
            found.append(f"select {NUMBER}, {listed} from {joined}")
    listed = f"{NUMBER}, {DEPARTMENT}, {MEASURE}"
    return f"select {listed}, sum({TOTAL}) from ({' union all '.join(found)}) group by {listed}"


def within(departments: frozenset[str] | None, period: Period | None = None) -> str:
    """A condition on where a row stands; no departments named is the whole hospital."""
    met = [f"{DAY} is not null"]
    if departments is not None:
        met.append(f"{DEPARTMENT} in ({', '.join(map(text, sorted(departments))) or 'null'})")
    if period is not None:
        met.append(f"{DAY} >= {day(period.start)} and {DAY} < {day(period.end)}")
    return " and ".join(met)


def by_period(
    cube: str, summed: Sequence[str], departments: frozenset[str] | None, periods: Sequence[Period]
) -> str:
    """Sums of cube columns: one row a period that has cells, its number first."""
    sums = "".join(f", sum({name(c)}) as {name(c)}" for c in summed)
    daily = f"select {DAY}{sums} from {cube} where {within(departments)} group by {DAY}"
    return f"select {NUMBER}{sums} from ({daily}) join {spans(periods)} group by {NUMBER}"


def by_department(cube: str, summed: Sequence[str], periods: Sequence[Period]) -> str:
    """Sums of cube columns: one row a period and department that has cells."""
    sums = "".join(f", sum({name(c)})" for c in summed)
    return f"select {NUMBER}, {DEPARTMENT}{sums} from {cube} join {spans(periods)} group by all"


def spans(periods: Sequence[Period]) -> str:
    """The periods as a table to join on the day; they may overlap."""
    return numbered(dict(enumerate(periods)))


def numbered(periods: Mapping[int, Period]) -> str:
    """`spans`, with numbers of one's own."""
    listed = ", ".join(f"({i}, {day(p.start)}, {day(p.end)})" for i, p in periods.items())
    table = f'(values {listed}) as ".span"({NUMBER}, ".first", ".after")'
    return f'{table} on {DAY} >= ".first" and {DAY} < ".after"'


def units(tree: Mapping[str, frozenset[str]]) -> str:
    """Each department with all below it, as a table to join on the department."""
    listed = ", ".join(
        f"({text(top)}, {text(below)})" for top, found in tree.items() for below in sorted(found)
    )
    return f'(values {listed}) as ".unit"({TOP}, ".below") on {DEPARTMENT} = ".below"'


def worked(
    rows: str, atoms: Sequence[Atom], group: str, subject: bool, whose: str = DEPARTMENT
) -> list[str]:
    """Measures worked from the rows of each group, in at most two queries: those of `last`, if
    any, and the rest. Each gives the group's columns, then the measures in order.

    `last` is, for each department (`whose`, and each subject where there are such), what the latest
    moment of the group says, summed; with a condition, the latest at which it holds.
    """
    lasts = [atom for atom in atoms if atom.function == "last"]
    plain = ", ".join(atom.sql() for atom in atoms if atom.function != "last")
    queries = []
    if lasts:
        held = f"{group}, {whose}" + (", subject" if subject else "")
        values = {f'".last{at}"': atom for at, atom in enumerate(lasts)}
        said = "".join(
            f", sum(case when {_takes(atom)} then {atom.value.sql()} end) as {value}"
            for value, atom in values.items()
            if atom.value
        )
        latest = "".join(f", arg_max({value}, {MOMENT}) as {value}" for value in values)
        queries.append(
            f"select {group}{''.join(f', sum({value})' for value in values)} from "
            f"(select {held}{latest} from (select {held}, {MOMENT}{said} from ({rows}) "
            f"group by {held}, {MOMENT}) group by {held}) group by {group}"
        )
    if plain:
        queries.append(f"select {group}, {plain} from ({rows}) group by {group}")
    return queries


def contribution(aggregate: Aggregate) -> str:
    """What one row adds, as `Aggregate.contribution` has it."""
    if not aggregate.additive:
        return f"cast({_takes(aggregate.atoms[0])} as double)"
    return " + ".join(f"{factor!r}::double * {_adds(atom)}" for factor, atom in aggregate.terms)


def looked_at(aggregate: Aggregate) -> str:
    """What a measure that does not add up sees in a row."""
    value = aggregate.atoms[0].value
    return value.sql() if value and not aggregate.additive else "null"


def _adds(atom: Atom) -> str:
    met = f"cast({_holds(atom)} as double)"
    value = f"coalesce(cast({atom.value.sql()} as double), 0) * " if atom.value else ""
    return value + met


def _holds(atom: Atom) -> str:
    return f"coalesce({atom.condition.sql()}, false)" if atom.condition else "true"


def _takes(atom: Atom) -> str:
    return f"({_holds(atom)} and ({atom.value.sql()}) is not null)" if atom.value else _holds(atom)


def behind(
    rows: str, listed: Sequence[str], numerator: Part | None, denominator: Part | None
) -> str:
    """The rows that count in numerator or denominator, and how much each adds.

    Columns: row_id, department, day, numerator, denominator, value, then those listed. A part
    that is not of these rows adds 0.
    """
    adds = [contribution(part.aggregate) if part else "0e0" for part in (numerator, denominator)]
    value = looked_at(numerator.aggregate) if numerator else "null"
    wanted = "".join(f", {name(word)}" for word in listed)
    return (
        f'select * from (select row_id as ".id", {DEPARTMENT}, {DAY}, {adds[0]} as ".numerator", '
        f'{adds[1]} as ".denominator", {value} as ".value"{wanted} from ({rows})) '
        f'where ".numerator" != 0 or ".denominator" != 0 order by {DEPARTMENT}, {DAY}, ".id"'
    )


def happened(rows: str, numerator: Part, denominator: Part | None, complement: bool) -> str:
    """The moments at which events happened, in order: when, how many, of how many chances, and
    how many chances before. `complement`: the event is what only the denominator counts."""
    adds = [contribution(part.aggregate) if part else "0e0" for part in (numerator, denominator)]
    events = f"({adds[1]}) - ({adds[0]})" if complement else adds[0]
    moments = (
        f'select {MOMENT} as ".at", sum({events}) as ".events", sum({adds[1]}) as ".chances" '
        f"from ({rows}) group by 1"
    )
    running = (
        'select *, sum(".chances") over (order by ".at") - ".chances" as ".before" '
        f"from ({moments})"
    )
    return f'select * from ({running}) where ".events" >= 0.5 order by ".at"'


def grouped(rows: str, by: str, listed: bool) -> str:
    """Rows with what a field says as their group; a list puts its row under each choice."""
    said = f"unnest({name(by)})" if listed else name(by)
    return f"select * from (select *, {said} as {SAID} from ({rows})) where {SAID} is not null"


# -- many files, many hospitals, another engine ------------------------------------------------


def numbered_files(paths: Sequence[Path]) -> str:
    """The number of the file that a row stands in, by the file's name."""
    cases = " ".join(f"when {text(path.name)} then {at}" for at, path in enumerate(paths))
    return f"case regexp_extract(filename, '[^/]+$', 0) {cases} end as {PART}, "


def hospital() -> str:
    """Whose row it is, by the folders HOSPITAL/REGISTER/MONTH.parquet that it stands in."""
    return f"regexp_extract(filename, '([^/]+)/[^/]+/[^/]+$', 1) as {HOSPITAL}, "


def for_spark(query: str, table: Callable[[tuple[str, ...]], str]) -> str:
    """A query of this module in Spark's words.

    `table` names the table of these Parquet files, whose column `filename` says where a row is.
    """
    tree = sqlglot.parse_one(query, read="duckdb")
    for source in list(tree.find_all(exp.Table)):
        if isinstance(source.this, exp.ReadParquet):
            listed = source.this.expressions[0].expressions
            source.replace(exp.to_table(table(tuple(path.name for path in listed))))
    for latest in list(tree.find_all(exp.ArgMax)):  # Spark's would take a null for the latest
        said, when = latest.this, latest.expression
        known = exp.Case().when(exp.Not(this=exp.Is(this=said.copy(), expression=exp.Null())), when)
        latest.set("expression", known)
    return tree.sql(dialect="spark", identify=True)
