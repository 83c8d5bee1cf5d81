"""A summary's figures against the hospital's own, where its data cover the period.

Decides which numbers are asked for and how the answer is judged. What the hospital knows is told by
whoever calls (`Ask`); the document's period must be named, with its year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.periods import period_of
from wardround.claims.printed import plain
from wardround.claims.telling import tell
from wardround.period import Period
from wardround.text import Text


@dataclass(frozen=True, slots=True)
class Known:
    """What the hospital's data say: the indicator, its name, the value in the unit as printed
    (money in yuan), and how it is written with its unit."""

    key: str
    name: Text
    value: Fraction
    written: Text


Ask = Callable[[str, str, str, Period], Known | None]
"""(label, unit, kind, period) → what the hospital knows, or None where nothing surely fits."""


def against(summary: Summary, ask: Ask) -> Iterator[Claim]:
    """Printed value = the hospital's own value of the same indicator in the same period."""
    opening = summary.text.strip()[:200]
    period = period_of(opening.split("\n")[0]) or period_of(opening)
    if period is None:
        return
    for group in summary.groups:
        m = group.value
        if m is None or m.printed.about or len(m.label) < 2:
            continue
        known = ask(m.label, m.unit, m.kind, period)
        if known:
            yield _judged(summary, m, known, period)


def _judged(summary: Summary, m: Mention, known: Known, period: Period) -> Claim:
    verdict = m.printed.judge(known.value)
    name = period.name()
    said_zh = "不符" if verdict == "differs" else "相符"
    said_en = "not " if verdict == "differs" else ""
    why = Text(
        f"本院数据“{known.name.zh}”{name.zh}为 {known.written.zh}，文中写 {m.text}，{said_zh}。",
        f'The hospital\'s own "{known.name.en}", {name.en}, is {known.written.en}, '
        f"which is {said_en}what is printed ({m.text}).",
    )
    return tell(summary, "hospital", m, verdict, plain(known.value), why, [known.key])
