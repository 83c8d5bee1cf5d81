"""Tables: totals of rows and columns, last year's column, increments, growth and share columns.

Decides what the head row says each column is ([[head]] of the lexicon) and which cells must follow
from others.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.claim import Claim
from wardround.claims.mentions import Summary, remembered
from wardround.claims.printed import Amount, Printed, Verdict, added
from wardround.claims.telling import work_out
from wardround.reading.piece import Piece
from wardround.text import Text

ColumnKind = Literal["value", "earlier", "change", "growth", "share", "total", "other"]
_CELL = re.compile(
    r"\s*(?P<sign>[+＋−–-])?\s?[£$¥€￥]?(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<unit>[^\d\s]{0,6})\s*"
)
_TOTAL = re.compile(r"(?:合|总)\s*计.{0,4}|total.{0,12}", re.IGNORECASE)
_STRETCH = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?|第?[一二三四1-4]季度?|[上下]半年"
    r"|(?:first|second|third|fourth|1st|2nd|3rd|4th) (?:quarter|half)|[qh][1-4]"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*", re.IGNORECASE,
)  # fmt: skip
"""The name of a month, quarter or half-year as a row or column has it."""
_IN_ALL = re.compile(
    r"(?:全年|累计|上半年|本季度?|半年)(?:合计|累计)?|(?:whole |full |half )?year|half-year"
    r"|(?:whole |first |second )?half|cumulative|quarter|year total", re.IGNORECASE,
)  # fmt: skip
_RULE = frozenset("|-: \t")
"""What the line under a table's head is made of in plain text."""
BORNE_OUT = 3
"""So many rows that come out say how a column is worked out."""
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a number: where it stands, its value, and the sign of a change."""

    start: int
    end: int
    text: str
    printed: Printed
    percent: bool

    @property
    def amount(self) -> Amount:
        """The number as formulas take it."""
        return self.printed.amount

    @property
    def loose(self) -> Printed:
        """The number as one that may have been rounded, however it is printed."""
        return Printed(self.printed.value, self.printed.step)


Row = tuple[str, tuple[Cell | None, ...]]
"""A row's name and its cells, None for one without a number."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the kind and head of each column, and its rows."""

    kinds: tuple[ColumnKind, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]

    def columns(self, *kinds: ColumnKind) -> list[int]:
        """The columns of these kinds."""
        return [i for i, k in enumerate(self.kinds) if k in kinds]


def tables(summary: Summary) -> Iterator[Claim]:
    """Totals are sums; growth, increments and shares follow from the cells of their row."""
    for grid in grids(summary):
        for rule in (_down, _across, _means, _rates, _grown, _shares):
            yield from rule(summary, grid)


@remembered
def grids(summary: Summary) -> list[Grid]:
    """The tables of a document: runs of rows, the first of them the head."""
    run: list[Piece] = []
    found: list[Grid] = []
    for piece in (*summary.pieces, None):
        if piece is not None and piece.role in ("row", "row head"):
            run.append(piece)
        elif piece is None or not run or not set(piece.text) <= _RULE:
            if len(run) >= 3 and (grid := _grid(run, summary.lexicon)):
                found.append(grid)
            run = []
    return found


def _grid(rows: Sequence[Piece], lexicon: Lexicon) -> Grid | None:
    heads = [rows[0].text[a:b].strip(" *") for a, b in rows[0].cells]
    counted = [h for h in heads if _CELL.fullmatch(h) and not _YEAR.search(h)]
    if len(heads) < 2 or sum(not _STRETCH.fullmatch(h) for h in counted) > 1:
        return None
    body: list[Row] = []
    for row in rows[1:]:
        if len(row.cells) == len(heads) and not set(row.text) <= _RULE:
            a, b = row.cells[0]
            body.append((row.text[a:b].strip(" *"), tuple(_cell(row, a, b) for a, b in row.cells)))
    kinds = tuple(_kinds(heads, lexicon))
    return Grid(kinds, tuple(heads), tuple(body)) if len(body) >= 2 else None


def _cell(row: Piece, start: int, end: int) -> Cell | None:
    text = row.text[start:end].replace("*", " ")
    match = _CELL.fullmatch(text)
    if not match:
        return None
    token = match["n"].replace(",", "")
    decimals = len(token.partition(".")[2])
    value = Fraction(token) * (-1 if match["sign"] and match["sign"] in "−–-" else 1)
    percent = match["unit"].startswith(("%", "％"))
    at = row.start + start + len(text) - len(text.lstrip())
    words = text.strip()
    printed = Printed(value, Fraction(1, 10**decimals), "", not decimals and not percent)
    return Cell(at, at + len(words), words, printed, percent)


