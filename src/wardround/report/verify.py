"""Read a written report back and check its figures: against the text, and against the records.

A figure agrees if the words at its bookmark are the words that were written, and if the same
figure, asked for again as of the same moment, is the embedded one in all its parts: value,
numerator, denominator, target, last year's value and the rest. What opens a record agrees if the
record still says these words. A place that lost its embedded object, or an object that lost its
place, is found too. How things are looked up is the caller's matter.
"""

from __future__ import annotations

import json
import math
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
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
    mark_of,
)
from wardround.text import Refused, Text, refuse, same

Lookup = Callable[[str, str | None, Period, datetime], Figure]
"""(indicator, department, period, as of) → the figure as it is known now."""
Records = Callable[[Embedded], Mapping[str, Collection[str]]]
"""What a report is about → the address of each record → the words that it may stand for."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARK = r"figure_\d{4,}"
_LARGEST = 64 * 2**20
"""Bytes of one part; a report is far smaller."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one place of a report shows: the words in the text, those embedded, and those that
    the records give `now`; each None where there is none. `parts` are the parts of the embedded
    figure that the records do not bear out: name, embedded, recomputed."""

    bookmark: str
    written_in_text: str | None
    embedded: str | None
    now: str | None
    agrees: bool
    parts: tuple[tuple[str, object, object], ...] = ()

    def said(self) -> Text:
        """One line for a person: where, and what differs from what."""
        zh, en = [f"文中“{self.written_in_text}”"], [f"text “{self.written_in_text}”"]
        if self.written_in_text is None:
            zh, en = ["文中已没有这个数"], ["no longer in the text"]
        if self.embedded is None:
            zh.append("文件内所附的数据已被删去")
            en.append("its embedded object has been removed")
        else:
            zh.append(f"所附“{self.embedded}”")
            en.append(f"embedded “{self.embedded}”")
            zh.append(f"按记录“{self.now}”" if self.now is not None else "记录里已没有")
            en.append(f"records “{self.now}”" if self.now is not None else "not in the records")
        for name, was, now in self.parts:
            zh.append(f"所附{_PARTS.get(name, same(name)).zh}为{was}，按记录为{now}")
            en.append(f"embedded {_PARTS.get(name, same(name)).en} {was}, by the records {now}")
        return Text(f"{self.bookmark}：{'；'.join(zh)}", f"{self.bookmark}: {'; '.join(en)}")


_PARTS = {
    "value": Text("数值", "value"), "numerator": Text("分子", "numerator"),
    "denominator": Text("分母", "denominator"), "target": Text("目标值", "target"),
    "last_year": Text("去年同期", "last year's value"), "name": Text("名称", "name"),
    "verdict": Text("判定", "verdict"), "as_of": Text("截至时刻", "moment"),
    "query": Text("链接", "link"), "unit": Text("单位", "unit"),
}  # fmt: skip


def read(path: Path) -> Embedded:
    """What a report carries. Raises `Refused` for a file that is not a report of ours."""
    if not path.is_file():
        raise refuse(
            "没有这个文件，请核对文件名。", "There is no such file; check its name.", path.name
        )
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


def verify(path: Path, lookup: Lookup, records: Records | None = None) -> list[Finding]:
    """One finding for each figure and each record's words, in reading order; without `records`
    the latter are only compared with the text."""
    report = read(path)
    known = records(report) if records and report.records else None
    found = [_check(figure, report, lookup) for figure in report.figures]
    found += [_recorded(record, known) for record in report.records]
    return sorted([*found, *_torn(report)], key=lambda finding: finding.bookmark)


def _torn(report: Embedded) -> list[Finding]:
    """Places of the text without their object, and places that are gone with theirs."""
    embedded = {x.bookmark for x in report.figures} | {x.bookmark for x in report.records}
    last = max(
        (int(mark.removeprefix("figure_")) for mark in embedded | report.places.keys()), default=0
    )
    wanted = {mark_of(n) for n in range(1, max(last, report.count) + 1)} | report.places.keys()
    return [
        Finding(mark, report.places.get(mark), None, None, False)
        for mark in sorted(wanted - embedded)
    ]


def _recorded(record: EmbeddedRecord, known: Mapping[str, Collection[str]] | None) -> Finding:
    kept = record.text == record.written
    if known is None:
        return Finding(record.bookmark, record.text, record.written, record.text, kept)
    words = known.get(record.query, ())
    holds = record.written in words
    now = record.written if holds else " / ".join(sorted(words)) or None
    return Finding(record.bookmark, record.text, record.written, now, kept and holds)


def _check(embedded: EmbeddedFigure, report: Embedded, lookup: Lookup) -> Finding:
    told, lang = embedded.figure, report.lang
    parts: tuple[tuple[str, object, object], ...] = ()
    try:
        figure = lookup(
            told["indicator"], told["department"], Period.parse(told["period"]),
            datetime.fromisoformat(told["as_of"]),
        )  # fmt: skip
        now: str | None = written(figure, embedded.form, lang)
        parts = _differing(told, figure.as_json() | {"as_of": report.at})
    except (Refused, KeyError, TypeError, ValueError):
        now = None
    agrees = embedded.text == embedded.written == now and not parts
    return Finding(embedded.bookmark, embedded.text, embedded.written, now, agrees, parts)


def _differing(
    told: Mapping[str, object], now: Mapping[str, object]
) -> tuple[tuple[str, object, object], ...]:
    """The parts that are not the same; a figure of another version has other words."""
    words = () if told.get("version") == now["version"] else ("version", "name", "why_none")
    return tuple(
        (key, told.get(key), now.get(key))
        for key in dict.fromkeys([*now, *told])
        if key not in words and not _same(told.get(key), now.get(key))
    )


def _same(one: object, other: object) -> bool:
    """Equal; of numbers, up to the last digits of floating point."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    if numbers and not isinstance(one, bool) and not isinstance(other, bool):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)  # type: ignore[arg-type]
    return one == other


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
            data["address"], data["chain_head"], figures, records, int(data.get("count", 0)),
            {mark: words for mark, words in seen.items() if re.fullmatch(_MARK, mark)},
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise refuse(
            "报告内的数据不完整，不能核对。请重新导出。",
            "The figures in this report are incomplete. Write the report again.",
            name,
        ) from error
