"""Figures of the text that tell of a table's row: 骨伤科较上年同期减少254人次 under the table.

Offers readings of a change from the row's own columns, and of a share from the row and its total.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wardround.claims.mentions import Mention, Summary, remembered
from wardround.claims.rate_words import title_of
from wardround.claims.readings import Found, Reading, Trust
from wardround.claims.tables import Cell, Grid, compared, grids, is_total

SHORTEST = {"zh": 2, "en": 4}
"""A row's name must have so many letters to be known again in the text."""


def cited(summary: Summary, figure: Mention) -> Iterator[Found]:
    """Change or share of the table's row that the figure's clause names."""
    if figure.kind == "point" or figure.role not in ("change", "share"):
        return
    group = summary.group_of(figure)
    bare = group.value is None and group.earlier is None
    for grid, name, cells in _named_rows(summary, figure):
        now, before = compared(grid, cells)
        if figure.role == "change" and now and before and before.printed.value > 0:
            yield _changed(figure, now, before, 3 if bare else 1)
        whole = _total(summary, grid)
        if figure.role == "share" and now and whole and whole.printed.value > 0 and bare:
            yield _part(now, whole, 3 if _is_subject(summary, figure, name) else 2)


Named = tuple[Grid, str, Sequence[Cell | None]]
"""A row with its name and the table that it is in."""


def _named_rows(summary: Summary, figure: Mention) -> list[Named]:
    """The rows that are named before the figure, in its clause or the one before it."""
    piece, rows = summary.pieces[figure.piece], _rows(summary)
    lead = re.split(r"[；;。]", piece.text[: figure.start - piece.start])[-1].lower()
    short = "，".join(lead.split("，")[-2:]) if figure.lang == "zh" else lead
    starts = {short[at : at + 2] for at in range(len(short)) if rows}
    found = {at: row for start in starts for at, row in rows.get(start, ())}
    return [
        row for _, row in sorted(found.items(), key=lambda x: x[0])
        if len(row[1]) >= SHORTEST[figure.lang] and row[1].lower() in short
    ]  # fmt: skip


@remembered
def _rows(summary: Summary) -> dict[str, list[tuple[int, Named]]]:
    """The rows of all tables but those of totals, by the first two letters of their names."""
    found: dict[str, list[tuple[int, Named]]] = {}
    rows = ((grid, name, cells) for grid in grids(summary) for name, cells in grid.rows)
    for at, row in enumerate(rows):
        if not is_total(row[1], summary.lexicon):
            found.setdefault(row[1].lower()[:2], []).append((at, row))
    return found


def _total(summary: Summary, grid: Grid) -> Cell | None:
    rows = [cells for name, cells in grid.rows if is_total(name, summary.lexicon)]
    return compared(grid, rows[0])[0] if len(rows) == 1 else None


def _changed(figure: Mention, now: Cell, before: Cell, trust: Trust) -> Reading:
    percent = figure.kind == "percent"
    made = now.amount.over(before.amount) if percent else now.amount - before.amount
    sign = figure.sign or (1 if made.exact >= 0 else -1)
    inputs = (now.text, before.text)
    return Reading("growth", made.times(sign), inputs, trust, sign, "%" if percent else "")


def _is_subject(summary: Summary, figure: Mention, name: str) -> bool:
    """Whether the figure's clause says no more than that the row has so much of the whole."""
    lead = title_of(summary, figure)
    return bool(re.fullmatch(rf"{re.escape(name.lower())}(?:检查|收入|例数|人次)?占", lead))


def _part(part: Cell, whole: Cell, trust: Trust) -> Reading:
    made = (part.amount / whole.amount).times(100)
    return Reading("share", made, (part.text, whole.text), trust, 1, "%")
