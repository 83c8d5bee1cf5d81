"""Numbers as plans write them: digits, Chinese and English number words, blanks, damaged digits.

Decides what a number token is worth and whether it had to be repaired. A repair is made only where
it is certain (`4 2.6%` → 42.6, `9O%` → 90, the translator's `65438+0` → 1).
"""

from __future__ import annotations

import re

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.marks import han_number

BLANK = (
    r"(?:20(?:\d?[xX×]{1,2}|_+|[*＊]{2})(?![xX×])|(?<![A-Za-z第×xX+＋])(?!(?<=\d)[xX×]\d)[xX×]{1,12}(?![A-Za-z×xX])"
    r"|(?<=[A-Za-z])×{1,5}(?=[\u3400-\u9fff])"
    r"|(?<!\*)(?:\*(?: \*){2,3}(?=\s(?:million|billion|yuan))|[*＊]{1,4})(?!\*)"
    r"|_{2,}|(?<![A-Za-z\d_])_(?=[省市县区镇乡村年月日])|□{2,}|…{3,}"
    r"|（[ \u3000]{1,12}）|【[ \u3000]{0,12}】|\([ \u3000]{2,12}\)|\[ {1,12}\])"
)
"""A placeholder in place of a number or a word."""
_HAN_DIGITS = "一二三四五六七八九十"
_SPACED = r"(?:(?!(?:19|20)\d\d )\d{1,4} \d{1,5}(?:\.\d+)?(?=\s*(?:[%％‰万]|«unit»)|,\s|\.?\s*$))"
_PARTED = r"(?:\d{1,3},(?:\d \d{2}|\d{2} \d)(?!\d))"
"""A space inside the thousands: 2,1 18."""
_TRANSLATED = r"(?:[\d,]{0,12}6,?5,?4,?3,?8\+0[\d,]{0,12}(?:\.\d+)?)"
_APART = r"(?:\d{1,3}(?:\. | \.)\d{1,2}(?=\s?[%％‰]))"
"""A decimal point with a space beside it."""
_LETTERED = (
    r"(?:(?<![A-Za-z])(?=[\dOolI]{0,6}\d)[\dIl][\dOolI]{0,6}[OolI][\dOolI]{0,6}(?=[%％])"
    r"|(?=[\d,]{1,5}O)(?:\d{1,3}O{1,2}\d{0,2}(?=\s(?:million|billion|thousand|yuan|patients|people|cases|beds)\b"
    r"|[万亿元人例张份项名台分次天床])"
    r"|\d{1,3},[\dO]{3}(?![A-Za-z\d]))"
    r"|(?<![A-Za-z])[lI][Oo]?(?=[%％])|(?<![A-Za-z])[lI]\d{1,3}(?=[%％])|(?<![A-Za-z])l\d{1,3}(?=[秒分天次项例人名份台个月]))"
)
_GARBLED = r"(?:(?<![A-Za-z])\d{1,2}[A-NP-Z](?=[%％])|\d{1,3},\d{1,2}(?=\s?[%％]))"
"""What no digit is sure to stand for: 8S%, 98,5%. It stays as it is written."""
_POINTED = (
    r"(?:(?<![A-Za-z])[\dOoIl]{1,3}[.．][\dOoIl]{1,2}(?=\s?[%％])|\d+．\d+"
    r"|\d+。\d{1,6}(?=\s?[%％‰万亿]))"
)
"""Letters for digits beside a decimal point, or a wide point or a stop for one: 1.O%, 98。1%."""
_RATIO = r"(?:1\s?[:：∶]\s?(?:\d{1,2}\.\d+|\d{1,2}(?!\d)))"
"""Something to one: 1:0.45, 1:24."""
_PLAIN = r"\d+万\d千|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}，\d{3}(?=\s?[万千]?«unit»)|\d+(?:\.\d+)?"
DIGITS = (
    rf"(?:{_RATIO}|{_APART}|{_GARBLED}|{_PARTED}|{_TRANSLATED}|{_POINTED}|{_LETTERED}"
    rf"|{_SPACED}|{_PLAIN})"
)
PARTS = (
    r"(?:[百千万]分之(?:百|[一二三四五六七八九十]{1,4}|\d+(?:\.\d+)?)"
    r"|[二三四五六七八九十]分之[一二三四五六七八九]"
    r"|[一二两三四五六七八九]成[一二三四五六七八九半]?(?=以[上下内]|左右|[\s，,。；;、的）)|]|$))"
)
"""Shares in words: 百分之九十五, 千分之一, 三分之一, 九成."""
SHARES = (
    r"(?:(?:«number::en»|\d{1,2})\s(?:in|(?:[a-z]+s\s)?out\sof)(?:\severy)?\s(?:«number::en»|\d{1,3}(?![\d/]))"
    r"(?!\s«span::en»)"
    r"|(?<=by\s)(?:(?:a|one|two|three|four)\s)?«fraction::en»(?!-|\san?\s)"
    r"|(?:(?<=by\sat\sleast\s)|(?<=by\smore\sthan\s)|(?<=by\sabout\s)|(?<=by\saround\s))"
    r"(?:(?:a|one|two|three|four)\s)?«fraction::en»(?!-|\san?\s)"
    r"|(?:one|two|three|four)\s(?!quarter)«fraction::en»(?!-|\s[a-z])"
    r"|(?<=\bof\swhich\s)(?:(?:a|one|two|three|four)\s)?«fraction::en»(?!-)"
    r"|(?<!first\s)(?<!second\s)(?<!other\s)(?<!latter\s)(?:(?:a|one|two|three|four)\s)?"
    r"«fraction::en»(?=\sof\s(?!the\s(?:\w+\s)?year|20|next|this|last)))"
)
"""Shares in English words: nine in ten, by a third, three quarters of."""
_PARTS = {"百": "%", "千": "‰", "万": "‱"}
HAN = (
    r"(?:[一二三四五六七八九]千零?[一二三四五六七八九十百零]{1,5}"
    r"|[一二两三四五六七八九十][一二三四五六七八九十百零]{0,4})"
)
WORDS = r"(?:«number::en»(?:-«number::en»)?(?:\s+hundred(?:\s+and\s+«number::en»)?)?)"
"""Numbers in English words: six, forty-five, two hundred."""


