"""Tables: totals of rows and columns, last year's column, increments, growth and share columns.

Decides what the head row says each column is and which cells must follow from others.
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
from wardround.claims.mentions import Summary
from wardround.claims.printed import Amount, Printed, Verdict, added
from wardround.claims.telling import work_out
from wardround.reading.piece import Piece
from wardround.text import Text

ColumnKind = Literal["value", "earlier", "change", "growth", "share", "total", "other"]
_CELL = re.compile(
    r"\s*(?P<sign>[+＋−–-])?\s?[£$¥€￥]?(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<unit>[^\d\s]{0,6})\s*"
)
_GROWTH = re.compile(
    r"增幅|增长率|增减率|增速|同比[%（(％]|同比$|增长[%（(％]|增减[%（(％]|±%|%\s*change|change\s*\(?%|growth|%\s*\+/-",
    re.I,
)
_CHANGE = re.compile(
    r"增减|增加|增量|增长$|差额|差异|偏差|变化|^\+/-$|change|difference|increase|variance", re.I
)
_EARLIER = re.compile(r"去年|上年|同期|last year|previous|prior|year (?:before|ago)", re.I)
_AIM = re.compile(r"目标|计划|标准|要求|任务|target|plan\b|norm|standard|goal", re.I)
_ACTUAL = re.compile(r"实际|完成数|\bactual\b|\boutturn\b", re.I)
_VARIANCE = re.compile(r"差异|偏差|差额|\bvariance\b|\bdifference\b", re.I)
_SHARE = re.compile(r"占比|构成比|比重|占总|share|% of|proportion", re.I)
_MEAN = re.compile(r"平均|均值|\baverage\b|\bmean\b", re.I)
_RATE = re.compile(r"率|%|％|比|均|average|rate|mean|per\b", re.I)
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


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the kind and head of each column, and each row's name and cells."""

    kinds: tuple[ColumnKind, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


def tables(summary: Summary) -> Iterator[Claim]:
    """Totals are sums; growth, increments and shares follow from the cells of their row."""
    for grid in grids(summary):
        yield from _down(summary, grid)
        yield from _across(summary, grid)
        yield from _means(summary, grid)
        yield from _rates(summary, grid)
        for name, cells in grid.rows:
            yield from _row(summary, grid, name, cells)
        yield from _shares(summary, grid)


def grids(summary: Summary) -> Iterator[Grid]:
    """The tables of a document: runs of rows, the first of them the head."""
    run: list[Piece] = []
    for piece in (*summary.pieces, None):
        if piece is not None and piece.role in ("row", "row head"):
            run.append(piece)
            continue
        if piece is not None and run and set(piece.text) <= _RULE:
            continue
        if len(run) >= 3:
            grid = _grid(run, summary.lexicon)
            if grid:
                yield grid
        run = []


def _grid(rows: Sequence[Piece], lexicon: Lexicon) -> Grid | None:
    heads = [rows[0].text[a:b].strip(" *") for a, b in rows[0].cells]
    body = [r for r in rows[1:] if not set(r.text) <= _RULE]
    counted = [h for h in heads if _CELL.fullmatch(h) and not _YEAR.search(h)]
    if len(heads) < 2 or sum(not _STRETCH.fullmatch(h) for h in counted) > 1:
        return None
    kinds = _kinds(heads, lexicon)
    out = []
    for row in body:
        cells = [_cell(row, a, b) for a, b in row.cells]
        if len(cells) == len(heads):
            a, b = row.cells[0]
            out.append((row.text[a:b].strip(" *"), tuple(cells)))
    return Grid(tuple(kinds), tuple(heads), tuple(out)) if len(out) >= 2 else None


def _cell(row: Piece, start: int, end: int) -> Cell | None:
    text = row.text[start:end].replace("*", " ")
    match = _CELL.fullmatch(text)
    if not match:
        return None
    token = match.group("n").replace(",", "")
    decimals = len(token.partition(".")[2])
    value = Fraction(token) * (
        -1 if (match.group("sign") or "") in "−–-" and match.group("sign") else 1
    )
    percent = match.group("unit").startswith(("%", "％"))
    at = start + (len(text) - len(text.lstrip()))
    words = text.strip()
    printed = Printed(value, Fraction(1, 10**decimals), "", not decimals and not percent)
    return Cell(row.start + at, row.start + at + len(words), words, printed, percent)


def _kinds(heads: Sequence[str], lexicon: Lexicon) -> list[ColumnKind]:
    years = [(_YEAR.search(h), i) for i, h in enumerate(heads)]
    dated = {
        i: int(m.group())
        for m, i in years
        if m and not _CHANGE.search(heads[i]) and not _GROWTH.search(heads[i])
    }
    dated = dated or _numbered_quarters(heads)
    now = max(dated.values(), default=0)
    kinds: list[ColumnKind] = []
    planned = any(map(_ACTUAL.search, heads)) and any(map(_VARIANCE.search, heads))
    for at, head in enumerate(heads):
        if at and planned and _AIM.search(head):
            kinds.append("earlier")
        elif at == 0 or _AIM.search(head):
            kinds.append("other")
        elif _SHARE.search(head):
            kinds.append("share")
        elif _GROWTH.search(head):
            kinds.append("growth")
        elif (
            _EARLIER.search(head)
            and not re.search(r"比|较|与|同比", head[:1])
            and not _CHANGE.search(head)
        ) or (dated.get(at) == now - 1 and len(set(dated.values())) == 2):
            kinds.append("earlier")
        elif _CHANGE.search(head):
            kinds.append("change")
        elif lexicon.meaning("whole", head) == "head" or re.fullmatch(
            r"合\s*计|总\s*计|小\s*计|total", head, re.I
        ):
            kinds.append("total")
        elif _RATE.search(head):
            kinds.append("other")
        else:
            kinds.append("value")
    return kinds


def _numbered_quarters(heads: Sequence[str]) -> dict[int, int]:
    """Two quarters beside each other with a column of change: Q3 | Q2 | Change."""
    found = {i: int(m.group(1)) for i, h in enumerate(heads)
             if (m := re.fullmatch(r"(?:Q|quarter\s)([1-4])", h, re.IGNORECASE))}  # fmt: skip
    return found if len(found) == 2 and len(heads) > 3 else {}


_STRETCH = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?|第?[一二三四1-4]季度?|[上下]半年"
    r"|(?:first|second|third|fourth|1st|2nd|3rd|4th) (?:quarter|half)|[qh][1-4]"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*", re.IGNORECASE,
)  # fmt: skip
_IN_ALL = re.compile(
    r"(?:全年|累计|上半年|本季度?|半年)(?:合计|累计)?|(?:whole |full |half )?year|half-year"
    r"|(?:whole |first |second )?half|cumulative|quarter|year total", re.IGNORECASE,
)  # fmt: skip


