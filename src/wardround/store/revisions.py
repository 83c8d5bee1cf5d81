"""Two plans of the hospital beside each other, whether adopted yet or not."""

from __future__ import annotations

from wardround.reading.document import Document
from wardround.store import drafts, plans
from wardround.store.house import House
from wardround.store.models import PlanDocument
from wardround.store.plans import Item
from wardround.work.revision import Promise


def items_of(house: House, kept: PlanDocument) -> list[Item]:
    """A plan's items as far as the hospital has taken them: adopted, drafted, or just read."""
    adopted = plans.items(house, plan=kept.digest[:12])
    if adopted:
        return adopted
    drafted = [drafts.as_item(one) for one in drafts.items(kept) if one.decision != "dropped"]
    return drafted or read_items(house, Document(kept.name, kept.text), kept.read_at.year)


def read_items(house: House, document: Document, otherwise: int) -> list[Item]:
    """The items of a document that nobody has adopted."""
    year = plans.year_of(document, otherwise)
    return [Item(None, values) for values in plans.draft(house, document, year)]


def promise(item: Item) -> Promise:
    """An item as far as it can be compared with another year's."""
    values = item.values
    rows = values.get("targets") or ()
    ties = {row["indicator"] for row in rows if row.get("indicator")} | {*item.duties}
    return Promise(
        item.number, str(values["text"]), frozenset(item.owners), values.get("cadence"),
        values.get("deadline"),
        tuple(str(row.get("target") or row.get("words") or "") for row in rows),
        frozenset(ties),
    )  # fmt: skip


def year_of(items: list[Item]) -> int:
    """The year that a plan is for."""
    return int(items[0].values.get("year") or 0) if items else 0
