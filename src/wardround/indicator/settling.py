"""How totals of numerator and denominator become a value, with what was entered by hand.

Decides which entered lines count and when a register is silent; of one indicator in one period,
for any department. `engine` finds a hospital's totals and `region` those of many hospitals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wardround.catalogue.model import Catalogue, Indicator
from wardround.indicator import by_hand
from wardround.indicator.values import Part, Source, Span, Value, begins_at_zero, settle, speaks
from wardround.period import Period


class Settling:
    """An indicator in a period: what does not depend on the department is looked up once.

    `covered` are the days about which each source can speak, `told` the lines entered by hand.
    """

    def __init__(
        self, catalogue: Catalogue, indicator: Indicator, pair: tuple[Part, Part | None],
        period: Period, covered: Mapping[Source, Span | None], told: by_hand.Stated,
    ) -> None:  # fmt: skip
        self._pair, self._period, self._covered, self._told = pair, period, covered, told
        self._unit, self._ratio = catalogue.units[indicator.unit], pair[1] is not None
        self._by_hand = any(told.get(part) for part in pair if part)
        self._zero = [0.0 if part and begins_at_zero(part) else None for part in pair]
        self._muted = [p for p in pair if p and not speaks(covered[p.source], period)]
        self._registers = catalogue.registers

    def filled(
        self, totals: Sequence[float | None], scope: frozenset[str] | None
    ) -> list[float | None] | Part:
        """What the parts of `scope` (None is the hospital) come to; or the part that its
        register cannot tell."""
        found = [
            zero if total is None else total for total, zero in zip(totals, self._zero, strict=True)
        ]
        if not self._by_hand:
            return self._muted[0] if self._muted else found
        lines = [
            by_hand.counting(part, self._told, self._covered, scope, self._period)
            for part in self._pair
        ]
        for part, said in zip(self._pair, lines, strict=True):
            if part in self._muted and part and not said:
                return part
        return [by_hand.added(total, said) for total, said in zip(found, lines, strict=True)]

    def value(self, totals: Sequence[float | None], scope: frozenset[str] | None) -> Value:
        """The value of totals of `scope`, or why there is none."""
        return self.settled(self.filled(totals, scope))

    def settled(self, filled: Sequence[float | None] | Part) -> Value:
        """The value of what `filled` found, or of sums of such; a part that is not there may be
        left out."""
        if isinstance(filled, Part):
            register = self._registers[filled.source.register]
            return settle(self._unit, None, None, self._ratio, register)
        return settle(self._unit, filled[0], filled[1] if self._ratio else None, self._ratio)
