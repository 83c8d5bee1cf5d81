"""The five documents that the product grew from: what is wrong in them is found, the rest is not.

Skipped where they are not at hand.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from tests.claims.judging import words
from wardround.claims.check import check
from wardround.claims.claim import Claim
from wardround.reading.document import read_document

SHARED = Path(__file__).resolve().parents[3] / "shared"
FIGURES = SHARED / "mission" / "figures.tsv"
pytestmark = pytest.mark.skipif(not FIGURES.is_file(), reason="the seed documents are not here")


def expected() -> dict[tuple[str, int], set[str]]:
    """(seed, line) → what its figures were found to be by hand."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    with FIGURES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found[row["seed"], int(row["line"])].add(row["agrees"])
    return found


@cache
def claims(seed: str) -> list[Claim]:
    path = SHARED / "corpus" / "seeds" / f"seed{int(seed)}.txt"
    return check(read_document(path), words())


def on(seed: str, line: int) -> set[str]:
    return {c.verdict for c in claims(seed) if c.line == line}


def test_what_was_found_wrong_by_hand_differs() -> None:
    wrong = [place for place, said in expected().items() if "no" in said]
    assert len(wrong) >= 9
    assert [place for place in wrong if "differs" not in on(*place)] == []


def test_nothing_that_holds_or_cannot_be_told_is_accused() -> None:
    right = [place for place, said in expected().items() if "no" not in said]
    assert [place for place in right if "differs" in on(*place)] == []


def test_nothing_agrees_without_its_inputs() -> None:
    dark = [place for place, said in expected().items() if said == {"cannot"}]
    assert [place for place in dark if on(*place) & {"agrees", "rounding"}] == []


def test_most_of_what_holds_is_said_to_agree() -> None:
    right = [place for place, said in expected().items() if "yes" in said]
    agreed = [place for place in right if on(*place) & {"agrees", "rounding"}]
    assert len(agreed) * 2 > len(right)


def test_no_line_is_accused_that_nobody_found_wrong() -> None:
    known = {place for place, said in expected().items() if "no" in said}
    accused = {(f"00{n}", c.line) for n in range(5) for c in claims(f"00{n}")
               if c.verdict == "differs"}  # fmt: skip
    assert accused - known <= {("001", 365)}, "the heading that line 335 announces"
