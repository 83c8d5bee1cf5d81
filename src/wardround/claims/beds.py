"""Bed arithmetic: bed-days, beds, days, discharges, stay, turnover and occupancy as one system.

Each printed number is an interval; the declared relations narrow the intervals until they agree or
one is empty. Decides which numbers cannot all be right, for this year and for last year's values
that the printed changes imply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from wardround.claims.claim import Claim
from wardround.claims.growth import LEVEL
from wardround.claims.mentions import Group, Mention, Summary, remembered
from wardround.claims.printed import HUGE, Span, Verdict, plain
from wardround.claims.relations import Relation, name_of, relations_of
from wardround.claims.telling import tell
from wardround.text import Text

SYSTEM = ("bed_days", "beds", "discharges", "admissions", "occupancy", "stay", "turnover")
ORDER = ("turnover", "stay", "occupancy", "discharges", "bed_days", "admissions", "beds")
"""Which of several numbers that could be wrong is named, the one worked out last first."""
IMPLYING = frozenset({"stay", "turnover", "bed_days", "beds"})
"""What implies the discharges twice over."""
ROUNDS = 12
"""Narrowing stops after so many rounds; the system is small."""

_COUNTS = ("count", "")
_KINDS = {"occupancy": ("percent",), "stay": ("length",), "turnover": ("times", *_COUNTS),
          "bed_days": ("length", *_COUNTS)}  # fmt: skip
"""The kind of the number that tells each quantity."""
_LEAP = Span(Fraction(364, 366), Fraction(366, 364))
"""How many days a period has for each of the same period a year before."""

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
    printed = {*summary.concepts.values()}
    for block in sorted({g.value.block for g in summary.groups if g.value}):
        groups = _system_groups(summary, block)
        if groups.keys() & {"occupancy", "stay", "turnover"}:
            if groups.keys() >= IMPLYING and not printed & {"discharges", "patient_days"}:
                yield _implied(summary, groups)
            yield from _growths(summary, groups, system)


def _system_groups(summary: Summary, block: int) -> dict[str, Group]:
    """The groups of the bed quantities said exactly once in a paragraph, beds from anywhere."""
    here = [m for m in summary.of_block(block) if summary.concepts.get(m) in SYSTEM]
    names = {summary.concepts[m] for m in here} - {"beds"}
    told = {n: _single(n, [m for m in here if summary.concepts[m] == n]) for n in names}
    found = {m: n for n, m in (*told.items(), ("beds", _only_beds(summary))) if m}
    return {found[m]: summary.group_of(m) for m in sorted(found, key=lambda m: m.start)}


@remembered
def _only_beds(summary: Summary) -> Mention | None:
    return _single("beds", summary.of_concept("beds"))


def _single(name: str, told: Iterable[Mention]) -> Mention | None:
    """The one value of a bed quantity, the first where it is told twice."""
    values: dict[Fraction, Mention] = {}
    for m in told:
        if m.kind in _KINDS.get(name, _COUNTS):
            values.setdefault(m.value, m)
    return next(iter(values.values())) if len(values) == 1 else None


def _implied(summary: Summary, groups: Mapping[str, Group]) -> Claim:
    """Stay and turnover each imply the discharges that are not printed; they must meet."""
    given = {name: g.value for name, g in groups.items() if g.value}
    stay, turnover, bed_days, count = (
        given[k] for k in ("stay", "turnover", "bed_days", "beds")
    )  # fmt: skip
    by_stay = bed_days.printed.span / stay.printed.span
    by_turnover = turnover.printed.span * count.printed.span
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
    assert group.value
    value, change = group.value.printed.span, next(iter(group.changes), None)
    if group.earlier and group.earlier.value:
        return value / group.earlier.printed.span
    if change is None:
        return Span(1 - LEVEL, 1 + LEVEL) if group.flat else None
    step = change.printed.span.times(change.sign)
    by_points = value / (value - step)
    if change.kind != "percent":
        return by_points
    relative = Span(1 + step.low / 100, 1 + step.high / 100)
    if group.value.kind != "percent":
        return relative
    return Span(min(relative.low, by_points.low), max(relative.high, by_points.high))


def _growths(
    summary: Summary, groups: Mapping[str, Group], system: tuple[Relation, ...]
) -> Iterator[Claim]:
    """The same relations between the growths: turnover grows as discharges do over beds."""
    ratios = {name: span for name, g in groups.items() if (span := _ratio(g))}
    if len(ratios) < 3:
        return
    givens = {**ratios, "days": _LEAP}
    system = tuple(r for r in system if r.whole != "occupancy" or "occupancy" in ratios)
    clash = conflict(givens, system)
    blamed = next(iter(_blamed(givens, system, clash)), "")
    if blamed:
        yield _clash(summary, blamed, clash, groups, givens, system)
    if ratios.keys() >= {"occupancy", "bed_days"} and blamed != "occupancy":
        yield from _occupancy_growth(summary, groups, ratios)


def _blamed(givens: Givens, system: tuple[Relation, ...], clash: tuple[str, ...]) -> list[str]:
    """Of a clash, those whose absence alone lets the rest hold, on about the same beds."""
    steady = {"beds": Span(Fraction(9, 10), Fraction(11, 10)), **givens}
    likely = [n for n in ORDER if n in givens and clash]
    return [n for n in likely if narrow({k: v for k, v in steady.items() if k != n}, system)
            is not None] or [n for n in likely if n in clash]  # fmt: skip


def _clash(
    summary: Summary, name: str, clash: tuple[str, ...], groups: Mapping[str, Group],
    givens: Givens, system: tuple[Relation, ...],
) -> Claim:  # fmt: skip
    place = (*groups[name].changes, groups[name].value)[0]
    assert place
    others = [n for n in clash if n not in (name, "days")]
    rest = narrow({k: v for k, v in givens.items() if k != name}, system) or {}
    words = {n: name_of(summary.lexicon, n) for n in (name, *others)}
    said = "、".join(f"{words[n].zh}{_growth(givens[n])}" for n in others)
    said_en = ", ".join(f"{words[n].en} {_growth(givens[n])}" for n in others)
    fits = _growth(rest[name]) if name in rest and rest[name].high < HUGE else ""
    why = Text(
        f"{words[name].zh}按文中推算同比 {_growth(givens[name])}，而{said}，"
        "几者不能同时成立" + (f"；与其余各数相容的是 {fits}。" if fits else "。"),
        f"{words[name].en} would have changed by {_growth(givens[name])}, but {said_en}: "
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
    change, source = groups["occupancy"].changes[:1], groups["bed_days"].changes[:1]
    if not change or not source:
        return
    fits = not (ratios["bed_days"] * _LEAP & ratios["occupancy"]).empty
    why = Text(
        f"床位数不变时使用率与占用床日同幅变动（占用床日 {source[0].text}）"
        + ("，相符（按相对增幅）。" if fits else "；文中不符，床位数可能有变，不能断定。"),
        f"On the same beds occupancy changes as bed-days do ({source[0].text})"
        + ("; it does (relative growth)." if fits else "; it does not: beds may have changed."),
    )
    yield tell(summary, "beds", change[0], "agrees" if fits else "cannot", None, why, source)
