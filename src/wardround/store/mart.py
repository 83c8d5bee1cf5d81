"""Typed Parquet for measuring: one folder a register, one file a month.

Worked from entries and feed batches; files are replaced whole and atomically, and only the
months that new data touches. A personal field never gets here.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from django.db.models import F, Q

from wardround.catalogue.columns import DUTY_WINDOWS, columns, condition
from wardround.catalogue.model import Duty, Register
from wardround.formula import Names
from wardround.indicator.values import FILLED
from wardround.period import Period
from wardround.store.history import current, values_of
from wardround.store.house import House
from wardround.store.models import Case, DutyWindow, Entry, FeedBatch
from wardround.work.case import withdrawn
from wardround.work.follow import same_thing
from wardround.work.record import Entry as Value
from wardround.work.row import Around, movement, row

SQL_TYPES = {
    "number": "DOUBLE", "text": "VARCHAR", "flag": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP", "list": "VARCHAR[]",
}  # fmt: skip
_UNDATED = "undated"
_MONTHS = 2000
"""More months than a register has files, so that each is written in one piece."""


def folder(house: House) -> Path:
    return house.data / "mart"


@contextmanager
def alone(house: House) -> Iterator[None]:
    """One process at a time writes the files; another waits, and finds its work done."""
    folder(house).mkdir(parents=True, exist_ok=True)
    with (folder(house) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def connect() -> duckdb.DuckDBPyConnection:
    """A connection of one's own to an in-memory DuckDB that loads nothing by itself."""
    return _database().cursor()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(":memory:")
    database.execute("set autoinstall_known_extensions=false")
    database.execute("set autoload_known_extensions=false")
    database.execute("set memory_limit='1GB'; set threads=2; set preserve_insertion_order=false")
    database.execute(f"set partitioned_write_max_open_files={_MONTHS}")
    return database


