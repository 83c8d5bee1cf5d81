"""The main job in one command: a hospital, its plan, its year, its summary, its pages."""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from wardround.catalogue.organisation import Person, Role
from wardround.commands.people import acting, open_sign_ins
from wardround.commands.run import serve, tables, unused
from wardround.demo.beside import EntriesBeside
from wardround.demo.feed import write_feed
from wardround.demo.patients import patients
from wardround.demo.plan import write_plan
from wardround.outcome import Outcome
from wardround.period import Period
from wardround.reading.document import read_document
from wardround.store import (
    deliveries,
    drafts,
    ledger,
    mart,
    measuring,
    plans,
    projection,
    results,
    vault,
)
from wardround.store.house import House, forget, house, prepare, preparing, set_clock
from wardround.store.ledger import Proposal
from wardround.store.models import Entry, FeedBatch, PlanDocument
from wardround.text import LANGS, Text, refuse

NOW = "2026-07-06T09:41:00"
"""The moment at which the demonstration's clock starts, in the hospital's own time."""
PASSWORD = "wardround-demo"
_TOML = Path(__file__).parent.parent / "demo" / "hospital.toml"
_DONE, _BUILDING, _OPEN = "demo.json", "demo.building", "demo.open"
"""Marks in the data folder: all is made; it is being made; entries are in, so that pages are
open while plan, figures and summaries are still to come."""
_KINDS: tuple[tuple[Role, str, str], ...] = (
    ("president", "", ""), ("leader", "", ""), ("officer", "hospital_office", ""),
    ("officer", "infection_office", ""), ("officer", "quality_office", ""),
    ("head", "ward", "护士长"), ("staff", "ward", ""), ("staff", "immunisation_clinic", ""),
    ("staff", "security_office", ""), ("auditor", "", ""),
)  # fmt: skip
"""Whose sign-ins are printed: role, a function of the department, a word of the post."""


def demo(words: argparse.Namespace) -> Outcome:
    """Build the demonstration if it is not there yet, and serve it unless told not to.

    Served, it is built in a process of its own, which leaves its memory behind when it is done;
    until there is something to see, the pages say how far it has come.
    """
    data = Path(settings.DATA)
    building = None
    words.host = "127.0.0.1"
    if not words.no_serve:
        unused(words.host, words.port)
    if not (data / _DONE).exists():
        if words.no_serve:
            _build(data, words.lang, quiet=words.json)
        else:
            building = _build_beside(data, words)
    told = _told(house()) if building else json.loads((data / _DONE).read_text(encoding="utf-8"))
    told["address"] = f"http://127.0.0.1:{words.port}"
    lines = list(_lines(told, words.lang))
    if words.no_serve:
        return Outcome(told, lines)
    print("\n".join(lines), flush=True)
    try:
        return serve(words, (data / _DONE).exists)
    finally:
        if building:
            building.terminate()


def _build_beside(data: Path, words: argparse.Namespace) -> subprocess.Popen[bytes]:
    """Start building, and wait until there are tables to serve from."""
    command = [sys.executable, "-m", "wardround", "demo", "--no-serve", "--lang", words.lang]
    building = subprocess.Popen([*command, "--data", str(data), "--port", str(words.port)])
    while not preparing(data):
        if building.poll() is not None:
            raise refuse("演示没有建成，原因见上。", "The demonstration was not built; see above.")
        time.sleep(0.2)
    return building


def _lines(told: dict[str, Any], lang: str) -> Iterator[str]:
    if told["entries"]:
        yield Text(
            "{hospital}：{entries:,} 条记录，{rows:,} 行接口数据。",
            "{hospital}: {entries:,} entries, {rows:,} feed rows.",
        )[lang].format(
            hospital=told["hospital"][lang], entries=told["entries"], rows=told["feed_rows"]
        )
    yield from told["summaries"]
    yield Text(f"页面：{told['address']}", f"Pages: {told['address']}")[lang]
    for one in told["sign_ins"]:
        who = f"{one['name'][lang]} · {one['post'][lang]}"
        yield f"  {one['username']:<14} {one['password']}  {who}"


def _build(data: Path, lang: str, quiet: bool) -> None:
    """1. What was left unfinished before its entries were in is cleared away; another hospital is
    never touched. 2. Hospital, feed, entries and plan, then figures and summaries. 3. Each
    part's mark is written when the part is whole."""
    say = _Progress(lang, quiet, data)
    if not (data / _OPEN).exists():
        _clear(data)
        _found(data, say)
    at_hand = house()
    at = datetime.fromisoformat(NOW).replace(tzinfo=at_hand.zone)
    if not PlanDocument.objects.exists():
        say("计划", "the plan")
        _plan(at_hand, data, at)
    say("指标", "figures")
    measuring.refresh(at_hand, at)
    say("总结", "the summary")
    told = json.loads((data / _OPEN).read_text(encoding="utf-8"))
    _mark(data / _DONE, told | {"summaries": _summaries(at_hand, data, at)})
    (data / _OPEN).unlink()
    (data / _BUILDING).unlink()
    say("好了", "done")


def _clear(data: Path) -> None:
    if (data / "hospital.toml").exists() and not (data / _BUILDING).exists():
        raise refuse(
            f"{data} 里是另一所医院。请用 --data 另选文件夹。",
            f"{data} holds another hospital. Choose another folder with --data.",
        )
    if (data / _BUILDING).exists():
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    (data / _BUILDING).touch()
    shutil.copy(_TOML, data / "hospital.toml")
    forget()


