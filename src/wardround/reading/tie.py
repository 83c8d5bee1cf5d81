"""Which matches of a sentence are sure enough to be tied without asking.

Decides by two things a person can check: how much of what the sentence says the declaration
explains, and how far the next one is behind. All else stays a proposal that a person confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wardround.reading.match import Match, Matcher
from wardround.reading.statement import Statement

EXPLAINED = 0.3
"""The least share of a sentence that a tie explains."""
AHEAD = 1.15
"""The runner-up scores at most the best's score divided by this."""


@dataclass(frozen=True, slots=True)
class Ties:
    """What a sentence is tied to: the duty it means, and the indicators it may be measured by."""

    duties: tuple[Match, ...]
    indicators: tuple[Match, ...]


def ties(matcher: Matcher, said: Statement) -> Ties:
    """The sure matches of a statement, read with the headings above it."""
    found = matcher.match(said.text, said.level, kinds=("duty", "indicator"))
    duties = [m for m in found if m.kind == "duty"]
    indicators = [m for m in found if m.kind == "indicator"]
    return Ties(sure(duties), tuple(m for m in indicators if m.score >= EXPLAINED))


def sure(ranked: Sequence[Match]) -> tuple[Match, ...]:
    """The best match, if it is sure; else nothing."""
    if not ranked or ranked[0].score < EXPLAINED:
        return ()
    if len(ranked) > 1 and ranked[1].score * AHEAD > ranked[0].score:
        return ()
    return tuple(ranked[:1])
