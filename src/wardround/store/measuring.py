"""Figures for whoever asks: the engine over this hospital's mart, with targets and as-of.

Keeps one engine a data folder. A figure as of an earlier moment is worked from what was known
then; if nothing has come since, the present files say the same.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wardround.catalogue.columns import DUTY_WINDOWS, PLAN_PROGRESS
from wardround.catalogue.model import Catalogue, Indicator
from wardround.figure import Figure, Target
from wardround.indicator.cube import Measured
from wardround.indicator.database import Database
from wardround.indicator.engine import Engine
from wardround.period import Period
from wardround.store import definitions, mart, plans, projection
from wardround.store.house import House
from wardround.store.models import Entry, FeedBatch
from wardround.text import Text, refuse

WHOLE = Text("全院", "Whole hospital")
_lock, _past_lock = threading.Lock(), threading.Lock()
_engines: dict[tuple[str, str], tuple[Catalogue, Engine]] = {}


@dataclass(frozen=True)
class Measuring:
    """Figures of one hospital, now or as of a moment: its catalogue has the formulas of then."""

    house: House
    at: datetime
    engine: Engine
    _planned: dict[int, dict[str, Target]] = made(default_factory=dict, repr=False)
    _known: dict[tuple[str, str | None, str], Figure] = made(default_factory=dict, repr=False)

    def figure(
        self, key: str, department: str | None = None, period: Period | None = None
    ) -> Figure:
        """One figure, with target and last year. Raises `Refused` for unknown words."""
        indicator = self.indicator(key)
        asked = period or Period.of_month(self.at.date())
        if known := self._known.get((key, department, asked.key)):
            return known
        return self.engine.figure(
            indicator.key, self._place(department), asked, at=self.at,
            target=self.target(indicator, department, asked),
            department_name=self.place_name(department),
        )  # fmt: skip

    def prepare(
        self, keys: Sequence[str], department: str | None, periods: Sequence[Period]
    ) -> None:
        """Ask for many figures at once; `figure` and `series` then only look them up."""
        chosen = [self.indicator(key) for key in dict.fromkeys(keys)]
        additive = [i for i in chosen if not i.ranking]
        wanted = list(dict.fromkeys(periods))
        both = [*wanted, *(p.year_before() for p in wanted)]
        place = self._place(department)
        values = self.engine.series_many(additive, place, both)
        for indicator in additive:
            found = values[indicator.key]
            for number, period in enumerate(wanted):
                figure = self.engine.as_figure(
                    indicator, place, period, found[number], found[number + len(wanted)],
                    at=self.at, target=self.target(indicator, department, period),
                    department_name=self.place_name(department),
                )  # fmt: skip
                self._known[indicator.key, department, period.key] = figure

    def series(self, key: str, department: str | None, periods: Sequence[Period]) -> list[Figure]:
        """Figures of one indicator over several periods, asked for together."""
        known = [self._known.get((key, department, p.key)) for p in periods]
        if all(known):
            return [f for f in known if f]
        indicator, place = self.indicator(key), self._place(department)
        before = [period.year_before() for period in periods]
        values = self.engine.series(indicator, place, [*periods, *before])
        pairs = zip(periods, values[: len(periods)], values[len(periods) :], strict=True)
        return [
            self.engine.as_figure(
                indicator, place, period, now, then, at=self.at,
                target=self.target(indicator, department, period),
                department_name=self.place_name(department),
            )
            for period, now, then in pairs
        ]  # fmt: skip

    def rows(self, key: str, department: str | None, period: Period) -> Iterator[dict[str, Any]]:
        """The rows behind a figure, each with what it adds to numerator and denominator."""
        return self.engine.rows(self.indicator(key), self._place(department), period)

    def indicator(self, key: str) -> Indicator:
        found = self.house.catalogue.indicators.get(key)
        if found is None:
            raise refuse(f"没有“{key}”这个指标。", f'There is no indicator "{key}".')
        return found

    def target(self, indicator: Indicator, department: str | None, period: Period) -> Target | None:
        """The plan's target where the plan in force sets one, else the declared one."""
        year = period.last_day.year
        if year not in self._planned:
            self._planned[year] = planned_targets(self.house, self.at, period)
        return self._planned[year].get(indicator.key, indicator.target)

    def place_name(self, department: str | None) -> Text:
        return self.house.hospital.department[department].name if department else WHOLE

    def _place(self, department: str | None) -> str | None:
        if department and department not in self.house.hospital.department:
            raise refuse(f"没有“{department}”这个科室。", f'There is no department "{department}".')
        return department


