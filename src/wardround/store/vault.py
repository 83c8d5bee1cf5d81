"""Personal fields: sealed under one key a person, readable by those who need them, erasable.

An entry holds only sealed text, and its hash is over what is kept; destroying the key erases
the person from every entry and every backup made after, and leaves chain and counts whole.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wardround.catalogue.model import Register
from wardround.store.models import Access, Entry, Secret

MASK = "＊＊＊"


def owner_of(register: Register, subject: str | None, entry: str) -> str:
    """Under whose key the personal fields stand: the patient's, or the entry's own."""
    return subject if register.subject == "patient" and subject else str(entry)


def seal(register: Register, owner: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with every personal field sealed (AES-256-GCM, a nonce a field)."""
    personal = [k for k, f in register.field.items() if f.personal and k in values]
    if not personal:
        return dict(values)
    secret, _ = Secret.objects.get_or_create(
        owner=owner, defaults={"key": AESGCM.generate_key(bit_length=256)}
    )
    if secret.key is None:
        secret.key = AESGCM.generate_key(bit_length=256)
        secret.save(update_fields=["key"])
    box = AESGCM(bytes(secret.key))
    sealed = dict(values)
    for key in personal:
        nonce = os.urandom(12)
        hidden = box.encrypt(nonce, rfc8785.dumps(values[key]), owner.encode())
        sealed[key] = {"sealed": base64.b64encode(nonce + hidden).decode()}
    return sealed


def masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with a mask where something is sealed."""
    return {k: MASK if is_sealed(v) else v for k, v in values.items()}


def is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"sealed"}


def unseal(register: Register, entry: Entry, reader: str, at: datetime) -> dict[str, Any]:
    """The values in clear, and a note in `Access` that `reader` read them.

    A person who has been erased stays masked.
    """
    owner = owner_of(register, entry.subject, str(entry.root))
    if not any(is_sealed(v) for v in entry.values.values()):
        return dict(entry.values)
    Access.objects.create(person=reader, owner=owner, register=register.key, at=at)
    secret = Secret.objects.filter(owner=owner).first()
    if secret is None or secret.key is None:
        return masked(entry.values)
    box = AESGCM(bytes(secret.key))
    return {k: _opened(box, v, owner) if is_sealed(v) else v for k, v in entry.values.items()}


def _opened(box: AESGCM, value: Mapping[str, str], owner: str) -> Any:
    raw = base64.b64decode(value["sealed"])
    try:
        clear = box.decrypt(raw[:12], raw[12:], owner.encode())
    except InvalidTag:
        return MASK
    return json.loads(clear)


def erase(owner: str, at: datetime) -> bool:
    """Destroy a person's key. True if there was one to destroy."""
    return bool(
        Secret.objects.filter(owner=owner, key__isnull=False).update(key=None, erased_at=at)
    )
