"""Bulk data in: files by the command `import`, and what is set aside on the way."""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

from wardround.commands.people import acting
from wardround.outcome import FOUND, Outcome
from wardround.sources.mapping import Source, load_mapping
from wardround.store import deliveries, measuring
from wardround.store.house import House, house
from wardround.text import Text, refuse

_TOLD = 50
"""So many faults are printed; all stand in the tables of rejected rows."""


def take_in(words: argparse.Namespace) -> Outcome:
    """Import a file or folder; status 1 if rows were rejected."""
    at_hand = house()
    source = mapping(at_hand, words.mapping, words.feed)
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


def mapping(at_hand: House, word: str | None, feed: str | None) -> Source | dict[str, str] | None:
    """The mapping of that name in the data folder, or in that file: declared, or merely one
    heading = field a line."""
    if word is None:
        return None
    named = at_hand.data / "mappings" / f"{word}.toml"
    file = named if named.exists() else Path(word)
    try:
        told = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refuse(f"对照读不了：{error}。", f"The mapping cannot be read: {error}.") from error
    if all(isinstance(value, str) for value in told.values()) and "feed" not in told:
        return {str(k): str(v) for k, v in told.items()}
    return load_mapping(file, at_hand.catalogue, feed)
