"""What an item says does not hang on how it is numbered, spaced, ordered or written."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.catalogue.lexicon import load_lexicon
from wardround.reading.document import Document, read_document
from wardround.reading.plan import read_plan
from wardround.reading.statement import Statement
from wardround.text import Refused

LEXICON = load_lexicon()
ITEMS = (
    "护理部每月组织检查2次，合格率达到95%以上",
    "由质控科牵头，医务科配合，每季度抽查病历40份，3月底前完成",
    "平均住院日控制在8天以内，全年无医疗事故",
    "选派3名骨干外出进修（责任科室：科教科）",
    "保卫科每半年组织1次演练，发现隐患2小时内上报",
    "引进设备xx台，6月30日前安装完毕（责任部门：设备科、财务科）",
    "药剂科每周三盘点，账物相符率不低于99.9%",
    "发生不良事件必须立即报告护士长",
)
STYLES = {
    "1.": lambda n: f"{n}.",
    "1、": lambda n: f"{n}、",
    "（1）": lambda n: f"（{n}）",
    "⑴": lambda n: chr(0x2473 + n),
    "①": lambda n: chr(0x245F + n),
    "（一）": lambda n: f"（{'一二三四五六七八'[n - 1]}）",
    "1．": lambda n: f"{n}．",
    "1)": lambda n: f"{n}) ",
}
HAN = "零一二三四五六七八九"
WIDE = str.maketrans("0123456789%()", "０１２３４５６７８９％（）")
NARROW = str.maketrans("（），：", "(),:")


def told(statement: Statement) -> tuple[object, ...]:
    """What a statement was read to say, without its words and place."""
    return (
        statement.kind,
        statement.owners,
        tuple((t.op, t.value, t.unit.replace("％", "%")) for t in statement.targets),
        statement.cadence,
        statement.deadline,
        statement.blanks,
        statement.figures,
    )


def readings(items: list[str], style: str) -> dict[str, tuple[object, ...]]:
    """Each item's reading, as one item of a plan's list of measures."""
    lines = [STYLES[style](n) + item + "。" for n, item in enumerate(items, 1)]
    text = "\n".join(["某医院2026年工作计划", "一、主要措施", *lines])
    statements = read_plan(Document("plan.txt", text), LEXICON).statements
    assert len(statements) == len(items) + 2
    return {item: told(s) for item, s in zip(items, statements[2:], strict=True)}


KNOWN = readings(list(ITEMS), "1.")
orders = st.permutations(ITEMS).map(lambda items: list(items)[:6])


@settings(max_examples=40, deadline=None)
@given(orders, st.sampled_from(sorted(STYLES)))
def test_order_and_numbering_change_nothing(items: list[str], style: str) -> None:
    assert readings(items, style) == {item: KNOWN[item] for item in items}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ITEMS), st.sampled_from(("wide", "narrow")))
def test_width_changes_nothing(item: str, width: str) -> None:
    written = item.translate(WIDE if width == "wide" else NARROW)
    assert plain(readings([written, ITEMS[0]], "1、")[written]) == plain(KNOWN[item])


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ITEMS), st.sampled_from((" ", "  ", "\u3000")))
def test_spaces_around_numbers_change_nothing(item: str, gap: str) -> None:
    written = re.sub(r"(?<=[\u3400-\u9fff])(?=\d)|(?<=\d)(?=[\u3400-\u9fff])", gap, item)
    assert plain(readings([written, ITEMS[0]], "1、")[written]) == plain(KNOWN[item])


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(ITEMS))
def test_small_numbers_may_be_words(item: str) -> None:
    written = re.sub(r"(?<![\d.])[1-9](?=次|小时)", lambda m: HAN[int(m.group())], item)
    assert readings([written, ITEMS[0]], "1、")[written] == KNOWN[item]


def plain(reading: tuple[object, ...]) -> str:
    """A reading with full-width signs made half-width and gaps closed, to compare."""
    return re.sub(r"\s", "", str(reading).translate({v: k for k, v in WIDE.items()}))


NOISE = st.binary(max_size=400)
STARTS = st.sampled_from((b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\0"))


@settings(max_examples=80, deadline=None)
@given(STARTS, NOISE, st.sampled_from((".txt", ".md", ".docx", ".pdf")))
def test_any_bytes_are_read_or_refused(start: bytes, noise: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"noise{suffix}"
        path.write_bytes(start + noise)
        judge(path)


def judge(path: Path) -> None:
    try:
        document = read_document(path)
    except Refused as refused:
        assert refused.faults[0].why.zh and refused.faults[0].why.en
    else:
        read_plan(document, LEXICON)
