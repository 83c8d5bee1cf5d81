"""When a duty is owed, and how it stands.

Decides windows (from when, until when), which entry answers which window, and the state of a
window at a moment together with the moment at which that state next changes. The store keeps
that moment only as an index: whoever acts asks again here first.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from wardround.catalogue.model import Catalogue, Duty, Sample
from wardround.catalogue.organisation import Hospital
from wardround.period import Limit, Window
from wardround.text import Text

State = Literal["later", "due", "near", "overdue", "done", "late"]
STATES: dict[State, Text] = {
    "later": Text("未到", "Later"),
    "due": Text("待办", "Due"),
    "near": Text("将到时限", "Near its limit"),
    "overdue": Text("逾期", "Overdue"),
    "done": Text("已完成", "Done"),
    "late": Text("迟完成", "Done late"),
}
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_LEAD = Limit.parse("PT1H")


def windows(duty: Duty, start: datetime, end: datetime) -> list[Window]:
    """The windows of a duty on a cadence that open in [start, end), in `start`'s zone."""
    if duty.every is None:
        return []
    return list(duty.every.windows(start, end, duty.lead or _LEAD, duty.grace))


def window_after(duty: Duty, moment: datetime) -> Window:
    """The window of a duty owed after an event that happened at `moment`."""
    assert duty.within is not None
    return Window(moment, duty.within.after(moment))


def owed_by(duty: Duty, department: str, catalogue: Catalogue, hospital: Hospital) -> str:
    """Who owes what follows an event in a department: that department, if it keeps what answers
    the duty; else the one that does (a ward finds a case, the office reports it)."""
    keeper = duty.keeper or catalogue.registers[duty.register].keeper
    keepers = [d.key for d in hospital.performing(keeper)] if keeper else []
    return department if department in keepers or not keepers else keepers[0]


def needed(duty: Duty, sampled: int | None = None) -> int:
    """How many entries meet one window; `sampled` rows stood in the sampled register."""
    if duty.sample and sampled is not None:
        return sample_size(duty.sample, sampled)
    return duty.every.times if duty.every else 1


def sample_size(sample: Sample, rows: int) -> int:
    """The share asked for, at least so many, never more than there are."""
    return min(rows, max(sample.at_least, math.ceil(rows * sample.share - 1e-9)))


def state(
    window: Window, done: int, wanted: int, done_at: datetime | None, at: datetime
) -> tuple[State, datetime]:
    """How a window stands at `at`, and when that next changes by itself.

    `done_at` is when the last wanted entry happened. A window of which nothing is wanted
    counts as done. "near" is the last quarter of the window.
    """
    if done >= wanted:
        return ("late" if done_at and done_at > window.due else "done"), NEVER
    if at < window.opens:
        return "later", window.opens
    near = window.opens + (window.due - window.opens) * 0.75
    if at < near:
        return "due", near
    if at <= window.due:
        return "near", window.due
    return "overdue", NEVER


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a window: how many entries, the one that completed it, and when."""

    done: int
    done_at: datetime | None
    entry: str | None


def allot(
    opens: Sequence[datetime], wanted: Sequence[int], entries: Sequence[tuple[datetime, str]]
) -> list[Answer]:
    """Give each entry (time, id) to the window that opened last before it.

    `opens` and `entries` are in time order. The n-th wanted entry completes its window.
    """
    held: list[list[tuple[datetime, str]]] = [[] for _ in opens]
    for moment, key in entries:
        place = bisect.bisect_right(opens, moment) - 1
        if place >= 0:
            held[place].append((moment, key))
    answers = []
    for got, want in zip(held, wanted, strict=True):
        full = want > 0 and len(got) >= want
        answers.append(
            Answer(len(got), got[want - 1][0] if full else None, got[want - 1][1] if full else None)
        )
    return answers
