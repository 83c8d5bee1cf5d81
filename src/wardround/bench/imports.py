"""How fast deliveries are taken in, with all checks, beside a bare read of the same files.

Ours is the whole way: read, mapped, checked, bad rows set aside, good ones kept as a batch, the
census worked out. Others only read, or only validate. HL7 messages come over a socket, each
answered when it is on disk. It runs in a process of its own, on a hospital made for it: no real
data folder is touched.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from wardround.bench.exports import KINDS, WARDS, message, ward
from wardround.bench.peers import NOT_INSTALLED, Absent
from wardround.bench.timing import Contender, Timed, take
from wardround.bench.workload import apart
from wardround.catalogue.load import load
from wardround.catalogue.organisation import About, Department, Hospital, Person
from wardround.text import same

LEAST = 200
DEFAULT = 200_000
_TRIAL = 2000
_MESSAGES = 1000
_SHARE = 50
"""Pydantic validates one resource in so many: it would take minutes otherwise."""
FHIR, FHIR_PART = "Wardround, FHIR", "Wardround, FHIR, a quarter"
MLLP = "Wardround, HL7 over MLLP, one sender"
FRONT, FRONT_PART = "Wardround, front pages", "Wardround, front pages, a quarter"
BARE, NARROW, POLARS = (
    "DuckDB, bare read_json",
    "DuckDB, read_json, ids only",
    "Polars, bare read_csv",
)
PYDANTIC = "Pydantic (fhir.resources), a resource at a time"


def bench(rows: int, rounds: int = 5, quick: bool = False) -> dict[str, Any]:
    """Measure on so many resources, and half as many front pages of a hundred columns.

    Returns the data of `bench import --json`; times in seconds, memory in MB. `quick` is one
    round on few rows, without goals.
    """
    with tempfile.TemporaryDirectory(prefix="wardround-bench.") as folder:
        rows, rounds = (min(rows, _TRIAL), 1) if quick else (rows, rounds)
        for name, size in (("whole", rows), ("part", rows // 4)):
            apart("wardround.bench.exports:lay", Path(folder) / name, size)
        told = apart("wardround.bench.imports:measure", folder, rounds)
        data: dict[str, Any] = json.loads(told.splitlines()[-1])
        if quick:
            data["goals"] = []
        return {"bench": "import", "rows": rows, **data}


def measure(folder: str, rounds: str) -> None:
    """Print what was measured, as JSON; the process is this measurement's alone."""
    place = Path(folder)
    data = place / "hospital"
    data.mkdir()
    os.environ |= {"WARDROUND_DATA": str(data), "DJANGO_SETTINGS_MODULE": "wardround.settings"}
    os.environ.pop("DATABASE_URL", None)
    import_module("django").setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    import_module("django.db").connections.close_all()
    listed = _ours(data, place)
    others, absent = _others(place / "whole")
    timed = take([*listed, *others], int(rounds))
    found = {one.name: one for one in timed}
    print(json.dumps({
        "rounds": int(rounds), "load": round(os.getloadavg()[0], 2),
        "megabytes": {
            "fhir": _megabytes((place / "whole" / "fhir").glob("*")),
            "front_pages": _megabytes([place / "whole" / "front.csv"]),
        },
        "contenders": [one.as_json() for one in timed],
        "absent": [{"name": a.name, "why": {"zh": a.why.zh, "en": a.why.en}} for a in absent],
        "goals": list(goals(found)),
    }))  # fmt: skip


def _megabytes(files: Any) -> float:
    return round(sum(file.stat().st_size for file in files) / 1e6, 1)


# -- ours --------------------------------------------------------------------------------------


def _hospital() -> Hospital:
    wards = [
        Department(
            f"ward_{n}", same(f"病区{n}"), ("ward", "clinical", "every_department"),
            codes=(ward(n),), beds=40,
        )
        for n in range(WARDS)
    ]  # fmt: skip
    office = Department("quality", same("质控科"), ("quality_office",))
    person = Person("officer", same("officer"), "quality", "officer", same("officer"), ())
    about = About("bench", same("bench"), "Asia/Shanghai", 40 * WARDS, date(2025, 1, 1))
    return Hospital(about, {d.key: d for d in [*wards, office]}, {person.key: person})


def _ours(data: Path, place: Path) -> list[Contender]:
    """Deliveries to a hospital that holds nothing yet."""
    house = import_module("wardround.store.house").House(data, load(), _hospital())
    deliveries = import_module("wardround.store.deliveries")
    batches = import_module("wardround.store.models").FeedBatch.objects
    at = datetime(2026, 1, 2, 8, tzinfo=house.zone)

    def taken(kind: str, path: Path) -> Callable[[], int]:
        def run() -> int:
            batches.all().delete()
            shutil.rmtree(data / "feed", ignore_errors=True)
            done = deliveries.take_in(house, kind, path, None, house.viewer("officer"), at)
            return int(done.rows)

        return run

    messages = min(_MESSAGES, sum(1 for _ in (place / "part" / "front.csv").open("rb")))
    return [
        Contender(MLLP, "ours", _Conversation(house, messages)),
        *(Contender(name, "ours", taken(kind, place / size / path))
        for name, kind, size, path in (
            (FHIR, "fhir", "whole", "fhir"), (FHIR_PART, "fhir", "part", "fhir"),
            (FRONT, "csv", "whole", "front.csv"), (FRONT_PART, "csv", "part", "front.csv"),
        )),
    ]  # fmt: skip


