"""What reports and appraisals are made from: the hospital's own answers to `report.Facts`.

Also composes and writes reports, and scores departments; the rules are the kernel's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from wardround.appraisal.facts import Counted, DepartmentFacts, Measured
from wardround.appraisal.score import Ranked, rank, score
from wardround.catalogue.model import STAGES, Catalogue, Register, Report
from wardround.catalogue.organisation import Hospital
from wardround.catalogue.scheme import Line, Scheme
from wardround.figure import Figure, Target
from wardround.period import Period
from wardround.report.blocks import Document
from wardround.report.compose import compose, named
from wardround.report.facts import CaseLine, InspectionLine, PlanLine, ScoreLine, Signed
from wardround.report.pdf import write_pdf
from wardround.report.write import write_docx
from wardround.store import mart, plans, signing
from wardround.store.history import current, value_of
from wardround.store.house import House
from wardround.store.measuring import Measuring, folder, measuring
from wardround.store.models import Entry, PublishedReport
from wardround.store.wording import cadence_words, title_of, together
from wardround.text import Lang, Text, listing, refuse, same
from wardround.work import case, inspection

NOBODY = Text("", "")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class StoreFacts:
    """`report.Facts` over the store, as of `at`; what was asked once is kept.

    `foreseen` are the indicators that will be asked for with their months; `report` is the one
    that asks.
    """

    house: House
    period: Period
    department: str | None
    at: datetime
    foreseen: tuple[str, ...] = ()
    report: str = ""
    _kept: dict[tuple[Any, ...], Any] = made(default_factory=dict, repr=False, compare=False)

    @property
    def hospital(self) -> Hospital:
        return self.house.hospital

    @property
    def catalogue(self) -> Catalogue:
        return self.house.catalogue

    @cached_property
    def measuring(self) -> Measuring:
        """Every figure that a report may ask of the whole (or the one department), at once."""
        found = measuring(self.house, self.at)
        year, place = self._year_to_date(), self.department
        evidence = {k for i in self._items for k in self._evidence(i)}
        done = {f"{key}_done" for key in self.catalogue.duties}
        once = sorted({*done, *evidence} - set(self.foreseen))
        found.prepare(self.foreseen, place, [self.period, year, *self._months])
        found.prepare(once, place, [self.period, year])
        if place:
            found.prepare(sorted(evidence), None, [year])
        return found

    def _once(self, *asked: Any, answer: Callable[[], Any]) -> Any:
        if asked not in self._kept:
            self._kept[asked] = answer()
        return self._kept[asked]

    @cached_property
    def _months(self) -> list[Period]:
        """The 26 calendar months up to the period's end."""
        end = self.period.last_day
        return Period.parse(f"{end.year - 2}-01..{end:%Y-%m}").months()[-26:]

    def _year_to_date(self) -> Period:
        day = min(self.period.last_day, self.at.date())
        return Period.parse(f"{day.year}-01..{day:%Y-%m}")

    @cached_property
    def chain_head(self) -> str:
        last = Entry.objects.filter(recorded_at__lte=self.at).order_by("-seq").first()
        return last.hash if last else "0" * 64

    @cached_property
    def signed(self) -> Mapping[str, Signed]:
        """Signatures under the report, once it is issued; none as of before that."""
        one = PublishedReport.objects.filter(
            report=self.report,
            period=self.period.key,
            department=self.department,
            issued_at__lte=self.at,
        ).first()
        people = self.hospital.person
        return {
            s.key: Signed(people[s.by].name if s.by in people else same(s.by), s.at)
            for s in (signing.signatures(self.house, one) if one else ())
            if s.by and s.at
        }

    def promised(self, report: str) -> dict[str, Target]:
        found = signing.promised(self.house, report, self.period, self.department)
        return {key: Target.parse(words) for key, words in found.items()}

    def figure(
        self, indicator: str, department: str | None = None, period: Period | None = None
    ) -> Figure:
        return self.measuring.figure(
            indicator, department or self.department, period or self.period
        )

    def series(
        self, indicator: str, department: str | None = None, months: int = 13
    ) -> list[Figure]:
        found = self._months[-months:]
        return self.measuring.series(indicator, department or self.department, found)

    def across(self, indicator: str, departments: Sequence[str]) -> list[Figure]:
        found: dict[str, Figure] = self._once(
            "across", indicator, answer=lambda: across(self.measuring, indicator, self.period)
        )
        return [found[place] for place in departments]

    @cached_property
    def _items(self) -> list[plans.Item]:
        year = self.period.last_day.year
        return [
            i for i in plans.items(self.house, self.at)
            if i.values.get("year") in (None, year)
            and (self.department is None or self.department in i.owners)
        ]  # fmt: skip

    def _evidence(self, item: plans.Item) -> list[str]:
        keys = [*(k for k, _ in item.targets), *(f"{d}_done" for d in item.duties)]
        return [k for k in keys if k in self.catalogue.indicators]

    def plan_items(self) -> list[PlanLine]:
        found: list[PlanLine] = self._once("plan", answer=lambda: [
            self._plan_line(item) for item in self._items
        ])  # fmt: skip
        return found

    def _plan_line(self, item: plans.Item) -> PlanLine:
        day = min(self.period.last_day, self.at.date())
        year = self._year_to_date()
        figures = tuple(self.measuring.figure(k, None, year) for k in self._evidence(item))
        names = together(self.house, item.owners)
        lead = self.hospital.leader_of(item.owners[0]) if item.owners else None
        field = self.catalogue.registers[plans.REGISTER].field["asks"]
        return PlanLine(
            number=item.number, text=Text(item.said("zh"), item.said("en")),
            kind=item.values["kind"], owners=listing(names) if names else NOBODY,
            leader=lead.name if lead else None, state=plans.state_of(item, figures, day),
            cadence=cadence_words(item.values.get("cadence")), deadline=item.deadline,
            figures=figures,
            section=Text(item.section("zh"), item.section("en")),
            asks=tuple(field.choices[a] for a in item.asks),
            query=f"/plans/{item.values['document']}/?item={item.number}",
        )  # fmt: skip

    def inspections(self) -> list[InspectionLine]:
        found: list[InspectionLine] = self._once("inspections", answer=self._inspections)
        return found

    def _inspections(self) -> list[InspectionLine]:
        found = []
        checklists = [r for r in self.catalogue.registers.values() if r.shape == "checklist"]
        for register in checklists:
            for entry in self._entries(register):
                score = inspection.score(register, entry.values.get("items") or {})
                worst = max(
                    score.failures, key=lambda f: register.item[f.item].points, default=None
                )
                found.append(InspectionLine(
                    register.name, self.hospital.department[entry.department].name,
                    self.house.local(entry.occurred_at).date(), score.score,
                    len(score.failures), _failed(register, worst) if worst else None,
                    f"/registers/entries/{entry.root}",
                ))  # fmt: skip
        return sorted(found, key=lambda line: line.day)

    def _entries(self, register: Register) -> list[Entry]:
        start, end = self._span()
        found = current(self.at).filter(
            register=register.key, about=None, occurred_at__gte=start, occurred_at__lt=end
        )
        if self.department:
            found = found.filter(department__in=self.house.tree[self.department])
        return list(found.order_by("occurred_at", "seq"))

    def _span(self) -> tuple[datetime, datetime]:
        def midnight(day: Any) -> datetime:
            return datetime(day.year, day.month, day.day, tzinfo=self.house.zone)

        return midnight(self.period.start), midnight(self.period.end)

    def cases(self, register: str) -> list[CaseLine]:
        found: list[CaseLine] = self._once("cases", register, answer=lambda: self._cases(register))
        return found

    def _cases(self, register: str) -> list[CaseLine]:
        kind = self.catalogue.registers[register]
        start, end = self._span()
        entries = current(self.at).filter(register=register, occurred_at__lt=end)
        if self.department:
            entries = entries.filter(department__in=self.house.tree[self.department])
        steps: dict[str, list[Any]] = {}
        for entry in entries.exclude(about=None).order_by("seq"):
            steps.setdefault(str(entry.about), []).append(value_of(entry, self.house.zone))
        found = []
        for entry in entries.filter(about=None).order_by("occurred_at", "seq"):
            opening = value_of(entry, self.house.zone)
            state = case.fold(kind, opening, steps.get(opening.id, []))
            closed = state.times.get("closed")
            running = closed is None or closed >= start
            if not state.withdrawn and (running or opening.occurred_at >= start):
                found.append(self._case_line(kind, entry, state, closed))
        return found

    def _case_line(
        self, kind: Register, entry: Entry, state: case.State, closed: datetime | None
    ) -> CaseLine:
        head = self.hospital.head_of(entry.department)
        limit = min(self.at, self._span()[1])
        return CaseLine(
            kind.name, title_of(self.catalogue, kind, entry.values),
            self.hospital.department[entry.department].name, self.house.local(entry.occurred_at),
            STAGES[state.stage], closed, bool(state.late) or state.overdue(limit),
            head.name if head else NOBODY, f"/cases/{entry.root}",
        )  # fmt: skip

    def duties(self) -> list[Figure]:
        found = [self.figure(f"{key}_done") for key in self.catalogue.duties]
        known = [f for f in found if f.value is not None]
        return sorted(known, key=lambda f: (f.value or 0, f.indicator))

    def scores(self, scheme: str) -> list[ScoreLine]:
        found: list[ScoreLine] = self._once("scores", scheme, answer=lambda: self._scores(scheme))
        return found

    def _scores(self, scheme: str) -> list[ScoreLine]:
        return [
            ScoreLine(
                self.hospital.department[s.department].name, s.points, s.rank_low, s.rank_high,
                s.score.coefficient,
                f"/scores/?scheme={scheme}&period={self.period.key}&department={s.department}",
            )
            for s in scores(self.house, scheme, self.period, self.at)
        ]  # fmt: skip


