"""A plan before it is adopted: items that people look at, change, cut, join, accept or drop.

Kept in the database, so that a person may leave and another go on; every act says who and when.
Nothing here is in force: only what was accepted as it was shown is recorded by `adopt`. Each act
names the version it saw, and is refused if somebody has changed the item since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from wardround.reading.document import Document
from wardround.reading.gaps import gaps
from wardround.reading.plan import read
from wardround.reading.statement import Statement, TargetText
from wardround.store import answers, plans
from wardround.store.house import House
from wardround.store.models import DraftAct, DraftItem, Entry, PlanDocument
from wardround.store.plans import Item
from wardround.text import Refused, Text, refuse
from wardround.work import drafting
from wardround.work.authority import Viewer, may_plan

ACTS: Mapping[str, Text] = {
    "accept": Text("确认", "accepted"), "drop": Text("不采纳", "left out"),
    "change": Text("改动", "changed"), "answer": Text("补缺", "filled in"),
    "split": Text("拆开", "split"), "merge": Text("并入下一条", "merged with the next"),
    "undo": Text("撤回", "taken back"), "adopt": Text("采纳", "adopted"),
}  # fmt: skip
Shown = Mapping[str, int]
"""Numbers of items, and the version of each that a person has before them."""


def begin(
    house: House, kept: PlanDocument, document: Document, twin: Document | None = None
) -> None:
    """Draft the items of a plan, once; its twin's sentences with them."""
    if DraftItem.objects.filter(plan=kept).exists():
        return
    year = plans.year_of(document, house.local(kept.read_at).year)
    DraftItem.objects.bulk_create(
        DraftItem(plan=kept, number=values["number"], values=values)
        for values in plans.draft(house, document, year, twin)
    )


def items(kept: PlanDocument) -> list[DraftItem]:
    """The draft in the document's order."""
    found = DraftItem.objects.filter(plan=kept)
    return sorted(found, key=lambda i: (i.values.get("start") or 0, i.pk))


def as_item(one: DraftItem) -> Item:
    """The item as pages show it; it has no entry yet."""
    return Item(None, one.values)


def acts(kept: PlanDocument, most: int = 12) -> list[DraftAct]:
    """What was done to the draft, newest first."""
    return list(DraftAct.objects.filter(plan=kept).order_by("-at", "-pk")[:most])


def accept(kept: PlanDocument, shown: Shown, who: Viewer, at: datetime) -> int:
    """Accept the items that were shown and are undecided; how many. Raises `Refused` for all if
    one of them is no longer what was shown."""
    if not shown:
        raise refuse("没有要确认的条目。", "There is no item to accept.")
    with _acting(kept, who):
        found = [_current(kept, number, version) for number, version in shown.items()]
        wanted = [one for one in found if not one.decision]
        for one in wanted:
            _decide(one, "accepted")
        if wanted:
            _note(kept, wanted[0].number, "accept", who, at, _numbers(wanted))
    return len(wanted)


def drop(kept: PlanDocument, number: str, version: int, who: Viewer, at: datetime) -> None:
    """Leave an item out: it will not be adopted, and can be taken back."""
    with _acting(kept, who):
        _decide(_open(kept, number, version), "dropped")
        _note(kept, number, "drop", who, at)


def undo(kept: PlanDocument, number: str, version: int, who: Viewer, at: datetime) -> None:
    """Take a decision back: the item is to be decided again."""
    with _acting(kept, who):
        one = _current(kept, number, version)
        if one.decision not in ("accepted", "dropped"):
            raise refuse("这一条没有可撤回的决定。", "No decision on this item can be taken back.")
        _decide(one, "")
        _note(kept, number, "undo", who, at)


def change(
    kept: PlanDocument, number: str, version: int, values: Mapping[str, Any], who: Viewer,
    at: datetime, act: str = "change",
) -> DraftItem:  # fmt: skip
    """Put new values in place of some; what is missing is asked anew, and it must be accepted
    again."""
    with _acting(kept, who):
        one = _current(kept, number, version)
        if one.decision == "adopted":
            raise _adopted()
        new = one.values | dict(values)
        changed = [k for k in values if one.values.get(k) != new[k]]
        one.values = new | {"asks": _asks(new)}
        if changed:
            _decide(one, "")
            _note(kept, number, act, who, at, ", ".join(changed))
    return one


def answer(
    house: House, kept: PlanDocument, number: str, version: int, gap: str, said: Mapping[str, str],
    who: Viewer, at: datetime,
) -> DraftItem:  # fmt: skip
    """Fill one gap, in words or by a key; raises `Refused` if they say nothing that fits."""
    one = _current(kept, number, version)
    filled = answers.filled(house, as_item(one), gap, said)
    return change(kept, number, version, filled, who, at, "answer")


