"""Carrying out the import of a file that was handed in: at once, or behind the pages.

Decides who may import what a file speaks of, and how long a person waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect

from wardround.catalogue.model import Register
from wardround.sources import mapping
from wardround.sources.mapping import Source
from wardround.store import deliveries
from wardround.store.deliveries import Imported
from wardround.store.house import House
from wardround.text import Fault, Refused, Text, listing, refuse
from wardround.web import uploads
from wardround.web.access import allow
from wardround.web.templatetags.words import current_lang
from wardround.web.uploads import Upload
from wardround.work import authority
from wardround.work.authority import Viewer

SMALL, SMALL_BOOK = 4 * 1024 * 1024, 64 * 1024
"""Bytes that are imported while the person waits: rows of a feed, entries of a register."""
Again = Callable[[tuple[Fault, ...]], HttpResponse]
"""The page once more, with what is wrong."""
Then = Callable[[Imported], HttpResponse | None]
"""Where a finished import leads; None: to the page of the delivery."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file, who imports it, and into which register (None: the file says so itself)."""

    house: House
    who: Viewer
    upload: Upload
    register: Register | None

    @property
    def is_table(self) -> bool:
        """Whether its headings may have to be matched."""
        return self.upload.kind in ("csv", "excel")


def may(task: Task) -> None:
    """Refuse a file that speaks for others' registers too, unless one register was named."""
    if task.register is not None:
        allow(authority.may_deliver(task.who, task.register))
    elif not task.is_table:
        only_own(task, mapping.shipped(task.upload.kind, task.house.catalogue))


def only_own(task: Task, source: Source) -> None:
    """Refuse a source that fills registers of other offices."""
    registers = [task.house.catalogue.registers[r.feed] for r in source.all_rows()]
    foreign = [r.name for r in registers if not authority.may_deliver(task.who, r)]
    if foreign:
        names = listing(list(dict.fromkeys(foreign)))
        raise refuse(
            f"这份文件还包括别的科室管的{names.zh}。请重新上传，选一本登记本，只导入那一本。",
            f"The file also speaks of {names.en}, which other offices own. Hand it in again and "
            "choose one register; only its rows are imported.",
        )  # fmt: skip


def start(
    task: Task, source: Source | None, again: Again, then: Then = lambda done: None
) -> HttpResponse:
    """Import it now if it is small, else behind the pages; then to what came of it, or where
    `then` leads."""
    lang, kept, key = current_lang(), task.upload, task.register.key if task.register else None

    def work(say: Callable[[Text], None]) -> Imported:
        return deliveries.take_in(
            task.house, kept.kind, kept.file, key, task.who, task.house.now(), source, lang, say
        )

    if not kept.file.is_file():
        return redirect("data")  # pressed twice: the first has taken it in
    book = task.register is not None and not task.register.feed
    if kept.file.stat().st_size > (SMALL_BOOK if book else SMALL):
        uploads.begin(kept, work)
        return redirect("match", kept.key)
    try:
        done = work(lambda _: None)
    except Refused as refused:
        return again(refused.faults)
    uploads.remove(kept)
    return then(done) or redirect("delivery", done.key)
