"""How well a reading agrees with hand labels: the measures of the labelling guide, in short.

Two statements are the same when they share at least four fifths of their characters. What an
unmatched label holds is missed, what an unmatched statement holds is too much.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Line = dict[str, Any]
SAME = 0.8


@dataclass
class Tally:
    """Found and right, found and wrong, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, gold: Counter[Any], read: Counter[Any]) -> None:
        both = (gold & read).total()
        self.right += both
        self.missed += gold.total() - both
        self.wrong += read.total() - both

    @property
    def f1(self) -> float:
        found = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / found if found else 1.0


@dataclass
class Score:
    """The measures of a set of documents, each between 0 and 1."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    agreed: dict[str, list[bool]] = field(default_factory=dict)

    def of(self, name: str) -> float:
        if name in self.tallies:
            return self.tallies[name].f1
        answers = self.agreed.get(name, [])
        return sum(answers) / len(answers) if answers else 1.0


def labelled(folder: Path) -> dict[str, list[Line]]:
    """The labels of a folder by document."""
    found: dict[str, list[Line]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for words in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(words)
            found.setdefault(line["doc"], []).append(line)
    return found


def measure(pairs: Iterable[tuple[list[Line], list[Line]]]) -> Score:
    """Score labels against readings, one pair a document."""
    score = Score({name: Tally() for name in ("segmentation", *KEYS)}, {})
    for gold, read in pairs:
        _compare(score, gold, read)
    return score


def _compare(score: Score, gold: list[Line], read: list[Line]) -> None:
    near = [line for line in read if any(_shared(line, one) for one in gold)]
    couples = list(_couples(gold, near))
    first, second = {id(a) for a, _ in couples}, {id(b) for _, b in couples}
    alone = [(line, {}) for line in gold if id(line) not in first]
    extra = [({}, line) for line in near if id(line) not in second]
    score.tallies["segmentation"].right += len(couples)
    score.tallies["segmentation"].missed += len(alone)
    score.tallies["segmentation"].wrong += len(extra)
    for a, b in (*couples, *alone, *extra):
        for name, keys in KEYS.items():
            score.tallies[name].add(keys(a), keys(b))
        for name in ("cadence", "deadline"):
            one, other = _set(a.get(name)), _set(b.get(name))
            if one or other:
                score.agreed.setdefault(name, []).append(one == other)
    score.agreed.setdefault("kind", []).extend(a["kind"] == b["kind"] for a, b in couples)


def _couples(gold: list[Line], read: list[Line]) -> Iterator[tuple[Line, Line]]:
    left = list(read)
    for line in gold:
        best = max(left, key=lambda other: _alike(line, other), default=None)
        if best is not None and _alike(line, best) >= SAME:
            left.remove(best)
            yield line, best


def _shared(a: Line, b: Line) -> int:
    return max(0, min(int(a["end"]), int(b["end"])) - max(int(a["start"]), int(b["start"])))


def _alike(a: Line, b: Line) -> float:
    both = _shared(a, b)
    return both / ((a["end"] - a["start"]) + (b["end"] - b["start"]) - both)


def _plain(words: object) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(words or "")).lower()).strip()


def _number(words: object) -> str:
    plain = _plain(words).replace(",", "").replace(" ", "")
    try:
        return f"{float(plain):g}"
    except ValueError:
        return plain


def _set(words: str | None) -> frozenset[str]:
    return frozenset(_plain(part) for part in (words or "").split("|") if part.strip())


KEYS: dict[str, Callable[[Line], Counter[Any]]] = {
    "owners": lambda line: Counter(
        {re.sub(r"^(the|our) ", "", _plain(name)) for name in line.get("owners", ())}
    ),
    "targets": lambda line: Counter(
        (t["op"], _number(t["value"]), _plain(t["unit"])) for t in line.get("targets", ())
    ),
    "blanks": lambda line: Counter(_plain(b).replace(" ", "") for b in line.get("blanks", ())),
    "figures": lambda line: Counter(
        (_number(f["value"]), _plain(f["unit"]), _plain(f["change"]).replace(" ", ""))
        for f in line.get("figures", ())
    ),
}
