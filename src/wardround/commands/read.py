"""Reading a plan; needs no hospital."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from wardround.catalogue.lexicon import load_lexicon
from wardround.outcome import Outcome
from wardround.reading.document import read_document
from wardround.reading.plan import read_plan
from wardround.reading.statement import Statement


def read(words: argparse.Namespace) -> Outcome:
    """The statements of a document, `doc` as given."""
    document = read_document(Path(words.file))
    statements = read_plan(document, load_lexicon()).statements
    data = [s.as_json(words.file) for s in statements]
    if words.jsonl:
        lines = [json.dumps(one, ensure_ascii=False) for one in data]
        return Outcome(data, lines)
    return Outcome(data, _tree(statements))


def _tree(statements: tuple[Statement, ...]) -> Iterator[str]:
    """The document as an indented list: kind, words, and what was found in them."""
    for s in statements:
        indent = "  " * len(s.level)
        found = [
            "、".join(s.owners), s.cadence or "", s.deadline or "",
            "；".join(f"{t.metric} {t.op} {t.value or ''}{t.unit}" for t in s.targets),
        ]  # fmt: skip
        tail = " · ".join(x for x in found if x)
        yield f"{indent}{s.kind:<12} {s.text[:80]}" + (f"   [{tail}]" if tail else "")
