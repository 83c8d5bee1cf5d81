"""Plans: read, tied to what the catalogue declares, adopted as entries, and followed.

Reading is `reading`'s matter and judging `work.plan`'s; here a sentence gets its departments,
duties and indicators, and its place in the ledger. What the plan does not say stays open as a
question (`asks`); nothing is filled in by guess.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wardround.catalogue.columns import adds_up
from wardround.catalogue.lexicon import load_lexicon
from wardround.catalogue.model import Catalogue, Indicator
from wardround.figure import Figure, Target
from wardround.period import Period
from wardround.reading.document import Document
from wardround.reading.gaps import gaps
from wardround.reading.match import matcher_of
from wardround.reading.piece import CJK
from wardround.reading.plan import read_plan
from wardround.reading.statement import Statement, TargetText
from wardround.reading.tie import Tying
from wardround.reading.twin import Twin, twins
from wardround.store import ledger
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.models import Entry, PlanDocument
from wardround.text import Refused, refuse
from wardround.work import plan as rule
from wardround.work.authority import Viewer, may_plan
from wardround.work.follow import derived_id

REGISTER = "plan_item"
UNSEEN = "unseen"
"""What an item asks that was adopted as it was read: that somebody look at it."""
KINDS = ("objective", "measure", "requirement", "phase", "organisation")


def plainly(sentence: str) -> str:
    """A plan's sentence as it is told elsewhere: what is the row of a table without its bars."""
    cells = [cell.strip() for cell in re.split(r"[|\t]", sentence)]
    return " · ".join(filter(None, cells)) if len(cells) > 2 else sentence


@dataclass(frozen=True, slots=True)
class Item:
    """A plan item as the pages and reports show it; `values` are those of its entry."""

    entry: str | None
    values: Mapping[str, Any]

    @property
    def number(self) -> str:
        return str(self.values["number"])

    def said(self, lang: str) -> str:
        """The sentence in a language; as it was adopted where the plan has no twin in it."""
        return plainly(str(self._twin(lang).get("text") or self.values["text"]))

    def section(self, lang: str) -> str:
        """The heading above the sentence, in a language as `said`."""
        return str(self._twin(lang).get("section") or self.values.get("section") or "")

    def _twin(self, lang: str) -> Mapping[str, Any]:
        rows = self.values.get("twin") or ()
        return next((row for row in rows if row.get("lang") == lang[:2]), {})

    @property
    def owners(self) -> tuple[str, ...]:
        return tuple(row["department"] for row in self.values.get("owners") or ())

    @property
    def asks(self) -> tuple[str, ...]:
        return tuple(self.values.get("asks") or ())

    @property
    def duties(self) -> tuple[str, ...]:
        return tuple(row["duty"] for row in self.values.get("duties") or ())

    @property
    def targets(self) -> tuple[tuple[str, Target], ...]:
        """(indicator, target) pairs that can be measured."""
        rows = self.values.get("targets") or ()
        return tuple(
            (r["indicator"], Target.parse(r["target"]))
            for r in rows
            if r.get("indicator") and r.get("target")
        )

    @property
    def deadline(self) -> date | None:
        year = int(self.values.get("year") or 0)
        return rule.deadline_day(self.values.get("deadline"), year) if year else None


def read_in(
    house: House, document: Document, who: Viewer, at: datetime, twin: Document | None = None
) -> PlanDocument:
    """Keep a plan's text and what was read in it, and its `twin`, the same in the other
    language; the same text is kept once."""
    if not may_plan(who):
        raise refuse("计划由院办公室录入。", "The hospital office takes plans in.")
    digest = _digest(document)
    kept = PlanDocument.objects.filter(digest=digest).first()
    if kept is None:
        plan = read_plan(document, load_lexicon())
        kept = PlanDocument.objects.create(
            name=document.name, digest=digest, text=document.text, read_at=at, read_by=who.key,
            statements=[s.as_json(document.name) | {"gaps": gaps(s)} for s in plan.statements],
        )  # fmt: skip
    if twin:
        kept.twin = read_in(house, twin, who, at).digest
        kept.save()
    return kept


