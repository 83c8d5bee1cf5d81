"""The only way in: `append`. Entries are kept for ever, each chained to the one before.

Decides nothing about validity (`work.record`, `work.case`) or rights (`work.authority`); it
asks them, writes what passed, and lets what follows by rule follow in the same transaction.
The chain is tamper-evident, not tamper-proof: `verify` finds what was changed behind it.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import transaction

from wardround.catalogue.columns import ANONYMOUS, BUILT_IN
from wardround.catalogue.model import Register
from wardround.catalogue.values import unkeepable
from wardround.store import amending, posting, projection, vault
from wardround.store.history import Bulk, History, Live, value_of
from wardround.store.house import House
from wardround.store.inserting import insert
from wardround.store.models import Entry, Ledger
from wardround.text import Fault, Refused, Text, refuse
from wardround.work import authority, case, follow, record
from wardround.work.authority import SYSTEM, Viewer
from wardround.work.row import Around, row, unsigned

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants to record.

    `id` makes a resend harmless. `supersedes` (with a `reason`) corrects or, if `void`, voids
    an entry; `about` moves the case or signs the document of that id. `patient` (number, name,
    phone) says whom it is about where the register is about patients and no id is known.
    """

    register: str
    values: Mapping[str, Any]
    department: str | None = None
    subject: str | None = None
    occurred_at: datetime | None = None
    id: str | None = None
    about: str | None = None
    supersedes: str | None = None
    void: bool = False
    reason: str = ""
    anonymous: bool = False
    attachments: tuple[Mapping[str, str], ...] = ()
    patient: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was kept: the entry, and the cases that opened because of it."""

    entry: Entry
    opened: tuple[Entry, ...] = ()
    repeated: bool = False


def new_id() -> str:
    """A UUIDv7 (RFC 9562): time-ordered, made by whoever records."""
    stamp = time.time_ns() // 1_000_000
    number = (stamp << 80) | (int.from_bytes(os.urandom(10), "big") & ((1 << 80) - 1))
    number = number & ~(0xF << 76) | (0x7 << 76)
    number = number & ~(0x3 << 62) | (0x2 << 62)
    return str(uuid.UUID(int=number))


def _readable_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise refuse(
            f"编号“{text}”不是 UUID，请重新打开页面再登记。",
            f'The id "{text}" is no UUID; open the page again and record anew.',
            field="id",
        ) from error


def append(house: House, proposal: Proposal, who: Viewer, at: datetime | None = None) -> Receipt:
    """Record one thing, or refuse it with every reason. Acknowledged means on disk."""
    return append_all(house, [proposal], who, at)[0]


def append_all(
    house: House, proposals: Sequence[Proposal], who: Viewer, at: datetime | None = None
) -> list[Receipt]:
    """Record several things, all or none."""
    moment = at or house.now()
    with transaction.atomic():
        writer = _Writer(house, Live(house.zone))
        receipts = [writer.take(p, who.key, moment, who) for p in proposals]
        writer.close()
        projection.follow(house, writer.written, moment)
    return receipts


def extend(house: House, proposals: Iterable[tuple[Proposal, str, datetime]], at: datetime) -> int:
    """Record a long run of (proposal, recorder, moment) in time order into an empty ledger.

    The same rules as `append`, but for rights; projections are rebuilt at the end. Returns
    the number of entries.
    """
    repeating = frozenset(k for k, r in house.catalogue.registers.items() if r.repeat)
    with transaction.atomic():
        past = Bulk(house.zone, repeating)
        writer = _Writer(house, past, bulk=True)
        for proposal, recorder, moment in proposals:
            writer.take(proposal, recorder, moment, None)
        writer.close()
        projection.rebuild(house, at, past.current())
    return writer.count


@dataclass
class _Writer:
    """Holds the chain while entries are added: lock, take…, close."""

    house: House
    history: History
    bulk: bool = False
    written: list[Entry] = made(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        key = self.house.hospital.hospital.key
        Ledger.objects.get_or_create(hospital=key)
        self.chain = Ledger.objects.select_for_update().get(hospital=key)

    def take(self, proposal: Proposal, recorder: str, at: datetime, who: Viewer | None) -> Receipt:
        """Check one proposal, write it and what follows from it."""
        register = self.house.catalogue.registers.get(proposal.register)
        if register is None or register.feed or register.key in BUILT_IN:
            raise refuse(
                f"没有“{proposal.register}”这个登记本。",
                f'There is no register "{proposal.register}".',
            )
        said = [proposal.values, proposal.reason, proposal.subject, proposal.department,
                proposal.patient]  # fmt: skip
        if unkeepable(said):
            raise refuse(
                "里面有不能保存的字符，请删去后再登记。",
                "It holds a character that cannot be kept; remove it and record anew.",
            )
        entry = self._entry(proposal, register, recorder, at)
        if earlier := self.history.find(str(entry.pk)):
            return self._again(earlier, entry, proposal, who)
        unmet = self._meet(proposal, register, entry)
        try:
            if proposal.about:
                entry.values = self._step(proposal, register, entry, who)
            elif proposal.supersedes:
                entry.values = self._correction(proposal, register, entry, who)
            else:
                entry.values = self._record(proposal, register, entry, who)
        except Refused as refused:
            raise Refused(*unmet, *refused.faults) from refused
        if unmet:
            raise Refused(*unmet)
        if not proposal.void and self.history.twin(entry):
            raise refuse(
                "这条已经登记过了，没有重复保存。",
                "This is recorded already; it was not saved twice.",
            )
        return Receipt(entry, tuple(self._keep(register, entry)))

    def _entry(self, proposal: Proposal, register: Register, recorder: str, at: datetime) -> Entry:
        """The row as far as the proposal says it; values and place are filled later."""
        key = _readable_id(proposal.id or new_id())
        hidden = proposal.anonymous and register.anonymous
        return Entry(
            id=key, root=key, hospital=self.chain.hospital, register=register.key,
            version=str(self.house.catalogue.system_of("register", register.key).effective_from),
            kind="record", department=proposal.department or "", subject=proposal.subject,
            occurred_at=proposal.occurred_at or at, recorded_at=at,
            recorded_by=ANONYMOUS if hidden else recorder, reason=proposal.reason.strip(),
            attachments=[dict(a) for a in proposal.attachments],
        )  # fmt: skip

    def _meet(self, proposal: Proposal, register: Register, entry: Entry) -> tuple[Fault, ...]:
        """Find or enrol the patient that was written down; the faults, if that fails."""
        if not proposal.patient or register.subject != "patient" or proposal.about:
            return ()
        try:
            entry.subject = vault.meet(proposal.patient)
        except Refused as refused:
            entry.subject = "unmet"
            return refused.faults
        return ()

    def _again(
        self, earlier: Entry, entry: Entry, proposal: Proposal, who: Viewer | None
    ) -> Receipt:
        """The same id a second time: harmless if it is the same thing by the same person."""
        same = (earlier.register, earlier.recorded_by) == (entry.register, entry.recorded_by)
        if not same:
            raise refuse(
                "这个编号已经用过，请重新打开页面再登记。",
                "This id is used already; open the page again and record anew.",
            )
        return Receipt(earlier, repeated=True)

    def _record(
        self, proposal: Proposal, register: Register, entry: Entry, who: Viewer | None
    ) -> dict[str, Any]:
        if entry.department not in self.house.hospital.department:
            raise refuse(
                f"没有“{entry.department}”这个科室。",
                f'There is no department "{entry.department}".',
                field="department",
            )  # fmt: skip
        if who and not self.house.may_record(who, register, entry.department):
            raise _not_yours(self.house, register)
        own = authority.reach(who, register).subjects if who else None
        if own is not None and entry.subject not in own:
            raise refuse(f"没有“{entry.subject}”。", f'There is no "{entry.subject}".',
                         field="subject")  # fmt: skip
        values = self._cleaned(proposal.values, register, entry)
        posting.in_time(self.house, register, values, entry.recorded_at)
        return values

    def _cleaned(self, raw: Mapping[str, Any], register: Register, entry: Entry) -> dict[str, Any]:
        values = record.clean(
            register, raw, subject=entry.subject,
            occurred_at=entry.occurred_at.astimezone(self.house.zone),
            at=entry.recorded_at, known=self.house.known,
        )  # fmt: skip
        owner = vault.owner_of(register, entry.subject, str(entry.root))
        values = vault.seal(register.field, owner, values)
        entry.values = values
        if key := self.history.taken(register, entry):
            name = register.field[key].name
            raise refuse(
                f"{name.zh}“{values[key]}”已经登记过。",
                f'{name.en} "{values[key]}" is recorded already.',
                field=key,
            )  # fmt: skip
        return values

    def _correction(
        self, proposal: Proposal, register: Register, entry: Entry, who: Viewer | None
    ) -> dict[str, Any]:
        old = self.history.find(str(proposal.supersedes))
        seen = old and (not who or authority.may_see(
            who, register, old.department, old.subject
        ))  # fmt: skip
        if old is None or old.register != register.key or not seen:
            raise refuse("没有找到要更正的记录。", "The entry to correct was not found.")
        if old.kind == "step":
            raise refuse(
                "个案的步骤不能更正，请补记一条经过。",
                "A step cannot be corrected; add a note to the case instead.",
            )
        if Entry.objects.filter(supersedes=old.pk).exists():
            raise refuse(
                "这条记录刚被更正过，请打开最新的一条。",
                "This entry has just been corrected; open its latest version.",
            )
        if who and not authority.may_correct(who, register, old.department, old.recorded_by):
            raise _not_yours(self.house, register)
        if not entry.reason:
            raise refuse("请写明更正原因。", "Say why it is corrected.", field="reason")
        entry.kind = "void" if proposal.void else "correction"
        entry.supersedes, entry.root, entry.department = old.pk, old.root, old.department
        entry.about = old.about
        entry.subject = entry.subject or old.subject
        entry.occurred_at = proposal.occurred_at or old.occurred_at
        if proposal.void:
            entry.occurred_at = old.occurred_at
            return {}
        return self._cleaned(proposal.values, register, entry)

    def _step(
        self, proposal: Proposal, register: Register, entry: Entry, who: Viewer | None
    ) -> dict[str, Any]:
        opening = self.history.find(str(proposal.about))
        registers = self.house.catalogue.registers
        source = registers.get(str(opening.values.get("source"))) if opening else None
        if opening is None or opening.register != register.key or (
            who and not authority.may_see_case(
                who, register, opening.department, source, opening.subject
            )
        ):  # fmt: skip
            raise refuse("没有找到这个个案。", "The case was not found.")
        entry.kind, entry.about = "step", opening.root
        entry.department, entry.subject = opening.department, opening.subject
        occurred = entry.occurred_at.astimezone(self.house.zone)
        if occurred > entry.recorded_at + record.AHEAD:
            raise refuse("时间还没有到，请改时间。", "That time has not come yet. Change the time.",
                         field="occurred_at")  # fmt: skip
        steps = self.history.steps(str(opening.root))
        step = str(proposal.values.get("step"))
        if register.shape == "document":
            return self._signature(step, register, entry, who, steps)
        if who and not authority.may_step(who, register, opening.department, step, source):
            raise _not_yours(self.house, register)
        state = case.fold(register, value_of(opening, self.house.zone), steps)
        values = case.clean_step(register, state, proposal.values, occurred, self.house.known)
        owner = vault.owner_of(register, opening.subject, str(opening.root))
        return vault.seal(register.asked, owner, values)

    def _signature(
        self, step: str, register: Register, entry: Entry, who: Viewer | None,
        steps: Sequence[record.Entry],
    ) -> dict[str, Any]:  # fmt: skip
        wanted = unsigned(register, steps)
        if step not in wanted:
            raise refuse("这份文件不缺这个签名。", "The document does not lack this signature.",
                         field="step")  # fmt: skip
        if who and not authority.may_sign(who, step, entry.department):
            raise _not_yours(self.house, register)
        if any(e.recorded_by == entry.recorded_by for e in steps):
            raise refuse(
                "同一人不能签两处，请由另一人签。",
                "One person may not sign twice; another must sign.",
            )
        return {"step": step}

    def _write(self, entry: Entry) -> None:
        self.chain.length += 1
        entry.seq, entry.previous = self.chain.length, self.chain.head
        entry.hash = self.chain.head = digest(entry)
        self.history.remember(entry)
        self.written.append(entry)
        self.count += 1
        if not self.bulk:
            entry.save(force_insert=True)
        elif len(self.written) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        insert(self.written)
        self.written = []

    def close(self) -> None:
        """Write what is left and move the chain's end."""
        if self.bulk:
            self._flush()
        self.chain.save()

    def _keep(self, register: Register, entry: Entry) -> Iterator[Entry]:
        """Write the entry, then the cases that open because of it, and because of those."""
        stock = register.shape == "stock" and entry.kind != "void"
        before = self.history.balance(value_of(entry, self.house.zone)) if stock else 0.0
        self._write(entry)
        found = [o for o in self._openings(register, entry, before) if o]
        if entry.supersedes:
            old = self.history.find(str(entry.supersedes))
            had = amending.had_opened(self.house, register, old, before) if old else []
            found = list(amending.follow(self.house, self.history, entry, had, found, self._write))
        for opening in found:
            if not self.history.find(opening.id):
                yield from self._open(opening, entry)

    def _openings(
        self, register: Register, entry: Entry, before: float
    ) -> Iterator[follow.Opening | None]:
        catalogue = self.house.catalogue
        if entry.kind == "step":
            opening = self.history.find(str(entry.about))
            if opening and register.repeat and entry.values.get("passed") is False:
                opened = value_of(opening, self.house.zone)
                yield follow.accountability(catalogue, opened, str(entry.pk))
        elif entry.kind != "void":
            if follow.may_open(catalogue, register):
                value = value_of(entry, self.house.zone)
                seen = row(register, value, Around(at=value.recorded_at, balance_before=before))
                yield from follow.openings(catalogue, value, seen)
            if register.repeat and entry.kind == "record":
                value = value_of(entry, self.house.zone)
                if amending.repeated(self.history, register, value):
                    yield follow.accountability(catalogue, value, "repeat")

    def _open(self, opening: follow.Opening, cause: Entry) -> Iterator[Entry]:
        """Write a case that opens by rule, and what follows from it in turn."""
        register = self.house.catalogue.registers[opening.register]
        proposal = Proposal(
            opening.register, opening.values, opening.department, opening.subject,
            opening.occurred_at, opening.id,
        )  # fmt: skip
        by = ANONYMOUS if cause.recorded_by == ANONYMOUS else SYSTEM
        entry = self._entry(proposal, register, by, cause.recorded_at)
        entry.values = self._cleaned(opening.values, register, entry)
        yield entry
        yield from self._keep(register, entry)


