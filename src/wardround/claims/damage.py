"""Numbers that came to harm: a translator's 65438, digits torn apart, letters for digits, blanks.

Decides which printed numbers cannot be what was meant. What can be read with certainty is proposed,
never put in its place: the rules read on with it, and nothing is said of right or wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wardround.catalogue.lexicon import Lexicon
from wardround.claims.claim import Claim
from wardround.claims.mentions import Summary
from wardround.claims.printed import Verdict
from wardround.claims.said import Said
from wardround.claims.telling import tell
from wardround.reading.document import Document
from wardround.text import Text

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*|[年月日]"
_TRANSLATED = re.compile(r"(?<![\d,.])[\d,]{0,12}?1?65,?438(?:\s?\+\s?0)?[\d,]*")
_ART_0 = re.compile(r"65,?438\s?\+\s?0")
_ZH = r"\s?(?:[%％‰]|[万亿]?(?:«unit:count:zh»|«unit:money:zh»|«unit:times:zh»|[天日万亿]))"
_EN = r"\s+[a-z]{4,}"
_MEANT = str.maketrans("OolI。", "0011.")
_HARMS = (
    ("数字中间有空格", "a space stands inside the number",
     r"(?<![\d,.:/])(?!(?:19|20)\d\d )\d{1,4}(?: \d{1,5})+(?:\.\d+)?"
     rf"(?=\s*[%％‰]|,\s|\s*(?:yuan|patients|people|visits)\b|{_ZH})"),
    ("数字中混有字母", "a letter stands among the digits",
     r"(?<![A-Za-z\d])(?=[\dOoIl,.]*\d)(?:[\dIl][\d,.]*[OoIl][\dOoIl,.]*|l[\d,.]*\d)"
     rf"(?={_ZH}|{_EN})"),
    ("数字丢失", "the digits are lost", r"(?<![\d/])0/0{2,}(?!\d)"),
    ("千位分节不对", "the thousands are grouped wrongly",
     rf"(?<![\d,.])\d{{1,3}}(?:,\d{{3}})*,(?:\d{{1,2}}|\d{{4,}})(?![\d,])(?={_ZH}|{_EN})"
     rf"|(?<![\d,.])\d{{1,3}}，\d{{3}}(?!\d)(?={_ZH})"),
    ("小数点不止一个", "there is more than one decimal point",
     r"(?<!\d)\d+\.\.+\d+(?=\s?[%％]|[\u3400-\u9fff])"
     rf"|(?<=[\u3400-\u9fff])\d+\.\d+\.\d+(?={_ZH})|(?<!\d)\d+\.\d+\.\d+(?=\s?[%％])"),
    ("小数点成了句号", "a full stop stands for the decimal point",
     r"(?<![\d.])\d{1,3}。\d{1,2}(?=\s?[%％‰])"),
)  # fmt: skip
"""What came to harm in Chinese, in English, and how it looks."""


@dataclass(frozen=True, slots=True)
class Harm:
    """A number that came to harm, and as what it may be read; `mended` if it is read on so."""

    start: int
    end: int
    read: str | None
    why: Text
    mended: bool = False
    sure: bool = False


def harmed(text: str, lexicon: Lexicon) -> list[Harm]:
    """The numbers of a text that cannot be read as they are printed."""
    found = [_translated(text, match) for match in _TRANSLATED.finditer(text)]
    for zh, en, pattern in _HARMS:
        for match in lexicon.compile(pattern).finditer(text):
            if not any(h.start < match.end() and match.start() < h.end for h in found):
                found.append(_unsure(match, zh, en))
    return found


def _translated(text: str, match: re.Match[str]) -> Harm:
    """65438+0 is the translator's 1; in a quantity it is wrong as printed, in a date unreadable."""
    near = text[max(0, match.start() - 6) : match.start()] + " " + text[match.end() :][:14]
    decoded = _ART_0.sub("1", match.group()).replace("65,438", "65438")
    decoded = re.sub("65438(?:\\+0)?", "1", decoded.replace(",", ""))
    why = Text(
        f"“65438”是机器翻译把 1 写坏的痕迹，此数不可信；可能是 {decoded}，请查原文。",
        f'"65438" is what a translating machine makes of a 1; this number is not to be believed '
        f"(perhaps {decoded}); see the original.",
    )
    return Harm(*match.span(), decoded, why, sure=not re.search(_MONTH, near))


def _unsure(match: re.Match[str], zh: str, en: str) -> Harm:
    raw = match.group()
    bare = re.sub("[ ,，]", "", raw).translate(_MEANT)
    read = bare if re.fullmatch(r"\d+(?:\.\d+)?", bare) else None
    why = Text(
        f"{zh}，不能直接核对" + (f"；可能是 {read}。" if read else "。"),
        f"It cannot be checked: {en}" + (f"; perhaps {read}." if read else "."),
    )
    return Harm(*match.span(), read, why, mended=bool(read) and "," not in raw)


def mended(text: str, harms: Iterable[Harm]) -> Said:
    """The text with the numbers as they may be read."""
    letters, gone = list(text), []
    for harm in harms:
        for at in range(harm.start, harm.end) if harm.mended else ():
            letters[at] = text[at].translate(_MEANT)
            gone += [at] if text[at] in " ，" else []
    return Said("".join(letters)).without(gone)


def damage(document: Document, harms: Iterable[Harm]) -> Iterator[Claim]:
    """One claim for each number that cannot be read as it is printed."""
    for h in harms:
        printed = document.text[h.start : h.end]
        verdict: Verdict = "differs" if h.sure else "cannot"
        yield Claim(h.start, h.end, printed, "damage", (), verdict, h.read, h.why)


def believable(claims: Iterable[Claim], harms: Sequence[Harm]) -> Iterator[Claim]:
    """The claims that neither speak of a number that came to harm nor lean on it."""
    read = {h.read for h in harms if h.mended}
    places = sorted((h.start, h.end) for h in harms)
    for claim in claims:
        last = bisect_left(places, (claim.end,)) - 1
        told = last >= 0 and claim.start < places[last][1]
        leans = any(re.split(r"[^\d.]", text)[0] in read for text in claim.inputs)
        if not told and not (leans and claim.verdict == "differs"):
            yield claim


def blanks(summary: Summary) -> Iterator[Claim]:
    """A placeholder where a number should be."""
    why = Text("此处没有填数。", "No number has been filled in here.")
    for m in summary.blanks:
        yield tell(summary, "blank", m, "cannot", None, why)
