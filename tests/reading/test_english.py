"""English as trusts and translators write it: tables of goals, lead-ins, spans, blanks."""

from __future__ import annotations

import pytest

from wardround.reading.plan import read


def test_a_table_of_goals_has_numbers_before_its_first_head() -> None:
    rows = read(
        "\tIndicator\tExecutive lead\tForum\n"
        "1\tKeep vacancies below 12%\tChief Nurse\tQuality Committee\n"
    )
    assert rows[1].owners == ("Chief Nurse",)


def test_what_was_delivered_is_told_under_its_lead_in() -> None:
    told = read("What we’ve delivered:\n£3m saved on energy bills\nMeters fitted at 235 sites\n")
    assert [f.value for s in told for f in s.figures] == ["3", "235"]


def test_a_goal_named_by_its_word_is_an_objective() -> None:
    (goal,) = read("Our goal: reach net zero by 2040.")
    assert (goal.kind, goal.deadline) == ("objective", "2040")


def test_a_span_or_date_that_says_which_is_meant_is_no_deadline() -> None:
    said = read(
        "Cut readmissions within 30 days of discharge by 10%. "
        "Staff discuss the report published on 3 March 2017."
    )
    assert [s.deadline for s in said] == [None, None]


def test_long_and_starred_blanks_are_blanks() -> None:
    (said,) = read("In 201X there were XXXXXXX visits and income of ** million yuan.")
    assert said.blanks == ("201X", "XXXXXXX", "**")


def test_a_numbered_title_that_runs_on_into_its_text_is_a_heading() -> None:
    title, lead = read("Nursing work plan 1 In the new year, the plan is as follows:")
    assert (title.kind, lead.kind) == ("heading", "background")


@pytest.mark.parametrize(
    ("title", "kind"),
    [("2026 nursing plan and rules", "measure"), ("Rules of the ward", "requirement")],
)
def test_rules_in_the_title_of_a_plan_order_nothing(title: str, kind: str) -> None:
    assert read(f"{title}\n\nThe ward practises hand hygiene every month.\n")[1].kind == kind


def test_a_baseline_column_gives_no_target() -> None:
    _, row = read(
        "| Measure | Baseline (2025) | Target (2026) | Owner |\n"
        "| Waits over 18 weeks | 412 | 150 | Chief Operating Officer |\n"
    )
    assert [(t.op, t.value, t.base) for t in row.targets] == [("=", "150", "412")]


def test_a_number_that_something_fell_to_keeps_the_one_it_fell_from() -> None:
    (told,) = read("The number of long waits has fallen from 165,885 in May 2021 to 95,001.")
    assert [(f.value, f.base) for f in told.figures] == [("95001", "165,885")]


def test_a_threshold_in_a_penalty_is_no_target() -> None:
    (rule,) = read("Every decline of 1 point is punished, with 2 points deducted.")
    assert [t.value for t in rule.targets] == ["2"]


def test_the_letters_a_document_gives_a_body_stand_for_it() -> None:
    told = read(
        "The Falls Review Group (FRG) sits each Friday.\n"
        "On Mondays, the FRG sends its notes to matrons.\n"
        "Every change is agreed by the FRG.\n"
    )
    assert [s.owners for s in told] == [("Falls Review Group",), ("FRG",), ("FRG",)]


def test_whoever_approves_or_sees_a_thing_through_acts() -> None:
    told = read(
        "New drugs are bought after the approval of the drug committee.\n"
        "The rota is reviewed through the workforce panel.\n"
        "Members of the safety committee visit the wards.\n"
        "The plan is submitted to the Medical Department for review.\n"
        "Beds are counted by the site team and nightly by duty matrons.\n"
        "Appoint a librarian to keep the keys.\n"
        "As directed by the flood committee, close the gates.\n"
    )
    assert [s.owners for s in told] == [
        ("drug committee",),
        ("workforce panel",),
        ("Members of the safety committee",),
        ("Medical Department",),
        ("site team", "duty matrons"),
        ("librarian",),
        ("flood committee",),
    ]


def test_who_is_enabled_equipped_or_only_to_be_so_is_no_owner() -> None:
    told = read(
        "Hold drills so that every nurse can use the hoses. Each ward should be clean. "
        "The eye clinic also has a waiting area, so porters can rest there."
    )
    assert [s.owners for s in told] == [(), (), ()]


def test_praise_that_looks_like_an_order_is_background() -> None:
    praise, order = read(
        "Through this work, the care of patients has been greatly improved. "
        "Find problems in the store and mend them."
    )
    assert (praise.kind, order.kind) == ("background", "measure")


def test_what_somebody_thinks_will_happen_is_nobodys_goal() -> None:
    (told,) = read("Energy costs are expected to rise by 9%.")
    assert (told.kind, told.targets) == ("background", ())


def test_what_is_not_allowed_is_a_rule_and_counts_nothing() -> None:
    (rule,) = read("No private deliveries are allowed on the wards.")
    assert (rule.kind, rule.targets) == ("requirement", ())


