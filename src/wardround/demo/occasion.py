"""An entry that is to be written: what is known of it before its values are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Occasion:
    """An entry to be written: which register, whose, about what, when, and what is known."""

    key: str
    register: str
    department: str
    subject: str | None
    occurred_at: datetime
    recorded_at: datetime
    given: Mapping[str, Any]
    where: str | None = None

    @property
    def day(self) -> date:
        return self.occurred_at.date()
