"""A first look at a delivered table, before anybody says what its columns are.

Decides what a person is shown to match headings with fields: the headings, some rows, and the
words that a column uses if they are few. Nothing is kept of it.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from wardround.sources.from_csv import open_csv
from wardround.sources.from_excel import open_excel
from wardround.sources.sheet import Sheet
from wardround.text import Lang

SHOWN = 5
"""So many rows are shown."""
_READ = 20_000
_FEW, _SAMPLES = 60, 300
"""A column with more different words than this has words of its own, and none to match."""


@dataclass(frozen=True, slots=True)
class Peek:
    """`rows` are the first, as wide as `header`; `words` the different words of each column, the
    commonest first, empty where there are too many; `samples` what a column says first; `count`
    the rows of the whole table."""

    header: list[str]
    rows: list[list[str]]
    words: list[list[str]]
    samples: list[list[str]]
    count: int


def peek(
    path: Path, kind: Literal["csv", "excel"], known: Iterable[str], work: Path, lang: Lang = "zh"
) -> Peek:
    """Look at a table; raises `Refused` for what is none. `known` headings tell the
    separator, the sheet, and where the table begins."""
    headings = frozenset(known)
    if kind == "csv":
        sheet = open_csv(path, headings, work, lang)
    else:
        sheet = open_excel(path, work, lang, known=headings)
    header = [word.strip().lstrip("\ufeff") for word in sheet.header]
    rows, counts = list[list[str]](), [Counter[str]() for _ in header]
    samples: list[list[str]] = [[] for _ in header]
    for row in islice(cells(sheet), _READ):
        if len(rows) < SHOWN:
            rows.append(row)
        for counter, said, word in zip(counts, samples, row, strict=True):
            if word and len(counter) <= _FEW:
                counter[word] += 1
            if word and len(said) < _SAMPLES:
                said.append(word)
    words = [[w for w, _ in c.most_common()] if len(c) <= _FEW else [] for c in counts]
    count = len(sheet.places) or max((sheet.lines or _lines(sheet.file)) - 1, 0)
    return Peek(header, rows, words, samples, count)


def cells(sheet: Sheet) -> Iterator[list[str]]:
    """A sheet's rows under its header, each as wide as that, blank ones left out."""
    width = len(sheet.header)
    with sheet.file.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, delimiter=sheet.separator)
        next(lines, None)
        try:
            for line in lines:
                row = [cell.strip() for cell in line[:width]]
                if any(row):
                    yield row + [""] * (width - len(row))
        except csv.Error:
            return


def _lines(file: Path) -> int:
    """How many lines a file has, the last one with or without an end."""
    count, last = 0, b"\n"
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            count, last = count + block.count(b"\n"), block[-1:]
    return count + (last != b"\n")