def _kinds(heads: Sequence[str], lexicon: Lexicon) -> Iterator[ColumnKind]:
    """What each column is by its head, and by the heads beside it."""
    said = [{h.means for h in lexicon.find("head", head)} for head in heads]
    dated = {
        i: int(m.group()) for i, head in enumerate(heads)
        if (m := _YEAR.search(head)) and not said[i] & {"change", "growth"}
    } or _numbered_quarters(heads)  # fmt: skip
    last_year = max(dated.values(), default=0) - 1 if len(set(dated.values())) == 2 else 0
    every = set().union(*said)
    for at, (head, means) in enumerate(zip(heads, said, strict=True)):
        if at and "aim" in means and every >= {"actual", "variance"}:
            yield "earlier"
        elif at == 0 or "aim" in means:
            yield "other"
        elif "share" in means:
            yield "share"
        elif "growth" in means or head.endswith("同比"):
            yield "growth"
        elif ("earlier" in means and head[0] not in "比较与" and "change" not in means) or (
            dated.get(at) == last_year
        ):
            yield "earlier"
        elif means & {"change", "variance"} or head.endswith("增长"):
            yield "change"
        elif is_total(head, lexicon) or _sums_up(heads[1:], at - 1):
            yield "total"
        else:
            yield "other" if means & {"rate", "mean"} else "value"


def _numbered_quarters(heads: Sequence[str]) -> dict[int, int]:
    """Two quarters beside each other and more columns, none of their sum: Q3 | Q2 | Change."""
    found = {
        i: "一二三四1234".index(m.group(1)) % 4
        for i, h in enumerate(heads)
        if (m := re.fullmatch(r"(?:Q|quarter\s)?([1-4一二三四])(?:季度)?", h, re.I))
    }
    summed = any(_TOTAL.fullmatch(h) or _IN_ALL.fullmatch(h) for h in heads)
    return found if len(found) == 2 and len(heads) > 3 and not summed else {}


def is_total(name: str, lexicon: Lexicon) -> bool:
    """Whether a row or column is named for the totals that it holds."""
    total = lexicon.meaning("whole", name) in ("head", "cue")
    return total or bool(_TOTAL.fullmatch(name))


def _sums_up(names: Sequence[str], at: int) -> bool:
    """Whether a row or column named for the whole period stands after its months or quarters."""
    stretches = at >= 2 and all(_STRETCH.fullmatch(name.strip()) for name in names[:at])
    return stretches and bool(_IN_ALL.fullmatch(names[at]))


