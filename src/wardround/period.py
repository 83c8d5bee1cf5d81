"""Periods of reporting, cadences of duties, limits of time.

Decides what "2026H1", "FREQ=DAILY;BYHOUR=8,15" and "PT2H" mean. Who owes what in them is
`work.schedule`'s matter. Nothing here knows the present moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from wardround.text import Text, refuse

MONTHS = (
    "January February March April May June July August September October November December"
).split()
"""The months' English names, January first."""
_QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days from `start` up to, not including, `end`; `key` is how a person writes it."""

    start: date
    end: date
    key: str

    @classmethod
    def parse(cls, key: str) -> Period:
        """Read `2026`, `2026H1`, `2026Q2`, `2026-03`, `2026-01..2026-05` or `2026-03-02`.

        Raises `Refused` for anything else.
        """
        words = key.strip()
        first, dots, last = words.partition("..")
        if dots:
            a, b = cls.parse(first), cls.parse(last)
            if a.start > b.start or a.end > b.end or ".." in last:
                raise _unreadable(key)
            return cls(a.start, b.end, words)
        match = re.fullmatch(r"(\d{4})(?:(H[12])|(Q[1-4])|-(\d\d)(?:-(\d\d))?)?", words)
        if not match:
            raise _unreadable(key)
        try:
            return cls(*_span(*match.groups()), words)
        except ValueError as error:
            raise _unreadable(key) from error

    @classmethod
    def of_month(cls, day: date) -> Period:
        return cls.parse(f"{day:%Y-%m}")

    @classmethod
    def of_day(cls, day: date) -> Period:
        return cls.parse(f"{day:%Y-%m-%d}")

    @classmethod
    def of_year(cls, day: date) -> Period:
        return cls.parse(f"{day:%Y}")

    @property
    def days(self) -> int:
        """Calendar days in the period."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def year_before(self) -> Period:
        """The same days of last year, under the key a person would write."""
        key = re.sub(r"\d{4}", lambda m: str(int(m[0]) - 1), self.key)
        key = key.replace("-02-29", "-02-28")
        return Period.parse(key)

    def months(self) -> list[Period]:
        """The calendar months that the period touches, in order."""
        found, first = [], self.start.replace(day=1)
        while first < self.end:
            found.append(Period.of_month(first))
            first += relativedelta(months=1)
        return found

    def share_of_year(self) -> float:
        """Part of the calendar year that has passed at the period's end, 0 to 1."""
        start = date(self.last_day.year, 1, 1)
        return (self.end - start).days / (date(start.year + 1, 1, 1) - start).days

    def name(self) -> Text:
        """The period in words: 2026年上半年 / the first half of 2026."""
        year, month = self.start.year, self.start.month
        if ".." in self.key:
            return self._range_name()
        tail = self.key[4:]
        if not tail:
            return Text(f"{year}年", f"{year}")
        if tail[0] == "H":
            zh, en = ("上", "first") if tail == "H1" else ("下", "second")
            return Text(f"{year}年{zh}半年", f"the {en} half of {year}")
        if tail[0] == "Q":
            return Text(f"{year}年第{_QUARTERS[int(tail[1]) - 1]}季度", f"Q{tail[1]} {year}")
        if len(tail) == 3:
            return Text(f"{year}年{month}月", f"{MONTHS[month - 1]} {year}")
        day = self.start.day
        return Text(f"{year}年{month}月{day}日", f"{day} {MONTHS[month - 1]} {year}")

    def _range_name(self) -> Text:
        a, b = self.start, self.last_day
        if a.day > 1 or self.end.day > 1:
            first, last = Period.of_day(a).name(), Period.of_day(b).name()
            return Text(f"{first.zh}至{last.zh}", f"{first.en} to {last.en}")
        zh_end = f"{b.month}月" if a.year == b.year else f"{b.year}年{b.month}月"
        en_start = MONTHS[a.month - 1] + ("" if a.year == b.year else f" {a.year}")
        return Text(
            f"{a.year}年{a.month}—{zh_end}", f"{en_start} to {MONTHS[b.month - 1]} {b.year}"
        )


def _span(
    year: str, half: str | None, quarter: str | None, month: str | None, day: str | None
) -> tuple[date, date]:
    first = date(int(year), 1, 1)
    if half:
        start = first + relativedelta(months=6 * (int(half[1]) - 1))
        return start, start + relativedelta(months=6)
    if quarter:
        start = first + relativedelta(months=3 * (int(quarter[1]) - 1))
        return start, start + relativedelta(months=3)
    if day:
        start = date(int(year), int(month or 0), int(day))
        return start, start + timedelta(days=1)
    if month:
        start = date(int(year), int(month), 1)
        return start, start + relativedelta(months=1)
    return first, date(first.year + 1, 1, 1)


