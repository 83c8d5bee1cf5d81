"""What a report says, and that it never says more than its figures bear."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.report.memory import MemoryFacts
from wardround.catalogue.load import load
from wardround.catalogue.model import Catalogue, Field, Register, Report
from wardround.figure import Figure, Target, Unit
from wardround.period import Period
from wardround.report.blocks import (
    Chart,
    FigureRun,
    Paragraph,
    RecordRun,
    Runs,
    Table,
    text_of,
    written,
)
from wardround.report.compose import compose
from wardround.report.desk import next_period
from wardround.report.sentences import Told, clause
from wardround.report.tables import ranking
from wardround.report.trend import Trend
from wardround.text import LANGS, Text, same

SHIPPED = ["half_year_summary", "monthly_bulletin", "letter_of_responsibility"]
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.mark.parametrize("lang", LANGS)
def test_a_small_summary_reads_as_it_should(lang: str, facts: MemoryFacts, report: Report) -> None:
    assert compose(report, facts, lang).plain() == (GOLDEN / f"{lang}.txt").read_text()


def test_both_languages_carry_the_same_figures(facts: MemoryFacts, report: Report) -> None:
    said = [sorted(repr(r.figure) for r in compose(report, facts, x).figures()) for x in LANGS]
    assert said[0] and said[0] == said[1]


def test_a_measured_number_is_never_plain_text(facts: MemoryFacts, report: Report) -> None:
    """Decimals are always measurements: none may stand outside a run that opens."""
    for lang in LANGS:
        loose = [r for r in compose(report, facts, lang).runs() if isinstance(r, str)]
        assert not [words for words in loose if re.search(r"\d\.\d", words)]


def test_no_cell_is_blank(facts: MemoryFacts, report: Report) -> None:
    for lang in LANGS:
        tables = [b for b in compose(report, facts, lang).blocks if isinstance(b, Table)]
        assert tables
        assert all(text_of(cell).strip() for t in tables for row in t.rows for cell in row)


def test_a_missing_value_is_told_with_its_reason(facts: MemoryFacts, report: Report) -> None:
    document = compose(report, facts, "zh")
    assert document.missing == ("pain",)
    assert "疼痛评估率本期无数据：期内没有接口数据。" in document.plain()


def section(report: Report, **changes: object) -> Report:
    """The report with only its first section, changed."""
    return replace(report, section=(replace(report.section[0], **changes),))  # type: ignore[arg-type]


def test_what_one_department_lacks_is_not_missing(report: Report, facts: MemoryFacts) -> None:
    """It is told below the table, by name; only what the report's own place lacks is missing."""
    lacking = MemoryFacts(facts.hospital, facts.catalogue, lacks=frozenset({("stay", "ward_2")}))
    listed = section(report, show=("departments",), indicators=("visits", "stay"),
                     departments="ward")  # fmt: skip
    document = compose(listed, lacking, "zh")
    assert document.missing == ()
    assert "内二科 | " in document.plain()
    assert "“–”为无数据：内二科的平均住院日（期内没有接口数据）。" in document.plain()
    own = MemoryFacts(facts.hospital, facts.catalogue, department="ward_2", lacks=lacking.lacks)
    assert compose(section(report), own, "zh").missing == ("stay",)


def test_figures_told_together_share_one_table(report: Report, facts: MemoryFacts) -> None:
    document = compose(section(report, tell="together"), facts, "zh")
    tables = [b for b in document.blocks if isinstance(b, Table)]
    assert [text_of(row[0]) for row in tables[0].rows if len(row) == 1] == ["服务量", "护理质量"]
    assert len(tables) == 1
    assert [b.lead for b in document.blocks if isinstance(b, Paragraph) and b.lead] \
        == ["服务量。", "护理质量。"]  # fmt: skip


def test_what_matters_leaves_out_what_has_no_target_and_did_not_move(
    report: Report, facts: MemoryFacts
) -> None:
    """Its value stands in the sentence, with last year's."""
    plain = compose(section(report, tell="what_matters"), facts, "zh").plain()
    assert "\n门诊人次 | " not in plain and "\n平均住院日（天） | " in plain
    assert "门诊人次9,774人次（去年同期9,788）" in plain


def test_at_most_so_many_charts_are_drawn(report: Report, facts: MemoryFacts) -> None:
    for most in (0, 1):
        document = compose(section(report, tell="together", charts=most), facts, "zh")
        assert len([b for b in document.blocks if isinstance(b, Chart)]) == most


def test_a_column_without_any_target_is_left_out(report: Report, facts: MemoryFacts) -> None:
    document = compose(section(report, indicators=("visits",)), facts, "zh")
    table = next(b for b in document.blocks if isinstance(b, Table))
    assert table.head == ("指标", "本期", "去年同期", "增减", "判定")
    assert "–：" not in document.plain()


def told(value: float, last: float | None, trend: Trend, **more: object) -> Told:
    """A figure of so many per cent, with last year's."""
    figure = Figure(
        indicator="x", version="1", name=Text("满意度", "Satisfaction"), department=None,
        department_name=same("H"), period=Period.parse("2026H1"),
        as_of=MemoryFacts.at, value=value, unit=Unit(same("%"), 100, 1), numerator=96,
        denominator=100, direction="up", last_year=last,
    )  # fmt: skip
    return Told(replace(figure, **more), trend)  # type: ignore[arg-type]


def said(runs: Runs) -> str:
    return text_of(runs).replace("\u00a0", " ")


def test_common_variation_is_not_called_improvement() -> None:
    words = said(clause(told(96.1, 94.5, Trend("common")), "zh"))
    assert words == "满意度为96.1%，比去年同期上升1.6个百分点；月度数据属普通波动"
    assert "improvement" not in said(clause(told(96.1, 94.5, Trend("common")), "en"))


