"""Whether a message can be used, told at once: before it is acknowledged, one at a time.

The same expressions as for whole deliveries, prepared once, and the rule of `feed` for what they
say. It only decides that nothing is wrong; what may be wrong is `gate`'s matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import duckdb

from wardround.catalogue.model import Catalogue, Register
from wardround.catalogue.values import Known
from wardround.sources import feed, stage
from wardround.sources.from_hl7 import Taken, resolver
from wardround.sources.mapping import Source
from wardround.sources.stage import name, quoted
from wardround.sources.table import SourceRow


class AtOnce:
    """Ready to judge messages by one mapping; used from one thread at a time."""

    def __init__(
        self, source: Source, catalogue: Catalogue, departments: Mapping[str, str], known: Known,
        zone: ZoneInfo, secret: str, work: str,
    ) -> None:  # fmt: skip
        """`departments` is word → key, `work` a folder for scratch files."""
        self._known, self._zone = known, zone
        self._connection = stage.connect(work)
        self._rows: dict[str, tuple[Register, tuple[str, ...]]] = {}
        macro = stage.department_macro(self._connection, departments)
        for rows in source.all_rows():
            register = catalogue.registers[rows.feed]
            said, _ = stage.columns(rows, register, resolver(rows), secret, macro)
            words = ", ".join(f"cast({e} as varchar) as {name(k)}" for k, e in said.items())
            self._connection.execute(
                f"prepare {name(rows.key)} as select {words} from "
                "(select cast($1 as varchar[]) as v) m_"
            )
            self._rows[rows.key] = register, tuple(said)

    def fits(self, taken: Sequence[Taken]) -> bool:
        """Whether every row that a message makes can be used and stands for itself."""
        seen = set[tuple[str, str]]()
        for one in taken:
            register, keys = self._rows[one.rows]
            listed = "[" + ", ".join(map(quoted, one.words)) + "]"
            try:
                found = self._connection.execute(f"execute {name(one.rows)}({listed})").fetchone()
            except duckdb.Error:  # bytes that no text has; the whole way says what is wrong
                return False
            pairs = zip(keys, found or (), strict=True)
            words = {k: v for k, v in pairs if v is not None}
            faults = feed.check(register, SourceRow("", words), self._known, self._zone)[1]
            own = register.key, words.get(register.id or "", "")
            if faults or own in seen:
                return False
            seen.add(own)
        return True

    def close(self) -> None:
        self._connection.close()
