"""Two short plans of hospitals that do not exist are read exactly as they are labelled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wardround.catalogue.lexicon import load_lexicon
from wardround.reading.document import read_document
from wardround.reading.plan import read_plan

SAMPLES = Path(__file__).with_name("samples")


@pytest.mark.parametrize("name", ["zh-pharmacy-plan", "en-ward-plan"])
def test_a_sample_is_read_as_it_is_labelled(name: str) -> None:
    document = read_document(SAMPLES / f"{name}.txt")
    gold = (SAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    read = [s.as_json(f"{name}.txt") for s in read_plan(document, load_lexicon()).statements]
    assert [line["text"] for line in read] == [json.loads(line)["text"] for line in gold]
    for got, wanted in zip(read, gold, strict=True):
        assert got == json.loads(wanted)