@dataclass
class _Conversation:
    """An interface engine that sends a message, waits for its answer, and sends the next; then
    the listener puts what it took into a batch. Every message is new."""

    house: Any
    messages: int
    sent: int = 0

    def __call__(self) -> int:
        listening = import_module("wardround.commands.listen")
        source = import_module("wardround.sources.mapping").shipped("hl7", self.house.catalogue)
        listener = listening.Listener(self.house, self.house.viewer("officer"), source)
        heard = _Heard(listening.serve, listener)
        with heard, socket.create_connection(("127.0.0.1", heard.port)) as line:
            line.settimeout(60)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(self.messages):
                self.sent += 1
                line.sendall(b"\x0b" + message(self.sent) + b"\x1c\r")
                answer = b""
                while not answer.endswith(b"\x1c\r"):
                    said = line.recv(1 << 16)
                    if not said:
                        raise ConnectionError("the listener has hung up")
                    answer += said
        if listener.counts["AA"] != self.messages:
            raise ValueError(f"not all were taken: {listener.counts}")
        return self.messages


@dataclass
class _Heard:
    """A listener at work in a thread of its own."""

    serve: Callable[..., Any]
    listener: Any
    port: int = 0
    _begun: threading.Event = made(default_factory=threading.Event)

    def __enter__(self) -> _Heard:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        self._begun.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        started = self._loop.create_future()
        running = asyncio.create_task(
            self.serve(self.listener, "127.0.0.1", 0, 3600, self._stop, started)
        )
        await asyncio.wait({running, started}, return_when=asyncio.FIRST_COMPLETED)
        if started.done():
            self.port = started.result()
        self._begun.set()
        await running


# -- others ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bare:
    """Reads the FHIR files into tables, as an analyst begins."""

    folder: Path
    columns: str

    def __call__(self) -> int:
        rows = 0
        with duckdb.connect() as db:
            db.execute("set threads = 2")
            for file in sorted(self.folder.glob("*.ndjson")):
                done = db.execute(
                    "create or replace table resources as select * from read_json("
                    f"'{file}', format='newline_delimited'{self.columns})"
                ).fetchone()
                rows += int(done[0]) if done else 0
        return rows


def _others(whole: Path) -> tuple[list[Contender], list[Absent]]:
    """What others do with the same files, and which of them cannot be had."""
    ids = ", columns={id: 'varchar', resourceType: 'varchar'}"
    found = [
        Contender(BARE, "peer", _Bare(whole / "fhir", "")),
        Contender(NARROW, "floor", _Bare(whole / "fhir", ids)),
    ]
    absent = []
    if _has("polars"):
        polars = import_module("polars")
        found.append(Contender(POLARS, "peer", lambda: _polars(polars, whole / "front.csv")))
    else:
        absent.append(Absent(POLARS, NOT_INSTALLED))
    if _has("fhir.resources"):
        found.append(Contender(PYDANTIC, "peer", _validating(whole / "fhir")))
    else:
        absent.append(Absent(PYDANTIC, NOT_INSTALLED))
    return found, absent


def _has(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _polars(polars: Any, file: Path) -> int:
    return int(polars.read_csv(file, infer_schema_length=10_000, ignore_errors=True).height)


def _validating(folder: Path) -> Callable[[], int]:
    models = {
        kind: getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind) for kind in KINDS
    }

    def run() -> int:
        rows = 0
        for kind, model in models.items():
            for line in _lines(folder / f"{kind}.ndjson"):
                rows += 1
                try:
                    model.model_validate_json(line)
                except ValueError:
                    continue  # as with us, some are set aside
        return rows

    return run


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as text:
        for number, line in enumerate(text):
            if number % _SHARE == 0:
                yield line


# -- the goals ---------------------------------------------------------------------------------


def goals(found: dict[str, Timed]) -> Iterator[dict[str, Any]]:
    """What was wanted, what was found; None: not measured here."""

    def over(one: str, other: str) -> float | None:
        if other not in found:
            return None
        return round(found[one].median / found[other].median, 2)

    def faster(one: str, other: str) -> float | None:
        if other not in found:
            return None
        ours, theirs = found[one], found[other]
        return round((ours.rows / ours.median) / (theirs.rows / theirs.median), 1)

    def rate(one: str) -> float | None:
        return round(found[one].rows / found[one].median, 1) if one in found else None

    def grown(whole: str, part: str) -> float | None:
        peaks = found[whole].peak, found[part].peak
        return round(peaks[0] / peaks[1], 2) if peaks[0] and peaks[1] else None

    listed: Sequence[tuple[str, str, float, float | None]] = [
        ("FHIR, time over a bare read_json", "≤", 1.25, over(FHIR, BARE)),
        ("FHIR, times faster than validating one by one", "≥", 20,
         faster(FHIR, PYDANTIC)),
        ("front pages, time over a bare Polars read", "≤", 1.5,
         over(FRONT, POLARS)),
        ("HL7 over MLLP, messages a second, each on disk before its answer", "≥", 50,
         rate(MLLP)),
        ("FHIR, peak memory, MB", "≤", 512, found[FHIR].peak),
        ("front pages, peak memory, MB", "≤", 512, found[FRONT].peak),
        ("FHIR, memory for four times the file, times", "≤", 2, grown(FHIR, FHIR_PART)),
    ]  # fmt: skip
    for goal, sign, bound, value in listed:
        met = None if value is None else (value <= bound if sign == "≤" else value >= bound)
        yield {"goal": goal, "wanted": f"{sign} {bound:g}", "found": value, "met": met}