def digest(entry: Entry) -> str:
    """SHA-256 over the RFC 8785 form of everything the entry says, and of what came before."""
    said = {
        "seq": entry.seq, "id": str(entry.pk), "hospital": entry.hospital,
        "department": entry.department, "register": entry.register,
        "version": entry.version, "kind": entry.kind, "subject": entry.subject,
        "about": str(entry.about) if entry.about else None,
        "supersedes": str(entry.supersedes) if entry.supersedes else None,
        "reason": entry.reason, "occurred_at": _instant(entry.occurred_at),
        "recorded_at": _instant(entry.recorded_at), "recorded_by": entry.recorded_by,
        "previous": entry.previous, "values": entry.values, "attachments": entry.attachments,
    }  # fmt: skip
    alike = _alike(entry.values) and _alike(entry.attachments)
    form = _JSON.encode(said).encode() if alike else rfc8785.dumps(said)
    return hashlib.sha256(form).hexdigest()


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _alike(value: Any) -> bool:
    """Whether Python's own JSON, many times as fast, is the RFC 8785 form: texts, whole numbers,
    fractions that neither writes with an exponent, under ASCII names."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return -(2**53) < value < 2**53
    if kind is float:
        return 1e-4 <= abs(value) < 1e16 and not value.is_integer()
    if kind is dict:
        return all(map(_alike, value.values())) and all(map(str.isascii, value))
    return kind is list and all(map(_alike, value))


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _not_yours(house: House, register: Register) -> Exception:
    office = house.catalogue.functions.get(register.owner or "")
    name = register.name
    if office:
        return refuse(
            f"“{name.zh}”由{office.name.zh}管理，您不能在这里登记或改动。",
            f'"{name.en}" is kept under the {office.name.en.lower()};'
            " you may not record or change it here.",
        )
    return refuse(
        f"您不能为这个科室登记“{name.zh}”。", f'You may not record "{name.en}" for this department.'
    )


@dataclass(frozen=True, slots=True)
class Tampering:
    """One place where the chain does not hold."""

    seq: int
    entry: str
    why: Text

    def as_json(self) -> dict[str, object]:
        return {"seq": self.seq, "entry": self.entry, "why": self.why.as_json()}


def verify(house: House) -> list[Tampering]:
    """Walk the whole chain; every entry that was changed, removed, added or moved."""
    found: list[Tampering] = []
    head, length = "0" * 64, 0
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        length += 1
        if entry.seq != length:
            found.append(_tampered(entry, f"缺少第 {length} 条", f"entry {length} is missing"))
            length = entry.seq
        elif entry.previous != head:
            found.append(_tampered(entry, "与前一条不相接", "it does not follow the one before"))
        if digest(entry) != entry.hash:
            found.append(_tampered(entry, "内容被改动过", "its content was changed"))
        head = entry.hash
    chain = Ledger.objects.filter(hospital=house.hospital.hospital.key).first()
    if chain and (chain.length, chain.head) != (length, head):
        found.append(Tampering(length, "", Text(
            f"链尾不符：应有 {chain.length} 条，现有 {length} 条",
            f"the chain's end differs: {chain.length} entries were kept, {length} are here",
        )))  # fmt: skip
    return found


def _tampered(entry: Entry, zh: str, en: str) -> Tampering:
    return Tampering(
        entry.seq, str(entry.pk), Text(f"第 {entry.seq} 条{zh}", f"entry {entry.seq}: {en}")
    )
