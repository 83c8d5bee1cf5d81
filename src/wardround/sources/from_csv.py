"""Delivered tables in CSV and its relatives, in the encodings that Chinese systems write.

Decides encoding and separator; what the columns mean is `table`'s matter.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from wardround.catalogue.model import Register
from wardround.sources import table
from wardround.sources.table import Delivery
from wardround.text import Lang, refuse

SEPARATORS = ",;\t|"
_BLOCK = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OTHERS = {b"PK\x03\x04": "Excel (.xlsx)", b"\xd0\xcf\x11\xe0": "Excel (.xls)", b"%PDF": "PDF"}


def read_csv(
    path: Path, register: Register, mapping: Mapping[str, str] | None = None, lang: Lang = "zh"
) -> Delivery:
    """Open a delivered file; its rows stream from the disk as they are asked for.

    Encodings: UTF-8 with or without mark, UTF-16 with mark, GB 18030. Separators: , ; tab |.
    Raises `Refused` for what is no such table or lacks columns; `lang` is that of the places.
    """
    encoding = encoding_of(path)
    return table.read(_lines(path, encoding, register, mapping), register, mapping, lang)


def encoding_of(path: Path) -> str:
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
    if marked and _characters(path, marked) is not None:
        return marked
    found = None if marked else _characters(path, "utf-8")
    if found is not None and not _accidental(found):
        return "utf-8"
    if not marked and _characters(path, "gb18030") is not None:
        return "gb18030"
    raise refuse(
        "看不懂文件的编码。请存为 UTF-8 或 GB18030。",
        "The encoding cannot be told. Save the file as UTF-8 or GB 18030.", path.name,
    )  # fmt: skip


def _characters(path: Path, encoding: str) -> set[str] | None:
    """The different characters of the file, None if it is not in this encoding."""
    decoder, found = codecs.getincrementaldecoder(encoding)(), set[str]()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                found.update(decoder.decode(block))
        found.update(decoder.decode(b"", final=True))
    except UnicodeError:
        return None
    return found


def _accidental(characters: set[str]) -> bool:
    """Whether text that reads as UTF-8 is rather GB 18030: a few Hanzi there have the bytes of
    Hebrew, Arabic or Cyrillic letters here (the notorious 联通), and no Hanzi is among them."""
    strange = any("Ā" <= c < "Ͱ" or "Ѐ" <= c < "ࠀ" for c in characters)
    return strange and not any(c >= "ࠀ" for c in characters)


def _lines(
    path: Path, encoding: str, register: Register, mapping: Mapping[str, str] | None
) -> Iterator[Sequence[str]]:
    with path.open(encoding=encoding, newline="") as file:
        separator = _separator(file, {*table.known_columns(register), *(mapping or {})})
        file.seek(0)
        reader = csv.reader(file, delimiter=separator)
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise refuse(
                    f"第 {reader.line_num} 行读不了：引号没有配对，或一格太长。",
                    f"Line {reader.line_num} cannot be read: a quotation mark is left open,"
                    " or a cell is too long.", path.name,
                ) from error  # fmt: skip


def _separator(file: TextIO, known: set[str]) -> str:
    """The separator under which most headings are known; of equals, the one with most cells."""
    first = next((line for line in iter(lambda: file.readline(_BLOCK), "") if line.strip()), "")

    def recognised(separator: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader(io.StringIO(first), delimiter=separator), [])
        except csv.Error:
            return (0, 0)
        return sum(cell.strip().lower() in known for cell in cells), len(cells)

    return max(SEPARATORS, key=recognised)
