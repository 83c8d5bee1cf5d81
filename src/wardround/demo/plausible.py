"""Plausible values for an entry of any register, from its declaration.

Fields are filled by their type, in the order of the form, minding what is shown and required
when; `stories` says more of the fields on which a figure depends. The catalogue's own checks say
which values are in order: most entries keep them, a few are meant to break one.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from wardround.catalogue.columns import stage_form
from wardround.catalogue.model import Field, Register
from wardround.catalogue.values import typed
from wardround.demo.calendar import trend
from wardround.demo.occasion import Occasion, Values
from wardround.demo.stories import ABOUT, WEIGHTS
from wardround.demo.world import World
from wardround.work.record import Entry
from wardround.work.row import Around, row

_TRIES = 12
_BROKEN = 0.012
_BROKEN_IN = {
    "cold_chain": 0.003, "patrol": 0.004, "fire_patrol": 0.008, "fire_self_check": 0.006,
    "medical_waste": 0.003, "followup": 0.012, "fee_list": 0.004, "satisfaction": 0.009,
    "rx_review": 0.006, "vaccine_stock": 0.02,
}  # fmt: skip

_WORDS: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)
_RARELY = frozenset(
    "defrosted resistant special veto teaching police unusual stopped discipline major".split()
)
"""Flags that are the exception; the others say that something is in order."""


def values(world: World, register: Register, what: Occasion) -> Values:
    """The values of an entry; most keep every check of the register, a few break one."""
    rng = Random(what.key)
    checks = world.checks.get(register.key, [])
    meant = bool(checks) and rng.random() < _BROKEN_IN.get(register.key, _BROKEN)
    found: Values = {}
    for tried in range(_TRIES):
        found = _filled(world, register, what, rng, meant or tried > 2)
        if not checks and not what.where:
            break
        seen = _seen(world, register, what, found)
        broken = any(world.condition(c.broken, register).holds(seen) for c in checks)
        fits = not what.where or world.condition(what.where, register).holds(seen)
        if fits and broken == meant:
            break
    return found


def _seen(world: World, register: Register, what: Occasion, found: Values) -> Values:
    return row(
        register,
        Entry("", register.key, what.department, what.occurred_at, what.recorded_at, "", found,
              what.subject),
        Around(what.recorded_at, balance_before=world.stock[_shelf(what)]),
    )  # fmt: skip


def _shelf(what: Occasion) -> tuple[str, str, str | None]:
    return what.register, what.department, what.subject


def _filled(world: World, register: Register, what: Occasion, rng: Random, meant: bool) -> Values:
    about = _stock if register.shape == "stock" else ABOUT.get(register.key)
    said = about(world, what, rng, meant) if about else {}
    given = {**what.given, **said} if register.shape == "stock" else {**said, **what.given}
    found: Values = {}
    for field in register.field.values():
        if field.key in given:
            if given[field.key] is not None:
                found[field.key] = given[field.key]
        elif field.type != "file" and _asked(world, register, field, found, what, rng):
            found[field.key] = _drawn(world, field, what, rng, meant)
    if register.shape == "checklist":
        found["items"] = _answers(register, what, rng)
    return found


def answers(world: World, register: Register, stage: str, what: Occasion) -> Values:
    """What a step of a case says in the fields that its stage asks for."""
    form, rng = stage_form(register, stage), Random(f"{what.key} {stage}")
    found: Values = {}
    for field in form.field.values():
        if _asked(world, form, field, found, what, rng):
            found[field.key] = _drawn(world, field, what, rng, False)
    return found


def _asked(
    world: World, register: Register, field: Field, found: Values, what: Occasion, rng: Random
) -> bool:
    """Whether this field is filled in: what must be, and some of what may be."""
    if field.shown_when or field.required_when:
        seen = {**typed(register, found), "occurred_at": what.occurred_at}
        if field.shown_when and not world.condition(field.shown_when, register).holds(seen):
            return False
        if field.required_when and world.condition(field.required_when, register).holds(seen):
            return True
    if field.required:
        return True
    return not field.required_when and rng.random() < (0.25 if field.type == "text" else 0.7)


def _drawn(world: World, field: Field, what: Occasion, rng: Random, meant: bool) -> Any:
    """One value, by the field's type."""
    kind = field.type
    if kind in ("integer", "decimal"):
        return _number(field, rng, meant)
    if kind == "choice":
        return _picked(what.register, field, rng)
    if kind == "multi":
        return [_picked(what.register, field, rng)]
    if kind == "flag":
        usual = 0.03 if field.key in _RARELY else 0.965
        return rng.random() < (0.5 if meant else usual)
    if kind == "date":
        return what.day.isoformat()
    if kind == "datetime":
        return (what.occurred_at - timedelta(minutes=rng.randint(2, 40))).isoformat()
    if kind == "time":
        return what.occurred_at.strftime("%H:%M")
    if kind == "person":
        return world.somebody(what.department, rng)
    if kind == "department":
        return what.department
    if kind == "subject":
        return rng.choice(sorted(world.hospital.subject.get(field.of or "", {"": ""})))
    if kind == "rows":
        return [
            {k: _drawn(world, c, what, rng, meant) for k, c in field.column.items()
             if c.type != "file"}
            for _ in range(rng.randint(3, 7))
        ]  # fmt: skip
    return _text(world, field, what, rng)


