"""The small hospital with a year and a half of readings behind it, and its people signed in.

The past is recorded and measured once a module, inside a transaction that is never committed;
each test has a savepoint in it and a copy of the data folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.web.office.past import remember
from wardround.catalogue.load import load
from wardround.store import house as at_hand
from wardround.store.house import House
from wardround.store.measuring import refresh
from wardround.web import fresh


@pytest.fixture(scope="module")
def past(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:  # fmt: skip
    data = tmp_path_factory.mktemp("past") / "data"
    catalogue = load()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(at_hand, "load", lambda *_: catalogue)
        patch.setattr(settings, "DATA", data)
        with transaction.atomic():
            refresh(remember(data))
            yield data
            transaction.set_rollback(True)
    at_hand.forget()


@pytest.fixture
def house(past: Path, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(settings, "DATA", tmp_path / "data")
    monkeypatch.setattr(fresh, "QUICK", 3600.0)
    shutil.copytree(past, tmp_path / "data")
    at_hand.forget()
    yield at_hand.house()
    at_hand.forget()


@pytest.fixture
def signed_in(house: House) -> Callable[..., Client]:
    """A browser in which this person has signed in, in this language."""

    def sign_in(person: str, lang: str = "zh-hans") -> Client:
        client = Client(headers={"accept-language": lang})
        client.force_login(User.objects.get(username=person))
        return client

    return sign_in
