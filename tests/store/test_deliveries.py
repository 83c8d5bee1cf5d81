"""Tables delivered in bulk: good rows kept, bad ones told, the same again changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import at
from wardround.store import deliveries, mart, measuring
from wardround.store.deliveries import Imported
from wardround.store.house import House
from wardround.store.models import Case, Entry, FeedBatch
from wardround.text import Refused

NOW = at("2026-04-01T08:00")
READINGS = """时间,科室,对象,温度,已做的处置
2026-03-02 08:05,clinic,F1,4.5,
2026-03-02 08:06,clinic,F2,9.0,移至 F1
"""
VISITS = """visit_id,kind,department,registered_at
V1,outpatient,ward_1,2026-03-02 08:00
V2,emergency,ward_2,2026-03-02 09:00
"""


def take_in(house: House, text: str, key: str, who: str, name: str = "delivered.csv") -> Imported:
    path = house.data / name
    path.write_text(text, "utf-8")
    return deliveries.take_in(house, "csv", path, key, house.viewer(who), NOW)


def counts(done: Imported) -> tuple[int, int, int, int]:
    return done.rows, done.new, done.unchanged, len(done.rejected)


def readings(house: House, text: str = READINGS) -> Imported:
    return take_in(house, text, "cold_chain", "vaccinator")


def visits(house: House, text: str = VISITS) -> Imported:
    return take_in(house, text, "visit", "quality_officer")


def test_rows_of_a_kept_register_are_entries_by_the_same_gate(house: House) -> None:
    assert counts(readings(house)) == (2, 2, 0, 0)

    kept = {e.subject: e for e in Entry.objects.filter(register="cold_chain")}
    assert kept["F2"].values == {"temperature": 9.0, "action": "移至 F1"}
    assert kept["F1"].occurred_at == at("2026-03-02T08:05")
    assert {e.recorded_by for e in kept.values()} == {"vaccinator"}
    assert Case.objects.get().subject == "F2"


def test_the_same_table_again_changes_nothing(house: House) -> None:
    readings(house)

    assert counts(readings(house)) == (2, 0, 2, 0)
    assert Entry.objects.filter(register="cold_chain").count() == 2
    assert counts(readings(house, READINGS + "2026-03-02 15:00,clinic,F1,5.0,\n")) == (3, 1, 2, 0)


def test_a_bad_row_is_told_with_its_place_and_the_others_are_kept(house: House) -> None:
    broken = READINGS + "2026-03-03 08:05,clinic,F1,9.0,\n昨天,clinic,F1,4.0,\n"
    done = readings(house, broken)

    assert counts(done) == (4, 2, 0, 2)
    assert [(f.place, f.field) for f in done.rejected] == [
        ("第 4 行", "action"), ("第 5 行", "occurred_at")
    ]  # fmt: skip
    assert done.as_json()["rejected"][0]["why"]["en"].startswith("9 °C is above")  # type: ignore[index]


def test_who_may_not_record_may_not_import(house: House) -> None:
    done = take_in(house, READINGS, "cold_chain", "nurse")

    assert (done.new, len(done.rejected)) == (0, 2) and Entry.objects.count() == 0
    with pytest.raises(Refused, match="Functional offices"):
        take_in(house, VISITS, "visit", "nurse")
    with pytest.raises(Refused, match="Functional offices"):
        take_in(house, VISITS, "visit", "auditor")


def test_rows_of_a_feed_are_a_batch(house: House) -> None:
    done = visits(house)

    assert counts(done) == (2, 2, 0, 0)
    batch = FeedBatch.objects.get(pk=done.batch)
    assert (batch.rows, batch.loaded_by) == (2, "quality_officer")
    assert (house.data / batch.file).is_file()
    assert Entry.objects.count() == 0


def test_the_same_feed_again_changes_nothing(house: House) -> None:
    visits(house)
    again = visits(house)

    assert counts(again) == (2, 0, 2, 0) and again.batch is None
    assert FeedBatch.objects.count() == 1


def test_only_what_is_new_or_changed_makes_a_batch(house: House) -> None:
    visits(house)
    more = VISITS.replace("V2,emergency", "V2,checkup") + "V3,outpatient,ward_1,2026-03-03 08:00\n"

    assert counts(visits(house, more)) == (3, 2, 1, 0)
    measuring.refresh(house, NOW)
    folder = house.data / "mart" / "visit"
    with mart.connect() as connection:
        found = connection.execute(
            f"select visit_id, kind from read_parquet('{folder}/*.parquet') order by 1"
        ).fetchall()
    assert found == [("V1", "outpatient"), ("V2", "checkup"), ("V3", "outpatient")]


def test_a_bad_feed_row_is_told_and_the_others_are_kept(house: House) -> None:
    broken = (
        VISITS + "V3,outpatient,ward_9,2026-03-03 08:00\nV4,walk,ward_1,2026-03-03 09:00\n,,,\n"
    )
    done = visits(house, broken)

    assert (done.new, {f.field for f in done.rejected}) == (2, {"department", "kind"})
    assert len(FeedBatch.objects.get().rejected) == len(done.rejected)


def test_half_a_file_keeps_what_it_says(house: House) -> None:
    """A file cut in the middle of a row loses that row, and says so."""
    cut = VISITS[: VISITS.index("2026-03-02 09:00")]
    done = visits(house, cut)

    assert done.new == 1 and len(done.rejected) >= 1
    assert counts(visits(house)) == (2, 1, 1, 0), "the whole file brings the rest"


@pytest.mark.parametrize(
    ("key", "name", "text", "says"),
    [
        ("nothing", "x.csv", VISITS, "no register"),
        ("visit", "x.csv", "", "is empty"),
        ("visit", "x.csv", "colour,taste\nred,sweet\n", '"colour" is not known'),
    ],
)
def test_what_is_no_such_table_is_refused(
    house: House, key: str, name: str, text: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        take_in(house, text, key, "quality_officer", name)
    assert not FeedBatch.objects.exists()


def test_a_file_that_is_not_there_is_refused(house: House, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no file"):
        deliveries.take_in(
            house, "csv", tmp_path / "none.csv", "visit", house.viewer("quality_officer"), NOW
        )
