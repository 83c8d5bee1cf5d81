"""A Spark cluster over the mart's Parquet files, asked in the words of `indicator.sql`.

Decides how a cluster is reached and how files become its tables; what is asked is generated
SQL. Every worker must see the files under the same paths. pyspark is no dependency of the plain
install: what lacks is said in one sentence.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import re
import shutil
import socket
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, reduce
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from wardround.indicator import sql
from wardround.text import refuse

_URL = re.compile(r"spark://([\w.-]+):(\d+)")
_PATIENCE = 120.0
"""Seconds to wait for a free worker."""
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    # Times that a row states are wall time in the mart; none of them is another zone's.
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    # Files lie on disk and are listed here, in no time: a job of the cluster takes seconds.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000000",
}


class Spark:
    """A session of a cluster, as `indicator.database.Database` has it."""

    branches = True

    def __init__(self, session: Any) -> None:
        self._session = session
        self._tables: dict[tuple[tuple[str, int], ...], str] = {}

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The lines of a query."""
        with _plainly():
            return [tuple(line) for line in self._said(query).collect()]

    def columns(self, table: str) -> frozenset[str]:
        """The columns of what stands in `from`."""
        with _plainly():
            return frozenset(self._said(f"select * from {table}").columns)

    def write(self, query: str, folder: Path, by: str = "") -> None:
        """The lines of a query as Parquet files in a new folder."""
        with _plainly():
            writer = self._said(query).write
            if by:
                writer = writer.partitionBy(by.strip('"'))
            writer.parquet(f"file://{folder}")

    def stop(self) -> None:
        """Let the cluster go; this process may then connect to another."""
        self._session.stop()
        connected.cache_clear()

    def _said(self, query: str) -> Any:
        return self._session.sql(sql.for_spark(query, self._table))

    def _table(self, paths: tuple[str, ...]) -> str:
        """The name of a view of Parquet files; columns are matched by name, absent ones null."""
        files = [file for path in paths for file in _globbed(path)]
        key = tuple((str(file), file.stat().st_mtime_ns) for file in files)
        if key not in self._tables:
            frames = [self._frame(some) for some in _alike([str(file) for file in files])]
            kinds: dict[str, set[str]] = defaultdict(set)
            for frame in frames:
                for column, kind in frame.dtypes:
                    kinds[column].add(kind)
            frames = [_agreed(frame, kinds) for frame in frames]
            whole = reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), frames)
            self._tables[key] = f"files_{len(self._tables)}"
            whole.createOrReplaceTempView(self._tables[key])
        return self._tables[key]

    def _frame(self, paths: Sequence[str]) -> Any:
        reader = self._session.read.option("__globPaths__", "false")  # a path is a path
        frame = reader.parquet(*(f"file://{path}" for path in paths))
        return frame.selectExpr("*", "_metadata.file_path as filename")


@contextmanager
def _plainly() -> Iterator[None]:
    """Refuse in a sentence what Spark would tell in pages."""
    errors = (
        import_module("pyspark.errors").PySparkException,
        import_module("py4j.protocol").Py4JError,
    )
    try:
        yield
    except errors as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise refuse(f"Spark 没有做成：{said}", f"Spark could not do it: {said}") from error


def _agreed(frame: Any, kinds: dict[str, set[str]]) -> Any:
    """A column of several kinds is text, as DuckDB has it; queries cast what they want."""
    return frame.selectExpr(
        *(
            f"cast(`{column}` as string) as `{column}`" if len(kinds[column]) > 1 else f"`{column}`"
            for column in frame.columns
        )
    )


def _alike(files: Sequence[str]) -> list[list[str]]:
    """The files, those with the same columns together."""
    column = "name || ' ' || coalesce(type, '') || coalesce(logical_type, converted_type, '')"
    found = duckdb.execute(
        f"select list(file_name) from (select file_name, list({column}) as shape "
        "from parquet_schema(?) group by file_name) group by shape",
        [files],
    )
    return [sorted(some) for (some,) in found.fetchall()]


