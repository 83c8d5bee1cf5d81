"""Documents composed for pages, and kept while nothing is recorded: composing is work."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime

from wardround.period import Period
from wardround.report.blocks import Document
from wardround.store import results
from wardround.store.house import House
from wardround.web import fresh

_MOST = 12
_kept: OrderedDict[tuple[object, ...], Document] = OrderedDict()
_lock = threading.Lock()


def composed(
    house: House, key: str, period: Period, lang: str, place: str | None, as_of: datetime | None
) -> Document:
    """The report as of a moment, or as of now; the same document until something changes (an
    issued one is signed later)."""
    figures = fresh.exact(house)
    asked = (house.data, key, period.key, lang, place, as_of, fresh.state(house))
    with _lock:
        if asked in _kept:
            _kept.move_to_end(asked)
            return _kept[asked]
    document = results.compose_report(house, key, period, lang, place, as_of or figures.at)
    with _lock:
        _kept[asked] = document
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return document
