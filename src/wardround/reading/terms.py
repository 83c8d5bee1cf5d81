"""The terms of a text: what it is compared by.

Decides what counts as a word in either language: pairs of Chinese characters, stems of English
words, and the *concepts* that the lexicon declares (`[[concept]]`: 消供, 消毒供应中心 and CSSD are
one). What a term weighs is `match`'s matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from wardround.catalogue.lexicon import Lexicon

_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z][A-Za-z'’]*")
_ENDINGS = (
    ("ational", "ate"), ("ization", "ize"), ("isation", "ize"), ("ations", "ate"),
    ("ation", "ate"), ("iness", "y"), ("ments", "ment"), ("ise", "ize"), ("ised", "ize"),
    ("ising", "ize"), ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ings", ""), ("ing", ""),
    ("ers", "er"), ("ed", ""), ("es", ""), ("s", ""), ("ly", ""),
)  # fmt: skip
_STOP = frozenset(
    "the a an of and or to in for on at by with be is are was were been will shall should must may"
    " can all each every any our we us its it their they them his her from as that this these"
    " those which who what when where how not no than then so such into through up out per during"
    " more most less other same both do does did has have had there here about also only if"
    " one two three four five".split()
)
_LONGEST = {"zh": 12, "en": 5}
"""Concept phrases are looked for up to this many characters or words."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term where it stands: `text[start:end]` is what was written."""

    token: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Reader:
    """Finds the terms of texts, with the concepts of one lexicon."""

    lexicon: Lexicon

    @cached_property
    def _concepts(self) -> dict[str, str]:
        """Phrase, as `_key` writes it, to the concept's token."""
        found: dict[str, str] = {}
        for words in self.lexicon.by_group.get("concept", ()):
            for phrase in words.of(None):
                found[_key(phrase)] = f"={words.means}"
        return found

    @cached_property
    def _plain(self) -> tuple[re.Pattern[str], frozenset[str]]:
        """Words that say nothing of the matter: a pattern of the Chinese ones, English stems."""
        zh = "|".join(self.lexicon.phrases("plain", lang="zh")) or "(?!)"
        english = frozenset(_key(phrase) for phrase in self.lexicon.phrases("plain", lang="en"))
        return re.compile(zh), english

    def terms(self, text: str) -> tuple[Term, ...]:
        """Every term of a text, in no special order; the same token may stand several times."""
        return tuple(self._terms(text))

    def _terms(self, text: str) -> Iterator[Term]:
        english: list[Term] = []
        for run in _RUN.finditer(text):
            if run[0] >= "\u3400":
                yield from self._chinese(run[0], run.start())
                yield from self._english(english)
                english = []
            else:
                english.append(Term(stem(run[0].lower()), run.start(), run.end()))
        yield from self._english(english)

    def _chinese(self, run: str, at: int) -> Iterator[Term]:
        concepts = [
            Term(concept, i, i + n)
            for i in range(len(run) - 1)
            for n in range(2, min(_LONGEST["zh"], len(run) - i) + 1)
            for concept in [self._concepts.get(run[i : i + n])]
            if concept
        ]
        for c in concepts:
            yield Term(c.token, at + c.start, at + c.end)
        start = 0
        for plain in (*self._plain[0].finditer(run), None):
            first, after = plain.span() if plain else (len(run), len(run))
            if plain and any(c.start <= first and after <= c.end for c in concepts):
                continue
            for i in range(start, first - 1):
                yield Term(run[i : i + 2], at + i, at + i + 2)
            start = after

    def _english(self, words: list[Term]) -> Iterator[Term]:
        for i, word in enumerate(words):
            if word.token not in _STOP and word.token not in self._plain[1]:
                yield word
            for n in range(1, min(_LONGEST["en"], len(words) - i) + 1):
                concept = self._concepts.get(" ".join(w.token for w in words[i : i + n]))
                if concept:
                    yield Term(concept, word.start, words[i + n - 1].end)


def _key(phrase: str) -> str:
    """How a concept's phrase is looked up: Chinese as it is, English by its stems."""
    if phrase[0] >= "\u3400":
        return phrase
    return " ".join(stem(run[0].lower()) for run in _RUN.finditer(phrase))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """An English word without its endings, lower case: inspections, inspecting → inspect.

    >>> stem("patrols"), stem("organised"), stem("bed")
    ('patrol', 'organ', 'bed')
    """
    word = word.replace("’", "'").removesuffix("'s").strip("'")
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    for ending in ("ize", "ate", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl" else word
