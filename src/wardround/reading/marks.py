"""Numbering marks: 一、（一）1、1. (1) ⑴ ① First, I. 1.1 • and their like.

Decides whether a text begins with a mark and which; `levels` uses the sequence of numbers.
"""

from __future__ import annotations

import re
import unicodedata

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.piece import Mark

BULLETS = (
    "•",
    "·",
    "●",
    "○",
    "◆",
    "■",
    "□",
    "➢",
    "►",
    "▪",
    "✓",
    "✔",
    "※",
    "★",
    "▶",
    "—— ",
    "- ",
    "– ",
    "* ",
)
_HAN = "一二三四五六七八九十百"
_STYLES = re.compile(
    rf"(?P<chapter>第[{_HAN}\d]{{1,3}}(?:[章篇]|部分)[、：:\s]*)"
    rf"|(?P<article>第[{_HAN}\d]{{1,3}}[条节款][、：:\s]*)"
    rf"|(?P<ordinal>第[{_HAN}]{{1,2}}[，,：:、]\s?)"
    rf"|(?P<han>[{_HAN}]{{1,3}}[、．，,]|[{_HAN}]{{1,3}}\.(?=\D)"
    rf"|[{_HAN}]{{1,2}}[ \u3000](?=[\u3400-\u9fff]{{2,14}}\s*$))"
    rf"|(?P<hanparen>[（(][{_HAN}]{{1,3}}[)）][、．.]?|[㈠-㈩])"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,3}[.、]?(?![月年日号万亿元倍个分天小例人名])(?=\s|[\u3400-\u9fff]))"
    r"|(?P<digit>\d{1,3}\s?[、．]|[lI]、|\d{1,2}\s\.(?=\s?[\u3400-\u9fff])|\d{1,2}\.(?!\d)|\d{1,2}\.(?=\d{1,2}月|\d{4}年)|\d{1,2},(?=\s*[A-Za-z])|\d{1,2}，)"
    r"|(?P<paren>[（(]\d{1,2}[)）][、.]?|[⑴-⒇])"
    r"|(?P<halfparen>\d{1,2}\\?[)）](?=\D))"
    r"|(?P<circle>[①-⑳])"
    r"|(?P<romanparen>[（(][IVX]{1,4}[)）][、.]?)"
    r"|(?P<letterparen>[（(][A-Ha-h][)）])|(?P<letterhalf>[a-z]\)(?=\s))"
    r"|(?P<letterlow>[a-h]\.(?=\s))|(?P<romanlow>[（(](?:i{1,3}|iv|vi{0,3}|ix|x)[)）])"
    r"|(?P<roman>(?:[IVX]{1,4}|[Ⅰ-Ⅻ])[.、．](?=\s|[\u3400-\u9fff]))"
    r"|(?P<letter>[A-H][.)、](?=\s|[\u3400-\u9fff]))"
    r"|(?P<lettered>[A-H]\d{1,2}(?:\.\d{1,2})?[.:)](?=\s)|[A-H]\d{1,2}\.\d{1,2}(?=\s))"
    r"|(?P<lettercode>[A-H]\d{1,2}(?=\s(?:[A-Z][a-z]|[A-Z]{2,}s?\s|A\s)))"
    r"|(?P<bare>\d{1,2}\s(?=[A-Z][a-z’',-]*(?:\s[A-Za-z][A-Za-z’',&-]*){0,6}\s*$))"
    r"|(?P<zhbare>\d{1,2}\s(?=[\u3400-\u9fff]{4})(?!\s?[年月日号万亿元倍个分天小例人名项台次家所张床]))"
    r"|(?P<hash>#{1,6}\s)|(?P<dash>-(?=[\u3400-\u9fff]))"
    r"|(?P<o>o\s(?=[a-z]))"
)
_ROMAN = {"I": 1, "V": 5, "X": 10}


def read_mark(text: str, lexicon: Lexicon, inside: bool = False) -> Mark | None:
    """The mark a statement begins with; `inside` for one that does not begin a paragraph.

    >>> from wardround.catalogue.lexicon import load_lexicon
    >>> words = load_lexicon()
    >>> read_mark("（二）规范收费", words)
    Mark(style='hanparen', number=2, length=3)
    >>> read_mark("1.5%以内", words) is None
    True
    """
    bold = 2 if text.startswith("**") else 0
    match = _STYLES.match(text, bold)
    if (
        match
        and match.lastgroup
        and not (inside and match.lastgroup in ("lettercode", "bare", "zhbare"))
    ):
        style, mark = match.lastgroup, match.group()
        if style == "hash":
            return Mark(f"#{mark.count('#')}", 0, match.end())
        if style in ("o", "dash"):
            return Mark(style, 0, match.end())
        if style == "decimal":
            style = f"decimal{mark.rstrip('.、').count('.')}"
        again = re.compile(rf"\s*{re.escape(mark.strip())}").match(text, match.end())
        return Mark(style, _number(mark), again.end() if again else match.end())
    for bullet in BULLETS:
        if text.startswith(bullet) and not text.startswith("**"):
            return Mark(bullet.strip(), 0, len(bullet))
    if inside:
        return None
    word = lexicon.compile(r"(?:\*\*)?(«ordinal::en»)(?:[,.，:：]| is\b)\s*").match(text)
    if word:
        return Mark("ordinal", int(lexicon.meaning("ordinal", word.group(1)) or 0), word.end())
    spelled = lexicon.compile(r"[（(](«number::en»)[)）]\s*").match(text)
    if spelled:
        told = lexicon.meaning("number", spelled.group(1)) or "0"
        return Mark("wordparen", int(float(told)), spelled.end())
    named = lexicon.compile(
        r"(?:\*\*)?(«numbered»)\s*(?:(\d{1,2})(?![\d.%])\s*[:：–—.-]?"
        r"|(«number::en»|(?-i:[A-H]))\s*[:：–—.])\s*"
    ).match(text)
    if named:
        said = named.group(2) or lexicon.meaning("number", named.group(3))
        number = int(float(said)) if said else _number(named.group(3))
        return Mark(f"named {named.group(1).lower()}", number, named.end())
    return None


def _number(mark: str) -> int:
    """The number a mark bears; 0 if none can be read."""
    if len(mark.strip()) == 1 and unicodedata.numeric(mark.strip(), None) is not None:
        return int(unicodedata.numeric(mark.strip()))
    digits = re.findall(r"\d+", mark)
    if digits:
        return int(digits[-1])
    han = "".join(c for c in mark if c in _HAN)
    if han:
        return han_number(han)
    letters = re.sub(r"\W", "", mark)
    if letters and all(c in _ROMAN for c in letters) and letters != "C":
        return _roman(letters)
    return ord(letters.upper()) - 64 if len(letters) == 1 else 0


def _roman(letters: str) -> int:
    values = [_ROMAN[c] for c in letters]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def han_number(words: str) -> int:
    """A Chinese number below ten thousand: 十二 → 12.

    >>> han_number("二十四"), han_number("一百零五"), han_number("两")
    (24, 105, 2)
    """
    total = unit = 0
    for char in words.replace("两", "二").replace("零", ""):
        value = int(unicodedata.numeric(char, 0))
        if value in (10, 100, 1000):
            total += (unit or 1) * value
            unit = 0
        else:
            unit = value
    return total + unit
