"""Play the scenarios that systems declare, through the real ledger and the real clocks.

Decides whether a story comes true: each step is recorded by the rules that hold for everyone,
each outcome is looked up where a page would look it up. Needs an empty ledger.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from wardround.catalogue.model import STAGES, Catalogue, System
from wardround.catalogue.organisation import About, Department, Hospital, Person, Role, Thing
from wardround.catalogue.scenario import Outcome, Scenario, Step
from wardround.figure import Figure
from wardround.period import Period, Window
from wardround.store import deliveries, ledger, measuring, projection, results
from wardround.store.history import current, value_of
from wardround.store.house import House
from wardround.store.models import Case, DutyWindow, Told
from wardround.store.posting import settled_at
from wardround.text import Fault, Refused, Text
from wardround.work import case, schedule

_OFFSET = re.compile(r"\+(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_OVERDUE = {"late", "overdue"}


def play(
    catalogue: Catalogue, system: System, scenario: Scenario, data: Path, key: str
) -> list[Fault]:
    """Play one story in a hospital of its own, named `key`, with files under `data`.

    Returns a fault for each step that did not go as told; empty if the story came true.
    """
    house = House(data, catalogue, cast(catalogue, system, scenario, key))
    stage = _Stage(house, system, scenario)
    found: list[Fault] = []
    for number, step in enumerate(scenario.story):
        at = scenario.start + offset(step.at)
        projection.owe(house, at + projection.AHEAD)
        projection.escalate(house, at)
        place = f"{system.file} “{scenario.name.en}” {number + 1} ({step.at})"
        for why in stage.act(step, at) if step.who else stage.look(step.then, at):
            found.append(Fault(why, place))
    return found


def offset(words: str) -> timedelta:
    """`+1d2h30m` as a length of time; raises ValueError for anything else."""
    match = _OFFSET.fullmatch(words)
    if not match:
        raise ValueError(words)
    d, h, m, s = (int(g or 0) for g in match.groups())
    return timedelta(days=d, hours=h, minutes=m, seconds=s)


# -- the cast ---------------------------------------------------------------------------------


def cast(catalogue: Catalogue, system: System, scenario: Scenario, key: str) -> Hospital:
    """A hospital with just the departments and people that the story and its system name."""
    named = dict(scenario.departments)
    people: set[tuple[str, Role]] = set()
    for step in scenario.story:
        if step.who:
            place, _, role = step.who.rpartition(".")
            named.setdefault(place, place)
            people.add((place, role))  # type: ignore[arg-type]
    for function in _functions(catalogue, system):
        if function not in named.values():
            named[function] = function
    departments = {
        word: Department(word, catalogue.functions[f].name, _performs(catalogue, f))
        for word, f in named.items()
    }
    return Hospital(
        About(
            key, Text("剧场医院", "Scenario Hospital"), "Asia/Shanghai", 0, scenario.start.date()
        ),
        departments,
        {f"{d}.{role}": _person(d, role, departments) for d, role in people},
        subject=_things(catalogue, system, scenario, departments),
    )


def _functions(catalogue: Catalogue, system: System) -> Iterator[str]:
    """Every function that the system's declarations send somebody to."""
    yield system.owner
    keys = {c.opens for c in system.check.values()} | set(system.register)
    keys |= {r.opens for r in system.register.values() if r.opens}
    keys |= {d.register for d in system.duty.values()}
    keys |= {r.repeat.opens for k in keys if (r := catalogue.registers[k]).repeat}
    for register in (catalogue.registers[k] for k in keys):
        yield from (f for f in (register.keeper, register.owner, *register.escalates_to) if f)


def _performs(catalogue: Catalogue, function: str) -> tuple[str, ...]:
    """A ward is also a clinical department; anything but a leader is a department."""
    kind = catalogue.functions[function].kind
    found = [function]
    if kind == "clinical":
        found.append("clinical")
    if kind in ("clinical", "technical"):
        found.append("every_department")
    return tuple(dict.fromkeys(found))


def _person(department: str, role: Role, departments: Mapping[str, Department]) -> Person:
    name = Text(f"{departments[department].name.zh} {role}", f"{department} {role}")
    leads = tuple(departments) if role in ("leader", "president") else ()
    return Person(f"{department}.{role}", name, department, role, name, leads)


