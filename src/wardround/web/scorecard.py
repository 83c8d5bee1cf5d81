"""The scorecard as a table: which indicators it lists for whom, and what a row of its file says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wardround.catalogue.model import Indicator
from wardround.period import Period
from wardround.store.house import House
from wardround.store.measuring import Measuring
from wardround.text import Text
from wardround.web.downloads import Table
from wardround.web.standing import Standing, may_see
from wardround.web.templatetags.words import SIGNALS
from wardround.work.authority import Viewer

HEAD = (
    Text("指标", "Indicator"), Text("本期", "Value"), Text("单位", "Unit"),
    Text("目标", "Target"), Text("判定", "Verdict"), Text("比去年同期", "Year on year"),
    Text("变化", "Variation"), Text("目标把握", "Assurance"),
    Text("分子", "Numerator"), Text("分母", "Denominator"), Text("暂定", "Provisional"),
    Text("代码", "Key"),
)  # fmt: skip


def watched(house: House) -> list[Indicator]:
    """Every indicator that has one number: rankings have their own pages."""
    return [i for i in house.catalogue.indicators.values() if not i.ranking]


def listed(house: House, who: Viewer, place: str | None) -> list[Indicator]:
    """The indicators that the person sees of the hospital or of a department."""
    return [
        i for i in watched(house)
        if may_see(who, house.catalogue, i, place) and not (place and i.hospital_only)
    ]  # fmt: skip


def table(
    figures: Measuring, stood: Sequence[Standing], place: str | None, period: Period
) -> Table:
    """The scorecard for a file."""
    title = figures.place_name(place)
    name = Text(f"{title.zh}指标 {period.key}", f"Indicators: {title.en}, {period.key}")
    rows = [_cells(standing) for standing in stood]
    return Table(f"indicators-{period.key}", name, HEAD, rows, figures.at)


def _cells(standing: Standing) -> list[Any]:
    f, nothing = standing.figure, Text("", "")
    cells = [
        f.name, f.value, f.unit.symbol, f.target, standing.verdict if f.target else nothing,
        f.change, SIGNALS.get(standing.signal), SIGNALS.get(standing.assurance),
        f.numerator, f.denominator, Text("暂定", "provisional") if f.provisional else nothing,
        f.indicator,
    ]  # fmt: skip
    return ["" if cell is None else cell for cell in cells]
