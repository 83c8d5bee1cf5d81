"""How a rule tells what it found: claims with their place, and the words rules share.

Decides nothing about figures.
"""

from __future__ import annotations

from collections.abc import Iterable

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.printed import Verdict
from wardround.text import Text


def tell(
    summary: Summary,
    rule: str,
    place: Mention | tuple[int, int],
    verdict: Verdict,
    expected: str | None,
    why: Text,
    inputs: Iterable[Mention | str] = (),
) -> Claim:
    """A claim about one number or one stretch of the text."""
    start, end = (place.start, place.end) if isinstance(place, Mention) else place
    given = tuple(i.text if isinstance(i, Mention) else i for i in inputs)
    return Claim(
        summary.line(start), start, end, summary.document.text[start:end], rule, given, verdict,
        expected, why,
    )  # fmt: skip


def worked(arithmetic: str, result: str, printed: str, verdict: Verdict) -> Text:
    """The arithmetic and whether it leads to what is printed."""
    zh, en = {
        "agrees": ("相符", "which is what is printed"),
        "rounding": ("按取整或截尾相符", "which the printed figure rounds or truncates"),
        "differs": ("不符", "which is not what is printed"),
        "cannot": ("不能断定", "which does not settle it"),
    }[verdict]
    return Text(
        f"{arithmetic} = {result}，文中写 {printed}，{zh}。",
        f"{arithmetic} = {result}, {en} ({printed}).",
    )
