"""`bench`: what is measured, in how many rounds, and how it grows with the document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from wardround.bench import exports, imports, indicators, peers, reading, workload
from wardround.bench.server import postgres
from wardround.bench.timing import Contender, Timed, exponent, spread, take
from wardround.cli import build_parser
from wardround.commands.bench import BENCHES, bench
from wardround.indicator.values import parts
from wardround.text import Refused


def test_contenders_take_turns_and_are_run_alike() -> None:
    turns: list[str] = []

    def run(name: str) -> int:
        if turns[-1:] != [name]:  # what is brief has many goes in a turn
            turns.append(name)
        return len(turns)

    taken = take([Contender(n, "ours", lambda n=n: run(n)) for n in "ab"], rounds=2)  # type: ignore[misc]
    assert turns == ["a", "b", "a", "b", "a"]
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
    words = build_parser().parse_args(["bench", "reading", "--pages", "4", "--rounds", "1"])
    words.lang = "en"
    outcome = bench(words)
    data = outcome.data
    assert words.name in BENCHES
    assert data["growth"]["pages"] == [1, 2, 4]
    assert [one["part"] for one in data["contenders"]] == ["ours", "ours", "ours", "floor"]
    assert data["pages_per_second"] > 0
    assert any("pages a second" in line for line in outcome.lines)


# -- indicators --------------------------------------------------------------------------------


def test_a_hundred_ratios_come_to_150_measures() -> None:
    whole = workload.made(11_100)
    asked = {
        (part.source.register, atom.key)
        for indicator in whole.catalogue.indicators.values()
        for part in parts(indicator, whole.catalogue)
        if part
        for atom in part.aggregate.atoms
    }
    assert (len(whole.catalogue.indicators), len(asked)) == (100, 150)
    assert whole.rows == {"charge": 10_000, "encounter": 1_000, "round": 100}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> indicators.Scene:
    made = indicators.Scene(tmp_path_factory.mktemp("bench"), 3000, quick=True)
    workload.lay_down(made.whole, made.mart("whole"))
    return made


def test_all_ways_give_the_answers_of_the_cube(scene: indicators.Scene) -> None:
    indicators.build(str(scene.folder), "3000", "True")
    scene.cube("cold").rename(scene.cube("whole"))
    ways, absent = indicators.ways(scene, None)
    for way in ways:
        assert way.contender.run() > 0
    indicators.compare(scene, ways)
    assert len(ways) >= 2  # DuckDB is always there
    assert {one.name for one in absent} >= {"PostgreSQL, one query an indicator"}
    assert all(one.why.zh and one.why.en for one in absent)


def test_a_way_that_answers_otherwise_is_refused(scene: indicators.Scene) -> None:
    way = peers.fused(scene.whole, scene.mart("whole"))
    way.contender.run()
    wrong = {key: (first + 1, *rest) for key, (first, *rest) in way.answers().items()}
    with pytest.raises(Refused, match="answers i000 otherwise"):
        indicators.compare(scene, [replace(way, answers=lambda: wrong)])


def test_a_way_that_cannot_bear_so_many_rows_is_named(tmp_path: Path) -> None:
    few, many = (indicators.Scene(tmp_path, rows) for rows in (50_000_000, 100_000_000))
    ways, absent = indicators.ways(many, None)
    assert ways == [] and peers.POLARS in {one.name for one in absent}
    assert all(one.why.en.startswith("skipped above") for one in absent)
    assert peers.POLARS not in {one.name for one in indicators.ways(few, None)[1]}


def test_the_floor_is_plain_sums_of_the_columns(scene: indicators.Scene) -> None:
    for one in peers.floors(scene.whole, scene.mart("whole")):
        assert (one.part, one.run()) == ("floor", 3)


@pytest.mark.postgres
def test_a_server_answers_alike(scene: indicators.Scene, postgres_url: str) -> None:
    way = postgres(scene.whole, scene.mart("whole"), postgres_url)
    assert isinstance(way, peers.Way)
    assert way.contender.run() > 0
    indicators.compare(scene, [way])


# -- imports -----------------------------------------------------------------------------------


def test_what_is_exported_is_the_same_on_every_run(tmp_path: Path) -> None:
    counted = exports.lay_resources(tmp_path / "fhir", 100)
    assert counted == 100 == sum(share for share, _ in exports.KINDS.values())
    files = sorted((tmp_path / "fhir").iterdir())
    said = [file.read_bytes() for file in files]
    exports.lay_resources(tmp_path / "fhir", 100)
    assert said == [file.read_bytes() for file in files]
    exports.lay_front_pages(tmp_path / "front.csv", 5)
    lines = (tmp_path / "front.csv").read_text("utf-8").splitlines()
    assert {len(line.split(",")) for line in lines} == {100} and len(lines) == 6


def test_imports_are_measured_from_end_to_end() -> None:
    data = imports.bench(imports.LEAST, quick=True)
    named = {one["name"]: one["rows"] for one in data["contenders"]}
    assert named[imports.FHIR] >= imports.LEAST and named[imports.MLLP] > 0


def test_goals_of_imports_are_told_where_they_were_measured() -> None:
    def timed(name: str, median: float, rows: int = 100) -> Timed:
        return Timed(name, "ours", rows, median, median, 0.0, 100.0)

    ours = [timed(name, 1.0) for name in (imports.FHIR, imports.FHIR_PART, imports.FRONT)]
    found = {one.name: one for one in [*ours, timed(imports.BARE, 0.5)]}
    goals = {goal["goal"]: goal for goal in imports.goals(found)}
    over = goals["FHIR, time over a bare read_json"]
    assert (over["found"], over["met"]) == (2.0, False)
    assert goals["front pages, time over a bare Polars read"]["met"] is None
    assert {"import", "indicators", "reading"} <= BENCHES.keys()
