"""The same catalogue on a Spark cluster and in DuckDB: equal cells, equal figures, of one hospital
and of a region. Both are held to plain Python."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.indicator.mart import catalogue, choices, field, indicator, register, write
from wardround.bench import workload
from wardround.catalogue.model import Catalogue, Ranking
from wardround.cli import main
from wardround.commands.cluster import running
from wardround.indicator import reference
from wardround.indicator.cube import plan
from wardround.indicator.database import Embedded
from wardround.indicator.engine import Engine, connect
from wardround.indicator.region import Region
from wardround.indicator.values import FILLED, Value, steady
from wardround.period import Period
from wardround.store import spark
from wardround.text import Refused

KINDS = ["home", "death", "back\\slash"]
VISIT = register(
    "visit", field("x", "decimal"), field("y", "integer"), field("f", "flag"),
    field("kind", "choice", choices=choices(*KINDS)),
    field("note", "text"), field("came", "datetime"), field("left", "datetime"),
    field("born", "date"), field("tags", "multi", choices=choices("a", "b")),
)  # fmt: skip
DRUG = register(
    "drug", field("at", "datetime"), field("drug", "text"), field("price", "decimal"),
    feed=True, id="at", day="at",
)  # fmt: skip
CONDITIONS = [
    "f", "not f", "f is true", "f is not false", "f is null", "x is not null",
    "x > 1", "x >= 1 and y < 2", "x <= -1 or y <> 2", "x between -1 and 1", "y in (1, 2)",
    "y not in (1, 2)", "kind = 'home'", "kind <> 'home'", "kind in ('home', 'death')",
    "kind = 'back\\slash'", "note < 'm'", "note >= '血压'", "note = 'it''s \"so\"'",
    "note between 'a' and 'n'", "contains(tags, 'a')", "not contains(tags, 'b')",
    "came >= '2024-02-01'", "came < '2024-02-01 12:00:00'", "born = '1960-05-01'",
    "born < came", "left > came", "came between '2024-01-10' and '2024-02-10'",
    "hours(came, left) > 24", "minutes(came, left) <= 90", "days(came, left) between 1 and 3",
    "days(born, came) / 365.25 >= 64", "x / y > 0.5", "x / (y - 1) is null", "abs(x) >= 2",
    "-x > 1", "x * 2 + y - 1 > 0", "coalesce(x, y, 0) = 0", "least(x, y) < 0",
    "greatest(x, y, 0) > 1", "x = y", "department = 'ward_a'", "(f or x > 1) and not (y = 1)",
    "kind = 'home' and f and hours(came, left) < 48",
]  # fmt: skip
SUMS = [
    "count(*)", "sum(x)", "sum(f)", "sum(x * y)", "sum(hours(came, left))", "sum(x / y)",
    "sum_if(x, kind = 'home')", "sum_if(least(x, 1), f)", "2 * sum(x) - count(*) / 4",
    "count_if(f) + 3 * count_if(not f)",
]  # fmt: skip
OTHER = [
    "median(x)", "median_if(x, kind = 'home')", "min(y)", "max(x * 2)", "count(distinct kind)",
    "distinct_if(y, f)", "count(distinct born)", "last(x)", "last_if(y, f)",
    "count(distinct note)", "distinct_if(subject, f)",
]  # fmt: skip
TOTALS = register(
    "monthly_totals", field("month", "date"), field("indicator", "text"),
    field("numerator", "decimal"), field("denominator", "decimal"), day="month",
)  # fmt: skip
PERIODS = [Period.parse(key) for key in ("2024-02", "2024H1", "2024-01-20..2024-02-11", "2023")]
NOTES = ["apple", "moon", "血压高", "心电图", 'it\'s "so"']
HOSPITALS = ("county", "town_2", "old-street")


def declared() -> Catalogue:
    asked = [f"count_if({condition})" for condition in CONDITIONS] + SUMS + OTHER
    made = [indicator(f"i{at:02}", "visit", formula) for at, formula in enumerate(asked)]
    made += [
        indicator("ratio", "visit", "count_if(f)", denominator="count(*)", unit="%"),
        indicator("across", "visit", "sum(x)", denominator="sum(price)",
                  denominator_register="drug", unit="per_1000"),
        indicator("by_birth", "visit", "sum_if(x, f)", day="born"),
        indicator("dearest", "drug", ranking=Ranking("drug", "sum(price)", 2)),
        indicator("tagged", "visit", ranking=Ranking("tags", "median(x)", 3)),
    ]  # fmt: skip
    return catalogue([VISIT, DRUG, TOTALS], made)


def rows_of(hospital: int) -> dict[str, list[dict[str, Any]]]:
    """Rows in which every field is now and then absent; the same on every run."""
    dice = random.Random(hospital)
    first = datetime(2024, 1, 5)

    def maybe(value: Any) -> Any:
        return value if dice.random() > 0.2 else None

    visits = []
    for number in range(90):
        came = first + timedelta(hours=dice.randrange(0, 1400, 6))
        visits.append({
            "row_id": f"v{number}", "day": maybe(came.date()), "occurred_at": maybe(came),
            "department": maybe(dice.choice(["ward_a", "ward_b", "clinic"])),
            "subject": maybe(dice.choice(["s1", "s2"])),
            "x": maybe(dice.randrange(-12, 12) / 4), "y": maybe(float(dice.randrange(-3, 4))),
            "f": maybe(dice.random() < 0.5), "kind": maybe(dice.choice(KINDS)),
            "note": maybe(dice.choice(NOTES)) if hospital != 1 else None,
            "came": maybe(came),
            "left": maybe(came + timedelta(minutes=dice.randrange(30, 6000, 30))),
            "born": maybe(date(1960, dice.choice([5, 6]), 1)),
            "tags": maybe(dice.choice([[], ["a"], ["a", "b"]])),
        })  # fmt: skip
    drugs = [
        {"row_id": f"d{number}", "day": date(2024, 1 + number % 3, 9), "department": "clinic",
         "at": datetime(2024, 1 + number % 3, 9, 8), "drug": maybe(dice.choice(["p", "q", "r"])),
         "price": dice.randrange(1, 40) / 4}
        for number in range(30)
    ]  # fmt: skip
    told = {"row_id": "t", "department": "clinic", "indicator": "ratio", "month": date(2023, 7, 1),
            "day": date(2023, 7, 1), "recorded_at": datetime(2024, 1, 2), "numerator": 3.0,
            "denominator": 9.0 + hospital}  # fmt: skip
    return {"visit": visits, "drug": drugs, "monthly_totals": [told] if hospital else []}


QUICK = {  # what it costs to begin matters here, not what it costs to go on
    "spark.executor.memory": "640m", "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false", "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}  # fmt: skip
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(scope="module")
def installed() -> None:
    """What Spark needs is on this machine."""
    if not find_spec("pyspark"):
        pytest.skip("no pyspark here: `./run test` installs requirements-spark.txt")
    if not shutil.which("java"):
        pytest.skip("no Java here: `./run test` installs default-jre-headless")


@pytest.fixture(scope="module")
def cluster(installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a master on loopback with two workers."""
    settings = tmp_path_factory.mktemp("spark")
    lines = [f"{key} {value}" for key, value in QUICK.items()]
    (settings / "spark-defaults.conf").write_text("\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(settings))
        patch.setenv("JAVA_TOOL_OPTIONS", JAVA)
        with running(workers=2, memory=700) as (master, _):
            yield master
            spark.connected(master).stop()


@pytest.fixture(scope="module")
def recorded() -> dict[str, dict[str, list[dict[str, Any]]]]:
    return {name: rows_of(number) for number, name in enumerate(HOSPITALS)}


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    recorded: Mapping[str, Mapping[str, list[dict[str, Any]]]],
) -> Path:
    """The marts of three hospitals; one of them kept no notes before they were declared."""
    made = tmp_path_factory.mktemp("region")
    for name, found in recorded.items():
        for key, rows in found.items():
            without = ["note"] if name == HOSPITALS[1] else []
            write(made / "mart" / name, declared().registers[key], rows, without)
    return made


