"""What Word and PDF share: numbers of headings, tables and charts; head, foot and signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from wardround.report.blocks import Block, Chart, Document, Signatures
from wardround.text import Text

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """一 … 九十九."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return lead + (_DIGITS[ones] if ones or not tens else "")


class Counts:
    """Numbers in the habit of the language: 一、（一）1. 表1 / 1, 1.1, Table 1."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._levels = [0, 0, 0]
        self._tables = self._charts = 0

    def heading(self, level: int) -> str:
        """The number of the next heading of this level, with what stands between it and words."""
        self._levels[level - 1] += 1
        self._levels[level:] = [0] * (3 - level)
        count = self._levels[level - 1]
        if self.lang == "zh":
            chinese = chinese_number(count)
            return {1: f"{chinese}、", 2: f"（{chinese}）"}.get(level, f"{count}.")
        return ".".join(map(str, self._levels[:level])) + "\u2003"

    def table(self) -> str:
        """表1 / Table 1."""
        self._tables += 1
        return Text(f"表{self._tables}　", f"Table {self._tables}. ")[self.lang]

    def chart(self) -> str:
        """图1 / Figure 1."""
        self._charts += 1
        return Text(f"图{self._charts}　", f"Figure {self._charts}. ")[self.lang]


def side_by_side(blocks: Sequence[Block]) -> Iterator[Block | tuple[Chart, ...]]:
    """The blocks in order; charts that follow one another in pairs, an odd one by itself."""
    for drawn, run in groupby(blocks, key=lambda block: isinstance(block, Chart)):
        row = list(run)
        if not drawn:
            yield from row
            continue
        charts = [block for block in row if isinstance(block, Chart)]
        for place in range(0, len(charts), 2):
            pair = tuple(charts[place : place + 2])
            yield pair if len(pair) == 2 else pair[0]


def titled(document: Document) -> list[str]:
    """The title's lines: the hospital on a line of its own where the title begins with it."""
    rest = document.title.removeprefix(document.hospital).lstrip(":： ")
    rest = rest[:1].upper() + rest[1:]
    return [document.hospital, rest] if document.title.startswith(document.hospital) else [rest]


def foot(document: Document) -> str:
    """As of when, and the head of the chain of entries in twelve digits."""
    check = document.chain_head[:12].upper()
    seal = "-".join(check[i : i + 4] for i in range(0, len(check), 4))
    at = document.at.strftime("%Y-%m-%d %H:%M")
    return Text(f"数据截至 {at}　校验 {seal}", f"Figures as of {at}    Check {seal}")[document.lang]


def signed(block: Signatures, lang: str) -> list[tuple[str, str]]:
    """Each place to sign: for whom, and who signed on which day, or the place for the date."""
    empty = Text("　　　　年　　月　　日", "Date:")[lang]
    role = Text("（签字）", " (signature)")[lang]
    return [(x.role + role, f"{x.name}  {x.day}" if x.name else empty) for x in block.lines]
