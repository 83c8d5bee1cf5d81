"""The clocks: what happens because time passes. Two that run at once never act twice."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
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


def keep_ticking(house: House, ready: Callable[[], bool]) -> None:
    """Tick for as long as the process lives, once it is `ready`; one failed tick is logged and the
    next one tries again."""
    while True:
        try:
            if ready():
                tick_once(house, house.now())
        except Exception:  # the clock must go on whatever one tick meets
            _log.exception("tick")
        finally:
            close_old_connections()
        time.sleep(EVERY)