def steadied(value: Any) -> Any:
    """A sum without its last digits, which change with the order in which rows are added."""
    return steady(value) if isinstance(value, float) else value


def cells(cube: Path, one: Catalogue) -> dict[str, list[tuple[Any, ...]]]:
    """Source → its cells, in order."""
    found = {}
    for source, atoms in plan(one).items():
        if files := [str(file) for file in (cube / source.key).glob("*.cells.parquet")]:
            listed = ", ".join(f'"{column}"' for column in (".department", ".day", *atoms))
            query = f"select {listed} from read_parquet(?) order by 1, 2"
            lines = duckdb.execute(query, [files]).fetchall()
            found[source.key] = [tuple(map(steadied, line)) for line in lines]
    return found


def test_a_hospital_has_the_same_cells_and_figures(cluster: str, tmp_path: Path) -> None:
    made = replace(workload.shipped(3000), departments=4, days=40)
    workload.lay_down(made, tmp_path / "mart")
    ours, theirs = (
        Engine(made.catalogue, tmp_path / "mart", tmp_path / name, made.tree)
        for name in ("duckdb", "spark")
    )
    did = ours.refresh(), theirs.refresh(database=spark.connected(cluster))
    assert did[0].days_recomputed == did[1].days_recomputed > 0
    found, wanted = (cells(tmp_path / name, made.catalogue) for name in ("spark", "duckdb"))
    assert len(found) == len(plan(made.catalogue))
    assert found == wanted
    asked = list(made.catalogue.indicators.values())
    month = [Period.parse("2024-07")]
    assert theirs.series_many(asked, None, month) == ours.series_many(asked, None, month)


