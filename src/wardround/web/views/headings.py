"""Matching a table's headings with a register's fields, by hand, and keeping the mapping."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wardround.catalogue.model import Register
from wardround.sources import table
from wardround.sources.mapping import Source
from wardround.sources.peek import Peek
from wardround.sources.sheet import by_heading
from wardround.store import mappings
from wardround.text import Fault, Refused, refuse
from wardround.web import matching, said
from wardround.web.importing import Task, start
from wardround.web.matching import Match
from wardround.web.templatetags.words import current_lang

_OWN = ("joined", "times", "constant", "only", "pseudonym")


def by_hand(
    request: HttpRequest, task: Task, register: Register, seen: Peek, told: tuple[Fault, ...],
    whole: Callable[[tuple[Fault, ...], Source, str], HttpResponse],
) -> HttpResponse:  # fmt: skip
    """The table of headings; `whole` shows a mapping that the page cannot change."""
    house, own = task.house, _own_mappings(task, register, seen)
    word = request.POST.get("mapping", request.GET.get("mapping", ""))
    chosen = own.get(word)
    if chosen and not _editable(chosen, register):
        fixed = chosen
        if request.method == "POST":
            return start(task, fixed, lambda faults: whole(faults, fixed, word))
        return whole(told, fixed, word)
    if request.method != "POST":
        if word == "" and "mapping" not in request.GET:
            word, chosen = _fitting(own, register, seen)
        match = (matching.by_source(house, register, seen, chosen) if chosen
                 else matching.propose(house, register, seen, _told(own, register)))  # fmt: skip
        return _shown(request, task, register, seen, match, own, word, told)
    match = matching.read(request.POST, seen)
    name = request.POST.get("name", "").strip()

    def again(faults: tuple[Fault, ...], asked: bool = False) -> HttpResponse:
        full = matching.completed(house, register, seen, match)
        return _shown(request, task, register, seen, full, own, word, faults, name, asked)

    if matching.open_questions(house, register, seen, match):
        return again((), True)
    try:
        source = matching.source(house, register, seen, match, chosen)
        if name and name != word and name in mappings.names(house):
            raise refuse(
                f"已有对照“{name}”。要用它，请在页首选它；要另存，请换个名称。",
                f'There is a mapping "{name}" already: choose it above, or give another name.',
                field="name",
            )  # fmt: skip
        if name:
            by = said.person(house, task.who.key)
            mappings.save(house, name, source, f"{by.zh} {by.en} {house.now():%Y-%m-%d}")
    except Refused as refused:
        return again(refused.faults)
    return start(task, source, again)


def _own_mappings(task: Task, register: Register, seen: Peek) -> dict[str, Source]:
    """The mappings kept for this register, by name; one that cannot be read, or that merely says
    heading = field and is of another table, is left out."""
    found: dict[str, Source] = {}
    for name in mappings.names(task.house):
        try:
            told = mappings.load(task.house, name, register.key)
            if isinstance(told, Mapping):
                told = by_heading(seen.header, register, told)[0]
        except Refused:
            continue
        if told and {r.feed for r in told.all_rows()} == {register.key}:
            found[name] = told
    return found


def _editable(source: Source, register: Register) -> bool:
    """Whether the page can show all that a mapping says."""
    plain = all(not getattr(c, word) for c in source.column.values() for word in _OWN)
    return plain and not source.rows and not source.lookup and source.feed == register.key


def _fitting(
    own: Mapping[str, Source], register: Register, seen: Peek
) -> tuple[str, Source | None]:
    """A kept mapping whose headings are all there, if this table does not speak for itself."""
    header = {table.plain(h) for h in seen.header}
    if header <= {*table.known_columns(register), ""}:
        return "", None
    for name, source in own.items():
        asked = {table.plain(p) for c in source.column.values() for p in c.from_}
        if asked and asked <= header and _editable(source, register):
            return name, source
    return "", None


def _told(own: Mapping[str, Source], register: Register) -> dict[str, str]:
    return {p: k for s in own.values() for r in s.all_rows(register.key)
            for k, c in r.column.items() for p in c.from_}  # fmt: skip


def _shown(
    request: HttpRequest, task: Task, register: Register, seen: Peek, match: Match,
    own: Mapping[str, Source], word: str, faults: tuple[Fault, ...], name: str = "",
    asked: bool = False,
) -> HttpResponse:  # fmt: skip
    columns = matching.shown(task.house, register, seen, match)
    known = all(c["value"] or c["remark"] for c in columns) and not any(
        c["words"] or c["formats"] for c in columns
    )
    own_name = name if request.method == "POST" else word or _free(task, register)
    return render(request, "web/data/match.html", {
        "upload": task.upload, "register": register, "seen": seen, "columns": columns,
        "errors": faults, "own": list(own), "mapping": word, "asked": asked, "known": known,
        "name": own_name,
        "left": sum(not c["value"] and not c["remark"] for c in columns),
    }, status=422 if faults else 200)  # fmt: skip


def _free(task: Task, register: Register) -> str:
    """The register's name, with a number if a mapping is called so already."""
    own, taken = register.name[current_lang()], {*mappings.names(task.house)}
    own = re.sub(r"[^\w .（）()-]", "-", own)
    return next(n for n in (own, *(f"{own} {i}" for i in range(2, 1000))) if n not in taken)
