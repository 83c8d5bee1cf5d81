"""Bed arithmetic: bed-days, beds, days, discharges, stay, turnover and occupancy as one system.

Each printed number is an interval; the declared relations narrow the intervals until they agree or
one is empty. Decides which numbers cannot all be right, for this year and for last year's values
that the printed changes imply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.growth import LEVEL
from wardround.claims.mentions import Group, Summary
from wardround.claims.printed import HUGE, Span, Verdict, plain
from wardround.claims.relations import Relation, relations_of
from wardround.claims.telling import tell
from wardround.text import Text

SYSTEM = ("bed_days", "beds", "discharges", "admissions", "occupancy", "stay", "turnover")
ORDER = ("turnover", "stay", "occupancy", "discharges", "bed_days", "admissions", "beds")
"""Which of several numbers that could be wrong is named, the one worked out last first."""
IMPLYING = frozenset({"stay", "turnover", "bed_days", "beds"})
"""What implies the discharges twice over."""
ROUNDS = 12
"""Narrowing stops after so many rounds; the system is small."""

Givens = Mapping[str, Span]


def narrow(givens: Givens, relations: tuple[Relation, ...]) -> dict[str, Span] | None:
    """The intervals left when every relation holds; None where they cannot all hold.

    A relation x = a / b / c is turned to each of its terms in turn: a = x b c, b = a / (x c).
    """
    spans = dict(givens)
    for _ in range(ROUNDS):
        before = dict(spans)
        for relation in relations:
            if not _hold(spans, relation):
                return None
        if spans == before:
            break
    return spans


def _hold(spans: dict[str, Span], relation: Relation) -> bool:
    free = Span(Fraction(0), HUGE)
    names = (relation.whole, *relation.terms)
    known = [spans.get(name, free) for name in names]
    slack = relation.slack
    for at, name in enumerate(names):
        others = [known[i] for i in range(len(names)) if i != at]
        if any(o == free for o in others):
            continue
        solved = _solve(known, at)
        spans[name] = known[at] = known[at] & (solved.widened(slack) if slack else solved)
        if known[at].empty:
            return False
    return True


def _solve(known: list[Span], at: int) -> Span:
    """One term of whole = first / rest by the others."""
    whole, first, rest = known[0], known[1], known[2:]
    if at == 1:
        out = whole
        for span in rest:
            out = out * span
        return out
    out = first if at == 0 else first / whole
    for number, span in enumerate(rest, 2):
        if number != at:
            out = out / span
    return out


def conflict(givens: Givens, relations: tuple[Relation, ...]) -> tuple[str, ...]:
    """A smallest set of givens that cannot all be right; empty if they can."""
    if narrow(givens, relations) is not None:
        return ()
    kept = dict(givens)
    for name in list(kept):
        less = {k: v for k, v in kept.items() if k != name}
        if narrow(less, relations) is None:
            kept = less
    return tuple(kept)


def beds(summary: Summary) -> Iterator[Claim]:
    """Occupancy, stay and turnover of each paragraph, this year and the implied last year."""
    system = tuple(r for r in relations_of(summary.lexicon) if r.of_beds and r.op == "=")
    for block in sorted({g.value.block for g in summary.groups if g.value}):
        groups = _system_groups(summary, block)
        if sum(c in groups for c in ("occupancy", "stay", "turnover")) and len(groups) >= 1:
            printed = {concept for concept, _ in summary.named}
            if set(groups) >= IMPLYING and not printed & {"discharges", "patient_days"}:
                yield _implied(summary, groups, _givens(groups))
            yield from _growths(summary, groups, system)


def _system_groups(summary: Summary, block: int) -> dict[str, Group]:
    """The groups of the bed quantities said exactly once in a paragraph, beds from anywhere."""
    found: dict[str, list[Group]] = {}
    for g in summary.groups:
        known = g.value and g.concept in SYSTEM and _unit_fits(g)
        if known and g.value and (g.value.block == block or g.concept == "beds"):
            found.setdefault(g.concept, []).append(g)
    return {k: v[0] for k, v in found.items() if len({g.value.value for g in v if g.value}) == 1}


def _unit_fits(group: Group) -> bool:
    kind = group.value.kind if group.value else ""
    wanted = {"occupancy": ("percent",), "stay": ("length",), "turnover": ("times", "count", ""),
              "bed_days": ("length", "count", "")}  # fmt: skip
    return kind in wanted.get(group.concept, ("count", ""))


def _givens(groups: Mapping[str, Group]) -> dict[str, Span]:
    spans = {name: g.value.printed.span for name, g in groups.items()
             if g.value}  # fmt: skip
    if "occupancy" in spans:
        spans["occupancy"] = spans["occupancy"] * Span(Fraction(1, 100), Fraction(1, 100))
    return spans


def _word(summary: Summary, key: str) -> Text:
    if key == "days":
        return Text("日历天数", "the calendar days")
    entry = next(w for w in summary.lexicon.by_group["quantity"] if w.means == key)
    return Text(entry.zh[0], entry.en[0])


def _implied(summary: Summary, groups: Mapping[str, Group], givens: Givens) -> Claim:
    """Stay and turnover each imply the discharges that are not printed; they must meet."""
    stay, turnover, bed_days, count = (groups[k].value for k in
                                       ("stay", "turnover", "bed_days", "beds"))  # fmt: skip
    assert stay and turnover and bed_days and count
    by_stay, by_turnover = givens["bed_days"] / givens["stay"], givens["turnover"] * givens["beds"]
    both = by_stay.widened(Fraction(3, 100)) & by_turnover
    met = by_stay & by_turnover
    shown = met if not met.empty else by_stay
    why = Text(
        f"按平均住院日推出出院 {_range(by_stay)} 人，按周转次数推出 {_range(by_turnover)} 人"
        + ("，互相矛盾。" if both.empty else f"，两者相容（{_range(shown)} 人）。"),
        f"The stay implies {_range(by_stay)} discharges, the turnover {_range(by_turnover)}; "
        + ("they contradict each other." if both.empty else f"they agree on {_range(shown)}."),
    )
    verdict: Verdict = "differs" if both.empty else "agrees" if not met.empty else "cannot"
    place = (min(turnover.start, stay.start), max(turnover.end, stay.end))
    return tell(summary, "beds", place, verdict, None, why, (bed_days, count, stay, turnover))


def _range(span: Span) -> str:
    low, high = -(-span.low // 1), span.high // 1
    return f"{low}" if low >= high else f"{low}-{high}"


def _ratio(group: Group) -> Span | None:
    """This year over last year, as the group's own change or earlier value has it."""
    value = group.value
    if value is None:
        return None
    if group.earlier and group.earlier.value:
        return value.printed.span / group.earlier.printed.span
    for change in group.changes:
        low, high = change.printed.span.low, change.printed.span.high
        ends = [Fraction(1) + change.sign * x / 100 for x in (low, high)]
        if change.kind == "percent" and value.kind != "percent":
            return Span(min(ends), max(ends))
        if change.kind in ("percent", "point"):
            points = [
                (value.printed.span.low, value.printed.span.low - change.sign * high),
                (value.printed.span.high, value.printed.span.high - change.sign * low),
                (value.printed.span.low, value.printed.span.low - change.sign * low),
                (value.printed.span.high, value.printed.span.high - change.sign * high),
            ]
            found = [a / b for a, b in points if b > 0]
            if change.kind == "percent":
                found += ends
            return Span(min(found), max(found)) if found else None
        before = [
            value.printed.span.low - change.sign * high,
            value.printed.span.high - change.sign * low,
        ]
        if min(before) > 0:
            low_b, high_b = min(before), max(before)
            return Span(value.printed.span.low / high_b, value.printed.span.high / low_b)
    return Span(1 - LEVEL, 1 + LEVEL) if group.flat else None


