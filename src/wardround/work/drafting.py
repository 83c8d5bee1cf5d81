"""How a plan's items are cut and joined before anybody adopts them.

Decides where a sentence may be cut and what two items make together. What the parts mean is read
anew by `reading`; who may do it and what is kept is the store's matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SHORTEST = 4
"""A part of a sentence with fewer characters is none."""


def cuts(text: str) -> tuple[int, ...]:
    """Where the sentence may be cut in two: after a stop, a semicolon or a comma.

    A comma within a number is none; neither is one within brackets, nor what leaves but brackets.

    >>> [("甲类每日清点，乙类每周盘点。"[:at]) for at in cuts("甲类每日清点，乙类每周盘点。")]
    ['甲类每日清点，']
    """
    found = []
    for match in re.finditer(r"[；;。，][）)”\"]?|[,.](?=\s)|\sand\s", text):
        before, after = text[: match.end()], text[match.end() :]
        aside = re.fullmatch(r"\s*[（(][^）)]*[）)]\s*", after)
        inside = len(re.findall(r"[（(]", before)) > len(re.findall(r"[）)]", before))
        short = min(len(before.strip()), len(after.strip())) < SHORTEST
        if not (inside or aside or short):
            found.append(match.end())
    return tuple(found)


def halves(text: str, at: int) -> tuple[str, str]:
    """The two parts without the space between them. `at` must be one of `cuts`."""
    if at not in cuts(text):
        raise ValueError(at)
    return text[:at].rstrip(), text[at:].lstrip()


_NUMBER = re.compile(
    r"\s*(?:\d{1,2}[.、．](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、)\s*"
)
"""What an item is counted by in the plan: of two made one, the first keeps it."""


def joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the one item that two make: the first's number, everybody who owes either,
    all targets and duties; cadence and deadline of the first that has one. Its twin is left out
    unless both have one in the same language."""
    text = str(first["text"]).rstrip()
    space = "" if re.search(r"[\u3000-\u9fff\uff00-\uffef]$", text) else " "
    more = _NUMBER.sub("", str(second["text"]))
    found = {**second, **first, "text": f"{text}{space}{more}", "end": second.get("end")}
    for key in ("owners", "targets", "duties"):
        rows = [*(first.get(key) or ()), *(second.get(key) or ())]
        found[key] = [row for n, row in enumerate(rows) if row not in rows[:n]]
    for key in ("cadence", "deadline"):
        found[key] = first.get(key) or second.get(key)
    words = [x for x in (first.get("owner_words"), second.get("owner_words")) if x]
    found["owner_words"] = "、".join(dict.fromkeys(words)) or None
    found["twin"] = _twins(first.get("twin") or (), second.get("twin") or ())
    return found


def _twins(first: Any, second: Any) -> list[dict[str, Any]]:
    others = {row["lang"]: row for row in second}
    return [
        {**row, "text": f"{row['text']} {others[row['lang']]['text']}",
         "end": others[row["lang"]].get("end")}
        for row in first if row["lang"] in others
    ]  # fmt: skip


def parted(number: str, taken: frozenset[str]) -> tuple[str, str]:
    """The numbers of the two parts of an item: 5 → 5.1 and 5.2, past those already taken."""
    free = [f"{number}.{n}" for n in range(1, 200) if f"{number}.{n}" not in taken]
    return free[0], free[1]
