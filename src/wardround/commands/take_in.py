"""Bulk data in: files by the command `import`, and what is set aside on the way."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from wardround.commands.people import acting
from wardround.outcome import FOUND, Outcome
from wardround.store import deliveries, mappings, measuring
from wardround.store.house import house
from wardround.text import Text

_TOLD = 50
"""So many faults are printed; all stand in the tables of rejected rows."""


def take_in(words: argparse.Namespace) -> Outcome:
    """Import a file or folder; status 1 if rows were rejected."""
    at_hand = house()
    source = mappings.load(at_hand, words.mapping, words.feed)
    done = deliveries.take_in(
        at_hand, words.kind, Path(words.path), words.feed, acting(at_hand, words.by),
        at_hand.now(), source, words.lang, _progress(words.lang),
    )  # fmt: skip
    measuring.refresh(at_hand)
    said = Text(
        f"{done.rows} 行：新 {done.new}，未变 {done.unchanged}，要改 {len(done.rejected)}。",
        f"{done.rows} rows: {done.new} new, {done.unchanged} unchanged,"
        f" {len(done.rejected)} faults.",
    )
    lines = [said[words.lang], *(f.say(words.lang) for f in done.rejected[:_TOLD])]
    if done.rejected_in:
        there = Text(f"退回的行在 {done.rejected_in}", f"Rejected rows: {done.rejected_in}")
        lines.append(there[words.lang])
    return Outcome(done.as_json(), lines, FOUND if done.rejected else 0)


def _progress(lang: str) -> deliveries.Say:
    """One line a step on standard error."""
    return lambda said: print(said[lang], file=sys.stderr, flush=True)
