"""Documents as text: what a file says, from .txt, .md, .docx and .pdf.

Decides which kind of file it is and what cannot be read; every offset downstream counts
characters of `Document.text`. Word files are taken apart in `word`.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from wardround.reading.breaks import one_line
from wardround.reading.columns import page_text
from wardround.reading.word import NotWord, word_text
from wardround.text import Refused, refuse

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order where no byte order mark tells of UTF-16."""
EDGE = 2
"""How many lines at the top and the foot of a page may be a header or a footer."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r") | {"\x7f", "\ufffd"}
UNPACKED_MAX = 512 * 1024 * 1024
"""A Word file that unpacks to more bytes than this is not opened."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text; `pages` are the offsets at which pages start and may be empty.

    `headings` are pairs of offset and level that the file itself declares (Word's heading styles).
    """

    name: str
    text: str
    pages: tuple[int, ...] = ()
    headings: tuple[tuple[int, int], ...] = ()


def read_document(path: Path) -> Document:
    """Read a file's text; line ends become `\\n`, nothing else is changed.

    Raises `Refused` with one sentence where the file is missing, empty, of another type, locked by
    a password, damaged, or a scan without text.
    """
    if path.is_dir():
        raise _refuse(path, "这是文件夹，请指明其中的文件", "this is a folder; name a file in it")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        zh, en = (f"“{path.suffix}”", f"a '{path.suffix}' file") if path.suffix else (
            "无扩展名的", "a file without an ending")  # fmt: skip
        raise _refuse(
            path,
            f"不能读取{zh}文件，请另存为 .docx、.pdf、.txt 或 .md 后再试",
            f"{en} cannot be read; save it as .docx, .pdf, .txt or .md",
        )
    try:
        size = path.stat().st_size if path.is_file() else -1
    except OSError:
        size = -1
    if size < 0:
        raise _refuse(path, "找不到这个文件，请核对文件名", "there is no such file; check its name")
    if size == 0:
        raise _refuse(
            path, "文件是空的，请换一份有内容的文件", "the file is empty; choose one with text"
        )
    try:
        document = reader(path)
    except OSError as error:
        raise _refuse(
            path, f"文件打不开：{error}", f"the file cannot be opened: {error}"
        ) from error
    if not document.text.strip():
        raise _refuse(
            path,
            "文件里没有文字，请换一份有内容的文件",
            "the file holds no text; choose one that does",
        )
    return document


def _refuse(path: Path, zh: str, en: str) -> Refused:
    return refuse(zh, en, path.name)


def _plain(path: Path) -> Document:
    """Text as it stands, in UTF-8, GB 18030 or UTF-16."""
    data = path.read_bytes()
    text = _decode(data)
    if text is None or _is_garbage(text):
        raise _refuse(
            path,
            "这不是文本文件，或文字编码无法识别；请另存为 UTF-8 编码的文本",
            "this is not a text file, or its encoding is unknown; save it as UTF-8 text",
        )
    return Document(path.name, text.replace("\r\n", "\n").replace("\r", "\n"))


def _is_garbage(text: str) -> bool:
    """Whether a text that could be decoded is none: control characters, signs of private use."""
    if "\0" in text:
        return True
    odd = sum(1 for char in text if char in _CONTROLS or "\ue000" <= char <= "\uf8ff")
    return odd > 3 and odd * 50 > len(text)


def _decode(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif data[1:40:2].count(0) > 8:
        encodings = ("utf-16-le",)
    elif data[0:40:2].count(0) > 8:
        encodings = ("utf-16-be",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _word(path: Path) -> Document:
    """A Word file: paragraphs with their numbers, tables a row a line, text boxes."""
    with path.open("rb") as file:
        head = file.read(4)
    if head == OLD_OFFICE:
        raise _refuse(
            path,
            "文件有打开密码，或是旧版 .doc 格式；请在 Word 中去掉密码并另存为 .docx",
            "the file has a password or is an old .doc; save it from Word as .docx without one",
        )
    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNPACKED_MAX:
                raise NotWord("too large")
        text, headings = word_text(path)
    except (NotWord, zipfile.BadZipFile) as error:
        raise _refuse(
            path,
            "文件已损坏或不是 Word 文档；请用 Word 打开、另存一份后再试",
            "the file is damaged or is no Word document; open it in Word and save a fresh copy",
        ) from error
    return Document(path.name, text, (), headings)


def without_edges(pages: list[str]) -> Iterator[str]:
    """The pages without the lines that most of them begin or end with: headers, footers, numbers.

    >>> list(without_edges([f"County Hospital\\nText {n} here.\\n- {n} -" for n in range(4)]))[1]
    'Text 1 here.'
    """
    lines = [[line for line in page.split("\n") if line.strip()] for page in pages]
    often = Counter(
        shape
        for page in lines
        for shape in {_shape(line) for line in (*page[:EDGE], *page[-EDGE:])}
        if not shape.startswith("|")
    )
    repeated = {shape for shape, times in often.items() if times >= max(3, len(pages) * 0.5)}
    for page in lines:
        first, last = 0, len(page)
        while first < min(EDGE, last) and _shape(page[first]) in repeated:
            first += 1
        while last > max(len(page) - EDGE, first) and _shape(page[last - 1]) in repeated:
            last -= 1
        yield "\n".join(page[first:last])


def _shape(line: str) -> str:
    """A line with its numbers taken out, so that page numbers are alike; sentences stay apart."""
    if line.rstrip().endswith(("。", "；", ".", ";", "！", "？", "?", "!", "|")):
        return line
    return re.sub(r"[\d\s]+", " ", line).strip()


def _rejoined(pages: list[str]) -> Iterator[str]:
    """The pages, a table's row that goes on overleaf made whole: its first cell is empty there.

    >>> list(_rejoined(["| 1 | Check the | wards |", "|  | records | |\\n| 2 | Report | |"]))
    ['| 1 | Check the records | wards |', '| 2 | Report | |']
    """
    held: str | None = None
    for page in pages:
        first, _, rest = page.partition("\n")
        cells = [cell.strip() for cell in first.split("|")[1:-1]]
        above = [cell.strip() for cell in (held or "").split("\n")[-1].split("|")[1:-1]]
        if held is not None and len(cells) == len(above) > 2 and not cells[0]:
            whole = (one_line(*pair) for pair in zip(above, cells, strict=True))
            held = held[: held.rfind("\n") + 1] + "| " + " | ".join(whole) + " |"
            page = rest
        if held is not None:
            yield held
        held = page
    if held is not None:
        yield held


def _pdf(path: Path) -> Document:
    """The text layer of a PDF, page by page."""
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise _refuse(
                path,
                "PDF 有打开密码，请去掉密码后再试",
                "the PDF is locked by a password; remove it and try again",
            ) from error
        raise _refuse(
            path,
            "PDF 已损坏，无法打开；请重新导出一份",
            "the PDF is damaged and cannot be opened; export it afresh",
        ) from error
    texts: list[str] = []
    notes: list[str] = []
    scans: list[int] = []
    try:
        for number in range(len(pdf)):
            page = pdf[number]
            words, below = map(_whole, page_text(page))
            notes += [below.strip()] if below.strip() else []
            if not words.strip() and next(iter(page.get_objects(max_depth=2)), None) is not None:
                scans.append(number + 1)
            texts.append(words)
    except pypdfium2.PdfiumError as error:
        raise _refuse(
            path,
            f"PDF 第 {len(texts) + 1} 页已损坏；请重新导出一份",
            f"page {len(texts) + 1} of the PDF is damaged; export it afresh",
        ) from error
    finally:
        pdf.close()
    if scans:
        pages = ", ".join(map(str, scans[:12])) + ("…" if len(scans) > 12 else "")
        raise _refuse(
            path,
            f"第 {pages} 页是扫描图像，没有文字；请先做文字识别（OCR），或换用 Word 文件",
            f"page {pages} is a scan without text; run text recognition (OCR) or use the Word file",
        )
    starts, at = [], 0
    texts = list(_rejoined(list(without_edges(texts))))
    for words in texts:
        starts.append(at)
        at += len(words) + 1
    return Document(path.name, "\n".join((*texts, *notes)), tuple(starts))


def _whole(words: str) -> str:
    """Words with plain line ends, those that were hyphenated at a line's end made whole."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return words.replace("\ufffe\n", "").replace("\ufffe", "")


_READERS: dict[str, Callable[[Path], Document]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _word,
    ".pdf": _pdf,
}
