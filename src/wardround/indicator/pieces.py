"""What a cube holds of a source, file by file, and which files belong together.

Decides what is written down about cube files, which of them are rolled up together, and how many
are made at once. Nothing here reads or makes rows: that is `cube`'s matter.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from wardround.indicator.values import Span
from wardround.period import Period

_AT_ONCE, _FILES = 512 << 20, 48
"""So many bytes of the mart, in so many files, are measured in one query."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One mart file as measured: its stamp, the name of what was made, the days it spans.

    The stamp tells quickly that a file is the same; no two contents have one name.
    """

    stamp: tuple[int, int]
    name: str
    days: int = 0
    first: str = ""
    last: str = ""

    def meets(self, spans: Iterable[tuple[str, str]]) -> bool:
        """Whether the piece may hold cells of some period, given as first day and day after."""
        return self.days > 0 and any(
            self.first < after and self.last >= first for first, after in spans
        )


@dataclass(frozen=True, slots=True)
class State:
    """The small JSON beside a source's cube files.

    `measures` is column → measure, `pieces` mart month → what is in force, `years` year → the
    roll-up of its months; `superseded` names what the last few changes left behind, which
    somebody may still be reading.
    """

    set: str = ""
    measures: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, Piece] = field(default_factory=dict)
    years: dict[str, str] = field(default_factory=dict)
    superseded: list[list[str]] = field(default_factory=list)

    @classmethod
    def read(cls, file: Path) -> State:
        """The state in a file; an empty one, so that all is made anew, if it cannot be read."""
        try:
            found = json.loads(file.read_bytes())
            pieces = {
                key: Piece((stamp[0], stamp[1]), *rest)
                for key, (stamp, *rest) in found["pieces"].items()
            }
            years, superseded = found["years"], found["superseded"]
            return cls(found["set"], found["measures"], pieces, years, superseded)
        except (FileNotFoundError, ValueError, LookupError, TypeError):
            return cls()

    def write(self, file: Path) -> None:
        """Replace the file in one step."""
        beside = file.with_suffix(".new")
        pieces = {key: (p.stamp, p.name, p.days, p.first, p.last) for key, p in self.pieces.items()}
        said = {
            "set": self.set, "measures": self.measures, "pieces": pieces, "years": self.years,
            "superseded": self.superseded,
        }  # fmt: skip
        beside.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        os.replace(beside, file)


def span_of(pieces: Iterable[Piece]) -> Span | None:
    """First and last day of any row."""
    known = [piece for piece in pieces if piece.days]
    if not known:
        return None
    first, last = min(p.first for p in known), max(p.last for p in known)
    return date.fromisoformat(first), date.fromisoformat(last)


def together(pieces: Mapping[str, Piece]) -> dict[str, list[Piece]]:
    """Year → its pieces with any row, which are rolled up together; the last month is apart, so
    that a new day costs a month, however long the history."""
    found: dict[str, list[Piece]] = defaultdict(list)
    known = sorted(key for key, piece in pieces.items() if piece.days)
    last = max((key for key in known if key[0].isdigit()), default="")  # others have no month
    for key in known:
        found[key if key == last else key[:4]].append(pieces[key])
    return found


def rolled_up(year: str, pieces: Iterable[Piece]) -> str:
    """The name of the roll-up of these pieces."""
    return f"{year}.{digest(*(piece.name for piece in pieces))}"


def over_all(months: Path) -> Path:
    """Where the totals over all months of a roll-up stand; those of one month are its own."""
    named = months.name.split(".")
    return months if "-" in named[0] else months.with_name(".".join([*named[:2], "all", named[-1]]))


def batches(stale: Mapping[str, Piece]) -> Iterator[dict[str, Piece]]:
    """Pieces in order of month, so many at once as memory bears."""
    batch: dict[str, Piece] = {}
    size = 0
    for key, piece in sorted(stale.items()):
        size += piece.stamp[1]
        if batch and (size > _AT_ONCE or len(batch) == _FILES):
            yield batch
            batch, size = {}, piece.stamp[1]
        batch[key] = piece
    if batch:
        yield batch


def written(periods: Iterable[Period]) -> list[tuple[str, str]]:
    """First day and day after of each period, as pieces have them."""
    return [(period.start.isoformat(), period.end.isoformat()) for period in periods]


def digest(*said: object) -> str:
    """A short name for what is said; another for anything else."""
    return hashlib.blake2b(repr(said).encode(), digest_size=8).hexdigest()


def alike(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes; no if the other is not there."""
    try:
        if one.stat().st_size != other.stat().st_size:
            return False
        with one.open("rb") as a, other.open("rb") as b:
            while block := a.read(1 << 20):
                if block != b.read(1 << 20):
                    return False
    except FileNotFoundError:
        return False
    return True