def schema(register: Register) -> dict[str, str]:
    """Column → SQL type of a register's files, the fixed columns first."""
    fixed = {"row_id": "VARCHAR", "department": "VARCHAR", "day": "DATE"}
    own: Names = columns(register)
    return fixed | {k: SQL_TYPES[n.kind] for k, n in own.items() if k not in fixed}


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to which entry and moment the files say everything."""

    seq: int = 0
    at: datetime | None = None


def refresh(house: House, at: datetime) -> dict[str, int]:
    """Write what entries and feeds say as of now. Returns register → rows written.

    A kept register is written whole when an entry of its is newer than the files, or the limit
    of one of its cases has passed since; what was owed only for the months that changed; a
    feed when a batch has come. Plan progress is `measuring`'s.
    """
    written: dict[str, int] = {}
    mark = _mark(house)
    stale = _stale(house, mark, at)
    fed = set(FeedBatch.objects.order_by().values_list("register", flat=True).distinct())
    for key, register in sorted(house.catalogue.registers.items()):
        if register.feed:
            written |= refresh_feed(house, register) if key in fed else {}
        elif key in stale:
            rows = kept_rows(house, register, at)
            written[key] = write(folder(house) / key, register, rows)
    written |= refresh_windows(house, at, mark)
    if written or mark.at is None:
        _set_mark(house, at)
    return written


def refresh_windows(house: House, at: datetime, mark: Mark | None = None) -> dict[str, int]:
    """Write the months of `duty_window` in which something changed or a limit passed."""
    months = changed_months(house, (mark or _mark(house)).at, at)
    if not months:
        return {}
    place = folder(house) / DUTY_WINDOWS.key
    return {DUTY_WINDOWS.key: write(place, DUTY_WINDOWS, windows(house, at, months), months)}


def changed_months(house: House, since: datetime | None, until: datetime) -> set[str]:
    """Months of the windows that were answered, or whose limit passed, between two moments."""
    changed = DutyWindow.objects.filter(opens__lte=until)
    if since is not None:
        passed = Q(due__gt=since, due__lte=until)
        changed = changed.filter(Q(changed_at__gte=since) | passed)
    days = changed.values_list("due", flat=True)
    return {_last_moment(house, due).strftime("%Y-%m") for due in days}


def _last_moment(house: House, due: datetime) -> datetime:
    """A limit at midnight belongs to the day that it ends."""
    return house.local(due) - timedelta(microseconds=1)


def _stale(house: House, mark: Mark, at: datetime) -> set[str]:
    """Kept registers that say more than their files."""
    newer = Entry.objects.filter(seq__gt=mark.seq).order_by()
    found = set(newer.values_list("register", flat=True).distinct())
    if mark.at is not None:
        passed = Case.objects.filter(deadline__gt=mark.at, deadline__lte=at).order_by()
        found |= set(passed.values_list("register", flat=True).distinct())
    return found


def _mark(house: House) -> Mark:
    file = folder(house) / "mark.json"
    if not file.exists():
        return Mark()
    told = json.loads(file.read_text())
    return Mark(told["seq"], datetime.fromisoformat(told["at"]))


def _set_mark(house: House, at: datetime) -> None:
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    folder(house).mkdir(parents=True, exist_ok=True)
    temporary = folder(house) / "mark.json.new"
    temporary.write_text(json.dumps({"seq": last, "at": at.isoformat()}))
    temporary.replace(folder(house) / "mark.json")


def kept_rows(
    house: House, register: Register, at: datetime, as_of: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of a kept register: its entries in force (as recorded up to `as_of`)."""
    found = current(as_of).filter(register=register.key)
    steps: dict[str, list[Value]] = defaultdict(list)
    if register.shape in ("case", "document"):
        for value in values_of(found.exclude(about=None).order_by("seq"), house.zone):
            steps[str(value.about)].append(value)
    stock: dict[tuple[str, str | None], float] = defaultdict(float)
    last: dict[tuple[Any, ...], datetime] = {}
    opened = found.filter(about=None).order_by("occurred_at", "seq")
    for value in values_of(opened, house.zone):
        if withdrawn(steps[value.id]):
            continue
        place, same = (value.department, value.subject), same_thing(register, value)
        before = last.get(same)
        around = Around(at, steps[value.id], stock[place], before)
        seen = row(register, value, around)
        if register.department and seen.get(register.department):
            seen["department"] = seen[register.department]
        yield {"row_id": value.id, **seen}
        if same and None not in same:
            last[same] = value.occurred_at
        if register.shape == "stock":
            stock[place] += movement(dict(value.values))


def windows(house: House, at: datetime, months: set[str] | None = None) -> Iterator[dict[str, Any]]:
    """Windows whose limit has passed or that are met, as known at `at` (default: all months)."""
    later = set(Entry.objects.filter(recorded_at__gt=at).values_list("pk", flat=True))
    found = DutyWindow.objects.filter(
        Q(due__lte=at) | Q(done__gte=F("wanted")), opens__lte=at, wanted__gt=0
    )
    if months:
        first, last = Period.parse(min(months)), Period.parse(max(months))
        found = found.filter(
            due__gt=_midnight(house, first.start), due__lte=_midnight(house, last.end)
        )
    lines = found.values_list(
        "pk", "duty", "department", "subject", "opens", "due", "done_at", "entry"
    )
    for key, duty, department, subject, opens, due, done_at, entry in lines.iterator(5000):
        last_day = _last_moment(house, due)
        if done_at is not None and entry in later:
            done_at = None
        if (months and f"{last_day:%Y-%m}" not in months) or (done_at is None and due > at):
            continue
        yield {
            "row_id": str(key), "department": department, "subject": subject or None, "duty": duty,
            "opens": house.local(opens), "due": house.local(due),
            "done_at": house.local(done_at) if done_at else None, "done": done_at is not None,
            "in_time": done_at is not None and done_at <= due, "day": last_day.date(),
        }  # fmt: skip


def _midnight(house: House, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=house.zone)


