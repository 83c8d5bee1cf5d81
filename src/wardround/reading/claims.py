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
_DATED = re.compile(r"^\d{4}|\d月|[年季][初中底末度]|上半年|下半年|^[A-Z][a-z]+(?: \d+)?$")
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
    lead: Piece | None = None
    for piece in draft.pieces:
        if piece.text.endswith((":", "：")):
            lead = piece
        elif lead and (piece.heading or piece.level != lead.level):
            lead = None
        above = (*piece.level, lead.text) if lead and piece.mark else piece.level
        past = _is_past(piece, above, draft.lexicon)
        if piece.heading or piece.role in ("furniture", "row head"):
            piece = replace(piece, quantities=(), damaged=False)
        elif past:
            figures = _figures(piece, draft.lexicon)
            piece = replace(piece, figures=figures, deadline=_still_due(piece))
        else:
            piece = replace(piece, targets=_targets(piece))
        pieces.append(replace(piece, past=past))
    return replace(draft, pieces=tuple(pieces))


def _still_due(piece: Piece) -> str | None:
    """A deadline without the dates of what has happened: those are a figure's period."""
    told = [part for part in (piece.deadline or "").split(" | ") if not _DATED.search(part)]
    return " | ".join(told) or None


def _is_past(piece: Piece, above: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a sentence tells of what has happened."""
    aside = lexicon.compile(r"[（(][^（）()]{0,12}«reference:before»[^（）()]{0,16}[)）]")
    past = lexicon.has("kind", "past", piece.text)
    future = lexicon.has("kind", "future", aside.sub("", piece.text))
    if past and lexicon.has("compared", "yoy", piece.text) and piece.lang == "en":
        return True
    for order, heading in reversed(list(enumerate(above))):
        heading = lexicon.compile(r"«section:neither»").sub("", heading)
        told = lexicon.has("section", "past", heading)
        planned = lexicon.has("section", "future", heading)
        if told and (not planned or order == 0):
            return past or not future
        if planned:
            return past and not future
    return past and not future


def _targets(piece: Piece) -> tuple[TargetText, ...]:
    return tuple(
        TargetText(
            q.metric,
            "=" if q.value == "0" and q.op != ">" else _BOUND.get(q.op, q.op),
            q.value,
            q.unit,
            q.base,
        )
        for q in piece.quantities
        if q.explicit or q.unit_kind
    )


def _figures(piece: Piece, lexicon: Lexicon) -> tuple[FigureText, ...]:
    """Figures, each change given to the number it changes."""
    period = _period(piece, lexicon)
    figures: list[FigureText] = []
    places: list[Quantity] = []
    for quantity in piece.quantities:
        if quantity.unit_kind == "direction":
            continue
        at = _changed(piece, figures, places, quantity, lexicon) if quantity.change else None
        if at is not None:
            figures[at] = replace(figures[at], change=_change(quantity), base=quantity.base)
        elif figures and _lands(piece, places[-1], quantity) and figures[-1].value is None:
            value = _figure(quantity, period)
            figures[-1] = replace(figures[-1], value=value.value, unit=value.unit)
            places[-1] = quantity
        else:
            figures.append(_figure(quantity, period))
            places.append(quantity)
    return tuple(
        _unchanged(piece, figure, place, lexicon)
        for figure, place in zip(figures, places, strict=True)
    )


def _changed(
    piece: Piece,
    figures: list[FigureText],
    places: list[Quantity],
    change: Quantity,
    lexicon: Lexicon,
) -> int | None:
    """Which figure a rise or fall is told of: the last, or the last of the same unit."""
    same = [
        n for n, f in enumerate(figures) if f.unit == change.unit and f.value and f.change is None
    ]
    if piece.lang == "zh" and _own_subject(piece, change, lexicon):
        return None
    amounts = [n for n, f in enumerate(figures) if f.unit not in ("%", "‰")]
    for at in (len(figures) - 1, *reversed(same), *amounts[-1:]):
        if at < 0 or figures[at].change is not None or not figures[at].value:
            continue
        counted = change.unit_kind not in ("percent", "point")
        if counted and figures[at].unit in ("%", "‰"):
            continue
        commas = _commas(piece.text[places[at].end : change.start])
        if commas is not None and commas <= (3 if counted and at in (*same, *amounts[-1:]) else 1):
            if counted and at not in same and same:
                continue
            return at
    return None


def _own_subject(piece: Piece, change: Quantity, lexicon: Lexicon) -> bool:
    """Whether the clause of a change names what changes itself: 外送项目减少5项."""
    clause = re.split(r"[，,；;。：:、（(]", piece.text[piece.body_at : change.start])[-1]
    bare = lexicon.compile(
        r"«compared»|«direction»|«comparison»|«approximate:before»|«period»|\d+年|[的了其中率幅]|幅度|相比|净|年均"
    ).sub("", clause)
    return len(re.findall(r"[\u3400-\u9fff]", bare)) >= 2 and not re.search(r"\d", clause)


def _commas(between: str) -> int | None:
    """How many commas stand between two numbers; None if a sentence or half of one does."""
    return (
        None if re.search(r"[；;。]|[.]\s+[A-Z]", between) else len(re.findall(r"[，,]", between))
    )


def _lands(piece: Piece, before: Quantity, quantity: Quantity) -> bool:
    """Whether a change is followed by what it led to: "rose by 4.2% to 61,250", 增长5%达到120例."""
    between = piece.text[before.end : quantity.start].strip()
    return before.change and between in (
        "to",
        "，达到",
        "达到",
        "达",
        "，达",
        "至",
        "到",
        ", to",
        "(to",
    )


def _unchanged(piece: Piece, figure: FigureText, place: Quantity, lexicon: Lexicon) -> FigureText:
    """A figure that is said to be as it was before: 与去年同期持平, unchanged at 94%."""
    if figure.change is not None or figure.value is None:
        return figure
    after = re.split(r"[；;。]", piece.text[place.end : place.end + 30])[0]
    after = re.split(r"\d", after)[0]
    before = re.split(r"[，,；;。]", piece.text[: place.start])[-1]
    if lexicon.has("unchanged", None, after) or lexicon.has("unchanged", None, before):
        return replace(figure, change="0", base=figure.base or "yoy")
    return figure


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
