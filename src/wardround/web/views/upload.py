"""Handing a file in: choose it, match its headings with fields, import it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from wardround.sources import mapping, table
from wardround.sources.mapping import Source, front_page_headings
from wardround.sources.peek import Peek, peek
from wardround.store.house import house as at_hand
from wardround.text import Fault, Refused, Text, refuse
from wardround.web import delivered, uploads
from wardround.web.access import allow, viewer
from wardround.web.importing import Task, may, only_own, start
from wardround.web.templatetags.words import current_lang
from wardround.web.views.headings import by_hand


def upload(request: HttpRequest) -> HttpResponse:
    """The form to choose a file and a register, and taking the file in. `?feed=KEY`."""
    house, who = at_hand(), viewer(request)
    delivered.seen(house, who)
    registers = delivered.brought(house, who)
    allow(bool(registers))
    errors: tuple[Fault, ...] = ()
    feed = request.POST.get("feed", request.GET.get("feed", ""))
    if request.method == "POST":
        try:
            if feed not in {"", *(r.key for r in registers)}:
                raise refuse("请选一本您科室管的登记本。", "Choose a register of your office.",
                             field="feed")  # fmt: skip
            kept = uploads.keep(house, request.FILES.get("file"), feed, who)
            return redirect("match", kept.key)
        except Refused as refused:
            errors = refused.faults
    return render(request, "web/data/upload.html", {
        "feeds": [r for r in registers if r.feed], "books": [r for r in registers if not r.feed],
        "feed": feed, "errors": errors, "limit": uploads.LARGEST // 1024 // 1024,
    }, status=422 if errors else 200)  # fmt: skip


def match(request: HttpRequest, key: str) -> HttpResponse:
    """Headings beside fields, with the first rows; then the import. `?mapping=NAME`."""
    house, who = at_hand(), viewer(request)
    kept = uploads.find(house, key, who)
    task = Task(house, who, kept, house.catalogue.registers.get(kept.feed))
    stage = uploads.stage(kept)
    if stage and "done" in stage:
        uploads.remove(kept)
        return redirect("delivery", stage["done"])
    if stage and "faults" not in stage:
        answer = render(request, "web/data/importing.html",
                        {"upload": kept, "said": Text(**stage["said"])})  # fmt: skip
        answer["Refresh"] = "2"
        return answer
    told = [
        Fault(Text(**f["why"]), f["place"], f["field"]) for f in (stage or {}).get("faults", ())
    ]
    (kept.folder / "stage.json").unlink(missing_ok=True)
    try:
        may(task)
        return _matched(request, task, tuple(told))
    except Refused as refused:
        return _unusable(request, task, refused)


def _unusable(request: HttpRequest, task: Task, refused: Refused) -> HttpResponse:
    """The file cannot be read at all: say why, and keep nothing of it."""
    uploads.remove(task.upload)
    return render(request, "web/data/unusable.html", {
        "upload": task.upload, "errors": refused.faults, "register": task.register,
    }, status=422)  # fmt: skip


def _matched(request: HttpRequest, task: Task, told: tuple[Fault, ...]) -> HttpResponse:
    if not task.is_table:
        if request.method == "POST":
            return start(task, None, lambda faults: _whole(request, task, None, faults))
        return _whole(request, task, None, told)
    seen = _seen(task)
    known = mapping.recognised(seen.header, task.house.catalogue)
    if known and (task.register is None or task.register.key == "admission"):
        if task.register is None:
            only_own(task, known)
        if request.method == "POST":
            return start(task, None, lambda f: _whole(request, task, seen, f, known))
        return _whole(request, task, seen, told, known)
    if task.register is None:
        raise refuse(
            "认不出这张表是什么。请回上一步选一本登记本，再对照表头。",
            "It cannot be told what this table is. Go back, choose a register, and match the "
            "headings.",
        )  # fmt: skip
    return by_hand(
        request, task, task.register, seen, told,
        lambda faults, source, name: _whole(request, task, seen, faults, source, name),
    )  # fmt: skip


def _seen(task: Task) -> Peek:
    words = {*table.known_columns(task.register)} if task.register else front_page_headings()
    kind: Literal["csv", "excel"] = "csv" if task.upload.kind == "csv" else "excel"
    with tempfile.TemporaryDirectory() as work:
        return peek(task.upload.file, kind, words, Path(work), current_lang())


def _whole(
    request: HttpRequest, task: Task, seen: Peek | None, faults: tuple[Fault, ...],
    source: Source | None = None, name: str = "",
) -> HttpResponse:  # fmt: skip
    """A file that needs no matching: what it is, and what it fills."""
    house = task.house
    source = source or mapping.shipped(task.upload.kind, house.catalogue)
    feeds = [task.register.key] if task.register else [r.feed for r in source.all_rows()]
    return render(request, "web/data/whole.html", {
        "upload": task.upload, "seen": seen, "errors": faults, "source": source, "mapping": name,
        "kind": delivered.KINDS[task.upload.kind], "register": task.register,
        "names": [delivered.name(house, k) for k in dict.fromkeys(feeds)],
    }, status=422 if faults else 200)  # fmt: skip


@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Forget a file that is not to be imported after all."""
    house = at_hand()
    uploads.remove(uploads.find(house, key, viewer(request)))
    return redirect("data")
