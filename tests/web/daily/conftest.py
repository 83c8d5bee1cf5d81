"""The small hospital in the tests' own folder and database, and its people signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.web.daily.town import furnish
from wardround.catalogue.load import load
from wardround.catalogue.model import Catalogue
from wardround.store import house as at_hand
from wardround.store.house import House


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture
def house(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue
) -> Iterator[House]:
    monkeypatch.setattr(at_hand, "load", lambda *_: catalogue)
    monkeypatch.setattr(settings, "DATA", tmp_path / "data")
    yield furnish(tmp_path / "data")
    at_hand.forget()


@pytest.fixture
def signed_in(house: House) -> Callable[..., Client]:
    """A browser in which this person has signed in, in this language."""

    def sign_in(person: str, lang: str = "zh-hans") -> Client:
        client = Client(headers={"accept-language": lang})
        client.force_login(User.objects.get(username=person))
        return client

    return sign_in
