"""The president's page: what to decide, what truly changed, who is late, how the plan stands.

One screen and one sheet of A4; leaders in charge see the same of their own departments.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wardround.period import Period
from wardround.store import due, plans, results, signing
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.models import Case, DutyWindow, PublishedReport, Told
from wardround.text import Text, same
from wardround.web import doors, fresh, planned, said
from wardround.web.access import viewer
from wardround.web.standing import Standing, last_month, standings
from wardround.work import authority
from wardround.work.authority import Viewer

MOST, DECISIONS = 7, 3
"""Rows of a list before 看全部; decisions are taller, and the page is one sheet."""
FUNCTIONS = {"president": "president", "leader": "vice_president"}
"""Which level of escalation a role hears."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that waits for this person's word."""

    title: Text
    why: Text
    origin: Text
    url: str
    verb: Text


@dataclass(frozen=True, slots=True)
class Late:
    """Something overdue, whose it is, and since when."""

    name: Text
    department: Text
    who: Text
    since: datetime
    days: int
    url: str


def president(request: HttpRequest) -> HttpResponse:
    """The one page; `views.today` sends the president and the leaders here."""
    house, who = at_hand(), viewer(request)
    now = house.now()
    figures, month = fresh.measured(house), last_month(now)
    watched = [
        i for i in house.catalogue.indicators.values() if i.group != "duties" and not i.ranking
    ]
    measured = [s for s in standings(figures, watched, None, month) if s.figure.value is not None]
    really = sorted((s for s in measured if s.really), key=_worst_first)
    decisions, late = to_decide(house, who, now), overdue(house, who, now)
    items = [i for i in plans.items(house) if i.values.get("year") in (None, now.year)]
    found = planned.stood(figures, [i for i in items if _mine(who, i)])
    bars = planned.by_leader(house, found)
    return render(request, "web/office/president.html", {
        "who": who.person, "month": month, "today": now, "year": now.year,
        "decisions": decisions[: None if "all" in request.GET else DECISIONS],
        "decide": len(decisions),
        "changed": really[:MOST], "really": len(really), "measured": len(measured),
        "quiet": len(measured) - len(really),
        "late": late[:MOST], "lateness": len(late),
        "bars": bars, "totals": planned.totals(found), "items": len(found),
        "widest": max((b["count"] for b in bars), default=1),
    })  # fmt: skip


def _worst_first(standing: Standing) -> tuple[int, str]:
    order = ("concerning", "neutral", "improving")
    return order.index(standing.trend.change), standing.indicator.key


def _mine(who: Viewer, item: plans.Item) -> bool:
    return who.everywhere or not who.departments.isdisjoint(item.owners)


def to_decide(house: House, who: Viewer, now: datetime) -> list[Decision]:
    """Reports that wait to be issued or signed; cases that a repeated fault has opened, and those
    whose limits passed until this person was told."""
    function = FUNCTIONS.get(who.person.role, "")
    told = set(Told.objects.filter(function=function).values_list("case", flat=True))
    registers = house.catalogue.registers
    followed = {r.repeat.opens for r in registers.values() if r.repeat}
    cases = [
        _case(house, case) for case in due.open_cases(house, who)
        if case.register in followed or case.pk in told
    ]  # fmt: skip
    return [*_reports(house, who, now), *_to_sign(house, who, now), *cases]


def _to_sign(house: House, who: Viewer, now: datetime) -> list[Decision]:
    """Issued reports that wait for this person's signature; several of a kind together."""
    waiting = defaultdict(list)
    recent = PublishedReport.objects.filter(lang="zh", issued_at__gt=now - timedelta(days=366))
    for one in recent.order_by("pk"):
        if one.report in house.catalogue.reports and signing.mine(house, one, who):
            waiting[one.report].append(one)
    return [_signature(house, found) for found in waiting.values()]


def _signature(house: House, found: list[PublishedReport]) -> Decision:
    one, count = found[-1], len(found)
    name, span = house.catalogue.reports[one.report].name, Period.parse(one.period).name()
    of = said.department(house, one.department) if one.department else span
    if count > 1:
        of = Text(f"{count} 份", f"{count} of them")
    letters = doors.asked(reverse("letters"), year=one.period)
    return Decision(
        Text(f"签署{name.zh}：{of.zh}", f"Sign the {name.en.lower()}: {of.en}"),
        Text(f"{span.zh}，已签发，签了不能撤回", f"{span.en}, issued; a signature stands"),
        said.person(house, one.issued_by),
        letters if count > 1 else doors.report(one.report, one.period, one.department),
        Text("打开文件", "Open the document"),
    )  # fmt: skip


def _case(house: House, case: Case) -> Decision:
    register = house.catalogue.registers[case.register]
    name, place = said.case(house, register, case.values), said.department(house, case.department)
    head = said.head(house, case.department) or same("–")
    day = house.local(case.opened_at)
    return Decision(
        Text(f"{name.zh}（{place.zh}）", f"{name.en} ({place.en})"),
        Text(f"责任人 {head.zh}", f"Answers for it: {head.en}"),
        Text(f"{day.month}月{day.day}日立案", f"Opened {day:%d %B}".replace(" 0", " ")),
        doors.case(case.pk),
        Text("打开个案", "Open the case"),
    )  # fmt: skip


def _reports(house: House, who: Viewer, now: datetime) -> list[Decision]:
    """The hospital's reports of the last period that nobody has issued."""
    if not authority.may_plan(who):
        return []
    found = []
    for report in house.catalogue.reports.values():
        period = results.last_period(report, now)
        issued = PublishedReport.objects.filter(report=report.key, period=period.key)
        if report.per == "hospital" and "president" in report.signatures and not issued.exists():
            name, span = report.name, period.name()
            found.append(Decision(
                Text(f"签发{name.zh}：{span.zh}", f"Issue the {name.en.lower()}: {span.en}"),
                Text("每个数据都能打开；签发后冻结", "Every figure opens; issuing freezes it"),
                Text("院办公室", "Hospital office"),
                doors.report(report.key, period.key, None),
                Text("打开总结", "Open the summary"),
            ))  # fmt: skip
    return found


def overdue(house: House, who: Viewer, now: datetime) -> list[Late]:
    """What is late and whose it is: one line a duty and department, and one a case."""
    groups: dict[tuple[str, str], list[DutyWindow]] = defaultdict(list)
    for window in due.overdue_windows(house, who, now):
        groups[window.duty, window.department].append(window)
    found = [_duty(house, key, place, missed, now) for (key, place), missed in groups.items()]
    for case in due.open_cases(house, who).filter(deadline__lt=now):
        register = house.catalogue.registers[case.register]
        assert case.deadline is not None
        found.append(_late(house, said.case(house, register, case.values), case.department,
                           case.deadline, now, doors.case(case.pk)))  # fmt: skip
    return sorted(found, key=lambda one: one.since)


def _duty(house: House, key: str, place: str, missed: list[DutyWindow], now: datetime) -> Late:
    duty, count = house.catalogue.duties[key], len(missed)
    name = duty.name
    if count > 1:
        name = Text(f"{name.zh}（{count} 次）", f"{name.en} ({count} times)")
    return _late(house, name, place, missed[0].due, now, doors.register(duty.register))


def _late(house: House, name: Text, place: str, since: datetime, now: datetime, url: str) -> Late:
    head = house.hospital.head_of(place)
    return Late(name, said.department(house, place), head.name if head else same("–"), since,
                max(1, (now - since).days), url)  # fmt: skip
