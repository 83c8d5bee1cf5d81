"""Messages that were acknowledged and are not yet in a batch: on disk before the answer goes out.

Holds who sent which message (by sender, type and MSH-10) and the words that mappings ask for, no
names; the words are dropped once they are in a batch. A message that comes again is known again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from wardround.sources.from_hl7 import Taken

_TABLE = (
    "create table if not exists message (key text primary key, number text not null, "
    "at text not null, words text)"
)


class Inbox:
    """One file in the data folder; used from one thread at a time."""

    def __init__(self, data: Path) -> None:
        place = data / "feed"
        place.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(
            place / "inbox.sqlite3", isolation_level=None, check_same_thread=False
        )
        self._base.execute("pragma journal_mode=wal")
        self._base.execute("pragma synchronous=full")
        self._base.execute(_TABLE)

    def knows(self, key: str) -> bool:
        """Whether this message was taken before."""
        found = self._base.execute("select 1 from message where key = ?", [key]).fetchone()
        return found is not None

    def put(self, several: Sequence[tuple[str, str, list[Taken]]], at: datetime) -> None:
        """Keep the words of messages (key, number, words); on return they are on disk."""
        with self._base:
            self._base.execute("begin immediate")
            self._base.executemany(
                "insert or ignore into message values (?, ?, ?, ?)",
                [
                    (key, number, at.isoformat(),
                     json.dumps([asdict(one) for one in taken], ensure_ascii=False))
                    for key, number, taken in several
                ],
            )  # fmt: skip

    def waiting(self, most: int = 5000) -> list[tuple[str, str, list[Taken]]]:
        """(key, number, words) of what is in no batch yet, in the order in which it came."""
        found = self._base.execute(
            "select key, number, words from message where words is not null order by rowid limit ?",
            [most],
        ).fetchall()
        return [
            (
                key,
                number,
                [Taken(t["rows"], t["sent"], tuple(t["words"])) for t in json.loads(words)],
            )
            for key, number, words in found
        ]

    def delivered(self, keys: Sequence[str]) -> None:
        """These are in a batch now."""
        with self._base:
            self._base.execute("begin")
            self._base.executemany(
                "update message set words = null where key = ?", [(k,) for k in keys]
            )

    def close(self) -> None:
        self._base.close()