def test_a_region_comes_to_the_same(cluster: str, folder: Path) -> None:
    one = declared()
    ours = Region(one, folder, Embedded(connect(folder)))
    counted = ours.measure()
    figures = ours.figures(PERIODS[2])
    theirs = Region(one, folder, spark.connected(cluster))
    again = theirs.measure()
    assert (again.measures, again.cells) == (counted.measures, counted.cells)
    assert theirs.figures(PERIODS[2]) == figures


OWN = re.compile(r"distinct.*(note|subject)")
"""What each hospital says in its own words: two hospitals' are never the same."""


def test_its_figures_are_those_of_plain_python(
    folder: Path, recorded: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
) -> None:
    one = declared()
    here = Region(one, folder, Embedded(connect(folder)))
    here.measure()
    together = {
        key: [
            {**row, "department": f"{name}/{row['department']}"}
            for name, rows in recorded.items()
            for row in rows[key]
        ]
        for key in ("visit", "drug")
    }
    for period in PERIODS:
        found = here.figures(period)
        for key, each in one.indicators.items():
            for name, rows in recorded.items():
                said = found[key].hospitals.get(name) or Value(None)
                assert bare(said) == bare(reference.value(each, one, rows, {}, None, period)), key
            whole = found[key].region
            if OWN.search(each.numerator):
                assert (whole.value or 0) == sum(
                    v.value or 0 for v in found[key].hospitals.values()
                )
            elif period.start.year == 2024 and "department" not in each.numerator:
                plain = reference.value(each, one, together, {}, None, period)
                assert bare(whole) == bare(plain), (key, each.numerator)


def bare(value: Value) -> Value:
    return replace(value, why_none=None)


def test_the_region_adds_up_those_that_speak(folder: Path) -> None:
    found = Region(declared(), folder, Embedded(connect(folder)))
    found.measure()
    ratio = found.figures(Period.parse("2023"))["ratio"]
    assert sorted(ratio.hospitals) == ["old-street", "town_2"]  # they entered totals by hand
    assert (ratio.region.numerator, ratio.region.denominator) == (6.0, 21.0)


def test_the_region_leaves_out_those_whose_feed_never_says(tmp_path: Path) -> None:
    """A share of 0 for want of a column is none, and must not thin the region's."""
    dear = indicator("dear", "drug", "count_if(price > 5)", denominator="count(*)", unit="%")
    one = catalogue([DRUG], [dear])
    for name, price, filled in (("county", 9.0, ["at", "price"]), ("town", None, ["at"])):
        row = {"row_id": "d", "day": date(2024, 1, 9), "department": "clinic",
               "at": datetime(2024, 1, 9, 8), "price": price}  # fmt: skip
        write(tmp_path / "mart" / name, DRUG, [row])
        (tmp_path / "mart" / name / "drug" / FILLED).write_text(json.dumps(filled))
    found = Region(one, tmp_path, Embedded(connect(tmp_path)))
    found.measure()
    share = found.figures(Period.parse("2024-01"))["dear"]
    assert (share.region.value, share.region.denominator) == (100.0, 1.0)
    assert share.hospitals["town"].value is None and share.hospitals["town"].why_none


@pytest.mark.parametrize(
    ("engine", "master", "said"),
    [
        ("spark", None, "Name Spark's master"),
        ("duckdb", "spark://127.0.0.1:7077", "goes with --engine spark"),
        ("spark", "127.0.0.1:7077", "not the address"),
        ("spark", "spark://127.0.0.1:1", "Nobody answers"),
    ],
)
def test_a_cluster_that_is_not_there_is_told(
    installed: None, engine: str, master: str | None, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        spark.asked(engine, master)


def test_without_java_one_is_told_how_to_get_it(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(Refused, match="default-jre-headless"):
        spark.needed()


def test_the_command_tells_of_the_region_and_each_hospital(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = replace(workload.shipped(2000), departments=4, days=31)
    for name in ("east", "west"):
        workload.lay_down(made, tmp_path / "mart" / name)
    assert main(["region", str(tmp_path), "--period", "2024-07", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hospitals"] == ["east", "west"]
    stays = next(f for f in found["figures"] if f["indicator"] == "discharges")
    assert stays["value"] == sum(stays["hospitals"].values()) > 0
    (tmp_path / "mart" / "not a key").mkdir()
    assert main(["region", str(tmp_path), "--period", "2024-07", "--lang", "en"]) == 2
    assert "letters, digits" in capsys.readouterr().err
