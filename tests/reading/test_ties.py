"""What is tied without asking is right, and what is surely meant is tied.

`judged/ties.tsv`: language, how a sentence of the demonstration plan begins, and what it means,
judged by hand: duties, indicators, and what is near but not the same (another rhythm, a part of
it). Near is not wrong, and not counted as right.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from wardround.catalogue.lexicon import load_lexicon
from wardround.catalogue.load import load
from wardround.reading.document import Document
from wardround.reading.match import Matcher
from wardround.reading.plan import read_plan
from wardround.reading.tie import Tying
from wardround.store.plans import KINDS

HERE = Path(__file__)
PLANS = HERE.parents[2] / "src" / "wardround" / "demo"


@dataclass
class Judged:
    right: int = 0
    near: int = 0
    wrong: int = 0
    meant: int = 0
    met: int = 0


@pytest.fixture(scope="module")
def tying() -> Tying:
    return Tying(Matcher(load(), load_lexicon()))


def tied(tying: Tying, text: str) -> tuple[list[str], list[str]]:
    """The duties and indicators to which the sentences of a text are tied."""
    said = read_plan(Document("a.txt", text), tying.lexicon).statements
    duties = [m.key for s in said for m in tying.duties(s)]
    sure = (tying.indicator(s, t) for s in said for t in s.targets if t.value)
    return duties, [m.key for m in sure if m]


def judge(tying: Tying, lang: str) -> Judged:
    lines = (HERE.with_name("judged") / "ties.tsv").read_text(encoding="utf-8").splitlines()
    judged = [line.split("\t") for line in lines if line.startswith(lang)]
    text = (PLANS / f"plan.{lang}.txt").read_text(encoding="utf-8")
    plan = read_plan(Document("plan.txt", text), tying.lexicon)
    told = Judged()
    for said in plan.statements:
        row = next((r for r in judged if said.text.startswith(r[1])), None)
        if row is None or said.kind not in KINDS:
            continue
        right, near = {*row[2].split(), *row[3].split()}, set(row[4].split())
        sure = [tying.indicator(said, t) for t in said.targets if t.value]
        found = {m.key for m in (*tying.duties(said), *(m for m in sure if m))}
        told.right += len(found & right)
        told.near += len(found & near)
        told.wrong += len(found - right - near)
        told.meant += bool(right)
        told.met += bool(found & right)
    return told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ties_of_the_demonstration_plan_are_right(tying: Tying, lang: str) -> None:
    told = judge(tying, lang)
    everything = told.right + told.near + told.wrong
    assert told.meant >= 40, "the judged sentences are those of the plan"
    assert told.right >= 0.9 * everything and told.wrong <= 0.05 * everything, told
    assert told.met >= 0.6 * told.meant, told


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        ("病区每周检查抢救车，护士长签字。", ["check_emergency_kits"]),
        ("抢救车每半年检查一次。", []),
        ("Review prescriptions every month.", ["review_prescriptions"]),
        ("Review prescriptions every week.", []),
    ],
)
def test_another_rhythm_is_not_the_same_duty(tying: Tying, text: str, duties: list[str]) -> None:
    assert tied(tying, text)[0] == duties


@pytest.mark.parametrize(
    ("text", "indicators"),
    [
        ("手卫生依从率不低于80%。", ["hand_hygiene"]),
        ("手卫生依从率不超过80%。", []),
        ("剖宫产率控制在40%以下。", ["csection_rate"]),
        ("麻醉药品每班清点，账物相符率100%。", ["narc_match"]),
        ("疫苗每月盘点，账苗相符率100%。", ["vacc_stock_match"]),
        ("出院病历2日内归档率达到95%。", ["archive_2d"]),
    ],
)
def test_a_target_is_tied_where_metric_direction_subject_and_limit_agree(
    tying: Tying, text: str, indicators: list[str]
) -> None:
    assert tied(tying, text)[1] == indicators


def test_a_sentence_about_nothing_declared_is_not_tied(tying: Tying) -> None:
    assert tied(tying, "中层以上干部每半年向院长办公会述职一次。") == ([], [])
    assert tied(tying, "Departments must not collect cash privately.") == ([], [])
