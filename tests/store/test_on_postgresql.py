"""What the store promises on SQLite it promises on PostgreSQL: the same tests, run there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.postgres
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="this is the run on another database")
def test_the_store_keeps_its_promises_on_postgresql(root: Path, postgres_url: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/store",
            "-q",
            "-p",
            "no:xdist",
            "-p",
            "no:cacheprovider",
        ],
        cwd=root,
        env=environment | {"DATABASE_URL": postgres_url, "RUN_NOTES": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
