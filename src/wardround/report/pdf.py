"""Write a composed document as PDF from the same blocks, with Typst.

How it looks is `report.typ`; here the blocks become plain data for it, so that no word of a
document is ever read as markup. The figures are links, as in Word; only Word can be verified.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from wardround.report import picture
from wardround.report.blocks import (
    Block,
    Bullets,
    Chart,
    Document,
    FigureRun,
    Heading,
    PageBreak,
    Paragraph,
    Run,
    Runs,
    Signatures,
    Table,
)
from wardround.report.charts import shaped
from wardround.report.layout import Counts, foot, side_by_side, signed, titled
from wardround.text import Text

_LOOK = Path(__file__).with_name("report.typ")


def write_pdf(document: Document, path: Path, address: str) -> None:
    """Write the document; `address` is put before every figure's query."""
    Path(path).write_bytes(pdf_bytes(document, address))


def pdf_bytes(document: Document, address: str) -> bytes:
    """The PDF's bytes; the same document always gives the same."""
    title = titled(document)
    data = {
        "lang": document.lang,
        "title": document.title,
        "short": title[-1],
        "heading": title,
        "subtitle": document.subtitle,
        "hospital": document.hospital,
        "foot": foot(document),
        "blocks": _Blocks(document, address.rstrip("/")).all(),
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made: bytes = typst.compile(
        str(_LOOK), format="pdf", sys_inputs=inputs, timestamp=int(document.at.timestamp())
    )
    return made


class _Blocks:
    """Blocks as data, counted in reading order."""

    def __init__(self, document: Document, address: str) -> None:
        self.document, self.address, self.lang = document, address, document.lang
        self.counts = Counts(document.lang)

    def all(self) -> list[dict[str, Any]]:
        return [x for block in side_by_side(self.document.blocks) for x in self._items(block)]

    def _items(self, block: Block | tuple[Chart, ...]) -> list[dict[str, Any]]:
        match block:
            case tuple():
                return [self._charts(block, 84)]
            case Heading(level=level, text=text):
                words = self.counts.heading(level) + text
                return [{"kind": "heading", "level": level, "text": words}]
            case Paragraph():
                return [self._paragraph(block)]
            case Bullets(items=items):
                space = Text("", " ")[self.lang]
                return [self._paragraph(Paragraph((f"{n}.{space}", *x)))
                        for n, x in enumerate(items, 1)]  # fmt: skip
            case Table():
                return [self._table(block)]
            case Chart():
                return [self._charts((block,), 150)]
            case Signatures():
                lines = [{"role": role, "signed": said} for role, said in signed(block, self.lang)]
                return [{"kind": "signatures", "lines": lines, "seal": block.seal,
                         "day": block.day}]  # fmt: skip
            case PageBreak():
                return [{"kind": "break"}]

    def _paragraph(self, block: Paragraph) -> dict[str, Any]:
        return {"kind": "paragraph", "runs": self._runs(block.runs), "note": block.note,
                "lead": block.lead}  # fmt: skip

    def _charts(self, charts: tuple[Chart, ...], width: float) -> dict[str, Any]:
        drawn = [
            {
                "svg": picture.svg(shaped(chart.spec, width)),
                "caption": self.counts.chart() + chart.caption,
                "description": chart.description,
            }
            for chart in charts
        ]
        return {"kind": "charts", "charts": drawn}

    def _runs(self, runs: Runs) -> list[Any]:
        return [self._run(run) for run in runs]

    def _run(self, run: Run) -> str | list[Any]:
        if isinstance(run, str):
            return run
        if isinstance(run, FigureRun):
            return [run.written, self.address + run.figure.query, run.figure.provisional]
        return [run.written, self.address + run.query if run.query else "", False]

    def _table(self, block: Table) -> dict[str, Any]:
        return {
            "kind": "table",
            "caption": self.counts.table() + block.caption,
            "head": list(block.head),
            "rows": [[self._runs(cell) for cell in row] for row in block.rows],
            "shares": list(block.shares),
            "right": sorted(block.right),
        }
