"""What a check says of a figure: the place, the rule, the inputs, the verdict and why.

A value; decides nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from wardround.claims.printed import Verdict
from wardround.text import Text


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure judged by one rule.

    `start` and `end` count characters of the document's text; `expected` is what the inputs lead
    to, as a person would write it, or None; `line` begins at 1 and is counted last (`lined`).
    """

    start: int
    end: int
    text: str
    rule: str
    inputs: tuple[str, ...]
    verdict: Verdict
    expected: str | None
    why: Text
    line: int = 0

    def as_json(self) -> dict[str, Any]:
        """The claim as `check --json` prints it."""
        return {
            "line": self.line, "start": self.start, "end": self.end, "text": self.text,
            "rule": self.rule, "inputs": list(self.inputs), "verdict": self.verdict,
            "expected": self.expected, "why": self.why.as_json(),
        }  # fmt: skip


VERDICTS: dict[str, Text] = {
    "differs": Text("不符", "differs"),
    "cannot": Text("无法核对", "cannot be checked"),
    "rounding": Text("取整后相符", "agrees by rounding"),
    "agrees": Text("相符", "agrees"),
}
"""The verdicts in words, the gravest first."""

RULES: dict[str, Text] = {
    "growth": Text("增减", "growth"),
    "sum": Text("分项与合计", "parts and sum"),
    "share": Text("占比与率", "share and rate"),
    "beds": Text("床位运行", "bed arithmetic"),
    "relation": Text("指标关系", "relation"),
    "plausible": Text("合理性", "plausibility"),
    "same": Text("前后一致", "consistency"),
    "roster": Text("名单与结对", "roster and pairing"),
    "announced": Text("说几项列几项", "announced and listed"),
    "numbering": Text("编号", "numbering"),
    "dates": Text("日期", "dates"),
    "damage": Text("数字损坏", "damaged number"),
    "blank": Text("空缺", "blank"),
    "hospital": Text("医院数据", "hospital data"),
    "alone": Text("单独的数", "stands alone"),
}
"""The rules in words."""


def lined(claims: Iterable[Claim], text: str) -> list[Claim]:
    """The claims in the order of the text, each with its line."""
    breaks = [m.start() for m in re.finditer("\n", text)]
    every = sorted(claims, key=lambda c: (c.start, c.end, c.rule))
    return [replace(c, line=bisect_left(breaks, c.start) + 1) for c in every]


def tally(claims: Iterable[Claim]) -> dict[str, int]:
    """How many claims have each verdict, the gravest first."""
    counts = dict.fromkeys(VERDICTS, 0)
    for claim in claims:
        counts[claim.verdict] += 1
    return counts