def _sums_up(rows: Sequence[tuple[str, tuple[Cell | None, ...]]], at: int) -> bool:
    """Whether a row named for the whole period stands after its months or quarters."""
    before = [name for name, _ in rows[:at]]
    return (
        bool(_IN_ALL.fullmatch(rows[at][0]))
        and len(before) >= 2
        and all(_STRETCH.fullmatch(name.strip()) for name in before)
    )


def is_total(name: str, lexicon: Lexicon) -> bool:
    """Whether a row's name says that it holds the totals."""
    return lexicon.meaning("whole", name) in ("head", "cue") or bool(
        re.fullmatch(r"(?:合|总)\s*计.{0,4}|total.{0,12}", name, re.I)
    )


def _down(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """A total row is the sum of the rows above it (rows 其中 and subtotals left out)."""
    lexicon = summary.lexicon
    for at, (name, cells) in enumerate(grid.rows):
        if not is_total(name, lexicon) and not _sums_up(grid.rows, at):
            continue
        above = [r for r in grid.rows[:at] or grid.rows[at + 1 :]
                 if not (lexicon.has("part", None, r[0]) or is_total(r[0], lexicon))]  # fmt: skip
        subs = [r for r in above if lexicon.meaning("whole", r[0]) == "sub"]
        rest = [r for r in above if r not in subs]
        for column, kind in enumerate(grid.kinds):
            total = cells[column]
            parts = [r[1][column] for r in rest]
            if (
                kind not in ("value", "earlier", "change", "total")
                or total is None
                or len(parts) < 2
            ):
                continue
            if any(p is None or p.percent for p in parts) or total.percent:
                continue
            given = [p for p in parts if p]
            yield _summed(summary, total, given, grid.heads[column])


def _means(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """A column of means is the mean of the columns of its row, where most rows bear that out."""
    for at, head in enumerate(grid.heads):
        own = [i for i, h in enumerate(grid.heads) if _STRETCH.fullmatch(h.strip()) and i != at]
        if not _MEAN.search(head) or len(own) < 2:
            continue
        rows = [
            (name, cells, mean)
            for name, cells in grid.rows
            if (mean := cells[at]) and all(cells[i] for i in own)
        ]
        count = Printed(Fraction(len(own)), Fraction(0)).amount
        judged = [(name, mean, given, added(c.amount for c in given) / count)
                  for name, cells, mean in rows
                  if (given := [c for i in own if (c := cells[i])])]  # fmt: skip
        fit = [m for _, m, _, made in judged if m.printed.judge(made.exact) != "differs"]
        if len(fit) < 2 or len(fit) * 2 <= len(judged):
            continue
        for name, mean, given, made in judged:
            yield _told(summary, "share", mean, made, given, name)


def _rates(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """A column of percentages is one column / another x 100, where most rows bear that out."""
    for at, kind in enumerate(grid.kinds):
        if kind != "other":
            continue
        for part, whole in itertools.permutations(range(1, len(grid.heads)), 2):
            judged = [
                (name, rate, a, b, (a.amount / b.amount).times(100))
                for name, cells in grid.rows
                if (rate := cells[at]) and (a := cells[part]) and (b := cells[whole])
                and rate.percent and not (a.percent or b.percent) and b.printed.value > 0
            ]  # fmt: skip
            fit = [
                rate for _, rate, a, b, made in judged
                if rate.printed.judge(made.exact) != "differs" and a.printed != b.printed
            ]  # fmt: skip
            if len(fit) >= BORNE_OUT and len(fit) * 2 > len(judged):
                for name, rate, a, b, made in judged:
                    yield _told(summary, "share", rate, made, (a, b), name, "%")
                break


def _across(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """A total column is the sum of the other columns of its row."""
    totals = [i for i, k in enumerate(grid.kinds) if k == "total"]
    values = [i for i, k in enumerate(grid.kinds) if k == "value"]
    if len(totals) != 1 or len(values) < 2 or "earlier" in grid.kinds:
        return
    sure = sum(_adds(cells, values, totals[0]) for _, cells in grid.rows)
    if sure * 2 < len(grid.rows):
        return
    for name, cells in grid.rows:
        total, parts = cells[totals[0]], [c for i in values if (c := cells[i])]
        if total and len(parts) == len(values):
            yield _summed(summary, total, parts, name)


def _adds(cells: Sequence[Cell | None], values: Sequence[int], total: int) -> bool:
    given, whole = [cells[i] for i in values], cells[total]
    return (
        bool(whole and all(given))
        and whole is not None
        and (sum((c.printed.value for c in given if c), Fraction(0)) == whole.printed.value)
    )


def _summed(summary: Summary, total: Cell, parts: Sequence[Cell], name: str) -> Claim:
    made = added(p.amount for p in parts)
    return _told(summary, "sum", total, made, parts, name)


def _told(
    summary: Summary, rule: str, cell: Cell, made: Amount, inputs: Sequence[Cell], name: str,
    unit: str = "", verdict: Verdict | None = None,
) -> Claim:  # fmt: skip
    """A claim on a cell; `name` says of which row or column."""
    place, given = (cell.start, cell.end), [c.text for c in inputs]
    verdict = verdict or cell.printed.judge(made)
    return work_out(summary, rule, place, verdict, made, given, unit, Text(name, name))


def _row(summary: Summary, grid: Grid, name: str, cells: Sequence[Cell | None]) -> Iterator[Claim]:
    """Growth = (this year - last year) / last year x 100; increment = this year - last year."""
    now, before = compared(grid, cells)
    if now is None or before is None:
        return
    for cell, kind in zip(cells, grid.kinds, strict=True):
        if cell and (kind == "growth" or (kind == "change" and cell.percent and not now.percent)):
            yield from _grown(summary, cell, now, before, name)
        elif cell and kind == "change":
            made = now.amount - before.amount
            yield _told(summary, "growth", cell, made, (now, before), name)


def compared(grid: Grid, cells: Sequence[Cell | None]) -> tuple[Cell | None, Cell | None]:
    """A row's cell of this year and that of last year; of several columns those with a year."""

    def only(*kinds: ColumnKind) -> Cell | None:
        own = [(c, h) for c, k, h in zip(cells, grid.kinds, grid.heads, strict=True)
               if k in kinds and c]  # fmt: skip
        dated = [c for c, h in own if _YEAR.search(h)]
        found = dated if len(own) > 1 else [c for c, _ in own]
        return found[0] if len(found) == 1 else None

    return only("value") or only("total"), only("earlier")


def _grown(summary: Summary, cell: Cell, now: Cell, before: Cell, name: str) -> Iterator[Claim]:
    if before.printed.value <= 0:
        return
    made = now.amount.over(before.amount)
    loose = Printed(cell.printed.value, cell.printed.step)
    verdict = loose.judge(made)
    if verdict == "differs" and now.percent:
        verdict = loose.judge(now.printed.value - before.printed.value)
    unsigned = loose.value > 0 > made.exact and loose.judge(-made.exact) != "differs"
    if verdict == "differs" and unsigned:
        verdict = "cannot"
    yield _told(summary, "growth", cell, made, (now, before), name, "%", verdict)


def _shares(summary: Summary, grid: Grid) -> Iterator[Claim]:
    """Share = the row's value / the total row's value x 100."""
    values = [i for i, k in enumerate(grid.kinds) if k in ("value", "total")]
    shares = [i for i, k in enumerate(grid.kinds) if k == "share"]
    totals = [cells for name, cells in grid.rows if is_total(name, summary.lexicon)]
    if len(values) != 1 or len(shares) != 1 or len(totals) != 1:
        return
    whole = totals[0][values[0]]
    if whole is None or not whole.printed.value:
        return
    for name, cells in grid.rows:
        part, share = cells[values[0]], cells[shares[0]]
        if part is None or share is None:
            continue
        made = (part.amount / whole.amount).times(100)
        verdict = Printed(share.printed.value, share.printed.step).judge(made)
        yield _told(summary, "share", share, made, (part, whole), name, "%", verdict)
