"""Last year's plan beside this year's: the same promise found again, and what of it changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.work.revision import ALIKE, Promise, compare, likeness

STAY = Promise("1", "1.平均住院日不超过8.5天。", frozenset({"medical"}), None, "2025-12",
               ("<= 8.5",), frozenset({"alos"}))  # fmt: skip
HANDS = Promise("2", "2.院感科每月检查手卫生。", frozenset({"infection"}), "FREQ=MONTHLY")
LIBRARY = Promise("3", "3.建设职工书屋。")


def changed(**to: object) -> Promise:
    """This year's promise about the stay: as last year's but for what is said."""
    fields = {k: getattr(STAY, k) for k in Promise.__slots__}
    return Promise(**(fields | {"number": "9", "text": "3.出院者平均住院日不超过8.2天。"} | to))


def test_every_item_of_both_plans_is_told_once_this_years_order_first() -> None:
    new = Promise("4", "4.开展互联网医院建设。")
    found = compare([STAY, HANDS, LIBRARY], [new, HANDS, changed(targets=("<= 8.2",))])

    assert [(p.kind, p.old and p.old.number, p.new and p.new.number) for p in found] == [
        ("new", None, "4"), ("kept", "2", "2"), ("changed", "1", "9"), ("dropped", "3", None),
    ]  # fmt: skip


@pytest.mark.parametrize("to, change", [
    ({"targets": ("<= 8.2",)}, ("target",)), ({"owners": frozenset({"quality"})}, ("owner",)),
    ({"deadline": "2026-06"}, ("deadline",)), ({"cadence": "FREQ=YEARLY"}, ("cadence",)),
    ({"targets": (), "owners": frozenset()}, ("target", "owner")),
    ({"deadline": "2026-12"}, ()), ({"targets": ("<=8.5",)}, ()),
])  # fmt: skip
def test_what_changed_is_named_and_another_year_is_no_change(
    to: dict[str, object], change: tuple[str, ...]
) -> None:
    [pair] = compare([STAY], [changed(**to)])

    assert pair.changes == change
    assert pair.kind == ("changed" if change else "kept")


def test_what_both_are_tied_to_counts_beside_the_words() -> None:
    reworded = Promise("5", "病人在院时间继续缩短。", ties=frozenset({"alos"}))

    assert likeness(STAY, reworded) > likeness(STAY, Promise("5", reworded.text))
    assert likeness(STAY, changed()) > ALIKE > likeness(STAY, HANDS)


def test_the_likest_pair_is_taken_each_item_once() -> None:
    twice = [Promise("1", "每月抽查病历20份。"), Promise("2", "每月抽查病历20份并通报。")]
    found = compare(twice, list(reversed(twice)))

    assert [p.old and p.old.text for p in found] == [p.new and p.new.text for p in found]


@given(st.lists(st.text(max_size=12), max_size=5), st.lists(st.text(max_size=12), max_size=5))
def test_no_plan_loses_an_item(old: list[str], new: list[str]) -> None:
    found = compare(*([Promise(str(n), t) for n, t in enumerate(x)] for x in (old, new)))

    assert sorted(p.old.number for p in found if p.old) == [str(n) for n in range(len(old))]
    assert [p.new.number for p in found if p.new] == [str(n) for n in range(len(new))]
