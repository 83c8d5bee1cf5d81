"""How fast a plan is read: pages a second, memory, and how both grow with the document.

The document is made here, a page at a time, in both languages and several numbering styles, the
same on every run. The floor is the least any reader must do: look at each line once.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

from wardround.bench.timing import Contender, Timed, exponent, take
from wardround.catalogue.lexicon import load_lexicon
from wardround.reading.document import Document
from wardround.reading.plan import read_plan

SHARES = (4, 2, 1)
"""The growth is measured on a quarter, a half and the whole of the pages."""
_STOP = re.compile(r"[。！？!?]|\.(?=\s)")

_ZH = (
    "{han}、{topic}",
    "（一）工作目标",
    "1.{topic}合格率达到{a}%以上，同比提高{c}个百分点。",
    "2.平均住院日控制在{c}天以内，投诉不超过{b}起，杜绝医疗事故。",
    "（二）主要措施",
    "1、{office}每月检查{b}次，每季度通报1次，{c}月底前完成整改。",
    "2、由{office}牵头，护理部配合，每周{day}抽查病历{b}份，{c}个工作日内反馈。",
    "3、选派{b}名骨干外出进修，引进设备____台（责任科室：{office}）。",
    "各科室必须严格执行核心制度，严禁弄虚作假，违者每次扣绩效{c}分。",
    "| 项目 | 目标 | 责任部门 | 时限 |",
    "| {topic} | 完成率≥{a}% | {office} | 2026年{c}月底 |",
    "| 应急演练 | 每半年1次 | 保卫科、{office} | {c}月 |",
    "（三）上半年完成情况",
    "1.完成门诊{a}{b}00人次，同比增长{c}.5%；手术{a}{b}台，较去年同期增加{b}台。",
    "2.{topic}满意度9{c}.2%，比上年提高1.{c}个百分点，未发生安全事故。",
)
_EN = (
    "Objective {n} – {theme}",
    "{n}.1 {theme} compliance reaches at least {a}% by the end of June 2026.",
    "{n}.2 No more than {b} cases in the year, and zero never events.",
    "{n}.3 The {role} will review progress every month and report to the Board each quarter.",
    "{n}.4 Recruit {b} nurses and [number to be confirmed] consultants by 30 September 2026.",
    "{n}.5 All staff must report incidents within {c} hours (lead: {role}).",
    "Attendances rose by {c}.4% to {a},{b}50, and satisfaction stood at 9{c}% last year.",
)
_TOPICS = ("病历书写", "抗菌药物管理", "手卫生", "急救设备", "处方点评", "满意度", "消防安全")
_OFFICES = ("医务科", "护理部", "院感科", "药剂科", "质控科", "设备科", "后勤保障部")
_THEMES = ("Hand hygiene", "Safer discharge", "Theatre flow", "Staff appraisal", "Cleaner wards")
_ROLES = ("Chief Nurse", "Medical Director", "Chief Operating Officer", "Head of Estates")
_HAN = "一二三四五六七八九十"


def document(pages: int) -> str:
    """A plan of so many pages, the same for the same number.

    >>> document(2).startswith(document(1)), document(4).count("|") > 0
    (True, True)
    """
    return "\n".join(itertools.chain.from_iterable(_page(number) for number in range(pages)))


def _page(number: int) -> Iterator[str]:
    """The lines of one page; every fourth page is English."""
    lines = _EN * 3 if number % 4 == 3 else _ZH + _ZH[2:9]
    for order, line in enumerate(lines):
        turn = number * 31 + order
        yield line.format(
            n=number % 9 + 1,
            han=_HAN[number % 10],
            topic=_TOPICS[turn % 7],
            office=_OFFICES[(turn // 2) % 7],
            theme=_THEMES[turn % 5],
            role=_ROLES[turn % 4],
            day=_HAN[turn % 5],
            a=80 + turn % 19,
            b=2 + turn % 7,
            c=1 + turn % 8,
        )


def _reads(text: str) -> Callable[[], int]:
    lexicon = load_lexicon()
    return lambda: len(read_plan(Document("bench.txt", text), lexicon).statements)


def _looks(text: str) -> Callable[[], int]:
    return lambda: sum(1 + len(_STOP.findall(line)) for line in text.split("\n"))


def bench(pages: int, rounds: int = 3) -> dict[str, Any]:
    """Measure the reader on a document of so many pages, and on a half and a quarter of it.

    Returns the data of `bench reading --json`; times in seconds, memory in MB.
    """
    sizes = [max(1, pages // share) for share in SHARES]
    texts = [document(size) for size in sizes]
    ours = [
        Contender(f"reader, {size} pages", "ours", _reads(text))
        for size, text in zip(sizes, texts, strict=True)
    ]
    floor = Contender(f"one look at each line, {pages} pages", "floor", _looks(texts[-1]))
    timed = take([*ours, floor], rounds)
    return {
        "bench": "reading",
        "pages": pages,
        "characters": len(texts[-1]),
        "rounds": rounds,
        "pages_per_second": round(pages / timed[len(sizes) - 1].median, 1),
        "pages_per_processor_second": round(pages / timed[len(sizes) - 1].processor, 1),
        "contenders": [one.as_json() for one in timed],
        "growth": _growth(sizes, timed),
    }


def _growth(sizes: list[int], timed: tuple[Timed, ...]) -> dict[str, Any]:
    """How time at work and memory grow with the pages."""
    peaks = [one.peak for one in timed[: len(sizes)]]
    known = [peak for peak in peaks if peak]
    return {
        "pages": sizes,
        "processor_seconds": [round(one.processor, 4) for one in timed[: len(sizes)]],
        "time_exponent": round(exponent(sizes, [one.processor for one in timed[: len(sizes)]]), 3),
        "peak_mb": peaks,
        "memory_exponent": (round(exponent(sizes, known), 3) if len(known) == len(sizes) else None),
    }
