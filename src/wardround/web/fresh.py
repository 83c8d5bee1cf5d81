"""Figures as they are known: measured again when something was recorded since.

Where measuring is quick it is done at once. Where it is not, a page shows the figures as of the
last measuring, says so, and has them measured again behind it; nobody waits for a colleague's
entry to be counted.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import connections

from wardround.store import mart
from wardround.store.house import House
from wardround.store.measuring import Measuring, measuring, refresh
from wardround.store.models import Entry, FeedBatch

QUICK = 1.5
"""Seconds that a page may wait for measuring."""
State = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What was measured last: of which state, as of when, and how long it took."""

    state: State
    at: datetime
    seconds: float


_known: dict[str, Known] = {}
_running: dict[str, threading.Thread] = {}
_lock = threading.RLock()


def state(house: House) -> State:
    """What figures depend on: the last entry, the last delivery, and the hour (limits pass)."""
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    batch = FeedBatch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return last, batch, f"{house.now():%Y-%m-%dT%H}"


def measured(house: House) -> Measuring:
    """Figures with the moment as of which they stand; at most `QUICK` seconds' wait, but for
    the very first measuring."""
    with _lock:
        key = str(house.data)
        known = _known.get(key) or _left(house) or _measure(house)
        if known.state != state(house):
            if known.seconds < QUICK:
                known = _measure(house)
            else:
                _measure_behind(house)
        _known[key] = known
    return replace(measuring(house), at=known.at)


def exact(house: House) -> Measuring:
    """Figures of this very moment, however long measuring takes: for what will be kept."""
    with _lock:
        known = _known.get(str(house.data))
        if known is None or known.state != state(house):
            _measure(house)
    return measuring(house)


def _measure(house: House) -> Known:
    seen, at, began = state(house), house.now(), time.perf_counter()
    refresh(house, at)
    known = Known(seen, at, time.perf_counter() - began)
    _pace(house).write_text(json.dumps(known.seconds), encoding="ascii")
    _known[str(house.data)] = known
    return known


def _measure_behind(house: House) -> None:
    """One measuring at a time, in a thread with its own connection."""
    key = str(house.data)
    if key in _running and _running[key].is_alive():
        return

    def work() -> None:
        try:
            _measure(house)
        finally:
            connections.close_all()

    _running[key] = threading.Thread(target=work, name="measuring", daemon=True)
    _running[key].start()


def _left(house: House) -> Known | None:
    """What another process has measured already, if it says so beside its files."""
    mark = mart.folder(house) / "mark.json"
    if not mark.exists():
        return None
    told = json.loads(mark.read_text())
    at = datetime.fromisoformat(told["at"])
    batch = FeedBatch.objects.filter(loaded_at__lte=at).order_by("-pk").first()
    measuring(house).engine.refresh()
    pace = float(_pace(house).read_text()) if _pace(house).exists() else 0.0
    return Known((told["seq"], batch.pk if batch else 0, f"{at:%Y-%m-%dT%H}"), at, pace)


def _pace(house: House) -> Path:
    """How long the last measuring took here, in seconds."""
    return mart.folder(house) / "pace.json"
