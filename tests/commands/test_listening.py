"""HL7 v2 over MLLP: stored before it is acknowledged, once, and taken in when it stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from pytest_django import DjangoDbBlocker

from tests.commands.terminal import Terminal
from tests.store.test_feeds import adt

HOSPITAL = """
[hospital]
key = "h"
name = { zh = "院", en = "H" }
zone = "Asia/Shanghai"
beds = 4
in_use_from = 2026-01-01
[department.ward_1]
name = { zh = "一病区", en = "Ward 1" }
functions = ["ward", "hospital_office"]
beds = 4
codes = ["W1"]
[person.clerk]
name = { zh = "院办", en = "Clerk" }
department = "ward_1"
role = "officer"
post = { zh = "干事", en = "Clerk" }
"""


@contextmanager
def listening(there: Terminal) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The command in a process of its own, and its port."""
    words = [sys.executable, "-m", "wardround", "listen", "--port", "0", "--every", "60", "--json"]
    run = subprocess.Popen(
        [*words, "--data", str(there.data), "--lang", "en"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "DATABASE_URL": ""},
    )  # fmt: skip
    assert run.stderr is not None
    line = run.stderr.readline()
    try:
        yield run, int(line.rsplit(":", 1)[1])
    finally:
        run.kill()
        run.communicate()


def said(wire: socket.socket, message: str) -> str:
    """The code and the reason of the answer."""
    wire.sendall(b"\x0b" + message.encode() + b"\x1c\r")
    answer = b""
    while not answer.endswith(b"\x1c\r"):
        answer += wire.recv(4096)
    return next(s for s in answer.decode().split("\r") if s.startswith("MSA"))


def hospital(tmp_path: Path, blocker: DjangoDbBlocker) -> Terminal:
    declared = tmp_path / "hospital.toml"
    declared.write_text(HOSPITAL, "utf-8")
    terminal = Terminal(tmp_path / "data", blocker)
    terminal("init", "--hospital", declared)
    return terminal


def test_messages_are_acknowledged_one_by_one_and_kept_once(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    terminal = hospital(tmp_path, django_db_blocker)
    admit = adt("A01", "202603010900", "S1", number="M1")
    with listening(terminal) as (run, port), socket.create_connection(("127.0.0.1", port)) as wire:
        assert said(wire, admit) == "MSA|AA|M1"
        assert said(wire, admit) == "MSA|AA|M1"
        assert said(wire, "MSH|^~\\&|A||||1||BAR^P01|M2|P|2.5\r") == "MSA|AA|M2"
        strange = said(wire, adt("A01", "202603010900", "S2", "ICU", number="M3"))
        assert strange.startswith("MSA|AE|M3|") and "ICU" in strange
        assert said(wire, "hello").startswith("MSA|AR|")
        run.send_signal(signal.SIGTERM)
        out, _ = run.communicate(timeout=60)
    assert json.loads(out) == {"AA": 3, "AE": 1, "AR": 1}
    assert terminal.program("figure", "admissions", "--period", "2026-03")["value"] == 1


def test_what_was_acknowledged_is_on_disk_whoever_pulls_the_plug(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    """Several senders at once, each waiting for its answers; then the process is killed."""
    terminal = hospital(tmp_path, django_db_blocker)

    def send(port: int, sender: int) -> list[str]:
        with socket.create_connection(("127.0.0.1", port)) as wire:
            return [
                said(wire, adt("A01", "202603010900", f"S{sender}-{n}", number=f"M{sender}-{n}"))
                for n in range(50)
            ]

    with listening(terminal) as (run, port), ThreadPoolExecutor(4) as senders:
        answers = [a for several in senders.map(send, [port] * 4, range(4)) for a in several]
        run.kill()
    assert answers == [f"MSA|AA|M{s}-{n}" for s in range(4) for n in range(50)]
    with closing(sqlite3.connect(terminal.data / "feed" / "inbox.sqlite3")) as inbox:
        kept = inbox.execute("select count(distinct number) from message").fetchone()
    assert kept == (200,)
