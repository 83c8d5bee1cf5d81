"""Who a person is, and their personal fields: under one key a person, erasable in one row.

An entry names a patient by an opaque id and holds only sealed text, and its hash is over what
is kept. `Secret` holds what opens it: the person's key and, under that key, name, telephone and
record number. Destroying that row's contents erases the person from every entry and every
backup made after, and leaves chain and counts whole; `erased.jsonl` in the data folder names
whom, so that an older backup that is restored forgets them again.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from wardround.catalogue.model import Field, Register
from wardround.store.models import Access, Case, Entry, Secret
from wardround.text import Fault, Refused, Text

MASK = "＊＊＊"
ERASED = "(erased)"
"""What stands where an erased person's field stood; pages say it in their language."""
LIST = "erased.jsonl"
_BATCH = 2000


def owner_of(register: Register, subject: str | None, entry: str) -> str:
    """Under whose key the personal fields stand: the patient's, or the entry's own."""
    return subject if register.subject == "patient" and subject else str(entry)


def owner(register: Register, held: Entry | Case) -> str:
    """Under whose key an entry's or a case's fields stand; a step's are its case's."""
    root = held.pk if isinstance(held, Case) else held.about or held.root
    return owner_of(register, held.subject, str(root))


# -- personal fields --------------------------------------------------------------------------


def seal(fields: Mapping[str, Field], owner: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with every personal field sealed (AES-256-GCM, a nonce a field)."""
    personal = [k for k, f in fields.items() if f.personal and k in values]
    if not personal:
        return dict(values)
    box = AESGCM(_key(owner))
    return dict(values) | {k: {"sealed": _closed(box, owner, values[k])} for k in personal}


def _key(owner: str) -> bytes:
    """The person's key; made anew for one who has none, or comes again after being erased."""
    secret, _ = Secret.objects.get_or_create(owner=owner, defaults={"key": _new_key()})
    if secret.key is None:
        secret.key = _new_key()
        secret.save(update_fields=["key"])
    return bytes(secret.key)


def _new_key() -> bytes:
    return AESGCM.generate_key(bit_length=256)


def _closed(box: AESGCM, owner: str, value: Any) -> str:
    nonce = os.urandom(12)
    hidden = box.encrypt(nonce, rfc8785.dumps(value), owner.encode())
    return base64.b64encode(nonce + hidden).decode()


def is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"sealed"}


def masked(register: Register, held: Entry | Case) -> dict[str, Any]:
    """The values with a mask where something is sealed, or word that the person was erased."""
    values: Mapping[str, Any] = held.values
    if not any(is_sealed(v) for v in values.values()):
        return dict(values)
    gone = Secret.objects.filter(owner=owner(register, held), key=None).exists()
    return {k: (ERASED if gone else MASK) if is_sealed(v) else v for k, v in values.items()}


def unseal(register: Register, entry: Entry, reader: str, at: datetime) -> dict[str, Any]:
    """The values in clear, and a note in `Access` that `reader` read them.

    Those of a person who has been erased say so.
    """
    if not any(is_sealed(v) for v in entry.values.values()):
        return dict(entry.values)
    whose = owner(register, entry)
    Access.objects.create(person=reader, owner=whose, register=register.key, at=at)
    secret = Secret.objects.filter(owner=whose).first()
    if secret is None or secret.key is None:
        return masked(register, entry)
    box = AESGCM(bytes(secret.key))
    lost = ERASED if secret.erased_at else MASK
    return {
        k: _opened(box, v["sealed"], whose, lost) if is_sealed(v) else v
        for k, v in entry.values.items()
    }


def _opened(box: AESGCM, sealed: str, owner: str, lost: Any) -> Any:
    """What was sealed; `lost` if it was sealed under another key."""
    raw = base64.b64decode(sealed)
    try:
        return json.loads(box.decrypt(raw[:12], raw[12:], owner.encode()))
    except InvalidTag:
        return lost


# -- who a patient is -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands behind an opaque id: the hospital's record number, name, telephone."""

    number: str
    name: str
    phone: str = ""

    def hinted(self) -> str:
        """Enough of the name to know the right one by, and no more: 王＊＊."""
        return f"{self.name[:1]}＊＊"


def _plain(text: Any) -> str:
    return unicodedata.normalize("NFKC", str(text or "")).strip()


def _digest(number: str) -> str:
    """By what a record number is found: keyed, so that the table alone gives none away."""
    return hmac.new(settings.SECRET_KEY.encode(), number.upper().encode(), "sha256").hexdigest()


def find(number: str) -> str | None:
    """The opaque id of the patient with this record number."""
    found = Secret.objects.filter(number=_digest(_plain(number)), key__isnull=False).first()
    return found.owner if found else None


def person(subject: str | None) -> Person | None:
    """Who this is, in clear; None if that is not known, or was erased."""
    secret = Secret.objects.filter(owner=subject).first() if subject else None
    if secret is None or secret.key is None or not secret.person:
        return None
    told = _opened(AESGCM(bytes(secret.key)), secret.person, secret.owner, None)
    return Person(**told) if told else None


def called(subject: str) -> Text:
    """A patient in a list: a hint of the name, the end of the id, or that they were erased."""
    secret = Secret.objects.filter(owner=subject).first()
    if secret is not None and secret.key is None:
        return Text("（已删除）", ERASED)
    known = person(subject) if secret and secret.person else None
    said = known.hinted() if known else f"…{subject[-6:]}"
    return Text(f"患者 {said}", f"Patient {said}")


