"""The labelled corpus, where it is at hand: quality must not fall below what was reached."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from wardround.catalogue.lexicon import load_lexicon
from wardround.reading.document import read_document
from wardround.reading.plan import read_plan

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FLOORS = {
    "segmentation": 0.97,
    "targets": 0.93,
    "figures": 0.92,
    "blanks": 0.97,
    "owners_soft": 0.91,
    "kind_accuracy": 0.89,
    "level_accuracy": 0.88,
    "cadence_accuracy": 0.92,
    "deadline_accuracy": 0.89,
}


@pytest.mark.skipif(not CORPUS.exists(), reason="the labelled corpus is not at hand")
def test_quality_stays_above_its_floors() -> None:
    score = scorer()
    gold = score.load(str(CORPUS / "labels.jsonl"))
    lexicon = load_lexicon()
    read = [
        json.loads(json.dumps(statement.as_json(doc)))
        for doc in sorted({line["doc"] for line in gold})
        for statement in read_plan(read_document(CORPUS / doc), lexicon).statements
    ]
    reached = score.measure(gold, read)
    for name, floor in FLOORS.items():
        value = reached[name]["f1"] if isinstance(reached[name], dict) else reached[name]
        assert value >= floor, f"{name}: {value:.3f} < {floor}"


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
