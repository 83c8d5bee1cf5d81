"""Which formulas held when: a figure as of a moment is worked by the formulas of that moment.

Decides what of an indicator makes its figure, and keeps a line a change beside the data. What a
formula is, the catalogue says; what it comes to is the engine's matter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from wardround.catalogue.model import Catalogue, Indicator, Ranking
from wardround.indicator.values import parts
from wardround.store.house import House
from wardround.text import Refused, Text

FILE = "definitions.jsonl"
_MOMENTS = 100
"""For so many moments the formulas are remembered."""
_WORDS = (
    "register", "numerator", "denominator", "denominator_register", "day", "department",
    "growth_of", "hospital_only", "unit",
)  # fmt: skip
Said = dict[str, Any]
_noted: dict[str, Catalogue] = {}
_then: dict[tuple[str, int, str], tuple[House, House]] = {}


def note(house: House, at: datetime) -> None:
    """Keep every formula that is new, or other than it was; what was said first held before."""
    if _noted.get(str(house.data)) is house.catalogue:
        return
    last = {key: lines[-1][1] for key, lines in _read(house.data).items()}
    now = {key: _said(one) for key, one in house.catalogue.indicators.items()}
    with (house.data / FILE).open("a", encoding="utf-8") as out:
        for key, said in now.items():
            if last.get(key) != said:
                line = {"at": at.isoformat(), "key": key, **said}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
    _noted[str(house.data)] = house.catalogue


def as_of(house: House, at: datetime) -> House:
    """The hospital with the formulas that held at a moment; itself if they are the same."""
    file = house.data / FILE
    if not file.exists():
        return house
    known = str(house.data), file.stat().st_mtime_ns, at.isoformat()
    if known not in _then or _then[known][0] is not house:
        if len(_then) > _MOMENTS:
            _then.clear()
        was = _worked(house.catalogue, _read(house.data), at)
        same = was is house.catalogue
        _then[known] = house, house if same else replace(house, catalogue=was)
    return _then[known][1]


def _worked(
    catalogue: Catalogue, told: Mapping[str, list[tuple[datetime, Said]]], at: datetime
) -> Catalogue:
    then: dict[str, Indicator] = {}
    for key, one in catalogue.indicators.items():
        lines = told.get(key, [])
        said = next((said for moment, said in reversed(lines) if moment <= at), None)
        said = said or (lines[0][1] if lines else None)
        if said is None or said == _said(one):
            continue
        with suppress(Refused):  # it asks for what its register no longer has
            parts(was := _was(one, said), catalogue)
            then[key] = was
    return replace(catalogue, indicators=catalogue.indicators | then) if then else catalogue


def _said(one: Indicator) -> Said:
    """What makes an indicator's figure, and how it is described, as JSON."""
    said: Said = {key: value for key in _WORDS if (value := getattr(one, key))}
    said["describe"] = one.describe.as_json()
    if one.effective_from:
        said["effective_from"] = one.effective_from.isoformat()
    if one.ranking:
        said["ranking"] = asdict(one.ranking)
    return said


def _was(one: Indicator, said: Said) -> Indicator:
    """The indicator as it was said to be."""
    since = said.get("effective_from")
    return replace(
        one,
        **{key: said.get(key, _EMPTY.get(key)) for key in _WORDS},
        describe=Text(**said["describe"]),
        effective_from=date.fromisoformat(since) if since else None,
        ranking=Ranking(**said["ranking"]) if "ranking" in said else None,
    )


_EMPTY = {"register": "", "numerator": "", "hospital_only": False}


def _read(data: Path) -> dict[str, list[tuple[datetime, Said]]]:
    """Key → what was said of it, and when, in the order in which it was kept."""
    found: dict[str, list[tuple[datetime, Said]]] = {}
    if not (data / FILE).exists():
        return found
    for line in (data / FILE).read_text("utf-8").splitlines():
        with suppress(ValueError):  # cut off when the machine stopped; it is said again
            said = json.loads(line)
            moment = datetime.fromisoformat(said.pop("at"))
            found.setdefault(said.pop("key"), []).append((moment, said))
    return found
