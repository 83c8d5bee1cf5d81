"""The small hospital of the pages' tests, asked by programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.daily.conftest import catalogue, house, signed_in
from wardround.store.models import Entry

__all__ = ["catalogue", "house", "signed_in"]

READING = {
    "register": "cold_chain",
    "subject": "F1",
    "department": "clinic",
    "values": {"temperature": 9.0, "action": "移至 F2，停用待查"},
}


@pytest.fixture
def vaccinator(signed_in: Callable[..., Client]) -> Client:
    return signed_in("wang_fang")


@pytest.fixture
def reading(vaccinator: Client) -> Entry:
    """Nine degrees, recorded by the vaccinator, which opened a case."""
    answer = post(vaccinator, "/api/entries", READING)
    return Entry.objects.get(pk=answer.json()["id"])


def post(client: Client, address: str, body: Any, **more: Any) -> Any:
    return client.post(address, body, content_type="application/json", **more)
