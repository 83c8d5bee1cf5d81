"""Measuring Wardround on this machine; needs no hospital.

Each bench is a function from the typed words to its data; `BENCHES` is all that there are.
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterator
from typing import Any

from wardround.bench import imports, indicators, reading, region
from wardround.outcome import Outcome
from wardround.text import Text, refuse

BENCHES: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "reading": lambda words: reading.bench(words.pages, words.rounds or 3),
    "indicators": lambda words: indicators.bench(
        words.rows or indicators.DEFAULT, words.rounds or 5, words.quick, words.alone
    ),
    "import": lambda words: imports.bench(
        words.rows or imports.DEFAULT, words.rounds or 5, words.quick
    ),
    "region": lambda words: region.bench(
        words.hospitals, words.rows or indicators.DEFAULT, words.master, words.rounds or 1
    ),
}
_LEAST = {"indicators": indicators.LEAST, "region": indicators.LEAST, "import": imports.LEAST}


def bench(words: argparse.Namespace) -> Outcome:
    """Take one measurement: medians over interleaved rounds, spread, memory, growth, floor."""
    if words.pages < len(reading.SHARES) + 1 or (words.rounds is not None and words.rounds < 1):
        raise refuse("页数至少 4，轮数至少 1", "give at least 4 pages and 1 round", "bench")
    if words.hospitals < 1:
        raise refuse("医院至少 1 所", "give at least 1 hospital", "bench")
    least = _LEAST.get(words.name, 0)
    if words.rows is not None and words.rows < least:
        raise refuse(f"行数至少 {least}", f"give at least {least} rows", "bench")
    # Whoever ends it early is to find no server of it still running.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    data = BENCHES[words.name](words)
    return Outcome(data, _table(data, words.lang))


def _table(data: dict[str, Any], lang: str) -> Iterator[str]:
    """What was measured, a contender a line, then how it grows."""
    head = Text("中位数（秒）  离散   行数      行/秒     内存峰值（MB）",
                "median s   spread     rows     rows/s   peak MB")  # fmt: skip
    yield head[lang]
    for one in data["contenders"]:
        peak = "–" if one["peak_mb"] is None else f"{one['peak_mb']:.1f}"
        yield (
            f"{one['median_seconds']:8.3f} {one['spread']:8.2f} {one['rows']:8d}"
            f" {one['rows_per_second']:10.0f} {peak:>9}  {one['name']}"
        )
    if "pages_per_second" in data:
        rate = data["pages_per_second"]
        yield Text(f"每秒 {rate} 页", f"{rate} pages a second")[lang]
    for one in data.get("absent", ()):
        yield f"{one['name']}: {one['why'][lang]}"
    for goal in data.get("goals", ()):
        mark = {True: "✓", False: "✗", None: "–"}[goal["met"]]
        yield f"{mark} {goal['goal']}: {goal['found']} ({goal['wanted']})"
    if "time_exponent" in data.get("growth", {}):
        power = data["growth"]["time_exponent"]
        said = Text(
            f"用时随篇幅的 {power} 次方增长（1 为成正比）",
            f"time grows with length to the power {power} (1 is in proportion)",
        )
        yield said[lang]
