"""The declarations: what may stand in a system's file, as immutable values.

The attribute names here are the words of the TOML files. `load` builds these values and
refuses unknown words; `validate` checks what one declaration says of another. A value that
exists is well formed; nothing downstream checks it again. `docs/catalogue.md` explains each.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from functools import cached_property
from typing import Literal

from wardround.catalogue.scenario import Scenario
from wardround.catalogue.scheme import Scheme
from wardround.figure import ChartKind, Direction, Rebase, Target, Unit
from wardround.period import Cadence, Limit
from wardround.text import Text

Shape = Literal[
    "check", "measurement", "event", "stock", "people", "checklist", "document", "case"
]  # fmt: skip
SHAPES: dict[str, Text] = {
    "check": Text("合格检查", "Pass or fail check"),
    "measurement": Text("限值测量", "Measurement with limits"),
    "event": Text("事件登记", "Event"),
    "stock": Text("领用存账", "Stock movement with balance"),
    "people": Text("人员名单及结果", "List of people with results"),
    "checklist": Text("评分检查表", "Scored checklist"),
    "document": Text("签署文件", "Signed document"),
    "case": Text("限时个案", "Case with stages"),
}

FieldType = Literal[
    "integer", "decimal", "text", "choice", "multi", "flag", "date", "time", "datetime",
    "person", "department", "subject", "file", "rows",
]  # fmt: skip

Stage = Literal["opened", "notified", "arrived", "rectified", "rechecked", "closed"]
STAGES: dict[Stage, Text] = {
    "opened": Text("发现", "Found"),
    "notified": Text("通知", "Notified"),
    "arrived": Text("到场", "On the scene"),
    "rectified": Text("整改", "Rectified"),
    "rechecked": Text("复查", "Re-checked"),
    "closed": Text("结案", "Closed"),
}
Basis = Literal["law", "standard", "plan", "practice"]
BASES: dict[Basis, Text] = {
    "law": Text("法规", "Law"),
    "standard": Text("标准规范", "Standard"),
    "plan": Text("医院计划", "Hospital plan"),
    "practice": Text("通行做法", "General practice"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from, and whether somebody has read it there (`checked`)."""

    zh: str
    en: str
    basis: Basis
    checked: bool = False

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that an entry says.

    `inside` is the band that is in order (outside it is kept, and marked); `possible` is the
    band that a reading can have at all (outside it is refused). `of` names the subject kind; of
    a choice, `indicator` offers every indicator that can be entered as totals.
    A date or time may not lie before the field that `not_before` names. Where a feed leaves it
    empty, `otherwise` works it out for measuring from fields that are filled.
    """

    key: str
    name: Text
    type: FieldType
    unit: str | None = None
    required: bool = False
    required_when: str | None = None
    shown_when: str | None = None
    inside: tuple[float, float] | None = None
    possible: tuple[float, float] | None = None
    choices: dict[str, Text] = made(default_factory=dict)
    usual: tuple[str, ...] = ()
    not_before: str | None = None
    otherwise: str | None = None
    of: str | None = None
    personal: bool = False
    help: Text | None = None
    column: dict[str, Field] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a scored checklist; `veto` fails the whole inspection."""

    key: str
    name: Text
    points: float
    source: Text | None = None
    veto: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same thing found again within a time opens another case, on the head."""

    same: tuple[str, ...]
    within: Limit
    opens: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a case's stage asks of whoever takes it there: fields, its name in this register, and
    the function that alone may take it (`by`)."""

    field: dict[str, Field] = made(default_factory=dict)
    name: Text | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """A kind of record.

    `keeper` is the function whose departments record it; `owner` the functional office that
    supervises it; with a `role` only such persons record in it. `feed` rows come in bulk from
    the hospital's information system, under their own `id`; `day` and `department` name the
    fields that place a row (default: when it occurred, and whose it is). A case has `limits` for
    the stages it goes through, each of which may ask for something (`step`); a document the
    `signatures` it needs, in order; a checklist has items and `opens` a case for each failure.
    """

    key: str
    name: Text
    shape: Shape
    field: dict[str, Field] = made(default_factory=dict)
    subject: str | None = None
    keeper: str | None = None
    owner: str | None = None
    feed: bool = False
    id: str | None = None
    day: str | None = None
    department: str | None = None
    title: str | None = None
    anonymous: bool = False
    role: Literal["head"] | None = None
    item: dict[str, Item] = made(default_factory=dict)
    opens: str | None = None
    limits: dict[Stage, Limit] = made(default_factory=dict)
    step: dict[Stage, Asked] = made(default_factory=dict)
    escalates_to: tuple[str, ...] = ()
    repeat: Repeat | None = None
    signatures: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    keep: Limit | None = None

    def asks(self, stage: str) -> dict[str, Field]:
        """The fields that a stage of the case asks for."""
        asked = self.step.get(stage)  # type: ignore[call-overload]
        return asked.field if asked else {}

    @property
    def asked(self) -> dict[str, Field]:
        """The fields that all stages of the case ask for."""
        return {k: f for asked in self.step.values() for k, f in asked.field.items()}


