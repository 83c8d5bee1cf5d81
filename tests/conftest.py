"""What every test may lean on: Django, the profile of Hypothesis, a browser, a PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import django
import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "wardround",
    deadline=None,
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("wardround")


# Tests never see a real hospital's folder: one is made for the run, with a part for each worker.
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    DATA = Path(os.environ["WARDROUND_DATA"]) / worker
    DATA.mkdir(exist_ok=True)
else:
    MADE = TemporaryDirectory(prefix="wardround-tests-")
    DATA = Path(MADE.name)
os.environ["WARDROUND_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "wardround.settings"
django.setup()


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Foreign material that lies beside a checkout on some machines; never needed."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared material is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def chrome() -> str:
    """The path of a Chromium that a test may drive."""
    path = os.environ.get("CHROME", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.skip("no Chromium here: name one with CHROME")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The DATABASE_URL of the private PostgreSQL that `./run test` starts."""
    url = os.environ.get("WARDROUND_TEST_POSTGRES")
    if not url:
        pytest.skip("no PostgreSQL here: `./run test` starts one")
    return url


LONGEST = ("test_main_job", "test_on_postgresql", "test_beyond_one_machine", "test_five_minutes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that at the end no worker waits for another."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat what `run` could not do or found wrong, just above the closing line."""
    for line in filter(None, os.environ.get("RUN_NOTES", "").splitlines()):
        terminalreporter.write_line(line, yellow=True)
