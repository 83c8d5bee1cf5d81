"""Numbering that skips, repeats or goes back: marks of paragraphs and marks inside them.

Decides on marks only; how many things were announced is `announced`' matter.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wardround.claims.claim import Claim
from wardround.claims.mentions import Summary
from wardround.claims.telling import tell
from wardround.reading.piece import Piece
from wardround.text import Text

_COUNTED = frozenset({"han", "hanparen", "digit", "paren", "halfparen", "circle", "article"})
_HAN = "一二三四五六七八九十"
_INSIDE = (
    re.compile(
        r"(?:(?<=[。；;：:，,%％例\s]))(\d{1,2})[.．](?=[\u3400-\u9fffA-Za-z]"
        r"|\s?(?:\d{1,2}月|[\u3400-\u9fff]))"
    ),
    re.compile(r"(?<=[;:] )(\d{1,2})[.)](?=\s[A-Za-z])"),
    re.compile(
        r"(?:^\s|(?<=[；;：:，,。])|(?<=[;:,.] ))[（(](\d{1,2})[)）](?=\s?[\u3400-\u9fffA-Za-z])"
    ),
    re.compile(rf"(?<![统唯第万之如])([{_HAN}])是"),
)
"""Marks inside a paragraph: 1.…；2.…, (1) …, 一是…."""
_LETTER = "letterparen"


@dataclass(slots=True)
class _List:
    """An open numbering: its style, its last number, where that stood, how many it had."""

    style: str
    last: int
    end: int
    block: int
    count: int = 1
    bare: bool = False


def numbering(summary: Summary) -> Iterator[Claim]:
    """Marks count on by one: none missing, doubled, or out of turn."""
    lists: list[_List] = []
    blocks: set[int] = set()
    for piece in summary.pieces:
        if piece.heading and (piece.mark.style.startswith("#") if piece.mark else piece.depth == 1):
            lists = []
        if piece.block not in blocks and piece.role == "text":
            blocks.add(piece.block)
            if piece.mark and (piece.mark.style in _COUNTED or piece.mark.style == _LETTER):
                yield from _next(summary, lists, piece)
    yield from _inline(summary)


def _next(summary: Summary, lists: list[_List], piece: Piece) -> Iterator[Claim]:
    mark = piece.mark
    assert mark
    if mark.number < 1 or mark.number > 60:
        return
    for at in range(len(lists) - 1, -1, -1):
        if lists[at].style == mark.style and lists[at].last + 1 == mark.number:
            del lists[at + 1 :]
            lists[at].bare |= bool(_unmarked(summary, lists[at], piece))
            lists[at].last, lists[at].end, lists[at].block = mark.number, piece.end, piece.block
            lists[at].count += 1
            return
    if mark.number == 1:
        lists.append(_List(mark.style, 1, piece.end, piece.block))
        return
    yield from _broken(summary, lists, piece)


def _broken(summary: Summary, lists: list[_List], piece: Piece) -> Iterator[Claim]:
    """A mark that no open numbering expects."""
    mark = piece.mark
    assert mark
    styles = (mark.style, _LETTER if mark.style == "paren" else mark.style)
    likely = [x for style in styles for x in reversed(lists) if x.style == style]
    if not likely or _said_between(summary, likely[0], piece):
        lists.append(_List(mark.style, mark.number, piece.end, piece.block))
        return
    before = likely[0]
    place = (piece.start, piece.start + max(1, len(piece.text[: mark.length].rstrip())))
    if mark.number == before.last + 2:
        place = _lost_place(summary, before, piece) or place
    ahead = mark.number - before.last
    if ahead == 0 or 0 < ahead <= 5 or (before.count > 2 and mark.number > 1):
        yield _wrong(summary, place, before.last, mark.number)
    if before.style == mark.style:
        del lists[lists.index(before) + 1 :]
        before.last, before.end, before.block = mark.number, piece.end, piece.block
    else:
        lists.append(_List(mark.style, mark.number, piece.end, piece.block))


def _wrong(summary: Summary, place: tuple[int, int], last: int, number: int) -> Claim:
    """That a number does not follow the last one."""
    lost = "、".join(str(n) for n in range(last + 1, min(number, last + 6)))
    why = Text(f"编号由 {last} 跳到 {number}，缺 {lost}。",
               f"The numbering goes from {last} to {number}; missing: {lost}.")  # fmt: skip
    if number == last:
        why = Text(f"编号 {number} 出现了两次。", f"Number {number} appears twice.")
    elif number < last:
        why = Text(f"编号 {last} 之后又回到 {number}。",
                   f"After {last} the numbering goes back to {number}.")  # fmt: skip
    return tell(summary, "numbering", place, "differs", str(last + 1), why, [str(last)])


def _said_between(summary: Summary, before: _List, piece: Piece) -> bool:
    """Whether the mark that should have come stands inside a line rather than at its beginning."""
    number = before.last + 1
    han = _HAN[number - 1] if 1 <= number <= 10 else str(number)
    style = piece.mark.style if piece.mark else ""
    mark = {
        "digit": rf"(?<![\d.]){number}[.、,，．](?!\d)", "paren": rf"[(（]{number}[)）]",
        "han": rf"(?:(?<![{_HAN}]){han}[、,，.]|\n\s*{han}(?=[对重加抓是]))",
        "hanparen": rf"[(（]{han}[)）]", "halfparen": rf"(?<!\d){number}[)）]",
    }.get(style)  # fmt: skip
    return bool(mark and re.search(mark, summary.text[before.end : piece.start]))


def _unmarked(summary: Summary, before: _List, piece: Piece) -> list[Piece]:
    """The paragraphs without a mark between a list's last item and a piece."""
    found: dict[int, Piece] = {}
    first, last = summary.place_of(before.end), summary.place_of(piece.start)
    for p in summary.pieces[first + 1 : last]:
        if p.start >= before.end and p.block != before.block and p.role == "text":
            found.setdefault(p.block, p)
    return [p for p in found.values() if p.mark is None]


def _lost_place(summary: Summary, before: _List, piece: Piece) -> tuple[int, int] | None:
    """The one paragraph without a mark between two marks, which has lost its own."""
    bare = _unmarked(summary, before, piece)
    if len(bare) != 1 or before.bare:
        return None
    return bare[0].start, bare[0].start + min(20, len(bare[0].text))


def _inline(summary: Summary) -> Iterator[Claim]:
    """1.…；2.…；3.… and 一是…二是…三是… inside a paragraph."""
    for _, block in itertools.groupby(summary.pieces, lambda p: p.block):
        pieces = list(block)
        first = pieces[0].mark
        start = pieces[0].start + (0 if first and first.number == 1 else pieces[0].body_at)
        text = " " + summary.text[start : pieces[-1].end]
        if pieces[0].role != "text":
            continue
        for pattern in _INSIDE:
            yield from _run(summary, start - 1, list(pattern.finditer(text)))


def _run(summary: Summary, start: int, found: list[re.Match[str]]) -> Iterator[Claim]:
    """The first mark that does not count on; a one begins anew."""
    numbers = [int(m[1]) if m[1].isdigit() else _HAN.index(m[1]) + 1 for m in found]
    if len(found) < 3 or numbers[0] != 1:
        return
    for last, number, match in zip(numbers, numbers[1:], found[1:], strict=False):
        if number not in (1, last + 1):
            yield _wrong(summary, (start + match.start(1), start + match.end()), last, number)
            return
