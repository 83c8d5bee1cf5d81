"""Rosters: those who are listed against those who are paired, name by name.

Decides on names only. Which words end a name is written here, since they are parts of a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wardround.claims.claim import Claim
from wardround.claims.mentions import Summary
from wardround.claims.telling import tell
from wardround.reading.piece import Piece
from wardround.text import Text

_PAIR = re.compile(
    r"^\s*(?P<a>[^—–|]{2,30}?)\s*(?:[—–]{1,2}|\s-\s|→|对口支援|对接|结对)\s*(?P<b>[^—–|]{2,40}?)[。.;；]?\s*$"
)
_EN_NAME = re.compile(
    r"((?:Central\s+)?(?:[A-Z][\w’']*\s+){1,3}?)"
    r"((?:Central )?Health Cent(?:er|re)|Hospital|Clinic)\b"
)
_ZH_TAIL = ("中心卫生院", "卫生院", "社区卫生服务中心", "卫生服务中心", "医院", "服务站", "卫生室")
_MIDDLE = re.compile(r"\b(?:Central|Township|Town)\b|中心|乡|镇|街道")


def rosters(summary: Summary) -> Iterator[Claim]:
    """Those listed and those paired are the same: each name has a pair, and none else has."""
    pairs: dict[str, tuple[str, int, int]] = {}
    lists: list[tuple[dict[str, str], Piece]] = []
    for piece in summary.pieces:
        pair = _paired(piece)
        if pair:
            pairs[_name(pair)] = (pair, piece.start, piece.end)
            continue
        names = _names(piece.text)
        if len(names) >= 3:
            lists.append(({_name(n): n for n in names}, piece))
    for names_of, piece in lists:
        both = set(names_of) & set(pairs)
        if len(pairs) < 3 or len(both) * 2 < len(names_of):
            continue
        alone = [names_of[n] for n in names_of if n not in pairs]
        extra = [pairs[n][0] for n in pairs if n not in names_of]
        inputs = (f"{len(names_of)}", f"{len(pairs)}")
        if not alone and not extra:
            why = Text("名单与结对逐一相符。", "Every name listed is paired, and no other.")
            yield tell(summary, "roster", (piece.start, piece.end), "agrees", None, why, inputs)
            continue
        why = Text(
            f"名单中无结对：{'、'.join(alone) or '无'}；"
            f"结对中不在名单：{'、'.join(extra) or '无'}。",
            f"Listed but not paired: {', '.join(alone) or 'none'}; "
            f"paired but not listed: {', '.join(extra) or 'none'}.",
        )
        yield tell(summary, "roster", (piece.start, piece.end), "differs", None, why, inputs)


def _paired(piece: Piece) -> str:
    """The partner that a line such as "Surgery — Zhukeng Health Center" names, or ''."""
    if piece.role == "row":
        cells = [piece.text[a:b].strip() for a, b in piece.cells]
        named = [c for c in cells if len(_names(c)) == 1 and len(c) < 40]
        return named[0] if len(named) == 1 and len(cells) >= 2 else ""
    match = _PAIR.match(piece.text)
    if not match or len(piece.text) > 80:
        return ""
    names = _names(match.group("b"))
    return names[0] if len(names) == 1 else ""


def _names(text: str) -> list[str]:
    """Names of partner institutions in a text."""
    found = [" ".join(m.group().split()) for m in _EN_NAME.finditer(text)]
    listed = re.sub(r"^[^：:]*[：:]", "", text)
    for part in re.split(r"[、，,；;。：:\s]|以及|和", listed):
        if 3 <= len(part) <= 16 and part.endswith(_ZH_TAIL):
            found.append(part)
    return found


def _name(name: str) -> str:
    """A name without what is written now and then left out (Central, 中心, 镇)."""
    bare = next((name[: -len(t)] for t in _ZH_TAIL if name.endswith(t)), name)
    return " ".join(_MIDDLE.sub("", bare).lower().split())
