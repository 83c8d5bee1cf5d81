"""Plays the wards day by day: who is admitted, moved, operated on, delivered and discharged.

Decides the inpatients of the demonstration hospital from one fixed seed. Beds limit what a
ward can take, so occupancy follows demand instead of being made up. The bed census, the
charges and the drugs are derived from these stays by `feed`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from wardround.demo.calendar import (
    CAESAREANS_UP,
    CLOSED_FROM,
    CLOSED_UNTIL,
    CLOSED_WARD,
    FIRST,
    LAST,
    antibiotic_peak,
    days,
    holiday,
    is_open,
    trend,
    winter,
)

_WARM_UP = 75
_WEEK = (1.28, 1.12, 1.06, 1.0, 0.92, 0.80, 0.82)
_RUN_DOWN = timedelta(days=5)
_GOLDEN = 0.6180339887498949
"""Steps of this much, modulo 1, fill the unit interval evenly: shares hold in every month."""
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward's case mix: mean stay in days, demand against its beds, what happens to patients.

    `codes` are ICD-10 categories, the commonest first; `cost` is yuan a stay and yuan a day.
    """

    stay: float
    demand: float
    chest: float
    death: float
    cured: float
    antibiotic: float
    drugs: float
    cost: tuple[float, float]
    operated: float
    codes: tuple[str, ...]


WARDS: dict[str, Ward] = {
    "internal_1": Ward(9.6, 1.10, 0.12, 0.012, 0.08, 0.22, 0.49, (900, 500), 0,
                       ("I63", "I20", "I10", "I50", "I48", "G45", "E11", "I61")),
    "internal_2": Ward(8.9, 1.10, 0.30, 0.011, 0.16, 0.74, 0.50, (800, 470), 0,
                       ("J18", "J44", "J20", "K29", "K92", "K80", "J45", "K70")),
    "surgery_1": Ward(8.2, 1.13, 0.0, 0.003, 0.55, 0.62, 0.36, (1900, 480), 0.72,
                      ("K80", "K35", "K40", "I83", "E04", "K64", "N60", "K56")),
    "surgery_2": Ward(10.8, 1.16, 0.0, 0.002, 0.42, 0.52, 0.33, (2600, 490), 0.74,
                      ("S72", "S82", "M51", "N20", "S52", "N40", "M17", "S32")),
    "maternity": Ward(5.1, 1.06, -0.05, 0.0, 0.68, 0.40, 0.26, (1500, 520), 0.34,
                      ("O80", "O82", "D25", "O42", "O34", "N83", "O47", "O13")),
    "paediatrics": Ward(5.7, 1.10, 0.34, 0.0003, 0.48, 0.72, 0.42, (500, 420), 0,
                        ("J18", "J20", "A09", "J03", "J06", "P59", "B08", "R56")),
    "rehabilitation": Ward(13.9, 1.10, 0.05, 0.001, 0.06, 0.08, 0.41, (700, 380), 0,
                           ("I69", "M51", "M54", "G81", "M47", "M75", "G51", "M17")),
    "icu": Ward(4.0, 0.90, 0.15, 0.10, 0.03, 0.88, 0.47, (3200, 2300), 0,
                ("J96", "I61", "A41", "S06", "I21", "K72", "T60", "R57")),
}  # fmt: skip


@dataclass(slots=True)
class Stay:
    """One patient from admission to discharge; `path` is (ward, first day, day of leaving)."""

    id: str
    patient: str
    path: list[tuple[str, date, date]]
    died: bool = False
    readmitted: bool = False

    @property
    def start(self) -> date:
        return self.path[0][1]

    @property
    def end(self) -> date:
        return self.path[-1][2]


@dataclass(slots=True)
class Inpatients:
    """Everything the wards did: rows ready for tables of the same names."""

    admission: list[Row] = field(default_factory=list)
    ward_stay: list[Row] = field(default_factory=list)
    surgery: list[Row] = field(default_factory=list)
    delivery: list[Row] = field(default_factory=list)


def play(beds: dict[str, int]) -> Inpatients:
    """The inpatients of all days of the feeds, for wards of these many open beds."""
    found = Inpatients()
    for stay in _admit(beds):
        if stay.end >= FIRST:
            _tell(stay, Random(f"stay {stay.id}"), found)
    return found