def _found(data: Path, say: _Progress) -> None:
    """The hospital with its people, feed and entries."""
    gc.disable()  # hardly anything made here is garbage before the end
    say("建表", "tables")
    tables()
    at_hand = house()
    at = datetime.fromisoformat(NOW).replace(tzinfo=at_hand.zone)
    scratch = data / "scratch"
    told = EntriesBeside(at_hand.hospital, at_hand.catalogue, at, scratch)
    if Entry.objects.exists() or FeedBatch.objects.exists():
        raise refuse("数据库里已有记录。", "The database holds entries already.")
    open_sign_ins(at_hand, PASSWORD)
    say.to_pages = True
    say("两年接口数据", "two years of feed")
    feed_rows = _feed(at_hand, at, scratch)
    say("一年半的登记", "eighteen months of entries")
    told.feed_is_written()
    with ThreadPoolExecutor(1) as beside:
        count = _entries(at_hand, at, told, beside.submit(_sort_feed, at_hand))
    shutil.rmtree(scratch)
    set_clock(at_hand.hospital.hospital.key, at)
    _mark(data / _OPEN, _told(at_hand) | {"entries": count, "feed_rows": feed_rows})
    prepare(data, None)
    say.to_pages = False
    gc.enable()


def _told(at_hand: House) -> dict[str, Any]:
    """What is told of the hospital before anything is in it."""
    return {
        "hospital": at_hand.hospital.name.as_json(), "entries": 0, "feed_rows": 0,
        "summaries": [], "address": settings.ADDRESS, "sign_ins": _sign_ins(at_hand),
    }  # fmt: skip


def _mark(file: Path, told: dict[str, Any]) -> None:
    new = file.with_suffix(".new")
    new.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    new.replace(file)


class _Progress:
    """One line a stage, with the seconds since the start; `to_pages` while they wait for it."""

    def __init__(self, lang: str, quiet: bool, data: Path) -> None:
        self.lang, self.quiet, self.data = lang, quiet, data
        self.start, self.to_pages = time.monotonic(), False

    def __call__(self, zh: str, en: str) -> None:
        if self.to_pages:
            prepare(self.data, Text(zh, en))
        if not self.quiet:
            seconds = time.monotonic() - self.start
            print(f"{seconds:5.1f} s  {Text(zh, en)[self.lang]}", flush=True)


def _feed(at_hand: House, at: datetime, scratch: Path) -> int:
    """Make the feed and keep it as batches delivered the night before."""
    rows = write_feed(scratch, at_hand.hospital)
    delivered = at - timedelta(hours=9)
    for key, count in rows.items():
        register = at_hand.catalogue.registers[key]
        file = scratch / f"{key}.parquet"
        deliveries.keep_batch(at_hand, register, file, file.name, count, "system", delivered)
    return sum(rows.values())


def _sort_feed(at_hand: House) -> None:
    """Make the feed ready for measuring; DuckDB does it beside the recording of entries."""
    try:
        for register in at_hand.catalogue.registers.values():
            if register.feed:
                mart.refresh_feed(at_hand, register)
    finally:
        connections.close_all()


def _entries(at_hand: House, at: datetime, told: EntriesBeside, feed: Future[None]) -> int:
    """Record what the hospital's people tell; duties owed after the feed need it sorted."""

    def proposed() -> Iterator[tuple[Proposal, str, datetime]]:
        yield from map(_proposal, told)
        feed.result()

    count = ledger.extend(at_hand, proposed(), at)
    about = [k for k, r in at_hand.catalogue.registers.items() if r.subject == "patient"]
    found = Entry.objects.filter(register__in=about).values_list("subject", flat=True).distinct()
    vault.enrol(patients(subject for subject in found if subject))
    return count


def _proposal(told: dict[str, Any]) -> tuple[Proposal, str, datetime]:
    values = dict(told["values"])
    if told["step"]:
        values["step"] = told["step"]
    proposal = Proposal(
        told["register"], values, told["department"], told["subject"], told["occurred_at"],
        told["id"], told["about"],
    )  # fmt: skip
    return proposal, told["recorded_by"], told["recorded_at"]


def _plan(at_hand: House, data: Path, at: datetime) -> None:
    """Write the plan in both languages; the Chinese one is gone through and adopted, the other is
    its twin."""
    zh, en = (read_document(write_plan(data / f"plan.{x}.docx", x)) for x in LANGS)
    who = acting(at_hand, None)
    kept = plans.read_in(at_hand, zh, who, at, twin=en)
    drafts.begin(at_hand, kept, zh, en)
    drafts.accept(kept, {one.number: one.version for one in drafts.items(kept)}, who, at)
    drafts.adopt(at_hand, kept, who, at)
    projection.escalate(at_hand, at)


def _summaries(at_hand: House, data: Path, at: datetime) -> list[str]:
    files = {lang: data / f"summary.{lang}.docx" for lang in LANGS}
    period = Period.parse("2026H1")
    results.write_reports(at_hand, "half_year_summary", period, files, settings.ADDRESS, at=at)
    return [str(file) for file in files.values()]


def _sign_ins(at_hand: House) -> list[dict[str, Any]]:
    """One person of each kind to look through the eyes of."""
    chosen: dict[str, Person] = {}
    for person in at_hand.hospital.person.values():
        functions = at_hand.hospital.department[person.department].functions
        for role, function, post in _KINDS:
            if person.role == role and function in ("", *functions) and post in person.post.zh:
                chosen.setdefault(f"{role} {function} {post}", person)
    return [
        {"username": p.key, "password": PASSWORD, "name": p.name.as_json(),
         "post": p.post.as_json()}
        for p in chosen.values()
    ]  # fmt: skip
