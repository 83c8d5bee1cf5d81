"""Checking a summary: every figure in it judged, for people, for programs, or in a marked-up copy.

Needs no hospital; where `--data` holds one, its own figures are asked too.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from wardround.catalogue.lexicon import load_lexicon
from wardround.claims.check import check as judge
from wardround.claims.claim import RULES, VERDICTS, Claim, tally
from wardround.claims.hospital import Ask
from wardround.claims.marked import marked
from wardround.outcome import FOUND, Outcome
from wardround.reading.document import read_document
from wardround.store.checking import asker
from wardround.store.house import house
from wardround.store.measuring import measuring
from wardround.text import refuse

WIDTH = 28
"""Characters of a figure that a line for people repeats."""


def check(words: argparse.Namespace) -> Outcome:
    """Judge every figure of a document; with `--out`, also write a marked-up Word copy."""
    source = Path(words.file)
    document = read_document(source)
    out = Path(words.out) if words.out else None
    if out and out.suffix.lower() != ".docx":
        raise refuse("标注稿只能写成 .docx。", "The marked-up copy is written as .docx.", out.name)
    claims = judge(document, load_lexicon(), _hospital(document.text))
    if out:
        out.write_bytes(marked(document, claims, source, words.lang))
    data = {"document": words.file, "claims": [c.as_json() for c in claims]}
    found = any(c.verdict == "differs" for c in claims)
    return Outcome(data, _table(claims, words.lang), FOUND if found else 0)


def _hospital(text: str) -> Ask | None:
    """The hospital's figures, where the data folder holds the hospital that the text names."""
    if not (Path(settings.DATA) / "hospital.toml").is_file():
        return None
    return asker(measuring(house()), text)


def _table(claims: Sequence[Claim], lang: str) -> Iterator[str]:
    """The gravest first, each with its line and its reason; then how many of each."""
    for verdict, name in VERDICTS.items():
        of_it = [c for c in claims if c.verdict == verdict]
        if of_it:
            yield f"== {name[lang]} ({len(of_it)})"
        for claim in of_it:
            shown = " ".join(claim.text.split())[:WIDTH]
            yield f"{claim.line:>5}  {shown:<{WIDTH}}  {RULES[claim.rule][lang]}: {claim.why[lang]}"
    counts = tally(claims)
    yield " · ".join(f"{VERDICTS[v][lang]} {n}" for v, n in counts.items())
