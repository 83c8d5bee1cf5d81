"""What follows from delivered rows: stays and visits from events, the daily census from stays.

Worked inside the delivery that brings the rows, so that both become known together. A census
that a ward reported itself is never overruled.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as made
from typing import Any, TypeVar

from wardround.catalogue.model import Register
from wardround.catalogue.values import out_of_order
from wardround.sources import adt
from wardround.sources.gate import Aside, as_words, plain, sql_type
from wardround.sources.stage import name, quoted
from wardround.sources.table import SourceRow
from wardround.store.batches import Keeping, rows_of
from wardround.text import Fault

T = TypeVar("T")
EVENTS, STAYS, LYING, CENSUS = "adt_event", "admission", "ward_stay", "bed_day"
VISITS = "visit"
_EVENT = (
    "event_id", "kind", "at", "department", "patient_id", "admitted_at", "discharged_at", "died",
    "setting", "doctor", "diagnosis_code", "recorded_at",
)  # fmt: skip
_STAY = (
    "admission_id", "patient_id", "department", "admit_department", "admitted_at",
    "discharged_at", "days", "way",
)  # fmt: skip
_LYING = ("stay_id", "admission_id", "department", "since", "until", "admitted_at", "first",
          "last", "died")  # fmt: skip
_VISIT = (
    "visit_id", "patient_id", "kind", "department", "registered_at", "finished_at", "refunded",
)  # fmt: skip
_BESIDE = ("doctor", "diagnosis_code")
"""What messages may never say of a visit, and other tables do."""


@dataclass
class Follows:
    """`rows` has how many changed by register; `stays` the numbers of those that stand,
    `contradictory` those that cannot be for what their events say."""

    rows: dict[str, int] = made(default_factory=dict)
    stays: set[str] = made(default_factory=set)
    contradictory: list[Aside] = made(default_factory=list)


def derive(keeping: Keeping, touched: Iterable[str]) -> Follows:
    """Work out what follows from the registers this delivery touched."""
    found, registers = Follows(), keeping.house.catalogue.registers
    now = set(touched)
    if EVENTS in now and {EVENTS, STAYS, LYING, VISITS} <= registers.keys():
        into, stays = _chosen(keeping)
        _stays(keeping, into, stays, found)
        found.rows[VISITS] = _visits(keeping, into, stays)
        _one_person(keeping, into)
        now |= found.rows.keys()
    if LYING in now and LYING in registers:
        _no_older(keeping, registers[LYING])
    if now & {LYING, CENSUS} and {LYING, CENSUS} <= registers.keys():
        found.rows[CENSUS] = _census(keeping)
    found.rows = {key: count for key, count in found.rows.items() if count}
    return found


def _chosen(keeping: Keeping) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Put into `events_` all events of every stay, visit and patient that has a new one, under
    the number that is left of those that were merged; patient number → what it was merged into,
    and the same of stays and visits."""
    registers = keeping.house.catalogue.registers
    fresh = keeping.fresh(registers[EVENTS])
    with rows_of(keeping, registers[EVENTS]) as events:
        merges = keeping.connection.execute(
            'select "at", merged, patient_id, merged_stay, admission_id '
            f"from {events} where kind = 'merge'"
        ).fetchall()
        patients = adt.survivors((at, a, b) for at, a, b, _, _ in merges if a and b)
        stays = adt.survivors((at, a, b) for at, _, _, a, b in merges if a and b)
        _know_survivors(keeping, stays)
        keeping.connection.execute(
            "create or replace table events_ as with known as (select coalesce(s.new, "
            "e.admission_id) as stay_, e.* "
            f"from {events} e left join survivors_ s on s.old = e.admission_id) "
            f"select stay_ as admission_id, {', '.join(map(name, _EVENT))} from known "
            "where kind <> 'merge' and stay_ in (select k.stay_ from known k where "
            f"admission_id in (select admission_id from ({fresh})) or "
            f"(exists (select 1 from ({fresh}) where merged is not null) and "
            "patient_id in (select merged from known)))"
        )
    return patients, stays


def _know_survivors(keeping: Keeping, into: Mapping[str, str]) -> None:
    keeping.connection.execute("create or replace table survivors_ (old varchar, new varchar)")
    if into:
        keeping.connection.executemany("insert into survivors_ values (?, ?)", list(into.items()))


def _one_person(keeping: Keeping, into: Mapping[str, str]) -> None:
    """The number that is left of a person's several in what others than messages told."""
    _know_survivors(keeping, into)
    for key in (STAYS, VISITS) if into else ():
        register, table = keeping.house.catalogue.registers[key], f"derived_{key}"
        with rows_of(keeping, register) as held:
            if held:
                keeping.connection.execute(
                    f"create or replace table {table} as select {register.id}, new as patient_id, "
                    f"version_ as sent_, null::BOOLEAN as deleted_ from {held} "
                    "join survivors_ on old = patient_id"
                )
                keeping.add(register, table, (register.id or "", "patient_id"))


