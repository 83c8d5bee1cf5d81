"""Reading plans and adopting them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from wardround.catalogue.lexicon import load_lexicon
from wardround.commands.people import acting
from wardround.outcome import Outcome
from wardround.reading.document import read_document
from wardround.reading.plan import read_plan
from wardround.reading.statement import Statement
from wardround.store import plans
from wardround.store.house import house
from wardround.text import Text


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


def adopt(words: argparse.Namespace) -> Outcome:
    """Record the plan's items; `gaps` lists what a person must fill in the page."""
    at_hand, file = house(), Path(words.file)
    document = read_document(file)
    who = acting(at_hand, words.by)
    entries = plans.adopt(at_hand, document, who, at_hand.now(), words.year)
    items = [e.values for e in entries]
    gaps = [
        {"number": i["number"], "text": i["text"], "asks": i["asks"]} for i in items if i.get("asks")
    ]
    data = {"plan": document.name, "items": items, "gaps": gaps}
    said = Text(
        f"采纳 {len(items)} 条，其中 {len(gaps)} 条要人补。",
        f"{len(items)} items adopted; {len(gaps)} need a person to fill something in.",
    )
    lines = [said[words.lang]]
    lines += [f"  {g['number']:>3} {'、'.join(g['asks'])}  {g['text'][:60]}" for g in gaps]
    return Outcome(data, lines)
