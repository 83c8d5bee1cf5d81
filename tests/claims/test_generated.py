"""Summaries made by chance: consistent ones are never accused, a planted error always is."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claims.judging import differing, judged


@dataclass(frozen=True)
class Made:
    """A right sentence, the figure in it to be falsified, and by which rule that is found."""

    text: str
    figure: str
    wrong: str
    rule: str


def rate(value: float) -> str:
    return f"{value:.1f}%"


@st.composite
def grown(draw: st.DrawFn) -> Made:
    before = draw(st.integers(200, 90_000))
    now = before + draw(st.integers(before // 20, before // 2))
    percent = (now - before) / before * 100
    name_zh, name_en = draw(st.sampled_from([("体检", "health checks"), ("转诊", "referrals")]))
    frame = draw(st.sampled_from([
        "{zh}{now:,}人次，去年同期{before:,}人次，同比增长{p}。",
        "{zh}由{before:,}人次增至{now:,}人次，增长{p}。",
        "{zh}{now:,}人次，比上年同期增加{step:,}人次，增长{p}。",
        "There were {now:,} {en}, up {p} on {before:,} last year.",
        "The number of {en} rose from {before:,} to {now:,}, an increase of {p}.",
        "There were {now:,} {en}, compared with {before:,} last year (+{p}).",
    ]))  # fmt: skip
    text = frame.format(zh=name_zh, en=name_en, now=now, before=before, step=now - before,
                        p=rate(percent))  # fmt: skip
    return Made(text, rate(percent), rate(percent + draw(st.sampled_from([3.0, 11.0]))), "growth")


@st.composite
def divided(draw: st.DrawFn) -> Made:
    parts = draw(st.lists(st.integers(20, 9000), min_size=3, max_size=4, unique=True))
    total, wrong = sum(parts), sum(parts) - draw(st.integers(7, 15))
    zh = "、".join(f"{n}{v:,}人次" for n, v in zip("甲乙丙丁", parts, strict=False))
    en = ", ".join(f"{v:,} {n}" for n, v in zip(("adult", "child", "old", "new"), parts[:-1],
                                                strict=False))  # fmt: skip
    frame = draw(st.sampled_from([
        f"共接诊{{t:,}}人次，其中{zh}。", f"接诊{{t:,}}人次（{zh}）。",
        f"There were {{t:,}} visits, comprising {en} and {parts[-1]:,} others.",
    ]))  # fmt: skip
    return Made(frame.format(t=total), f"{total:,}", f"{wrong:,}", "sum")


@st.composite
def shared(draw: st.DrawFn) -> Made:
    whole = draw(st.integers(200, 9000))
    part = draw(st.integers(whole // 10, whole * 9 // 10))
    percent = rate(part / whole * 100)
    wrong = rate(part / whole * 100 + draw(st.sampled_from([2.0, -4.0])))
    frame = draw(st.sampled_from([
        "抽查处方{w:,}张，合格{p:,}张，合格率{r}。", "在职{w:,}人，其中医师{p:,}人，占{r}。",
        "Of {w:,} letters sent, {p:,} were answered ({r}).",
        "We audited {w:,} notes; {p:,} passed, a pass rate of {r}.",
    ]))  # fmt: skip
    return Made(frame.format(w=whole, p=part, r=percent), percent, wrong, "share")


@st.composite
def in_beds(draw: st.DrawFn) -> Made:
    beds, use = draw(st.integers(60, 900)), draw(st.floats(0.6, 1.1))
    days = round(beds * 181.5 * use)
    left = round(days / draw(st.floats(5, 12)))
    zh = draw(st.booleans())
    stay, wrong = f"{days / left:.1f}", f"{days / left + 1.4:.1f}"
    if zh:
        text = (f"上半年出院患者{left:,}人，实际开放床位{beds}张，实际占用床日{days:,}日，"
                f"平均住院日{stay}天，病床周转{left / beds:.1f}次。")  # fmt: skip
        return Made(text, stay, wrong, "beds")
    text = (f"In the first half of 2026 there were {left:,} discharges, {beds} open beds and "
            f"{days:,} occupied bed-days; the average length of stay was {stay} days.")  # fmt: skip
    return Made(text, stay, wrong, "beds")


CHARACTERS = "一二三是、，。；：（）()%0123456789.,年月日人次例增长去同期其中占 |\nfromto-"
ANY = st.one_of(grown(), divided(), shared(), in_beds())


@settings(max_examples=40, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=4))
def test_a_consistent_summary_is_never_accused(made: list[Made]) -> None:
    assert differing("\n".join(m.text for m in made)) == []


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_a_planted_error_is_found_by_its_rule(made: Made) -> None:
    assert made.text.count(made.figure) >= 1
    at = made.text.rindex(made.figure) if made.rule != "sum" else made.text.index(made.figure)
    text = made.text[:at] + made.wrong + made.text[at + len(made.figure) :]
    assert made.rule in {c.rule for c in differing(text)}, text


@settings(max_examples=40, deadline=None)
@given(
    st.text(
        alphabet="一二三是、，。；：（）()%0123456789.,年月日人次例增长去同期占 |\nfromto-",
        max_size=160,
    )
)
def test_whatever_the_text_it_never_raises(text: str) -> None:
    for claim in judged(text):
        assert text[claim.start : claim.end] == claim.text
