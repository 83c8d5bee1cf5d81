"""Lists as files: CSV that a spreadsheet opens rightly, and Excel; both say as of when."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from wardround.text import Text
from wardround.web.templatetags.words import SIGNALS, spoken

_AS_OF = Text("截至", "As of")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YES = Text("是", "Yes")
VERDICTS = {
    "met": Text("达标", "Met"), "missed": Text("未达标", "Not met"), "none": Text("", ""),
}  # fmt: skip


def signal(name: str) -> Text:
    """A signal of the sprite in words; "" for none."""
    return SIGNALS.get(name, Text("", ""))


def table(
    kind: str, name: str, heads: Sequence[Text], rows: Sequence[Sequence[Any]], at: datetime
) -> HttpResponse:
    """A list as a file to keep, `kind` "xlsx" or "csv", in the language of the page."""
    head = [[spoken(_AS_OF), f"{at:%Y-%m-%d %H:%M}"], [spoken(h) for h in heads]]
    file = f"{name}-{at:%Y%m%d-%H%M}"
    return _excel(file, head, rows) if kind == "xlsx" else _csv(file, head, rows)


def _csv(file: str, head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    """UTF-8 with a mark at the start, so that Excel reads the Chinese."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows(head)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    content = ("\ufeff" + stream.getvalue()).encode()
    return _file(f"{file}.csv", "text/csv; charset=utf-8", content)


def _excel(file: str, head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    """One sheet: as-of time, heads that stay in view, numbers as numbers."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [*head, *([_cell(cell) for cell in row] for row in rows)]:
        sheet.append(row)
    for cell in (*sheet[1], *sheet[2]):
        cell.font = Font(bold=True)
    for place in range(1, len(head[1]) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 18
    sheet.freeze_panes = "A3"
    stream = io.BytesIO()
    book.save(stream)
    return _file(f"{file}.xlsx", _EXCEL, stream.getvalue())


def _file(name: str, kind: str, content: bytes) -> HttpResponse:
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
