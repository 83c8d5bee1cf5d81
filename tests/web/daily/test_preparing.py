"""While a hospital is being made ready, one may stand at its door and see how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone

from wardround.store.house import House, forget, prepare
from wardround.store.models import Ledger
from wardround.text import Text

_STAGE = Text("一年半的登记", "eighteen months of entries")


@pytest.fixture
def preparing(house: House) -> Iterator[None]:
    prepare(house.data, _STAGE)
    yield
    prepare(house.data, None)


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_sign_in_page_says_how_far_it_is_and_lets_nobody_in(preparing: None, lang: str) -> None:
    page = Client(headers={"accept-language": lang}).get("/", follow=True)
    assert page.redirect_chain == [("/sign-in?next=/", 302)] and page.status_code == 200
    assert (_STAGE.en if lang == "en" else _STAGE.zh) in page.text
    assert '<button class="button primary wide" disabled>' in page.text


def test_it_opens_by_itself(house: House, preparing: None) -> None:
    asks_again = 'hx-get="/sign-in" hx-select="#enter"'
    assert asks_again in Client().get("/sign-in").text
    prepare(house.data, None)
    page = Client().get("/sign-in").text
    assert asks_again not in page and "disabled" not in page


def test_the_clock_that_another_process_sets_meanwhile_counts(
    house: House, preparing: None
) -> None:
    Ledger.objects.update(clock_offset=0.0)
    forget()
    Client().get("/sign-in")
    Ledger.objects.update(clock_offset=-1e8)
    prepare(house.data, None)
    assert (timezone.now() - house.now()).days == 1157


def test_whoever_was_signed_in_waits_too(preparing: None, signed_in: Callable[..., Client]) -> None:
    assert signed_in("wang_fang").get("/").headers["Location"] == "/sign-in?next=/"


def test_what_would_be_written_and_programs_are_told_to_come_back(preparing: None) -> None:
    for answer in (Client().post("/sign-in", {"username": "x"}), Client().get("/api/figures")):
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
