"""`serve`: a real server in a process of its own answers, keeps its clocks and goes when told."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.commands.terminal import Terminal
from tests.conftest import ROOT

T = TypeVar("T")


@pytest.fixture
def serving(copy: Terminal) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The server's process and its address, over a hospital that is still to be measured."""
    shutil.rmtree(copy.data / "cube")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "wardround", "serve", "--data", str(copy.data), "--port", port],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    yield process, f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def answer(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=30) as found:
            return str(found.url)
    except OSError:
        return None


def soon(wanted: Callable[[], T]) -> T:
    """What comes within a minute."""
    for _ in range(120):
        if found := wanted():
            return found
        time.sleep(0.5)
    pytest.fail("it did not come within a minute")


def opened(process: int) -> set[str]:
    """The files that a process holds open."""
    found = set()
    for one in Path(f"/proc/{process}/fd").iterdir():
        try:
            found.add(os.path.basename(os.readlink(one)))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_pages_answer_and_clocks_run_where_nothing_was_open_when_it_was_forked(
    serving: tuple[subprocess.Popen[bytes], str], copy: Terminal
) -> None:
    process, address = serving

    assert str(soon(lambda: answer(address))).startswith(f"{address}/sign-in")
    assert soon(lambda: list(copy.data.glob("cube/*/*")))
    assert not {name for name in opened(process.pid) if "sqlite" in name}

    process.terminate()
    assert process.wait(20) == 0


def test_nothing_goes_on_answering_when_the_server_was_killed(
    serving: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, address = serving
    assert soon(lambda: answer(address))

    process.kill()
    assert soon(lambda: answer(address) is None)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_told_and_not_shared(empty: Terminal, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        for lang, words in (("zh", f"{port} 端口已被占用"), ("en", f"Port {port} is in use")):
            said = empty(command, "--port", port, lang=lang)
            assert (said.status, said.out) == (2, "") and words in said.err

    assert not empty.data.exists()
