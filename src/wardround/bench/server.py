"""A PostgreSQL of the bench's own, for as long as it takes; gone afterwards.

Its socket's folder is its only door. Nothing is started where the programs are not installed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import psycopg

from wardround.bench.peers import Absent, Answers, Way, each, filtered, sources
from wardround.bench.timing import Contender
from wardround.bench.workload import Workload
from wardround.text import Text

NAME = "PostgreSQL, one query an indicator"


@contextmanager
def server() -> Iterator[str | None]:
    """The address of a PostgreSQL that lives as long as the block; None if none can be had."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    programs = found[-1].parent if found else None
    if programs is None:
        yield None
        return
    place = Path(tempfile.mkdtemp(prefix="wardround-bench-pg."))
    as_owner: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        owner = next((p.pw_name for p in pwd.getpwall() if p.pw_name == "postgres"), "nobody")
        shutil.chown(place, owner)
        as_owner = ["runuser", "-u", owner, "--"]
    place.chmod(0o755)

    def call(program: str, *words: str) -> None:
        command = [*as_owner, str(programs / program), "-D", str(place / "data"), *words]
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, cwd=place, stdout=quiet, stderr=quiet, timeout=120)

    options = f"-c listen_addresses='' -k {place} -c fsync=off -c full_page_writes=off"
    address: str | None = f"host={place} user=wr dbname=postgres"
    try:
        call("initdb", "-U", "wr", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        call("pg_ctl", "-w", "-l", str(place / "log"), "-o", options, "start")
    except (subprocess.SubprocessError, OSError):
        address = None
    try:
        yield address
    finally:
        with suppress(subprocess.SubprocessError, OSError):
            call("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


def postgres(workload: Workload, mart: Path, address: str | None) -> Way | Absent:
    """PostgreSQL with the rows in tables, one query an indicator."""
    if address is None:
        return Absent(NAME, Text("没有可启动的服务", "no server could be started"))
    for source in sources(workload):
        _fill(address, source.register, mart)
    kept: dict[str, tuple[float, ...]] = {}

    def run() -> int:
        rows = 0
        with psycopg.connect(address) as link:
            for key, source, above, below in each(workload):
                link.execute(
                    f"create temp table {key} on commit drop as select department, day, "
                    f"{filtered(above, 'postgres')} as n, "
                    f"{filtered(below, 'postgres') if below else '0'} as d "
                    f"from {source.register} group by 1, 2"
                )
                found = link.execute(f"select count(*) from {key}").fetchone()
                rows += int(found[0]) if found else 0
        return rows

    def answers() -> Answers:
        weight = "((1 + ascii(right(department, 1)) % 7) * (1 + (day - date '2000-01-01') % 11))"
        with psycopg.connect(address) as link:
            for key, source, above, below in each(workload):
                line = link.execute(
                    f"select sum(n), sum(n * {weight}), sum(d), sum(d * {weight}) from (select "
                    f"department, day, {filtered(above, 'postgres')} as n, "
                    f"{filtered(below, 'postgres') if below else '0'} as d "
                    f"from {source.register} group by 1, 2) as cells"
                ).fetchone()
                kept[key] = tuple(float(value or 0) for value in line or ())
        return kept

    return Way(Contender(NAME, "peer", run), answers)


def _fill(address: str, register: str, mart: Path) -> None:
    """Copy a register's files into a table of the same columns."""
    db = duckdb.connect()
    table = f"read_parquet('{mart / register / '*.parquet'}')"
    kinds = db.execute(f"describe select * from {table}").fetchall()
    typed = {"VARCHAR": "text", "DOUBLE": "double precision", "BOOLEAN": "boolean"}
    listed = ", ".join(f'"{line[0]}" {typed.get(line[1], line[1])}' for line in kinds)
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(address) as link:
        lines = Path(folder) / "rows.csv"
        db.execute(f"copy (from {table}) to '{lines}' (format csv, header false)")
        link.execute(f'drop table if exists "{register}"')
        link.execute(f'create table "{register}" ({listed})')
        copy = link.cursor().copy(f'copy "{register}" from stdin (format csv)')
        with copy as into, lines.open("rb") as file:
            while block := file.read(1 << 20):
                into.write(block)
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f'vacuum analyze "{register}"')
    db.close()
