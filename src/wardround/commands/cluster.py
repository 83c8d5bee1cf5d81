"""A small Spark cluster on this machine: one master, some workers, loopback only.

For trials and tests. A region's own cluster is started with Spark's own programs; `measure`,
`region` and `bench region` take the address of either.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wardround.outcome import Outcome
from wardround.store import spark
from wardround.text import Text, refuse

_HOST = "127.0.0.1"
_PATIENCE = 180.0
_STEP = 0.2


def cluster(words: argparse.Namespace) -> Outcome:
    """Run a cluster until interrupted; the address stands on standard output."""
    if words.workers < 1 or words.memory < 500:
        raise refuse("至少 1 个工作节点，每个至少 500 MB。", "At least 1 worker with 500 MB each.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with running(words.workers, words.port, words.memory) as (master, programs):
        said = Text(
            f"{master} 已就绪，{words.workers} 个工作节点；按 Ctrl-C 停止。",
            f"{master} is ready with {words.workers} workers; stop with Ctrl-C.",
        )
        print(said[words.lang], flush=True)
        while all(program.poll() is None for program in programs):
            time.sleep(_STEP)
    raise refuse("集群中有程序停了。", "A program of the cluster has ended.")


@contextmanager
def running(
    workers: int = 2, port: int = 0, memory: int = 1024
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A cluster's address and programs, once every worker has joined; stopped at the end.

    `memory` is MB a worker; port 0 is any free one. Raises `Refused` if it does not start.
    """
    programs: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory(prefix="wardround-spark-") as name:
        folder, port = Path(name), port or _free()
        master = f"spark://{_HOST}:{port}"
        try:
            at = ["--host", _HOST, "--webui-port", "0"]
            programs.append(_start(folder, "master.Master", *at, "--port", str(port)))
            _wait(folder / "0.log", "I have been elected leader", programs)
            for number in range(1, workers + 1):
                own = ["--cores", "1", "--memory", f"{memory}M", "--work-dir", f"{folder}/work"]
                programs.append(_start(folder, "worker.Worker", *at, *own, master, number=number))
            for number in range(1, workers + 1):
                _wait(folder / f"{number}.log", "Successfully registered", programs)
            yield master, programs
        finally:
            for program in reversed(programs):
                program.terminate()
            for program in programs:
                program.wait()


def _start(folder: Path, of: str, *more: str, number: int = 0) -> subprocess.Popen[bytes]:
    """One of Spark's own programs, with its log in the folder."""
    home = spark.needed()
    environment = {
        **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": _HOST,
        "SPARK_LOCAL_DIRS": f"{folder}/local", "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }  # fmt: skip
    with (folder / f"{number}.log").open("wb") as log:
        return subprocess.Popen(
            [home / "bin" / "spark-class", f"org.apache.spark.deploy.{of}", *more],
            env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip


def _wait(log: Path, words: str, programs: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + _PATIENCE
    while words not in (said := log.read_text("utf-8", "replace")):
        if time.monotonic() > until or any(program.poll() is not None for program in programs):
            last = said.strip().rpartition("\n")[2]
            raise refuse(f"Spark 没有启动：{last}", f"Spark did not start: {last}")
        time.sleep(_STEP)


def _free() -> int:
    with socket.socket() as found:
        found.bind((_HOST, 0))
        return int(found.getsockname()[1])
