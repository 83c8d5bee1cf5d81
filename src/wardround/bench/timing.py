"""How a measurement is taken: in interleaved rounds, told as medians with their spread.

Knows nothing of what is measured. Contenders take turns, so that a machine that slows down slows
all of them; memory is measured in a process of its own, so that one run does not hide another.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Part = Literal["ours", "peer", "floor"]
_MEGABYTE = 1024 * 1024
_BRIEF = 0.1
"""Seconds. What takes less is done again for so long, and its mean counts, as `timeit` has it."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Something to time: `run` does the work once and returns how many rows it made.

    `part` says what it stands for: our own work, a peer doing the same, or the floor, the least
    that anyone must do.
    """

    name: str
    part: Part
    run: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Timed:
    """What the rounds came to: seconds, rows made, peak memory in MB above what was there before.

    `median` is the time that passed, `processor` the time this process was at work, which a busy
    machine does not lengthen; `spread` is the distance between the quartiles, as a share of the
    median; `peak` is None where the system cannot tell.
    """

    name: str
    part: Part
    rows: int
    median: float
    processor: float
    spread: float
    peak: float | None

    def as_json(self) -> dict[str, object]:
        """The line of `bench NAME --json` for one contender."""
        return {
            "name": self.name,
            "part": self.part,
            "rows": self.rows,
            "median_seconds": round(self.median, 6),
            "median_processor_seconds": round(self.processor, 6),
            "spread": round(self.spread, 3),
            "rows_per_second": round(self.rows / self.median, 1) if self.median else None,
            "peak_mb": self.peak,
        }


def take(contenders: Sequence[Contender], rounds: int = 5) -> tuple[Timed, ...]:
    """Time every contender in interleaved rounds, after one round that is not counted.

    Memory comes first: a process that has run once has memory to spare and hides what it needs.
    """
    peaks = [peak_memory(one.run) for one in contenders]
    rows = [one.run() for one in contenders]
    seconds: list[list[float]] = [[] for _ in contenders]
    worked: list[list[float]] = [[] for _ in contenders]
    for turn in range(rounds):
        for step in range(len(contenders)):
            at = (turn + step) % len(contenders)
            passed, at_work = _turn(contenders[at].run)
            seconds[at].append(passed)
            worked[at].append(at_work)
    return tuple(
        Timed(
            one.name,
            one.part,
            rows[at],
            statistics.median(seconds[at]),
            statistics.median(worked[at]),
            spread(seconds[at]),
            peaks[at],
        )
        for at, one in enumerate(contenders)
    )


def _turn(run: Callable[[], int]) -> tuple[float, float]:
    """Seconds that passed and seconds at work, of one run."""
    start, at_work, times = time.perf_counter(), time.process_time(), 0
    while not times or time.perf_counter() - start < _BRIEF:
        run()
        times += 1
    return (time.perf_counter() - start) / times, (time.process_time() - at_work) / times


def spread(values: Sequence[float]) -> float:
    """The distance between the quartiles as a share of the median; 0 for a single value.

    >>> spread([1.0, 1.0, 2.0, 3.0, 3.0])
    1.0
    """
    middle = statistics.median(values)
    if len(values) < 2 or not middle:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / middle


def peak_memory(run: Callable[[], int]) -> float | None:
    """How many MB one run adds at its peak, in a process of its own; None where none can be had."""
    if not hasattr(os, "fork"):
        return None
    before = _resident(run_nothing)
    after = _resident(run)
    return None if before is None or after is None else round(max(0.0, after - before), 1)


def run_nothing() -> int:
    """What a process costs that does nothing."""
    return 0


def _resident(run: Callable[[], int]) -> float | None:
    """The peak resident memory in MB of a child that does one run."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            run()
            status = 0
        finally:
            os._exit(status)
    _, ended, usage = os.wait4(child, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / _MEGABYTE if ended == 0 else None


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """How a cost grows with size: the slope of the logarithms; 1 is in proportion.

    >>> round(exponent([1, 2, 4], [3, 12, 48]), 3)
    2.0
    """
    xs, ys = [math.log(s) for s in sizes], [math.log(v) for v in values]
    middle_x, middle_y = statistics.fmean(xs), statistics.fmean(ys)
    over = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - middle_x) ** 2 for x in xs)
