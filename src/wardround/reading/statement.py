"""What the reader finds: a plan and its statements, as plain values.

A statement keeps its place in the document (`document.text[start:end] == text`), so that whatever
grows out of it can always be traced back to the sentence a hospital wrote.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from wardround.reading.document import Document
from wardround.text import Lang

Kind = Literal[
    "heading",
    "organisation",
    "phase",
    "figure",
    "objective",
    "requirement",
    "measure",
    "background",
]


@dataclass(frozen=True, slots=True)
class TargetText:
    """What is to be reached or kept: `metric op value unit`, compared with `base`.

    `op` is one of >= <= > < = range increase decrease; `value` is digits, a range (`3-6`), a blank
    as written (`xx`), or None where only a direction is given.
    """

    metric: str
    op: str
    value: str | None
    unit: str
    base: str | None = None


@dataclass(frozen=True, slots=True)
class FigureText:
    """A number that the document claims has happened; `change` carries its sign and unit."""

    label: str
    value: str | None
    unit: str
    period: str | None = None
    change: str | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item, table row or heading of a plan; `start` and `end` are offsets."""

    start: int
    end: int
    text: str
    level: tuple[str, ...] = ()
    kind: Kind = "background"
    depth: int | None = None
    owners: tuple[str, ...] = ()
    targets: tuple[TargetText, ...] = ()
    cadence: str | None = None
    deadline: str | None = None
    blanks: tuple[str, ...] = ()
    figures: tuple[FigureText, ...] = ()
    damaged: bool = False
    lang: Lang = "zh"

    def as_json(self, doc_name: str) -> dict[str, object]:
        """One line of `wardround read --jsonl`; `depth` and `damaged` only where they matter."""
        line: dict[str, object] = {
            "doc": doc_name,
            "lang": self.lang,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "level": list(self.level),
            "kind": self.kind,
        }
        if self.depth is not None:
            line["depth"] = self.depth
        line |= {
            "owners": list(self.owners),
            "targets": [asdict(target) for target in self.targets],
            "cadence": self.cadence,
            "deadline": self.deadline,
            "blanks": list(self.blanks),
            "figures": [asdict(figure) for figure in self.figures],
        }
        if self.damaged:
            line["damaged"] = True
        return line


@dataclass(frozen=True, slots=True)
class Plan:
    """A document and what it says, in the order in which it says it."""

    document: Document
    statements: tuple[Statement, ...]
