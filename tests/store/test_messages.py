"""HL7 v2 as senders really send it: in pieces, again, taken back, in any order and encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.test_feeds import adt, held, messages, take
from wardround.sources.mapping import load_mapping
from wardround.store import quarantine
from wardround.store.house import House


def visit(kind: str, moment: str, patient: str = "P1", **more: str) -> str:
    """A message of visit V1 at a clinic."""
    one = adt(kind, moment, "V1", "W1", patient=patient, **more).replace("PV1|1|I|", "PV1|1|o|")
    return one.replace("ZZZ|x", "DG1|1||J06.9") if kind == "A08" else one


def merge(old: str, new: str, moment: str) -> str:
    return (
        f"MSH|^~\\&|HIS|H|||{moment}||ADT^A40|M{moment}|P|2.5\rEVN|A40|{moment}\r"
        f"PID|1||{new}^^^^MR\rMRG|{old}^^^^MR\r"
    )


VISIT = [
    visit("A04", "202603010800"), visit("A08", "202603010830"), visit("A03", "202603010900"),
    visit("A08", "202604020900"),
]  # fmt: skip


def test_a_visit_began_when_it_was_registered_whatever_is_said_later(feeding: House) -> None:
    columns = "registered_at::varchar, finished_at::varchar, refunded, diagnosis_code"
    whole = ("2026-03-01 08:00:00", "2026-03-01 09:00:00", False, "J06.9")

    for number, piece in enumerate((VISIT[3:], VISIT[1:3], VISIT[:1])):
        messages(feeding, piece, hours=number)
    assert held(feeding, "visit", columns) == [whole]
    messages(feeding, [visit("A11", "202603010930", number="c")], hours=4)
    assert held(feeding, "visit", "refunded") == [(True,)], "though it was updated afterwards"


def test_merges_reach_visits_and_stays_one_after_the_other(feeding: House) -> None:
    for number, one in enumerate((
        adt("A01", "202603010900", "S", patient="P1"), VISIT[0],
        merge("P1", "P2", "202603020900"), merge("P2", "P3", "202603030900"),
        adt("A01", "202603040900", "T", patient="P3"),
    )):  # fmt: skip
        messages(feeding, [one], hours=number)
    patients = [*held(feeding, "admission", "patient_id"), *held(feeding, "visit", "patient_id")]
    assert len(patients) == 3 and len(set(patients)) == 1


def test_what_was_sent_again_under_another_number_is_taken_back_with_it(feeding: House) -> None:
    came, left = adt("A01", "202603010900", "S"), adt("A03", "202603050900", "S", way="20")
    again = adt("A03", "202603050900", "S", way="20", number="x")
    back = [adt("A13", "202603051000", "S", number=n) for n in "yz"]
    messages(feeding, [came, left, again])
    assert held(feeding, "admission", "way, days") == [("death", 4)]
    messages(feeding, back, hours=1)
    assert held(feeding, "admission", "way, days") == [(None, None)]
    messages(feeding, [adt("A03", "202603070900", "S")], hours=2)
    assert held(feeding, "admission", "way, days") == [(None, 6)], "the death was taken back"


def test_a_stay_that_ended_before_it_began_is_told_until_it_is_put_right(feeding: House) -> None:
    story = [adt("A01", "202603050900", "S"), adt("A03", "202603010900", "S")]
    done = messages(feeding, story)
    assert [f.field for f in done.rejected] == ["discharged_at"]
    assert held(feeding, "admission") == [] and len(quarantine.listed(feeding)) == 1

    messages(feeding, [adt("A13", "202603060900", "S"), adt("A03", "202603070900", "S")], hours=1)
    assert held(feeding, "admission", "days") == [(2,)] and not quarantine.listed(feeding)
    nowhere = messages(feeding, [adt("A01", "202603050900", "N", "")], hours=2)
    assert [f.field for f in nowhere.rejected] == ["department"]


def test_numbers_that_begin_anew_each_day_are_other_messages(feeding: House) -> None:
    messages(feeding, [adt("A01", f"2026030{day}0900", f"S{day}", number="1") for day in (1, 2)])
    assert len(held(feeding, "admission")) == 2


def dft(number: str, *charges: str) -> str:
    head = f"MSH|^~\\&|HIS|H|||2026010{number}||DFT^P03|C{number}|P|2.5\rPID|1||P1\r"
    return head + "PV1|1|I|W1||||||||||||||||V1\r" + "".join(f"FT1|{c}\r" for c in charges)


def test_credits_count_below_zero_payments_not_at_all_and_pieces_by_their_number(
    feeding: House,
) -> None:
    messages(feeding, [
        dft("1", "1|T1||20260105||CG|X||||1,200.50||W1", "2|T2||20260105||cg|X|||3||5|W1",
            "3|||20260105|||X||||7||W1", "4|||20260105|||X||||7||W1",
            "5|T5||20260105||PY|X||||90||W1"),
        dft("2", "1|T1||20260105||CD|X||||200.50||W1", "2|T9||20260105||CR|X||||-1,000||W1"),
    ])  # fmt: skip
    amounts = [amount for (amount,) in held(feeding, "charge", "amount")]
    assert sorted(amounts) == [-1000, -200.5, 7, 7, 15, 1200.5]


def oru(number: str, *results: str) -> str:
    head = f"MSH|^~\\&|LIS|H|||2026010{number}1200||ORU^R01|R{number}|P|2.5\rPID|1||P1\r"
    return head + "OBR|1||L1|CBC|||202601050800\r" + "".join(f"OBX|{r}\r" for r in results)


RESULTS = [
    oru("5", "1|NM|WBC||9.1||||||F", "2|NM|RBC||4.0||||||F", "3|NM|HB||120||||||F",
        "4|NM|HB||130||||||F"),
    oru("6", "1|NM|RBC||4.4||||||C"), oru("7", "1||WBC||||||||D"),
]  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_results_are_corrected_and_taken_back_in_any_order(
    feeding: House, order: tuple[int, ...]
) -> None:
    for hours, number in enumerate(order):
        messages(feeding, [RESULTS[number]], hours=hours)
    assert held(feeding, "lab", "item, value") == [("HB", 120), ("HB", 130), ("RBC", 4.4)]


def test_a_file_may_be_in_utf_16_and_codes_in_small_letters(feeding: House) -> None:
    story = adt("A01", "202603010900", "S") + adt("A03", "202603050900", "S")
    small = story.replace("PV1|1|I|", "PV1|1|i|").replace("ADT^A0", "adt^a0")
    take(feeding, "hl7", "wide.hl7", small.encode("utf-16-be"))
    assert held(feeding, "admission", "days") == [(4,)]


def test_one_who_is_no_longer_an_inpatient_is_a_visitor(feeding: House, tmp_path: Path) -> None:
    """And classes are what a sender calls them, once somebody has said so."""
    came, left = adt("A06", "202603010900", "S"), adt("A07", "202603030900", "S")
    registered = adt("A04", "202603040900", "V")
    story = [
        came.replace("PV1|1|I|", "PV1|1|bed|"), left.replace("PV1|1|I|", "PV1|1|OP|"),
        registered.replace("PV1|1|I|", "PV1|1||"),
    ]  # fmt: skip
    told = messages(feeding, story)
    assert [f.why.en.split(",")[0] for f in told.rejected] == ['PV1-2.1 says "bed"']
    own = tmp_path / "own.toml"
    own.write_text('[codes.patient_class]\nat = "PV1-2.1"\nwords = { I = ["Bed"] }\n')
    mapping = load_mapping(own, feeding.catalogue)
    assert messages(feeding, story, hours=1, source=mapping).rejected == ()
    assert held(feeding, "admission", "days") == [(2,)]
    assert held(feeding, "visit", "visit_id, kind") == [("S", "outpatient"), ("V", "outpatient")]


def test_stays_that_were_merged_are_one_and_results_need_no_number(feeding: House) -> None:
    merged = adt("A42", "202603060900", "S").replace("ZZZ|x", "MRG|P1|||P1|OLD")
    nameless = oru("5", "1|SN|WBC||^9.1||||||F", "2|NM|RBC||4||||||F").replace(
        "OBR|1||L1", "OBR|1||"
    )
    done = messages(feeding, [
        merged, adt("A03", "202603050900", "S"), adt("A01", "202603010900", "OLD"),
        nameless, oru("6", "1|NM|WBC||8||||||F").replace("|L1|", "||"),
    ])  # fmt: skip
    assert done.rejected == ()
    assert held(feeding, "admission", "admission_id, days") == [("S", 4)]
    assert held(feeding, "lab", "item, value") == [("RBC", 4), ("WBC", 8), ("WBC", 9.1)]
