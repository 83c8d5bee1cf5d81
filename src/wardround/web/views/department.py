"""One department as a whole: what it owes and is late with, open cases, figures, last score."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wardround.catalogue.model import STAGES
from wardround.period import Period
from wardround.store import due, results
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.models import DutyWindow
from wardround.text import Text
from wardround.web import asking, doors, fresh, said
from wardround.web.access import viewer
from wardround.web.standing import Standing, address, may_see, standings
from wardround.work.authority import Viewer

MONTH = timedelta(days=31)


def department(request: HttpRequest, key: str) -> HttpResponse:
    """What a head answers for, on one page; another's department is not there (404)."""
    house, who = at_hand(), viewer(request)
    if key not in house.hospital.department:
        raise Http404
    if not (who.everywhere or key in who.departments):
        raise Http404
    now, period = house.now(), asking.period(request, house.now())
    stood = _standings(house, who, key, period)
    worst = [s for s in stood if s.missed or s.really]
    place = house.hospital.department[key]
    leader = house.hospital.leader_of(key)
    return render(request, "web/office/department.html", {
        "place": place, "period": period, "head": said.head(house, key),
        "leader": leader, "cases": _cases(house, who, key), "duties": _duties(house, key),
        "worst": worst, "measured": sum(s.figure.value is not None for s in stood),
        "really": sum(s.really for s in stood), "missed": sum(s.missed for s in stood),
        "score": _score(house, who, key), "today": now,
        "indicators": doors.asked(reverse("indicators"), department=key, period=period.key),
        "filters": [{"name": "period", "label": Text("期间", "Period"), "value": period.key,
                     "choices": asking.periods(now, period, house.begins.date())}],
    })  # fmt: skip


def _standings(house: House, who: Viewer, key: str, period: Period) -> tuple[Standing, ...]:
    watched = [
        i for i in house.catalogue.indicators.values()
        if not i.ranking and not i.hospital_only and i.group != "duties"
        and may_see(who, house.catalogue, i, key)
    ]  # fmt: skip
    return standings(fresh.measured(house), watched, key, period)


def _cases(house: House, who: Viewer, key: str) -> list[dict[str, Any]]:
    now = house.now()
    found = []
    for case in due.open_cases(house, who).filter(department__in=house.tree[key]):
        register = house.catalogue.registers[case.register]
        late = case.deadline is not None and case.deadline < now
        found.append({
            "url": doors.case(case.pk), "name": said.case(house, register, case.values),
            "register": register.name, "stage": STAGES[case.stage],  # type: ignore[index]
            "deadline": case.deadline, "state": "overdue" if late else "running",
        })  # fmt: skip
    return found


def _duties(house: House, key: str) -> list[dict[str, Any]]:
    """Each duty's last 31 days here: how many were owed, done, and are late now."""
    now = house.now()
    windows = DutyWindow.objects.filter(
        department__in=house.tree[key], due__gt=now - MONTH, due__lte=now, wanted__gt=0
    )
    owed = Counter(windows.values_list("duty", flat=True))
    kept = windows.filter(done__gte=F("wanted"), done_at__lte=F("due"))
    in_time = Counter(kept.values_list("duty", flat=True))
    undone = Counter(windows.filter(done__lt=F("wanted")).values_list("duty", flat=True))
    span = Period.parse(f"{(now - MONTH):%Y-%m}..{now:%Y-%m}")
    rows = []
    for duty, count in owed.items():
        declared = house.catalogue.duties[duty]
        rows.append({
            "name": declared.name, "owed": count, "done": in_time[duty], "undone": undone[duty],
            "url": doors.register(declared.register),
            "figure": address(f"{duty}_done", span, key),
        })  # fmt: skip
    return sorted(rows, key=lambda r: (-r["undone"], r["name"].zh))


def _score(house: House, who: Viewer, key: str) -> dict[str, Any] | None:
    """The department's place in the newest appraisal that it takes part in."""
    functions = house.hospital.department[key].functions
    for scheme in house.catalogue.schemes.values():
        if scheme.applies_to not in functions:
            continue
        period = results.last_period(scheme, house.now())  # type: ignore[arg-type]
        for ranked in results.scores(house, scheme.key, period, house.now()):
            if ranked.department == key:
                low, high = ranked.rank_low, ranked.rank_high
                return {
                    "points": f"{ranked.points:.1f}", "scheme": scheme, "period": period,
                    "rank": str(low) if low == high else f"{low}–{high}",
                    "url": doors.asked(reverse("scores"), scheme=scheme.key,
                                       period=period.key, department=key),
                }  # fmt: skip
    return None
