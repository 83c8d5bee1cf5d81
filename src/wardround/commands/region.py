"""Figures of a region: many hospitals' marts, measured with DuckDB or on a Spark cluster."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wardround.catalogue.load import SHIPPED, load
from wardround.catalogue.model import Catalogue
from wardround.indicator.database import Embedded
from wardround.indicator.engine import connect
from wardround.indicator.region import Region, Regional
from wardround.indicator.values import Value
from wardround.outcome import Outcome
from wardround.period import Period
from wardround.store import spark
from wardround.text import Text


def region(words: argparse.Namespace) -> Outcome:
    """Measure the hospitals in a folder together; figures of the region and of each of them."""
    folder, period = Path(words.folder).resolve(), Period.parse(words.period)
    own = folder / "catalogue"
    catalogue = load(SHIPPED, own) if own.is_dir() else load(SHIPPED)
    database = spark.asked(words.engine, words.master) or Embedded(connect(folder))
    whole = Region(catalogue, folder, database)
    done = whole.measure()
    found = whole.figures(period)
    data = {
        "hospitals": whole.hospitals, "measures": done.measures, "cells": done.cells,
        "seconds": round(done.seconds, 3),
        "figures": [_figure(catalogue, key, one) for key, one in found.items()],
    }  # fmt: skip
    return Outcome(data, _lines(catalogue, whole.hospitals, found, words.lang))


def _figure(catalogue: Catalogue, key: str, one: Regional) -> dict[str, Any]:
    indicator = catalogue.indicators[key]
    hospitals = {hospital: value.value for hospital, value in one.hospitals.items()}
    return {
        "indicator": key, "name": indicator.name.as_json(), "unit": indicator.unit,
        **_value(one.region), "hospitals": hospitals,
    }  # fmt: skip


def _value(value: Value) -> dict[str, Any]:
    why = value.why_none.as_json() if value.why_none else None
    return {
        "value": value.value, "numerator": value.numerator, "denominator": value.denominator,
        "ranking": list(value.ranking), "why_none": why,
    }  # fmt: skip


def _lines(
    catalogue: Catalogue, hospitals: list[str], found: Mapping[str, Regional], lang: str
) -> Iterator[str]:
    """The figures that have a value, one a line, with how many hospitals stand behind it."""
    for key, one in found.items():
        if one.region.value is not None:
            indicator = catalogue.indicators[key]
            unit = catalogue.units[indicator.unit]
            behind = Text(
                f"{len(one.hospitals)} / {len(hospitals)} 所医院",
                f"{len(one.hospitals)} of {len(hospitals)} hospitals",
            )
            written = f"{unit.write(one.region.value)} {unit.symbol[lang]}".strip()
            yield f"{indicator.name[lang]}  {written}  {behind[lang]}"
