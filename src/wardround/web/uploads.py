"""A file that somebody handed in and has not imported yet: where it lies, what it is, how far it
has come.

It may hold names that no mapping will ever read, so it is for the person who handed it in alone,
and goes away once it is imported or a day old.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import connections
from django.http import Http404

from wardround.store.deliveries import Imported, Kind
from wardround.store.house import House
from wardround.text import Fault, Refused, Text, refuse
from wardround.work.authority import Viewer

FOLDER = "uploads"
LARGEST = 200 * 1024 * 1024
_DAY = 24 * 3600
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_BROKEN = Text(
    "导入中断了，什么也没有导入。再导一次即可；还不行，请找管理员。",
    "The import broke off; nothing was taken in. Import again; if it fails again, ask the "
    "administrator.",
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file: `feed` is the register it is for, "" if it says so itself."""

    key: str
    folder: Path
    title: str
    kind: Kind
    feed: str

    @property
    def file(self) -> Path:
        return self.folder / "file" / self.title


def keep(house: House, given: UploadedFile | None, feed: str, who: Viewer) -> Upload:
    """Keep a file that was handed in; raises `Refused` for what cannot be imported."""
    clear(house)
    if given is None or not given.name:
        raise refuse("请先选一份文件。", "Choose a file first.", field="file")
    if (given.size or 0) > LARGEST:
        raise refuse(
            "文件超过 200 MB，请按月分成几份，或请管理员用 import 命令导入。",
            "The file is over 200 MB. Split it by month, or have the administrator import it with "
            "the command.", field="file",
        )  # fmt: skip
    if not given.size:
        raise refuse("文件是空的。", "The file is empty.", field="file")
    key = uuid4().hex
    folder = house.data / FOLDER / key
    (folder / "file").mkdir(parents=True, mode=0o700)
    title = _title(str(given.name))
    with (folder / "file" / title).open("wb") as out:
        for chunk in given.chunks():
            out.write(chunk)
    kind = sniff(folder / "file" / title)
    told = {"title": title, "kind": kind, "feed": feed, "by": who.key}
    (folder / "order.json").write_text(json.dumps(told), "utf-8")
    return Upload(key, folder, title, kind, feed)


def _title(name: str) -> str:
    """The file's own name, as long as a disk can bear."""
    own = Path(name)
    stem = own.stem.encode()[:160].decode(errors="ignore") or "file"
    return stem + own.suffix[:10]


def sniff(file: Path) -> Kind:
    """What a file is, by how it begins, whatever it is called."""
    with file.open("rb") as content:
        head = content.read(64)
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x0b\r\n\t ")
    if head.startswith((b"PK\x03\x04", _OLD_EXCEL)):
        return "excel"
    if begins.startswith((b"MSH", b"FHS", b"BHS")):
        return "hl7"
    return "fhir" if begins.startswith(b"{") or head.startswith(b"\x1f\x8b") else "csv"


def find(house: House, key: str, who: Viewer) -> Upload:
    """The file under that key; somebody else's does not exist."""
    folder = house.data / FOLDER / key
    if not (folder / "order.json").is_file():
        raise Http404
    told = json.loads((folder / "order.json").read_text("utf-8"))
    if told["by"] != who.key:
        raise Http404
    return Upload(key, folder, told["title"], told["kind"], told["feed"])


def remove(upload: Upload) -> None:
    """Forget the file."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def clear(house: House) -> None:
    """Forget what was handed in more than a day ago."""
    for folder in (house.data / FOLDER).glob("*"):
        if time.time() - folder.stat().st_mtime > _DAY:
            shutil.rmtree(folder, ignore_errors=True)


# -- importing it -------------------------------------------------------------------------------


def stage(upload: Upload) -> dict[str, Any] | None:
    """How far the import has come: `said` last, `done` (the delivery) or `faults`; None if it
    was not begun. One whose process is gone says that it broke off."""
    file = upload.folder / "stage.json"
    if not file.exists():
        return None
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    if "pid" in told and not _alive(told["pid"]):
        return {"faults": [Fault(_BROKEN).as_json()]}
    return told


def _alive(pid: int) -> bool:
    return pid == os.getpid() or Path(f"/proc/{pid}").exists()


def _tell(upload: Upload, **told: Any) -> None:
    new = upload.folder / "stage.new"
    new.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    new.replace(upload.folder / "stage.json")


def begin(upload: Upload, work: Callable[[Callable[[Text], None]], Imported]) -> None:
    """Import it behind the pages, in a thread with a connection of its own."""
    _tell(upload, pid=os.getpid(), said=Text("开始", "begun").as_json())

    def run() -> None:
        try:
            done = work(lambda said: _tell(upload, pid=os.getpid(), said=said.as_json()))
            upload.file.unlink(missing_ok=True)
            _tell(upload, done=done.key)
        except Refused as refused:
            _tell(upload, faults=[f.as_json() for f in refused.faults])
        except Exception:
            _log.exception("an import broke off")
            _tell(upload, faults=[Fault(_BROKEN).as_json()])
        finally:
            connections.close_all()

    threading.Thread(target=run, name="import", daemon=True).start()
