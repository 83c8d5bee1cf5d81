"""All rows behind a figure, a hundred a page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wardround.store.house import house as at_hand
from wardround.store.measuring import measuring
from wardround.web import asking, doors, evidence, fresh
from wardround.web.access import viewer
from wardround.web.standing import address


def rows_behind(request: HttpRequest, key: str) -> HttpResponse:
    """The rows of the same question as the figure's page, from `?from=` on."""
    house, who = at_hand(), viewer(request)
    indicator = house.catalogue.indicators.get(key)
    if indicator is None:
        raise Http404
    as_of = asking.moment(request, house)
    period = asking.period(request, house.now())
    place = asking.department(request, house, who, [indicator])
    figures = measuring(house, as_of) if as_of else fresh.measured(house)
    offset = request.GET.get("from", "0")
    if not offset.isdigit():
        raise Http404
    page = evidence.page(figures, who, key, place, period, int(offset))
    kept = asking.without(request.GET.dict(), "from")

    def to(start: int) -> str:
        return doors.asked(request.path, **kept, **({"from": str(start)} if start else {}))

    return render(request, "web/office/rows.html", {
        "indicator": indicator, "place": figures.place_name(place), "period": period,
        "as_of": figures.at, "back": address(key, period, place, as_of), "page": page,
        "first": page.offset + 1, "last": page.offset + len(page.rows),
        "before": to(max(0, page.offset - evidence.PAGE)) if page.offset else "",
        "after": to(page.offset + evidence.PAGE) if page.more else "",
    })  # fmt: skip
