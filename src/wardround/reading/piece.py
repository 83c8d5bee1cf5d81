"""A statement while it is being read: what the steps of the reader hand to one another.

Decides nothing. `Piece` grows from step to step; `plan.read_plan` turns it into a `Statement`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.document import Document
from wardround.reading.statement import FigureText, Kind, TargetText
from wardround.text import Lang

Role = Literal["text", "furniture", "row", "row head"]
CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark: its style (`han`, `paren`, `•`), its number and its length."""

    style: str
    number: int
    length: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its surroundings, before it is known to be a target or a figure.

    `start` and `end` count in the piece's text; `op` as in `TargetText`, or `reach` and `sink`
    (达到, 降至), which are a bound in a plan and a value in a summary; `explicit` says that words
    of comparison stood by the number, `change` that it is a rise or fall against `base`, `held`
    that a bound is told without its limit (控制在18%), which in a summary is a value.
    """

    start: int
    end: int
    value: str | None
    unit: str
    unit_kind: str
    op: str
    metric: str
    base: str | None = None
    explicit: bool = False
    change: bool = False
    repaired: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement in the making; spans in `used` count in the text and are spoken for."""

    start: int
    end: int
    text: str
    lang: Lang
    mark: Mark | None = None
    role: Role = "text"
    block: int = 0
    item: int = 0
    first: bool = False
    cells: tuple[tuple[int, int], ...] = ()
    columns: tuple[str, ...] = ()
    heading: bool = False
    depth: int | None = None
    level: tuple[str, ...] = ()
    past: bool = False
    used: tuple[tuple[int, int], ...] = ()
    quantities: tuple[Quantity, ...] = ()
    tagged: bool = False
    kind: Kind = "background"
    owners: tuple[str, ...] = ()
    targets: tuple[TargetText, ...] = ()
    figures: tuple[FigureText, ...] = ()
    cadence: str | None = None
    deadline: str | None = None
    blanks: tuple[str, ...] = ()
    damaged: bool = False

    @property
    def body_at(self) -> int:
        """Where the text goes on after the mark."""
        return self.mark.length if self.mark else 0

    @property
    def body(self) -> str:
        """The text without its mark."""
        return self.text[self.body_at :]

    def free(self, start: int, end: int) -> bool:
        """Whether no earlier step has claimed this stretch of the text."""
        return all(end <= s or e <= start for s, e in self.used)


@dataclass(frozen=True, slots=True)
class Draft:
    """The document, the words to read it with, and its pieces in order."""

    document: Document
    lexicon: Lexicon
    pieces: tuple[Piece, ...] = ()


def language(text: str, default: Lang = "zh") -> Lang:
    """The language of a text by its letters; `default` if it has none.

    >>> language("每月检查 CT 一次"), language("a monthly check")
    ('zh', 'en')
    """
    han, latin = len(CJK.findall(text)), len(_LATIN.findall(text))
    return default if not han and not latin else "zh" if han * 3 >= latin else "en"
