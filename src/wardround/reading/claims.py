"""Target or figure: whether a sentence's quantities are still to be reached or are said to be so.

Decides by the headings above (总结, 计划), then by the words of the sentence itself.
"""

from __future__ import annotations

import re
from dataclasses import replace

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Draft, Piece, Quantity
from wardround.reading.statement import FigureText, TargetText

_SIGN = {"increase": "+", "decrease": "-"}
_BOUND = {"reach": ">=", "sink": "<="}
_PERIOD = re.compile(r"\d{1,2}[-—~至]\d{1,2}月(?:份)?|\d{4}/\d{2}")


def settle_claims(draft: Draft) -> Draft:
    """Turn the quantities of every piece into targets or figures.

    >>> from wardround.reading.plan import read
    >>> [len(s.figures) for s in read("一、上半年完成情况\\n1.门诊1200人次，同比增长5%。")]
    [0, 1]

    Args:
        draft: pieces with quantities and levels.
    Returns:
        the draft with `past`, `targets` and `figures` set.
    """
    pieces = []
    for piece in draft.pieces:
        past = _is_past(piece, draft.lexicon)
        if piece.heading or piece.role in ("furniture", "row head"):
            piece = replace(piece, quantities=(), damaged=False)
        elif past:
            piece = replace(piece, figures=_figures(piece, draft.lexicon))
        else:
            piece = replace(piece, targets=_targets(piece))
        pieces.append(replace(piece, past=past))
    return replace(draft, pieces=tuple(pieces))


def _is_past(piece: Piece, lexicon: Lexicon) -> bool:
    """Whether a sentence tells of what has happened."""
    past, future = (
        lexicon.has("kind", "past", piece.text),
        lexicon.has("kind", "future", piece.text),
    )
    for heading in reversed(piece.level):
        told, planned = (
            lexicon.has("section", "past", heading),
            lexicon.has("section", "future", heading),
        )
        if told and not planned:
            return past or not future
        if planned and not told:
            return past and not future
    return past and not future


def _targets(piece: Piece) -> tuple[TargetText, ...]:
    return tuple(
        TargetText(q.metric, _BOUND.get(q.op, q.op), q.value, q.unit, q.base)
        for q in piece.quantities
        if q.explicit or q.unit_kind
    )


def _figures(piece: Piece, lexicon: Lexicon) -> tuple[FigureText, ...]:
    """Figures, each change given to the number it changes."""
    period = _period(piece, lexicon)
    figures: list[FigureText] = []
    last_end = -1
    for quantity in piece.quantities:
        if quantity.unit_kind == "direction":
            continue
        if (
            quantity.change
            and figures
            and figures[-1].change is None
            and _near(piece, last_end, quantity)
        ):
            figures[-1] = replace(figures[-1], change=_change(quantity), base=quantity.base)
            continue
        figures.append(_figure(quantity, period))
        last_end = quantity.end
    if figures and figures[-1].change is None and lexicon.has("unchanged", None, piece.text):
        figures[-1] = replace(figures[-1], change="0", base="yoy")
    return tuple(figures)


def _near(piece: Piece, last_end: int, quantity: Quantity) -> bool:
    between = piece.text[last_end : quantity.start]
    return not re.search(r"[；;。]|[.]\s", between) and len(re.findall(r"[，,]", between)) <= 1


def _change(quantity: Quantity) -> str:
    sign = _SIGN.get(quantity.op, "")
    gap = " " if quantity.unit.isascii() and quantity.unit[:1].isalpha() else ""
    return f"{sign}{quantity.value}{gap}{quantity.unit}"


def _figure(quantity: Quantity, period: str | None) -> FigureText:
    if quantity.change:
        return FigureText(quantity.metric, None, "", period, _change(quantity), quantity.base)
    sign = quantity.op if quantity.op in (">=", "<=", ">", "<") else ""
    value = quantity.value if quantity.value is None else sign + quantity.value
    return FigureText(quantity.metric, value, quantity.unit, period, None, quantity.base)


def _period(piece: Piece, lexicon: Lexicon) -> str | None:
    """The period the sentence names, else the nearest heading's."""
    for words in (piece.text, *reversed(piece.level[1:])):
        months = _PERIOD.search(words)
        if months:
            return months.group()
        named = next(iter(lexicon.find("period", words)), None)
        if named:
            return named.text
    return None
