"""What kind of statement: heading, organisation, phase, figure, objective, requirement, measure, background.

Decides by the first test that fits, in that order, on cue words of the lexicon and on what the
earlier steps found.
"""

from __future__ import annotations

import re
from dataclasses import replace

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Draft, Piece
from wardround.reading.statement import Kind

_LEAD_IN = re.compile(r"[:：][\s*]*$")


def judge_kinds(draft: Draft) -> Draft:
    """Say of every piece what kind it is.

    >>> from wardround.reading.plan import read
    >>> [s.kind for s in read("一、工作要求\\n1.各科室必须每月自查。")]
    ['heading', 'requirement']

    Args:
        draft: pieces with levels, owners, targets, figures, cadences and deadlines.
    Returns:
        the draft with `kind` set.
    """
    return replace(
        draft, pieces=tuple(replace(p, kind=_kind(p, draft.lexicon)) for p in draft.pieces)
    )


def _kind(piece: Piece, lexicon: Lexicon) -> Kind:
    def cue(name: str) -> bool:
        return lexicon.has("kind", name, piece.text)

    def under(name: str) -> bool:
        return bool(piece.level) and lexicon.has("section", name, piece.level[-1])

    if piece.heading:
        return "heading"
    if piece.role in ("furniture", "row head"):
        return "background"
    if piece.role == "row":
        return _row_kind(piece, lexicon)
    if cue("organisation"):
        return "organisation"
    if cue("phase") and (piece.deadline or re.search(r"\d{1,2}月|\([A-Z][a-z]+ \d", piece.text)):
        return "phase"
    if piece.figures and piece.past:
        return "figure"
    if _LEAD_IN.search(piece.text):
        return "background"
    if under("background") or under("problem"):
        return "background"
    if cue("purpose") and not piece.targets:
        return "background"
    if under("objective") and not (cue("requirement") and piece.mark is None):
        return _under_objective(piece, lexicon)
    if piece.targets and not piece.cadence and not piece.owners and not cue("requirement") and not _acts(piece, lexicon):
        return "objective"
    if cue("objective") and not cue("requirement"):
        return "objective"
    if cue("requirement") or under("requirement"):
        return "requirement"
    if piece.owners or piece.cadence or piece.targets or piece.deadline:
        return "measure"
    if cue("evaluation") or cue("background"):
        return "background"
    return "measure" if _acts(piece, lexicon) else "background"


def _row_kind(piece: Piece, lexicon: Lexicon) -> Kind:
    if piece.targets and not piece.cadence and not piece.blanks:
        return "objective"
    return "requirement" if lexicon.has("kind", "requirement", piece.text) else "measure"


def _under_objective(piece: Piece, lexicon: Lexicon) -> Kind:
    if piece.mark is None and not piece.targets and lexicon.has("kind", "evaluation", piece.text):
        return "background"
    named = piece.level and re.match(r"(?:\*\*)?(?:Objective|Goal|Priority|Aim)\s*\d", piece.level[-1])
    if named and not piece.targets and (piece.cadence or piece.owners):
        return "measure"
    return "objective"


def _acts(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether the sentence begins with, or contains in Chinese, a planned action."""
    if piece.lang == "zh":
        return lexicon.has("kind", "measure", piece.text)
    body = piece.body.strip(" *•\"“")
    opening = lexicon.compile(r"(?:(?:To|We will|We|Our hospital|The hospital|It will|will)\s+)?(?:also\s+|further\s+)?(?:«kind:measure:en»)")
    return bool(opening.match(body)) or bool(re.search(r"\b(?:we|will)\s+(?:\w+ly\s+)?\w+", body)) and "will" in body