def _growths(
    summary: Summary, groups: Mapping[str, Group], system: tuple[Relation, ...]
) -> Iterator[Claim]:
    """The same relations between the growths: turnover grows as discharges do over beds."""
    ratios = {name: span for name, g in groups.items() if (span := _ratio(g))}
    if len(ratios) < 3:
        return
    leap = Span(Fraction(364, 366), Fraction(366, 364))
    givens = {**ratios, "days": leap}
    system = tuple(r for r in system if r.whole != "occupancy" or "occupancy" in ratios)
    clash = conflict(givens, system)
    blamed = _blamed(givens, system) if clash else []
    if clash and not blamed:
        blamed = [n for n in ORDER if n in clash]
    for name in blamed[:1]:
        yield _clash(summary, name, clash, groups, givens, system)
    if "occupancy" in ratios and "bed_days" in ratios and "occupancy" not in blamed:
        yield from _occupancy_growth(summary, groups, ratios)


def _blamed(givens: Givens, system: tuple[Relation, ...]) -> list[str]:
    """Givens whose absence alone lets the rest hold, on about the same beds; likeliest first."""
    steady = {"beds": Span(Fraction(9, 10), Fraction(11, 10)), **givens}
    return [
        name for name in ORDER
        if name in givens
        and narrow({k: v for k, v in steady.items() if k != name}, system) is not None
    ]  # fmt: skip