def draft(
    house: House, document: Document, year: int, twin: Document | None = None
) -> list[dict[str, Any]]:
    """The values of each item found in a document, as they would be recorded; with `twin`, the
    same plan in the other language, each sentence that has a counterpart there holds it too.

    Where a plan has sections, what stands before the first is its opening, not an item.
    """
    lexicon = load_lexicon()
    plan = read_plan(document, lexicon)
    digest = _digest(document)[:12]
    sections = any(s.kind == "heading" and (s.depth or 0) > 1 for s in plan.statements)
    said = [s for s in plan.statements if s.kind in KINDS and (len(s.level) > 1 or not sections)]
    others = twins(plan, read_plan(twin, lexicon), lexicon) if twin else {}
    return [
        values_of(house, s, number, document.name, digest, year)
        | (_twin_row(others[s.start], twin) if twin and s.start in others else {})
        for number, s in enumerate(said, 1)
    ]


def _digest(document: Document) -> str:
    return hashlib.sha256(document.text.encode()).hexdigest()


def _twin_row(found: Twin, other: Document) -> dict[str, Any]:
    return {"twin": [{
        "lang": "zh" if CJK.search(found.text) else "en", "text": found.text,
        "section": found.section or None, "document": _digest(other)[:12],
        "start": found.start, "end": found.end,
    }]}  # fmt: skip


def year_of(document: Document, otherwise: int) -> int:
    """The year that a plan's opening names most, or the present one."""
    years = re.findall(r"20[0-9]{2}", document.text[:2000])
    return int(max(set(years), key=years.count)) if years else otherwise


def values_of(
    house: House, said: Statement, number: int | str, name: str, digest: str, year: int
) -> dict[str, Any]:
    """A sentence as the values of an item: its departments found, what it is tied to, its gaps."""
    departments = list(dict.fromkeys(d for word in said.owners for d in owners(house, word)))
    duties, targets = tied(house.catalogue, said)
    asks = [gap for gap in gaps(said) if gap != "owner" or not departments]
    if said.owners and not departments and "owner" not in asks:
        asks.insert(0, "owner")
    return {
        "plan": name, "document": digest, "year": year, "number": str(number),
        "section": said.level[-1] if said.level else None, "text": said.text,
        "start": said.start, "end": said.end, "kind": said.kind,
        "owner_words": "、".join(said.owners) or None,
        "owners": [{"department": d} for d in departments],
        "cadence": said.cadence, "deadline": said.deadline,
        "targets": targets, "duties": [{"duty": d} for d in duties], "asks": asks,
    }  # fmt: skip


def owners(house: House, word: str) -> list[str]:
    """The departments that a plan means by a word; empty if the hospital has none of that name.

    A department's own name or alias comes first, then the function it names: 各病区 is every
    ward.
    """
    wanted = _plain(word)
    for d in house.hospital.department.values():
        if wanted in {_plain(w) for w in (d.name.zh, d.name.en, *d.words)}:
            return [d.key]
    for f in house.catalogue.functions.values():
        if wanted in {_plain(w) for w in (f.name.zh, f.name.en, *f.words)}:
            return [d.key for d in house.hospital.performing(f.key)]
    return []


def _plain(word: str) -> str:
    words = re.sub(r"^(the|each|all|every|各|全院)\s*", "", word.strip().lower())
    return re.sub(r"\s+|(s|department|section|office|科|部|室)$", "", words)


def tied(catalogue: Catalogue, said: Statement) -> tuple[list[str], list[dict[str, str]]]:
    """The duties that the sentence surely means, and its targets in its own words, each with the
    indicator that it is surely set for; one indicator is tied once."""
    tying = Tying(matcher_of(catalogue))
    found: list[dict[str, str]] = []
    for target in said.targets:
        parts = (target.metric, target.op, target.value, target.unit)
        row = {"words": " ".join(x for x in parts if x)}
        measured = measurable(target)
        sure = tying.indicator(said, target) if measured else None
        if sure and measured and all(sure.key != r.get("indicator") for r in found):
            row |= {"indicator": sure.key, "target": measured}
        found.append(row)
    return [m.key for m in tying.duties(said)], found


def measurable(target: TargetText) -> str | None:
    """`>= 95` or `85..93`, or None where the plan gives no number."""
    if target.value is None or not re.fullmatch(r"[\d.]+(-[\d.]+)?", target.value):
        return None
    words = target.value.replace("-", "..") if target.op == "range" else None
    try:
        return Target.parse(words or f"{target.op} {target.value}").as_words()
    except Refused:
        return None