def test_a_target_met_once_is_not_called_reliable() -> None:
    words = clause(told(96.1, None, Trend("common", "?"), target=Target.parse(">= 95")), "en")
    assert said(words) == (
        "Satisfaction stood at 96.1 %, with nothing comparable a year earlier, meeting the target"
        " (≥ 95 %), though not in every month; the monthly values show common variation only"
    )


def test_a_sum_is_not_missed_while_its_year_runs() -> None:
    aim = {"target": Target.parse(">= 150"), "unit": Unit(Text("件", "cases"))}
    words = clause(told(85.0, 69.0, Trend("common"), summed=True, denominator=None, **aim), "zh")
    assert "，完成全年目标（≥150件）的56.7%；" in said(words)


def test_percentages_change_by_points_and_large_counts_by_per_cent() -> None:
    rate = told(96.1, 94.5, Trend()).figure
    count = replace(rate, unit=Unit(Text("人次", "visits")), denominator=None, value=1100.0,
                    last_year=1000.0)  # fmt: skip
    few = replace(count, value=5.0, last_year=3.0, unit=Unit(Text("件", "cases")))
    stay = replace(rate, unit=Unit(Text("天", "days"), 1, 1), value=8.9, last_year=9.8)
    assert [written(f, "change", "zh").replace("\u00a0", " ") for f in (rate, count, few, stay)] \
        == ["上升1.6个百分点", "增长10.0%", "增加2件", "缩短0.9天"]  # fmt: skip
    assert [written(f, "change", "en").replace("\u00a0", " ") for f in (rate, count, few, stay)] \
        == ["up 1.6 percentage points", "up 10.0 %", "up 2 cases", "0.9 days shorter"]  # fmt: skip


def test_a_difference_that_rounds_away_is_level() -> None:
    assert written(told(96.12, 96.09, Trend()).figure, "change", "zh") == "持平"


def test_an_unknown_form_of_a_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="no such form"):
        written(told(1, 1, Trend()).figure, "colour", "zh")


def test_what_is_overdue_returns_as_a_next_step(facts: MemoryFacts, report: Report) -> None:
    steps = compose(report, facts, "en").plain().split("# Next steps")[1]
    assert "Plan item 2: 制定疼痛评估制度 | not named" in steps
    assert (
        "Plan item 3: Replace (target not set) call systems | Medical ward 2 | 2026-09-30" in steps
    )


@pytest.mark.parametrize(
    ("now", "then"),
    [("2026H1", "2026H2"), ("2026H2", "2027H1"), ("2026-12", "2027-01"), ("2026Q4", "2027Q1"),
     ("2026", "2027"), ("2026-01..2026-05", "2026-06..2026-10")],
)  # fmt: skip
def test_the_next_period_is_as_long(now: str, then: str) -> None:
    assert next_period(Period.parse(now)).key == then


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", SHIPPED)
def test_a_shipped_report_is_composed_from_the_whole_catalogue(
    key: str, lang: str, facts: MemoryFacts, catalogue: Catalogue
) -> None:
    hospital = facts.hospital
    report = catalogue.reports[key]
    month = {"half": "2026H1", "month": "2026-06", "year": "2026"}[report.period]
    document = compose(
        report,
        MemoryFacts(
            hospital, catalogue, Period.parse(month),
            department="ward_2" if report.per == "department" else None,
        ),
        lang,
    )  # fmt: skip
    assert document.missing == ()
    assert {key for s in report.section for key in s.indicators if {"table", "targets"} & {*s.show}
            if not catalogue.indicators[key].ranking} \
        <= {run.figure.indicator for run in document.figures()}  # fmt: skip
    assert "{" not in document.plain()


def test_a_letter_sets_no_target_for_work_that_a_department_does_not_do(
    facts: MemoryFacts, catalogue: Catalogue
) -> None:
    """Beds that only others have; hands that nobody watched may merely be missing."""
    report, year = catalogue.reports["letter_of_responsibility"], Period.parse("2026")
    lacks = frozenset({("bed_occupancy", "ward_2"), ("hand_hygiene", "ward_2")})
    letter = MemoryFacts(facts.hospital, catalogue, year, department="ward_2", lacks=lacks)

    document = compose(report, letter, "zh")
    said = document.plain()
    assert document.missing == (), "what it leaves out is not missing"
    assert "去年和今年都没有这类业务，不列目标：病床使用率。" in said
    assert said.count("病床使用率") == 1 and "手卫生依从率" in said

    new = replace(letter, lacks=frozenset(), none=frozenset({"bed_occupancy"}))
    assert "没有这类业务" not in compose(report, new, "zh").plain()


def test_a_ranking_calls_departments_and_choices_by_their_names(facts: MemoryFacts) -> None:
    kind = Field("kind", same("kind"), "choice", choices={"new": Text("新收", "New")})
    register = Register("stay", same("stay"), "event", {"kind": kind})
    figure = replace(facts.figure("hygiene"), ranking=(("ward_2", 5.0), ("new", 3.0), ("K35", 1.0)))

    def first(column: str, lang: str) -> list[object]:
        called = partial(facts.hospital.called, register, column)
        return [name for _, (name,), _ in ranking(figure, called, lang).rows]

    assert first("department", "zh") == ["内二科", "new", "K35"]
    assert first("kind", "en") == ["ward_2", "New", "K35"]


def test_every_number_opens(facts: MemoryFacts, report: Report) -> None:
    for run in compose(report, facts, "zh").runs():
        if isinstance(run, FigureRun):
            assert run.figure.query.startswith("/figures/")
        elif isinstance(run, RecordRun):
            assert run.query
