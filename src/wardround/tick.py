"""The clocks: what happens because time passes. Two that run at once never act twice."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.db import close_old_connections

from wardround.store import measuring, projection
from wardround.store.house import House

EVERY = 30.0
"""Seconds between two ticks of the embedded clock."""
_log = logging.getLogger(__name__)


def tick_once(house: House, at: datetime) -> dict[str, int]:
    """Open the windows ahead, escalate passed limits, bring figures up to date."""
    opened = projection.owe(house, at + projection.AHEAD)
    told = projection.escalate(house, at)
    measured = measuring.refresh(house, at)
    return {"opened": opened, "told": told, "days_recomputed": measured.days_recomputed}


def keep_ticking(house: House, stop: threading.Event) -> None:
    """Tick until told to stop; one failed tick is logged and the next one tries again."""
    while not stop.is_set():
        try:
            tick_once(house, house.now())
        except Exception:  # the clock must go on whatever one tick meets
            _log.exception("tick")
        finally:
            close_old_connections()
        stop.wait(EVERY)
