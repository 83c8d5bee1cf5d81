"""Issuing a report: written once in both languages, its figures frozen, its file never changed.

What a report says is `report`'s matter. An issued one keeps the digest of its file and the head
of the chain at that moment, so that anyone can check later that neither was touched. Whoever its
declaration names signs it afterwards (`signing`).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from wardround.catalogue.model import Report
from wardround.catalogue.signing import register_key
from wardround.period import Period
from wardround.report.blocks import Document
from wardround.report.write import docx_bytes
from wardround.store import measuring, results, signing
from wardround.store.house import House
from wardround.store.models import PublishedReport
from wardround.text import LANGS, refuse
from wardround.work.authority import Viewer, may_plan


def issued(key: str, period: Period, department: str | None) -> list[PublishedReport]:
    """What was issued of a report and period, one a language."""
    found = PublishedReport.objects.filter(report=key, period=period.key, department=department)
    return list(found.order_by("pk"))


def may_issue(house: House, report: Report, department: str | None, who: Viewer) -> bool:
    """The hospital office and the president; of what is signed, those who keep its register."""
    key = register_key(report)
    place = department or who.person.department
    kept = key is None or house.may_record(who, house.catalogue.registers[key], place)
    return may_plan(who) and kept


def issue(
    house: House, key: str, period: Period, department: str | None, who: Viewer, at: datetime,
    address: str,
) -> list[PublishedReport]:  # fmt: skip
    """Freeze the report as it stands at `at`; raises `Refused` if that may not be.

    Only the hospital office and the president issue, only after the period is over, and once.
    """
    report = results.declared(house, key)
    if not may_issue(house, report, department, who):
        raise refuse(
            "总结由院办公室或院长签发，责任书由院办公室签发；您可以查看，不能签发。",
            "The hospital office or the president issues summaries, the office letters; you may"
            " read them.",
        )
    if (period.start if report.ahead else period.end) > at.date():
        name = period.name()
        raise refuse(
            f"{name.zh}还没有{'开始' if report.ahead else '过完'}，现在不能签发。",
            f"It cannot be issued before the {'start' if report.ahead else 'end'} of {name.en}.",
        )
    if issued(key, period, department):
        raise refuse("这份总结已经签发，没有重复签发。", "This summary is issued already.")
    measuring.refresh(house, at)
    documents = results.compose_reports(house, key, period, LANGS, department, at)
    with transaction.atomic():
        made = [_keep(house, one, docx_bytes(one, address), who) for one in documents]
        signing.put_up(house, report, {m.lang: m for m in made}, documents[0], who, at)
    return made


def _keep(house: House, document: Document, content: bytes, who: Viewer) -> PublishedReport:
    digest = hashlib.sha256(content).hexdigest()
    place = f"-{document.department}" if document.department else ""
    name = f"{document.report}-{document.period}{place}-{document.lang}-{digest[:8]}.docx"
    file = folder(house) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return PublishedReport.objects.create(
        report=document.report, period=document.period, department=document.department,
        lang=document.lang, file=name, digest=digest, head=document.chain_head,
        figures=[run.figure.as_json() | {"form": run.form, "written": run.written}
                 for run in document.figures()],
        issued_at=document.at, issued_by=who.key,
    )  # fmt: skip


def folder(house: House) -> Path:
    """Where issued files lie."""
    return house.data / "issued"


def content(house: House, report: PublishedReport) -> bytes:
    """The issued file; raises `Refused` if it is gone or no longer what was issued."""
    file = folder(house) / report.file
    found = file.read_bytes() if file.exists() else b""
    if hashlib.sha256(found).hexdigest() != report.digest:
        raise refuse(
            "签发的文件不在了，或已被改动，与签发时的校验值不符。请从备份恢复。",
            "The issued file is gone, or differs from its check value. Restore it from a backup.",
        )
    return found
