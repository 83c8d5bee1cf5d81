"""Scores of departments: who truly differs, where points went; and one department's whole state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from wardround.appraisal.facts import LineScore
from wardround.appraisal.score import Ranked
from wardround.catalogue.scheme import Scheme
from wardround.figure import Figure
from wardround.period import Period
from wardround.report.blocks import written
from wardround.store import results
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.posting import Posting, posting
from wardround.text import Text
from wardround.web import asking, doors, fresh, places, said
from wardround.web.access import viewer
from wardround.web.downloads import Table
from wardround.web.standing import address
from wardround.web.views.department import department
from wardround.work import authority
from wardround.work.authority import Viewer

LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def scores(request: HttpRequest) -> HttpResponse:
    """`?scheme=&period=&department=`: the ranking with margins, and the lines of one department."""
    house, who = at_hand(), viewer(request)
    scheme = _scheme(request, house)
    if scheme is None:
        return render(request, "web/office/scores.html", {"scheme": None})
    now = house.now()
    fresh.measured(house)
    period = _period(request, house, scheme)
    stands = posting(house, scheme, period)
    as_of = stands.confirmed_at or now
    ranked = results.scores(house, scheme.key, period, as_of)
    seen = [r for r in ranked if authority.may_score(who) or r.department in who.departments]
    chosen = _chosen(request, house, seen)
    if kind := request.GET.get("format"):
        name = Text(f"{scheme.name.zh} {period.key}", f"{scheme.name.en}, {period.key}")
        rows = _cells(house, seen)
        return asking.file(kind, Table(f"scores-{period.key}", name, HEAD, rows, now))
    low, high = _axis(ranked)
    return render(request, "web/office/scores.html", {
        "scheme": scheme, "period": period, "as_of": as_of, "count": len(ranked),
        "above": sum(r.differs == "above" for r in ranked),
        "below": sum(r.differs == "below" for r in ranked),
        "ranks": [_rank(house, scheme, period, r, chosen) for r in seen],
        "low": low, "high": high, "mean": _mean(ranked), "cut": len(seen) < len(ranked),
        "chosen": _detail(house, scheme, period, chosen) if chosen else None,
        "vetoed": [said.department(house, r.department) for r in seen if r.score.vetoed],
        "appeal": scheme.appeal.name() if scheme.appeal else None,
        "stands": _stands(house, scheme, stands, who, now),
        "filters": _filters(house, scheme, period),
        "xlsx": doors.asked(request.path, **asking.without(request.GET.dict(), "format"),
                            format="xlsx"),
    })  # fmt: skip


def _stands(
    house: House, scheme: Scheme, stands: Posting, who: Viewer, now: datetime
) -> dict[str, Any]:
    """How far the scores are, and what this person may do about it."""
    registers = house.catalogue.registers
    here = who.person.department
    found: dict[str, Any] = {"posting": stands, "until": None, "appeal_url": "", "post_url": ""}
    if scheme.posting and stands.sheet is None:
        kept = places.kept(house, who, registers[scheme.posting])
        found["post_url"] = reverse("record", args=[scheme.posting]) if kept else ""
    if stands.sheet:
        found["sheet_url"] = doors.entry(str(stands.sheet.root))
    if stands.open(now) and scheme.appeals:
        found["until"] = stands.appeal_until
        appeals = registers[scheme.appeals]
        if who.person.role == "head" and house.may_record(who, appeals, here):
            found["appeal_url"] = doors.asked(reverse("record", args=[appeals.key]),
                                              department=here)  # fmt: skip
    return found


def _scheme(request: HttpRequest, house: House) -> Scheme | None:
    schemes, key = house.catalogue.schemes, request.GET.get("scheme", "")
    if key and key not in schemes:
        raise Http404
    return schemes[key] if key else next(iter(schemes.values()), None)


def _period(request: HttpRequest, house: House, scheme: Scheme) -> Period:
    """The period asked for, or the newest of the scheme's length that is over."""
    if request.GET.get("period"):
        return asking.period(request, house.now())
    return results.last_period(scheme, house.now())  # type: ignore[arg-type]


def _chosen(request: HttpRequest, house: House, seen: Sequence[Ranked]) -> Ranked | None:
    """The department asked for, or the only one that the person sees."""
    key = request.GET.get("department", "")
    if not key:
        return seen[0] if len(seen) == 1 else None
    found = next((r for r in seen if r.department == key), None)
    if found is None:
        raise Http404
    return found