def _stays(
    keeping: Keeping, into: Mapping[str, str], merged: Mapping[str, str], found: Follows
) -> None:
    """The stays of these events and their parts anew; those that were merged are none."""
    registers = keeping.house.catalogue.registers
    stays, lying = keeping.work / "stays.json", keeping.work / "lying.json"
    with stays.open("w", encoding="utf-8") as out, lying.open("w", encoding="utf-8") as parts:
        for admission, stay in _folded(keeping, "setting is null", adt.fold):
            if stay and (contradiction := _contradiction(registers[STAYS], admission, stay)):
                found.contradictory.append(contradiction)
                stay = None
            if stay:
                found.stays.add(admission)
            out.write(json.dumps(_stay_row(admission, stay, into), default=plain) + "\n")
            for row in _lying_rows(admission, stay):
                parts.write(json.dumps(row, default=plain) + "\n")
        for admission in merged:
            out.write(json.dumps(_stay_row(admission, None, into)) + "\n")
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
    with rows_of(keeping, registers[STAYS]) as held:
        if held:
            keeping.connection.execute(
                f"delete from derived_{STAYS} where way = '{_TAKEN_BACK}' and admission_id not in "
                f"(select admission_id from {held} where way = 'death')"
            )
    keeping.connection.execute(f"update derived_{STAYS} set way = nullif(way, '{_TAKEN_BACK}')")
    changed[STAYS] += keeping.add(registers[STAYS], f"derived_{STAYS}", died)
    found.rows |= changed


def _contradiction(register: Register, admission: str, stay: adt.Stay) -> Aside | None:
    """What is wrong with a stay that ended before it began."""
    told = {"admitted_at": stay.admitted_at, "discharged_at": stay.discharged_at}
    faults = out_of_order(register.field, told)
    if not faults:
        return None
    row = SourceRow(admission, as_words({"admission_id": admission, **told}))
    return Aside(row, tuple(Fault(f.why, admission, f.field) for f in faults))


def _visits(keeping: Keeping, into: Mapping[str, str], merged: Mapping[str, str]) -> int:
    """The visits of these events anew; what only other tables say of them stays."""
    register, file = keeping.house.catalogue.registers[VISITS], keeping.work / "visits.json"
    with file.open("w", encoding="utf-8") as out:
        for number, visit in _folded(keeping, "setting is not null", adt.attended):
            if visit is not None:
                told = asdict(visit) | {"visit_id": number, "kind": visit.setting}
                told["patient_id"] = into.get(visit.patient_id or "", visit.patient_id)
                out.write(json.dumps(told, default=plain) + "\n")
        for number in merged:
            out.write(json.dumps({"visit_id": number, "deleted_": True}) + "\n")
    _load(keeping, register, file, (*_VISIT, *_BESIDE))
    with rows_of(keeping, register) as held:
        if held:
            said = ", ".join(f"{c} = coalesce(d.{c}, h.{c})" for c in _BESIDE)
            keeping.connection.execute(
                f"update derived_{VISITS} d set {said} from {held} h where h.visit_id = d.visit_id"
            )
    return keeping.add(register, f"derived_{VISITS}", (*_VISIT, *_BESIDE))


def _folded(
    keeping: Keeping, which: str, fold: Callable[[Iterable[adt.Event]], T | None]
) -> Iterator[tuple[str, T | None]]:
    """Every number in the table of events, and what its events of this kind come to."""
    cursor = keeping.connection.cursor()
    cursor.execute(f"select * from events_ where {which} order by admission_id")
    admission, events = None, list[adt.Event]()
    while chunk := cursor.fetchmany(5000):
        for key, *values in chunk:
            if key != admission and events:
                yield str(admission), fold(events)
                events = []
            admission = key
            events.append(adt.Event(**dict(zip(_EVENT, values, strict=True))))
    if events:
        yield str(admission), fold(events)


_TAKEN_BACK = "-"
_WAY = {True: "death", False: _TAKEN_BACK, None: None}
"""A death that was taken back leaves the way of leaving empty; unsaid, that stays what it is."""


def _stay_row(admission: str, stay: adt.Stay | None, into: Any) -> dict[str, Any]:
    if stay is None:
        return {"admission_id": admission, "deleted_": True}
    return {
        "admission_id": admission, "patient_id": into.get(stay.patient_id, stay.patient_id),
        "department": stay.lying[-1].department, "admit_department": stay.lying[0].department,
        "admitted_at": plain(stay.admitted_at), "discharged_at": plain(stay.discharged_at),
        "days": stay.days, "way": _WAY[stay.died],
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
            "first": number == 1, "last": last, "died": last and bool(stay.died),
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
                f"deleted_ from {held} where (admission_id in (select admission_id from events_) "
                "or admission_id in (select old from survivors_)) "
                f"and stay_id not in (select stay_id from derived_{LYING})"
            )


def _no_older(keeping: Keeping, register: Register) -> None:
    """Withdraw what an older telling of a stay has more than a later one: that came before it."""
    with rows_of(keeping, register) as held:
        if held is None:
            return
        keeping.connection.execute(
            "create or replace table older_ as with told as (select *, try_cast(split_part(stay_id,"
            f" ':', -1) as integer) as number_ from {held} where admission_id in "
            f"(select admission_id from ({keeping.fresh(register)}))) "
            "select b.stay_id, max(a.version_) as sent_, true as deleted_ from told a join told b "
            "on a.admission_id = b.admission_id and a.number_ < b.number_ "
            'and a.version_ > b.version_ and (a."last" or a.until is null) group by 1'
        )
    keeping.add(register, "older_", ("stay_id",))


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
