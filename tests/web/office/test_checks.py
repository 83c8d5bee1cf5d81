"""A summary is checked on a page: marks, verdicts, a Word copy; for the office alone."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.claims.summaries import ZH
from wardround.store.house import House

SignedIn = Callable[..., Client]
WRONG = ZH.replace("同比增长8.5%", "同比增长9.5%")


def hand_in(client: Client, content: bytes = WRONG.encode(), name: str = "总结.txt") -> str:
    response = client.post("/reports/check/upload", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()[:400]
    return str(response.headers["Location"])


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("lang, words", [
    ("zh-hans", ("1 处不符", "下载标注稿（Word）", "文中写 9.5%，不符")),
    ("en", ("1 differ", "Marked-up copy (Word)", "which is not what is printed (9.5%)")),
])  # fmt: skip
def test_the_text_is_marked_beside_the_verdicts(
    house: House, signed_in: SignedIn, lang: str, words: tuple[str, ...]
) -> None:
    clerk = signed_in("zhou_min", lang)
    url = hand_in(clerk)
    shown = page(clerk, url)
    assert 'class="item-mark is-differs" data-item-key=' in shown and ">9.5%</a>" in shown
    for said in words:
        assert said in shown
    assert "总结.txt" in page(clerk, "/reports/check/")


def test_verdicts_are_filtered(house: House, signed_in: SignedIn) -> None:
    clerk = signed_in("zhou_min")
    shown = page(clerk, hand_in(clerk) + "?show=differs")
    assert shown.count('<tr id="c') == 1


def test_the_marked_copy_is_a_word_file(house: House, signed_in: SignedIn) -> None:
    clerk = signed_in("zhou_min")
    answer = clerk.get(hand_in(clerk) + "marked.docx")
    file = docx.Document(BytesIO(answer.content))
    assert any("不符" in c.text for c in file.comments)


@pytest.mark.parametrize("name, content, words", [
    ("s.exe", b"MZ", "不能读取"), ("s.docx", b"not a word file", "s.docx"), ("s.txt", b"", "空的"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_in_words_and_not_kept(
    house: House, signed_in: SignedIn, name: str, content: bytes, words: str
) -> None:
    given = SimpleUploadedFile(name, content)
    response = signed_in("zhou_min").post("/reports/check/upload", {"file": given})
    assert response.status_code == 422 and words in response.content.decode()
    assert not list((house.data / "checks").glob("*/*"))


def test_others_neither_hand_in_nor_read(house: House, signed_in: SignedIn) -> None:
    url = hand_in(signed_in("zhou_min"))
    nurse = signed_in("li_ting")
    for asked in ("/reports/check/", url, url + "marked.docx"):
        assert nurse.get(asked).status_code == 404
    assert signed_in("zhou_min").get("/reports/check/nothing/").status_code == 404