def _down(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """A total row is the sum of the rows above it (rows 其中 and subtotals left out)."""
    lexicon = summary.lexicon
    names = [name for name, _ in grid.rows]
    for at, (name, cells) in enumerate(grid.rows):
        if not is_total(name, lexicon) and not _sums_up(names, at):
            continue
        rows = [
            other for named, other in grid.rows[:at] or grid.rows[at + 1 :]
            if not lexicon.has("part", None, named) and not is_total(named, lexicon)
            and lexicon.meaning("whole", named) != "sub"
        ]  # fmt: skip
        for column in grid.columns("value", "earlier", "change", "total"):
            total, parts = cells[column], [c for row in rows if (c := row[column])]
            if total and 2 <= len(parts) == len(rows) and not any(
                c.percent for c in (*parts, total)
            ):  # fmt: skip
                made = added(p.amount for p in parts)
                yield _told(summary, "sum", total, made, parts, grid.heads[column])


def _across(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """A total column is the sum of the other columns of its row, where half the rows agree."""
    totals, values = grid.columns("total"), grid.columns("value")
    if len(totals) != 1 or len(values) < 2 or grid.columns("earlier"):
        return
    rows = [
        (name, total, parts) for name, cells in grid.rows
        if (total := cells[totals[0]]) and not total.percent
        and not summary.means("head", name) & {"rate", "mean", "share"}
        and len(parts := [c for i in values if (c := cells[i])]) == len(values)
    ]  # fmt: skip
    judged = [(name, total, parts, added(p.amount for p in parts)) for name, total, parts in rows]
    if sum(made.exact == total.printed.value for _, total, _, made in judged) * 2 >= len(grid.rows):
        for name, total, parts, made in judged:
            yield _told(summary, "sum", total, made, parts, name)


def _means(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """A column of means is the mean of the columns of its row, where most rows bear that out."""
    for at, head in enumerate(grid.heads):
        own = [i for i, h in enumerate(grid.heads) if _STRETCH.fullmatch(h.strip()) and i != at]
        if not summary.lexicon.has("head", "mean", head) or len(own) < 2:
            continue
        count = Printed(Fraction(len(own)), Fraction(0)).amount
        judged = [
            (name, mean, given, added(c.amount for c in given) / count)
            for name, cells in grid.rows
            if (mean := cells[at]) and all(given := [c for i in own if (c := cells[i])])
            and len(given) == len(own)
        ]  # fmt: skip
        if _borne_out([(mean, made) for _, mean, _, made in judged], 2):
            for name, mean, given, made in judged:
                yield _told(summary, "share", mean, made, given, name)


def _rates(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """A column of percentages is one column / another x 100, where most rows bear that out."""
    marked = {at for at, head in enumerate(grid.heads) if "%" in head or "％" in head}
    for at in grid.columns("other"):
        counts = [i for i in range(1, len(grid.heads)) if i != at and i not in marked]
        for part, whole in itertools.permutations(counts, 2):
            judged = [
                (name, rate, a, b, (a.amount / b.amount).times(100))
                for name, cells in grid.rows
                if (rate := cells[at]) and (a := cells[part]) and (b := cells[whole])
                and (rate.percent or at in marked) and not (a.percent or b.percent)
                and b.printed.value > 0
            ]  # fmt: skip
            telling = [(rate, made) for _, rate, _, _, made in judged if made.exact != 100]
            if _borne_out(telling, BORNE_OUT) and len(telling) * 2 > len(judged):
                for name, rate, a, b, made in judged:
                    yield _told(summary, "share", rate, made, (a, b), name, "%")
                break


def _borne_out(judged: Sequence[tuple[Cell, Amount]], least: int) -> bool:
    """Whether enough cells, and most of them, are what a formula makes."""
    fit = sum(cell.printed.judge(made.exact) != "differs" for cell, made in judged)
    return fit >= least and fit * 2 > len(judged)


def _grown(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """Growth = (this year - last year) / last year x 100; increment = this year - last year."""
    for name, cells in grid.rows:
        now, before = compared(grid, cells)
        if now is None or before is None:
            continue
        for at in grid.columns("change", "growth"):
            cell = cells[at]
            if cell and (grid.kinds[at] == "growth" or (cell.percent and not now.percent)):
                if before.printed.value > 0:
                    made = now.amount.over(before.amount)
                    verdict = _growth(cell.loose, now, before, made)
                    yield _told(summary, "growth", cell, made, (now, before), name, "%", verdict)
            elif cell:
                made = now.amount - before.amount
                yield _told(summary, "growth", cell, made, (now, before), name)


def _growth(figure: Printed, now: Cell, before: Cell, made: Amount) -> Verdict:
    """Whether a growth is what two cells make; of rates it may be told in points."""
    verdict = figure.judge(made)
    if verdict == "differs" and now.percent:
        verdict = figure.judge(now.printed.value - before.printed.value)
    unsigned = figure.value > 0 > made.exact and figure.judge(-made.exact) != "differs"
    return "cannot" if verdict == "differs" and unsigned else verdict


def compared(grid: Grid, cells: Sequence[Cell | None]) -> tuple[Cell | None, Cell | None]:
    """A row's cell of this year and that of last year; of several columns those with a year."""

    def only(*kinds: ColumnKind) -> Cell | None:
        own = [(c, grid.heads[i]) for i in grid.columns(*kinds) if (c := cells[i])]
        dated = [c for c, head in own if _YEAR.search(head)]
        found = dated if len(own) > 1 else [c for c, _ in own]
        return found[0] if len(found) == 1 else None

    return only("value") or only("total"), only("earlier")


def _shares(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """Share = the row's value / the total row's value x 100."""
    values, shares = grid.columns("value", "total"), grid.columns("share")
    totals = [cells for name, cells in grid.rows if is_total(name, summary.lexicon)]
    whole = totals[0][values[0]] if len(values) == len(shares) == len(totals) == 1 else None
    for name, cells in grid.rows if whole and whole.printed.value else ():
        part, share = cells[values[0]], cells[shares[0]]
        if whole and part and share:
            made = (part.amount / whole.amount).times(100)
            verdict = share.loose.judge(made)
            yield _told(summary, "share", share, made, (part, whole), name, "%", verdict)


def _told(
    summary: Summary, rule: str, cell: Cell, made: Amount, inputs: Sequence[Cell], name: str,
    unit: str = "", verdict: Verdict | None = None,
) -> Claim:  # fmt: skip
    """A claim on a cell; `name` says of which row or column."""
    place, given = (cell.start, cell.end), [c.text for c in inputs]
    verdict = verdict or cell.printed.judge(made)
    return work_out(summary, rule, place, verdict, made, given, unit, Text(name, name))
