"""Batches of feed rows: what is held, what a delivery adds to it, and keeping that.

A delivery may touch several registers. Its batches are written beside the others first and
become part of the hospital all at once, by one transaction; a delivery that is cut off before
has left nothing.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from pathlib import Path

import duckdb
from django.db import transaction

from wardround.catalogue.model import Register
from wardround.sources.stage import name, quoted
from wardround.store import mart
from wardround.store.house import House
from wardround.store.models import FeedBatch
from wardround.text import Fault

_DICTIONARY = 1000
"""Words. A column of more is not worth looking each of them up."""
MOST_TOLD = 500
"""So many faults stand in a batch's own record; all of them in the file of rejected rows."""


@dataclass
class Pending:
    """A batch that is written but not yet kept."""

    register: Register
    file: Path
    rows: int


@dataclass
class Keeping:
    """A delivery on its way: `connection` works it, `work` holds its files until it is kept."""

    house: House
    connection: duckdb.DuckDBPyConnection
    work: Path
    at: datetime
    pending: list[Pending] = made(default_factory=list)
    _files: dict[str, list[tuple[Path, datetime]]] = made(default_factory=lambda: defaultdict(list))

    def files(self, register: Register) -> list[tuple[Path, datetime]]:
        """The batches of a register, this delivery's last."""
        if register.key not in self._files:
            found = FeedBatch.objects.filter(register=register.key).order_by("id")
            self._files[register.key] = [
                (self.house.data / b.file, self.house.local(b.loaded_at)) for b in found
            ]
        return self._files[register.key]

    def held(
        self, register: Register, among: str | None = None, deleted: bool = False
    ) -> str | None:
        """The query of a register's rows in force (with `deleted`, of the withdrawn ones too),
        this delivery's included; None if none."""
        files = self.files(register)
        return mart.in_force(register, files, among, deleted) if files else None

    def fresh(self, register: Register) -> str:
        """The query of what this delivery says of a register, withdrawn rows too."""
        files = [(one.file, self.at) for one in self.pending if one.register is register]
        return mart.told(register, files)

    def withdraw(self, register: Register, query: str) -> int:
        """Take back the rows of the things whose id_ (and sent_, as said) the query gives: the
        row of that id, or those numbered below it (id:1, id:2). Returns how many. Of what is not
        held, and said when it was taken back, that is kept: an older version may yet come."""
        key, zone = name(register.id or ""), quoted(str(self.house.zone))
        held = self.held(register) or f"select null::varchar as {key} where false"
        self.connection.execute(
            f"create or replace table taken_back_ as select id_, timezone({zone}, "
            f"try_cast(max(sent_) as timestamptz)) as sent_ from ({query}) group by 1"
        )
        self.connection.execute(
            f"create or replace table gone_ as with found as (select h.{key}, g.id_, g.sent_ "
            f"from (select {key}, case when {key} in (select id_ from taken_back_) then {key} "
            f"else split_part({key}, ':', 1) end as whole_ from ({held})) h "
            f"join taken_back_ g on g.id_ = h.whole_) "
            f"select {key}, sent_, true as deleted_ from found union all "
            f"select id_, sent_, true from taken_back_ where sent_ is not null "
            f"and id_ not in (select id_ from found)"
        )
        written = self.write(register, "gone_", (register.id or "",), self.connection)
        found = self.connection.execute(
            f"select count(*) from read_parquet({quoted(str(written.file))}) "
            f"where {key} in (select {key} from ({held}))"
        ).fetchone()
        self.count(written)
        return int(found[0]) if found else 0

    def add(self, register: Register, table: str, spoken: Sequence[str]) -> int:
        """Write the rows of `table` (columns `spoken`, sent_, deleted_) that are new or say
        something else than what is held. Returns how many.

        What a source does not speak of stays as it is held. A version that is older than the
        one held changes nothing.
        """
        return self.count(self.write(register, table, spoken, self.connection))

    def write(
        self, register: Register, table: str, spoken: Sequence[str],
        connection: duckdb.DuckDBPyConnection,
    ) -> Pending:  # fmt: skip
        """Write what `add` writes without counting it in yet: several registers may be written
        side by side, each by a connection of its own, once `files` has been asked for each."""
        fields = {k: t for k, t in mart.schema(register).items() if k in register.field}
        key = name(register.id or "")
        asked = f"select {key} from {table} union select split_part({key}, ':', 1) from {table}"
        held = self.held(register, asked, deleted=True)
        if held is None:
            return self._write(register, _first(table, fields, spoken), connection)
        now = f"TIMESTAMP '{self.house.local(self.at):%Y-%m-%d %H:%M:%S.%f}'"
        columns = ", ".join(
            f"cast({'n' if k in spoken else 'h'}.{name(k)} as {t}) as {name(k)}"
            for k, t in fields.items()
        )
        differs = " or ".join(
            f"cast(n.{name(k)} as {fields[k]}) is distinct from cast(h.{name(k)} as {fields[k]})"
            for k in spoken if k in fields
        )  # fmt: skip
        return self._write(
            register,
            f"select {columns}, n.sent_, n.deleted_ "
            f"from {table} n left join ({held}) h on h.{key} = n.{key} left join ({held}) w "
            f"on w.{key} = split_part(n.{key}, ':', 1) and w.deleted_ "
            f"where case when coalesce(n.sent_, {now}) < w.version_ then false "
            f"when h.{key} is null then not coalesce(n.deleted_, false) or n.sent_ is not null "
            f"when coalesce(n.sent_, {now}) < h.version_ then false "
            "when h.deleted_ then not coalesce(n.deleted_, false) "
            f"else coalesce(n.deleted_, false) or {differs} end",
            connection,
        )

    def count(self, written: Pending) -> int:
        """Count in what was written, if there is anything; returns how many rows."""
        if written.rows:
            at = self.house.local(self.at)
            self.files(written.register).append((written.file, at))
            self.pending.append(written)
        return written.rows

    def _write(
        self, register: Register, query: str, connection: duckdb.DuckDBPyConnection
    ) -> Pending:
        """The rows of a query as a file.

        The moment of delivery is part of the file: what comes back to an earlier state is
        a batch of its own.
        """
        number = sum(one.register is register for one in self.pending)
        file = self.work / f"{register.key}-{number}.parquet"
        written = connection.execute(
            f"copy ({query}) to {quoted(str(file))} (format parquet, parquet_version v2, "
            f"compression lz4_raw, dictionary_size_limit {_DICTIONARY}, kv_metadata "
            f"{{delivered: {quoted(self.at.isoformat())}, number: {quoted(str(number))}}})"
        ).fetchone()
        return Pending(register, file, int(written[0]) if written else 0)

    def keep(
        self, title: str, by: str, rejected: Mapping[str, Sequence[Fault]]
    ) -> dict[str, FeedBatch]:
        """Make the pending batches part of the hospital, all or none; register → the last."""
        kept: dict[str, FeedBatch] = {}
        with transaction.atomic():
            for one in self.pending:
                told = [] if one.register.key in kept else rejected.get(one.register.key, ())
                kept[one.register.key] = keep_batch(
                    self.house, one.register, one.file, title, one.rows, by, self.at, told
                )
        return kept


