"""What is known of a department in a period, and what a line of its scheme came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wardround.catalogue.model import Register
from wardround.figure import Figure, Target
from wardround.text import Text

Registers = Mapping[str, Register]
"""The catalogue's registers, for the conditions on rows."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A row that a line may count: its id, and its columns as formulas see them."""

    id: str
    values: Mapping[str, Any]


Measured = Figure | Sequence[Counted]


@dataclass(frozen=True, slots=True)
class DepartmentFacts:
    """What is known of a department, by the number of the scheme's line, from 0.

    `measured` holds the figure of a `figure` line, and for the others the register's rows of
    the department in the period (the line's own `where` is applied here). A line that is not
    there does not apply. `sides` are the figures of `only_if`; `peers` the values of all
    departments, for `spread`; `functions` what the department performs, for `applies_to`.
    """

    department: str
    measured: Mapping[int, Measured]
    functions: frozenset[str] = frozenset()
    sides: Mapping[int, Figure] = field(default_factory=dict)
    peers: Mapping[int, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineScore:
    """What one line came to, and why.

    `points` is what is kept or earned of the weight; `beside` what the line adds to the total
    (or takes from it) beside its weight. `low` and `high` say how far `points + beside` may go
    by chance. `rows` are the ids of the rows that counted; `measured` is their number.
    """

    number: int
    name: Text
    weight: float
    measured: Figure | int | None
    target: Target | None
    points: float
    beside: float
    reason: Text
    rows: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    vetoed: bool = False

    @property
    def points_moved(self) -> float:
        """Points lost (negative) or won against the line's weight."""
        return self.points - self.weight + self.beside
