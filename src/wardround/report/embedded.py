"""What a written document carries inside: every figure with its place, as JSON in a custom part.

`write` puts it in, `verify` takes it out. The form is versioned, so that a document written
today is still read by a later version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from wardround.report.blocks import Document, FigureRun, RecordRun

SCHEMA = 1
NAMESPACE = "urn:wardround:figures"


@dataclass(frozen=True, slots=True)
class EmbeddedFigure:
    """One figure as a document carries it. `text` is what a reader sees at its bookmark now,
    None if the bookmark is gone; `figure` is the object of `Figure.as_json`."""

    bookmark: str
    form: str
    written: str
    text: str | None
    figure: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EmbeddedRecord:
    """Words that open one record; `text` is what a reader sees there now."""

    bookmark: str
    written: str
    text: str | None
    query: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """Everything that a document carries; `lang` and `address` are as they were written.

    `count` is how many places it was written with, `places` those that its text has now, each
    with its words."""

    report: str
    lang: str
    period: str
    department: str | None
    at: str
    address: str
    chain_head: str
    figures: tuple[EmbeddedFigure, ...]
    records: tuple[EmbeddedRecord, ...]
    count: int = 0
    places: Mapping[str, str] = field(default_factory=dict)


def mark_of(number: int) -> str:
    """The bookmark of a place, counted from 1 in reading order."""
    return f"figure_{number:04}"


def as_xml(document: Document, address: str, placed: Sequence[tuple[str, object]]) -> bytes:
    """The custom part: JSON inside one element. `placed` is (bookmark, run) in reading order."""
    data = {
        "schema": SCHEMA,
        "report": document.report,
        "lang": document.lang,
        "period": document.period,
        "department": document.department,
        "at": document.at.isoformat(),
        "address": address,
        "chain_head": document.chain_head,
        "count": len(placed),
        "figures": [
            {"bookmark": mark, "form": run.form, "written": run.written,
             "figure": run.figure.as_json()}
            for mark, run in placed if isinstance(run, FigureRun)
        ],
        "records": [
            {"bookmark": mark, "written": run.written, "query": run.query}
            for mark, run in placed if isinstance(run, RecordRun)
        ],
    }  # fmt: skip
    body = escape(json.dumps(data, ensure_ascii=False, sort_keys=True))
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<figures xmlns="{NAMESPACE}" schema="{SCHEMA}">{body}</figures>'.encode()