def split(
    house: House, kept: PlanDocument, number: str, version: int, cut: int, who: Viewer, at: datetime
) -> tuple[DraftItem, DraftItem]:
    """Cut an item in two at one of `drafting.cuts`; each part is read anew. Who owes the whole
    owes each part that names nobody; the sentence in the other language stays with neither."""
    with _acting(kept, who):
        one = _open(kept, number, version)
        try:
            parts = drafting.halves(one.values["text"], cut)
        except ValueError as error:
            raise refuse("这里不能拆开。", "It cannot be cut there.", field="cut") from error
        taken = frozenset(x.number for x in items(kept))
        numbers = drafting.parted(number, taken)
        made = []
        for part, name in zip(parts, numbers, strict=True):
            start = one.values["start"] + one.values["text"].index(part)
            values = _reread(house, one.values, part, start, name)
            made.append(DraftItem.objects.create(plan=kept, number=name, values=values))
        one.delete()
        _note(kept, number, "split", who, at, "、".join(numbers))
    return made[0], made[1]


def _reread(
    house: House, whole: Mapping[str, Any], text: str, start: int, number: str
) -> dict[str, Any]:
    """A part's values as the reader finds them, the whole's where the part is silent."""
    found = next((s for s in read(text) if s.kind != "heading"), Statement(0, len(text), text))
    level = (whole["section"],) if whole.get("section") else ()
    said = Statement(
        start, start + len(text), text, level, whole["kind"], None, found.owners, found.targets,
        found.cadence, found.deadline, found.blanks,
    )  # fmt: skip
    values = plans.values_of(
        house, said, number, whole["plan"], whole["document"], whole.get("year") or 0
    )
    if not values["owners"]:
        values |= {k: whole.get(k) for k in ("owners", "owner_words")}
    return values | {"asks": _asks(values)}


def merge(
    kept: PlanDocument, number: str, version: int, who: Viewer, at: datetime
) -> DraftItem:  # fmt: skip
    """Make one of an item and the next."""
    with _acting(kept, who):
        one = _open(kept, number, version)
        listed = [x for x in items(kept) if x.decision != "adopted"]
        place = next(n for n, x in enumerate(listed) if x.pk == one.pk)
        if place + 1 == len(listed):
            raise refuse("后面没有条目了。", "There is no item after it.")
        other = listed[place + 1]
        new = drafting.joined(one.values, other.values)
        one.values = new | {"asks": _asks(new)}
        _decide(one, "")
        other.delete()
        _note(kept, number, "merge", who, at, other.number)
    return one


def adopt(house: House, kept: PlanDocument, who: Viewer, at: datetime) -> list[Entry]:
    """Record what was accepted; what nobody has decided stays in the draft."""
    with _acting(kept, who):
        wanted = [one for one in items(kept) if one.decision == "accepted"]
        if not wanted:
            raise refuse("还没有确认过一条。请先看，再确认。",
                         "No item is accepted yet. Look at them, then accept.")  # fmt: skip
        entries = plans.record(house, kept, [one.values for one in wanted], who, at)
        for one in wanted:
            _decide(one, "adopted")
        _note(kept, wanted[0].number, "adopt", who, at, _numbers(wanted))
    return entries


# -- small things ------------------------------------------------------------------------------


def _acting(kept: PlanDocument, who: Viewer) -> transaction.Atomic:
    if not may_plan(who):
        raise refuse("计划由院办公室核对、采纳，您可以查看，不能修改。",
                     "The hospital office goes through plans; you may read them.")  # fmt: skip
    return transaction.atomic()


def _current(kept: PlanDocument, number: str, version: int) -> DraftItem:
    one = DraftItem.objects.select_for_update().filter(plan=kept, number=number).first()
    if one is None or one.version != version:
        raise refuse(
            f"第 {number} 条刚被别人改过，请看新的内容后再定。",
            f"Somebody has just changed item {number}; look at it again, then decide.",
        )
    return one


def _open(kept: PlanDocument, number: str, version: int) -> DraftItem:
    one = _current(kept, number, version)
    if one.decision == "adopted":
        raise _adopted()
    return one


def _adopted() -> Refused:
    return refuse("这一条已经采纳，请在计划页上更正或作废。",
                  "This item is adopted; correct or drop it on the plan's page.")  # fmt: skip


def _decide(one: DraftItem, decision: str) -> None:
    one.decision = decision
    one.version += 1
    one.save()


def _note(
    kept: PlanDocument, number: str, act: str, who: Viewer, at: datetime, detail: str = ""
) -> None:
    DraftAct.objects.create(plan=kept, number=number, act=act, detail=detail, who=who.key, at=at)


def _numbers(listed: Sequence[DraftItem]) -> str:
    return "、".join(one.number for one in listed)


def _asks(values: Mapping[str, Any]) -> list[str]:
    """What an item with these values leaves out, by the same rule as when it was read."""
    return list(gaps(Statement(
        0, 0, values["text"], (), values["kind"], None,
        tuple(row["department"] for row in values.get("owners") or ()),
        tuple(TargetText("", "", _number(row), "") for row in values.get("targets") or ()),
        values.get("cadence"), values.get("deadline"),
        read(values["text"])[0].blanks if values["text"].strip() else (),
    )))  # fmt: skip


def _number(row: Mapping[str, Any]) -> str | None:
    """What a target row sets, if it holds any number."""
    said = str(row.get("target") or row.get("words") or "")
    return said if any(c.isdigit() for c in said) else None
