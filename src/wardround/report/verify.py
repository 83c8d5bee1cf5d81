"""Read a written report back and check its figures: against the text, and against today.

A figure agrees if the words at its bookmark are the words that were written, and if the same
figure, asked for again as of the same moment, is written alike. How it is looked up is the
caller's matter.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from wardround.figure import Figure
from wardround.period import Period
from wardround.report.blocks import written
from wardround.report.embedded import (
    NAMESPACE,
    SCHEMA,
    Embedded,
    EmbeddedFigure,
    EmbeddedRecord,
)
from wardround.text import Refused, refuse

Lookup = Callable[[str, str | None, Period, datetime], Figure]
"""(indicator, department, period, as of) → the figure as it is known now."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST = 64 * 2**20
"""Bytes of one part; a report is far smaller."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one place of a report shows. `now` is None where the figure no longer exists, or
    the place is a record's words, which are only compared with the text."""

    bookmark: str
    written_in_text: str | None
    embedded: str
    now: str | None
    agrees: bool


def read(path: Path) -> Embedded:
    """What a report carries. Raises `Refused` for a file that is not a report of ours."""
    try:
        with zipfile.ZipFile(path) as file:
            body = _part(file, "word/document.xml")
            data = _carried(file)
    except (OSError, zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        raise refuse(
            "这不是 Word 文件（.docx），或文件已损坏。请选择本系统导出的报告。",
            "This is not a Word file (.docx), or it is damaged. Choose a report written here.",
            Path(path).name,
        ) from error
    if data is None:
        raise refuse(
            "文件里没有可核对的数据：它不是本系统导出的报告，或经其他软件另存后数据已丢失。",
            "The file carries no figures: it is not a report written here, or another program"
            " dropped them when saving.",
            Path(path).name,
        )
    if data.get("schema") != SCHEMA:
        raise refuse(
            f"报告由其他版本写成（格式 {data.get('schema')}），本版本只读格式 {SCHEMA}。",
            f"The report is of format {data.get('schema')}; this version reads {SCHEMA}.",
            Path(path).name,
        )
    return _embedded(data, _bookmarked(body), Path(path).name)


def figures_in(path: Path) -> list[EmbeddedFigure]:
    """The figures that a report carries, in reading order, with the words now at each place."""
    return list(read(path).figures)


def verify(path: Path, lookup: Lookup) -> list[Finding]:
    """One finding for each figure and each record's words, in reading order."""
    report = read(path)
    found = [_check(figure, report.lang, lookup) for figure in report.figures]
    found += [
        Finding(r.bookmark, r.text, r.written, None, r.text == r.written) for r in report.records
    ]
    return sorted(found, key=lambda finding: finding.bookmark)


def _check(embedded: EmbeddedFigure, lang: str, lookup: Lookup) -> Finding:
    told = embedded.figure
    try:
        figure = lookup(
            told["indicator"], told["department"], Period.parse(told["period"]),
            datetime.fromisoformat(told["as_of"]),
        )  # fmt: skip
        now: str | None = written(figure, embedded.form, lang)
    except Refused:
        now = None
    agrees = embedded.text == embedded.written == now
    return Finding(embedded.bookmark, embedded.text, embedded.written, now, agrees)


def _part(file: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """One part as XML. Documents of ours declare no entities, so any DTD is refused."""
    if file.getinfo(name).file_size > _LARGEST:
        raise zipfile.BadZipFile(f"{name} is too large")
    text = file.read(name)
    if b"<!DOCTYPE" in text[:2000]:
        raise zipfile.BadZipFile(f"{name} declares a document type")
    return ElementTree.fromstring(text)


def _carried(file: zipfile.ZipFile) -> dict[str, Any] | None:
    """The JSON of the custom part; a program that saves the file may rename the part."""
    for name in file.namelist():
        if name.startswith("customXml/item") and "Props" not in name and name.endswith(".xml"):
            root = _part(file, name)
            if root.tag == f"{{{NAMESPACE}}}figures":
                try:
                    data = json.loads(root.text or "")
                except ValueError as error:
                    raise zipfile.BadZipFile(f"{name} is damaged") from error
                return data if isinstance(data, dict) else None
    return None


def _bookmarked(body: ElementTree.Element) -> dict[str, str]:
    """Bookmark → the words that a reader sees between its start and its end."""
    words: dict[str, list[str]] = {}
    open_marks: dict[str, str] = {}
    for element in body.iter():
        if element.tag == f"{_W}bookmarkStart":
            name = element.get(f"{_W}name", "")
            open_marks[element.get(f"{_W}id", "")] = name
            words[name] = []
        elif element.tag == f"{_W}bookmarkEnd":
            open_marks.pop(element.get(f"{_W}id", ""), None)
        elif element.tag == f"{_W}t":
            for name in open_marks.values():
                words[name].append(element.text or "")
    return {name: "".join(parts) for name, parts in words.items()}


def _embedded(data: dict[str, Any], seen: dict[str, str], name: str) -> Embedded:
    try:
        figures = tuple(
            EmbeddedFigure(
                x["bookmark"], x["form"], x["written"], seen.get(x["bookmark"]), x["figure"]
            )
            for x in data["figures"]
        )
        records = tuple(
            EmbeddedRecord(x["bookmark"], x["written"], seen.get(x["bookmark"]), x["query"])
            for x in data["records"]
        )
        return Embedded(
            data["report"], data["lang"], data["period"], data["department"], data["at"],
            data["address"], data["chain_head"], figures, records,
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise refuse(
            "报告内的数据不完整，不能核对。请重新导出。",
            "The figures in this report are incomplete. Write the report again.",
            name,
        ) from error