def meet(given: Mapping[str, Any]) -> str:
    """The opaque id of the patient that was written down: found by record number, or new.

    Raises `Refused` if the number is missing, if the name is missing of somebody new, or if it
    is not the name that the number has.
    """
    told = Person(*(_plain(given.get(k)) for k in ("number", "name", "phone")))
    if not told.number:
        raise Refused(_wrong("number", "请写病案号或住院号。", "Write the record number."))
    if subject := find(told.number):
        _same_person(subject, told)
        return subject
    if not told.name:
        raise Refused(_wrong("name", "没有这个病案号，请写姓名建档。",
                             "This record number is new; write the name."))  # fmt: skip
    subject = f"P{uuid.uuid4().hex[:20]}"
    _row(subject, told).save(force_insert=True)
    return subject


def _same_person(subject: str, told: Person) -> None:
    known = person(subject)
    if known is None:
        return
    if told.name and told.name != known.name:
        raise Refused(_wrong(
            "name",
            f"病案号 {told.number} 是{known.hinted()}，不是“{told.name}”。请核对。",
            f'Record number {told.number} is {known.hinted()}, not "{told.name}". Check it.',
        ))  # fmt: skip
    if told.phone and told.phone != known.phone:
        now = _row(subject, Person(known.number, known.name, told.phone), _key(subject))
        Secret.objects.filter(owner=subject).update(person=now.person)


def _wrong(key: str, zh: str, en: str) -> Fault:
    return Fault(Text(zh, en), field=f"patient_{key}")


def _row(subject: str, told: Person, key: bytes | None = None) -> Secret:
    key = key or _new_key()
    sealed = _closed(AESGCM(key), subject, asdict(told))
    return Secret(owner=subject, key=key, person=sealed, number=_digest(told.number))


def enrol(people: Mapping[str, Person]) -> None:
    """Say who many patients are at once; those who have a key keep it."""
    held = {s.owner: bytes(s.key) for s in Secret.objects.all() if s.key}
    rows = [_row(s, p, held.get(s)) for s, p in people.items()]
    Secret.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["owner"],
        update_fields=["person", "number"],
    )  # fmt: skip


def looked(reader: str, subject: str, register: str, at: datetime, act: str = "read") -> None:
    """Note that somebody read who a patient is, or looked one up."""
    Access.objects.create(person=reader, owner=subject, register=register, at=at, act=act)


# -- forgetting -------------------------------------------------------------------------------


def erase(owner: str, by: str, reason: str, at: datetime, data: Path) -> int | None:
    """Destroy what opens a person. Returns how many entries are about them, None if there was
    nothing to destroy.

    1. The list of the erased is on disk first. 2. The row is emptied and the act noted.
    """
    if not Secret.objects.filter(owner=owner, key__isnull=False).exists():
        return None
    line = {"owner": owner, "by": by, "reason": reason, "at": at.isoformat()}
    with (data / LIST).open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())
    _forget([line])
    return about(owner).count()


def about(owner: str) -> QuerySet[Entry]:
    """The entries whose personal fields stand, or could stand, under this key."""
    try:
        root = uuid.UUID(owner)
    except ValueError:
        return Entry.objects.filter(subject=owner)
    return Entry.objects.filter(Q(subject=owner) | Q(root=root) | Q(about=root))


def erase_again(data: Path) -> int:
    """Erase whom the list names and a restored backup still knew. Returns how many."""
    known = Secret.objects.filter(key__isnull=False)
    held = dict(known.values_list("owner", "erased_at"))
    lines = [line for line in listed(data / LIST) if line["owner"] in held]
    done = set(Access.objects.filter(act="erase").values_list("owner", "at"))
    lines = [x for x in lines if (x["owner"], datetime.fromisoformat(x["at"])) not in done]
    _forget(lines)
    return len(lines)


def listed(file: Path) -> list[dict[str, str]]:
    """The lines of a list of the erased; raises `Refused` if it is none."""
    if not file.exists():
        return []
    try:
        lines = [json.loads(x) for x in file.read_text(encoding="utf-8").splitlines() if x]
        return [{k: str(line[k]) for k in ("owner", "by", "reason", "at")} for line in lines]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(Fault(Text(
            f"{file} 不是删除名单。", f"{file} is not a list of the erased."
        ))) from error  # fmt: skip


def _forget(lines: Sequence[Mapping[str, str]]) -> None:
    """Empty the rows; on SQLite also what the file held of them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("pragma secure_delete = on")
    with transaction.atomic():
        for line in lines:
            at = datetime.fromisoformat(line["at"])
            Secret.objects.filter(owner=line["owner"]).update(
                key=None, person=None, number=None, erased_at=at
            )
            Access.objects.create(
                person=line["by"], owner=line["owner"], register="", at=at, act="erase",
                reason=line["reason"],
            )  # fmt: skip
        if connection.vendor == "sqlite":
            transaction.on_commit(partial(_execute, "pragma wal_checkpoint(truncate)"))


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def accesses(owners: Iterable[str]) -> list[Access]:
    """Who read, looked up or erased these persons, the newest first."""
    return list(Access.objects.filter(owner__in=list(owners)).order_by("-at", "-pk")[:50])
