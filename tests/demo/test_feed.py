"""The demonstration feeds: plausible volumes, a census that balances, one story throughout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from wardround.catalogue.load import load
from wardround.catalogue.organisation import Hospital, load_hospital
from wardround.demo import feed, inpatients

HOSPITAL = Path(feed.__file__).parent / "hospital.toml"


@pytest.fixture(scope="session")
def hospital() -> Hospital:
    return load_hospital(HOSPITAL, load())


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, hospital: Hospital) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("feed")
    return folder, feed.write_feed(folder, hospital)


@pytest.fixture(scope="session")
def db(written: tuple[Path, dict]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name in written[1]:
            connection.execute(f"CREATE VIEW {name} AS FROM '{written[0]}/{name}.parquet'")
        yield connection


def one(db: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    row = db.execute(sql).fetchone()
    assert row is not None
    return row


def test_the_hospital_has_180_beds_and_somebody_for_every_function(hospital: Hospital) -> None:
    assert sum(d.beds for d in hospital.department.values()) == hospital.hospital.beds == 180
    assert [f for f in load().functions if not hospital.performing(f)] == []
    assert all(hospital.head_of(d.key) for d in hospital.department.values() if d.beds)


def test_every_feed_is_written_with_its_declared_columns(
    db: duckdb.DuckDBPyConnection, written: tuple[Path, dict]
) -> None:
    registers = load().registers
    assert all(count > 0 for count in written[1].values())
    for name in written[1]:
        fields, columns = registers[name].field, set(db.table(name).columns)
        asked = {key for key, field in fields.items() if field.required}
        assert asked <= columns <= set(fields)


def test_the_volumes_are_those_of_a_county_hospital(written: tuple[Path, dict]) -> None:
    rows = written[1]
    assert 250_000 < rows["visit"] < 350_000
    assert 14_000 < rows["admission"] < 17_000
    assert rows["charge"] <= 800_000 and rows["drug_item"] <= 460_000
    assert rows["bed_day"] == 8 * 735


def test_the_census_balances_on_every_ward_and_night(db: duckdb.DuckDBPyConnection) -> None:
    unbalanced = one(db, """
        SELECT count(*) FROM (
          SELECT census, lag(census) OVER (PARTITION BY department ORDER BY day) AS before,
            admitted + transferred_in - discharged - transferred_out AS change FROM bed_day)
        WHERE census <> before + change""")  # fmt: skip
    assert unbalanced == (0,)
    still_in = one(db, "SELECT count(*) FROM admission WHERE discharged_at IS NULL")
    assert still_in == one(db, "SELECT sum(census) FROM bed_day WHERE day = '2026-07-05'")


def test_the_wards_are_full_but_not_absurd(db: duckdb.DuckDBPyConnection) -> None:
    for half in ("2025-01-01' AND '2025-06-30", "2026-01-01' AND '2026-06-30"):
        (share,) = one(db, f"""
            SELECT 100.0 * sum(occupied) / sum(open_beds) FROM bed_day WHERE day BETWEEN '{half}'
            """)  # fmt: skip
        assert 92 <= share <= 98


def test_the_refurbished_ward_is_empty_for_two_weeks(db: duckdb.DuckDBPyConnection) -> None:
    assert one(db, """
        SELECT count(*), sum(census), sum(open_beds) FROM bed_day
        WHERE department = 'surgery_2' AND day BETWEEN '2025-11-10' AND '2025-11-23'
        """) == (14, 0, 0)  # fmt: skip


def test_discharged_fields_wait_for_the_discharge(db: duckdb.DuckDBPyConnection) -> None:
    assert one(db, """
        SELECT count(*) FROM admission WHERE (discharged_at IS NULL) <> (way IS NULL)
          OR (discharged_at IS NULL) <> (outcome IS NULL) OR (way = 'death') <> (outcome = 'died')
          OR discharged_at < admitted_at OR days < 1
          OR (discharged_at IS NULL) <> (total_charge IS NULL)""") == (0,)  # fmt: skip
    assert one(db, """
        SELECT sum(died) - (SELECT count(*) FROM admission
          WHERE way = 'death' AND discharged_at >= '2024-07-01') FROM bed_day
        """) == (0,)  # fmt: skip


def test_a_stay_costs_what_its_charges_add_up_to(db: duckdb.DuckDBPyConnection) -> None:
    assert one(db, """
        SELECT count(*) FROM admission a JOIN (
          SELECT encounter, sum(amount) AS total FROM charge GROUP BY 1) c
          ON c.encounter = a.admission_id
        WHERE admitted_at >= '2024-07-01' AND abs(a.total_charge - c.total) > 0.01
        """) == (0,)  # fmt: skip


def test_the_story_shows_in_the_figures(db: duckdb.DuckDBPyConnection) -> None:
    def share(year: str) -> float:
        return one(db, f"""
            SELECT sum(amount) FILTER (category LIKE 'drug%') / sum(amount) FROM charge
            WHERE "at" BETWEEN '{year}-01-01' AND '{year}-07-01'""")[0]  # fmt: skip

    def caesareans(year: str) -> float:
        return one(db, f"""
            SELECT avg((mode = 'caesarean')::INTEGER) FROM delivery
            WHERE "at" BETWEEN '{year}-01-01' AND '{year}-07-01'""")[0]  # fmt: skip

    assert share("2026") < share("2025") - 0.01
    assert caesareans("2026") > caesareans("2025") + 0.05
    march, june = (one(db, f"""
        SELECT sum(ddds) / sum(days) FROM admission
        WHERE strftime(discharged_at, '%Y-%m') = '{month}'""")[0]
        for month in ("2026-03", "2026-06"))  # fmt: skip
    assert march > 1.2 * june


def test_departments_are_the_hospitals_own(
    db: duckdb.DuckDBPyConnection, hospital: Hospital, written: tuple[Path, dict]
) -> None:
    for name in written[1]:
        found = db.execute(f"SELECT DISTINCT department FROM {name}").fetchall()
        assert {key for (key,) in found} <= hospital.department.keys()


def test_the_same_wards_are_played_every_time(hospital: Hospital) -> None:
    beds = {ward: hospital.department[ward].beds for ward in inpatients.WARDS}
    assert inpatients.play(beds).delivery == inpatients.play(beds).delivery
