"""What a report may ask: `Facts`, and the lines in which the answers come.

Nothing is decided here. Whoever keeps the data (`store`) answers; `compose` puts it in words.
All answers are as of `Facts.at`; lines carry names, never patients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from wardround.catalogue.model import Catalogue
from wardround.catalogue.organisation import Hospital
from wardround.figure import Figure, Target
from wardround.period import Period
from wardround.text import Text

_NONE = Text("", "")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One item of the plan: its own sentence, who answers for it, how it stands at `Facts.at`.

    `number` is its number in the plan, `section` the plan's heading above it; both sentence and
    heading are the plan's in each language, or the adopted ones. `owners` is empty
    (`Text("", "")`) where the plan names nobody. `state` is a key of `columns.PLAN_STATES`;
    `figures` is the evidence; `asks` are the questions that a person has still to answer.
    """

    number: str
    text: Text
    kind: str
    owners: Text
    leader: Text | None
    state: str
    cadence: Text | None = None
    deadline: date | None = None
    figures: tuple[Figure, ...] = ()
    section: Text = _NONE
    asks: tuple[Text, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class InspectionLine:
    """One inspection: `score` is 0 to 100, `worst` the gravest item that failed, with
    the inspector's words.

    `query` is the address, within the product, of the record itself.
    """

    register: Text
    department: Text
    day: date
    score: float | None
    failed: int
    worst: Text | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case: `title` tells it from others of its kind, `stage` is how far it has come.

    `late` is true if any limit has passed, `head` names the department's first responsible person.
    """

    name: Text
    title: Text
    department: Text
    opened_at: datetime
    stage: Text
    closed_at: datetime | None
    late: bool
    head: Text
    query: str = ""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A department's points in an appraisal; ranks that noise cannot part are a range."""

    department: Text
    points: float
    rank_low: int
    rank_high: int
    coefficient: float | None
    query: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a report, in which post, and when."""

    name: Text
    at: datetime


class Facts(Protocol):
    """Everything a report may ask. `department` None is the whole hospital."""

    @property
    def hospital(self) -> Hospital:
        """People, departments and names."""

    @property
    def catalogue(self) -> Catalogue:
        """The declarations in force."""

    @property
    def period(self) -> Period:
        """What the report is about."""

    @property
    def at(self) -> datetime:
        """As of when everything is told; timezone-aware."""

    @property
    def department(self) -> str | None:
        """Whose report it is."""

    @property
    def chain_head(self) -> str:
        """The hash of the newest entry at `at`, in hexadecimal."""

    @property
    def signed(self) -> Mapping[str, Signed]:
        """Signatures given so far, by the key that the report declares."""

    def promised(self, report: str) -> Mapping[str, Target]:
        """The targets that an issued report of this period and department agreed, by indicator;
        empty if it was not issued."""

    def figure(
        self, indicator: str, department: str | None = None, period: Period | None = None
    ) -> Figure:
        """The figure with target and last year's value; default: this report's own."""

    def across(self, indicator: str, departments: Sequence[str]) -> Sequence[Figure]:
        """The figure of each of these departments, in their order."""

    def series(
        self, indicator: str, department: str | None = None, months: int = 13
    ) -> Sequence[Figure]:
        """Monthly figures up to the period's last month, oldest first."""

    def plan_items(self) -> Sequence[PlanLine]:
        """The plan in its own order; with a department, only what that department owns."""

    def inspections(self) -> Sequence[InspectionLine]:
        """Inspections of the period, newest last."""

    def cases(self, register: str) -> Sequence[CaseLine]:
        """Cases opened in the period or still open at its end, oldest first."""

    def duties(self) -> Sequence[Figure]:
        """The completion figure of each duty that was due, worst first."""

    def scores(self, scheme: str) -> Sequence[ScoreLine]:
        """The appraisal of the period, best first; empty where there is none."""
