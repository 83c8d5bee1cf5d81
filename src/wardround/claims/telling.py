"""How a rule tells what it found: claims with their place, and the words rules share.

Decides nothing about figures.
"""

from __future__ import annotations

from collections.abc import Iterable

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.printed import Amount, Verdict, plain
from wardround.text import Text

_RESULTS = {
    "agrees": Text("相符", "which is what is printed"),
    "rounding": Text("按取整或截尾相符", "which the printed figure rounds or truncates"),
    "differs": Text("不符", "which is not what is printed"),
    "cannot": Text("不能断定", "which does not settle it"),
}


def tell(
    summary: Summary, rule: str, place: Mention | tuple[int, int], verdict: Verdict,
    expected: str | None, why: Text, inputs: Iterable[Mention | str] = (),
) -> Claim:  # fmt: skip
    """A claim about one number or one stretch of the text."""
    start, end = (place.start, place.end) if isinstance(place, Mention) else place
    given = tuple(i.text if isinstance(i, Mention) else i for i in inputs)
    return Claim(start, end, summary.text[start:end], rule, given, verdict, expected, why)


def work_out(
    summary: Summary, rule: str, place: Mention | tuple[int, int], verdict: Verdict, made: Amount,
    inputs: Iterable[Mention | str], unit: str = "", lead: Text | None = None,
) -> Claim:  # fmt: skip
    """A claim that shows the arithmetic and whether it leads to what is printed.

    `unit` stands behind the result; `lead` says what the arithmetic is.
    """
    start, end = (place.start, place.end) if isinstance(place, Mention) else place
    printed = summary.text[start:end]
    result, said = plain(made.exact) + unit, _RESULTS[verdict]
    zh, en = (f"{lead.zh}：", f"{lead.en}: ") if lead else ("", "")
    why = Text(
        f"{zh}{made.shown} = {result}，文中写 {printed}，{said.zh}。",
        f"{en}{made.shown} = {result}, {said.en} ({printed}).",
    )
    return tell(summary, rule, place, verdict, result, why, inputs)
