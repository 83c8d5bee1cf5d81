"""HL7 v2 messages: cutting files into messages, finding a value by its place, answering.

Decides what a message is (any separators in MSH, any line ends, batch wrappers, escapes) and
what an acknowledgement says. What a message means for our registers is `from_hl7`'s matter.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wardround.sources.packed import opened
from wardround.text import refuse

MOST = 1 << 22
"""A message of more bytes is refused."""
_BLOCK = 1 << 20
_HEAD = re.compile(rb"(?=MSH\|\^~\\&)")
_WRAPPERS = (b"FHS", b"BHS", b"BTS", b"FTS")
_CHARACTERS = {
    "UNICODE UTF-8": "utf-8", "UTF-8": "utf-8", "UNICODE": "utf-8", "ASCII": "utf-8",
    "GB 18030-2000": "gb18030", "GB18030": "gb18030", "GB2312": "gb18030", "GBK": "gb18030",
    "BIG-5": "big5", "8859/1": "latin-1", "8859/15": "iso8859-15",
    "ISO IR87": "iso2022_jp", "KS X 1001": "euc_kr",
}  # fmt: skip
_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})-(\d+)(?:\[(\d+)=([^\]]*)\])?(?:\.(\d+))?(?:\.(\d+))?")
_TIME = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.\d*)?([+-]\d{4})?")


@dataclass(frozen=True, slots=True)
class Place:
    """PV1-3.1: segment, field, and from 1 component and subcomponent. With `PID-3[5=MR].1` the
    repetition whose component 5 says MR."""

    segment: str
    field: int
    where: tuple[int, str] | None
    component: int
    sub: int


@cache
def place(path: str) -> Place:
    """A path as a place; raises `Refused` for what is none."""
    found = _PLACE.fullmatch(path)
    if found is None:
        raise refuse(f"“{path}”不是 HL7 的位置。", f'"{path}" is no place in HL7.')
    where = (int(found[3]), found[4]) if found[3] else None
    return Place(found[1], int(found[2]), where, int(found[5] or 1), int(found[6] or 1))


@dataclass(frozen=True)
class Message:
    """A message: its segments, each as its fields (0 the segment's name), and its separators:
    field, component, repetition, escape, subcomponent."""

    segments: tuple[tuple[str, ...], ...]
    marks: str

    def value(self, path: str, around: int | None = None) -> str:
        """What stands at a place; empty if nothing does. `around` is the segment in whose
        neighbourhood to look: itself, or the nearest before it, or else the first."""
        wanted = place(path)
        segment = self._segment(wanted.segment, around)
        if segment is None or wanted.field >= len(segment):
            return ""
        if wanted.segment == "MSH" and wanted.field <= 2:
            return segment[wanted.field]
        _, component, repetition, _, sub = tuple(self.marks)
        for one in segment[wanted.field].split(repetition):
            parts = one.split(component)
            if wanted.where and self._text(_nth(parts, wanted.where[0])) != wanted.where[1]:
                continue
            found = _nth(_nth(parts, wanted.component).split(sub), wanted.sub)
            return "" if found == '""' else self._text(found)
        return ""

    def _segment(self, name: str, around: int | None) -> tuple[str, ...] | None:
        if around is not None:
            for segment in reversed(self.segments[: around + 1]):
                if segment[0] == name:
                    return segment
        return next((s for s in self.segments if s[0] == name), None)

    def each(self, name: str) -> list[int]:
        """Where the segments of that name stand."""
        return [i for i, s in enumerate(self.segments) if s[0] == name]

    def _text(self, written: str) -> str:
        return unescaped(written, self.marks).strip()

    @property
    def kind(self) -> str:
        """Type and trigger, as ADT^A01."""
        return f"{self.value('MSH-9.1')}^{self.value('MSH-9.2') or self.value('EVN-1')}".upper()

    @property
    def number(self) -> str:
        """MSH-10: the number that the sender gave it."""
        return self.value("MSH-10")


def _nth(parts: list[str], number: int) -> str:
    return parts[number - 1] if number <= len(parts) else ""


def unescaped(written: str, marks: str) -> str:
    r"""The text without escapes: \F\ \S\ \R\ \E\ \T\, \Xhh…\, \.br\; others are dropped."""
    field, component, repetition, escape, sub = tuple(marks)
    if escape == " " or escape not in written:
        return written
    plain = {"F": field, "S": component, "R": repetition, "E": escape, "T": sub, ".br": "\n"}

    def said(found: re.Match[str]) -> str:
        word = found[1]
        if word[:1] == "X":
            try:
                return _read(bytes.fromhex(word[1:]), ("utf-8", "gb18030"))
            except ValueError:
                return ""
        return plain.get(word, "")

    mark = re.escape(escape)
    return re.sub(f"{mark}([^{mark}]*){mark}", said, written)


def escaped(text: str) -> str:
    """Text as a field of a message with the usual separators."""
    for mark, code in (("\\", "E"), ("|", "F"), ("^", "S"), ("~", "R"), ("&", "T")):
        text = text.replace(mark, f"\\{code}\\")
    return re.sub(r"[\r\n]+", r"\\.br\\", text)


def parse(raw: bytes) -> Message:
    """A message from its bytes; raises `Refused` if it is none."""
    if len(raw) > MOST:
        raise refuse("消息太长。", "The message is too long.")
    text = _decoded(raw).lstrip("\ufeff \t\r\n\x0b")
    if not text.startswith("MSH") or len(text) < 8:
        raise refuse("消息不以 MSH 段开头。", "The message does not begin with an MSH segment.")
    field, marks = text[3], text[4:8]
    if field.isalnum() or field.isspace() or len({field, *marks.split(field)[0]}) < 3:
        raise refuse("MSH 段的分隔符写得不对。", "MSH does not say its separators.")
    given = marks.split(field)[0]
    whole = field + (given + "^~\\&"[len(given) :])[:4]
    segments = []
    for line in re.split(r"[\r\n]+", text):
        fields = line.strip(" \x0b\x1c").split(field)
        if re.fullmatch(r"[A-Z][A-Z0-9]{2}", fields[0]):
            segments.append(
                tuple([fields[0], field, *fields[1:]] if fields[0] == "MSH" else fields)
            )
    return _whole(Message(tuple(segments), whole))


def _whole(message: Message) -> Message:
    if not message.value("MSH-9.1"):
        raise refuse("没有消息类型（MSH-9）。", "There is no message type (MSH-9).", field="MSH-9")
    if not message.number:
        raise refuse("没有消息编号（MSH-10）。", "There is no message number (MSH-10).",
                     field="MSH-10")  # fmt: skip
    if len(message.each("EVN")) > 1:
        raise refuse("两条消息连在一起，后一条没有 MSH 段。",
                     "Two messages run together: the second has no MSH.", field="EVN")  # fmt: skip
    return message


def _decoded(raw: bytes) -> str:
    """As MSH-18 says; if it says nothing or is wrong, UTF-8, then GB 18030. What is UTF-8 is that
    whatever MSH-18 says, unless it says what has only plain bytes."""
    if wide := _wide(raw):
        return raw.decode(wide, "replace")
    head = raw[:400].split(b"\r")[0].split(b"\n")[0].split(raw[3:4] or b"|")
    said = (
        head[17].split(b"~")[0].decode("ascii", "replace").strip().upper() if len(head) > 17 else ""
    )
    known = _CHARACTERS.get(said)
    first = known if known == "iso2022_jp" else None
    return _read(raw, (first, "utf-8-sig", known, "gb18030"))


def _read(raw: bytes, encodings: Iterable[str | None]) -> str:
    """The text in the first of the encodings that it bears."""
    for encoding in filter(None, encodings):
        try:
            return raw.decode(encoding)
        except UnicodeError:
            continue
    return raw.decode("latin-1")


def _wide(head: bytes) -> str | None:
    """UTF-16, if a text begins so; no message begins with a NUL or has one as its second byte."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return {b"\0": "utf-16-le"}.get(head[1:2]) or {b"\0": "utf-16-be"}.get(head[:1])


def messages(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line, bytes) of each message of a file: one or many, in batches or not, any line ends."""
    held, begun, size = [b""], 0, 0
    for number, line in _pieces(path):
        bare = line.lstrip(codecs.BOM_UTF8 + b" \t\x0b\x1c")
        if (bare.startswith(b"MSH") and len(bare) > 3) or bare[:3] in _WRAPPERS:
            if begun and size:
                yield begun, b"\r".join(held)
            held, size, begun = [], 0, number
            if bare[:3] in _WRAPPERS:
                begun = 0
                continue
        elif not begun and bare.strip():
            begun = number
        if begun and size <= MOST:
            held.append(bare)
            size += len(bare)
    if begun and size:
        yield begun, b"\r".join(held)


def _pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; one that breaks off and runs into the next message is two."""
    for number, line in enumerate(_lines(path), 1):
        for piece in _HEAD.split(line) if _HEAD.search(line, 1) else [line]:
            yield number, piece


def _lines(path: Path) -> Iterator[bytes]:
    """Lines that end with CR, LF or both."""
    rest = b""
    for block in _blocks(path):
        rest += block
        *whole, rest = rest.replace(b"\r\n", b"\r").replace(b"\n", b"\r").split(b"\r")
        yield from whole
        if len(rest) > MOST:
            yield rest
            rest = b""
    yield rest


def _blocks(path: Path) -> Iterator[bytes]:
    """A file's content, none of it ending between CR and LF; of UTF-16, as UTF-8."""
    with opened(path) as file:
        wide = _wide(file.read(2))
        decoder = codecs.getincrementaldecoder(wide)("replace") if wide else None
        file.seek(0)
        while block := file.read(_BLOCK):
            while block.endswith(b"\r") and (more := file.read(1)):
                block += more
            yield decoder.decode(block).encode() if decoder else block


def moment(written: str) -> str:
    """A v2 time as ISO, with its zone if it says one; what is none stays as it is."""
    found = _TIME.fullmatch(written.strip())
    if found is None or not found[2]:
        return written
    year, month, day, hour, minute, second, zone = found.groups()
    if not day or not hour:
        return f"{year}-{month}-{day or '01'}"
    said = f"{year}-{month}-{day} {hour}:{minute or '00'}:{second or '00'}"
    return said + (f"{zone[:3]}:{zone[3:]}" if zone else "")


def answer(message: Message | None, code: str, why: str, at: str, number: str) -> bytes:
    """The acknowledgement: AA taken, AE not taken for a reason, AR not understood at all."""
    value = message.value if message else (lambda _path: "")
    head = ["MSH", "^~\\&", value("MSH-5.1"), value("MSH-6.1"), value("MSH-3.1"), value("MSH-4.1"),
            at, "", "ACK^" + value("MSH-9.2") if value("MSH-9.2") else "ACK", number,
            value("MSH-11.1") or "P", value("MSH-12.1") or "2.5"]  # fmt: skip
    kept = [head[0], head[1], *map(escaped, head[2:8]), head[8], *map(escaped, head[9:])]
    said = ["MSA", code, escaped(message.number if message else ""), escaped(why)]
    lines = ["|".join([*kept, "", "", "", "", "", "UNICODE UTF-8"]), "|".join(said).rstrip("|")]
    if why:
        lines.append("|".join(["ERR", "", "", "207", "E", "", "", "", escaped(why)]))
    return ("\r".join(lines) + "\r").encode()
