"""Numbers that came to harm: a translator's 65438, digits torn apart, letters for digits, blanks.

Decides which printed numbers cannot be what was meant. What can be read with certainty is proposed,
never put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wardround.claims.claim import Claim
from wardround.claims.mentions import Summary
from wardround.claims.telling import tell
from wardround.text import Text

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*|[年月日]"
_TRANSLATED = re.compile(r"(?<![\d,.])[\d,]{0,12}?1?65,?438(?:\s?\+\s?0)?[\d,]*")
_TORN = re.compile(
    r"(?<![\d,.:/])(?!(?:19|20)\d\d )\d{1,4} \d{1,5}(?:\.\d+)?(?=\s*[%％‰]|,\s"
    r"|\s*(?:yuan|patients|people"
    r"|visits)\b|[人例次张台元万份])"
)
_LETTERS = re.compile(
    r"(?<![A-Za-z\d])(?=[\dOoIl,.]*\d)[\dIl][\d,.]*[OoIl][\dOoIl,.]*(?=\s?[%％人例次张台元万份]|\s+[a-z]{4,})"
)
_LOST = re.compile(r"(?<![\d/.])0/0{2,}(?!\d)")
_GROUPED = re.compile(
    r"(?<![\d,.])\d{1,3},(?:\d{1,2}|\d{4,})(?![\d,])(?=\s?[人例次张台元万份]|\s+[a-z]{4,})"
)
_DOTS = re.compile(r"(?<!\d)\d+(?:\.\.+\d+|\.\d+\.\d+)(?=\s?[%％])")
_ART_0 = re.compile(r"65,?438\s?\+\s?0")


def damage(summary: Summary) -> Iterator[Claim]:
    """One claim for each number that cannot be read as it is printed."""
    text = summary.text
    seen: list[tuple[int, int]] = []
    for match in _TRANSLATED.finditer(text):
        seen.append(match.span())
        yield _translated(summary, match)
    for pattern, zh, en in (
        (_TORN, "数字中间有空格", "a space stands inside the number"),
        (_LETTERS, "数字中混有字母", "a letter stands among the digits"),
        (_LOST, "数字丢失", "the digits are lost"),
        (_GROUPED, "千位分节不对", "the thousands are grouped wrongly"),
        (_DOTS, "小数点不止一个", "there is more than one decimal point"),
    ):
        for match in pattern.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in seen):
                continue
            seen.append(match.span())
            yield _unsure(summary, match, zh, en)


def _translated(summary: Summary, match: re.Match[str]) -> Claim:
    """65438+0 is the translator's 1; in a quantity it is wrong as printed, in a date unreadable."""
    text = summary.text
    near = (
        text[max(0, match.start() - 6) : match.start()] + " " + text[match.end() : match.end() + 14]
    )
    decoded = _ART_0.sub("1", match.group()).replace("65,438", "65438")
    decoded = re.sub("65438(?:\\+0)?", "1", decoded.replace(",", ""))
    why = Text(
        f"“65438”是机器翻译把 1 写坏的痕迹，此数不可信；可能是 {decoded}，请查原文。",
        f'"65438" is what a translating machine makes of a 1; this number is not to be believed '
        f"(perhaps {decoded}); see the original.",
    )
    date = re.search(_MONTH, near)
    return tell(
        summary, "damage", match.span(), "cannot" if date else "differs", decoded, why
    )  # fmt: skip


def _unsure(summary: Summary, match: re.Match[str], zh: str, en: str) -> Claim:
    bare = re.sub(r"[ ,]", "", match.group())
    bare = re.sub("[Oo]", "0", re.sub("[lI]", "1", bare))
    read = bare if re.fullmatch(r"\d+(?:\.\d+)?", bare) and "/" not in bare else None
    why = Text(
        f"{zh}，不能直接核对" + (f"；可能是 {read}。" if read else "。"),
        f"It cannot be checked: {en}" + (f"; perhaps {read}." if read else "."),
    )
    return tell(summary, "damage", match.span(), "cannot", read, why)


def blanks(summary: Summary) -> Iterator[Claim]:
    """A placeholder where a number should be."""
    why = Text("此处没有填数。", "No number has been filled in here.")
    for m in summary.blanks:
        yield tell(summary, "blank", m, "cannot", None, why)