def _admit(beds: dict[str, int]) -> Iterator[Stay]:
    rng = Random("songjian wards")
    night: dict[tuple[str, date], int] = {}
    gone: dict[str, list[tuple[date, str]]] = {ward: [] for ward in WARDS}
    number = 0
    for day in days(FIRST - timedelta(days=_WARM_UP), LAST):
        for ward in WARDS:
            full = beds[ward] + max(1, beds[ward] // 9)
            for _ in range(_arrivals(rng, ward, beds[ward], day)):
                if night.get((ward, day), 0) >= full:
                    break
                number += 1
                patient, again = _patient(rng, gone[ward], day, number)
                stay = Stay(f"A{number:06}", patient, [], readmitted=again)
                _walk(stay, ward, day, rng)
                for place, first, last in stay.path:
                    for d in days(first, last - timedelta(days=1)):
                        night[place, d] = night.get((place, d), 0) + 1
                if not stay.died:
                    gone[ward].append((stay.end, patient))
                yield stay


def _arrivals(rng: Random, ward: str, beds: int, day: date) -> int:
    if ward == CLOSED_WARD and CLOSED_FROM - _RUN_DOWN <= day < CLOSED_UNTIL:
        return 0
    mix = WARDS[ward]
    rate = beds / _mean_stay(mix, day) * mix.demand * (1 + mix.chest * (winter(day) - 0.4))
    weekday = _WEEK[day.weekday()] if mix.operated else 0.4 + 0.6 * _WEEK[day.weekday()]
    festival = holiday(day) if holiday(day) < 0.5 else 0.5 + 0.5 * holiday(day)
    return _poisson(rng, rate * weekday * festival)


def _poisson(rng: Random, mean: float) -> int:
    count, product, floor = 0, rng.random(), math.exp(-mean)
    while product > floor:
        count, product = count + 1, product * rng.random()
    return count


def _mean_stay(mix: Ward, day: date) -> float:
    return mix.stay * (1.06 - 0.085 * trend(day))


def _patient(rng: Random, gone: list[tuple[date, str]], day: date, number: int) -> tuple[str, bool]:
    """A patient's number, and whether this is an unplanned return within 31 days."""
    soon, later = rng.random() < 0.016, rng.random() < 0.11
    for _ in range(12 if gone and (soon or later) else 0):
        at = rng.randrange(max(0, len(gone) - 120), len(gone)) if soon else rng.randrange(len(gone))
        left, patient = gone[at]
        within = 0 < (day - left).days <= 31
        if left < day and within == soon:
            del gone[at]
            return patient, soon
    return f"P{200000 + number}", False


def _walk(stay: Stay, ward: str, day: date, rng: Random) -> None:
    """Fill the path: the stay on the ward, intensive care on the way, the closed ward."""
    mix = WARDS[ward]
    stay.died = rng.random() < mix.death
    leaves = day + timedelta(days=_nights(rng, mix, day))
    if leaves.weekday() == 6 and not stay.died and rng.random() < 0.45:
        leaves += timedelta(days=1)
    if ward == "icu" and not stay.died and rng.random() < 0.78:
        after = rng.choice(("internal_1", "internal_1", "internal_2", "surgery_1"))
        last = leaves + timedelta(days=max(2, round(_nights(rng, WARDS[after], day) * 0.8)))
        stay.path = [(ward, day, max(leaves, day + timedelta(days=1)))]
        stay.path.append((after, stay.path[0][2], max(last, stay.path[0][2])))
    elif ward in ("internal_1", "internal_2", "surgery_1") and rng.random() < 0.014:
        worse = day + timedelta(days=rng.randint(1, 3))
        better = worse + timedelta(days=rng.randint(2, 6))
        stay.path = [(ward, day, worse), ("icu", worse, better)]
        stay.died = rng.random() < 0.2
        if not stay.died:
            stay.path.append((ward, better, better + timedelta(days=rng.randint(2, 8))))
    elif ward == CLOSED_WARD and day < CLOSED_FROM < leaves:
        stay.path = [(ward, day, CLOSED_FROM), ("surgery_1", CLOSED_FROM, leaves)]
    else:
        stay.path = [(ward, day, leaves)]


def _nights(rng: Random, mix: Ward, day: date) -> int:
    if rng.random() < 0.012:
        return 0
    shape = 9.0 if mix.stay < 5.5 else 2.8
    nights = max(1, round(rng.gammavariate(shape, _mean_stay(mix, day) / shape)))
    home = next((d for d in days(day, day + timedelta(days=nights)) if holiday(d) < 0.5), None)
    if home and home > day and rng.random() < 0.24:
        return (home - day).days
    return nights


def _clock(rng: Random, day: date, first: float, last: float) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=int(rng.uniform(first, last) * 60))


