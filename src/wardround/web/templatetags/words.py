"""How words, times, durations, numbers and status shapes are written on a page.

Both languages stand side by side in the template: `{% t "共 {n} 项" "{n} items" n=count %}`.
Which of them shows is decided by Django's active language and by nothing else. What a date or a
duration *is* is decided in the kernel; here is only how it is spelt.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from wardround.period import MONTHS
from wardround.text import Lang, Text, of_one

register = template.Library()

DOT: Final = mark_safe('<span class="dot"></span>')
HIDDEN: Final = mark_safe('aria-hidden="true"')

# name in the sprite: (words, letter in a black-and-white print)
STATES: Final[dict[str, tuple[Text, Text]]] = {
    "overdue": (Text("逾期", "Overdue"), Text("逾", "O")),
    "near": (Text("将到时限", "Near the limit"), Text("临", "N")),
    "running": (Text("计时中", "Running"), Text("计", "R")),
    "due": (Text("待办", "Due"), Text("待", "D")),
    "later": (Text("未到", "Later"), Text("未", "L")),
    "done": (Text("已完成", "Done"), Text("完", "✓")),
    "late": (Text("迟完成", "Done late"), Text("迟", "✓L")),
    "ask": (Text("要人补", "To be filled"), Text("补", "?")),
    "failed": (Text("不合格", "Failed"), Text("否", "✕")),
    "na": (Text("不适用", "Not applicable"), Text("免", "–")),
}
SIGNALS: Final[dict[str, Text]] = {
    "common": Text("普通波动", "Common cause"),
    "improving-high": Text("改善·高", "Improving, high"),
    "improving-low": Text("改善·低", "Improving, low"),
    "concerning-high": Text("恶化·高", "Concerning, high"),
    "concerning-low": Text("恶化·低", "Concerning, low"),
    "neutral-up": Text("上升·中性", "Rising, neutral"),
    "neutral-down": Text("下降·中性", "Falling, neutral"),
    "assured": Text("稳定达标", "Will meet"),
    "failing": Text("稳定未达标", "Will not meet"),
    "hit-or-miss": Text("时达时不达", "Hit or miss"),
    "overclaim": Text("写过头了", "Overclaimed"),
}
PLACES: Final = frozenset(
    {"today", "plan", "registers", "inspections", "cases", "indicators", "scores", "departments"}
    | {"reports", "catalogue", "me", "back", "close", "logo"}
)
WEEKDAYS: Final = Text("周一 周二 周三 周四 周五 周六 周日", "Mon Tue Wed Thu Fri Sat Sun")

# seconds in a unit, its word when a smaller unit follows, its word when it stands alone
UNITS: Final[tuple[tuple[int, Text, Text], ...]] = (
    (86400, Text("天", "d"), Text("天", "d")),
    (3600, Text("时", "h"), Text("小时", "h")),
    (60, Text("分", "min"), Text("分", "min")),
    (1, Text("秒", "s"), Text("秒", "s")),
)


def current_lang() -> Lang:
    """The language of the page: "en" when Django's is English, else "zh"."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def spoken(value: object) -> object:
    """A `Text` in the language of the page; anything else as it is."""
    if not isinstance(value, Text):
        return value
    typed = value.zh == value.en
    return value[current_lang()] if typed or current_lang() == "zh" else of_one(value.en)


def _escaped(value: object) -> str:
    said = spoken(value)
    return conditional_escape(said if isinstance(said, str) else str(said))


@register.simple_tag
def t(zh: str, en: str, **values: object) -> SafeString:
    """`{% t "中文" "English" name=value %}`: values are escaped, a missing one is an error."""
    words = str(conditional_escape(zh if current_lang() == "zh" else en))
    if values:
        words = words.format(**{k: _escaped(v) for k, v in values.items()})
    return mark_safe(words if current_lang() == "zh" else of_one(words))


@register.filter
def words(value: Text | str | None) -> str:
    """A `Text` in the language of the page; a plain string (a proper name) as it is; None is ""."""
    return "" if value is None else str(spoken(value))


@register.simple_tag
def lang_code() -> str:
    """The page's `lang` attribute: "zh" or "en"."""
    return "zh-Hans" if current_lang() == "zh" else "en"