def _clash(
    summary: Summary, name: str, clash: tuple[str, ...], groups: Mapping[str, Group],
    givens: Givens, system: tuple[Relation, ...],
) -> Claim:  # fmt: skip
    group = groups[name]
    place = group.changes[0] if group.changes else group.value
    assert place and group.value
    others = [n for n in clash if n not in (name, "days")]
    rest = narrow({k: v for k, v in givens.items() if k != name}, system) or {}
    said = "、".join(f"{_word(summary, n).zh}{_growth(givens[n])}" for n in others)
    said_en = ", ".join(f"{_word(summary, n).en} {_growth(givens[n])}" for n in others)
    fits = _growth(rest[name]) if name in rest and rest[name].high < HUGE else ""
    why = Text(
        f"{_word(summary, name).zh}按文中推算同比 {_growth(givens[name])}，而{said}，"
        "几者不能同时成立" + (f"；与其余各数相容的是 {fits}。" if fits else "。"),
        f"{_word(summary, name).en} would have changed by {_growth(givens[name])}, but {said_en}: "
        "they cannot all hold" + (f"; {fits} would fit the others." if fits else "."),
    )
    inputs = [m for n in clash if n in groups for m in groups[n].members]
    return tell(summary, "beds", place, "differs", fits or None, why, inputs)


def _growth(span: Span) -> str:
    low, high = (span.low - 1) * 100, (span.high - 1) * 100
    return f"{plain(low, 0)}%…{plain(high, 0)}%"


def _occupancy_growth(
    summary: Summary, groups: Mapping[str, Group], ratios: Givens
) -> Iterator[Claim]:
    """On the same beds occupancy grows as bed-days do; more or fewer beds are not accused."""
    change = next((c for c in groups["occupancy"].changes), None)
    source = groups["bed_days"].changes[:1]
    if change is None or change.printed is None or not source:
        return
    leap = Span(Fraction(364, 366), Fraction(366, 364))
    fits = not (ratios["bed_days"] * leap & ratios["occupancy"]).empty
    why = Text(
        f"床位数不变时使用率与占用床日同幅变动（占用床日 {source[0].text}）"
        + ("，相符（按相对增幅）。" if fits else "；文中不符，床位数可能有变，不能断定。"),
        f"On the same beds occupancy changes as bed-days do ({source[0].text})"
        + ("; it does (relative growth)." if fits else "; it does not: beds may have changed."),
    )
    yield tell(summary, "beds", change, "agrees" if fits else "cannot", None, why, source)
