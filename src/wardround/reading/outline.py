"""Where statements begin and end, and which numbering marks they bear.

Decides on lines, page furniture, broken lines, sentences, sub-items and table rows. What is a
heading, and of what, is left to `levels`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from wardround.catalogue.lexicon import Lexicon
from wardround.reading.breaks import unbroken
from wardround.reading.glued import heads, title_end
from wardround.reading.marks import BULLETS, han_number, read_mark
from wardround.reading.owners import is_tag
from wardround.reading.piece import CJK, Draft, Piece, Role, language
from wardround.reading.traditional import SIMPLIFIED

_INDENT = re.compile(r"^[?？]\s*(?=\w)")
"""What a web page shows in place of an indent: "? 1. Publicity"."""
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:第\s*)?(?:Page\s+)?\d{1,4}\s*(?:页|/|of)?\s*(?:共?\s*\d{1,4}\s*页?)?[-–—\s]*"
)
_GLUED = (
    r"((?=(?-i:[A-Z1-9]))[^.,;:!?|]{0,60}?«title:plan:en»(?-i:\b[^.,;:!?|]{0,60}?)"
    r"(?<!category)(?<!band)(?<!grade)(?<!level)(?<!phase)(?<!tier)(?<!type)\s\d{1,2})"
    r"\s+(?!«month::en»\s)(?=\d{1,2}[.,、]\s|(?-i:20[xX\d]{2}\s|[A-Z])[^.]{4,}[.:])"
)
"""The numbered title of a plan that runs on into its text: "Work plan 1 In the new year, …"."""
_TITLE_BELOW = (
    r"(?!.*«title:plan»\n)[\u3400-\u9fff“”、《]{8,30}\n"
    r"(?!20\d\d)[\u3400-\u9fff“”》]{1,14}?«title:plan:zh»"
)
"""The first line of a document, and the second on which its title ends."""
_RULE = re.compile(r"\|?(?:\s*:?-{2,}:?\s*\|?)+|[=*_~—-]{3,}")
"""The line under a Markdown table's head, and lines that only divide."""
_TRAILING_NUMBER = re.compile(r"\s\d{1,3}$")
WRAPPED_MIN = 28
"""A Chinese line of so many characters that breaks off goes on in a shorter one that ends."""
_ENDED = re.compile(r"[。！？；;：:!?.…|][\"”’』」）)\]*\s]*$")
_CLOSED = re.compile(r"[。！？!?.…][\"”’』」）)\]*\s]*$")
_STOP = re.compile(
    r"(?:(?<!\d)。|。(?!\d{1,6}\s?[%％‰万亿])|[！？!?])+[\"”’』」）)]*|\.+[\"”’)]*(?=\s|$)"
)
"""A stop, but not one that a scanner set for a decimal point: 98。1%."""
_TAG = re.compile(r"\s*(\\?[（(〔【][^（）()〔〕【】]{2,160}[)）〕】])[。.]?")
_SPLIT = re.compile(
    r"(?P<small>(?<![\w])[⑴-⒇①-⑳㈠-㈩])"
    r"|(?P<paren>(?<=[；;：:。.，,])\s*[（(]\d{1,2}[)）])"
    r"|(?P<bullet>(?<=\s)(?:o(?=\s[a-z])|[•●▪➢✓✔](?=\s)))"
    r"|(?P<named>(?:^|(?<=[\s。；;！？】]))【[^【】\n]{2,16}】)"
    r"|(?P<bold>\*\*[A-Z0-9][^*\n]{2,90}\*\*(?=\s+[A-Z]|\s*$))"
)
_NUMBERED = re.compile(
    r"(?<![\dA-Za-z.．第、/~～—–表图-])(?P<digit>\d{1,2}(?:[.．]\d{1,2}){0,3})"
    r"[、．.]\s?(?=[\u3400-\u9fff“《「ⅠA-Z])(?!年|月|日)"
    r"|(?<![一二三四五六七八九十第、])(?P<han>[一二三四五六七八九十]{1,3})、(?=[\u3400-\u9fff“](?<![一二三四五六七八九十])|20\d\d年)"
)
"""A number that may open an item, wherever it stands: …≥95% 6.入院三日确诊率≥95%."""
_OPEN, _CLOSE = "（(“「『《", "）)”」』》"
NARROW = SIMPLIFIED | str.maketrans("０１２３４５６７８９％", "0123456789%")
"""Full-width digits and traditional characters are read as the others; a statement's own text
stays as it is written."""
COLUMN_MAX = 30
"""The head of a column has at most so many characters."""
_COLUMNS = ("owner", "deadline", "change", "base", "head")
HEADER_MIN = 12
"""A running header has at least so many characters."""
LABEL_MAX = 5
"""What stands before a colon and a first number introduces a list if it is longer: 附件：1.…."""
SENTENCE_MAX = 3000
"""What runs on for longer without a stop is cut here, so that time grows with length alone."""
FULL = 0.85
"""A line is full that fills so much of the width of its page."""
HEADING_ROOM = 3
"""A numbered Chinese line that leaves room for so many characters was not broken by the page."""
NAME_MAX = 30
"""Lines of at most so many characters are names, not a sentence broken in two."""
BRACKET_MAX = 160
"""A bracket or quotation longer than this no longer keeps its sentences together."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: offsets without the white space around it, and its text."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Block:
    """Lines that belong together: a paragraph, a list item, a table row."""

    start: int
    end: int
    last: str
    role: Role = "text"


def find_statements(draft: Draft) -> Draft:
    """Cut the document into pieces, each one statement.

    >>> from wardround.reading.plan import sample
    >>> [p.text for p in find_statements(sample("一、目标\\n1.提高质量。每月检查一次。")).pieces]
    ['一、目标', '1.提高质量。', '每月检查一次。']

    Args:
        draft: a document without pieces.
    Returns:
        the draft with pieces in order; spans never overlap and hold no outer white space.
    """
    text, lexicon = draft.document.text.translate(NARROW), draft.lexicon
    default = language(text)
    pieces: list[Piece] = []
    item, after_row = 0, False
    for number, block in enumerate(_titled(text, _blocks(text, lexicon), lexicon)):
        spans = _spans(text, block, lexicon) if block.role == "text" else [(block.start, block.end)]
        for order, (start, end) in enumerate(spans):
            words = unbroken(text[start:end])
            title_like = order == len(spans) - 1 and not _CLOSED.search(words)
            inside = order > 0 and not title_like and text[spans[order - 1][1] - 1] not in ":："
            mark = read_mark(words, lexicon, inside) if block.role == "text" else None
            new = mark is not None or block.role != "text" or after_row
            after_row = block.role == "row"
            item += new
            piece = Piece(
                start, end, words, language(words, default), mark, block.role, number, item, new
            )
            pieces.append(piece)
    return replace(draft, pieces=tuple(_tables(pieces, lexicon)))


def lines(text: str) -> Iterator[Line]:
    """The lines that are not blank, without the white space around them.

    >>> [line.text for line in lines(" 一、目标 \\n\\n二、措施")]
    ['一、目标', '二、措施']
    """
    for match in _LINE.finditer(text):
        words = _INDENT.sub("", match.group().strip())
        if words:
            start = match.start() + match.group().index(words)
            yield Line(start, start + len(words), words)


def _blocks(text: str, lexicon: Lexicon) -> Iterator[_Block]:
    """Paragraphs with broken lines mended; page numbers and running headers apart."""
    all_lines = list(lines(text))
    header, width = _running_header(all_lines), _wrap_width(all_lines)
    block: _Block | None = None
    aside: list[_Block] = []
    for line in all_lines:
        if _PAGE_NUMBER.fullmatch(line.text) or line.text == header or _RULE.fullmatch(line.text):
            aside.append(_Block(line.start, line.end, line.text, "furniture"))
            continue
        if header and line.text.startswith(header):
            rest = line.text[len(header) :].strip()
            aside.append(_Block(line.start, line.start + len(header), header, "furniture"))
            line = Line(line.end - len(rest), line.end, rest)
        if block and _continues(block, line, bool(aside), width, lexicon):
            block.end, block.last = line.end, line.text
            aside = []
            continue
        if block:
            yield block
        yield from aside
        aside = []
        block = _Block(line.start, line.end, line.text, _role(line.text))
    if block:
        yield block
    yield from aside


def _titled(text: str, blocks: Iterator[_Block], lexicon: Lexicon) -> Iterator[_Block]:
    """The blocks, the title apart from the first sentence with which a copy ran it together."""
    for block in blocks:
        words = text[block.start : block.end]
        glued = block.role == "text" and not _STOP.search(text, 0, block.start)
        end = title_end(words, lexicon) if glued else 0
        if end:
            yield _Block(block.start, block.start + len(words[:end].rstrip()), words[:end])
            block.start += end
        yield block


def _role(line: str) -> Role:
    return "row" if line.count("|") >= 2 or line.count("\t") >= 2 else "text"


def _running_header(all_lines: list[Line]) -> str:
    """The words that stand after several page numbers, or ''."""
    after = [
        b.text
        for a, b in pairwise(all_lines)
        if _PAGE_NUMBER.fullmatch(a.text) and len(b.text) >= HEADER_MIN
    ]
    heads = Counter(words[:HEADER_MIN] for words in after)
    if not heads or heads.most_common(1)[0][1] < 2:
        return ""
    head = heads.most_common(1)[0][0]
    same = [words for words in after if words.startswith(head)]
    common = same[0]
    for words in same[1:]:
        while not words.startswith(common):
            common = common[: common.rfind(" ")] if " " in common else common[:-1]
    return common.strip() if len(common.strip()) >= HEADER_MIN else ""


def _wrap_width(all_lines: list[Line]) -> int:
    """The width at which a laid-out page breaks its lines, or 0 if lines are paragraphs."""
    texts = sorted((line.text for line in all_lines if _role(line.text) == "text"), key=_width)
    if len(texts) < 8:
        return 0
    widest = _width(texts[int(len(texts) * 0.9)])
    full = [words for words in texts if _width(words) >= int(widest * FULL)]
    broken = sum(1 for words in full if not _CLOSED.search(words))
    laid_out = len(full) * 3 >= len(texts) and broken * 2 >= len(full)
    return widest if 18 <= widest <= 130 and laid_out else 0


def _width(line: str) -> int:
    """How wide a line is set, in characters; beside Chinese ones, others are half as wide."""
    narrow = len(re.findall(r"[!-~ ]", line)) if CJK.search(line) else 0
    return len(line) - narrow // 2


def _filled(block: _Block, width: int, lexicon: Lexicon) -> int:
    """How wide the last line of a block must be for the page to have broken it.

    A line with a number is often a heading: in Chinese it must leave no room for another word.
    """
    alone = block.end - block.start == len(block.last) and bool(CJK.search(block.last))
    numbered = alone and read_mark(block.last, lexicon) is not None
    return max(int(width * FULL), width - HEADING_ROOM if numbered else 0)


def _breaks_off(block: _Block, before: str, after: str, lexicon: Lexicon) -> bool:
    """Whether a Chinese line ends where no sentence and no title can."""
    titled = not block.start and lexicon.compile(_TITLE_BELOW).fullmatch(f"{before}\n{after}")
    wanting = after[0].isdigit() and lexicon.compile(r"«comparison::zh»$").search(before)
    return bool(titled or wanting or lexicon.compile(r"«unfinished::zh»$").search(before))


def _continues(block: _Block, line: Line, page_between: bool, width: int, lexicon: Lexicon) -> bool:
    """Whether a line goes on with the sentence of the block before it."""
    if "row" in (block.role, _role(line.text)):
        return False
    last = block.last[-2 * BRACKET_MAX :]
    before = _TRAILING_NUMBER.sub("", last) if page_between else last
    if is_tag(line.text, lexicon):
        return True
    if before.endswith(("-", "‑")) and line.text[:1].isalnum() and before[-2:-1].isalnum():
        return True
    if read_mark(line.text, lexicon) or line.text.startswith(BULLETS):
        return False
    tail = before[-BRACKET_MAX:]
    unclosed = sum(map(tail.count, "（(")) > sum(map(tail.count, "）)"))
    if unclosed and not _CLOSED.search(before):
        return True
    full = bool(width) and _width(block.last) >= _filled(block, width, lexicon)
    if _ENDED.search(before):
        return full and before.endswith(("；", ";")) and bool(CJK.match(line.text))
    named = read_mark(block.last, lexicon) is not None and not width
    apart = named and max(len(block.last), len(line.text)) <= NAME_MAX
    if (line.text[0].islower() and not CJK.search(line.text[:4]) and not apart) or before.endswith(
        (",", "，", "、")
    ):
        return True
    if lexicon.compile(r"«unfinished::en»$").search(before) and len(before) > 40:
        return True
    if CJK.search(before[-1:]) and _breaks_off(block, before, line.text, lexicon):
        return True
    if full:
        return not lexicon.compile(r"^«numbered:word:en» \d").match(line.text)
    told = bool(CJK.search(before[-1]) and re.search("[，,。]", before))
    ends = WRAPPED_MIN <= len(before) >= len(line.text) and re.search(r"[。；;！!]\s*$", line.text)
    return told and bool(len(before) >= 60 or ends)


def _spans(text: str, block: _Block, lexicon: Lexicon) -> list[tuple[int, int]]:
    """The statements of a paragraph as offsets, none longer than `SENTENCE_MAX`."""
    found: list[tuple[int, int]] = []
    glued = lexicon.compile(_GLUED).match(text, block.start, block.end)
    if glued:
        found.append(glued.span(1))
        block = _Block(glued.end(), block.end, block.last)
    for start, end in _sentences(text[block.start : block.end], lexicon):
        for at in range(block.start + start, block.start + end, SENTENCE_MAX):
            found += _parts(text, at, min(at + SENTENCE_MAX, block.start + end), lexicon)
    return found


def _sentences(words: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Sentences of a paragraph, the tags of responsibility with the sentence before them."""
    start = seen = depth = 0
    stops = list(_STOP.finditer(words))
    cut_before = 0
    for stop in stops:
        if stop.start() < cut_before:
            continue
        depth += _nesting(words[seen : stop.start()])
        seen = stop.start()
        if not _ends(words, start, stop, depth, lexicon):
            continue
        end = stop.end()
        tag = _TAG.match(words, end)
        if tag and is_tag(tag.group(1), lexicon):
            end = tag.end()
        yield start, end
        start = seen = cut_before = end
        depth = 0
    if re.search(r"\w", words[start:]) or (words[start:].strip() and not start):
        yield start, len(words)


