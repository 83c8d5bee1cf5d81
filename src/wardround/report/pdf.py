"""Write a composed document as PDF from the same blocks, with Typst.

How it looks is `report.typ`; here the blocks become plain data for it, so that no word of a
document is ever read as markup. The figures are links, as in Word; only Word can be verified.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst
import vl_convert

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
from wardround.report.layout import Counts, foot, signed, titled
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
        return [item for block in self.document.blocks for item in self._items(block)]

    def _items(self, block: Block) -> list[dict[str, Any]]:
        match block:
            case Heading(level=level, text=text):
                words = self.counts.heading(level) + text
                return [{"kind": "heading", "level": level, "text": words}]
            case Paragraph(runs=runs, note=note):
                return [self._paragraph(runs, note)]
            case Bullets(items=items):
                space = Text("", " ")[self.lang]
                return [self._paragraph((f"{n}.{space}", *x)) for n, x in enumerate(items, 1)]
            case Table():
                return [self._table(block)]
            case Chart():
                return [{
                    "kind": "chart",
                    "svg": vl_convert.vegalite_to_svg(json.dumps(block.spec)),
                    "caption": self.counts.chart() + block.caption,
                    "description": block.description,
                }]  # fmt: skip
            case Signatures():
                lines = [{"role": role, "signed": said} for role, said in signed(block, self.lang)]
                return [{"kind": "signatures", "lines": lines, "seal": block.seal,
                         "day": block.day}]  # fmt: skip
            case PageBreak():
                return [{"kind": "break"}]

    def _paragraph(self, runs: Runs, note: bool = False) -> dict[str, Any]:
        return {"kind": "paragraph", "runs": self._runs(runs), "note": note}

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
