"""Plans of many styles, labelled by hand before the reader saw them: quality must not fall.

The floors are the goals for documents never seen; what the reader reaches here lies above them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.reading.scoring import labelled, measure
from wardround.catalogue.lexicon import load_lexicon
from wardround.reading.document import read_document
from wardround.reading.plan import read_plan

FOLDER = Path(__file__).parent / "labelled"
FLOORS = {
    "segmentation": 0.97,
    "kind": 0.92,
    "owners": 0.94,
    "targets": 0.93,
    "blanks": 0.95,
    "figures": 0.91,
    "cadence": 0.94,
    "deadline": 0.94,
}


@pytest.fixture(scope="module")
def reached() -> dict[str, float]:
    lexicon = load_lexicon()
    pairs = []
    for doc, gold in labelled(FOLDER).items():
        plan = read_plan(read_document(FOLDER / doc), lexicon)
        read = [json.loads(json.dumps(s.as_json(doc))) for s in plan.statements]
        pairs.append((gold, read))
    score = measure(pairs)
    return {name: score.of(name) for name in FLOORS}


@pytest.mark.parametrize("name", FLOORS)
def test_quality_stays_above_its_floor(reached: dict[str, float], name: str) -> None:
    assert reached[name] >= FLOORS[name]


def test_labels_point_at_their_words() -> None:
    for doc, lines in labelled(FOLDER).items():
        text = (FOLDER / doc).read_text(encoding="utf-8")
        for line in lines:
            assert text[line["start"] : line["end"]] == line["text"]
