"""Readings: every way in which a printed figure could have been worked out, and which one counts.

A formula offers readings of a figure, each with its inputs and with how far the wording supports
them; `settle` alone decides. A figure agrees by the best supported reading that fits. It is accused
only where the wording itself states the inputs of a reading and no reading, however weak, fits.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from wardround.claims.claim import Claim
from wardround.claims.mentions import Mention, Summary
from wardround.claims.printed import Amount, Printed, Verdict
from wardround.claims.telling import tell, work_out
from wardround.text import Text

Trust = Literal[1, 2, 3]
"""3: the wording states the inputs; 2: they are the likely ones; 1: they only stand near."""
FAR_OFF = 3
"""What is more than so many times off is the wrong arithmetic rather than a wrong figure."""
OTHERS = 2
"""When so many figures of a section come out in one way, the next of their shape is meant so."""
TELLING = 3
"""A figure of so many digits is not met by chance by numbers that merely stand near it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to work out a figure: `made` is the result in the figure's own unit.

    Within `slack`, a part of the result, definitions may differ; `lead` says which relation it is.
    `borne_out`: it never accuses, but its fit counts whatever the rounding, since another figure
    printed beside this one leads to it.
    """

    rule: str
    made: Amount
    inputs: tuple[Mention | str, ...]
    trust: Trust
    sign: int = 1
    unit: str = ""
    slack: Fraction = Fraction(0)
    lead: Text | None = None
    borne_out: bool = False

    def verdict(self, figure: Printed) -> Verdict:
        """Whether the figure is what this leads to; a quotient may be told in whole things."""
        if figure.exact and self.made.exact.denominator > 1 and not self.borne_out:
            figure = replace(figure, exact=False)
        return figure.judge(self.made)

    @property
    def exact(self) -> Fraction:
        """The result without its rounding."""
        return self.made.exact


@dataclass(frozen=True, slots=True)
class Lack:
    """A formula that the wording calls for, and why it cannot be worked out."""

    rule: str
    why: Text


Found = Reading | Lack


def missing(rule: str, what: Text, implied: str = "") -> Lack:
    """What is said where an input is not printed; `implied` is what it would have to be."""
    zh = f"缺{what.zh}" + (f"；若此数属实，约为 {implied}" if implied else "") + "。"
    en = f"Missing: {what.en}" + (f"; if right, it was about {implied}" if implied else "") + "."
    return Lack(rule, Text(zh, en))


def settle(summary: Summary, figure: Mention, found: Sequence[Found]) -> Claim | None:
    """The claim on a figure that its readings lead to; None where no formula speaks of it."""
    fits = fitting(figure, found)
    if fits:
        return _claim(summary, figure, fits, fits.verdict(figure.printed))
    readings = [f for f in found if isinstance(f, Reading)]
    lacks = [f for f in found if isinstance(f, Lack)]
    doubtful = next((r for r in readings if _doubtful(figure, r)), None)
    stated = [r for r in readings if r.trust == 3 and _likely(figure, r)]
    if stated and doubtful is None:
        nearest = min(stated, key=lambda r: abs(r.exact - figure.value))
        return _claim(summary, figure, nearest, "differs")
    if doubtful is not None and not lacks:
        return _claim(summary, figure, doubtful, "cannot")
    if lacks:
        return tell(summary, lacks[0].rule, figure, "cannot", None, lacks[0].why)
    return None


def fitting(figure: Mention, found: Sequence[Found]) -> Reading | None:
    """The best supported reading that leads to what is printed."""
    readings = [f for f in found if isinstance(f, Reading)]
    stated = any(r.trust == 3 and _likely(figure, r) for r in readings)
    for trust in (3, 2) if stated else (3, 2, 1):
        for wanted in ("agrees", "rounding"):
            for reading in readings:
                fits = reading.trust == trust and reading.verdict(figure.printed) == wanted
                if fits and _counts(figure, reading, wanted):
                    return reading
    return None


Shape = tuple[str | int, ...]


def shapes(summary: Summary, figure: Mention, reading: Reading) -> Iterator[Shape]:
    """How a reading's inputs stand to its figure: where, of what units, behind which words.

    Once all by how many numbers before it they stand, once all but the first as the same numbers.
    """
    lead = summary.text[max(0, figure.start - 3) : figure.start].strip()[-2:]
    lead = "率" if lead.endswith("率") else lead
    same: list[str | int] = [reading.rule, figure.unit, figure.role, lead]
    inputs = [m for m in reading.inputs if not isinstance(m, str)]
    if len(inputs) < 2:
        return
    units = [(m.unit or m.label.split(" ")[-1]).rstrip("s") if m.lang == "en" else m.unit
             for m in inputs]  # fmt: skip
    offsets = [summary.order[m] - summary.order[figure] for m in inputs]
    level = summary.pieces[figure.piece].level
    yield (*level, *same, *units, *offsets)
    yield (*level, *same, offsets[0], *(m.text for m in inputs[1:]))


def like_others(
    summary: Summary, figure: Mention, found: Sequence[Found], known: Mapping[Shape, int]
) -> list[Found]:
    """The readings, those counted as stated by which `OTHERS` figures of the section came out."""
    return [
        replace(f, trust=3)
        if isinstance(f, Reading)
        and any(known.get(s, 0) >= OTHERS for s in shapes(summary, figure, f))
        else f
        for f in found
    ]


def _doubtful(figure: Mention, reading: Reading) -> bool:
    """Whether a reading, however weak, still leads to about what is printed."""
    if reading.trust == 1 and abs(reading.exact - figure.value) >= figure.printed.step:
        return False
    return reading.verdict(figure.printed) != "differs" or _within_slack(figure, reading)


def _counts(figure: Mention, reading: Reading, verdict: Verdict) -> bool:
    """Whether a fit means something: the weaker the support, the more digits must fit."""
    if reading.trust == 3 or reading.borne_out:
        return True
    values = [m.value for m in reading.inputs if isinstance(m, Mention)]
    if len(values) > 1 and len(set(values)) == 1:
        return False
    digits = sum(c.isdigit() for c in figure.text)
    close = abs(reading.exact - figure.value) < figure.printed.step
    if reading.trust == 2:
        return close or verdict == "agrees"
    return verdict == "agrees" and digits >= TELLING


def _likely(figure: Mention, reading: Reading) -> bool:
    """Whether an accusation would be of a slip, and not of numbers that belong to something else.

    A quotient of other numbers is mostly many times off; a slip of the decimal point is, by tens,
    and so may one be of a digit.
    """
    if reading.rule == "growth" or not (reading.exact > 0 and figure.value > 0):
        return True
    times = max(reading.exact / figure.value, figure.value / reading.exact)
    tens = min(abs(times / 10**n - 1) for n in (1, 2, 3, 4))
    slip = figure.printed.slipped(reading.exact)
    return times <= FAR_OFF or tens < Fraction(1, 50) or slip


def _within_slack(figure: Mention, reading: Reading) -> bool:
    spread = reading.made.spread.widened(reading.slack)
    return bool(reading.slack) and not (spread & figure.printed.span).empty


def _claim(summary: Summary, figure: Mention, reading: Reading, verdict: Verdict) -> Claim:
    made, lead = reading.made.times(reading.sign), reading.lead
    if reading.borne_out and verdict == "rounding":
        lead = Text("在所写百分比的取整范围内", "within what the percentage may be rounded from")
    return work_out(
        summary, reading.rule, figure, verdict, made, reading.inputs, reading.unit, lead
    )


def stretch(summary: Summary, figure: Mention) -> list[Mention]:
    """The numbers of a figure's sentence between the semicolons around it."""
    text = summary.text
    return [
        m for m in summary.of_piece(figure.piece)
        if m is not figure
        and not any(c in "；;" for c in text[min(m.end, figure.end) : max(m.start, figure.start)])
    ]  # fmt: skip


def scopes(summary: Summary, figure: Mention) -> Iterable[tuple[int, Sequence[Mention]]]:
    """The numbers around a figure, ever wider: sentence 0, paragraph 1, section 2, document 3."""
    yield 0, summary.of_piece(figure.piece)
    yield 1, summary.of_block(figure.block)
    yield 2, summary.of_level(summary.pieces[figure.piece].level)
    yield 3, summary.mentions


def circles(summary: Summary, m: Mention) -> tuple[Hashable, ...]:
    """The sentence, paragraph, section and document that a number stands in, to look it up by."""
    return (0, m.piece), (1, m.block), (2, summary.pieces[m.piece].level), 3


def scope_of(summary: Summary, a: Mention, b: Mention) -> int:
    """The narrowest of these that holds both numbers."""
    both = zip(circles(summary, a), circles(summary, b), strict=True)
    return next(scope for scope, (x, y) in enumerate(both) if x == y)
