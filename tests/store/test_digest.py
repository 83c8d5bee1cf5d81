"""The hash of an entry is over its RFC 8785 form, whatever was written in it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime

import rfc8785
from hypothesis import given
from hypothesis import strategies as some

from wardround.store.ledger import digest
from wardround.store.models import Entry

_TEXT = some.text(some.characters(blacklist_categories=("Cs",)))
_MOMENT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
_KEY = uuid.UUID("018f0000-0000-7000-8000-000000000001")


@given(_TEXT, some.none() | _TEXT, some.dictionaries(_TEXT, _TEXT | some.floats(0, 1e20)))
def test_the_hash_is_over_the_rfc_8785_form(reason, subject, values):
    entry = Entry(
        id=_KEY, root=_KEY, seq=7, hospital="h", department="icu", register="fall",
        version="2026-01-01", kind="record", subject=subject, reason=reason, values=values,
        attachments=[], occurred_at=_MOMENT, recorded_at=_MOMENT, recorded_by="tong_xin",
        previous="0" * 64,
    )  # fmt: skip
    form = rfc8785.dumps({
        "id": str(_KEY), "seq": 7, "hospital": "h", "department": "icu", "register": "fall",
        "version": "2026-01-01", "kind": "record", "subject": subject, "reason": reason,
        "values": values, "attachments": [], "about": None, "supersedes": None,
        "occurred_at": "2026-03-02T08:30:00.000000+00:00",
        "recorded_at": "2026-03-02T08:30:00.000000+00:00", "recorded_by": "tong_xin",
        "previous": "0" * 64,
    })  # fmt: skip
    assert digest(entry) == hashlib.sha256(form).hexdigest()
