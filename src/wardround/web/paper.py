"""A composed document as a page shows it: blocks for the template, charts drawn, links live.

The words are `report`'s; here a run becomes a link, and a heading gets its number. A document
told as of now links to figures as they are when opened; one told as of then, to those of then.
"""

from __future__ import annotations

import base64
from typing import Any

from wardround.report import picture
from wardround.report.blocks import (
    Bullets,
    Chart,
    Document,
    FigureRun,
    Heading,
    Paragraph,
    RecordRun,
    Runs,
    Signatures,
    Table,
)  # fmt: skip
from wardround.report.layout import Counts, foot, signed, titled
from wardround.web.standing import address


def shown(document: Document, frozen: bool) -> dict[str, Any]:
    """Title, blocks, outline and foot. `frozen` keeps every link as of the document's moment."""
    counts = Counts(document.lang)
    blocks = [b for b in (_block(x, counts, document.lang, frozen) for x in document.blocks) if b]
    heads = [b for b in blocks if b["kind"] == "heading" and b["level"] == 1]
    for number, head in enumerate(heads, 1):
        head["id"] = f"part-{number}"
    return {"title": titled(document), "subtitle": document.subtitle, "blocks": blocks,
            "outline": heads, "foot": foot(document)}  # fmt: skip


def _block(block: Any, counts: Counts, lang: str, frozen: bool) -> dict[str, Any] | None:
    match block:
        case Heading(level=level, text=text):
            return {"kind": "heading", "level": level, "text": counts.heading(level) + text}
        case Paragraph(runs=found, note=note, lead=lead):
            words = runs((lead, *found) if lead else found, frozen)
            return {"kind": "note" if note else "paragraph", "runs": words}
        case Bullets(items=items):
            return {"kind": "bullets", "items": [runs(i, frozen) for i in items]}
        case Table():
            return _table(block, counts, frozen)
        case Chart(spec=spec, caption=caption, description=said):
            return {"kind": "chart", "caption": counts.chart() + caption, "description": said,
                    "image": _image(spec)}  # fmt: skip
        case Signatures(seal=seal, day=day):
            return {"kind": "signatures", "lines": signed(block, lang), "seal": seal, "day": day}
    return None


def _table(block: Table, counts: Counts, frozen: bool) -> dict[str, Any]:
    heads = [(h, n in block.right) for n, h in enumerate(block.head)]
    rows = [
        {"group": len(row) == 1,
         "cells": [(runs(cell, frozen), n in block.right) for n, cell in enumerate(row)]}
        for row in block.rows
    ]  # fmt: skip
    return {"kind": "table", "caption": counts.table() + block.caption, "head": heads,
            "rows": rows, "wide": len(block.head)}  # fmt: skip


def runs(found: Runs, frozen: bool) -> list[dict[str, str]]:
    """Words, and figures or records with their doors."""
    return [_run(run, frozen) for run in found]


def _run(run: Any, frozen: bool) -> dict[str, str]:
    if isinstance(run, FigureRun):
        figure = run.figure
        as_of = figure.as_of if frozen else None
        url = address(figure.indicator, figure.period, figure.department, as_of)
        return {"words": run.written, "figure": url}
    if isinstance(run, RecordRun):
        return {"words": run.written, "record": run.query}
    return {"words": run}


def _image(spec: dict[str, Any]) -> str:
    drawn = picture.svg(spec).encode()
    return "data:image/svg+xml;base64," + base64.b64encode(drawn).decode()
