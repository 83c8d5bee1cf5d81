"""What the frame of every page shows: sections with counts, the person, the as-of time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from wardround.store import due
from wardround.store.house import House, house
from wardround.text import Text
from wardround.work.authority import Viewer, may_plan

SECTIONS: tuple[tuple[str, str, Text], ...] = (
    ("today", "today", Text("今日", "Today")),
    ("plan", "plans", Text("计划", "Plans")),
    ("registers", "registers", Text("登记", "Registers")),
    ("inspections", "inspections", Text("检查", "Inspections")),
    ("cases", "cases", Text("整改", "Cases")),
    ("indicators", "indicators", Text("指标", "Indicators")),
    ("scores", "scores", Text("考核", "Scores")),
    ("reports", "reports", Text("总结", "Summaries")),
    ("catalogue", "systems", Text("制度目录", "Catalogue")),
    ("me", "me", Text("我", "Me")),
)
_NOTICE = Text(
    "演示医院：时间从 {moment} 走起，数据都是编的。",
    "Demonstration: its clock started at {moment}; all data are made up.",
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Variables of `web/base.html`."""
    at_hand = house()
    who: Viewer | None = getattr(request, "viewer", None)
    now = at_hand.now()
    return {
        "hospital": at_hand.hospital.name,
        "as_of": now,
        "lang": "zh" if (get_language() or "zh").startswith("zh") else "en",
        "theme": request.COOKIES.get("theme", ""),
        "density": request.COOKIES.get("density", ""),
        "demo_notice": at_hand.demo_notice(_NOTICE),
        "nav": _sections(request, at_hand, who) if who else [],
        "person": {"name": who.person.name, "post": who.person.post, "url": reverse("me")}
        if who
        else None,
    }


def _sections(request: HttpRequest, at_hand: House, who: Viewer) -> list[dict[str, Any]]:
    counts = due.counts(at_hand, who, at_hand.now())
    here = request.path
    found = []
    for key, name, label in SECTIONS:
        url = reverse(name)
        current = here == url or (url != "/" and here.startswith(url.rstrip("/") + "/"))
        found.append({
            "key": key, "url": url, "label": label, "current": current,
            "count": counts.get(key, 0) if key != "plan" or may_plan(who) else 0,
            "alarm": key in ("today", "cases"),
        })  # fmt: skip
    return found