@dataclass(frozen=True, slots=True)
class After:
    """A duty owed after something else happened: each row of `register` where `when` holds.

    `at` is the field that holds the moment (default: when it occurred); `match` the field
    that both registers share, so that the answer finds its question. `subject` is the field of a
    feed that names whom or what the answer is about.
    """

    register: str
    match: str
    at: str | None = None
    when: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A duty owed on a share of another register's rows, and at least so many, each period."""

    of: str
    share: float
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Duty:
    """Who owes an entry in which register, and when.

    Owed on a cadence (`every`, open `lead` before a named hour and late `grace` after it), or
    within a limit `after` something; by each department of `keeper`, or `for_each` subject.
    `irregular`: n times within the period at no fixed moment. `where`: which entries count.
    """

    key: str
    name: Text
    register: str
    keeper: str | None = None
    for_each: str | None = None
    every: Cadence | None = None
    grace: Limit | None = None
    lead: Limit | None = None
    irregular: bool = False
    after: After | None = None
    within: Limit | None = None
    sample: Sample | None = None
    where: str | None = None
    words: tuple[str, ...] = ()

    def rhythm(self) -> Text | None:
        """How often it is owed, in words; None for a duty owed after something."""
        if self.every is None:
            return None
        said = self.every.name()
        if not self.irregular:
            return said
        return Text(f"{said.zh}，时间不定", f"{said.en}, at no fixed time")


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that entries must keep, and the case that opens when one breaks it.

    `carry` fills the case's fields from the entry's: case field = entry field.
    """

    key: str
    name: Text
    register: str
    broken: str
    opens: str
    carry: dict[str, str] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The `top` values of field `by`, ordered by an aggregate, or by one `over` another."""

    by: str
    value: str
    top: int = 10
    over: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number worth watching.

    Ratios roll up as sums over sums. `growth_of` names the indicator whose change on the year
    before it is; whose rows it looks at is then that one's say (`load` puts it here). `lag`: how
    long its figure stays provisional. `reviewed`: when somebody last looked whether all this
    holds. `rebase`: since when the past is no measure.
    """

    key: str
    name: Text
    unit: str
    direction: Direction
    describe: Text
    register: str = ""
    growth_of: str | None = None
    numerator: str = ""
    denominator: str | None = None
    denominator_register: str | None = None
    ranking: Ranking | None = None
    group: str = ""
    target: Target | None = None
    lag: Limit | None = None
    day: str | None = None
    department: str | None = None
    hospital_only: bool = False
    words: tuple[str, ...] = ()
    effective_from: date | None = None
    why: Text | None = None
    excludes: Text | None = None
    reviewed: date | None = None
    chart: ChartKind | None = None
    rebase: tuple[Rebase, ...] = ()

    @property
    def ratio(self) -> bool:
        """Whether its value is a quotient."""
        over = self.ranking.over if self.ranking else None
        return self.denominator is not None or self.growth_of is not None or over is not None


Show = Literal[
    "text", "sentences", "table", "chart", "ranking", "departments", "plan", "gaps", "kept",
    "inspections", "cases", "problems", "next_steps", "scores", "duties", "targets", "signatures",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: what it shows, of which indicators or registers, in what words.

    `tell`: each group of indicators under its own heading; or all together, a paragraph a group
    and one table; or so, the table keeping only what has a target or moved. `charts` is the
    most that are drawn, `most` the most records that are listed.
    """

    title: Text
    show: tuple[Show, ...]
    indicators: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    scheme: str | None = None
    text: Text | None = None
    departments: str | None = None
    tell: Literal["each", "together", "what_matters"] = "each"
    charts: int | None = None
    most: int = 8


