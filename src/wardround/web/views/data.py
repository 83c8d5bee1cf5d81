"""Data in: what each feed covers, what was delivered, and what came of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wardround.catalogue.model import Register
from wardround.store import quarantine, received
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.store.models import FeedBatch
from wardround.store.received import Covered
from wardround.web import delivered, doors, rejects, said
from wardround.web.access import register_or_404, viewer
from wardround.web.announce import announced
from wardround.web.views.rejected import drop_rejected, mend_rejected, rejected, rejected_file
from wardround.web.views.upload import discard, match, upload
from wardround.work import authority

_LATEST, _PAGE = 50, 50
_REASONS = 10


def data(request: HttpRequest) -> HttpResponse:
    """Feeds with what they cover, rows that wait to be mended, the latest deliveries."""
    house, who = at_hand(), viewer(request)
    registers = delivered.seen(house, who)
    feeds = [r for r in registers if r.feed]
    covered = received.covered(house, feeds)
    listed = [_feed(house, r, covered[r.key]) for r in feeds]
    listed.sort(key=lambda f: (not f["covered"].late, f["covered"].received is None))
    waiting = delivered.waiting(house, who)
    latest = [one for one in received.listed(house) if delivered.may_see(house, who, one)]
    return render(request, "web/data/data.html", {
        "fed": [f for f in listed if f["covered"].received],
        "silent": [f for f in listed if not f["covered"].received],
        "late": sum(f["covered"].late for f in listed), "waiting": waiting,
        "rejected": sum(w["rows"] for w in waiting), "may": bool(delivered.brought(house, who)),
        "latest": [delivered.told(house, one) for one in latest[:_LATEST]],
        "announced": announced(request),
    })  # fmt: skip


def _feed(house: House, register: Register, covered: Covered) -> dict[str, Any]:
    since = (house.now() - covered.received).days if covered.received else None
    return {"register": register, "covered": covered, "since": since,
            "office": said.office(house, register.owner)}  # fmt: skip


def feed(request: HttpRequest, key: str) -> HttpResponse:
    """One feed: what it covers and every batch of it. `?page=`."""
    house, register = register_or_404(key)
    who = viewer(request)
    if not register.feed or not authority.may_see_delivered(who, register):
        raise Http404
    word = request.GET.get("page", "1")
    number = int(word) if word.isdigit() and word != "0" else 1
    start = (number - 1) * _PAGE
    found = FeedBatch.objects.filter(register=key).order_by("-loaded_at", "-pk")
    batches = list(found[start : start + _PAGE + 1])
    return render(request, "web/data/feed.html", {
        **_feed(house, register, received.covered(house, [register])[key]),
        "may": authority.may_deliver(who, register), "total": found.count(),
        "batches": [{"batch": b, "by": said.person(house, b.loaded_by)} for b in batches[:_PAGE]],
        "waiting": [w for w in delivered.waiting(house, who) if w["register"] == key],
        "before": doors.asked(request.path, page=str(number - 1)) if number > 1 else "",
        "after": doors.asked(request.path, page=str(number + 1)) if len(batches) > _PAGE else "",
    })  # fmt: skip


def delivery(request: HttpRequest, key: str) -> HttpResponse:
    """What one file came to, register by register."""
    house, who = at_hand(), viewer(request)
    one = delivered.delivery_or_404(house, who, key)
    held = next((q for q in quarantine.listed(house) if q.origin.key == key), None)
    left = {k: n for k, n in held.files.items() if delivered.rows_seen(house, who, held, k)} \
        if held else {}  # fmt: skip
    registers = [k for k in dict.fromkeys([*one.feeds, *one.aside]) if _visible(house, request, k)]
    return render(request, "web/data/delivery.html", {
        **delivered.told(house, one),
        "lines": [
            {"key": k, "name": delivered.name(house, k), "new": one.feeds.get(k, 0),
             "aside": one.aside.get(k, 0), "left": left.get(k, 0), "feed": _is_feed(house, k)}
            for k in registers
        ],
        "reasons": [
            {"register": k, "name": delivered.name(house, k), **g}
            for k in left for g in _reasons(house, key, k)
        ],
        "left": sum(left.values()), "announced": announced(request),
        "dropped": [
            d | {"name": delivered.name(house, d["register"]), "who": said.person(house, d["by"])}
            for d in quarantine.dropped(house, key) if d["register"] in registers
        ],
    })  # fmt: skip


def _reasons(house: House, key: str, register: str) -> list[dict[str, Any]]:
    rows = quarantine.rows(house, key, register)
    return rejects.grouped(house, house.catalogue.registers.get(register), rows)[:_REASONS]


def _visible(house: House, request: HttpRequest, key: str) -> bool:
    register = house.catalogue.registers.get(key)
    return register is None or authority.may_see_delivered(viewer(request), register)


def _is_feed(house: House, key: str) -> bool:
    register = house.catalogue.registers.get(key)
    return bool(register and register.feed)


urlpatterns = [
    path("", data, name="data"),
    path("feeds/<slug:key>/", feed, name="feed"),
    path("deliveries/<slug:key>/", delivery, name="delivery"),
    path("upload", upload, name="upload"),
    path("uploads/<slug:key>/", match, name="match"),
    path("uploads/<slug:key>/discard", discard, name="discard"),
    path("rejected/<slug:key>/<slug:register>/", rejected, name="rejected"),
    path("rejected/<slug:key>/<slug:register>/rows.csv", rejected_file, name="rejected_file"),
    path("rejected/<slug:key>/<slug:register>/mend", mend_rejected, name="mend_rejected"),
    path("rejected/<slug:key>/<slug:register>/drop", drop_rejected, name="drop_rejected"),
]