# -- appraisal --------------------------------------------------------------------------------


def scores(house: House, key: str, period: Period, at: datetime) -> list[Ranked]:
    """Every department's score in a scheme, ranked; raises `Refused` for an unknown scheme."""
    scheme = house.catalogue.schemes.get(key)
    if scheme is None:
        raise refuse(f"没有“{key}”这个考核方案。", f'There is no scheme "{key}".')
    figures = measuring(house, at)
    places = [d.key for d in house.hospital.performing(scheme.applies_to)]
    keys = [line.figure for line in scheme.line if line.figure]
    keys += [line.only_if.figure for line in scheme.line if line.only_if]
    measured = {key: across(figures, key, period) for key in dict.fromkeys(keys)}
    place = folder(house, at) / "mart"
    asked = {_source(line) for line in scheme.line if not line.figure}
    rows = {(key, day): _rows(place / key, day, period) for key, day in asked}
    facts = [_facts_of(house, scheme, measured, rows, place) for place in places]
    shared = _with_peers(scheme, facts)
    return rank([score(scheme, f, house.catalogue.registers) for f in shared])


def across(figures: Measuring, key: str, period: Period) -> dict[str, Figure]:
    """An indicator's figure of every department, asked for together."""
    indicator, engine = figures.indicator(key), figures.engine
    now = engine.by_department(indicator, period)
    before = engine.by_department(indicator, period.year_before())
    return {
        place: engine.as_figure(
            indicator, place, period, now[place], before[place], at=figures.at,
            target=figures.target(indicator, place, period),
            department_name=figures.place_name(place),
        )
        for place in now
    }  # fmt: skip


