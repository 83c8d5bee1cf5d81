"""Tells the demonstration's entries in a process of its own, beside whoever records them.

What is told is `entries`' matter; here it only crosses over, in the same order.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from wardround.catalogue.model import Catalogue
from wardround.catalogue.organisation import Hospital
from wardround.demo.entries import entries

_CHUNK = 500


class EntriesBeside:
    """As `entries`, begun at once: what does not speak of the feeds is thought out while those
    are written to the folder `feed`; then `feed_is_written`, then iterate."""

    def __init__(
        self, hospital: Hospital, catalogue: Catalogue, until: datetime, feed: Path
    ) -> None:
        fresh = multiprocessing.get_context("spawn")
        self._pipe, other = fresh.Pipe()
        self._teller = fresh.Process(
            target=_tell, args=(other, hospital, catalogue, until, feed), daemon=True
        )
        self._teller.start()
        other.close()

    def feed_is_written(self) -> None:
        self._pipe.send(True)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Raises EOFError if the other process ends before it has told everything."""
        while chunk := self._pipe.recv():
            yield from chunk
        self._teller.join()


def _tell(
    pipe: Connection, hospital: Hospital, catalogue: Catalogue, until: datetime, feed: Path
) -> None:
    def written() -> Path:
        pipe.recv()
        return feed

    told = entries(hospital, catalogue, until, written)
    while chunk := list(islice(told, _CHUNK)):
        pipe.send(chunk)
    pipe.send([])
