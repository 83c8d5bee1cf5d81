"""What is announced against what is found: 三项措施, "6 units", 四大主题（…）, ten pieces.

Decides by counting: the list in the same sentence, what is counted off behind it, the items under
the heading. A list that ends in 等 or "etc." is not counted. The words are [[announced]] and
[[unlisted]] of the lexicon.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from wardround.claims.claim import Claim
from wardround.claims.mentions import Summary
from wardround.claims.printed import Verdict
from wardround.claims.telling import tell
from wardround.reading.marks import han_number
from wardround.reading.numbers import number_word
from wardround.reading.piece import Piece
from wardround.text import Text

_HAN = "一二三四五六七八九十"
_NUMBER = (
    rf"(?<![\d.第{_HAN}])(?P<n>[{_HAN}两]{{1,3}}|\d{{1,2}})(?!季度|月|年|级|甲|期|院|线|楼|号)"
)
_EN_NUMBER = r"\b(?P<n>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ROUND = "①②③④⑤⑥⑦⑧⑨⑩"
_ORDINAL = re.compile(rf"(?<![统唯第万之如])([{_HAN}])(?=是|[、]?(?:要|抓|强|重|加|对))")
_STYLES = (
    (r"[（(](\d{1,2})[)）]", [str(n) for n in range(1, 11)]),
    (rf"([{_ROUND}])", _ROUND),
    (rf"[（(]([{_HAN}])[)）]", _HAN),
    (r"(?<![\w.])(\d{1,2})[.、．)）](?![\d%])", [str(n) for n in range(1, 11)]),
    (rf"\b({'|'.join(_WORDS)})(?:ly)?\b", _WORDS),
    (rf"(?<![统唯第万之如])([{_HAN}])是", _HAN),
)
"""Marks of a list inside a paragraph, each with its names in order."""
LEAD = 12
"""How many characters may stand between the announcement and the first mark."""
_PERSONS = frozenset("名位人")
_TIMES = frozenset("次场期批")
"""What happened so many times; only a list with a date for each tells them all."""
_MONTH = re.compile(r"\d{1,2}月")
SHORT = {"zh": 24, "en": 60}
"""A line no longer than this may be an item's own heading."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A number of things announced at a place; not `sure` where the list may be another's."""

    number: int
    start: int
    end: int
    sure: bool = True


def announced(summary: Summary) -> Iterator[Claim]:
    """As many things as are announced are found."""
    told: set[tuple[int, int]] = set()
    for rule in (_listed, _in_words, _counted, _told_above, _headed, _pieces):
        for claim in rule(summary):
            if (claim.start, claim.end) not in told:
                told.add((claim.start, claim.end))
                yield claim


def _count(summary: Summary, said: _Said, counts: set[int], items: list[str]) -> Claim:
    verdict: Verdict = "agrees" if said.number in counts else "differs" if said.sure else "cannot"
    best = said.number if verdict == "agrees" else min(counts, key=lambda c: abs(c - said.number))
    names = [i.strip()[:16] for i in items[:10]]
    shown, listed = "、".join(names), ", ".join(names)
    same = verdict == "agrees"
    why = Text(
        f"说 {said.number} 项，找到 {best} 项：{shown}" + ("。" if same else "，数目不符。"),
        f"{said.number} announced, {best} found: {listed}" + ("." if same else "; these differ."),
    )
    return tell(summary, "announced", (said.start, said.end), verdict, str(best), why, items[:20])


def _listed(summary: Summary) -> Iterator[Claim]:
    """A list in the sentence: in brackets or behind a colon, or quoted before the number."""
    after = summary.lexicon.compile(
        _NUMBER + r"(?P<m>«announced:measure:zh»|[次场期批])(?P<noun>[\u3400-\u9fff]{0,8})[”’\"]?"
        r"[\u3400-\u9fff]{0,4}"
        r"\s?[（(](?:即|为|指|：)?(?P<list>[^（()）]{4,160})[)）]"
    )
    item = r"[^、，,；;。：:（()）\d\n]{2,14}"
    colon = summary.lexicon.compile(
        _NUMBER + r"(?P<m>«announced:measure:zh»)(?P<noun>[\u3400-\u9fff]{0,6})\s?[：:]"
        rf"(?P<list>(?:{item}、){{2,19}}{item})(?=[。；;])"
    )
    before = re.compile(
        r"(?:[“\"](?P<list>[^“”\"]{3,80})[”\"]|(?P<open>(?:[\u3400-\u9fff]{1,12}、){1,11}[\u3400-\u9fff]{1,12}))"
        rf"的?[“\"]?(?P<n>[{_HAN}])(?P<m>[大项个种类位名优])(?P<noun>[\u3400-\u9fff]{{1,6}})"
    )
    english = summary.lexicon.compile(
        _EN_NUMBER + r"\s+(?:(?!(?:of|in|per|to)\b)[a-z’'-]+\s+){0,2}?(?P<noun>«announced:noun:en»)"
        r"[^.;:()\d]{0,48}?(?:\s*\((?P<list>[^()]{5,200})\)|\s*[:：]\s*(?P<open>[^.:\n]{5,300})\.?)"
    )
    for piece in summary.pieces:
        if piece.role in ("row", "row head"):
            continue
        for pattern in (after, colon, before) if piece.lang == "zh" else (english,):
            for match in pattern.finditer(piece.text, piece.body_at):
                yield from _matched(summary, piece, match)


def _matched(summary: Summary, piece: Piece, match: re.Match[str]) -> Iterator[Claim]:
    number = _number(summary, match.group("n"))
    given = match.groupdict()
    words = given.get("list") or given.get("open") or ""
    dated = all(_MONTH.match(i) for i in re.split("[、，,；;]", words))
    if given.get("m") in _TIMES and not dated:
        return
    words = re.sub(r"(?:^|(?<=[、，,；;]))\d{1,2}月(?:\d{1,2}日)?", "", words) if dated else words
    if not 2 <= number <= 20 or re.search(r"\d", words):
        return
    # 三基三严: one list serves two numbers.
    twofold = re.search(rf"[{_HAN}][\u3400-\u9fff]?[“”\"]?$", piece.text[: match.start("n")][-3:])
    if twofold or summary.lexicon.has("unlisted", None, words):
        return
    counts, items = _items(piece.lang, words)
    several = [_several(summary, i) for i in items]
    if all(several):
        counts = {sum(several)}
    elif any(n > 1 for n in several):
        counts |= {sum(n or 1 for n in several)}
    if max(counts) < 2:
        return
    short = all(len(i) <= (14 if piece.lang == "zh" else 40) for i in items)
    person = given.get("m") in _PERSONS and given.get("m") != "位"
    told = piece.lang == "en" and (short or ";" in words)
    quoted = bool(given.get("open")) and piece.text[match.start("n") - 1] in '“"'
    sure = (bool(given.get("list") or quoted) and not person) or told
    start = piece.start + match.start("n")
    end = piece.start + max(match.end("noun"), match.end("n"))
    yield _count(
        summary,
        _Said(number, start, end, sure and (short or told)),
        counts,
        items,
    )


def _several(summary: Summary, item: str) -> int:
    """How many an item says it is: two by the province, 省级两项; nought if it does not say."""
    said = re.match(r"\s*(?:and\s+)?(?:the\s+)?([a-z]+)\b", item, re.I)
    said = said or re.search(rf"([{_HAN}两])[项个名人台次位所家]", item)
    return _number(summary, said.group(1)) if said else 0


def _number(summary: Summary, words: str) -> int:
    if re.fullmatch(rf"[{_HAN}两]+", words):
        return han_number(words)
    read = number_word(words.lower(), summary.lexicon) or ""
    return int(read) if read.isdigit() else 0


def _items(lang: str, words: str) -> tuple[set[int], list[str]]:
    """How many items a list may be taken to have, and the items of the plainest reading."""
    groups = _split("[；;]", [words])
    whole = {len(groups)} if len(groups) > 1 else set()
    if lang == "en":
        plain = _split(r",\s*(?:and\s+|or\s+)?|;\s*(?:and\s+)?", [words])
        split = _split(r"\s+and\s+|\s+&\s+", plain)
        # The last "and" joins the last two of a list with commas, unless a comma stands before it.
        joins = len(plain) > 1 and not re.search(r"[,;]\s*(?:and|or)\s", words)
        least = len(plain) + (joins and " and " in plain[-1])
        return {len(split), *range(least, len(split) + 1)} | whole, split
    plain = _split("、" if "、" in words else "[，,；;]", [words])
    mixed = _split("[、，,；;]", [words])
    split = _split(r"[和与及]|以及", mixed)
    counts = {len(plain), len(mixed), *range(len(plain), len(split) + 1)}
    return counts | whole, plain


def _split(mark: str, words: list[str]) -> list[str]:
    return [part for w in words for part in re.split(mark, w) if part.strip()]


def _in_words(summary: Summary) -> Iterator[Claim]:
    """Four outbreaks were declared, two of norovirus, one of influenza and one of Covid."""
    word = _EN_NUMBER.replace("(?P<n>", "(?:").replace(r"|\d{1,2}", "|one")
    pattern = re.compile(
        rf"{_EN_NUMBER}\s(?!of\b)[a-z][a-z -]{{2,60}}[,:(]\s?"
        rf"(?P<list>(?:{word}\s(?:of|in|by|for|from|on)\s"
        rf"[^,;:.()]{{2,40}}?(?:,\s(?:and\s)?|\sand\s|(?=[.;)]))){{2,9}})", re.IGNORECASE,
    )  # fmt: skip
    for piece in summary.pieces:
        for match in pattern.finditer(piece.text) if piece.lang == "en" else ():
            parts = re.findall(rf"{word}\s(?:of|in|by|for|from|on)\s", match["list"], re.I)
            added = sum(_number(summary, re.split(r"\s", p)[0]) for p in parts)
            same = len({p.split()[1].lower() for p in parts}) == 1
            start = piece.start + match.start("n")
            said = _Said(_number(summary, match["n"]), start, start + len(match["n"]), same)
            yield _count(summary, said, {added}, [p.strip() for p in parts])


def _counted(summary: Summary) -> Iterator[Claim]:
    """Three tasks: (1) …; (2) …, 三项措施：一是…二是…: what is counted off behind the number."""
    zh = summary.lexicon.compile(
        _NUMBER + r"(?:«announced:measure:zh»)[\u3400-\u9fff]{0,10}?(?=\s*[：:]|[。，,]|$)"
    )
    en = summary.lexicon.compile(
        _EN_NUMBER + r"\s+(?:[a-z’'-]+\s+){0,2}?(?:«announced:noun:en»)"
        r"(?=(?:\s[a-z’' -]{0,60})?\s*:)"
    )
    for at, piece in enumerate(summary.pieces):
        pattern = zh if piece.lang == "zh" else en
        for match in pattern.finditer(piece.text) if piece.role == "text" else ():
            number = _number(summary, match.group("n"))
            items = _behind(summary, at, match) if 2 <= number <= 15 else []
            if len(items) >= 2:
                said = _Said(number, piece.start + match.start(), piece.start + match.end())
                yield _count(summary, said, {len(items)}, items)


def _behind(summary: Summary, at: int, said: re.Match[str]) -> list[str]:
    """The items behind an announcement: marked, counted by ordinals, or parted by semicolons."""
    piece, number = summary.pieces[at], _number(summary, said.group("n"))
    colon = re.compile(r"[a-z’' -]{0,61}\s*[：:]", re.I).match(piece.text, said.end())
    if colon and not piece.heading and (items := _counted_off(summary, at, colon.end())):
        return items
    acts = summary.lexicon.has("announced", "act", said.group())
    if piece.lang == "en" or not acts or (piece.heading and not colon):
        return []
    closing = piece.text[said.end() : said.end() + 1]
    if len(ordinals := _ordinals(summary, at, said.end())) >= 2 and closing not in ("，", ","):
        return ordinals
    told = [x for x in re.split("[；;]", piece.text[said.end() + 1 :]) if x.strip()]
    return told if colon and len(told) == number else []


def _counted_off(summary: Summary, at: int, offset: int) -> list[str]:
    """The items counted off from a place in a sentence on, to the end of the paragraph or list."""
    piece = summary.pieces[at]
    below = [p for p in summary.pieces[at + 1 : at + 60] if p.block == piece.block]
    own = piece.text[offset:] + "".join("\n" + p.text for p in below)
    for pattern, names in _STYLES:
        found: list[str] = []
        for match in re.finditer(pattern, own, re.IGNORECASE):
            if len(found) == len(names) or (not found and match.start() > LEAD):
                break
            if match.group(1).lower() == names[len(found)]:
                named = own[match.end() :].lstrip("，,、：: ")
                found.append(re.split(r"[；;。，,\n]", named)[0].strip()[:30])
        if len(found) >= 2:
            return found
    return _marked(summary, at) if re.fullmatch(r"\W*", own) else []


def _told_above(summary: Summary) -> Iterator[Claim]:
    """一是…；二是…；三是…。针对以上三个方面…: what was counted off before, in the paragraph."""
    zh = summary.lexicon.compile(rf"(?:以上|上述|前述|针对这){_NUMBER}(?:«announced:measure:zh»)")
    en = summary.lexicon.compile(
        rf"(?:these|the above)\s{_EN_NUMBER[2:]}\s(?:[a-z]+\s)?(?:«announced:noun:en»)"
    )
    for _, block in itertools.groupby(summary.pieces, lambda p: p.block):
        told = ""
        for piece in block:
            for match in (zh if piece.lang == "zh" else en).finditer(piece.text):
                items = _last_run(told + piece.text[: match.start()])
                start = piece.start + match.start("n")
                if len(items) >= 2:
                    said = _Said(_number(summary, match["n"]), start, piece.start + match.end())
                    yield _count(summary, said, {len(items)}, items)
            told += piece.text


def _last_run(text: str) -> list[str]:
    """The marks that count up from one and stand last in a text."""
    for pattern, names in _STYLES:
        found: list[str] = []
        for match in re.finditer(pattern, text, re.IGNORECASE):
            mark = match.group(1).lower()
            if mark == names[0]:
                found = [mark]
            elif found and mark == names[min(len(found), len(names) - 1)]:
                found.append(mark)
        if len(found) >= 2:
            return found
    return []


def _marked(summary: Summary, at: int) -> list[str]:
    """The marked paragraphs right below one that ends in a colon."""
    found: dict[int, str] = {}
    style = ""
    for p in summary.pieces[at + 1 : at + 200]:
        if p.block in found or (p.mark is None and found):
            continue
        goes_on = p.mark and p.mark.number == len(found) + 1 and style in ("", p.mark.style)
        if not p.mark or not goes_on or p.role != "text":
            break
        style = p.mark.style
        found[p.block] = p.text[p.mark.length :].strip()[:30]
    return list(found.values())


def _ordinals(summary: Summary, at: int, offset: int) -> list[str]:
    """一是, 二是, 三是 … as they follow one another from a place on, as far as they count up."""
    found: list[str] = []
    first = summary.pieces[at]
    for piece in summary.pieces[at : at + 40]:
        if piece is not first and (piece.heading or piece.level != first.level):
            break
        text = piece.text[offset:] if piece is first else piece.text
        for match in _ORDINAL.finditer(text):
            if match.group(1) == _HAN[len(found)] and len(found) < 9:
                found.append(re.split(r"[；;。，,]", text[match.start() : match.start() + 20])[0])
    return found


def _headed(summary: Summary) -> Iterator[Claim]:
    """A heading that announces a number has as many items under it; so has every mention of it."""
    zh = summary.lexicon.compile(
        _NUMBER + r"(?P<m>[项个大条点种类])?[\u3400-\u9fff]{0,4}?(?P<noun>«announced:act:zh»)"
    )
    en = summary.lexicon.compile(
        _EN_NUMBER + r"\s+(?:[a-z-]+\s+){0,2}?(?P<noun>«announced:noun:en»)"
    )
    for at, piece in enumerate(summary.pieces):
        if not piece.heading or piece.depth == 1:
            continue
        match = (zh if piece.lang == "zh" else en).search(piece.text, piece.body_at)
        number = _number(summary, match.group("n")) if match else 0
        if match is None or not 2 <= number <= 15:
            continue
        if match.group("n").isdigit() and not piece.text[: match.start()].strip(" #*"):
            continue
        items, sure = _under(summary, at)
        if not items:
            continue
        phrase = match.group()
        for place in re.finditer(re.escape(phrase), summary.text):
            said = _Said(number, place.start(), place.end(), sure or len(items) < number)
            if place.start() == piece.start + match.start() or _same_part(
                summary, place.start(), piece
            ):
                yield _count(summary, said, {len(items)}, items)


def _same_part(summary: Summary, offset: int, piece: Piece) -> bool:
    """Whether an offset lies under the same title as a piece, before it."""
    other = summary.piece_at(offset)
    return bool(other and offset < piece.start and other.level[:1] == piece.level[:1])


def _under(summary: Summary, at: int) -> tuple[list[str], bool]:
    """The items under a heading: numbered ones, ordinals, else short lines before longer ones."""
    heading = summary.pieces[at]
    blocks: dict[int, list[Piece]] = {}
    for piece in summary.pieces[at + 1 :]:
        if piece.heading and (piece.depth or 9) <= (heading.depth or 1):
            break
        if piece.mark and heading.mark and piece.mark.style == heading.mark.style:
            break
        if piece.role == "text":
            blocks.setdefault(piece.block, []).append(piece)
    opens = [pieces[0] for pieces in blocks.values()]
    marked = [(p.mark, p) for p in opens if p.mark and p.mark.number]
    if marked:
        style = marked[0][0].style
        same = {mark.number: p.text[:16] for mark, p in marked if mark.style == style}
        return list(same.values()), sorted(same) == list(range(1, len(same) + 1))
    ordinals = _ordinals(summary, at, len(heading.text))
    if len(ordinals) >= 2:
        return ordinals, True
    limit = SHORT[heading.lang]
    return [ps[0].text for ps in blocks.values() if sum(len(p.text) for p in ps) <= limit], False


def _pieces(summary: Summary) -> Iterator[Claim]:
    """A title that says how many pieces follow: 十篇."""
    title = summary.text.strip().split("\n", 1)[0]
    match = re.search(rf"([{_HAN}]{{1,3}}|\d{{1,2}})篇", title)
    found = re.findall(r"(?m)篇\s*(\d{1,2}|[" + _HAN + r"]{1,3})\s*$", summary.text)
    if match and len(set(found)) > 1:
        start = summary.text.index(title) + match.start()
        said = _Said(_number(summary, match.group(1)), start, start + len(match.group()))
        names = list(dict.fromkeys(f"篇{x}" for x in found))
        yield _count(summary, said, {len(names)}, names)
