"""What a command came to: an exit status, data for programs, lines for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

WELL, FOUND, WRONG = 0, 1, 2
"""0 well; 1 something was found (a fault, a claim that differs); 2 wrong words or input."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`data` is what `--json` prints; `lines` what a person reads. Either may stream."""

    data: Any
    lines: Iterable[str] = ()
    status: int = WELL
