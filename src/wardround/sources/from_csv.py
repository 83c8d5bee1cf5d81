"""Delivered tables in CSV and its relatives, in the encodings that Chinese systems write.

Decides encoding and separator, and which lines are rows at all. A tidy file is read as it
stands; any other is written anew, line by line, and what is no row is set aside with its line.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import shutil
import zipfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wardround.sources.sheet import TITLES, Sheet, header_line, rewritten
from wardround.sources.stage import BLANKS
from wardround.text import Lang, refuse

SEPARATORS = ",;\t|"
_BLOCK, _AT_HAND = 1 << 22, 1 << 18
"""Bytes: the longest line that can be a header; what is looked at at once without leaving a
processor's own memory."""
_FEW = 3
"""So many bad bytes do not make a file another's."""
_NO_TEXT = "\ufffd".encode()
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OTHERS = {
    b"PK\x03\x04": "Excel (.xlsx) / zip", b"\xd0\xcf\x11\xe0": "Excel (.xls)", b"%PDF": "PDF",
}  # fmt: skip
_STRANGE, _FAR = re.compile("[Ā-\u036fЀ-\u07ff]"), re.compile("[\u0800-\U0010ffff]")
_BLANKS = {
    lead: [b for b in (c.encode() for c in BLANKS if c not in "\r\n") if b[:1] == lead]
    for lead in {blank.encode()[:1] for blank in BLANKS}
}
"""By their first byte, which few texts have."""


@dataclass(slots=True)
class _Look:
    """What one pass over a text shows: lines, quotation marks, blanks, letters of which scripts.

    `uneven`: lines that do not all end alike; `kept`: numbers kept as text by ="…"; `bad`: bytes
    that were no text.
    """

    breaks: int = 0
    quotes: bool = False
    blanks: bool = False
    uneven: bool = False
    strange: bool = False
    far: bool = False
    kept: bool = False
    bad: int = 0
    last: bytes = b"\n"

    def over(self, text: str, block: bytes) -> None:
        """Look at a part, also as UTF-8."""
        if not self.far and not text.isascii():
            self.strange = self.strange or bool(_STRANGE.search(text))
            self.far = bool(_FAR.search(text))
        self.blanks = self.blanks or any(
            any(blank in block for blank in some) for lead, some in _BLANKS.items() if lead in block
        )
        if b'"' in block:
            self.quotes = True
            self.kept = self.kept or b'="' in block
        if _NO_TEXT[:1] in block:
            self.bad += block.count(_NO_TEXT)
        breaks = block.count(b"\n")
        if b"\r" in block:
            self.uneven |= block.count(b"\r") != breaks or b"\n\r" in block
        self.breaks += breaks
        self.last = block[-1:] or self.last

    @property
    def lines(self) -> int:
        return self.breaks + (self.last != b"\n")


def open_csv(path: Path, known: Iterable[str], work: Path, lang: Lang = "zh") -> Sheet:
    """A delivered table, its rows not yet read; scratch files go to the folder `work`.

    Encodings: UTF-8 with or without mark, UTF-16 with mark, GB 18030. Separators: , ; tab |,
    told by the headings that are `known`. Raises `Refused` for what is no such table.
    """
    path, headings = _unpacked(path, work), set(known)
    encoding, look = _encoding(path)
    errors = "replace" if look.bad else "strict"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        begin = [file.readline(_BLOCK) for _ in range(TITLES)]
    told = [line for line in begin if line.strip()] or [_next_line(path, encoding, errors)]
    separator = _separator(told, headings)
    header = _split(begin[0], separator) if begin[0].count('"') % 2 == 0 else []

    def anew() -> Sheet:
        return rewritten(_cells(path, encoding, separator, errors), work, lang, headings)

    titled = header_line([_split(line, separator) for line in told], headings)
    tidy = not (look.bad or look.kept or look.uneven or titled)
    if not tidy or not any(cell.strip() for cell in header):
        return anew()
    plain = path if encoding.startswith("utf-8") else _as_utf8(path, encoding, work)
    return Sheet(
        plain, header, separator, look.quotes, look.blanks, lang, look.lines, anew, work,
    )  # fmt: skip


def _unpacked(path: Path, work: Path) -> Path:
    """The file itself, or what was packed in it (.gz, or the one file of a .zip); raises
    `Refused` if that breaks off."""
    try:
        with path.open("rb") as file:
            mark = file.read(2)
        if zipfile.is_zipfile(path):
            return _unzipped(path, work)
        if mark != b"\x1f\x8b":
            return path
        plain = work / "unpacked.csv"
        with gzip.open(path) as packed, plain.open("wb") as out:
            shutil.copyfileobj(packed, out, _BLOCK)
    except (OSError, EOFError, zlib.error, RuntimeError) as error:
        raise refuse("打不开这个文件，可能没有传完。",
                     "The file cannot be opened; it may not have come whole.",
                     path.name) from error  # fmt: skip
    return plain


