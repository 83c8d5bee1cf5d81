"""Which duties, indicators, registers and policies a plan sentence may mean.

Decides by shared words: pairs of Chinese characters and stems of English words, weighted by how
few candidates have them. It proposes; a person chooses.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from wardround.text import Text

CandidateKind = Literal["duty", "indicator", "register", "policy", "system"]
TOP = 3
"""How many proposals are given."""
FLOOR = 0.12
"""Below this score nothing is proposed."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z][A-Za-z'’-]*|\d+")
_STOP = frozenset(
    "the a an of and or to in for on at by with be is are will should must all each every our we"
    " its from as that this it 的 和 及 与 各 等".split()
)
_ENDING = re.compile(r"(?:ations?|ings?|ies|ied|ed|es|s|y|e)$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something declared in the catalogue; `words` are its names, aliases and covering texts."""

    key: str
    kind: CandidateKind
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A proposal: `score` between 0 and 1, and the words that speak for it."""

    key: str
    kind: CandidateKind
    score: float
    why: Text


@dataclass(frozen=True, slots=True)
class _Index:
    """The candidates' phrases as bags of tokens, and what each token weighs."""

    phrases: tuple[tuple[int, frozenset[str]], ...]
    weights: dict[str, float]
    unseen: float


def match(statement_text: str, candidates: Sequence[Candidate]) -> list[Match]:
    """The best proposals for a sentence, at most three, best first; ties by key.

    >>> fridge = Candidate("fridge", "register", ("冰箱温度登记", "fridge temperature log"))
    >>> waste = Candidate("waste", "duty", ("医疗废物交接", "medical waste hand-over"))
    >>> [m.key for m in match("药房每日登记冰箱温度。", [fridge, waste])]
    ['fridge']
    """
    pool = tuple(candidates)
    index = _index(pool)
    text = frozenset(_tokens(statement_text))
    best: dict[int, tuple[float, frozenset[str]]] = {}
    for at, phrase in index.phrases:
        shared = phrase & text
        if shared:
            score = _score(shared, phrase, text, index)
            if score > best.get(at, (0.0, frozenset()))[0]:
                best[at] = (score, shared)
    ranked = sorted(best.items(), key=lambda pair: (-pair[1][0], pool[pair[0]].key))
    return [
        Match(pool[at].key, pool[at].kind, round(score, 3), _why(shared, statement_text))
        for at, (score, shared) in ranked[:TOP]
        if score >= FLOOR
    ]


def _score(
    shared: frozenset[str], phrase: frozenset[str], text: frozenset[str], index: _Index
) -> float:
    """How much of the phrase the sentence says, tempered by how much of the sentence that is."""
    weight = sum(index.weights[token] for token in shared)
    whole = sum(index.weights[token] for token in phrase)
    said = sum(index.weights.get(token, index.unseen) for token in text)
    covered, filled = weight / whole, weight / said
    return covered**0.75 * min(1.0, filled + 0.35 * math.sqrt(min(1.0, weight / index.unseen / 3)))


@lru_cache(maxsize=8)
def _index(candidates: tuple[Candidate, ...]) -> _Index:
    phrases: list[tuple[int, frozenset[str]]] = []
    seen: Counter[str] = Counter()
    for at, candidate in enumerate(candidates):
        bags = [frozenset(_tokens(words)) for words in candidate.words]
        phrases += [(at, bag) for bag in bags if bag]
        seen.update(frozenset().union(*bags))
    count = len(candidates) + 1
    weights = {token: math.log(count / n) + 0.1 for token, n in seen.items()}
    return _Index(tuple(phrases), weights, math.log(count) + 0.1)


def _tokens(text: str) -> Iterator[str]:
    """Pairs of Chinese characters, stems of English words, numbers left out."""
    for run in _RUN.findall(text):
        if run[0] >= "\u3400":
            if len(run) == 1:
                continue
            yield from (run[i : i + 2] for i in range(len(run) - 1))
        elif not run.isdigit() and run.lower() not in _STOP:
            yield _stem(run.lower())


def _stem(word: str) -> str:
    short = _ENDING.sub("", word)
    return short if len(short) >= 3 else word


def _why(shared: frozenset[str], text: str) -> Text:
    """The shared words as they stand in the sentence, runs of Chinese joined."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0] >= "\u3400":
            marks = [run[i : i + 2] in shared for i in range(len(run) - 1)]
            start = None
            for i, hit in enumerate([*marks, False]):
                if hit and start is None:
                    start = i
                elif not hit and start is not None:
                    found.append(run[start : i + 1])
                    start = None
        elif _stem(run.lower()) in shared:
            found.append(run)
    words = list(dict.fromkeys(found))[:6]
    return Text(f"都提到：{'、'.join(words)}", f"both mention: {', '.join(words)}")
