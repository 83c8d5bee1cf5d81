"""A composed document: headings, paragraphs, tables, charts, signatures; and figures in words.

Here is decided what a document is made of and how a figure is written in each of its forms.
What is said is `compose`'s matter, how it looks on paper `write`'s. Every measured number in
a document is a run that opens: a figure, or the record that it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from wardround.figure import Figure
from wardround.text import Text

Form = str
"""How a figure is written; see `written`."""

NO_BREAK = "\u00a0"
_SMALL_BASE = 20
"""Below this many last year a percentage of growth says more than the count bears."""
_POINTS = {"%": Text("个百分点", "percentage points"), "‰": Text("个千分点", "per-mille points")}
_DURATIONS = {"天", "小时", "分钟"}


@dataclass(frozen=True, slots=True)
class FigureRun:
    """A figure in one of its forms, as it was written when the document was composed."""

    figure: Figure
    form: Form
    written: str


@dataclass(frozen=True, slots=True)
class RecordRun:
    """Words that open one record: an inspection's score, a department's points."""

    written: str
    query: str


Run = str | FigureRun | RecordRun
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 is a part of the document; numbers are added when it is written."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a `note` is small print below a table, `lead` what it is about, set off at
    its beginning."""

    runs: Runs
    note: bool = False
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`shares` are relative widths; columns in `right` hold numbers. A row with a single cell
    is a group's name over the whole width."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    shares: tuple[float, ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """One Vega-Lite specification; `description` says in a sentence what it shows."""

    spec: dict[str, Any]
    caption: str
    description: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """Numbered short paragraphs."""

    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One place to sign; `name` and `day` are there once it is signed."""

    role: str
    name: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs, and the seal with its date."""

    lines: tuple[Line, ...]
    seal: str
    day: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a page."""


Block = Heading | Paragraph | Table | Chart | Bullets | Signatures | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document in one language, with what identifies it later."""

    report: str
    lang: str
    title: str
    subtitle: str
    hospital: str
    period: str
    department: str | None
    at: datetime
    chain_head: str
    blocks: tuple[Block, ...]
    missing: tuple[str, ...] = ()
    """Indicators asked for that have no value; each is told in words where it belongs."""

    def runs(self) -> Iterator[Run]:
        """All runs in reading order."""
        for block in self.blocks:
            match block:
                case Paragraph(runs=runs):
                    yield from runs
                case Bullets(items=items):
                    for item in items:
                        yield from item
                case Table(rows=rows):
                    for row in rows:
                        for cell in row:
                            yield from cell

    def figures(self) -> list[FigureRun]:
        """Every figure that is written in the document."""
        return [run for run in self.runs() if isinstance(run, FigureRun)]

    def plain(self) -> str:
        """The document as plain text, one line a block or row, for reading and comparing."""
        lines = [self.title, self.subtitle]
        for block in self.blocks:
            lines += _plain(block)
        return "\n".join(lines).replace(NO_BREAK, " ") + "\n"


def text_of(runs: Runs) -> str:
    """What a reader sees."""
    return "".join(run if isinstance(run, str) else run.written for run in runs)


def _plain(block: Block) -> list[str]:
    match block:
        case Heading(level=level, text=text):
            return ["", "#" * level + " " + text]
        case Paragraph(runs=runs, lead=lead):
            return [lead + text_of(runs)]
        case Bullets(items=items):
            return [f"{n}. {text_of(item)}" for n, item in enumerate(items, 1)]
        case Table(caption=caption, head=head, rows=rows):
            body = [" | ".join(text_of(cell) for cell in row) for row in rows]
            return [f"[{caption}]", " | ".join(head), *body]
        case Chart(caption=caption, description=description):
            return [f"({caption}: {description})"]
        case Signatures(lines=lines, seal=seal, day=day):
            return [*(f"{x.role}: {x.name or '____'} {x.day}".rstrip() for x in lines), seal, day]
        case PageBreak():
            return []


def run(figure: Figure, form: Form, lang: str) -> FigureRun:
    """The figure in one of its forms, ready to stand in a sentence or a cell."""
    return FigureRun(figure, form, written(figure, form, lang))


def written(figure: Figure, form: Form, lang: str) -> str:
    """A figure in words; the same figure, form and language always give the same words.

    `value` with unit, `number` without; `change` in words (上升 1.2 个百分点), `difference`
    signed for tables; `target`, `last_year` with units, `target_number`, `last_year_number`
    without;
    `numerator`, `denominator` plain sums; `verdict`; `of_year` the share of the year's target;
    `rank:N` the value at rank N.
    Raises ValueError for an unknown form.
    """
    if form.startswith("rank:"):
        place = int(form[5:])
        return figure.unit.write(figure.ranking[place][1]) if place < len(figure.ranking) else "–"
    if form not in _FORMS:
        raise ValueError(f"no such form of a figure: {form}")
    return _FORMS[form](figure, lang)


def written_text(figure: Figure, form: Form) -> Text:
    """A figure in one of its forms, in both languages; ValueError for an unknown form."""
    return Text(written(figure, form, "zh"), written(figure, form, "en"))


def with_unit(figure: Figure, digits: str, lang: str) -> str:
    """Digits and unit, held together: 97.9% · 97.9 % · 8.9天 · 8.9 days."""
    symbol = figure.unit.symbol[lang]
    if not symbol or digits == "–":
        return digits
    joint = "" if lang == "zh" and (symbol[0] > "\u2e80" or symbol in _POINTS) else NO_BREAK
    return f"{digits}{joint}{symbol}"


