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


def entries_beside(
    hospital: Hospital, catalogue: Catalogue, until: datetime, feed: Path
) -> Iterator[dict[str, Any]]:
    """As `entries`; raises EOFError if the other process ends before it has told everything."""
    fresh = multiprocessing.get_context("spawn")
    receiver, sender = fresh.Pipe(duplex=False)
    teller = fresh.Process(
        target=_tell, args=(sender, hospital, catalogue, until, feed), daemon=True
    )
    teller.start()
    sender.close()
    while chunk := receiver.recv():
        yield from chunk
    teller.join()


def _tell(
    sender: Connection, hospital: Hospital, catalogue: Catalogue, until: datetime, feed: Path
) -> None:
    told = entries(hospital, catalogue, until, feed)
    while chunk := list(islice(told, _CHUNK)):
        sender.send(chunk)
    sender.send([])
