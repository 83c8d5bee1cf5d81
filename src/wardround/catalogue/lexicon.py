"""The words of plans, in both languages: loaded strictly, offered as phrases and patterns.

Every file `lexicon/*.toml` holds lists of tables named after a group (`[[cadence]]`, `[[unit]]`…).
A table gives what its phrases mean and the phrases themselves; a new wording is a new line:

    [[cadence]]
    means = "FREQ=DAILY"
    zh = ["每天", "每日"]
    en = ["every day", "daily"]

In a phrase `*` stands for the rest of a word (`implement*`) and `…` for up to twelve characters
(24 in English) without punctuation (`控制在…以内`). What a group is for is decided by
`wardround.reading`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from wardround.text import LANGS, Fault, Lang, Refused, Text

SHIPPED = Path(__file__).with_name("lexicon")
"""The folder of the shipped words; a hospital adds its own folder after it."""

KEYS = frozenset({"means", *LANGS})

_CADENCE = r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY|REGULAR|CONTINUOUS)(?:;[A-Z]+=[A-Z0-9,-]+)*|ignore"
GROUPS: dict[str, str] = {
    "abbreviation": "dot",
    "ordinal": r"\d+",
    "numbered": "word",
    "furniture": "line|start|end",
    "title": "plan|series",
    "unfinished": "word",
    "section": (
        "past|future|either|phase|neither|objective|requirement|background|organisation|problem|state|duty|rulebook"
    ),
    "column": "owner|deadline|change|base|head",
    "kind": (
        "background|organisation|phase|requirement|objective|measure|past|future|purpose"
        "|evaluation|trouble|forecast|evidence|aim|either|neither|bound|acquire|activity|given"
        "|meaning|creed|rule|circumstance"
    ),
    "owner_tag": "label|listed",
    "owner_noun": "head|role|group|whole|guest",
    "owner_prefix": "joined|alone",
    "owner_before": "agent|asked|charged|skip",
    "owner_after": "verb|modal|not|about|office|undergo",
    "owner_never": "word|unasked|inside",
    "unit": "percent|point|count|money|length|times|rate",
    "multiplier": "word",
    "comparison": ">=|<=|>|<|reach|sink|range|to|=",
    "comparison_after": ">=|<=|>|<|increase|decrease|more",
    "approximate": "before|after",
    "zero": "before|after|noun|never",
    "direction": "increase|decrease",
    "direction_noun": "word|never",
    "compared": "yoy|环比|上年|plan|baseline",
    "unchanged": "0",
    "reference": "before|after",
    "measured": "word",
    "lasting": "word",
    "unitless": "word",
    "period": "past",
    "not_a_quantity": "before|after|clause",
    "metric_noise": "start|end",
    "cadence": _CADENCE,
    "per": "FREQ=[A-Z]+(?:;INTERVAL=[0-9]+)?",
    "times": r"word|[0-9]+",
    "weekday": "MO|TU|WE|TH|FR|SA|SU",
    "span": "[MHDWY]|WD|MIN|2W",
    "within": "before|after|length",
    "deadline": "text|phrase|none",
    "month": r"[0-9]+",
    "before": "before|after|end",
    "blank": "token|marks",
    "not_a_blank": "before|after",
    "number": r"[0-9]+(?:\.[0-9]+)?",
    "fraction": "1/[0-9]+",
    "english": (
        "article|be|modal|little|object|did|which|done|bound|duty|given|led|felt|acted|so|ask"
        "|oversight|beside|thing|state|still|adverb|we|ruling|open|barred|then"
    ),
    "function": "word",
    "multiple": "(?:increase|decrease) [0-9]+",
    "damage": r"[0-9]",
    "part": "open|closed",
    "whole": "cue|head|sub|rest",
    "remainder": "before|after|end",
    "partition": "whole",
    "division": "[a-z]+",
    "stage": "[a-z]+ [0-9]",
    "earlier": "before|after",
    "moved": "increase|decrease",
    "share": "before|after|each",
    "noise": "change|whole|counted|time|step",
    "balance": "net|opening|went",
    "fold": "[0-9]+",
    "head": "growth|change|variance|earlier|aim|actual|share|mean|rate",
    "aimed": "heading|sentence|word",
    "unlisted": "word",
    "announced": "measure|noun|act",
    "bounded": "rate",
    "counted": "[a-z]+",
    "alike": "[a-z]+",
    "quantity": "[a-z_]+",
    "relation": r"[a-z_]+ (?:=|<=) [a-z_]+(?: [/-] [a-z_+]+){0,2}(?: ~ [0-9]+%)?",
    "concept": r"[a-z_]+",
    "plain": "word",
}
"""Each group and the pattern of what its tables may mean."""
CUES = frozenset(
    {
        "announced",
        "approximate",
        "earlier",
        "english",
        "furniture",
        "kind",
        "metric_noise",
        "noise",
        "owner_after",
        "owner_noun",
        "remainder",
        "section",
        "title",
        "whole",
    }
)
"""Groups whose phrases are cues: one phrase may speak for several things."""


@dataclass(frozen=True, slots=True)
class Words:
    """Phrases that mean the same thing; `means` is a code of the group."""

    group: str
    means: str
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def of(self, lang: Lang | None) -> tuple[str, ...]:
        """The phrases of one language, or of both."""
        return self.zh + self.en if lang is None else self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a text: offsets, the words as written, and what they mean."""

    start: int
    end: int
    text: str
    means: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All words of plans; equal only to itself, so that it can be a cheap cache key."""

    entries: tuple[Words, ...]
    _patterns: dict[tuple[str, str | None, Lang | None], str] = field(default_factory=dict)
    _compiled: dict[str, re.Pattern[str]] = field(default_factory=dict)

    @cached_property
    def by_group(self) -> dict[str, tuple[Words, ...]]:
        """The entries of each group, in the order of the files."""
        groups: dict[str, list[Words]] = {}
        for words in self.entries:
            groups.setdefault(words.group, []).append(words)
        return {group: tuple(words) for group, words in groups.items()}

    def phrases(
        self, group: str, means: str | None = None, lang: Lang | None = None
    ) -> tuple[str, ...]:
        """The phrases of a group, longest first, so that the longest wins."""
        wanted = (w for w in self.by_group.get(group, ()) if means in (None, w.means))
        found = {phrase for w in wanted for phrase in w.of(lang)}
        return tuple(sorted(found, key=lambda p: (-len(p), p)))

    def source(self, group: str, means: str | None = None, lang: Lang | None = None) -> str:
        """A regular expression for one phrase of the group, to build larger ones with."""
        key = (group, means, lang)
        if key not in self._patterns:
            self._patterns[key] = any_of(self.phrases(group, means, lang))
        return self._patterns[key]

    def compile(self, template: str) -> re.Pattern[str]:
        """A pattern in which `«group»`, `«group:means»` and `«group:means:lang»` are filled in.

        Compiled once a lexicon; letters match in either case, white space in the template counts.
        """
        if template not in self._compiled:
            filled = _PLACE.sub(self._fill, template)
            self._compiled[template] = re.compile(filled, re.IGNORECASE)
        return self._compiled[template]

    def _fill(self, place: re.Match[str]) -> str:
        group, _, rest = place.group(1).partition(":")
        means, _, lang = rest.partition(":")
        if group not in GROUPS:
            raise KeyError(group)
        chosen: Lang | None = "zh" if lang == "zh" else "en" if lang == "en" else None
        return self.source(group, means or None, chosen)

    def find(self, group: str, text: str) -> Iterator[Hit]:
        """Every phrase of a group in a text, left to right, the longest at each place."""
        for match in self.compile(f"«{group}»").finditer(text):
            words = match.group()
            means = self.meaning(group, words) or self._loose_meaning(group, words)
            yield Hit(match.start(), match.end(), words, means)

    def _loose_meaning(self, group: str, words: str) -> str:
        """What words mean that were found by a phrase with `*` or `…`."""
        for entry in self.by_group.get(group, ()):
            for phrase in entry.of(None):
                if re.fullmatch(as_regex(phrase), words, re.IGNORECASE):
                    return entry.means
        return ""

    def has(self, group: str, means: str | None, text: str) -> bool:
        """Whether a phrase of the group stands anywhere in the text."""
        return bool(self.compile(f"«{group}:{means or ''}»").search(text))

    @cached_property
    def _meanings(self) -> dict[tuple[str, str], str]:
        return {(w.group, p.lower()): w.means for w in self.entries for p in w.of(None)}

    def meaning(self, group: str, text: str) -> str | None:
        """What the whole text, spaces made single, means in a group, or None."""
        return self._meanings.get((group, " ".join(text.lower().split())))


_PLACE = re.compile(r"«([^«»]+)»")


def as_regex(phrase: str) -> str:
    """The regular expression of a phrase: words keep their edges, `*` and `…` their meaning.

    >>> as_regex("at least")
    '(?<![A-Za-z])at\\\\s+least(?![A-Za-z])'
    """
    before, after = _edges(phrase)
    return before + _inner(phrase) + after


def any_of(phrases: tuple[str, ...]) -> str:
    """One expression for several phrases, their edges factored out, which makes it much faster."""
    groups: dict[tuple[str, str], list[str]] = {}
    for phrase in phrases:
        groups.setdefault(_edges(phrase), []).append(_inner(phrase))
    parts = [f"{before}(?:{'|'.join(inner)}){after}" for (before, after), inner in groups.items()]
    return f"(?:{'|'.join(parts)})" if parts else "(?!)"


def _edges(phrase: str) -> tuple[str, str]:
    first, last = phrase[:1], phrase[-1:]
    before = "(?<![A-Za-z])" if first.isascii() and first.isalpha() else ""
    return before, "(?![A-Za-z])" if last.isascii() and last.isalpha() else ""


def _inner(phrase: str) -> str:
    source = re.escape(phrase).replace(r"\ ", r"\s+").replace(r"\*", "[A-Za-z]*")
    gap = 24 if phrase.replace("…", "").isascii() else 12
    return source.replace("…", f"[^，,。；;：:、！？\\n]{{0,{gap}}}?")


def load_lexicon(*folders: Path) -> Lexicon:
    """Read the shipped words, or the folders given, later ones adding to earlier ones.

    Raises `Refused` with every fault of every file: unknown groups and keys, meanings a group
    does not know, phrases given twice with different meanings.
    """
    entries: list[Words] = []
    faults: list[Fault] = []
    for folder in folders or (SHIPPED,):
        for path in sorted(folder.glob("*.toml")):
            for item in _read(path):
                if isinstance(item, Fault):
                    faults.append(item)
                else:
                    entries.append(item)
    faults += _contradictions(entries)
    if faults:
        raise Refused(*faults)
    return Lexicon(tuple(entries))


def _read(path: Path) -> Iterator[Words | Fault]:
    """The entries of one file, faults among them, each with its line."""
    try:
        source = path.read_text(encoding="utf-8")
        tables = tomllib.loads(source)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        yield Fault(
            Text(f"词表文件无法读取：{error}", f"this word list cannot be read: {error}"), path.name
        )
        return
    for group, rows in tables.items():
        lines = _lines(source, group)
        if group not in GROUPS or not isinstance(rows, list):
            yield Fault(
                Text(
                    f"没有“{group}”这类词，可用：{'、'.join(GROUPS)}",
                    f"there is no group '{group}'; the groups are {', '.join(GROUPS)}",
                ),
                f"{path.name}:{lines[0] if lines else 1}",
                group,
            )
            continue
        for number, row in enumerate(rows):
            line = lines[number] if number < len(lines) else 1
            yield from _entry(f"{path.name}:{line}", group, row)


def _lines(source: str, group: str) -> list[int]:
    """The lines on which tables of a group begin."""
    heads = re.compile(rf"\s*\[+\s*{re.escape(group)}\s*\]+|\s*{re.escape(group)}\s*=")
    return [n for n, line in enumerate(source.split("\n"), 1) if heads.match(line)]


def _entry(place: str, group: str, row: object) -> Iterator[Words | Fault]:
    """One table as words, or what is wrong with it."""
    if not isinstance(row, dict):
        yield Fault(Text("此处应为表", "a table is wanted here"), place, group)
        return
    faults = [
        Fault(
            Text(
                f"不认识的键，可用：{'、'.join(sorted(KEYS))}", f"unknown key; use {sorted(KEYS)}"
            ),
            place,
            f"{group}.{key}",
        )
        for key in row
        if key not in KEYS
    ]
    means = row.get("means")
    if not isinstance(means, str) or not re.fullmatch(GROUPS[group], means):
        faults.append(
            Fault(
                Text(f"means 应符合 {GROUPS[group]}", f"means must match {GROUPS[group]}"),
                place,
                f"{group}.means",
            )
        )
    for lang in LANGS:
        words = row.get(lang, [])
        if not isinstance(words, list) or not all(isinstance(w, str) and w.strip() for w in words):
            faults.append(
                Fault(
                    Text("应为一列不空的词语", "a list of phrases is wanted, none of them empty"),
                    place,
                    f"{group}.{lang}",
                )
            )
    if faults:
        yield from faults
    else:
        yield Words(group, str(means), tuple(row.get("zh", ())), tuple(row.get("en", ())))


def _contradictions(entries: list[Words]) -> list[Fault]:
    """Phrases that a group gives two meanings."""
    seen: dict[tuple[str, str], str] = {}
    faults = []
    for words in (w for w in entries if w.group not in CUES):
        for phrase in words.of(None):
            before = seen.setdefault((words.group, phrase), words.means)
            if before != words.means:
                faults.append(
                    Fault(
                        Text(
                            f"“{phrase}”既作 {before} 又作 {words.means}，请只留一处",
                            f"'{phrase}' means both {before} and {words.means}; keep one",
                        ),
                        "lexicon",
                        words.group,
                    )
                )
    return faults