# ── times ──────────────────────────────────────────────────────────────────────────────────────


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day(value: date | None) -> str:
    """`2026-07-06`, for tables; "–" for None."""
    return "–" if value is None else _local(value).strftime("%Y-%m-%d")


@register.filter
def moment(value: datetime | None) -> str:
    """`2026-07-06 09:41`, for tables and as-of times; "–" for None."""
    return "–" if value is None else _local(value).strftime("%Y-%m-%d %H:%M")


@register.filter
def hour(value: datetime | time | None) -> str:
    """`09:41`; a colon always means a time of day. "–" for None."""
    if value is None:
        return "–"
    at = value if isinstance(value, time) else _local(value)
    return at.strftime("%H:%M")


@register.filter
def hour_seconds(value: datetime | time | None) -> str:
    """`09:38:12`, where seconds decide; "–" for None."""
    if value is None:
        return "–"
    at = value if isinstance(value, time) else _local(value)
    return at.strftime("%H:%M:%S")


@register.filter
def day_words(value: date | None) -> str:
    """`7月6日 周一` / `Mon 6 July`, for sentences."""
    if value is None:
        return "–"
    on = _local(value)
    weekday = WEEKDAYS[current_lang()].split()[on.weekday()]
    if current_lang() == "zh":
        return f"{on.month}月{on.day}日 {weekday}"
    return f"{weekday} {on.day} {MONTHS[on.month - 1]}"


@register.filter
def day_short(value: date | None) -> str:
    """`7月6日` / `6 July`."""
    if value is None:
        return "–"
    on = _local(value)
    if current_lang() == "zh":
        return f"{on.month}月{on.day}日"
    return f"{on.day} {MONTHS[on.month - 1]}"


@register.filter
def month_words(value: date | None) -> str:
    """`2026年6月` / `June 2026`."""
    if value is None:
        return "–"
    on = _local(value)
    if current_lang() == "zh":
        return f"{on.year}年{on.month}月"
    return f"{MONTHS[on.month - 1]} {on.year}"


@register.filter
def iso(value: datetime | date | None) -> str:
    """Machine form for `datetime` and `data-` attributes (ISO 8601)."""
    return "" if value is None else value.isoformat()


# ── durations ──────────────────────────────────────────────────────────────────────────────────


def _seconds(value: timedelta | float) -> int:
    return round(value.total_seconds() if isinstance(value, timedelta) else value)


def duration_parts(value: timedelta | float) -> list[tuple[int, str]]:
    """Whole seconds as at most two neighbouring units, largest first: [(20, "分"), (41, "秒")]."""
    rest, lang = abs(_seconds(value)), current_lang()
    for place, (size, joined, alone) in enumerate(UNITS):
        if rest < size and size > 1:
            continue
        if size == 1:
            return [(rest, alone[lang])]
        below = UNITS[place + 1]
        count, smaller = rest // size, rest % size // below[0]
        if not smaller:
            return [(count, alone[lang])]
        under = below[2] if size == 86400 else below[1]
        return [(count, joined[lang]), (smaller, under[lang])]
    return []


@register.filter
def duration(value: timedelta | float | None) -> str:
    """`20 分 41 秒` / `20 min 41 s`, `9 时 41 分`, `31 秒`; the sign is dropped."""
    if value is None:
        return "–"
    return " ".join(f"{count} {unit}" for count, unit in duration_parts(value))


@register.filter
def over(value: timedelta | float | None) -> str:
    """How far a limit was passed: `超 14 秒` / `14 s late`."""
    return f"超 {duration(value)}" if current_lang() == "zh" else f"{duration(value)} late"


@register.filter
def left(value: timedelta | float | None) -> str:
    """What is left of a limit, `余 19 分` / `19 min left`; below zero as `over` says it."""
    if value is None:
        return "–"
    if _seconds(value) < 0:
        return over(value)
    return f"余 {duration(value)}" if current_lang() == "zh" else f"{duration(value)} left"


@register.filter
def overdue(value: timedelta | float | None) -> str:
    """`逾期 9 小时` / `9 h overdue`: only the largest unit, for lists."""
    if value is None:
        return "–"
    rest, lang = abs(_seconds(value)), current_lang()
    size, _, unit = next(u for u in UNITS if rest >= u[0] or u[0] == 1)
    if lang == "zh":
        return f"逾期 {rest // size} {unit.zh}"
    return f"{rest // size} {unit.en} overdue"


