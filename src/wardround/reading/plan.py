"""Reads a document as a plan: the steps, in order, and nothing else.

Each step is a function from draft to draft with its own module and its own concern.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from wardround.catalogue.lexicon import Lexicon, load_lexicon
from wardround.reading.breaks import unbroken
from wardround.reading.cadences import find_cadences
from wardround.reading.claims import settle_claims
from wardround.reading.deadlines import find_deadlines
from wardround.reading.document import Document
from wardround.reading.kinds import judge_kinds
from wardround.reading.levels import find_levels
from wardround.reading.outline import find_statements
from wardround.reading.owners import find_owners, share_owners
from wardround.reading.piece import Draft, Piece
from wardround.reading.quantities import find_quantities
from wardround.reading.statement import Plan, Statement

STEPS: tuple[Callable[[Draft], Draft], ...] = (
    find_statements,
    find_cadences,
    find_deadlines,
    find_quantities,
    find_owners,
    find_levels,
    settle_claims,
    judge_kinds,
    share_owners,
)
"""How a plan is read. The order matters: each step relies on what the ones before it found."""


def read_plan(document: Document, lexicon: Lexicon) -> Plan:
    """Read a document into statements, in order; never raises, whatever the text.

    >>> plan = read_plan(Document("a.txt", "护理部每月检查1次。"), load_lexicon())
    >>> plan.statements[0].owners, plan.statements[0].cadence
    (('护理部',), 'FREQ=MONTHLY')
    """
    draft = Draft(document, lexicon)
    for step in STEPS:
        draft = step(draft)
    written = {p.text: document.text[p.start : p.end] for p in draft.pieces if p.heading}
    return Plan(document, tuple(_statement(document, p, written) for p in draft.pieces))


def _statement(document: Document, piece: Piece, written: dict[str, str]) -> Statement:
    """A piece as a statement, its own words and those of its headings as the document has them."""
    said = not piece.heading and piece.role != "furniture"
    return Statement(
        piece.start,
        piece.end,
        document.text[piece.start : piece.end],
        tuple(written.get(heading, heading) for heading in piece.level),
        piece.kind,
        piece.depth if piece.heading else None,
        tuple(_as_written(document, piece, owner) for owner in piece.owners),
        piece.targets,
        piece.cadence if said else None,
        piece.deadline if said else None,
        piece.blanks,
        piece.figures,
        piece.damaged,
        piece.lang,
    )


def _as_written(document: Document, piece: Piece, owner: str) -> str:
    """An owner as the document spells it, which may be in traditional characters."""
    at = piece.text.find(owner)
    said = unbroken(document.text[piece.start : piece.end])
    return owner if at < 0 else said[at : at + len(owner)]


@cache
def _shipped() -> Lexicon:
    return load_lexicon()


def sample(text: str) -> Draft:
    """A draft of a text with the shipped words, for examples and tests."""
    return Draft(Document("sample.txt", text), _shipped())


def read(text: str) -> tuple[Statement, ...]:
    """The statements of a text with the shipped words, for examples and tests."""
    return read_plan(Document("sample.txt", text), _shipped()).statements
