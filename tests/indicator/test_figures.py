"""A figure: the value with its target, last year's, its verdict, and whether it is final."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.indicator.mart import TREE, catalogue, write
from tests.indicator.test_engine import HAND, WASHED, WASHING, row
from wardround.figure import Target
from wardround.indicator.engine import Engine
from wardround.period import Limit, Period
from wardround.text import same


def figure(engine: Engine, period: str, at: datetime, **more: Any) -> Any:
    return engine.figure("washing", "ward_a", Period.parse(period), at=at,
                         department_name=same("A"), **{"target": None, **more})  # fmt: skip


def test_a_figure_carries_last_year_and_target(tmp_path: Path) -> None:
    kept = [*WASHED["hand"], row(HAND, "2025-01-05T08:00", "ward_a", washed=3, chances=10)]
    write(tmp_path / "mart", HAND, kept)
    own = replace(WASHING, target=Target.parse(">= 95"), effective_from=date(2024, 1, 1))
    engine = Engine(catalogue([HAND], [own]), tmp_path / "mart", tmp_path / "cube", TREE)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    found = figure(engine, "2026-01", at)
    assert (found.value, found.last_year, found.verdict) == (90, 30, "missed")
    assert (found.version, found.written(), found.as_of) == ("2024-01-01", "90.0", at)
    assert figure(engine, "2026-01", at, target=Target.parse(">= 80")).verdict == "met"
    assert figure(engine, "2025-12", at).why_none is not None


@pytest.mark.parametrize(
    ("lag", "after", "provisional"),
    [(None, -1, True), (None, 0, False), ("P10D", 9, True), ("P10D", 10, False)],
)
def test_a_figure_is_provisional_until_its_lag_has_passed(
    tmp_path: Path, lag: str | None, after: int, provisional: bool
) -> None:
    own = replace(WASHING, lag=Limit.parse(lag) if lag else None)
    engine = Engine(catalogue([HAND], [own]), tmp_path / "mart", tmp_path / "cube", TREE)
    at = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=after)
    assert figure(engine, "2026-01", at).provisional is provisional
