"""The declarations of one kind by their terms: an inverted index that ranks by weight.

Decides what a term weighs (how few declarations have it, and in which part) and how a sentence's
terms add up. Built once a catalogue; a look-up costs what the sentence's terms have in postings.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter

from wardround.reading.declared import PARTS, Declared, Part
from wardround.reading.terms import Term
from wardround.text import Text

Terms = Callable[[str], tuple[Term, ...]]
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
NAMED = 0.5
"""How much of the score hangs on one name of the declaration being said whole."""
UNKNOWN = 0.3
"""What a word that no declaration has weighs against the rarest that one has."""
LOOKED_AT = 16
"""So many of the likeliest are looked at closely."""
COMMON, AT_LEAST = 0.1, 40
"""A term that a larger share of the declarations has, and at least so many, tells nothing."""


class Index:
    """What may be looked up, and what each term weighs."""

    def __init__(self, known: tuple[Declared, ...], terms: Terms) -> None:
        self.known = known
        bags = [_bags(one, terms) for one in known]
        usual = {part: _mean(sum(b[part].values()) for b in bags) for part in PARTS}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, bag in enumerate(bags):
            for token, weight in _weighed(bag, usual).items():
                self._postings[token].append((at, weight / (SATURATION + weight)))
        count = len(known) + 1
        self._rare = {t: math.log(count / (len(p) + 0.5)) for t, p in self._postings.items()}
        most = max(AT_LEAST, COMMON * count)
        self._telling = {t: p for t, p in self._postings.items() if len(p) <= most}
        self._unseen = math.log(count / 0.5)
        self._terms = terms
        self._tokens = [frozenset(token for part in bag.values() for token in part) for bag in bags]
        self._named_by: dict[int, dict[str, list[tuple[int, float]]]] = {}

    def _shares(self, at: int) -> dict[str, list[tuple[int, float]]]:
        """Token → which of the declaration's names have it, and what share of the name it is."""
        if at in self._named_by:
            return self._named_by[at]
        found = self._named_by[at] = defaultdict(list)
        for number, phrase in enumerate(dict.fromkeys(_names(self.known[at]))):
            name = {t.token: self._rare[t.token] for t in self._terms(phrase)}
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
            for at, strength in self._telling.get(token, ()):
                sums[at] += rare * strength
        if among is not None:
            sums = {at: s for at, s in sums.items() if self.known[at].key in among}
        close = heapq.nlargest(LOOKED_AT, sums.items(), key=itemgetter(1))
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
        names = self._shares(at)
        for token, weight in weights.items():
            for number, share in names.get(token, ()):
                shares[number] += share * weight
        return min(1.0, max(shares.values(), default=0.0))

    def explained(self, at: int, own: Iterable[Term]) -> float:
        """The share of the sentence's own terms that the declaration has."""
        weights = {t.token: self._weight(t.token) for t in own}
        said = self._tokens[at]
        return sum(w for t, w in weights.items() if t in said) / (sum(weights.values()) or 1.0)

    def why(self, at: int, text: str, own: Sequence[Term]) -> Text:
        """The words in common, and those that mean the same, weightiest first."""
        known = self._tokens[at]
        same = [t for t in own if t.token in known and t.token[0] != "="]
        phrases = [p for part in PARTS for p in self.known[at].parts.get(part, ())]
        words = _spans(text, same, self._rare, phrases)
        meant = [t for t in own if t.token[0] == "=" and t.token in known and not _inside(t, same)]
        said = _written(self.known[at], {t.token for t in meant}, self._terms) if meant else {}
        like = {text[t.start : t.end]: said[t.token] for t in meant}
        zh, en = [f"都提到：{'、'.join(words)}"], [f"both mention: {', '.join(words)}"]
        if not words:
            zh, en = [], []
        if like:
            zh.append("同义：" + "、".join(f"{a}＝{b.zh}" for a, b in like.items()))
            en.append("same meaning: " + ", ".join(f"{a} = {b.en}" for a, b in like.items()))
        if not zh:
            return Text("所在标题提到", "mentioned in the heading above")
        return Text("；".join(zh), "; ".join(en))


def _bags(one: Declared, terms: Terms) -> dict[Part, Counter[str]]:
    return {
        part: Counter(t.token for p in one.parts.get(part, ()) for t in terms(p)) for part in PARTS
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


def _written(one: Declared, tokens: set[str], terms: Terms) -> dict[str, Text]:
    """How a declaration writes each of the tokens in either language, its name first."""
    found: dict[str, dict[str, str]] = {}
    for phrase in (p for part in PARTS for p in one.parts.get(part, ())):
        for term in terms(phrase):
            if term.token in tokens:
                words = phrase[term.start : term.end]
                side = "zh" if words[0] >= "\u3400" else "en"
                found.setdefault(term.token, {}).setdefault(side, words)
    return {t: Text(f.get("zh") or f["en"], f.get("en") or f["zh"]) for t, f in found.items()}


def _inside(term: Term, others: Iterable[Term]) -> bool:
    """Whether the term's words are among those that both say anyway."""
    covered = {i for t in others for i in range(t.start, t.end)}
    return covered.issuperset(range(term.start, term.end))


def _spans(
    text: str, terms: Iterable[Term], rare: Mapping[str, float], phrases: Sequence[str]
) -> list[str]:
    """The words under the terms, neighbours joined, the weightiest six in the text's order; as
    much of the text around them as one of the `phrases` says too."""
    spans: list[tuple[int, int, float]] = []
    for term in sorted(terms, key=lambda t: t.start):
        weight = rare.get(term.token, 0.0)
        if spans and term.start < spans[-1][1]:
            start, end, before = spans[-1]
            spans[-1] = (start, max(end, term.end), before + weight)
        else:
            spans.append((term.start, term.end, weight))
    kept = sorted(heapq.nlargest(6, spans, key=lambda s: s[2]))
    return list(dict.fromkeys(_widened(text, start, end, phrases) for start, end, _ in kept))


def _widened(text: str, start: int, end: int, phrases: Sequence[str]) -> str:
    """A stretch of Chinese with what stands around it in the text and in a phrase alike: 员会 in
    委员会."""
    for step in (-1, 1):
        while 0 <= (at := start - 1 if step < 0 else end) < len(text) and text[at] >= "\u3400":
            wider = text[at:end] if step < 0 else text[start : at + 1]
            if not any(wider in phrase for phrase in phrases):
                break
            start, end = (at, end) if step < 0 else (start, at + 1)
    return text[start:end]