def _facts_of(
    house: House, scheme: Scheme, figures: Mapping[str, Mapping[str, Figure]],
    rows: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]], place: str,
) -> DepartmentFacts:  # fmt: skip
    measured: dict[int, Measured] = {}
    sides: dict[int, Figure] = {}
    below = house.tree[place]
    for number, line in enumerate(scheme.line):
        if line.figure:
            measured[number] = figures[line.figure][place]
        else:
            listed = rows[_source(line)]
            measured[number] = [
                Counted(row["row_id"], row) for row in listed if row["department"] in below
            ]
        if line.only_if:
            sides[number] = figures[line.only_if.figure][place]
    functions = frozenset(house.hospital.department[place].functions)
    return DepartmentFacts(place, measured, functions, sides)


def _source(line: Line) -> tuple[str, str]:
    """Whose rows a line counts, and by which column they fall in the period."""
    return line.cases or line.entries or "", line.day or "day"


def _with_peers(scheme: Scheme, facts: Sequence[DepartmentFacts]) -> list[DepartmentFacts]:
    peers: dict[int, tuple[float, ...]] = {}
    for number in range(len(scheme.line)):
        values = [f.measured[number] for f in facts]
        peers[number] = tuple(
            v.value for v in values if isinstance(v, Figure) and v.value is not None
        )
    return [DepartmentFacts(f.department, f.measured, f.functions, f.sides, peers) for f in facts]


