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
    pieces: list[Piece] = []
    asked: Kind | None = None
    preamble = False
    for i, piece in enumerate(draft.pieces):
        kind = _kind(piece, draft.lexicon)
        listed = piece.mark is not None and not piece.heading
        opens = not pieces or pieces[-1].block != piece.block
        if piece.heading:
            preamble = piece.depth == 1 and any(p.depth == 2 for p in draft.pieces[i : i + 40])
        if listed and asked and kind in ("measure", "background"):
            kind = asked
        elif preamble and kind == "measure" and not listed and not _promises(piece):
            kind = "background"
        if _LEAD_IN.search(piece.text) and not piece.heading:
            asked = _asked(piece, draft.lexicon)
        elif piece.heading or (opens and not listed):
            asked = None
        pieces.append(replace(piece, kind=kind))
    return replace(draft, pieces=tuple(pieces))


def _asked(lead_in: Piece, lexicon: Lexicon) -> Kind | None:
    """What a lead-in makes of the items below it: "All systems must:", "Our goals are:"."""
    if lexicon.has("section", "objective", lead_in.text):
        return "objective"
    return "requirement" if lexicon.has("kind", "requirement", lead_in.text) else None


def _promises(piece: Piece) -> bool:
    return bool(piece.owners or piece.targets or piece.cadence or piece.deadline)


def _kind(piece: Piece, lexicon: Lexicon) -> Kind:
    def cue(name: str) -> bool:
        return lexicon.has("kind", name, piece.text)

    def under(name: str) -> bool:
        return bool(piece.level) and lexicon.has("section", name, piece.level[-1])

    if piece.heading:
        return "heading"
    if piece.role in ("furniture", "row head") or piece.text.endswith(("?", "？")):
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
    numbered = piece.mark is not None and piece.mark.number > 0
    if cue("purpose") and not (piece.targets or numbered or (piece.owners and cue("requirement"))):
        return "background"
    if under("objective") and (piece.mark or piece.targets or not cue("requirement")):
        return _under_objective(piece, lexicon)
    if piece.targets and not piece.cadence and (piece.tagged or not piece.owners) and not cue("requirement") and not _acts(piece, lexicon):
        return "objective"
    if cue("objective") and not cue("requirement"):
        return "objective"
    if cue("requirement") or under("requirement"):
        return "requirement"
    if _promises(piece) or (piece.lang == "en" and _begins_with_verb(piece, lexicon)):
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
    named = lexicon.compile(r"(?:\*\*)?«numbered»\s*\d").match(piece.level[-1])
    if named and lexicon.has("kind", "requirement", piece.text):
        return "requirement"
    if named and not piece.targets and (piece.cadence or piece.owners):
        return "measure"
    return "objective"


def _acts(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether the sentence tells of a planned action."""
    if piece.lang == "zh":
        verbs = lexicon.compile(
            r"(?:^|[，,；;。：:、])\s*«kind:measure:zh»|«kind:measure:zh»(?:[，,；;。]|$)|进行"
        )
        return bool(verbs.search(piece.body))
    we = lexicon.compile(r"\b(?:we|it|hospital|trust) will\b")
    return _begins_with_verb(piece, lexicon) or bool(we.search(piece.body))


def _begins_with_verb(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether an English sentence is an order: "Regularly check …", "• maximising care …"."""
    verb = lexicon.compile(
        r"(?:(?:To|We will|We|Our hospital|The hospital|will)\s+)?(?:also\s+|further\s+|\w+ly\s+)?«kind:measure:en»"
    )
    return bool(verb.match(piece.body.strip(" *•\"“")))
