"""Adopting plans."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wardround.commands.people import acting
from wardround.outcome import Outcome
from wardround.reading.document import read_document
from wardround.reading.gaps import GAPS
from wardround.store import plans
from wardround.store.house import house
from wardround.text import Text, listing


def adopt(words: argparse.Namespace) -> Outcome:
    """Record the plan's items as they were read, and say that nobody has looked at them yet.

    `gaps` lists what a person must fill in the page, `page` is where they look and correct.
    """
    at_hand, file = house(), Path(words.file)
    document = read_document(file)
    twin = read_document(Path(words.twin)) if words.twin else None
    who = acting(at_hand, words.by)
    entries = plans.adopt(at_hand, document, who, at_hand.now(), words.year, twin)
    items = [e.values for e in entries]
    gaps = [
        {"number": i["number"], "text": i["text"], "asks": missing}
        for i in items
        if (missing := [a for a in i["asks"] if a != plans.UNSEEN])
    ]
    page = f"/plans/{items[0]['document']}/"
    data: dict[str, Any] = {
        "plan": document.name, "page": page, "items": items, "gaps": gaps,
    }  # fmt: skip
    said = Text(
        f"采纳 {len(items)} 条，其中 {len(gaps)} 条要人补。\n"
        f"都是按程序读出的原样采纳的，还没有人逐条看过：请到网页 {page} 核对，读错的更正或作废。\n"
        "要先看再采纳，请在网页“计划”里上传这份文件。",
        f"{len(items)} items adopted; {len(gaps)} need a person to fill something in.\n"
        f"All stand as they were read and nobody has looked at them yet: "
        f"go through them at {page}, correct or drop what was misread.\n"
        'To look before adopting, hand the file in on the page "Plans" instead.',
    )
    lines = said[words.lang].split("\n")
    for gap in gaps:
        asked = listing([GAPS[a] for a in gap["asks"]])[words.lang]
        lines.append(f"  {gap['number']:>3} {asked}  {gap['text'][:60]}")
    if twin:
        alone = [i for i in items if not i.get("twin")]
        data |= {"twin": twin.name, "alone": [i["number"] for i in alone]}
        lines += _alone(alone, len(items), twin.name, words.lang)
    return Outcome(data, lines)


def _alone(alone: list[dict[str, Any]], count: int, twin: str, lang: str) -> Iterator[str]:
    """How many items found their twin, and those that did not."""
    yield Text(
        f"其中 {count - len(alone)} 条在“{twin}”里找到了对应的句子。",
        f'{count - len(alone)} of them have their sentence in "{twin}".',
    )[lang]
    for item in alone:
        yield Text(f"  {item['number']:>3} 没有对应：{item['text'][:60]}",
                   f"  {item['number']:>3} no counterpart: {item['text'][:60]}")[lang]  # fmt: skip
