"""What the tests of the check share: a text in, claims out."""

from __future__ import annotations

from functools import cache

from wardround.catalogue.lexicon import Lexicon, load_lexicon
from wardround.claims.check import check
from wardround.claims.claim import Claim
from wardround.claims.hospital import Ask
from wardround.reading.document import Document


@cache
def words() -> Lexicon:
    return load_lexicon()


def judged(text: str, ask: Ask | None = None) -> list[Claim]:
    return check(Document("summary.txt", text), words(), ask)


def differing(text: str) -> list[Claim]:
    return [c for c in judged(text) if c.verdict == "differs"]


def verdict(text: str, figure: str) -> str:
    """The verdict on the figure so written; the last place where it stands alone."""
    found = [c.verdict for c in judged(text) if c.text == figure]
    assert found, [c.text for c in judged(text)]
    return found[-1]