def _value(figure: Figure, lang: str) -> str:
    return with_unit(figure, figure.written(), lang)


def _last_year_number(figure: Figure, lang: str) -> str:
    return "–" if figure.last_year is None else figure.unit.write(figure.last_year)


def _last_year(figure: Figure, lang: str) -> str:
    return with_unit(figure, _last_year_number(figure, lang), lang)


def _target(figure: Figure, lang: str) -> str:
    return with_unit(figure, _target_number(figure, lang), lang)


def _target_number(figure: Figure, lang: str) -> str:
    """The target with thousands marks: ≥12,000 · ≥ 12,000 · 85–93."""
    target = figure.target
    if target is None:
        return "–"
    if target.op == "range":
        return f"{_digits(target.low)}–{_digits(target.high)}"
    gap = "" if lang == "zh" else NO_BREAK
    return f"{str(target).split(' ')[0]}{gap}{_digits(target.low)}"


def _digits(value: float) -> str:
    decimals = len(f"{value:.10g}".partition(".")[2])
    return f"{value:,.{decimals}f}"


def grows(figure: Figure) -> bool:
    """True if a change is told in per cent of last year: sums and counts with a fair base.

    Rates and means change by their own unit, percentages by percentage points.
    """
    plain = figure.denominator is None and (figure.unit.decimals == 0 or figure.unit.times != 1)
    base = abs(figure.last_year or 0) / figure.unit.times
    return plain and figure.growth is not None and base >= _SMALL_BASE


def changed(figure: Figure) -> bool:
    """True if the change is still there when it is written down."""
    if figure.value is None or figure.last_year is None:
        return False
    if grows(figure):
        return f"{abs(figure.growth or 0) * 100:.1f}" != "0.0"
    return figure.unit.write(figure.change or 0).strip("−0.,") != ""


def _amount(figure: Figure, lang: str) -> str:
    """The size of the change with its unit, unsigned."""
    if grows(figure):
        return f"{abs(figure.growth or 0) * 100:,.1f}{Text('', NO_BREAK)[lang]}%"
    digits = figure.unit.write(abs(figure.change or 0))
    points = _POINTS.get(figure.unit.symbol.zh)
    if points:
        return digits + ("" if lang == "zh" else NO_BREAK) + points[lang]
    return with_unit(figure, digits, lang)


def _change(figure: Figure, lang: str) -> str:
    if figure.change is None:
        return "–"
    if not changed(figure):
        return "持平" if lang == "zh" else "level"
    more = figure.change > 0
    if lang == "zh":
        words = ("上升", "下降")
        if grows(figure):
            words = ("增长", "下降")
        elif figure.unit.symbol.zh in _DURATIONS:
            words = ("延长", "缩短")
        elif figure.denominator is None:
            words = ("增加", "减少")
        return words[0 if more else 1] + _amount(figure, lang)
    if figure.unit.symbol.zh in _DURATIONS:
        return f"{_amount(figure, lang)} {'longer' if more else 'shorter'}"
    return f"{'up' if more else 'down'} {_amount(figure, lang)}"


def _difference(figure: Figure, lang: str) -> str:
    if figure.change is None:
        return "–"
    sign = ("+" if figure.change > 0 else "−") if changed(figure) else ""
    if grows(figure):
        return sign + _amount(figure, lang)
    digits = figure.unit.write(abs(figure.change))
    symbol = figure.unit.symbol.zh
    if symbol in _POINTS:
        short = {"%": Text("百分点", "pt"), "‰": Text("千分点", "‰ pt")}[symbol]
        return sign + digits + ("" if lang == "zh" else NO_BREAK) + short[lang]
    return sign + digits


def _sum(value: float | None) -> str:
    if value is None:
        return "–"
    written = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return written.replace("-", "−")


VERDICTS: dict[Literal["met", "missed", "none"], Text] = {
    "met": Text("达标", "met"),
    "missed": Text("未达标", "not met"),
    "none": Text("无目标", "no target"),
}


def verdict(figure: Figure) -> Text:
    """达标 / met; of a sum whose year is not over, how much of the year's target it is."""
    if figure.verdict != "none" or not figure.of_year:
        return VERDICTS[figure.verdict]
    return Text(f"年目标的{_of_year(figure, 'zh')}", f"{_of_year(figure, 'en')} of the year's")


def _of_year(figure: Figure, lang: str) -> str:
    share = figure.of_year[0] if figure.of_year else 0.0
    return f"{100 * share:.1f}{'' if lang == 'zh' else NO_BREAK}%"


def day(value: date, lang: str) -> str:
    """A date as it stands in sentences: 2026年7月6日 / 6 July 2026."""
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {value:%B} {value.year}"


_FORMS: Mapping[Form, Callable[[Figure, str], str]] = {
    "value": _value,
    "number": lambda figure, lang: figure.written(),
    "change": _change,
    "difference": _difference,
    "target": _target,
    "target_number": _target_number,
    "last_year": _last_year,
    "last_year_number": _last_year_number,
    "numerator": lambda figure, lang: _sum(figure.numerator),
    "denominator": lambda figure, lang: _sum(figure.denominator),
    "verdict": lambda figure, lang: verdict(figure)[lang],
    "of_year": _of_year,
}
