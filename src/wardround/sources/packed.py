"""Files as they come: one or a folder of them, plain or packed (.gz, .zip).

Decides which files of a delivery are read, and how their bytes are reached. What they say is for
others.
"""

from __future__ import annotations

import codecs
import gzip
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

from wardround.text import refuse

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


def files(path: Path, endings: Sequence[str], work: Path) -> list[Path]:
    """The file, or a folder's files (also below it) that end so, in order of their names; those
    in a .zip are unpacked to `work`. Raises `Refused` if there are none."""
    wanted = (*endings, *(f"{ending}.gz" for ending in endings))
    found = [path]
    if path.is_dir():
        among = (*wanted, ".zip")
        found = sorted(p for p in path.rglob("*") if p.is_file() and _ends(p.name, among))
    whole = [one for file in found for one in (_unpacked(file, wanted, work) or [file])]
    if not whole or (whole == [path] and _begins(path, _ZIP)):
        listed = ", ".join(endings)
        raise refuse(f"{path} 里没有 {listed} 文件。", f"There are no {listed} files in {path}.")
    return whole


def _ends(name: str, endings: Sequence[str]) -> bool:
    return name.lower().endswith(tuple(endings)) and not name.startswith("._")


def _unpacked(path: Path, wanted: Sequence[str], work: Path) -> list[Path]:
    """The files in a .zip; none of what is no .zip."""
    if not _begins(path, _ZIP):
        return []
    place = Path(tempfile.mkdtemp(prefix="unpacked-", dir=work))
    try:
        with zipfile.ZipFile(path) as packed:
            names = sorted(n for n in packed.namelist() if _ends(Path(n).name, wanted))
            return [_member(packed, name, place / str(at)) for at, name in enumerate(names)]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise refuse(f"压缩包打不开：{error}。", f"It cannot be unpacked: {error}.",
                     path.name) from error  # fmt: skip


def _member(packed: zipfile.ZipFile, name: str, place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    file = place / Path(name).name
    with packed.open(name) as within, file.open("wb") as out:
        shutil.copyfileobj(within, out)
    return file


def _begins(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def gzipped(path: Path) -> bool:
    """Whether the file is packed, whatever its name says."""
    return _begins(path, _GZIP)


def opened(path: Path) -> BinaryIO:
    """The file's bytes, unpacked."""
    return cast(BinaryIO, gzip.open(path, "rb")) if gzipped(path) else path.open("rb")


def unmarked(path: Path, work: Path) -> Path:
    """The file, or a copy of it if it begins with a byte-order mark, which line by line only some
    can read."""
    with opened(path) as file:
        if file.read(3) != codecs.BOM_UTF8:
            return path
        copy = work / f"unmarked-{path.name.removesuffix('.gz')}"
        with copy.open("wb") as out:
            shutil.copyfileobj(file, out)
    return copy
