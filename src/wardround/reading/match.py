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

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wardround.catalogue.lexicon import Lexicon, load_lexicon
from wardround.catalogue.model import Catalogue
from wardround.reading.declared import KINDS, PARTS, Declared, Kind, Part, declared
from wardround.reading.terms import Reader, Term
from wardround.text import Text

TOP = 3
"""How many proposals of each kind are given."""
FLOOR = 0.05
"""Below this score nothing is proposed."""
WEIGHTS: Mapping[Part, float] = {
    "name": 3.0, "words": 3.0, "beside": 2.5, "text": 1.0, "detail": 1.5, "who": 0.5,
}  # fmt: skip
"""What a term weighs in each part of a declaration."""
EVENNESS = 0.3
"""How far a long part's terms count less: 0 not at all, 1 in proportion."""
SATURATION = 0.7
"""How soon saying a term again adds nothing."""
HEADING = 0.4
"""What a term of the heading above weighs against one of the sentence; half for each above."""
CONCEPT = 1.2
"""What a concept weighs against a written word."""
NAMED = 0.5
"""How much of the score hangs on one name of the declaration being said whole."""
UNKNOWN = 0.3
"""What a word that no declaration has weighs against the rarest that one has."""
LOOKED_AT = 24
"""So many of the likeliest are looked at closely."""


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
    """Finds what sentences mean among all that a catalogue declares; immutable once made."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        self.catalogue = catalogue
        self.lexicon = lexicon
        self._reader = Reader(lexicon)
        self._indexes = {
            kind: _Index(tuple(declared(catalogue, kind)), self._reader) for kind in KINDS
        }

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
        own = self._reader.terms(text)
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
            for index in [self._indexes[kind]]
            for at, score in index.best(weights, top, among)
        ]

    def _weights(self, own: Iterable[Term], context: Sequence[str]) -> dict[str, float]:
        """Each token of the sentence and of the headings above, and what it weighs."""
        weights: dict[str, float] = {}
        for depth, heading in enumerate(context):
            weight = HEADING / 2 ** (len(context) - 1 - depth)
            for term in self._reader.terms(heading):
                weights[term.token] = max(weight, weights.get(term.token, 0.0))
        weights.update((term.token, 1.0) for term in own)
        return {t: w * (CONCEPT if t[0] == "=" else 1.0) for t, w in weights.items()}


class _Index:
    """The declarations of one kind by their terms (an inverted index)."""

    def __init__(self, known: tuple[Declared, ...], reader: Reader) -> None:
        self.known = known
        bags = [_bags(one, reader) for one in known]
        usual = {part: _mean(sum(b[part].values()) for b in bags) for part in PARTS}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, bag in enumerate(bags):
            for token, weight in _weighed(bag, usual).items():
                self._postings[token].append((at, weight / (SATURATION + weight)))
        count = len(known) + 1
        self._rare = {t: math.log(count / (len(p) + 0.5)) for t, p in self._postings.items()}
        self._unseen = math.log(count / 0.5)
        self._said = [_said(one, reader) for one in known]
        self._named_by = [self._shares(one, reader) for one in known]

    def _shares(self, one: Declared, reader: Reader) -> dict[str, list[tuple[int, float]]]:
        """Token → which of the declaration's names have it, and what share of the name it is."""
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, phrase in enumerate(dict.fromkeys(_names(one))):
            name = {t.token: self._rare[t.token] for t in reader.terms(phrase)}
            whole = sum(name.values())
            for token, rare in name.items():
                found[token].append((number, rare / whole))
        return found

    def best(
        self, weights: Mapping[str, float], top: int, among: Collection[str] | None
    ) -> list[tuple[int, float]]:
        """(declaration, score), best first."""
        whole = sum(w * self._weight(t) for t, w in weights.items()) or 1.0
        sums: dict[int, float] = defaultdict(float)
        for token, weight in weights.items():
            rare = self._rare.get(token, 0.0) * weight
            for at, strength in self._postings.get(token, ()):
                sums[at] += rare * strength
        if among is not None:
            sums = {at: s for at, s in sums.items() if self.known[at].key in among}
        close = heapq.nlargest(LOOKED_AT, sums.items(), key=lambda pair: pair[1])
        scored = [
            (at, round(s / whole * (1 - NAMED + NAMED * self.named(at, weights)), 3))
            for at, s in close
        ]
        scored.sort(key=lambda pair: (-pair[1], self.known[pair[0]].key))
        return [pair for pair in scored[:top] if pair[1] >= FLOOR]

    def _weight(self, token: str) -> float:
        """How telling a token is; of those that no declaration has, few say much."""
        known = self._rare.get(token)
        return self._unseen * (1.0 if token[0] == "=" else UNKNOWN) if known is None else known

    def named(self, at: int, weights: Mapping[str, float]) -> float:
        """The largest share of one of its names that the sentence says."""
        shares: dict[int, float] = defaultdict(float)
        names = self._named_by[at]
        for token, weight in weights.items():
            for number, share in names.get(token, ()):
                shares[number] += share * weight
        return min(1.0, max(shares.values(), default=0.0))

    def explained(self, at: int, own: Iterable[Term]) -> float:
        """The share of the sentence's own terms that the declaration has."""
        weights = {t.token: self._weight(t.token) for t in own}
        said = self._said[at]
        return sum(w for t, w in weights.items() if t in said) / (sum(weights.values()) or 1.0)

    def why(self, at: int, text: str, own: Sequence[Term]) -> Text:
        """The words in common, and those that mean the same, weightiest first."""
        said = self._said[at]
        same = [t for t in own if t.token in said and t.token[0] != "="]
        words = _spans(text, same, self._rare)
        like = {
            text[t.start : t.end]: said[t.token]
            for t in own
            if t.token[0] == "=" and t.token in said and not _inside(t, same)
        }
        zh, en = [f"都提到：{'、'.join(words)}"], [f"both mention: {', '.join(words)}"]
        if not words:
            zh, en = [], []
        if like:
            zh.append("同义：" + "、".join(f"{a}＝{b.zh}" for a, b in like.items()))
            en.append("same meaning: " + ", ".join(f"{a} = {b.en}" for a, b in like.items()))
        if not zh:
            return Text("所在标题提到", "mentioned in the heading above")
        return Text("；".join(zh), "; ".join(en))


