"""Monthly totals entered on a form: every indicator that adds up is offered, a figure follows."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from wardround.period import Period
from wardround.store import measuring
from wardround.store.house import House
from wardround.store.ledger import new_id

PAGE = "/registers/monthly_totals/record"
MAY = Period.parse("2026-05")


def test_a_total_typed_on_the_form_is_a_figure(
    house: House, signed_in: Callable[..., Client]
) -> None:
    nurse = signed_in("li_ting")
    form = nurse.get(PAGE).content.decode()
    assert '<option value="alos"' in form and '<option value="wait_median"' not in form

    said = {"month": "2026-05-31", "indicator": "alos", "department": "ward_2", "id": new_id()}
    assert nurse.post(PAGE, said | {"numerator": "", "denominator": "9"}).status_code == 422
    assert nurse.post(PAGE, said | {"numerator": "72", "denominator": "9"}).status_code == 302

    measuring.refresh(house, house.now())
    figure = measuring.measuring(house).figure("alos", "ward_2", MAY)
    assert (figure.written(), figure.denominator) == ("8.0", 9)
