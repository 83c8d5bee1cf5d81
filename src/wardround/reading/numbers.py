"""Numbers as plans write them: digits, Chinese and English number words, blanks, damaged digits.

Decides what a number token is worth and whether it had to be repaired. A repair is made only where
it is certain (`4 2.6%` → 42.6, `9O%` → 90, the translator's `65438+0` → 1).
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.marks import han_number

BLANK = (
    r"(?:20(?:[xX×]{2}|_{2,}|[*＊]{2})|(?<![A-Za-z第×xX])[xX×]{1,5}(?![A-Za-z×xX])"
    r"|(?<=[A-Za-z])×{1,5}(?=[\u3400-\u9fff])"
    r"|(?<!\*)[*＊]{1,4}(?!\*)|_{2,}|□{2,}|…{3,}"
    r"|（[ \u3000]{1,12}）|【[ \u3000]{0,12}】|\([ \u3000]{2,12}\)|\[ {1,12}\])"
)
"""A placeholder in place of a number or a word."""
_HAN_DIGITS = "一二三四五六七八九十"
_SPACED = r"(?:(?!(?:19|20)\d\d )\d{1,4} \d{1,4}(?:\.\d+)?(?=\s*(?:[%％‰万]|«unit»)|,\s|\.?\s*$))"
_TRANSLATED = r"(?:[\d,]{0,12}6,?5,?4,?3,?8\+0[\d,]{0,12}(?:\.\d+)?)"
_LETTERED = (
    r"(?:(?<![A-Za-z])(?=[\dOolI]{0,6}\d)[\dIl][\dOolI]{0,6}[OolI][\dOolI]{0,6}(?=[%％])"
    r"|(?<![A-Za-z])[lI]\d{1,3}(?=[%％])|(?<![A-Za-z])l\d{1,3}(?=[秒分天次项例人名份台个月]))"
)
DIGITS = rf"(?:{_TRANSLATED}|{_LETTERED}|{_SPACED}|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
PARTS = r"(?:[百千万]分之(?:百|[一二三四五六七八九十]{1,4}|\d+(?:\.\d+)?))"
"""Percentages in words: 百分之九十五, 千分之一."""
_PARTS = {"百": "%", "千": "‰", "万": "‱"}
HAN = r"(?:[一二两三四五六七八九十]{1,3})"


def read_number(token: str) -> tuple[str, bool]:
    """The digits of a token, and whether they had to be repaired; a blank stays as it is.

    >>> read_number("1,700"), read_number("4 2.6"), read_number("65438+0,750"), read_number("9O")
    (('1700', False), ('42.6', True), ('1750', True), ('90', True))
    """
    token = token.strip()
    if re.fullmatch(BLANK, token):
        return token, False
    if re.fullmatch(HAN, token):
        return str(han_number(token)), False
    bare = token.replace(",", "").replace("，", "")
    whole = bare.replace("65438+0", "1").replace(" ", "")
    whole = re.sub("[Oo]", "0", whole)
    whole = re.sub("[lI]", "1", whole)
    return (whole, whole != bare) if re.fullmatch(r"\d+(?:\.\d+)?", whole) else (token, False)


def part_of(token: str) -> tuple[str, str] | None:
    """A percentage in words as digits and unit, or None.

    >>> part_of("百分之九十五"), part_of("千分之0.5"), part_of("95")
    (('95', '%'), ('0.5', '‰'), None)
    """
    whole, _, part = token.partition("分之")
    if not part or whole not in _PARTS:
        return None
    digits = "100" if part == "百" else str(han_number(part)) if part[0] in _HAN_DIGITS else part
    return digits, _PARTS[whole]


def number_word(token: str, lexicon: Lexicon) -> str | None:
    """The digits of a number word or of digits, or None.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> number_word("two", load_lexicon()), number_word("三", load_lexicon())
    ('2', '3')
    """
    known = lexicon.meaning("number", token)
    if known is not None:
        return known
    if re.fullmatch(HAN, token):
        return str(han_number(token))
    digits, _ = read_number(token)
    return digits if re.fullmatch(r"[\d.]+", digits) else None
