"""A plan's draft as its page shows it: sections, items with what they may mean, open questions.

What may be done to a draft is decided in `store.drafts`; what a sentence may mean, in `reading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import reverse

from wardround.reading.declared import Kind
from wardround.reading.match import matcher_of
from wardround.store import answers, drafts
from wardround.store.house import House
from wardround.store.measuring import Measuring
from wardround.store.models import DraftItem, PlanDocument
from wardround.store.plans import REGISTER, plainly
from wardround.store.wording import together
from wardround.text import LANGS, Text, same
from wardround.web import doors, planned, said
from wardround.web.templatetags.words import current_lang
from wardround.work import drafting

OPENED = Text("开头", "Opening")
MATCHED: tuple[tuple[Kind, Text], ...] = (
    ("system", Text("系统", "System")),
    ("duty", Text("职责", "Duty")),
    ("indicator", Text("指标", "Indicator")),
)


@dataclass(frozen=True, slots=True)
class Section:
    """The items below one heading, in the document's order."""

    index: int
    name: Text
    items: tuple[DraftItem, ...]

    @property
    def undecided(self) -> int:
        return sum(not one.decision for one in self.items)


def sections(listed: Sequence[DraftItem]) -> list[Section]:
    """The draft heading by heading."""
    groups = groupby(listed, key=lambda one: one.values.get("section") or "")
    found = []
    for index, (name, ones) in enumerate(groups):
        items = tuple(ones)
        item = drafts.as_item(items[0])
        names = [item.section(lang).lstrip("# ") for lang in LANGS]
        found.append(Section(index, Text(*names) if name else OPENED, items))
    return found


def address(kept: PlanDocument, **more: str | None) -> str:
    """The draft's page, with what is opened on it."""
    return doors.asked(reverse("draft", args=[kept.digest[:12]]), **more)


def card(house: House, kept: PlanDocument, one: DraftItem, section: int) -> dict[str, Any]:
    """One item: its sentence in the page's language and its own, who, when, what for, state."""
    item, field = drafts.as_item(one), house.catalogue.registers[REGISTER].field
    here, lang = str(section), current_lang()
    written = plainly(str(one.values["text"]))
    catalogue = house.catalogue
    return {
        "one": one, "item": item, "number": one.number, "said": item.said(lang),
        "source": written if item.said(lang) != written else "",
        "kind": field["kind"].choices[one.values["kind"]],
        "owners": together(house, item.owners),
        "when": planned.timing(one.values),
        "targets": [planned.promised(house, row) for row in one.values.get("targets") or ()],
        "duties": [catalogue.duties[d].name for d in item.duties if d in catalogue.duties],
        "asks": [field["asks"].choices[a] for a in item.asks],
        "url": f"{address(kept, section=here, item=one.number)}#i{one.number}",
        "close": f"{address(kept, section=here, at=one.number)}#i{one.number}",
        "cut": f"{address(kept, section=here, item=one.number, how='split')}#i{one.number}",
    }  # fmt: skip


def proposals(house: House, one: DraftItem) -> list[dict[str, Any]]:
    """The three likeliest systems, duties and indicators, each with why it is proposed."""
    item, lang = drafts.as_item(one), current_lang()
    context = [item.section(lang)] if item.section(lang) else []
    found = matcher_of(house.catalogue).match(item.said(lang), context, [k for k, _ in MATCHED])
    tied = {*item.duties}
    tied |= {row.get("indicator") for row in one.values.get("targets") or ()}
    return [
        {"kind": kind, "name": name, "matches": [
            {"key": m.key, "name": m.name, "why": m.why, "tied": m.key in tied,
             "url": doors.asked(reverse("system", args=[m.key])) if kind == "system" else ""}
            for m in found if m.kind == kind
        ]}
        for kind, name in MATCHED
    ]  # fmt: skip


