"""Delivered tables in Excel workbooks, as values: dates, numbers and formulas as shown.

Decides how a cell becomes text; which lines are rows is `sheet`'s matter.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from wardround.sources.sheet import TITLES, Sheet, rewritten
from wardround.sources.table import recognised
from wardround.text import Lang, refuse

MOST = 1 << 30
"""A workbook that unpacks to more bytes than this is refused."""


def open_excel(
    path: Path, work: Path, lang: Lang = "zh", sheet: str | None = None,
    known: Collection[str] = (),
) -> Sheet:  # fmt: skip
    """Open a delivered .xlsx, writing its cells to the folder `work` row by row: the sheet of
    that name, or else the one with most of the `known` headings, or else the first that says
    anything.

    Raises `Refused` for what is no workbook or has no such sheet. A formula counts with the
    value that was last worked out for it.
    """
    _check(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # a damaged workbook fails in openpyxl in any way there is
        raise _damaged(path) from error
    sheets = {one.title: one for one in book.worksheets}
    if sheet is not None and sheet not in sheets:
        names = "、".join(sheets)
        raise refuse(f"没有“{sheet}”工作表。有：{names}。",
                     f'There is no sheet "{sheet}". There are: {", ".join(sheets)}.',
                     path.name)  # fmt: skip
    if not sheets:
        raise refuse("文件是空的。", "The file is empty.", path.name)
    chosen = sheets[sheet] if sheet else max(book.worksheets, key=lambda s: _promising(s, known))
    return rewritten(_lines(path, chosen), work, lang, known)


def _promising(sheet: Any, known: Collection[str]) -> tuple[int, bool]:
    """How many of the headings stand in a sheet's first lines, and whether it says anything."""
    try:
        sheet.reset_dimensions()
        begin = [
            [written(cell) for cell in cells]
            for cells in sheet.iter_rows(max_row=TITLES, values_only=True)
        ]
    except Exception:  # a damaged sheet is told when its rows are read
        return 0, True
    hits = max((recognised(line, known) for line in begin), default=0)
    return hits, any(word for line in begin for word in line)


def _check(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except Exception as error:  # a damaged archive fails in zipfile in many ways
        raise refuse(
            "这不是 Excel 工作簿（.xlsx）。旧的 .xls 请另存为 .xlsx。",
            "This is no Excel workbook (.xlsx). Save an old .xls as .xlsx.", path.name,
        ) from error  # fmt: skip
    if size > MOST:
        raise refuse("工作簿太大，请分成几份。", "The workbook is too large: split it.", path.name)


def _damaged(path: Path) -> Exception:
    return refuse("工作簿坏了，打不开。", "The workbook is damaged.", path.name)


def _lines(path: Path, sheet: Any) -> Iterator[Sequence[str]]:
    """Each row as text, all as wide as the header."""
    width = 0
    rows = _damage_told(path, sheet)
    for cells in rows:
        line = [written(cell) for cell in cells]
        if not width and any(line):
            width = len(line)
        yield line + [""] * (width - len(line))


def _damage_told(path: Path, sheet: Any) -> Iterator[Sequence[Any]]:
    try:
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    except Exception as error:  # as above: the rows are unpacked only now
        raise _damaged(path) from error
    finally:
        sheet.parent.close()


def written(cell: Any) -> str:
    """A cell's value as text that the field's type can read again."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