def _nesting(words: str) -> int:
    return sum(map(words.count, _OPEN)) - sum(map(words.count, _CLOSE))


def _ends(words: str, start: int, stop: re.Match[str], depth: int, lexicon: Lexicon) -> bool:
    """Whether a stop ends the sentence that began at `start`."""
    following = words[stop.end() : stop.end() + 40].lstrip()
    if not re.search(r"\w", words[start : stop.start()]) or words[stop.end() :].strip() == "**":
        return False
    closers = sum(map(stop.group().count, _CLOSE))
    if depth - closers > 0 and any(
        c in words[stop.end() : stop.end() + BRACKET_MAX] for c in _CLOSE
    ):
        return False
    if not stop.group().startswith("."):
        if closers and following[:1] and (CJK.match(following) or following[0] in "，,、；;的"):
            return stop.group()[0] == "。" and stop.group()[1] not in "”’』」）)"
        return not (stop.group()[0] in "!?" and following[:1].islower())
    if following[:1].islower() or following[:1] in tuple(",，;；、"):
        return False
    if words[stop.start() - 1].isdigit() and re.match(r"\d{1,2}\s?[%％‰]", following):
        return False
    fragment = lexicon.compile(r"(?![（(\d]|«kind:measure:en»)(?:\S+ ){0,4}\S+;")
    if fragment.match(following):
        return False
    before = words[max(start, stop.start() - 12) : stop.start()]
    if re.search(r"(?:^|[^\w])[A-Za-z]$", before) and following and len(stop.group()) == 1:
        return False
    opening = words[start : min(stop.start(), start + 24)]
    if re.fullmatch(r"\W*(?:[A-H]?\d{1,2}(?:\.\s?\d{1,2})*|[IVXivx]{1,5})", opening):
        return False
    if following and lexicon.compile(r"\W*«ordinal::en»").fullmatch(opening):
        return False
    if CJK.match(following) and re.search(r"[^\dA-Za-z.]\d{1,2}$", before):
        return False
    short = lexicon.compile(r"«abbreviation»$").search(before)
    return not (
        short and (following[:1].isdigit() or short.group().lower() not in ("etc", "al", "no"))
    )


