"""Shares that are 0 only because a feed never says what they count: they have no value.

The mart lays beside a feed's files which of its columns some row fills; this decides what an
indicator's value is worth then, for a hospital's `engine` and for a `region`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from wardround.catalogue.model import Catalogue, Indicator
from wardround.indicator.values import FILLED, NEVER_SAID, Part, Value
from wardround.text import Text


class Filled:
    """What the feeds of the hospital whose mart lies in a folder fill; read anew when changed."""

    def __init__(self, catalogue: Catalogue, mart: Path) -> None:
        self._catalogue, self._mart = catalogue, mart
        self._read: dict[str, tuple[int, frozenset[str]]] = {}

    def said(self, indicator: Indicator, numerator: Part, found: Value) -> Value:
        """The value, or none where it is a share of 0 for want of a column."""
        if found.value != 0 or not indicator.denominator:
            return found
        unsaid = self._unsaid(numerator)
        if unsaid is None:
            return found
        return replace(found, value=None, why_none=NEVER_SAID.format(field=unsaid))

    def _unsaid(self, part: Part) -> Text | None:
        """A field that the part looks at and no row of its feed fills."""
        register = self._catalogue.registers.get(part.source.register)
        filled = self._columns(part.source.register) if register and register.feed else None
        if register is None or filled is None:
            return None
        unsaid = (field.name for key, field in register.field.items()
                  if key not in filled and key in part.aggregate.rests_on)  # fmt: skip
        return next(unsaid, None)

    def _columns(self, register: str) -> frozenset[str] | None:
        """The columns that some row of a feed fills; None if nobody has said."""
        file = self._mart / register / FILLED
        if not file.exists():
            return None
        changed = file.stat().st_mtime_ns
        if register not in self._read or self._read[register][0] != changed:
            self._read[register] = changed, frozenset(json.loads(file.read_text()))
        return self._read[register][1]