def read_number(token: str) -> tuple[str, bool]:
    """The digits of a token, and whether they had to be repaired; a blank stays as it is.

    >>> read_number("1,700"), read_number("4 2.6"), read_number("65438+0,750"), read_number("9O")
    (('1700', False), ('42.6', True), ('1750', True), ('90', True))
    """
    token = token.strip()
    if re.fullmatch(BLANK, token):
        return token, False
    if token == "百" or re.fullmatch(HAN, token):
        return str(han_number(token)), False
    if re.fullmatch(_RATIO, token):
        return re.sub(r"\s?[:：∶]\s?", ":", token), False
    if re.fullmatch(_GARBLED + ".?", token + "%"):
        return token, True
    if mixed := re.fullmatch(r"(\d+)万(\d)千", token):
        return str(int(mixed[1]) * 10_000 + int(mixed[2]) * 1_000), False
    bare = token.replace(",", "").replace("，", "").replace("．", ".")
    whole = bare.replace("65438+0", "1").replace(" ", "").replace("。", ".")
    whole = re.sub("[Oo]", "0", whole)
    whole = re.sub("[lI]", "1", whole)
    return (whole, whole != bare) if re.fullmatch(r"\d+(?:\.\d+)?", whole) else (token, False)


def part_of(token: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """A share in words as number and unit, or None; a fraction only where no percentage is exact.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> words = load_lexicon()
    >>> part_of("百分之九十五", words), part_of("九成", words), part_of("a third", words)
    (('95', '%'), ('90', '%'), ('1/3', ''))
    """
    whole, _, part = token.partition("分之")
    if part and whole in _PARTS:
        digits = (
            "100" if part == "百" else str(han_number(part)) if part[0] in _HAN_DIGITS else part
        )
        return digits, _PARTS[whole]
    if part:
        return _share(han_number(part), han_number(whole))
    tenths, _, rest = token.partition("成")
    if tenths != token:
        return _share(han_number(tenths) * 10 + (5 if rest == "半" else han_number(rest)), 100)
    of = re.fullmatch(r"(\S+)\s(?:[a-z]+s\s)?(?:in|out\sof)(?:\severy)?\s(.+)", token)
    if of:
        some, many = number_word(of[1], lexicon), number_word(of[2], lexicon)
        return _share(int(some), int(many)) if some and many and int(many) else None
    count, _, name = token.rpartition(" ")
    fraction = lexicon.meaning("fraction", name)
    if fraction is None:
        return None
    return _share(int(lexicon.meaning("number", count) or 1), int(fraction.partition("/")[2]))


def _share(some: int, many: int) -> tuple[str, str]:
    """A fraction as an exact percentage, else as it is."""
    return (str(100 * some // many), "%") if 100 * some % many == 0 else (f"{some}/{many}", "")


def number_word(token: str, lexicon: Lexicon) -> str | None:
    """The digits of a number word or of digits, or None.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> number_word("two hundred", load_lexicon()), number_word("三", load_lexicon())
    ('200', '3')
    """
    known = lexicon.meaning("number", token)
    if known is not None:
        return known
    parts = re.split(r"[\s-]+(?:and\s)?", token.lower())
    if len(parts) > 1 and token[:1].isalpha():
        total = 0
        for part in parts:
            worth = lexicon.meaning("number", part) or ""
            if part != "hundred" and not worth.isdigit():
                return None
            total = total * 100 if part == "hundred" else total + int(worth)
        return str(total)
    if token == "百" or re.fullmatch(HAN, token):
        return str(han_number(token))
    digits, _ = read_number(token)
    return digits if re.fullmatch(r"[\d.]+", digits) else None
