"""Scored checklists: what an inspection's answers come to.

Points of the items that apply, earned over possible, to 100. An item that does not apply
counts in neither; a failed veto item makes the score 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wardround.catalogue.model import Register


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that failed: what was found, and by when it must be put right (ISO date)."""

    item: str
    finding: str
    due: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """`score` 0–100, or None if no item applied."""

    score: float | None
    points: float
    out_of: float
    checked: int
    failures: tuple[Failure, ...]


def score(register: Register, answers: Mapping[str, Mapping[str, Any]]) -> Score:
    """Score a checklist's answers, item → {answer, finding, due}."""
    points = out_of = 0.0
    checked, vetoed = 0, False
    failures: list[Failure] = []
    for key, item in register.item.items():
        answer = answers.get(key, {})
        word = answer.get("answer")
        if word not in ("yes", "no"):
            continue
        checked += 1
        out_of += item.points
        if word == "yes":
            points += item.points
        else:
            vetoed |= item.veto
            failures.append(Failure(key, answer.get("finding", ""), answer.get("due")))
    total = None if not out_of else 0.0 if vetoed else round(points / out_of * 100, 6)
    return Score(total, points, out_of, checked, tuple(failures))


def columns(register: Register, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The columns that a checklist adds to its row (see `catalogue.columns`)."""
    result = score(register, answers)
    return {
        **{key: answers.get(key, {}).get("answer") for key in register.item},
        "score": result.score,
        "points": result.points,
        "out_of": result.out_of,
        "items_checked": float(result.checked),
        "items_failed": float(len(result.failures)),
    }
