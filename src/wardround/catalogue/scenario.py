"""The words of a scenario: a small story of a system at work, which the tests play.

As in `model`, the attribute names are the words of the TOML files. `store.play` plays them.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from typing import Any

from wardround.text import Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must be so at a point of a story: one of case, duty, figure(s), score, report.

    case: `opened`, `late at STAGE`, `closed` … for a department; `told`: a function.
    duty: `due`, `overdue`, `done`, `done late` for its window that opens on day `of`.
    figure(s): `is = "1 of 2"` or a written value. score: points of `department`.
    report: `says` must stand in it.
    """

    case: str | None = None
    duty: str | None = None
    figure: str | None = None
    figures: dict[str, str] = made(default_factory=dict)
    score: str | None = None
    report: str | None = None
    is_: str = ""
    department: str | None = None
    subject: str | None = None
    told: str | None = None
    of: str | None = None
    period: str | None = None
    says: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of a story, `at` an offset from its start such as `+7h20m` or `+1d`.

    Either `who` records something (`records` a register, `with_` values; `step` moves the
    case or document that `about` names; `corrects` an earlier record; `refused` names the
    field that must be refused) or brings a CSV `table` into the feed `feeds`, or something must
    `then` be so. `as_` gives the record a name.
    """

    at: str
    who: str | None = None
    records: str | None = None
    feeds: str | None = None
    table: str | None = None
    with_: dict[str, Any] = made(default_factory=dict)
    subject: str | None = None
    department: str | None = None
    as_: str | None = None
    about: str | None = None
    step: str | None = None
    corrects: str | None = None
    refused: str | None = None
    then: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A small story that shows the system at work; the tests play it through the store."""

    name: Text
    start: datetime
    story: tuple[Step, ...]
    subjects: dict[str, tuple[str, ...]] = made(default_factory=dict)
    departments: dict[str, str] = made(default_factory=dict)
