"""Plans that hospitals really wrote, where they lie beside this checkout: read, and adopted."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal
from wardround.reading.document import read_document


@pytest.fixture(scope="session")
def seeds(shared: Path) -> list[Path]:
    return sorted((shared / "corpus/seeds").glob("*.txt"))


def test_each_is_read_sentence_by_sentence(empty: Terminal, seeds: list[Path]) -> None:
    assert len(seeds) == 5
    for file in seeds:
        said = empty("read", file, "--jsonl")
        lines = [json.loads(line) for line in said.out.splitlines()]
        text = read_document(file).text
        assert said.status == 0 and len(lines) > 20, file
        assert all(x["doc"] == str(file) for x in lines)
        assert all(x["text"] == text[x["start"] : x["end"]] for x in lines)
        assert not [x for x in lines if x["lang"] not in ("zh", "en")]


def test_one_is_adopted_and_its_gaps_are_asked_for(copy: Terminal, seeds: list[Path]) -> None:
    told = copy.program("adopt", seeds[1])
    asked = {gap["number"]: gap["asks"] for gap in told["gaps"]}

    assert len(told["items"]) > 30 and len(asked) > len(told["items"]) / 2
    for item in told["items"]:
        assert ("owner" in asked.get(item["number"], ())) == ("owner" in item.get("asks", ()))
        assert item.get("owners") or item["kind"] == "organisation" or "owner" in item["asks"]
    assert copy.program("verify")["intact"]


def test_the_catalogue_covers_only_rows_that_were_asked_for(empty: Terminal, shared: Path) -> None:
    file = shared / "mission/inventory.tsv"
    with file.open(encoding="utf-8") as lines:
        rows = sum(1 for _ in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))

    told = empty.program("catalogue", "coverage", "--inventory", file)

    assert told["rows"] == rows and told["unknown"] == []
    assert told["played"] > 0
