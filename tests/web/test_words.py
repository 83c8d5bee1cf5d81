"""How the pages spell times, durations and numbers in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Engine, TemplateSyntaxError
from django.utils import translation

from wardround.text import Text
from wardround.web.templatetags import words

ENGINE = Engine(libraries={"words": "wardround.web.templatetags.words"})


def shown(template: str, lang: str, **values: object) -> str:
    with translation.override(lang):
        return ENGINE.from_string("{% load words %}" + template).render(Context(values))


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (1241, "20 分 41 秒", "20 min 41 s"),
        (31, "31 秒", "31 s"),
        (0, "0 秒", "0 s"),
        (1800, "30 分", "30 min"),
        (34860, "9 时 41 分", "9 h 41 min"),
        (32400, "9 小时", "9 h"),
        (255600, "2 天 23 小时", "2 d 23 h"),
        (86400, "1 天", "1 d"),
    ],
)
def test_a_duration_always_carries_its_units(seconds: int, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert words.duration(timedelta(seconds=seconds)) == zh
    with translation.override("en"):
        assert words.duration(seconds) == en


@pytest.mark.parametrize(
    ("spell", "value", "zh", "en"),
    [
        (words.over, 14, "超 14 秒", "14 s late"),
        (words.left, 1140, "余 19 分", "19 min left"),
        (words.left, -14, "超 14 秒", "14 s late"),
        (words.overdue, 34860, "逾期 9 小时", "9 h overdue"),
        (words.day_words, date(2026, 7, 6), "7月6日 周一", "Mon 6 July"),
        (words.day_short, date(2026, 7, 6), "7月6日", "6 July"),
        (words.month_words, date(2026, 6, 1), "2026年6月", "June 2026"),
        (words.day, date(2026, 7, 6), "2026-07-06", "2026-07-06"),
        (words.day, None, "–", "–"),
    ],
)
def test_each_language_spells_times_its_own_way(
    spell: Callable[[object], str], value: object, zh: str, en: str
) -> None:
    with translation.override("zh-hans"):
        assert spell(value) == zh
    with translation.override("en"):
        assert spell(value) == en


def test_a_moment_is_shown_in_the_zone_of_the_reader() -> None:
    at = datetime(2026, 7, 6, 1, 41, tzinfo=UTC)

    with words.timezone.override("Asia/Shanghai"):
        assert words.moment(at) == "2026-07-06 09:41"
        assert words.hour(at) == "09:41"


@pytest.mark.parametrize(
    ("value", "decimals", "plain", "difference"),
    [
        (53866, None, "53,866", "+53,866"),
        (97.94, 1, "97.9", "+97.9"),
        (-0.9, 1, "−0.9", "−0.9"),
        (-0.04, 1, "0.0", "0.0"),
        (0.04, 1, "0.0", "0.0"),
        (None, 1, "–", "–"),
        (float("nan"), 1, "–", "–"),
    ],
)
def test_numbers(value: float | None, decimals: int | None, plain: str, difference: str) -> None:
    assert words.number(value, decimals) == plain
    assert words.signed(value, decimals) == difference


def test_both_languages_stand_in_the_template_and_values_are_escaped() -> None:
    template = '{% t "共 {n} 项：{what}" "{n} items: {what}" n=3 what=what %}'

    assert shown(template, "zh-hans", what=Text("<甲>", "<A>")) == "共 3 项：&lt;甲&gt;"
    assert shown(template, "en", what=Text("<甲>", "<A>")) == "3 items: &lt;A&gt;"


def test_a_language_cannot_be_left_out() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown('{% t "只有中文" %}', "en")


def test_a_shape_is_named_for_readers_or_has_its_word_beside_it() -> None:
    assert 'aria-label="逾期"' in shown('{% icon "overdue" label=True %}', "zh-hans")
    assert "<span>Near the limit</span>" in shown('{% icon "near" word=True %}', "en")
    assert 'aria-hidden="true"' in shown('{% icon "near" word=True %}', "en")


def test_an_unknown_shape_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="no shape"):
        shown('{% icon "smiley" %}', "en")


def test_english_counts_one_thing_in_the_singular() -> None:
    told = '{% t "{n} 行，{m} 项" "{n} rows, {m} open cases" n=n m=m %}'

    assert shown(told, "en", n=1, m=1) == "1 row, 1 open case"
    assert shown(told, "en", n=21, m=1.1) == "21 rows, 1.1 open cases"
    assert shown("{{ w|words }}", "en", w=Text("一条", "1 entries")) == "1 entry"
    assert shown("{{ w|words }}", "en", w=Text("grade 1 cases", "grade 1 cases")) == "grade 1 cases"
