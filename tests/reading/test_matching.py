"""Sentences find the system they speak of, in both languages and in genres nobody tuned for.

`judged/sentences.tsv`: language, genre, system, sentence; written and judged by hand, in words of
their genre rather than the catalogue's. The inventory's quotes are measured where they are at hand.
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections import defaultdict
from pathlib import Path

import pytest

from wardround.catalogue.lexicon import load_lexicon
from wardround.catalogue.load import load
from wardround.catalogue.model import Catalogue
from wardround.reading.match import Match, Matcher, matcher_of

JUDGED = Path(__file__).with_name("judged") / "sentences.tsv"
INVENTORY = Path(__file__).parents[3] / "shared" / "mission" / "inventory.tsv"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="module")
def matcher(catalogue: Catalogue) -> Matcher:
    return Matcher(catalogue, load_lexicon())


def systems(matcher: Matcher, text: str) -> list[str]:
    return [m.key for m in matcher.match(text, kinds=["system"])]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_of_other_genres_find_their_system_among_three(
    matcher: Matcher, lang: str
) -> None:
    rows = [line.split("\t") for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    lost = [text for of, _, key, text in rows if of == lang and key not in systems(matcher, text)]
    assert len(lost) <= 0.15 * sum(of == lang for of, *_ in rows), lost


@pytest.mark.skipif(not INVENTORY.exists(), reason="the inventory is not at hand")
def test_the_inventory_finds_what_covers_it(catalogue: Catalogue, matcher: Matcher) -> None:
    covering: dict[str, set[str]] = defaultdict(set)
    for system in catalogue.systems.values():
        for row in system.covers:
            covering[row].add(system.key)
    with INVENTORY.open(encoding="utf-8") as lines:
        listed = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    hits: dict[int, list[bool]] = {0: [], 1: []}
    for row in listed:
        if row["id"] in covering:
            half = int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2
            hits[half].append(bool(covering[row["id"]] & set(systems(matcher, row["quote"]))))
    recall = {half: sum(found) / len(found) for half, found in hits.items()}
    assert min(recall.values()) >= 0.9, recall


def test_two_languages_meet_in_a_concept(matcher: Matcher) -> None:
    def why(text: str, system: str) -> Match:
        return next(m for m in matcher.match(text, kinds=["system"]) if m.key == system)

    assert "＝" in why("Notify cholera by direct reporting at once.", "infectious_report").why.zh
    assert "same meaning" in why("医用垃圾由专人收走。", "medical_waste").why.en


def test_a_heading_lends_its_words_to_the_sentences_below(matcher: Matcher) -> None:
    text = "Carry out one session a quarter."
    plain = systems(matcher, text)
    below = [m.key for m in matcher.match(text, ["Fire drills"], kinds=["system"])]
    assert below[0] == "fire_drill" and plain[:1] != ["fire_drill"]


def test_only_what_is_among_is_proposed(matcher: Matcher) -> None:
    found = matcher.match(
        "手卫生依从率不低于80%", kinds=["indicator"], among={"alos", "hai_underreport"}
    )
    assert {m.key for m in found} <= {"alos", "hai_underreport"}


def test_the_index_is_made_once_a_catalogue(catalogue: Catalogue) -> None:
    first = matcher_of(catalogue)
    assert matcher_of(catalogue) is first


def test_twice_the_sentences_cost_about_twice_the_time(matcher: Matcher) -> None:
    """The best of three, so that a busy machine does not decide."""
    text = "每月检查病区抢救车、手卫生和医疗废物，发现问题限期整改。"

    def seconds(times: int) -> float:
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            for number in range(times):
                matcher.match(f"{text}{number}")
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(40) < 4 * seconds(20)
