"""What follows from delivered rows: stays from events, the daily census from stays.

Worked inside the delivery that brings the rows, so that both become known together. A census
that a ward reported itself is never overruled.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from wardround.catalogue.model import Register
from wardround.sources import adt
from wardround.sources.gate import plain, sql_type
from wardround.sources.stage import name, quoted
from wardround.store.batches import Keeping, rows_of

EVENTS, STAYS, LYING, CENSUS = "adt_event", "admission", "ward_stay", "bed_day"
_EVENT = (
    "event_id", "kind", "at", "department", "patient_id", "admitted_at", "discharged_at", "died",
)  # fmt: skip
_STAY = (
    "admission_id", "patient_id", "department", "admit_department", "admitted_at",
    "discharged_at", "days", "way",
)  # fmt: skip
_LYING = ("stay_id", "admission_id", "department", "since", "until", "admitted_at", "first",
          "last", "died")  # fmt: skip


def derive(keeping: Keeping, touched: Iterable[str]) -> dict[str, int]:
    """Work out what follows from the registers this delivery touched; register → rows changed."""
    found, registers = dict[str, int](), keeping.house.catalogue.registers
    now = set(touched)
    if EVENTS in now and {EVENTS, STAYS, LYING} <= registers.keys():
        found |= _stays(keeping)
        now |= found.keys()
    if now & {LYING, CENSUS} and {LYING, CENSUS} <= registers.keys():
        changed = _census(keeping)
        if changed:
            found[CENSUS] = changed
    return {key: count for key, count in found.items() if count}


def _stays(keeping: Keeping) -> dict[str, int]:
    """Stays and their parts anew for every admission and patient that has a new event."""
    registers = keeping.house.catalogue.registers
    fresh = " union all ".join(
        f"select admission_id, patient_id, merged from read_parquet({quoted(str(p.file))})"
        for p in keeping.pending if p.register.key == EVENTS
    )  # fmt: skip
    if not fresh:
        return {}
    with rows_of(keeping, registers[EVENTS]) as events:
        new = f"(select admission_id from ({fresh}) where admission_id is not null union select "
        new += f"admission_id from {events} where patient_id in (select merged from ({fresh})))"
        merges = keeping.connection.execute(
            f'select "at", merged, patient_id from {events} '
            "where kind = 'merge' "
            "and merged is not null and patient_id is not null"
        ).fetchall()
        keeping.connection.execute(
            "create or replace table events_ as select admission_id, "
            f"{', '.join(map(name, _EVENT))} from {events} "
            f"where kind <> 'merge' and admission_id in {new}"
        )
    into = adt.survivors(merges)
    folded = _folded(keeping)
    stays, lying = keeping.work / "stays.json", keeping.work / "lying.json"
    with stays.open("w", encoding="utf-8") as out, lying.open("w", encoding="utf-8") as parts:
        for admission, stay in folded:
            out.write(json.dumps(_stay_row(admission, stay, into), default=plain) + "\n")
            for row in _lying_rows(admission, stay):
                parts.write(json.dumps(row, default=plain) + "\n")
    _load(keeping, registers[STAYS], stays, _STAY)
    _load(keeping, registers[LYING], lying, _LYING)
    _gone(keeping, registers[LYING])
    spoken = [c for c in _STAY if c != "way"]
    died = [c for c in _STAY if c in ("admission_id", "way")]
    changed = {
        STAYS: keeping.add(registers[STAYS], f"derived_{STAYS}", spoken),
        LYING: keeping.add(registers[LYING], f"derived_{LYING}", _LYING),
    }
    keeping.connection.execute(f"delete from derived_{STAYS} where way is null or deleted_")
    changed[STAYS] += keeping.add(registers[STAYS], f"derived_{STAYS}", died)
    return changed


def _folded(keeping: Keeping) -> Iterator[tuple[str, adt.Stay | None]]:
    """Every admission in the table of events, and what its events come to."""
    cursor = keeping.connection.cursor()
    cursor.execute("select * from events_ order by admission_id")
    admission, events = None, list[adt.Event]()
    while chunk := cursor.fetchmany(5000):
        for key, *values in chunk:
            if key != admission and events:
                yield str(admission), adt.fold(events)
                events = []
            admission = key
            told = dict(zip(_EVENT, values, strict=True))
            events.append(adt.Event(**{**told, "died": bool(told["died"])}))
    if events:
        yield str(admission), adt.fold(events)


def _stay_row(admission: str, stay: adt.Stay | None, into: Any) -> dict[str, Any]:
    if stay is None:
        return {"admission_id": admission, "deleted_": True}
    return {
        "admission_id": admission, "patient_id": into.get(stay.patient_id, stay.patient_id),
        "department": stay.lying[-1].department, "admit_department": stay.lying[0].department,
        "admitted_at": plain(stay.admitted_at), "discharged_at": plain(stay.discharged_at),
        "days": stay.days, "way": "death" if stay.died else None,
    }  # fmt: skip


def _lying_rows(admission: str, stay: adt.Stay | None) -> Iterator[dict[str, Any]]:
    parts = stay.lying if stay else ()
    for number, part in enumerate(parts, 1):
        assert stay is not None
        last = number == len(parts) and stay.discharged_at is not None
        yield {
            "stay_id": f"{admission}:{number}", "admission_id": admission,
            "department": part.department, "since": plain(part.since),
            "until": plain(part.until), "admitted_at": plain(stay.admitted_at),
            "first": number == 1, "last": last, "died": last and stay.died,
        }  # fmt: skip


def _load(keeping: Keeping, register: Register, file: Any, columns: tuple[str, ...]) -> None:
    listed = ", ".join(f"{name(c)}: '{sql_type(register.field[c])}'" for c in columns)
    keeping.connection.execute(
        f"create or replace table derived_{register.key} as select *, null::TIMESTAMP as sent_ "
        f"from read_json({quoted(str(file))}, format='newline_delimited', "
        f"columns={{{listed}, deleted_: 'BOOLEAN'}})"
    )


def _gone(keeping: Keeping, register: Register) -> None:
    """Parts of a stay that are held and are no longer so."""
    with rows_of(keeping, register) as held:
        if held:
            keeping.connection.execute(
                f"insert into derived_{LYING} by name select stay_id, admission_id, true as "
                f"deleted_ from {held} where admission_id in (select admission_id from events_) "
                f"and stay_id not in (select stay_id from derived_{LYING})"
            )


def _census(keeping: Keeping) -> int:
    """The census of every ward and day up to the last day anything happened.

    `census` counts who lay there at 24:00; `occupied` adds who came and left on the same day.
    """
    registers = keeping.house.catalogue.registers
    register = registers[CENSUS]
    beds = {d.key: d.beds for d in keeping.house.hospital.department.values()}
    values = ", ".join(f"({quoted(k)}, {n})" for k, n in beds.items())
    with rows_of(keeping, registers[LYING]) as lying, rows_of(keeping, register) as held:
        if lying is None:
            return 0
        known = (
            held or "(select null as bed_day_id, null as department, null::date as day where false)"
        )
        keeping.connection.execute(_CENSUS.format(lying=lying, beds=values))
        keeping.connection.execute(
            f"delete from derived_{CENSUS} d where exists (select 1 from {known} h where "
            "h.department = d.department and cast(h.day as date) = d.day "
            "and not starts_with(h.bed_day_id, 'census:'))"
        )
        keeping.connection.execute(
            f"insert into derived_{CENSUS} by name select bed_day_id, true as deleted_ "
            f"from {known} where starts_with(bed_day_id, 'census:') "
            f"and bed_day_id not in (select bed_day_id from derived_{CENSUS})"
        )
    spoken = ("bed_day_id", "department", "day", "open_beds", "census", "occupied", "admitted",
              "discharged", "transferred_in", "transferred_out", "died")  # fmt: skip
    return keeping.add(register, f"derived_{CENSUS}", spoken)


_CENSUS = """
create or replace table derived_bed_day as
with lying as (
  select *, cast(since as date) as from_, cast(until as date) as to_ from {lying}
), span as (
  select min(from_) as first_, max(greatest(from_, coalesce(to_, from_))) as last_ from lying
), nights as (
  select department, cast(unnest(generate_series(from_,
    coalesce(to_ - interval 1 day, span.last_), interval 1 day)) as date) as day
  from lying, span where from_ <= coalesce(to_ - interval 1 day, span.last_)
), days as (
  select department, cast(unnest(generate_series(min(from_), any_value(span.last_), interval 1 day))
    as date) as day from lying, span group by department
), told as (
  select department, day, 1 as census, 0 as same, 0 as came, 0 as went, 0 as moved_in,
    0 as moved_out, 0 as died from nights
  union all select department, from_, 0, 0, "first"::int, 0, (not "first")::int, 0, 0 from lying
  union all select department, to_, 0, ("last" and cast(admitted_at as date) = to_)::int, 0,
    "last"::int, 0, (not "last")::int, died::int from lying where to_ is not null
), beds(department, beds) as (values {beds})
select 'census:' || d.department || ':' || d.day as bed_day_id, d.department, d.day,
  any_value(coalesce(beds.beds, 0)) as open_beds,
  coalesce(sum(census), 0) as census, coalesce(sum(census), 0) + coalesce(sum(same), 0) as occupied,
  coalesce(sum(came), 0) as admitted, coalesce(sum(went), 0) as discharged,
  coalesce(sum(moved_in), 0) as transferred_in, coalesce(sum(moved_out), 0) as transferred_out,
  coalesce(sum(t.died), 0) as died, null::TIMESTAMP as sent_, null::BOOLEAN as deleted_
from days d left join told t on t.department = d.department and t.day = d.day
left join beds on beds.department = d.department
group by d.department, d.day
"""
