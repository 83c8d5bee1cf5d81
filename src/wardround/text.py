"""Bilingual words and the sentences that tell a person what is wrong.

Every name, label and message exists in Chinese and English, side by side in one `Text`.
Which of the two is shown is decided at the edge (`cli`, `web`, `api`, `report.write`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One thing said in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang.startswith("zh") else self.en

    def format(self, **values: object) -> Text:
        """Fill `{name}` places; a `Text` value is filled in the language of its side."""

        def side(template: str, lang: Lang) -> str:
            return template.format(
                **{k: v[lang] if isinstance(v, Text) else v for k, v in values.items()}
            )

        return Text(side(self.zh, "zh"), side(self.en, "en"))

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def same(words: str) -> Text:
    """A word that is the same in both languages (a code, a number, a proper name)."""
    return Text(words, words)


_COUNTED = re.compile(
    r"(?<![\d.,/:–−-])1 ((?:open |more |late )?)(?:(entr|polic)ies|(row|item|department|case|gap"
    r"|photo|feed|day|column|reason|thing|figure|register|indicator|fault|window|time|record"
    r"|scenario|measure|number|place)s)\b"
)


def of_one(en: str) -> str:
    """English counts one thing in the singular: `1 rows` is `1 row`, `1 entries` `1 entry`."""
    return _COUNTED.sub(lambda m: f"1 {m[1]}{m[3] or m[2] + 'y'}", en)


def listing(parts: Sequence[Text]) -> Text:
    """Join names as each language does: 甲、乙、丙 / A, B and C."""
    zh = "、".join(p.zh for p in parts)
    en = [p.en for p in parts]
    return Text(zh, en[0] if len(en) == 1 else ", ".join(en[:-1]) + " and " + en[-1] if en else "")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, and how to mend it; a value, so that many can be told at once.

    `place` is a file, row or line as the person knows it; `field` the field's key.
    """

    why: Text
    place: str = ""
    field: str = ""

    def say(self, lang: str) -> str:
        """One sentence with its place in front."""
        where = " ".join(x for x in (self.place, self.field) if x)
        return f"{where}: {self.why[lang]}" if where else self.why[lang]

    def as_json(self) -> dict[str, object]:
        return {"place": self.place, "field": self.field, "why": self.why.as_json()}


class Refused(Exception):
    """Raised when nothing was done because of the faults it carries (at least one)."""

    def __init__(self, *faults: Fault) -> None:
        self.faults: tuple[Fault, ...] = faults
        super().__init__("; ".join(f.say("en") for f in faults))

    def say(self, lang: str) -> str:
        return "\n".join(f.say(lang) for f in self.faults)


def refuse(zh: str, en: str, place: str = "", field: str = "") -> Refused:
    """A refusal with one fault."""
    return Refused(Fault(Text(zh, en), place, field))