def _tell(stay: Stay, rng: Random, found: Inpatients) -> None:
    """Add a stay's rows, told as far as the last day of the feeds."""
    same_day = stay.start == stay.end
    admitted = _clock(rng, stay.start, 8, 11 if same_day else 20)
    left = None if stay.end > LAST else _clock(rng, stay.end, 15 if same_day else 8.4, 17.5)
    path = [step for step in stay.path if step[1] <= LAST]
    for n, (ward, first, last) in enumerate(path):
        final = n == len(stay.path) - 1
        found.ward_stay.append({
            "admission_id": stay.id, "department": ward, "first": first, "last": last,
            "arrived": "admitted" if n == 0 else "transferred_in",
            "departed": "discharged" if final else "transferred_out",
            "died": final and stay.died,
        })  # fmt: skip
    if admitted.date() > LAST:
        return
    ward = path[-1][0]
    operated = _operate(stay, admitted, left, rng, found)
    row: Row = {
        "admission_id": stay.id, "patient_id": stay.patient, "department": ward,
        "admit_department": path[0][0], "admitted_at": admitted, "discharged_at": left,
        "nights": (stay.end - stay.start).days,
    }  # fmt: skip
    icu = any(step[0] == "icu" for step in path)
    row |= _diagnosed(stay, WARDS[path[0][0]], rng)
    row |= _treated(stay, WARDS[ward], icu, operated, rng)
    row |= _left(stay, left, WARDS[ward], icu, rng)
    found.admission.append(row)


def _diagnosed(stay: Stay, mix: Ward, rng: Random) -> Row:
    wrong = rng.random() < 0.034 - 0.008 * trend(stay.start)
    found_on = stay.start + timedelta(days=rng.choice((0, 0, 1, 1, 1, 2, 2, 3, 5)))
    rank = min(len(mix.codes) - 1, int(rng.expovariate(0.42)))
    return {
        "diagnosed_on": min(found_on, stay.end), "diagnosis_agrees": not wrong,
        "diagnosis_code": mix.codes[rank],
    }  # fmt: skip


def _treated(stay: Stay, mix: Ward, icu: bool, operated: bool, rng: Random) -> Row:
    day, nights = stay.start, max(1, (stay.end - stay.start).days)
    peak = antibiotic_peak(day)
    share = mix.antibiotic * (1.03 - 0.09 * trend(day)) * (1.22 if peak else 1)
    antibiotic = rng.random() < share
    ddds = nights * rng.uniform(0.45, 1.05) * (1.3 if peak else 1) if antibiotic else 0.0
    critical = icu or stay.died or rng.random() < 0.018
    rescues = (1 + (rng.random() < 0.25)) if critical and rng.random() < 0.8 else 0
    pathway = rng.random() < 0.36 + 0.13 * trend(day)
    planned = (mix.cost[0] + mix.cost[1] * nights) * rng.uniform(0.8, 1.25)
    return {
        "severity": "critical" if critical else "serious" if rng.random() < 0.1 else "general",
        "rescues": rescues,
        "rescues_ok": max(0, rescues - 1) if stay.died else rescues,
        "pathway": pathway, "pathway_done": pathway and rng.random() < 0.83,
        "readmission_unplanned": stay.readmitted, "antibiotic": antibiotic,
        "ddds": round(ddds, 1), "operated": operated,
        "culture_before": antibiotic and rng.random() < 0.44 + 0.16 * trend(day),
        "planned_cost": round((planned + (4200 if operated else 0)) * (1 + 0.03 * trend(day)), 2),
        "drug_share": round(mix.drugs * (1.12 - 0.125 * trend(day)) + (0.03 if peak else 0), 4),
    }  # fmt: skip