def measuring(house: House, as_of: datetime | None = None) -> Measuring:
    """Figures as of a moment (default: now)."""
    then = definitions.as_of(house, as_of) if as_of else house
    return Measuring(then, as_of or house.now(), _engine(then, folder(house, as_of)))


def folder(house: House, as_of: datetime | None) -> Path:
    """Where mart and cube of what was known at a moment lie (default: now)."""
    if as_of is None:
        return house.data
    if definitions.as_of(house, as_of) is house and _nothing_since(house, as_of):
        return house.data
    return _as_of_folder(house, as_of)


def refresh(house: House, at: datetime | None = None, database: Database | None = None) -> Measured:
    """Bring mart and cube up to date with entries and feeds; quick if nothing is new.

    With `database`, such as a Spark cluster, that engine adds the rows up.
    """
    moment = at or house.now()
    with _lock, mart.alone(house):
        definitions.note(house, moment)
        written = mart.refresh(house, moment)
        if written and projection.resample(house, moment):
            mart.refresh_windows(house, moment)
    engine = _engine(house, house.data)
    measured = engine.refresh(database=database)
    if written:
        _write_progress(house, house.data, moment, engine)
    return measured


def cube(house: House) -> Measured:
    """Fill the cube from the files as they stand; DuckDB works beside whatever else goes on."""
    return _engine(house, house.data).refresh()


def _write_progress(house: House, place: Path, at: datetime, engine: Engine) -> None:
    """Plan progress is judged by figures, so it is measured after them."""
    rows = plans.progress(house, at, engine)
    mart.write(place / "mart" / PLAN_PROGRESS.key, PLAN_PROGRESS, rows)
    engine.refresh({PLAN_PROGRESS.key: ()})


def _engine(house: House, place: Path) -> Engine:
    key, known = (str(place), house.hospital.hospital.key), house.catalogue
    with _lock:
        if key not in _engines or _engines[key][0] is not known:
            _engines[key] = known, Engine(known, place / "mart", place / "cube", house.tree)
        return _engines[key][1]


def _nothing_since(house: House, as_of: datetime) -> bool:
    return not (
        Entry.objects.filter(recorded_at__gt=as_of).exists()
        or FeedBatch.objects.filter(loaded_at__gt=as_of).exists()
    )


def _as_of_folder(house: House, as_of: datetime) -> Path:
    """Mart and cube of what was known at the moment, worked once and kept beside the live ones.

    What has not changed since is the live file itself (a hard link); the rest is written as
    it was.
    """
    place = house.data / "as-of" / as_of.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    if not (place / "done").exists():
        now = house.now()
        refresh(house, now)
        with _past_lock:
            if not (place / "done").exists():
                _write_past(house, place, as_of, now)
    return place


def _write_past(house: House, place: Path, as_of: datetime, now: datetime) -> None:
    shutil.rmtree(place, ignore_errors=True)
    with _lock:
        for part in ("mart", "cube"):
            shutil.copytree(house.data / part, place / part, copy_function=os.link)
    newer = Entry.objects.filter(recorded_at__gt=as_of).order_by()
    stale = set(newer.values_list("register", flat=True).distinct())
    fed = FeedBatch.objects.filter(loaded_at__gt=as_of).order_by()
    late_feeds = set(fed.values_list("register", flat=True).distinct())
    for key, register in house.catalogue.registers.items():
        target = place / "mart" / key
        if key in late_feeds:
            shutil.rmtree(target, ignore_errors=True)
            mart.refresh_feed(house, register, as_of, target)
        elif not register.feed and (key in stale or register.shape == "case"):
            mart.write(target, register, mart.kept_rows(house, register, as_of, as_of))
    if months := mart.changed_months(house, as_of, now):
        rows = mart.windows(house, as_of, months)
        mart.write(place / "mart" / DUTY_WINDOWS.key, DUTY_WINDOWS, rows, months)
    engine = _engine(definitions.as_of(house, as_of), place)
    engine.refresh()
    _write_progress(house, place, as_of, engine)
    (place / "done").touch()


def planned_targets(house: House, at: datetime, period: Period) -> dict[str, Target]:
    """Indicator → target from the plan items in force that cover the period's year.

    Where several items set one, the first in the plan's order holds for the hospital.
    """
    year = period.last_day.year
    found: dict[str, Target] = {}
    for item in plans.items(house, at):
        if item.values.get("year") in (None, year):
            for key, target in item.targets:
                found.setdefault(key, target)
    return found
