"""Documents as text: what a file says, from .txt, .md, .docx and .pdf.

Decides on encodings, on the order of a Word file's parts, and on what cannot be read; every
offset downstream counts characters of `Document.text`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text; `pages` are the offsets at which pages start, `headings` pairs of
    offset and level that the file itself declares (Word heading styles)."""

    name: str
    text: str
    pages: tuple[int, ...] = ()
    headings: tuple[tuple[int, int], ...] = ()