def _unzipped(path: Path, work: Path) -> Path:
    """The one file of an archive; a workbook is an archive too, and stays what it is."""
    with zipfile.ZipFile(path) as archive:
        names = [one.filename for one in archive.infolist() if not one.is_dir()]
        if any(name == "[Content_Types].xml" for name in names):
            return path
        if len(names) != 1:
            raise refuse(f"压缩包里有 {len(names)} 个文件，请逐个导入。",
                         f"There are {len(names)} files in the archive: import them one by one.",
                         path.name)  # fmt: skip
        plain = work / "unpacked.csv"
        with archive.open(names[0]) as packed, plain.open("wb") as out:
            shutil.copyfileobj(packed, out, _BLOCK)
    return plain


def _next_line(path: Path, encoding: str, errors: str) -> str:
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        lines = iter(lambda: file.readline(_BLOCK), "")
        return next((line for line in lines if line.strip()), "")


def _encoding(path: Path) -> tuple[str, _Look]:
    """The encoding that the whole file bears; raises `Refused` if it is no text."""
    try:
        with path.open("rb") as file:
            head = file.read(_BLOCK)
    except OSError as error:
        raise refuse("打不开这个文件。", "The file cannot be opened.", path.name) from error
    for magic, kind in _OTHERS.items():
        if head.startswith(magic):
            raise refuse(f"这是 {kind} 文件，不是 CSV。", f"This is {kind}, not CSV.", path.name)
    marked = next((e for mark, e in _MARKS.items() if head.startswith(mark)), None)
    if marked is None and b"\x00" in head:
        raise refuse(
            "这不是文本文件。请导出为 CSV。", "This is not text. Export it as CSV.", path.name
        )
    if marked and (look := _looked(path, marked)):
        return marked, look
    # A few Hanzi in GB 18030 have the bytes of Greek, Hebrew or Cyrillic letters in UTF-8
    # (the notorious 联通): such letters without any Hanzi are not believed.
    look = None if marked else _looked(path, "utf-8")
    if look and (look.far or not look.strange):
        return "utf-8", look
    if not marked and (look := _looked(path, "gb18030")):
        return "gb18030", look
    encoding, look = _damaged(path, [marked] if marked else ["utf-8", "gb18030"])
    if look.lines > 1 and look.bad <= _FEW + look.lines // 50:
        return encoding, look
    raise refuse(
        "看不懂文件的编码。请存为 UTF-8 或 GB18030。",
        "The encoding cannot be told. Save the file as UTF-8 or GB 18030.", path.name,
    )  # fmt: skip


def _looked(path: Path, encoding: str, errors: str = "strict") -> _Look | None:
    """A look over the file, None if it is not in this encoding."""
    decoder, look = codecs.getincrementaldecoder(encoding)(errors), _Look()
    whole = encoding == "utf-8" and errors == "strict"
    try:
        with path.open("rb") as file:
            while block := file.read(_AT_HAND):
                text = decoder.decode(block)
                look.over(text, block if whole else text.encode())
        text = decoder.decode(b"", final=True)
        if text:
            look.over(text, text.encode())
    except UnicodeError:
        return None
    return look


def _damaged(path: Path, encodings: Iterable[str]) -> tuple[str, _Look]:
    """The encoding in which the fewest bytes are no text, and a look over the rest: a file that
    is cut off often ends in the middle of a letter."""
    looks = [(one, _looked(path, one, "replace") or _Look()) for one in encodings]
    return min(looks, key=lambda found: found[1].bad)


def _as_utf8(path: Path, encoding: str, work: Path) -> Path:
    plain = work / "utf8.csv"
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file, plain.open("wb") as out:
        while block := file.read(_BLOCK):
            out.write(decoder.decode(block).encode())
    return plain


class _Lines:
    """The lines of a text, of which some can be given back."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file, self._again = iter(file), deque[str]()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.taken.append(self._again.popleft() if self._again else next(self._file))
        return self.taken[-1]

    def give_back(self) -> None:
        """All that was taken but the first line is still to come."""
        self._again.extendleft(reversed(self.taken[1:]))


def _cells(
    path: Path, encoding: str, separator: str, errors: str
) -> Iterator[Sequence[str] | None]:  # fmt: skip
    """The cells of each row, which may break lines between quotation marks; None for a line in
    which a quotation mark is left open: it must not swallow those behind it."""
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=separator)
        while True:
            lines.taken.clear()
            try:
                cells = next(reader)
                closed = _closed(cells, lines.taken, separator)
            except StopIteration:
                return
            except csv.Error:  # a cell grows too long
                closed = False
            if not closed:
                lines.give_back()
            yield cells if closed else None


def _closed(cells: Sequence[str], lines: Sequence[str], separator: str) -> bool:
    """Whether lines that were read as one row are one, every quotation mark closed at the end of
    its cell; a single line has no need to be so strict."""
    if len(lines) == 1 and lines[0].endswith(("\n", "\r")):
        return not cells or not cells[-1].endswith(("\n", "\r"))
    try:
        return len(list(csv.reader(lines, delimiter=separator, strict=True))) == 1
    except csv.Error:
        return False


def _separator(begin: Sequence[str], known: set[str]) -> str:
    """The separator under which most headings are known in one of the first lines; of equals,
    the one with most cells in the first."""

    def recognised(separator: str) -> tuple[int, int]:
        cells = [_split(line, separator) for line in begin]
        return max(sum(c.strip().lower() in known for c in line) for line in cells), len(cells[0])

    return max(SEPARATORS, key=recognised)


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line), delimiter=separator), [])
    except csv.Error:
        return []
