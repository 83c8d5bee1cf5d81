"""A summary written elsewhere, handed in and checked: its text with marks beside the verdicts."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from wardround.catalogue.lexicon import load_lexicon
from wardround.claims.check import check as judge
from wardround.claims.claim import RULES, VERDICTS, Claim, tally
from wardround.claims.marked import marked
from wardround.reading.document import Document, read_document
from wardround.store.checking import asker
from wardround.store.house import House
from wardround.store.house import house as at_hand
from wardround.text import Refused, Text
from wardround.web import doors, fresh, handed
from wardround.web.access import viewer
from wardround.web.source import laid_out
from wardround.web.templatetags.words import current_lang
from wardround.work import authority
from wardround.work.authority import Viewer

KEPT = "checks"
"""The folder of the data in which checked files are kept."""
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_GRAVITY = tuple(VERDICTS)
_ICONS = {"differs": "failed", "cannot": "ask", "rounding": "late", "agrees": "done"}
_lexicon = lru_cache(maxsize=1)(load_lexicon)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line; `verdict` is that of the gravest claim on them, `number` names it."""

    words: str
    verdict: str = ""
    number: int = 0


def _for_the_office(who: Viewer) -> None:
    """Who does not write summaries does not meet those that were handed in."""
    if not authority.may_plan(who):
        raise Http404


def checks(request: HttpRequest, faults: Refused | None = None) -> HttpResponse:
    """The form to hand a summary in, and those checked before."""
    house, who = at_hand(), viewer(request)
    _for_the_office(who)
    folder = house.data / KEPT
    files = [f for f in folder.glob("*/*") if f.is_file()] if folder.is_dir() else []
    files.sort(key=lambda f: -f.stat().st_mtime)
    listed = [{"name": f.name, "url": reverse("check", args=[f.parent.name])} for f in files[:20]]
    errors = handed.errors(faults)
    return render(request, "web/office/checks.html", {"checks": listed, "errors": errors},
                  status=422 if errors else 200)  # fmt: skip


@require_POST
def upload_check(request: HttpRequest) -> HttpResponse:
    """Take a file in; what cannot be read is told in words and nothing is kept."""
    house, who = at_hand(), viewer(request)
    _for_the_office(who)
    try:
        key = _keep(house, request.FILES.get("file"))
    except Refused as faults:
        return checks(request, faults)
    return redirect("check", key)


def _keep(house: House, given: UploadedFile | None) -> str:
    """The key of a file that can be read; it is kept under its own name."""
    with handed.laid_down(given) as file:
        read_document(file)
        key = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        place = house.data / KEPT / key
        if not place.is_dir():
            place.mkdir(parents=True)
            shutil.copy(file, place / file.name)
    return key


def _kept(house: House, key: str) -> Path:
    folder = house.data / KEPT / key
    found = next(iter(sorted(folder.glob("*"))), None) if folder.is_dir() else None
    if found is None:
        raise Http404
    return found


def _judged(house: House, file: Path) -> tuple[Document, list[Claim]]:
    document = read_document(file)
    return document, judge(document, _lexicon(), asker(fresh.measured(house), document.text))


def check(request: HttpRequest, key: str) -> HttpResponse:
    """The text with every judged figure marked, beside the verdicts. `?show=differs|cannot…`."""
    house, who = at_hand(), viewer(request)
    _for_the_office(who)
    file = _kept(house, key)
    document, claims = _judged(house, file)
    numbered = list(enumerate(claims, 1))
    show = request.GET.get("show", "")
    shown = [(n, c) for n, c in numbered if show in ("", c.verdict)]
    shown.sort(key=lambda x: (_GRAVITY.index(x[1].verdict), x[0]))
    counts = tally(claims)
    return render(request, "web/office/check.html", {
        "name": file.name, "lines": list(_lines(document.text, numbered)), "counts": counts,
        "zh": sum("\u3400" <= c <= "\u9fff" for c in document.text) * 3 > len(document.text) / 3,
        "claims": [_row(n, c) for n, c in shown], "total": len(claims),
        "marked": reverse("marked_check", args=[key]),
        "segments": [
            {"url": doors.asked(request.path, show=v or None), "label": label, "current": v == show,
             "count": counts.get(v, len(claims))}
            for v, label in {"": Text("全部", "All"), **VERDICTS}.items()
        ],
    })  # fmt: skip


def _row(number: int, claim: Claim) -> dict[str, Any]:
    return {
        "number": number, "claim": claim, "text": " ".join(claim.text.split())[:40],
        "verdict": VERDICTS[claim.verdict], "rule": RULES[claim.rule],
        "icon": _ICONS[claim.verdict],
    }  # fmt: skip


def _lines(text: str, claims: Sequence[tuple[int, Claim]]) -> Iterator[list[list[list[Piece]]]]:
    """Paragraphs and tables (rows of cells), each cell cut where claims begin and end."""
    for rows in laid_out(text):
        yield [[list(_pieces(text, *cell, claims)) for cell in row] for row in rows]


def _pieces(
    text: str, start: int, end: int, claims: Sequence[tuple[int, Claim]]
) -> Iterator[Piece]:
    inside = [(n, c) for n, c in claims if c.start < end and c.end > start]
    edges = {start, end}
    for _, c in inside:
        edges |= {max(start, c.start), min(end, c.end)}
    ordered = sorted(edges)
    for a, b in itertools.pairwise(ordered):
        over = [(n, c) for n, c in inside if c.start <= a and b <= c.end]
        if not over:
            yield Piece(text[a:b])
            continue
        number, gravest = min(over, key=lambda x: (_GRAVITY.index(x[1].verdict), x[0]))
        yield Piece(text[a:b], gravest.verdict, number)


def marked_check(request: HttpRequest, key: str) -> HttpResponse:
    """The marked-up Word copy."""
    house, who = at_hand(), viewer(request)
    _for_the_office(who)
    file = _kept(house, key)
    document, claims = _judged(house, file)
    answer = HttpResponse(marked(document, claims, file, current_lang()), content_type=_WORD)
    answer["Content-Disposition"] = f'attachment; filename="check-{key}.docx"'
    return answer


urlpatterns = [
    path("", checks, name="checks"),
    path("upload", upload_check, name="upload_check"),
    path("<slug:key>/", check, name="check"),
    path("<slug:key>/marked.docx", marked_check, name="marked_check"),
]