def _unreadable(key: str) -> Exception:
    return refuse(
        f"“{key}”不是期间。请写成 2026、2026H1、2026Q2、2026-03、2026-01..2026-05 或 2026-03-02。",
        f'"{key}" is not a period. Write 2026, 2026H1, 2026Q2, 2026-03, 2026-01..2026-05'
        " or 2026-03-02.",
    )


_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
    r"( working)?"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time allowed, as ISO 8601 writes it; `P3D working` counts working days."""

    iso: str
    step: relativedelta
    working: bool = False

    @classmethod
    def parse(cls, iso: str) -> Limit:
        """Read `PT2M`, `PT24H`, `P3D`, `P1M`, `P3D working`; raises `Refused` otherwise."""
        match = _DURATION.fullmatch(iso.strip())
        if not match or not any(match.groups()[:-1]):
            raise refuse(
                f"“{iso}”不是时限。请写成 PT2M、PT24H、P3D 或 P3D working。",
                f'"{iso}" is not a time limit. Write PT2M, PT24H, P3D or P3D working.',
            )
        y, mo, w, d, h, mi, s = (int(g or 0) for g in match.groups()[:-1])
        step = relativedelta(years=y, months=mo, weeks=w, days=d, hours=h, minutes=mi, seconds=s)
        return cls(iso.strip(), step, bool(match[8]))

    def after(self, moment: datetime) -> datetime:
        """The moment at which the limit passes, counted from `moment`.

        Working days are Monday to Friday; the clock time is kept.
        """
        if not self.working:
            return moment + self.step
        left, day = self.step.days, moment
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return day

    def name(self) -> Text:
        """The limit in words, in the units it was written in: 24 小时 / 24 hours."""
        match = _DURATION.fullmatch(self.iso)
        units = (
            ("年", "year"), ("个月", "month"), ("周", "week"),
            ("个工作日", "working day") if self.working else ("天", "day"),
            ("小时", "hour"), ("分钟", "minute"), ("秒", "second"),
        )  # fmt: skip
        numbers = [int(n or 0) for n in match.groups()[:-1]] if match else []
        parts = [(n, zh, en) for n, (zh, en) in zip(numbers, units, strict=False) if n]
        return Text(
            " ".join(f"{n} {zh}" for n, zh, _ in parts),
            " ".join(f"{n} {en}{'s' if n > 1 else ''}" for n, _, en in parts),
        )


@dataclass(frozen=True, slots=True)
class Window:
    """When one thing is owed: it may be done from `opens` and is late after `due`."""

    opens: datetime
    due: datetime


# Rules are anchored on a Monday that begins a year-long run of whole weeks, so that
# "every two weeks" falls on the same weeks whoever asks, whenever.
_ANCHOR = datetime(2018, 1, 1)
_SPAN = {"HOURLY": "hours", "DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months",
         "YEARLY": "years"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often something is owed: an RFC 5545 RRULE, with X-TIMES for "n times in it"."""

    rule: str
    freq: str
    interval: int
    times: int
    pinned: bool
    """True if the rule names moments (BYHOUR); otherwise the whole day, week, month is open."""

    @classmethod
    def parse(cls, rule: str) -> Cadence:
        """Read `FREQ=…;BYHOUR=…;X-TIMES=…`; raises `Refused` for what RFC 5545 does not know."""
        parts = dict(p.partition("=")[::2] for p in rule.strip().split(";"))
        times = parts.pop("X-TIMES", "1")
        plain = ";".join(f"{k}={v}" for k, v in parts.items())
        try:
            rrulestr(plain, dtstart=_ANCHOR)
            return cls(
                plain, parts["FREQ"], int(parts.get("INTERVAL", 1)), int(times), "BYHOUR" in parts
            )
        except (ValueError, KeyError, TypeError) as error:
            raise refuse(
                f"“{rule}”不是频次。请按 RFC 5545 书写，如 FREQ=DAILY;BYHOUR=8,15。",
                f'"{rule}" is not a cadence. Write it as RFC 5545 does: FREQ=DAILY;BYHOUR=8,15.',
            ) from error

    def windows(
        self, start: datetime, end: datetime, lead: Limit, grace: Limit | None
    ) -> Iterator[Window]:
        """Windows whose opening lies in [start, end), in order; all in `start`'s zone.

        A pinned moment opens `lead` before and closes `grace` after it. An unpinned rule is
        open for its whole day, week, month…, and closes `grace` after that ends; one that names
        days of the week is open on those days, one that names a day of the month up to it.
        """
        zone = start.tzinfo
        reach = relativedelta(**{_SPAN[self.freq]: self.interval})  # type: ignore[arg-type]
        naive = start.replace(tzinfo=None) - reach
        # rrule walks from its anchor; starting near the asked span keeps a year-long walk short.
        for moment in rrulestr(self.rule, dtstart=self._anchor(naive)).xafter(naive, inc=True):
            if self.pinned:
                opens, due = moment - lead.step, moment
            else:
                by_date = "BYMONTHDAY" in self.rule
                opens = moment.replace(day=1) if by_date else moment
                due = moment + (timedelta(days=1) if by_date or "BYDAY" in self.rule else reach)
            if grace:
                due = due + grace.step
            opens, due = opens.replace(tzinfo=zone), due.replace(tzinfo=zone)
            if opens >= end:
                return
            if opens >= start:
                yield Window(opens, due)

    def _anchor(self, near: datetime) -> datetime:
        """A start of the rule close before `near` that keeps its phase."""
        midnight = near.replace(hour=0, minute=0, second=0, microsecond=0)
        every_one = self.interval == 1
        if self.freq == "MONTHLY" and every_one:
            return midnight.replace(day=1)
        if (self.freq == "MONTHLY" and 12 % self.interval == 0) or (
            self.freq == "YEARLY" and every_one
        ):
            return midnight.replace(month=1, day=1)
        if self.freq == "WEEKLY" and every_one:
            return midnight - timedelta(days=near.weekday())
        return midnight if every_one else _ANCHOR

    def name(self) -> Text:
        """The cadence in words: 每日 8 时、15 时 / daily at 8:00 and 15:00."""
        n = self.interval
        zh = {
            ("DAILY", 1): "每日", ("WEEKLY", 1): "每周", ("MONTHLY", 1): "每月",
            ("MONTHLY", 3): "每季度", ("MONTHLY", 6): "每半年", ("YEARLY", 1): "每年",
            ("HOURLY", 1): "每小时",
        }.get((self.freq, n))  # fmt: skip
        en = {
            ("DAILY", 1): "daily", ("WEEKLY", 1): "weekly", ("MONTHLY", 1): "monthly",
            ("MONTHLY", 3): "quarterly", ("MONTHLY", 6): "half-yearly", ("YEARLY", 1): "yearly",
            ("HOURLY", 1): "hourly",
        }.get((self.freq, n))  # fmt: skip
        unit = {"HOURLY": "小时", "DAILY": "天", "WEEKLY": "周", "MONTHLY": "个月", "YEARLY": "年"}
        said = Text(
            zh or f"每 {n} {unit.get(self.freq, '')}",
            en or f"every {n} {_SPAN.get(self.freq, 'times')}",
        )
        hours = re.search(r"BYHOUR=([\d,]+)", self.rule)
        if hours:
            at = hours[1].split(",")
            said = Text(
                said.zh + " " + "、".join(f"{h} 时" for h in at),
                said.en + " at " + ", ".join(f"{int(h):02}:00" for h in at),
            )
        if self.times > 1:
            said = Text(f"{said.zh} {self.times} 次", f"{self.times} times {said.en}")
        on = self._on()
        return Text(f"{said.zh}（{on.zh}）", f"{said.en} ({on.en})") if on.zh else said

    def _on(self) -> Text:
        """The days that the rule names: 第二个周二 / second Tuesday; 1 月 31 日前 / by the 31st of
        January."""
        named = dict(part.partition("=")[::2] for part in self.rule.split(";"))
        zh: list[str] = []
        en: list[str] = []
        for key, words in (("BYDAY", _weekdays), ("BYMONTHDAY", _by_date), ("BYMONTH", _months)):
            if key in named:
                said = words(named[key])
                zh.insert(0, said.zh)
                en.append(said.en)
        return Text(" ".join(zh), " of ".join(en))


