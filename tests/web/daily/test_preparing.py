"""While a hospital is being made ready, its pages say so and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from wardround.store.house import House, prepare
from wardround.text import Text

_STAGE = Text("一年半的登记", "eighteen months of entries")


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_a_page_says_how_far_it_is_and_asks_again(house: House, lang: str) -> None:
    prepare(house.data, _STAGE)
    page = Client(headers={"accept-language": lang}).get("/")
    assert page.status_code == 503 and page.headers["Retry-After"] == "2"
    assert (_STAGE.en if lang == "en" else _STAGE.zh) in page.text
    assert 'http-equiv="refresh"' in page.text


def test_it_opens_by_itself(house: House, signed_in: Callable[..., Client]) -> None:
    client = signed_in("wang_fang")
    prepare(house.data, _STAGE)
    assert client.get("/").status_code == 503
    prepare(house.data, None)
    assert client.get("/").status_code == 200
