"""A small hospital as its people would set it up at a terminal, built once for all tests."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.commands.terminal import Terminal
from tests.conftest import ROOT

NOW = datetime(2026, 7, 6, 9, 41, tzinfo=timezone(timedelta(hours=8)))
PLAN = """云岭县人民医院2026年工作计划
一、工作目标
1.门诊预约诊疗率达到60%以上。
2.冷链温度合格率达到100%。
二、主要措施
1.预防接种门诊每日两次登记疫苗冰箱温度。（责任科室：预防接种门诊）
2.定期开展消防培训xx次。
3.质控科每月抽查运行病历不少于10份。（责任科室：质控科）
"""


def table(file: Path, rows: Iterable[dict[str, object]]) -> Path:
    """Write a CSV whose header is the keys of the first row."""
    listed = list(rows)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    return file


def visits() -> Iterable[dict[str, object]]:
    """Ninety outpatients from April to June: two thirds in the clinic, half of all booked."""
    for n in range(90):
        day = f"2026-{4 + n % 3:02}-{1 + n % 28:02}"
        yield {
            "visit_id": f"V{n}", "patient_id": f"P{n % 40}", "kind": "outpatient",
            "department": "clinic" if n % 3 else "ward_1", "registered_at": f"{day} 09:00",
            "seen_at": f"{day} 09:{5 + n % 50:02}", "booked": "yes" if n % 2 else "no",
            "refunded": "yes" if n == 17 else "no",
        }  # fmt: skip


def readings() -> Iterable[dict[str, object]]:
    """Two fridges, ten mornings of June; one reading of nine degrees, which opens a case."""
    for n in range(20):
        warm = n == 7
        yield {
            "subject": f"F{1 + n % 2}", "occurred_at": f"2026-06-{1 + n // 2:02} 08:10",
            "temperature": 9 if warm else 4.5, "action": "移至 F2，停用待查" if warm else "",
        }  # fmt: skip


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that are imported."""
    folder = tmp_path_factory.mktemp("tables")
    table(folder / "visits.csv", visits())
    table(folder / "readings.csv", readings())
    (folder / "计划.txt").write_text(PLAN, "utf-8")
    return folder


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Terminal:
    """A terminal over a folder in which there is nothing yet."""
    return Terminal(tmp_path_factory.mktemp("empty") / "data", django_db_blocker)


@pytest.fixture(scope="session")
def terminal(
    tmp_path_factory: pytest.TempPathFactory, tables: Path, django_db_blocker: DjangoDbBlocker
) -> Terminal:
    """The small hospital with its feed, its readings and its plan. Only read from it."""
    folder = tmp_path_factory.mktemp("hospital")
    declared = (ROOT / "tests/web/hospital.toml").read_text("utf-8")
    file = folder / "hospital.toml"
    file.write_text(declared.replace("in_use_from = 2026-07-01", "in_use_from = 2026-06-01"))
    made = Terminal(folder / "data", django_db_blocker)
    made.program("init", "--hospital", file)
    made.clock(NOW)
    made.program("tick")
    made.program("import", "csv", tables / "visits.csv", "--feed", "visit")
    made.program(
        "import", "csv", tables / "readings.csv", "--feed", "cold_chain", "--by", "wang_fang"
    )
    made.program("adopt", tables / "计划.txt")
    return made


@pytest.fixture
def copy(terminal: Terminal, tmp_path: Path) -> Terminal:
    """The same hospital, to be changed or spoilt."""
    return terminal.copied(tmp_path / "data")
