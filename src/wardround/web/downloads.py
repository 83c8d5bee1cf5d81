"""Lists as files: CSV that a spreadsheet opens rightly, and Excel; both say as of when."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from wardround.text import Text
from wardround.web.templatetags.words import spoken

_AS_OF = Text("截至", "As of")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds; words are written in the language of the page."""

    key: str
    name: Text
    heads: Sequence[Text]
    rows: Sequence[Sequence[Any]]
    as_of: datetime

    def head(self) -> list[list[Any]]:
        """The first two lines: what and as of when; the columns' names."""
        as_of = f"{self.as_of:%Y-%m-%d %H:%M}"
        return [[spoken(self.name), spoken(_AS_OF), as_of], [spoken(h) for h in self.heads]]


def as_csv(table: Table) -> HttpResponse:
    """UTF-8 with a mark at the start, so that Excel reads the Chinese."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows(table.head())
    writer.writerows([_written(cell) for cell in row] for row in table.rows)
    content = ("\ufeff" + stream.getvalue()).encode()
    return _file(table, "csv", "text/csv; charset=utf-8", content)


def as_excel(table: Table) -> HttpResponse:
    """One sheet: as-of time, heads that stay in view, numbers as numbers."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [*table.head(), *([_cell(cell) for cell in row] for row in table.rows)]:
        sheet.append(row)
    for cell in (*sheet[1], *sheet[2]):
        cell.font = Font(bold=True)
    for place in range(1, len(table.heads) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 18
    sheet.freeze_panes = "A3"
    stream = io.BytesIO()
    book.save(stream)
    return _file(table, "xlsx", _EXCEL, stream.getvalue())


def _file(table: Table, ending: str, kind: str, content: bytes) -> HttpResponse:
    name = f"{table.key}-{table.as_of:%Y%m%d-%H%M}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    number = isinstance(value, int | float) and math.isfinite(value)
    return value if number else _written(value)


def _written(value: Any) -> str:
    """A cell as text; a word that a spreadsheet would take for a formula is made plain."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = "" if value is None else str(spoken(value))
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t") and not _number(text) else text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