def _things(
    catalogue: Catalogue, system: System, scenario: Scenario, departments: Mapping[str, Department]
) -> dict[str, dict[str, Thing]]:
    found: dict[str, dict[str, Thing]] = {}
    for kind, keys in scenario.subjects.items():
        keepers = [r.keeper for r in system.register.values() if r.subject == kind and r.keeper]
        homes = [d.key for d in departments.values() if set(d.functions) & set(keepers)]
        home = next(iter([*homes, *departments]))
        found[kind] = {k: Thing(k, Text(k, k), home, k if k in departments else None) for k in keys}
    return found


# -- the stage --------------------------------------------------------------------------------


@dataclass
class _Stage:
    """What has been recorded so far, under the names that the story gives."""

    house: House
    system: System
    scenario: Scenario
    names: dict[str, str] = made(default_factory=dict)

    def act(self, step: Step, at: datetime) -> Iterator[Text]:
        """Record what the step says; a text for each thing that went otherwise."""
        try:
            self._keep(step, at)
        except Refused as refused:
            fields = [f.field.split(".")[0] for f in refused.faults]
            if step.refused is None or (step.refused not in fields and step.refused != "any"):
                yield Text(f"被拒绝：{refused.say('zh')}", f"refused: {refused.say('en')}")
            return
        if step.refused:
            yield Text("本应被拒绝，却保存了", "it should have been refused, and was kept")

    def _keep(self, step: Step, at: datetime) -> None:
        """An entry, or a table of rows of a feed, by the gate that holds for everyone."""
        who = self.house.viewer(step.who or "")
        if step.feeds:
            with tempfile.TemporaryDirectory(dir=self.house.data) as place:
                file = Path(place) / "rows.csv"
                file.write_text((step.table or "").replace(" ", ""), encoding="utf-8")
                done = deliveries.take_in(self.house, "csv", file, step.feeds, who, at)
            if done.rejected:
                raise Refused(*done.rejected)
            return
        receipt = ledger.append(self.house, self._proposal(step, at), who, at)
        if step.as_:
            self.names[step.as_] = str(receipt.entry.root)

    def _proposal(self, step: Step, at: datetime) -> ledger.Proposal:
        values = {k: _plain(v) for k, v in step.with_.items()}
        if step.step:
            values["step"] = step.step
        about = self._find(step.about) if step.about else None
        supersedes = self._latest(self._find(step.corrects)) if step.corrects else None
        key = step.records
        if about:
            key = current().get(root=about, about=None).register
        elif supersedes:
            key = current().get(pk=supersedes).register
        return ledger.Proposal(
            register=key or "", values=values, subject=step.subject, occurred_at=at,
            department=step.department or (step.who or "").rpartition(".")[0], about=about,
            supersedes=supersedes, reason="更正" if supersedes else "",
        )  # fmt: skip

    def _find(self, word: str) -> str:
        """The root of what the story calls `word`: a name it gave, or the latest of a case."""
        if word in self.names:
            return self.names[word]
        found = current().filter(register=word, about=None).order_by("-seq").first()
        if found is None:
            raise Refused(Fault(Text(f"还没有“{word}”", f'there is no "{word}" yet')))
        return str(found.root)

    def _latest(self, root: str) -> str:
        return str(current().get(root=root, about=None).pk)

    def look(self, outcome: Outcome | None, at: datetime) -> Iterator[Text]:
        """A text for each thing that is not as the outcome says."""
        if outcome is None:
            return
        if outcome.case:
            yield from self._case(outcome, at)
        elif outcome.duty:
            yield from self._duty(outcome, at)
        elif outcome.figure or outcome.figures:
            yield from self._figures(outcome, at)
        elif outcome.score:
            yield from self._score(outcome, at)
        elif outcome.report:
            yield from self._report(outcome, at)

    def _case(self, outcome: Outcome, at: datetime) -> Iterator[Text]:
        found = Case.objects.filter(register=outcome.case).order_by("-opened_at")
        if outcome.department:
            found = found.filter(department=outcome.department)
        if outcome.subject:
            found = found.filter(subject=outcome.subject)
        states = [self._words(one, at) for one in found]
        matching = [s for s in states if outcome.is_ in ("", *s)]
        if outcome.is_ == "none":
            if states:
                yield _differs("none", f"{len(states)}")
        elif not matching or (outcome.count is not None and len(matching) != outcome.count):
            yield _differs(f"{outcome.count or ''} {outcome.is_}", str([sorted(s) for s in states]))
        if (
            outcome.told
            and not Told.objects.filter(
                case__in=[c.pk for c in found], function=outcome.told, at__lte=at
            ).exists()
        ):
            yield _differs(outcome.told, str(list(Told.objects.values_list("function", "stage"))))

    def _words(self, one: Case, at: datetime) -> set[str]:
        """Everything that may be said of a case: its stage, and what is late."""
        register = self.house.catalogue.registers[one.register]
        thread = current().filter(about=one.pk).order_by("seq")
        opening = current().get(root=one.pk, about=None)
        state = case.fold(
            register, value_of(opening, self.house.zone),
            [value_of(e, self.house.zone) for e in thread],
        )  # fmt: skip
        said: set[str] = {"opened", state.stage, *state.times}
        said |= {"withdrawn"} if state.withdrawn else set()
        late = {c.stage for c in state.clocks if c.state(at) in _OVERDUE} | state.late
        said |= {f"late at {stage}" for stage in late}
        said |= {f"in time at {s}" for s in STAGES if s in state.times and s not in late}
        return said | ({"overdue"} if state.overdue(at) else set())

    def _duty(self, outcome: Outcome, at: datetime) -> Iterator[Text]:
        found = DutyWindow.objects.filter(duty=outcome.duty)
        if outcome.department:
            found = found.filter(department=outcome.department)
        if outcome.subject:
            found = found.filter(subject=outcome.subject)
        states = []
        for window in found.order_by("opens"):
            opens = self.house.local(window.opens)
            if outcome.of is None or opens.date().isoformat() == outcome.of:
                span = Window(window.opens, window.due)
                states.append(
                    schedule.state(span, window.done, window.wanted, window.done_at, at)[0]
                )
        wanted = {"done late": "late"}.get(outcome.is_, outcome.is_)
        same = states.count(wanted)  # type: ignore[arg-type]
        if (outcome.count is None and not same) or (outcome.count not in (None, same)):
            yield _differs(f"{outcome.count or ''} {outcome.is_}", str(states))

    def _figures(self, outcome: Outcome, at: datetime) -> Iterator[Text]:
        measuring.refresh(self.house, at)
        period = Period.parse(outcome.period or at.strftime("%Y-%m"))
        expected = outcome.figures or {outcome.figure or "": outcome.is_}
        asked = measuring.measuring(self.house, at)
        asked.prepare(list(expected), outcome.department, [period])
        for key, is_ in expected.items():
            said = _said(asked.figure(key, outcome.department, period))
            if is_ not in said:
                yield _differs(f"{key}: {is_}", str(sorted(said)))

    def _score(self, outcome: Outcome, at: datetime) -> Iterator[Text]:
        measuring.refresh(self.house, at)
        period = Period.parse(outcome.period or at.strftime("%Y-%m"))
        scheme = self.house.catalogue.schemes[outcome.score or ""]
        scores = results.scores(
            self.house, scheme.key, period, settled_at(self.house, scheme, period, at)
        )
        mine = [s for s in scores if s.department == outcome.department]
        if not mine or f"{mine[0].points:g}" != outcome.is_:
            yield _differs(outcome.is_, str([f"{s.points:g}" for s in mine]))

    def _report(self, outcome: Outcome, at: datetime) -> Iterator[Text]:
        measuring.refresh(self.house, at)
        period = Period.parse(outcome.period or at.strftime("%Y-%m"))
        text = "\n".join(
            results.report_text(
                self.house, outcome.report or "", period, lang, outcome.department, at
            )
            for lang in ("zh", "en")
        )
        if outcome.says and outcome.says not in text:
            yield _differs(outcome.says, text[:400])


def _said(figure: Figure) -> set[str]:
    """All that may be said of a figure: as written, whether it is there, its parts, its first."""
    said = {figure.written(), "none" if figure.value is None else "some"}
    if figure.numerator is not None:
        said.add(f"{figure.numerator:g}")
        said.add(f"{figure.numerator:g} of {figure.denominator or 0:g}")
    return said | {f"1 {name}" for name, _ in figure.ranking[:1]}


def _differs(expected: str, found: str) -> Text:
    return Text(f"应为“{expected}”，实为 {found}", f'expected "{expected}", found {found}')


def _plain(value: Any) -> Any:
    """TOML's dates and times as the forms send them."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value
