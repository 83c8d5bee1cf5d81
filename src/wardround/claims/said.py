"""The text as it is said: without the line breaks of a page and the spaces inside a number.

Says where a place in it stands in the document that was read. What else came to harm, and how a
number is read, is `damage`' matter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from wardround.claims.claim import Claim
from wardround.reading.document import Document
from wardround.reading.piece import Piece


@dataclass(frozen=True)
class Said:
    """A document's text without some of its characters, and the offsets of those, in order."""

    text: str
    left_out: tuple[int, ...] = ()

    def without(self, offsets: Iterable[int]) -> Said:
        """The text without some more of its characters."""
        fewer = sorted(offsets)
        spans = zip((-1, *fewer), (*fewer, len(self.text)), strict=True)
        text = "".join(self.text[a + 1 : b] for a, b in spans)
        return Said(text, tuple(sorted((*self.left_out, *map(self.read_at, fewer)))))

    def read_at(self, offset: int) -> int:
        """Where a character of the text stands in the document that was read."""
        return offset + bisect_right(self._before, offset)

    @cached_property
    def _before(self) -> list[int]:
        return [at - n for n, at in enumerate(self.left_out)]

    def of(self, document: Document) -> Document:
        """The document as it is said."""
        headings = tuple((_moved(at, self.left_out), depth) for at, depth in document.headings)
        pages = tuple(_moved(at, self.left_out) for at in document.pages)
        return replace(document, text=self.text, headings=headings, pages=pages)

    def told(self, claim: Claim, document: Document) -> Claim:
        """A claim on the text as one on the document that was read."""
        start, last = self.read_at(claim.start), self.read_at(max(claim.start, claim.end - 1))
        end = last + 1 if claim.end > claim.start else start
        return replace(claim, start=start, end=end, text=document.text[start:end])


def _moved(offset: int, left_out: Sequence[int]) -> int:
    """Where an offset comes to stand when some characters before it are left out."""
    return offset - bisect_left(left_out, offset)


def unbroken(said: Said, pieces: Sequence[Piece]) -> tuple[Said, tuple[Piece, ...]]:
    """The text without the line breaks that its sentences, as they were read, do without."""
    broken = [p for p in pieces if len(p.text) < p.end - p.start]
    gone = sorted(p.start + at for p in broken for at in _left_out(said.text[p.start : p.end], p))
    moved = (replace(p, start=_moved(p.start, gone), end=_moved(p.end, gone)) for p in pieces)
    return (said.without(gone), tuple(moved)) if gone else (said, tuple(pieces))


def _left_out(words: str, piece: Piece) -> Iterable[int]:
    """The places in some words that a piece's own text does not have."""
    own = 0
    for at, letter in enumerate(words):
        if own < len(piece.text) and letter == piece.text[own]:
            own += 1
        else:
            yield at