def adopt(
    house: House, document: Document, who: Viewer, at: datetime, year: int | None = None,
    twin: Document | None = None,
) -> list[Entry]:  # fmt: skip
    """Record every item of a plan as it was read, with what its `twin` says in the other
    language; each asks to be looked at. Adopting the same text again changes nothing.

    All or nothing; raises `Refused` if the document holds no item.
    """
    if not may_plan(who):
        raise refuse("计划由院办公室采纳。", "The hospital office adopts plans.")
    values = draft(house, document, year or year_of(document, at.year), twin)
    if not values:
        raise refuse(
            f"“{document.name}”里没有读出一条计划条目。请核对是不是计划。",
            f'No plan item was found in "{document.name}". Is it a plan?',
        )
    kept = read_in(house, document, who, at, twin)
    unseen = [one | {"asks": [*one["asks"], UNSEEN]} for one in values]
    return record(house, kept, unseen, who, at)


def record(
    house: House, kept: PlanDocument, values: Iterable[Mapping[str, Any]], who: Viewer, at: datetime
) -> list[Entry]:
    """Make items the hospital's own, all or none; an item that is so already stays as it is."""
    proposals = [
        ledger.Proposal(
            REGISTER, {k: v for k, v in one.items() if v not in (None, [], "")},
            who.person.department, occurred_at=at,
            id=derived_id(kept.digest, str(one["number"])),
        )
        for one in values
    ]  # fmt: skip
    return [r.entry for r in ledger.append_all(house, proposals, who, at)]


def items(house: House, as_of: datetime | None = None, plan: str | None = None) -> list[Item]:
    """The plan items in force, in the plan's own order."""
    found = current(as_of).filter(register=REGISTER, about=None)
    if plan:
        found = found.filter(values__document=plan)
    listed = [Item(str(e.pk), e.values) for e in found]
    return sorted(listed, key=lambda i: (str(i.values.get("document")), _number(i.number)))


def _number(number: str) -> tuple[list[int], str]:
    digits = [int(n) for n in re.findall(r"\d+", number)]
    return digits, number


def evidence(item: Item, values: Mapping[str, float | None]) -> list[rule.Evidence]:
    """What bears on an item, given indicator → value."""
    found = [
        rule.Evidence(value, value is not None and target.met_by(value))
        for key, target in item.targets
        for value in [values.get(key)]
    ]
    for duty in item.duties:
        value = values.get(f"{duty}_done")
        found.append(rule.Evidence(value, value is not None and value >= rule.KEPT))
    return found


def indicators_of(catalogue: Catalogue, listed: Iterable[Item]) -> list[Indicator]:
    """Every indicator that some item is judged by."""
    keys = {k for i in listed for k, _ in i.targets} | {
        f"{d}_done" for i in listed for d in i.duties
    }
    return [catalogue.indicators[k] for k in sorted(keys) if k in catalogue.indicators]


def progress(house: House, at: datetime, engine: Any) -> Iterator[dict[str, Any]]:
    """Rows of the built-in register `plan_progress`: each item at each month's end."""
    listed = items(house)
    needed = indicators_of(house.catalogue, listed)
    for year in sorted({int(i.values["year"]) for i in listed if i.values.get("year")}):
        ends = _month_ends(year, at.date())
        periods = [Period.parse(f"{year}-01..{end:%Y-%m}") for end in ends]
        values = engine.series_many(needed, None, periods) if needed and periods else {}
        for number, end in enumerate(ends):
            known = {key: series[number].value for key, series in values.items()}
            for item in (i for i in listed if i.values.get("year") == year):
                yield {
                    "row_id": f"{item.entry}/{end}", "department": (item.owners or ("",))[0],
                    "day": end, "month_end": end, "item": item.entry,
                    "plan": item.values["plan"],
                    "state": rule.state(evidence(item, known), item.deadline, end),
                    "subject": item.entry, "reached": reached(house.catalogue, item, known),
                }  # fmt: skip


def reached(catalogue: Catalogue, item: Item, values: Mapping[str, float | None]) -> float | None:
    """How much of its plan values for the year an item has reached, given indicator → value since
    the year began; 1 for all. Only totals are worked towards: a share or a mean is not."""
    return rule.reached([
        rule.share_of(target, values.get(key))
        for key, target in item.targets
        if (indicator := catalogue.indicators.get(key)) and adds_up(catalogue, indicator)
    ])  # fmt: skip


def _month_ends(year: int, today: date) -> list[date]:
    """Ends of the months of a year that have begun; the present month ends today."""
    months = [m for m in Period.parse(str(year)).months() if m.start <= today]
    return [min(m.last_day, today) for m in months]


def state_of(item: Item, figures: Sequence[Figure], day: date) -> rule.PlanState:
    """How an item stands by its figures at the end of a day."""
    values = {f.indicator: f.value for f in figures}
    return rule.state(evidence(item, values), item.deadline, day)
