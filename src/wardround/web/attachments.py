"""Photos and scans: kept once under their own SHA-256, named in the entry that they belong to."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from wardround.store.house import House
from wardround.text import refuse

MOST = 15 * 1024 * 1024
_KINDS = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ".heic": "image/heic", ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
Attachment = Mapping[str, str]


def folder(house: House) -> Path:
    """Where files lie, by the first two digits of their digest."""
    return house.data / "attachments"


def keep(house: House, field: str, files: Iterable[UploadedFile]) -> list[dict[str, str]]:
    """Store the files; each is named by its content, so the same photo is stored once."""
    return [_keep(house, field, file) for file in files]


def _keep(house: House, field: str, file: UploadedFile) -> dict[str, str]:
    name = Path(file.name or "").name[:120]
    kind = _KINDS.get(Path(name).suffix.lower())
    if kind is None:
        raise refuse(
            f"“{name}”不是照片、PDF、Word 或 Excel 文件。",
            f'"{name}" is not a picture, PDF, Word or Excel file.', field=field,
        )  # fmt: skip
    if (file.size or 0) > MOST:
        raise refuse(
            f"“{name}”超过 15 MB，请压缩后再传。", f'"{name}" is over 15 MB; make it smaller.',
            field=field,
        )  # fmt: skip
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    target = path(house, digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(made).replace(target)
    return {"field": field, "name": name, "sha256": digest, "type": kind}


def path(house: House, digest: str) -> Path:
    """The file of that digest."""
    return folder(house) / digest[:2] / digest


def sealed(kept: Sequence[Attachment]) -> str:
    """A list of kept files as text for a hidden field; nobody can write one but us."""
    return signing.dumps(list(kept), compress=True) if kept else ""


def unsealed(text: str) -> list[dict[str, str]]:
    """The kept files of such a text; none if somebody else wrote it."""
    try:
        return list(signing.loads(text)) if text else []
    except signing.BadSignature:
        return []