def test_a_change_keeps_what_it_came_to_and_from() -> None:
    told = read(
        "Falls went down last year: they fell by 20%, from 50 to 40.\n"
        "There was an increase in referrals of 6% last year.\n"
    )
    assert [f.change for s in told for f in s.figures] == ["-20%", "+6%"]
    assert told[0].figures[0].value == "40"


def test_a_date_in_a_sentence_about_a_plan_does_not_end_a_title() -> None:
    (said,) = read("The governors agreed the plan at their meeting on 9 March 2024.")
    assert said.kind != "heading"


def test_what_stands_under_duties_is_done_though_no_verb_says_so() -> None:
    told = read("Duties of the supply office\n1. Stock of linen.\n2. Renewal of trolleys.\n")
    assert [s.kind for s in told[1:]] == ["measure", "measure"]


def test_the_share_that_says_who_is_meant_is_no_target() -> None:
    (said,) = read("Nurses visit families in the 20% most deprived streets.")
    assert said.targets == ()


def test_an_order_is_told_by_the_place_of_its_verb() -> None:
    told = read(
        "After lunch, stack the chairs. At the same time tell the porters. "
        "Two is to mend the lift. "
        "In order to last, clinics must save water."
    )
    assert [s.kind for s in told] == ["measure", "measure", "measure", "requirement"]


def test_a_heading_that_orders_rules_to_be_kept_lays_down_none() -> None:
    told = read("1. Implement the rules\nWe paint the doors.\n2. House rules\nBadges on coats.\n")
    assert [told[1].kind, told[3].kind] == ["measure", "requirement"]


def test_the_past_is_told_by_a_verb_and_its_object_or_by_what_there_is() -> None:
    told = read("The Guild held four fairs. The annexe has 30 cots and two lifts.")
    assert [[(f.value, f.unit) for f in s.figures] for s in told] == [
        [("4", "fairs")],
        [("30", "cots"), ("2", "lifts")],
    ]


def test_a_period_may_stand_before_or_far_from_its_count() -> None:
    told = read("The pond is cleaned once in five years. Each week the team walks the site twice.")
    assert [s.cadence for s in told] == ["FREQ=YEARLY;INTERVAL=5", "FREQ=WEEKLY;X-TIMES=2"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("No parking in the ambulance bay.", "requirement"),
        ("The Bureau of Health is obligated to fund two more ambulances.", "requirement"),
        ("- Water: Storage of drinking water for two days.", "measure"),
        ("2\\) Providing a room for families.", "measure"),
    ],
)
def test_prohibitions_duties_and_actions_named_by_a_noun(said: str, kind: str) -> None:
    assert read(said)[-1].kind == kind


def test_a_hash_makes_a_heading_even_of_a_sentence() -> None:
    assert read("## Why do we count falls.\n\nFalls hurt.")[0].kind == "heading"


def test_a_sentence_may_turn_from_how_things_are_to_what_is_planned() -> None:
    (said,) = read("At present, only 41% of staff are trained, and this will reach 90% in May.")
    assert ([f.value for f in said.figures], [t.value for t in said.targets]) == (["41"], ["90"])


def test_a_number_written_twice_is_one_mark() -> None:
    plan = read("Work plan\n\n1. Train staff. They learn.\n\n2. 2. Tidy stores. Label shelves.")
    assert [s.kind for s in plan if "Tidy" in s.text] == ["heading"]


def test_a_leader_is_named_and_not_by_the_post_in_brackets() -> None:
    assert read("Group leader: Qin Yueran (Dean of the Institute)")[0].owners == ("Qin Yueran",)


def test_a_tag_speaks_for_its_paragraph_and_not_for_the_item_before_it() -> None:
    told = read(
        "Summary\n\nFirst, open clinics. Second, tidy stores.\n\nIn June the office will train"
        " clerks. (Hospital Office, Information Section)\n\nThe branch of the hospital"
    )
    assert [s.owners for s in told if "tidy" in s.text or "branch" in s.text] == [(), ()]


def test_a_column_with_two_names_is_known_by_the_first() -> None:
    rows = read(
        "| Action | Lead / supported by | Due |\n"
        "| Replace hoists | Estates Team / HR Manager | TBC |"
    )
    assert rows[1].owners == ("Estates Team", "HR Manager")


@pytest.mark.parametrize(
    ("said", "owners"),
    [
        ("In the meantime the imaging office validates the list.", ("imaging office",)),
        ("Lists were long, while the booking team called patients.", ("booking team",)),
        ("Every quarter the nursing department holds a round.", ("nursing department",)),
    ],
)
def test_who_acts_behind_words_of_time(said: str, owners: tuple[str, ...]) -> None:
    assert read(said)[0].owners == owners


def test_leads_named_under_a_heading_answer_for_what_is_numbered_below_it() -> None:
    plan = read(
        "Operational plan\n\n## 2. Safer care\n\n"
        "Executive leads: Chief Nurse and Medical Director\n\n"
        "2.1 Audit every fall.\n\n2.2 The pharmacy team reviews charts."
    )
    assert [s.owners for s in plan[-2:]] == [
        ("Chief Nurse", "Medical Director"),
        ("pharmacy team",),
    ]