def _parts(text: str, start: int, end: int, lexicon: Lexicon) -> list[tuple[int, int]]:
    """A sentence cut where sub-items, bold headings or a first ordinal begin inside it."""
    words = text[start:end]
    cuts = {0, len(words)}
    first = lexicon.compile(r"(?<=[:：])\s+«ordinal:1:en»[,，]").search(words)
    if first and not re.search(r";\s*(?:and\s)?second(?:ly)?,", words, re.I):
        cuts.add(first.start())
    cuts |= _next_numbers(words)
    cuts |= {cut for at in cuts for cut in heads(words, lexicon, at)}
    kinds = Counter(m.lastgroup for m in _SPLIT.finditer(words))
    for match in _SPLIT.finditer(words):
        if match.lastgroup in ("bold", "named"):
            cuts |= {match.start(), match.end()}
        elif match.lastgroup == "bullet":
            if words.lstrip().startswith(match.group()):
                cuts.add(match.start())
        elif (
            kinds[match.lastgroup] >= 2
            or _same_style(words, match, lexicon)
            or _begins_a_list(words, match)
        ):
            cuts.add(match.start())
    edges = sorted(cuts)
    spans = []
    for a, b in pairwise(edges):
        part = words[a:b].strip()
        if part:
            at = start + a + words[a:b].index(part)
            spans.append((at, at + len(part)))
    return spans


