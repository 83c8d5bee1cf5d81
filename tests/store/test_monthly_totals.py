"""A hospital without feeds: a month's totals by hand, from the table to the report."""

from __future__ import annotations

from tests.store.conftest import at
from tests.store.test_deliveries import take_in
from wardround.period import Period
from wardround.store import measuring, results
from wardround.store.house import House

MARCH = Period.parse("2026-03")
NOW = at("2026-04-02T08:00")
TOTALS = """时间,科室,月份,指标,数值（分子）,分母
2026-04-01,ward_1,2026-03-01,出院者平均住院日,290,35
2026-04-01,ward_2,2026-03-01,alos,110,15
2026-04-01,ward_1,2026-03-01,Medical income,1234000,
2026-04-01,ward_1,2026-03-01,不认识的指标,1,
"""


def test_totals_come_by_table_and_make_figures_and_reports(house: House) -> None:
    done = take_in(house, TOTALS, "monthly_totals", "clerk")
    measuring.refresh(house, NOW)
    asked = measuring.measuring(house, NOW)

    assert (done.new, [f.field for f in done.rejected]) == (3, ["indicator"])
    assert asked.figure("alos", None, MARCH).written() == "8.0"
    assert asked.figure("discharges", None, MARCH).value == 50
    assert asked.figure("alos", "ward_2", MARCH).denominator == 15
    behind = list(asked.rows("alos", None, MARCH))
    assert [(r["register"], r["numerator"], r["denominator"]) for r in behind] == [
        ("monthly_totals", 290.0, 35.0), ("monthly_totals", 110.0, 15.0)
    ]  # fmt: skip
    told = results.report_text(house, "monthly_bulletin", MARCH, "zh", None, NOW)
    assert "123.4" in told


def test_once_a_feed_covers_the_month_it_alone_counts(house: House) -> None:
    take_in(house, TOTALS, "monthly_totals", "clerk")
    stay = "admission_id,department,admit_department,admitted_at,discharged_at,days\n"
    stay += "Z1,ward_1,ward_1,2026-03-02T08:00,2026-03-09T08:00,7\n"
    take_in(house, stay, "admission", "quality_officer")
    measuring.refresh(house, NOW)

    found = measuring.measuring(house, NOW).figure("alos", None, MARCH)

    assert (found.numerator, found.denominator) == (7, 1)