def _left(stay: Stay, left: datetime | None, mix: Ward, icu: bool, rng: Random) -> Row:
    """How the patient left; all null while in."""
    if left is None:
        return dict.fromkeys(("way", "outcome", "days", "chart_received_on"))
    draw = rng.random()
    way = (
        "death" if stay.died
        else "transfer" if draw < (0.07 if icu else 0.016)
        else "against" if draw < 0.044
        else "community" if draw < 0.054 + 0.012 * trend(stay.end)
        else "other" if draw < 0.058
        else "home"
    )  # fmt: skip
    outcome = (
        "died" if way == "death"
        else "unhealed" if way in ("against", "transfer") and rng.random() < 0.7
        else "other" if way == "other"
        else "cured" if rng.random() < mix.cured * (1 + 0.05 * trend(stay.end))
        else "improved"
    )  # fmt: skip
    late = rng.random() < 0.085 - 0.04 * trend(stay.end)
    back = stay.end + timedelta(days=rng.randint(3, 9) if late else rng.randint(1, 2))
    return {
        "way": way, "outcome": outcome, "days": max(1, (stay.end - stay.start).days),
        "chart_received_on": back if back <= LAST else None,
    }  # fmt: skip


def _operate(
    stay: Stay, admitted: datetime, left: datetime | None, rng: Random, found: Inpatients
) -> bool:
    """Deliveries and operations of a stay; whether there was an operation."""
    ward = stay.path[0][0]
    caesarean = False
    if ward == "maternity" and rng.random() < 0.47:
        caesarean = _deliver(stay, admitted, left, rng, found)
    if not caesarean and rng.random() >= WARDS[ward].operated:
        return False
    emergency = rng.random() < (0.35 if caesarean else 0.16)
    day = stay.start + timedelta(days=0 if emergency else rng.choice((1, 1, 2, 2, 3)))
    while not emergency and (day.weekday() >= 5 or holiday(day) < 1):
        day += timedelta(days=1)
    day = min(day, stay.end)
    at = max(_clock(rng, day, 8.5, 16.5), admitted + timedelta(minutes=50))
    if at.date() > LAST or (left and at >= left) or not is_open(ward, day):
        return False
    t = trend(day)
    level = rng.choices((1, 2, 3, 4), (12, 50, 32 + 5 * t, 6 + 2 * t))[0]
    wound = "ii" if caesarean else rng.choices(("i", "ii", "iii"), (52, 40, 8))[0]
    prophylaxis = rng.random() < ({"i": 0.44, "ii": 0.86, "iii": 0.97}[wound] - 0.12 * t)
    ill = rng.random()
    if day < FIRST:
        return True
    found.surgery.append({
        "op_id": f"OP{stay.id[1:]}", "admission_id": stay.id, "department": ward, "moment": at,
        "level": 2 if caesarean else level, "elective": not emergency,
        "minimally_invasive": not caesarean and rng.random() < 0.40 + 0.09 * t,
        "day_case": (stay.end - stay.start).days <= 1 and not emergency,
        "wound_class": wound,
        "healing": "c" if ill < (0.004 if wound == "i" else 0.011) else "b" if ill < 0.03 else "a",
        "prophylaxis": prophylaxis,
        "prophylaxis_in_hour": prophylaxis and rng.random() < 0.88 + 0.07 * t,
        "unplanned_return": rng.random() < 0.004,
        "safety_checked": rng.random() < 0.972 + 0.022 * t,
    })  # fmt: skip
    return True


def _deliver(
    stay: Stay, admitted: datetime, left: datetime | None, rng: Random, found: Inpatients
) -> bool:
    at = admitted + timedelta(hours=rng.uniform(1, 26))
    if at.date() > LAST or (left and at >= left):
        return False
    if at.date() < FIRST:
        return False
    share = 0.452 if at.date() >= CAESAREANS_UP else 0.368
    draw = len(found.delivery) * _GOLDEN % 1
    mode = "caesarean" if draw < share else "assisted" if draw < share + 0.025 else "spontaneous"
    live = rng.random() < 0.996
    found.delivery.append({
        "delivery_id": f"DL{stay.id[1:]}", "admission_id": stay.id, "department": "maternity",
        "moment": at.replace(second=0, microsecond=0), "mode": mode, "live": live,
        "weight_g": max(900, round(rng.gauss(3270, 430) / 10) * 10),
        "blood_loss_ml": round(rng.lognormvariate(5.9 if mode == "caesarean" else 5.35, 0.3)),
        "breastfed": live and rng.random() < 0.83 + 0.05 * trend(at.date()),
    })  # fmt: skip
    return mode == "caesarean"
