"""Documents that are handed in; of plans, finding them by their key, their title, and reading them
again from the file that came."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404

from wardround.reading.document import Document, read_document
from wardround.store import plans as store
from wardround.store.house import House
from wardround.store.models import PlanDocument
from wardround.text import Fault, Refused, Text, refuse
from wardround.web.source import chinese
from wardround.work.authority import Viewer

LARGEST = 20 * 1024 * 1024
TITLE = 60
"""Characters of a first line that may be a title."""


def kept_or_404(key: str) -> PlanDocument:
    """The plan whose digest begins with the key."""
    found = PlanDocument.objects.filter(digest__startswith=key).first()
    if found is None:
        raise Http404
    return found


def title_of(kept: PlanDocument, lang: str = "") -> str:
    """The plan's own first line, as long as it reads like a title; else the file's name. In the
    language asked for if the plan was handed in in it."""
    if lang and kept.twin and lang != ("zh" if chinese(kept) else "en"):
        kept = PlanDocument.objects.filter(digest=kept.twin).first() or kept
    first = next((x.strip(" #\t") for x in kept.text.split("\n") if x.strip()), "")
    return first if 0 < len(first) <= TITLE else kept.name


@contextmanager
def laid_down(given: UploadedFile | None) -> Iterator[Path]:
    """The file under its own name, as long as the block; raises `Refused` if there is none or it
    is too large."""
    if given is None or not given.name:
        raise refuse("请先选一份文件。", "Choose a file first.", field="file")
    if (given.size or 0) > LARGEST:
        raise refuse("文件超过 20 MB，请删去图片后再试。",
                     "The file is over 20 MB; remove its pictures.", field="file")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(given.name).name
        with file.open("wb") as out:
            for chunk in given.chunks():
                out.write(chunk)
        yield file


def errors(faults: Refused | None) -> list[dict[str, Any]]:
    """What is wrong with a file, as its form shows it."""
    return [{"why": _placed(f), "field": "file"} for f in faults.faults] if faults else []


def _placed(fault: Fault) -> Text:
    """What is wrong, with the file's name in front."""
    if not fault.place:
        return fault.why
    return Text(f"{fault.place}：{fault.why.zh}", f"{fault.place}: {fault.why.en}")


def take_in(house: House, given: UploadedFile | None, who: Viewer) -> PlanDocument:
    """Read the file under its own name, and keep it as it came beside what was read."""
    with laid_down(given) as file:
        kept = store.read_in(house, read_document(file), who, house.now())
        place = _folder(house, kept)
        if not place.exists():
            place.mkdir(parents=True)
            shutil.copy(file, place / file.name)
    return kept


def _folder(house: House, kept: PlanDocument) -> Path:
    return house.data / "plans" / kept.digest[:12]


def document_of(house: House, kept: PlanDocument) -> Document:
    """The plan as it was handed in; from its kept text if the file came another way."""
    for file in _folder(house, kept).glob("*"):
        found = read_document(file)
        if found.text == kept.text:
            return found
    return Document(kept.name, kept.text)


def twin_of(house: House, kept: PlanDocument) -> Document | None:
    """The same plan in the other language, if it was handed in with it."""
    other = PlanDocument.objects.filter(digest=kept.twin).first() if kept.twin else None
    return document_of(house, other) if other else None
