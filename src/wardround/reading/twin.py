"""The same plan in two languages: which sentence of the one says what in the other.

Decides by numbering and order alone. Where sections, items or sentences do not answer each other
one to one, or the numbers in them contradict, nothing is paired: a person is told, never guessed
for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.marks import read_mark
from wardround.reading.piece import Mark
from wardround.reading.statement import Plan, Statement

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """A sentence's counterpart: `text` with its place in the other document, and its section."""

    start: int
    end: int
    text: str
    section: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """One numbered item, row of a table or paragraph: where it stands, and its sentences."""

    section: Path
    place: tuple[str, Path]
    heading: str
    said: tuple[Statement, ...]


def twins(plan: Plan, other: Plan, lexicon: Lexicon) -> dict[int, Twin]:
    """The counterparts found: where a sentence of `plan` starts → its twin in `other`.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> from wardround.reading.document import Document
    >>> from wardround.reading.plan import read_plan
    >>> words = load_lexicon()
    >>> zh = read_plan(Document("zh.txt", "一、目标\\n1.提高质量。\\n2.平均住院日8天。"), words)
    >>> en = read_plan(Document("en.txt", "1. Aims\\n(1) Better care.\\n(2) 8 days' stay."), words)
    >>> [t.text for t in twins(zh, en, words).values()]
    ['(1) Better care.', "(2) 8 days' stay."]
    """
    ours, theirs = list(_units(plan, lexicon)), list(_units(other, lexicon))
    safe = _same_shape(ours, theirs)
    partner = {(u.section, u.place): u for u in theirs}
    found: dict[int, Twin] = {}
    for unit in ours:
        if (unit.section, unit.place[0]) in safe:
            found |= _paired(unit, partner[unit.section, unit.place], other.document.text)
    return found


def _same_shape(ours: Sequence[_Unit], theirs: Sequence[_Unit]) -> set[tuple[Path, str]]:
    """The sections and kinds of unit that both hold with the very same numbers, each once."""

    def shape(units: Sequence[_Unit]) -> Mapping[tuple[Path, str], Counter[Path]]:
        found: dict[tuple[Path, str], Counter[Path]] = {}
        for unit in units:
            found.setdefault((unit.section, unit.place[0]), Counter())[unit.place[1]] += 1
        return found

    mine, yours = shape(ours), shape(theirs)
    return {k for k, n in mine.items() if yours.get(k) == n and max(n.values()) == 1}


def _paired(unit: _Unit, other: _Unit, text: str) -> Iterator[tuple[int, Twin]]:
    """Sentence by sentence if there are as many; a single one has the whole unit as its twin."""
    said = other.said
    if len(unit.said) == len(said):
        spans = [(s.start, s.end) for s in said]
    elif len(unit.said) == 1:
        spans = [(said[0].start, said[-1].end)]
    else:
        return
    for one, (start, end) in zip(unit.said, spans, strict=True):
        if not _contradict(one.text[_marked(one.text) :], text[start:end]):
            yield one.start, Twin(start, end, text[start:end], other.heading)


def _marked(text: str) -> int:
    """How long the number is with which a sentence begins, if any."""
    found = re.match(r"[（(]?\d{1,2}(?:\.\d{1,2})*[)）.、．]\s*", text)
    return found.end() if found else 0


def _contradict(one: str, other: str) -> bool:
    """Whether both hold numbers and have none in common."""
    ours, theirs = _numbers(one), _numbers(other[_marked(other) :])
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def _numbers(text: str) -> set[float]:
    """The numbers said in digits; months are not, as English has names for them."""
    found = re.findall(r"\d[\d,]*(?:\.\d+)?(?!\d|月)", text)
    return {float(x.replace(",", "")) for x in found}


# -- where each sentence stands ----------------------------------------------------------------


class _Numbering:
    """The open numbers, outermost first; a mark of a style that is open goes on from there.

    `1.1` says its whole path itself; `level` is one that the file declares, from 1.
    """

    def __init__(self) -> None:
        self.open: list[tuple[str, int]] = []
        self.seen: Counter[tuple[Path, str]] = Counter()

    @property
    def path(self) -> Path:
        return tuple(number for _, number in self.open)

    def take(self, text: str, mark: Mark | None, level: int | None = None) -> Path:
        """The path of what begins with this mark, or counts among its like if it has none."""
        style = "level1" if mark and mark.style == "digit" else mark.style if mark else "plain"
        if mark and style.startswith("decimal"):
            digits = [int(n) for n in re.findall(r"\d+", text[: mark.length])]
            self.open = [(f"level{n}", digit) for n, digit in enumerate(digits, 1)]
            return self.path
        if level is not None:
            style = f"level{level}"
            self.open = [(s, n) for s, n in self.open if s < style]
        depth = next((n for n, (s, _) in enumerate(self.open) if s == style), len(self.open))
        del self.open[depth:]
        self.seen[self.path, style] += 1
        number = mark.number if mark and mark.number else self.seen[self.path, style]
        self.open.append((style, number))
        return self.path


def _units(plan: Plan, lexicon: Lexicon) -> Iterator[_Unit]:
    """What the document says besides its headings, unit by unit, each with its place."""
    declared = dict(plan.document.headings)
    sections, items = _Numbering(), _Numbering()
    section, place, heading, end = Path(), ("", Path()), "", 0
    held: list[Statement] = []
    counts: Counter[tuple[Path, str]] = Counter()
    for said in plan.statements:
        title = said.start in declared if declared else said.kind == "heading"
        mark = read_mark(said.text, lexicon)
        goes_on = "\n" not in plan.document.text[end : said.start] and not mark and not title
        end = said.end
        if held and goes_on:
            held.append(said)
            continue
        if held:
            yield _Unit(section, place, heading, tuple(held))
            held = []
        if title:
            if mark or section or heading:
                section = sections.take(said.text, mark, declared.get(said.start))
            heading, items = said.text, _Numbering()
            continue
        held, numbered = [said], mark is not None and mark.number > 0
        kind = "item" if numbered else "row" if said.text.startswith("|") else "paragraph"
        counts[section, kind] += 1
        path = items.take(said.text, mark) if numbered else (counts[section, kind],)
        place = (kind, path)
    if held:
        yield _Unit(section, place, heading, tuple(held))