def editing(house: House, one: DraftItem) -> dict[str, Any]:
    """What the form of an opened item offers beside what the item says."""
    item = drafts.as_item(one)
    offered = proposals(house, one)
    likely = {m["key"] for p in offered for m in p["matches"] if p["kind"] == "indicator"}
    rows = []
    for row in one.values.get("targets") or ():
        found = house.catalogue.indicators.get(row.get("indicator") or "")
        rows.append({**row, "other": found.name if found and found.key not in likely else None})
    return {
        "owners": _listed([said.department(house, d) for d in item.owners])[current_lang()],
        "kinds": house.catalogue.registers[REGISTER].field["kind"].choices.items(),
        "cadence": _spelt(one.values, "cadence")[current_lang()],
        "deadline": _spelt(one.values, "deadline")[current_lang()], "kind": one.values["kind"],
        "targets": [*rows, {}] if len(rows) < 4 else rows,
        "proposals": offered,
    }  # fmt: skip


def as_it_stood(old: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, str]:
    """What a form says, with the rule in place of a cadence or deadline left as it was spelt."""
    left = {k: old[k] for k in ("cadence", "deadline")
            if old.get(k) and said.get(k) in (_spelt(old, k).zh, _spelt(old, k).en)}  # fmt: skip
    return {**said, **left}


def _spelt(values: Mapping[str, Any], field: str) -> Text:
    return _listed(planned.timing({field: values.get(field)}))


def _listed(parts: Sequence[Text]) -> Text:
    return Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))


def halves(one: DraftItem) -> list[dict[str, Any]]:
    """Every way to cut the sentence in two."""
    text = str(one.values["text"])
    return [
        {"at": at, "first": text[:at].strip(), "second": text[at:].strip()}
        for at in drafting.cuts(text)
    ]


def asked(
    figures: Measuring, kept: PlanDocument, listed: Sequence[DraftItem], words: Mapping[str, Text]
) -> list[dict[str, Any]]:
    """Every gap of what is not left out or adopted, in the plan's order, one row each."""
    place = {one.pk: s.index for s in sections(listed) for one in s.items}
    found = []
    for one in listed:
        if one.decision in ("dropped", "adopted"):
            continue
        item = drafts.as_item(one)
        for gap in item.asks:
            found.append({
                "one": one, "gap": gap, "id": f"{one.number}-{gap}".replace(".", "-"),
                "words": words[gap], "said": item.said(current_lang()),
                "url": f"{address(kept, section=str(place[one.pk]))}#i{one.number}",
                "proposed": answers.proposals(figures, item, gap),
                "indicators": _likely(figures.house, one) if gap == "target" else [],
            })  # fmt: skip
    return found


def _likely(house: House, one: DraftItem) -> list[dict[str, Any]]:
    found = matcher_of(house.catalogue).match(one.values["text"], kinds=["indicator"])
    return [{"key": m.key, "name": m.name} for m in found]


def suggestions(house: House) -> dict[str, list[Text]]:
    """What fields of a draft offer while one types: departments, functions, usual cadences."""
    hospital = house.hospital
    offices = [f.name for f in house.catalogue.functions.values() if hospital.performing(f.key)]
    names = [d.name for d in hospital.department.values()]
    known = {n.zh for n in names}
    return {
        "departments": [*names, *(n for n in offices if n.zh not in known)],
        "cadences": list(answers.CADENCES.values()),
        "deadlines": [Text("3月底", "end of March"), Text("6月底", "end of June"),
                      Text("9月底", "end of September"), Text("年底", "end of the year")],
    }  # fmt: skip


def history(house: House, kept: PlanDocument) -> list[dict[str, Any]]:
    """Who did what to the draft, newest first."""
    return [
        {"act": drafts.ACTS[act.act], "number": act.number, "at": act.at,
         "by": said.person(house, act.who), "detail": same(act.detail)}
        for act in drafts.acts(kept)
    ]  # fmt: skip
