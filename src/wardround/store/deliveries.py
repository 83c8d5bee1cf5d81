"""Tables that come in bulk: feed rows into batches, entries through the ledger.

`sources` reads and checks; here a delivery is kept. Good rows are kept whole or not at all,
bad ones come back with their place and reason. The same file again changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
from django.db import transaction

from wardround.catalogue.model import Register
from wardround.sources.feed import good_rows
from wardround.sources.from_csv import read_csv
from wardround.sources.from_excel import read_excel
from wardround.sources.table import Delivery, SourceRow
from wardround.store import ledger, mart
from wardround.store.house import House
from wardround.store.models import FeedBatch
from wardround.text import Fault, Lang, Refused, refuse
from wardround.work.authority import Viewer
from wardround.work.follow import derived_id

READERS = {"csv": read_csv, "excel": read_excel}
_PLACES = ("department", "subject", "occurred_at", "id")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a delivery came to. `batch` is the feed batch's number, None for kept registers."""

    batch: int | None
    rows: int
    new: int
    unchanged: int
    rejected: tuple[Fault, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "batch": self.batch, "rows": self.rows, "new": self.new,
            "unchanged": self.unchanged, "rejected": [f.as_json() for f in self.rejected],
        }  # fmt: skip


def take_in(
    house: House, kind: str, path: Path, key: str, who: Viewer, at: datetime,
    mapping: Mapping[str, str] | None = None, lang: Lang = "zh",
) -> Imported:  # fmt: skip
    """Import a CSV or Excel file into a register. Raises `Refused` if it is no such table."""
    register = house.catalogue.registers.get(key)
    if register is None:
        raise refuse(f"没有“{key}”这个登记本。", f'There is no register "{key}".')
    if not path.is_file():
        raise refuse(f"没有找到文件 {path}。", f"There is no file {path}.")
    delivery = READERS[kind](path, register, mapping, lang)
    if register.feed:
        return _feed(house, register, path, delivery, who, at)
    return _entries(house, register, delivery, who, at)


def keep_batch(
    house: House, register: Register, file: Path, name: str, rows: int, by: str, at: datetime,
    rejected: Iterable[Fault] = (),
) -> FeedBatch:  # fmt: skip
    """Register a checked Parquet file as a batch; the same content is kept once."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    kept = FeedBatch.objects.filter(register=register.key, digest=digest).first()
    if kept:
        return kept
    place = Path("feed") / register.key / f"{digest[:16]}.parquet"
    (house.data / place).parent.mkdir(parents=True, exist_ok=True)
    new = (house.data / place).with_suffix(".new")
    shutil.copyfile(file, new)
    new.replace(house.data / place)
    return FeedBatch.objects.create(
        register=register.key, name=name, digest=digest, file=str(place), rows=rows,
        rejected=[f.as_json() for f in rejected], loaded_at=at, loaded_by=by,
    )  # fmt: skip


def _feed(
    house: House, register: Register, path: Path, delivery: Delivery, who: Viewer, at: datetime
) -> Imported:
    if who.person.role == "auditor" or not (who.everywhere or who.functions):
        raise refuse("接口数据由职能科室导入。", "Functional offices import feeds.")
    bad: list[Fault] = []
    names = mart.schema(register)
    fields = {k: t for k, t in names.items() if k in register.field}
    with tempfile.TemporaryDirectory(dir=house.data) as work:
        lines, file = Path(work) / "rows.json", Path(work) / "rows.parquet"
        rows = 0
        with lines.open("w", encoding="utf-8") as out:
            for row in good_rows(register, delivery.rows, house.known, house.zone, bad):
                plain = {k: mart.plain(row.get(k)) for k in fields}
                out.write(json.dumps(plain, ensure_ascii=False) + "\n")
                rows += 1
        bad = [*delivery.faults, *bad]
        if not rows:
            return Imported(None, len(bad), 0, 0, tuple(bad))
        fresh = _write_fresh(house, register, lines, fields, file)
        if not fresh:
            return Imported(None, rows + len(bad), 0, rows, tuple(bad))
        with transaction.atomic():
            batch = keep_batch(house, register, file, path.name, fresh, who.key, at, bad)
    return Imported(batch.pk, rows + len(bad), fresh, rows - fresh, tuple(bad))


def _write_fresh(
    house: House, register: Register, lines: Path, fields: Mapping[str, str], file: Path
) -> int:
    """Write the rows that are new or differ from what is held; returns how many."""
    mart.refresh_feed(house, register)
    connection = mart.connect()
    typed = ", ".join(f"'{k}': '{t}'" for k, t in fields.items())
    columns = ", ".join(f'"{k}"' for k in fields)
    connection.execute(
        f"create table fresh as select * from read_json('{lines}', "
        f"format='newline_delimited', columns={{{typed}}})"
    )
    held = mart.folder(house) / register.key
    if any(held.glob("*.parquet")):
        same = " and ".join(f'fresh."{k}" is not distinct from held."{k}"' for k in fields)
        connection.execute(
            f"delete from fresh where exists (select 1 from read_parquet('{held}/*.parquet', "
            f"union_by_name=true) held where {same})"
        )
    found = connection.execute("select count(*) from fresh").fetchone()
    count = int(found[0]) if found else 0
    if count:
        connection.execute(
            f"copy (select {columns} from fresh order by all) to '{file}' (format parquet)"
        )
    connection.close()
    return count


def _entries(
    house: House, register: Register, delivery: Delivery, who: Viewer, at: datetime
) -> Imported:
    """Each row is an entry of its own, by the same gate as a form; a bad one is told."""
    new = unchanged = rows = 0
    bad: list[Fault] = []
    for row in delivery.rows:
        rows += 1
        try:
            receipt = ledger.append(house, _proposal(house, register, row, who, at), who, at)
        except Refused as refused:
            bad += [Fault(f.why, row.place, f.field) for f in refused.faults]
            continue
        new, unchanged = new + (not receipt.repeated), unchanged + receipt.repeated
    bad = [*delivery.faults, *bad]
    return Imported(None, rows + len(delivery.faults), new, unchanged, tuple(bad))


def _proposal(
    house: House, register: Register, row: SourceRow, who: Viewer, at: datetime
) -> ledger.Proposal:
    values: dict[str, Any] = {k: v for k, v in row.values.items() if k not in _PLACES}
    said = row.values.get("occurred_at")
    department = _department(house, row.values.get("department"), who)
    content = rfc8785.dumps({"register": register.key, **row.values}).decode()
    return ledger.Proposal(
        register.key, values, department, row.values.get("subject"),
        _moment(house, said) if said else at,
        row.values.get("id") or derived_id(content, register.key),
    )  # fmt: skip


def _department(house: House, word: str | None, who: Viewer) -> str:
    """The department of that key or name; none named is one's own."""
    if not word:
        return who.person.department
    for d in house.hospital.department.values():
        if word in (d.key, d.name.zh, d.name.en, *d.words):
            return d.key
    return word


def _moment(house: House, word: str) -> datetime:
    try:
        moment = datetime.fromisoformat(word.replace("/", "-"))
    except ValueError as error:
        raise refuse(
            f"时间“{word}”看不懂，请写成 2026-03-02 08:30。",
            f'The time "{word}" is unreadable; write 2026-03-02 08:30.',
            field="occurred_at",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=house.zone)
