"""Periods, cadences and limits: how people write them, and what they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.period import Cadence, Limit, Period
from wardround.text import Refused, Text

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("key", "start", "end", "zh", "en"),
    [
        ("2026", "2026-01-01", "2027-01-01", "2026年", "2026"),
        ("2026H1", "2026-01-01", "2026-07-01", "2026年上半年", "the first half of 2026"),
        ("2026H2", "2026-07-01", "2027-01-01", "2026年下半年", "the second half of 2026"),
        ("2026Q4", "2026-10-01", "2027-01-01", "2026年第四季度", "Q4 2026"),
        ("2024-02", "2024-02-01", "2024-03-01", "2024年2月", "February 2024"),
        ("2024-02-29", "2024-02-29", "2024-03-01", "2024年2月29日", "29 February 2024"),
        ("2008-01..2008-05", "2008-01-01", "2008-06-01", "2008年1—5月", "January to May 2008"),
        (
            "2026-02-01..2026-02-10", "2026-02-01", "2026-02-11",
            "2026年2月1日至2026年2月10日", "1 February 2026 to 10 February 2026",
        ),
        (
            "2025-11..2026-02", "2025-11-01", "2026-03-01",
            "2025年11—2026年2月", "November 2025 to February 2026",
        ),
    ],
)  # fmt: skip
def test_a_period_is_read_and_named(key: str, start: str, end: str, zh: str, en: str) -> None:
    period = Period.parse(f" {key} ")
    assert (period.start, period.end) == (date.fromisoformat(start), date.fromisoformat(end))
    assert period.key == key
    assert period.name() == Text(zh, en)


@pytest.mark.parametrize(
    "key",
    ["", "26", "2026H3", "2026Q0", "2026-13", "2026-02-30", "2026-1", "2026-05..2026-01", "now",
     "2026..", "2026-01..2026-02..2026-03"],
)  # fmt: skip
def test_another_word_is_refused_with_examples(key: str) -> None:
    with pytest.raises(Refused) as refused:
        Period.parse(key)
    assert "2026H1" in refused.value.say("zh")
    assert "2026H1" in refused.value.say("en")


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("2026", "2025"), ("2026H1", "2025H1"), ("2024-02", "2023-02"),
        ("2024-02-29", "2023-02-28"), ("2025-02-28", "2024-02-28"),
        ("2025-11..2026-02", "2024-11..2025-02"),
        ("2024-02-01..2024-02-29", "2023-02-01..2023-02-28"),
        ("2024-02-29..2024-03-15", "2023-02-28..2023-03-15"),
    ],
)  # fmt: skip
def test_a_year_before(key: str, before: str) -> None:
    assert Period.parse(key).year_before() == Period.parse(before)


def test_days_months_and_share_of_year() -> None:
    half = Period.parse("2024H1")
    assert half.days == 182
    assert half.last_day == date(2024, 6, 30)
    assert [p.key for p in half.months()] == [f"2024-0{m}" for m in range(1, 7)]
    assert half.share_of_year() == 182 / 366
    assert Period.parse("2024").share_of_year() == 1
    assert Period.parse("2025-12-31..2026-01-01").months()[0].key == "2025-12"
    assert date(2024, 6, 30) in half
    assert date(2024, 7, 1) not in half


def test_the_period_of_a_day() -> None:
    day = date(2024, 2, 29)
    keys = Period.of_day(day).key, Period.of_month(day).key, Period.of_year(day).key
    assert keys == ("2024-02-29", "2024-02", "2024")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_each_day_lies_in_its_periods_and_in_no_other_month(day: date) -> None:
    month = Period.of_month(day)
    assert day in month and day in Period.of_day(day) and day in Period.of_year(day)
    assert [p for p in Period.of_year(day).months() if day in p] == [month]
    assert Period.of_day(day).year_before().days == 1


# -- limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("iso", "after", "zh", "en"),
    [
        ("PT2M", "2026-03-06T10:02", "2 分钟", "2 minutes"),
        ("PT24H", "2026-03-07T10:00", "24 小时", "24 hours"),
        ("P1D", "2026-03-07T10:00", "1 天", "1 day"),
        ("P2W", "2026-03-20T10:00", "2 周", "2 weeks"),
        ("P1M", "2026-04-06T10:00", "1 个月", "1 month"),
        ("P5Y", "2031-03-06T10:00", "5 年", "5 years"),
        ("P1DT12H", "2026-03-07T22:00", "1 天 12 小时", "1 day 12 hours"),
        ("P3D working", "2026-03-11T10:00", "3 个工作日", "3 working days"),
    ],
)
def test_a_limit_passes_after_its_time(iso: str, after: str, zh: str, en: str) -> None:
    limit = Limit.parse(iso)
    assert limit.after(datetime(2026, 3, 6, 10)) == datetime.fromisoformat(after)
    assert limit.name() == Text(zh, en)


@pytest.mark.parametrize("iso", ["", "P", "PT", "2 hours", "P-1D", "P1.5D", "1D"])
def test_another_limit_is_refused(iso: str) -> None:
    with pytest.raises(Refused):
        Limit.parse(iso)


# -- cadences --------------------------------------------------------------------------------


def windows(
    rule: str, start: str, end: str, lead: str = "PT1H", grace: str | None = None
) -> list[str]:
    """Windows as "opens/due", without what is the same in all of them."""
    return [
        f"{w.opens:%m-%d %H:%M}/{w.due:%m-%d %H:%M}"
        for w in Cadence.parse(rule).windows(
            datetime.fromisoformat(start).replace(tzinfo=CHINA),
            datetime.fromisoformat(end).replace(tzinfo=CHINA),
            Limit.parse(lead),
            Limit.parse(grace) if grace else None,
        )
    ]


def test_a_named_hour_opens_before_and_is_late_after() -> None:
    assert windows("FREQ=DAILY;BYHOUR=8,15", "2026-03-02", "2026-03-03", "PT1H", "PT2H") == [
        "03-02 07:00/03-02 10:00",
        "03-02 14:00/03-02 17:00",
    ]


def test_a_day_a_week_a_month_are_open_as_a_whole() -> None:
    assert windows("FREQ=DAILY", "2026-03-02", "2026-03-04") == [
        "03-02 00:00/03-03 00:00", "03-03 00:00/03-04 00:00",
    ]  # fmt: skip
    assert windows("FREQ=WEEKLY", "2026-03-02", "2026-03-16")[0] == "03-02 00:00/03-09 00:00"
    assert windows("FREQ=MONTHLY", "2026-03-01", "2026-04-01") == ["03-01 00:00/04-01 00:00"]


def test_a_named_day_of_the_week_or_month() -> None:
    assert windows("FREQ=WEEKLY;BYDAY=WE", "2026-03-02", "2026-03-09") == [
        "03-04 00:00/03-05 00:00"
    ]
    assert windows("FREQ=MONTHLY;BYDAY=2TU", "2026-03-01", "2026-05-01") == [
        "03-10 00:00/03-11 00:00", "04-14 00:00/04-15 00:00",
    ]  # fmt: skip
    assert windows("FREQ=MONTHLY;BYMONTHDAY=25", "2026-03-01", "2026-04-01") == [
        "03-01 00:00/03-26 00:00"
    ]


def test_every_quarter_begins_with_the_year() -> None:
    assert windows("FREQ=MONTHLY;INTERVAL=3", "2026-01-01", "2027-01-01") == [
        "01-01 00:00/04-01 00:00", "04-01 00:00/07-01 00:00",
        "07-01 00:00/10-01 00:00", "10-01 00:00/01-01 00:00",
    ]  # fmt: skip


@given(
    st.sampled_from(["FREQ=WEEKLY;INTERVAL=2", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYHOUR=8",
                     "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;INTERVAL=6"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=60)),
)  # fmt: skip
def test_the_windows_do_not_depend_on_where_one_begins_to_ask(
    rule: str, begin: datetime, later: timedelta
) -> None:
    start = begin.replace(tzinfo=UTC)
    middle, end = start + later, start + timedelta(days=90)

    def ask(a: datetime, b: datetime) -> list[object]:
        return list(Cadence.parse(rule).windows(a, b, Limit.parse("PT1H"), None))

    assert ask(start, end) == ask(start, middle) + ask(middle, end)


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("FREQ=DAILY;BYHOUR=8,15", "每日 8 时、15 时", "daily at 08:00, 15:00"),
        ("FREQ=MONTHLY;INTERVAL=3", "每季度", "quarterly"),
        ("FREQ=WEEKLY;INTERVAL=2", "每 2 周", "every 2 weeks"),
        ("FREQ=WEEKLY;X-TIMES=3", "每周 3 次", "3 times weekly"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "每周（周一、周四）", "weekly (Monday, Thursday)"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "每月（最后一个周五）", "monthly (last Friday)"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "每月（15 日前）", "monthly (by the 15th)"),
        (
            "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31",
            "每年（1 月 31 日前）",
            "yearly (by the 31st of January)",
        ),
    ],
)
def test_a_cadence_is_named(rule: str, zh: str, en: str) -> None:
    assert Cadence.parse(rule).name() == Text(zh, en)


@pytest.mark.parametrize("rule", ["", "DAILY", "FREQ=NEVER", "FREQ=DAILY;X-TIMES=many"])
def test_another_cadence_is_refused(rule: str) -> None:
    with pytest.raises(Refused):
        Cadence.parse(rule)
