"""Trial summaries with the truth written into them, and how a check does on them.

In `trial/*.txt` braces stand round every figure that the text itself allows to be checked: `{7.0%}`
is right, `{8.7%!growth}` was planted and is wrong by that rule. What has no braces is right too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.claims.judging import judged
from wardround.claims.claim import Claim

FOLDER = Path(__file__).with_name("trial")
_MARKED = re.compile(r"\{([^{}!]+)(?:!([a-z]+))?\}")


@dataclass(frozen=True)
class Marked:
    """A figure in braces: where it stands in the text without them; `rule` if it is wrong."""

    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True)
class Outcome:
    """What a check made of a trial summary."""

    text: str
    figures: tuple[Marked, ...]
    claims: tuple[Claim, ...]

    @property
    def planted(self) -> list[Marked]:
        return [m for m in self.figures if m.rule]

    @property
    def right(self) -> list[Marked]:
        return [m for m in self.figures if not m.rule]

    def accusing(self, planted: Marked) -> list[Claim]:
        """Claims of difference that stand on a planted figure or were worked out with it."""
        return [c for c in self.claims if c.verdict == "differs" and _about(c, planted, self.text)]

    @property
    def missed(self) -> list[Marked]:
        return [m for m in self.planted if m.rule not in {c.rule for c in self.accusing(m)}]

    @property
    def false(self) -> list[Claim]:
        """Accusations that no planted figure explains."""
        return [c for c in self.claims if c.verdict == "differs"
                and not any(_about(c, m, self.text) for m in self.planted)]  # fmt: skip

    @property
    def unjudged(self) -> list[Marked]:
        """Right figures, with their inputs in the text, that are not said to agree."""
        return [m for m in self.right if not any(
            c.verdict in ("agrees", "rounding") and _about(c, m, self.text)
            for c in self.claims)]  # fmt: skip


def _at(claim: Claim, m: Marked) -> bool:
    return claim.start < m.end and m.start < claim.end


def _about(claim: Claim, m: Marked, text: str) -> bool:
    near = text.count("\n", 0, m.start) + 1 == claim.line or claim.rule == "sum"
    return _at(claim, m) or (near and any(m.text in given for given in claim.inputs))


def read_marked(marked: str) -> tuple[str, tuple[Marked, ...]]:
    """The text without its braces, and what stood in them."""
    plain, figures, last = "", [], 0
    for match in _MARKED.finditer(marked):
        plain += marked[last : match.start()]
        figures.append(Marked(len(plain), len(plain) + len(match[1]), match[1], match[2] or ""))
        plain += match[1]
        last = match.end()
    return plain + marked[last:], tuple(figures)


def outcome(name: str) -> Outcome:
    """Check one trial summary."""
    text, figures = read_marked((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    return Outcome(text, figures, tuple(judged(text)))


def names() -> list[str]:
    return sorted(p.stem for p in FOLDER.glob("*.txt"))