def write(
    place: Path, register: Register, rows: Iterable[dict[str, Any]],
    months: set[str] | None = None,
) -> int:  # fmt: skip
    """Replace a register's files by these rows, a file a month (only those of `months`, if
    given). Returns the number of rows."""
    place.mkdir(parents=True, exist_ok=True)
    names = schema(register)
    day_field = register.day or "occurred_at"
    count = 0
    with tempfile.TemporaryDirectory(dir=place) as work:
        lines = Path(work) / "rows.json"
        with lines.open("w", encoding="utf-8") as out:
            for one in rows:
                day = one.get("day", one.get(day_field))
                one["day"] = day.date() if isinstance(day, datetime) else day
                out.write(_JSON.encode({k: one.get(k) for k in names}) + "\n")
                count += 1
        kept = _partition(place, work, _read_json(lines, names)) if count else set()
    for old in place.glob("*.parquet"):
        if old.stem not in kept and (months is None or old.stem in months):
            old.unlink()
    return count


def _read_json(lines: Path, names: dict[str, str]) -> str:
    typed = ", ".join(f"'{k}': '{t}'" for k, t in names.items())
    return (
        f"select * from read_json('{lines}', format='newline_delimited', "
        f"columns={{{typed}}}, maximum_object_size=16777216)"
    )


def _partition(place: Path, work: str, select: str, months: set[str] | None = None) -> set[str]:
    """Write the rows of `select` a file a month, sorted; returns the months written."""
    month = f"coalesce(strftime(day, '%Y-%m'), '{_UNDATED}')"
    only = f"where month_ in ({', '.join(map(repr, sorted(months)))})" if months else ""
    parts = Path(work) / "parts"
    connection = connect()
    connection.execute(
        f"copy (select * from (select *, {month} as month_ from ({select})) {only} "
        f"order by department, day, row_id) to '{parts}' (format parquet, partition_by (month_))"
    )
    connection.close()
    found = set()
    for folder in parts.glob("month_=*"):
        (new,) = folder.iterdir()
        key = folder.name.removeprefix("month_=")
        os.replace(new, place / f"{key}.parquet")
        found.add(key)
    return found


def plain(value: Any) -> Any:
    """As DuckDB reads it from JSON; times as local wall time."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


_JSON = json.JSONEncoder(ensure_ascii=False, default=plain)


# -- feeds ------------------------------------------------------------------------------------


def refresh_feed(
    house: House, register: Register, as_of: datetime | None = None, place: Path | None = None
) -> dict[str, int]:
    """Write a feed's months: of rows with the same id, the one delivered last.

    Only when a batch has come since the files were written.
    """
    found = FeedBatch.objects.filter(register=register.key)
    batches = list((found.filter(loaded_at__lte=as_of) if as_of else found).order_by("id"))
    target = place or folder(house) / register.key
    stamp = target / "batches.json"
    held = [b.pk for b in batches]
    before = json.loads(stamp.read_text()) if stamp.exists() else []
    if not batches or before == held:
        return {}
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as work:
        kept = _partition(target, work, _latest(house, register, batches))
    for old in target.glob("*.parquet"):
        if old.stem not in kept:
            old.unlink()
    _tell_filled(target)
    stamp.write_text(json.dumps(held))
    return {register.key: sum(b.rows for b in batches)}


def _tell_filled(place: Path) -> None:
    """Say which columns any row of a feed fills: a share that is 0 for want of the others is no
    figure (`indicator.engine`)."""
    if not any(place.glob("*.parquet")):
        return
    with connect() as connection:
        found = connection.execute(
            "select path_in_schema from parquet_metadata(?) group by 1 "
            "having sum(num_values) > sum(coalesce(stats_null_count, 0))", [f"{place}/*.parquet"],
        ).fetchall()  # fmt: skip
    new = place / f"{FILLED}.new"
    new.write_text(json.dumps(sorted(column for (column,) in found)))
    new.replace(place / FILLED)


def _latest(house: House, register: Register, batches: list[FeedBatch]) -> str:
    own = {k: t for k, t in schema(register).items() if k not in ("row_id", "department", "day")}
    department = register.department or "department"
    parts = in_force(register, [(house.data / b.file, house.local(b.loaded_at)) for b in batches])
    listed = "".join(f', {_filled(register, k, t)} as "{k}"' for k, t in own.items())
    return (
        f'select cast("{register.id}" as varchar) as row_id, "{department}" as department, '
        f'cast("{register.day}" as date) as day{listed} from ({parts})'
    )


def _filled(register: Register, key: str, kind: str) -> str:
    """A column's value, worked out from others where it is empty and declared `otherwise`."""
    field, said = register.field.get(key), f'cast("{key}" as {kind})'
    if field is None or not field.otherwise:
        return said
    worked = condition(field.otherwise, register)
    known = " and ".join(f'"{name}" is not null' for name in sorted(worked.names))
    return f"coalesce({said}, case when {known} then cast({worked.sql()} as {kind}) end)"


