"""Adopting plans."""

from __future__ import annotations

import argparse
from pathlib import Path

from wardround.commands.people import acting
from wardround.outcome import Outcome
from wardround.reading.document import read_document
from wardround.store import plans
from wardround.store.house import house
from wardround.text import Text


def adopt(words: argparse.Namespace) -> Outcome:
    """Record the plan's items; `gaps` lists what a person must fill in the page."""
    at_hand, file = house(), Path(words.file)
    document = read_document(file)
    who = acting(at_hand, words.by)
    entries = plans.adopt(at_hand, document, who, at_hand.now(), words.year)
    items = [e.values for e in entries]
    gaps = [
        {"number": i["number"], "text": i["text"], "asks": i["asks"]}
        for i in items
        if i.get("asks")
    ]
    data = {"plan": document.name, "items": items, "gaps": gaps}
    said = Text(
        f"采纳 {len(items)} 条，其中 {len(gaps)} 条要人补。",
        f"{len(items)} items adopted; {len(gaps)} need a person to fill something in.",
    )
    lines = [said[words.lang]]
    lines += [f"  {g['number']:>3} {'、'.join(g['asks'])}  {g['text'][:60]}" for g in gaps]
    return Outcome(data, lines)
