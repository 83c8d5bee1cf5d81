"""A mapping proposed for a table that nobody declared: which heading is which field, which word
is which choice, how dates are written.

Decides only what is proposed; a person confirms it, and the rows go through the gate as ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import SequenceMatcher

from wardround.catalogue.model import Field, Register
from wardround.catalogue.values import Known, parse
from wardround.sources.table import PLACES, known_columns, plain
from wardround.text import Fault

_LIKE = 0.6
"""Headings that share less of their letters with a name are not taken for it."""
_INSIDE = 0.7
"""How alike names are of which one holds the other."""
_MOST = 0.9
"""So many of a column's samples must fit a way of writing dates: some rows are wrong anyhow."""
_REMARK = "#"
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}(?:\D.*)?")
_NUMBERS = re.compile("[0-9一二三四五六七八九十]")
_WHEN = re.compile("日期|时间|时刻|date|time")
_PLACE = re.compile("科室|病区|科别|部门|病房|科$|department|dept|ward")
FORMATS = (
    "%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%d %H:%M", "%Y%m%d %H:%M:%S",
    "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d-%m-%Y", "%d-%m-%Y %H:%M",
    "%Y.%m.%d %H:%M", "%Y.%m.%d %H:%M:%S",
)  # fmt: skip
"""Ways of writing a date or time that are read only when somebody says so."""


def columns(
    header: Sequence[str], samples: Sequence[Sequence[str]], register: Register, known: Known,
    told: Mapping[str, str],
) -> list[str]:  # fmt: skip
    """The field that each heading probably is, "" for none; each field at most once.

    A name that the register knows counts first, then what `told` says of a heading (from other
    mappings), then likeness, if what stands in the column can be such a field; last, what a row
    cannot do without: its department, and choices by the words of a column.
    """
    names, chosen = known_columns(register), [""] * len(header)
    told = {plain(word): key for word, key in told.items()}
    words = [plain(re.sub(r"\s*[(\[（【].*$", "", plain(h))) or plain(h) for h in header]
    for place, (heading, word) in enumerate(zip(map(plain, header), words, strict=True)):
        key = names.get(heading) or told.get(heading) or names.get(word) or ""
        if key not in chosen and not heading.startswith(_REMARK):
            chosen[place] = key
    alike = sorted(
        ((_alike(word, name), place, key) for place, word in enumerate(words)
         if word and not chosen[place] and not word.startswith(_REMARK)
         for name, key in names.items() if name not in PLACES["id"]),
        key=lambda found: (-found[0], found[1]),
    )  # fmt: skip
    for likeness, place, key in alike:
        if likeness < _LIKE or chosen[place] or key in chosen:
            continue
        field = register.field.get(key)
        if field is None or _bears(field, samples[place], known):
            chosen[place] = key
    if register.department and register.department not in chosen:
        for place, word in enumerate(words):
            if not chosen[place] and _PLACE.search(word):
                chosen[place] = register.department
                break
    for field in register.field.values():
        if field.type == "choice" and field.required and field.key not in chosen:
            _by_words(field, header, samples, chosen)
    return chosen


def _by_words(
    field: Field, header: Sequence[str], samples: Sequence[Sequence[str]], chosen: list[str]
) -> None:
    """Give a choice to the first free column of which most words are among its options."""
    options = {k: (k, n.zh, n.en) for k, n in field.choices.items()}
    for place, heading in enumerate(header):
        words = set(samples[place])
        if chosen[place] or heading.startswith(_REMARK) or not 0 < len(words) <= 2 * len(options):
            continue
        if sum(bool(likeliest(word, options)) for word in words) * 2 > len(words):
            chosen[place] = field.key
            return


def _alike(word: str, name: str) -> float:
    """How much two names share; names with other numbers in them are others."""
    if _NUMBERS.findall(word) != _NUMBERS.findall(name):
        return 0.0
    word, name = word.replace("病人", "患者"), name.replace("病人", "患者")
    likeness = SequenceMatcher(None, word, name, autojunk=False).ratio()
    for common in (_WHEN, _PLACE):
        bare, other = common.subn("", word), common.subn("", name)
        if bare[1] and other[1] and bare[0]:
            alike = SequenceMatcher(None, bare[0], other[0], autojunk=False).ratio()
            likeness = max(likeness, alike)
    return likeness


def _bears(field: Field, samples: Sequence[str], known: Known) -> bool:
    """Whether some of the samples can be values of the field; words may still be matched, dates
    are no words."""
    when = field.type in ("date", "datetime", "time")
    if not when and samples and all(map(_DATE.fullmatch, samples)):
        return False
    if field.type not in ("integer", "decimal", "date", "datetime", "time") or not samples:
        return True
    return len(unread(field, samples, known)) < len(samples) or bool(formats(field, samples, known))


def unread(field: Field, words: Iterable[str], known: Known) -> list[str]:
    """The words that are no value of this field as they stand."""
    found = []
    for word in words:
        faults: list[Fault] = []
        parse({field.key: field}, {field.key: word}, UTC, known, faults)
        if faults:
            found.append(word)
    return found


def formats(field: Field, samples: Sequence[str], known: Known) -> list[str]:
    """The ways of writing dates that fit the samples; none if they are read as they stand."""
    if field.type not in ("date", "datetime"):
        return []
    odd = unread(field, samples, known)
    if len(odd) <= (1 - _MOST) * len(samples):
        return []
    return [f for f in FORMATS if sum(_fits(s, f) for s in samples) >= _MOST * len(samples)]


def _fits(word: str, form: str) -> bool:
    try:
        return 1900 <= datetime.strptime(word, form).year < 2200
    except ValueError:
        return False


def likeliest(word: str, options: Mapping[str, Iterable[str]]) -> str:
    """The option (key → its names) that a word probably means, "" if none."""
    said, best, found = plain(word), 0.0, ""
    for key, names in options.items():
        for name in filter(None, map(plain, names)):
            likeness = _alike(said, name)
            if likeness and (said in name or name in said):
                likeness = max(likeness, _INSIDE)
            if likeness > best:
                best, found = likeness, key
    return found if best >= _LIKE else ""
