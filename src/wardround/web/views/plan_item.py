"""One item of a plan: its questions, the answers people give, its chain, and dropping it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from wardround.figure import Figure
from wardround.report.blocks import written
from wardround.store import answers
from wardround.store import plans as store
from wardround.store.house import house as at_hand
from wardround.store.measuring import Measuring
from wardround.store.plans import Item
from wardround.text import Text
from wardround.web import doors, planned
from wardround.web.access import allow, viewer
from wardround.web.standing import address
from wardround.work import authority

ASKS = {
    "owner": Text("“{text}”由哪个科室负责？", 'Who owes "{text}"?'),
    "cadence": Text("“{text}”多久一次？", 'How often: "{text}"?'),
    "deadline": Text("“{text}”何时完成？", 'By when: "{text}"?'),
    "target": Text("“{text}”的目标是多少？", 'What is the target of "{text}"?'),
    "blank": Text("“{text}”里的空白填什么？", 'What stands in the blank of "{text}"?'),
    "unseen": Text("“{text}”读得对不对？", 'Was "{text}" read as it is meant?'),
}
LENGTH = 26
"""Characters of an item's sentence that a question repeats."""
OFFICE = Text("院办公室", "The hospital office")


def short(words: str, length: int = LENGTH) -> str:
    """The beginning of a sentence, without its full stop."""
    words = words.strip().rstrip("。.；;")
    return words if len(words) <= length else words[: length - 1] + "…"


def _short(item: Item) -> Text:
    return Text(short(item.said("zh")), short(item.said("en")))


def questions(figures: Measuring, items: Sequence[Item]) -> list[dict[str, Any]]:
    """Every gap as a question, in the plan's order, with what may be proposed."""
    found = []
    for item in items:
        for gap in item.asks:
            seen = answers.last_year(figures, item) if gap == "target" else []
            found.append({
                "item": item, "gap": gap, "id": f"q{item.number}-{gap}",
                "words": ASKS[gap].format(text=_short(item)),
                "proposed": answers.proposals(figures, item, gap),
                "last_year": [(_said(f), address(f.indicator, f.period)) for f in seen],
                "owner_words": item.values.get("owner_words") if gap == "owner" else None,
                "cadences": list(answers.CADENCES.items()) if gap == "cadence" else [],
                "url": reverse("answer_item", args=[item.entry]) if item.entry else "",
            })  # fmt: skip
    return found


def _said(figure: Figure) -> Text:
    name = figure.name
    return Text(f"{name.zh}去年 {written(figure, 'value', 'zh')}",
                f"{name.en} last year: {written(figure, 'value', 'en')}")  # fmt: skip


def chain(figures: Measuring, item: Item) -> dict[str, Any]:
    """What grew out of an item: its duties, the evidence, and the lines of summaries."""
    catalogue, span = figures.house.catalogue, planned.to_date(figures.at)
    keys = [*(k for k, _ in item.targets), *(f"{d}_done" for d in item.duties)]
    keys = [k for k in dict.fromkeys(keys) if k in catalogue.indicators]
    duties = [
        {"name": d.name, "when": d.rhythm(),
         "url": doors.register(d.register)}
        for d in (catalogue.duties[k] for k in item.duties if k in catalogue.duties)
    ]  # fmt: skip
    evidence = [
        {"figure": f, "url": address(f.indicator, span)}
        for f in (figures.figure(k, None, span) for k in keys)
    ]  # fmt: skip
    return {"duties": duties, "evidence": evidence, "lines": _lines(figures, keys)}


def _lines(figures: Measuring, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Where in the declared reports these indicators are told."""
    found = []
    for report in figures.house.catalogue.reports.values():
        for number, section in enumerate(report.section, 1):
            if not set(keys).isdisjoint(section.indicators) and report.per == "hospital":
                url = f"{reverse('report', args=[report.key])}#part-{number}"
                found.append({"name": report.name, "number": number, "url": url})
    return found


def _item(pk: UUID) -> Item:
    found = next((i for i in store.items(at_hand()) if i.entry == str(pk)), None)
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, item: Item) -> str:
    document = str(item.values.get("document") or "")
    return f"{reverse('plan', args=[document])}#questions" if document else reverse("plans")


@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fill one gap; the item's entry is corrected, the old one stays."""
    house, who, item = at_hand(), viewer(request), _item(pk)
    allow(authority.may_plan(who), OFFICE)
    said = {k: str(v) for k, v in request.POST.items()}
    if said.get("proposed"):
        value, _, indicator = said["proposed"].partition("|")
        said |= {"value": value, "indicator": indicator}
    answers.answer(house, item, said.get("gap", ""), said, who)
    return redirect(_back(request, item))


def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask why, then void the item: its duties and targets no longer count for the plan."""
    house, who, item = at_hand(), viewer(request), _item(pk)
    allow(authority.may_plan(who), OFFICE)
    back = _back(request, item)
    if request.method == "POST":
        answers.drop(house, item, request.POST.get("reason", ""), who)
        return redirect(back)
    return render(request, "web/office/drop_item.html", {"item": item, "back": back})
