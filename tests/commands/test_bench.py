"""`bench`: what is measured, in how many rounds, and how it grows with the document."""

from __future__ import annotations

from wardround.bench import reading
from wardround.bench.timing import Contender, exponent, spread, take
from wardround.cli import build_parser
from wardround.commands.bench import BENCHES, bench


def test_contenders_take_turns_and_are_run_alike() -> None:
    turns: list[str] = []

    def run(name: str) -> int:
        turns.append(name)
        return len(turns)

    taken = take([Contender(n, "ours", lambda n=n: run(n)) for n in "ab"], rounds=2)  # type: ignore[misc]
    assert turns == ["a", "b", "a", "b", "b", "a"]
    assert [one.name for one in taken] == ["a", "b"]
    assert all(one.median >= 0 and one.spread >= 0 for one in taken)


def test_the_slope_tells_line_from_square() -> None:
    assert round(exponent([125, 250, 500], [1.0, 2.0, 4.0]), 6) == 1
    assert round(exponent([125, 250, 500], [1.0, 4.0, 16.0]), 6) == 2
    assert spread([2.0]) == 0 and spread([1.0, 1.0, 1.0]) == 0


def test_the_document_is_the_same_on_every_run() -> None:
    assert reading.document(8) == reading.document(8)
    assert len(reading.document(8)) > 7 * len(reading.document(1)) / 2


def test_reading_is_measured_on_a_quarter_a_half_and_the_whole() -> None:
    words = build_parser().parse_args(["bench", "reading", "--pages", "8", "--rounds", "1"])
    words.lang = "en"
    outcome = bench(words)
    data = outcome.data
    assert words.name in BENCHES
    assert data["growth"]["pages"] == [2, 4, 8]
    assert [one["part"] for one in data["contenders"]] == ["ours", "ours", "ours", "floor"]
    assert data["pages_per_second"] > 0
    assert any("pages a second" in line for line in outcome.lines)
