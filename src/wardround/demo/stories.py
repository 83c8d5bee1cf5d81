"""What entries of particular registers say, where a figure of the summary depends on it.

Decides the course of the demonstration's two years in the registers: hands are cleaned more
often from May 2026 on, satisfaction rises slowly, prescriptions are worse in March 2026.
Anything not said here is filled in by `plausible` from the declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from wardround.demo.calendar import HANDS_UP, antibiotic_peak, trend
from wardround.demo.occasion import Occasion, Values
from wardround.demo.world import World


def _cold_chain(_: World, what: Occasion, rng: Random, meant: bool) -> Values:
    warm = 9.0 if rng.random() < 0.8 else 0.6
    degrees = warm + rng.uniform(0, 1.2) if meant else min(7.8, max(2.2, rng.gauss(4.7, 0.7)))
    return {"temperature": round(degrees, 1), "defrosted": rng.random() < 0.02}


def _fee_list(world: World, what: Occasion, rng: Random, meant: bool) -> Values:
    patients = world.census(what.department, what.day)
    given = max(0, patients - (rng.randint(1, 3) if meant else 0))
    asked = rng.randint(1, 2) if rng.random() < 0.06 else 0
    unsigned = rng.choice((0, 0, 0, 1, 1, 2) if what.day.year > 2025 else (0, 0, 1, 1, 2, 3))
    return {"patients": patients, "delivered": given, "signed": max(0, given - unsigned),
            "questions": asked}  # fmt: skip


def _followup(_: World, what: Occasion, rng: Random, meant: bool) -> Values:
    reached = rng.choices(("patient", "family", "no_answer", "wrong"), (62, 26, 10, 2))[0]
    if reached not in ("patient", "family"):
        return {"reached": reached}
    recovery = rng.choices(("good", "same", "worse", "readmitted"), (86, 10, 3, 1))[0]
    return {"reached": reached, "recovery": recovery, "medicine": rng.random() < 0.97,
            "satisfied": not meant}  # fmt: skip


def _hand_hygiene(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    clean = 0.885 if what.day >= HANDS_UP else 0.66 + 0.11 * trend(what.day)
    moments = ("before_patient", "before_procedure", "after_fluid", "after_patient",
               "after_surroundings")  # fmt: skip
    seen = []
    for _seen in range(rng.randint(10, 14)):
        staff = rng.choices(("doctor", "nurse", "technician", "worker"), (30, 48, 6, 16))[0]
        done = rng.random() < clean - {"doctor": 0.05, "worker": 0.12}.get(staff, -0.03)
        seen.append({"staff": staff, "moment": rng.choice(moments), "done": done,
                     "correct": done and rng.random() < 0.87})  # fmt: skip
    return {"observer": "office" if rng.random() < 0.5 else "ward", "seen": seen}


def _training(world: World, what: Occasion, rng: Random, __: bool) -> Values:
    """Everybody of the department, or one from each for the whole hospital."""
    everywhere = what.given.get("level") == "hospital" or what.given.get("kind") == "basics"
    people = [p for ps in world.people.values() for p in ps if ps[0].department == what.department]
    if everywhere:
        people = [ps[-1] for ps in world.people.values() if ps[-1].role in ("staff", "officer")]
    examined = what.given.get("kind") == "basics" or rng.random() < 0.3
    rows = []
    for person in people:
        present = rng.random() < 0.86 + 0.05 * trend(what.day)
        sat = present and examined
        rows.append({"name": person.name.zh, "present": present, "examined": sat,
                     "passed": sat and rng.random() < 0.93})  # fmt: skip
    level = "hospital" if everywhere else "department"
    return {"people": rows, "level": level}


def _meeting(world: World, what: Occasion, rng: Random, __: bool) -> Values:
    expected = 12 if what.given.get("kind") == "morning" else 24
    present = expected - rng.choice((0, 0, 0, 1, 1, 2))
    return {"expected": expected, "present": present}


def _letter(_: World, what: Occasion, __: Random, ___: bool) -> Values:
    targets = (
        ("甲级病案率", ">= 95"), ("患者满意度", ">= 95"), ("手卫生依从率", ">= 80"),
        ("无二级以上医疗事故", "= 0"),
    )  # fmt: skip
    rows = [{"text": t, "target": v, "veto": v == "= 0"} for t, v in targets]
    return {"year": what.day.year, "targets": rows, "reward": "按医院考核办法执行"}


def _satisfaction(_: World, what: Occasion, rng: Random, meant: bool) -> Values:
    good = 0.935 + 0.03 * trend(what.day)
    overall = rng.randint(1, 2) if meant else rng.choice((4, 5, 5)) if rng.random() < good else 3
    parts = ("doctors", "nurses", "waiting", "fees", "surroundings", "meals")
    scores = {k: min(5, max(1, overall + rng.choice((-1, 0, 0, 0, 1)))) for k in parts}
    setting = "inpatient" if rng.random() < 0.8 else "discharged"
    return {"setting": setting, "way": "code", **scores, "overall": overall,
            **({} if overall <= 2 else {"comment": None})}  # fmt: skip


def _rx_review(world: World, what: Occasion, rng: Random, meant: bool) -> Values:
    month = (what.day.replace(day=1) - timedelta(days=1)) if what.day.day <= 10 else what.day
    rx, department, doctor, setting, drugs = world.prescription(month)
    wrong = 0.055 - 0.022 * trend(what.day) + (0.03 if antibiotic_peak(month) else 0)
    verdict = (
        "abnormal" if meant
        else rng.choice(("nonstandard", "unsuitable", "unsuitable")) if rng.random() < wrong
        else "reasonable"
    )  # fmt: skip
    return {"rx_id": rx, "prescribed_in": department, "doctor": doctor, "setting": setting,
            "drugs": drugs, "verdict": verdict}  # fmt: skip


def _order_review(world: World, what: Occasion, _: Random, __: bool) -> Values:
    month = (what.day.replace(day=1) - timedelta(days=1)) if what.day.day <= 10 else what.day
    stay = world.discharge(month)
    return {"admission_id": stay.id, "ward": stay.department}


def _drug_review(world: World, what: Occasion, rng: Random, _: bool) -> Values:
    month = (what.day.replace(day=1) - timedelta(days=1)).replace(day=1)
    drugs = [{"drug": drug, "amount": amount, "unusual": n == 0 and rng.random() < 0.3}
             for n, (drug, amount) in enumerate(world.dearest(month))]  # fmt: skip
    return {"month": month.isoformat(), "drugs": drugs, "posted": True,
            "finding": "排名与上月基本一致；人血白蛋白用量偏高，请各科按指征使用"}  # fmt: skip


def _waste(_: World, what: Occasion, rng: Random, meant: bool) -> Values:
    weight = round(max(0.3, rng.gauss(9.5, 3.2)), 1)
    kind = rng.choices(("infectious", "sharps", "pathological", "drug"), (70, 24, 3, 3))[0]
    return {"category": kind, "weight": weight, "packages": max(1, round(weight / 3)),
            "sealed": not meant}  # fmt: skip


def _waste_away(_: World, what: Occasion, rng: Random, meant: bool) -> Values:
    hours = rng.uniform(49, 56) if meant else rng.uniform(22, 46)
    since = what.occurred_at - timedelta(hours=hours)
    return {"stored_since": since.replace(microsecond=0).isoformat(),
            "weight": round(rng.gauss(255, 30), 1), "packages": rng.randint(70, 110),
            "cleaned": True}  # fmt: skip


def _patrol(_: World, what: Occasion, rng: Random, meant: bool) -> Values:
    night = what.occurred_at.hour >= 21 or what.occurred_at.hour < 6
    return {"round": "night" if night else "day", "state": "finding" if meant else "ok",
            "locked": True if night else None}  # fmt: skip


def _guard(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    lost = rng.choice((0, 0, 0, 1, 2))
    return {"cameras": 164, "working": 164 - lost} if what.given.get("post") == "cameras" else {}


def _state_ok(_: World, what: Occasion, rng: Random, meant: bool) -> Values:
    return {"state": "finding" if meant else "ok"}


def _locked(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    return {"locked": rng.random() < 0.99, "power_off": rng.random() < 0.985}


def _chart(_: World, what: Occasion, rng: Random, meant: bool) -> Values:
    score = rng.uniform(66, 74) if meant else rng.gauss(94.6 + 1.3 * trend(what.day), 2.5)
    return {"score": round(min(100.0, max(76.0 if not meant else 60.0, score)), 1), "veto": False,
            "defects": [] if score > 95 else None, "tcm_diagnosis_ok": None,
            "tcm_treatment_ok": None}  # fmt: skip


def _ward_round(world: World, what: Occasion, rng: Random, __: bool) -> Values:
    patients = max(1, world.census(what.department, what.day))
    return {"patients": patients, "critical": round(patients * rng.uniform(0, 0.12)),
            "changed": round(patients * rng.uniform(0.04, 0.2))}  # fmt: skip


def _self_check(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    checked = rng.randint(10, 20)
    wrong = rng.choice((0, 0, 0, 0, 1, 1, 2))
    return {"checked": checked, "passed": checked - wrong}


def _nursing_round(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    return {"charts_seen": 10, "charts_ok": 10 - rng.choice((0, 0, 0, 0, 1))}


def _missed_cases(world: World, _: Occasion, rng: Random, meant: bool) -> Values:
    return {"checked_department": rng.choice(world.performing("clinical")),
            "read": rng.randint(300, 900), "due": rng.randint(6, 30),
            "missed": 1 if meant else 0}  # fmt: skip


def _critical_value(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    if what.department == "imaging":
        kind, item, value = "imaging", *rng.choice((("头颅CT", "脑出血"), ("胸部CT", "大面积气胸")))
    else:
        kind, item, value = "laboratory", *rng.choice((
            ("血钾", "6.7 mmol/L"), ("血红蛋白", "52 g/L"), ("血糖", "2.1 mmol/L"),
            ("肌钙蛋白", "3.4 ng/mL"), ("血小板", "18×10⁹/L"), ("血钾", "2.5 mmol/L"),
        ))  # fmt: skip
    return {"kind": kind, "item": item, "value": value}


def _drill(_: World, __: Occasion, rng: Random, meant: bool) -> Values:
    tested = rng.randint(18, 30)
    return {"people": rng.randint(70, 130), "minutes": round(rng.uniform(4, 7.5), 1),
            "tested": tested, "able": tested - rng.randint(0, 3),
            **({} if meant else {"problems": None})}  # fmt: skip


def _president(world: World, what: Occasion, rng: Random, _: bool) -> Values:
    places = rng.sample(world.performing("every_department"), 4 if what.given else 3)
    return {"led_by": "沈怀远", "places": [
        {"department": place, "solved_here": rng.random() < 0.4} for place in places]}  # fmt: skip


def _found_on_round(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    solved = rng.random() < 0.62
    due = what.day + timedelta(days=rng.randint(3, 10))
    return {"solved": solved, **({} if solved else {"level": "general", "due": due.isoformat()})}


def _free_clinic(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    seen = round(rng.gauss(100, 22) * (1 + 0.1 * trend(what.day)))
    return {"seen": seen, "taught": round(seen * rng.uniform(0.6, 1.3)), "leaflets": 200,
            "found": round(seen * rng.uniform(0.01, 0.06)), "drugs_yuan": 0,
            "place": rng.choice(("城南广场", "白芸镇集市", "梨树乡文化站", "县一中"))}  # fmt: skip


def _support(_: World, __: Occasion, rng: Random, meant: bool) -> Values:
    names = rng.sample(("程志刚", "龚立群", "丁学谦", "蒋文秀", "魏长河"), rng.randint(1, 3))
    experts = [{"name": n, "title": "副主任医师", "senior": True} for n in names]
    return {"sent_from": rng.choice(("surgery_1", "internal_2", "paediatrics", "maternity")),
            "experts": experts, "days": rng.choice((1, 1, 2)), "people": rng.randint(18, 60),
            "problem": "心电图机需校准，请求设备支持" if meant else None}  # fmt: skip


def _review(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    return {"events": rng.randint(8, 16)}


_RISKS = {
    "respiratory": {"ventilator": 10, "immunity": 36, "antibiotics": 34},
    "blood": {"central_line": 70, "immunity": 20}, "urinary": {"catheter": 72},
    "incision": {"surgery": 100}, "skin": {"immunity": 30}, "gut": {"antibiotics": 50},
    "other": {"immunity": 30},
}  # fmt: skip
"""What led to an infection, by its place, in per cent; of the rest nothing is known."""


def _infection(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    sites = WEIGHTS["hai_case"]["site"]
    site = rng.choices(list(sites), list(sites.values()))[0]
    drawn, risk = rng.uniform(0, 100), None
    for word, share in _RISKS[site].items():
        risk = word if risk is None and drawn < share else risk
        drawn -= share
    before = timedelta(hours=rng.uniform(28, 60) if rng.random() < 0.06 else rng.uniform(1, 16))
    return {"diagnosed_at": (what.occurred_at - before).replace(microsecond=0).isoformat(),
            "site": site, "risks": [risk] if risk else None,
            "sampled": rng.random() < 0.52 + 0.2 * trend(what.day)}  # fmt: skip


def _cluster(_: World, __: Occasion, ___: Random, ____: bool) -> Values:
    return {"suspected": 3, "confirmed": 1, "deaths": 0, "special": False}


def _device_days(world: World, what: Occasion, rng: Random, _: bool) -> Values:
    """Days with a tube of the patients of a month: many in intensive care, few elsewhere."""
    days = 30 * max(1, world.census(what.department, what.day))
    heavy = what.department == "icu"
    shares = (0.5, 0.62, 0.78, 0.55, 0.7, 0.3) if heavy else (0.004, 0.05, 0.16, 0.006, 0.08, 0.1)
    kinds = ("ventilator", "central_line", "urinary", "airway", "gastric", "drain")
    return {
        k: round(days * s * rng.uniform(0.85, 1.15)) for k, s in zip(kinds, shares, strict=True)
    }


def _sample(_: World, __: Occasion, rng: Random, meant: bool) -> Values:
    limit = rng.choice((5, 10, 10))
    return {
        "limit": limit,
        "result": limit + rng.randint(2, 30) if meant else rng.randint(0, limit),
    }


def _prevalence(world: World, what: Occasion, rng: Random, _: bool) -> Values:
    inside = max(1, world.census(what.department, what.day))
    return {"eligible": inside, "surveyed": inside, "infected": rng.choice((0, 0, 1)),
            "antibacterial": round(inside * rng.uniform(0.25, 0.45))}  # fmt: skip


def _iqc(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    runs = rng.randint(1100, 1300)
    return {"runs": runs, "in_control": runs - rng.randint(0, 14)}


def _eqa(_: World, __: Occasion, rng: Random, meant: bool) -> Values:
    return {"organiser": "provincial", "offered": 48, "taken": 46,
            "passed": 46 - (rng.randint(1, 3) if meant else 0)}  # fmt: skip


def _goods(_: World, __: Occasion, rng: Random, meant: bool) -> Values:
    kind = rng.choices(
        ("drug", "special_drug", "herb", "consumable", "reagent"), (62, 4, 8, 18, 8)
    )[0]
    drug = kind == "drug"
    return {"kind": kind, "amount": float(round(rng.lognormvariate(9.3, 0.7), -1)),
            "essential": rng.random() < 0.55 if drug else None, "platform": True, "tendered": drug,
            "central": rng.choices(("none", "won", "other"), (50, 44, 6))[0] if drug else None,
            "accepted": not meant, "expiry": None}  # fmt: skip


def _stock_take(_: World, __: Occasion, rng: Random, meant: bool) -> Values:
    book = float(rng.randint(820, 1180) * 1000)
    off = rng.uniform(0.004, 0.006) if meant else rng.choice((0, 0.0004, 0.0009))
    return {"book": book, "difference": round(-book * off, 2)}


def _price_board(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    return {"charged": 4180, "shown": 4180 - rng.choice((0, 0, 12, 30))}


def _audit(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    return {"amount": round(rng.uniform(4000, 42000), 2), "vouchers": rng.randint(60, 420)}


def _bought(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    name, price = rng.choice((("呼吸机", 286000), ("监护仪", 32000), ("除颤仪", 68000),
                              ("输液泵", 12500), ("电子胃镜", 1150000)))  # fmt: skip
    return {"name": name, "amount": price, "way": "public" if price > 100000 else "inquiry"}


def _energy(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    usual, price = {"electricity": (310000, 0.68), "water": (9800, 3.6), "gas": (14500, 3.2)}[
        what.given["kind"]
    ]
    used = round(usual * (1.06 - 0.08 * trend(what.day)) * rng.uniform(0.93, 1.08), 1)
    return {"used": used, "cost": round(used * price, 2)}


def _mothers(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    births, due = rng.randint(210, 270), rng.randint(900, 1100)
    managed = 0.9 + 0.03 * trend(what.day)
    return {"live_births": births, "born_in_hospital": births - rng.choice((0, 0, 1)),
            "mothers_managed": round(births * managed), "children_under_3": 8420,
            "children_managed": round(8420 * (managed - 0.01)), "women_due": due,
            "deaths_under_5": rng.choice((0, 1, 1, 2)),
            "women_screened": round(due * rng.uniform(0.7, 0.85))}  # fmt: skip


def _chronic(_: World, what: Occasion, rng: Random, __: bool) -> Values:
    known, pressure = 6150, 4380
    share = 0.66 + 0.05 * trend(what.day)
    return {"records": 61200 + round(3000 * trend(what.day)), "registered": known,
            "managed": round(known * share), "pressure_patients": pressure,
            "pressure_controlled": round(pressure * (share - 0.12))}  # fmt: skip


def _vaccinated(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    due = rng.randint(640, 760)
    deferred = rng.randint(10, 25)
    return {"due": due, "deferred": deferred, "given": due - deferred - rng.randint(0, 12)}


def _returned(_: World, __: Occasion, rng: Random, ___: bool) -> Values:
    return {"issued": 120, "returned": rng.randint(98, 116)}


def _quality_wards(_: World, what: Occasion, __: Random, ___: bool) -> Values:
    return {"wards": 9, "quality": 7 if what.day.year < 2026 else 8}


def _item(_: World, what: Occasion, __: Random, ___: bool) -> Values:
    kinds = ("emr", "credit", "budget", "accountant")
    kind = kinds[int(what.key[-1]) % 4] if what.key[-1].isdigit() else "emr"
    level = {"emr": 4, "credit": 4}.get(kind, 1)
    return {"item": kind, "level": level, "evidence": "国家平台公告与院内文件"}


WEIGHTS: dict[str, dict[str, dict[str, float]]] = {
    "adverse_event": {
        "grade": {"i": 0.2, "ii": 3, "iii": 52, "iv": 44.8},
        "category": {"medical": 14, "drug": 20, "nursing": 38, "infection": 6, "device": 10,
                     "identity": 4, "facility": 6, "other": 2},
    },
    "fall": {"injury": {"none": 62, "minor": 30, "moderate": 8},
             "risk_before": {"high": 45, "medium": 32, "low": 19, "none": 4}},
    "hai_case": {"found_by": {"report": 80, "round": 13, "review": 7},
                 "site": {"respiratory": 48, "urinary": 16, "incision": 12, "blood": 5, "gut": 6,
                          "skin": 5, "other": 8}},
    "complaint": {"kind": {"attitude": 30, "waiting": 28, "fee": 14, "quality": 16,
                           "environment": 12},
                  "verdict": {"founded": 32, "partly": 40, "unfounded": 28}},
    "accountability": {"decision": {"talk": 62, "circular": 26, "deduct": 9, "none": 3}},
    "security_alarm": {"kind": {"hazard": 38, "quarrel": 34, "theft": 12, "fight": 8,
                                "missing": 8},
                       "level": {"general": 92, "serious": 8}},
    "infectious_case": {"class": {"b": 46, "c": 54}},
    "praise": {"kind": {"letter": 40, "banner": 42, "call": 18}},
    "dispute": {"grade": {"none": 97, "iv": 3}, "kind": {"outcome": 40, "complication": 30,
                                                         "consent": 18, "fee": 12}},
    "repair": {"urgency": {"general": 96, "urgent": 4}},
    "satisfaction": {"recommend": {"very_good": 62, "good": 30, "neither": 5, "poor": 1.5,
                                   "unknown": 1.5}},
    "pressure_injury": {"origin": {"hospital": 30, "brought": 70},
                        "stage": {"i": 34, "ii": 48, "iii": 10, "deep": 8}},
    "occ_exposure": {"source": {"negative": 58, "hbv": 14, "syphilis": 6, "unknown": 22}},
    "exposure_test": {"result": {"negative": 70, "waiting": 30}},
    "consultation_request": {"urgency": {"ordinary": 60, "urgent": 40},
                             "scope": {"department": 84, "hospital": 10, "outside": 6}},
    "death_case": {"autopsy": {"not_asked": 62, "refused": 34, "done": 4}},
    "transfusion": {"product": {"red_cells": 58, "plasma": 26, "platelets": 13, "whole": 3},
                    "reaction": {"no": 98, "mild": 2}},
    "adr": {"grade": {"general": 95, "serious": 5}},
    "order_review": {"verdict": {"reasonable": 94, "unsuitable": 5, "abnormal": 1}},
    "uv_lamp": {"state": {"in_use": 90, "fresh": 10}},
    "safety_accident": {"grade": {"minor": 100}},
    "vaccine_reaction": {"kind": {"fever": 80, "allergy": 20}},
    "ambulance_run": {"kind": {"call": 82, "transfer": 14, "ordered": 4}},
}  # fmt: skip
"""How often each choice is taken where the story depends on it."""

ABOUT: dict[str, Callable[[World, Occasion, Random, bool], Values]] = {
    "cold_chain": _cold_chain, "fee_list": _fee_list, "followup": _followup,
    "satisfaction": _satisfaction, "rx_review": _rx_review, "drug_review": _drug_review,
    "order_review": _order_review,
    "medical_waste": _waste, "medical_waste_transfer": _waste_away, "patrol": _patrol,
    "hand_hygiene": _hand_hygiene, "training": _training, "meeting": _meeting,
    "responsibility_letter": _letter, "guard_watch": _guard,
    "fire_patrol": _state_ok, "fire_self_check": _state_ok,
    "lock_up": _locked, "chart_qc_run": _chart, "chart_qc_final": _chart,
    "ward_round": _ward_round, "nursing_self_check": _self_check, "nursing_round": _nursing_round,
    "infectious_check": _missed_cases, "critical_value": _critical_value, "fire_drill": _drill,
    "president_round": _president, "round_finding": _found_on_round, "free_clinic": _free_clinic,
    "support": _support, "event_review": _review, "hai_case": _infection,
    "infection_cluster": _cluster, "device_days": _device_days, "env_sample": _sample,
    "hai_survey": _prevalence, "iqc_month": _iqc, "eqa_round": _eqa, "goods_receipt": _goods,
    "stock_take": _stock_take, "price_board": _price_board, "audit_check": _audit,
    "equipment_bought": _bought, "energy": _energy, "mch_month": _mothers,
    "chronic_quarter": _chronic, "vaccination_month": _vaccinated, "survey_round": _returned,
    "staff_survey_round": _returned,
    "quality_wards": _quality_wards, "appraisal_item": _item,
}  # fmt: skip