def _next_numbers(words: str) -> set[int]:
    """Where numbers go on that the sentence, or a colon in it, began to count: 1.…2.…2.1.…;
    behind a semicolon one may be lost or doubled: 1.…;2.…;33.…;5.…."""
    chapter = re.match(
        r"\s*第[一二三四五六七八九十]{1,3}章.{1,20}?(?=第[一二三四五六七八九十百]{1,4}条)", words
    )
    cuts = {chapter.end()} if chapter else set()
    last: tuple[int, ...] = ()
    style = ""
    for match in _NUMBERED.finditer(words):
        told = match.group("digit")
        number = tuple(map(int, re.split("[.．]", told))) if told else (han_number(match["han"]),)
        lead = words[: match.start()].rstrip()
        told_of = lead[-1:] in (":", "：") and len(lead) > LABEL_MAX
        inner = style == "han" and match.lastgroup == "digit" and number == (1,)
        opens = not lead or inner or (told_of and (set(number) == {1} or match["han"]))
        after = {(*last[:n], last[n] + 1) for n in range(len(last))} | {(*last, 1)}
        if last and lead[-1:] in (";", "；"):
            if told == 2 * str(last[-1] + 1):
                number = (*last[:-1], last[-1] + 1)
            after.add((*last[:-1], last[-1] + 2))
        if opens or (last and number in after and match.lastgroup == style):
            cuts.add(match.start())
            last, style = number, match.lastgroup or ""
    return cuts


