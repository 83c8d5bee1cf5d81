"""A terminal in the test's own process: one data folder, one database, the commands as typed.

Starting a process for every command costs seconds; the few tests that need a real one start it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker

from tests.conftest import ROOT
from wardround import cli
from wardround.store import house as at_hand
from wardround.store.models import Ledger


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Terminal:
    """Commands over one data folder, with a SQLite file of its own in it."""

    data: Path
    unblocked: DjangoDbBlocker

    def __call__(self, *words: str | Path, lang: str = "en") -> Said:
        """Run one command as if typed; argparse's own ending is told as a status too."""
        out, err = io.StringIO(), io.StringIO()
        with self.at_hand(), redirect_stdout(out), redirect_stderr(err):
            try:
                status = cli.main([*map(str, words), "--lang", lang])
            except SystemExit as ended:
                status = int(ended.code or 0)
        return Said(status, out.getvalue(), err.getvalue())

    def program(self, *words: str | Path) -> Any:
        """What a command that goes well prints for programs."""
        said = self(*words, "--json")
        assert said.status == 0, said
        return said.json

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """This folder and its database, as they are in a process of their own."""
        folder, theirs = settings.DATA, connections["default"]
        ours = {**theirs.settings_dict, "NAME": self.data / "wardround.sqlite3"}
        settings.DATA = self.data
        connections["default"] = DatabaseWrapper(ours, "default")
        connections.databases["default"] = ours  # for the threads that a command begins
        at_hand.forget()
        try:
            with self.unblocked.unblock():
                yield
        finally:
            connections["default"].close()
            connections["default"] = theirs
            connections.databases["default"] = theirs.settings_dict
            settings.DATA = folder
            at_hand.forget()

    def clock(self, at: datetime) -> None:
        """From now on this hospital's clock runs from `at`."""
        with self.at_hand():
            key = at_hand.house().hospital.hospital.key
            Ledger.objects.get_or_create(hospital=key)
            at_hand.set_clock(key, at)

    def copied(self, to: Path) -> Terminal:
        """The same hospital in another folder, to be spoilt."""
        shutil.copytree(self.data, to)
        return replace(self, data=to)


def process(*words: str | Path, **environment: str) -> Said:
    """Run one command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "wardround", *map(str, words)], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment}, timeout=300,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)