def _bags(one: Declared, reader: Reader) -> dict[Part, Counter[str]]:
    return {
        part: Counter(t.token for p in one.parts.get(part, ()) for t in reader.terms(p))
        for part in PARTS
    }


def _mean(sizes: Iterable[int]) -> float:
    listed = list(sizes)
    return sum(listed) / len(listed) if listed and sum(listed) else 1.0


def _weighed(bag: Mapping[Part, Counter[str]], usual: Mapping[Part, float]) -> dict[str, float]:
    """Each token's weight over all parts, long parts tempered."""
    found: dict[str, float] = defaultdict(float)
    for part, tokens in bag.items():
        length = 1 - EVENNESS + EVENNESS * sum(tokens.values()) / usual[part]
        for token, times in tokens.items():
            found[token] += WEIGHTS[part] * times / length
    return found


def _names(one: Declared) -> Iterable[str]:
    own = (*one.parts.get("name", ()), *one.parts.get("words", ()))
    return (*own, *one.parts.get("beside", ())) if one.kind == "system" else own


def _said(one: Declared, reader: Reader) -> dict[str, Text]:
    """Each token and how the declaration writes it in either language, its name first."""
    found: dict[str, dict[str, str]] = {}
    for phrase in (p for part in PARTS for p in one.parts.get(part, ())):
        for term in reader.terms(phrase):
            words = phrase[term.start : term.end]
            side = "zh" if words[0] >= "\u3400" else "en"
            found.setdefault(term.token, {}).setdefault(side, words)
    return {t: Text(f.get("zh") or f["en"], f.get("en") or f["zh"]) for t, f in found.items()}


def _inside(term: Term, others: Iterable[Term]) -> bool:
    """Whether the term's words are among those that both say anyway."""
    covered = {i for t in others for i in range(t.start, t.end)}
    return covered.issuperset(range(term.start, term.end))


def _spans(text: str, terms: Iterable[Term], rare: Mapping[str, float]) -> list[str]:
    """The words under the terms, neighbours joined, the weightiest six in the text's order."""
    spans: list[tuple[int, int, float]] = []
    for term in sorted(terms, key=lambda t: t.start):
        weight = rare.get(term.token, 0.0)
        if spans and term.start < spans[-1][1]:
            start, end, before = spans[-1]
            spans[-1] = (start, max(end, term.end), before + weight)
        else:
            spans.append((term.start, term.end, weight))
    kept = sorted(heapq.nlargest(6, spans, key=lambda s: s[2]))
    return list(dict.fromkeys(text[start:end] for start, end, _ in kept))


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
