"""What measuring asks of an engine that reads the mart's Parquet files.

The queries are `sql`'s, written for DuckDB; an engine that speaks otherwise has them said in its
own words. `Embedded` is DuckDB in this process; `store.spark` is a cluster.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import duckdb

from wardround.indicator import sql


class Database(Protocol):
    """An engine over Parquet files."""

    @property
    def branches(self) -> bool:
        """Whether measures are best asked for with branches (`sql.branched`)."""

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The lines of a query."""

    def columns(self, table: str) -> frozenset[str]:
        """The columns of what stands in `from`."""

    def write(self, query: str, folder: Path, by: str = "") -> None:
        """The lines of a query as Parquet files in a new folder; with `by`, a quoted column of
        the query, in a folder `COLUMN=VALUE` for each of its values."""


class Embedded:
    """DuckDB, as `connection` reaches it."""

    branches = False

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._db = connection

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The lines of a query."""
        return self._db.cursor().execute(query).fetchall()

    def columns(self, table: str) -> frozenset[str]:
        """The columns of what stands in `from`."""
        return frozenset(line[0] for line in self.ask(f"describe select * from {table}"))

    def write(self, query: str, folder: Path, by: str = "") -> None:
        """The lines of a query as Parquet files in a new folder."""
        apart = f"partition_by ({by})" if by else "per_thread_output true"
        self._db.cursor().execute(f"copy ({query}) to {sql.text(folder)} (format parquet, {apart})")
