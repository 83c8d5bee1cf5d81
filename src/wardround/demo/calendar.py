"""How busy the demonstration hospital is on each day, and what went wrong when.

Decides the seasons, the holidays, the slow trends and the incidents that the feeds and the
entries share, so that one story runs through both. Pure functions of the day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

FIRST = date(2024, 7, 1)
LAST = date(2026, 7, 5)

_HOLIDAYS = (
    (date(2024, 10, 1), date(2024, 10, 7), 0.62),
    (date(2025, 1, 25), date(2025, 2, 5), 0.46),
    (date(2025, 5, 1), date(2025, 5, 5), 0.68),
    (date(2025, 10, 1), date(2025, 10, 8), 0.60),
    (date(2026, 2, 14), date(2026, 2, 24), 0.46),
    (date(2026, 5, 1), date(2026, 5, 5), 0.68),
)
_OUTPATIENT_WEEK = (1.14, 1.04, 1.02, 1.0, 0.96, 0.63, 0.50)

CLOSED_WARD = "surgery_2"
CLOSED_FROM = date(2025, 11, 10)
CLOSED_UNTIL = date(2025, 11, 24)
"""The orthopaedic ward was refurbished for two weeks; it takes patients again on this day."""

CAESAREANS_UP = date(2026, 1, 1)
HANDS_UP = date(2026, 5, 1)
"""From here on caesareans, and hands cleaned, are plainly more frequent."""


def days(first: date = FIRST, last: date = LAST) -> Iterator[date]:
    """Every day from first to last, both included."""
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


@cache
def winter(day: date) -> float:
    """0 in mid-July to 1 in mid-January: the chest infections follow it."""
    return 0.5 + 0.5 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365)


@cache
def trend(day: date) -> float:
    """0 on the first day of the feeds to 1 on the last: what drifts, drifts with it."""
    return min(1.0, max(0.0, (day - FIRST).days / (LAST - FIRST).days))


@cache
def holiday(day: date) -> float:
    """The share of usual elective work that a public holiday leaves; 1 on other days."""
    return next((share for first, last, share in _HOLIDAYS if first <= day <= last), 1.0)


def antibiotic_peak(day: date) -> bool:
    """March 2026, when antibiotics were given far too freely."""
    return (day.year, day.month) == (2026, 3)


def is_open(ward: str, day: date) -> bool:
    return ward != CLOSED_WARD or not CLOSED_FROM <= day < CLOSED_UNTIL


def outpatients(day: date) -> float:
    """Outpatient visits to expect."""
    season = (1 + 0.075 * trend(day)) * (0.97 + 0.07 * winter(day))
    return 372 * _OUTPATIENT_WEEK[day.weekday()] * holiday(day) * season


def emergencies(day: date) -> float:
    """Emergency attendances to expect; holidays do not empty the emergency department."""
    weekend = 1.1 if day.weekday() >= 5 else 1.0
    away = 1.12 if holiday(day) < 0.5 else 1.0
    return 54 * weekend * away * (1 + 0.05 * trend(day)) * (0.95 + 0.2 * winter(day))


def checkups(day: date) -> float:
    """Health check-ups to expect."""
    return 0.0 if day.weekday() >= 5 or holiday(day) < 1 else 18 * (1 + 0.1 * trend(day))
