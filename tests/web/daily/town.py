"""A small hospital in a folder of its own, at a fixed moment: Monday 6 July 2026, 09:41."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from wardround.store import house, projection
from wardround.store.models import Ledger

PLAN = Path(__file__).parent.parent / "hospital.toml"
NOW = datetime.fromisoformat("2026-07-06T09:41:00+08:00")
PASSWORD = "ward-round-2026"


def furnish(data: Path) -> house.House:
    """Write the hospital's file, sign everybody up, set the clock, open what is owed."""
    data.mkdir(exist_ok=True)
    shutil.copy(PLAN, data / "hospital.toml")
    house.forget()
    here = house.house()
    Ledger.objects.get_or_create(hospital=here.hospital.hospital.key)
    house.set_clock(here.hospital.hospital.key, NOW)
    secret = make_password(PASSWORD)
    User.objects.bulk_create(User(username=k, password=secret) for k in here.hospital.person)
    projection.owe(here, here.now() + projection.AHEAD)
    return here