def _rows(files: Path, day: str, period: Period) -> list[dict[str, Any]]:
    """A register's rows in the period, by the column `day`, of its folder in the mart."""
    if not any(files.glob("*.parquet")):
        return []
    connection = mart.connect()
    asked = connection.execute(
        f"select * from read_parquet('{files}/*.parquet', union_by_name=true) "
        f'where cast("{day}" as date) >= ? and cast("{day}" as date) < ? order by day, row_id',
        [period.start, period.end],
    )
    names = [d[0] for d in asked.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    connection.close()
    return rows


# -- reports ----------------------------------------------------------------------------------


def facts(
    house: House, period: Period, department: str | None = None, at: datetime | None = None,
    foreseen: tuple[str, ...] = (), report: str = "",
) -> StoreFacts:  # fmt: skip
    return StoreFacts(house, period, department, at or house.now(), foreseen, report)


def declared(house: House, key: str) -> Report:
    found = house.catalogue.reports.get(key)
    if found is None:
        known = listing([same(k) for k in house.catalogue.reports])
        raise refuse(
            f"没有“{key}”这份报告。有：{known.zh}。",
            f'There is no report "{key}"; there are {known.en}.',
        )
    return found


def compose_reports(
    house: House, key: str, period: Period, langs: Iterable[str], department: str | None = None,
    at: datetime | None = None,
) -> list[Document]:  # fmt: skip
    """The report as blocks in each language, from the same facts; raises `Refused` where it
    needs a department and has none."""
    report = declared(house, key)
    if report.per == "department" and department not in house.hospital.department:
        raise refuse(
            f"“{report.name.zh}”按科室出，请写明科室。",
            f'"{report.name.en}" is made for a department; name one.',
        )
    known = facts(house, period, department, at, named(report), key)
    return [compose(report, known, lang) for lang in langs]


def compose_report(
    house: House, key: str, period: Period, lang: str, department: str | None = None,
    at: datetime | None = None,
) -> Document:  # fmt: skip
    """The report as blocks in one language; as `compose_reports`."""
    return compose_reports(house, key, period, [lang], department, at)[0]


def write_reports(
    house: House, key: str, period: Period, files: Mapping[Lang, Path], address: str,
    department: str | None = None, at: datetime | None = None,
) -> dict[Lang, Document]:  # fmt: skip
    """Write the report in each language to its file, Word or PDF by the file's ending; returns
    what was written. Raises `Refused` for any other ending, before anything is done."""
    writers = {lang: writer(path) for lang, path in files.items()}
    documents = compose_reports(house, key, period, files, department, at)
    for document, (lang, path) in zip(documents, files.items(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        writers[lang](document, path, address)
    return dict(zip(files, documents, strict=True))


_WRITERS: Mapping[str, Callable[[Document, Path, str], None]] = {
    ".docx": write_docx, ".pdf": write_pdf,
}  # fmt: skip


def writer(path: Path) -> Callable[[Document, Path, str], None]:
    """What writes such a file; raises `Refused` unless it is Word or PDF."""
    found = _WRITERS.get(path.suffix.lower())
    if found is None:
        raise refuse(
            f"报告只写成 .docx（Word）或 .pdf，不能写成“{path.name}”。请改文件名的后缀。",
            f'Reports are written as .docx (Word) or .pdf, not as "{path.name}". Change its'
            " ending.",
        )
    return found


def report_text(
    house: House, key: str, period: Period, lang: str, department: str | None, at: datetime
) -> str:
    """The report's words, without its looks."""
    return compose_report(house, key, period, lang, department, at).plain()


def last_period(report: Report, at: datetime) -> Period:
    """The latest period of the report's length that has ended by `at`; of one that is agreed
    ahead, the one that runs."""
    if isinstance(report, Report) and report.ahead:
        at += relativedelta(months=_MONTHS[report.period])
    months = _MONTHS[report.period]
    first = at.date().replace(day=1)
    while (first.month - 1) % months:
        first = (first - timedelta(days=1)).replace(day=1)
    day = first - timedelta(days=1)
    key = {
        "month": f"{day:%Y-%m}", "quarter": f"{day.year}Q{(day.month + 2) // 3}",
        "half": f"{day.year}H{1 if day.month <= 6 else 2}", "year": str(day.year),
    }[report.period]  # fmt: skip
    return Period.parse(key)


def published(house: House) -> list[PublishedReport]:
    return list(PublishedReport.objects.order_by("-issued_at"))


def _failed(register: Register, one: inspection.Failure) -> Text:
    """What failed, and what the inspector wrote of it."""
    name = register.item[one.item].name
    return Text(f"{name.zh}：{one.finding}", f"{name.en}: {one.finding}")
