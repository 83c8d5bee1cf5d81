"""How the demonstration's cases and documents move: mostly in time, some late, a few not at all.

Decides when each stage of a case is reached and by whom, and when a document is signed. The
stages and limits are the catalogue's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from wardround.catalogue.model import Register
from wardround.demo.occasion import Occasion
from wardround.demo.plausible import answers
from wardround.demo.world import World
from wardround.work.case import ORDER

_LATE = 0.055
_FAILED = 0.045
_STUCK = 0.05
_STUCK_SINCE = timedelta(days=40)
_DONE = (
    "已按要求整改，留存照片", "已修复并复测正常", "已组织科内学习，责任到人", "已更换，现场确认",
)  # fmt: skip
_STILL = ("仍有一处未到位", "人员抽问仍答不全", "记录仍有缺项")


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a case, or one signature of a document."""

    at: datetime
    by: str
    values: Mapping[str, Any]


def moves(
    world: World, register: Register, case: str, department: str, opened: datetime,
    values: Mapping[str, Any], until: datetime, subject: str | None = None,
) -> Iterator[Move]:  # fmt: skip
    """The steps of the case or document with this id, in time order, up to `until`."""
    rng = Random(f"moves {case}")
    if register.shape == "document":
        found = _signatures(world, register, department, subject, opened, rng)
    else:
        found = _steps(world, register, department, opened, values, until, rng)
    for move in found:
        if move.at > until - timedelta(minutes=10):
            return
        yield move


def _signatures(
    world: World, register: Register, department: str, subject: str | None, opened: datetime,
    rng: Random,
) -> Iterator[Move]:  # fmt: skip
    at, signed = opened, set[str]()
    for signature in register.signatures:
        at = max(_working(at + timedelta(hours=rng.uniform(2, 40)), rng), at)
        by = world.signer(signature, department, subject)
        if by in signed:
            return
        signed.add(by)
        yield Move(at, by, {"step": signature})


def _steps(
    world: World, register: Register, department: str, opened: datetime,
    values: Mapping[str, Any], until: datetime, rng: Random,
) -> Iterator[Move]:  # fmt: skip
    """Each declared stage within its limit, or not; a failed re-check is put right again."""
    patient = "rectified" in register.limits and (
        register.limits["rectified"].after(opened) - opened >= timedelta(days=3)
    )
    stuck = patient and until - opened < _STUCK_SINCE and rng.random() < _STUCK
    office = world.performing(register.owner)[0] if register.owner else department
    last = opened
    for stage in (s for s in ORDER if s in register.limits):
        if stuck and stage in ("rectified", "rechecked"):
            return
        deadline = register.limits[stage].after(opened)
        due = values.get("due")
        if stage == "rectified" and isinstance(due, str):
            day = date.fromisoformat(due) + timedelta(days=1)
            deadline = datetime.combine(day, time(), opened.tzinfo)
        last = _reached(opened, deadline, last, rng)
        asked = register.step.get(stage)
        doer = world.performing(asked.by)[0] if asked and asked.by else None
        if stage == "rechecked":
            found = list(_recheck(world, doer or office, department, last, rng))
        else:
            note = {"note": rng.choice(_DONE)} if stage == "rectified" else {}
            by = world.somebody(doer or department, rng)
            found = [Move(last, by, {"step": stage, **note})]
        yield from (_answered(world, register, department, move) for move in found)


def _answered(world: World, register: Register, department: str, move: Move) -> Move:
    """The step with what its stage asks for."""
    stage = str(move.values["step"])
    if not register.asks(stage):
        return move
    what = Occasion(f"{register.key} {department} {move.at:%Y-%m-%dT%H:%M}", register.key,
                    department, None, move.at, move.at, {})  # fmt: skip
    return replace(move, values={**answers(world, register, stage, what), **move.values})


def _reached(opened: datetime, deadline: datetime, last: datetime, rng: Random) -> datetime:
    """When a stage is reached: by the hour within office hours, unless the limit is short."""
    length = deadline - opened
    share = rng.uniform(1.04, 1.6) if rng.random() < _LATE else rng.triangular(0.1, 0.92, 0.5)
    at = max(opened + length * share, last + timedelta(seconds=rng.randint(20, 50)))
    return max(_working(at, rng), last) if length > timedelta(hours=20) else at


def _working(at: datetime, rng: Random) -> datetime:
    """The same day within office hours."""
    if at.hour < 8:
        return at.replace(hour=8, minute=rng.randint(0, 50))
    if at.hour > 17:
        return at.replace(hour=rng.choice((14, 15, 16)), minute=rng.randint(0, 59))
    return at


def _recheck(
    world: World, office: str, department: str, at: datetime, rng: Random
) -> Iterator[Move]:
    if rng.random() < _FAILED:
        yield Move(at, world.somebody(office, rng),
                   {"step": "rechecked", "passed": False, "note": rng.choice(_STILL)})  # fmt: skip
        again = _working(at + timedelta(days=rng.uniform(1, 5)), rng)
        again = max(again, at + timedelta(minutes=5))
        yield Move(again, world.somebody(department, rng),
                   {"step": "rectified", "note": rng.choice(_DONE)})  # fmt: skip
        at = max(_working(again + timedelta(days=rng.uniform(1, 4)), rng), again)
    yield Move(at, world.somebody(office, rng), {"step": "rechecked", "passed": True})
