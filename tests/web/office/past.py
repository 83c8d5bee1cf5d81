"""Eighteen months of fridge readings, the last of them bad, and staff numbers from the feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from tests.web.daily.town import NOW, furnish
from wardround.store import deliveries, ledger
from wardround.store.house import House
from wardround.store.ledger import Proposal

MONTHS = 18
PLAN = """云岭县人民医院2026年工作计划
一、工作目标
1.全院手卫生依从率不低于80%。（责任科室：院感科）
2.疫苗冷链温度合格率达到100%，年底前完成。（责任科室：公卫科）
3.定期开展健康教育。
二、保障措施
1.各病区每周组织一次业务学习。
2.6月底前建立医疗质量管理委员会，由院办公室负责。
"""


def remember(data: Path) -> House:
    """The furnished hospital with its past recorded: 10 readings a month, all but June's good."""
    here = furnish(data)
    ledger.extend(here, _readings(here), here.now())
    table = data / "staff.csv"
    lines = [f"{k}-{m:%Y-%m},{k},{m:%Y-%m-%d},{8 + n},{12},{3},{2},{20}"
             for n, k in enumerate(("ward_1", "ward_2")) for m in _months()]  # fmt: skip
    head = "staff_id,department,month,doctors,nurses,technicians,others,licensed"
    table.write_text("\n".join([head, *lines]), encoding="utf-8")
    deliveries.take_in(here, "csv", table, "staff_month", here.viewer("sun_min"), here.now())
    return here


def _months() -> list[datetime]:
    return [NOW.replace(day=1, hour=8, minute=0) - relativedelta(months=n)
            for n in range(MONTHS, 0, -1)]  # fmt: skip


def _readings(here: House) -> Iterator[tuple[Proposal, str, datetime]]:
    for month in _months():
        bad = 4 if (month.year, month.month) == (2026, 6) else month.month % 2
        for day in range(10):
            at = month + timedelta(days=day)
            warm = day < bad
            values = {"temperature": 9.0 if warm else 4.0 + day / 10}
            if warm:
                values["action"] = "移至 F2"
            yield Proposal("cold_chain", values, "clinic", "F1", at), "wang_fang", at
