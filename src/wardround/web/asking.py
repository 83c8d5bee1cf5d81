"""What the address of a page asks for: a period, a department, a moment. Filters live there.

Wrong words are refused with a sentence; what lies outside a person's reach is not there (404).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.http import Http404, HttpRequest, HttpResponse

from wardround.catalogue.model import Indicator
from wardround.period import Period
from wardround.store.house import House
from wardround.store.measuring import WHOLE
from wardround.text import Text, refuse, same
from wardround.web.downloads import Table, as_csv, as_excel
from wardround.web.standing import last_month, may_see
from wardround.work.authority import Viewer

Choice = tuple[str, Text]
_FIRSTS = 6
"""So many firsts of months are offered as moments."""


def period(request: HttpRequest, at: datetime) -> Period:
    """The period asked for; the newest whole month if none is."""
    words = request.GET.get("period", "").strip()
    return begun(Period.parse(words) if words else last_month(at), at)


def begun(asked: Period, at: datetime) -> Period:
    """The period; refused if it lies ahead."""
    if asked.start > at.date():
        raise refuse(
            f"{asked.name().zh}还没有到，没有数据可看。请选今天或以前的期间。",
            f"{asked.name().en} has not begun; there are no data. Choose an earlier period.",
            field="period",
        )
    return asked


def moment(request: HttpRequest, house: House) -> datetime | None:
    """As of when; None is now. Without a zone it is the hospital's own time."""
    words = request.GET.get("as_of", "").strip().replace(" ", "+")
    if not words:
        return None
    try:
        found = datetime.fromisoformat(words)
    except ValueError as error:
        raise refuse(
            f"“{words}”不是时间。请写成 2026-07-06T09:41:00。",
            f'"{words}" is not a time. Write 2026-07-06T09:41:00.',
            field="as_of",
        ) from error
    found = found if found.tzinfo else found.replace(tzinfo=house.zone)
    if found > house.now():
        raise refuse(
            "截至时间还没有到，那时的数据谁也不知道。请选现在或以前的时间。",
            "The as-of time has not come; nobody knows the figures of then. Choose an earlier one.",
            field="as_of",
        )
    return house.local(found)


def department(
    request: HttpRequest, house: House, who: Viewer, indicators: Iterable[Indicator]
) -> str | None:
    """The department asked for, if the person may see some of these indicators there."""
    return within_reach(house, who, request.GET.get("department", "").strip(), indicators)


def within_reach(
    house: House, who: Viewer, key: str, indicators: Iterable[Indicator]
) -> str | None:
    """The department of that key, if the person may see some of these indicators there."""
    if not key:
        return None
    if key not in house.hospital.department:
        raise Http404
    if not any(may_see(who, house.catalogue, i, key) for i in indicators):
        raise Http404
    return key


def departments(house: House, who: Viewer, indicators: Iterable[Indicator]) -> list[Choice]:
    """The departments that may be asked for, the whole hospital first."""
    asked = list(indicators)
    found: list[Choice] = [("", WHOLE)]
    for key, place in house.hospital.department.items():
        if any(may_see(who, house.catalogue, i, key) for i in asked):
            found.append((key, place.name))
    return found


def periods(at: datetime, chosen: Period, since: date) -> list[Choice]:
    """Months, quarters, halves and years that have begun, the newest first of each."""
    today = at.date()
    keys = [f"{today - relativedelta(months=n):%Y-%m}" for n in range(1, 14)]
    year, quarter = today.year, (today.month - 1) // 3
    for back in range(4):
        y, q = divmod(year * 4 + quarter - back, 4)
        keys.append(f"{y}Q{q + 1}")
    half = 0 if today.month < 7 else 1
    for back in range(3):
        y, h = divmod(year * 2 + half - back, 2)
        keys.append(f"{y}H{h + 1}")
    keys += [str(year), str(year - 1), f"{today:%Y-%m}"]
    known = [Period.parse(k) for k in dict.fromkeys([*keys, chosen.key])]
    return [(p.key, p.name()) for p in known if p.end > since or p == chosen]


def moments(house: House, chosen: str, at: datetime) -> list[Choice]:
    """As of when a figure may be shown: now, the first of the last months, what was asked."""
    now = house.now()
    firsts = [now.replace(day=1) - relativedelta(months=n) for n in range(_FIRSTS)]
    found: list[Choice] = [("", Text("现在", "now"))]
    found += [(f"{first:%Y-%m-%d}", same(f"{first:%Y-%m-%d}"))
              for first in firsts if first.date() > house.begins.date()]  # fmt: skip
    if chosen and chosen not in dict(found):
        found.append((chosen, same(f"{at:%Y-%m-%d %H:%M}")))
    return found


def without(asked: Mapping[str, str], *names: str) -> dict[str, str | None]:
    """The questions of an address but for some."""
    return {k: v for k, v in asked.items() if k not in names}


def file(kind: str, table: Table) -> HttpResponse:
    """The page's table as `csv` or `xlsx`; no other kind is there."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    return as_csv(table) if kind == "csv" else as_excel(table)
