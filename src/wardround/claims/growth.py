"""Growth: a change against the value, the value before, and the increment.

Decides for every printed change whether the other numbers of its sentence lead to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.mentions import Group, Mention, Summary
from wardround.claims.printed import Span, Verdict, plain
from wardround.claims.telling import tell, worked
from wardround.text import Text

LEVEL = Fraction(3, 100)
"""Up to so much of a change is still "level with last year" (基本持平)."""
_GRAVITY: dict[Verdict, int] = {"agrees": 0, "rounding": 1, "cannot": 2, "differs": 3}


def relative(now: Fraction, before: Fraction) -> Fraction:
    """Growth in percent: (now - before) / before x 100."""
    return (now - before) / before * 100


def from_increment(value: Fraction, change: Fraction) -> Fraction:
    """Growth in percent from value and signed increment: change / (value - change) x 100."""
    return change / (value - change) * 100


def growth(summary: Summary) -> Iterator[Claim]:
    """One claim for each printed change, and one for each "level with last year"."""
    for group in summary.groups:
        for change in group.changes:
            if change.printed:
                yield _change(summary, group, change)
        if group.flat and group.value and group.value.printed:
            yield _flat(summary, group, group.value)


def _like(a: Mention | None, b: Mention | None) -> bool:
    return bool(a and b and a.printed and b.printed) and (
        a is None or b is None or a.unit == b.unit or not a.unit or not b.unit
    )


def _change(summary: Summary, group: Group, change: Mention) -> Claim:
    value, before = group.value, group.earlier
    pair = (value, before) if value and before and _like(value, before) else None
    if change.kind == "point":
        if pair and pair[0].kind in ("percent", ""):
            return _difference(summary, pair[0], pair[1], change)
        return _cannot(summary, group, change, Text("去年的百分比", "last year's percentage"))
    if change.kind == "percent":
        return _percent(summary, group, change, pair)
    if pair and _like(pair[0], change):
        return _difference(summary, pair[0], pair[1], change)
    if value and _like(value, change) and any(c.kind == "percent" for c in group.changes):
        return _cannot(
            summary, group, change,
            Text("去年的数（本增量用于核对增幅）",
                 "last year's value (this increment is used to check the percentage)"),
        )  # fmt: skip
    return _cannot(summary, group, change, Text("去年的数", "last year's value"))


def _percent(
    summary: Summary, group: Group, change: Mention, pair: tuple[Mention, Mention] | None
) -> Claim:
    if pair and pair[1].value:
        now, before = pair
        assert now.printed and before.printed and change.printed
        exact = relative(now.value, before.value) * change.sign
        claim = _judged(
            summary, change, exact,
            _percent_span(now.printed.span / before.printed.span, change.sign),
            f"({plain(now.value)} - {plain(before.value)}) ÷ {plain(before.value)}", (now, before),
        )  # fmt: skip
        if now.kind == "percent" and claim.verdict == "differs":
            points = _difference(summary, now, before, change)
            return min(claim, points, key=lambda c: _GRAVITY[c.verdict])
        return claim
    value = group.value
    step = next((c for c in group.changes if c.kind not in ("percent", "point")), None)
    if step and value and _like(value, step):
        assert value.printed and step.printed
        signed = step.value * step.sign
        if value.value - signed > 0 and signed:
            exact = from_increment(value.value, signed) * change.sign
            low, high = step.printed.span.low, step.printed.span.high
            span = value.printed.span
            ends = [
                d * step.sign / (v - d * step.sign) * 100 * change.sign
                for d in (low, high) for v in (span.low, span.high) if v - d * step.sign > 0
            ]  # fmt: skip
            shown = f"{plain(step.value)} ÷ ({plain(value.value)} {'-' if step.sign > 0 else '+'} "
            return _judged(
                summary, change, exact, Span(min(ends), max(ends)),
                f"{shown}{plain(step.value)})", (value, step),
            )  # fmt: skip
    return _cannot(
        summary, group, change, Text("去年的数或增量", "last year's value or the increment")
    )


def _percent_span(ratio: Span, sign: int) -> Span:
    ends = ((ratio.low - 1) * 100 * sign, (ratio.high - 1) * 100 * sign)
    return Span(min(ends), max(ends))


def _difference(summary: Summary, now: Mention, before: Mention, change: Mention) -> Claim:
    """Increment or percentage points: now - before."""
    assert now.printed and before.printed
    if not change.sign:
        change = replace(change, sign=1 if now.value >= before.value else -1)
    a, b = now.printed.span, before.printed.span
    ends = ((a.low - b.high) * change.sign, (a.high - b.low) * change.sign)
    return _judged(
        summary, change, (now.value - before.value) * change.sign, Span(min(ends), max(ends)),
        f"{plain(now.value)} - {plain(before.value)}", (now, before), percent=False,
    )  # fmt: skip


def _judged(
    summary: Summary,
    change: Mention,
    exact: Fraction,
    span: Span,
    arithmetic: str,
    inputs: tuple[Mention, ...],
    percent: bool = True,
) -> Claim:
    assert change.printed
    verdict = change.printed.judge(exact, span)
    signed = exact * change.sign
    result = plain(signed) + ("%" if percent else "")
    return tell(
        summary, "growth", change, verdict, result,
        worked(arithmetic, result, change.text, verdict), inputs,
    )  # fmt: skip


def _cannot(summary: Summary, group: Group, change: Mention, missing: Text) -> Claim:
    value, implied = group.value, ""
    if (
        value
        and value.printed
        and change.kind == "percent"
        and 100 + change.value * change.sign > 0
    ):
        implied = plain(value.value / (1 + change.value * change.sign / 100), 1)
    zh = f"缺{missing.zh}" + (f"；若此数属实，去年约为 {implied}" if implied else "") + "。"
    en = f"Missing: {missing.en}" + (f"; if right, it was about {implied}" if implied else "") + "."
    return tell(summary, "growth", change, "cannot", None, Text(zh, en), [m for m in (value,) if m])


def _flat(summary: Summary, group: Group, value: Mention) -> Claim:
    before = group.earlier
    if before is None or not _like(value, before) or not before.value:
        return _cannot(summary, group, value, Text("去年的数", "last year's value"))
    part = abs(relative(value.value, before.value)) / 100
    verdict: Verdict = "agrees" if part <= LEVEL else "differs" if part > 2 * LEVEL else "rounding"
    shown = plain(part * 100) + "%"
    return tell(
        summary, "growth", value, verdict, plain(before.value),
        worked(f"|{plain(value.value)} ÷ {plain(before.value)} - 1|", shown, "0", verdict),
        (value, before),
    )  # fmt: skip
