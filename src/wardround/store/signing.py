"""Signatures under issued reports: who must give them, who has, and the signed copy.

What is signed is the issued file, by its digest; a signature is a step upon a document entry in
the ledger, so who may sign, and that nobody signs twice, is decided where all signatures are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as Word
from docx.shared import Pt

from wardround.catalogue.model import Report
from wardround.catalogue.signing import register_key
from wardround.period import Period
from wardround.report.blocks import Document, day
from wardround.store import ledger
from wardround.store.history import current
from wardround.store.house import House
from wardround.store.ledger import Proposal
from wardround.store.models import Entry, PublishedReport
from wardround.text import Text, refuse
from wardround.work.authority import Viewer, may_sign
from wardround.work.follow import derived_id


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature that a report needs; `by` and what follows are None until it is given."""

    key: str
    by: str | None = None
    at: datetime | None = None
    entry: Entry | None = None


def put_up(
    house: House, report: Report, made: Mapping[str, PublishedReport], document: Document,
    who: Viewer, at: datetime,
) -> None:  # fmt: skip
    """Lay an issued report before those who sign it: one document entry with the digests of its
    files (`made`: language → file)."""
    key = register_key(report)
    if key is None:
        return
    one, register = made["zh"], house.catalogue.registers[key]
    values = {
        "period": one.period, "zh": made["zh"].digest, "en": made["en"].digest,
        "year": Period.parse(one.period).start.year, "targets": _targets(document),
        **report.signed_with,
    }  # fmt: skip
    ledger.append(house, Proposal(
        key, {k: v for k, v in values.items() if k in register.field},
        one.department or who.person.department, occurred_at=at, id=_id(one),
    ), who, at)  # fmt: skip


def _targets(document: Document) -> list[dict[str, str]]:
    aims = {r.figure.indicator: r.figure for r in document.figures() if r.form == "target_number"}
    return [
        {"text": f.name.zh, "target": f.target.as_words()} for f in aims.values() if f.target
    ]  # fmt: skip


def _id(one: PublishedReport) -> str:
    """The entry that stands for an issued report; both languages have the same."""
    return derived_id(f"{one.report}/{one.period}/{one.department or ''}", one.head)


def signatures(house: House, one: PublishedReport) -> list[Signature]:
    """Every signature that the report declares, in that order, given or not."""
    report = house.catalogue.reports.get(one.report)
    if report is None:
        return []
    steps = {e.values.get("step"): e for e in current().filter(about=_id(one))}
    return [
        Signature(key, e.recorded_by, house.local(e.recorded_at), e) if (e := steps.get(key))
        else Signature(key)
        for key in report.signatures
    ]  # fmt: skip


def place(house: House, one: PublishedReport, who: Viewer) -> str:
    """Whose document it is: the report's department, or who put the hospital's report up."""
    found = Entry.objects.filter(pk=_id(one)).first()
    return found.department if found else one.department or who.person.department


def mine(house: House, one: PublishedReport, who: Viewer) -> list[str]:
    """The signatures that are still missing and this person's to give."""
    if not Entry.objects.filter(pk=_id(one)).exists():
        return []
    given = signatures(house, one)
    if any(s.by == who.key for s in given):
        return []
    department = place(house, one, who)
    return [s.key for s in given if s.by is None and may_sign(who, s.key, department)]


def sign(house: House, one: PublishedReport, key: str, who: Viewer) -> Entry:
    """Put one signature to what was issued; raises `Refused` if it is not this person's."""
    report = house.catalogue.reports[one.report]
    register = register_key(report)
    if register is None or not Entry.objects.filter(pk=_id(one)).exists():
        raise refuse("这份报告不用签名。", "Nobody signs this report.")
    return ledger.append(house, Proposal(register, {"step": key}, about=_id(one)), who).entry


def signed_copy(house: House, one: PublishedReport, content: bytes) -> bytes:
    """The very file that was issued, with the names and days of those who have signed it, and
    what they signed: its digest."""
    word = docx.Document(BytesIO(content))
    given = signatures(house, one)
    _fill(house, word, given, one.lang)
    lines = [Text(f"签署对象：{one.file}，SHA-256 {one.digest}",
                  f"What was signed: {one.file}, SHA-256 {one.digest}")]  # fmt: skip
    lines += [
        Text(f"签名记录：{s.at:%Y-%m-%d %H:%M}，{s.entry.hash}",
             f"Record of the signature: {s.at:%Y-%m-%d %H:%M}, {s.entry.hash}")
        for s in given if s.entry and s.at
    ]  # fmt: skip
    for line in lines:
        run = word.add_paragraph().add_run(line[one.lang])
        run.font.size = Pt(8)
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _fill(house: House, word: Word, given: Sequence[Signature], lang: str) -> None:
    """Write the names into the places to sign: the last table of two rows, a column each."""
    table = next((t for t in reversed(word.tables) if len(t.rows) == 2
                  and len(t.columns) == len(given)), None)  # fmt: skip
    if table is None:
        return
    for column, one in enumerate(given):
        if one.by is None or one.at is None:
            continue
        person = house.hospital.person.get(one.by)
        name = person.name[lang] if person else one.by
        paragraph = table.cell(1, column).paragraphs[0]
        for old in paragraph.runs[1:]:
            old.text = ""
        words = f"{name}  {day(one.at.date(), lang)}"
        if paragraph.runs:
            paragraph.runs[0].text = words
        else:
            paragraph.add_run(words)


def promised(house: House, key: str, period: Period, department: str | None) -> dict[str, Any]:
    """The targets of an issued report, indicator → target in words; empty if it was not issued."""
    one = PublishedReport.objects.filter(
        report=key, period=period.key, department=department, lang="zh"
    ).first()
    return {
        f["indicator"]: f["target"] for f in (one.figures if one else ())
        if f["form"] == "target_number" and f.get("target")
    }  # fmt: skip
