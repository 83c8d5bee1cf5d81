"""What was typed in Chinese is marked and quoted on English pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from wardround.catalogue.load import SHIPPED
from wardround.web.areas import AREAS
from wardround.web.middleware import in_its_own_language


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def marked(html: str, kind: str = "text/html; charset=utf-8") -> str:
    answer = in_its_own_language(lambda _: HttpResponse(html, kind))(HttpRequest())
    return answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("<p>Found: 夜间病房较吵，已整改。</p>",
         '<p>Found: <span lang="zh" class=typed>夜间病房较吵，已整改。</span></p>'),
        ("<p>Who owes &quot;次月5日&quot;?</p>",
         '<p>Who owes &quot;<span lang="zh">次月5日</span>&quot;?</p>'),
        ("<td>75,230人次</td>", '<td><span lang="zh" class=typed>75,230人次</span></td>'),
        ("<p>1. 使用强度≤40DDDs以内，达85%—93%。</p>",
         '<p><span lang="zh" class=typed>1. 使用强度≤40DDDs以内，达85%—93%。</span></p>'),
        ("<p>(4项)</p>", '<p>(<span lang="zh" class=typed>4项</span>)</p>'),
        ('<a title="夜间" href="?q=夜">Open</a>', '<a title="夜间" href="?q=夜">Open</a>'),
        ("<option>夜间</option>", "<option>夜间</option>"),
    ],
)  # fmt: skip
def test_typed_chinese_is_marked_between_tags_only(english: None, typed: str, seen: str) -> None:
    assert marked(typed) == seen


def test_chinese_pages_and_other_answers_stand_as_they_are(english: None) -> None:
    assert marked("夜间", "application/json") == "夜间"
    with translation.override("zh-hans"):
        assert marked("<p>夜间</p>") == "<p>夜间</p>"


def test_every_area_of_the_catalogue_has_a_name() -> None:
    assert {path.parent.name for path in SHIPPED.glob("systems/*/*.toml")} <= set(AREAS)
