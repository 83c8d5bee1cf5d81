"""What came before an entry, as the ledger asks for it: from the database, or from memory.

`Live` asks the database and serves one entry at a time; `Bulk` remembers a long run of
entries, so that a whole year can be recorded at once by the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from wardround.catalogue.model import Register
from wardround.store.models import Entry
from wardround.work import record
from wardround.work.case import withdrawn
from wardround.work.follow import same_thing
from wardround.work.row import movement


def value_of(entry: Entry, zone: ZoneInfo) -> record.Entry:
    """The stored entry as rules see it; its id is that of its first version."""
    return record.Entry(
        id=str(entry.root),
        register=entry.register,
        department=entry.department,
        occurred_at=entry.occurred_at.astimezone(zone),
        recorded_at=entry.recorded_at.astimezone(zone),
        recorded_by=entry.recorded_by,
        values=entry.values,
        subject=entry.subject,
        about=str(entry.about) if entry.about else None,
        supersedes=str(entry.supersedes) if entry.supersedes else None,
    )


_SEEN = ("root", "register", "department", "occurred_at", "recorded_at", "recorded_by", "values",
         "subject", "about", "supersedes")  # fmt: skip


def values_of(found: QuerySet[Entry], zone: ZoneInfo) -> Iterator[record.Entry]:
    """As `value_of`, for many: no more is read than rules see."""
    lines = found.values_list(*_SEEN).iterator(chunk_size=5000)
    for root, register, department, occurred, recorded, by, values, subject, about, old in lines:
        yield record.Entry(
            str(root), register, department, occurred.astimezone(zone), recorded.astimezone(zone),
            by, values, subject, str(about) if about else None, str(old) if old else None,
        )  # fmt: skip


def current(as_of: datetime | None = None) -> QuerySet[Entry]:
    """Entries in force: neither corrected nor voided (by anything recorded up to `as_of`)."""
    later = Entry.objects.filter(supersedes=OuterRef("pk"))
    found = Entry.objects.exclude(kind="void")
    if as_of is not None:
        later, found = later.filter(recorded_at__lte=as_of), found.filter(recorded_at__lte=as_of)
    return found.filter(~Exists(later))


class History(Protocol):
    """What the ledger needs to know of the past."""

    zone: ZoneInfo

    def find(self, key: str) -> Entry | None: ...
    def latest(self, root: str) -> Entry | None: ...
    def steps(self, root: str) -> Sequence[record.Entry]: ...
    def twin(self, entry: Entry) -> bool: ...
    def taken(self, register: Register, entry: Entry) -> str | None: ...
    def balance(self, entry: record.Entry) -> float: ...
    def like(
        self, register: Register, entry: record.Entry, since: datetime, until: datetime
    ) -> list[record.Entry]: ...
    def remember(self, entry: Entry) -> None: ...


class Live:
    """The past as the database holds it."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def find(self, key: str) -> Entry | None:
        return Entry.objects.filter(pk=key).first()

    def latest(self, root: str) -> Entry | None:
        """The last version of an entry."""
        return Entry.objects.filter(root=root).order_by("-seq").first()

    def steps(self, root: str) -> list[record.Entry]:
        """Steps about a case or document, in the order in which they were recorded."""
        found = current().filter(about=root).order_by("seq")
        return [value_of(e, self.zone) for e in found]

    def twin(self, entry: Entry) -> bool:
        """Whether the very same thing stands in the register already."""
        same = current().filter(
            register=entry.register, department=entry.department, subject=entry.subject,
            occurred_at=entry.occurred_at, about=entry.about,
        )  # fmt: skip
        return any(e.values == entry.values for e in same.exclude(root=entry.root))

    def taken(self, register: Register, entry: Entry) -> str | None:
        """The first `unique` field whose value another entry has."""
        for key in register.unique:
            value = entry.values.get(key)
            others = current().filter(register=register.key, kind__in=("record", "correction"))
            if value is not None and (
                others.filter(**{f"values__{key}": value}).exclude(root=entry.root).exists()
            ):
                return key
        return None

    def balance(self, entry: record.Entry) -> float:
        """The stock of this subject before the entry happened."""
        before = current().filter(
            register=entry.register, department=entry.department, subject=entry.subject,
            occurred_at__lte=entry.occurred_at,
        ).exclude(root=entry.id)  # fmt: skip
        return sum(movement(e.values) for e in before)

    def like(
        self, register: Register, entry: record.Entry, since: datetime, until: datetime
    ) -> list[record.Entry]:
        """The other times that the same thing was opened between two moments, and not withdrawn.

        What does not say what it is about is like nothing.
        """
        others = current().filter(
            register=register.key, about=None, occurred_at__gte=since, occurred_at__lte=until,
        ).exclude(root=entry.id)  # fmt: skip
        wanted = same_thing(register, entry)
        found = [] if None in wanted else [value_of(e, self.zone) for e in others]
        return [
            e for e in found
            if same_thing(register, e) == wanted and not withdrawn(self.steps(e.id))
        ]  # fmt: skip

    def remember(self, entry: Entry) -> None:
        """Nothing to do: the database remembers."""


class Bulk:
    """The past as it is recorded in one long run, in time order, into an empty ledger.

    `repeating` are the registers whose openings are compared with earlier ones.
    """

    def __init__(self, zone: ZoneInfo, repeating: frozenset[str]) -> None:
        self.zone, self._repeating = zone, repeating
        self._entries: dict[str, Entry] = {}
        self._latest: dict[str, Entry] = {}
        self._steps: dict[str, list[record.Entry]] = defaultdict(list)
        self._stock: dict[tuple[Any, ...], float] = defaultdict(float)
        self._opened: dict[str, list[record.Entry]] = defaultdict(list)

    def find(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def latest(self, root: str) -> Entry | None:
        return self._latest.get(root)

    def current(self) -> list[Entry]:
        """Entries in force, in the order in which they were recorded."""
        later = {e.supersedes for e in self._entries.values()}
        return [e for e in self._entries.values() if e.kind != "void" and e.pk not in later]

    def steps(self, root: str) -> list[record.Entry]:
        return self._steps[root]

    def twin(self, entry: Entry) -> bool:
        return False

    def taken(self, register: Register, entry: Entry) -> str | None:
        return None

    def balance(self, entry: record.Entry) -> float:
        return self._stock[entry.register, entry.department, entry.subject]

    def like(
        self, register: Register, entry: record.Entry, since: datetime, until: datetime
    ) -> list[record.Entry]:
        wanted = same_thing(register, entry)
        return [
            e for e in self._opened[register.key]
            if None not in wanted and same_thing(register, e) == wanted
            and e.id != entry.id and since <= e.occurred_at <= until
            and not withdrawn(self._steps.get(e.id, ()))
        ]  # fmt: skip

    def remember(self, entry: Entry) -> None:
        self._entries[str(entry.pk)] = self._latest[str(entry.root)] = entry
        if entry.about:
            self._steps[str(entry.about)].append(value_of(entry, self.zone))
            return
        if "received" in entry.values or "issued" in entry.values:
            self._stock[entry.register, entry.department, entry.subject] += movement(entry.values)
        if entry.register in self._repeating:
            self._opened[entry.register].append(value_of(entry, self.zone))