_WEEKDAYS = {
    "MO": Text("周一", "Monday"), "TU": Text("周二", "Tuesday"), "WE": Text("周三", "Wednesday"),
    "TH": Text("周四", "Thursday"), "FR": Text("周五", "Friday"), "SA": Text("周六", "Saturday"),
    "SU": Text("周日", "Sunday"),
}  # fmt: skip
_WHICH = {
    "": Text("", ""), "1": Text("第一个", "first "), "2": Text("第二个", "second "),
    "3": Text("第三个", "third "), "4": Text("第四个", "fourth "), "5": Text("第五个", "fifth "),
    "-1": Text("最后一个", "last "),
}  # fmt: skip


def _weekdays(named: str) -> Text:
    if named == "MO,TU,WE,TH,FR":
        return Text("周一至周五", "Monday to Friday")
    pairs = [(_WHICH[d[:-2].lstrip("+")], _WEEKDAYS[d[-2:]]) for d in named.split(",")]
    return Text(
        "、".join(which.zh + day.zh for which, day in pairs),
        ", ".join(which.en + day.en for which, day in pairs),
    )


def _by_date(named: str) -> Text:
    if named == "-1":
        return Text("月底前", "by the last day")
    ordinal = [f"the {_ordinal(int(day))}" for day in named.split(",")]
    return Text(f"{named.replace(',', '、')} 日前", f"by {' and '.join(ordinal)}")


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def _months(named: str) -> Text:
    months = [int(month) for month in named.split(",")]
    return Text(
        "、".join(f"{month} 月" for month in months),
        ", ".join(MONTHS[month - 1] for month in months),
    )