def _first(table: str, fields: Mapping[str, str], spoken: Sequence[str]) -> str:
    """The rows of a delivery to a register that holds nothing, in the columns it speaks of."""
    columns = ", ".join(
        f"cast({name(k)} as {t}) as {name(k)}" for k, t in fields.items() if k in spoken
    )
    return (
        f"select {columns}, sent_, deleted_ from {table} "
        "where not coalesce(deleted_, false) or sent_ is not null"
    )


def keep_batch(
    house: House, register: Register, file: Path, title: str, rows: int, by: str, at: datetime,
    rejected: Iterable[Fault] = (),
) -> FeedBatch:  # fmt: skip
    """Register a checked Parquet file as a batch; the same content is kept once."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    kept = FeedBatch.objects.filter(register=register.key, digest=digest).first()
    if kept:
        return kept
    place = Path("feed") / register.key / f"{digest[:16]}.parquet"
    (house.data / place).parent.mkdir(parents=True, exist_ok=True)
    new = (house.data / place).with_suffix(".new")
    shutil.copyfile(file, new)
    new.replace(house.data / place)
    told = [f.as_json() for f in list(rejected)[:MOST_TOLD]]
    return FeedBatch.objects.create(
        register=register.key, name=title[:255], digest=digest, file=str(place), rows=rows,
        rejected=told, loaded_at=at, loaded_by=by,
    )  # fmt: skip


@contextmanager
def rows_of(keeping: Keeping, register: Register) -> Iterator[str | None]:
    """A view of a register's rows in force, for as long as it is needed."""
    query = keeping.held(register)
    if query is None:
        yield None
        return
    view = name(f"held_{register.key}")
    keeping.connection.execute(f"create or replace view {view} as {query}")
    try:
        yield view
    finally:
        keeping.connection.execute(f"drop view if exists {view}")