def _begins_a_list(words: str, match: re.Match[str]) -> bool:
    """Whether a mark is the first of a list that a colon announces: …，包括:(1)…."""
    return words[: match.start()].endswith((":", "：")) and match.group().strip()[:3] in (
        *("(1)", "（1）", "⑴", "①"),
    )


def _same_style(words: str, match: re.Match[str], lexicon: Lexicon) -> bool:
    """Whether the mark at `match` goes on with the numbering the sentence began with."""
    opening = read_mark(words, lexicon)
    inner = read_mark(words[match.start() :].lstrip(), lexicon)
    return bool(opening and inner and opening.style == inner.style)


def _tables(pieces: list[Piece], lexicon: Lexicon) -> Iterator[Piece]:
    """Give rows their cells and the meaning of their columns from the head row above them."""
    columns: tuple[str, ...] = ()
    before: Piece | None = None
    for piece in pieces:
        if piece.role == "furniture":
            yield piece
            continue
        if piece.role == "row":
            cells = _cells(piece.text)
            if before is not None and before.role == "text" and len(cells) != len(columns):
                columns = ()
            under = before is not None and before.role == "row head"
            if under or before is None or before.role != "row" or not columns:
                meanings = tuple(_column(piece.text[a:b], lexicon) for a, b in cells)
                known = sum(1 for m in meanings if m)
                named = sum(1 for a, b in cells if piece.text[a:b].strip())
                told = {"owner", "deadline"} <= {*meanings}
                if told or (known >= 2 and known * 2 >= (named if under else len(meanings))):
                    columns = _merged(columns, meanings) if under else meanings
                    piece = replace(piece, role="row head")
            numbered = re.match(r"\d{1,3}\.?\t", piece.text)
            if numbered and columns and len(cells) == len(columns) + 1:
                columns = ("", *columns)
            words = piece.text.replace("\t", "|")
            piece = replace(piece, text=words, cells=cells, columns=columns, mark=None)
        yield piece
        before = piece


def _merged(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a head of two rows: what the lower says, else what the upper does."""
    return tuple(low or (above[n] if n < len(above) else "") for n, low in enumerate(below))


def _cells(row: str) -> tuple[tuple[int, int], ...]:
    """The cells of a table row as offsets, outer bars left out."""
    mark = "|" if "|" in row else "\t"
    edges = [i for i, c in enumerate(row) if c == mark]
    starts = [0] + [i + 1 for i in edges]
    ends = [*edges, len(row)]
    spans = list(zip(starts, ends, strict=True))
    if mark == "|":
        spans = spans[1 if row.startswith("|") else 0 : -1 if row.endswith("|") else None]
    return tuple(spans)


def _column(head: str, lexicon: Lexicon) -> str:
    """What a column's head says about the column: owner, deadline, change, head, or ''."""
    words = re.sub(r"[\s*（(].*$" if CJK.search(head) else r"\s*[*(].*$", "", head.strip(" *"))
    known = lexicon.meaning("column", words) or lexicon.meaning(
        "column", words.split("/")[0].strip()
    )
    if known is not None or not 1 < len(words) <= COLUMN_MAX:
        return known or ""
    shaped = (m for m in _COLUMNS if lexicon.compile(f"«column:{m}»").fullmatch(words))
    return next(shaped, "")
