"""A delivered table, ready to be asked in SQL: its headings, its cells, where its lines stand.

Decides which lines are rows, how a heading is found again as a column, and in which line a row
stood. Encodings and separators are `from_csv`'s matter, cells of a workbook `from_excel`'s.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from dataclasses import field as made
from functools import cached_property
from itertools import accumulate, chain, islice
from pathlib import Path

import duckdb

from wardround.catalogue.model import Register
from wardround.sources import table
from wardround.sources.mapping import Column, Rows, Source
from wardround.sources.stage import Resolve, quoted, stripped
from wardround.text import Fault, Lang, Text, refuse

_BLOCK, _SMALL = 1 << 18, 1 << 22
"""Bytes: what is copied at once; a smaller file is read in one go, a larger in two halves."""
_LONG_LINE, _LONGEST_LINE = 1 << 22, 1 << 24
"""Bytes. A file with a longer line is written anew; the shorter, the more can be read at once."""


@dataclass(frozen=True)
class Sheet:
    """`file` is UTF-8, a row a line under `header`; `quotes` says whether cells are quoted,
    `blanks` whether some may have blanks around them.

    A file read as it was delivered says how many `lines` it has, and can be written `anew` if
    not each of them is a row; in `work` it may be cut in halves. One that was written anew has the
    line of each row in `places`, and what is no row in `faults`. One that was loaded stands in
    tables, `begins` says with which row each of them begins.
    """

    file: Path
    header: Sequence[str]
    separator: str = ","
    quotes: bool = True
    blanks: bool = True
    lang: Lang = "zh"
    lines: int = 0
    anew: Callable[[], Sheet] | None = None
    work: Path | None = None
    places: array[int] = made(default_factory=lambda: array("q"))
    faults: tuple[Fault, ...] = ()
    begins: tuple[int, ...] = ()

    def place(self, row: int) -> str:
        """Where a person finds this row (0 = the first under the header)."""
        return table.place(self.places[row] if self.places else row + 2, self.lang)

    def load(
        self, connection: duckdb.DuckDBPyConnection, rows: Sequence[Rows],
        empty: Sequence[str] = (),
    ) -> Sheet:  # fmt: skip
        """Put the cells that these rows ask for where they can be asked: as c0, c1 …; nothing
        where one of the `empty` words stands.

        Returns the sheet that was read: this one, or as it was written anew.
        """
        cuts = self._cuts()

        def part(number: int) -> int:
            file = self._part(number, *cuts[number]) if len(cuts) > 1 else self.file
            query = self._select(rows, empty, file, skip=0 if number else 1)
            with connection.cursor() as own:
                made = own.execute(f"create or replace table {_raw(number)} as {query}").fetchone()
            return int(made[0]) if made else 0

        try:
            with ThreadPoolExecutor(len(cuts)) as pool:
                counts = list(pool.map(part, range(len(cuts))))
            if self.anew and sum(counts) != self.lines - 1:
                raise duckdb.InvalidInputException("a row is not a line")
        except duckdb.Error:
            if self.anew is None:
                raise
            for number in range(len(cuts)):
                connection.execute(f"drop table if exists {_raw(number)}")
            return self.anew().load(connection, rows, empty)
        return replace(self, begins=tuple(accumulate(counts[:-1], initial=0)))

    def _cuts(self) -> list[tuple[int, int]]:
        """The bytes of each part that is read side by side with the others: whole lines."""
        size = self.file.stat().st_size
        if self.work is None or size < _SMALL:
            return [(0, size)]
        with self.file.open("rb") as file:
            file.seek(size // 2)
            file.readline()
            return [(0, file.tell()), (file.tell(), size)]

    def _part(self, number: int, begin: int, end: int) -> Path:
        """These bytes of the file as a file."""
        assert self.work is not None
        part = self.work / f"part-{number}.csv"
        with self.file.open("rb") as file, part.open("wb") as out:
            file.seek(begin)
            while begin < end:
                begin += out.write(file.read(min(_BLOCK, end - begin)))
        return part

    def tables(self) -> Iterator[tuple[str, str]]:
        """Where the cells stand, a line a row in the order of the file, and its number there."""
        for number, begin in enumerate(self.begins):
            yield _raw(number), f"{_raw(number)}.rowid + {begin}"

    def _source(self, empty: Sequence[str], file: Path, skip: int) -> str:
        listed = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.header)))
        mark = quoted('"') if self.quotes else "''"
        longest = _LONG_LINE if self.anew else _LONGEST_LINE
        return (
            f"read_csv({quoted(str(file))}, auto_detect=false, header=false, skip={skip}, "
            f"delim={quoted(self.separator)}, quote={mark}, escape={mark}, "
            f"columns={{{listed}}}, nullstr=[{', '.join(map(quoted, ('', *empty)))}], "
            f"max_line_size={longest}, buffer_size={2 * longest})"
        )

    def _select(
        self, rows: Sequence[Rows], empty: Sequence[str], file: Path, skip: int
    ) -> str:  # fmt: skip
        wanted = [f"c{i}" for i in self._wanted(rows)]
        said = [stripped(c) for c in wanted] if self.blanks else wanted
        if empty and self.blanks:  # what stands between blanks the reader does not know
            words = ", ".join(map(quoted, empty))
            said = [f"case when {c} not in ({words}) then {c} end" for c in said]
        cells = ", ".join(f"{e} as {c}" for e, c in zip(said, wanted, strict=True))
        return f"select {cells or 'null'} from {self._source(empty, file, skip)}"

    def resolve(self, number: int | None = None) -> Resolve:
        """From a heading to its column; `{n}` in a heading stands for `number`."""
        places = self._places

        def found(path: str) -> str | None:
            if path == "#n":
                return None if number is None else quoted(str(number))
            written = path if number is None else path.replace("{n}", str(number))
            return places.get(table.plain(written))

        return found

    @cached_property
    def _places(self) -> dict[str, str]:
        numbered = list(reversed(list(enumerate(self.header))))
        bare = {table.bare(word): f"c{i}" for i, word in numbered}
        return bare | {table.plain(word): f"c{i}" for i, word in numbered}

    def plain(self) -> list[str]:
        """The headings without what does not tell them apart."""
        return [table.plain(word) for word in self.header]

    def _wanted(self, rows: Sequence[Rows]) -> list[int]:
        """The columns that are asked for. Raises `Refused` if two have the same heading."""
        asked: set[str] = set()
        for one in rows:
            for resolve in map(self.resolve, self.numbers(one)):
                paths = [*one.when, *(p for c in one.column.values() for p in c.from_)]
                if one.each is not None:
                    paths.append(one.each)
                asked.update(c for c in map(resolve, paths) if c and c[0] == "c")
        wanted, names = sorted(int(column[1:]) for column in asked), self.plain()
        again = [self.header[i] for i in wanted if names.count(names[i]) > 1]
        if again:
            raise refuse(f"不止一列叫 {'、'.join(again)}。只留一列。",
                         f"More than one column is called {', '.join(again)}. Keep one.",
                         field=again[0])  # fmt: skip
        return wanted

    def numbers(self, rows: Rows) -> tuple[int | None, ...]:
        """1, 2 … as far as the table has the column `each`; just None for rows without."""
        if rows.each is None:
            return (None,)
        resolve = [(n, self.resolve(n)) for n in range(1, 100)]
        return tuple(n for n, found in resolve if found(rows.each) is not None)


def _raw(number: int) -> str:
    return f"raw_sheet_{number}"


def rewritten(
    lines: Iterable[Sequence[str] | None], work: Path, lang: Lang, known: Collection[str] = ()
) -> Sheet:
    """The same table in a tidy file: the first line that is not empty is the header, or one soon
    after it that has the `known` headings if that has none; empty lines are left out. Set aside
    are lines that have too few or too many cells or letters that nobody can read, and those
    (None) in which a quotation mark is left open."""
    numbered = enumerate(lines, 1)
    begin = [line for line in islice(numbered, TITLES) if _says(line[1])]
    begin = begin or [next((line for line in numbered if _says(line[1])), (0, ()))]
    at = header_line([cells or () for _, cells in begin], known)
    header = begin[at][1]
    if not header:
        raise refuse("文件是空的。", "The file is empty.")
    width = max(i for i, cell in enumerate(header, 1) if cell.strip())
    places, faults = array("q"), list[Fault]()
    with (work / "tidy.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(header[:width])
        for number, cells in chain(begin[at + 1 :], numbered):
            if cells is None:
                faults.append(Fault(_OPEN, table.place(number, lang)))
                continue
            if not _says(cells):
                continue
            if any("\ufffd" in cell for cell in cells):
                faults.append(Fault(_GARBLED, table.place(number, lang)))
                continue
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                faults.append(_ragged(len(cells), width, table.place(number, lang)))
                continue
            writer.writerow([_bare(cell) for cell in cells[:width]])
            places.append(number)
    return Sheet(work / "tidy.csv", header[:width], lang=lang, places=places, faults=tuple(faults))


def _says(cells: Sequence[str] | None) -> bool:
    """Whether a line says anything, even if it cannot be read."""
    return cells is None or any(cell.strip() for cell in cells)


def header_line(begin: Sequence[Sequence[str]], known: Collection[str]) -> int:
    """Which of the first lines has the headings: a table often has its title above them."""
    if not known or not begin:
        return 0
    found = [table.recognised(cells, known) for cells in begin]
    best = max(found)
    return found.index(best) if best > 1 and not found[0] else 0


def _bare(cell: str) -> str:
    """Without NUL, and without the ="…" that keeps spreadsheets from taking it for a number."""
    cell = cell.replace("\0", "")
    kept = _KEPT_AS_TEXT.fullmatch(cell)
    return kept[1] if kept else cell


TITLES = 10
"""Lines in which headings are looked for: a table often has its title above them."""
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_GARBLED = Text(
    "这一行有读不了的字节（文件可能被截断或损坏）。请重新导出。",
    "It has bytes that are no text (the file may be cut off or damaged). Export it again.",
)

_OPEN = Text(
    "引号没有配对，或一格太长。补上或删去多余的引号。",
    "A quotation mark is left open, or a cell is too long. Close the mark or take it out.",
)


def _ragged(cells: int, width: int, place: str) -> Fault:
    return Fault(
        Text(f"有 {cells} 格，表头有 {width} 列。看看是不是漏了或多了分隔符。",
             f"There are {cells} cells under {width} headings. "
             "Look for a separator too few or too many."), place,
    )  # fmt: skip


def by_heading(
    header: Sequence[str], register: Register, mapping: Mapping[str, str] | None
) -> tuple[Source, tuple[str, ...]]:
    """The mapping that the headings themselves say, a simple heading → field mapping over it;
    and the headings left out. Raises `Refused` with all that is wrong with the header."""
    names = [word.strip().lstrip("\ufeff") for word in header]
    keys, ignored = table.match(names, register, mapping)
    column = {key: Column(key, (word,)) for key, word in zip(keys, names, strict=True) if key}
    return Source(feed=register.key, column=column), ignored