def _globbed(path: str) -> list[Path]:
    """The files that a path with wild cards names; a plain path names itself."""
    if not any(mark in path for mark in "*?["):
        return [Path(path)]
    whole = Path(path)
    return sorted(Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))))


def asked(engine: str, master: str | None) -> Spark | None:
    """The cluster that `--engine` and `--master` name; None is DuckDB in this process."""
    if engine == "spark" and not master:
        raise refuse(
            "请用 --master spark://主机:端口 指明 Spark 主节点。",
            "Name Spark's master with --master spark://HOST:PORT.",
        )
    if engine != "spark" and master:
        raise refuse("--master 只和 --engine spark 同用。", "--master goes with --engine spark.")
    return connected(master) if master else None


@cache
def connected(master: str) -> Spark:
    """A session of the cluster at `master`, one a process, stopped at its end.

    Raises `Refused` where pyspark or Java lacks, nobody answers, or no worker is free.
    """
    host = _answering(master)
    loopback = host in ("127.0.0.1", "localhost")
    settings = dict(_SETTINGS)
    if loopback:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings["spark.driver.host"] = "127.0.0.1"
    builder = import_module("pyspark.sql").SparkSession.builder.master(master).appName("wardround")
    for key, value in settings.items():
        builder = builder.config(key, value)
    with _plainly():
        session = builder.getOrCreate()
        status = session.sparkContext._jsc.sc().statusTracker()
    atexit.register(session.stop)
    until = time.monotonic() + _PATIENCE
    while len(status.getExecutorInfos()) < 2:  # the first is this process
        if time.monotonic() > until:
            session.stop()
            raise refuse(
                f"{master} 没有空闲的工作节点（每个需要 1 核和执行器内存 1 GB；"
                "可用环境变量 SPARK_EXECUTOR_MEMORY 调小）。",
                f"{master} has no free worker (each must offer a core and the executor's memory, "
                "1 GB unless SPARK_EXECUTOR_MEMORY says less).",
            )
        time.sleep(0.1)
    context, shuffles = session.sparkContext, "spark.sql.shuffle.partitions"
    if not context.getConf().contains(shuffles):
        # Cells are few: two parts for each core, where Spark would make 200.
        session.conf.set(shuffles, str(2 * context.defaultParallelism))
    return Spark(session)


def _answering(master: str) -> str:
    """The host of a master that answers."""
    needed()
    found = _URL.fullmatch(master)
    if not found:
        raise refuse(
            f"“{master}”不是 Spark 主节点的地址，应写成 spark://127.0.0.1:7077。",
            f'"{master}" is not the address of a Spark master; write spark://127.0.0.1:7077.',
        )
    host, port = found.groups()
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except (OSError, OverflowError) as error:
        raise refuse(
            f"{master} 没有应答；本机试用可先运行 wardround cluster。",
            f"Nobody answers at {master}; for a trial on this machine start wardround cluster.",
        ) from error
    return host


def needed() -> Path:
    """The folder of Spark's programs; raises `Refused` where pyspark or Java lacks."""
    package = importlib.util.find_spec("pyspark")
    if package is None or package.origin is None:
        raise refuse(
            "没有安装 pyspark：请用 ./run 运行本命令（会自动安装），或先执行 "
            "pip install --require-hashes -r requirements-spark.txt。",
            "pyspark is not installed: use ./run, which installs it, or first run "
            "pip install --require-hashes -r requirements-spark.txt.",
        )
    java = Path(os.environ["JAVA_HOME"], "bin/java") if os.environ.get("JAVA_HOME") else None
    if not (java and java.exists()) and not shutil.which("java"):
        raise refuse(
            "Spark 需要 Java 17 或更新版本：sudo apt-get install default-jre-headless。",
            "Spark needs Java 17 or newer: sudo apt-get install default-jre-headless.",
        )
    return Path(package.origin).parent
