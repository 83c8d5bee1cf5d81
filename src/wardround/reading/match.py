"""Which systems, duties, indicators, registers and policies a plan's sentence may mean.

    matcher = Matcher(catalogue, lexicon)          # build once a catalogue; `matcher_of` keeps it
    matcher.match(text, context=headings, kinds=("system",), top=3)   # → list[Match], best first

Decides by shared terms (`terms`): the words of the sentence and, more lightly, of the headings
above it (`context`, outermost first, as in `Statement.level`), weighed by how few declarations
have them and in which part (`declared`). `Match.score` lies between 0 and 1: how much of what the
sentence says the declaration explains; `Match.why` tells the words. It proposes; a person
chooses, and `tie` says which proposals are sure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wardround.catalogue.lexicon import Lexicon, load_lexicon
from wardround.catalogue.model import Catalogue
from wardround.reading.declared import KINDS, Kind, declared
from wardround.reading.index import Index
from wardround.reading.terms import Reader, Term
from wardround.text import Text

TOP = 3
"""How many proposals of each kind are given."""
HEADING = 0.4
"""What a term of the heading above weighs against one of the sentence; half for each above."""
CONCEPT = 1.2
"""What a concept weighs against a written word."""


@dataclass(frozen=True, slots=True)
class Match:
    """A proposal: `score` between 0 and 1, and the words that speak for it."""

    kind: Kind
    key: str
    name: Text
    score: float
    why: Text
    named: float
    """How much of one of its names the sentence says."""
    explained: float
    """How much of what the sentence itself says the declaration has."""


class Matcher:
    """Finds what sentences mean among all that a catalogue declares."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        self.catalogue = catalogue
        self.lexicon = lexicon
        self._terms = lru_cache(maxsize=20_000)(Reader(lexicon).terms)
        self._indexes: dict[Kind, Index] = {}

    def match(
        self,
        text: str,
        context: Sequence[str] = (),
        kinds: Iterable[Kind] = KINDS,
        top: int = TOP,
        among: Collection[str] | None = None,
    ) -> list[Match]:
        """The likeliest declarations of each kind: kind by kind, best first, at most `top` each.

        `among` leaves only declarations with these keys. Empty if nothing is in common.
        """
        own = self._terms(text)
        weights = self._weights(own, context)
        return [
            Match(
                kind,
                index.known[at].key,
                index.known[at].name,
                score,
                index.why(at, text, own),
                round(index.named(at, weights), 3),
                round(index.explained(at, own), 3),
            )
            for kind in kinds
            for index in [self._index(kind)]
            for at, score in index.best(weights, top, among)
        ]

    def _index(self, kind: Kind) -> Index:
        """The index of a kind, made when it is first asked for."""
        if kind not in self._indexes:
            known = tuple(declared(self.catalogue, kind))
            self._indexes[kind] = Index(known, self._terms)
        return self._indexes[kind]

    def _weights(self, own: Iterable[Term], context: Sequence[str]) -> dict[str, float]:
        """Each token of the sentence and of the headings above, and what it weighs."""
        weights: dict[str, float] = {}
        for depth, heading in enumerate(context):
            weight = HEADING / 2 ** (len(context) - 1 - depth)
            for term in self._terms(heading):
                weights[term.token] = max(weight, weights.get(term.token, 0.0))
        weights.update((term.token, 1.0) for term in own)
        return {t: w * (CONCEPT if t[0] == "=" else 1.0) for t, w in weights.items()}


_KEPT: list[tuple[Catalogue, Matcher]] = []


def matcher_of(catalogue: Catalogue) -> Matcher:
    """The matcher of a catalogue with the shipped words, made once while the catalogue is used."""
    for known, matcher in _KEPT:
        if known is catalogue:
            return matcher
    matcher = Matcher(catalogue, load_lexicon())
    _KEPT.insert(0, (catalogue, matcher))
    del _KEPT[3:]
    return matcher
