"""Numbering that skips, repeats or goes back: marks of paragraphs and marks inside them.

Decides on marks only; how many things were announced is `announced`' matter.
"""

from __future__ import annotations

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
_ORDINALS = re.compile(rf"(?<![统唯第万之如])([{_HAN}])是")
_INLINE = re.compile(
    r"(?:(?<=[。；;：:，,%％例\s]))(\d{1,2})[.．](?=[\u3400-\u9fffA-Za-z]"
    r"|\s?(?:\d{1,2}月|[\u3400-\u9fff]))"
)
_INLINE_EN = re.compile(r"(?<=[;:] )(\d{1,2})[.)](?=\s[A-Za-z])")
_INLINE_PAREN = re.compile(
    r"(?:^\s|(?<=[；;：:，,。])|(?<=[;:,.] ))[（(](\d{1,2})[)）](?=\s?[\u3400-\u9fffA-Za-z])"
)
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
    same = [x for x in lists if x.style == mark.style]
    open_list = (
        same[-1]
        if same
        else next(
            (x for x in reversed(lists) if x.style == _LETTER and mark.style == "paren"), None
        )
    )
    place = (piece.start, piece.start + max(1, len(piece.text[: mark.length].rstrip())))
    number = mark.number
    if open_list is None or _said_between(summary, open_list, piece):
        lists.append(_List(mark.style, number, piece.end, piece.block))
        return
    last = open_list.last
    if open_list.style == mark.style:
        del lists[lists.index(open_list) + 1 :]
    if number == last:
        why = Text(f"编号 {number} 出现了两次。", f"Number {number} appears twice.")
        yield tell(summary, "numbering", place, "differs", str(last + 1), why, [str(last)])
    elif number > last + 1:
        lost = "、".join(str(n) for n in range(last + 1, min(number, last + 6)))
        why = Text(f"编号由 {last} 跳到 {number}，缺 {lost}。",
                   f"The numbering goes from {last} to {number}; missing: {lost}.")  # fmt: skip
        if number - last <= 5 or open_list.count > 2:
            lost_at = _lost_place(summary, open_list, piece) if number == last + 2 else None
            yield tell(
                summary, "numbering", lost_at or place, "differs", str(last + 1), why, [str(last)]
            )
    elif open_list.count > 2 and number > 1:
        why = Text(f"编号 {last} 之后又回到 {number}。",
                   f"After {last} the numbering goes back to {number}.")  # fmt: skip
        yield tell(summary, "numbering", place, "differs", str(last + 1), why, [str(last)])
    if open_list.style == mark.style:
        open_list.last, open_list.end, open_list.block = number, piece.end, piece.block
    else:
        lists.append(_List(mark.style, number, piece.end, piece.block))


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
    for p in summary.pieces:
        if before.end <= p.start < piece.start and p.block != before.block and p.role == "text":
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
    for block, pieces in _blocks(summary).items():
        first = pieces[0].mark
        start = pieces[0].start + (0 if first and first.number == 1 else pieces[0].body_at)
        text = summary.text[start : pieces[-1].end]
        if pieces[0].role != "text":
            continue
        ordinals = [(_HAN.index(m.group(1)) + 1, m) for m in _ORDINALS.finditer(" " + text)]
        marked = [
            [(int(m.group(1)), m) for m in pattern.finditer(" " + text)]
            for pattern in (_INLINE, _INLINE_EN, _INLINE_PAREN)
        ]
        for found in (*marked, ordinals):
            yield from _runs(summary, block, start - 1, found, 3)


def _runs(
    summary: Summary, block: int, start: int, found: list[tuple[int, re.Match[str]]], least: int
) -> Iterator[Claim]:
    if len(found) < least or found[0][0] != 1:
        return
    expected = 1
    for number, match in found:
        if number == 1:
            expected = 2
            continue
        if number == expected:
            expected += 1
            continue
        why = Text(
            f"段内编号应为 {expected}，写作 {number}。",
            f"Inside the paragraph number {expected} was to come; {number} is printed.",
        )
        place = (start + match.start(1), start + match.end())
        yield tell(summary, "numbering", place, "differs", str(expected), why, [str(expected - 1)])
        return


def _blocks(summary: Summary) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = {}
    for piece in summary.pieces:
        found.setdefault(piece.block, []).append(piece)
    return found