def _text(world: World, field: Field, what: Occasion, rng: Random) -> str:
    if field.key in ("admission_id", "patient_id"):
        stay = world.stay(what.department, what.occurred_at, rng)
        return stay.id if field.key == "admission_id" else stay.patient
    if field.key in ("number", "manifest", "batch", "code", "card"):
        return world.number(what.register, what.day)
    if field.key == "phone":
        return "138****" + f"{rng.randrange(10000):04}"
    if field.personal and field.key not in _WORDS:
        return rng.choice(_WORDS["people"])
    return rng.choice(_WORDS.get(field.key, _WORDS["otherwise"]))


def _number(field: Field, rng: Random, meant: bool) -> float | int:
    if field.usual and not meant:
        return _of_type(field, float(rng.choice(field.usual)))
    low, high = field.inside or field.possible or (0, 20)
    if meant and field.inside and field.possible:
        low, high = field.possible
        low, high = max(low, field.inside[0] - 4), min(high, field.inside[1] + 4)
    elif not field.inside:
        high = min(high, low + 24)
    if field.unit in ("%", "分"):
        low, high = max(low, 84), min(100, field.possible[1] if field.possible else 100)
    return _of_type(field, rng.triangular(low, high))


def _of_type(field: Field, number: float) -> float | int:
    return round(number) if field.type == "integer" else round(number, 1)


def _picked(register: str, field: Field, rng: Random) -> str:
    """The first choice is the usual one in most forms."""
    weights = WEIGHTS.get(register, {}).get(field.key)
    if weights:
        return rng.choices(list(weights), list(weights.values()))[0]
    keys = list(field.choices)
    return keys[0] if rng.random() < 0.45 else rng.choice(keys)


def _answers(register: Register, what: Occasion, rng: Random) -> dict[str, dict[str, str]]:
    """A checklist: few failures, but some departments fail the same item again and again."""
    found = {}
    for key, item in register.item.items():
        weak = Random(f"weak {what.department} {register.key} {key}").random() < 0.02
        share = 0.25 if weak and not item.veto else 0.003 if item.veto else 0.026
        if rng.random() < share * (1.15 - 0.3 * trend(what.day)):
            due = what.day + timedelta(days=rng.randint(2, 7))
            found[key] = {"answer": "no", "finding": rng.choice(_WORDS["failed"])}
            if rng.random() < 0.6:
                found[key]["due"] = due.isoformat()
        else:
            found[key] = {"answer": "na" if rng.random() < 0.02 else "yes"}
    return found


def _stock(world: World, what: Occasion, rng: Random, meant: bool) -> Values:
    """Received when low, used otherwise; a stock-take counts what the book says."""
    held = int(world.stock[_shelf(what)])
    batch = f"{what.subject or what.register}-{what.day:%y%m}".upper()
    if what.given.get("counted") == "book":
        wrong = rng.choice((-2, -1, 1)) if meant else 0
        return {"batch": batch, "received": None, "issued": None, "damaged": None,
                "expiry": None, "arrived_at_celsius": None, "reason": None,
                "counted": held + wrong}  # fmt: skip
    if held < 60:
        return {"batch": batch, "issued": None, "damaged": None, "counted": None, "reason": None,
                "received": rng.choice((120, 150, 180, 200)),
                "expiry": (what.day + timedelta(days=rng.randint(300, 640))).isoformat(),
                "arrived_at_celsius": round(rng.uniform(3, 6.5), 1)}  # fmt: skip
    return {"batch": batch, "received": None, "expiry": None, "counted": None, "damaged": None,
            "arrived_at_celsius": None, "reason": None, "issued": rng.randint(8, 34)}  # fmt: skip
