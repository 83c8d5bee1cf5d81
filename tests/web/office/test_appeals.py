"""Scores are provisional until they are posted, open to appeal, and confirmed; then frozen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from wardround.period import Period
from wardround.store import ledger
from wardround.store.house import House
from wardround.store.ledger import Proposal
from wardround.store.measuring import refresh
from wardround.store.models import Entry
from wardround.store.posting import Posting, posting
from wardround.text import Refused

SignedIn = Callable[..., Client]
PAGE = "/scores/?period=2026-06"
APPEAL = "/registers/score_appeal/record?department=ward_2"


@pytest.fixture(autouse=True)
def hands(house: House) -> None:
    """Something to score in June: four hands watched in ward 2."""
    watched = [{"staff": "nurse", "moment": "after_fluid", "done": n > 0} for n in range(4)]
    ledger.append(house, Proposal(
        "hand_hygiene", {"observer": "office", "seen": watched}, "ward_2",
        occurred_at=datetime(2026, 6, 20, 9, tzinfo=house.zone),
    ), house.viewer("liu_fang"))  # fmt: skip
    refresh(house)


@pytest.fixture
def sheet(house: House) -> Entry:
    """The quality office has posted June."""
    proposal = Proposal("score_posting", {"month": "2026-06-01"}, "quality")
    return ledger.append(house, proposal, house.viewer("sun_min")).entry


def stands(house: House) -> Posting:
    scheme = house.catalogue.schemes["department_month"]
    return posting(house, scheme, Period.parse("2026-06"))


def seen(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_before_posting_scores_are_provisional(house: House, signed_in: SignedIn) -> None:
    office, head = seen(signed_in("sun_min")), seen(signed_in("chen_jing"))

    assert "暂定，未公示" in office and "/registers/score_posting/record" in office
    assert "暂定，未公示" in head and APPEAL not in head
    assert stands(house) == Posting()


def test_after_posting_heads_may_appeal_for_the_declared_days(
    house: House, signed_in: SignedIn, sheet: Entry
) -> None:
    head, nurse = seen(signed_in("chen_jing")), seen(signed_in("li_ting"))

    assert "已公示，待审定" in head and APPEAL in head and APPEAL not in nurse
    until = stands(house).appeal_until
    assert until and stands(house).open(until)
    assert not stands(house).open(until + timedelta(minutes=1))


def test_an_appeal_out_of_time_is_refused_wherever_it_comes_from(
    house: House, sheet: Entry
) -> None:
    until = stands(house).appeal_until
    assert until
    for month, at, said in (
        ("2026-06-01", until + timedelta(minutes=1), "Appeals were open until"),
        ("2026-05-01", until, "not posted"),
    ):
        asked = {"month": month, "item": "x", "claimed": 1, "grounds": "y"}
        with pytest.raises(Refused, match=said):
            ledger.append(
                house, Proposal("score_appeal", asked, "ward_2"), house.viewer("chen_jing"), at
            )


def test_one_signature_does_not_confirm(house: House, sheet: Entry) -> None:
    def sign(person: str, step: str) -> None:
        proposal = Proposal("score_posting", {"step": step}, about=str(sheet.root))
        ledger.append(house, proposal, house.viewer(person))

    sign("sun_min", "quality_office")
    assert stands(house).confirmed_at is None
    with pytest.raises(Refused):
        sign("zhou_min", "leader")
