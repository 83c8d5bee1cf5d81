"""How fast indicators are measured, beside what others would do and the least that must be done.

All ways read the same files in the same interleaved rounds, and their answers must agree, or
there is no result. The goals are the project's; a ratio is of medians of one run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from wardround.bench import peers
from wardround.bench.peers import Absent, Answers, Way
from wardround.bench.server import NAME as POSTGRESQL
from wardround.bench.server import postgres, server
from wardround.bench.timing import Contender, Timed, exponent, take
from wardround.bench.workload import Workload, apart, lay_down, made, shipped
from wardround.indicator.engine import Engine
from wardround.period import Period
from wardround.text import Text, refuse

MOST = {
    POSTGRESQL: 3_000_000, peers.PANDAS: 25_000_000, peers.EACH: 25_000_000,
    peers.FUSED: 25_000_000, peers.IN_MEMORY: 25_000_000, peers.POLARS: 60_000_000,
}  # fmt: skip
"""Rows above which a way takes too long or too much memory, and is skipped."""
OURS, ROLL_UPS = "Wardround, whole cube", "Wardround, all roll-ups, year on year"
CARD = "Wardround, scorecard of the shipped catalogue, half a year"
QUARTER, HALF = "Wardround, a quarter of the rows", "Wardround, half of the days"
FEW = {f"Wardround, {n} indicators": n for n in (25, 50)}
NEW_DAY, HALF_DAY = "Wardround, one new day", "Wardround, one new day after half"
ONE = "Wardround, one indicator, all levels, all years"
LEAST, DEFAULT, _TRIAL = 2000, 1_100_000, 3000
_SAME = 1e-9
"""The share by which two sums of the same numbers in another order may differ."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where everything lies: a mart for each workload, and room for cubes."""

    folder: Path
    rows: int
    quick: bool = False

    @property
    def whole(self) -> Workload:
        return self.made(self.rows)

    def made(self, rows: int, indicators: int = 100) -> Workload:
        """The workload with so many rows; a quick one has few departments and days."""
        if self.quick:
            return made(rows, departments=10, days=92, indicators=indicators)
        return made(rows, indicators=indicators)

    @property
    def shipped(self) -> Workload:
        """The shipped catalogue over a quarter as many rows of feeds."""
        found = shipped(self.rows // 4)
        return replace(found, departments=10, days=31) if self.quick else found

    @property
    def wide(self) -> Workload:
        """Ten years of 600 departments; one register, about a row a day and department."""
        one = self.whole
        kept = {k: i for k, i in one.catalogue.indicators.items() if i.register == "round"}
        registers = {"round": one.catalogue.registers["round"]}

        catalogue = replace(one.catalogue, registers=registers, indicators=kept)
        departments, days = (20, 120) if self.quick else (600, 3650)
        return Workload(catalogue, {"round": departments * days}, departments, days)

    def mart(self, name: str) -> Path:
        return self.folder / name / "mart"

    def cube(self, name: str) -> Path:
        return self.folder / name / "cube"


def bench(rows: int, rounds: int = 5, quick: bool = False, alone: bool = False) -> dict[str, Any]:
    """Measure on so many rows; `quick` is a trial on a tiny hospital in one round, without goals.

    `alone` is our whole build beside the other ways, without what else we are asked for: for so
    many rows that the rest would take too long.

    Returns the data of `bench indicators --json`; times in seconds, memory in MB. Raises
    `Refused` if two ways give different answers.
    """
    with tempfile.TemporaryDirectory(prefix="wardround-bench.") as folder, ExitStack() as stack:
        scene = Scene(Path(folder), min(rows, _TRIAL) if quick else rows, quick)
        rounds = 1 if quick else rounds
        apart("wardround.bench.indicators:lay_all", folder, scene.rows, quick, alone)
        wanted = not quick and rows <= MOST[POSTGRESQL]
        address = stack.enter_context(server()) if wanted else None
        others, absent = ways(scene, address)
        ours = _ours(scene)[: 1 if alone else None]
        floors = peers.floors(scene.whole, scene.mart("whole"))
        if too_many := _too_many(scene, peers.IN_MEMORY):
            floors = [one for one in floors if one.name != peers.IN_MEMORY]
            absent.append(too_many)
        timed = take([*ours, *(way.contender for way in others), *floors], rounds)
        compare(scene, others)
        found = {one.name: one for one in timed}
        return {
            "bench": "indicators",
            "rows": sum(scene.whole.rows.values()),
            "indicators": len(scene.whole.catalogue.indicators),
            "measures": sum(map(len, peers.sources(scene.whole).values())),
            "rounds": rounds,
            "load": round(os.getloadavg()[0], 2),
            "contenders": [one.as_json() | _beside(one, found) for one in timed],
            "absent": [{"name": a.name, "why": {"zh": a.why.zh, "en": a.why.en}} for a in absent],
            "answers_agree": True,
            "cold_seconds": _cold(scene),
            "growth": _growth(found),
            "goals": [] if quick else _goals(found),
            "shipped": None if alone else _shipped(scene, rounds),
        }


def lay_all(folder: str, rows: str, quick: str, alone: str) -> None:
    """Write the files of every workload; in a process apart, so that its memory is not ours."""
    scene = Scene(Path(folder), int(rows), quick == "True")
    lay_down(scene.whole, scene.mart("whole"))
    if alone == "True":
        return
    lay_down(scene.made(scene.rows // 4), scene.mart("quarter"))
    lay_down(scene.wide, scene.mart("wide"))
    lay_down(scene.shipped, scene.mart("shipped"))
    half = len(list(scene.mart("whole").glob("charge/*.parquet"))) // 2
    for name, months in (("half", half), ("late", 2 * half)):
        for file in sorted(scene.mart("whole").glob("*/*.parquet")):
            held = scene.mart(name) / file.parent.name
            held.mkdir(parents=True, exist_ok=True)
            if file in sorted(file.parent.glob("*.parquet"))[-months:]:
                os.link(file, held / file.name)
    _lay_day(scene)


def _lay_day(scene: Scene) -> None:
    """Two versions of the middle of a month, the second with one day more."""
    whole = scene.whole
    days = (whole.last - timedelta(days=1)).day
    for version, missing in enumerate((days - 15, days - 16)):
        cut = Workload(
            whole.catalogue,
            {k: n * (whole.days - missing) // whole.days for k, n in whole.rows.items()},
            whole.departments,
            whole.days - missing,
        )
        lay_down(cut, scene.mart(f"day{version}"), f"{cut.last - timedelta(days=1):%Y-%m}")


# -- our own ways ------------------------------------------------------------------------------


def _engine(scene: Scene, name: str, workload: Workload, mart: str = "") -> Engine:
    return Engine(workload.catalogue, scene.mart(mart or name), scene.cube(name), workload.tree)


def _builds(scene: Scene, title: str, name: str, workload: Workload, mart: str = "") -> Contender:
    def run() -> int:
        shutil.rmtree(scene.cube(name), ignore_errors=True)
        return _engine(scene, name, workload, mart).refresh().days_recomputed

    return Contender(title, "ours", run)


def _ours(scene: Scene) -> list[Contender]:
    rows = scene.rows
    return [
        _builds(scene, OURS, "whole", scene.whole),
        _builds(scene, QUARTER, "quarter", scene.made(rows // 4)),
        _builds(scene, HALF, "half", scene.whole),
        *(
            _builds(scene, title, f"few{n}", scene.made(rows, n), "whole")
            for title, n in FEW.items()
        ),
        _new_day(scene, NEW_DAY, "late"),
        _new_day(scene, HALF_DAY, "half"),
        _levels(scene),
        _one(scene),
        _card(scene, CARD),
        _card(scene, f"{CARD}, first time", anew=True),
    ]


def _new_day(scene: Scene, title: str, mart: str) -> Contender:
    """A day more (or, every other time, that day away again) in the last month's files."""
    name = f"{mart} day"
    engines: list[Engine] = []
    turn = [0]

    def run() -> int:
        if not engines:
            shutil.rmtree(scene.folder / name, ignore_errors=True)
            shutil.copytree(scene.mart(mart), scene.mart(name), copy_function=os.link)
            engines.append(_engine(scene, name, scene.whole))
            engines[0].refresh()
        turn[0] = 1 - turn[0]
        for new in scene.mart(f"day{turn[0]}").glob("*/*.parquet"):
            target = scene.mart(name) / new.parent.name / new.name
            beside = target.with_suffix(".new")
            shutil.copy(new, beside)  # of another time than any before it, so never known
            os.replace(beside, target)
        return engines[0].refresh().days_recomputed

    return Contender(title, "ours", run)


def _levels(scene: Scene) -> Contender:
    """Every indicator at every level, the months of a year and of the year before."""
    engines: list[Engine] = []
    whole = scene.whole
    year = Period.parse(f"{whole.last.year - 1}")

    def run() -> int:
        if not engines:
            engines.append(_engine(scene, "levels", whole, "whole"))
            engines[0].refresh()
        found = engines[0].levels(
            list(whole.catalogue.indicators.values()), [year, year.year_before()]
        )
        return sum(len(levels) for levels in found.values())

    return Contender(ROLL_UPS, "ours", run)


def _one(scene: Scene) -> Contender:
    """One indicator at all levels over the wide workload's years."""
    engines: list[Engine] = []
    wide = scene.wide
    one = next(iter(wide.catalogue.indicators.values()))
    span = Period(wide.first, wide.last, "all")

    def run() -> int:
        if not engines:
            engines.append(_engine(scene, "wide", wide))
            engines[0].refresh()
        return len(engines[0].by_department(one, span))

    return Contender(ONE, "ours", run)


def _card(scene: Scene, title: str, anew: bool = False) -> Contender:
    """What a scorecard asks: every indicator of the shipped catalogue over feeds, at every
    department, for half a year. `anew`: by an engine that remembers nothing."""
    engines: list[Engine] = []
    shipped = scene.shipped
    half = Period.parse(f"{shipped.first.year + (not scene.quick)}H{1 + scene.quick}")

    def run() -> int:
        if anew or not engines:
            engines[:] = [_engine(scene, "card", shipped, "shipped")]
        found = engines[0].levels(list(shipped.catalogue.indicators.values()), [half])
        return sum(len(levels) for levels in found.values())

    return Contender(title, "ours", run)


def _cold(scene: Scene) -> float:
    """Seconds of a whole build by a new process, with the files out of the system's memory."""
    for file in scene.mart("whole").glob("*/*.parquet"):
        if hasattr(os, "posix_fadvise"):
            with file.open("rb") as held:
                os.posix_fadvise(held.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    shutil.rmtree(scene.cube("cold"), ignore_errors=True)
    began = time.perf_counter()
    apart("wardround.bench.indicators:build", scene.folder, scene.rows, scene.quick)
    return round(time.perf_counter() - began, 3)


def build(folder: str, rows: str, quick: str) -> None:
    """The whole build of a process of its own."""
    scene = Scene(Path(folder), int(rows), quick == "True")
    _engine(scene, "cold", scene.whole, "whole").refresh()


# -- others ------------------------------------------------------------------------------------


def ways(scene: Scene, address: str | None) -> tuple[list[Way], list[Absent]]:
    """What others would do, and which of them cannot be had; `address` is PostgreSQL's."""
    whole, mart = scene.whole, scene.mart("whole")
    tried: list[tuple[str, Callable[[], Way | Absent]]] = [
        (peers.POLARS, lambda: peers.polars(whole, mart)),
        (peers.EACH, lambda: peers.one_query_each(whole, mart)),
        (peers.FUSED, lambda: peers.fused(whole, mart)),
        (peers.PANDAS, lambda: peers.pandas(whole, mart)),
        (POSTGRESQL, lambda: postgres(whole, mart, address)),
    ]
    found: list[Way | Absent] = []
    for name, way in tried:
        if name == POSTGRESQL and scene.quick:
            found.append(Absent(name, Text("试跑时跳过", "skipped in a trial")))
        else:
            found.append(_too_many(scene, name) or way())
    return (
        [way for way in found if isinstance(way, Way)],
        [way for way in found if isinstance(way, Absent)],
    )


def _too_many(scene: Scene, name: str) -> Absent | None:
    """Why a way is not taken on so many rows."""
    if scene.rows <= MOST[name]:
        return None
    said = Text("超过 {most} 行时跳过", "skipped above {most} rows")
    return Absent(name, said.format(most=f"{MOST[name]:,}"))


def compare(scene: Scene, ways: Sequence[Way]) -> None:
    """Refuse the whole result if any way's answers differ from ours."""
    ours = cube_answers(scene.whole, scene.cube("whole"))
    for way in ways:
        theirs = way.answers()
        for key, said in ours.items():
            for a, b in zip(said, theirs[key], strict=True):
                if abs(a - b) > _SAME * max(1.0, abs(a), abs(b)):
                    raise refuse(
                        f"{way.contender.name} 对 {key} 的答案不同：{b}，应为 {a}。",
                        f"{way.contender.name} answers {key} otherwise: {b}, not {a}.",
                        "bench",
                    )


def cube_answers(workload: Workload, cube: Path) -> Answers:
    """What our own cube says, from its cells."""
    db, tables = peers.open_database(), []
    for at, source in enumerate(peers.sources(workload)):
        cells = cube / source.key / "*.cells.parquet"
        db.execute(
            f'create table ours_{at} as select * rename (".department" as department, '
            f"\".day\" as day) from read_parquet('{cells}')"
        )
        tables.append(f"ours_{at}")
    return peers.of_measures(workload, db, tables)


def _shipped(scene: Scene, rounds: int) -> dict[str, Any]:
    """The shipped catalogue over its feeds, beside one DuckDB query an indicator."""
    workload = scene.shipped
    ours = _builds(scene, "Wardround, shipped catalogue", "shipped", workload)
    way = peers.one_query_each(workload, scene.mart("shipped"))
    timed = take([ours, way.contender], min(rounds, 3))
    mine, theirs = cube_answers(workload, scene.cube("shipped")), way.answers()
    for key, said in mine.items():
        pairs = zip(said, theirs[key], strict=True)
        if any(abs(a - b) > _SAME * max(1.0, abs(a)) for a, b in pairs):
            raise refuse(f"{key} 的答案不同。", f"{key} is answered otherwise.", "bench")
    return {
        "rows": sum(workload.rows.values()),
        "indicators": len(mine),
        "contenders": [one.as_json() for one in timed],
    }


# -- the goals ---------------------------------------------------------------------------------


def _beside(one: Timed, found: dict[str, Timed]) -> dict[str, Any]:
    """How a way stands to our whole build: its time over ours."""
    ours = found[OURS]
    return {
        "to_ours": round(one.median / ours.median, 3),
        "processor_to_ours": round(one.processor / ours.processor, 3),
    }


def _growth(found: dict[str, Timed]) -> dict[str, Any]:
    """How the time at work of a build grows with rows, with indicators and with days."""
    at_work = {name: one.processor for name, one in found.items()}
    if not at_work.keys() >= {QUARTER, HALF, *FEW}:
        return dict.fromkeys(("rows", "indicators", "days"))
    whole, few = at_work[OURS], [at_work[title] for title in FEW]
    return {
        "rows": round(exponent([1, 4], [at_work[QUARTER], whole]), 3),
        "indicators": round(exponent([*FEW.values(), 100], [*few, whole]), 3),
        "days": round(exponent([1, 2], [at_work[HALF], whole]), 3),
    }


def _goals(found: dict[str, Timed]) -> list[dict[str, Any]]:
    """The goals of measuring: what was wanted, what was found. None: not measured here."""
    growth, taken = _growth(found), {name: one.median for name, one in found.items()}

    def over(one: str, other: str, digits: int = 2) -> float | None:
        """The time of one over that of the other."""
        known = one in taken and other in taken
        return round(taken[one] / taken[other], digits) if known else None

    def times(name: str, by: float = 1.0, digits: int = 3) -> float | None:
        return round(by * taken[name], digits) if name in taken else None

    listed: list[tuple[str, str, float, float | None]] = [
        ("time over hand-written Polars", "≤", 1.0, over(OURS, peers.POLARS, 3)),
        ("times faster than one DuckDB query an indicator", "≥", 4, over(peers.EACH, OURS)),
        ("times faster than pandas", "≥", 8, over(peers.PANDAS, OURS)),
        ("times faster than PostgreSQL, one query an indicator", "≥", 20, over(POSTGRESQL, OURS)),
        ("time over plain sums in memory", "≤", 20, over(OURS, peers.IN_MEMORY, 1)),
        ("one new day over a full build", "≤", 0.04, over(NEW_DAY, OURS, 4)),
        ("one new day after all the days over after half", "≤", 1.25, over(NEW_DAY, HALF_DAY)),
        ("all roll-ups over a full build", "≤", 0.12, over(ROLL_UPS, OURS, 4)),
        ("one indicator, all levels, ms", "≤", 20, times(ONE, 1000, 1)),
        ("scorecard, all indicators by department, s", "≤", 0.3, times(CARD)),
        ("growth with rows, exponent", "≤", 1.0, growth["rows"]),
        ("growth with indicators, exponent", "≤", 0.9, growth["indicators"]),
        ("peak memory, MB", "≤", 512, found[OURS].peak),
    ]  # fmt: skip
    return [
        {
            "goal": goal, "wanted": f"{sign} {bound:g}", "found": value,
            "met": None if value is None else (value <= bound if sign == "≤" else value >= bound),
        }
        for goal, sign, bound, value in listed
    ]  # fmt: skip