def _axis(ranked: Sequence[Ranked]) -> tuple[float, float]:
    lows, highs = [r.low for r in ranked] or [0.0], [r.high for r in ranked] or [100.0]
    spare = max((max(highs) - min(lows)) * 0.05, 1.0)
    return min(lows) - spare, max(highs) + spare


def _mean(ranked: Sequence[Ranked]) -> float | None:
    free = [r.points for r in ranked if not r.score.vetoed]
    return sum(free) / len(free) if free else None


def _rank(
    house: House, scheme: Scheme, period: Period, ranked: Ranked, chosen: Ranked | None
) -> dict[str, Any]:
    place = said.department(house, ranked.department)
    url = doors.asked(reverse("scores"), scheme=scheme.key, period=period.key,
                      department=ranked.department)  # fmt: skip
    return {
        "r": ranked, "name": place, "chosen": ranked is chosen, "url": f"{url}#lines",
        "page": doors.asked(reverse("department", args=[ranked.department]), period=period.key),
        "rank": _place(ranked), "points": f"{ranked.points:.1f}",
        "coefficient": ranked.score.coefficient,
    }  # fmt: skip


def _place(ranked: Ranked) -> str:
    low, high = ranked.rank_low, ranked.rank_high
    return str(low) if low == high else f"{low}–{high}"


def _detail(house: House, scheme: Scheme, period: Period, ranked: Ranked) -> dict[str, Any]:
    """The lines of one department: what was measured, what it cost, and why."""
    score = ranked.score
    return {
        "name": said.department(house, ranked.department), "points": f"{ranked.points:.1f}",
        "score": score, "rank": _place(ranked),
        "page": doors.asked(reverse("department", args=[ranked.department]), period=period.key),
        "lines": [_line(house, scheme, period, ranked.department, x) for x in score.lines],
        "absent": score.not_applicable,
    }  # fmt: skip


def _line(
    house: House, scheme: Scheme, period: Period, place: str, line: LineScore
) -> dict[str, Any]:
    measured, moved = line.measured, line.points_moved
    declared = scheme.line[line.number]
    key = declared.cases or declared.entries
    found: dict[str, Any] = {
        "name": line.name, "weight": line.weight, "reason": line.reason, "moved": moved,
        "moves": abs(moved) > 0.004, "target": str(line.target) if line.target else "",
        "rows": [], "veto": line.vetoed,
    }  # fmt: skip
    if isinstance(measured, Figure):
        found |= {
            "url": address(measured.indicator, period, place), "figure": measured,
            "said": Text(written(measured, "value", "zh"), written(measured, "value", "en")),
        }  # fmt: skip
    elif key:
        door = doors.case if house.catalogue.registers[key].shape == "case" else doors.entry
        found |= {
            "said": Text(f"{measured} 件", f"{measured}"), "url": "",
            "rows": [door(root) for root in line.rows],
        }  # fmt: skip
    return found


def _filters(house: House, scheme: Scheme, period: Period) -> list[dict[str, Any]]:
    now, months = house.now(), LENGTHS[scheme.period]
    choices = [
        (k, n) for k, n in asking.periods(now, period, house.begins.date())
        if k == period.key or len(Period.parse(k).months()) == months
    ]  # fmt: skip
    found = [{"name": "period", "label": Text("期间", "Period"), "value": period.key,
              "choices": choices}]  # fmt: skip
    schemes = [(k, s.name) for k, s in house.catalogue.schemes.items()]
    if len(schemes) > 1:
        found.insert(0, {"name": "scheme", "label": Text("方案", "Scheme"), "value": scheme.key,
                         "choices": schemes})  # fmt: skip
    return found


HEAD = (
    Text("名次在", "Rank"), Text("科室", "Department"), Text("得分", "Score"),
    Text("下限", "Low"), Text("上限", "High"), Text("与平均比", "Against the mean"),
    Text("系数", "Coefficient"),
)  # fmt: skip
DIFFERS = {
    "above": Text("高于平均", "above the mean"), "below": Text("低于平均", "below the mean"),
    None: Text("与平均无别", "no different"),
}  # fmt: skip


def _cells(house: House, seen: Sequence[Ranked]) -> list[list[Any]]:
    return [
        [_place(r), said.department(house, r.department), r.points, r.low, r.high,
         DIFFERS[r.differs], r.score.coefficient or ""]
        for r in seen
    ]  # fmt: skip


urlpatterns = [
    path("", scores, name="scores"),
    path("departments/<slug:key>/", department, name="department"),
]