def in_force(
    register: Register, files: Sequence[tuple[Path, datetime]], among: str | None = None,
    deleted: bool = False,
) -> str:  # fmt: skip
    """The query of the rows in force in batches (file, local time of delivery): of those with
    one id the version sent last, or else delivered last; none if that one says `deleted_`.
    (with `deleted`, these too). With `among`, a query of ids, only these; `version_` is when
    that version was said."""
    chosen = (
        f'qualify row_number() over (partition by "{register.id}" '
        "order by version_ desc, batch_ desc) = 1" if len(files) > 1 else ""
    )  # fmt: skip
    return (
        "select * from (select *, least(coalesce(sent_, loaded_), loaded_) as version_ "
        f"from ({told(register, files, among)}) {chosen})"
        + ("" if deleted else " where not coalesce(deleted_, false)")
    )


def told(
    register: Register, files: Sequence[tuple[Path, datetime]], among: str | None = None
) -> str:
    """The query of all that batches say, in every column that the register has."""
    own = {k: t for k, t in schema(register).items() if k in register.field}
    own |= {"sent_": "TIMESTAMP", "deleted_": "BOOLEAN"}
    none = ", ".join(f'null::{t} as "{k}"' for k, t in own.items())
    parts = [
        f"select *, {number} as batch_, TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S.%f}' as loaded_ "
        f"from read_parquet('{file}')" + (f' where "{register.id}" in ({among})' if among else "")
        for number, (file, moment) in enumerate(files)
    ]  # fmt: skip
    return " union all by name ".join([*parts, f"select {none} where false"])


def triggers(
    house: House, duty: Duty, since: datetime, until: datetime
) -> list[tuple[str, str, datetime, str]]:
    """(department, match, moment, subject) of the feed rows that a duty is owed after."""
    assert duty.after is not None
    cause = house.catalogue.registers[duty.after.register]
    files = folder(house) / cause.key
    if not any(files.glob("*.parquet")):
        return []
    at, match = f'"{duty.after.at or cause.day}"', f'"{duty.after.match}"'
    when = f"and ({condition(duty.after.when, cause).sql()})" if duty.after.when else ""
    about = f'"{duty.after.subject}"' if duty.after.subject else "''"
    connection = connect()
    rows = connection.execute(
        f"select department, cast({match} as varchar), cast({at} as timestamp), "
        f"coalesce(cast({about} as varchar), '') "
        f"from read_parquet('{files}/*.parquet', union_by_name=true) "
        f"where {at} >= ? and {at} < ? {when} order by {at}, 2",
        [since.replace(tzinfo=None), until.replace(tzinfo=None)],
    ).fetchall()
    connection.close()
    return [(d, m, t.replace(tzinfo=house.zone), s) for d, m, t, s in rows if d and m]


def daily_rows(house: House, register: Register) -> list[tuple[str, date, int]]:
    """(department, day, rows) of a register's files."""
    files = folder(house) / register.key
    if not any(files.glob("*.parquet")):
        return []
    connection = connect()
    rows = connection.execute(
        f"select department, day, count(*) from read_parquet('{files}/*.parquet', "
        "union_by_name=true) where day is not null group by all"
    ).fetchall()
    connection.close()
    return rows
