"""A region of many hospitals, measured by DuckDB and on a Spark cluster: times, and that every
cell and figure is the same.

The hospitals are made up: the shipped catalogue's feeds over half a year, of different sizes.
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from wardround.bench.timing import spread
from wardround.bench.workload import Workload, lay_down, shipped
from wardround.indicator import sql
from wardround.indicator.database import Database, Embedded
from wardround.indicator.engine import connect
from wardround.indicator.region import Region, Regional
from wardround.indicator.values import Value
from wardround.period import Period
from wardround.store import spark
from wardround.text import Text, refuse

PERIOD = Period.parse("2026H1")
_DAYS, _FIRST = 181, date(2026, 1, 1)
_SAME = 1e-9
"""The share by which two sums of the same numbers in another order may differ."""
_MISSING = Regional(Value(None), {})
_NO_MASTER = Text("没有用 --master 指明集群", "no cluster was named with --master")


def bench(hospitals: int, rows: int, master: str | None, rounds: int = 1) -> dict[str, Any]:
    """Lay the region down, measure it in turns, compare. Without `master`, DuckDB alone.

    Raises `Refused` if a cell or figure differs.
    """
    cluster = spark.connected(master) if master else None
    with tempfile.TemporaryDirectory(prefix="wardround-region-") as name:
        folder = Path(name)
        laid = sum(
            lay_down(one, folder / "mart" / f"h{number:03}")
            for number, one in enumerate(_hospitals(hospitals, rows))
        )
        engines: dict[str, Database] = {"DuckDB": Embedded(connect(folder))}
        if cluster:
            engines["Spark"] = cluster
        catalogue = shipped(rows).catalogue
        regions = {key: Region(catalogue, folder, one, key) for key, one in engines.items()}
        contenders, figures = _timed(regions, laid, rounds)
        ours = regions["DuckDB"]
        cells = _same_cells(ours, regions.get("Spark", ours))
        _same_figures(figures["DuckDB"], figures.get("Spark", figures["DuckDB"]))
        files = sum(1 for _ in folder.glob("mart/*/*/*.parquet"))
        return {
            "bench": "region", "hospitals": hospitals, "rows": laid, "files": files,
            "measures": sum(map(len, ours.plan.values())), "cells": cells,
            "figures": len(figures["DuckDB"]) * (hospitals + 1), "equal": bool(cluster),
            "contenders": contenders,
            "absent": [] if cluster else [{"name": "Spark", "why": _NO_MASTER.as_json()}],
        }  # fmt: skip


def _hospitals(count: int, rows: int) -> list[Workload]:
    """Hospitals from half to one and a half of the usual size."""
    usual, made = shipped(rows), []
    for number in range(count):
        share = (0.5 + (number * 37 % 100) / 99) / count
        own = {key: max(1, round(n * share)) for key, n in usual.rows.items()}
        made.append(
            replace(usual, rows=own, departments=10 + number % 31, days=_DAYS, first=_FIRST)
        )
    return made


def _timed(
    regions: Mapping[str, Region], rows: int, rounds: int
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Regional]]]:
    """Cells and figures of each engine, in turns."""
    seconds: dict[str, list[float]] = {}
    figures: dict[str, dict[str, Regional]] = {}
    for _ in range(rounds):
        for key, one in regions.items():
            began = time.perf_counter()
            one.measure()
            measured = time.perf_counter()
            figures[key] = one.figures(PERIOD)
            seconds.setdefault(f"{key}, cells", []).append(measured - began)
            seconds.setdefault(f"{key}, figures", []).append(time.perf_counter() - measured)
    timed = []
    for name, taken in seconds.items():
        median = statistics.median(taken)
        timed.append({
            "name": name, "part": "ours", "rows": rows, "median_seconds": round(median, 3),
            "spread": round(spread(taken), 3), "rows_per_second": round(rows / median, 1),
            "peak_mb": None,
        })  # fmt: skip
    return timed, figures


def _same_cells(one: Region, other: Region) -> int:
    """How many cells there are; raises `Refused` for one that only one has, or that differs."""
    db, cells = duckdb.connect(), 0
    for source, atoms in one.plan.items():
        differs = " or ".join(
            f"not coalesce(abs(a.{column} - b.{column}) <= {_SAME} * greatest(1, abs(a.{column})),"
            " false)"
            for column in atoms
        )
        places = " and ".join(
            f"a.{place} is not distinct from b.{place}"
            for place in (sql.HOSPITAL, sql.DEPARTMENT, sql.DAY)
        )
        (found,) = db.execute(
            f"select count(*), count(*) filter (where {differs}) from {one.cells(source)} a "
            f"full join {other.cells(source)} b on {places}"
        ).fetchall()
        cells += found[0]
        if found[1]:
            raise refuse(
                f"{source.key}：{found[1]} 个格子不同。", f"{source.key}: {found[1]} cells differ."
            )
    return cells


def _same_figures(ours: Mapping[str, Regional], theirs: Mapping[str, Regional]) -> None:
    for key in theirs.keys() | ours.keys():
        a, b = ours.get(key, _MISSING), theirs.get(key, _MISSING)
        alike = a.hospitals.keys() == b.hospitals.keys() and _alike(a.region, b.region)
        if not alike or not all(_alike(v, b.hospitals[h]) for h, v in a.hospitals.items()):
            raise refuse(f"指标 {key} 的结果不同。", f"{key} comes to something else.")


def _alike(one: Value, other: Value) -> bool:
    """Whether two values are the same but for the order in which their rows were added."""
    names = [name for name, _ in one.ranking] == [name for name, _ in other.ranking]
    pairs = [
        (one.value, other.value), (one.numerator, other.numerator),
        (one.denominator, other.denominator),
        *((a, b) for (_, a), (_, b) in zip(one.ranking, other.ranking, strict=False)),
    ]  # fmt: skip
    return names and all(
        a is b is None or (a is not None and b is not None and math.isclose(a, b, rel_tol=_SAME))
        for a, b in pairs
    )
