"""A summary's figures against the hospital's own: only where label, unit and period surely fit."""

from __future__ import annotations

import pytest

from tests.store.conftest import at
from tests.store.test_deliveries import take_in
from wardround.period import Period
from wardround.store import measuring
from wardround.store.checking import asker
from wardround.store.house import House

MARCH = Period.parse("2026-03")
TOTALS = """时间,科室,月份,指标,数值（分子）,分母
2026-04-01,ward_1,2026-03-01,出院者平均住院日,290,35
2026-04-01,ward_1,2026-03-01,Medical income,1234000,
2026-04-01,ward_1,2026-03-01,fall_rate,2,4000
2026-04-01,ward_1,2026-03-01,drug_share,493600,1234000
"""


@pytest.mark.parametrize(
    ("label", "unit", "kind", "known"),
    [
        ("平均住院日", "day", "length", (290 / 35, "8.3天")),
        ("医疗收入", "元", "money", (1_234_000, "123.4万元")),
        ("住院患者跌倒发生率", "‰", "percent", (0.5, "0.50每千床日")),
        ("药占比", "%", "percent", (40, "40.0%")),
        ("住院患者跌倒发生率", "例", "count", None),
        ("药占比", "‰", "percent", None),
        ("医疗收入", "%", "percent", None),
    ],
)
def test_what_fits_is_known_in_the_unit_as_printed(
    house: House, label: str, unit: str, kind: str, known: tuple[float, str] | None
) -> None:
    take_in(house, TOTALS, "monthly_totals", "clerk")
    now = at("2026-06-02T08:00")
    measuring.refresh(house, now)
    ask = asker(measuring.measuring(house, now), f"{house.hospital.name.zh}2026年3月工作总结")
    assert ask is not None
    found = ask(label, unit, kind, MARCH)
    if known is None:
        assert found is None
    else:
        assert found is not None
        assert (float(found.value), found.written.zh) == (pytest.approx(known[0]), known[1])


def test_anothers_summary_is_not_judged_by_our_data(house: House) -> None:
    assert asker(measuring.measuring(house, at("2026-06-02T08:00")), "别家医院工作总结") is None
