"""A table as Word's XML: three lines and hairlines, no verticals; rows never split.

Written as text, because a report has a thousand cells. What stands in them is `write`'s matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from docx.oxml.ns import nsdecls

MM = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
_RULES = (
    '<w:tblBorders><w:top w:val="single" w:sz="12" w:space="0" w:color="000000"/>'
    '<w:bottom w:val="single" w:sz="12" w:space="0" w:color="000000"/>'
    '<w:insideH w:val="single" w:sz="2" w:space="0" w:color="B5BFBB"/></w:tblBorders>'
)
_BELOW = (
    '<w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:tcBorders>'
)
_W = nsdecls("w")


def table(widths: Sequence[int]) -> str:
    """An empty table; widths in twentieths of a point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {_W}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'{_RULES}<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
        f'<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        "</w:tbl>"
    )


def row(head: bool) -> str:
    """An empty row; the head repeats on each page."""
    repeats = "<w:tblHeader/>" if head else ""
    return f"<w:tr {_W}><w:trPr><w:cantSplit/>{repeats}</w:trPr></w:tr>"


def cell(width: int, columns: int, line: float, right: bool, kept: bool, head: bool) -> str:
    """A cell over so many columns with one empty paragraph, its last child; `line` is the height
    of a line in points, `kept` keeps it on one page with what follows."""
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    keep = "<w:keepNext/>" if kept else ""
    return (
        f'<w:tc {_W}><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{_BELOW if head else ""}'
        f'<w:vAlign w:val="{"bottom" if head else "top"}"/></w:tcPr><w:p><w:pPr>{keep}'
        f'<w:spacing w:before="14" w:after="14" w:line="{round(line * 20)}" w:lineRule="exact"/>'
        f'<w:jc w:val="{"right" if right else "left"}"/></w:pPr></w:p></w:tc>'
    )