@register.filter
def clock_digits(value: timedelta | float) -> SafeString:
    """A clock's face: bold digits, small units, 余 or 超 in front, in English "late" behind."""
    passed, zh = _seconds(value) < 0, current_lang() == "zh"
    face = format_html_join(" ", "<b>{}</b> <small>{}</small>", duration_parts(value))
    before = ("passed", "超") if passed else ("left", "余")
    after = "late" if passed and not zh else ""
    return format_html(
        "{}{}{}",
        format_html('<small class="{}">{}</small> ', *before) if zh else "",
        face,
        format_html(" <small>{}</small>", after) if after else "",
    )


@register.filter
def elapsed(limit: timedelta, rest: timedelta) -> int:
    """Whole seconds of a limit that have gone when `rest` is left: from 0 to the limit."""
    return _seconds(min(max(limit - rest, timedelta()), limit))


@register.filter
def seconds(value: timedelta) -> int:
    """Whole seconds, for `data-` attributes."""
    return _seconds(value)


# ── numbers ────────────────────────────────────────────────────────────────────────────────────


@register.filter
def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """`53,866`, `97.9` with `number:1`; a real minus sign; "–" for None and what is not finite."""
    if value is None or not math.isfinite(value):
        return "–"
    if decimals is None:
        shown = f"{value:,}"
        shown = re.sub(r"\.0$", "", shown)
    else:
        shown = f"{value:,.{int(decimals)}f}"
    if not re.search(r"[1-9]", shown):
        shown = shown.lstrip("-")
    return shown.replace("-", "−")


@register.filter
def total(value: float | None) -> str:
    """A numerator or denominator; fractions to the hundredth."""
    return number(None if value is None else round(value, 2))


@register.filter
def signed(value: float | Decimal | None, decimals: int | None = None) -> str:
    """`+7.8` · `−0.9` · `0`: a difference."""
    shown = number(value, decimals)
    return f"+{shown}" if value is not None and value > 0 and re.search(r"[1-9]", shown) else shown


# ── shapes ─────────────────────────────────────────────────────────────────────────────────────


def _drawn_dots(words: str) -> SafeString:
    return format_html_join(DOT, "{}", ((part,) for part in words.split("·")))


def icon_words(name: str) -> str:
    """What a shape says, in the language of the page; "" for a shape that only decorates a word."""
    if name in STATES:
        return str(spoken(STATES[name][0]))
    return str(spoken(SIGNALS[name])) if name in SIGNALS else ""


@register.simple_tag
def icon(
    name: str, size: int = 20, label: bool | str | Text = False, word: bool | str | Text = False
) -> SafeString:
    """A shape of the sprite in its own colour.

    `label=True` names it for readers only; `word=True` writes the word beside it; either takes
    other words instead of True. With neither the shape is decoration beside words already there.
    """
    if name not in STATES and name not in SIGNALS and name not in PLACES:
        raise template.TemplateSyntaxError(f'no shape is called "{name}"')
    letter = format_html(' data-letter="{}"', spoken(STATES[name][1])) if name in STATES else ""
    said = str(spoken(label)) if label and label is not True else icon_words(name)
    role = format_html('role="img" aria-label="{}"', said) if label else HIDDEN
    shape = format_html(
        '<span class="icon is-{0}"{1}><svg width="{2}" height="{2}" {3}>'
        '<use href="#i-{0}"></use></svg></span>',
        name,
        letter,
        size,
        role,
    )
    if not word:
        return shape
    beside = icon_words(name) if word is True else str(spoken(word))
    return format_html(
        '<span class="with-icon is-{}">{}<span>{}</span></span>', name, shape, _drawn_dots(beside)
    )


@register.simple_tag
def dot() -> SafeString:
    """The drawn separator between two facts; readers hear a comma."""
    return mark_safe('<span class="dot"></span><span class="vh">, </span>')


@register.filter
def facts(parts: list[object] | tuple[object, ...]) -> SafeString:
    """Short facts with drawn separators: `["冰箱 F1", "上次 4.6 °C"]`; empty ones are left out."""
    said = [(spoken(p),) for p in parts if p not in (None, "")]
    return format_html_join(dot(), "{}", said)