@dataclass(frozen=True, slots=True)
class Report:
    """A document that closes a period, or is agreed `ahead` of it; `settles` compares another's
    targets with what came. Signatures lie in `signed_in` (`signed_with`) or its own register."""

    key: str
    name: Text
    title: Text
    period: Literal["month", "quarter", "half", "year"]
    section: tuple[Section, ...]
    per: Literal["hospital", "department"] = "hospital"
    opening: Text | None = None
    ahead: bool = False
    signatures: tuple[str, ...] = ()
    signed_in: str | None = None
    signed_with: dict[str, str] = made(default_factory=dict)
    settles: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A named rule in force: its text, who must acknowledge it, and what is its evidence."""

    key: str
    name: Text
    version: str
    text: Text
    acknowledged_by: str | None = None
    evidence: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """Everything about one thing a hospital does, in one file."""

    key: str
    area: str
    file: str
    name: Text
    why: Text
    source: Source
    effective_from: date
    review_by: date
    owner: str
    covers: tuple[str, ...] = ()
    register: dict[str, Register] = made(default_factory=dict)
    duty: dict[str, Duty] = made(default_factory=dict)
    check: dict[str, Check] = made(default_factory=dict)
    indicator: dict[str, Indicator] = made(default_factory=dict)
    scheme: dict[str, Scheme] = made(default_factory=dict)
    report: dict[str, Report] = made(default_factory=dict)
    policy: dict[str, Policy] = made(default_factory=dict)
    scenario: tuple[Scenario, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """What a department is for: a ward, the infection-control office…

    Systems name functions; a hospital says which of its departments perform them.
    """

    key: str
    name: Text
    kind: Literal["clinical", "technical", "office", "leader", "outside"]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that records are about: fridge, vehicle, stock item, partner…"""

    key: str
    name: Text


KINDS = ("register", "duty", "check", "indicator", "scheme", "report", "policy")
"""Kinds of declaration inside a system, in the order in which a person meets them."""


@dataclass(frozen=True)
class Catalogue:
    """All declarations, found by key. Keys are unique over all systems, kind by kind."""

    systems: dict[str, System]
    functions: dict[str, Function]
    subjects: dict[str, Subject]
    units: dict[str, Unit]
    groups: dict[str, Text]
    registers: dict[str, Register] = made(default_factory=dict)
    duties: dict[str, Duty] = made(default_factory=dict)
    checks: dict[str, Check] = made(default_factory=dict)
    indicators: dict[str, Indicator] = made(default_factory=dict)
    schemes: dict[str, Scheme] = made(default_factory=dict)
    reports: dict[str, Report] = made(default_factory=dict)
    policies: dict[str, Policy] = made(default_factory=dict)

    def system_of(self, kind: str, key: str) -> System:
        """The system that declares this key; KeyError if none does."""
        return self._declaring[kind, key]

    @cached_property
    def _declaring(self) -> dict[tuple[str, str], System]:
        return {
            (kind, key): system
            for system in self.systems.values()
            for kind in KINDS
            for key in getattr(system, kind)
        }

    @cached_property
    def checks_of(self) -> dict[str, list[Check]]:
        """Register → the checks that its entries must keep."""
        found: dict[str, list[Check]] = {}
        for check in self.checks.values():
            found.setdefault(check.register, []).append(check)
        return found
