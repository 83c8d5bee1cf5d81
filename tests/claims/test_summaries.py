"""A whole summary: right figures are never accused, planted errors are found by the right rule."""

from __future__ import annotations

import pytest

from tests.claims.judging import differing, judged
from tests.claims.summaries import EN, EN_ERRORS, ZH, ZH_ERRORS


@pytest.mark.parametrize("text", [ZH, EN])
def test_nothing_differs_in_a_right_summary(text: str) -> None:
    claims = judged(text)
    assert [c for c in claims if c.verdict == "differs"] == []
    assert sum(c.verdict in ("agrees", "rounding") for c in claims) >= 28


@pytest.mark.parametrize("text, errors", [(ZH, ZH_ERRORS), (EN, EN_ERRORS)])
def test_five_planted_errors_are_all_found_and_nothing_else(
    text: str, errors: tuple[tuple[str, str, str], ...]
) -> None:
    for right, wrong, _ in errors:
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    found = differing(text)
    lines = {text[: text.index(wrong)].count("\n") + 1 for _, wrong, _ in errors}
    assert {c.line for c in found} == lines
    assert {rule for _, _, rule in errors} <= {c.rule for c in found}


@pytest.mark.parametrize(
    "text, right, wrong, rule",
    [(ZH, *e) for e in ZH_ERRORS] + [(EN, *e) for e in EN_ERRORS],
)
def test_each_error_alone_is_found_by_its_rule(
    text: str, right: str, wrong: str, rule: str
) -> None:
    found = differing(text.replace(right, wrong))
    assert rule in {c.rule for c in found}
    line = text[: text.index(right)].count("\n") + 1
    assert {c.line for c in found} == {line}


@pytest.mark.parametrize("text", [ZH, EN])
def test_a_claim_stands_where_it_says(text: str) -> None:
    for claim in judged(text):
        assert text[claim.start : claim.end] == claim.text
        assert text[: claim.start].count("\n") + 1 == claim.line
        assert claim.why.zh and claim.why.en


@pytest.mark.parametrize("text", [ZH, EN])
def test_what_agrees_names_its_inputs(text: str) -> None:
    agreed = [c for c in judged(text) if c.verdict in ("agrees", "rounding")]
    assert agreed and all(c.inputs for c in agreed)
